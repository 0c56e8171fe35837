package accountability_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// day is ten in the morning of a day of the year 2026, counted from 1 January.
func day(n int) book.Instant {
	return book.Micros(time.Date(2026, 1, n, 10, 0, 0, 0, time.UTC))
}

// today is the day on which the testkit's clock starts, Monday 2 March 2026.
const today = 61

func account(t testing.TB, b *testkit.Book, name string, opened int) book.ID {
	t.Helper()
	return b.Account(t, name, day(opened).Time().Add(-2*time.Hour))
}

func doAs(t testing.TB, b *testkit.Book, who teller.Actor, cmd teller.Command) book.ID {
	t.Helper()
	r, err := b.Do(context.Background(), who, cmd, teller.Options{})
	if err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
	return r.First().ID
}

func do(t testing.TB, b *testkit.Book, cmd teller.Command) book.ID {
	t.Helper()
	return doAs(t, b, b.Ana, cmd)
}

func refused(t testing.TB, b *testkit.Book, cmd teller.Command, fault book.Fault, words string) {
	t.Helper()
	_, err := b.Do(context.Background(), b.Ana, cmd, teller.Options{})
	if err == nil || book.FaultOf(err) != fault || !strings.Contains(book.Message(err), words) {
		t.Errorf("%T: got %v (%v), want %v with %q", cmd, err, book.FaultOf(err), fault, words)
	}
}

func read(t testing.TB, b *testkit.Book, at book.Instant, fn func(ctx context.Context, r *teller.Reading) error) {
	t.Helper()
	ctx := context.Background()
	if err := b.Read(ctx, b.Ana, at, func(r *teller.Reading) error { return fn(ctx, r) }); err != nil {
		t.Fatal(err)
	}
}

func statement(t testing.TB, b *testkit.Book, id book.ID) *assessment.Statement {
	t.Helper()
	var s *assessment.Statement
	read(t, b, 0, func(ctx context.Context, r *teller.Reading) (err error) {
		s, err = assessment.DrawUp(ctx, r, id, 0, 0)
		return err
	})
	return s
}

// last is the last line of an account's statement.
func last(t testing.TB, b *testkit.Book, id book.ID) assessment.Line {
	t.Helper()
	s := statement(t, b, id)
	l := s.Lines[len(s.Lines)-1]
	l.Particulars = strings.TrimSuffix(l.Particulars, ", written down 2 Mar") // the book is typed in one day
	return l
}

// sound fails unless what is stored is what the log says.
func sound(t testing.TB, b *testkit.Book) {
	t.Helper()
	v, err := assessment.Verify(context.Background(), b.Teller, b.Ana, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !v.OK {
		t.Errorf("the book is not sound: %s", strings.Join(v.Differences, "\n"))
	}
}
