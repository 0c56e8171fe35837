package actions

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/ledger"
)

// Text is the page for a terminal of the given width in columns.
func (p *Page) Text(width int) string {
	t := &sheet{width: max(40, width)}
	t.line(0, p.heading())
	for _, who := range p.People {
		t.line(2, strings.Join(nonEmpty(who.Name, who.Role, who.Phone, who.Email, birthday(who.Birthday)), " · "))
		for _, c := range who.Consents {
			t.line(4, strings.Join(nonEmpty(assessment.Scribe{}.Consent(c.Channel, c.Given)+" since "+p.day(c.Since), c.Source), ": "))
		}
	}
	for _, n := range p.Notes {
		t.line(2, "Note of "+p.day(n.At)+": "+n.Particulars)
	}
	t.line(0, p.standing())
	if p.Mood != "" {
		t.line(2, p.Mood)
	}
	for _, h := range p.Held {
		if h.Amount != 0 {
			owing := h.Owing(p.day(h.Since), p.day(h.Since) == p.day(p.At))
			t.line(2, fmt.Sprintf("%s held: %s; to free it, %s", h.Amount, owing, h.Release))
		}
	}
	t.section("Why", len(p.Reasons))
	for _, m := range p.Reasons {
		t.line(2, fmt.Sprintf("%s  %s, %s (%s)", m.Left.Signed(), p.day(m.At), m.Particulars, m.Because))
	}
	t.section("We owe", len(p.WeOwe))
	for _, o := range p.WeOwe {
		t.line(2, p.owing(&o))
	}
	t.section("They did for us", len(p.TheyGave))
	for _, o := range p.TheyGave {
		t.line(2, strings.Join(nonEmpty(gifts[o.Kind]+" on "+p.day(o.At), o.Text), ": "))
	}
	t.section("Lately", len(p.Lately))
	for _, e := range p.Lately {
		t.line(2, p.day(e.At)+"  "+e.Particulars)
	}
	p.next(t)
	return t.b.String()
}

func (p *Page) heading() string {
	return strings.Join(nonEmpty(
		p.Account.Name, string(p.Account.Kind), worded("stage", p.Account.Stage), worded("tier", p.Account.Tier),
		worded("kept by", p.Account.Owner),
	), " · ")
}

func (p *Page) standing() string {
	s := fmt.Sprintf("%s: balance %s, available %s", strings.ToUpper(string(p.Account.Standing)), p.Balance, p.Avail)
	if p.Account.Standing == ledger.Thin && p.Account.ThinFor == "" {
		s += ", less than 10"
	}
	for _, m := range p.Account.Marks {
		s += ", " + string(m)
	}
	if k := &p.Rates.Promises; k.Due > 0 {
		s += fmt.Sprintf("; promises kept in time: %d of %d", k.Kept, k.Due)
	}
	if u := &p.Rates.Updates; u.Share != nil {
		s += fmt.Sprintf("; news before they asked: %d of %d", u.Unasked, u.Unasked+u.Asks)
	}
	return s
}

func (p *Page) owing(o *Owing) string {
	words := map[string]string{
		"answer": "an answer, since ", "promise": "a promise, due ", "update": "an update, due ",
		"amends": "amends, since ", "care": "care after the closing of ", "thanks": "thanks, since ",
	}[o.Kind]
	late := ""
	if (o.Kind == "promise" || o.Kind == "update") && p.At > o.At {
		late = ", overdue"
	}
	return strings.Join(nonEmpty(words+p.day(o.At)+late, o.Text), ": ")
}

// gifts are what clients do for us.
var gifts = map[string]string{ //nolint:gochecknoglobals // a table of words
	string(book.KindReferral): "sent us somebody", string(book.KindClosing): "closed with us",
}

func (p *Page) next(t *sheet) {
	t.section("Next", 1)
	if p.Next == nil {
		t.line(2, "Nothing is due; the next thing comes up on "+p.day(p.NextDue)+".")
		return
	}
	n := p.Next
	t.line(2, n.Reason)
	how := fmt.Sprintf("%s %s, %d minutes", deeds(string(n.Act)), assessment.By(n.By), n.Takes)
	if n.By == "" {
		how = deeds(string(n.Act)) + " when they come"
	}
	switch grows := n.Grows(); {
	case grows != 0:
		how += "; one more day costs " + grows.String()
	case n.CostOfWaiting != 0:
		how += "; it frees " + n.CostOfWaiting.String()
	}
	if n.Lacks != "" {
		how += "; " + n.Lacks
	}
	t.line(2, how)
	if n.Closed != "" {
		t.line(2, n.Closed+".")
	}
	t.line(2, "“"+n.Say+"”")
	t.line(2, p.Sum)
}

func deeds(act string) string { return strings.ReplaceAll(act, "_", " ") }

// day is a date as people say it, with the year when it is not this one.
func (p *Page) day(at book.Instant) string {
	t := at.Time().In(p.zone)
	if t.Year() == p.At.Time().In(p.zone).Year() {
		return t.Format("Mon 2 Jan")
	}
	return t.Format("2 Jan 2006")
}

func birthday(date string) string { return worded("born", date) }

func worded(what, value string) string {
	if value == "" {
		return ""
	}
	return what + " " + value
}

func nonEmpty(all ...string) []string {
	var out []string
	for _, s := range all {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// sheet is text that is wrapped as it is written.
type sheet struct {
	b     strings.Builder
	width int
}

// section begins a part of the page, unless it is empty.
func (t *sheet) section(title string, lines int) {
	if lines > 0 {
		t.b.WriteString(title + "\n")
	}
}

// line writes a line, wrapped at words and indented; what is wrapped is indented further.
func (t *sheet) line(indent int, text string) {
	text = strings.ReplaceAll(text, "\n", " ")
	used := 0
	for i, word := range strings.Split(text, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
			t.b.WriteString(strings.Repeat(" ", indent))
			used = indent
		case used+1+n > t.width:
			t.b.WriteString("\n" + strings.Repeat(" ", indent+2))
			used = indent + 2
		default:
			t.b.WriteByte(' ')
			used++
		}
		t.b.WriteString(word)
		used += n
	}
	t.b.WriteByte('\n')
}
