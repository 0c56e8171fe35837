package actions

import (
	"reflect"

	"passbook/internal/agenda"
	"passbook/internal/book"
	"passbook/internal/ledger"
)

// Posting is one thing that happened as an edge writes it down, its fields named as the flags of `record`: a JSON body,
// a line of a batch, a form, the words of a command line, a note made without a connection. What each kind of it needs, may
// have and asks for stands in kinds; every edge reads both from here.
type Posting struct {
	ID         string       `json:"id,omitempty" doc:"A key of your own: the same again writes nothing and answers alike. An id, or any words." maxLength:"200"`
	Kind       string       `json:"kind" enum:"touch,promise,kept,broken,released,moved,case,update,resolved,reopened,answered,closing,care,referral,asked,deed,mistake,amends,thanks,note,engagement,stage,progress,setback,ended,party,planned,done,closed_out,pulse" doc:"What happened."`
	Account    string       `json:"account,omitempty" doc:"The account: an id, an address, or a name that is unique." maxLength:"300"`
	At         book.Instant `json:"at,omitempty" doc:"When; now when left out."`
	With       string       `json:"with,omitempty" doc:"Who of the account's people: an id, an address, or a name." maxLength:"300"`
	Channel    book.Channel `json:"channel,omitempty" enum:"social,chat,email,text,letter,call,video,meeting"`
	Dir        string       `json:"dir,omitempty" enum:"in,out" doc:"Who reached out; out when left out."`
	To         int          `json:"to,omitempty" minimum:"0" maximum:"1000000" doc:"How many were reached; one when left out."`
	Outcome    string       `json:"outcome,omitempty" enum:"reached,left_word,no_answer"`
	Purpose    string       `json:"purpose,omitempty" enum:"serve,inform,ask,sell,gift"`
	Template   string       `json:"template,omitempty" doc:"The template or script that its words came from."`
	Asks       string       `json:"asks,omitempty" enum:"news,candour" doc:"The client asks for news, or we ask an honest question."`
	Minutes    int          `json:"minutes,omitempty" minimum:"0"`
	Sounded    string       `json:"sounded,omitempty" enum:"warm,neutral,cold"`
	Summary    string       `json:"summary,omitempty" doc:"What was said, in a few words; text and words are the same."`
	Text       string       `json:"text,omitempty" doc:"Of a promise what we said we would do, of a case what is wrong, of a note its words."`
	Due        book.Instant `json:"due,omitempty" doc:"Of a promise: by when; of one that is moved, by when from now on. Of what is planned: its day. Of an engagement: the day of its next step."`
	Promise    string       `json:"promise,omitempty" doc:"Which promise is settled or moved: its id, its client, or words that only it holds."`
	Keeps      string       `json:"keeps,omitempty" doc:"Of a touch: the promise that it keeps."`
	Case       string       `json:"case,omitempty" doc:"Which case is updated, resolved, opened again or answered for, or of a touch: the case that it brought news of. Its id."`
	Solved     string       `json:"solved,omitempty" enum:"yes,no" doc:"Of an answer: whether the client says that the case is solved; no opens it again."`
	Origin     string       `json:"origin,omitempty" enum:"ours,theirs"`
	Severity   int          `json:"severity,omitempty" minimum:"0" maximum:"3"`
	Cause      string       `json:"cause,omitempty"`
	First      string       `json:"first,omitempty" enum:"us,them" doc:"Who named it first."`
	Estimate   book.Instant `json:"estimate,omitempty" doc:"When it will be solved; of an engagement, when its stage is to be over."`
	NextUpdate book.Instant `json:"next_update,omitempty" doc:"When they hear from us about it."`
	Introduced string       `json:"introduced,omitempty" doc:"Of care: the member who looks after them, by id."`
	Plan       string       `json:"plan,omitempty" doc:"Of care: what is planned."`
	Points     book.Points  `json:"points,omitempty" doc:"Of a deed, a mistake or amends: how much it weighs."`
	Words      string       `json:"words,omitempty" doc:"What there is to say about it; text and summary are the same."`
	Private    bool         `json:"private,omitempty" doc:"Of a note: for you alone."`
	For        string       `json:"for,omitempty" doc:"Of amends: the promise or case they are for."`
	Engagement string       `json:"engagement,omitempty" doc:"Which engagement moves on, has news or ends: its id, its client, or words that only it holds."`
	Work       string       `json:"work,omitempty" enum:"sale,purchase,lease,project,subscription" doc:"Of an engagement: what kind of work it is."`
	Stage      string       `json:"stage,omitempty" maxLength:"40" doc:"Of an engagement: the stage it goes into, by its name in the playbook; the first one, or the next, when left out."`
	Next       string       `json:"next,omitempty" maxLength:"1000" doc:"Of an engagement: its next step, in words for the client; the playbook's when left out."`
	Member     string       `json:"responsible,omitempty" maxLength:"300" doc:"Of an engagement: the member who has it in this stage, by id, name or address."`
	Department string       `json:"department,omitempty" maxLength:"80" doc:"Of an engagement: the department that has it; the playbook's when left out."`
	Over       bool         `json:"over,omitempty" doc:"Of news of an engagement: what went wrong is behind them."`
	Dropped    bool         `json:"dropped,omitempty" doc:"Of an engagement that ends: it came to nothing. Of what was planned: it is not to be done."`
	Role       string       `json:"role,omitempty" maxLength:"80" doc:"Of who takes part in an engagement: as what; the role that they have on the account when left out."`
	Every      int          `json:"every,omitempty" minimum:"0" maximum:"365" doc:"Of who takes part in an engagement: calendar days after which they hear how it stands; never when left out."`
	Gone       bool         `json:"gone,omitempty" doc:"Of who takes part in an engagement: they do no more."`
	Closing    string       `json:"closing,omitempty" maxLength:"36" doc:"Of care, and of what closes it out: the closing that it is for, by its entry; the oldest that is not paid back when left out."`
	Favour     string       `json:"favour,omitempty" maxLength:"1000" doc:"Of care: what they did for us by the closing, in words."`
	Planned    string       `json:"planned,omitempty" maxLength:"36" doc:"What was planned and is done, or is not to be done, by its entry; of a touch: what it was done by."`
	Score      int          `json:"score,omitempty" minimum:"0" maximum:"5" doc:"Of a pulse: how well they say we look after them, from 1, very badly, to 5, very well; left out where they said it in words alone."`
	Answers    string       `json:"answers,omitempty" maxLength:"36" doc:"Of a pulse: the question that it answers, by its entry; the newest of theirs that waits when left out."`
	Fixes      string       `json:"fixes,omitempty" maxLength:"36" doc:"The entry that was wrong and is written down anew by this one, by its id: it counts no more, and one undo takes both back."`
}

// Post is what carries out a row of Today, but for what only its member knows: the channel, how it went, what was said, who
// looks after them, how much amends weigh. ok is false for an act whose entry is not known.
func (i *Item) Post() (p Posting, ok bool) {
	p = Posting{Kind: "touch", Account: string(i.Account.ID), With: string(i.one)}
	switch i.Act {
	case agenda.KeepPromise, agenda.Update:
		if len(i.Holds) == 0 || i.Holds[0].Entry == "" {
			return p, false
		}
		switch entry := string(i.Holds[0].Entry); {
		case i.Act != agenda.Update:
			p.Promise = entry
		case i.engagement:
			p.Kind, p.Engagement = "progress", entry
		default:
			p.Kind, p.Case = "update", entry
		}
	case agenda.Converse:
		p.Asks = string(book.AsksCandour)
	case agenda.Seize:
		if p.Planned = string(i.planned); i.candid {
			p.Asks = string(book.AsksCandour)
		}
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
	if p.Kind != "touch" && !i.party {
		p.With = ""
	}
	return p, p.Kind != "resolved" || p.Case != ""
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
	if _, ok := book.ParseID(words.With); ok { // else it is a letter's, which a form does not hold all of
		p.With, words.With = words.With, ""
	}
	return p, reflect.ValueOf(&left).Elem().IsZero() && reflect.ValueOf(&words).Elem().IsZero()
}
