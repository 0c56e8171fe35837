package accountability

import (
	"context"
	"strings"

	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Draft is a note to somebody who is to hear how a piece of work stands, for a member to read, change and send.
type Draft struct {
	Contact book.ID `json:"contact,omitempty"` // who takes part; empty for the client
	Name    string  `json:"name"`
	Role    string  `json:"role"` // client, or as what they take part
	Text    string  `json:"text"`
}

// Drafts are the notes to those who are to hear of an engagement by the end of the reading's day: the client, as long as they were
// not told of the stage that it is in, and whoever else takes part and is due. date writes a day as its reader reads it. None where
// the playbook has no words for them.
func Drafts(ctx context.Context, r *teller.Reading, g *EngagementItem, w *Way, date func(book.Instant) string) ([]Draft, error) {
	if g.Status != store.EngagementOpen {
		return nil, nil
	}
	kept, err := r.Tx.Accounts(ctx, g.Account.ID)
	if err != nil || len(kept) == 0 {
		return nil, err
	}
	kind, ok := r.Rules.Playbook(kept[0].State.Playbook).Engagement(g.Kind)
	if !ok {
		return nil, nil
	}
	writer, err := r.Tx.MemberNames(ctx, r.Who.Member)
	if err != nil {
		return nil, err
	}
	d := drafter{g: g, kind: &kind, date: date, member: writer[r.Who.Member], firm: r.Rules.Firm.Name}
	var out []Draft
	if w.Untold {
		if text, ok := d.text(playbook.ForClient, g.Account.Name); ok {
			out = append(out, Draft{Name: g.Account.Name, Role: playbook.ForClient, Text: text})
		}
	}
	cal := r.Rules.Calendar
	for _, p := range g.Parties {
		if p.Next == 0 || p.Next > cal.End(cal.Day(r.At)) {
			continue
		}
		if text, ok := d.text(p.Role, p.Name); ok {
			out = append(out, Draft{Contact: p.Contact, Name: p.Name, Role: p.Role, Text: text})
		}
	}
	return out, nil
}

// drafter fills in notes.
type drafter struct {
	g            *EngagementItem
	kind         *playbook.Engagement
	date         func(book.Instant) string
	member, firm string
}

func (d *drafter) text(role, name string) (string, bool) {
	note, ok := d.kind.Note(role)
	if !ok {
		return "", false
	}
	on := ""
	if d.g.NextAt != 0 {
		on = ", " + d.date(d.g.NextAt)
	}
	return strings.NewReplacer(
		"{name}", name, "{work}", d.g.Text, "{stage}", d.g.StageTitle, "{expect}", d.g.Expect, "{next}", d.g.Next, "{on}", on,
		"{until}", d.date(d.g.Until), "{member}", d.member, "{firm}", d.firm,
	).Replace(note), true
}
