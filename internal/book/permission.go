package book

// Act is a class of things that a member may or may not do.
type Act string

// The acts.
const (
	// ActAny is for what every member may: what concerns only themselves, and what asks for permission bit by bit.
	ActAny    Act = "work in the book"
	ActLog    Act = "log touches"
	ActServe  Act = "keep promises and cases"
	ActPeople Act = "change people and accounts"
	ActImport Act = "import and undo imports"
	ActErase  Act = "erase people"
	ActFirm   Act = "change members and playbooks"
	ActExport Act = "take a person's file out"
	ActTake   Act = "take the whole book out" // with what others keep to themselves in it
	ActView   Act = "keep views of the list"
	ActAway   Act = "say when they are away"
	ActUndo   Act = "take back what was written" // and what the kind of the entry asks for, see ActOf
	// ActLetters is for seeing how letters go, not for reading the links in them: whoever has another's link is that other.
	ActLetters Act = "see to the letters that go out"
	ActRecover Act = "ask for a new password"
	// ActWatch is for seeing who came in at the door: of oneself everybody does. Who was refused is for those who may ActFirm.
	ActWatch Act = "see who came in at the door"
)

// may is the one table of who may do what.
var may = map[Role]map[Act]bool{
	RoleOwner: {
		ActAny: true, ActLog: true, ActServe: true, ActPeople: true, ActImport: true, ActErase: true, ActFirm: true, ActExport: true, ActUndo: true, ActView: true, ActAway: true,
		ActTake: true, ActLetters: true, ActRecover: true, ActWatch: true,
	},
	RoleManager: {
		ActAny: true, ActLog: true, ActServe: true, ActPeople: true, ActImport: true, ActErase: true, ActExport: true, ActUndo: true, ActView: true, ActAway: true,
		ActLetters: true, ActRecover: true, ActWatch: true,
	},
	RoleMember:     {ActAny: true, ActLog: true, ActServe: true, ActPeople: true, ActImport: true, ActUndo: true, ActView: true, ActAway: true, ActRecover: true},
	RoleAssistant:  {ActAny: true, ActLog: true, ActUndo: true, ActView: true, ActAway: true, ActRecover: true},
	RoleAccountant: {ActAny: true, ActServe: true, ActUndo: true, ActView: true, ActAway: true, ActRecover: true},
}

// ActOf is what writing an entry asks for, and so what taking it back asks for.
func ActOf(e *Entry) Act {
	switch e.Kind {
	case KindTouch:
		if e.Facts.Keeps != "" {
			return ActServe
		}
		return ActLog
	case KindThanks, KindNote, KindAttached, KindReferral, KindAsked:
		return ActLog
	case KindRelated, KindJoined, KindOpened, KindChanged, KindContact, KindMerged, KindUnmerged, KindConsent, KindApart:
		return ActPeople
	case KindMember, KindPlaybook, KindField:
		return ActFirm
	case KindUndone, KindHistory:
		return ActImport
	case KindErased:
		return ActErase
	case KindVoid:
		return ActUndo
	}
	return ActServe
}

// Permit refuses what a role may not do, and says who may.
func Permit(role Role, act Act) error {
	if may[role][act] {
		return nil
	}
	var who string
	for _, r := range Roles {
		if may[r][act] {
			if who != "" {
				who += ", "
			}
			who += string(r)
		}
	}
	return Errorf(Forbidden, "as %s you may not %s; that is for: %s", role, act, Said(who))
}
