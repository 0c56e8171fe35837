package web

import (
	"context"
	"slices"
	"strconv"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// pulseView is what a client was asked of how we do and said, and the questions that they can be asked.
type pulseView struct {
	all       []accountability.PulseItem
	questions []playbook.PulseQuestion
	fits      string // the name of the one whose moment has come; "" for none
	byPage    bool   // some of the account's people have a page that opens
}

// shownPulses are how many questions the account's page tells of; the timeline has all of them.
const shownPulses = 5

func (v *pulseView) load(ctx context.Context, r *teller.Reading, row *store.Account, pages []awareness.ShownLink) (err error) {
	if v.all, err = accountability.PulsesOf(ctx, r, row, shownPulses); err != nil {
		return err
	}
	for _, asks := range book.Questions { // what is true of everybody, and then what speaks of a moment
		q := playbook.PlainPulse(asks)
		q.Name = string(asks)
		v.questions = append(v.questions, q)
	}
	v.questions = append(v.questions, r.Rules.Playbook(row.State.Playbook).Pulse.Questions...)
	q, ok, err := accountability.FittingPulse(ctx, r, row)
	if ok {
		v.fits = q.Name
	}
	for i := range pages {
		v.byPage = v.byPage || pages[i].Live
	}
	return err
}

// waiting are the questions that wait for an answer.
func (v *pulseView) waiting() (out []accountability.PulseItem) {
	for i := range v.all {
		if v.all[i].Answered == 0 {
			out = append(out, v.all[i])
		}
	}
	return out
}

// pulseWords say how a question stands.
func pulseWords(p *ui.Page, i *accountability.PulseItem) string {
	switch {
	case i.Status == accountability.PulseSilent:
		return p.T("pulse.silent", p.Clock.Date(i.Asked))
	case i.Status == accountability.PulseWaits:
		return p.T("pulse.waits", p.Clock.Date(i.Asked))
	case i.Score == 0:
		return p.T("pulse.inwords") + " " + p.T("pulse.of", p.Clock.Date(i.Answered))
	}
	return p.T("pulse.answered", strconv.Itoa(i.Score)) + " " + p.T("pulse.of", p.Clock.Date(i.Answered))
}

// scoresDown are the scores, the best first.
func scoresDown() (out []int) {
	for n := book.HighestScore; n >= book.LowestScore; n-- {
		out = append(out, n)
	}
	return out
}

// askPulse asks one of the account's people how we do.
func (s *Server) askPulse(v *visit) error {
	get := v.r.PostFormValue
	c := &actions.AskPulse{
		Account: awareness.Client(v.r.PathValue("id")), With: awareness.Whom(get("with")), Question: get("question"), By: actions.PulseBy(get("by")),
	}
	key := get("key")
	if key != "" {
		key += ".pulse"
	}
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, s.Outbox.Ask(c), teller.Keyed(v.who.Actor, key))
	if err != nil {
		return s.plain(v, err)
	}
	return s.done(v, "/clients/"+v.r.PathValue("id")+inQuery(v), &r)
}

// onePlace is a number with one place after the point, where it is not whole.
func onePlace(n float64) string {
	if n == float64(int(n)) {
		return strconv.Itoa(int(n))
	}
	return strconv.FormatFloat(n, 'f', 1, 64)
}

// rarer says whether a kind of happening stands behind the composer's "more".
func rarer(kind string) bool {
	return slices.Contains([]string{"thanks", "referral", "asked", "closing", "care", "deed", "mistake", "amends", "engagement", "pulse"}, kind)
}
