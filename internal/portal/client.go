package portal

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"passbook/internal/accountability"
	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/limit"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// clientView is what a client's page shows.
type clientView struct {
	link  store.ClientLink
	guest *awareness.Guest
	*accountability.Facing
	key   string // by which each form of this showing is written once
	done  string // what was done last, "" for nothing
	act   string // the form that was not taken
	about string // of a word to what was solved: the case
	text  string // what stood in it
	score int    // and which score was chosen
	fault error
}

// Channels by which a client says how to be reached: the others nobody begins.
var offered = []book.Channel{book.Email, book.Text, book.Letter, book.Call}

// stands is what they said of a channel last; "" for nothing.
func (c *clientView) stands(ch book.Channel) book.Consent {
	for _, said := range c.Reach {
		if said.Channel == ch {
			if said.Given {
				return book.Given
			}
			return book.Withdrawn
		}
	}
	return ""
}

// wrong is why a form was not taken, in words; "" of one that was not sent.
func (c *clientView) wrong(p *ui.Page, act string) string {
	if c.fault == nil || c.act != act {
		return ""
	}
	return p.Lang.Refusal(c.fault)
}

// words are what stood in a form that was not taken.
func (c *clientView) words(act string) string {
	if c.act == act {
		return c.text
	}
	return ""
}

// wordsOf are the words that stood beside an answer that was not taken.
func (c *clientView) wordsOf(k *accountability.FacedSolved) string {
	if c.about != string(k.Entry) {
		return ""
	}
	return c.words(actSolved)
}

// details are what the firm knows of how to reach a person, to be set right.
func (c *clientView) details() (out []string) {
	for _, field := range []string{book.ContactPhones, book.ContactEmails} {
		for _, v := range c.guest.Contact.Reaches(field) {
			out = append(out, v.Value)
		}
	}
	for _, a := range c.guest.Contact.Postals() {
		out = append(out, a.String())
	}
	return out
}

// open finds what a link opens. One that was ended, has run out or never was is not found, and which it was is not told.
func (s *Server) open(v *visit) (link store.ClientLink, err error) {
	v.veil()
	hash := awareness.LinkHash(v.r.PathValue("secret"))
	err = s.Teller.Store().Read(v.r.Context(), "", func(tx *store.Tx) error {
		var ok bool
		if link, ok, err = tx.FindClientLink(v.r.Context(), hash, s.Teller.Now()); err == nil && !ok {
			err = book.Errorf(book.NotFound, "this page is not there")
		}
		return err
	})
	return link, err
}

// client shows a client's own page. That it was opened is counted now and then, and is no contact: a mail scanner opens it too.
func (s *Server) client(v *visit) error {
	link, err := s.open(v)
	if err != nil {
		return err
	}
	if now := s.Teller.Now(); v.r.Method == http.MethodGet && now-link.Seen > seenEvery {
		ctx := context.WithoutCancel(v.r.Context())
		if err := s.Teller.Store().Write(ctx, link.Workspace, func(tx *store.Tx) error { return tx.SeeClientLink(ctx, link.ID, now) }); err != nil {
			return err
		}
	}
	done := v.r.URL.Query().Get("done")
	if !slices.Contains(acts, done) {
		done = ""
	}
	return s.showClient(v, &clientView{link: link, done: done})
}

// seenEvery is how exactly it is kept when a page was opened, so that reading does not write each time.
const seenEvery = book.Day / 144

func (s *Server) showClient(v *visit, c *clientView) error {
	key, err := s.Teller.NewID()
	if err != nil {
		return err
	}
	c.key = string(key)
	if err := s.face(v, c); err != nil {
		return err
	}
	return v.show(c.fault, clientPage(s.page(v, v.firm), c))
}

// face reads what the page shows, in the language of its person.
func (s *Server) face(v *visit, c *clientView) error {
	return s.read(v, c.link.Workspace, func(r *teller.Reading) (err error) {
		if c.guest, err = awareness.GuestOf(v.r.Context(), r, &c.link); err != nil {
			return err
		}
		zone := v.lang.Zone
		v.lang = s.Words.Pick(c.guest.Contact.Fields[book.ContactLanguage], v.r.Header.Get("Accept-Language"))
		v.lang.Zone = zone
		c.Facing, err = accountability.FacingOf(v.r.Context(), r, c.guest)
		return err
	})
}

// What a client can do on the page.
const (
	actAsk      = "ask"
	actNews     = "news"
	actComplain = "complain"
	actCorrect  = "correct"
	actReach    = "reach"
	actStop     = "stop"
	actSolved   = "solved"
	actPulse    = "pulse"
)

var acts = []string{actAsk, actNews, actComplain, actCorrect, actReach, actStop, actSolved, actPulse}

// act does what a form of the page asks for. Only a post does anything.
func (s *Server) act(v *visit) error {
	link, err := s.open(v)
	if err != nil {
		return err
	}
	if elsewhere(v.r) {
		return book.Errorf(book.Forbidden, "this was sent by another site's page; do it from your own page")
	}
	c := &clientView{link: link, act: v.r.PostFormValue("act"), text: v.r.PostFormValue("message"), about: v.r.PostFormValue("case"), score: score(v.r.PostFormValue("score"))}
	if err := s.face(v, c); err != nil { // the page may be gone although the link is good
		return err
	}
	if c.fault = s.written(v, c); c.fault != nil {
		if !mended(c.fault) {
			return c.fault
		}
		return s.showClient(v, c)
	}
	http.Redirect(v.w, v.r, v.r.URL.Path+"?done="+c.act, http.StatusSeeOther)
	return nil
}

// written does an act, within its limits.
func (s *Server) written(v *visit, c *clientView) error {
	cmd, err := s.command(v, c)
	if err != nil {
		return err
	}
	wait := s.acts.Take(s.Now(), limit.Ask{Key: "l:" + string(c.link.ID), Rate: perLink}, limit.Ask{Key: "n:" + auth.Network(auth.Place(v.r)), Rate: perPlace})
	if err := s.waits(wait); err != nil {
		return err
	}
	key := ""
	if once := v.r.PostFormValue("key"); once != "" {
		key = "page." + string(c.link.ID) + "." + c.act + "." + once
	}
	return s.do(context.WithoutCancel(v.r.Context()), c.link.Workspace, cmd, key)
}

// command is what a form asks for.
func (s *Server) command(v *visit, c *clientView) (teller.Command, error) {
	account, with := awareness.Client(c.guest.Account.ID), awareness.Whom(c.guest.Contact.ID)
	text := book.Clean(c.text)
	switch c.act {
	case actAsk:
		return &awareness.Write{Account: account, With: with, Text: text}, nil
	case actNews:
		return s.news(v, c, account, with, text), nil
	case actCorrect:
		if text != "" {
			text = v.lang.Say("portal.correction") + " " + text
		}
		return &awareness.Write{Account: account, With: with, Text: text}, nil
	case actComplain:
		severity := slices.Index([]string{"1", "2", "3"}, v.r.PostFormValue("severity")) + 1
		if text == "" || utf8.RuneCountInString(text) > awareness.MaxMessage {
			return nil, book.Fieldf(book.Invalid, "message", "is missing, or longer than %d characters", awareness.MaxMessage)
		}
		return &accountability.OpenCase{
			Account: account, With: with, Text: text, Origin: accountability.Ours, Severity: max(1, severity), First: accountability.Them,
		}, nil
	case actSolved:
		return c.said(v, with, text)
	case actPulse:
		return c.pulse(v, account, with), nil
	case actReach, actStop:
		return &awareness.Reaching{Person: c.guest.Contact.ID, Say: reaching(v, c.act), Source: v.lang.Say("portal.source")}, nil
	}
	return nil, book.Errorf(book.Invalid, "this page cannot do that")
}

// said is their word whether something is solved. They are asked of what the page shows alone: what somebody else of their account
// named is not theirs to answer for.
func (c *clientView) said(v *visit, with awareness.Whom, text string) (teller.Command, error) {
	answer := v.r.PostFormValue("solved")
	switch {
	case !slices.ContainsFunc(c.Solved, func(s accountability.FacedSolved) bool { return string(s.Entry) == c.about }):
		return nil, book.Errorf(book.Conflict, "this was answered already, or is asked no more")
	case !slices.Contains(accountability.CaseAnswers, answer):
		return nil, book.Errorf(book.Invalid, "say yes or no: is it solved?")
	case utf8.RuneCountInString(text) > awareness.MaxMessage:
		return nil, book.Fieldf(book.Invalid, "message", "is missing, or longer than %d characters", awareness.MaxMessage)
	}
	return &accountability.AnswerCase{Case: accountability.Which(c.about), Solved: answer == accountability.AnswerYes, Text: text, With: with}, nil
}

// oneAsk is how often asking for news counts: who presses the button again before they were answered has asked once.
var oneAsk = limit.Rate{Burst: 1, Pause: 12 * time.Hour}

// news is their asking for what they were to be told. It counts as such where something is owed to them, and once in half a
// day; else it is a question as any other.
func (s *Server) news(v *visit, c *clientView, account awareness.Client, with awareness.Whom, text string) teller.Command {
	text = cmp.Or(text, v.lang.Say("portal.asksnews"))
	w := &awareness.Write{Account: account, With: with, Text: text}
	if c.Owed() && s.tooOften(&s.asked, "news:"+string(c.link.ID), oneAsk) == nil {
		w.Asks = book.AsksNews
	}
	return w
}

// reaching is what a form says of channels.
func reaching(v *visit, act string) map[book.Channel]book.Consent {
	say := map[book.Channel]book.Consent{}
	if act == actStop {
		for _, ch := range awareness.Writing {
			say[ch] = book.Withdrawn
		}
		return say
	}
	for _, ch := range offered {
		if said := book.Consent(v.r.PostFormValue("reach." + string(ch))); slices.Contains(book.ConsentSaid, said) {
			say[ch] = said
		}
	}
	return say
}

// dial is the address that a telephone calls for a number as it was typed.
func dial(number string) string {
	return "tel:" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, number)
}
