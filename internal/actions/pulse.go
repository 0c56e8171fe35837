package actions

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/accountability"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/phrase"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// PulseBy is how a question comes to somebody.
type PulseBy string

// The ways.
const (
	PulseByLetter PulseBy = "letter"
	PulseByPage   PulseBy = "page" // it stands on the page that they have of their own
)

// PulseWays lists them.
var PulseWays = []PulseBy{PulseByLetter, PulseByPage}

// AskPulse asks one of a client's people how we do.
type AskPulse struct {
	Account  awareness.Client
	With     awareness.Whom // may be left out where the account is one person, or one alone has an address
	Question string         // its name in the playbook, or satisfaction or candour; empty is the one whose moment has come, else the plainest
	By       PulseBy        // empty is by letter

	Letter *store.Letter // set by Run, where one goes out

	office Office
}

// Through is the command as an office sends it.
func (c *AskPulse) Through(o Office) *AskPulse {
	c.office = o
	return c
}

// Act implements teller.Command.
func (*AskPulse) Act() book.Act { return book.ActLog }

// Run implements teller.Command.
func (c *AskPulse) Run(ctx context.Context, w *teller.Work) error {
	if c.By != "" && !slices.Contains(PulseWays, c.By) {
		return book.Fieldf(book.Invalid, "by", "%q must be letter or page", string(c.By))
	}
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	r, err := w.Reading(ctx)
	if err != nil {
		return err
	}
	p := r.Rules.Playbook(a.State.Playbook)
	q, err := c.question(ctx, r, a, p)
	if err != nil {
		return err
	}
	who, err := c.person(ctx, w, a)
	if err != nil {
		return err
	}
	if err := c.may(ctx, w, r, who, p); err != nil {
		return err
	}
	lang := who.Fields[book.ContactLanguage]
	ask := &book.Entry{
		Account: a.ID, Kind: book.KindPulseAsked, Facts: book.Facts{Question: q.Asks, Pulse: q.Name, Party: who.ID},
		Words: book.Words{Text: q.In(lang), With: string(who.ID)},
	}
	if c.By == PulseByPage {
		if err := c.hasPage(ctx, w, a, who); err != nil {
			return err
		}
		return w.Append(ask)
	}
	return c.send(ctx, w, r, ask, who)
}

// question is what is asked.
func (c *AskPulse) question(ctx context.Context, r *teller.Reading, a *store.Account, p *playbook.Playbook) (playbook.PulseQuestion, error) {
	if asks := book.Question(c.Question); asks == "" || slices.Contains(book.Questions, asks) {
		q, ok, err := accountability.FittingPulse(ctx, r, a)
		if err == nil && (!ok || asks != "" && q.Asks != asks) {
			q = playbook.PlainPulse(asks)
		}
		return q, err
	}
	q, ok := p.Pulse.Question(c.Question, "")
	if !ok {
		names := make([]string, len(p.Pulse.Questions))
		for i := range p.Pulse.Questions {
			names[i] = p.Pulse.Questions[i].Name
		}
		return q, book.Fieldf(book.Invalid, "question", "%q is none of the playbook %s, which has %s", c.Question, p.Name, strings.Join(names, ", "))
	}
	return q, nil
}

// person is who is asked.
func (c *AskPulse) person(ctx context.Context, w *teller.Work, a *store.Account) (*store.Contact, error) {
	people, err := awareness.FolkOf(ctx, w.Tx, a.ID)
	if err != nil {
		return nil, err
	}
	id, err := c.With.Among(ctx, w, a)
	if err != nil {
		return nil, err
	}
	people = slices.DeleteFunc(people, func(p *store.Contact) bool { return p.Name == book.Erased })
	if id == "" && len(people) == 1 {
		return people[0], nil
	}
	if id == "" && c.By == PulseByPage {
		return nil, book.Fieldf(book.Invalid, "with", "says who is asked: one of the people of %s", a.Name)
	}
	return oneOf(people, book.ID(id), a)
}

// may refuses a question to somebody who wants none: who was asked a short while ago, or wants no writing from us.
func (c *AskPulse) may(ctx context.Context, w *teller.Work, r *teller.Reading, who *store.Contact, p *playbook.Playbook) error {
	all, err := awareness.ConsentsOf(ctx, r, who.ID)
	if err != nil {
		return err
	}
	said := all[who.ID]
	if withheld := awareness.Withheld(said); c.By != PulseByPage || !slices.ContainsFunc(awareness.Writing, func(ch book.Channel) bool { return !slices.Contains(withheld, ch) }) {
		if err := refusedBy(who, said, r); err != nil {
			return err
		}
	}
	return accountability.RestedPulse(ctx, w, who, p)
}

// hasPage refuses to ask on a page that somebody does not have.
func (*AskPulse) hasPage(ctx context.Context, w *teller.Work, a *store.Account, who *store.Contact) error {
	ids, err := w.Tx.StandsFor(ctx, a.ID)
	if err != nil {
		return err
	}
	links, err := w.Tx.ClientLinks(ctx, ids...)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(links, func(l store.ClientLink) bool { return l.Contact == who.ID && l.Live(w.Now) }) {
		return nil
	}
	return book.Fieldf(book.Conflict, "with", "is %s, who has no page that opens; make a link first, or ask by letter", who.Name)
}

// send writes the letter that asks. It is scripted: the playbook's words, which anybody gets.
func (c *AskPulse) send(ctx context.Context, w *teller.Work, r *teller.Reading, ask *book.Entry, who *store.Contact) error {
	if c.office.Domain == "" || c.office.Base == nil {
		return book.Errorf(book.Conflict, "no mail server is set up, so no letter can go out; docs/SERVING.md says how to name one")
	}
	if err := w.Name(ask); err != nil {
		return err
	}
	touch, err := w.NewID()
	if err != nil {
		return err
	}
	w.Together() // who takes the question back takes the letter back
	ask.Subject = touch
	if err := w.Append(ask); err != nil {
		return err
	}
	names, err := w.Tx.MemberNames(ctx, w.Who.Member)
	if err != nil {
		return err
	}
	secret := awareness.Pulse{Workspace: w.Who.Workspace, Ask: ask.ID}.Secret(r.Rules.Firm.Salt)
	d := pulseLetter{
		in: phrase.Tongue{Code: who.Fields[book.ContactLanguage]}, ask: ask, name: oneLine(who.Name), link: c.office.Base() + awareness.PulsePath + secret,
		from: strings.TrimPrefix(oneLine(names[w.Who.Member])+", "+oneLine(r.Rules.Firm.Name), ", "),
	}
	l := (&WriteLetter{
		Account: awareness.Client(ask.Account), With: awareness.Whom(who.ID), Subject: d.in.Say("A question from {firm}", "firm", oneLine(r.Rules.Firm.Name)),
		Text: d.text(), Purpose: book.Ask, Template: "pulse:" + ask.Facts.Pulse, id: touch,
	}).By(c.office)
	err = l.Run(ctx, w)
	c.Letter = l.Letter
	return err
}

// pulseLetter is the letter that asks, in the language of who reads it.
type pulseLetter struct {
	in               phrase.Tongue
	ask              *book.Entry
	name, link, from string
}

// Scores are the words of the scores, the best first.
func Scores(t phrase.Tongue) []string {
	return []string{t.Say("Very well"), t.Say("Well"), t.Say("So-so"), t.Say("Badly"), t.Say("Very badly")}
}

func (d *pulseLetter) text() string {
	lines := []string{d.in.Say("Dear {name},", "name", d.name), "", d.ask.Words.Text, ""}
	if d.ask.Facts.Question == book.Satisfaction {
		for i, word := range Scores(d.in) {
			score := strconv.Itoa(book.HighestScore - i)
			lines = append(lines, score+"  "+word+":", "   "+d.link+"?score="+score)
		}
		lines = append(lines, "", d.in.Say("Each of these opens a page with your answer chosen. It counts once you press the button there."))
	} else {
		lines = append(lines, d.link, "", d.in.Say("This opens a page where you can tell us. It counts once you press the button there."))
	}
	lines = append(lines, d.in.Say("You can also simply answer this letter. Whatever you say helps us, above all what was not good."), "", d.from)
	return strings.Join(lines, "\n")
}
