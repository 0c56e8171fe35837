package book

import "slices"

// Visibility says who sees an account.
type Visibility string

// The visibilities, widest first. The zero value counts as VisibleFirm.
const (
	VisibleFirm  Visibility = "firm"  // everybody
	VisibleTeam  Visibility = "team"  // the members of its owner's department
	VisibleOwner Visibility = "owner" // its owner alone
)

// Visibilities lists them.
var Visibilities = []Visibility{VisibleFirm, VisibleTeam, VisibleOwner}

// Narrower is the one of two visibilities that fewer see.
func Narrower(a, b Visibility) Visibility {
	if slices.Index(Visibilities, a) > slices.Index(Visibilities, b) {
		return a
	}
	return b
}

// Eyes are what a member sees with. They are made by EyesOf, the one place where it is decided; Sees asks them about one
// account, and the store's statements ask the same of many.
type Eyes struct {
	Member ID   // who looks, and reads their own private notes
	All    bool // sees every account
	Teams  bool // sees every account but those that are for their owners alone
	Own    []ID // whose accounts are seen whatever their visibility: their own, and of those they stand in for
	Mates  []ID // whose accounts are seen when they are for the team
}

// EyesOf works out what a member sees. An owner of the firm sees every account; a manager every one but those that others
// keep for themselves; everybody else the firm's, those of their department, and their own, whatever their role. Who has no
// department is a team of their own. Who stands in for somebody sees what that one sees.
func EyesOf(self ID, role Role, members []Member, now Instant) Eyes {
	e := Eyes{Member: self}
	for i := range members {
		m := &members[i]
		as := m.Role
		switch {
		case m.ID == self:
			as = role // of the session, or of the token, which may be less
		case !m.StoodInBy(self, now):
			continue
		}
		e.All = e.All || as == RoleOwner
		e.Teams = e.Teams || as == RoleManager
		e.Own = append(e.Own, m.ID)
		for j := range members {
			if o := &members[j]; o.ID != m.ID && m.Dept != "" && Fold(o.Dept) == Fold(m.Dept) {
				e.Mates = append(e.Mates, o.ID)
			}
		}
	}
	if len(e.Own) == 0 { // a member who is not in the list sees as somebody without a department
		e.All, e.Teams, e.Own = role == RoleOwner, role == RoleManager, []ID{self}
	}
	return e
}

// Sees says whether an account of a visibility and an owner is seen.
func (e *Eyes) Sees(v Visibility, owner ID) bool {
	switch {
	case e.All || v == VisibleFirm || v == "" || slices.Contains(e.Own, owner):
		return true
	case v == VisibleTeam:
		return e.Teams || slices.Contains(e.Mates, owner)
	}
	return false
}

// Reads says whether an entry is read, apart from whether its account is seen: a private note is for its author alone,
// whatever the role of others.
func (e *Eyes) Reads(x *Entry) bool { return !x.Facts.Private || x.By == e.Member }

// Words leaves of a letter from another's private mailbox that there was one, and not what it says.
func (e *Eyes) Words(x *Entry) {
	if x.Facts.Sealed && x.By != e.Member {
		x.Words.Text, x.Words.Body = "", ""
	}
}

// Guard says who is told of something that stands on accounts, so that it can be asked for many eyes without reading anew.
type Guard struct {
	Author ID      // of a private note, which is for them alone; empty for anything else
	Open   bool    // it stands on no account
	On     []Owned // the accounts that it stands on: who sees one of them sees it
	Names  []Owned // accounts of whom it names besides: who sees none of these does not see it; nil for nobody
}

// Owned is what of an account decides who sees it.
type Owned struct {
	Visible Visibility
	Owner   ID
}

// Passes says whether something with this guard is seen.
func (e *Eyes) Passes(g *Guard) bool {
	if g.Author != "" && g.Author != e.Member {
		return false
	}
	sees := func(o Owned) bool { return e.Sees(o.Visible, o.Owner) }
	return e.All || (len(g.Names) == 0 || slices.ContainsFunc(g.Names, sees)) && (g.Open || slices.ContainsFunc(g.On, sees))
}

// MayGuard says whether a member may change who sees an account: who keeps it, a manager and an owner of the firm may.
func MayGuard(role Role, member, owner ID) error {
	if member == owner || member == "" || role == RoleOwner || role == RoleManager {
		return nil
	}
	return Errorf(Forbidden, "who sees an account is changed by its owner, a manager or an owner of the firm")
}

// MayTakeBack says whether a member may take back an import that another one made: who sees all that it brought may. Who made it
// may in any case, and is told of what stays without the names that are kept from them.
func MayTakeBack(member, by ID, seesAll bool) error {
	if member == by || member == "" || seesAll {
		return nil
	}
	return Errorf(Forbidden, "this import brought something that you do not see; it is taken back by who made it, or by an owner of the firm")
}

// StoodInBy says whether a member is away at an instant and another one stands in.
func (m *Member) StoodInBy(other ID, at Instant) bool {
	return m.Deputy != "" && m.Deputy == other && m.Left == 0 && m.AwayFrom <= at && at < m.AwayUntil
}
