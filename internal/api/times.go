package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/book"
	"passbook/internal/problem"
	"passbook/internal/teller"
	"passbook/internal/when"
)

// A time is asked for as at the command line: of RFC 3339, as a day, or in words, by the firm's clock. Before the framework
// reads a request, what is no time of RFC 3339 yet becomes one here. So the rooms get instants, and what a day means
// stands in one place (package when).

// asked are what times are for by the names under which they are asked for: where something is written, where something is
// read, and of single operations.
var (
	written = map[string]when.Sense{
		"at": when.Recorded, "due": when.Due, "estimate": when.Due, "next_update": when.Due, "from": when.Until, "until": when.Until,
	}
	readAs = map[string]when.Sense{"at": when.AsOf, "from": when.Since, "to": when.AsOf}
	single = map[string]map[string]when.Sense{"due": {"at": when.AsOf, "to": when.Through}}
)

// bareDays say what a day alone is.
var bareDays = map[when.Sense]string{
	when.Recorded: "is its noon, today is now", when.AsOf: "is its end", when.Through: "is its end", when.Since: "is its beginning",
	when.Until: "is its beginning", when.Due: "is the end of its working hours",
}

// mostTime bounds what is read as a time.
const mostTime = 64

// timed are the times that an operation is asked by.
type timed struct{ query, body map[string]when.Sense }

// times finds the times that operations are asked by, and says in the document how they are written.
func (d *desk) times() {
	d.timed = map[string]*timed{}
	said := map[*huma.Schema]bool{} // bodies of several operations are one
	for _, op := range d.operations() {
		senses := written
		if op.Method == http.MethodGet {
			senses = readAs
		}
		if own := single[op.OperationID]; own != nil {
			senses = own
		}
		t := &timed{query: map[string]when.Sense{}, body: map[string]when.Sense{}}
		take := func(into map[string]when.Sense, name string) when.Sense {
			sense, known := senses[name]
			if !known {
				panic(op.OperationID + " is asked by the time " + name + ", and nobody knows what for")
			}
			into[name] = sense
			return sense
		}
		for _, p := range op.Parameters {
			if p.In == "query" && p.Schema.Format == "date-time" {
				told := *p.Schema // the framework goes on holding what becomes of it against its own
				p.Schema = &told
				p.Description = sayTime(p.Schema, p.Description, take(t.query, p.Name))
				p.Schema.Description = ""
			}
		}
		for name, s := range d.fields(op) {
			if said[s] {
				take(t.body, name)
			}
			if s.Format == "date-time" {
				s.Description = sayTime(s, s.Description, take(t.body, name))
				s.PrecomputeMessages()
				said[s] = true
			}
		}
		if len(t.query)+len(t.body) > 0 {
			d.timed[op.OperationID] = t
		}
	}
}

// fields are what the body of an operation has, where it is JSON.
func (d *desk) fields(op *huma.Operation) map[string]*huma.Schema {
	if op.RequestBody == nil {
		return nil
	}
	if c := op.RequestBody.Content["application/json"]; c != nil {
		return resolved(d.api.OpenAPI().Components.Schemas, c.Schema).Properties
	}
	return nil
}

// sayTime makes a schema that of a time as people write it.
func sayTime(s *huma.Schema, what string, sense when.Sense) string {
	most := mostTime
	s.Format, s.MaxLength, s.Examples = "", &most, []any{"2026-05-08"}
	if what != "" {
		what += " "
	}
	return what + "A time of RFC 3339, a day as 2026-05-08, or words as at the command line: tomorrow, friday 16:30, in 3 days. A day alone " +
		bareDays[sense] + ", by the firm's clock."
}

// reader reads a time as it was written, for what it is.
type reader func(text string, s when.Sense) (book.Instant, error)

// clock reads by the clock of the firm that asks, which is looked up for the first time that wants it.
func (d *desk) clock(ctx context.Context) reader {
	var rules *teller.Rules
	return func(text string, s when.Sense) (book.Instant, error) {
		if rules == nil {
			err := d.Teller.Read(ctx, who(ctx).Actor, 0, func(r *teller.Reading) error {
				rules = r.Rules
				return nil
			})
			if err != nil {
				return 0, err
			}
		}
		m, err := rules.Clock(d.Teller.Now()).Parse(text, s)
		return m.Instant(), err
	}
}

// misread is a time that is none, or what an operation is not asked by.
type misread struct {
	location string
	err      error
}

func (m *misread) at() problem.At {
	return problem.At{Location: m.location, Message: book.Message(m.err)}
}

// plain says whether a text is a time that every program understands.
func plain(text string) bool {
	var t time.Time
	raw, err := json.Marshal(text)
	return err == nil && t.UnmarshalJSON(raw) == nil
}

// inWords makes a time of RFC 3339 of one that was written in another way. What is no time is a fault at its place; in its
// stead stands one that no room finds fault with, so that what else is wrong is found too.
func inWords(location, text string, s when.Sense, read reader) (string, *misread, error) {
	at, err := read(text, s)
	switch {
	case err == nil:
		return at.Time().Format(time.RFC3339Nano), nil, nil
	case book.FaultOf(err) != book.Invalid:
		return "", nil, err
	}
	now, err2 := read("today", when.Recorded)
	if s == when.Due || s == when.Until || s == when.Through {
		now += book.Day
	}
	return now.Time().Format(time.RFC3339Nano), &misread{location, err}, err2
}

// timesIn makes times of RFC 3339 of those in a body. Anything else in it stays as it was sent.
func timesIn(raw []byte, senses map[string]when.Sense, read reader) ([]byte, []misread, error) {
	var body map[string]json.RawMessage
	named := bytes.Contains(raw, []byte(`\u`)) // a name can be written so too
	for name := range senses {
		named = named || bytes.Contains(raw, []byte(`"`+name+`"`))
	}
	if !named || json.Unmarshal(raw, &body) != nil { // what is no JSON is said by who reads it
		return raw, nil, nil
	}
	var wrong []misread
	changed := false
	for name, sense := range senses {
		var text string
		if json.Unmarshal(body[name], &text) != nil || plain(text) || body[name][0] != '"' {
			continue
		}
		said, fault, err := inWords("body."+name, text, sense, read)
		if err != nil {
			return nil, nil, err
		}
		if fault != nil {
			wrong = append(wrong, *fault)
		}
		if body[name], err = json.Marshal(said); err != nil {
			return nil, nil, err
		}
		changed = true
	}
	if !changed {
		return raw, nil, nil
	}
	slices.SortFunc(wrong, func(a, b misread) int { return cmp.Compare(a.location, b.location) })
	out, err := json.Marshal(body)
	return out, wrong, err
}

type frameworks huma.Context

// understood is a request with its times as the framework reads them.
type understood struct {
	frameworks
	query map[string]string
	body  io.Reader
	url   *url.URL // without what the operation is not asked by
}

// URL implements huma.Context.
func (u *understood) URL() url.URL {
	if u.url != nil {
		return *u.url
	}
	return u.frameworks.URL()
}

// Query implements huma.Context.
func (u *understood) Query(name string) string {
	if text, there := u.query[name]; there {
		return text
	}
	return u.frameworks.Query(name)
}

// BodyReader implements huma.Context.
func (u *understood) BodyReader() io.Reader {
	if u.body != nil {
		return u.body
	}
	return u.frameworks.BodyReader()
}

// known takes out of the query what the operation is not asked by: the framework would tell of that and of nothing else.
func (u *understood) known(h *held) {
	at := u.frameworks.URL()
	if at.RawQuery == "" {
		return
	}
	asked := at.Query()
	for name := range asked {
		if !slices.ContainsFunc(u.Operation().Parameters, func(p *huma.Param) bool { return p.In == "query" && p.Name == name }) {
			delete(asked, name)
			h.misread = append(h.misread, misread{"query." + name, book.Errorf(book.Invalid, "unknown query parameter")})
		}
	}
	if len(h.misread) > 0 {
		slices.SortFunc(h.misread, func(a, b misread) int { return cmp.Compare(a.location, b.location) })
		at.RawQuery = asked.Encode()
		u.url = &at
	}
}

// understand has the framework read times that were written as people write them, and find all that is wrong with a request.
func (d *desk) understand(ctx huma.Context, next func(huma.Context)) {
	h, _ := ctx.Context().Value(heldKey{}).(*held)
	if h == nil {
		next(ctx)
		return
	}
	u := &understood{frameworks: ctx, query: map[string]string{}}
	u.known(h)
	t := d.timed[ctx.Operation().OperationID]
	if t == nil {
		next(u)
		return
	}
	read := d.clock(ctx.Context())
	for name, sense := range t.query {
		text := ctx.Query(name)
		if text == "" || plain(text) {
			continue
		}
		said, fault, err := inWords("query."+name, text, sense, read)
		if err != nil {
			h.failed = err
			break
		}
		if u.query[name] = said; fault != nil {
			h.misread = append(h.misread, *fault)
		}
	}
	media, _, _ := mime.ParseMediaType(ctx.Header("Content-Type"))
	if len(t.body) > 0 && (media == "" || media == "application/json" || strings.HasSuffix(media, "+json")) {
		d.understandBody(u, h, t.body, read)
	}
	next(u)
}

// understandBody reads a body of which times are to be understood. One that is too large, or breaks off, is handed on as it is.
func (*desk) understandBody(u *understood, h *held, senses map[string]when.Sense, read reader) {
	most := cmp.Or(u.Operation().MaxBodyBytes, 1<<20)
	from := u.frameworks.BodyReader()
	raw, err := io.ReadAll(io.LimitReader(from, most+1))
	rest := from
	if err != nil {
		rest = brokenOff{err}
	}
	if u.body = io.MultiReader(bytes.NewReader(raw), rest); err != nil || int64(len(raw)) > most {
		return
	}
	said, wrong, err := timesIn(raw, senses, read)
	if err != nil {
		h.failed = errors.Join(h.failed, err)
		return
	}
	u.body, h.misread = bytes.NewReader(said), append(h.misread, wrong...)
}

// brokenOff is the rest of a body that could not be read.
type brokenOff struct{ err error }

func (b brokenOff) Read([]byte) (int, error) { return 0, b.err }

// untimely is why an operation is not asked at all: times that are none, with what else is wrong; nil where all are.
func (d *desk) untimely(ctx context.Context) error {
	h, _ := ctx.Value(heldKey{}).(*held)
	switch {
	case h == nil:
		return nil
	case h.failed != nil:
		return h.failed
	case len(h.misread) == 0:
		return nil
	}
	p := problem.New(http.StatusUnprocessableEntity, "")
	h.times(p)
	for _, at := range d.more(ctx) {
		addFault(p, at)
	}
	p.Detail = detail(p.Errors)
	return p
}

// times adds the times that are none to what a request is told.
func (h *held) times(p *problem.Problem) {
	for i := range h.misread {
		addFault(p, h.misread[i].at())
	}
}
