package accountability

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Step is what an engagement's stage brings: what is next and when, by when the stage is to be over, when they hear how it stands,
// and who has it. What is left out follows from the playbook.
type Step struct {
	Next        string       // the next step, in words for the client; empty takes the playbook's
	On          book.Instant // the day of the next step; zero for none yet
	Until       book.Instant // when the stage is to be over
	NextUpdate  book.Instant // when they hear how it stands
	Responsible string       // a member: id, name, first name or address; empty keeps who has it
	Department  string       // empty takes the playbook's for the stage
}

// check refuses dates that lie before what they must follow.
func (s *Step) check(at book.Instant, what string) error {
	if err := later("due", s.On, at, what); err != nil {
		return err
	}
	if err := later("estimate", s.Until, at, what); err != nil {
		return err
	}
	return nextUpdate(s.NextUpdate, at)
}

// Engage begins a piece of work for a client. Its id is that of its entry.
type Engage struct {
	Account awareness.Client
	With    awareness.Whom // who of its people it is for; empty is all of them
	Kind    book.EngagementKind
	Title   string // what it is about: "12 Elm Road"
	Stage   string // empty is the first one of the playbook
	Step
	At book.Instant // zero is now
}

// Act implements teller.Command.
func (*Engage) Act() book.Act { return book.ActServe }

// Blind implements teller.Blind.
func (*Engage) Blind() bool { return true }

// Run implements teller.Command.
func (c *Engage) Run(ctx context.Context, w *teller.Work) error {
	title, at := book.Clean(c.Title), w.When(c.At)
	if title == "" {
		return book.Fieldf(book.Invalid, "text", "is missing: what the engagement is about, as “12 Elm Road”")
	}
	if err := c.check(at, "the engagement begins"); err != nil {
		return err
	}
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	kind, err := kindOf(ctx, w, a, c.Kind)
	if err != nil {
		return err
	}
	stage, err := stageOf(kind, cmp.Or(c.Stage, kind.Stages[0].Name))
	if err != nil {
		return err
	}
	facts, words, err := c.facts(ctx, w, stage, a.Owner)
	if err != nil {
		return err
	}
	if words.With, err = c.With.Among(ctx, w, a); err != nil {
		return err
	}
	facts.Engagement, words.Text = c.Kind, title
	return w.Append(&book.Entry{Account: a.ID, At: at, Kind: book.KindEngagement, Facts: facts, Words: words})
}

// kindOf is what an account's playbook says of a kind of engagement.
func kindOf(ctx context.Context, w *teller.Work, a *store.Account, kind book.EngagementKind) (*playbook.Engagement, error) {
	rules, err := w.Rules(ctx)
	if err != nil {
		return nil, err
	}
	p := rules.Playbook(a.State.Playbook)
	if found, ok := p.Engagement(kind); ok {
		return &found, nil
	}
	if len(p.Engagements) == 0 {
		return nil, book.Fieldf(book.Conflict, "engagement", "cannot begin: the playbook %s has none yet; add [[engagements]] to it, as the ones that ship have", book.Said(p.Name))
	}
	names := make([]string, len(p.Engagements))
	for i, e := range p.Engagements {
		names[i] = string(e.Kind)
	}
	return nil, book.Fieldf(book.Invalid, "engagement", "%q is none of the playbook %s, which has %s", string(kind), p.Name, strings.Join(names, ", "))
}

func stageOf(kind *playbook.Engagement, name string) (*playbook.EngagementStage, error) {
	if s, ok := kind.Stage(name); ok {
		return &s, nil
	}
	names := make([]string, len(kind.Stages))
	for i, s := range kind.Stages {
		names[i] = s.Name
	}
	return nil, book.Fieldf(book.Invalid, "stage", "%q is no stage of a %s, which has %s", name, string(kind.Kind), strings.Join(names, ", "))
}

// facts are what an entry keeps of a stage that an engagement goes into. Who has it is written down, so that the log tells it
// whatever becomes of the playbook.
func (s *Step) facts(ctx context.Context, w *teller.Work, stage *playbook.EngagementStage, keeper book.ID) (f book.Facts, words book.Words, err error) {
	r, err := w.Reading(ctx)
	if err != nil {
		return f, words, err
	}
	responsible, err := awareness.MemberID(ctx, r, s.Responsible)
	if err != nil {
		return f, words, err
	}
	f = book.Facts{
		Stage: stage.Name, Due: s.On, Estimate: s.Until, NextUpdate: s.NextUpdate, Responsible: cmp.Or(responsible, keeper),
		Department: cmp.Or(book.Clean(s.Department), stage.Department),
	}
	return f, book.Words{Next: cmp.Or(book.Clean(s.Next), stage.Next)}, nil
}

// MoveStage moves an engagement into another stage.
type MoveStage struct {
	Engagement Which
	Stage      string // empty is the one that follows in the playbook
	Text       string // what there is to say about it; may be empty
	Step
	Channel book.Channel // how they were told, which then counts as a touch too and wants Text; empty for not said
	At      book.Instant // zero is now
}

// Act implements teller.Command.
func (*MoveStage) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *MoveStage) Run(ctx context.Context, w *teller.Work) error {
	at := w.When(c.At)
	if err := c.check(at, "the engagement moves on"); err != nil {
		return err
	}
	g, a, err := openEngagement(ctx, w, c.Engagement, at)
	if err != nil {
		return err
	}
	kind, err := kindOf(ctx, w, a, g.Kind)
	if err != nil {
		return err
	}
	name, err := following(kind, g, c.Stage)
	if err != nil {
		return err
	}
	stage, err := stageOf(kind, name)
	if err != nil {
		return err
	}
	facts, words, err := c.facts(ctx, w, stage, g.Responsible)
	if err != nil {
		return err
	}
	words.Text, facts.Channel = book.Clean(c.Text), c.Channel
	entry := &book.Entry{Account: a.ID, Subject: g.Entry, At: at, Kind: book.KindStage, Facts: facts, Words: words}
	if c.Channel == "" {
		return w.Append(entry)
	}
	t := telling{what: "engagement", text: c.Text, by: c.Channel}
	if _, err := t.words(); err != nil {
		return err
	}
	return t.write(ctx, w, a, entry)
}

// following is the stage that an engagement goes into: the one asked for, else the next.
func following(kind *playbook.Engagement, g *ledger.Engagement, asked string) (string, error) {
	switch at := slices.IndexFunc(kind.Stages, func(s playbook.EngagementStage) bool { return s.Name == g.Stage }); {
	case asked == g.Stage:
		return "", book.Fieldf(book.Conflict, "stage", "is %s already", book.Said(g.Stage))
	case asked != "":
		return asked, nil
	case at < 0:
		return "", book.Fieldf(book.Invalid, "stage", "is missing: the playbook does not know %q, so nothing follows it", g.Stage)
	case at == len(kind.Stages)-1:
		return "", book.Fieldf(book.Conflict, "stage", "%q is the last one; end the engagement", g.Stage)
	default:
		return kind.Stages[at+1].Name, nil
	}
}

// UpdateEngagement tells the client how a piece of work stands; that there is nothing new is an update too.
type UpdateEngagement struct {
	Engagement Which
	Text       string
	With       awareness.Whom   // who of the account's people heard it; one who takes part in a role hears it for themselves alone
	Channel    book.Channel     // how they were told, which then counts as a touch too; empty for not said
	Touch      *awareness.Touch // as of UpdateCase
	Keeps      Which            // the promise that the touch keeps besides; empty for none
	Next       string           // the next step, where it has changed
	On         book.Instant     // the day of the next step; zero for none
	Until      book.Instant     // when the stage is to be over now; zero keeps that. A later one has slipped.
	NextUpdate book.Instant     // zero leaves it to the playbook
	Over       bool             // what went wrong is behind them
	At         book.Instant     // zero is now
}

// Act implements teller.Command.
func (*UpdateEngagement) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *UpdateEngagement) Run(ctx context.Context, w *teller.Work) error {
	t, at := telling{"engagement", c.Text, c.Channel, c.Touch, c.Keeps}, w.When(c.At)
	text, err := t.words()
	if err != nil {
		return err
	}
	step := Step{On: c.On, Until: c.Until, NextUpdate: c.NextUpdate}
	if err := step.check(at, "the update"); err != nil {
		return err
	}
	g, a, err := openEngagement(ctx, w, c.Engagement, at)
	if err != nil {
		return err
	}
	with, err := c.With.Among(ctx, w, a)
	if err != nil {
		return err
	}
	news := &book.Entry{
		Account: a.ID, Subject: g.Entry, At: at, Kind: book.KindProgress,
		Facts: book.Facts{Due: c.On, Estimate: c.Until, NextUpdate: c.NextUpdate, Over: c.Over, Steps: book.Clean(c.Next) != ""},
		Words: book.Words{Text: text, Next: book.Clean(c.Next), With: with},
	}
	if _, takes := partyOf(g, book.ID(with)); takes {
		return c.tellParty(w, news)
	}
	return t.write(ctx, w, a, news)
}

// tellParty writes down what somebody who takes part was told. It is no touch with the client, and says nothing to them.
func (c *UpdateEngagement) tellParty(w *teller.Work, news *book.Entry) error {
	switch {
	case c.Touch != nil || c.Keeps != "":
		return book.Fieldf(book.Invalid, "with", "takes part in the work: what they hear is no touch with the client, and keeps no promise to them")
	case c.Next != "" || c.On != 0 || c.Until != 0 || c.Over:
		return book.Fieldf(book.Invalid, "with", "takes part in the work: the next step, its day, the end of the stage and what is over are told to the client")
	}
	news.Facts = book.Facts{Party: book.ID(news.Words.With), NextUpdate: c.NextUpdate, Channel: c.Channel}
	return w.Append(news)
}

// Setback writes down that something in a piece of work went wrong: they are to hear of it today, and more often until it is
// over.
type Setback struct {
	Engagement Which
	Text       string       // what went wrong
	Until      book.Instant // when the stage is to be over now; zero keeps that
	At         book.Instant // zero is now
}

// Act implements teller.Command.
func (*Setback) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *Setback) Run(ctx context.Context, w *teller.Work) error {
	text, at := book.Clean(c.Text), w.When(c.At)
	if text == "" {
		return book.Fieldf(book.Invalid, "text", "is missing: what went wrong")
	}
	if err := later("estimate", c.Until, at, "the setback"); err != nil {
		return err
	}
	g, a, err := openEngagement(ctx, w, c.Engagement, at)
	if err != nil {
		return err
	}
	return w.Append(&book.Entry{
		Account: a.ID, Subject: g.Entry, At: at, Kind: book.KindSetback, Facts: book.Facts{Estimate: c.Until}, Words: book.Words{Text: text},
	})
}

// EndEngagement ends a piece of work. A sale, a purchase and a project that are done are a closing: a favour that the client did
// us, to be paid back.
type EndEngagement struct {
	Engagement Which
	Dropped    bool   // it came to nothing
	Text       string // may be empty; wanted where it came to nothing
	At         book.Instant
}

// Act implements teller.Command.
func (*EndEngagement) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *EndEngagement) Run(ctx context.Context, w *teller.Work) error {
	text, at := book.Clean(c.Text), w.When(c.At)
	if c.Dropped && text == "" {
		return book.Fieldf(book.Invalid, "text", "is missing: why it came to nothing")
	}
	g, a, err := openEngagement(ctx, w, c.Engagement, at)
	if err != nil {
		return err
	}
	end := &book.Entry{
		Account: a.ID, Subject: g.Entry, At: at, Kind: book.KindEnded, Facts: book.Facts{Dropped: c.Dropped}, Words: book.Words{Text: text},
	}
	if c.Dropped || !closes(g.Kind) {
		return w.Append(end)
	}
	found, err := w.Tx.EntriesByID(ctx, g.Entry)
	if err != nil {
		return err
	}
	w.Together() // who takes the end back takes the closing back
	if err := w.Append(end); err != nil {
		return err
	}
	return w.Append(&book.Entry{
		Account: a.ID, Subject: g.Entry, At: at, Kind: book.KindClosing, Words: book.Words{Text: found[g.Entry].Words.Text},
	})
}

// closes says whether the end of a piece of work is a closing. A lease and a subscription are signed when they begin, and what
// ends with them is no favour.
func closes(kind book.EngagementKind) bool {
	return kind == book.Sale || kind == book.Purchase || kind == book.Project
}

// openEngagement finds a piece of work that is under way and locks its account; it refuses what would happen to it before it
// began.
func openEngagement(ctx context.Context, w *teller.Work, which Which, at book.Instant) (*ledger.Engagement, *store.Account, error) {
	id, err := which.engagement(ctx, w)
	if err != nil {
		return nil, nil, err
	}
	none := book.Errorf(book.NotFound, "there is no engagement %s; due and show list them with their ids", id)
	rows, err := w.Tx.Engagements(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if len(rows) == 0 {
		return nil, nil, none
	}
	a, err := w.Account(ctx, rows[0].Account)
	if book.FaultOf(err) == book.NotFound { // they do not see the client, and are not told who that is
		err = none
	}
	if err != nil {
		return nil, nil, err
	}
	// It may have ended while we waited for the account; what stands now counts.
	if rows, err = w.Tx.Engagements(ctx, id); err != nil {
		return nil, nil, err
	}
	switch {
	case len(rows) == 0:
		return nil, nil, book.Errorf(book.Conflict, "the engagement was voided: it counts as never having begun")
	case rows[0].Status != store.EngagementOpen:
		return nil, nil, book.Errorf(book.Conflict, "the engagement ended on %s already; void that entry first if it is wrong", stamp(rows[0].Ended))
	case at < rows[0].At:
		return nil, nil, book.Fieldf(book.Invalid, "at", "%s lies before the engagement began, on %s", stamp(at), stamp(rows[0].At))
	}
	if i := slices.IndexFunc(a.State.Engagements, func(g ledger.Engagement) bool { return g.Entry == id }); i >= 0 {
		return &a.State.Engagements[i], a, nil
	}
	return &ledger.Engagement{Work: rows[0].Work}, a, nil
}
