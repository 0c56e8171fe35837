package web

import (
	"maps"
	"slices"
	"strings"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ui"
)

// reachWord is what somebody's number or address is for, in the reader's words where the usual ones were meant. A home is
// not said: it is where one thinks a person's mail goes.
func reachWord(p *ui.Page, label string) string {
	switch said := strings.ToLower(label); said {
	case "home", "internet", "pref", "voice":
		return ""
	case "cell", "mobile":
		return p.T("fact.mobile")
	case "work":
		return p.T("fact.work")
	default:
		return said
	}
}

type field struct{ name, value string }

// inName are the fields that the name has said already.
var inName = []string{book.ContactGiven, book.ContactFamily, book.ContactPrefix, book.ContactSuffix}

// fieldsOf are what else is known of a person, by name.
func fieldsOf(p *ui.Page, c *awareness.ShownPerson) []field {
	var out []field
	for _, name := range slices.Sorted(maps.Keys(c.Fields)) {
		if !slices.Contains(inName, name) {
			out = append(out, field{name, dayOrWords(p, name, c.Fields[name])})
		}
	}
	return out
}

// oweWords say what the firm owes, and about what.
func oweWords(p *ui.Page, kind, text string) string {
	words := p.T("account.owe" + kind)
	if text != "" {
		words += ": " + text
	}
	return words
}

// dayOrWords is what a field says, and of a birthday the day as the reader writes days.
func dayOrWords(p *ui.Page, name, value string) string {
	if name != book.ContactBirthday && name != book.ContactAnniversary {
		return value
	}
	if day, err := time.Parse("--01-02", value); err == nil {
		return p.Clock.Yearly(day)
	}
	day, err := time.Parse(time.DateOnly, value)
	if err != nil {
		return value
	}
	return p.Clock.Date(book.Micros(day.Add(12 * time.Hour)))
}

// nothingOwed says of a client to whom nothing is owed when that ends.
func nothingOwed(p *ui.Page, a *shownAccount) string {
	if due := a.above.NextDue; due > a.above.At {
		return p.T("account.nothingowed", p.Clock.Day(due))
	}
	return p.T("account.nothingopen")
}
