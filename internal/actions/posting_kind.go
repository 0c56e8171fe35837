package actions

import (
	"cmp"
	"errors"
	"slices"

	"passbook/internal/accountability"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// kind is what a kind of posting is told by: the fields that it cannot do without, each with what is said where it lacks;
// those that it may have beside id, account, at and fixes; and the command that it asks for.
type kind struct {
	wants []want
	may   []string
	asks  func(*Posting) teller.Command
}

type want struct{ field, said string }

func lacks(field, said string) want { return want{field, said} }

var (
	wantsAccount    = lacks("account", "is missing: with whom it happened")
	wantsPromise    = lacks("promise", "is missing: the promise's id, its client, or words that only it holds")
	wantsCase       = lacks("case", "is missing: its id, its client, or words that only it holds")
	wantsSolved     = lacks("case", "is missing: the id of one that was solved, its client, or words that only it holds")
	wantsEngagement = lacks("engagement", "is missing: its id, its client, or words that only it holds")
	wantsTold       = lacks("text", "is missing: what they were told, if only that there is nothing new")
	wantsPoints     = lacks("points", "are missing: how much it weighs")
	wantsReason     = lacks("words", "are missing: points without a reason are not kept")
	ofStage         = []string{"stage", "next", "due", "estimate", "next_update", "responsible", "department"}
	ofTouch         = []string{"with", "channel", "dir", "to", "outcome", "purpose", "template", "asks", "minutes", "sounded", "summary"}
)

// kinds are the kinds of posting.
var kinds = map[string]kind{
	"touch": {[]want{lacks("channel", "is missing: how")}, append([]string{"keeps", "promise", "case", "engagement", "planned"}, ofTouch...), func(p *Posting) teller.Command {
		switch {
		case p.Planned != "":
			return &accountability.DoPlanned{Planned: book.ID(p.Planned), At: p.At, Touch: p.touch()}
		case p.Engagement != "":
			return &accountability.UpdateEngagement{
				Engagement: accountability.Which(p.Engagement), At: p.At, Touch: p.touch(), Keeps: accountability.Which(cmp.Or(p.Keeps, p.Promise)),
			}
		case p.Case != "":
			return &accountability.UpdateCase{
				Case: accountability.Which(p.Case), At: p.At, Touch: p.touch(), Keeps: accountability.Which(cmp.Or(p.Keeps, p.Promise)),
			}
		case p.Keeps == "" && p.Promise == "":
			return p.touch()
		}
		c := p.settle(accountability.Keep)
		c.Promise, c.Touch = accountability.Which(cmp.Or(p.Keeps, p.Promise)), p.touch()
		return c
	}},
	"promise": {[]want{wantsAccount, lacks("text", "is missing: what we said we would do"), lacks("due", "is missing: by when")}, []string{"with"}, func(p *Posting) teller.Command {
		return &accountability.Promise{Account: p.client(), With: awareness.Whom(p.With), Text: p.Text, Due: p.Due, At: p.At}
	}},
	"kept": {[]want{wantsPromise}, append([]string{"words"}, ofTouch...), func(p *Posting) teller.Command {
		c := p.settle(accountability.Keep)
		if p.Channel != "" {
			c.Touch = p.touch()
		}
		return c
	}},
	"broken": {[]want{wantsPromise}, []string{"words"}, func(p *Posting) teller.Command {
		return p.settle(accountability.Break)
	}},
	"released": {[]want{wantsPromise}, []string{"words"}, func(p *Posting) teller.Command {
		return p.settle(accountability.Release)
	}},
	"moved": {[]want{wantsPromise, lacks("due", "is missing: by when from now on")}, []string{"words"}, func(p *Posting) teller.Command {
		return &accountability.MovePromise{Promise: accountability.Which(p.Promise), Due: p.Due, At: p.At, Words: p.Words}
	}},
	"case": {[]want{
		wantsAccount,
		lacks("text", "is missing: what is to be put right"),
		lacks("origin", "is missing: ours, a failure of the firm, or theirs, a problem we help with"),
		lacks("severity", "is missing: 1 slight, 2 serious, 3 severe"),
	}, []string{"with", "cause", "first", "estimate", "next_update"}, func(p *Posting) teller.Command {
		return &accountability.OpenCase{
			Account: p.client(), With: awareness.Whom(p.With), Text: p.Text, Origin: accountability.Origin(p.Origin), Severity: p.Severity, Cause: p.Cause,
			First: accountability.First(p.First), Estimate: p.Estimate, NextUpdate: p.NextUpdate, At: p.At,
		}
	}},
	"update": {[]want{wantsCase, wantsTold}, []string{"channel", "estimate", "next_update"}, func(p *Posting) teller.Command {
		return &accountability.UpdateCase{
			Case: accountability.Which(p.Case), Text: p.Text, Channel: p.Channel, Estimate: p.Estimate, NextUpdate: p.NextUpdate, At: p.At,
		}
	}},
	"resolved": {[]want{wantsCase}, []string{"text", "channel"}, func(p *Posting) teller.Command {
		return &accountability.ResolveCase{Case: accountability.Which(p.Case), Text: p.Text, Channel: p.Channel, At: p.At}
	}},
	"reopened": {
		[]want{wantsSolved, lacks("text", "is missing: why it is not solved")},
		[]string{"estimate", "next_update"},
		func(p *Posting) teller.Command {
			return &accountability.ReopenCase{Case: accountability.Which(p.Case), Text: p.Text, Estimate: p.Estimate, NextUpdate: p.NextUpdate, At: p.At}
		},
	},
	"answered": {[]want{wantsSolved, lacks("solved", "is missing: yes or no, as they say")}, []string{"text", "with"}, func(p *Posting) teller.Command {
		return &accountability.AnswerCase{
			Case: accountability.Which(p.Case), Solved: p.Solved == accountability.AnswerYes, Text: p.Text, With: awareness.Whom(p.With), At: p.At,
		}
	}},
	"closing": {[]want{wantsAccount}, []string{"text"}, func(p *Posting) teller.Command {
		return &accountability.Closing{Account: p.client(), Text: p.Text, At: p.At}
	}},
	"care": {[]want{wantsAccount}, []string{"introduced", "plan", "favour", "closing"}, func(p *Posting) teller.Command {
		return &accountability.Care{Account: p.client(), Closing: book.ID(p.Closing), Introduced: p.Introduced, Plan: p.Plan, Favour: p.Favour, At: p.At}
	}},
	"closed_out": {[]want{wantsAccount}, []string{"closing", "words"}, func(p *Posting) teller.Command {
		return &accountability.CloseOut{Account: p.client(), Closing: book.ID(p.Closing), Text: p.Words, At: p.At}
	}},
	"planned": {[]want{wantsAccount, lacks("text", "is missing: what is to be done for them"), lacks("due", "is missing: on which day")}, []string{"channel", "asks"}, func(p *Posting) teller.Command {
		step := accountability.PlannedDraft{Text: p.Text, Due: p.Due, Channel: p.Channel, Candid: p.Asks == string(book.AsksCandour)}
		return &accountability.Plan{Account: p.client(), PlannedDraft: step, At: p.At}
	}},
	"done": {[]want{lacks("planned", "is missing: what was planned, by its entry")}, []string{"text", "channel", "dropped"}, func(p *Posting) teller.Command {
		return &accountability.DoPlanned{Planned: book.ID(p.Planned), Text: p.Text, Channel: p.Channel, Dropped: p.Dropped, At: p.At}
	}},
	"referral": {[]want{wantsAccount}, []string{"words"}, func(p *Posting) teller.Command {
		return &assessment.Referral{Account: p.client(), At: p.At, Received: true, Words: p.Words}
	}},
	"asked": {[]want{wantsAccount}, []string{"words"}, func(p *Posting) teller.Command {
		return &assessment.Referral{Account: p.client(), At: p.At, Words: p.Words}
	}},
	"deed":    byHand,
	"mistake": byHand,
	"amends":  byHand,
	"thanks": {[]want{wantsAccount, lacks("channel", "is missing: a letter, a call, a video call or a meeting is in person")}, []string{"text"}, func(p *Posting) teller.Command {
		return &accountability.Thanks{Account: p.client(), Channel: p.Channel, Text: p.Text, At: p.At}
	}},
	"engagement": {[]want{
		wantsAccount,
		lacks("work", "is missing: sale, purchase, lease, project or subscription"),
		lacks("text", "is missing: what it is about"),
	}, append([]string{"with"}, ofStage...), func(p *Posting) teller.Command {
		return &accountability.Engage{
			Account: p.client(), With: awareness.Whom(p.With), Kind: book.EngagementKind(p.Work), Title: p.Text, Stage: p.Stage, Step: p.step(), At: p.At,
		}
	}},
	"stage": {[]want{wantsEngagement}, append([]string{"text", "channel"}, ofStage...), func(p *Posting) teller.Command {
		return &accountability.MoveStage{
			Engagement: accountability.Which(p.Engagement), Stage: p.Stage, Text: p.Text, Step: p.step(), Channel: p.Channel, At: p.At,
		}
	}},
	"progress": {
		[]want{wantsEngagement, wantsTold},
		[]string{"with", "channel", "next", "due", "estimate", "next_update", "over"},
		func(p *Posting) teller.Command {
			return &accountability.UpdateEngagement{
				Engagement: accountability.Which(p.Engagement), Text: p.Text, With: awareness.Whom(p.With), Channel: p.Channel, Next: p.Next, On: p.Due, Until: p.Estimate,
				NextUpdate: p.NextUpdate, Over: p.Over, At: p.At,
			}
		},
	},
	"setback": {[]want{wantsEngagement, lacks("text", "is missing: what went wrong")}, []string{"estimate"}, func(p *Posting) teller.Command {
		return &accountability.Setback{Engagement: accountability.Which(p.Engagement), Text: p.Text, Until: p.Estimate, At: p.At}
	}},
	"ended": {[]want{wantsEngagement}, []string{"text", "dropped"}, func(p *Posting) teller.Command {
		return &accountability.EndEngagement{Engagement: accountability.Which(p.Engagement), Dropped: p.Dropped, Text: p.Text, At: p.At}
	}},
	"party": {[]want{wantsEngagement, lacks("with", "is missing: who of the account's people takes part")}, []string{"role", "every", "gone", "words"}, func(p *Posting) teller.Command {
		return &accountability.TakePart{
			Engagement: accountability.Which(p.Engagement), Who: awareness.Whom(p.With), Role: p.Role, Every: p.Every, Gone: p.Gone, Text: p.Words, At: p.At,
		}
	}},
	"pulse": {[]want{wantsAccount}, []string{"with", "score", "answers", "text"}, func(p *Posting) teller.Command {
		return &accountability.AnswerPulse{
			Account: p.client(), With: awareness.Whom(p.With), Ask: book.ID(p.Answers), Score: p.Score, Text: p.Text, At: p.At,
		}
	}},
	"note": {[]want{wantsAccount, lacks("text", "is missing: a note needs words")}, []string{"private"}, func(p *Posting) teller.Command {
		return &awareness.Note{Account: p.client(), At: p.At, Text: p.Text, Private: p.Private}
	}},
}

var byHand = kind{[]want{wantsAccount, wantsPoints, wantsReason}, []string{"for"}, func(p *Posting) teller.Command {
	return &assessment.ByHand{Account: p.client(), Kind: book.Kind(p.Kind), At: p.At, Points: p.Points, Words: p.Words, For: book.ID(p.For)}
}}

func (p *Posting) client() awareness.Client { return awareness.Client(p.Account) }

func (p *Posting) settle(how accountability.How) *accountability.Settle {
	return &accountability.Settle{Promise: accountability.Which(p.Promise), How: how, At: p.At, Words: p.Words}
}

func (p *Posting) step() accountability.Step {
	return accountability.Step{
		Next: p.Next, On: p.Due, Until: p.Estimate, NextUpdate: p.NextUpdate, Responsible: p.Member, Department: p.Department,
	}
}

func (p *Posting) touch() *awareness.Touch {
	return &awareness.Touch{
		Account: p.client(), With: awareness.Whom(p.With), At: p.At, Channel: p.Channel, Direction: book.Direction(p.Dir), Outcome: book.Outcome(p.Outcome),
		Purpose: book.Purpose(p.Purpose), To: p.To, Minutes: p.Minutes, Template: p.Template, Asks: book.Asks(p.Asks),
		Sounded: book.Sounded(p.Sounded), Summary: p.Summary,
	}
}

// Command is what a posting asks for, once every field that it lacks, and every field that says nothing about its kind,
// was named: all of them at once, so that whoever sends it mends it once. What only the book can tell its command says.
// Errors: Invalid, and NotFound for what it corrects where that is no id.
func (p *Posting) Command() (teller.Command, error) {
	k, ok := kinds[p.Kind]
	if !ok {
		return nil, book.Fieldf(book.Invalid, "kind", "%q is not known", p.Kind)
	}
	said := *p // a form that is shown again has what was typed where it was typed
	if err := said.say(&k); err != nil {
		return nil, err
	}
	if err := said.check(&k); err != nil {
		return nil, err
	}
	c := k.asks(&said)
	if p.Fixes == "" {
		return c, nil
	}
	wrong, ok := book.ParseID(p.Fixes)
	if !ok {
		return nil, book.Errorf(book.NotFound, "there is no entry %s", p.Fixes)
	}
	return &awareness.Replace{Wrong: wrong, By: c}, nil
}

// sayings are the names by which what was said goes; each kind has one of them, and the others mean the same.
var sayings = []string{"words", "text", "summary"}

// saying is the field in which a kind has what was said; "" for one that has no words of its own.
func (k *kind) saying() string {
	at := func(name string) bool {
		return slices.Contains(k.may, name) || slices.ContainsFunc(k.wants, func(w want) bool { return w.field == name })
	}
	if i := slices.IndexFunc(sayings, at); i >= 0 {
		return sayings[i]
	}
	return ""
}

// say has what was said where the kind has it, whichever of its names it came by. Under two of them it would be unclear which
// is meant.
func (p *Posting) say(k *kind) error {
	to := k.saying()
	if to == "" {
		return nil
	}
	all := map[string]*string{"words": &p.Words, "text": &p.Text, "summary": &p.Summary}
	own := all[to]
	for _, name := range sayings {
		switch by := all[name]; {
		case by == own || *by == "":
		case *own != "":
			return book.Fieldf(book.Invalid, name, "says the same as %s; leave one of them out", book.Said(to))
		default:
			*own, *by = *by, ""
		}
	}
	return nil
}

func (p *Posting) check(k *kind) error {
	given := p.given()
	known := append([]string{"id", "kind", "account", "at", "fixes"}, k.may...)
	wants := k.wants
	switch {
	case p.Kind == "touch" && p.Keeps == "" && p.Promise == "" && p.Case == "" && p.Engagement == "": // else one of these says whose it is
		wants = append([]want{wantsAccount}, wants...)
	case p.Kind == "kept" && slices.ContainsFunc(given, func(name string) bool { return slices.Contains(ofTouch, name) }):
		wants = append([]want{lacks("channel", "is missing: how the promise was kept, when it was kept by a touch")}, wants...)
	}
	var faults []error
	for _, w := range wants {
		known = append(known, w.field)
		if !slices.Contains(given, w.field) {
			faults = append(faults, book.Fieldf(book.Invalid, w.field, "%s", book.Said(w.said)))
		}
	}
	for _, name := range given {
		if !slices.Contains(known, name) {
			faults = append(faults, book.Fieldf(book.Invalid, name, "says nothing about a posting of the kind %s", book.Said(p.Kind)))
		}
	}
	return errors.Join(faults...)
}
