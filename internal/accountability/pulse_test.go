package accountability_test

import (
	"context"
	"reflect"
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

func pulses(t *testing.T, b *testkit.Book, id book.ID) (out []accountability.PulseItem) {
	t.Helper()
	read(t, b, 0, func(ctx context.Context, r *teller.Reading) error {
		page, err := accountability.Pulses(ctx, r, accountability.ListOptions{OwedFilter: store.OwedFilter{Account: id}, Limit: 100})
		if err == nil {
			out = page.Pulses
		}
		return err
	})
	return out
}

// person is a client of one person, who has a page.
func person(t *testing.T, b *testkit.Book, name string) (book.ID, *awareness.MakeLink) {
	t.Helper()
	add := &awareness.Add{Name: name, Owner: "Ana"}
	do(t, b, add)
	link := &awareness.MakeLink{Account: awareness.Client(add.Account), With: awareness.Whom(add.Contact)}
	if _, err := b.Do(context.Background(), b.Ana, link, teller.Options{}); err != nil {
		t.Fatal(err)
	}
	return add.Account, link
}

// A question waits, is answered once, and is silent after the playbook's days: that posts nothing. What was said posts by its score.
func TestPulse(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id, _ := person(t, b, "Nora Quist")
		nora := awareness.Client(id)
		refused(t, b, &actions.AskPulse{Account: nora, By: "pigeon"}, book.Invalid, "letter or page")
		refused(t, b, &actions.AskPulse{Account: nora, By: actions.PulseByPage, Question: "weather"}, book.Invalid, `"weather" is none of the playbook residential-sales`)
		refused(t, b, &actions.AskPulse{Account: nora}, book.Conflict, "no mail server")
		ask := do(t, b, &actions.AskPulse{Account: nora, By: actions.PulseByPage, Question: "moved"})
		if all := pulses(t, b, id); len(all) != 1 || all[0].Status != accountability.PulseWaits || all[0].Person != "Nora Quist" || all[0].Question != book.Satisfaction ||
			all[0].Text == "" || all[0].By != "Ana" {
			t.Fatalf("%+v", all)
		}
		refused(t, b, &actions.AskPulse{Account: nora, By: actions.PulseByPage}, book.Conflict,
			"is Nora Quist, who was asked on 2 Mar 2026; the playbook leaves 60 days between two questions to one person, so ask from 1 May 2026 on")
		b.Clock.Set(b.Clock.Now().AddDate(0, 0, 20))
		if all := pulses(t, b, id); all[0].Status != accountability.PulseSilent || all[0].Answered != 0 {
			t.Errorf("after the days for an answer %+v", all)
		}
		before := statement(t, b, id)
		if n := len(before.Lines); before.Lines[n-1].Points != 0 {
			t.Errorf("silence posts %+v", before.Lines[n-1])
		}
		for _, c := range []struct {
			cmd   accountability.AnswerPulse
			fault book.Fault
			words string
		}{
			{accountability.AnswerPulse{}, book.Invalid, "what did they say"},
			{accountability.AnswerPulse{Score: 6}, book.Invalid, "goes from 1"},
			{accountability.AnswerPulse{Score: -1}, book.Invalid, "goes from 1"},
			{accountability.AnswerPulse{Ask: ask, Text: "all fine"}, book.Invalid, "does not answer this question"},
			{accountability.AnswerPulse{Ask: id, Score: 3}, book.NotFound, "no question"},
			{accountability.AnswerPulse{Score: 3, With: "Otto"}, book.NotFound, "Otto"},
		} {
			c.cmd.Account = nora
			refused(t, b, &c.cmd, c.fault, c.words)
		}
		said := do(t, b, &accountability.AnswerPulse{Account: nora, Score: 5, Text: "you always called"})
		if all := pulses(t, b, id); len(all) != 1 || all[0].Status != accountability.PulseAnswered || all[0].Score != 5 || all[0].Said != "you always called" || all[0].Answer != said {
			t.Errorf("%+v", all)
		}
		if l := last(t, b, id); l.Points != 400 || l.Particulars != "Nora Quist gave us 5 of 5 — you always called" {
			t.Errorf("%+v", l)
		}
		refused(t, b, &accountability.AnswerPulse{Account: nora, Ask: ask, Score: 1}, book.Conflict, "was answered on")
		do(t, b, &awareness.Undo{Target: said})
		if all := pulses(t, b, id); len(all) != 1 || all[0].Answered != 0 {
			t.Errorf("taken back: %+v", all)
		}
		do(t, b, &accountability.AnswerPulse{Account: nora, Ask: ask, Score: 4})
		do(t, b, &accountability.AnswerPulse{Account: nora, Text: "call before you come"})
		if all := pulses(t, b, id); len(all) != 2 || all[0].Asked != 0 || all[0].Question != book.Candour || all[1].Score != 4 {
			t.Errorf("%+v", all)
		}
		sound(t, b)
	})
}

// A low answer opens a case of ours at once, which is not charged twice, and goes with it when it is taken back.
func TestLowPulse(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id, _ := person(t, b, "Nora Quist")
		nora := awareness.Client(id)
		figures := func() (out *accountability.DueList) {
			read(t, b, 0, func(ctx context.Context, r *teller.Reading) (err error) {
				out, err = accountability.Due(ctx, r, accountability.DueOptions{})
				return err
			})
			return out
		}
		do(t, b, &accountability.Promise{Account: nora, Text: "send the plans", Due: b.Now() + book.Day})
		do(t, b, &accountability.Settle{Promise: "plans", How: accountability.Keep})
		before := figures()
		said := do(t, b, &accountability.AnswerPulse{Account: nora, Score: 1, Text: "nobody came"})
		cases := func() (out []accountability.CaseItem) {
			read(t, b, 0, func(ctx context.Context, r *teller.Reading) error {
				page, err := accountability.Cases(ctx, r, accountability.ListOptions{OwedFilter: store.OwedFilter{Status: "open"}, Limit: 10})
				if err == nil {
					out = page.Cases
				}
				return err
			})
			return out
		}
		if all := cases(); len(all) != 1 || all[0].Origin != accountability.Ours || all[0].Text != "nobody came" || all[0].Severity != 2 || all[0].Account.Owner != "Ana" ||
			all[0].NextUpdate != b.Now()+2*book.Day {
			t.Errorf("%+v", all)
		}
		s := statement(t, b, id)
		sum := book.Points(0)
		for _, l := range s.Lines[len(s.Lines)-2:] {
			sum += l.Points
		}
		if sum != -700 {
			t.Errorf("an answer of -8 and candour of 1 come to %v: %+v", sum, s.Lines)
		}
		after := figures()
		if !reflect.DeepEqual(before.Members, after.Members) || !reflect.DeepEqual(before.Firm, after.Firm) {
			t.Errorf("a complaint moves somebody's figures: %+v, before %+v", after.Members, before.Members)
		}
		do(t, b, &awareness.Undo{Target: said})
		if all := cases(); len(all) != 0 {
			t.Errorf("the answer was taken back, and its case stands: %+v", all)
		}
		ask := do(t, b, &actions.AskPulse{Account: nora, By: actions.PulseByPage, Question: "satisfaction"})
		do(t, b, &accountability.AnswerPulse{Account: nora, Ask: ask, Score: 2})
		if all := cases(); len(all) != 1 || all[0].Severity != 1 || all[0].Text != "2/5: "+pulses(t, b, id)[0].Text {
			t.Errorf("%+v", all)
		}
		sound(t, b)
	})
}

// Nobody is asked twice within the playbook's days, whichever of their accounts it is; nobody who has no page is asked on it, or who
// wants nothing written.
func TestPulseFatigue(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id, link := person(t, b, "Nora Quist")
		other := &awareness.Add{Name: "Quist Boats", Kind: book.Company}
		do(t, b, other)
		do(t, b, &awareness.Join{Account: awareness.Client(other.Account), Contact: link.Link.Contact, Role: "owner"})
		boats := awareness.Client(other.Account)
		refused(t, b, &actions.AskPulse{Account: boats, With: "Nora Quist", By: actions.PulseByPage}, book.Conflict, "no page that opens")
		ask := do(t, b, &actions.AskPulse{Account: awareness.Client(id), By: actions.PulseByPage})
		if _, err := b.Do(context.Background(), b.Ana, &awareness.MakeLink{Account: boats, With: "Nora Quist"}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		again := &actions.AskPulse{Account: boats, With: "Nora Quist", By: actions.PulseByPage}
		refused(t, b, again, book.Conflict, "who was asked on 2 Mar 2026")
		do(t, b, &awareness.Undo{Target: ask})
		stop := map[book.Channel]book.Consent{}
		for _, ch := range awareness.Writing {
			stop[ch] = book.Withdrawn
		}
		do(t, b, &awareness.Reaching{Person: link.Link.Contact, Say: stop, Source: "her page"})
		refused(t, b, again, book.Conflict, "Nora Quist wants no mail from us, since 2 Mar 2026: her page")
		do(t, b, &awareness.Reaching{Person: link.Link.Contact, Say: map[book.Channel]book.Consent{book.Email: book.Given}, Source: "on the phone"})
		do(t, b, again)
		sound(t, b)
	})
}

// Few complaints are told as a warning, for the firm and its teams; a failure that we named first is none.
func TestCandour(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		var ids []book.ID
		for range 30 {
			add := &awareness.Add{Name: "Client", Owner: "Ana", Another: true}
			do(t, b, add)
			ids = append(ids, add.Account)
		}
		candour := func() (c *assessment.Candour) {
			read(t, b, 0, func(ctx context.Context, r *teller.Reading) (err error) {
				c, err = assessment.CandourOf(ctx, r)
				return err
			})
			return c
		}
		if c := candour(); !c.Firm.Low || c.Firm.Accounts != 30 || *c.Firm.PerHundred != 0 || c.Few != 4 || len(c.Questions) != 1 {
			t.Errorf("%+v", c)
		}
		for i, first := range []accountability.First{accountability.Them, accountability.Us, accountability.Them} {
			do(t, b, &accountability.OpenCase{Account: awareness.Client(ids[i]), Text: "late", Origin: accountability.Ours, Severity: 1, First: first})
		}
		do(t, b, &accountability.OpenCase{Account: awareness.Client(ids[4]), Text: "her bank", Origin: accountability.Theirs, Severity: 1})
		if c := candour(); c.Firm.Low || c.Firm.Complaints != 2 {
			t.Errorf("%+v", c)
		}
		b.Clock.Set(b.Clock.Now().AddDate(1, 0, 1))
		if c := candour(); !c.Firm.Low || c.Firm.Complaints != 0 {
			t.Errorf("a year on %+v", c)
		}
	})
}

// The question for after a closing fits from its day on, after the closing that counts, and no more once it was asked.
func TestFittingAfterAClosing(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := account(t, b, "Nora Quist", 1)
		fits := func() (name string) {
			t.Helper()
			read(t, b, 0, func(ctx context.Context, r *teller.Reading) error {
				all, err := r.Tx.Accounts(ctx, id)
				if err != nil {
					return err
				}
				q, ok, err := accountability.FittingPulse(ctx, r, all[0])
				if ok {
					name = q.Name
				}
				return err
			})
			return name
		}
		if got := fits(); got != "" {
			t.Errorf("before any closing %q fits", got)
		}
		late := do(t, b, &accountability.Closing{Account: awareness.Client(id), Text: "9 Ash Lane", At: day(today - 1)})
		if got := fits(); got != "" {
			t.Errorf("a day after a closing %q fits", got)
		}
		do(t, b, &accountability.Closing{Account: awareness.Client(id), Text: "12 Elm Road", At: day(today - 20)})
		if got := fits(); got != "" {
			t.Errorf("the closing of yesterday is passed over, and %q fits", got)
		}
		do(t, b, &awareness.Void{Entry: late})
		if got := fits(); got != "moved" {
			t.Errorf("twenty days after a closing %q fits", got)
		}
	})
}
