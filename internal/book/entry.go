package book

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Kind says what an entry records.
type Kind string

// Happenings: what passed between the firm and the client. These are the entries a statement shows.
const (
	KindTouch    Kind = "touch"
	KindPromise  Kind = "promise"
	KindKept     Kind = "promise_kept"
	KindBroken   Kind = "promise_broken"
	KindReleased Kind = "promise_released"
	KindMoved    Kind = "promise_moved" // to another date, which both agreed on
	KindCase     Kind = "case"
	KindUpdate   Kind = "case_update"
	KindResolved Kind = "case_resolved"
	KindReopened Kind = "case_reopened"  // it was not solved after all, as they said where it came in
	KindAgreed   Kind = "case_confirmed" // they said that it is solved
	KindClosing  Kind = "closing"
	KindCare     Kind = "care"
	KindReferral Kind = "referral"
	KindAsked    Kind = "referral_asked"
	KindDeed     Kind = "deed"
	KindMistake  Kind = "mistake"
	KindAmends   Kind = "amends"
	KindThanks   Kind = "thanks"

	KindEngagement Kind = "engagement"         // a piece of work begins
	KindStage      Kind = "engagement_stage"   // it goes into another stage
	KindProgress   Kind = "engagement_update"  // they were told how it stands
	KindSetback    Kind = "engagement_setback" // something in it went wrong
	KindEnded      Kind = "engagement_ended"   // it is done, or came to nothing
	KindParty      Kind = "engagement_party"   // somebody takes part in it, or no more

	KindPulseAsked Kind = "pulse_asked" // one of theirs was asked how we do
	KindPulse      Kind = "pulse"       // one of theirs said how we do
)

// Changes of nouns, with before and after.
const (
	KindOpened   Kind = "opened"       // an account begins to exist
	KindChanged  Kind = "changed"      // fields of an account
	KindContact  Kind = "contact"      // fields of a contact, its creation included
	KindNote     Kind = "note"         // words about an account
	KindRelated  Kind = "related"      // two contacts or accounts know each other
	KindJoined   Kind = "joined"       // Subject, a contact, stands on the account in a role
	KindMerged   Kind = "merged"       // Subject now redirects to the account (or contact)
	KindUnmerged Kind = "unmerged"     // Subject stands alone again
	KindSnoozed  Kind = "snoozed"      // the account rests from Today
	KindMember   Kind = "member"       // a person of the firm
	KindPlaybook Kind = "playbook"     // a playbook was taken into use
	KindField    Kind = "field"        // the firm declared, changed or dropped a field of its own for people
	KindVoid     Kind = "void"         // Subject counts as never having been
	KindUndone   Kind = "undone"       // an import run was taken back whole
	KindErased   Kind = "erased"       // a person's words were blanked
	KindConsent  Kind = "consent"      // Subject, a contact, lets us write or call by a channel, or no more
	KindApart    Kind = "apart"        // Subject, a contact, is not the one whose id is in With
	KindAttached Kind = "attached"     // a file stands on the account
	KindPlanned  Kind = "planned"      // something is to be done for them on a day, as the plan after a closing has it
	KindDone     Kind = "planned_done" // it was done, or is not to be
	KindHistory  Kind = "history"      // what nobody had answered until then is the past, and waits no longer
)

// Kinds lists them all, for those who choose one.
var Kinds = []Kind{
	KindTouch, KindPromise, KindKept, KindBroken, KindReleased, KindMoved, KindCase, KindUpdate, KindResolved,
	KindReopened, KindAgreed, KindClosing, KindCare,
	KindReferral, KindAsked, KindDeed, KindMistake, KindAmends, KindThanks,
	KindEngagement, KindStage, KindProgress, KindSetback, KindEnded, KindParty, KindPulseAsked, KindPulse, KindOpened, KindChanged, KindContact,
	KindNote, KindRelated, KindJoined, KindMerged, KindUnmerged, KindSnoozed, KindMember, KindPlaybook, KindField,
	KindVoid, KindUndone, KindErased, KindConsent, KindApart, KindAttached, KindPlanned, KindDone, KindHistory,
}

// Known says whether the kind is one of the above: an archive that holds another one is refused, since it would be counted
// wrongly.
func (k Kind) Known() bool { return slices.Contains(Kinds, k) }

// Happening says whether the kind stands on a statement and can be voided as a whole.
func (k Kind) Happening() bool {
	switch k {
	case KindTouch, KindPromise, KindKept, KindBroken, KindReleased, KindMoved, KindCase, KindUpdate, KindResolved, KindReopened,
		KindAgreed, KindClosing, KindCare, KindReferral, KindAsked, KindDeed, KindMistake, KindAmends, KindThanks,
		KindEngagement, KindStage, KindProgress, KindSetback, KindEnded, KindParty, KindPulseAsked, KindPulse:
		return true
	}
	return false
}

// Counted says whether entries of the kind move what an account's state says of the client, so that they count for whoever
// stands for the account as well.
func (k Kind) Counted() bool {
	return k.Happening() || k == KindHistory || k == KindPlanned || k == KindDone
}

// Entry is one thing that happened, at a time, mostly on an account. It is never changed: a voiding entry corrects it.
type Entry struct {
	ID      ID      `json:"id"`
	Account ID      `json:"account,omitempty"`
	Subject ID      `json:"subject,omitempty"` // the promise, case, engagement, entry, contact or account it is about
	At      Instant `json:"at"`
	Kind    Kind    `json:"kind"`
	By      ID      `json:"by,omitempty"` // the member
	Facts   Facts   `json:"facts"`
	Words   Words   `json:"words"`

	// Provenance: not part of what happened, left out of the digest.
	Run      ID      `json:"run,omitempty"`
	Recorded Instant `json:"recorded,omitempty"`
	// VoidedBy is the voiding entry, kept on the row by the teller.
	VoidedBy ID `json:"voided_by,omitempty"`
}

// Settles is the promise, case, engagement or question that an entry settles, moves, updates or answers; empty for any other entry.
func (e *Entry) Settles() ID {
	switch e.Kind {
	case KindKept, KindBroken, KindReleased, KindMoved, KindUpdate, KindResolved, KindReopened, KindAgreed, KindStage, KindProgress, KindSetback, KindEnded, KindParty, KindDone, KindPulse:
		return e.Subject
	case KindTouch:
		return e.Facts.Keeps
	}
	return ""
}

// Before says whether e stands before o in the order of the fold: by time, then by id.
func (e *Entry) Before(o *Entry) bool {
	if e.At != o.At {
		return e.At < o.At
	}
	return e.ID < o.ID
}

// Facts are the parts of an entry that the fold counts. They hold nothing that tells who somebody is, so they
// survive an erasure.
type Facts struct {
	// A touch (and thanks, which are a touch too).
	Channel   Channel   `json:"channel,omitempty"`
	Direction Direction `json:"dir,omitempty"`
	Outcome   Outcome   `json:"outcome,omitempty"`
	Purpose   Purpose   `json:"purpose,omitempty"`
	To        int       `json:"to,omitempty"` // k, the accounts and outsiders reached; 0 counts as 1
	Minutes   int       `json:"minutes,omitempty"`
	Template  string    `json:"template,omitempty"`
	Gesture   string    `json:"gesture,omitempty"` // a gift's own mark: the same one again is scripted
	Asks      Asks      `json:"asks,omitempty"`
	Sounded   Sounded   `json:"sounded,omitempty"`
	Thread    string    `json:"thread,omitempty"` // a hash of the thread's root, as far as its file knows it
	Refs      string    `json:"refs,omitempty"`   // hashes of the letter's own id and of those it names; see Letters
	Bulk      bool      `json:"bulk,omitempty"`   // sent to a list or to many
	Auto      bool      `json:"auto,omitempty"`   // a machine wrote it
	Copied    bool      `json:"copied,omitempty"` // it was to others, with us in copy
	Keeps     ID        `json:"keeps,omitempty"`  // the promise this touch keeps

	// A promise, a case, and what follows them.
	Due        Instant `json:"due,omitempty"`
	Introduces ID      `json:"introduces,omitempty"` // the member whom this promise is to introduce, as after a hand-over
	Ours       bool    `json:"ours,omitempty"`
	Severity   int     `json:"severity,omitempty"`
	Cause      string  `json:"cause,omitempty"`
	FirstUs    bool    `json:"first_us,omitempty"` // we named it before the client did
	Estimate   Instant `json:"estimate,omitempty"`
	NextUpdate Instant `json:"next_update,omitempty"`

	// An engagement, and what follows it. Due is the day of its next step, Estimate when its stage is to be over.
	Engagement  EngagementKind `json:"engagement,omitempty"`
	Stage       string         `json:"stage,omitempty"`
	Responsible ID             `json:"responsible,omitempty"` // the member who has it in this stage
	Department  string         `json:"department,omitempty"`  // and the department
	Over        bool           `json:"over,omitempty"`        // the setback is over, or the closing is closed out
	Steps       bool           `json:"steps,omitempty"`       // its words name another next step
	Dropped     bool           `json:"dropped,omitempty"`     // it came to nothing
	Party       ID             `json:"party,omitempty"`       // the contact who takes part in Role, or alone was told
	Every       int            `json:"every,omitempty"`       // calendar days after which the party hears of it; 0 for never
	Gone        bool           `json:"gone,omitempty"`        // the party takes part no more

	// A question to one of theirs, whom Party names, and the answer. A case that a low answer opens has that answer as its
	// Subject, and its score.
	Question Question `json:"question,omitempty"`
	Pulse    string   `json:"pulse,omitempty"` // the question's name in the playbook
	Score    int      `json:"score,omitempty"` // of an answer: LowestScore to HighestScore; 0 for one in words alone

	Care   ID     `json:"care,omitempty"`   // the care contact introduced
	Plan   bool   `json:"plan,omitempty"`   // a plan for this client exists
	Favour bool   `json:"favour,omitempty"` // the words are the favour that is owed
	Moment string `json:"moment,omitempty"` // the playbook's moment that something planned is drawn from
	Points Points `json:"points,omitempty"` // by hand: deed, mistake, amends

	// A noun's counted fields after the change; what is absent did not change.
	Set map[string]Change `json:"set,omitempty"`

	Until Instant `json:"until,omitempty"` // a snooze's end
	Role  string  `json:"role,omitempty"`  // a relation's role
	Count int     `json:"count,omitempty"` // entries taken back by an undone run

	Consent Consent `json:"consent,omitempty"` // given or withdrawn, for Channel
	Size    int64   `json:"size,omitempty"`    // of a file, in bytes

	Undoes ID `json:"undoes,omitempty"` // the change that this one reverses
	// Batch is the first entry of a command that wrote alike to many accounts; undoing that one undoes all of them.
	Batch ID `json:"batch,omitempty"`

	Private bool `json:"private,omitempty"` // a note for its author alone
	Sealed  bool `json:"sealed,omitempty"`  // a letter of a private mailbox, whose words its member alone reads
}

// Letters are the hashes by which a letter's thread is known: its root's, its own id's and those of the letters it names. What a
// letter names stands in itself, so that an answer finds its letter whichever files the two came in.
func (f *Facts) Letters() []string {
	if f.Refs == "" {
		if f.Thread == "" {
			return nil
		}
		return []string{f.Thread}
	}
	return strings.Fields(f.Thread + " " + f.Refs)
}

// Words are the parts of an entry that people wrote or that name somebody. An erasure blanks them.
type Words struct {
	Text string `json:"text,omitempty"` // summary, promise, case, engagement, note, reason
	Next string `json:"next,omitempty"` // of an engagement, its next step
	Body string `json:"body,omitempty"` // the writer's own words of a letter
	With string `json:"with,omitempty"` // who of theirs: an address, as letters have it, or the id of a contact
	// Letter is the Message-ID, without brackets, of a letter that came in, so that an answer can name it.
	Letter string            `json:"letter,omitempty"`
	Set    map[string]Change `json:"set,omitempty"` // a noun's naming fields

	Hash  string `json:"hash,omitempty"`  // of a file: SHA-256 of what is in it, in hex
	Media string `json:"media,omitempty"` // of a file: what it is, as "application/pdf"
}

// Change is a field before and after.
type Change struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

// EncodeFacts writes facts as canonical JSON: struct order, maps sorted, nothing empty.
func (e *Entry) EncodeFacts() (string, error) { return encode(e.Facts) }

// EncodeWords writes words as canonical JSON.
func (e *Entry) EncodeWords() (string, error) { return encode(e.Words) }

func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// DecodeFacts and DecodeWords read a stored entry back.
func (e *Entry) DecodeFacts(s string) error {
	if quickFacts(s, &e.Facts) {
		return nil
	}
	if err := json.Unmarshal([]byte(s), &e.Facts); err != nil {
		return fmt.Errorf("facts of entry %s: %w", e.ID, err)
	}
	return nil
}

// DecodeWords reads the words of a stored entry.
func (e *Entry) DecodeWords(s string) error {
	if quickWords(s, &e.Words) {
		return nil
	}
	if err := json.Unmarshal([]byte(s), &e.Words); err != nil {
		return fmt.Errorf("words of entry %s: %w", e.ID, err)
	}
	return nil
}

// Erased is the name that stands where an erased person's stood. By it the book tells who was erased, so nobody else may bear it.
const Erased = "(erased)"

// NamedErased says whether a name is Erased, however it is spaced, capitalised or accented.
func NamedErased(name string) bool {
	return strings.ReplaceAll(Fold(Clean(name)), " ", "") == Erased
}

// CheckName refuses the one name that no client and no person may bear.
func CheckName(name string) error {
	if NamedErased(name) {
		return Fieldf(Invalid, "name", "cannot be %s, which stands in place of the names of those who were erased", Erased)
	}
	return nil
}

// Posting is what an entry did to the balance: points, and the reason as a code with its figures, which
// ledger.Words turns into a sentence.
type Posting struct {
	Points Points
	Why    string
}
