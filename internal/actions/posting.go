package actions

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"passbook/internal/accountability"
	"passbook/internal/agenda"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/teller"
)

// Posting is one thing that happened as an edge writes it down, its fields named as the flags of `record`: a JSON body,
// a line of a batch, a form, a note made without a connection.
type Posting struct {
	ID         string       `json:"id,omitempty" doc:"A key of your own: the same again writes nothing and answers alike. An id, or any words." maxLength:"200"`
	Kind       string       `json:"kind" enum:"touch,promise,kept,broken,released,moved,case,update,resolved,closing,care,referral,asked,deed,mistake,amends,thanks,note" doc:"What happened."`
	Account    string       `json:"account,omitempty" doc:"The account: an id, an address, or a name that is unique." maxLength:"300"`
	At         book.Instant `json:"at,omitempty" doc:"When; now when left out."`
	Channel    book.Channel `json:"channel,omitempty" enum:"social,chat,email,text,letter,call,video,meeting"`
	Dir        string       `json:"dir,omitempty" enum:"in,out" doc:"Who reached out; out when left out."`
	To         int          `json:"to,omitempty" minimum:"0" maximum:"1000000" doc:"How many were reached; one when left out."`
	Outcome    string       `json:"outcome,omitempty" enum:"reached,left_word,no_answer"`
	Purpose    string       `json:"purpose,omitempty" enum:"serve,inform,ask,sell,gift"`
	Template   string       `json:"template,omitempty" doc:"The template or script that its words came from."`
	Asks       string       `json:"asks,omitempty" enum:"news,candour" doc:"The client asks for news, or we ask an honest question."`
	Minutes    int          `json:"minutes,omitempty" minimum:"0"`
	Sounded    string       `json:"sounded,omitempty" enum:"warm,neutral,cold"`
	Summary    string       `json:"summary,omitempty" doc:"What was said, in a few words."`
	Text       string       `json:"text,omitempty" doc:"Of a promise what we said we would do, of a case what is wrong, of a note its words."`
	Due        book.Instant `json:"due,omitempty" doc:"Of a promise: by when; of one that is moved, by when from now on."`
	Promise    string       `json:"promise,omitempty" doc:"Which promise is settled or moved: its id, its client, or words that only it holds."`
	Keeps      string       `json:"keeps,omitempty" doc:"Of a touch: the promise that it keeps."`
	Case       string       `json:"case,omitempty" doc:"Which case is updated or resolved: its id."`
	Origin     string       `json:"origin,omitempty" enum:"ours,theirs"`
	Severity   int          `json:"severity,omitempty" minimum:"0" maximum:"3"`
	Cause      string       `json:"cause,omitempty"`
	First      string       `json:"first,omitempty" enum:"us,them" doc:"Who named it first."`
	Estimate   book.Instant `json:"estimate,omitempty" doc:"When it will be solved."`
	NextUpdate book.Instant `json:"next_update,omitempty" doc:"When they hear from us about it."`
	Introduced string       `json:"introduced,omitempty" doc:"Of care: the member who looks after them, by id."`
	Plan       string       `json:"plan,omitempty" doc:"Of care: what is planned."`
	Points     book.Points  `json:"points,omitempty" doc:"Of a deed, a mistake or amends: how much it weighs."`
	Words      string       `json:"words,omitempty" doc:"What there is to say about it."`
	Private    bool         `json:"private,omitempty" doc:"Of a note: for you alone."`
	For        string       `json:"for,omitempty" doc:"Of amends: the promise or case they are for."`
	Fixes      string       `json:"fixes,omitempty" maxLength:"36" doc:"The entry that was wrong and is written down anew by this one, by its id: it counts no more, and one undo takes both back."`
}

// Post is what carries out a row of Today, but for what only its member knows: the channel, how it went, what was said, who
// looks after them, how much amends weigh. ok is false for an act whose entry is not known.
func (i *Item) Post() (p Posting, ok bool) {
	p = Posting{Kind: "touch", Account: string(i.Account.ID)}
	switch i.Act {
	case agenda.KeepPromise, agenda.Update:
		if len(i.Holds) == 0 || i.Holds[0].Entry == "" {
			return p, false
		}
		if i.Act == agenda.Update {
			p.Kind, p.Case = "update", string(i.Holds[0].Entry)
		} else {
			p.Promise = string(i.Holds[0].Entry)
		}
	case agenda.Converse:
		p.Asks = string(book.AsksCandour)
	case agenda.Thank:
		p.Kind = "thanks"
	case agenda.IntroduceCare:
		p.Kind = "care"
	case agenda.MakeAmends:
		p.Kind = "amends"
		if len(i.Holds) > 0 && i.Holds[0].Kind == ledger.HoldAmends {
			p.For = string(i.Holds[0].Entry)
		}
		if i.openCase { // an open case is made good by putting it right
			p.Kind, p.Case, p.For = "resolved", p.For, ""
		}
	}
	return p, p.Kind != "resolved" || p.Case != ""
}

// Command is what a posting asks for. Errors: Invalid for a kind that is not known, NotFound for what it corrects where
// that is no id.
func (p *Posting) Command() (teller.Command, error) {
	c, err := p.command()
	if err != nil || p.Fixes == "" {
		return c, err
	}
	wrong, ok := book.ParseID(p.Fixes)
	if !ok {
		return nil, book.Errorf(book.NotFound, "there is no entry %s", p.Fixes)
	}
	return &awareness.Replace{Wrong: wrong, By: c}, nil
}

func (p *Posting) command() (teller.Command, error) {
	client, promise, kase := awareness.Client(p.Account), accountability.Which(p.Promise), accountability.Which(p.Case)
	switch p.Kind {
	case "touch":
		t := p.touch()
		if p.Keeps != "" {
			promise = accountability.Which(p.Keeps)
		}
		if promise != "" {
			return &accountability.Settle{Promise: promise, How: accountability.Keep, At: p.At, Words: p.Words, Touch: t}, nil
		}
		return t, nil
	case "promise":
		return &accountability.Promise{Account: client, Text: p.Text, Due: p.Due, At: p.At}, nil
	case "kept":
		c := &accountability.Settle{Promise: promise, How: accountability.Keep, At: p.At, Words: p.Words}
		if p.Channel != "" {
			c.Touch = p.touch()
		}
		return c, nil
	case "broken":
		return &accountability.Settle{Promise: promise, How: accountability.Break, At: p.At, Words: p.Words}, nil
	case "released":
		return &accountability.Settle{Promise: promise, How: accountability.Release, At: p.At, Words: p.Words}, nil
	case "moved":
		return &accountability.MovePromise{Promise: promise, Due: p.Due, At: p.At, Words: p.Words}, nil
	case "case":
		return &accountability.OpenCase{
			Account: client, Text: p.Text, Origin: accountability.Origin(p.Origin), Severity: p.Severity, Cause: p.Cause,
			First: accountability.First(p.First), Estimate: p.Estimate, NextUpdate: p.NextUpdate, At: p.At,
		}, nil
	case "update":
		return &accountability.UpdateCase{Case: kase, Text: p.Text, Channel: p.Channel, Estimate: p.Estimate, NextUpdate: p.NextUpdate, At: p.At}, nil
	case "resolved":
		return &accountability.ResolveCase{Case: kase, Text: p.Text, At: p.At}, nil
	case "closing":
		return &accountability.Closing{Account: client, Text: p.Text, At: p.At}, nil
	case "care":
		return &accountability.Care{Account: client, Introduced: book.ID(p.Introduced), Plan: p.Plan, At: p.At}, nil
	case "referral", "asked":
		return &assessment.Referral{Account: client, At: p.At, Received: p.Kind == "referral", Words: p.Words}, nil
	case "deed", "mistake", "amends":
		return &assessment.ByHand{Account: client, Kind: book.Kind(p.Kind), At: p.At, Points: p.Points, Words: p.Words, For: book.ID(p.For)}, nil
	case "thanks":
		return &accountability.Thanks{Account: client, Channel: p.Channel, Text: p.Text, At: p.At}, nil
	case "note":
		return &awareness.Note{Account: client, At: p.At, Text: p.Text, Private: p.Private}, nil
	}
	return nil, book.Fieldf(book.Invalid, "kind", "%q is not known", p.Kind)
}

func (p *Posting) touch() *awareness.Touch {
	return &awareness.Touch{
		Account: awareness.Client(p.Account), At: p.At, Channel: p.Channel, Direction: book.Direction(p.Dir),
		Outcome: book.Outcome(p.Outcome), Purpose: book.Purpose(p.Purpose), To: p.To, Minutes: p.Minutes, Template: p.Template,
		Asks: book.Asks(p.Asks), Sounded: book.Sounded(p.Sounded), Summary: p.Summary,
	}
}

// PostingOf is an entry as it would be written down anew, to correct it; false for one that a form does not hold all of, as a
// letter or what keeps a promise, and for one of a kind that is only taken back.
func PostingOf(e *book.Entry) (p Posting, ok bool) {
	f, left := &e.Facts, e.Facts
	p = Posting{Kind: string(e.Kind), At: e.At}
	switch e.Kind {
	case book.KindTouch:
		p.Channel, p.Dir, p.To, p.Outcome, p.Purpose = f.Channel, string(f.Direction), f.To, string(f.Outcome), string(f.Purpose)
		p.Template, p.Asks, p.Minutes, p.Sounded, p.Summary = f.Template, string(f.Asks), f.Minutes, string(f.Sounded), e.Words.Text
		left.Channel, left.Direction, left.To, left.Outcome, left.Purpose = "", "", 0, "", ""
		left.Template, left.Asks, left.Minutes, left.Sounded = "", "", 0, ""
	case book.KindPromise:
		p.Text, p.Due, left.Due = e.Words.Text, f.Due, 0
	case book.KindNote:
		p.Text, p.Private, left.Private = e.Words.Text, f.Private, false
	default:
		return p, false
	}
	words := e.Words
	words.Text = ""
	return p, reflect.ValueOf(&left).Elem().IsZero() && reflect.ValueOf(&words).Elem().IsZero()
}

// fields are a posting's fields that are text, by the names that forms send.
func (p *Posting) fields() map[string]*string {
	return map[string]*string{
		"id": &p.ID, "kind": &p.Kind, "account": &p.Account, "channel": (*string)(&p.Channel), "dir": &p.Dir, "outcome": &p.Outcome,
		"purpose": &p.Purpose, "template": &p.Template, "asks": &p.Asks, "sounded": &p.Sounded, "summary": &p.Summary,
		"text": &p.Text, "promise": &p.Promise, "keeps": &p.Keeps, "case": &p.Case, "origin": &p.Origin, "cause": &p.Cause, "first": &p.First,
		"introduced": &p.Introduced, "plan": &p.Plan, "words": &p.Words, "for": &p.For, "fixes": &p.Fixes,
	}
}

// Form fills a posting from the values of a form. A day and a time are those of a clock in the reader's zone; a day alone
// is the end of the firm's working hours.
func (p *Posting) Form(get func(string) string, cal *ledger.Calendar, zone *time.Location) error {
	for name, to := range p.fields() {
		*to = get(name)
	}
	for name, to := range map[string]*book.Instant{"at": &p.At, "due": &p.Due, "estimate": &p.Estimate, "next_update": &p.NextUpdate} {
		at, err := formTime(name, get(name), cal, zone)
		if err != nil {
			return err
		}
		*to = at
	}
	for name, to := range map[string]*int{"to": &p.To, "minutes": &p.Minutes, "severity": &p.Severity} {
		word := strings.TrimSpace(get(name))
		if word == "" {
			continue
		}
		n, err := strconv.Atoi(word)
		if err != nil {
			return book.Fieldf(book.Invalid, name, "%q is no whole number", word)
		}
		*to = n
	}
	p.Private = get("private") != ""
	if word := strings.TrimSpace(get("points")); word != "" {
		points, err := book.ParsePoints(word)
		if err != nil {
			return book.Fieldf(book.Invalid, "points", "%q is no number", word)
		}
		p.Points = points
	}
	return nil
}

// formTime reads what a browser's fields for a day, or a day and a time, send.
func formTime(name, word string, cal *ledger.Calendar, zone *time.Location) (book.Instant, error) {
	if word = strings.TrimSpace(word); word == "" {
		return 0, nil
	}
	if t, err := time.ParseInLocation("2006-01-02T15:04", word, zone); err == nil {
		return book.Micros(t), nil
	}
	t, err := time.ParseInLocation(time.DateOnly, word, cal.Zone)
	if err != nil {
		return 0, book.Fieldf(book.Invalid, name, "%q is no day", word)
	}
	return book.Micros(time.Date(t.Year(), t.Month(), t.Day(), 0, cal.LastMinute(), 0, 0, cal.Zone)), nil
}
