package assessment

import (
	"passbook/internal/book"
	"passbook/internal/store"
)

// What kinds of entry, and of what happens at the door, are called where they stand by themselves: in an audit, on a page,
// in a file or on the command line.
//
//nolint:gochecknoglobals // tables of words
var (
	kindNames = map[book.Kind]string{
		book.KindTouch:    "Touch",
		book.KindPromise:  "Promise",
		book.KindKept:     "Promise kept",
		book.KindBroken:   "Promise broken",
		book.KindReleased: "Promise released",
		book.KindMoved:    "Promise moved",
		book.KindCase:     "Case",
		book.KindUpdate:   "Case, update",
		book.KindResolved: "Case solved",
		book.KindReopened: "Case open again",
		book.KindAgreed:   "Case solved, by their word",
		book.KindClosing:  "Closing",
		book.KindCare:     "Care",
		book.KindReferral: "Referral",
		book.KindAsked:    "Asked for a referral",
		book.KindDeed:     "Good deed",
		book.KindMistake:  "Mistake of ours",
		book.KindAmends:   "Amends",
		book.KindThanks:   "Thanks",

		book.KindEngagement: "Engagement",
		book.KindStage:      "Engagement, next stage",
		book.KindProgress:   "Engagement, update",
		book.KindSetback:    "Engagement, setback",
		book.KindParty:      "Engagement, who takes part",
		book.KindEnded:      "Engagement ended",
		book.KindPulseAsked: "Asked how we do",
		book.KindPulse:      "Said how we do",

		book.KindOpened:   "Client added",
		book.KindChanged:  "Client changed",
		book.KindContact:  "Person changed",
		book.KindNote:     "Note",
		book.KindRelated:  "Relation",
		book.KindJoined:   "Person of a client",
		book.KindMerged:   "Merged",
		book.KindUnmerged: "Set apart again",
		book.KindSnoozed:  "Left to rest",
		book.KindMember:   "Member changed",
		book.KindPlaybook: "Playbook",
		book.KindField:    "Field of the firm",
		book.KindVoid:     "Taken back",
		book.KindUndone:   "Import taken back",
		book.KindErased:   "Erased",
		book.KindConsent:  "Consent",
		book.KindApart:    "Told apart",
		book.KindAttached: "File",
		book.KindPlanned:  "Planned",
		book.KindDone:     "Planned, done",
		book.KindHistory:  "Made history",
	}
	doorNames = map[store.DoorWhat]string{
		store.DoorIn:        "Signed in",
		store.DoorRefused:   "Refused",
		store.DoorPassword:  "Password changed",
		store.DoorSecondOn:  "Second factor set up",
		store.DoorSecondOff: "Second factor dropped",
		store.DoorLink:      "Link made",
		store.DoorLinkUsed:  "Password chosen by a link",
		store.DoorToken:     "Token made",
		store.DoorTokenEnd:  "Token ended",
		store.DoorEnd:       "Session ended",
		store.DoorOut:       "Signed out",
		store.DoorTaken:     "Taken out",
	}
	doorHows = map[string]string{
		"password": "by password",
		"code":     "second factor",
		"provider": "at the provider",
		"begin":    "first owner's link",
		"invite":   "invitation",
		"reset":    "forgotten password",
		"enter":    "link that signs in",
		"read":     "may read",
		"write":    "may write",
		"export":   "the book as files",
		"backup":   "the book as a backup",
		"copy":     "the book, into another database",
		"all":      "all of them, tokens too",
		"left":     "all of them: they left the firm",
		"list":     "as a list",
	}
)

// KindName is what a kind of entry is called.
func (s Scribe) KindName(k book.Kind) string { return s.named(kindNames[k], string(k)) }

// TakenBack says what an entry takes back that takes back another: the kind's name alone where that is not known, or where it is
// one that did the same, by which something counts again.
func (s Scribe) TakenBack(was *book.Entry) string {
	switch {
	case was == nil:
		return s.KindName(book.KindVoid)
	case was.Kind == book.KindVoid:
		return s.Say("What was taken back counts again")
	}
	return s.Say("Took back: {what}", "what", s.About(was, nil))
}

// DoorName is what something that happens at the door is called.
func (s Scribe) DoorName(w store.DoorWhat) string { return s.named(doorNames[w], string(w)) }

// DoorHow says how it came about; "" where nothing is noted of that.
func (s Scribe) DoorHow(how string) string { return s.named(doorHows[how], how) }

// named is the name of a word of the book; a word that has none stands for itself.
func (s Scribe) named(name, word string) string {
	if name == "" {
		return word
	}
	return s.Say(name)
}
