package awareness

import (
	"context"
	"strings"
	"time"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Fields of a member in the entries that change them, beside name, role, department and emails.
const (
	memberName   = "name"
	memberRole   = "role"
	memberDept   = "department"
	memberPhone  = "phone"
	memberDeputy = "deputy"
	memberAway   = "away" // from and until, as book.Instant's text with a stroke between
	MemberLeft   = "left"
)

// Away says that a member is away for a while and who stands in. The deputy sees what the member sees and has their Today
// beside their own. Everybody says so of themselves; of others those may who change members.
type Away struct {
	Who    string // empty is who gives the command
	Deputy string // id, name, first name or address; empty ends it
	From   book.Instant
	Until  book.Instant // the first moment of being back

	Member, StandIn book.Member // set by Run
}

// longestAway bounds an absence: who is away for longer hands their accounts over.
const longestAway = 366 * book.Day

// Act implements teller.Command.
func (*Away) Act() book.Act { return book.ActAway }

// Run implements teller.Command.
func (c *Away) Run(ctx context.Context, w *teller.Work) error {
	if err := w.Tx.LockFirm(ctx); err != nil {
		return err
	}
	r, err := w.Reading(ctx)
	if err != nil {
		return err
	}
	who := c.Who
	if who == "" {
		who = string(w.Who.Member)
	}
	m, err := MemberNamed(ctx, r, who)
	if err != nil {
		return err
	}
	if m.ID != w.Who.Member {
		if err := book.Permit(w.Who.Role, book.ActFirm); err != nil {
			return err
		}
	}
	was := m
	if m.Deputy, m.AwayFrom, m.AwayUntil = "", 0, 0; c.Deputy != "" {
		if err := c.standIn(ctx, w, r, &m); err != nil {
			return err
		}
	}
	c.Member = m
	return changeMember(ctx, w, &was, &m, "")
}

// standIn checks the absence and who stands in.
func (c *Away) standIn(ctx context.Context, w *teller.Work, r *teller.Reading, m *book.Member) error {
	d, err := MemberNamed(ctx, r, c.Deputy)
	if err != nil {
		return err
	}
	from := w.When(c.From)
	switch {
	case m.Left != 0:
		return book.Errorf(book.Conflict, "%s has left", m.Name)
	case d.ID == m.ID:
		return book.Fieldf(book.Invalid, "deputy", "is somebody else than who is away")
	case d.Left != 0:
		return book.Fieldf(book.Invalid, "deputy", "has left: %s", d.Name)
	case c.Until == 0:
		return book.Fieldf(book.Invalid, "until", "is missing: from when are they back?")
	case c.Until <= from || c.Until <= w.Now:
		return book.Fieldf(book.Invalid, "until", "lies before the absence or is past")
	case c.Until-from > longestAway:
		return book.Fieldf(book.Invalid, "until", "lies more than a year on; hand the accounts over instead")
	}
	c.StandIn = d
	m.Deputy, m.AwayFrom, m.AwayUntil = d.ID, from, c.Until
	return nil
}

// memberFields are what entries say of a member, by field; those of words are apart.
func memberFields(m *book.Member) (facts, words map[string]string) {
	facts = map[string]string{memberRole: string(m.Role), memberDeputy: string(m.Deputy), memberAway: "", MemberLeft: stamped(m.Left)}
	if m.Deputy != "" {
		facts[memberAway] = stamped(m.AwayFrom) + "/" + stamped(m.AwayUntil)
	}
	return facts, map[string]string{memberName: m.Name, memberDept: m.Dept, memberPhone: m.Phone}
}

func stamped(at book.Instant) string {
	if at == 0 {
		return ""
	}
	return at.Time().UTC().Format(time.RFC3339Nano)
}

// unstamped reads what stamped wrote; what is not such is zero.
func unstamped(s string) book.Instant {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return 0
	}
	return book.Micros(t)
}

// setMember gives a member a field as memberFields tells it.
func setMember(m *book.Member, field, value string) {
	switch field {
	case memberName:
		m.Name = value
	case memberDept:
		m.Dept = value
	case memberPhone:
		m.Phone = value
	case memberRole:
		m.Role = book.Role(value)
	case memberDeputy:
		m.Deputy = book.ID(value)
	case memberAway:
		from, until, _ := strings.Cut(value, "/")
		m.AwayFrom, m.AwayUntil = unstamped(from), unstamped(until)
	case MemberLeft:
		m.Left = unstamped(value)
	}
}

// changeMember writes what differs between a member before and after as one entry; nothing when nothing does. undoes is the
// entry that this one reverses, or "".
func changeMember(ctx context.Context, w *teller.Work, was, m *book.Member, undoes book.ID) error {
	e := &book.Entry{Subject: m.ID, Kind: book.KindMember, Facts: book.Facts{Undoes: undoes}}
	e.Facts.Set, e.Words.Set = map[string]book.Change{}, map[string]book.Change{}
	oldFacts, oldWords := memberFields(was)
	facts, words := memberFields(m)
	for field, after := range facts {
		if before := oldFacts[field]; before != after {
			e.Facts.Set[field] = book.Change{Before: before, After: after}
		}
	}
	for field, after := range words {
		if before := oldWords[field]; before != after {
			e.Words.Set[field] = book.Change{Before: before, After: after}
		}
	}
	if len(e.Facts.Set)+len(e.Words.Set) == 0 {
		return nil
	}
	if err := w.Tx.SaveMember(ctx, m); err != nil {
		return err
	}
	return w.Append(e)
}

// MemberFields are what the entries about a member should come to, for a proof.
func MemberFields(m *book.Member) map[string]string {
	facts, words := memberFields(m)
	for field, value := range words {
		facts[field] = value
	}
	return facts
}

// reversible says whether an entry about a member is a change that can be taken back: the one that took them in is not, nor
// are addresses, which sign in.
func reversible(e *book.Entry) bool {
	if e.Kind != book.KindMember || e.Words.Set["emails"].After != "" {
		return false
	}
	name, named := e.Words.Set[memberName]
	return !named || name.Before != ""
}

// reverseMember gives a member's fields the values from before an entry, unless one was changed again since.
func (c *Undo) reverseMember(ctx context.Context, w *teller.Work, e *book.Entry) error {
	if !reversible(e) {
		return book.Errorf(book.Invalid, "that %s was taken in cannot be undone", e.Words.Set[memberName].After)
	}
	if err := w.Tx.LockFirm(ctx); err != nil {
		return err
	}
	was, err := w.Tx.Member(ctx, e.Subject)
	if err != nil {
		return err
	}
	m, now := was, MemberFields(&was)
	for field, change := range changesOf(e) {
		if now[field] != change.After {
			return book.Errorf(book.Conflict, "%s of %s has been changed again since; undo the later change first", field, was.Name)
		}
		setMember(&m, field, change.Before)
	}
	if was.Role == book.RoleOwner && was.Left == 0 && m.Role != book.RoleOwner {
		if err := anotherOwner(ctx, w, &was); err != nil {
			return err
		}
	}
	c.Did = "the change of " + joined(changesOf(e)) + " of " + m.Name
	return changeMember(ctx, w, &was, &m, e.ID)
}

// anotherOwner refuses to leave the firm without an owner.
func anotherOwner(ctx context.Context, w *teller.Work, m *book.Member) error {
	all, err := w.Tx.Members(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		if o := &all[i]; o.Role == book.RoleOwner && o.ID != m.ID && o.Left == 0 {
			return nil
		}
	}
	return book.Fieldf(book.Conflict, "role", "of %s stays owner: the firm has no other one", m.Name)
}

// Leave is the last step of somebody's leaving, after their accounts were handed over: they are no member any more from
// now on, who stood in for nobody, and what signs them in ends with it.
func Leave(ctx context.Context, w *teller.Work, m *book.Member) error {
	if m.Role == book.RoleOwner {
		if err := anotherOwner(ctx, w, m); err != nil {
			return err
		}
	}
	all, err := w.Tx.Members(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].Deputy == m.ID {
			was := all[i]
			all[i].Deputy, all[i].AwayFrom, all[i].AwayUntil = "", 0, 0
			if err := changeMember(ctx, w, &was, &all[i], ""); err != nil {
				return err
			}
		}
	}
	was := *m
	m.Deputy, m.AwayFrom, m.AwayUntil, m.Left = "", 0, 0, w.Now
	if err := changeMember(ctx, w, &was, m, ""); err != nil {
		return err
	}
	for _, kind := range []store.PassKind{store.PassInvite, store.PassReset} { // letters that wait would bring links that do not work
		if err := w.Tx.DropLetters(ctx, m.ID, string(kind), w.Now); err != nil {
			return err
		}
	}
	if err := w.AtDoor(ctx, w.Tx, store.Door{What: store.DoorEnd, Member: m.ID, How: "left"}); err != nil {
		return err
	}
	return w.Tx.EndPasses(ctx, m.ID)
}
