package assessment_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// day is ten in the morning of a day of the year 2026, counted from 1 January; days below 1 lie in 2025.
func day(n int) book.Instant {
	return book.Micros(time.Date(2026, 1, n, 10, 0, 0, 0, time.UTC))
}

// today is the day on which the testkit's clock starts, Monday 2 March 2026.
const today = 61

func account(t testing.TB, b *testkit.Book, name string, opened int) book.ID {
	t.Helper()
	return b.Account(t, name, day(opened).Time().Add(-2*time.Hour))
}

func do(t testing.TB, b *testkit.Book, cmd teller.Command) *book.Entry {
	t.Helper()
	r, err := b.Do(context.Background(), b.Ana, cmd, teller.Options{})
	if err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
	return r.First()
}

// refused runs a command that must fail in a given way with a message that holds the words.
func refused(t testing.TB, b *testkit.Book, cmd teller.Command, fault book.Fault, words string) {
	t.Helper()
	_, err := b.Do(context.Background(), b.Ana, cmd, teller.Options{})
	if err == nil || book.FaultOf(err) != fault || !strings.Contains(book.Message(err), words) {
		t.Errorf("%T: got %v (%v), want %v with %q", cmd, err, book.FaultOf(err), fault, words)
	}
}

func put(t testing.TB, b *testkit.Book, account book.ID, e book.Entry) book.ID {
	t.Helper()
	return do(t, b, &testkit.Append{Account: account, Entries: []book.Entry{e}}).ID
}

func touch(n int, c book.Channel, words string) book.Entry {
	return book.Entry{At: day(n), Kind: book.KindTouch, Words: book.Words{Text: words}, Facts: book.Facts{
		Channel: c, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve,
	}}
}

func promise(n, due int, words string) book.Entry {
	return book.Entry{At: day(n), Kind: book.KindPromise, Facts: book.Facts{Due: day(due)}, Words: book.Words{Text: words}}
}

func about(n int, kind book.Kind, subject book.ID) book.Entry {
	return book.Entry{At: day(n), Kind: kind, Subject: subject}
}

func failure(n, severity int, words string) book.Entry {
	return book.Entry{At: day(n), Kind: book.KindCase, Facts: book.Facts{Ours: true, Severity: severity}, Words: book.Words{Text: words}}
}

func read(t testing.TB, b *testkit.Book, at book.Instant, fn func(ctx context.Context, r *teller.Reading) error) {
	t.Helper()
	ctx := context.Background()
	if err := b.Read(ctx, b.Ana, at, func(r *teller.Reading) error { return fn(ctx, r) }); err != nil {
		t.Fatal(err)
	}
}

// statement draws up a statement as of at.
func statement(t testing.TB, b *testkit.Book, id book.ID, at, from, to book.Instant) *assessment.Statement {
	t.Helper()
	var s *assessment.Statement
	read(t, b, at, func(ctx context.Context, r *teller.Reading) (err error) {
		s, err = assessment.DrawUp(ctx, r, id, from, to)
		return err
	})
	return s
}

func verify(t testing.TB, b *testkit.Book) *assessment.Verification {
	t.Helper()
	v, err := assessment.Verify(context.Background(), b.Teller, b.Ana, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// sound fails unless what is stored is what the log says.
func sound(t testing.TB, b *testkit.Book) *assessment.Verification {
	t.Helper()
	v := verify(t, b)
	if !v.OK {
		t.Errorf("the book is not sound: %s", strings.Join(v.Differences, "\n"))
	}
	return v
}

func exec(t testing.TB, db *sqldb.DB, query string, args ...any) {
	t.Helper()
	ctx := context.Background()
	err := db.Write(ctx, func(q *sqldb.Tx) error {
		n, err := q.Exec(ctx, query, args...)
		if err == nil && n == 0 {
			t.Errorf("nothing changed by %s", query)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// busy fills a book with everything that can happen: promises and cases in every state, late entries, scripts, waiting
// clients, a void, a merge, changes of stage. It gives two accounts; the second stands for a third.
func busy(t testing.TB, b *testkit.Book) (one, two book.ID) {
	t.Helper()
	one, two = account(t, b, "Nora Quist", 1), account(t, b, "Pia & Jon Sand", 2)
	gone := account(t, b, "Jon Sand", 3)
	kept := put(t, b, one, promise(5, 9, "send the valuation"))
	put(t, b, one, about(8, book.KindKept, kept))
	late := put(t, b, one, promise(10, 12, "bring the keys"))
	put(t, b, one, about(15, book.KindKept, late))
	broken := put(t, b, one, promise(16, 18, "ring the surveyor"))
	put(t, b, one, about(19, book.KindBroken, broken))
	put(t, b, one, promise(20, 80, "a plan for the garden"))
	put(t, b, one, about(21, book.KindReleased, put(t, b, one, promise(20, 30, "a second viewing"))))
	solved := put(t, b, one, failure(22, 2, "the wrong price was printed"))
	e := about(23, book.KindUpdate, solved)
	e.Facts.Estimate, e.Facts.NextUpdate = day(30), day(26)
	put(t, b, one, e)
	put(t, b, one, about(25, book.KindResolved, solved))
	put(t, b, one, failure(40, 3, "the survey went missing"))
	put(t, b, one, touch(4, book.Call, "first talk")) // late: it came before all of these
	put(t, b, two, touch(6, book.Meeting, ""))
	put(t, b, two, book.Entry{At: day(30), Kind: book.KindClosing})
	put(t, b, two, book.Entry{At: day(35), Kind: book.KindReferral})
	for n := 7; n < 60; n += 7 {
		e := touch(n, book.Email, "market letter")
		e.Facts.Template, e.Facts.To = "letter", 40
		put(t, b, two, e)
		put(t, b, gone, touch(n+1, book.Text, "how are you?"))
	}
	in := touch(55, book.Email, "when do we hear from you?")
	in.Facts.Direction, in.Facts.Asks = book.In, book.AsksNews
	put(t, b, gone, in)
	put(t, b, gone, promise(50, 70, "the floor plan"))
	do(t, b, &awareness.Void{Entry: put(t, b, one, touch(33, book.Meeting, "never was"))})
	do(t, b, &awareness.Merge{From: awareness.Client(gone), Into: awareness.Client(two)})
	put(t, b, one, book.Entry{At: day(31), Kind: book.KindChanged, Facts: book.Facts{
		Set: map[string]book.Change{book.FieldStage: {Before: "prospect", After: "seller"}},
	}})
	return one, two
}
