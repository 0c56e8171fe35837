package web

import (
	"net/url"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/mail"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

func (s *Server) outboxRoutes() routes {
	return routes{"GET /outbox": s.outbox, "POST /outbox/{id}": s.settle}
}

func (s *Server) outbox(v *visit) error {
	f, err := formatOf(v)
	if err != nil {
		return err
	}
	if f == "" {
		return s.showOutbox(v, nil)
	}
	return s.hand(v, s.page(v, "", "settings"), f, func(r *teller.Reading) (*transfer.List, error) { return s.letters(v, r), nil })
}

// letters is the outbox as a file.
func (s *Server) letters(v *visit, r *teller.Reading) *transfer.List {
	return transfer.Letters(func(give func(l *store.Letter, name, by string, over bool) error) error {
		return s.Outbox.Each(v.r.Context(), r, give)
	})
}

// showOutbox shows the letters, and what was wrong with an act on one of them.
func (s *Server) showOutbox(v *visit, fault error) error {
	p := s.page(v, v.lang.Say("outbox.title"), "settings")
	p.Script = "copy.js"
	out := &outboxView{
		fault: fault, sends: s.Outbox.Sends, shows: s.Outbox.Shows, here: s.Outbox.Here,
		reads: book.Permit(v.who.Role, book.ActFirm) == nil, writes: book.Permit(v.who.Role, book.ActLog) == nil,
	}
	err := s.read(v, p, func(r *teller.Reading) (err error) {
		if out.asks, err = hasPassword(v, r); err != nil {
			return err
		}
		if out.uncertain, err = s.Outbox.Uncertain(v.r.Context(), r); err != nil {
			return err
		}
		out.letters, err = s.Outbox.Letters(v.r.Context(), r)
		out.letters = slices.DeleteFunc(out.letters, func(l mail.Listed) bool { return l.State == store.LetterUncertain })
		return err
	})
	if err != nil {
		return err
	}
	v.fault = fault
	return v.show(outboxPage(p, out))
}

// settle does something with one letter.
func (s *Server) settle(v *visit) error {
	c := s.Outbox.Settle(book.ID(v.r.PathValue("id")), v.r.PostFormValue("do"))
	if password := v.r.PostFormValue("password"); password != "" || v.r.PostForm.Has("password") {
		if err := s.Auth.Again(v.r.Context(), v.who, password); err != nil {
			return s.showOutbox(v, err)
		}
		c.Proved = true
	}
	_, err := s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{})
	if fieldOf(err) == "password" {
		return s.showOutbox(v, err)
	}
	if err != nil {
		return v.mend(err, func() error { return s.showOutbox(v, err) })
	}
	return s.back(v, "/outbox")
}

// outboxView is what the page of letters shows.
type outboxView struct {
	letters   []mail.Listed
	uncertain []mail.Listed // those of which a member has to say what became of them
	sends     bool          // a mail server is known
	shows     bool          // letters to clients stand here and go nowhere
	here      bool          // links may open on the desk's own machine alone
	reads     bool          // may read links
	writes    bool          // may say what becomes of letters to clients
	asks      bool          // there is a password to be asked for
	fault     error
}

// open says whether something can be done with a letter to a member still.
func open(l *mail.Listed) bool {
	return !l.Over && (l.State == store.LetterWaiting || l.State == store.LetterFailed)
}

// unsettled says whether a member can say something of a letter to a client.
func unsettled(l *mail.Listed) bool {
	return l.State == store.LetterWaiting || l.State == store.LetterUncertain || l.State == store.LetterFailed
}

// ended says whether a letter did not come to its reader and will not: another one may.
func ended(l *mail.Listed) bool {
	return l.State == store.LetterDropped || l.Over && (l.State == store.LetterWaiting || l.State == store.LetterFailed)
}

// stateWord names the text for how far a letter has come.
func stateWord(l *mail.Listed) string {
	if l.Resting {
		return "resting"
	}
	if l.Over && (l.State == store.LetterWaiting || l.State == store.LetterFailed) {
		return "over"
	}
	return string(l.State)
}

// byMail is an address for the reader's own mail program, with the letter in it.
func byMail(l *mail.Listed) string {
	q := url.Values{"subject": {l.Subject}, "body": {strings.ReplaceAll(l.Text, "\n", "\r\n")}}
	return "mailto:" + url.PathEscape(l.Address) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}
