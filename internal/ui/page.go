package ui

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/phrase"
)

// Page is what the layout around a page needs.
type Page struct {
	Title   string
	Firm    string
	Member  string // who is signed in; "" on pages for strangers
	Self    string // their id, by which the outbox of one is kept from another
	Writes  bool   // letters to clients go out from here, and the reader may write them
	Letters string // "off" when single letters are no keys
	Room    string // which part of the navigation is current: today, clients, portfolio, commitments, settings
	Lang    Lang
	Theme   string // light, dark, or "" for what the machine likes
	Version string
	Narrow  bool
	Said    string // what the last act did, to be read once
	Script  string // a script of the page's own besides the desk's
	Back    string // where taking it back leads; "" is to what it was about
	Undo    string // the entry that the last act wrote, when it can be taken back
	Assets  *Assets
	Clock   Clock
	Day     string   // when the firm's day ends and in which zone, as "17:30 Europe/London"; "" on pages that do not read the book
	Staff   []Choice // who can be chosen to look after a client, on the sheet
}

// Choice is what a list offers: a value and what it is called.
type Choice struct{ Value, Name string }

// Ways are the channels in the order in which a form asks for them: what is used most, first.
var Ways = []book.Channel{book.Call, book.Email, book.Meeting, book.Text, book.Chat, book.Letter, book.Video, book.Social} //nolint:gochecknoglobals // a table of words

// Mark is a mark of an account in the reader's language.
func Mark(p *Page, m ledger.Mark) string {
	return p.T("mark." + strings.ReplaceAll(string(m), " ", "_"))
}

// T is a text in the reader's language; args fill in its %s and %d.
func (p *Page) T(key string, args ...any) string { return p.Lang.Say(key, args...) }

// Tongue is the page's language for what rooms say.
func (p *Page) Tongue() phrase.Tongue { return phrase.Tongue{Code: p.Lang.Code} }

// Quote puts words into quotation marks, as the reader's language sets them.
func (p *Page) Quote(words string) string { return phrase.Tongue{Code: p.Lang.Code}.Quote(words) }

// Refusal is what may be shown of an error in the reader's language, as a sentence for each of its faults.
func (l Lang) Refusal(err error) string {
	t := phrase.Tongue{Code: l.Code, Zone: l.Zone}
	each := book.Each(err)
	if len(each) == 0 {
		return asSentence(t.Refusal(err))
	}
	all := make([]string, len(each))
	for i, e := range each {
		all[i] = asSentence(t.Refusal(e))
	}
	return strings.Join(all, " ")
}

// ZoneOf is the reader's time zone: their own where they chose one, else the firm's.
func ZoneOf(likes map[string]string, firm *time.Location) *time.Location {
	if own := likes["zone"]; own != "" {
		if zone, err := time.LoadLocation(own); err == nil {
			return zone
		}
	}
	return firm
}

// Read says in the reader's language what was kept in English: why a row was left out, why a letter did not go.
func (l Lang) Read(kept string) string { return phrase.Tongue{Code: l.Code}.Read(kept) }

// Stage is a stage of a playbook that ships as the reader's language calls it; a firm's own stays as it is.
func (l Lang) Stage(name string) string { return phrase.Tongue{Code: l.Code}.Stage(name) }

// Expect is what a playbook that ships says that a client may expect, in the reader's language.
func (l Lang) Expect(text string) string { return phrase.Tongue{Code: l.Code}.Expect(text) }

// zone is the reader's zone, as scripts name it.
func (p *Page) zone() string {
	if p.Day == "" {
		return ""
	}
	return p.Clock.Now.Location().String()
}

// at is the instant of the page, from which on the script listens for news.
func (p *Page) at() string { return strconv.FormatInt(p.Clock.Now.UnixMicro(), 10) }

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

// readerKey carries the language of the reader to the parts that write figures: they are asked for without the page.
type readerKey struct{}

// WithReader says in which language what is rendered with the context is read.
func WithReader(ctx context.Context, l Lang) context.Context {
	return context.WithValue(ctx, readerKey{}, l)
}

// amount writes points with a true minus sign, which is as wide as a figure, and as the reader's language writes numbers.
func amount(ctx context.Context, p book.Points) string {
	l, _ := ctx.Value(readerKey{}).(Lang)
	return l.Figure(p.String())
}

// Figure is Number with its thousands apart, as it is read; what is typed into a field has them together.
func (l Lang) Figure(text string) string {
	text = l.Number(text)
	whole := len(text)
	if i := strings.IndexAny(text, ".,"); i >= 0 {
		whole = i
	}
	first := strings.IndexFunc(text, unicode.IsDigit)
	for i := whole - 3; first >= 0 && i > first; i -= 3 {
		text = text[:i] + "\u202f" + text[i:]
	}
	return text
}

// Number is a figure as the language writes it, from how the book does: "-1234.50".
func (l Lang) Number(text string) string {
	text = strings.Replace(text, "-", "−", 1)
	if l.Code == "de" {
		return strings.Replace(text, ".", ",", 1)
	}
	return text
}

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
