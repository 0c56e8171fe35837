package awareness

import (
	"context"
	"encoding/base64"
	"strconv"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// DoorOptions narrow what is read of the door; what is empty does not narrow.
type DoorOptions struct {
	Member string // whose door: id, name, first name or address
	What   store.DoorWhat
	From   book.Instant
	Until  book.Instant // before
	After  string       // the page's cursor, as DoorPage.Next gave it
	Limit  int          // at most 500; 0 is 50
}

// DoorPage is one page of what happened at the door, the newest first.
type DoorPage struct {
	Doors []AtDoor `json:"doors"`
	Next  string   `json:"next"`
}

// AtDoor is one thing that happened at the door of the book.
type AtDoor struct {
	ID     book.ID        `json:"id"`
	At     book.Instant   `json:"at"`
	What   store.DoorWhat `json:"what"`
	Member string         `json:"member,omitempty"` // whose door, by name; empty for an address that nobody has
	By     string         `json:"by,omitempty"`     // who did it, by name; empty when nobody was signed in
	How    string         `json:"how,omitempty"`
	Detail string         `json:"detail,omitempty"`
	Place  string         `json:"place,omitempty"` // the network address
}

// Doors reads what happened at the door. Owners of the firm read all of it, managers all but who was refused, since that
// tells which addresses are known; everybody else what happened at their own, refusals left out.
func Doors(ctx context.Context, r *teller.Reading, o DoorOptions) (*DoorPage, error) {
	f := store.DoorFilter{What: o.What, From: o.From, Until: o.Until, Refused: book.Permit(r.Who.Role, book.ActFirm) == nil}
	if o.What != "" {
		if _, err := book.OneOf("what", string(o.What), store.DoorWhats); err != nil {
			return nil, err
		}
	}
	after, err := ReadMark(o.After)
	if err != nil {
		return nil, err
	}
	if f.Member, err = MemberID(ctx, r, o.Member); err != nil {
		return nil, err
	}
	if book.Permit(r.Who.Role, book.ActWatch) != nil {
		if f.Member != "" && f.Member != r.Who.Member {
			return nil, book.Permit(r.Who.Role, book.ActWatch)
		}
		f.Member = r.Who.Member
	}
	if o.Limit <= 0 {
		o.Limit = 50
	}
	o.Limit = min(o.Limit, 500)
	all, err := r.Tx.Doors(ctx, &f, after, o.Limit)
	if err != nil {
		return nil, err
	}
	return doorPage(ctx, r, all, o.Limit)
}

func doorPage(ctx context.Context, r *teller.Reading, all []store.Door, limit int) (*DoorPage, error) {
	var ids []book.ID
	for i := range all {
		ids = append(ids, all[i].Member, all[i].By)
	}
	names, err := r.Tx.MemberNames(ctx, ids...)
	if err != nil {
		return nil, err
	}
	p := &DoorPage{Doors: make([]AtDoor, len(all))}
	for i := range all {
		d := &all[i]
		p.Doors[i] = AtDoor{d.ID, d.At, d.What, names[d.Member], names[d.By], d.How, d.Detail, d.Place}
	}
	if len(all) == limit {
		last := &all[limit-1]
		p.Next = WriteMark(store.AuditPlace{Recorded: last.At, ID: last.ID})
	}
	return p, nil
}

// WriteMark is a place as the next of a page.
func WriteMark(at store.AuditPlace) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(int64(at.Recorded), 10) + "." + string(at.ID)))
}
