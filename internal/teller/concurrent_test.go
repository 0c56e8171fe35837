package teller_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

var opened = time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)

// verify asks the book to prove itself.
func verify(t *testing.T, b *testkit.Book) {
	t.Helper()
	v, err := assessment.Verify(context.Background(), b.Teller, b.Ana, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !v.OK {
		t.Errorf("the book does not agree with its log:\n%s", strings.Join(v.Differences, "\n"))
	}
}

// touches are the ids of the touches on an account.
func touches(t *testing.T, b *testkit.Book, account book.ID) map[book.ID]bool {
	t.Helper()
	ids := map[book.ID]bool{}
	err := b.Store().Read(context.Background(), "acme", func(tx *store.Tx) error {
		all, err := tx.EntriesOf(context.Background(), account)
		for _, e := range all {
			if e.Kind == book.KindTouch {
				ids[e.ID] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// Many callers at once lose no update, whether they write to one account or to many.
func TestConcurrentCallers(t *testing.T) {
	const callers, each = 64, 3
	for name, accounts := range map[string]int{"one account": 1, "many accounts": 16} {
		t.Run(name, func(t *testing.T) {
			testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
				b := testkit.NewBook(t, db)
				ids := make([]book.ID, accounts)
				for i := range ids {
					ids[i] = b.Account(t, fmt.Sprintf("Client %d", i), opened)
				}
				var mu sync.Mutex
				acked := map[book.ID]book.ID{}
				var wg sync.WaitGroup
				for caller := range callers {
					wg.Add(1)
					go func() {
						defer wg.Done()
						for n := range each {
							account := ids[caller%accounts]
							r, err := b.Do(context.Background(), b.Ana, &testkit.Append{Account: account, Entries: []book.Entry{call(2 + (caller+n)%50)}}, teller.Options{})
							if err != nil {
								t.Error(err)
								return
							}
							mu.Lock()
							acked[r.First().ID] = account
							mu.Unlock()
						}
					}()
				}
				wg.Wait()
				if len(acked) != callers*each {
					t.Errorf("%d acknowledged under ids of their own, want %d", len(acked), callers*each)
				}
				found := 0
				for _, id := range ids {
					for entry := range touches(t, b, id) {
						if acked[entry] != id {
							t.Errorf("entry %s stands on %s, acknowledged on %s", entry, id, acked[entry])
						}
						found++
					}
					if want := int64(1+callers*each/accounts) - 1; load(t, b, id).Seq != want {
						t.Errorf("the account was locked %d times, want %d", load(t, b, id).Seq, want)
					}
				}
				if found != callers*each {
					t.Errorf("%d entries, want %d", found, callers*each)
				}
				verify(t, b)
			})
		})
	}
}

// broken writes an entry and then fails in some way.
type broken struct {
	account book.ID
	how     string
}

var errBroken = errors.New("it broke half-way")

func (*broken) Act() book.Act { return book.ActLog }

func (c *broken) Run(ctx context.Context, w *teller.Work) error {
	if err := (&testkit.Append{Account: c.account, Entries: []book.Entry{call(7)}}).Run(ctx, w); err != nil {
		return err
	}
	if err := w.Flush(ctx); err != nil {
		return err
	}
	switch c.how {
	case "panics":
		panic("out of its wits")
	case "panics within":
		return w.Tx.Savepoint(ctx, func() error { panic("out of its wits") })
	case "repeats an id":
		e := call(8)
		e.ID = book.DerivedID("opened", string(c.account))
		return (&testkit.Append{Account: c.account, Entries: []book.Entry{e}}).Run(ctx, w)
	case "knows no account":
		e := call(8)
		e.Account = book.DerivedID("nobody")
		return w.Append(&e)
	}
	return errBroken
}

// A command that fails or panics in the middle of a shared transaction leaves nothing and harms nobody beside it.
func TestFailuresAmongOthers(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := b.Account(t, "Client", opened)
		hows := []string{"", "fails", "panics", "panics within", "repeats an id", "knows no account"}
		var wg sync.WaitGroup
		var mu sync.Mutex
		good := map[book.ID]bool{}
		for n := range 66 {
			how := hows[n%len(hows)]
			wg.Add(1)
			go func() {
				defer wg.Done()
				var cmd teller.Command = &broken{id, how}
				if how == "" {
					cmd = &testkit.Append{Account: id, Entries: []book.Entry{call(5)}}
				}
				r, err := b.Do(context.Background(), b.Ana, cmd, teller.Options{})
				mu.Lock()
				defer mu.Unlock()
				if (err == nil) != (how == "") {
					t.Errorf("%q: %v", how, err)
				}
				if err == nil {
					good[r.First().ID] = true
				} else if r.First() != nil {
					t.Errorf("%q: a receipt with the error", how)
				}
				if strings.HasPrefix(how, "panics") && (err == nil || book.FaultOf(err) != book.Internal || !strings.Contains(err.Error(), "out of its wits")) {
					t.Errorf("%q: %v", how, err)
				}
				if how == "fails" && !errors.Is(err, errBroken) {
					t.Errorf("%q: %v", how, err)
				}
			}()
		}
		wg.Wait()
		if got := touches(t, b, id); len(got) != 11 || len(good) != 11 {
			t.Errorf("%d entries, %d acknowledged, want 11", len(got), len(good))
		}
		verify(t, b)
	})
}

// A caller who has gone before the start is not served; one who goes later gets what was written.
func TestCancelled(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := b.Account(t, "Client", opened)
		gone, cancel := context.WithCancel(context.Background())
		cancel()
		for _, opt := range []teller.Options{{}, {Key: book.DerivedID("k")}} {
			_, err := b.Do(gone, b.Ana, &testkit.Append{Account: id, Entries: []book.Entry{call(5)}}, opt)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%+v: %v", opt, err)
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		r, err := b.Do(ctx, b.Ana, &leaving{testkit.Append{Account: id, Entries: []book.Entry{call(6)}}, cancel}, teller.Options{})
		if err != nil || r.First() == nil {
			t.Errorf("cancelled while it ran: %v", err)
		}
		if got := touches(t, b, id); len(got) != 1 {
			t.Errorf("%d entries", len(got))
		}
		verify(t, b)
	})
}

// leaving cancels its caller's context while it runs.
type leaving struct {
	testkit.Append
	cancel func()
}

func (c *leaving) Run(ctx context.Context, w *teller.Work) error {
	c.cancel()
	return c.Append.Run(ctx, w)
}

// once may be done once on an account: a second time it finds the work done and refuses.
type once struct{ account book.ID }

func (*once) Act() book.Act { return book.ActLog }

func (c *once) Run(ctx context.Context, w *teller.Work) error {
	a, err := w.Account(ctx, c.account)
	if err != nil {
		return err
	}
	if a.State.M != 0 {
		return book.Errorf(book.Conflict, "done already")
	}
	e := call(5)
	e.Account = a.ID
	return w.Append(&e)
}

// One key from many callers at once is written once, and every one of them is told so, even where the command would
// refuse to be done again.
func TestKeyAtOnce(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := b.Account(t, "Client", opened)
		key := book.DerivedID("key")
		var wg sync.WaitGroup
		var mu sync.Mutex
		first := 0
		for range 24 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				r, err := b.Do(context.Background(), b.Ana, &once{id}, teller.Options{Key: key})
				mu.Lock()
				defer mu.Unlock()
				if err != nil || r.First() == nil || r.First().ID != key {
					t.Errorf("%+v, %v", r, err)
					return
				}
				if !r.Repeated {
					first++
				}
			}()
		}
		wg.Wait()
		if first != 1 || len(touches(t, b, id)) != 1 {
			t.Errorf("%d wrote, %d entries", first, len(touches(t, b, id)))
		}
		// Another key is another command.
		if _, err := b.Do(context.Background(), b.Ana, &once{id}, teller.Options{Key: book.DerivedID("other")}); book.FaultOf(err) != book.Conflict {
			t.Error(err)
		}
		// A key that is known in another firm is free in this one.
		if _, err := b.Do(context.Background(), teller.Actor{Workspace: "none", Member: b.Ana.Member, Role: book.RoleOwner}, &once{id}, teller.Options{Key: key}); err == nil {
			t.Error("a key of one firm was answered in another")
		}
	})
}

// many writes several entries of one moment in one command.
type many struct {
	Account book.ID
	N       int
}

func (*many) Act() book.Act { return book.ActLog }

func (c *many) Run(ctx context.Context, w *teller.Work) error {
	a, err := w.Account(ctx, c.Account)
	if err != nil {
		return err
	}
	for range c.N {
		e := call(5)
		e.Account = a.ID
		if err := w.Append(&e); err != nil {
			return err
		}
	}
	return nil
}

// What is written in one moment stands in the order of its writing, within a command and from one to the next.
func TestIDsAscend(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := b.Account(t, "Client", opened)
		last := book.ID("")
		for range 5 {
			r, err := b.Do(context.Background(), b.Ana, &many{id, 20}, teller.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range r.Entries {
				if e.ID <= last {
					t.Fatalf("%s was written after %s", e.ID, last)
				}
				last = e.ID
				if _, ok := book.ParseID(string(e.ID)); !ok || e.ID[14] != '7' {
					t.Fatalf("%s is no id of a moment", e.ID)
				}
			}
		}
	})
}

// A role that may not do an act does not reach the book.
func TestPermission(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := b.Account(t, "Client", opened)
		who := b.Ben
		for _, role := range []book.Role{book.RoleAccountant, "", "emperor"} {
			who.Role = role
			if _, err := b.Do(context.Background(), who, &testkit.Append{Account: id, Entries: []book.Entry{call(5)}}, teller.Options{}); book.FaultOf(err) != book.Forbidden {
				t.Errorf("%q: %v", role, err)
			}
		}
		if load(t, b, id).Seq != 0 {
			t.Error("the account was touched")
		}
	})
}

// After Close nothing is taken in, and nothing hangs.
func TestClosed(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := b.Account(t, "Client", opened)
		var wg sync.WaitGroup
		acked := make(chan book.ID, 200)
		for range 40 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				r, err := b.Do(context.Background(), b.Ana, &testkit.Append{Account: id, Entries: []book.Entry{call(5)}}, teller.Options{})
				if err == nil {
					acked <- r.First().ID
				}
			}()
		}
		b.Close()
		b.Close()
		wg.Wait()
		close(acked)
		got := touches(t, b, id)
		for e := range acked {
			if !got[e] {
				t.Errorf("%s was acknowledged and is not there", e)
			}
		}
	})
}
