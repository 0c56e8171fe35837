package store_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var ctx = context.Background()

// write runs fn in a transaction on the firm.
func write(t *testing.T, b *testkit.Book, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := b.Store().Write(ctx, "acme", fn); err != nil {
		t.Fatal(err)
	}
}

// Lists of any length are read and written whole: around each size that a statement takes, and with repeats.
func TestLists(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		for _, n := range []int{0, 1, 2, 7, 8, 9, 16, 17, 63, 64, 65, 255, 256, 257, 600} {
			var contacts []*store.Contact
			var addresses []store.Address
			var ids []book.ID
			var keys []string
			for i := range n {
				c := &store.Contact{}
				c.ID, c.Name, c.Created = book.DerivedID("c", fmt.Sprint(n), fmt.Sprint(i)), fmt.Sprintf("Name %d of %d", i, n), 1
				contacts, ids = append(contacts, c), append(ids, c.ID)
				key := fmt.Sprintf("%d.%d@client.example", i, n)
				addresses, keys = append(addresses, store.Address{Kind: store.EmailAddress, Address: key, Contact: c.ID}), append(keys, key)
			}
			write(t, b, func(tx *store.Tx) error {
				if err := tx.InsertContacts(ctx, contacts); err != nil {
					return err
				}
				return tx.InsertAddresses(ctx, append(addresses, addresses...)) // what is there already stays
			})
			write(t, b, func(tx *store.Tx) error {
				found, err := tx.Contacts(ctx, ids...)
				if err != nil || len(found) != n {
					t.Errorf("%d: %d contacts, %v", n, len(found), err)
				}
				twice, err := tx.Contacts(ctx, append(slices.Clone(ids), ids...)...)
				if err != nil || len(twice) != n {
					t.Errorf("%d twice: %d contacts, %v", n, len(twice), err)
				}
				at, err := tx.ContactsAt(ctx, store.EmailAddress, keys...)
				if err != nil || len(at) != n {
					t.Errorf("%d: %d addresses, %v", n, len(at), err)
				}
				for i, key := range keys {
					if len(at[key]) != 1 || at[key][0] != ids[i] {
						t.Errorf("%d: %s is %v's", n, key, at[key])
					}
				}
				return err
			})
		}
	})
}

// What is indexed twice is found once, by its newest words; what is taken out is not found; and the words of one firm
// are not found in another.
func TestSearch(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		one, two := book.DerivedID("one"), book.DerivedID("two")
		find := func(ws book.ID, text string) string {
			var out []string
			err := b.Store().Read(ctx, ws, func(tx *store.Tx) error {
				hits, err := tx.Search(ctx, text, 10)
				for _, h := range hits {
					out = append(out, string(h.Kind))
				}
				return err
			})
			if err != nil {
				t.Errorf("%q: %v", text, err)
			}
			return strings.Join(out, " ")
		}
		index := func(docs ...store.Doc) {
			write(t, b, func(tx *store.Tx) error { return tx.Index(ctx, docs) })
		}
		index(store.Doc{ID: one, Kind: store.DocAccount, Text: "first words"}, store.Doc{ID: one, Kind: store.DocAccount, Text: "Zoë's Ångström-Lamp, ½ price"},
			store.Doc{ID: two, Kind: store.DocEntry, Account: one, Text: "zoe said: Привет, 世界"})
		for text, want := range map[string]string{
			"zoe": "account entry", "ANGSTROM lamp": "account", "ang": "account", "first": "", "привет": "entry", "世界": "entry", "said прив": "entry",
			"": "", "---": "", `"zoe" OR said`: "", "zoe'); DROP TABLE search; --": "", "zoe & said": "entry", "zoe:* | said": "entry", "price": "account",
		} {
			if got := find("acme", text); got != want {
				t.Errorf("%q finds %q, want %q", text, got, want)
			}
			if got := find("other", text); got != "" {
				t.Errorf("%q finds %q in another firm", text, got)
			}
		}
		index(store.Doc{ID: one, Kind: store.DocAccount, Text: "renamed"})
		if find("acme", "angstrom") != "" || find("acme", "renamed") != "account" {
			t.Error("the old words are found, or the new ones are not")
		}
		index(store.Doc{ID: one, Kind: store.DocAccount, Text: strings.Repeat("long words ", 10_000) + "end"})
		if find("acme", "long") != "account" || find("acme", "renamed") != "" {
			t.Error("a long text")
		}
		write(t, b, func(tx *store.Tx) error {
			if err := tx.Unindex(ctx, one); err != nil {
				return err
			}
			return tx.Unindex(ctx, one) // once more is nothing
		})
		if find("acme", "long") != "" || find("acme", "zoe") != "entry" {
			t.Error("taken out, and found")
		}
	})
}

// Documents filed together, in whatever order, are each found by their own words, filed again by their new ones.
func TestIndexMany(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		for _, round := range []string{"first", "second"} {
			var docs []store.Doc
			for i := range 300 {
				kind := []store.DocKind{store.DocAccount, store.DocContact, store.DocEntry}[i%3]
				docs = append(docs, store.Doc{ID: book.DerivedID("doc", fmt.Sprint(i)), Kind: kind, Text: fmt.Sprintf("%s word%d", round, i)})
			}
			write(t, b, func(tx *store.Tx) error { return tx.Index(ctx, docs) })
			write(t, b, func(tx *store.Tx) error {
				for i, d := range docs {
					hits, err := tx.Search(ctx, fmt.Sprintf("%s word%d ", round, i), 1000)
					if err != nil {
						return err
					}
					if !slices.ContainsFunc(hits, func(h store.Hit) bool { return h.ID == d.ID && h.Kind == d.Kind }) {
						t.Errorf("%s: %v is not found in %v", round, d, hits)
					}
				}
				return nil
			})
		}
		write(t, b, func(tx *store.Tx) error {
			if hits, err := tx.Search(ctx, "first", 1000); err != nil || len(hits) > 0 {
				t.Errorf("%d documents are found by their old words, %v", len(hits), err)
			}
			hits, err := tx.Search(ctx, "second", 1000)
			if err != nil || len(hits) != 300 {
				t.Errorf("%d documents are found, %v", len(hits), err)
			}
			return nil
		})
	})
}

// A state is written wherever it moves its account, also of accounts that were not read from their rows: by a new
// tariff, and by a rebuild of a row that was damaged.
func TestSaveStates(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := b.Account(t, "Client", time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC))
		call := book.Entry{At: b.Now() - 9*book.Day, Kind: book.KindTouch, Facts: book.Facts{
			Channel: book.Call, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve,
		}}
		if _, err := b.Do(ctx, b.Ana, &testkit.Append{Account: id, Entries: []book.Entry{call}}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		src, _ := playbook.Source("residential-sales")
		free := strings.Replace(string(src), "\ncall = 6", "\ncall = 0", 1)
		if free == string(src) {
			t.Fatal("a call has another price")
		}
		verified := func(when string) {
			t.Helper()
			v, err := assessment.Verify(ctx, b.Teller, b.Ana, nil)
			if err != nil || !v.OK {
				t.Errorf("%s: %v %q", when, err, v.Differences)
			}
		}
		verified("a call")
		if _, err := b.Do(ctx, b.Ana, &assessment.UsePlaybook{Name: "x", Source: free}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		verified("by a tariff in which a call is worth nothing")
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE account SET sign = 1, rank_key = 99.5, due_at = 7, owner_id = 'x', stage = 'y' WHERE workspace_id = $1`, "acme")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Do(ctx, b.Ana, &assessment.Rebuild{}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		verified("damaged and rebuilt")
	})
}

// A list hands over what the rows say, one at a time, and nothing of one is left in the next.
func TestEachListed(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		var ids []book.ID
		for i := range 7 {
			ids = append(ids, b.Account(t, fmt.Sprintf("Client %d", i), time.Date(2026, 1, 1+i, 8, 0, 0, 0, time.UTC)))
		}
		write(t, b, func(tx *store.Tx) error {
			all, err := tx.Accounts(ctx, ids...)
			for i, a := range all {
				if i%2 == 0 {
					a.Tags, a.Hand = []string{"a", "b"}, []string{"name"}
				}
				err = errors.Join(err, tx.SaveNoun(ctx, a))
			}
			return err
		})
		write(t, b, func(tx *store.Tx) error {
			all, err := tx.Accounts(ctx, ids...)
			if err != nil {
				return err
			}
			slices.SortFunc(all, func(a, b *store.Account) int { return strings.Compare(a.Name, b.Name) })
			n := 0
			err = tx.EachListed(ctx, &store.Filter{}, store.ByName, &store.Place{}, 5, func(a *store.Account) error {
				want := all[n]
				n++
				if !reflect.DeepEqual(a.Account, want.Account) || !slices.Equal(a.Hand, want.Hand) || a.Place() != want.Place() || a.Rules != want.Rules {
					t.Errorf("%+v, want %+v", a, want)
				}
				if a.State.M != want.State.M || a.State.Opened != want.State.Opened || a.State.LastID != "" {
					t.Errorf("%s: the state is %+v, want %+v, skimmed", a.Name, a.State, want.State)
				}
				return nil
			})
			if err != nil || n != 5 {
				t.Errorf("%d rows, %v", n, err)
			}
			stop := errors.New("enough")
			n = 0
			err = tx.EachListed(ctx, &store.Filter{}, store.ByName, &store.Place{}, 5, func(*store.Account) error { n++; return stop })
			if !errors.Is(err, stop) || n != 1 {
				t.Errorf("stopped after %d rows with %v", n, err)
			}
			return nil
		})
	})
}

// Pages of accounts, contacts and entries give each row once, in order, whatever the size of a page.
func TestPages(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		for i := range 23 {
			b.Account(t, fmt.Sprintf("Client %d", i), time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC))
		}
		for _, size := range []int{1, 5, 23, 100} {
			var accounts, entries []book.ID
			write(t, b, func(tx *store.Tx) error {
				for after := book.ID(""); ; after = accounts[len(accounts)-1] {
					page, err := tx.AccountPage(ctx, after, size)
					if err != nil || len(page) == 0 {
						return err
					}
					for _, a := range page {
						accounts = append(accounts, a.ID)
					}
				}
			})
			write(t, b, func(tx *store.Tx) error {
				for after := book.ID(""); ; after = entries[len(entries)-1] {
					page, err := tx.EntryPage(ctx, after, size)
					if err != nil || len(page) == 0 {
						return err
					}
					for _, e := range page {
						entries = append(entries, e.ID)
					}
				}
			})
			for what, ids := range map[string][]book.ID{"accounts": accounts, "entries": entries} {
				if len(ids) != 23 || !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != 23 {
					t.Errorf("%s in pages of %d: %d", what, size, len(ids))
				}
			}
		}
	})
}

// The postings of an account are read by time, from any place to any other, and with the last one before.
func TestPostings(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := book.DerivedID("account")
		var all []store.Posting
		for i := range 40 {
			all = append(all, store.Posting{
				Account: id, At: book.Instant(1000 + i/4), Entry: book.DerivedID("e", fmt.Sprint(i/2)), N: i % 2,
				Posting: book.Posting{Points: book.Points(i), Why: "touch"}, After: float64(i) / 3,
			})
		}
		slices.SortFunc(all, func(x, y store.Posting) int {
			if x.At != y.At {
				return int(x.At - y.At)
			}
			if x.Entry != y.Entry {
				return strings.Compare(string(x.Entry), string(y.Entry))
			}
			return x.N - y.N
		})
		shuffled := slices.Clone(all)
		slices.Reverse(shuffled)
		write(t, b, func(tx *store.Tx) error { return tx.InsertPostings(ctx, shuffled) })
		write(t, b, func(tx *store.Tx) error {
			got, err := tx.PostingsBetween(ctx, id, 1002, 1004)
			if err != nil || !slices.Equal(got, all[8:20]) {
				t.Errorf("between: %v, %v", got, err)
			}
			for at, want := range map[book.Instant]store.Posting{1000: {}, 1001: all[3], 5000: all[39]} {
				if got, err := tx.PostingBefore(ctx, id, at); err != nil || got != want {
					t.Errorf("before %d: %v, %v", at, got, err)
				}
			}
			latest, err := tx.LatestPostings(ctx, id, 1003, 3)
			if err != nil || !slices.Equal(latest, []store.Posting{all[15], all[14], all[13]}) {
				t.Errorf("latest: %v, %v", latest, err)
			}
			if err := tx.DeletePostings(ctx, id); err != nil {
				return err
			}
			left, err := tx.PostingsOf(ctx, id)
			if len(left) != 0 {
				t.Errorf("%d are left", len(left))
			}
			return err
		})
	})
}
