package accountability_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"passbook/internal/accountability"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

var noOptions = teller.Options{}

func dueList(t testing.TB, b *testkit.Book, at book.Instant, opt accountability.DueOptions) *accountability.DueList {
	t.Helper()
	var l *accountability.DueList
	read(t, b, at, func(ctx context.Context, r *teller.Reading) (err error) {
		l, err = accountability.Due(ctx, r, opt)
		return err
	})
	return l
}

func told(l *accountability.DueList) string {
	out := []string{}
	for _, i := range l.Items {
		out = append(out, strings.Join([]string{string(i.Kind), i.Account.Name, i.By, i.Text}, " "))
	}
	return strings.Join(out, "\n")
}

// owing fills a book with what is due, kept and broken, by two members.
func owing(t testing.TB, b *testkit.Book) (one book.ID) {
	t.Helper()
	one, two := account(t, b, "Nora Quist", 1), account(t, b, "Olaf Berg", 1)
	promise := func(who teller.Actor, id book.ID, text string, due int) book.ID {
		return doAs(t, b, who, &accountability.Promise{Account: awareness.Client(id), Text: text, Due: day(due), At: day(5)})
	}
	promise(b.Ana, one, "the valuation", 50)
	promise(b.Ben, one, "the keys", today)
	promise(b.Ben, two, "the garden plan", today+9)
	do(t, b, &accountability.Settle{Promise: accountability.Which(promise(b.Ana, two, "a call", 20)), How: accountability.Keep, At: day(19)})
	do(t, b, &accountability.Settle{Promise: accountability.Which(promise(b.Ben, two, "a letter", 20)), How: accountability.Keep, At: day(22)})
	do(t, b, &accountability.Settle{Promise: accountability.Which(promise(b.Ana, two, "a list", 20)), How: accountability.Release, At: day(19)})
	do(t, b, &accountability.Settle{Promise: accountability.Which(promise(b.Ana, two, "a visit", 30)), How: accountability.Break, At: day(29)})
	c := do(t, b, &accountability.OpenCase{
		Account: awareness.Client(one), Text: "leak", Origin: accountability.Ours, Severity: 1, Estimate: day(55), NextUpdate: day(45), At: day(40),
	})
	do(t, b, &accountability.UpdateCase{Case: accountability.Which(c), Text: "plumber ordered", Estimate: day(58), NextUpdate: day(54), At: day(44)})
	return one
}

func TestDue(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		one := owing(t, b)
		l := dueList(t, b, 0, accountability.DueOptions{})
		want := strings.Join([]string{
			"promise Nora Quist Ana the valuation", "case_update Nora Quist Ana leak",
			"case_estimate Nora Quist Ana leak", "promise Nora Quist Ben the keys",
		}, "\n")
		if got := told(l); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		if l.Items[0].DaysLate != 9 || l.Items[3].DaysLate != 0 || l.Items[2].DaysLate != 2 || l.Items[0].Account.ID != one || l.More {
			t.Errorf("%+v", l)
		}
		if f := l.Firm.Promises; f.Kept != 1 || f.Late != 1 || f.Broken != 1 || f.Overdue != 1 || f.Due != 4 || *f.Share != 0.25 {
			t.Errorf("firm %+v", f)
		}
		if len(l.Members) != 2 {
			t.Errorf("members %+v", l.Members)
		}
		// Ben's promises, and what is due on Ben's accounts, of which there are none.
		if got := told(dueList(t, b, 0, accountability.DueOptions{Member: b.Ben.Member, UpTo: day(90)})); got !=
			"promise Nora Quist Ben the keys\npromise Olaf Berg Ben the garden plan" {
			t.Errorf("Ben's:\n%s", got)
		}
		if l := dueList(t, b, 0, accountability.DueOptions{Member: b.Ben.Member}); len(l.Members) != 1 || l.Members[0].Member != "Ben" || l.Members[0].Promises.Late != 1 {
			t.Errorf("Ben's rates %+v", l.Members)
		}
		if l := dueList(t, b, 0, accountability.DueOptions{Limit: 2}); len(l.Items) != 2 || !l.More || told(l) != want[:strings.Index(want, "\ncase_estimate")] {
			t.Errorf("two of them: %s", told(l))
		}
		out, _ := json.Marshal(dueList(t, b, day(3), accountability.DueOptions{}))
		if !strings.Contains(string(out), `"items":[]`) || !strings.Contains(string(out), `"members":[]`) || !strings.Contains(string(out), `"share":null`) {
			t.Errorf("an empty list is %s", out)
		}
	})
}

// The headline counts who came first with news: for the firm, and for the member who keeps the account, over the latest
// days and as many before, at any instant; a rebuild comes to the same, and so does the log after things were taken back.
func TestFigures(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		b.Clock.Set(day(300).Time())
		one, two := account(t, b, "Nora Quist", 1), account(t, b, "Olaf Berg", 1)
		do(t, b, &awareness.Edit{Account: awareness.Client(two), Set: map[string]string{book.FieldOwner: string(b.Ben.Member)}})
		b.Clock.Set(day(301).Time())
		touch := func(id book.ID, n int, dir book.Direction, c book.Channel, asks book.Asks, purpose book.Purpose) book.ID {
			return do(t, b, &awareness.Touch{Account: awareness.Client(id), At: day(n), Channel: c, Direction: dir, Asks: asks, Purpose: purpose})
		}
		told := func(id book.ID, n int) book.ID { return touch(id, n, book.Out, book.Email, "", book.Inform) }
		asked := func(id book.ID, n int, c book.Channel) book.ID { return touch(id, n, book.In, c, book.AsksNews, "") }
		told(one, 130)
		asked(one, 140, book.Email)
		told(one, 141) // the answer: no merit
		told(one, 250)
		c := do(t, b, &accountability.OpenCase{
			Account: awareness.Client(one), Text: "leak", Origin: accountability.Theirs, Severity: 1, NextUpdate: day(262), Estimate: day(290), At: day(251),
		})
		asked(one, 255, book.Email)
		do(t, b, &accountability.UpdateCase{Case: accountability.Which(c), Text: "plumber ordered", NextUpdate: day(264), At: day(256)}) // the answer
		do(t, b, &accountability.UpdateCase{Case: accountability.Which(c), Text: "nothing new", NextUpdate: day(290), At: day(260)})
		asked(one, 270, book.Call) // answered as it was asked: what follows is news
		last := told(one, 271)
		told(two, 280) // of Olaf, whose account was still Ana's
		told(two, 300) // written by Ana, to a client of Ben's
		b.Clock.Set(day(302).Time())
		told(two, 301)
		do(t, b, &awareness.Touch{Account: awareness.Client(two), At: day(301), Channel: book.Email, Direction: book.Out, Purpose: book.Inform, To: 40})
		check := func(l *accountability.DueList, unasked, asks, unaskedBefore, asksBefore int, members string) {
			t.Helper()
			f, names := &l.Firm.Asked, ""
			for _, m := range l.Members {
				names += fmt.Sprintf("%s %d/%d ", m.Member, m.Asked.Unasked, m.Asked.Asks)
			}
			if f.Unasked != unasked || f.Asks != asks || f.Before.Unasked != unaskedBefore || f.Before.Asks != asksBefore || names != members {
				t.Errorf("%+v, members %q", *f, names)
			}
		}
		l := dueList(t, b, 0, accountability.DueOptions{})
		check(l, 6, 2, 1, 1, "Ana 4/2 Ben 2/0 ")
		if r := l.Firm.Asked.Reason; r != "6 of 8 updates came before the client asked" || *l.Firm.Asked.Share != 0.75 || *l.Firm.Asked.Before.Share != 0.5 {
			t.Errorf("%q %+v", r, l.Firm.Asked)
		}
		check(dueList(t, b, 0, accountability.DueOptions{Member: b.Ben.Member}), 6, 2, 1, 1, "Ben 2/0 ")
		check(dueList(t, b, day(272), accountability.DueOptions{}), 3, 2, 1, 1, "Ana 3/2 ")
		check(dueList(t, b, day(135), accountability.DueOptions{}), 1, 0, 0, 0, "Ana 1/0 ")
		sound(t, b)
		do(t, b, &awareness.Void{Entry: last})
		check(dueList(t, b, 0, accountability.DueOptions{}), 5, 2, 1, 1, "Ana 3/2 Ben 2/0 ")
		sound(t, b)
		if _, err := b.Do(context.Background(), b.Ana, &assessment.Rebuild{}, noOptions); err != nil {
			t.Fatal(err)
		}
		check(dueList(t, b, 0, accountability.DueOptions{}), 5, 2, 1, 1, "Ana 3/2 Ben 2/0 ")
		do(t, b, &awareness.Merge{From: awareness.Client(two), Into: awareness.Client(one)})
		check(dueList(t, b, 0, accountability.DueOptions{}), 5, 2, 1, 1, "Ana 5/2 ")
		sound(t, b)
	})
}

// What was due at a past instant is, to the letter, what was listed then.
func TestDueThen(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		one := owing(t, b)
		other := account(t, b, "N. Quist", 1)
		then := b.Now()
		opts := []accountability.DueOptions{{}, {UpTo: day(90)}, {Member: b.Ben.Member, UpTo: day(90)}, {Member: b.Ana.Member}, {Limit: 1}}
		var before []string
		for _, o := range opts {
			s, _ := json.Marshal(dueList(t, b, 0, o))
			before = append(before, string(s))
		}
		all := dueList(t, b, 0, accountability.DueOptions{})
		b.Clock.Set(b.Clock.Now().Add(60 * 24 * time.Hour))
		for i, item := range slices.Backward(all.Items) {
			at := then + book.Instant(i+1)*book.Day
			switch item.Kind {
			case accountability.DuePromise:
				do(t, b, &accountability.Settle{Promise: accountability.Which(item.Entry), How: accountability.Break, At: at})
			case accountability.DueUpdate:
				do(t, b, &accountability.UpdateCase{Case: accountability.Which(item.Entry), Text: "x", Estimate: day(110), NextUpdate: day(100), At: at})
			}
		}
		do(t, b, &accountability.Promise{Account: awareness.Client(one), Text: "later", Due: day(80), At: day(70)})
		do(t, b, &awareness.Edit{Account: awareness.Client(other), Set: map[string]string{book.FieldStage: "buyer"}})
		for i, o := range opts {
			if s, _ := json.Marshal(dueList(t, b, then, o)); string(s) != before[i] {
				t.Errorf("options %d: then\n%s\nnow\n%s", i, before[i], s)
			}
		}
	})
}

func TestRates(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := owing(t, b)
		rates := func(id book.ID, at book.Instant) (a *accountability.AccountRates) {
			read(t, b, at, func(ctx context.Context, r *teller.Reading) (err error) {
				a, err = accountability.Rates(ctx, r, id)
				return err
			})
			return a
		}
		two := book.DerivedID("account", "Olaf Berg")
		if p := rates(two, 0).Promises; p.Kept != 1 || p.Late != 1 || p.Broken != 1 || p.Due != 3 || *p.Share != 1.0/3 {
			t.Errorf("%+v", p)
		}
		// On the day between, the late one was still open.
		if p := rates(two, day(21)).Promises; p.Kept != 1 || p.Overdue != 1 || p.Due != 2 {
			t.Errorf("%+v", p)
		}
		// One update came unasked; then they asked, by mail and by phone; the mail after is the answer, the next is not.
		touch := func(n int, dir book.Direction, c book.Channel, asks book.Asks, purpose book.Purpose) {
			do(t, b, &awareness.Touch{Account: awareness.Client(id), At: day(n), Channel: c, Direction: dir, Asks: asks, Purpose: purpose})
		}
		touch(46, book.In, book.Email, book.AsksNews, "")
		touch(47, book.Out, book.Email, "", book.Inform)
		touch(48, book.In, book.Call, book.AsksNews, "")
		touch(49, book.Out, book.Text, "", book.Inform)
		touch(50, book.Out, book.Text, "", book.Serve)
		if u := rates(id, 0).Updates; u.Unasked != 2 || u.Asks != 2 || *u.Share != 0.5 {
			t.Errorf("%+v", u)
		}
		if u := rates(two, 0).Updates; u.Share != nil {
			t.Errorf("%+v", u)
		}
	})
}
