package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// DoorWhat is what happened at the door of the book.
type DoorWhat string

// What is noted there.
const (
	DoorIn        DoorWhat = "signed_in"   // How: password, provider, or the kind of the link
	DoorRefused   DoorWhat = "refused"     // How: what was wrong
	DoorPassword  DoorWhat = "password"    // changed by who knew the one before
	DoorSecondOn  DoorWhat = "second_on"   // a second factor was set up
	DoorSecondOff DoorWhat = "second_off"  // it was taken out of use
	DoorLink      DoorWhat = "link_made"   // How: the kind of pass
	DoorLinkUsed  DoorWhat = "link_used"   // a password was chosen by it
	DoorToken     DoorWhat = "token_made"  // How: its scope
	DoorTokenEnd  DoorWhat = "token_ended" // Detail: what it was for
	DoorEnd       DoorWhat = "ended"       // a session; Detail: the browser; How: all, or left, of all that a member had
	DoorOut       DoorWhat = "signed_out"  // by oneself, in the browser of Detail
	DoorTaken     DoorWhat = "taken"       // of the book; How: export, backup, copy, or list with its file in Detail
)

// DoorWhats lists them, for those who choose one.
var DoorWhats = []DoorWhat{
	DoorIn, DoorOut, DoorRefused, DoorPassword, DoorSecondOn, DoorSecondOff, DoorLink, DoorLinkUsed, DoorToken, DoorTokenEnd, DoorEnd, DoorTaken,
}

// How long what happened at the door is kept. What strangers tried goes sooner: they decide how much of it there is.
const (
	doorFor    = 400 * book.Day
	refusedFor = 90 * book.Day
)

// Door is one thing that happened at the door. It holds no secret.
type Door struct {
	ID     book.ID
	At     book.Instant
	What   DoorWhat
	Member book.ID // whose door; empty for an address that nobody has
	By     book.ID // who did it; empty when nobody was signed in
	How    string
	Detail string // a browser, what a token is for, the address that was tried
	Place  string // the network address; empty at the command line
}

const (
	doorColumns   = `id, at, what, member_id, by_id, how, detail, place`
	sqlNoteDoor   = `INSERT INTO door (workspace_id, ` + doorColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	sqlOldDoor    = `DELETE FROM door WHERE workspace_id = $1 AND at < $2`
	sqlOldRefused = `DELETE FROM door WHERE workspace_id = $1 AND what = 'refused' AND at < $2`
	sqlDropDoor   = `DELETE FROM door WHERE workspace_id = $1`
	sqlDoors      = `SELECT ` + doorColumns + ` FROM door WHERE workspace_id = $1`
)

// NoteDoor keeps what happened, and lets go of what is old: both lead an index, which mostly finds nothing.
func (t *Tx) NoteDoor(ctx context.Context, d *Door) error {
	if _, err := t.q.Exec(ctx, sqlOldDoor, string(t.ws), int64(d.At-doorFor)); err != nil {
		return err
	}
	if _, err := t.q.Exec(ctx, sqlOldRefused, string(t.ws), int64(d.At-refusedFor)); err != nil {
		return err
	}
	_, err := t.q.Exec(ctx, sqlNoteDoor, string(t.ws), string(d.ID), int64(d.At), string(d.What), string(d.Member), string(d.By), d.How, d.Detail, d.Place)
	return err
}

// DoorFilter narrows what is read of the door; what is empty does not narrow.
type DoorFilter struct {
	Member book.ID
	What   DoorWhat
	From   book.Instant
	Until  book.Instant // before
	// Refused is left out for those who may not learn which addresses are known.
	Refused bool
}

// doorQuery is the statement for a filter and a place.
func doorQuery(ws book.ID, f *DoorFilter, after AuditPlace, limit int) (string, []any) {
	c := clauses{args: []any{string(ws)}}
	c.b.WriteString(sqlDoors)
	if f.Member != "" {
		c.and("member_id = ?", string(f.Member))
	}
	if f.What != "" {
		c.and("what = ?", string(f.What))
	}
	if !f.Refused {
		c.and("what <> 'refused'")
	}
	if f.From != 0 {
		c.and("at >= ?", int64(f.From))
	}
	if f.Until != 0 {
		c.and("at < ?", int64(f.Until))
	}
	if after.ID != "" {
		c.and("(at, id) < (?, ?)", int64(after.Recorded), string(after.ID))
	}
	return c.end(" ORDER BY at DESC, id DESC LIMIT ", limit)
}

// Doors reads what happened at the door, the newest first, after a place.
func (t *Tx) Doors(ctx context.Context, f *DoorFilter, after AuditPlace, limit int) ([]Door, error) {
	query, args := doorQuery(t.ws, f, after, limit)
	rows, err := t.q.Query(ctx, query, args...)
	return collect(rows, err, func(r *sqldb.Rows) (d Door, err error) {
		err = r.Scan(&d.ID, &d.At, &d.What, &d.Member, &d.By, &d.How, &d.Detail, &d.Place)
		return d, err
	})
}
