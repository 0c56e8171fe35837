package actions

import (
	"context"
	"net/mail"
	"slices"
	"strings"
	"unicode/utf8"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/queue"
	"passbook/internal/store"
	"passbook/internal/teller"
)

const (
	// Rest is how long a letter rests before anything is tried: it can be taken back until then.
	Rest book.Instant = 10 * 1_000_000
	// mostSubject and mostText bound a letter, in runes.
	mostSubject = 300
	mostText    = 20_000
)

// Office is how the firm sends letters to its clients.
type Office struct {
	Domain string // of the address that letters come from; "" where none go out
	// Base is where readers find this program, as in "https://book.acme.example": what links in letters begin with.
	Base func() string
}

// WriteLetter writes a letter to one of a client's people: the touch, whose words are the letter's, and the letter itself, which
// rests for a while and then goes out by the queue. Undoing the touch takes the letter back for as long as it has not gone.
type WriteLetter struct {
	Account  awareness.Client
	With     awareness.Whom // whom it goes to; may be left out where one alone has an address
	To       string         // which of their addresses; empty is the one they prefer
	Subject  string
	Text     string
	Purpose  book.Purpose
	Template string
	Asks     book.Asks
	Answers  book.ID // the touch of the letter that it answers; empty for none

	Letter *store.Letter // set by Run

	office Office
	id     book.ID // of the touch, where another entry names it; empty for a new one
}

// By is the command as an office sends it.
func (c *WriteLetter) By(o Office) *WriteLetter {
	c.office = o
	return c
}

// Act implements teller.Command.
func (*WriteLetter) Act() book.Act { return book.ActLog }

// Run implements teller.Command.
func (c *WriteLetter) Run(ctx context.Context, w *teller.Work) error {
	subject, text, err := c.words()
	if err != nil {
		return err
	}
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	who, to, err := c.reader(ctx, w, a)
	if err != nil {
		return err
	}
	e, err := (&awareness.Touch{Channel: book.Email, Purpose: c.Purpose, Template: c.Template, Asks: c.Asks, Summary: subject}).Entry("")
	if err != nil {
		return err
	}
	e.ID, e.Account, e.Words.Body, e.Words.With = c.id, a.ID, text, string(who.ID)
	if err := w.Name(e); err != nil {
		return err
	}
	head, err := c.head(ctx, w, a, e, who.ID)
	if err != nil {
		return err
	}
	if err := w.Append(e); err != nil {
		return err
	}
	c.Letter = &store.Letter{
		ID: e.ID, Kind: store.LetterToClient, Address: to, Subject: subject, Body: text, State: store.LetterWaiting, By: w.Who.Member,
		Created: w.Now, Account: a.ID, Contact: who.ID, Rests: w.Now + Rest, Head: head,
	}
	if err := w.Tx.InsertLetter(ctx, c.Letter); err != nil {
		return err
	}
	return leaveLetter(ctx, w, c.Letter.ID, c.Letter.Rests)
}

// leaveLetter leaves a letter to the queue, from a time on.
func leaveLetter(ctx context.Context, w *teller.Work, id book.ID, due book.Instant) error {
	return w.Leave(ctx, &queue.Job{Kind: store.LetterJob, Key: string(id), Payload: map[string]book.ID{"letter": id}, Due: due})
}

// words are the letter's subject and text as they go out.
func (c *WriteLetter) words() (subject, text string, err error) {
	subject = book.Clean(strings.Join(strings.Fields(c.Subject), " "))
	text = strings.TrimSpace(book.Clean(strings.ReplaceAll(c.Text, "\r\n", "\n")))
	switch {
	case c.office.Domain == "":
		err = book.Errorf(book.Conflict, "no mail server is set up, so no letter can go out; docs/SERVING.md says how to name one")
	case subject == "":
		err = book.Fieldf(book.Invalid, "subject", "is missing: what the letter is about")
	case text == "":
		err = book.Fieldf(book.Invalid, "text", "is missing: the letter itself")
	case utf8.RuneCountInString(subject) > mostSubject:
		err = book.Fieldf(book.Invalid, "subject", "is longer than %d characters", mostSubject)
	case utf8.RuneCountInString(text) > mostText:
		err = book.Fieldf(book.Invalid, "text", "is longer than %d characters", mostText)
	}
	return subject, text + "\n", err
}

// reader is whom the letter goes to, and at which address. Who has said that they want no mail gets none.
func (c *WriteLetter) reader(ctx context.Context, w *teller.Work, a *store.Account) (who *store.Contact, to string, err error) {
	people, err := awareness.FolkOf(ctx, w.Tx, a.ID)
	if err != nil {
		return nil, "", err
	}
	with := c.With
	if with == "" {
		with = awareness.Whom(c.To)
	}
	id, err := with.Among(ctx, w, a)
	if c.With == "" && book.FaultOf(err) == book.NotFound {
		err = book.Fieldf(book.NotFound, "to", "%q is no address of %s", c.To, a.Name)
	}
	if err != nil {
		return nil, "", err
	}
	if who, err = oneOf(people, book.ID(id), a); err != nil {
		return nil, "", err
	}
	if to, err = addressOf(who, c.To); err != nil {
		return nil, "", err
	}
	r, err := w.Reading(ctx)
	if err != nil {
		return nil, "", err
	}
	said, err := awareness.ConsentsOf(ctx, r, who.ID)
	if err != nil {
		return nil, "", err
	}
	return who, to, refusedBy(who, said[who.ID], r)
}

// refusedBy is the refusal of a letter to somebody who has said that they want no mail; nil where they have not.
func refusedBy(who *store.Contact, said []awareness.Consent, r *teller.Reading) error {
	for _, s := range said {
		if s.Channel != book.Email || s.Given {
			continue
		}
		day := s.Since.Time().In(r.Rules.Calendar.Zone).Format("2 Jan 2006")
		if s.Source == "" {
			return book.Errorf(book.Conflict, "%s wants no mail from us, since %s", who.Name, day)
		}
		return book.Errorf(book.Conflict, "%s wants no mail from us, since %s: %s", who.Name, day, s.Source)
	}
	return nil
}

// oneOf is the one who is named, or else the only one of the account's people who has an address.
func oneOf(people awareness.Folk, id book.ID, a *store.Account) (*store.Contact, error) {
	if id != "" {
		if i := slices.IndexFunc(people, func(p *store.Contact) bool { return p.ID == id }); i >= 0 {
			return people[i], nil
		}
	}
	var reached []*store.Contact
	var names []string
	for _, p := range people {
		if len(p.Reaches(book.ContactEmails)) > 0 {
			reached, names = append(reached, p), append(names, p.Name)
		}
	}
	switch len(reached) {
	case 1:
		return reached[0], nil
	case 0:
		return nil, book.Fieldf(book.Conflict, "with", "no address is known of %s to write to", a.Name)
	}
	return nil, book.Fieldf(book.Conflict, "with", "is missing: several of the people of %s have an address: %s", a.Name, book.Said(strings.Join(names, ", ")))
}

// addressOf is the address that a letter to somebody goes to.
func addressOf(who *store.Contact, asked string) (string, error) {
	all := who.Reaches(book.ContactEmails)
	if len(all) == 0 {
		return "", book.Fieldf(book.Conflict, "with", "no address is known of %s to write to", who.Name)
	}
	best := max(slices.IndexFunc(all, func(r book.Reach) bool { return r.Pref }), 0)
	if asked != "" {
		if best = slices.IndexFunc(all, func(r book.Reach) bool { return book.EmailKey(r.Value) == book.EmailKey(asked) }); best < 0 {
			return "", book.Fieldf(book.NotFound, "to", "%q is no address of %s", asked, who.Name)
		}
	}
	to := strings.TrimSpace(all[best].Value)
	if parsed, err := mail.ParseAddress(to); err != nil || parsed.Address != to {
		return "", book.Fieldf(book.Conflict, "to", "%q is not an address to write to", to)
	}
	return to, nil
}

// head is what stands in the letter's head, and puts into the touch's facts which thread the letter is of.
func (c *WriteLetter) head(ctx context.Context, w *teller.Work, a *store.Account, e *book.Entry, who book.ID) (h store.LetterHead, err error) {
	r, err := w.Rules(ctx)
	if err != nil {
		return h, err
	}
	h.MessageID = string(e.ID) + "@" + c.office.Domain
	h.Stop = awareness.Stop{Workspace: w.Who.Workspace, Person: who, Channel: book.Email}.Secret(r.Firm.Salt)
	own := awareness.LetterMark(h.MessageID)
	e.Facts.Thread = own
	if c.Answers != "" {
		answered, err := c.answered(ctx, w, a)
		if err != nil {
			return h, err
		}
		if e.Facts.Thread = answered.Facts.Thread; e.Facts.Thread == "" {
			e.Facts.Thread = own
		}
		marks := append([]string{own}, strings.Fields(answered.Facts.Refs)...)
		e.Facts.Refs = strings.Join(marks[:min(len(marks), awareness.MaxRefs)], " ")
		if h.Answers, err = thread(ctx, w, answered); err != nil {
			return h, err
		}
	}
	names, err := w.Tx.MemberNames(ctx, w.Who.Member)
	if err != nil {
		return h, err
	}
	h.Sender = oneLine(r.Firm.Name)
	if name := oneLine(names[w.Who.Member]); name != "" {
		h.Sender = name + ", " + h.Sender
	}
	h.ReplyTo, err = awareness.MailOf(ctx, w.Tx, w.Who.Member)
	return h, err
}

// oneLine keeps a name from becoming lines of a letter's head.
func oneLine(s string) string { return book.Clean(strings.Join(strings.Fields(s), " ")) }

// answered is the touch of the letter that this one answers.
func (c *WriteLetter) answered(ctx context.Context, w *teller.Work, a *store.Account) (*book.Entry, error) {
	seen, err := w.Seen(ctx)
	if err != nil {
		return nil, err
	}
	found, err := seen.EntriesByID(ctx, c.Answers)
	if err != nil {
		return nil, err
	}
	e, ok := found[c.Answers]
	if ok && e.Account != a.ID {
		ids, err := w.Tx.StandsFor(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		ok = slices.Contains(ids, e.Account)
	}
	switch {
	case !ok:
		return nil, book.Fieldf(book.NotFound, "answers", "names no entry of %s", a.Name)
	case e.Kind != book.KindTouch || e.Facts.Channel != book.Email || e.VoidedBy != "":
		return nil, book.Fieldf(book.Conflict, "answers", "names no letter that can be answered")
	}
	return &e, nil
}

// mostNamed is how many letters of its thread a letter names: those that it began with and the last ones.
const mostNamed = 20

// thread are the letters that an answer names, as far as the book knows what they are called.
func thread(ctx context.Context, w *teller.Work, e *book.Entry) ([]string, error) {
	l, err := w.Tx.Letter(ctx, e.ID)
	switch {
	case book.FaultOf(err) == book.NotFound && e.Words.Letter != "":
		return []string{e.Words.Letter}, nil
	case book.FaultOf(err) == book.NotFound:
		return nil, nil
	case err != nil || l.Head.MessageID == "":
		return nil, err
	}
	all := append(slices.Clone(l.Head.Answers), l.Head.MessageID)
	if n := len(all); n > mostNamed {
		all = append(all[:1:1], all[n-mostNamed+1:]...)
	}
	return all, nil
}
