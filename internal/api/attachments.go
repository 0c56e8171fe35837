package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/problem"
	"passbook/internal/teller"
	"passbook/internal/when"
)

// attachments are the files that are kept on accounts.
func attachments(d *desk) {
	type fileList struct {
		Files []awareness.File `json:"files"`
	}
	get(d, tagFiles, "list-files", "/accounts/{id}/files", "The files on an account, the newest first", func(ctx context.Context, in *AccountPath) (*answer[fileList], error) {
		return read(ctx, d, in.AsOf, func(r *teller.Reading) (fileList, error) {
			a, err := load(ctx, r, in.ID)
			if err != nil {
				return fileList{}, err
			}
			all, err := awareness.Attachments(ctx, r, a.ID)
			return fileList{orEmpty(all)}, err
		})
	})
	type one struct {
		Keyed
		ID    string `path:"id" doc:"The account's id."`
		Entry string `path:"entry" doc:"The entry that attached it."`

		Reason string `query:"reason" maxLength:"1000" doc:"Why."`
	}
	change(d, http.MethodDelete, http.StatusOK, tagFiles, "take-file", "/accounts/{id}/files/{entry}", "Take a file off an account; undoing that brings it back", func(ctx context.Context, in *one) (*answer[assessment.Written], error) {
		account, err := client(in.ID)
		if err != nil {
			return nil, err
		}
		entry, err := anID("file", in.Entry)
		if err != nil {
			return nil, err
		}
		return d.written(ctx, in.Keyed, &awareness.Detach{Account: account, Entry: entry, Reason: in.Reason})
	})
	download(d)
	attach(d)
}

// download gives a file out: to be saved, never shown, since nobody knows what a stranger has put into it.
func download(d *desk) {
	path := root + "/accounts/{id}/files/{entry}"
	d.mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
		f, data, err := d.readFile(r)
		if err != nil {
			d.refuse(w, r, err)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Length", strconv.Itoa(len(data)))
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
		h.Set("X-Content-Type-Options", "nosniff")
		if _, err := w.Write(data); err != nil {
			d.Log.Info("a file could not be sent", "error", err)
		}
	})
	d.api.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "read-file", Method: http.MethodGet, Path: path, Tags: []string{tagFiles}, Summary: "A file of an account, as it was attached",
		Parameters: []*huma.Param{
			{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}, Description: "The account's id."},
			{Name: "entry", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}, Description: "The entry that attached it."},
		},
		Responses: d.responses(map[string]*huma.Response{"200": {
			Description: "What is in it.",
			Content:     map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
		}}),
	})
}

func (d *desk) readFile(r *http.Request) (f awareness.File, data []byte, err error) {
	entry, err := anID("file", r.PathValue("entry"))
	if err != nil {
		return f, nil, err
	}
	err = d.Teller.Read(r.Context(), who(r.Context()).Actor, 0, func(rd *teller.Reading) error {
		a, err := load(r.Context(), rd, r.PathValue("id"))
		if err != nil {
			return err
		}
		f, data, err = awareness.ReadFile(r.Context(), rd, a.ID, entry)
		return err
	})
	return f, data, err
}

// attach keeps a file as it is sent: the first of a form, or a body that is the file.
func attach(d *desk) {
	path := root + "/accounts/{id}/files"
	d.mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		out, err := d.attached(w, r)
		if err != nil {
			if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
				err = problem.New(http.StatusRequestEntityTooLarge, "it is larger than "+strconv.Itoa(awareness.MostFile>>20)+" MiB")
			}
			d.refuse(w, r, err)
			return
		}
		d.send(w, out.Status, out.Body)
	})
	text, file := &huma.Schema{Type: "string"}, &huma.Schema{Type: "string", Format: "binary"}
	d.api.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "attach-file", Method: http.MethodPost, Path: path, Tags: []string{tagFiles}, Summary: "Keep a file on an account",
		Description: "As the part of a form that is a file, or as a body that is the file. What is in it is kept once for each account, however often it is attached.",
		Parameters: []*huma.Param{
			{Name: "id", In: "path", Required: true, Schema: text, Description: "The account's id."},
			{Name: "name", In: "query", Schema: text, Description: "What the file is called, where the body is the file."},
			{Name: "at", In: "query", Schema: &huma.Schema{Type: "string", Format: "date-time"}, Description: "When it came; now when left out."},
			{Name: "Idempotency-Key", In: "header", Schema: text, Description: "Words of your own, new for each file: the same again writes nothing."},
		},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			"multipart/form-data":      {Schema: &huma.Schema{Type: "object", Properties: map[string]*huma.Schema{"file": file}}},
			"application/octet-stream": {Schema: file},
		}},
		Responses: d.responses(map[string]*huma.Response{
			"201": {Description: "It is kept.", Content: d.writtenContent()},
			"200": {Description: "It was kept before, by the same key.", Content: d.writtenContent()},
		}),
	})
}

func (d *desk) writtenContent() map[string]*huma.MediaType {
	return map[string]*huma.MediaType{"application/json": {
		Schema: d.api.OpenAPI().Components.Schemas.Schema(typeOf[assessment.Written](), true, "Written"),
	}}
}

func (d *desk) attached(w http.ResponseWriter, r *http.Request) (*writtenAnswer, error) {
	account, err := client(r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	at, err := d.instantIn(r.Context(), q, "at", when.Recorded)
	if err != nil {
		return nil, err
	}
	r.Body = http.MaxBytesReader(w, r.Body, awareness.MostFile+1<<20) // and what a form adds
	next, err := parts(r, q.Get("name"))
	if err != nil {
		return nil, err
	}
	name, body, err := next()
	if errors.Is(err, io.EOF) {
		return nil, book.Fieldf(book.Invalid, "file", "is missing")
	}
	if err != nil {
		return nil, unread(err)
	}
	data, err := io.ReadAll(io.LimitReader(body, awareness.MostFile+1)) // the command refuses what is larger
	if err != nil {
		return nil, unread(err)
	}
	key := Keyed{Key: r.Header.Get("Idempotency-Key")}
	if len(key.Key) > 200 {
		return nil, problem.New(http.StatusUnprocessableEntity, "Idempotency-Key is longer than 200 bytes")
	}
	out, err := d.do(r.Context(), key.id(r.Context()), &awareness.Attach{Account: account, Name: name, Media: http.DetectContentType(data), Data: data, At: at})
	if err != nil {
		return nil, inQuery(err, map[string]bool{"at": true})
	}
	return out, nil
}

// instantIn is a time in the query of an operation that stands outside of the framework; zero where it names none.
func (d *desk) instantIn(ctx context.Context, q url.Values, name string, s when.Sense) (book.Instant, error) {
	text := q.Get(name)
	if text == "" {
		return 0, nil
	}
	at, err := d.clock(ctx)(text, s)
	if book.FaultOf(err) == book.Invalid && err != nil {
		m := misread{"query." + name, err}
		return 0, problem.New(http.StatusUnprocessableEntity, name+" "+m.at().Message, m.at())
	}
	return at, err
}

// unread is why a body could not be read: it is too large, or its sender broke it off.
func unread(err error) error {
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return err
	}
	return problem.New(http.StatusBadRequest, "the file could not be read: "+err.Error())
}
