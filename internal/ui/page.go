package ui

import (
	"strings"
	"time"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// Page is what the layout around a page needs.
type Page struct {
	Title   string
	Firm    string
	Member  string // who is signed in; "" on pages for strangers
	Self    string // their id, by which the outbox of one is kept from another
	Letters string // "off" when single letters are no keys
	Room    string // which part of the navigation is current: today, clients, portfolio, commitments, settings
	Lang    Lang
	Theme   string // light, dark, or "" for what the machine likes
	Version string
	Narrow  bool
	Said    string // what the last act did, to be read once
	Script  string // a script of the page's own besides the desk's
	Undo    string // the entry that the last act wrote, when it can be taken back
	Assets  *Assets
	Clock   Clock
}

// Mark is a mark of an account in the reader's language.
func Mark(p *Page, m ledger.Mark) string {
	return p.T("mark." + strings.ReplaceAll(string(m), " ", "_"))
}

// T is a text in the reader's language; args fill in its %s and %d.
func (p *Page) T(key string, args ...any) string { return p.Lang.Say(key, args...) }

// scriptWords are the texts that the script needs.
func (p *Page) scriptWords() map[string]string { return p.Lang.Group("key") }

// Clock puts instants into the reader's words.
type Clock struct {
	Now  time.Time // in the reader's zone
	Lang Lang
}

// Day is a date: "2 Mar", with its year when that is another one, "today" and "yesterday" where it is.
func (c Clock) Day(i book.Instant) string {
	if i == 0 {
		return "–"
	}
	t := i.Time().In(c.Now.Location())
	days := dayNumber(c.Now) - dayNumber(t)
	switch {
	case days == 0:
		return c.Lang.Say("date.today")
	case days == 1:
		return c.Lang.Say("date.yesterday")
	case days == -1:
		return c.Lang.Say("date.tomorrow")
	}
	return c.Date(i)
}

// Date is a date as a statement has it, with its year when that is another one.
func (c Clock) Date(i book.Instant) string {
	t := i.Time().In(c.Now.Location())
	month := strings.Split(c.Lang.Say("date.months"), " ")[t.Month()-1]
	key := "date.day"
	if t.Year() != c.Now.Year() {
		key = "date.full"
	}
	return strings.NewReplacer("{d}", t.Format("2"), "{m}", month, "{y}", t.Format("2006")).Replace(c.Lang.Say(key))
}

// Stamp is an instant for machines.
func (c Clock) Stamp(i book.Instant) string { return i.Time().UTC().Format(time.RFC3339) }

func dayNumber(t time.Time) int {
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// sense is the class of an amount: "in" for what was paid in, "out" for what went out.
func sense(p book.Points) string {
	switch {
	case p > 0:
		return "num in"
	case p < 0:
		return "num out"
	}
	return "num"
}

// balanceSense marks an overdraft alone.
func balanceSense(p book.Points) string {
	if p < 0 {
		return "num out"
	}
	return "num"
}

// amount writes points with a true minus sign, which is as wide as a figure.
func amount(p book.Points) string { return strings.Replace(p.String(), "-", "−", 1) }

// arrow says the direction of an amount by a sign as well, so that colour never stands alone.
func standingArrow(s ledger.Standing) string {
	switch s {
	case ledger.Overdrawn:
		return "↓"
	case ledger.Thin:
		return "→"
	}
	return "↑"
}
