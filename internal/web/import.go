package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/intake"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

func (s *Server) importRoutes() routes {
	all := routes{
		"GET /import": s.imports, "POST /import": s.receive, "POST /import/undo": s.undoImport,
		"GET /import/{id}": s.upload, "POST /import/{id}": s.decide, "POST /import/{id}/stop": s.stopImport,
		"POST /import/{id}/discard": s.discard, "GET /import/{id}/rejects/{n}": s.rejects,
	}
	for pattern, h := range all {
		all[pattern] = func(v *visit) error {
			if err := book.Permit(v.who.Role, book.ActImport); err != nil {
				return err
			}
			return h(v)
		}
	}
	return all
}

// shownImports is how many imports of the past are listed.
const shownImports = 100

// importsView is what the page of imports shows.
type importsView struct {
	uploads []intake.Upload
	runs    []transfer.RunReport
	largest int64 // megabytes
	fault   error
	undone  *awareness.UndoRun // what was taken back just now
}

// waiting are the uploads that are not in the book yet; the others stand among the imports.
func (v *importsView) waiting() []intake.Upload {
	return slices.DeleteFunc(slices.Clone(v.uploads), func(u intake.Upload) bool { return u.Phase == intake.Taken })
}

// resultOf is where the result of a run still lies, "" when it is gone or another member's.
func (v *importsView) resultOf(run book.ID) string {
	for i := range v.uploads {
		if v.uploads[i].Run == run {
			return uploadPath(v.uploads[i].ID)
		}
	}
	return ""
}

func (s *Server) imports(v *visit) error { return s.showImports(v, &importsView{}) }

func (s *Server) showImports(v *visit, out *importsView) error {
	p := s.page(v, v.lang.Say("import.title"), "import")
	f, err := formatOf(v)
	switch {
	case err != nil:
		return err
	case f != "":
		return s.hand(v, p, f, func(r *teller.Reading) (*transfer.List, error) { return transfer.Imports(v.r.Context(), r), nil })
	}
	out.uploads, out.largest = s.Intake.All(v.who.Actor), s.Intake.Largest()>>20
	err = s.read(v, p, func(r *teller.Reading) (err error) {
		page, err := transfer.Runs(v.r.Context(), r, "", shownImports)
		if err == nil {
			out.runs = page.Runs
		}
		return err
	})
	if err != nil {
		return err
	}
	v.fault = out.fault
	return v.show(importsPage(p, out))
}

// receive keeps the files of a form as they stream in, and never more of them than an upload may have.
func (s *Server) receive(v *visit) error {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, s.Intake.Largest()+1<<20)
	parts, err := v.r.MultipartReader()
	if err != nil {
		return s.showImports(v, &importsView{fault: book.Fieldf(book.Invalid, "files", "did not come as a form of files")})
	}
	u, err := s.Intake.Receive(v.who.Actor, func() (string, io.Reader, error) { return nextFile(parts) })
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		err = book.Fieldf(book.Invalid, "files", "are larger than %d MB together; hand in fewer at a time", s.Intake.Largest()>>20)
	}
	if err != nil {
		return v.mend(err, func() error { return s.showImports(v, &importsView{fault: err}) })
	}
	return s.back(v, uploadPath(u.ID))
}

func uploadPath(id book.ID) string { return "/import/" + string(id) }

// nextFile is the next file of a form; fields that are none, and a box in which no file was chosen, are passed over.
func nextFile(parts *multipart.Reader) (string, io.Reader, error) {
	for {
		p, err := parts.NextPart()
		if err != nil {
			return "", nil, broken(err)
		}
		if p.FileName() != "" {
			return p.FileName(), p, nil
		}
	}
}

// broken tells a form that ends in its middle from other faults.
func broken(err error) error {
	large := (*http.MaxBytesError)(nil)
	if errors.Is(err, io.EOF) || errors.As(err, &large) {
		return err
	}
	return book.Fieldf(book.Invalid, "files", "did not arrive whole; hand them in again")
}

// uploadView is what the page of one upload shows.
type uploadView struct {
	intake.Upload
	zone   string       // the firm's
	past   string       // the day that is proposed as the end of history
	undone book.Instant // when its run was taken back
	fault  error
}

// at is the choice that is at fault, now or in the last trial.
func (v *uploadView) at() string {
	if e := (*book.Error)(nil); errors.As(v.fault, &e) {
		return e.Field
	}
	return v.Field
}

// lacking says whether something must still be said of a file before it can be read.
func (v *uploadView) lacking() bool {
	for i := range v.Files {
		if seen := v.Files[i].Seen; v.Files[i].Fault == "" && !v.Choices.For(i).Leave && seen != nil && len(seen.Columns) > 0 && len(seen.Missing) > 0 {
			return true
		}
	}
	return false
}

// told says whether what is wrong stands at the file that lacks it, in plainer words than a command line's.
func (v *uploadView) told() bool {
	fault := v.Fault
	if e := (*book.Error)(nil); errors.As(v.fault, &e) {
		fault = e.Message
	}
	return v.lacking() && slices.ContainsFunc(v.Files, func(f intake.File) bool { return f.Wants != "" && strings.HasSuffix(fault, f.Wants) })
}

func (s *Server) upload(v *visit) error {
	id, _ := book.ParseID(v.r.PathValue("id"))
	u, err := s.Intake.Get(v.who.Actor, id)
	if err != nil {
		return err
	}
	if !u.Phase.Busy() && v.r.Header.Get("HX-Request") != "" {
		v.w.Header().Set("HX-Refresh", "true") // the part that asked shows progress, and there is a result now
		return nil
	}
	return s.showUpload(v, &uploadView{Upload: u})
}

func (s *Server) showUpload(v *visit, out *uploadView) error {
	p := s.page(v, v.lang.Say("import.title"), "import")
	err := s.read(v, p, func(r *teller.Reading) error {
		out.zone = r.Rules.Calendar.Zone.String()
		out.past = pastOf(&out.Upload, r)
		if out.Run == "" {
			return nil
		}
		run, err := r.Tx.Run(v.r.Context(), out.Run)
		if book.FaultOf(err) == book.NotFound { // it ended before it had begun
			out.Run, err = "", nil
		}
		out.undone = run.Undone
		return err
	})
	if err != nil {
		return err
	}
	if out.Phase.Busy() {
		v.w.Header().Set("Refresh", "4") // without the script; with it a part of the page asks by itself
	}
	v.fault = out.fault
	return v.show(uploadPage(p, out))
}

// decide keeps the choices of the form and begins what its button says.
func (s *Server) decide(v *visit) error {
	id, _ := book.ParseID(v.r.PathValue("id"))
	u, err := s.Intake.Get(v.who.Actor, id)
	if err != nil {
		return err
	}
	c, err := choicesOf(&u, v.r.PostFormValue)
	c.Me = oursOf(v.r.PostForm["me"])
	if err == nil {
		u, err = s.Intake.Again(v.who.Actor, id, c)
	}
	if err == nil && v.r.PostFormValue("act") != "look" {
		_, err = s.Intake.Start(v.who.Actor, id, v.r.PostFormValue("act") != "take")
	}
	if err != nil {
		u.Choices = c
		return v.mend(err, func() error { return s.showUpload(v, &uploadView{Upload: u, fault: err}) })
	}
	return s.back(v, uploadPath(id))
}

// Marks of the form in which columns are mapped.
const (
	asItIs  = "=" // what the column is taken for already
	notRead = ""
)

func columnBox(file, column int) string {
	return "f" + strconv.Itoa(file) + "c" + strconv.Itoa(column)
}

func fileBox(file int, what string) string { return "f" + strconv.Itoa(file) + what }

// choicesOf reads the form of an upload. What it says of a table is kept also where it contradicts itself, so that the
// form can be shown again as it was filled in.
func choicesOf(u *intake.Upload, value func(string) string) (intake.Choices, error) {
	c := intake.Choices{
		Create: awareness.Create(value("create")), Accounts: value("accounts") != "", Zone: strings.TrimSpace(value("zone")),
	}
	if value("history") != "" {
		c.HistoryBefore = value("history_before")
	}
	var fault error
	if _, err := book.OneOf("create", string(c.Create), awareness.Creates); err != nil && c.Create != "" {
		fault = err
	}
	for i := range u.Files {
		one := intake.FileChoices{Leave: value(fileBox(i, "leave")) != "", Channel: book.Channel(value(fileBox(i, "channel")))}
		one.Direction = book.Direction(value(fileBox(i, "direction")))
		one.Sheet, one.Self = value(fileBox(i, "sheet")), value(fileBox(i, "self"))
		if seen := u.Files[i].Seen; seen != nil && len(seen.Columns) > 0 && (one.Sheet == "" || one.Sheet == seen.Sheet) {
			var err error
			if one.Map, err = mapOf(i, seen, value); err != nil {
				fault = err
			}
		}
		c.Files = append(c.Files, one)
	}
	return c, fault
}

// oursOf reads the firm's own addresses: those that were written, and those that were ticked among the busiest of the files.
func oursOf(given []string) (out []string) {
	for _, text := range given {
		for one := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(",;\n\r", r) }) {
			if one = strings.TrimSpace(one); one != "" && !slices.Contains(out, one) {
				out = append(out, one)
			}
		}
	}
	return out
}

// mapOf is the mapping that the form says for the columns of one file: ours = theirs.
func mapOf(file int, seen *transfer.Seen, value func(string) string) (map[string]string, error) {
	out := map[string]string{}
	var fault error
	for j, col := range seen.Columns {
		field := value(columnBox(file, j))
		switch {
		case field == asItIs || col.Header == "":
			continue
		case field == notRead:
			if _, taken := out[col.Field]; !taken && slices.Contains(transfer.InteractionFields(), col.Field) && seen.Kind == transfer.Interactions {
				out[col.Field] = ""
			}
			continue
		case out[field] != "":
			fault = book.Fieldf(book.Invalid, "map", "gives %s to two columns, %s and %s; one of them has it", field, out[field], col.Header)
		}
		out[field] = col.Header
	}
	return out, fault
}

// chosen is what the form shows for a column: what was chosen for it, else what it is taken for.
func chosen(u *intake.Upload, file, column int) string {
	col, c := u.Files[file].Seen.Columns[column], u.Choices.For(file)
	for field, header := range c.Map {
		if header == col.Header && header != "" {
			return field
		}
	}
	switch kind := u.Files[file].Seen.Kind; {
	case kind == transfer.Table && len(c.Map) == 0:
		return col.Likely
	case kind == transfer.Interactions:
		return col.Field
	case kind.HasPeople():
		return asItIs
	}
	return notRead
}

func (s *Server) stopImport(v *visit) error {
	id, _ := book.ParseID(v.r.PathValue("id"))
	if err := s.Intake.Stop(v.who.Actor, id); err != nil && book.FaultOf(err) != book.Conflict { // it has ended by itself
		return err
	}
	return s.back(v, uploadPath(id))
}

func (s *Server) discard(v *visit) error {
	id, _ := book.ParseID(v.r.PathValue("id"))
	if err := s.Intake.Discard(v.who.Actor, id); err != nil {
		return err
	}
	return s.back(v, "/import")
}

// rejects sends the rows that an import left out.
func (s *Server) rejects(v *visit) error {
	id, _ := book.ParseID(v.r.PathValue("id"))
	n, _ := strconv.Atoi(v.r.PathValue("n"))
	f, err := s.Intake.Rejects(v.who.Actor, id, n)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	h := v.w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="rejects-`+strconv.Itoa(n)+`.csv"`)
	if _, err := io.Copy(v.w, f); err != nil {
		s.Log.Info("a file of rejects was not sent whole", "error", err)
	}
	return nil
}

func (s *Server) undoImport(v *visit) error {
	id, _ := book.ParseID(v.r.PostFormValue("run"))
	cmd := &awareness.UndoRun{ID: id}
	_, err := s.Teller.Do(v.r.Context(), v.who.Actor, cmd, teller.Options{})
	if err != nil && book.FaultOf(err) != book.Conflict {
		return err
	}
	if err != nil {
		return s.showImports(v, &importsView{fault: err})
	}
	return s.showImports(v, &importsView{undone: cmd})
}
