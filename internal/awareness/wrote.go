package awareness

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf8"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Write is what one of an account's people writes to the firm on a page of theirs. It waits for an answer, and is charged as
// having to ask where they ask for news.
type Write struct {
	Account Client
	With    Whom
	Text    string
	Asks    book.Asks // news, or empty
}

// Act implements teller.Command.
func (*Write) Act() book.Act { return book.ActLog }

// Run implements teller.Command.
func (c *Write) Run(ctx context.Context, w *teller.Work) error {
	text := book.Clean(c.Text)
	if text == "" || utf8.RuneCountInString(text) > MaxMessage {
		return book.Fieldf(book.Invalid, "message", "is missing, or longer than %d characters", MaxMessage)
	}
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	e := wroteIn(text, book.Email, c.Asks)
	e.Account = a.ID
	if e.Words.With, err = c.With.Among(ctx, w, a); err != nil {
		return err
	}
	return w.Append(e)
}

// Writing are the channels by which a firm writes, as opposed to calling and meeting.
var Writing = []book.Channel{book.Email, book.Text, book.Chat, book.Letter, book.Social}

// Reaching says of several channels at once whether somebody lets the firm reach them by it. What stands so already is not
// written again.
type Reaching struct {
	Person book.ID
	Say    map[book.Channel]book.Consent
	Source string
}

// Act implements teller.Command.
func (*Reaching) Act() book.Act { return book.ActPeople }

// Run implements teller.Command.
func (c *Reaching) Run(ctx context.Context, w *teller.Work) error {
	entries, err := w.Tx.EntriesAboutOf(ctx, book.KindConsent, c.Person)
	if err != nil {
		return err
	}
	stands := map[book.Channel]book.Consent{}
	for _, s := range Consents(entries) {
		stands[s.Channel] = book.Withdrawn
		if s.Given {
			stands[s.Channel] = book.Given
		}
	}
	w.Together()
	for _, channel := range book.Channels {
		say := c.Say[channel]
		if say == "" || say == stands[channel] {
			continue
		}
		if err := (&SayConsent{Person: c.Person, Channel: channel, Consent: say, Source: c.Source}).Run(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// StopPath is where the pages for clients answer such a link; the secret follows.
const StopPath = "/c/stop/"

// Stop is what a letter's own link can do: have the firm write to one person by a channel no more.
type Stop struct {
	Workspace book.ID
	Person    book.ID
	Channel   book.Channel
}

// stopMark is how much of the proof stands in a secret, in bytes.
const stopMark = 16

// Secret makes the secret of such a link. It is worked out from the firm's own salt and kept nowhere, so each letter may have
// its own, it works as long as the firm has its book, and a book that was moved knows it as well.
func (s Stop) Secret(salt string) string {
	return sealed(sealStop, salt, string(s.Workspace), string(s.Person), string(s.Channel))
}

// What seals are for: one that was made for one thing opens nothing else.
const (
	sealStop  = "stop writing"
	sealPulse = "ask how we do"
)

// sealed is a secret that tells what it is about, with a proof that this firm made it.
func sealed(use, salt string, parts ...string) string {
	told := strings.Join(parts, "\n")
	return base64.RawURLEncoding.EncodeToString(append(seal(use, salt, told), told...))
}

func seal(use, salt, told string) []byte {
	key := sha256.Sum256([]byte(use + "\n" + salt))
	h := hmac.New(sha256.New, key[:])
	h.Write([]byte(told))
	return h.Sum(nil)[:stopMark]
}

// unsealed is what a secret tells, in so many parts, and whether the firm that it names first has made it.
func unsealed(ctx context.Context, s *store.Store, use, secret string, parts int, each func(tx *store.Tx, parts []string) error) error {
	raw, err := base64.RawURLEncoding.DecodeString(secret)
	if err != nil || len(raw) <= stopMark {
		return errNoLink
	}
	told := string(raw[stopMark:])
	all := strings.Split(told, "\n")
	if len(all) != parts || book.Clean(told) != told { // what no book holds is no name in it
		return errNoLink
	}
	err = s.Read(ctx, book.ID(all[0]), func(tx *store.Tx) error {
		firm, err := tx.Firm(ctx)
		if err != nil {
			return err
		}
		if !hmac.Equal(raw[:stopMark], seal(use, firm.Salt, told)) {
			return errNoLink
		}
		return each(tx, all)
	})
	if book.FaultOf(err) == book.NotFound {
		err = errNoLink
	}
	return err
}

// PulsePath is where the pages for clients answer the link of a question; the secret follows.
const PulsePath = "/c/pulse/"

// Pulse is what the link of a question opens: that question alone, for whom it was asked.
type Pulse struct {
	Workspace book.ID
	Ask       book.ID // the entry that asked
}

// Secret makes the secret of such a link, as Stop does.
func (p Pulse) Secret(salt string) string {
	return sealed(sealPulse, salt, string(p.Workspace), string(p.Ask))
}

// ReadPulse says which question a secret opens. One that the firm has not made is not found.
func ReadPulse(ctx context.Context, s *store.Store, secret string) (out Pulse, err error) {
	err = unsealed(ctx, s, sealPulse, secret, 2, func(_ *store.Tx, parts []string) error {
		out = Pulse{book.ID(parts[0]), book.ID(parts[1])}
		return nil
	})
	return out, err
}

// ReadStop says what a secret stops. One that the firm has not made is not found.
func ReadStop(ctx context.Context, s *store.Store, secret string) (out Stop, err error) {
	err = unsealed(ctx, s, sealStop, secret, 3, func(tx *store.Tx, parts []string) error {
		out = Stop{book.ID(parts[0]), book.ID(parts[1]), book.Channel(parts[2])}
		if !slices.Contains(book.Channels, out.Channel) {
			return errNoLink
		}
		people, err := standIn(ctx, tx, []book.ID{out.Person})
		if err != nil {
			return err
		}
		p := people[string(out.Person)]
		if p == nil {
			return errNoLink
		}
		out.Person = p.ID
		return nil
	})
	return out, err
}
