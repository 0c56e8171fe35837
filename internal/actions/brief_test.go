package actions_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

func brief(t testing.TB, b *testkit.Book, at book.Instant, id book.ID) *actions.Page {
	t.Helper()
	var p *actions.Page
	read(t, b, at, func(ctx context.Context, r *teller.Reading) (err error) {
		p, err = actions.Brief(ctx, r, id)
		return err
	})
	return p
}

// What posted nothing is no reason for how things stand.
func TestBriefNamesNoZeroes(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		id := client(t, b, "Greta Lind", "Greta", b.Ana.Member, 40)
		do(t, b, &awareness.Touch{Account: awareness.Client(id), Channel: book.Email, Direction: book.In, At: day(today - 8), Summary: "is it dry?"})
		do(t, b, &awareness.Touch{Account: awareness.Client(id), Channel: book.Call, At: day(today - 1), Summary: "late, and said so"})
		if p := brief(t, b, 0, id); len(p.Reasons) != 1 || p.Reasons[0].Left == 0 { // the talk they began with
			t.Errorf("reasons %+v", p.Reasons)
		}
	})
}

func TestBrief(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		m := newMorning(t, b)
		id := m.promised
		do(t, b, &assessment.Referral{Account: awareness.Client(id), Received: true, Words: "her brother", At: day(40)})
		broken := do(t, b, &accountability.Promise{Account: awareness.Client(id), Text: "ring the bank", Due: day(45), At: day(41)})
		do(t, b, &accountability.Settle{Promise: accountability.Which(broken), How: accountability.Break, At: day(46)})
		for n := 20; n < 28; n++ {
			do(t, b, &awareness.Touch{Account: awareness.Client(id), Channel: book.Text, At: day(n), Summary: "hi"})
		}
		void := do(t, b, &awareness.Touch{Account: awareness.Client(id), Channel: book.Meeting, At: day(59), Summary: "never was"})
		do(t, b, &awareness.Void{Entry: void})
		do(t, b, &assessment.ByHand{Account: awareness.Client(id), Kind: book.KindMistake, Points: -200, Words: "wrong name", At: day(54)})
		do(t, b, &accountability.OpenCase{
			Account: awareness.Client(id), Text: "lost the keys", Origin: accountability.Ours, Severity: 1, NextUpdate: day(90), At: day(60),
		})
		for n, text := range []string{"a first", "a second", "a third", "a fourth"} {
			do(t, b, &awareness.Note{Account: awareness.Client(id), Text: text, At: day(3 + n)})
		}

		p := brief(t, b, 0, id)
		if len(p.Reasons) != 3 || p.Reasons[0].Points != -1000 || p.Reasons[0].Because != "a promise broken" {
			t.Errorf("reasons %+v", p.Reasons)
		}
		var lately, notes []string
		for _, e := range p.Lately {
			lately = append(lately, e.Particulars)
		}
		for _, e := range p.Notes {
			notes = append(notes, e.Particulars)
		}
		if want := []string{
			"Slight failure of ours: lost the keys, they told us", "Call, reached, with an honest question — a talk",
			"Mistake of ours: wrong name", "Promise: send the floor plan, due Fri 27 February", "Promise broken: ring the bank",
			"Promise: ring the bank, due Sat 14 February", "They sent us somebody — her brother",
		}; !slices.Equal(lately, want) {
			t.Errorf("lately %q", lately)
		}
		if !slices.Equal(notes, []string{"a fourth", "a third", "a second"}) {
			t.Errorf("notes %q", notes)
		}
		var owed []string
		for _, o := range p.WeOwe {
			owed = append(owed, o.Kind+" "+o.Text)
		}
		if want := []string{"thanks her brother", "amends ring the bank", "promise send the floor plan", "update lost the keys"}; !slices.Equal(owed, want) {
			t.Errorf("we owe %q", owed)
		}
		if len(p.TheyGave) != 1 || p.TheyGave[0].Kind != "referral" {
			t.Errorf("they gave %+v", p.TheyGave)
		}
		if p.Next == nil || p.Next.Act != "keep_promise" || p.Sum == "" || p.Next.Account.Owner != "Ana" {
			t.Errorf("next %+v", p.Next)
		}
		if len(p.People) != 1 || p.People[0].Phone != "+44 20 7946 0002" || p.People[0].Birthday != "1980-05-12" {
			t.Errorf("people %+v", p.People)
		}
		if p.Rates.Promises.Due != 2 || p.Rates.Promises.Broken != 1 {
			t.Errorf("rates %+v", p.Rates)
		}
		// The same act leads in Today.
		if first := list(t, b, 0, actions.Options{}).Items[0]; first.Reason != p.Next.Reason || first.Item != p.Next.Item {
			t.Errorf("today says %q, the brief %q", first.Reason, p.Next.Reason)
		}
		checkText(t, p)
	})
}

// checkText looks for everything that must stand on the page, and that nothing is wider than it.
func checkText(t *testing.T, p *actions.Page) {
	t.Helper()
	for _, width := range []int{40, 80, 200} {
		text := p.Text(width)
		for line := range strings.Lines(text) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("%d columns in a page of %d: %q", n, width, line)
			}
		}
		if text != p.Text(width) {
			t.Error("the page changes")
		}
	}
	text := p.Text(200)
	for _, want := range []string{
		"Olaf Berg · person · stage prospect · tier B · kept by Ana\n",
		"\n  Olaf Berg · +44 20 7946 0002 · born 1980-05-12\n",
		"\n  Note of Tue 6 Jan: a fourth\n  Note of Mon 5 Jan: a third\n", "promises kept in time: 0 of 2",
		"held: a promise has been due since Fri 27 Feb; to free it, keep",
		"\n  -9.17  Sun 15 Feb, Promise broken: ring the bank (a promise broken)\n",
		"\n  a promise, due Fri 27 Feb, overdue: send the floor plan\n",
		"\n  sent us somebody on Mon 9 Feb: her brother\n",
		"\n  Fri 27 Feb  Call, reached, with an honest question — a talk\n",
		"keep promise by text", "“Hello Olaf, ", "weight 1 × ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
}

func TestBriefOfNothing(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		m := newMorning(t, b)
		p := brief(t, b, 0, m.fine)
		if p.Next != nil || !strings.Contains(p.Text(80), "Nothing is due; the next thing comes up on Sun 8 Mar.") {
			t.Errorf("%s", p.Text(80))
		}
		out, _ := json.Marshal(p)
		for _, list := range []string{"people", "holds", "reasons", "we_owe", "they_gave", "lately", "notes"} {
			if strings.Contains(string(out), `"`+list+`":null`) {
				t.Errorf("%s is null in %s", list, out)
			}
		}
		err := b.Read(context.Background(), b.Ana, 0, func(r *teller.Reading) error {
			_, err := actions.Brief(context.Background(), r, "nobody")
			return err
		})
		if book.FaultOf(err) != book.NotFound {
			t.Errorf("nobody's brief: %v", err)
		}
	})
}

// A brief as of a past instant is the one of then, and one of an account merged away is the survivor's.
func TestBriefThenAndMerged(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		m := newMorning(t, b)
		then := b.Now()
		before, _ := json.Marshal(brief(t, b, 0, m.promised))
		b.Clock.Set(b.Clock.Now().Add(40 * 24 * time.Hour))
		do(t, b, &accountability.Settle{Promise: accountability.Which(m.promise), How: accountability.Keep})
		do(t, b, &awareness.Touch{Account: awareness.Client(m.promised), Channel: book.Meeting})
		if now, _ := json.Marshal(brief(t, b, then, m.promised)); string(now) != string(before) {
			t.Errorf("then\n%s\nnow\n%s", before, now)
		}
		do(t, b, &awareness.Merge{From: awareness.Client(m.waits), Into: awareness.Client(m.promised)})
		p := brief(t, b, 0, m.waits)
		var all []string
		for _, e := range p.Lately {
			all = append(all, e.Particulars)
		}
		if p.Account.ID != m.promised || !slices.Contains(all, "E-mail from them — Re: what about the fence?") {
			t.Errorf("%s: %v", p.Account.Name, all)
		}
	})
}
