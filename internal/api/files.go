package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/intake"
	"passbook/internal/problem"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

// HandedIn is files that were handed in, and how far they have come.
type HandedIn struct {
	ID       book.ID          `json:"id"`
	Received book.Instant     `json:"received"`
	Phase    intake.Phase     `json:"phase" enum:"waiting,queued,trying,tried,taking,taken,stopped"`
	Trial    bool             `json:"trial" doc:"What was asked for last was a trial, which writes nothing."`
	Files    []intake.File    `json:"files"`
	Progress *intake.Progress `json:"progress,omitempty"`
	Run      book.ID          `json:"run,omitempty" doc:"The import as the book remembers it; undone by this id."`
	Result   *intake.Result   `json:"result,omitempty"`
	Fault    string           `json:"fault,omitempty" doc:"Why it ended before its end."`
}

func handed(u *intake.Upload) HandedIn {
	return HandedIn{u.ID, u.Received, u.Phase, u.Trial, u.Files, u.Progress, u.Run, u.Result, u.Fault}
}

func files(d *desk) {
	type importList struct {
		transfer.RunPage
		Uploads []HandedIn `json:"uploads" doc:"Beside what the command tells: your own files that lie with the server, all of them on each page."`
	}
	type limit struct {
		After string `query:"after" doc:"The next of the page before."`
		Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	}
	get(d, tagFiles, "list-imports", "/imports", "The imports there were, newest first, and the files that wait", func(ctx context.Context, in *limit) (*answer[importList], error) {
		return read(ctx, d, now, func(r *teller.Reading) (importList, error) {
			page, err := transfer.Runs(ctx, r, in.After, in.Limit)
			if err != nil {
				return importList{}, err
			}
			out := importList{*page, []HandedIn{}}
			if d.Intake != nil {
				for _, u := range d.Intake.All(who(ctx).Actor) {
					out.Uploads = append(out.Uploads, handed(&u))
				}
			}
			return out, nil
		})
	})
	if d.Intake == nil {
		return
	}
	handIn(d)
	waiting(d)
}

type UploadPath struct {
	ID string `path:"id" doc:"The id that handing the files in answered with."`
}

// upload finds a file of the caller's own.
func (d *desk) upload(ctx context.Context, id string) (intake.Upload, error) {
	parsed, err := anID("upload", id)
	if err != nil {
		return intake.Upload{}, err
	}
	return d.Intake.Get(who(ctx).Actor, parsed)
}

type keyedUpload struct {
	Keyed
	UploadPath
}

// moved is an upload after something was done with it.
type moved struct {
	Status int
	Body   struct {
		HandedIn
		Again bool `json:"repeated"`
	}
}

// moved does something with an upload, once by its key, and tells how it stands then.
func (d *desk) moved(ctx context.Context, in *keyedUpload, what string, do func(book.ID) error) (*moved, error) {
	u, err := d.upload(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &moved{Status: http.StatusAccepted}
	c := &once{What: what, Of: u.ID, act: book.ActAny}
	if out.Body.Again, err = d.once(ctx, in.Keyed, c.beside(func() error { return do(u.ID) })); err != nil {
		return nil, err
	}
	if u, err = d.Intake.Get(who(ctx).Actor, u.ID); err != nil {
		return nil, err
	}
	if out.Body.HandedIn = handed(&u); out.Body.Again {
		out.Status = http.StatusOK
	}
	return out, nil
}

func waiting(d *desk) {
	get(d, tagFiles, "show-import", "/imports/{id}", "How far an import has come, and what it came to", func(ctx context.Context, in *UploadPath) (*answer[HandedIn], error) {
		u, err := d.upload(ctx, in.ID)
		return &answer[HandedIn]{handed(&u)}, err
	})
	change(d, http.MethodPost, http.StatusAccepted, tagFiles, "take-in", "/imports/{id}/start", "Take in what was tried out, or was stopped", func(ctx context.Context, in *keyedUpload) (*moved, error) {
		return d.moved(ctx, in, "take in", func(id book.ID) error {
			_, err := d.Intake.Start(who(ctx).Actor, id, false)
			return err
		})
	})
	change(d, http.MethodPost, http.StatusAccepted, tagFiles, "stop-import", "/imports/{id}/stop", "End an import after the piece that is being written", func(ctx context.Context, in *keyedUpload) (*moved, error) {
		return d.moved(ctx, in, "stop", func(id book.ID) error { return d.Intake.Stop(who(ctx).Actor, id) })
	})
	change(d, http.MethodDelete, http.StatusNoContent, tagFiles, "discard-import", "/imports/{id}", "Throw the files away; what was taken in stays in the book", func(ctx context.Context, in *keyedUpload) (*struct{}, error) {
		id, err := anID("upload", in.ID)
		if err != nil {
			return nil, err
		}
		c := &once{What: "discard", Of: id, act: book.ActAny}
		_, err = d.once(ctx, in.Keyed, c.beside(func() error { return d.Intake.Discard(who(ctx).Actor, id) }))
		return nil, err
	})
	type undoing struct {
		Keyed
		ID string `path:"id" doc:"The import's run, or the id that handing the files in answered with."`
	}
	change(d, http.MethodPost, http.StatusOK, tagFiles, "undo-import", "/imports/{id}/undo", "Take an import back whole", func(ctx context.Context, in *undoing) (*answer[undone], error) {
		run, err := anID("import", in.ID)
		if err != nil {
			return nil, err
		}
		if u, err := d.Intake.Get(who(ctx).Actor, run); err == nil && u.Run != "" {
			run = u.Run
		}
		return d.takeBack(ctx, in.id(ctx), run)
	})
	rejects(d)
}

// rejects hands out the file of skipped rows, as it was written.
func rejects(d *desk) {
	pattern := "GET " + root + "/imports/{id}/rejects/{n}"
	d.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		id, _ := book.ParseID(r.PathValue("id"))
		n, _ := strconv.Atoi(r.PathValue("n"))
		f, err := d.Intake.Rejects(who(r.Context()).Actor, id, n)
		if err != nil {
			d.refuse(w, r, err)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", `attachment; filename="rejects-`+strconv.Itoa(n)+`.csv"`)
		_, err = io.Copy(w, f)
		if err = errors.Join(err, f.Close()); err != nil {
			d.Log.Info("skipped rows could not be sent", "error", err)
		}
	})
	d.api.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "import-rejects", Method: http.MethodGet, Path: root + "/imports/{id}/rejects/{n}", Tags: []string{tagFiles},
		Summary: "The rows that were skipped, to be mended and handed in again",
		Parameters: []*huma.Param{
			{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}, Description: "The id that handing the files in answered with."},
			{Name: "n", In: "path", Required: true, Schema: &huma.Schema{Type: "integer"}, Description: "The rejects_number of a file's result."},
		},
		Responses: d.responses(map[string]*huma.Response{"200": {
			Description: "The rows as they stood.",
			Content:     map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
		}}),
	})
}

// responses adds the answer of a fault to those of an operation that stands outside of the framework.
func (d *desk) responses(own map[string]*huma.Response) map[string]*huma.Response {
	own["default"] = &huma.Response{
		Description: "What is wrong.",
		Content: map[string]*huma.MediaType{problem.ContentType: {
			Schema: d.api.OpenAPI().Components.Schemas.Schema(typeOf[problem.Problem](), true, "Problem"),
		}},
	}
	return own
}

// handIn takes files as they are sent: the parts of a form, or a body that is one file.
func handIn(d *desk) {
	d.mux.HandleFunc("POST "+root+"/imports", d.receive)
	text := &huma.Schema{Type: "string"}
	list := &huma.Schema{Type: "array", Items: text}
	flag := &huma.Schema{Type: "boolean"}
	file := &huma.Schema{Type: "string", Format: "binary"}
	d.api.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "import-files", Method: http.MethodPost, Path: root + "/imports", Tags: []string{tagFiles},
		Summary:     "Hand files in to be taken into the book",
		Description: "Address books, mail, calendars, tables and what else `passbook import` understands, as the parts of a form, or as a body that is one file. The server takes them in while you do other things; GET /imports/{id} tells how far it is.",
		Parameters: []*huma.Param{
			{Name: "name", In: "query", Schema: text, Description: "What the file is called, where the body is one file."},
			{Name: "map", In: "query", Schema: list, Description: "A column of another name, as in at=sent_at; may be given several times."},
			{Name: "channel", In: "query", Schema: text, Description: "The channel where a table has none."},
			{Name: "direction", In: "query", Schema: text, Description: "Who reached out where a table's row does not say: out or in."},
			{Name: "me", In: "query", Schema: list, Description: "The firm's own addresses, beside the members'; may be given several times."},
			{Name: "create", In: "query", Schema: text, Description: "Who becomes an account, as --create of the command: " + book.ListOf(awareness.Creates) + "."},
			{Name: "accounts", In: "query", Schema: flag, Description: "Make an account of every card."},
			{Name: "zone", In: "query", Schema: text, Description: "Of times that name none, as in Europe/Berlin."},
			{Name: "history_before", In: "query", Schema: text, Description: "A day, as 2002-01-31: what was not answered before it is taken in as history, for which nobody waits."},
			{Name: "sheet", In: "query", Schema: text, Description: "The sheet of a workbook; the first when left out."},
			{Name: "self", In: "query", Schema: text, Description: "How a chat names us, beside the members' names."},
			{Name: "trial", In: "query", Schema: flag, Description: "Report only, write nothing; start takes it in afterwards."},
		},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			"multipart/form-data": {Schema: &huma.Schema{Type: "object", Properties: map[string]*huma.Schema{
				"files": {Type: "array", Items: file},
			}}},
			"application/octet-stream": {Schema: file},
		}},
		Responses: d.responses(map[string]*huma.Response{"202": {
			Description: "They are here, and are being taken in.",
			Content: map[string]*huma.MediaType{"application/json": {
				Schema: d.api.OpenAPI().Components.Schemas.Schema(typeOf[HandedIn](), true, "HandedIn"),
			}},
		}}),
	})
}

// receive keeps what is sent, says how it is to be understood, and begins.
func (d *desk) receive(w http.ResponseWriter, r *http.Request) {
	u, err := d.received(w, r)
	if err != nil {
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			err = problem.New(http.StatusRequestEntityTooLarge, "it is larger than "+strconv.FormatInt(d.Intake.Largest()>>20, 10)+" MB")
		}
		d.refuse(w, r, err)
		return
	}
	d.send(w, http.StatusAccepted, handed(&u))
}

func (d *desk) received(w http.ResponseWriter, r *http.Request) (intake.Upload, error) {
	actor, q := who(r.Context()).Actor, r.URL.Query()
	choices, each, err := choicesOf(q)
	if err != nil {
		return intake.Upload{}, err
	}
	r.Body = http.MaxBytesReader(w, r.Body, d.Intake.Largest()+1<<20) // and what the form adds
	next, err := parts(r, q.Get("name"))
	if err != nil {
		return intake.Upload{}, err
	}
	u, err := d.Intake.Receive(actor, next)
	if err != nil {
		return u, err
	}
	choices.Files = make([]intake.FileChoices, len(u.Files))
	for i := range choices.Files {
		choices.Files[i] = each
	}
	id := u.ID
	if u, err = d.Intake.Again(actor, id, choices); err == nil {
		u, err = d.Intake.Start(actor, id, q.Get("trial") == "true")
	}
	if err == nil {
		return u, nil
	}
	if left := d.Intake.Discard(actor, id); left != nil { // which goes by itself, in two days
		d.Log.Error("files that were refused could not be thrown away", "upload", id, "error", left)
	}
	return u, inQuery(err, importQuery)
}

// inQuery places what is wrong with fields that are asked for in the query where they stand.
func inQuery(err error, names map[string]bool) error {
	if book.FaultOf(err) != book.Invalid {
		return err
	}
	p := problem.Of(err)
	for i := range p.Errors {
		field := strings.TrimPrefix(p.Errors[i].Location, "body.")
		if name, _, _ := strings.Cut(field, "["); names[name] {
			p.Errors[i].Location = "query." + field
		}
	}
	return p
}

// parts walks through the files of a request.
func parts(r *http.Request, name string) (func() (string, io.Reader, error), error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		given := false
		return func() (string, io.Reader, error) {
			if given {
				return "", nil, io.EOF
			}
			given = true
			return name, r.Body, nil
		}, nil
	}
	form, err := r.MultipartReader()
	if err != nil {
		return nil, problem.New(http.StatusBadRequest, "the form cannot be read: "+err.Error())
	}
	return func() (string, io.Reader, error) {
		for {
			part, err := form.NextPart()
			if err != nil {
				return "", nil, err
			}
			if part.FileName() != "" {
				return part.FileName(), part, nil
			}
			if field := part.FormName(); importQuery[field] {
				what := "stands in the form; say it in the query, as in ?" + field + "=…"
				return "", nil, problem.New(http.StatusUnprocessableEntity, field+" "+what, problem.At{Location: "body." + field, Message: what})
			}
		}
	}, nil
}

// importQuery are the parameters of an import.
var importQuery = map[string]bool{
	"name": true, "map": true, "channel": true, "direction": true, "me": true, "create": true, "accounts": true, "zone": true, "trial": true, "history_before": true,
	"sheet": true, "self": true,
}

// choicesOf reads how files are to be understood, the same for each of them.
func choicesOf(q url.Values) (c intake.Choices, each intake.FileChoices, err error) {
	fail := func(name, what string) error {
		return problem.New(http.StatusUnprocessableEntity, name+" "+what, problem.At{Location: "query." + name, Message: what})
	}
	for name := range q {
		if !importQuery[name] {
			return c, each, fail(name, "is not known")
		}
	}
	for _, name := range []string{"trial", "accounts"} {
		if v, given := q[name]; given && (len(v) > 1 || v[0] != "true" && v[0] != "false") {
			return c, each, fail(name, "is true or false")
		}
	}
	c = intake.Choices{Me: q["me"], Create: awareness.Create(q.Get("create")), Accounts: q.Get("accounts") == "true", Zone: q.Get("zone"), HistoryBefore: q.Get("history_before")}
	if c.Create != "" {
		if _, err := book.OneOf("create", string(c.Create), awareness.Creates); err != nil {
			return c, each, fail("create", "is one of "+book.ListOf(awareness.Creates))
		}
	}
	each.Sheet, each.Self = q.Get("sheet"), q.Get("self")
	each.Channel = book.Channel(q.Get("channel"))
	if each.Channel != "" {
		if _, err := book.OneOf("channel", string(each.Channel), book.Channels); err != nil {
			return c, each, fail("channel", "is one of "+book.ListOf(book.Channels))
		}
	}
	each.Direction = book.Direction(q.Get("direction"))
	if each.Direction != "" {
		if _, err := book.OneOf("direction", string(each.Direction), book.Directions); err != nil {
			return c, each, fail("direction", "is one of "+book.ListOf(book.Directions))
		}
	}
	for _, pair := range q["map"] {
		ours, theirs, ok := strings.Cut(pair, "=")
		if !ok || ours == "" || theirs == "" {
			return c, each, fail("map", "wants FIELD=COLUMN, as in at=sent_at")
		}
		if each.Map == nil {
			each.Map = map[string]string{}
		}
		each.Map[ours] = theirs
	}
	return c, each, nil
}
