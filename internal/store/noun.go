package store

import (
	"cmp"
	"context"
	"strings"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// What a proof reads of nouns and of what is kept beside them, a page at a time.
const (
	sqlDocsOf      = `SELECT id, kind, account_id, body, private_to FROM search WHERE workspace_id = $1 AND id IN (/*ids*/)`
	sqlTagsOf      = `SELECT account_id, tag FROM account_tag WHERE workspace_id = $1 AND account_id IN (/*ids*/) ORDER BY account_id, tag`
	sqlAddressesOf = `SELECT kind, address, contact_id FROM address WHERE workspace_id = $1 AND contact_id IN (/*ids*/)`
	sqlRelationsBy = `SELECT from_id, to_id, role, entry_id FROM relation WHERE workspace_id = $1 AND entry_id IN (/*ids*/)`
	sqlHaveAccount = `SELECT id FROM account WHERE workspace_id = $1 AND id IN (/*ids*/)`
	sqlHaveContact = `SELECT id FROM contact WHERE workspace_id = $1 AND id IN (/*ids*/)`
)

// Body is the text of a document as it is stored.
func Body(text string) string { return strings.Join(book.Terms(cut(text, maxDoc)), " ") }

// DocsOf reads what search holds under ids; Text is the stored body.
func (t *Tx) DocsOf(ctx context.Context, ids ...book.ID) (map[book.ID]Doc, error) {
	out := make(map[book.ID]Doc, len(ids))
	err := inLists(ctx, t, sqlDocsOf, ids, nil, func(r *sqldb.Rows) error {
		var d Doc
		var account, private *string
		err := r.Scan(&d.ID, &d.Kind, &account, &d.Text, &private)
		d.Account, d.Private = idOf(account), idOf(private)
		out[d.ID] = d
		return err
	})
	return out, err
}

// TagsOf reads the folded tags under which accounts are filed.
func (t *Tx) TagsOf(ctx context.Context, accounts ...book.ID) (map[book.ID][]string, error) {
	out := make(map[book.ID][]string)
	err := inLists(ctx, t, sqlTagsOf, accounts, nil, func(r *sqldb.Rows) error {
		var id book.ID
		var tag string
		err := r.Scan(&id, &tag)
		out[id] = append(out[id], tag)
		return err
	})
	return out, err
}

// AddressesOf reads under which addresses contacts are found.
func (t *Tx) AddressesOf(ctx context.Context, contacts ...book.ID) (map[book.ID][]Address, error) {
	out := make(map[book.ID][]Address)
	err := inLists(ctx, t, sqlAddressesOf, contacts, nil, func(r *sqldb.Rows) error {
		var a Address
		err := r.Scan(&a.Kind, &a.Address, &a.Contact)
		out[a.Contact] = append(out[a.Contact], a)
		return err
	})
	return out, err
}

// RelationsBy reads the relations that entries gave rise to.
func (t *Tx) RelationsBy(ctx context.Context, entries ...book.ID) (map[book.ID]Relation, error) {
	out := make(map[book.ID]Relation)
	err := inLists(ctx, t, sqlRelationsBy, entries, nil, func(r *sqldb.Rows) error {
		var v Relation
		err := r.Scan(&v.From, &v.To, &v.Role, &v.Entry)
		out[v.Entry] = v
		return err
	})
	return out, err
}

// Present says which of the accounts and contacts are in the book.
func (t *Tx) Present(ctx context.Context, accounts, contacts []book.ID) (map[book.ID]bool, error) {
	out := make(map[book.ID]bool)
	seen := func(r *sqldb.Rows) error {
		id, err := scanID(r)
		out[id] = true
		return err
	}
	if err := inLists(ctx, t, sqlHaveAccount, accounts, nil, seen); err != nil {
		return nil, err
	}
	return out, inLists(ctx, t, sqlHaveContact, contacts, nil, seen)
}

// Beside counts what is kept beside the nouns.
type Beside struct{ Docs, Tags, Addresses, Links, Relations int }

const sqlBeside = `SELECT (SELECT COUNT(*) FROM search WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM account_tag WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM address WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM account_contact WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM relation WHERE workspace_id = $1)`

// CountBeside counts what is kept beside the nouns.
func (t *Tx) CountBeside(ctx context.Context) (n Beside, err error) {
	err = t.q.QueryRow(ctx, sqlBeside, string(t.ws)).Scan(&n.Docs, &n.Tags, &n.Addresses, &n.Links, &n.Relations)
	return n, err
}

const (
	sqlOrphanTags = `DELETE FROM account_tag WHERE workspace_id = $1 AND NOT EXISTS (
		SELECT 1 FROM account a WHERE a.workspace_id = $1 AND a.id = account_tag.account_id)`
	sqlOrphanAddresses = `DELETE FROM address WHERE workspace_id = $1 AND NOT EXISTS (
		SELECT 1 FROM contact c WHERE c.workspace_id = $1 AND c.id = address.contact_id)`
	sqlOrphanLinks = `DELETE FROM account_contact WHERE workspace_id = $1 AND (NOT EXISTS (
		SELECT 1 FROM contact c WHERE c.workspace_id = $1 AND c.id = account_contact.contact_id) OR NOT EXISTS (
		SELECT 1 FROM account a WHERE a.workspace_id = $1 AND a.id = account_contact.account_id))`
	sqlOrphanRelations = `DELETE FROM relation WHERE workspace_id = $1 AND NOT EXISTS (
		SELECT 1 FROM entry e WHERE e.workspace_id = $1 AND e.id = relation.entry_id AND e.kind = 'related' AND e.voided_by IS NULL)`
	sqlOrphanDocs = `SELECT id FROM search WHERE workspace_id = $1 AND NOT EXISTS (
		SELECT 1 FROM account a WHERE a.workspace_id = $1 AND a.id = search.id) AND NOT EXISTS (
		SELECT 1 FROM contact c WHERE c.workspace_id = $1 AND c.id = search.id) AND NOT EXISTS (
		SELECT 1 FROM entry e WHERE e.workspace_id = $1 AND e.id = search.id) LIMIT 1000`
)

// DeleteBeside removes what is kept beside nouns and entries that are not in the book.
func (t *Tx) DeleteBeside(ctx context.Context) error {
	for _, query := range []string{sqlOrphanTags, sqlOrphanAddresses, sqlOrphanLinks, sqlOrphanRelations} {
		if _, err := t.q.Exec(ctx, query, string(t.ws)); err != nil {
			return err
		}
	}
	for {
		rows, err := t.q.Query(ctx, sqlOrphanDocs, string(t.ws))
		ids, err := collect(rows, err, scanID)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if err := t.Unindex(ctx, id); err != nil {
				return err
			}
		}
	}
}

const sqlMemberEntries = `SELECT ` + entryColumns + ` FROM entry
	WHERE workspace_id = $1 AND account_id IS NULL AND kind = 'member' ORDER BY recorded_at, id`

// MemberEntries reads how the people of the firm were taken in and changed.
func (t *Tx) MemberEntries(ctx context.Context) ([]book.Entry, error) {
	rows, err := t.q.Query(ctx, sqlMemberEntries, string(t.ws))
	return t.collectEntries(rows, err)
}

const sqlSetFacts = `UPDATE entry SET facts = $2 WHERE workspace_id = $1 AND id = $3`

// SetFacts replaces an entry's facts; only an erasure does so, and only by what folds to the same.
func (t *Tx) SetFacts(ctx context.Context, e *book.Entry) error {
	facts, err := e.EncodeFacts()
	if err != nil {
		return err
	}
	_, err = t.q.Exec(ctx, sqlSetFacts, string(t.ws), facts, string(e.ID))
	return err
}

const sqlForceVoid = `UPDATE entry SET voided_by = $2 WHERE workspace_id = $1 AND id = $3`

// ForceVoid makes an entry's mark what the voiding entries say; "" is none.
func (t *Tx) ForceVoid(ctx context.Context, entry, by book.ID) error {
	_, err := t.q.Exec(ctx, sqlForceVoid, string(t.ws), orNull(by), string(entry))
	return err
}

const sqlSetCalled = `UPDATE account SET name = $2, name_key = $3, kind = $4, tags = $5, merged_into = $6,
	visibility = $7 WHERE workspace_id = $1 AND id = $8`

// SetHead makes an account's row say what its entries say it is called and filed under.
func (t *Tx) SetHead(ctx context.Context, h *Head) error {
	tags, err := encodeSmall(h.Tags, len(h.Tags) == 0)
	if err != nil {
		return err
	}
	_, err = t.q.Exec(ctx, sqlSetCalled, string(t.ws), h.Name, book.Fold(h.Name), string(h.Kind), tags, orNull(h.Merged),
		string(cmp.Or(h.Visible, book.VisibleFirm)), string(h.ID))
	return err
}
