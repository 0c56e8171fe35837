// Package problem says what an error is over HTTP: its status, and its text as problem+json (RFC 9457). Pages and the API
// both ask it, so that a fault of a room means the same in a browser and to a program.
package problem

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
)

// ContentType is what a Problem is sent as.
const ContentType = "application/problem+json"

// statuses are what the faults are called in HTTP.
var statuses = map[book.Fault]int{
	book.Invalid: http.StatusUnprocessableEntity, book.NotFound: http.StatusNotFound, book.Conflict: http.StatusConflict,
	book.Forbidden: http.StatusForbidden, book.Internal: http.StatusInternalServerError,
}

// Status is the HTTP status of an error; a Problem keeps its own. A refusal that ends by itself is of too many attempts. What
// keeps the machine or its database from working, and is told with its cause, passes when somebody has mended it.
func Status(err error) int {
	if p := (*Problem)(nil); errors.As(err, &p) {
		return p.Status
	}
	if w := book.Wait(0); errors.As(err, &w) {
		return http.StatusTooManyRequests
	}
	if e := (*book.Error)(nil); errors.As(err, &e) && e.Fault == book.Internal && e.Cause != nil {
		return http.StatusServiceUnavailable
	}
	return statuses[book.FaultOf(err)]
}

// Send begins an answer with an error's status, and says by Retry-After when it is worth to ask again, in whole seconds.
func Send(w http.ResponseWriter, err error) {
	if after := RetryAfter(err); after != "" {
		w.Header().Set("Retry-After", after)
	}
	w.WriteHeader(Status(err))
}

// RetryAfter is after how many whole seconds it is worth to ask again; "" where an error does not end by itself.
func RetryAfter(err error) string {
	wait := book.Wait(0)
	if !errors.As(err, &wait) {
		return ""
	}
	return strconv.Itoa(max(1, int(math.Ceil(time.Duration(wait).Seconds()))))
}

// Problem is an error as problem+json.
type Problem struct {
	Type   string `json:"type" doc:"What kind of problem it is." example:"about:blank"`
	Title  string `json:"title" doc:"The status in words." example:"Unprocessable Entity"`
	Status int    `json:"status" doc:"The HTTP status." example:"422"`
	Detail string `json:"detail" doc:"What is wrong, and how to mend it."`
	Errors []At   `json:"errors,omitempty" doc:"Each fault with its place."`
	// Version goes with 412: what If-Match would have to say now.
	Version string `json:"version,omitempty" doc:"With 412: the version that stands now."`
}

// At is one fault and its place.
type At struct {
	Location string `json:"location" doc:"Where, as in body.channel."`
	Message  string `json:"message" doc:"What is wrong there."`
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus says the status to the framework of the API.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType says to the framework of the API that it is a problem.
func (p *Problem) ContentType(string) string { return ContentType }

// New makes a Problem of a status and what to say about it.
func New(status int, detail string, at ...At) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail, Errors: at}
}

// Of makes a Problem of a room's error. Of several that are joined each is named with its place.
func Of(err error) *Problem {
	if p := (*Problem)(nil); errors.As(err, &p) {
		return p
	}
	p := New(Status(err), book.Message(err), fields(err)...)
	if stale := (*awareness.Stale)(nil); errors.As(err, &stale) { // what a program said by If-Match does not hold
		p.Status, p.Title, p.Version = http.StatusPreconditionFailed, http.StatusText(http.StatusPreconditionFailed), stale.Current
	}
	return p
}

// fields are the faults of an error that have a place.
func fields(err error) (all []At) {
	for _, e := range book.Each(err) {
		if e.Field != "" {
			all = append(all, At{"body." + e.Field, e.Message})
		}
	}
	return all
}

// Write sends a Problem outside of any framework. An error means that the reader has left.
func Write(w http.ResponseWriter, p *Problem) error {
	h := w.Header()
	h.Set("Content-Type", ContentType)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	return json.NewEncoder(w).Encode(p)
}
