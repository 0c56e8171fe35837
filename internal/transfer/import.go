package transfer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// ImportRequest says what to take into the book and how.
type ImportRequest struct {
	Paths    []string
	Options  Options // Me is widened by the members' own addresses; Zone, Now and Country are filled in from the book
	Create   awareness.Create
	Accounts bool   // every card becomes an account
	DryRun   bool   // report only
	Rejects  string // the file for skipped rows; empty makes one beside where the command runs, when there are any
	Progress func(file string, done, total int64, rows int)
}

// Report says what an import did, in the shape that others rely on.
type Report struct {
	Run         book.ID      `json:"run"`
	RejectsFile string       `json:"rejects_file"`
	Files       []FileReport `json:"files"`
}

// FileReport says what became of the rows of one file.
type FileReport struct {
	Name      string   `json:"name"`
	Kind      Kind     `json:"kind"`
	Read      int      `json:"read"`
	Created   int      `json:"created"`
	Updated   int      `json:"updated"`
	Unchanged int      `json:"unchanged"`
	Skipped   int      `json:"skipped"`
	Suggested int      `json:"suggested"`
	Rejects   []Reject `json:"rejects"`
	// RejectsFile holds the rejects of this file where there are several.
	RejectsFile string `json:"rejects_file,omitempty"`
	// Notes are remarks on the file as a whole, and on rows that were read although something in them was not.
	Notes []string `json:"notes,omitempty"`
	// Reasons counts the skipped rows by reason, all of them.
	Reasons map[string]int `json:"-"`
	remarks int
}

// Reject is a row that was skipped, and why.
type Reject struct {
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// maxRejects bounds the rejects that a report carries; the rejects file has all of them.
const maxRejects = 10_000

// A piece of a file, which is written in one transaction, ends at so many rows or so much text.
const (
	PieceRows  = 20_000
	pieceBytes = 16 << 20
)

// Import takes files into the book. Address books come first, so that letters find the people they are from; the
// report keeps the order given. Each piece is durable when it is counted, and the same file again changes nothing.
func Import(ctx context.Context, t *teller.Teller, who teller.Actor, req ImportRequest) (_ *Report, err error) {
	defer book.Wrap(&err, "import")
	im := &importing{t: t, who: who, req: req}
	if err := im.prepare(ctx); err != nil {
		return nil, err
	}
	defer im.close()
	if req.DryRun {
		_, err := t.Do(ctx, who, &wholeImport{im}, teller.Options{Run: im.run.ID, DryRun: true})
		if err != nil {
			return nil, err
		}
		return im.finishReport(), nil
	}
	if err := im.saveRun(ctx); err != nil {
		return nil, err
	}
	err = im.all(ctx, func(cmd teller.Command) error {
		for try := 0; ; try++ {
			_, err := t.Do(ctx, who, cmd, teller.Options{Run: im.run.ID})
			// Another import has just made the same people: this piece is done again and finds them.
			if try == 3 || !sqldb.IsUnique(err) {
				return err
			}
		}
	})
	if err != nil {
		return nil, err
	}
	report := im.finishReport()
	b, err := json.Marshal(withoutRejects(report))
	if err != nil {
		return nil, err
	}
	im.run.Finished, im.run.Report = t.Now(), string(b)
	return report, im.saveRun(ctx)
}

// withoutRejects is the report as it is kept: counts, not rows of foreign text.
func withoutRejects(r *Report) Report {
	kept := Report{Run: r.Run, RejectsFile: r.RejectsFile, Files: slices.Clone(r.Files)}
	for i := range kept.Files {
		kept.Files[i].Rejects, kept.Files[i].Notes = nil, nil
	}
	return kept
}

// importing is one import under way.
type importing struct {
	t       *teller.Teller
	who     teller.Actor
	req     ImportRequest
	run     store.Run
	me      map[string]bool
	sources []*Source
	of      []int // where each source stands in the report
	report  Report

	rejects *rejects // of the source that is read
	written int      // how many rejects files there are
}

// prepare opens every file before anything is written, so that a slip in the third costs nothing.
func (im *importing) prepare(ctx context.Context) error {
	id, err := im.t.NewID()
	if err != nil {
		return err
	}
	im.run = store.Run{ID: id, Started: im.t.Now()}
	o := &im.req.Options
	for _, address := range o.Me {
		if book.EmailKey(address) == "" && !strings.ContainsAny(address, "+0123456789") {
			return book.Fieldf(book.Invalid, "me", "%q is no address; it wants the firm's own, as in ana@example.com", address)
		}
	}
	im.me = o.ours()
	err = im.t.Read(ctx, im.who, 0, func(r *teller.Reading) error {
		members, err := r.Tx.MemberAddresses(ctx)
		for address := range members {
			if !im.me[address] {
				im.me[address] = true
				o.Me = append(o.Me, address)
			}
		}
		o.Zone, o.Now, o.Country = r.Rules.Calendar.Zone, r.Now.Time(), r.Rules.Firm.Country
		return err
	})
	if err != nil {
		return err
	}
	for _, path := range im.req.Paths {
		s, err := Open(path, *o)
		if fault := book.FaultOf(err); err != nil && len(im.req.Paths) > 1 && (fault == book.Invalid || fault == book.NotFound) {
			im.unreadable(path, err) // one bad file among several does not keep the others out
			continue
		}
		if err != nil {
			im.close()
			return err
		}
		if len(im.me) == 0 && s.Kind.HasMessages() {
			s.Notes = append(s.Notes, "no address of the firm is known, so who wrote to whom is told by the file alone; give --me ADDRESS")
		}
		im.sources, im.of = append(im.sources, s), append(im.of, len(im.report.Files))
		im.report.Files = append(im.report.Files, FileReport{
			Name: filepath.Base(path), Kind: s.Kind, Rejects: []Reject{}, Notes: slices.Clone(s.Notes),
		})
	}
	im.report.Run = im.run.ID
	return nil
}

// unreadable reports a file that is nothing that is understood as one row that was skipped.
func (im *importing) unreadable(path string, err error) {
	im.report.Files = append(im.report.Files, FileReport{
		Name: filepath.Base(path), Kind: Unknown, Read: 1, Skipped: 1, Rejects: []Reject{{0, book.Message(err)}},
		Reasons: map[string]int{book.Message(err): 1},
	})
}

func (im *importing) close() {
	for _, s := range im.sources {
		_ = s.Close() // they were only read
	}
	if im.rejects != nil {
		_ = im.rejects.file.Close() // closed with its error looked at in endRejects; this is the way out of a failure
	}
}

func (im *importing) saveRun(ctx context.Context) error {
	_, err := im.t.Do(ctx, im.who, &awareness.SaveRun{Row: im.run}, teller.Options{})
	return err
}

// all reads every source, address books first, and hands its pieces to do.
func (im *importing) all(ctx context.Context, do func(teller.Command) error) error {
	for _, people := range []bool{true, false} {
		for i, s := range im.sources {
			if s.Kind.HasPeople() != people {
				continue
			}
			err := im.one(ctx, s, &im.report.Files[im.of[i]], do)
			if err = errors.Join(err, im.endRejects()); err != nil {
				return fmt.Errorf("%s: %w", filepath.Base(s.Name), err)
			}
		}
	}
	return nil
}

func (im *importing) one(ctx context.Context, s *Source, f *FileReport, do func(teller.Command) error) error {
	switch {
	case s.Kind == PassbookExport:
		return book.Errorf(book.Invalid, "a Passbook export is read alone: give no other files with it")
	case s.Kind.HasPeople():
		return pieces(ctx, s.People(), func(p awareness.PersonIn) int { return len(p.Raw) }, func(people []awareness.PersonIn, faults []Fault) error {
			cmd := &awareness.ImportPeople{People: people, Accounts: im.req.Accounts}
			if err := do(cmd); err != nil {
				return err
			}
			return im.count(s, f, cmd.Outcomes, faults)
		})
	}
	size := func(m awareness.MessageIn) int { return len(m.Body) + len(m.Summary) }
	return pieces(ctx, s.Messages(), size, func(messages []awareness.MessageIn, faults []Fault) error {
		cmd := &awareness.ImportTouches{Messages: messages, Me: im.me, Create: im.req.Create}
		if err := do(cmd); err != nil {
			return err
		}
		return im.count(s, f, cmd.Outcomes, faults)
	})
}

// piece is a part of a source: what was read and what could not be.
type piece[T any] struct {
	items  []T
	faults []Fault
}

// pieces reads a source on one goroutine while the piece before is written on this one.
func pieces[T any](ctx context.Context, all iter.Seq2[T, *Fault], size func(T) int, write func([]T, []Fault) error) error {
	reading, stop := context.WithCancel(ctx)
	ready := make(chan piece[T])
	go func() {
		defer close(ready)
		var p piece[T]
		bytes := 0
		send := func() bool {
			select {
			case ready <- p:
				p, bytes = piece[T]{}, 0
				return true
			case <-reading.Done():
				return false
			}
		}
		for item, fault := range all {
			if fault != nil {
				p.faults = append(p.faults, *fault)
			} else {
				p.items = append(p.items, item)
				bytes += size(item)
			}
			if len(p.items)+len(p.faults) >= PieceRows || bytes >= pieceBytes {
				if !send() {
					return
				}
			}
		}
		if len(p.items)+len(p.faults) > 0 {
			send()
		}
	}()
	var err error
	for p := range ready {
		if ctx.Err() != nil {
			break
		}
		if err = write(p.items, p.faults); err != nil {
			break
		}
	}
	stop()
	for range ready { // the reader ends before its file is closed
	}
	return errors.Join(err, ctx.Err())
}

// count adds a piece's outcomes to the report and its skipped rows to the rejects.
func (im *importing) count(s *Source, f *FileReport, outcomes []awareness.Outcome, faults []Fault) error {
	for _, fault := range faults {
		if fault.Partial {
			f.remark(fault)
			continue
		}
		outcomes = append(outcomes, awareness.Outcome{Line: fault.Line, Status: awareness.Skipped, Reason: fault.Reason})
	}
	slices.SortStableFunc(outcomes, func(a, b awareness.Outcome) int { return a.Line - b.Line })
	for _, o := range outcomes {
		f.Read++
		switch o.Status {
		case awareness.Created:
			f.Created++
		case awareness.Updated:
			f.Updated++
		case awareness.Unchanged:
			f.Unchanged++
		case awareness.Suggested:
			f.Suggested++
		default:
			f.Skipped++
			if err := im.reject(s, f, o); err != nil {
				return err
			}
		}
	}
	if im.req.Progress != nil {
		done, total := s.Progress()
		im.req.Progress(f.Name, done, total, f.Read)
	}
	return nil
}

// maxRemarks bounds the remarks on single rows of a file.
const maxRemarks = 100

// remark notes what is wrong in a row that was read all the same.
func (f *FileReport) remark(fault Fault) {
	switch f.remarks++; {
	case f.remarks <= maxRemarks:
		f.Notes = append(f.Notes, fmt.Sprintf("line %d, which was read as far as it goes: %s", fault.Line, fault.Reason))
	case f.remarks == maxRemarks+1:
		f.Notes = append(f.Notes, "there is more of this kind")
	}
}

func (im *importing) reject(s *Source, f *FileReport, o awareness.Outcome) error {
	if f.Reasons == nil {
		f.Reasons = map[string]int{}
	}
	f.Reasons[o.Reason]++
	if len(f.Rejects) < maxRejects {
		f.Rejects = append(f.Rejects, Reject{o.Line, o.Reason})
	}
	if im.req.DryRun && im.req.Rejects == "" {
		return nil
	}
	if im.rejects == nil {
		path := im.rejectsPath()
		r, err := newRejects(path, s, im.sources)
		if err != nil {
			return err
		}
		im.rejects, f.RejectsFile = r, path
		if im.written++; im.written == 1 {
			im.report.RejectsFile = path
		}
	}
	return im.rejects.add(o.Line, o.Reason)
}

// rejectsPath names the next rejects file: every source has its own, because their columns differ.
func (im *importing) rejectsPath() string {
	path := im.req.Rejects
	if path == "" {
		path = "passbook-rejects-" + string(im.run.ID) + ".csv"
	}
	if im.written == 0 {
		return path
	}
	ext := filepath.Ext(path)
	return strings.TrimSuffix(path, ext) + "-" + strconv.Itoa(im.written+1) + ext
}

func (im *importing) endRejects() error {
	if im.rejects == nil {
		return nil
	}
	err := im.rejects.close()
	im.rejects = nil
	return err
}

func (im *importing) finishReport() *Report {
	if im.written == 1 { // the report names it
		for i := range im.report.Files {
			im.report.Files[i].RejectsFile = ""
		}
	}
	return &im.report
}

// wholeImport is a dry run: everything in one command, so that later files see what earlier ones would have brought,
// and then taken back.
type wholeImport struct{ im *importing }

// Act implements teller.Command.
func (*wholeImport) Act() book.Act { return book.ActImport }

// Alone implements teller.Long.
func (*wholeImport) Alone() bool { return true }

// Run implements teller.Command.
func (c *wholeImport) Run(ctx context.Context, w *teller.Work) error {
	c.im.written, c.im.report.RejectsFile = 0, ""
	for n, i := range c.im.of {
		f := &c.im.report.Files[i]
		*f = FileReport{Name: f.Name, Kind: f.Kind, Rejects: []Reject{}, Notes: slices.Clone(c.im.sources[n].Notes)}
	}
	return c.im.all(ctx, func(cmd teller.Command) error {
		if err := cmd.Run(ctx, w); err != nil {
			return err
		}
		return w.Flush(ctx)
	})
}
