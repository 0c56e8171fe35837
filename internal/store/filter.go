package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/sqldb"
)

// Order is the column a list is sorted by.
type Order string

// The orders of a list: richest first, soonest due first, or by name.
const (
	ByBalance Order = "balance"
	ByDue     Order = "due"
	ByName    Order = "name"
)

// Orders lists them.
var Orders = []Order{ByBalance, ByDue, ByName}

// reversed begins the name of an order that goes the other way: "-name" ends where "name" begins.
const reversed = "-"

// Reversed is the same order the other way.
func (o Order) Reversed() Order {
	if plain, back := strings.CutPrefix(string(o), reversed); back {
		return Order(plain)
	}
	return reversed + o
}

// Known says whether there is such an order, one way or the other.
func (o Order) Known() bool { return orderEnds[o] != "" }

// Filter narrows a list of accounts; what is empty does not narrow.
type Filter struct {
	Owner    book.ID
	Stage    string
	Tier     string
	Playbook string
	Kind     book.AccountKind
	Tag      string
	Visible  book.Visibility // who sees them
	// Among keeps accounts of a list, when it is not nil; at most MostAmong of them.
	Among []book.ID
	// Below keeps accounts whose balance key is negative and at most this; see ledger.OverdrawnKey.
	Below *float64
}

// Place is where a page of a list ended; the zero Place begins.
type Place struct {
	Sign int
	Key  float64
	Due  book.Instant
	Name string
	ID   book.ID
}

// Has says whether an account passes the filter, for lists that are sorted outside the database. Below is not asked:
// it is a key of the present.
func (f *Filter) Has(a *Account) bool {
	tagged := f.Tag == "" || slices.ContainsFunc(a.Tags, func(t string) bool { return book.Fold(t) == book.Fold(f.Tag) })
	return tagged && (f.Owner == "" || f.Owner == a.Owner) && (f.Stage == "" || f.Stage == a.Stage) &&
		(f.Tier == "" || f.Tier == a.Tier) && (f.Playbook == "" || f.Playbook == a.Playbook) &&
		(f.Kind == "" || f.Kind == a.Kind) && (f.Visible == "" || f.Visible == cmp.Or(a.Visible, book.VisibleFirm)) &&
		(f.Among == nil || slices.Contains(f.Among, a.ID))
}

// MostAmong is how many accounts Filter.Among may name.
const MostAmong = 256

// Compare says which of two places comes first in the order, as the statements do.
func (o Order) Compare(a, b Place) int {
	if plain, back := strings.CutPrefix(string(o), reversed); back {
		return Order(plain).Compare(b, a)
	}
	switch o {
	case ByDue:
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.ID, b.ID))
	case ByName:
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	}
	return cmp.Or(cmp.Compare(b.Sign, a.Sign), cmp.Compare(b.Key, a.Key), cmp.Compare(b.ID, a.ID))
}

// Place is where an account stands in each order, as its row says.
func (a *Account) Place() Place {
	return Place{Sign: int(a.place.sign), Key: a.place.key, Due: a.place.due, Name: book.Fold(a.Name), ID: a.ID}
}

// NextDue is when something is due on the account, as its row says.
func (a *Account) NextDue() book.Instant { return a.place.due }

const sqlListAccounts = `SELECT ` + accountColumns + ` FROM account
	WHERE workspace_id = $1 AND merged_into IS NULL /*seen account*/`

// The ends of the three lists and of those the other way; orderEnds and orderPlaces are chosen by the order alone.
var (
	orderEnds = map[Order]string{
		ByBalance:            ` ORDER BY sign DESC, rank_key DESC, id DESC LIMIT `,
		ByDue:                ` ORDER BY due_at, id LIMIT `,
		ByName:               ` ORDER BY name_key, id LIMIT `,
		reversed + ByBalance: ` ORDER BY sign, rank_key, id LIMIT `,
		reversed + ByDue:     ` ORDER BY due_at DESC, id DESC LIMIT `,
		reversed + ByName:    ` ORDER BY name_key DESC, id DESC LIMIT `,
	}
	orderPlaces = map[Order]string{
		ByBalance:            `(sign, rank_key, id) < (?, ?, ?)`,
		ByDue:                `(due_at, id) > (?, ?)`,
		ByName:               `(name_key, id) > (?, ?)`,
		reversed + ByBalance: `(sign, rank_key, id) > (?, ?, ?)`,
		reversed + ByDue:     `(due_at, id) < (?, ?)`,
		reversed + ByName:    `(name_key, id) < (?, ?)`,
	}
)

// clauses builds a WHERE from conditions that use ? for their arguments, numbering them as they come.
type clauses struct {
	b    strings.Builder
	args []any
}

func (c *clauses) and(condition string, args ...any) {
	c.b.WriteString(" AND ")
	for i, part := range strings.Split(condition, "?") {
		if i > 0 {
			c.args = append(c.args, args[i-1])
			c.b.WriteString("$" + strconv.Itoa(len(c.args)))
		}
		c.b.WriteString(part)
	}
}

// end closes a statement by its order and limit.
func (c *clauses) end(order string, limit int) (string, []any) {
	c.args = append(c.args, int64(limit))
	c.b.WriteString(order + "$" + strconv.Itoa(len(c.args)))
	return c.b.String(), c.args
}

// among keeps what a column names in a list, filled up to one of few lengths so that the statements stay prepared.
func (c *clauses) among(column string, ids []book.ID) {
	size := MostAmong
	for _, b := range batchIDs {
		if len(ids) <= b {
			size = b
			break
		}
	}
	values := make([]any, size)
	for i := range values {
		if values[i] = ""; len(ids) > 0 {
			values[i] = string(ids[min(i, len(ids)-1)])
		}
	}
	c.and(column+` IN (?`+strings.Repeat(",?", size-1)+`)`, values...)
}

// listQuery is the statement for a filter, an order and a place.
func listQuery(ws book.ID, f *Filter, order Order, after *Place, limit int) (string, []any) {
	c := clauses{args: []any{string(ws)}}
	c.b.WriteString(sqlListAccounts)
	for _, equal := range []struct{ column, value string }{
		{"owner_id", string(f.Owner)},
		{"stage", f.Stage},
		{"tier", f.Tier},
		{"playbook", f.Playbook},
		{"kind", string(f.Kind)},
	} {
		if equal.value != "" {
			c.and(equal.column+" = ?", equal.value)
		}
	}
	switch f.Visible {
	case "":
	case book.VisibleFirm:
		c.and(`visibility = ?`, string(f.Visible))
	default: // few are kept from others, and an index has those alone
		c.and(`visibility <> 'firm' AND visibility = ?`, string(f.Visible))
	}
	if f.Tag != "" {
		c.and(`id IN (SELECT account_id FROM account_tag WHERE workspace_id = $1 AND tag = ?)`, book.Fold(f.Tag))
	}
	if f.Among != nil {
		c.among("id", f.Among)
	}
	if f.Below != nil {
		c.and(`sign = -1 AND rank_key <= ?`, *f.Below)
	}
	if after.ID != "" {
		values := map[string][]any{
			string(ByBalance): {int64(after.Sign), after.Key, string(after.ID)},
			string(ByDue):     {int64(after.Due), string(after.ID)},
			string(ByName):    {after.Name, string(after.ID)},
		}
		c.and(orderPlaces[order], values[strings.TrimPrefix(string(order), reversed)]...)
	}
	return c.end(orderEnds[order], limit)
}

// EachListed hands over one page of accounts in an order, after a place. Their states are skimmed, and the account is
// used again for the next row: what is kept must be copied. No other statement may run meanwhile.
func (t *Tx) EachListed(ctx context.Context, f *Filter, order Order, after *Place, limit int, each func(*Account) error) error {
	query, args := listQuery(t.ws, f, order, after, limit)
	rows, err := t.query(ctx, query, args...)
	if err != nil {
		return err
	}
	var scan accountScan
	var a Account
	return forEach(rows, func(r *sqldb.Rows) error {
		a.Tags, a.Hand = nil, nil
		if err := scan.row(r, &a); err != nil {
			return err
		}
		if err := ledger.SkimState(scan.state, &a.State); err != nil {
			return err
		}
		return each(&a)
	})
}

const sqlAccountsByName = `SELECT ` + accountColumns + ` FROM account
	WHERE workspace_id = $1 AND name_key >= $2 AND name_key < $3 AND merged_into IS NULL /*seen account*/ ORDER BY name_key, id LIMIT $4`

// AccountsNamed finds accounts whose folded name begins with a prefix.
func (t *Tx) AccountsNamed(ctx context.Context, prefix string, limit int) ([]*Account, error) {
	from, to := prefixRange(prefix)
	rows, err := t.query(ctx, sqlAccountsByName, string(t.ws), from, to, int64(limit))
	return collect(rows, err, new(accountScan).next)
}

const sqlDeleteTags = `DELETE FROM account_tag WHERE workspace_id = $1 AND account_id = $2`

const sqlInsertTags = `INSERT INTO account_tag (workspace_id, tag, account_id) VALUES /*rows*/
	ON CONFLICT (workspace_id, tag, account_id) DO NOTHING`

// SetTags files an account under its tags.
func (t *Tx) SetTags(ctx context.Context, account book.ID, tags []string) error {
	if _, err := t.q.Exec(ctx, sqlDeleteTags, string(t.ws), string(account)); err != nil {
		return err
	}
	return t.insertRows(ctx, sqlInsertTags, 2, len(tags), func(i int, row []any) {
		row[0], row[1] = book.Fold(tags[i]), string(account)
	})
}
