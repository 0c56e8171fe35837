package accountability

import (
	"cmp"
	"context"
	"slices"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// mostEvery bounds how seldom somebody who takes part hears of it, in calendar days.
const mostEvery = 365

// TakePart writes down that somebody of the account's people takes part in a piece of work: the other side's agent, a lender, a
// colleague. Who takes part already has what is said last.
type TakePart struct {
	Engagement Which
	Who        awareness.Whom
	Role       string // empty takes the role that they have on the account
	Every      int    // calendar days after which they hear how it stands; 0 for never
	Gone       bool   // they take part no more
	Text       string // what there is to say about it; may be empty
	At         book.Instant
}

// Act implements teller.Command.
func (*TakePart) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *TakePart) Run(ctx context.Context, w *teller.Work) error {
	if c.Every < 0 || c.Every > mostEvery {
		return book.Fieldf(book.Invalid, "every", "wants days, 1 to %d, or 0 for who is not kept informed", mostEvery)
	}
	at := w.When(c.At)
	g, a, err := openEngagement(ctx, w, c.Engagement, at)
	if err != nil {
		return err
	}
	with, err := c.Who.Among(ctx, w, a)
	if err != nil {
		return err
	}
	if with == "" {
		return book.Fieldf(book.Invalid, "with", "is missing: who of the account's people it is")
	}
	who := book.ID(with)
	f := book.Facts{Party: who, Role: book.Clean(c.Role), Every: c.Every, Gone: c.Gone}
	had, takes := partyOf(g, who)
	switch {
	case c.Gone && !takes:
		return book.Fieldf(book.NotFound, "with", "takes no part in it")
	case c.Gone:
		f.Role, f.Every = had.Role, 0
	case f.Role == "":
		if f.Role, err = roleOn(ctx, w, a, who, had.Role); err != nil {
			return err
		}
	}
	if takes && !c.Gone && had.Role == f.Role && had.Every == f.Every {
		return book.Fieldf(book.Conflict, "with", "takes part so already")
	}
	return w.Append(&book.Entry{Account: a.ID, Subject: g.Entry, At: at, Kind: book.KindParty, Facts: f, Words: book.Words{Text: book.Clean(c.Text), With: with}})
}

func partyOf(g *ledger.Engagement, who book.ID) (ledger.Party, bool) {
	i := slices.IndexFunc(g.Parties, func(p ledger.Party) bool { return p.Contact == who })
	if i < 0 {
		return ledger.Party{}, false
	}
	return g.Parties[i], true
}

// roleOn is the role that somebody has had in the work, else the one that they have on the account.
func roleOn(ctx context.Context, w *teller.Work, a *store.Account, who book.ID, had string) (string, error) {
	links, err := w.Tx.LinksOfAccounts(ctx, a.ID)
	if err != nil || had != "" {
		return had, err
	}
	for _, l := range links {
		if l.Contact == who {
			had = cmp.Or(had, l.Role)
		}
	}
	if had == "" {
		return "", book.Fieldf(book.Invalid, "role", "is missing: what they are in it, as “buyer's agent” or “lender”")
	}
	return had, nil
}

// PartyItem is somebody who takes part in an engagement.
type PartyItem struct {
	Contact book.ID      `json:"contact"`
	Name    string       `json:"name"`
	Role    string       `json:"role"`
	Every   int          `json:"every"`   // calendar days after which they hear of it; 0 for never
	Next    book.Instant `json:"next"`    // when they do; zero for never
	Overdue bool         `json:"overdue"` // they were to hear of it by now
}

// parties are those who take part in engagements, by engagement, by the states of their accounts.
func parties(ctx context.Context, r *teller.Reading, accounts []*store.Account) (map[book.ID][]PartyItem, error) {
	var ids []book.ID
	for _, a := range accounts {
		for i := range a.State.Engagements {
			for _, p := range a.State.Engagements[i].Parties {
				ids = append(ids, p.Contact)
			}
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := r.Tx.Contacts(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := map[book.ID][]PartyItem{}
	for _, a := range accounts {
		for i := range a.State.Engagements {
			g := &a.State.Engagements[i]
			for _, p := range g.Parties {
				item := PartyItem{Contact: p.Contact, Role: p.Role, Every: p.Every, Next: p.Next, Overdue: p.Next != 0 && r.At > p.Next}
				if c := found[p.Contact]; c != nil {
					item.Name = c.Name
				}
				out[g.Entry] = append(out[g.Entry], item)
			}
		}
	}
	return out, nil
}
