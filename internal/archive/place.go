package archive

import (
	"archive/zip"
	"compress/flate"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// place makes the files of an archive, by names such as "playbooks/estate.toml". Each is closed before the next is made.
type place func(name string) (io.WriteCloser, error)

// inFolder makes them in a folder, where only its owner may read them.
func inFolder(dir string) place {
	return func(name string) (io.WriteCloser, error) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		return syncedFile{f}, err
	}
}

// syncedFile is on the disk once it is closed.
type syncedFile struct{ *os.File }

// Close implements io.Closer.
func (f syncedFile) Close() error { return errors.Join(f.Sync(), f.File.Close()) }

// inZip makes them in a folder of a ZIP file, one after the other as they are written.
func inZip(z *zip.Writer, folder string, made time.Time) place {
	return func(name string) (io.WriteCloser, error) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: folder + "/" + name, Method: zip.Deflate, Modified: made})
		return unclosed{w}, err
	}
}

// folderOf is what a firm's export unpacks into: its name and the day, without what any system's folders cannot be called.
func folderOf(firm string, day time.Time) string {
	words := strings.FieldsFunc(firm, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) })
	return cut(strings.Join(append(words, ""), " "), 60) + day.Format(time.DateOnly)
}

// cut shortens a text to so many letters.
func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + " "
	}
	return s
}

// unclosed is a file that ends where the next one begins.
type unclosed struct{ io.Writer }

// Close implements io.Closer.
func (unclosed) Close() error { return nil }

// Takeout hands whole books to those who ask over the network. Each firm's is on its way once at a time: it reads from one
// snapshot for as long as its reader takes to fetch it, and many who dawdle would keep the book from everybody else.
type Takeout struct {
	teller *teller.Teller

	mu   sync.Mutex
	busy map[book.ID]bool // firms whose book is on its way
}

// NewTakeout makes one for all firms of a book.
func NewTakeout(t *teller.Teller) *Takeout {
	return &Takeout{teller: t, busy: map[book.ID]bool{}}
}

// Zip writes to w, as a ZIP file, what Export writes into a folder, while it is read; nothing of it is kept here. Nothing is
// written where it is refused: Forbidden, or Conflict while the same book is being taken out. One that breaks off lacks its
// manifest and the ZIP's list of files, so that nobody takes it for whole. from is the network address that asks.
func (o *Takeout) Zip(ctx context.Context, who teller.Actor, from string, w io.Writer) (err error) {
	defer book.Wrap(&err, "export")
	if err := book.Permit(who.Role, book.ActTake); err != nil {
		return err
	}
	if !o.begin(who.Workspace) {
		return book.Errorf(book.Conflict, "the firm's book is being taken out at this moment; wait until that is done")
	}
	defer o.end(who.Workspace)
	if err := leaves(ctx, o.teller, who, from); err != nil {
		return err
	}
	return o.teller.Store().Read(ctx, who.Workspace, func(tx *store.Tx) error {
		z := zip.NewWriter(w)
		// Lines of JSON shrink to a fifth at the least effort, and more of it would only hold up who waits.
		z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
		firm, err := tx.Firm(ctx)
		if err != nil {
			return err
		}
		day := o.teller.Now().Time()
		if _, err := writeArchive(ctx, tx, inZip(z, folderOf(firm.Name, day), day), nil); err != nil {
			return err
		}
		return z.Close()
	})
}

func (o *Takeout) begin(firm book.ID) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.busy[firm] {
		return false
	}
	o.busy[firm] = true
	return true
}

func (o *Takeout) end(firm book.ID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.busy, firm)
}

// Answer sends the ZIP file as an answer to be saved. begun says that part of it is under way already, so that an error can
// be told only by breaking the answer off.
func (o *Takeout) Answer(w http.ResponseWriter, r *http.Request, who teller.Actor, from string) (begun bool, err error) {
	a := &answer{w: w, name: "passbook-export-" + o.teller.Now().Time().Format(time.DateOnly) + ".zip"}
	err = o.Zip(r.Context(), who, from, a)
	return a.begun, err
}

// answer is what a ZIP file is sent by; that it is one is said with its first byte, since it may be refused before.
type answer struct {
	w     http.ResponseWriter
	name  string
	begun bool
}

// Write implements io.Writer.
func (a *answer) Write(b []byte) (int, error) {
	if !a.begun {
		a.begun = true
		h := a.w.Header()
		h.Set("Content-Type", "application/zip")
		h.Set("Content-Disposition", `attachment; filename="`+a.name+`"`)
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
	}
	return a.w.Write(b)
}
