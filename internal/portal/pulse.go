package portal

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"passbook/internal/accountability"
	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/limit"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// The link in a letter that asks how we do. It opens that one question with an answer chosen, and nothing else of the client's;
// looking at it does nothing, as mail scanners look at links: only the press of the button there records the answer.

// asked is a question as its page shows it.
type asked struct {
	*accountability.AskedOf
	account  book.ID
	score    int // chosen, 0 for none
	text     string
	answered bool
	fault    error
}

// scores are what can be chosen, the best first.
func scores() (out []int) {
	for n := book.HighestScore; n >= book.LowestScore; n-- {
		out = append(out, n)
	}
	return out
}

// score reads what was chosen; 0 for what is no score.
func score(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || !slices.Contains(scores(), n) {
		return 0
	}
	return n
}

// question opens what a link asks, in the language of who was asked.
func (s *Server) question(v *visit) (*asked, awareness.Pulse, error) {
	v.veil()
	link, err := awareness.ReadPulse(v.r.Context(), s.Teller.Store(), v.r.PathValue("secret"))
	if err != nil {
		return nil, link, err
	}
	a := &asked{score: score(v.r.FormValue("score")), text: v.r.PostFormValue("message")}
	err = s.read(v, link.Workspace, func(r *teller.Reading) error {
		ctx := v.r.Context()
		found, err := r.Tx.EntriesByID(ctx, link.Ask)
		if err != nil {
			return err
		}
		if a.AskedOf, err = accountability.AskedIn(ctx, r, link.Ask); err != nil {
			return err
		}
		e := found[link.Ask]
		a.account = e.Account
		guest, err := awareness.GuestOf(ctx, r, &store.ClientLink{Account: e.Account, Contact: e.Facts.Party})
		if err != nil {
			return err
		}
		zone := v.lang.Zone
		v.lang = s.Words.Pick(guest.Contact.Fields[book.ContactLanguage], v.r.Header.Get("Accept-Language"))
		v.lang.Zone = zone
		answers, err := r.Tx.Answers(ctx, link.Ask)
		a.answered = len(answers) > 0
		return err
	})
	return a, link, err
}

func (s *Server) pulsePage(v *visit) error {
	a, _, err := s.question(v)
	if err != nil {
		return err
	}
	return s.showPulse(v, a)
}

func (s *Server) showPulse(v *visit, a *asked) error {
	return v.show(a.fault, pulsePage(s.page(v, v.lang.Say("portal.pulse")), a))
}

// answer records what was chosen. The same press twice is one answer.
func (s *Server) answer(v *visit) error {
	a, link, err := s.question(v)
	if err != nil {
		return err
	}
	if a.answered {
		return s.showPulse(v, a)
	}
	wait := s.acts.Take(s.Now(), limit.Ask{Key: "p:" + string(link.Ask), Rate: perLink}, limit.Ask{Key: "n:" + auth.Network(auth.Place(v.r)), Rate: perPlace})
	if a.fault = s.waits(wait); a.fault == nil {
		a.fault = s.do(context.WithoutCancel(v.r.Context()), link.Workspace, &accountability.AnswerPulse{
			Account: awareness.Client(a.account), Ask: link.Ask, Score: a.scored(), Text: a.text,
		}, "pulse."+string(link.Ask)+"."+strconv.Itoa(a.scored())+"."+a.text)
	}
	if a.fault != nil {
		if !mended(a.fault) {
			return a.fault
		}
		return s.showPulse(v, a)
	}
	http.Redirect(v.w, v.r, v.r.URL.Path, http.StatusSeeOther)
	return nil
}

// scored is the score that counts: a question for words has none.
func (a *asked) scored() int {
	if a.Question == book.Candour {
		return 0
	}
	return a.score
}

// wrong is why an answer was not taken; "" where none was sent.
func (a *asked) wrong(p *ui.Page) string {
	if a.fault == nil {
		return ""
	}
	return p.Lang.Refusal(a.fault)
}

// pulse is what a client says on their own page of how we do: the answer to what they were asked, else unasked.
func (c *clientView) pulse(v *visit, account awareness.Client, with awareness.Whom) teller.Command {
	cmd := &accountability.AnswerPulse{Account: account, With: with, Score: score(v.r.PostFormValue("score")), Text: c.text, Unasked: true}
	if id, ok := book.ParseID(v.r.PostFormValue("ask")); ok {
		cmd.Ask, cmd.Unasked = id, false
	}
	return cmd
}

// chosen is the score that stood in a form that was not taken.
func (c *clientView) chosen() int {
	if c.act == actPulse {
		return c.score
	}
	return 0
}
