package mail

import (
	"context"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Listed is a letter as the outbox shows it.
type Listed struct {
	store.Letter
	Name string // of the member or the client it is for
	By   string // of the one who had it written
	Over bool   // its link has run out, or nobody needs it any more; never of a letter to a client
	// Text of a member's letter is what is to be handed over, "" for those who may not read it, and where nobody needs to. Of
	// a letter to a client it is the letter, as long as it has not gone.
	Text string
	// Resting says that nothing was tried yet and undoing takes the letter back.
	Resting bool
}

// mostLetters is how many letters the outbox shows.
const mostLetters = 200

// Letters lists the outbox, the newest first. The text of a member's letter holds a link that makes whoever follows it the
// member, so only those read it who may change members anyway, and only while it is to be handed over: where no mail
// server is known, none would take it, or it has no address.
func (o *Outbox) Letters(ctx context.Context, r *teller.Reading) ([]Listed, error) {
	all, _, err := o.LettersAfter(ctx, r, "", mostLetters)
	return all, err
}

// Each gives all letters of the outbox, the newest first: each with whose it is, who had it written, and whether nobody
// needs it any more. Their texts are not given.
func (o *Outbox) Each(ctx context.Context, r *teller.Reading, give func(l *store.Letter, name, by string, over bool) error) error {
	for after := ""; ; {
		all, next, err := o.LettersAfter(ctx, r, after, mostLetters)
		if err != nil {
			return err
		}
		for i := range all {
			l := &all[i]
			if err := give(&l.Letter, l.Name, l.By, l.Over); err != nil {
				return err
			}
		}
		if after = next; after == "" {
			return nil
		}
	}
}

// LettersAfter reads a page of them, and where the next one goes on; "" at the end. Letters to members are for those who see
// to them; letters to clients for whoever sees the client.
func (o *Outbox) LettersAfter(ctx context.Context, r *teller.Reading, after string, limit int) (out []Listed, next string, err error) {
	place, err := awareness.ReadMark(after)
	if err != nil {
		return nil, "", err
	}
	list := r.Tx.LettersToClients
	if book.Permit(r.Who.Role, book.ActLetters) == nil {
		list = r.Tx.Letters
	}
	all, err := list(ctx, place, limit+1)
	if err != nil {
		return nil, "", err
	}
	if len(all) > limit {
		all = all[:limit]
		next = awareness.WriteMark(store.AuditPlace{Recorded: all[limit-1].Created, ID: all[limit-1].ID})
	}
	out, err = o.listed(ctx, r, all)
	return out, next, err
}

// Uncertain lists the letters to clients of which a member has to say what became of them, the oldest first.
func (o *Outbox) Uncertain(ctx context.Context, r *teller.Reading) ([]Listed, error) {
	all, err := r.Tx.LettersUncertain(ctx, mostLetters)
	if err != nil {
		return nil, err
	}
	return o.listed(ctx, r, all)
}

// listed leaves out what the reader does not see, and says of the others whose they are.
func (o *Outbox) listed(ctx context.Context, r *teller.Reading, all []store.Letter) ([]Listed, error) {
	var ids, accounts []book.ID
	for i := range all {
		ids = append(ids, all[i].Member, all[i].By)
		if all[i].ToClient() {
			accounts = append(accounts, all[i].Account)
		}
	}
	names, err := r.Tx.MemberNames(ctx, ids...)
	if err != nil {
		return nil, err
	}
	rows, err := r.Tx.Accounts(ctx, accounts...)
	if err != nil {
		return nil, err
	}
	clients := make(map[book.ID]string, len(rows))
	for _, a := range rows {
		clients[a.ID] = a.Name
	}
	reads := book.Permit(r.Who.Role, book.ActFirm) == nil
	out := make([]Listed, 0, len(all))
	for _, l := range all {
		if l.ToClient() {
			if name, seen := clients[l.Account]; seen {
				resting := l.State == store.LetterWaiting && r.Now < l.Rests
				out = append(out, Listed{Letter: l, Name: name, By: names[l.By], Text: l.Body, Resting: resting})
			}
			continue
		}
		text := l.Body
		l.Body = ""
		over := text == "" || l.Expires <= r.Now
		byHand := l.State == store.LetterFailed || l.State == store.LetterWaiting && (!o.Sends || l.Address == "")
		one := Listed{Letter: l, Name: names[l.Member], By: names[l.By], Over: over}
		if l.Kind == DailyKind { // it holds no link, and tells of clients as its reader sees them
			if l.Member == r.Who.Member {
				one.Text = text
			}
		} else if reads && byHand && !over {
			one.Text = text
		}
		out = append(out, one)
	}
	return out, nil
}
