package awareness

import (
	"passbook/internal/book"
)

// ErasedBefore is why a row about somebody who was erased is skipped. What the row says of them is written nowhere.
const ErasedBefore = "this person was erased from the book"

// PersonIn is one person or company as a file gives it, ready to be taken into the book.
type PersonIn struct {
	Line   int
	UID    string // the card's own id, if it has one
	Raw    string // the card as it came; empty where the file was a table
	Digest string // hash of what the card says, without stamps such as REV and PRODID
	Name   string
	Kind   book.AccountKind  // person or company
	Fields map[string]string // book.Contact fields, custom ones included
	// Stage, Tier and Owner are as the row says them; each asks for an account.
	Stage, Tier, Owner string
	// Unread are the fields, birthday or anniversary, whose words are no date. They stand below CustomPrefix as they are.
	Unread []string
}

// filed says whether the row says anything of where its person is filed, which is an account's.
func (p *PersonIn) filed() bool { return p.Stage+p.Tier+p.Owner != "" }

// Party is somebody on either side of a message: an address (mail, phone number, handle) or only a name.
type Party struct {
	Address string
	Name    string
}

// MessageIn is one interaction as a file gives it.
type MessageIn struct {
	Rows    []RowIn // the rows of the file that it was read from; at least one
	Key     string  // the source's own id (Message-ID, event id); empty has one made from the content
	At      book.Instant
	Channel book.Channel
	// Direction as the file says it; empty is found from whose addresses From and To are.
	Direction  book.Direction
	From       Party
	To, Cc     []Party
	Recipients int // how many were reached in all as the file says; 0 when it does not
	Outcome    book.Outcome
	Purpose    book.Purpose
	Minutes    int
	Summary    string
	Body       string
	Thread     string   // the thread's root, as far as the file knows it; empty when it stands alone
	Refs       []string // the ids by which the message itself says what thread it is of, its own among them; MaxRefs at most
	Lists      []string // addresses among From, To and Cc that are mailing lists, and nobody's own
	Machines   []string // addresses among them that nobody reads
	Bulk       bool     // sent through a list or to many, by its own headers
	ToOurs     bool     // replies to a message of ours, by thread
	Auto       bool     // an auto-reply or a bounce
	Skip       string   // why the reader already knows that it is to be skipped
	Sealed     bool     // its words are for the member alone who brings it
}

// RowIn is one row of a file: for a table one recipient of a message, for a mail archive the message.
type RowIn struct {
	Line    int
	Address string // the recipient the row is about; empty when the row is the whole message
}

// Status says what became of a row.
type Status string

// The statuses of a report.
const (
	Created   Status = "created"
	Updated   Status = "updated"
	Unchanged Status = "unchanged"
	Skipped   Status = "skipped"
	Suggested Status = "suggested"
)

// Outcome is what became of one row.
type Outcome struct {
	Line   int
	Status Status
	Reason string // why it was skipped
	Note   string // what a member should look at although the row was taken in
}
