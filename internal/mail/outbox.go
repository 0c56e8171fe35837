package mail

import (
	"context"
	"strings"

	"passbook/internal/actions"
	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/queue"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// JobKind is the kind of the jobs that take letters to the mail server.
const JobKind = store.LetterJob

// Outbox writes letters to members, and knows how those to clients go out.
type Outbox struct {
	Auth  *auth.Service
	Words ui.Languages
	// Base is where readers find this program, as in "https://book.acme.example": what links begin with. It is asked for
	// when a letter is written, and is never what a request calls the program, which its sender chooses.
	Base func() string
	// Sends says that a mail server is known, so that letters need not be handed over by hand.
	Sends bool
	// Office is how letters to clients go out; the zero one where they do not.
	Office actions.Office
	// Shows says that letters to clients are written and go nowhere, as those of a made-up firm.
	Shows bool
	// Here says that nothing tells how others reach the desk: links begin with where it answers by itself, and may open on
	// its own machine alone.
	Here bool
}

// write keeps a letter with a link for a member, and leaves it to the queue. The member's language is the one they
// chose, else the one asked for.
func (o *Outbox) write(ctx context.Context, w *teller.Work, kind store.PassKind, m *book.Member, to, lang string) (*store.Letter, error) {
	likes, err := w.Tx.Preferences(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	if likes["language"] != "" {
		lang = likes["language"]
	}
	if to == "" {
		if to, err = awareness.MailOf(ctx, w.Tx, m.ID); err != nil {
			return nil, err
		}
	}
	id, err := w.NewID()
	if err != nil {
		return nil, err
	}
	by := w.Who.Member
	if by == m.ID {
		by = "" // who has forgotten a password asks for the letter without being signed in
	}
	secret, pass, err := o.Auth.LinkIn(ctx, w.Tx, kind, m.ID, by)
	if err != nil {
		return nil, err
	}
	words := o.Words.Pick(lang, "")
	l := &store.Letter{
		ID: id, Kind: string(kind), Member: m.ID, Pass: pass.ID, Address: to, Lang: words.Code, State: store.LetterWaiting,
		By: w.Who.Member, Created: w.Now, Expires: pass.Expires,
	}
	if err := o.compose(ctx, w, words, l, m, secret); err != nil {
		return nil, err
	}
	if err := w.Tx.BlankOldLetters(ctx, w.Now); err != nil {
		return nil, err
	}
	if err := w.Tx.InsertLetter(ctx, l); err != nil {
		return nil, err
	}
	return l, leave(ctx, w, l)
}

// compose puts a letter into words.
func (o *Outbox) compose(ctx context.Context, w *teller.Work, words ui.Lang, l *store.Letter, m *book.Member, secret auth.Secret) error {
	r, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	firm, name := oneLine(r.Firm.Name), oneLine(m.Name)
	zone := r.Calendar.Zone
	clock := ui.Clock{Now: w.Now.Time().In(zone), Lang: words}
	until := strings.ReplaceAll(clock.Date(l.Expires), "\u00a0", " ") + ", " + l.Expires.Time().In(zone).Format("15:04 MST")
	link := o.Base() + "/link/" + secret.Reveal()
	switch store.PassKind(l.Kind) {
	case store.PassInvite:
		by := firm
		names, err := w.Tx.MemberNames(ctx, w.Who.Member)
		if err != nil {
			return err
		}
		if inviter := names[w.Who.Member]; inviter != "" {
			by = oneLine(inviter)
		}
		l.Subject = words.Say("letter.invite_subject", firm)
		l.Body = words.Say("letter.invite_text", name, by, firm, until, link)
	default:
		l.Subject = words.Say("letter.reset_subject", firm)
		l.Body = words.Say("letter.reset_text", name, firm, until, link)
	}
	return nil
}

// Write is a letter to a client, as this firm sends them.
func (o *Outbox) Write(c *actions.WriteLetter) *actions.WriteLetter { return c.By(o.office()) }

// Ask is a question to a client of how we do, as this firm sends them.
func (o *Outbox) Ask(c *actions.AskPulse) *actions.AskPulse { return c.Through(o.office()) }

func (o *Outbox) office() actions.Office {
	out := o.Office
	out.Base = o.Base
	return out
}

// Writes says whether letters to clients can be written.
func (o *Outbox) Writes() bool { return o.Office.Domain != "" }

// oneLine keeps a name from becoming lines of a letter, or of its head.
func oneLine(s string) string { return book.Clean(strings.Join(strings.Fields(s), " ")) }

// leave leaves a letter to the queue; one without an address can only be handed over.
func leave(ctx context.Context, w *teller.Work, l *store.Letter) error {
	if l.Address == "" {
		return nil
	}
	return w.Leave(ctx, &queue.Job{Kind: JobKind, Key: string(l.ID), Payload: map[string]book.ID{"letter": l.ID}})
}

// Invite takes a person into the firm and writes them a letter with a link by which they choose a password.
type Invite struct {
	awareness.AddMember
	Lang string // of the letter, as in "de"; "" is English

	Letter *store.Letter // set by Run

	outbox *Outbox
}

// Invite makes the command.
func (o *Outbox) Invite(m awareness.AddMember, lang string) *Invite {
	return &Invite{AddMember: m, Lang: lang, outbox: o}
}

// Run implements teller.Command.
func (c *Invite) Run(ctx context.Context, w *teller.Work) (err error) {
	if err := c.AddMember.Run(ctx, w); err != nil {
		return err
	}
	c.Letter, err = c.outbox.write(ctx, w, store.PassInvite, &c.Member, "", c.Lang)
	return err
}

// NewLink writes a letter with a new link to a member: an invitation to one who has no password yet, else for choosing
// another. Links that they got before stop working.
type NewLink struct {
	Who  string // id, name, first name or address
	Lang string

	Letter *store.Letter // set by Run
	Member book.Member

	outbox *Outbox
}

// NewLink makes the command.
func (o *Outbox) NewLink(who, lang string) *NewLink {
	return &NewLink{Who: who, Lang: lang, outbox: o}
}

// Act implements teller.Command.
func (*NewLink) Act() book.Act { return book.ActFirm }

// Run implements teller.Command.
func (c *NewLink) Run(ctx context.Context, w *teller.Work) error {
	r, err := w.Reading(ctx)
	if err != nil {
		return err
	}
	if c.Member, err = awareness.MemberNamed(ctx, r, c.Who); err != nil {
		return err
	}
	c.Letter, err = c.outbox.again(ctx, w, &c.Member, c.Lang)
	return err
}

// again writes a member the letter that they need now.
func (o *Outbox) again(ctx context.Context, w *teller.Work, m *book.Member, lang string) (*store.Letter, error) {
	c, err := w.Tx.Credential(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	kind := store.PassReset
	if c.Password == "" {
		kind = store.PassInvite
	}
	return o.write(ctx, w, kind, m, "", lang)
}

// forgotten writes the letter that a member has asked for without being signed in.
type forgotten struct {
	address, lang string
	outbox        *Outbox
}

// Act implements teller.Command.
func (*forgotten) Act() book.Act { return book.ActRecover }

// Run implements teller.Command.
func (c *forgotten) Run(ctx context.Context, w *teller.Work) error {
	m, err := w.Tx.Member(ctx, w.Who.Member)
	if err != nil {
		return err
	}
	_, err = c.outbox.write(ctx, w, store.PassReset, &m, c.address, c.lang)
	return err
}

// Forgot writes a letter to whoever signs in with an address. It gives no error and does nothing for an address that
// nobody has: whoever asks is not to learn which it was. from is the network address that asks, for the limits.
func (o *Outbox) Forgot(ctx context.Context, t *teller.Teller, address, lang, from string) error {
	login, ok, err := o.Auth.Forgotten(ctx, address, from)
	if err != nil || !ok {
		return err
	}
	who, err := o.Auth.Identity(ctx, login.Workspace, login.Member)
	if err != nil {
		return nil //nolint:nilerr // they have left the firm
	}
	c := &forgotten{address: book.EmailKey(address), lang: lang, outbox: o}
	_, err = t.Do(ctx, who.Actor, c, teller.Options{})
	return err
}
