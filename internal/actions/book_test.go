package actions_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/awareness"
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

func do(t testing.TB, b *testkit.Book, cmd teller.Command) book.ID {
	t.Helper()
	r, err := b.Do(context.Background(), b.Ana, cmd, teller.Options{})
	if err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
	if r.First() == nil {
		return ""
	}
	return r.First().ID
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

func list(t testing.TB, b *testkit.Book, at book.Instant, opt actions.Options) *actions.List {
	t.Helper()
	var l *actions.List
	read(t, b, at, func(ctx context.Context, r *teller.Reading) (err error) {
		l, err = actions.Today(ctx, r, opt)
		return err
	})
	return l
}

func names(l *actions.List) string {
	out := []string{}
	for _, i := range l.Items {
		out = append(out, i.Account.Name+": "+string(i.Act))
	}
	return strings.Join(out, ", ")
}

// client adds a client with a card, who was talked to on a day.
func client(t testing.TB, b *testkit.Book, name, given string, owner book.ID, talked int) book.ID {
	t.Helper()
	add := &awareness.Add{
		Name: name, Owner: string(owner), Tier: "B", At: day(1),
		Fields: map[string]string{
			book.ContactGiven: given, book.ContactBirthday: "1980-05-12",
			book.ContactPhones: book.WriteList([]book.Reach{{Value: "+44 20 7946 0001"}, {Value: "+44 20 7946 0002", Pref: true}}),
		},
	}
	do(t, b, add)
	if talked > 0 {
		do(t, b, &awareness.Touch{Account: awareness.Client(add.Account), At: day(talked), Channel: book.Call, Asks: book.AsksCandour, Summary: "a talk"})
	}
	return add.Account
}

// morning fills a book with something for each act.
type morning struct {
	waits, promised, quiet, fine, cased book.ID
	promise, kase                       book.ID
}

func newMorning(t testing.TB, b *testkit.Book) morning {
	t.Helper()
	ana := b.Ana.Member
	m := morning{
		waits: client(t, b, "Nora Quist", "Nora", ana, 58), promised: client(t, b, "Olaf Berg", "Olaf", ana, 58),
		quiet: client(t, b, "Pia Sand", "Pia", ana, 30), fine: client(t, b, "Rolf Dahl", "Rolf", ana, 60),
		cased: client(t, b, "Siv Holm", "Siv", b.Ben.Member, 60),
	}
	do(t, b, &awareness.Touch{Account: awareness.Client(m.waits), At: day(today - 2), Channel: book.Email, Direction: book.In, Summary: "Re: what about the fence?"})
	m.promise = do(t, b, &accountability.Promise{Account: awareness.Client(m.promised), Text: "send the floor plan", Due: day(today - 3), At: day(today - 9)})
	m.kase = do(t, b, &accountability.OpenCase{
		Account: awareness.Client(m.cased), Text: "wrong price", Origin: accountability.Ours, Severity: 1, At: day(today - 1),
	})
	return m
}
