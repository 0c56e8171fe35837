package awareness

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// TeamMember is somebody of the firm as the page of the team shows them.
type TeamMember struct {
	ListedMember
	Accounts int            // that they keep, as far as the reader sees them
	Presence store.Presence // by what they are signed in
	Lock     store.Lock     // what their door is shut with; only for those who may change members
	Letters  int            // on their way to them; only for those who may read the outbox
	StandIn  string         // who stands in for them at the moment, or will: a name; "" while they are here
}

// Away says whether they are away at a time and somebody stands in.
func (m *TeamMember) Away(now book.Instant) bool {
	return m.Deputy != "" && m.AwayFrom <= now && now < m.AwayUntil
}

// Came says whether they have ever come in: by a password, or by signing in elsewhere and still being there.
func (m *TeamMember) Came() bool { return m.Lock.Password || m.Presence.Seen != 0 }

// Team lists the people of the firm with how they stand: those who left at the end, else in the order in which they came.
func Team(ctx context.Context, r *teller.Reading) ([]TeamMember, error) {
	all, err := Members(ctx, r)
	if err != nil {
		return nil, err
	}
	ids, names := make([]book.ID, len(all)), map[book.ID]string{}
	for i := range all {
		ids[i], names[all[i].ID] = all[i].ID, all[i].Name
	}
	owned, err := r.Tx.Owned(ctx, ids...)
	if err != nil {
		return nil, err
	}
	seen, err := r.Tx.Presence(ctx, r.Now)
	if err != nil {
		return nil, err
	}
	var locks map[book.ID]store.Lock
	if book.Permit(r.Who.Role, book.ActFirm) == nil {
		if locks, err = r.Tx.Locks(ctx); err != nil {
			return nil, err
		}
	}
	var letters map[book.ID]int
	if book.Permit(r.Who.Role, book.ActLetters) == nil {
		if letters, err = r.Tx.LettersOpen(ctx, r.Now); err != nil {
			return nil, err
		}
	}
	var here, gone []TeamMember
	for _, m := range all {
		t := TeamMember{ListedMember: m, Accounts: owned[m.ID], Presence: seen[m.ID], Lock: locks[m.ID], Letters: letters[m.ID]}
		if m.Deputy != "" && r.Now < m.AwayUntil {
			t.StandIn = names[m.Deputy]
		}
		if m.Left != 0 {
			gone = append(gone, t)
		} else {
			here = append(here, t)
		}
	}
	return append(here, gone...), nil
}
