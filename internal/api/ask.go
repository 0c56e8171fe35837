package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/problem"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// The parts of the document, in its order.
const (
	tagAccounts = "Accounts"
	tagPeople   = "People"
	tagEntries  = "Entries"
	tagOwed     = "Promises and cases"
	tagDay      = "The day"
	tagFirm     = "The firm"
	tagFiles    = "Files"
)

// faults are the statuses that an operation may answer with beside its own.
func faults(more ...int) []int {
	return append([]int{
		http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity,
		http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable,
	}, more...)
}

// get adds a reading operation.
func get[I, O any](d *desk, tag, id, path, summary string, h func(context.Context, *I) (*O, error)) {
	huma.Register(d.api, huma.Operation{
		OperationID: id, Method: http.MethodGet, Path: root + path, Summary: summary, Tags: []string{tag}, Errors: faults(),
	}, told(d, h))
}

// show adds a reading operation of something that can be edited: its answer says which version it is.
func show[I, T any](d *desk, tag, id, path, summary string, h func(context.Context, *I) (*tagged[T], error)) {
	huma.Register(d.api, huma.Operation{
		OperationID: id, Method: http.MethodGet, Path: root + path, Summary: summary, Tags: []string{tag}, Errors: faults(),
		Responses: map[string]*huma.Response{"304": {Description: "What you have still stands."}},
	}, told(d, h))
}

// change adds a writing operation, which answers with a status of its own when all is well. One that tells its status by
// itself may answer 200 instead, where nothing was written now.
func change[I, O any](d *desk, method string, status int, tag, id, path, summary string, h func(context.Context, *I) (*O, error)) {
	refusals := faults(http.StatusConflict, http.StatusPreconditionFailed, http.StatusRequestEntityTooLarge)
	if _, ok := reflect.TypeFor[I]().FieldByName("Body"); ok {
		refusals = append(refusals, http.StatusUnsupportedMediaType)
	}
	huma.Register(d.api, huma.Operation{
		OperationID: id, Method: method, Path: root + path, Summary: summary, Tags: []string{tag}, DefaultStatus: status, Errors: refusals,
	}, told(d, h))
	if _, ok := reflect.TypeFor[O]().FieldByName("Status"); ok && status != http.StatusOK {
		all := d.api.OpenAPI().Paths[root+path].Post.Responses
		all["200"] = &huma.Response{Description: "It was written before, or stood so already: nothing was written now.", Content: all[strconv.Itoa(status)].Content}
	}
}

// told makes the errors of rooms Problems.
func told[I, O any](d *desk, h func(context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	asked := queried(reflect.TypeFor[I]())
	return func(ctx context.Context, in *I) (*O, error) {
		var out *O
		err := d.untimely(ctx)
		if err == nil {
			out, err = h(ctx, in)
		}
		if err != nil {
			p := d.problem(ctx, err)
			for i, at := range p.Errors { // a room knows the field, and not where it was said
				if name, ok := strings.CutPrefix(at.Location, "body."); ok && asked[name] {
					p.Errors[i].Location = "query." + name
				}
			}
			if after := problem.RetryAfter(err); after != "" {
				return nil, huma.ErrorWithHeaders(p, http.Header{"Retry-After": {after}})
			}
			return nil, p
		}
		return out, nil
	}
}

// queried are the words of the query that an operation takes; none of one that takes a body, whose fields come first.
func queried(t reflect.Type) map[string]bool {
	names := map[string]bool{}
	if _, ok := t.FieldByName("Body"); ok {
		return names
	}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("query"), ",")
		names[name] = name != ""
	}
	return names
}

type answer[T any] struct{ Body T }

// read runs a query of a room at the moment that was asked for.
func read[T any](ctx context.Context, d *desk, at AsOf, query func(*teller.Reading) (T, error)) (*answer[T], error) {
	var out answer[T]
	err := d.Teller.Read(ctx, who(ctx).Actor, book.Micros(at.At), func(r *teller.Reading) (err error) {
		out.Body, err = query(r)
		return err
	})
	return &out, err
}

// AsOf is the moment that a query reads the book as of.
type AsOf struct {
	At time.Time `query:"at" doc:"Read the book as of this moment; now when left out."`
}

// now is what a query without AsOf reads as of.
var now AsOf

// PageOf is which page of a list is wanted.
type PageOf struct {
	After string `query:"after" doc:"The next of the page before."`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"50"`
}

// Keyed is a write that can be sent again without being done again.
type Keyed struct {
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"Words of your own, new for each write: the same request with the same key is answered as before and writes nothing."`
}

// id is the key as the teller takes it.
func (k Keyed) id(ctx context.Context) book.ID {
	return book.KeyID(who(ctx).Member, k.Key)
}

type writtenAnswer struct {
	Status int
	Body   assessment.Written
}

// do runs a command and answers what it wrote: with 201, or 200 where nothing was written now.
func (d *desk) do(ctx context.Context, key book.ID, cmd teller.Command) (*writtenAnswer, error) {
	return d.doWith(ctx, teller.Options{Key: key}, cmd)
}

func (d *desk) doWith(ctx context.Context, opt teller.Options, cmd teller.Command) (*writtenAnswer, error) {
	r, err := d.Teller.Do(ctx, who(ctx).Actor, cmd, opt)
	if err != nil {
		return nil, err
	}
	out := &writtenAnswer{Status: http.StatusCreated, Body: assessment.WrittenOf(&r)}
	if r.Repeated || r.First() == nil {
		out.Status = http.StatusOK
	}
	return out, nil
}

// written runs a command whose answer always has the same status.
func (d *desk) written(ctx context.Context, k Keyed, cmd teller.Command) (*answer[assessment.Written], error) {
	return d.writtenWith(ctx, teller.Options{Key: k.id(ctx)}, cmd)
}

func (d *desk) writtenWith(ctx context.Context, opt teller.Options, cmd teller.Command) (*answer[assessment.Written], error) {
	w, err := d.doWith(ctx, opt, cmd)
	if err != nil {
		return nil, err
	}
	return &answer[assessment.Written]{w.Body}, nil
}

// load reads the account that a path names.
func load(ctx context.Context, r *teller.Reading, id string) (*store.Account, error) {
	parsed, ok := book.ParseID(id)
	if !ok {
		return nil, book.Errorf(book.NotFound, "there is no account %q", id)
	}
	return assessment.Load(ctx, r, parsed, r.At)
}

// client is the account of a path in a command. Only an id stands there: a name in a path would be a guess.
func client(id string) (awareness.Client, error) {
	parsed, err := anID("account", id)
	return awareness.Client(parsed), err
}

func anID(what, id string) (book.ID, error) {
	parsed, ok := book.ParseID(id)
	if !ok {
		return "", book.Errorf(book.NotFound, "there is no %s %q", what, id)
	}
	return parsed, nil
}

// memberIn is the id of the member that a word of a query means, as everywhere: an id, a name, a first name or an address.
func memberIn(ctx context.Context, r *teller.Reading, field, ref string) (book.ID, error) {
	id, err := awareness.MemberID(ctx, r, ref)
	if book.FaultOf(err) == book.NotFound {
		return "", book.Fieldf(book.Invalid, field, "%q is no one member of the firm", ref)
	}
	return id, err
}

// tagged is an answer that says which version it is. The version comes first, and is what If-Match compares; after the
// dot stands a hash of the whole answer, for If-None-Match: balances fade although nobody edits anything.
type tagged[T any] struct {
	Status int
	ETag   string `header:"ETag" doc:"Send it back by If-Match with a change, or by If-None-Match to be told only of news."`
	Body   T
}

func tag[T any](version, noneMatch string, body T) (*tagged[T], error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	out := &tagged[T]{Status: http.StatusOK, ETag: `"` + version + "." + hex.EncodeToString(sum[:6]) + `"`, Body: body}
	for t := range strings.SplitSeq(noneMatch, ",") {
		if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == out.ETag || t == "*" {
			out.Status = http.StatusNotModified
		}
	}
	return out, nil
}

// Unless is a request that wants an answer only when it is another than the last.
type Unless struct {
	NoneMatch string `header:"If-None-Match" doc:"The ETag of an answer that you have: 304 when it stands."`
}

// Provided is a change of what its caller has seen.
type Provided struct {
	Match string `header:"If-Match" doc:"The ETag that you have seen: 412 when something has been changed since. Without it the change is made whatever was changed."`
}

// version is what a change expects; "" expects nothing.
func (p Provided) version() (string, error) {
	t := strings.TrimSpace(p.Match)
	if t == "" || t == "*" {
		return "", nil
	}
	several := strings.Contains(t, ",") // which one of them holds cannot be told by the command, which knows one version
	t = strings.Trim(strings.TrimPrefix(t, "W/"), `"`)
	t, _, _ = strings.Cut(t, ".")
	if t == "" || several {
		return "", problem.New(http.StatusUnprocessableEntity, "If-Match is no ETag of this API", problem.At{Location: "header.If-Match", Message: "wants one ETag as it was given"})
	}
	return t, nil
}
