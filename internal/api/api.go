package api

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"path"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"passbook/internal/archive"
	"passbook/internal/auth"
	"passbook/internal/book"
	"passbook/internal/intake"
	"passbook/internal/limit"
	"passbook/internal/mail"
	"passbook/internal/problem"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// A field is the one whose name is written as in the document, letter for letter: else a body could say a thing twice, and pass
// what is judged by one name and kept by the other.
var asWritten = sync.OnceFunc(func() { huma.ValidateStrictCasing = true }) //nolint:gochecknoglobals // the framework has it for all

// Server is the API over one book.
type Server struct {
	Teller   *teller.Teller
	Auth     *auth.Service
	Sessions *auth.Sessions
	Outbox   *mail.Outbox   // by which the firm's people get letters
	Intake   *intake.Intake // where files wait that are handed in; nil takes in none
	Takeout  *archive.Takeout
	Assets   *ui.Assets   // of the page that explains the API; nil leaves the page out
	Words    ui.Languages // in which it is explained
	Log      *slog.Logger
	Version  string
	Rate     Rate            // how much a token may ask; zero does not limit it
	Stop     <-chan struct{} // closed when the server stops; those who listen to events are let go

	asked limit.Buckets // by tokens
}

const root = "/api/v1"

// Handler is the API with its document. It answers every path below /api/, also those that there are none of. Its routes
// are put into a mux of its own, which is handed in so that others can see which there are.
func (s *Server) Handler(mux *http.ServeMux) (http.Handler, *huma.OpenAPI) {
	asWritten()
	d := &desk{Server: s, mux: mux, open: map[string]bool{}, feeds: feeds{by: map[book.ID]*feed{}}}
	cfg := config(s.Version)
	cfg.Transformers = []huma.Transformer{d.asProblem}
	d.api = humago.New(mux, cfg)
	d.api.UseMiddleware(d.understand)
	for _, add := range []func(*desk){
		accounts, many, people, erasing, entries, owed, days, firm, away, letters, door, settings, views, files, attachments, takeout, mailboxes,
	} {
		add(d)
	}
	d.batch()
	d.stream()
	doc := d.api.OpenAPI()
	nullable(doc.Components.Schemas)
	d.times()
	d.headers = d.takes()
	d.docs()
	for _, name := range []string{"/openapi.json", "/openapi.yaml", "/openapi-3.0.json", "/openapi-3.0.yaml"} {
		d.open["GET "+root+name] = true
	}
	mux.HandleFunc(elsewhere, d.unknown)
	return d.caught(http.HandlerFunc(d.enter)), doc
}

// elsewhere matches what nothing else does.
const elsewhere = "/api/"

// desk is where the operations of one handler are put together.
type desk struct {
	*Server
	mux   *http.ServeMux
	api   huma.API
	open  map[string]bool // the patterns that strangers may ask for
	feeds feeds           // of those who listen

	headers map[string]map[string]bool // that an operation takes, by its pattern
	timed   map[string]*timed          // by which an operation is asked, by its id
}

// operations are those of the document.
func (d *desk) operations() (all []*huma.Operation) {
	for _, item := range d.api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				all = append(all, op)
			}
		}
	}
	return all
}

// config is the framework's configuration. Its errors become Problems here, by a transformer and by what the document
// calls them (asProblem): the framework would have it through a variable of its package, which every test and every server of this
// process would share.
func config(version string) huma.Config {
	cfg := huma.DefaultConfig("Passbook", version)
	cfg.Info.Description = "The book of a firm's clients: what happened, what is owed, how each account stands."
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = root+"/openapi", "", ""
	cfg.CreateHooks = nil // answers have the shapes of the command line, without a $schema in them
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token of `passbook token create`."},
	}
	cfg.Security = []map[string][]string{{"token": {}}}
	cfg.RejectUnknownQueryParameters = true
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	shapes(cfg.Components.Schemas)
	return cfg
}

// shapes says how values of our own are written: an instant as a time of RFC 3339, points as a decimal number, an error
// as a Problem.
func shapes(r huma.Registry) {
	r.RegisterTypeAlias(reflect.TypeFor[book.Instant](), reflect.TypeFor[*time.Time]())
	r.RegisterTypeAlias(reflect.TypeFor[book.Points](), reflect.TypeFor[float64]())
	r.RegisterTypeAlias(reflect.TypeFor[huma.ErrorModel](), reflect.TypeFor[problem.Problem]())
	r.RegisterTypeAlias(reflect.TypeFor[json.RawMessage](), reflect.TypeFor[any]())
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
	if t.Name() == "" || !strings.HasPrefix(t.PkgPath(), "passbook/") || room == "api" || room == "problem" {
		return name
	}
	return strings.ToUpper(room[:1]) + room[1:] + name
}
