package book

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Fault is the class of an error, which decides how an edge answers it (an exit code, a status).
type Fault int

// The five faults.
const (
	Internal Fault = iota
	Invalid
	NotFound
	Conflict
	Forbidden
)

var faultNames = [...]string{"internal", "invalid", "not found", "conflict", "forbidden"}

// String names the fault in plain words.
func (f Fault) String() string { return faultNames[f] }

// Error is an error whose Message may be shown to the person who caused it: what is wrong, where, and how to mend it.
// It knows no edge: Field and Next are said there in the edge's own way, as a flag and a command or a marked box and a
// link.
type Error struct {
	Fault   Fault
	Message string
	// Field is the field of the command that is at fault, by its name in JSON ("next_update"), with the place of a value in
	// a list or beneath "set" ("emails[1]", "set.Shoe size"); "" when it is none. Message goes on from the name: field
	// "channel", message `"fax" is not known`. Several faults are several errors, joined (Faults).
	Field string
	// Next is what would mend it, when another command would.
	Next Next
	// Cause is for the log only; it may hold what nobody outside should read.
	Cause error

	// The message before its places were filled, and what stands in them: by these it is said in another language.
	format string
	args   []any
}

// Wait is the cause of a refusal that ends by itself: for how long it lasts.
type Wait time.Duration

// Error implements error.
func (w Wait) Error() string { return "it ends in " + time.Duration(w).String() }

// Said is an argument of a message that is a text of ours and no name, figure or anybody's own words: a list of what may
// be chosen, a sentence in the sentence. An edge that speaks another language puts it into that one as well.
type Said string

// Moment is an argument of a message that is an instant: UTC, unless an edge knows where its reader is.
type Moment Instant

// String writes it for those of whom nothing is known.
func (m Moment) String() string { return Instant(m).Time().Format("2006-01-02 15:04 MST") }

// Parts are the message's text with its places, in the form of fmt, and what fills them. A message that was put together
// without Errorf or Fieldf is its own text.
func (e *Error) Parts() (format string, args []any) {
	if e.format == "" {
		return "%s", []any{Said(e.Message)}
	}
	return e.format, e.args
}

// Because keeps what the log is to know of how it came about.
func (e *Error) Because(cause error) *Error {
	e.Cause = cause
	return e
}

// Next is a command that would mend an error: its name ("undo"), what to name to it ("" for nothing) and what it does,
// as a verb with its object ("brings it back").
type Next struct {
	Command, Ref, Does string
}

// Then says which command would mend it.
func (e *Error) Then(command, ref, does string) *Error {
	e.Next = Next{Command: command, Ref: ref, Does: does}
	return e
}

// Error implements error.
func (e *Error) Error() string {
	text := e.Message
	if e.Field != "" {
		text = e.Field + " " + text
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Errorf makes an Error of the given fault with a message that is safe to show.
func Errorf(f Fault, format string, args ...any) *Error {
	return &Error{Fault: f, Message: fmt.Sprintf(format, args...), format: format, args: args}
}

// Fieldf makes an Error about one field of a command; the message goes on from the field's name.
func Fieldf(f Fault, field, format string, args ...any) *Error {
	return &Error{Fault: f, Field: field, Message: fmt.Sprintf(format, args...), format: format, args: args}
}

// FaultOf finds the class of any error; one that carries none is internal.
func FaultOf(err error) Fault {
	var e *Error
	if errors.As(err, &e) {
		return e.Fault
	}
	return Internal
}

// Wrap names the operation an error came from, keeping its class. Use it deferred, once per operation.
func Wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *err)
	}
}

// Message is what may be shown of an error: the messages of its Errors with their fields in plain words, or a plain
// sentence when it has none.
func Message(err error) string {
	var all []string
	for _, e := range Each(err) {
		text := e.Message
		if e.Field != "" {
			text = FieldWords(e.Field) + " " + text
		}
		all = append(all, text)
	}
	if len(all) == 0 {
		return "something went wrong inside Passbook"
	}
	return strings.Join(all, "; ")
}

// fieldWords are the fields whose names are no nouns, as the subjects of a sentence.
var fieldWords = map[string]string{
	"after": "the page's mark", "another": "that it is somebody else", "as": "the relation", "asks": "what was asked for", "at": "the time",
	"before": "the page's mark", "dir": "the direction", "do": "the act", "due": "the due date", "emails": "the mail address",
	"first": "who named it first", "phones": "the telephone number",
	"for": "the entry", "from": "the beginning", "introduced": "who was introduced", "keeps": "the promise that it keeps", "me": "the address of ours",
	"self": "who of them we are", "set": "what is set", "sounded": "how they sounded", "to": "who it goes to", "until": "the end",
	"where": "the condition",
}

// FieldWords is a field as the subject of a sentence: "the next update", "the beginning".
func FieldWords(field string) string {
	field = Bare(field)
	if words, ok := fieldWords[field]; ok {
		return words
	}
	return "the " + strings.ReplaceAll(field, "_", " ")
}
