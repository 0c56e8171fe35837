package awareness_test

import (
	"slices"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// lived makes an account with a history in which an order of entries, promises and cases matters.
func (b *bench) lived(name string, from int, mail string) book.ID {
	b.Helper()
	id := b.add(name, from, mails(mail))
	b.touch(id, from+1, "hello "+name)
	b.promise(id, from+2, from+20, "what we said to "+name)
	kept := b.promise(id, from+3, from+9, "kept for "+name)
	b.do(&testkit.Append{Account: id, Entries: []book.Entry{
		{At: day(from + 4), Kind: book.KindCase, Facts: book.Facts{Ours: true, Severity: 2}, Words: book.Words{Text: "case of " + name}},
		{At: day(from + 5), Kind: book.KindTouch, Facts: book.Facts{Channel: book.Email, Direction: book.In, Outcome: book.Reached, Purpose: book.Serve}},
	}})
	b.keeps(id, from+8, book.Email, kept)
	b.do(&awareness.Edit{Account: awareness.Client(id), At: day(from + 9), Set: map[string]string{book.FieldStage: "buyer"}})
	return id
}

// Merging and parting again gives both accounts back as they were, bit for bit.
func TestUnmergeIsExact(t *testing.T) {
	engines(t, func(b *bench) {
		a, c := b.lived("Maria Keller", 1, "maria@old.example"), b.lived("Maria Keller", 3, "maria@new.example")
		fa, fc := b.folded(a), b.folded(c)
		b.do(&awareness.Merge{From: awareness.Client(a), Into: awareness.Client(c)})
		b.verify()
		if b.folded(c) == fc {
			t.Error("the survivor has gained nothing")
		}
		if b.account(a).Merged != c {
			t.Error("the redirect is not there")
		}
		if strings.Contains(b.folded(a), "kept") {
			t.Errorf("the redirect still holds postings: %s", b.folded(a))
		}
		for _, ref := range []string{"maria@old.example", "maria@new.example", string(a), string(c), string(b.person(a).ID), "Maria Keller"} {
			if got := b.resolve(ref); got != c {
				t.Errorf("%q leads to %s", ref, got)
			}
		}
		if s := b.show(c, 0); len(s.People) != 1 || !slices.Equal(s.Merged, []book.ID{a}) {
			t.Errorf("people %+v, merged %v", s.People, s.Merged)
		}
		b.do(&awareness.Unmerge{Account: awareness.Client(a)})
		if got := b.folded(a); got != fa {
			t.Errorf("the one merged away was\n%s\nand is\n%s", fa, got)
		}
		if got := b.folded(c); got != fc {
			t.Errorf("the survivor was\n%s\nand is\n%s", fc, got)
		}
		for ref, want := range map[string]book.ID{"maria@old.example": a, "maria@new.example": c} {
			if got := b.resolve(ref); got != want {
				t.Errorf("%q leads to %s", ref, got)
			}
		}
		b.verify()
	})
}

// What is written after a merge stays with the survivor, whichever of the two it was written to.
func TestMergeEntriesSince(t *testing.T) {
	engines(t, func(b *bench) {
		a, c := b.lived("Anna", 1, "anna@client.example"), b.lived("Carl", 3, "carl@client.example")
		fa := b.folded(a)
		b.do(&awareness.Merge{From: awareness.Client(a), Into: awareness.Client(c)})
		since := b.touch(a, 50, "since")
		if got := b.entry(since).Account; got != c {
			t.Errorf("the entry since stands on %s", got)
		}
		b.do(&awareness.Unmerge{Account: awareness.Client(a)})
		if b.folded(a) != fa {
			t.Error("the one merged away has changed")
		}
		if got := b.entry(since).Account; got != c {
			t.Errorf("after parting the entry since stands on %s", got)
		}
		b.verify()
	})
}

func TestMergeChain(t *testing.T) {
	engines(t, func(b *bench) {
		ids := []book.ID{b.lived("Anna", 1, "anna@client.example"), b.lived("Anna", 3, "anna@work.example"), b.lived("Anna", 5, "anna@home.example")}
		was := []string{b.folded(ids[0]), b.folded(ids[1]), b.folded(ids[2])}
		b.do(&awareness.Merge{From: awareness.Client(ids[0]), Into: awareness.Client(ids[1])})
		b.do(&awareness.Merge{From: awareness.Client(ids[1]), Into: awareness.Client(ids[2])})
		b.verify()
		for _, ref := range []string{"anna@client.example", "anna@work.example", "anna@home.example", string(ids[0])} {
			if got := b.resolve(ref); got != ids[2] {
				t.Errorf("%q leads to %s", ref, got)
			}
		}
		through := b.touch(ids[0], 40, "through the chain")
		if got := b.entry(through).Account; got != ids[2] {
			t.Errorf("a touch to the first stands on %s", got)
		}
		b.do(&awareness.Void{Entry: through})
		// The middle goes: the first stays with it.
		b.do(&awareness.Unmerge{Account: awareness.Client(ids[1])})
		b.verify()
		if got := b.resolve("anna@client.example"); got != ids[1] {
			t.Errorf("the first one's address leads to %s", got)
		}
		b.do(&awareness.Unmerge{Account: awareness.Client(ids[0])})
		for i, id := range ids[:2] {
			if b.folded(id) != was[i] {
				t.Errorf("account %d was\n%s\nand is\n%s", i, was[i], b.folded(id))
			}
		}
		b.verify()
	})
}

func TestMergeRefuses(t *testing.T) {
	engines(t, func(b *bench) {
		a, c := b.add("Anna", 1, nil), b.add("Carl", 1, nil)
		b.refused(&awareness.Merge{From: awareness.Client(a), Into: awareness.Client(a)}, book.Conflict, "both already")
		b.refused(&awareness.Merge{From: awareness.Client(a), Into: awareness.Client(book.DerivedID("nobody"))}, book.NotFound, "no account")
		b.refused(&awareness.Unmerge{Account: awareness.Client(a)}, book.Conflict, "alone already")
		b.refused(&awareness.Unmerge{Account: awareness.Client(book.DerivedID("nobody"))}, book.NotFound, "no account")
		card := &awareness.Add{Name: "Dora Ash", ContactOnly: true}
		b.do(card)
		b.refused(&awareness.Unmerge{Account: awareness.Client(card.Contact)}, book.Conflict, "Dora Ash stands alone already")
		b.do(&awareness.Merge{From: awareness.Client(a), Into: awareness.Client(c)})
		b.refused(&awareness.Merge{From: awareness.Client(a), Into: awareness.Client(c)}, book.Conflict, "both already")
		b.refused(&awareness.Merge{From: awareness.Client(c), Into: awareness.Client(a)}, book.Conflict, "both already")
	})
}

// Undoing the merge parts them; undoing an old merge does not part a newer one.
func TestUndoMerge(t *testing.T) {
	engines(t, func(b *bench) {
		a, c, d := b.lived("Anna", 1, "anna@client.example"), b.lived("Carl", 3, "carl@client.example"), b.lived("Dora", 4, "dora@client.example")
		fa := b.folded(a)
		first := b.do(&awareness.Merge{From: awareness.Client(a), Into: awareness.Client(c)}).ID
		if did := b.undone(); did != "the merge" || b.account(a).Merged != "" {
			t.Errorf("undid %s", did)
		}
		if b.folded(a) != fa {
			t.Error("the account has changed")
		}
		b.do(&awareness.Merge{From: awareness.Client(a), Into: awareness.Client(d)})
		b.refused(&awareness.Undo{Target: first}, book.Conflict, "merged into another")
		b.verify()
	})
}

// An entry that was voided while two accounts were one comes back to the account it was made on.
func TestUndoVoidAfterUnmerge(t *testing.T) {
	engines(t, func(b *bench) {
		a, c := b.lived("Anna", 1, "anna@client.example"), b.lived("Carl", 3, "carl@client.example")
		call := b.touch(a, 30, "worth six")
		fa := b.folded(a)
		b.do(&awareness.Merge{From: awareness.Client(a), Into: awareness.Client(c)})
		b.do(&awareness.Void{Entry: call})
		b.do(&awareness.Unmerge{Account: awareness.Client(a)})
		if b.folded(a) == fa {
			t.Error("what was voided in the merge counts again")
		}
		b.do(&awareness.Undo{Target: b.entry(call).VoidedBy})
		if b.folded(a) != fa {
			t.Error("lifted, and yet the account is not as it was")
		}
		b.verify()
	})
}

// A change made before a merge is not reversed on the survivor.
func TestUndoChangeOfMerged(t *testing.T) {
	engines(t, func(b *bench) {
		a, c := b.add("Anna", 1, nil), b.add("Carl", 1, nil)
		change := b.do(&awareness.Edit{Account: awareness.Client(a), Set: map[string]string{book.FieldStage: "seller"}}).ID
		b.do(&awareness.Edit{Account: awareness.Client(c), Set: map[string]string{book.FieldStage: "seller"}})
		b.do(&awareness.Merge{From: awareness.Client(a), Into: awareness.Client(c)})
		b.refused(&awareness.Undo{Target: change}, book.Conflict, "merged into Carl")
	})
}

// Contacts of one name become one; of different names they stay side by side.
func TestMergeContacts(t *testing.T) {
	engines(t, func(b *bench) {
		a, c := b.add("Anna Berg", 1, mails("anna@client.example")), b.add("anna  BERG", 1, mails("anna@work.example"))
		d := b.add("Dora Berg", 1, mails("dora@client.example"))
		b.do(&awareness.Merge{From: awareness.Client(a), Into: awareness.Client(c)})
		b.do(&awareness.Merge{From: awareness.Client(d), Into: awareness.Client(c)})
		var names []string
		for _, p := range b.show(c, 0).People {
			names = append(names, p.Name)
		}
		slices.Sort(names)
		if !slices.Equal(names, []string{"Dora Berg", "anna  BERG"}) {
			t.Errorf("people %q", names)
		}
		if got := b.person(a).Merged; got != b.person(c).ID {
			t.Errorf("Anna's contact leads to %q", got)
		}
		b.do(&awareness.Unmerge{Account: awareness.Client(a)})
		if got := b.person(a).Merged; got != "" {
			t.Errorf("parted, and yet Anna's contact leads to %q", got)
		}
	})
}

// Two who look alike are no longer asked about once their accounts are one, and again when they are parted.
func TestMergedAreAskedAboutNoMore(t *testing.T) {
	engines(t, func(b *bench) {
		a, c := b.add("Maria Keller", 1, mails("maria@client.example")), b.add("Maria Kellar", 2, mails("maria@client.example"))
		alike := func() (n int) {
			b.read(0, func(r *teller.Reading) error {
				found, err := awareness.Duplicates(b.ctx, r, 10)
				pairs := found.Pairs
				n = len(pairs)
				return err
			})
			return n
		}
		if got := alike(); got != 1 {
			t.Fatalf("%d pairs before the merge", got)
		}
		b.do(&awareness.Merge{From: awareness.Client(c), Into: awareness.Client(a)})
		if got := alike(); got != 0 {
			t.Errorf("%d pairs after it", got)
		}
		b.do(&awareness.Unmerge{Account: awareness.Client(c)})
		if got := alike(); got != 1 {
			t.Errorf("%d pairs once they are parted", got)
		}
	})
}

// Two commands may merge in opposite directions at the same time; one of them wins and nothing is lost.
func TestMergeAtOnce(t *testing.T) {
	engines(t, func(b *bench) {
		a, c := b.lived("Anna", 1, "anna@client.example"), b.lived("Carl", 3, "carl@client.example")
		done := make(chan error, 2)
		for _, m := range []*awareness.Merge{{From: awareness.Client(a), Into: awareness.Client(c)}, {From: awareness.Client(c), Into: awareness.Client(a)}} {
			go func() {
				_, err := b.Book.Do(b.ctx, b.Ana, m, teller.Options{})
				done <- err
			}()
		}
		won := 0
		for range 2 {
			err := <-done
			if err == nil {
				won++
			} else if book.FaultOf(err) != book.Conflict {
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d of 2 merges were made", won)
		}
		b.verify()
	})
}
