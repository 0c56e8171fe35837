// Package transfer takes foreign files into the book. A file of any kind that Sniff knows becomes a stream of what the
// awareness room takes in: no file holds more than a record in memory at a time, and what cannot be read is a Fault with
// its line while the rest is read on. Import hands the stream to the room piece by piece, reports on every row, and
// keeps the rows that were left out.
package transfer

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"passbook/internal/address"
	"passbook/internal/awareness"
	"passbook/internal/book"
)

// Options say how a file is to be understood.
type Options struct {
	// Name is what the file is called where it lies under another name, as one that was handed to a server does.
	Name string
	// Map names columns of a table that have other headers than Passbook expects: ours = theirs.
	Map map[string]string
	// Channel is used where a table of interactions has none.
	Channel book.Channel
	// Direction is used where a row of such a table does not say who reached out; empty goes by whose addresses they are.
	Direction book.Direction
	// Sheet is which sheet of a workbook is read; empty is the first.
	Sheet string
	// Self names the firm's people as chats and call lists call them, where no address says who it is.
	Self []string
	// Me lists the addresses of the firm: of mail, of telephones, handles.
	Me []string
	// Zone is where times without a zone are; nil is UTC.
	Zone *time.Location
	// Now tells what is still to come; the zero time lets everything pass as over.
	Now time.Time
	// Country is where phone numbers without a country code are, as two letters. Numbers are handed on as written.
	Country string

	ours address.Set // Me and, in an import, the members' own; made by know
}

func (o *Options) zone() *time.Location {
	if o.Zone == nil {
		return time.UTC
	}
	return o.Zone
}

// early says whether a time lies more than a day ahead, which the book refuses.
func (o *Options) early(at time.Time) bool {
	return !o.Now.IsZero() && at.After(o.Now.Add(24*time.Hour))
}

// know makes the set of the firm's addresses, once. Err names the first that is none.
func (o *Options) know() error {
	o.ours = address.NewSet(o.Country)
	return addOurs(o.ours, o.Me)
}

// CheckOurs refuses what cannot be an address of the firm's own.
func CheckOurs(list []string) error { return addOurs(address.NewSet(""), list) }

func addOurs(ours address.Set, list []string) error {
	for _, a := range list {
		if !ours.Add(a) {
			return book.Fieldf(book.Invalid, "me", "%q is no address; it wants the firm's own, as in ana@example.com or +49 30 1234567", a)
		}
	}
	return nil
}

// Fault is something in a file that could not be read, or was left out on purpose.
type Fault struct {
	Line   int    // line of the file, from 1; of a folder of messages the message's number
	Reason string // what is wrong, in words that may be shown
	// Partial says that the row is read all the same, as far as it can be, and is given beside this.
	Partial bool
}

// Source is an opened file or folder. People and Messages may be iterated several times; each starts anew.
type Source struct {
	Name string // the path as it was given, or what it is called instead
	Kind Kind
	Size int64 // bytes on disk
	// Notes are remarks on the file as a whole: columns that are not read, how dates are understood.
	Notes []string

	opts   Options
	path   string
	file   *os.File // nil for a folder
	zipped bool
	layout *layout   // of a table
	sheet  *workbook // of a table in a workbook
	chat   *chat     // of a chat
	box    *Post     // of a mailbox
	days   dayOrder  // of a table's dates
	// missing is what has to be said before the file can be read, once prepare has looked for it.
	missing []Lack
	passes  int64
	done    atomic.Int64
}

// headSize is how much of a file is looked at to know its kind.
const headSize = 64 << 10

// Open looks at a file or folder and prepares to read it. Errors are book errors: NotFound when nothing is there,
// Invalid when it is nothing that is understood or the options do not fit it.
func Open(path string, opts Options) (_ *Source, err error) {
	if err := opts.know(); err != nil {
		return nil, err
	}
	return openKnowing(path, opts)
}

// openKnowing is Open with options that know the firm's addresses already.
func openKnowing(path string, opts Options) (*Source, error) {
	s, err := recognise(path, opts)
	if err != nil {
		return nil, err
	}
	err = s.prepare()
	if err != nil {
		_ = s.Close() // it was only read
		return nil, err
	}
	return s, nil
}

// prepare checks that the options fit the file, and works out what has to be known before its first row.
func (s *Source) prepare() error {
	switch {
	case s.Kind.IsTable():
		return s.prepareTable()
	case s.Kind == WhatsApp:
		return s.prepareChat()
	}
	return nil
}

// recognise opens a file or folder and finds out what it is; whether the options fit is looked at when it is read.
func recognise(path string, opts Options) (*Source, error) {
	called := cmp.Or(opts.Name, path)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, book.Errorf(book.NotFound, "there is no file %s", called)
	case err != nil:
		return nil, book.Errorf(book.Invalid, "%s cannot be read: %s", called, book.Said(Plain(err)))
	case info.IsDir():
		return openFolder(path, opts)
	case !info.Mode().IsRegular():
		return nil, book.Errorf(book.Invalid, "%s is not a plain file; save what it gives into one first", called)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, book.Errorf(book.Invalid, "%s cannot be read: %s", called, book.Said(Plain(err)))
	}
	s := &Source{Name: called, Size: info.Size(), opts: opts, path: path, file: f, passes: 1}
	if err := s.look(); err != nil {
		_ = f.Close() // it was only read
		return nil, err
	}
	return s, nil
}

func openFolder(path string, opts Options) (*Source, error) {
	s := &Source{Name: cmp.Or(opts.Name, path), Kind: Sniff(path, nil, true), opts: opts, path: path, passes: 1}
	switch s.Kind {
	case Maildir:
		s.Size, s.passes = folderSize(path), 2
	case PassbookExport:
		s.Size = folderSize(path)
	default:
		return nil, book.Errorf(book.Invalid,
			"%s is a folder, but neither a Maildir (with cur and new in it) nor a Passbook export (with manifest.json); give the files in it instead", path)
	}
	return s, nil
}

// folderSize adds up the plain files below a folder; what cannot be seen counts nothing.
func folderSize(path string) int64 {
	var size int64
	_ = filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil
		}
		if info, err := d.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	return size
}

// look finds out what the file is.
func (s *Source) look() error {
	var magic [2]byte
	n, _ := s.file.ReadAt(magic[:], 0)
	s.zipped = n == 2 && magic[0] == 0x1f && magic[1] == 0x8b
	if n == 2 && string(magic[:]) == "PK" && isWorkbook(s.file, s.Size) {
		return s.lookSheet()
	}
	r, err := s.stream()
	if err != nil {
		return err
	}
	head, err := io.ReadAll(io.LimitReader(r, headSize))
	if err != nil && len(head) == 0 {
		return book.Errorf(book.Invalid, "%s cannot be read: %s", s.Name, book.Said(Plain(err)))
	}
	s.done.Store(0)
	s.Kind = Sniff(strings.TrimSuffix(s.Name, ".gz"), head, false)
	if l := findLayout(head, s.opts.Map); l != nil && (s.Kind.IsTable() || s.Kind == Unknown) {
		s.layout, s.Kind = l, l.kind
	}
	switch {
	case s.Kind == Unknown:
		return book.Errorf(book.Invalid, "%s is %s, which is not understood; understood are %s", s.Name, book.Said(describe(head)), book.Said(understood))
	case s.Kind == Mbox || s.Kind == WhatsApp || s.Kind == Monica:
		s.passes = 2
	}
	return nil
}

// lookSheet finds the table in a workbook.
func (s *Source) lookSheet() (err error) {
	if s.sheet, err = openWorkbook(s.file, s.Size, s.opts.Sheet); err == nil {
		var t rowSource
		if t, err = s.sheet.rows(s.file); err == nil {
			s.layout = layoutOf(t, ',', s.opts.Map)
		}
	}
	var fault *book.Error
	switch {
	case errors.As(err, &fault):
		return err
	case err != nil:
		return book.Errorf(book.Invalid, "%s is a workbook that cannot be read: %s", s.Name, book.Said(sheetFault(err)))
	case s.layout == nil:
		return book.Errorf(book.Invalid, "%s: the sheet %s is no table with a row of headers", s.Name, s.sheet.sheet.name)
	}
	if note := s.sheet.note(); note != "" {
		s.Notes = append(s.Notes, note)
	}
	s.Kind = s.layout.kind
	return nil
}

// Plain is the text of a file error without its path, since messages name that already.
func Plain(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// stream gives the file's bytes from the start, unpacked, and counts them as read.
func (s *Source) stream() (io.Reader, error) {
	return s.unpacked(&counter{r: io.NewSectionReader(s.file, 0, s.Size), n: &s.done})
}

// plainStream does so without counting.
func (s *Source) plainStream() (io.Reader, error) {
	return s.unpacked(io.NewSectionReader(s.file, 0, s.Size))
}

func (s *Source) unpacked(r io.Reader) (io.Reader, error) {
	if !s.zipped {
		return r, nil
	}
	r, err := unzip(r, s.Size)
	if err != nil {
		return nil, book.Errorf(book.Invalid, "%s is not a whole gzip file: %s", s.Name, book.Said(Plain(err)))
	}
	return r, nil
}

// Progress tells how many bytes of the file have been read and how many there are to read; mail is read twice. It
// may be asked while another goroutine reads.
func (s *Source) Progress() (done, total int64) {
	total = s.Size * s.passes
	return min(s.done.Load(), total), total
}

// Close lets go of the file.
func (s *Source) Close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

// People reads the persons and companies of an address book. Each pair has either a person or a fault; of a source
// of interactions there are none. Each row of the file is one or the other, but for faults that are Partial.
func (s *Source) People() iter.Seq2[awareness.PersonIn, *Fault] {
	return func(give func(awareness.PersonIn, *Fault) bool) {
		yield := func(p awareness.PersonIn, f *Fault) bool {
			s.checkDays(&p)
			return give(p, f)
		}
		switch {
		case s.Kind == VCard:
			s.readCards(yield)
		case s.Kind == Monica:
			s.readMonicaPeople(yield)
		case s.Kind.IsTable() && s.Kind.HasPeople():
			s.readPeople(yield)
		}
	}
}

// Messages reads the interactions of a mail archive, a calendar or a table. Each pair has either a message or a
// fault; of an address book there are none. Each row of the file is one or the other, but for faults that are Partial.
func (s *Source) Messages() iter.Seq2[awareness.MessageIn, *Fault] {
	return func(yield func(awareness.MessageIn, *Fault) bool) {
		switch s.Kind {
		case Interactions, HubSpotActivities:
			s.readInteractions(yield)
		case AndroidCalls, AndroidTexts:
			s.readPhone(yield)
		case WhatsApp:
			s.readChat(yield)
		case Monica:
			s.readMonicaMessages(yield)
		case Mbox, Maildir, EML, Mailbox:
			s.readLetters(yield)
		case ICalendar:
			s.readEvents(yield)
		}
	}
}
