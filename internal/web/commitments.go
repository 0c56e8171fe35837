package web

import (
	"fmt"
	"net/url"

	"github.com/a-h/templ"

	"passbook/internal/accountability"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/ui"
)

// week is how far ahead the page of commitments looks.
const week = 7 * book.Day

// wholeList bounds a list that is taken away as a file, for the sake of memory.
const wholeList = 100_000

// owedRows is how many rows stand on a page of what is open.
const owedRows = 50

// The lists of the page of commitments, by the word for them in its address; the first has none.
var owedTabs = []string{"", "promises", "introductions", "cases", "engagements", "cadence", "asks", "pulses"} //nolint:gochecknoglobals // a table of words

func (s *Server) commitmentRoutes() routes { return routes{"GET /commitments": s.commitments} }

// commitments is what the page of commitments shows: one of its lists, one's own or everybody's.
type commitments struct {
	tab  string
	all  bool   // everybody's
	here string // the page's own address

	due      *accountability.DueList
	today    book.Instant // the end of the day
	promises *accountability.PromisePage
	cases    *accountability.CasePage
	work     *accountability.EngagementPage
	cadence  *accountability.CadencePage
	asks     *accountability.AskReport
	pulses   *accountability.PulsePage

	begun bool // it is not the first page
	next  string
	fresh bool // the book has nobody in it yet
}

func (s *Server) commitments(v *visit) error {
	p := s.page(v, v.lang.Say("layout.commitments"), "commitments")
	f, err := formatOf(v)
	if err != nil {
		return err
	}
	q := v.r.URL.Query()
	c := &commitments{all: q.Get("all") != "", begun: q.Get("after") != "", here: thisPage(v)}
	if c.tab, err = book.OneOf("show", q.Get("show"), owedTabs[1:]); err != nil {
		return err
	}
	o := accountability.ListOptions{After: q.Get("after"), Limit: owedRows, OwedFilter: store.OwedFilter{Status: "open", Introductions: c.tab == "introductions"}}
	if !c.all {
		o.Member = v.who.Member
	}
	if f != "" {
		return s.hand(v, p, f, func(r *teller.Reading) (*transfer.List, error) { return c.list(v, r, o) })
	}
	if err := s.read(v, p, func(r *teller.Reading) error { return c.read(v, r, o) }); err != nil {
		return err
	}
	p.Back = c.here
	return v.show(commitmentsPage(p, c))
}

// read reads the one list that is shown.
func (c *commitments) read(v *visit, r *teller.Reading, o accountability.ListOptions) (err error) {
	ctx := v.r.Context()
	c.today = r.Rules.Calendar.End(r.Rules.Calendar.Day(r.At))
	switch c.tab {
	case "promises", "introductions":
		if c.promises, err = accountability.Promises(ctx, r, o); err == nil {
			c.next = c.promises.Next
		}
	case "cases":
		if c.cases, err = accountability.OpenCases(ctx, r, o); err == nil {
			c.next = c.cases.Next
		}
	case "engagements":
		if c.work, err = accountability.OpenEngagements(ctx, r, o); err == nil {
			c.next = c.work.Next
		}
	case "cadence":
		if c.cadence, err = accountability.Cadence(ctx, r, o); err == nil {
			c.next = c.cadence.Next
		}
	case "asks":
		c.asks, err = accountability.Asks(ctx, r, accountability.AskOptions{Member: string(o.Member)})
	case "pulses":
		if c.pulses, err = accountability.Pulses(ctx, r, o); err == nil {
			c.next = c.pulses.Next
		}
	default:
		c.due, err = accountability.Due(ctx, r, accountability.DueOptions{Member: o.Member, UpTo: r.At + week, Limit: 200})
	}
	if err != nil || !c.empty() {
		return err
	}
	c.fresh, err = bookIsEmpty(ctx, r)
	return err
}

// list is the same as a file, all pages of it.
func (c *commitments) list(v *visit, r *teller.Reading, o accountability.ListOptions) (*transfer.List, error) {
	ctx := v.r.Context()
	switch c.tab {
	case "promises", "introductions":
		return transfer.Promises(ctx, r, o), nil
	case "cases":
		return transfer.OpenCases(ctx, r, o), nil
	case "engagements":
		return transfer.OpenEngagements(ctx, r, o), nil
	case "cadence":
		return transfer.Cadence(ctx, r, o), nil
	case "asks":
		rep, err := accountability.Asks(ctx, r, accountability.AskOptions{Member: string(o.Member)})
		if err != nil {
			return nil, err
		}
		return transfer.Asks(rep), nil
	case "pulses":
		return transfer.Pulses(ctx, r, o), nil
	}
	due, err := accountability.Due(ctx, r, accountability.DueOptions{Member: o.Member, UpTo: r.At + week, Limit: wholeList})
	if err != nil {
		return nil, err
	}
	return transfer.Commitments(due), nil
}

// at is the address of a list: one's own or everybody's, from a place on.
func (c *commitments) at(tab string, all bool, after string) templ.SafeURL {
	q := url.Values{}
	for word, value := range map[string]string{"show": tab, "after": after} {
		if value != "" {
			q.Set(word, value)
		}
	}
	if all {
		q.Set("all", "1")
	}
	if len(q) == 0 {
		return "/commitments"
	}
	return templ.SafeURL("/commitments?" + q.Encode())
}

// dueGroup is what is due late, today or in the days after.
type dueGroup struct {
	name  string
	items []accountability.DueItem
}

// groups parts the list, which is in the order of what is due.
func (c *commitments) groups() []dueGroup {
	out := []dueGroup{{name: "overdue"}, {name: "today"}, {name: "week"}}
	for _, item := range c.due.Items {
		g := &out[2]
		switch {
		case item.Overdue:
			g = &out[0]
		case item.Due <= c.today:
			g = &out[1]
		}
		g.items = append(g.items, item)
	}
	return out
}

// empty says whether there is nothing in the list.
func (c *commitments) empty() bool {
	switch c.tab {
	case "promises", "introductions":
		return len(c.promises.Promises) == 0
	case "cases":
		return len(c.cases.Cases) == 0
	case "engagements":
		return len(c.work.Engagements) == 0
	case "cadence":
		return len(c.cadence.Accounts) == 0
	case "asks":
		return c.asks.Year.Share == nil
	case "pulses":
		return len(c.pulses.Pulses) == 0
	}
	return len(c.due.Items) == 0
}

// clientAt is a client's page with the part of it that a row leads to; its forms lead back to the list.
func (c *commitments) clientAt(account book.ID, part string, words url.Values) templ.SafeURL {
	if words == nil {
		words = url.Values{}
	}
	words.Set("back", c.here)
	return templ.SafeURL("/clients/" + string(account) + "?" + words.Encode() + "#" + part)
}

// owedPart is where an open promise or case stands on its client's page.
func owedPart(entry book.ID) string { return "owed-" + string(entry) }

// lateWords say how late something is; "" where it is not.
func lateWords(p *ui.Page, overdue bool, days int) string {
	switch {
	case days == 1:
		return p.T("due.lateday")
	case days > 0:
		return p.T("due.late", days)
	case overdue:
		return p.T("due.latenow")
	}
	return ""
}

// severityWord is how bad a case is.
func severityWord(p *ui.Page, n int) string {
	if n < 1 || n > len(severities) {
		return ""
	}
	return p.T("post." + severities[n-1])
}

var severities = []string{"slight", "serious", "severe"} //nolint:gochecknoglobals // a table of words

// percent writes a share as people say it; a dash where nothing was counted.
func percent(share *float64) string {
	if share == nil {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", 100**share)
}

// pastWords say for how long somebody should have been spoken with.
func pastWords(p *ui.Page, days int) string {
	switch days {
	case 0:
		return p.T("date.today")
	case 1:
		return p.T("due.pastday")
	}
	return p.T("due.pastdays", days)
}
