// Package letter reads electronic letters: single messages, mbox files and Maildirs, as hostile and as
// broken as they come out of twenty years of mail programs.
//
// A Letter keeps what a book of relationships needs (who, when, to whom, in which thread, which words, and
// whether a machine wrote it) and nothing else: the bytes of attachments are never kept. The package is pure:
// it reads what it is given, asks no clock and no network, and the same bytes always make the same Letter.
package letter

import (
	"slices"
	"strconv"
	"time"
)

// MaxSize is the largest message that is read, in bytes. A larger one is refused, not cut: half a letter
// would pass for a whole one.
const MaxSize = 64 << 20

// Bounds of one letter. They stand far above anything people write; beyond them is an attack or a defect.
const (
	maxFields      = 10_000 // header fields in one block; more is an error
	maxAddresses   = 10_000 // addresses read from one kind of header; the rest is left out
	maxReferences  = 1_000  // references kept: the first (the root) and the last ones
	maxLabels      = 1_000
	maxParts       = 1_000 // MIME parts looked at
	maxDepth       = 20    // MIME nesting; what lies deeper is listed as one attachment
	maxSubject     = 2_000 // runes
	maxName        = 500   // runes of a display name, label or file name
	maxAddr        = 320   // bytes of an address: 64 for the local part, 255 for the domain, one for the @
	maxContentType = 4_096 // bytes of a Content-Type or Content-Disposition that are looked at
)

// Letter is one message. All strings are valid UTF-8 without control characters (Text keeps line feeds and
// tabs), so they can be stored and printed anywhere.
type Letter struct {
	// MessageID and InReplyTo are without angle brackets, in the case they came in; empty when absent.
	MessageID string
	InReplyTo string
	// References lists the ids of the thread above this letter, oldest first, each once, without brackets.
	References []string
	// Date is when the letter was written, in UTC: its Date header, else the newest Received header, else
	// the date of the separator line in the mbox. The year is from 1970 to 9999.
	Date time.Time

	From, To, Cc, Bcc, ReplyTo []Address

	// Subject is decoded, on one line, at most 2,000 runes.
	Subject string
	// Text is the message's words as plain text with \n line ends. Where a message has only HTML, it is that
	// HTML as text, with quotations marked by "> ".
	Text        string
	Attachments []Attachment
	// Labels are the folders or tags the letter had in the mailbox it was exported from (X-Gmail-Labels).
	Labels []string

	// File is the path inside the Maildir; empty for other sources.
	File string
	// Line is the letter's first line in its file, 1-based; in an mbox that is its separator line.
	Line int
	// Size is the length of the message in bytes as it was parsed.
	Size int

	List ListInfo
	// Auto says that a machine answered or announced: out-of-office, receipts, notifications.
	Auto bool
	// Bounce says that the letter reports mail which could not be delivered.
	Bounce bool
	// FailedRecipients are the addresses, lower-cased, that a bounce says were not reached.
	FailedRecipients []string
	// Returned is the id of the letter that a bounce has within it; empty where it holds none, or names none.
	Returned string
	// Bulk says that the letter went out to many: mailing lists, newsletters, campaigns.
	Bulk bool

	// Digest is the hex SHA-256 of the letter's content in a canonical form, the same for every copy of the
	// letter however it was stored. It identifies letters that have no MessageID.
	Digest string
}

// Key identifies the letter: its MessageID, or its Digest when it has none.
func (l *Letter) Key() string {
	if l.MessageID != "" {
		return l.MessageID
	}
	return l.Digest
}

// Names are the ids by which a letter says what thread it is of, each once, at most as many as that: its own, that of the
// letter it answers, the one the thread began with, and the last before it. An id that is not unique in the world is left out.
func (l *Letter) Names(most int) []string {
	out := []string{l.Key()}
	add := func(id string) {
		if len(out) < most && isGlobalID(id) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	add(l.InReplyTo)
	if len(l.References) > 0 {
		add(l.References[0])
	}
	for _, id := range slices.Backward(l.References) {
		add(id)
	}
	return out
}

// CameBack is the id of the letter that this one says was not delivered: the one that it answers, else the one that it holds; ""
// where it is no bounce, or does not say.
func (l *Letter) CameBack() string {
	switch {
	case !l.Bounce:
		return ""
	case l.InReplyTo != "":
		return l.InReplyTo
	case len(l.References) > 0:
		return l.References[len(l.References)-1]
	}
	return l.Returned
}

// Crowded says that a header had more addresses than are read, and that some were left out.
func (l *Letter) Crowded() bool {
	return slices.ContainsFunc([][]Address{l.From, l.To, l.Cc, l.Bcc}, func(list []Address) bool { return len(list) >= maxAddresses })
}

// Address is one mailbox of an address header.
type Address struct {
	Name string // decoded display name; may be empty
	Addr string // lower-cased; without "@" for local mail, empty when only a name was given
}

// Attachment describes a part that is not the letter's own text. Its bytes are not kept.
type Attachment struct {
	Name      string // decoded file name; may be empty
	MediaType string // lower-cased, such as "application/pdf"
	Size      int    // bytes once decoded; for base64 and quoted-printable counted without decoding
}

// ListInfo names the mailing list a letter came through; both fields are empty for other mail.
type ListInfo struct {
	ID   string // List-Id without brackets, lower-cased
	Post string // the address that reaches the list, lower-cased
}

// Fault is a letter, or a whole file, that could not be read.
type Fault struct {
	Line   int    // first line of what could not be read, 1-based
	Reason string // a sentence part that is safe to show
	File   string // the path inside a Maildir; empty for other sources
}

// Error makes a Fault usable as an error.
func (f *Fault) Error() string {
	if f.File != "" {
		return f.File + ": " + f.Reason
	}
	return "line " + strconv.Itoa(f.Line) + ": " + f.Reason
}
