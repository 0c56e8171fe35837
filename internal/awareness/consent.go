package awareness

import (
	"cmp"
	"context"
	"slices"

	"passbook/internal/book"
	"passbook/internal/teller"
)

// SayConsent writes down that somebody lets the firm reach them by a channel, or no more, and where that was said.
type SayConsent struct {
	Person  book.ID
	Who     Client // instead of Person: as people name them, or the account that they stand for
	Channel book.Channel
	Consent book.Consent
	Source  string       // "form at the fair", "said on the phone"
	At      book.Instant // since when; zero is now

	Known string // set by Run: the person's name
}

// Act implements teller.Command.
func (*SayConsent) Act() book.Act { return book.ActPeople }

// Run implements teller.Command.
func (c *SayConsent) Run(ctx context.Context, w *teller.Work) error {
	channel, err := book.OneOf("channel", string(c.Channel), book.Channels)
	if err != nil {
		return err
	}
	consent, err := book.OneOf("consent", string(c.Consent), book.ConsentSaid)
	if err != nil {
		return err
	}
	source := book.Clean(c.Source)
	switch {
	case channel == "":
		return book.Fieldf(book.Invalid, "channel", "is missing")
	case consent == "":
		return book.Fieldf(book.Invalid, "consent", "is missing: given or withdrawn")
	case consent == book.Given && source == "":
		return book.Fieldf(book.Invalid, "source", "is missing: a consent counts only with where it was given")
	}
	id, err := (&Join{Contact: c.Person, Who: c.Who}).person(ctx, w)
	if err != nil {
		return err
	}
	contact, err := lockContact(ctx, w, id)
	if err != nil {
		return err
	}
	c.Known = contact.Name
	if contact.Name == book.Erased {
		return book.Errorf(book.Conflict, "this person was erased; no words are kept about them any more")
	}
	return w.Append(&book.Entry{
		Subject: contact.ID, At: c.At, Kind: book.KindConsent, Facts: book.Facts{Channel: channel, Consent: consent}, Words: book.Words{Text: source},
	})
}

// Consent is what somebody said last of a channel.
type Consent struct {
	Channel book.Channel `json:"channel"`
	Given   bool         `json:"given"`
	Since   book.Instant `json:"since"`
	Source  string       `json:"source,omitempty"`
	Entry   book.ID      `json:"entry"`
}

// Consents are what somebody said last of each channel, by the entries about them, in the order of the channels. Of a
// channel of which nothing was said there is none: nobody has agreed to be reached by it, nor forbidden it.
func Consents(entries []book.Entry) []Consent {
	last := map[book.Channel]*book.Entry{}
	for i := range entries {
		e := &entries[i]
		if e.Kind != book.KindConsent || e.VoidedBy != "" {
			continue
		}
		if o := last[e.Facts.Channel]; o == nil || o.Before(e) {
			last[e.Facts.Channel] = e
		}
	}
	out := []Consent{}
	for channel, e := range last {
		out = append(out, Consent{channel, e.Facts.Consent == book.Given, e.At, e.Words.Text, e.ID})
	}
	slices.SortFunc(out, func(a, b Consent) int {
		return cmp.Compare(slices.Index(book.Channels, a.Channel), slices.Index(book.Channels, b.Channel))
	})
	return out
}

// Withheld are the channels by which somebody lets the firm reach them no more.
func Withheld(said []Consent) []book.Channel {
	var out []book.Channel
	for i := range said {
		if !said[i].Given {
			out = append(out, said[i].Channel)
		}
	}
	return out
}

// ConsentsOf reads them of people, by contact. What was said of a card that was merged away is said of who stands for both.
func ConsentsOf(ctx context.Context, r *teller.Reading, people ...book.ID) (map[book.ID][]Consent, error) {
	all, stands := slices.Clone(people), map[book.ID]book.ID{}
	for next := people; len(next) > 0; {
		merged, err := r.Tx.ContactsMergedInto(ctx, next...)
		if err != nil {
			return nil, err
		}
		next = nil
		for into, cards := range merged {
			for _, id := range cards {
				stands[id], next = cmp.Or(stands[into], into), append(next, id)
			}
		}
		all = append(all, next...)
	}
	entries, err := r.Tx.EntriesAboutOf(ctx, book.KindConsent, all...)
	if err != nil {
		return nil, err
	}
	by := map[book.ID][]book.Entry{}
	for i := range entries {
		if e := &entries[i]; e.At <= r.At {
			of := cmp.Or(stands[e.Subject], e.Subject)
			by[of] = append(by[of], *e)
		}
	}
	out := map[book.ID][]Consent{}
	for id, about := range by {
		out[id] = Consents(about)
	}
	return out, nil
}

// TellApart writes down that two people who look alike are two, so that they are no duplicates any more.
type TellApart struct {
	A, B       book.ID // contacts
	One, Other Client  // instead of them: as people name them, or the accounts that they stand for
}

// Act implements teller.Command.
func (*TellApart) Act() book.Act { return book.ActPeople }

// Run implements teller.Command.
func (c *TellApart) Run(ctx context.Context, w *teller.Work) error {
	a, err := (&Join{Contact: c.A, Who: c.One}).person(ctx, w)
	if err != nil {
		return err
	}
	b, err := (&Join{Contact: c.B, Who: c.Other}).person(ctx, w)
	if err != nil {
		return err
	}
	if a, b = min(a, b), max(a, b); a == b {
		return book.Errorf(book.Invalid, "two people are told apart, not one from themselves")
	}
	for _, id := range []book.ID{a, b} {
		if _, err := lockContact(ctx, w, id); err != nil {
			return err
		}
	}
	return w.Append(&book.Entry{Subject: a, Kind: book.KindApart, Words: book.Words{With: string(b)}})
}

// notApart leaves out pairs that somebody has told apart, until there are as many as wanted.
func notApart(ctx context.Context, r *teller.Reading, pairs []Pair, limit int) ([]Pair, error) {
	out := []Pair{}
	for page := range slices.Chunk(pairs, 100) {
		ids := make([]book.ID, len(page))
		for i := range page {
			ids[i] = page[i].A.Contact
		}
		entries, err := r.Tx.EntriesAboutOf(ctx, book.KindApart, ids...)
		if err != nil {
			return nil, err
		}
		for _, p := range page {
			told := slices.ContainsFunc(entries, func(e book.Entry) bool {
				return e.VoidedBy == "" && e.Subject == p.A.Contact && e.Words.With == string(p.B.Contact)
			})
			if !told {
				out = append(out, p)
			}
		}
		if len(out) >= limit {
			break
		}
	}
	return out[:min(limit, len(out))], nil
}
