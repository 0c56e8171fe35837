package awareness_test

import (
	"context"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// Who is on a card becomes a client without becoming two people, is refused a second time, is found by a number in
// any grouping; and who was added by a slip is taken back by undo.
func TestAddKnownAndUndo(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		ctx := context.Background()
		phones := book.WriteList([]book.Reach{{Value: "+49 30 901820"}})
		_, err := b.Do(ctx, b.Ana, &awareness.ImportPeople{People: []awareness.PersonIn{{
			Line: 1, Digest: "1", Name: "Doug White", Fields: map[string]string{book.ContactPhones: phones},
		}}}, teller.Options{})
		if err != nil {
			t.Fatal(err)
		}
		add := &awareness.Add{Name: "doug white", Fields: map[string]string{book.ContactPhones: phones}}
		if _, err := b.Do(ctx, b.Ana, add, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		err = b.Read(ctx, b.Ana, 0, func(r *teller.Reading) error {
			for _, text := range []string{"030 901820", "+4930901820", "0049 30 90 18 20"} {
				hits, err := awareness.Find(ctx, r, text, 5)
				if err != nil || len(hits) != 1 || hits[0].Name != "Doug White" {
					t.Errorf("find %q: %+v, %v", text, hits, err)
				}
			}
			found, err := awareness.Duplicates(ctx, r, 5)
			pairs := found.Pairs
			if err == nil && len(pairs) != 0 {
				t.Errorf("one person stands twice: %+v", pairs)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		again := &awareness.Add{Name: "Doug White", Fields: map[string]string{book.ContactPhones: phones}}
		if _, err := b.Do(ctx, b.Ana, again, teller.Options{}); book.FaultOf(err) != book.Conflict {
			t.Errorf("a client added twice: %v", err)
		}
		slip := &awareness.Add{Name: "Mistaken Identity"}
		if _, err := b.Do(ctx, b.Ana, slip, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Do(ctx, b.Ana, &awareness.Undo{}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		err = b.Read(ctx, b.Ana, 0, func(r *teller.Reading) error {
			hits, err := awareness.Find(ctx, r, "Mistaken", 5)
			if len(hits) != 0 {
				t.Errorf("a slip is still there: %+v", hits)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
