package awareness_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// life is a firm that random commands are run on, beside a second one that must stay as it is.
type life struct {
	*bench
	r        *rapid.T
	accounts []book.ID
	runs     []book.ID
	said     int
}

func newLife(t *testing.T, r *rapid.T) (*life, func()) {
	db, err := sqldb.Open(t.Context(), filepath.Join(t.TempDir(), "passbook.db"), sqldb.NoSync())
	if err != nil {
		t.Fatal(err)
	}
	l := &life{bench: newBench(t, db), r: r}
	for i := range 3 {
		l.accounts = append(l.accounts, l.add(fmt.Sprintf("Client %d", i), 1+i, mails(fmt.Sprintf("c%d@client.example", i))))
	}
	return l, func() {
		l.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

func (l *life) some() book.ID { return rapid.SampledFrom(l.accounts).Draw(l.r, "account") }

func (l *life) when() book.Instant {
	return day(rapid.IntRange(1, today-1).Draw(l.r, "day")) + book.Instant(rapid.IntRange(0, 3).Draw(l.r, "hour"))*book.Day/24
}

func (l *life) words() string {
	l.said++
	return fmt.Sprintf("words %d", l.said)
}

// raw is an entry that other rooms write.
func (l *life) raw(e book.Entry) teller.Command {
	e.At, e.Words.Text = l.when(), l.words()
	return &testkit.Append{Account: l.some(), Entries: []book.Entry{e}}
}

// open is a promise or a case that is open now, or "".
func (l *life) open(cases bool) (account, entry book.ID) {
	var all [][2]book.ID
	l.read(0, func(r *teller.Reading) error {
		for _, id := range l.accounts {
			found, err := r.Tx.Accounts(l.ctx, id)
			if err != nil {
				return err
			}
			if len(found) == 0 || found[0].Merged != "" {
				continue
			}
			for _, p := range found[0].State.Promises {
				if !cases {
					all = append(all, [2]book.ID{id, p.Entry})
				}
			}
			for _, c := range found[0].State.Cases {
				if cases {
					all = append(all, [2]book.ID{id, c.Entry})
				}
			}
		}
		return nil
	})
	if len(all) == 0 {
		return "", ""
	}
	one := rapid.SampledFrom(all).Draw(l.r, "open")
	return one[0], one[1]
}

func (l *life) anyEntry() book.ID {
	var ids []book.ID
	for _, id := range l.accounts {
		for _, e := range l.entries(id) {
			ids = append(ids, e.ID)
		}
	}
	slices.Sort(ids)
	return rapid.SampledFrom(ids).Draw(l.r, "entry")
}

// next draws a command; nil when what was drawn has nothing to work on.
func (l *life) next() (teller.Command, teller.Options) {
	if len(l.accounts) == 0 { // undoing has taken out all whom the book began with
		return &awareness.Add{Name: "Client again", At: l.when(), Another: true}, teller.Options{}
	}
	switch rapid.IntRange(0, 16).Draw(l.r, "command") {
	case 0, 1, 2:
		return &awareness.Touch{
			Account: awareness.Client(l.some()), At: l.when(), Summary: l.words(), Channel: rapid.SampledFrom(book.Channels).Draw(l.r, "channel"),
			Direction: rapid.SampledFrom(book.Directions).Draw(l.r, "direction"), To: rapid.IntRange(0, 5).Draw(l.r, "to"),
			Template: rapid.SampledFrom([]string{"", "", "spring", "autumn"}).Draw(l.r, "template"),
		}, teller.Options{}
	case 3:
		return l.raw(book.Entry{Kind: book.KindPromise, Facts: book.Facts{Due: l.when()}}), teller.Options{}
	case 4:
		account, promise := l.open(false)
		if promise == "" {
			return nil, teller.Options{}
		}
		kind := rapid.SampledFrom([]book.Kind{book.KindKept, book.KindBroken, book.KindReleased}).Draw(l.r, "end")
		return &testkit.Append{Account: account, Entries: []book.Entry{{At: l.when(), Kind: kind, Subject: promise}}}, teller.Options{}
	case 5:
		return l.raw(book.Entry{Kind: book.KindCase, Facts: book.Facts{Ours: rapid.Bool().Draw(l.r, "ours"), Severity: rapid.IntRange(1, 3).Draw(l.r, "severity"), Cause: "late"}}), teller.Options{}
	case 6:
		account, c := l.open(true)
		if c == "" {
			return nil, teller.Options{}
		}
		kind := rapid.SampledFrom([]book.Kind{book.KindUpdate, book.KindResolved}).Draw(l.r, "step")
		return &testkit.Append{Account: account, Entries: []book.Entry{{At: l.when(), Kind: kind, Subject: c}}}, teller.Options{}
	case 7:
		kind := rapid.SampledFrom([]book.Kind{book.KindClosing, book.KindReferral, book.KindDeed, book.KindSnoozed}).Draw(l.r, "kind")
		return l.raw(book.Entry{Kind: kind, Facts: book.Facts{Points: 300, Until: day(today + 9)}}), teller.Options{}
	case 8:
		return &awareness.Note{Account: awareness.Client(l.some()), At: l.when(), Text: l.words()}, teller.Options{}
	case 9:
		field := rapid.SampledFrom([]string{book.FieldStage, book.FieldTier, book.FieldName}).Draw(l.r, "field")
		value := map[string]string{
			book.FieldStage: rapid.SampledFrom([]string{"prospect", "seller", "buyer"}).Draw(l.r, "stage"),
			book.FieldTier:  rapid.SampledFrom([]string{"A", "B", "C"}).Draw(l.r, "tier"), book.FieldName: l.words(),
		}[field]
		return &awareness.Edit{Account: awareness.Client(l.some()), At: l.when(), Set: map[string]string{field: value}, Contact: map[string]string{"custom.x": l.words()}}, teller.Options{}
	case 10, 11:
		return &awareness.Void{Entry: l.anyEntry(), Reason: l.words()}, teller.Options{}
	case 12:
		return &awareness.Undo{Target: l.anyEntry()}, teller.Options{}
	case 13:
		return &awareness.Merge{From: awareness.Client(l.some()), Into: awareness.Client(l.some())}, teller.Options{}
	case 14:
		return &awareness.Unmerge{Account: awareness.Client(l.some())}, teller.Options{}
	case 15:
		return l.imports()
	}
	if len(l.runs) > 0 {
		return &awareness.UndoRun{ID: rapid.SampledFrom(l.runs).Draw(l.r, "run")}, teller.Options{}
	}
	return &awareness.Undo{}, teller.Options{}
}

func (l *life) imports() (teller.Command, teller.Options) {
	run := l.run()
	l.runs = append(l.runs, run)
	var all []awareness.MessageIn
	for range rapid.IntRange(1, 4).Draw(l.r, "messages") {
		who := rapid.SampledFrom([]string{"c0@client.example", "c1@client.example", "c2@client.example", "n1@new.example", "n2@new.example"}).Draw(l.r, "who")
		m := letterIn(fmt.Sprintf("m%d", rapid.IntRange(0, 9).Draw(l.r, "key")), 1, "ana@firm.example", who)
		if m.At = l.when(); rapid.Bool().Draw(l.r, "in") {
			m.From, m.To = m.To[0], parties("ana@firm.example")
		}
		m.Rows = []awareness.RowIn{{Line: 1}}
		all = append(all, m)
	}
	return &awareness.ImportTouches{Messages: all, Me: me, Create: awareness.CreateAll}, teller.Options{Run: run}
}

// settle takes new accounts into those that are drawn from and leaves out those that are gone.
func (l *life) settle() {
	l.read(0, func(r *teller.Reading) error {
		rows, err := r.Tx.AccountPage(l.ctx, "", 1000)
		l.accounts = l.accounts[:0]
		for _, a := range rows {
			l.accounts = append(l.accounts, a.ID)
		}
		return err
	})
}

// proven compares every account's row and postings with what its entries come to, written out here once more.
func (l *life) proven() {
	l.Helper()
	l.read(0, func(r *teller.Reading) error {
		rows, err := r.Tx.AccountPage(l.ctx, "", 1000)
		if err != nil {
			return err
		}
		for _, a := range rows {
			stored, err := r.Tx.PostingsOf(l.ctx, a.ID)
			if err != nil {
				return err
			}
			if a.Merged != "" {
				if len(stored) > 0 {
					l.r.Errorf("%s is merged away and holds postings", a.ID)
				}
				continue
			}
			entries, err := teller.History(l.ctx, r.Tx, a.ID)
			if err != nil {
				return err
			}
			var want []store.Posting
			state := r.Rules.Replay(a.ID, entries, func(e *book.Entry, s *ledger.State, fx ledger.Effects) {
				for n, p := range fx.Postings {
					want = append(want, store.Posting{Account: a.ID, At: e.At, Entry: e.ID, N: n, Posting: p, After: s.M})
				}
			})
			if !bytes.Equal(ledger.AppendState(nil, &state), ledger.AppendState(nil, &a.State)) {
				l.r.Errorf("%s stands as\n%+v\nits entries come to\n%+v", a.Name, a.State, state)
			}
			if !slices.Equal(stored, want) {
				l.r.Errorf("%s holds\n%v\nits entries come to\n%v", a.Name, stored, want)
			}
			if a.Stage != state.Stage || a.Tier != state.Tier || a.Owner != state.Owner {
				l.r.Errorf("the row of %s says %s %s %s", a.Name, a.Stage, a.Tier, a.Owner)
			}
		}
		return nil
	})
	l.verify()
	err := l.db.Write(l.ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(l.ctx, `INSERT INTO search_fts_people (search_fts_people) VALUES ('integrity-check')`)
		if err == nil {
			_, err = tx.Exec(l.ctx, `INSERT INTO search_fts_words (search_fts_words) VALUES ('integrity-check')`)
		}
		return err
	})
	if err != nil {
		l.r.Errorf("the full-text table: %v", err)
	}
}

// figures are what the accounts have come to, without their places in the log.
func (l *life) figures() map[book.ID]string {
	out := map[book.ID]string{}
	for _, id := range l.accounts {
		if a := l.account(id); a != nil && a.Merged == "" {
			out[id] = l.folded(id)
		}
	}
	return out
}

// Whatever commands are run, in whatever order: what is stored is what the log says, bit for bit.
func TestAnyCommands(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l, end := newLife(t, r)
		defer end()
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			cmd, opt := l.next()
			if cmd == nil {
				continue
			}
			if _, err := l.try(cmd, opt); err != nil && book.FaultOf(err) == book.Internal {
				r.Fatalf("%T: %v", cmd, err)
			}
			l.settle()
		}
		l.proven()
	})
}

// Undoing what was written last restores every figure.
func TestAnyUndo(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l, end := newLife(t, r)
		defer end()
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			if cmd, opt := l.next(); cmd != nil {
				if _, err := l.try(cmd, opt); err != nil && book.FaultOf(err) == book.Internal {
					r.Fatalf("%T: %v", cmd, err)
				}
				l.settle()
			}
		}
		cmd, opt := l.next()
		if cmd == nil || opt.Run != "" {
			return
		}
		switch cmd.(type) {
		case *awareness.Undo, *awareness.UndoRun, *awareness.Unmerge: // not taken back by an undo without a name
			return
		}
		before := l.figures()
		receipt, err := l.try(cmd, opt)
		if err != nil || receipt.First() == nil {
			return
		}
		if _, err := l.try(&awareness.Undo{}, teller.Options{}); err != nil {
			r.Fatalf("undo of %T: %v", cmd, err)
		}
		for id, want := range before {
			if got := l.folded(id); got != want {
				r.Errorf("after %T and its undoing %s is\n%s\nand was\n%s", cmd, id, got, want)
			}
		}
		l.proven()
	})
}

// A voided happening equals its never having been: another firm with the same history but for it has the same books.
func TestAnyVoid(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l, end := newLife(t, r)
		defer end()
		plain, endPlain := newLife(t, r)
		defer endPlain()
		n := rapid.IntRange(1, 8).Draw(r, "entries")
		out := rapid.IntRange(0, n-1).Draw(r, "voided")
		var voided book.ID
		for i := range n {
			touch := func(b *life) book.ID {
				return b.do(&testkit.Append{Account: b.accounts[0], Entries: []book.Entry{{
					ID: book.DerivedID("same", fmt.Sprint(i)), At: day(2 + i*3), Kind: book.KindTouch, Facts: book.Facts{
						Channel: book.Channels[i%len(book.Channels)], Direction: book.Directions[(i+out)%2], Outcome: book.Reached,
						Purpose: book.Serve, Template: []string{"", "x"}[i%2],
					},
				}}}).ID
			}
			id := touch(l)
			if i == out {
				voided = id
				continue
			}
			touch(plain)
		}
		l.do(&awareness.Void{Entry: voided})
		a, c := l.account(l.accounts[0]), plain.account(plain.accounts[0])
		if a.State.M != c.State.M || a.State.Gross != c.State.Gross || a.State.Ref != c.State.Ref || a.State.Real != c.State.Real ||
			len(a.State.Waiting) != len(c.State.Waiting) || !slices.Equal(a.State.Scripts, c.State.Scripts) {
			r.Errorf("with the voided\n%+v\nwithout\n%+v", a.State, c.State)
		}
	})
}

// Law 15: two firms of one database with the very same ids; nothing done in one changes a row of the other.
func TestAnyIsolation(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l, end := newLife(t, r)
		defer end()
		l.twin()
		before := l.dump("other")
		if len(before["entry"]) == 0 || len(before["search"]) == 0 {
			t.Fatal("the twin is empty")
		}
		for range rapid.IntRange(1, 15).Draw(r, "steps") {
			cmd, opt := l.next()
			if cmd == nil {
				continue
			}
			if _, err := l.try(cmd, opt); err != nil && book.FaultOf(err) == book.Internal {
				r.Fatalf("%T: %v", cmd, err)
			}
			l.settle()
		}
		l.do(&awareness.Erase{Person: l.some()})
		l.same(before, l.dump("other"), "work in one firm")
		other := teller.Actor{Workspace: "other", Member: l.Ana.Member, Role: book.RoleOwner}
		err := l.Read(l.ctx, other, 0, func(rd *teller.Reading) error {
			hits, err := rd.Tx.Search(l.ctx, "client", 50)
			if len(hits) < 3 {
				r.Errorf("the other firm finds %d clients", len(hits))
			}
			return err
		})
		if err != nil {
			r.Fatal(err)
		}
	})
}

// twin copies every row of the firm into another workspace.
func (l *life) twin() {
	l.touch(l.accounts[0], 5, "client words")
	err := l.db.Write(l.ctx, func(tx *sqldb.Tx) error {
		for name, columns := range l.tables() {
			var list string
			for _, c := range columns {
				if c.Name != "workspace_id" {
					list += ", " + c.Name
				}
			}
			if name == "search" {
				continue
			}
			if _, err := tx.Exec(l.ctx, `INSERT INTO `+name+` (workspace_id`+list+`) SELECT 'other'`+list+` FROM `+name+` WHERE workspace_id = 'acme'`); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		l.Fatal(err)
	}
	err = l.Store().Write(l.ctx, "other", func(tx *store.Tx) error {
		for _, id := range l.accounts {
			docs := []store.Doc{{ID: id, Kind: store.DocAccount, Account: id, Text: "Client words"}}
			if err := tx.Index(l.ctx, docs); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		l.Fatal(err)
	}
}
