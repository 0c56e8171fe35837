package intake

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unicode/utf8"

	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

// stateFile says how an upload stands, beside its files.
const stateFile = "upload.json"

// folder is where an upload lies. Both parts are ids of our own making.
func (in *Intake) folder(u *Upload) string {
	return filepath.Join(in.dir, string(book.DerivedID("uploads", string(u.Workspace))), string(u.ID))
}

// path is where a file of an upload lies, by its number and never by its name.
func (in *Intake) path(u *Upload, i int) string {
	return filepath.Join(in.folder(u), "file-"+strconv.Itoa(i+1))
}

// save writes how an upload stands, whole or not at all.
func (in *Intake) save(u *Upload) error {
	raw, err := json.Marshal(u)
	if err != nil {
		return err
	}
	path := filepath.Join(in.folder(u), stateFile)
	if err := writeSynced(path+".new", raw); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// writeSynced writes a file and has it on the disk before it takes the place of another.
func writeSynced(path string, raw []byte) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Write(raw); err != nil {
		return err
	}
	return f.Sync()
}

// load reads all uploads. One that says nothing of itself was being received when the server went down, and goes; one that
// cannot be read for another reason, as a disk that fails, stays where it is.
func (in *Intake) load() error {
	found, err := filepath.Glob(filepath.Join(in.dir, "*", "*"))
	if err != nil {
		return err
	}
	for _, dir := range found {
		if _, ok := book.ParseID(filepath.Base(dir)); !ok {
			continue
		}
		u := &Upload{}
		raw, err := os.ReadFile(filepath.Join(dir, stateFile))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err == nil {
			err = json.Unmarshal(raw, u)
		}
		if err != nil || in.folder(u) != dir {
			if err := os.RemoveAll(dir); err != nil {
				return err
			}
			continue
		}
		if cutShort(u) {
			if err := in.save(u); err != nil {
				return err
			}
		}
		in.uploads[u.ID] = u
	}
	return nil
}

// cutShort says of an upload that the server was busy with what became of it.
func cutShort(u *Upload) bool {
	if !u.Phase.Busy() {
		return false
	}
	u.Progress = nil
	if u.Trial || u.Phase == Queued {
		u.Phase, u.Fault = Waiting, "the server stopped before this was done; nothing was written"
		return true
	}
	u.Phase = Stopped
	u.Fault = "the server stopped in the middle; what was written until then stands. Taking it in again goes on from there, undoing takes it back"
	return true
}

// errTooLarge says that an upload has more bytes than it may.
var errTooLarge = errors.New("too large")

// Receive keeps the files of an upload, in the order in which next gives them; next ends with io.EOF. They are looked at
// once they are here: by their bytes, not by what they are called.
func (in *Intake) Receive(who teller.Actor, next func() (name string, r io.Reader, err error)) (_ Upload, err error) {
	if err := book.Permit(who.Role, book.ActImport); err != nil {
		return Upload{}, err
	}
	if err := in.here(); err != nil {
		return Upload{}, err
	}
	if n := in.count(who); n >= mostUploads {
		return Upload{}, book.Errorf(book.Conflict, "%d uploads wait already; throw some of them away first", n)
	}
	id, err := in.t.NewID()
	if err != nil {
		return Upload{}, err
	}
	u := &Upload{ID: id, Workspace: who.Workspace, Member: who.Member, Role: who.Role, Received: in.t.Now(), Phase: Waiting, Files: []File{}}
	if err := os.MkdirAll(in.folder(u), 0o700); err != nil {
		return Upload{}, err
	}
	defer func() {
		if err != nil {
			if errors.Is(err, syscall.ENOSPC) {
				err = &book.Error{Fault: book.Internal, Message: "the server's disk is full; nothing of this was kept, and what is in the book is safe", Cause: err}
			}
			err = errors.Join(err, os.RemoveAll(in.folder(u)))
		}
	}()
	if err := in.receive(u, next); err != nil {
		return Upload{}, err
	}
	if err := in.save(u); err != nil {
		return Upload{}, err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.uploads[u.ID] = u
	return *u, nil
}

func (in *Intake) receive(u *Upload, next func() (string, io.Reader, error)) error {
	left := in.largest
	for {
		name, r, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if len(u.Files) == mostFiles {
			return book.Fieldf(book.Invalid, "files", "are more than %d; hand in the others afterwards", mostFiles)
		}
		n, err := writeFile(in.path(u, len(u.Files)), r, left)
		if errors.Is(err, errTooLarge) {
			return book.Fieldf(book.Invalid, "files", "are larger than %d MB together; hand in fewer at a time, or pack them with gzip", in.largest>>20)
		}
		if err != nil {
			return err
		}
		left -= n
		u.Files = append(u.Files, File{Name: cleanName(name), Size: n, Kept: true})
	}
	if len(u.Files) == 0 {
		return book.Fieldf(book.Invalid, "files", "are missing: choose one or more")
	}
	u.Choices.Files = make([]FileChoices, len(u.Files))
	for i := range u.Files {
		in.look(u, i)
	}
	return nil
}

// writeFile keeps at most left bytes of a file.
func writeFile(path string, r io.Reader, left int64) (n int64, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	n, err = io.Copy(f, io.LimitReader(r, left+1))
	if err == nil && n > left {
		err = errTooLarge
	}
	if err == nil {
		err = f.Sync()
	}
	return n, err
}

// look says what one file of an upload is, by the choices for it.
func (in *Intake) look(u *Upload, i int) {
	f, c := &u.Files[i], u.Choices.file(i)
	f.Seen, f.Fault, f.Wants = nil, "", ""
	o := transfer.Options{Name: f.Name, Map: c.Map, Channel: c.Channel, Sheet: c.Sheet, Direction: c.Direction}
	if c.Self != "" {
		o.Self = []string{c.Self}
	}
	seen, err := transfer.Look(in.path(u, i), o)
	if book.FaultOf(err) == book.Invalid && c.Sheet != "" { // a sheet that is not there: the first is shown again
		o.Sheet = ""
		seen, err = transfer.Look(in.path(u, i), o)
	}
	if err != nil {
		f.Fault = book.Message(err)
		if book.FaultOf(err) == book.Internal {
			in.log.Error("an uploaded file could not be looked at", "upload", u.ID, "error", err)
		}
		return
	}
	f.Seen = seen
	if seen.Wants != nil {
		f.Wants = book.Message(seen.Wants)
	}
}

// count is how many uploads of a firm lie here.
func (in *Intake) count(who teller.Actor) (n int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, u := range in.uploads {
		if u.Workspace == who.Workspace && u.Phase != Taken {
			n++
		}
	}
	return n
}

// Again looks at the files anew by other choices, and keeps them. The upload is as it was before any trial.
func (in *Intake) Again(who teller.Actor, id book.ID, c Choices) (Upload, error) {
	in.mu.Lock()
	old, err := in.mine(who, id)
	in.mu.Unlock()
	switch {
	case err != nil:
		return Upload{}, err
	case old.Phase.Busy():
		return Upload{}, book.Errorf(book.Conflict, "the server is at work on it; stop that first")
	case old.Phase == Taken:
		return Upload{}, book.Errorf(book.Conflict, "it was taken in already")
	}
	u := *old
	u.Files, u.Choices = slices.Clone(u.Files), c
	u.Fault, u.Field = "", ""
	for i := range u.Files {
		in.look(&u, i) // which takes its time for some files, so that nobody else is kept waiting
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	now, err := in.mine(who, id)
	if err == nil && now != old {
		err = book.Errorf(book.Conflict, "it was changed meanwhile; look at it again")
	}
	if err != nil {
		return Upload{}, err
	}
	in.uploads[id] = &u
	return u, in.save(&u)
}

// cleanName is what a file is called, without folders and without anything that is no letter.
func cleanName(s string) string {
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		s = s[i+1:]
	}
	s = book.Clean(strings.ToValidUTF8(s, ""))
	for utf8.RuneCountInString(s) > 120 {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	if s == "" || strings.Trim(s, ".") == "" {
		return "file"
	}
	return s
}

// Rejects opens the rejects file of one file of an upload, by its number from 1. The caller closes it.
func (in *Intake) Rejects(who teller.Actor, id book.ID, number int) (io.ReadCloser, error) {
	u, err := in.Get(who, id)
	if err != nil {
		return nil, err
	}
	if u.Result != nil {
		for i := range u.Result.Files {
			if f := &u.Result.Files[i]; f.RejectsNumber == number && number > 0 {
				return os.Open(filepath.Join(in.folder(&u), filepath.Base(f.RejectsFile)))
			}
		}
	}
	return nil, book.Errorf(book.NotFound, "there is no such file of skipped rows")
}
