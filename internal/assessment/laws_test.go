package assessment_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// kept is all that a workspace keeps beside its log, bit for bit, as text.
func kept(t testing.TB, b *testkit.Book, who teller.Actor) string {
	t.Helper()
	var all []string
	ctx := context.Background()
	err := b.Read(ctx, who, 0, func(r *teller.Reading) error {
		heads, err := r.Tx.Heads(ctx, "", 100_000)
		if err != nil {
			return err
		}
		var ids []book.ID
		for _, h := range heads {
			ids = append(ids, h.ID)
			all = append(all, fmt.Sprintf("%+v", h))
		}
		proofs, err := r.Tx.Proofs(ctx, ids...)
		if err != nil {
			return err
		}
		for _, id := range ids {
			all = append(all, fmt.Sprintf("%x %+v", proofs[id].Key, proofs[id]))
		}
		postings, err := r.Tx.PostingsOf(ctx, ids...)
		if err != nil {
			return err
		}
		for _, p := range postings {
			all = append(all, fmt.Sprintf("%x %+v", p.After, p))
		}
		promises, err := r.Tx.PromisesOfAll(ctx, ids...)
		if err != nil {
			return err
		}
		cases, err := r.Tx.CasesOfAll(ctx, ids...)
		if err != nil {
			return err
		}
		news, err := r.Tx.NewsOf(ctx, ids...)
		all = append(all, fmt.Sprintf("%+v %+v %+v", promises, cases, news))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

// chance writes a random history: touches, promises, cases and what settles them, late and on time, voids and merges.
func chance(t testing.TB, b *testkit.Book, seed uint64, n int) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 12))
	var ids, entries []book.ID
	for i := range 12 {
		ids = append(ids, account(t, b, fmt.Sprintf("Client %d of %d", i, seed), 1))
	}
	for range n {
		e := touch(2+rnd.IntN(55), book.Channels[rnd.IntN(len(book.Channels))], "hello")
		switch rnd.IntN(6) {
		case 0:
			e = promise(2+rnd.IntN(30), 20+rnd.IntN(50), "something")
		case 1:
			e = failure(2+rnd.IntN(50), 1+rnd.IntN(3), "something")
		case 2:
			if len(entries) > 0 {
				kinds := []book.Kind{book.KindKept, book.KindBroken, book.KindReleased, book.KindUpdate, book.KindResolved}
				e = about(2+rnd.IntN(55), kinds[rnd.IntN(len(kinds))], entries[rnd.IntN(len(entries))])
			}
		case 3:
			e.Facts.Direction, e.Facts.Asks = book.In, book.AsksNews
		case 4:
			e.Facts.Purpose = book.Inform
		}
		entries = append(entries, put(t, b, ids[rnd.IntN(len(ids))], e))
	}
	for i := range 3 {
		do(t, b, &awareness.Void{Entry: entries[i*5]})
	}
	do(t, b, &awareness.Merge{From: awareness.Client(ids[0]), Into: awareness.Client(ids[1])})
	do(t, b, &awareness.Merge{From: awareness.Client(ids[2]), Into: awareness.Client(ids[3])})
	do(t, b, &awareness.Unmerge{Account: awareness.Client(ids[2])})
}

// Law 12: a rebuild from the log equals the running state bit for bit.
func TestLaw12Rebuild(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		for seed := range uint64(4) {
			chance(t, b, seed, 70)
			running := kept(t, b, b.Ana)
			do(t, b, &assessment.Rebuild{})
			if rebuilt := kept(t, b, b.Ana); rebuilt != running {
				t.Fatalf("seed %d: the rebuilt book differs\nrunning\n%s\nrebuilt\n%s", seed, running, rebuilt)
			}
			sound(t, b)
		}
	})
}

// Law 15: nothing in another workspace changes, whatever is written, taken back, repriced or rebuilt in one.
func TestLaw15Workspaces(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		chance(t, b, 1, 40)
		mine, was := kept(t, b, b.Ana), sound(t, b)

		found := &awareness.Found{Name: "Other Homes", Owner: "Olga", Playbook: "b2b-accounts", Zone: "Europe/Oslo", Country: "NO"}
		other := teller.Actor{Workspace: "other", Role: book.RoleOwner}
		ctx := context.Background()
		if _, err := b.Do(ctx, other, found, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		other.Member = found.Member.ID
		theirs := *b
		theirs.Ana = other
		chance(t, &theirs, 1, 40) // accounts of the same ids
		if now := kept(t, b, b.Ana); now != mine {
			t.Errorf("another workspace changed this one:\n%s\nwas\n%s", now, mine)
		}
		before := kept(t, b, other)
		do(t, &theirs, &assessment.Rebuild{})
		if v := sound(t, b); v.Digest != was.Digest || v.Entries != was.Entries || kept(t, b, b.Ana) != mine || kept(t, b, other) != before {
			t.Error("a rebuild of another workspace changed this one")
		}
		do(t, b, &awareness.Erase{Person: book.DerivedID("account", "Client 5 of 1")})
		if kept(t, b, other) != before {
			t.Error("what is erased here is erased there")
		}
	})
}

// Every law of the arithmetic is held by a test that bears its number.
func TestLawsAreNamed(t *testing.T) {
	var named []string
	for _, file := range []string{"../ledger/laws_test.go", "../ledger/hold_test.go", "laws_test.go"} {
		named = append(named, lawsIn(t, file)...)
	}
	for n := 1; n <= 16; n++ {
		if !slices.Contains(named, fmt.Sprint(n)) {
			t.Errorf("no test is named for law %d", n)
		}
	}
}

var lawName = regexp.MustCompile(`(?m)^func TestLaws?([0-9]+)(?:And([0-9]+))?`)

func lawsIn(t *testing.T, file string) (numbers []string) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range lawName.FindAllStringSubmatch(string(src), -1) {
		numbers = append(numbers, m[1:]...)
	}
	return numbers
}
