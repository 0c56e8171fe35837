package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// ClientLink is what a client's secret link opens: a page for one person, of what is theirs on one account. Only a hash of
// the secret is kept.
type ClientLink struct {
	Hash      string
	Workspace book.ID
	ID        book.ID // names it on pages
	Account   book.ID
	Contact   book.ID
	About     book.ID // the one piece of work that it shows; empty for all of the account's
	By        book.ID // the member who made it
	Created   book.Instant
	Expires   book.Instant
	Ended     book.Instant // 0 while nobody has ended it
	EndedBy   book.ID
	Seen      book.Instant // when the page was opened last; 0 for never
	Visits    int64
}

// Live says whether the link opens anything at an instant.
func (l *ClientLink) Live(now book.Instant) bool { return l.Ended == 0 && l.Expires > now }

const clientLinkColumns = `workspace_id, hash, id, account_id, contact_id, about_id, by_id, created_at, expires_at, ended_at, ended_by, seen_at, visits`

func scanClientLink(r *sqldb.Rows) (ClientLink, error) {
	var l ClientLink
	err := r.Scan(&l.Workspace, &l.Hash, &l.ID, &l.Account, &l.Contact, &l.About, &l.By, &l.Created, &l.Expires, &l.Ended, &l.EndedBy, &l.Seen, &l.Visits)
	return l, err
}

const sqlPutClientLink = `INSERT INTO client_link (` + clientLinkColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

// PutClientLink keeps a new link of this workspace.
func (t *Tx) PutClientLink(ctx context.Context, l *ClientLink) error {
	_, err := t.q.Exec(ctx, sqlPutClientLink, string(t.ws), l.Hash, string(l.ID), string(l.Account), string(l.Contact), string(l.About), string(l.By),
		int64(l.Created), int64(l.Expires), int64(l.Ended), string(l.EndedBy), int64(l.Seen), l.Visits)
	return err
}

// A secret is looked up before it is known whose it is: this looks in all firms, by a hash that nobody can guess.
const sqlFindClientLink = `SELECT ` + clientLinkColumns + ` FROM client_link WHERE hash = $1 AND ended_at = 0 AND expires_at > $2`

// FindClientLink looks a secret's hash up, in whichever firm; one that was ended or has run out is not there.
func (t *Tx) FindClientLink(ctx context.Context, hash string, now book.Instant) (ClientLink, bool, error) {
	rows, err := t.q.Query(ctx, sqlFindClientLink, hash, int64(now))
	found, err := collect(rows, err, scanClientLink)
	if err != nil || len(found) == 0 {
		return ClientLink{}, false, err
	}
	return found[0], true, nil
}

const sqlSeeClientLink = `UPDATE client_link SET seen_at = $2, visits = visits + 1 WHERE workspace_id = $1 AND id = $3`

// SeeClientLink counts that the page was opened.
func (t *Tx) SeeClientLink(ctx context.Context, id book.ID, at book.Instant) error {
	_, err := t.q.Exec(ctx, sqlSeeClientLink, string(t.ws), int64(at), string(id))
	return err
}

const sqlClientLinks = `SELECT ` + clientLinkColumns + ` FROM client_link WHERE workspace_id = $1 AND account_id IN (/*ids*/) ORDER BY created_at, id`

// ClientLinks reads the links to pages of some accounts, those that are over among them.
func (t *Tx) ClientLinks(ctx context.Context, accounts ...book.ID) ([]ClientLink, error) {
	var out []ClientLink
	err := inLists(ctx, t, sqlClientLinks, accounts, nil, func(r *sqldb.Rows) error {
		l, err := scanClientLink(r)
		out = append(out, l)
		return err
	})
	return out, err
}

const sqlClientLinkNamed = `SELECT ` + clientLinkColumns + ` FROM client_link WHERE workspace_id = $1 AND id = $2`

// ClientLink reads a link by the id that pages show.
func (t *Tx) ClientLink(ctx context.Context, id book.ID) (ClientLink, error) {
	rows, err := t.q.Query(ctx, sqlClientLinkNamed, string(t.ws), string(id))
	return theOne(rows, err, scanClientLink, book.Errorf(book.NotFound, "there is no link %s", id))
}

const sqlEndClientLink = `UPDATE client_link SET ended_at = $2, ended_by = $3 WHERE workspace_id = $1 AND id = $4 AND ended_at = 0`

// EndClientLink takes a link out of use; one that was ended before keeps who did it.
func (t *Tx) EndClientLink(ctx context.Context, id, by book.ID, at book.Instant) error {
	_, err := t.q.Exec(ctx, sqlEndClientLink, string(t.ws), int64(at), string(by), string(id))
	return err
}

const (
	sqlDeleteClientLinks = `DELETE FROM client_link WHERE workspace_id = $1 AND contact_id = $2`
	sqlOldClientLinks    = `DELETE FROM client_link WHERE workspace_id = $1 AND expires_at <= $2`
	sqlDropClientLinks   = `DELETE FROM client_link WHERE workspace_id = $1`
)

// DeleteClientLinks takes the links of a person away, who is to be forgotten.
func (t *Tx) DeleteClientLinks(ctx context.Context, contact book.ID) error {
	_, err := t.q.Exec(ctx, sqlDeleteClientLinks, string(t.ws), string(contact))
	return err
}

// DropOldClientLinks takes away those that ran out before an instant.
func (t *Tx) DropOldClientLinks(ctx context.Context, before book.Instant) error {
	_, err := t.q.Exec(ctx, sqlOldClientLinks, string(t.ws), int64(before))
	return err
}
