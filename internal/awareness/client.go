package awareness

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Client names a client in a command, as people do: by the id of the account or of its person, by an address, or by a
// name that is unique. It is looked up within the command, so that what a refused command or a dry run found, or opened
// on the way, is as if it had never been.
type Client string

// Lock finds the account and locks it, for a command that writes to it. Somebody of a card who has none becomes a client
// by that. Errors: Invalid for no name, NotFound, and Conflict when several are meant, which lists them.
func (c Client) Lock(ctx context.Context, w *teller.Work) (*store.Account, error) {
	if id, ok := book.ParseID(string(c)); ok {
		found, err := w.Accounts(ctx, []book.ID{id})
		if err != nil || found[id] != nil {
			return found[id], err
		}
	}
	id, err := c.find(ctx, w)
	if err != nil {
		return nil, err
	}
	return w.Account(ctx, id)
}

// find is the id of the account, which is not locked yet.
func (c Client) find(ctx context.Context, w *teller.Work) (book.ID, error) {
	r, err := w.Reading(ctx)
	if err != nil {
		return "", err
	}
	a, err := Resolve(ctx, r, string(c))
	if err == nil {
		return a.ID, nil
	}
	if book.FaultOf(err) != book.NotFound {
		return "", err
	}
	person, found, perr := onCard(ctx, r, string(c))
	if perr != nil {
		return "", perr
	}
	if !found {
		return "", err
	}
	add := Add{Person: person.ID}
	if err := book.Permit(w.Who.Role, add.Act()); err != nil {
		return "", err
	}
	if err := add.Run(ctx, w); err != nil {
		return "", err
	}
	return add.Account, w.Flush(ctx) // what follows may read what the account has come to
}

// party is the id of what is named: an account, or a contact that has none. Nobody becomes a client by it.
func (c Client) party(ctx context.Context, w *teller.Work) (book.ID, string, error) {
	r, err := w.Reading(ctx)
	if err != nil {
		return "", "", err
	}
	return ResolveParty(ctx, r, string(c))
}
