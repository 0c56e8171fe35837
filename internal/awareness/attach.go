package awareness

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// MostFile is how many bytes a file on an account may have.
const MostFile = 10 << 20

// Attach keeps a file on an account. What is in it is kept once for each account, however often it is attached; taking
// the entry back takes the file away.
type Attach struct {
	Account Client
	Name    string // of the file, without folders
	Media   string // what it is, as "application/pdf", told from what is in it
	Data    []byte
	At      book.Instant
}

// Act implements teller.Command.
func (*Attach) Act() book.Act { return book.ActLog }

// Run implements teller.Command.
func (c *Attach) Run(ctx context.Context, w *teller.Work) error {
	name := book.Clean(strings.Map(asRead, path.Base(strings.ReplaceAll(c.Name, `\`, "/"))))
	switch {
	case name == "" || name == "." || name == "/":
		return book.Fieldf(book.Invalid, "file", "has no name")
	case len(name) > 255:
		return book.Fieldf(book.Invalid, "file", "has a name longer than 255 bytes")
	case len(c.Data) == 0:
		return book.Fieldf(book.Invalid, "file", "is empty")
	case len(c.Data) > MostFile:
		return book.Fieldf(book.Invalid, "file", "is larger than %d MiB", MostFile>>20)
	}
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	if a.Name == book.Erased {
		return book.Errorf(book.Conflict, "the person of this account was erased; no files are kept about them any more")
	}
	sum := sha256.Sum256(c.Data)
	hash := hex.EncodeToString(sum[:])
	if err := w.Tx.InsertBlob(ctx, &store.Blob{Account: a.ID, Hash: hash, Data: c.Data}); err != nil {
		return err
	}
	return w.Append(&book.Entry{
		Account: a.ID, At: c.At, Kind: book.KindAttached, Facts: book.Facts{Size: int64(len(c.Data))},
		Words: book.Words{Text: name, Hash: hash, Media: c.Media},
	})
}

// asRead takes out of a file's name what turns the order of its letters round or breaks its line, so that its end, which
// says what it is, stands where it is read.
func asRead(r rune) rune {
	if r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u2028' || r == '\u2029' || r < ' ' {
		return -1
	}
	return r
}

// Detach takes a file off an account: the entry that attached it counts no more, and undoing that brings the file back.
type Detach struct {
	Account Client
	Entry   book.ID // that attached it
	Name    string  // instead of Entry: what the file is called, or the entry's id as text
	Reason  string

	Known string // set by Run: what it is called
}

// Act implements teller.Command.
func (*Detach) Act() book.Act { return book.ActUndo }

// Run implements teller.Command.
func (c *Detach) Run(ctx context.Context, w *teller.Work) error {
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	entry, err := c.entry(ctx, w, a)
	if err != nil {
		return err
	}
	e, err := readEntry(ctx, w, entry)
	if err != nil {
		return err
	}
	stands, err := w.Tx.StandsFor(ctx, a.ID)
	if err != nil {
		return err
	}
	if e.Kind != book.KindAttached || !slices.Contains(stands, e.Account) {
		return book.Errorf(book.NotFound, "there is no such file on the account of %s", a.Name)
	}
	c.Known = e.Words.Text
	return (&Void{Entry: e.ID, Reason: c.Reason}).Run(ctx, w)
}

// entry is which of the account's files is meant.
func (c *Detach) entry(ctx context.Context, w *teller.Work, a *store.Account) (book.ID, error) {
	if id, ok := book.ParseID(c.Name); ok {
		return id, nil
	}
	if c.Name == "" {
		return c.Entry, nil
	}
	r, err := w.Reading(ctx)
	if err != nil {
		return "", err
	}
	all, err := Attachments(ctx, r, a.ID)
	if err != nil {
		return "", err
	}
	var ids []string
	for _, f := range all {
		if f.Name == c.Name {
			ids = append(ids, string(f.Entry))
		}
	}
	switch len(ids) {
	case 0:
		return "", book.Errorf(book.NotFound, "there is no such file on the account of %s", a.Name)
	case 1:
		return book.ID(ids[0]), nil
	}
	return "", book.Errorf(book.Conflict, "%d files on the account of %s are called so; give the id of one: %s", len(ids), a.Name, strings.Join(ids, ", "))
}

// File is a file on an account.
type File struct {
	Entry book.ID      `json:"entry"`
	Name  string       `json:"name"`
	Media string       `json:"media"`
	Size  int64        `json:"size"`
	Hash  string       `json:"sha256"`
	At    book.Instant `json:"at"`
}

const mostFiles = 200

// Attachments lists the files of an account and of those merged into it, the newest first.
func Attachments(ctx context.Context, r *teller.Reading, account book.ID) ([]File, error) {
	ids, err := r.Tx.StandsFor(ctx, account)
	if err != nil {
		return nil, err
	}
	var all []book.Entry
	for _, id := range ids {
		some, err := r.Tx.LatestOfKind(ctx, id, book.KindAttached, r.At, mostFiles)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	newestFirst(all)
	out := []File{}
	for i := range all {
		e := &all[i]
		if e.Words.Hash != "" {
			out = append(out, File{e.ID, e.Words.Text, e.Words.Media, e.Facts.Size, e.Words.Hash, e.At})
		}
	}
	return out, nil
}

// ReadFile reads a file of an account by its entry. Errors: NotFound for one that is not there, or was taken away.
func ReadFile(ctx context.Context, r *teller.Reading, account, entry book.ID) (File, []byte, error) {
	all, err := Attachments(ctx, r, account)
	if err != nil {
		return File{}, nil, err
	}
	for _, f := range all {
		if f.Entry != entry {
			continue
		}
		found, err := r.Tx.EntriesByID(ctx, entry)
		if err != nil {
			return File{}, nil, err
		}
		e := found[entry]
		b, err := r.Tx.Blob(ctx, e.Account, f.Hash)
		return f, b.Data, err
	}
	return File{}, nil, book.Errorf(book.NotFound, "there is no such file")
}
