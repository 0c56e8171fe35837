package awareness_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

func (b *bench) fields() []book.Field {
	b.Helper()
	var out []book.Field
	err := b.Store().Read(b.ctx, b.Ana.Workspace, func(tx *store.Tx) (err error) {
		out, err = awareness.Fields(b.ctx, tx)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return out
}

// The log alone says which fields there are; a declaration that is taken back never was.
func TestFields(t *testing.T) {
	engines(t, func(b *bench) {
		b.do(&awareness.DeclareField{Field: book.Field{Name: " Shoe  size ", Kind: book.SortNumber}})
		second := b.do(&awareness.DeclareField{Field: book.Field{
			Name: "Garden", Kind: book.SortChoice, Choices: []string{"yes", "no", "Yes"}, For: []book.AccountKind{book.Household, book.Person},
		}})
		garden := book.Field{Name: "Garden", Kind: book.SortChoice, Choices: []string{"yes", "no"}, For: []book.AccountKind{book.Household, book.Person}, Order: 2}
		shoe := book.Field{Name: "Shoe size", Kind: book.SortNumber, Order: 1}
		if diff := cmp.Diff([]book.Field{shoe, garden}, b.fields()); diff != "" {
			b.Errorf("declared (-want +got):\n%s", diff)
		}
		if e := b.do(&awareness.DeclareField{Field: garden}); e != nil {
			b.Errorf("the same again wrote %v", e)
		}
		dropped := b.do(&awareness.DropField{Name: "shoe size"})
		if diff := cmp.Diff([]book.Field{garden}, b.fields()); diff != "" {
			b.Errorf("after the removal (-want +got):\n%s", diff)
		}
		b.do(&awareness.Undo{Target: dropped.ID})
		b.do(&awareness.Undo{Target: second.ID})
		if diff := cmp.Diff([]book.Field{shoe}, b.fields()); diff != "" {
			b.Errorf("after taking both back (-want +got):\n%s", diff)
		}
	})
}

func TestFieldFaults(t *testing.T) {
	engines(t, func(b *bench) {
		b.do(&awareness.DeclareField{Field: book.Field{Name: "Garden"}})
		for name, f := range map[string]book.Field{
			"no name": {}, "a separator": {Name: "a=b"}, "another case": {Name: "GARDEN"}, "no such kind": {Name: "x", Kind: "colour"},
			"one choice": {Name: "x", Kind: book.SortChoice, Choices: []string{"yes"}}, "choices of a text": {Name: "x", Choices: []string{"a", "b"}},
			"for nobody": {Name: "x", For: []book.AccountKind{"dog"}}, "far down": {Name: "x", Order: 1 << 30},
		} {
			if _, err := b.try(&awareness.DeclareField{Field: f}, teller.Options{}); book.FaultOf(err) != book.Invalid && book.FaultOf(err) != book.Conflict {
				b.Errorf("%s: %v", name, err)
			}
		}
	})
}

// What is typed into a declared field is checked and brought into its kept form; what nobody declared is free.
func TestFieldValues(t *testing.T) {
	choice := book.Field{Name: "Garden", Kind: book.SortChoice, Choices: []string{"Yes", "No"}}
	number, day := book.Field{Name: "Rooms", Kind: book.SortNumber}, book.Field{Name: "Lease", Kind: book.SortDate}
	for _, c := range []struct {
		f           book.Field
		typed, want string
		bad         bool
	}{
		{number, "3,50", "3.5", false},
		{number, "three", "", true},
		{number, "NaN", "", true},
		{day, "2027-03-26", "2027-03-26", false},
		{day, "soon", "", true},
		{choice, "yes", "Yes", false},
		{choice, "perhaps", "", true},
		{choice, " ", "", false},
		{book.Field{Name: "Free"}, "as it is", "as it is", false},
	} {
		got, err := awareness.FieldValue(&c.f, c.typed)
		if got != c.want || (err != nil) != c.bad {
			t.Errorf("%s %q: %q, %v", c.f.Name, c.typed, got, err)
		}
	}
	engines(t, func(b *bench) {
		b.do(&awareness.DeclareField{Field: number})
		id := b.add("Maria Keller", 1, nil)
		b.refused(&awareness.Edit{Account: awareness.Client(id), Contact: map[string]string{"custom.Rooms": "many"}}, book.Invalid, "is no number")
		e := b.do(&awareness.Edit{Account: awareness.Client(id), Contact: map[string]string{"custom.Rooms": "4,0", "custom.dog": "Bello"}})
		want := map[string]book.Change{"custom.Rooms": {After: "4"}, "custom.dog": {After: "Bello"}}
		if diff := cmp.Diff(want, e.Words.Set); diff != "" {
			b.Errorf("(-want +got):\n%s", diff)
		}
	})
}
