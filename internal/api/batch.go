package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/actions"
	"passbook/internal/book"
	"passbook/internal/problem"
	"passbook/internal/teller"
	"passbook/internal/when"
)

// What a batch may be.
const (
	batchLines  = 100_000
	batchLine   = 64 << 10               // bytes of one line
	batchChunk  = 2_000                  // lines that share a commit
	batchPause  = 20 * time.Millisecond  // without a line, after which what has come is written
	batchAhead  = batchChunk             // lines that are read while others are being written
	ndjson      = "application/x-ndjson" // a line of JSON each
	batchTooBig = "a batch has up to 100,000 lines; send the others as another one"
)

// lineResult is what became of one line of a batch.
type lineResult struct {
	Line   int              `json:"line" doc:"Counted from 1, blank ones too."`
	ID     string           `json:"id,omitempty" doc:"The id that the line gave."`
	Status int              `json:"status" doc:"201 written; 200 written before; else that of its error."`
	Entry  book.ID          `json:"entry,omitempty"`
	Points *book.Points     `json:"points,omitempty" doc:"What was posted for it; of one written before it is not told."`
	Error  *problem.Problem `json:"error,omitempty"`
}

// batch adds the operation that takes many postings at once.
func (d *desk) batch() {
	b := &batcher{desk: d, registry: d.api.OpenAPI().Components.Schemas}
	b.schema = b.registry.Schema(typeOf[actions.Posting](), true, "ActionsPosting")
	result := b.registry.Schema(typeOf[lineResult](), true, "LineResult")
	asked := lines(b.schema, "The lines that are sent, each a body of POST /entries: one after another, without the brackets and commas of an array.")
	told := lines(result, "The lines that are answered, one for each that was sent: one after another, without the brackets and commas of an array.")
	d.mux.HandleFunc("POST "+root+"/entries:batch", b.serve)
	d.api.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "post-entries", Method: http.MethodPost, Path: root + "/entries:batch", Tags: []string{tagEntries},
		Summary: "Write down many things that happened, a line of JSON each",
		Description: "Each line is a body of POST /entries (" + b.schema.Ref + "), and is answered by a line (" + result.Ref + ") in the same order, while " +
			"others are still being sent. Up to 100,000 lines of 64 KiB; up to 2,000 share a commit. A line that is at fault keeps no other from being " +
			"written. When the connection breaks, send it all again: lines with an id are written once.",
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{ndjson: {Schema: asked}}},
		Responses: d.responses(map[string]*huma.Response{"200": {
			Description: "A result for each line.", Content: map[string]*huma.MediaType{ndjson: {Schema: told}},
		}}),
	})
}

// lines is the schema of what is streamed, piece by piece. OpenAPI 3.1 knows a stream only as a text or as the list of its
// pieces; the list says what a piece is.
func lines(of *huma.Schema, what string) *huma.Schema {
	return &huma.Schema{Type: "array", Items: of, Description: what}
}

// batcher runs batches.
type batcher struct {
	*desk
	registry huma.Registry
	schema   *huma.Schema
}

// numbered is a line with its number and what it asks for; err is why it could not be read, fatal why nothing can be read
// any more.
type numbered struct {
	n     int
	p     actions.Posting
	err   error
	fatal error
}

func (b *batcher) serve(w http.ResponseWriter, r *http.Request) {
	_ = http.NewResponseController(w).EnableFullDuplex() // of HTTP/1; others always are
	ctx, stop := context.WithCancel(r.Context())
	defer stop()
	lines := make(chan numbered, batchAhead)
	go b.readLines(ctx, r.Body, b.clock(r.Context()), lines)
	w.Header().Set("Content-Type", ndjson)
	w.Header().Set("X-Accel-Buffering", "no") // of a proxy in front
	out := newTelling(w)
	defer out.end()
	for last := 0; ; {
		chunk, fatal, more := gather(lines)
		if len(chunk) > 0 {
			last = chunk[len(chunk)-1].n
		}
		if fatal != nil && !errors.Is(fatal, errTooMany) && problem.Status(fatal) == http.StatusInternalServerError {
			b.Log.Info("a batch was cut off", "error", fatal) // what was not whole is not written
			return
		}
		ctx, err := b.still(ctx, r)
		var results []lineResult
		if err == nil {
			results, err = b.run(ctx, chunk)
		}
		if err == nil && fatal != nil {
			results = append(results, lineResult{Line: last + 1, Status: problem.Status(fatal), Error: problem.Of(fatal)})
		}
		if err != nil {
			results = append(results, lineResult{Line: last, Status: problem.Status(err), Error: b.problem(ctx, err)})
		}
		if werr := out.tell(results); werr != nil || err != nil || !more {
			return
		}
	}
}

// still finds out anew who asks: a batch may take hours, in which a token is ended, a role changed, a member gone.
func (b *batcher) still(ctx context.Context, r *http.Request) (context.Context, error) {
	now, err := b.asks(r)
	if err == nil && !now.Writes() {
		err = errStranger
	}
	return context.WithValue(ctx, identityKey{}, now), err
}

var errTooMany = problem.New(http.StatusRequestEntityTooLarge, batchTooBig)

// readLines reads the lines of a body, beside the writing of those before them; the last one says when they did not end
// well.
func (b *batcher) readLines(ctx context.Context, body io.Reader, read reader, lines chan<- numbered) {
	defer close(lines)
	send := func(l numbered) bool {
		select {
		case lines <- l:
			return true
		case <-ctx.Done():
			return false
		}
	}
	in := bufio.NewReaderSize(body, batchLine)
	for n := 1; ; n++ {
		text, err := in.ReadSlice('\n')
		l := numbered{n: n}
		text = bytes.TrimSpace(text)
		if len(text) > 0 && !errors.Is(err, bufio.ErrBufferFull) && n <= batchLines {
			l.p, l.err = b.posting(n, text, read)
		}
		for errors.Is(err, bufio.ErrBufferFull) {
			text, l.err = nil, problem.New(http.StatusRequestEntityTooLarge, "a line has up to 64 KiB")
			_, err = in.ReadSlice('\n')
		}
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			l.fatal = problem.New(http.StatusRequestEntityTooLarge, "the batch is larger than a request may be; send it as several")
		case err != nil && !errors.Is(err, io.EOF):
			l.fatal = err
		case n > batchLines && (len(text) > 0 || l.err != nil):
			l.fatal = errTooMany
		}
		empty := len(text) == 0 && l.err == nil && l.fatal == nil
		if !empty && !send(l) || err != nil || l.fatal != nil {
			return
		}
	}
}

// gather waits for a line, and takes those that follow it closely. more says that there may be others.
func gather(lines <-chan numbered) (chunk []numbered, fatal error, more bool) { //nolint:revive // why it ended comes before whether it did
	pause := time.NewTimer(time.Hour)
	defer pause.Stop()
	for len(chunk) < batchChunk {
		select {
		case l, ok := <-lines:
			if !ok {
				return chunk, nil, false
			}
			if l.fatal != nil {
				return chunk, l.fatal, false
			}
			chunk = append(chunk, l)
			pause.Reset(batchPause)
		case <-pause.C:
			if len(chunk) > 0 {
				return chunk, nil, true
			}
			pause.Reset(time.Hour)
		}
	}
	return chunk, nil, true
}

// run writes a chunk, and says what became of each line.
func (b *batcher) run(ctx context.Context, chunk []numbered) ([]lineResult, error) {
	results := make([]lineResult, len(chunk))
	asks := make([]teller.Ask, 0, len(chunk))
	at := make([]int, 0, len(chunk)) // which line each asks for
	for i := range chunk {
		results[i].Line = chunk[i].n
		p, err := &chunk[i].p, chunk[i].err
		results[i].ID = p.ID
		var cmd teller.Command
		if err == nil {
			cmd, err = p.Command()
		}
		if err != nil {
			b.refused(ctx, &results[i], err)
			continue
		}
		id, _ := book.ParseID(p.Account)
		opt := teller.Keyed(who(ctx).Actor, p.ID)
		asks, at = append(asks, teller.Ask{Command: cmd, Key: opt.Key, Account: id}), append(at, i)
	}
	if len(asks) == 0 {
		return results, nil
	}
	told, err := b.Teller.DoMany(ctx, who(ctx).Actor, asks)
	if err != nil {
		return nil, err
	}
	for k := range told {
		t, r := &told[k], &results[at[k]]
		switch {
		case t.Err != nil:
			b.refused(ctx, r, t.Err)
		case t.Repeated:
			r.Status, r.Entry = http.StatusOK, t.Entry
		default:
			r.Status, r.Entry, r.Points = http.StatusCreated, t.Entry, &t.Points
		}
	}
	return results, nil
}

func (b *batcher) refused(ctx context.Context, r *lineResult, err error) {
	p := b.problem(ctx, err)
	r.Status, r.Error = p.Status, p
}

// postingTimes are those of a posting. A line is read without the framework, which has them of POST /entries.
var postingTimes = map[string]when.Sense{"at": written["at"], "due": written["due"], "estimate": written["estimate"], "next_update": written["next_update"]}

// posting reads a line by the schema of POST /entries, with every fault named.
func (b *batcher) posting(n int, text []byte, read reader) (p actions.Posting, err error) {
	var raw any
	if err := json.Unmarshal(text, &raw); err != nil {
		return p, problem.New(http.StatusBadRequest, "line "+strconv.Itoa(n)+" is no JSON: "+err.Error())
	}
	text, wrong, err := timesIn(text, postingTimes, read)
	if err != nil {
		return p, err
	}
	fault := problem.New(http.StatusUnprocessableEntity, "")
	(&held{misread: wrong}).times(fault)
	if len(wrong) == 0 || json.Unmarshal(text, &raw) == nil {
		b.schemaFaults(raw, fault)
	}
	if len(fault.Errors) > 0 {
		if !unreadBody(fault, "") {
			fault.Detail = detail(fault.Errors)
		}
		if m, ok := raw.(map[string]any); ok {
			p.ID, _ = m["id"].(string)
		}
		return p, fault
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return p, problem.New(http.StatusUnprocessableEntity, err.Error())
	}
	return p, nil
}

// schemaFaults adds what breaks the schema in a line.
func (b *batcher) schemaFaults(raw any, fault *problem.Problem) {
	path, res := huma.NewPathBuffer(nil, 0), &huma.ValidateResult{}
	path.Push("body")
	huma.Validate(b.registry, b.schema, path, huma.ModeWriteToServer, raw, res)
	for _, e := range res.Errors {
		at := problem.At{Message: e.Error()}
		if d := (*huma.ErrorDetail)(nil); errors.As(e, &d) {
			at = placed(d.Location, d.Message)
		}
		addFault(fault, at)
	}
}
