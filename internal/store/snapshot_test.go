package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// Whatever was read before in the same snapshot, a read says what it would say alone, to who sees all and to who does not
// read the private notes of others.
func TestReadsOfOneSnapshotAgree(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		b := testkit.NewBook(t, db)
		id := b.Account(t, "Robin", b.Clock.Now().AddDate(0, -2, 0))
		var all []book.Entry
		for i := range 12 {
			e := book.Entry{ID: book.DerivedID("note", fmt.Sprint(i)), Kind: book.KindNote, By: b.Ana.Member, At: book.Micros(b.Clock.Now()) - book.Instant(20-i)*book.Day}
			e.Words.Text = fmt.Sprint("note ", i)
			e.Facts.Private = i%3 == 0
			all = append(all, e)
		}
		if _, err := b.Do(ctx, b.Ana, &testkit.Append{Account: id, Entries: all}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		now := book.Micros(b.Clock.Now())
		reads := map[string]func(tx *store.Tx) (any, error){
			"none": func(tx *store.Tx) (any, error) {
				all, err := tx.EntriesBefore(ctx, id, "", now+1, "", 0)
				return len(all), err
			},
			"the latest 3": func(tx *store.Tx) (any, error) { return tx.EntriesBefore(ctx, id, "", now+1, "", 3) },
			"the latest 8": func(tx *store.Tx) (any, error) { return tx.EntriesBefore(ctx, id, "", now+1, "", 8) },
			"all":          func(tx *store.Tx) (any, error) { return tx.EntriesBefore(ctx, id, "", now+1, "", 50) },
			"older ones":   func(tx *store.Tx) (any, error) { return tx.EntriesBefore(ctx, id, "", all[5].At, "", 50) },
			"notes":        func(tx *store.Tx) (any, error) { return tx.EntriesBefore(ctx, id, book.KindNote, now+1, "", 4) },
			"a week":       func(tx *store.Tx) (any, error) { return tx.EntriesBetween(ctx, all[8].At, now, id) },
			"a middle":     func(tx *store.Tx) (any, error) { return tx.EntriesBetween(ctx, all[3].At, all[6].At, id) },
			"by id": func(tx *store.Tx) (any, error) {
				return tx.EntriesByID(ctx, all[1].ID, all[3].ID, all[11].ID, "nobody")
			},
			"stands for": func(tx *store.Tx) (any, error) { return tx.StandsFor(ctx, id) },
			"names":      func(tx *store.Tx) (any, error) { return tx.MemberNames(ctx, b.Ana.Member, "nobody") },
			"links":      func(tx *store.Tx) (any, error) { return tx.LinksOfAccounts(ctx, id) },
		}
		for _, eyes := range []book.Eyes{{Member: b.Ana.Member, All: true}, {Member: b.Ben.Member, All: true}} {
			alone := make(map[string]any)
			for name, read := range reads {
				err := b.Store().Read(ctx, "acme", func(tx *store.Tx) (err error) {
					alone[name], err = read(tx.SeenBy(eyes))
					return err
				})
				if err != nil {
					t.Fatal(name, err)
				}
			}
			for range 5 { // a map is gone through in another order each time
				err := b.Store().Read(ctx, "acme", func(tx *store.Tx) error {
					tx = tx.SeenBy(eyes)
					for name, read := range reads {
						got, err := read(tx)
						if diff := cmp.Diff(alone[name], got); diff != "" || err != nil {
							t.Errorf("%s: %v %s", name, err, diff)
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// Who a reading gives ids to may change them, and who leaves out entries that are not seen leaves the kept ones as they are.
func TestSnapshotStays(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		b := testkit.NewBook(t, db)
		id := b.Account(t, "Robin", time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC))
		now := book.Micros(b.Clock.Now())
		second := book.Entry{ID: book.DerivedID("note", "2"), Kind: book.KindNote, By: b.Ana.Member, At: now - 2, Words: book.Words{Text: "second"}}
		third := book.Entry{ID: book.DerivedID("note", "3"), Kind: book.KindNote, By: b.Ana.Member, At: now - 1, Words: book.Words{Text: "third"}}
		third.Facts.Private = true
		if _, err := b.Do(ctx, b.Ana, &testkit.Append{Account: id, Entries: []book.Entry{second, third}}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		err := b.Store().Read(ctx, "acme", func(tx *store.Tx) error {
			tx = tx.SeenBy(book.Eyes{Member: b.Ben.Member, All: true})
			for range 2 {
				all, err := tx.EntriesBefore(ctx, id, "", now, "", 5)
				if err != nil || len(all) != 3 || all[0].Words.Text != "third" || all[1].Words.Text != "second" {
					t.Error(err, all)
					return err
				}
				shown, err := tx.ShownEntries(ctx, all)
				if err != nil || len(shown) != 2 || shown[0].Words.Text != "second" {
					t.Error(err, shown)
					return err
				}
				ids, err := tx.StandsFor(ctx, id)
				if err != nil || len(ids) != 1 || ids[0] != id {
					t.Error(err, ids)
					return err
				}
				ids[0] = "gone"
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
