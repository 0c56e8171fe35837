package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"path"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"passbook/internal/auth"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// Server is the API over one book.
type Server struct {
	Teller   *teller.Teller
	Auth     *auth.Service
	Sessions *auth.Sessions
	Log      *slog.Logger
	Version  string
	Stop     <-chan struct{} // closed when the server stops; those who listen to events are let go
}

const root = "/api/v1"

// Routes adds the API to a mux and returns it with its document.
func (s *Server) Routes(mux *http.ServeMux) huma.API {
	huma.NewError = fault
	cfg := huma.DefaultConfig("Passbook", s.Version)
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = root+"/openapi", "", ""
	cfg.CreateHooks = nil // answers have the shapes of the command line, without a $schema in them
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token of `passbook token create`."},
	}
	cfg.Security = []map[string][]string{{"token": {}}}
	cfg.RejectUnknownQueryParameters = true
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	shapes(cfg.Components.Schemas)
	api := humago.New(mux, cfg)
	api.UseMiddleware(s.enter(api))
	s.accounts(api)
	s.entries(api)
	s.lists(api)
	nullable(cfg.Components.Schemas)
	mux.Handle("GET "+root+"/events", http.HandlerFunc(s.listen))
	mux.Handle(root+"/", http.HandlerFunc(s.unknown))
	return api
}

// shapes says how values of our own are written: an instant as a time of RFC 3339, points as a decimal number.
func shapes(r huma.Registry) {
	r.RegisterTypeAlias(reflect.TypeFor[book.Instant](), reflect.TypeFor[*time.Time]())
	r.RegisterTypeAlias(reflect.TypeFor[book.Points](), reflect.TypeFor[float64]())
}

// nullable says of every field that is a pointer to a structure, and is not left out where it is nil, that it may be
// null, which the framework cannot say of a reference.
func nullable(r huma.Registry) {
	for name, schema := range r.Map() {
		t := r.TypeFromRef("#/components/schemas/" + name)
		for t != nil && t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t == nil || t.Kind() != reflect.Struct {
			continue
		}
		for _, f := range reflect.VisibleFields(t) {
			key, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
			p := schema.Properties[key]
			if p != nil && p.Ref != "" && f.Type.Kind() == reflect.Pointer && !strings.Contains(rest, "omitempty") {
				schema.Properties[key] = &huma.Schema{AnyOf: []*huma.Schema{p, {Type: "null"}}}
			}
		}
	}
}

// schemaName is a type's name in the document: that of its room and its own, since rooms may name things alike.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	room := path.Base(t.PkgPath())
	if t.Name() == "" || !strings.HasPrefix(t.PkgPath(), "passbook/") || room == "api" {
		return name
	}
	return strings.ToUpper(room[:1]) + room[1:] + name
}

type identityKey struct{}

// enter finds out who asks: by a token, else by the session of a browser. A session changes things only by requests of
// our own pages, which the cross-origin check outside has seen to.
func (s *Server) enter(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		who, err := s.asks(c.Context(), c.Header("Authorization"))
		if err == nil && c.Method() != http.MethodGet && c.Method() != http.MethodHead && !who.Writes() {
			err = book.Errorf(book.Forbidden, "this token may only read")
		}
		if err != nil {
			s.refuse(api, c, err)
			return
		}
		next(huma.WithValue(c, identityKey{}, who))
	}
}

// asks says who asks, by the header that bears a token, else by the session.
func (s *Server) asks(ctx context.Context, authorization string) (auth.Identity, error) {
	if secret, ok := strings.CutPrefix(authorization, "Bearer "); ok {
		return s.Auth.Bearer(ctx, auth.Secret(strings.TrimSpace(secret)))
	}
	who, ok, err := s.Sessions.Who(ctx)
	if err == nil && !ok {
		err = errStranger
	}
	return who, err
}

var errStranger = book.Errorf(book.Forbidden, "say who asks: with a token, as in Authorization: Bearer …, or by signing in")

func (s *Server) refuse(api huma.API, c huma.Context, err error) {
	status := statuses[book.FaultOf(err)]
	if errors.Is(err, errStranger) {
		status = http.StatusUnauthorized
		c.SetHeader("WWW-Authenticate", "Bearer")
	}
	if err := huma.WriteErr(api, c, status, book.Message(err)); err != nil {
		s.Log.Warn("a refusal could not be sent", "error", err)
	}
}

func who(ctx context.Context) auth.Identity {
	i, _ := ctx.Value(identityKey{}).(auth.Identity)
	return i
}

// statuses are what the faults are called in HTTP.
var statuses = map[book.Fault]int{
	book.Invalid: http.StatusUnprocessableEntity, book.NotFound: http.StatusNotFound, book.Conflict: http.StatusConflict,
	book.Forbidden: http.StatusForbidden, book.Internal: http.StatusInternalServerError,
}

// Problem is an error as problem+json (RFC 9457).
type Problem struct {
	Type   string `json:"type" doc:"What kind of problem it is." example:"about:blank"`
	Title  string `json:"title" doc:"The status in words." example:"Unprocessable Entity"`
	Status int    `json:"status" doc:"The HTTP status." example:"422"`
	Detail string `json:"detail" doc:"What is wrong, and how to mend it."`
	Errors []At   `json:"errors,omitempty" doc:"Each fault with its place."`
}

// At is one fault and its place.
type At struct {
	Location string `json:"location" doc:"Where, as in body.channel."`
	Message  string `json:"message" doc:"What is wrong there."`
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType says that it is a problem.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// fault makes every error of the framework a Problem.
func fault(status int, message string, errs ...error) huma.StatusError {
	p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: message}
	for _, err := range errs {
		if d, ok := err.(huma.ErrorDetailer); ok { //nolint:errorlint // the framework's own, never wrapped
			at := d.ErrorDetail()
			p.Errors = append(p.Errors, At{at.Location, at.Message})
		} else if err != nil {
			p.Errors = append(p.Errors, At{"", err.Error()})
		}
	}
	return p
}

// plain makes a room's error a Problem.
func (s *Server) plain(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	kind := book.FaultOf(err)
	if kind == book.Internal && ctx.Err() == nil {
		s.Log.Error("an operation failed", "error", err)
	}
	p := &Problem{Type: "about:blank", Title: http.StatusText(statuses[kind]), Status: statuses[kind], Detail: book.Message(err)}
	if e := (*book.Error)(nil); errors.As(err, &e) && e.Field != "" {
		p.Errors = []At{{"body." + e.Field, e.Message}}
	}
	return p
}

// unknown answers paths that there are none of, as a problem like any other.
func (s *Server) unknown(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusNotFound)
	_, err := w.Write([]byte(`{"type":"about:blank","title":"Not Found","status":404,"detail":"the API has no such path; ` + root + `/openapi.json lists them"}`))
	if err != nil {
		s.Log.Warn("an answer could not be sent", "error", err)
	}
}

// read runs a query of a room at the moment that was asked for.
func read[T any](ctx context.Context, s *Server, at book.Instant, query func(*teller.Reading) (T, error)) (*answer[T], error) {
	var out answer[T]
	err := s.Teller.Read(ctx, who(ctx).Actor, at, func(r *teller.Reading) (err error) {
		out.Body, err = query(r)
		return err
	})
	if err != nil {
		return nil, s.plain(ctx, err)
	}
	return &out, nil
}

type answer[T any] struct{ Body T }

// asOf is the moment that a query reads the book as of.
type asOf struct {
	At time.Time `query:"at" doc:"Read the book as of this moment; now when left out."`
}

func (a asOf) instant() book.Instant { return book.Micros(a.At) }

// listen opens the line of events to whoever may read.
func (s *Server) listen(w http.ResponseWriter, r *http.Request) {
	who, err := s.asks(r.Context(), r.Header.Get("Authorization"))
	if err != nil {
		s.problem(w, err)
		return
	}
	s.events(w, r, who)
}

// problem sends an error outside of the framework's operations.
func (s *Server) problem(w http.ResponseWriter, err error) {
	status := statuses[book.FaultOf(err)]
	if errors.Is(err, errStranger) {
		status = http.StatusUnauthorized
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: book.Message(err)}
	if err := json.NewEncoder(w).Encode(p); err != nil {
		s.Log.Warn("an answer could not be sent", "error", err)
	}
}
