package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"passbook/internal/auth"
	"passbook/internal/book"
	"passbook/internal/problem"
)

type identityKey struct{}

// who asks, as enter has found out.
func who(ctx context.Context) auth.Identity {
	i, _ := ctx.Value(identityKey{}).(auth.Identity)
	return i
}

// within is how long an answer may take that is not streamed.
const within = 60 * time.Second

// enter finds out who asks and whether they may ask at all: by a token, else by the session of a browser. A session
// changes things only by requests of our own pages, which the cross-origin check outside has seen to.
func (d *desk) enter(w http.ResponseWriter, r *http.Request) {
	_, pattern := d.mux.Handler(r)
	r.Pattern = pattern // for the log, which sees this request and not the one that is handed on
	if pattern == elsewhere || d.open[pattern] {
		d.mux.ServeHTTP(w, r)
		return
	}
	who, err := d.asks(r)
	if err == nil && who.Scope != "" {
		err = d.take(w, who.Pass)
	}
	if err == nil && r.Method != http.MethodGet && r.Method != http.MethodHead && !who.Writes() {
		err = book.Errorf(book.Forbidden, "this token may only read")
	}
	if err == nil {
		err = cmp.Or(d.unheeded(r), unheld(r))
	}
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	who.Place = auth.Place(r)
	ctx := context.WithValue(context.WithValue(r.Context(), identityKey{}, who), heldKey{}, &held{})
	if who.Scope == "" && r.Header.Get(memberHeader) != "" {
		ctx = context.WithValue(ctx, pageKey{}, r.Header.Get("Accept-Language"))
	}
	if !streamed[pattern] {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, within)
		defer stop()
	}
	d.mux.ServeHTTP(w, r.WithContext(ctx))
}

// unheld refuses what stands in the query and cannot be meant: a time that is none to the framework, which would read it as if
// nothing had been said, and what no database is given.
func unheld(r *http.Request) error {
	p := problem.New(http.StatusUnprocessableEntity, "")
	for name, values := range r.URL.Query() {
		for _, v := range values {
			at := problem.At{Location: "query." + name}
			if t, err := time.Parse(time.RFC3339Nano, v); err == nil && t.IsZero() {
				at.Message = "is in the year 1; write a time that can be meant, or leave it out"
			}
			if strings.ContainsRune(v, 0) || !utf8.ValidString(v) {
				at.Message = "holds a character that cannot be kept, such as NUL, or is no UTF-8; leave it out"
			}
			if at.Message != "" {
				addFault(p, at)
			}
		}
	}
	if len(p.Errors) == 0 {
		return nil
	}
	slices.SortFunc(p.Errors, func(a, b problem.At) int { return cmp.Compare(a.Location, b.Location) })
	p.Detail = detail(p.Errors)
	return p
}

// streamed are the operations that take as long as they take.
var streamed = map[string]bool{
	"GET " + root + "/events": true, "POST " + root + "/entries:batch": true, "POST " + root + "/imports": true,
	"GET " + root + "/verify": true, "POST " + root + "/playbooks": true, "GET " + root + "/export": true,
}

// asks says who asks, by the header that bears a token, else by the session.
func (d *desk) asks(r *http.Request) (auth.Identity, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, secret, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return auth.Identity{}, errStranger
		}
		who, err := d.Auth.Bearer(r.Context(), auth.Secret(strings.TrimSpace(secret)))
		if book.FaultOf(err) == book.Forbidden { // unknown, over, or of somebody who has left
			err = problem.New(http.StatusUnauthorized, book.Message(err))
		}
		return who, err
	}
	who, ok, err := d.Sessions.Who(r.Context())
	if err == nil && !ok {
		err = errStranger
	}
	// A page says whose it is: another may have signed in since in the same browser, and what its member wrote down is not
	// to become theirs.
	if of := r.Header.Get(memberHeader); err == nil && of != "" && of != string(who.Member) {
		err = errAnother
	}
	return who, err
}

var errStranger = problem.New(http.StatusUnauthorized, "say who asks: with a token, as in Authorization: Bearer …, or by signing in")

var errAnother = problem.New(http.StatusUnauthorized, "another member is signed in here now; sign in again to send what you wrote down")

// refuse answers outside of the framework.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := s.problem(r.Context(), err)
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	if err := problem.Write(w, p); err != nil {
		s.Log.Info("a refusal could not be sent", "error", err)
	}
}

// problem is what a caller is told of an error; what nobody outside should read is logged.
func (s *Server) problem(ctx context.Context, err error) *problem.Problem {
	if errors.Is(err, context.DeadlineExceeded) {
		return problem.New(http.StatusServiceUnavailable, "it took too long and was stopped; ask for less at once, or again later")
	}
	p := problem.Of(err)
	if p.Status == http.StatusInternalServerError && ctx.Err() == nil {
		s.Log.Error("an operation failed", "error", err)
	}
	if said := s.forReader(ctx, err); said != "" {
		told := *p
		told.Detail = said
		return &told
	}
	return p
}

// caught answers a panic as a problem, and writes down where it was.
func (s *Server) caught(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p) // the server's own way of cutting an answer short
			default:
				s.refuse(w, r, fmt.Errorf("%s panicked: %v\n%s", r.Pattern, p, debug.Stack()))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// unknown answers paths that there are none of, and methods that a path does not have.
func (d *desk) unknown(w http.ResponseWriter, r *http.Request) {
	if allow := d.methods(r); len(allow) > 0 {
		w.Header().Set("Allow", strings.Join(allow, ", "))
		d.refuse(w, r, problem.New(http.StatusMethodNotAllowed, r.Method+" does not go with this path; it has "+strings.Join(allow, ", ")))
		return
	}
	d.refuse(w, r, problem.New(http.StatusNotFound, "the API has no such path; "+root+"/openapi.json lists them, "+root+"/docs explains them"))
}

// methods are what can be asked of a request's path.
func (d *desk) methods(r *http.Request) []string {
	var allow []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		probe := r.Clone(r.Context())
		probe.Method = m
		if _, pattern := d.mux.Handler(probe); pattern != elsewhere && pattern != "" {
			allow = append(allow, m)
			if m == http.MethodGet {
				allow = append(allow, http.MethodHead)
			}
		}
	}
	return slices.Compact(allow)
}
