package book

import (
	"errors"
	"fmt"
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
type Error struct {
	Fault   Fault
	Message string
	// Cause is for the log only; it may hold what nobody outside should read.
	Cause error
}

// Error implements error.
func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Message + ": " + e.Cause.Error()
	}
	return e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Errorf makes an Error of the given fault with a message that is safe to show.
func Errorf(f Fault, format string, args ...any) *Error {
	return &Error{Fault: f, Message: fmt.Sprintf(format, args...)}
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

// Message is what may be shown of an error: the innermost Error's message, or a plain sentence when it has none.
func Message(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Message
	}
	return "something went wrong inside Passbook"
}
