package problem_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/problem"
)

func TestStatuses(t *testing.T) {
	stale := &book.Error{Fault: book.Conflict, Message: "changed", Cause: &awareness.Stale{Expected: "a", Current: "b"}}
	for _, c := range []struct {
		err    error
		status int
		told   int // over the API, where it differs
	}{
		{book.Errorf(book.Invalid, "x"), 422, 0},
		{book.Errorf(book.NotFound, "x"), 404, 0},
		{book.Errorf(book.Conflict, "x"), 409, 0},
		{book.Errorf(book.Forbidden, "x"), 403, 0},
		{context.Canceled, 500, 0},
		{&book.Error{Fault: book.Internal, Message: "the disk is full", Cause: errors.New("13")}, 503, 0},
		{problem.New(http.StatusTooManyRequests, "x"), 429, 0},
		{stale, 409, 412},
	} {
		if got := problem.Status(c.err); got != c.status {
			t.Errorf("%v: %d, want %d", c.err, got, c.status)
		}
		want := max(c.status, c.told)
		if got := problem.Of(c.err); got.Status != want || got.Title != http.StatusText(want) {
			t.Errorf("%v: told as %d %s, want %d", c.err, got.Status, got.Title, want)
		}
	}
	if p := problem.Of(stale); p.Version != "b" {
		t.Errorf("the version that stands is told as %q", p.Version)
	}
}

// Each of several faults is named with its place, and nothing of a cause is told.
func TestFaults(t *testing.T) {
	err := errors.Join(book.Fieldf(book.Invalid, "next_update", "is missing"), book.Fieldf(book.Invalid, "text", "is empty"))
	p := problem.Of(err)
	if len(p.Errors) != 2 || p.Errors[0].Location != "body.next_update" || p.Errors[1].Message != "is empty" {
		t.Errorf("%+v", p.Errors)
	}
	if p.Detail != "the next update is missing; the text is empty" {
		t.Errorf("detail %q", p.Detail)
	}
	secret := &book.Error{Fault: book.Internal, Message: "it failed", Cause: errors.New("password")}
	w := httptest.NewRecorder()
	if err := problem.Write(w, problem.Of(secret)); err != nil {
		t.Fatal(err)
	}
	if w.Code != 503 || w.Header().Get("Content-Type") != problem.ContentType || strings.Contains(w.Body.String(), "password") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
