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
	told := strings.Join([]string{string(s.Workspace), string(s.Person), string(s.Channel)}, "\n")
	enc := base64.RawURLEncoding
	return enc.EncodeToString(append(s.mark(salt, told), told...))
}

func (Stop) mark(salt, told string) []byte {
	key := sha256.Sum256([]byte("stop writing\n" + salt))
	h := hmac.New(sha256.New, key[:])
	h.Write([]byte(told))
	return h.Sum(nil)[:stopMark]
}

// ReadStop says what a secret stops. One that the firm has not made is not found.
func ReadStop(ctx context.Context, s *store.Store, secret string) (Stop, error) {
	raw, err := base64.RawURLEncoding.DecodeString(secret)
	if err != nil || len(raw) <= stopMark {
		return Stop{}, errNoLink
	}
	told := string(raw[stopMark:])
	parts := strings.Split(told, "\n")
	if len(parts) != 3 || book.Clean(told) != told { // what no book holds is no name in it
		return Stop{}, errNoLink
	}
	out := Stop{book.ID(parts[0]), book.ID(parts[1]), book.Channel(parts[2])}
	err = s.Read(ctx, out.Workspace, func(tx *store.Tx) error {
		firm, err := tx.Firm(ctx)
		if err != nil {
			return err
		}
		if !hmac.Equal(raw[:stopMark], out.mark(firm.Salt, told)) || !slices.Contains(book.Channels, out.Channel) {
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
	if book.FaultOf(err) == book.NotFound {
		err = errNoLink
	}
	return out, err
}
