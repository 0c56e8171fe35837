package web

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ui"
)

// shownPage is a page of noon on 2 March 2026, in a language.
func shownPage(t *testing.T, code string) *ui.Page {
	t.Helper()
	words, err := ui.NewLanguages()
	if err != nil {
		t.Fatal(err)
	}
	assets, err := ui.NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	l := words.Pick(code, "")
	return &ui.Page{Firm: "Acme Homes", Lang: l, Assets: assets, Clock: ui.Clock{Now: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC), Lang: l}}
}

// shown is a part of a page as its reader gets it.
func shown(t *testing.T, p *ui.Page, c templ.Component) string {
	t.Helper()
	var out strings.Builder
	if err := c.Render(ui.WithReader(context.Background(), p.Lang), &out); err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("\u00a0", " ", "<wbr>", "").Replace(out.String())
}

// The portfolio has a list for each question that somebody answers, and none that names nobody; where no account holds a point,
// it says so instead of drawing zeros, and figures have their thousands apart.
func TestPortfolioShowsWhatThereIs(t *testing.T) {
	p := shownPage(t, "en")
	heads := []string{"Slipping", "Overdrawn", "Silent", "Never contacted", "Where we stand best"}
	who := func(name string) awareness.ListPage {
		return awareness.ListPage{Accounts: []awareness.Listed{{ID: book.DerivedID(name), Name: name}}}
	}
	const zero, drawing, attention = "No account holds a point yet.", "Balance against value", "Where attention goes"
	for _, c := range []struct {
		what    string
		change  func(v *assessment.Portfolio)
		heads   []string
		says    []string
		without []string
	}{
		{"nobody named", func(*assessment.Portfolio) {}, nil, []string{zero}, []string{drawing, attention, "<svg"}},
		{"never", func(v *assessment.Portfolio) { v.Never = who("Ada") }, heads[3:4], []string{zero, "Ada"}, []string{drawing}},
		{"overdrawn", func(v *assessment.Portfolio) { v.Overdrawn, v.Tiers[0].Lowest = who("Bo"), -100 }, heads[1:2], []string{drawing}, []string{zero, attention}},
		{"silent and best", func(v *assessment.Portfolio) {
			v.Silent, v.Best, v.Tiers[0].Highest = who("Cy"), who("Di"), 1
		}, []string{heads[2], heads[4]}, []string{drawing}, []string{zero}},
		{"slipping", func(v *assessment.Portfolio) {
			v.Slipping = []assessment.Slip{{Listed: who("Ed").Accounts[0], Was: 300000, Moved: -123456}}
		}, heads[:1], []string{"3\u202f000.00", "−1\u202f234.56"}, nil},
		{"a rich book", func(v *assessment.Portfolio) {
			v.Balance, v.Before[0].Change, v.Tiers[0].Highest, v.Tiers[0].PaidIn = 123456789, 1000000, 250000, 750000
		}, nil, []string{"1\u202f234\u202f567.89", "+10\u202f000.00", "2\u202f500.00", "7\u202f500.00", drawing, attention}, []string{zero, "1234567", "10000.", "2500.", "7500."}},
	} {
		t.Run(c.what, func(t *testing.T) {
			v := &portfolioView{Portfolio: &assessment.Portfolio{Accounts: 3, Before: []assessment.Earlier{{Days: 30}}, Tiers: []assessment.TierShare{{Tier: "B", Accounts: 3}}}}
			v.Scatter.Whole, v.Scatter.Width = true, 100
			v.Scatter.Bins, v.Scatter.Dots = []assessment.Bin{{Tier: "B", Good: 1}}, []assessment.Dot{{ID: book.DerivedID("Ada"), Tier: "B"}}
			c.change(v.Portfolio)
			page := shown(t, p, portfolioPage(p, v))
			for _, head := range heads {
				if there := strings.Contains(page, "<h2>"+head+"</h2>"); there != slices.Contains(c.heads, head) {
					t.Errorf("a list %q is there: %v", head, there)
				}
			}
			for _, w := range c.says {
				if !strings.Contains(page, w) {
					t.Errorf("the page does not say %q:\n%s", w, page)
				}
			}
			for _, w := range c.without {
				if strings.Contains(page, w) {
					t.Errorf("the page says %q", w)
				}
			}
		})
	}
}

// The act that a row advises is its first and only advised button, and the other way stands beside the channel; where neither number nor
// address is known, logging is the first.
func TestAdvisedActIsFirst(t *testing.T) {
	p := shownPage(t, "en")
	both := []string{"ada@brook.example"}
	for _, c := range []struct {
		channel book.Channel
		phone   string
		emails  []string
		first   string
		other   string
	}{
		{book.Call, "+44 20 7946 0001", both, "Call", "Write"},
		{book.Meeting, "+44 20 7946 0001", both, "Call", "Write"},
		{book.Text, "+44 20 7946 0001", both, "Text", "Call"},
		{book.Text, "", both, "Write", ""},
		{book.Email, "+44 20 7946 0001", both, "Write", "Call"},
		{book.Letter, "+44 20 7946 0001", both, "", "Write"},
		{book.Email, "+44 20 7946 0001", nil, "Call", ""},
		{book.Call, "", both, "Write", ""},
		{book.Call, "", nil, "", ""},
	} {
		i := &actions.Item{Channel: c.channel, By: c.channel, Phone: c.phone, Text: c.phone, Emails: c.emails, Account: actions.Client{ID: book.DerivedID("x"), Name: "Ada Brook"}}
		row := shown(t, p, todayItem(p, i, true, "/"))
		links := regexp.MustCompile(`<a ([^>]*)>([^<]*)</a>`)
		buttons := links.FindAllStringSubmatch(row[strings.Index(row, `class="acts`):], -1)
		want := []string{c.first, p.T("today.log"), p.T("today.later")}
		if c.first == "" {
			want = want[1:]
		}
		var got []string
		for _, b := range buttons {
			got = append(got, b[2])
			if strings.Contains(b[1], "advised") != (b[2] == c.first) {
				t.Errorf("%s: the button %q has %s", c.channel, b[2], b[1])
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s with %q and %q: the buttons are %q, want %q", c.channel, c.phone, c.emails, got, want)
		}
		how := regexp.MustCompile(`(?s)<div class="how">.*?</div>`).FindString(row)
		if other := links.FindStringSubmatch(how); (other != nil) != (c.other != "") || other != nil && other[2] != c.other {
			t.Errorf("%s: beside the channel stands %q, want %q", c.channel, how, c.other)
		}
	}
}

// A day on which something was due says that it has passed, as a word and by more than colour; today is not too late.
func TestPassedDaySaysSo(t *testing.T) {
	now := book.Micros(shownPage(t, "en").Clock.Now)
	for _, c := range []struct {
		what string
		due  book.Instant
		late bool
	}{
		{"nothing due", 0, false},
		{"earlier today", now - 3*3600e6, false},
		{"tomorrow", now + book.Day, false},
		{"yesterday", now - book.Day, true},
		{"last year", now - 400*book.Day, true},
	} {
		for code, word := range map[string]string{"en": "late", "de": "zu spät"} {
			p := shownPage(t, code)
			cell := shown(t, p, ui.Cell(func(w *ui.Pieces) { clientCell(w, p, nil, &awareness.Listed{NextDue: c.due}, "due") }))
			if strings.Contains(cell, ">"+word+"</span>") != c.late {
				t.Errorf("%s, in %s: %s", c.what, code, cell)
			}
		}
	}
}

// To whom nothing is owed, it is said when something will be, where that is known.
func TestNothingOwed(t *testing.T) {
	p := shownPage(t, "en")
	now := book.Micros(p.Clock.Now)
	for _, c := range []struct {
		due  book.Instant
		want string
	}{
		{0, "Nothing is owed."},
		{now, "Nothing is owed."},
		{now - book.Day, "Nothing is owed."},
		{now + 4*book.Day, "Nothing is owed. Next due: 6 Mar."},
		{now + 400*book.Day, "Nothing is owed. Next due: 6 Apr 2027."},
	} {
		a := &shownAccount{above: &actions.Page{At: now, NextDue: c.due}}
		if got := strings.ReplaceAll(nothingOwed(p, a), "\u00a0", " "); got != c.want {
			t.Errorf("due %v: %q, want %q", c.due.Time(), got, c.want)
		}
	}
}

// Of several addresses that two share it is said how many there are, of a single one which.
func TestReasonsAreCounted(t *testing.T) {
	p := shownPage(t, "en")
	for _, c := range []struct {
		reasons []string
		want    string
	}{
		{nil, ""},
		{[]string{"the same name"}, "the same name"},
		{[]string{"the same email a@x.example"}, "the same e-mail a@x.example"},
		{[]string{"the same email a@x.example", "the same email b@x.example"}, "the same 2 e-mails"},
		{[]string{"the same phone 1", "the same phone 2", "the same phone 3"}, "the same 3 telephones"},
		{[]string{"the same handle x", "the same handle y"}, "the same 2 handles"},
		{
			[]string{"the same name", "the same phone 1", "the same email a@x.example", "the same email b@x.example"},
			"the same 2 e-mails, the same telephone 1, the same name",
		},
	} {
		if got := reasonsOf(p, &awareness.Pair{Reasons: c.reasons}); got != c.want {
			t.Errorf("%q are told as %q, want %q", c.reasons, got, c.want)
		}
	}
}
