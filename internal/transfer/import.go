package transfer

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// ImportRequest says what to take into the book and how.
type ImportRequest struct {
	Paths    []string
	Options  Options // Me is widened by the members' own addresses; Zone, Now and Country are filled in from the book
	Create   awareness.Create
	Accounts bool // every card becomes an account
	DryRun   bool // report only
	// HistoryBefore is a day, as 2002-01-31: what was not answered before it is taken in as history, for which nobody waits.
	HistoryBefore string
	Rejects       string // the file for skipped rows; empty makes one beside where the command runs, when there are any
	// Folder is where files for skipped rows are made, if not beside where the command runs; reports name them without it.
	Folder string
	// Letters are read besides the paths; nil for none.
	Letters *Post
	// Each says of single paths what differs from the options for all.
	Each map[string]Each
	// Run is the id of the run, so that whoever watches knows it from the start; empty makes one.
	Run book.ID
	// Gently finishes a piece that was begun when the context ends, so that stopping loses no work.
	Gently bool
	// Reasons says why rows were skipped in the words of who asks, by the book's own words for it, where they differ.
	Reasons  map[string]string
	Progress func(file string, done, total int64, rows int)
}

// Each is what differs for one file of several.
type Each struct {
	Name    string            // what it is called; its path when empty
	Map     map[string]string // instead of the options' for all
	Channel book.Channel      // instead of the options' for all
	Sheet   string            // instead of the options' for all
	// Direction is that of rows that do not say it, instead of the options' for all.
	Direction book.Direction
	Self      string // beside the options' for all
}

// A piece of a file, which is written in one transaction, ends at so many rows or so much text.
const (
	PieceRows  = 20_000
	pieceBytes = 16 << 20
	partyBytes = 100 // of each party of a message, beside the text
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
	done := 0
	writing := ctx
	if req.Gently {
		writing = context.WithoutCancel(ctx)
	}
	err = im.all(ctx, func(cmd teller.Command) error {
		if _, err := t.Do(writing, who, cmd, teller.Options{Run: im.run.ID}); err != nil {
			return err
		}
		if done++; done&(done-1) != 0 {
			return nil
		}
		return t.Store().DB().Analyze(writing) // after the first piece, and whenever the import has doubled
	})
	if err != nil {
		return nil, im.halted(ctx, err)
	}
	im.run.Finished = t.Now()
	return im.finishReport(), im.saveRun(ctx)
}

// halted keeps how far a run came that something stopped. What it wrote stands, and the error says how it goes again.
func (im *importing) halted(ctx context.Context, err error) error {
	if serr := im.saveRun(context.WithoutCancel(ctx)); serr != nil {
		return errors.Join(err, serr)
	}
	written := 0
	for i := range im.report.Files {
		f := &im.report.Files[i]
		written += f.Created + f.Updated + f.Suggested
	}
	var fault *book.Error
	if written > 0 && errors.As(err, &fault) && fault.Next == (book.Next{}) {
		_ = fault.Then("undo", string(im.run.ID), "takes back what was written before; the same import again goes on from there")
	}
	return err
}

// importing is one import under way.
type importing struct {
	t       *teller.Teller
	who     teller.Actor
	req     ImportRequest
	run     store.Run
	sources []*Source
	of      []int // where each source stands in the report
	report  Report

	zone    *time.Location           // where the firm is
	history book.Instant             // the beginning of the day of HistoryBefore
	waits   map[book.ID]book.Instant // by account, since when somebody waits there after the pieces so far
	past    map[book.ID]bool         // the accounts on which something became history

	rejects *rejects // of the source that is read
	spared  []int    // lines of that source that need no mending, for the file that another line opens
	written int      // how many rejects files there are
}

// prepare opens every file before anything is written, so that a slip in the third costs nothing.
func (im *importing) prepare(ctx context.Context) error {
	id, err := im.req.Run, error(nil)
	if id == "" {
		id, err = im.t.NewID()
	}
	if err != nil {
		return err
	}
	im.run = store.Run{ID: id, Started: im.t.Now()}
	o := &im.req.Options
	err = im.t.Read(ctx, im.who, 0, func(r *teller.Reading) error {
		o.Now, o.Country, im.zone = r.Now.Time(), r.Rules.Firm.Country, r.Rules.Calendar.Zone
		if o.Zone == nil {
			o.Zone = r.Rules.Calendar.Zone
		}
		if err := o.know(); err != nil {
			return err
		}
		if im.history, err = historyFrom(im.req.HistoryBefore, r); err != nil {
			return err
		}
		addresses, err := r.Tx.MemberAddresses(ctx)
		if err != nil {
			return err
		}
		for own := range addresses {
			o.ours.Add(own)
		}
		members, err := r.Tx.Members(ctx)
		for i := range members {
			o.Self = append(o.Self, members[i].Name)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, path := range im.req.Paths {
		s, err := openKnowing(path, im.req.optionsFor(path))
		if fault := book.FaultOf(err); err != nil && len(im.req.Paths) > 1 && (fault == book.Invalid || fault == book.NotFound) {
			im.unreadable(im.req.called(path), err) // one bad file among several does not keep the others out
			continue
		}
		if err != nil {
			im.close()
			return err
		}
		if o.ours.Len() == 0 && s.Kind.HasMessages() {
			s.Notes = append(s.Notes, "no address of the firm is known, so who wrote to whom is told by the file alone until one is named")
		}
		im.sources, im.of = append(im.sources, s), append(im.of, len(im.report.Files))
		im.report.Files = append(im.report.Files, FileReport{
			Name: im.req.called(path), Kind: s.Kind, Rejects: []Reject{}, Notes: slices.Clone(s.Notes),
		})
	}
	if im.req.Letters != nil {
		im.open(im.req.Letters)
	}
	im.report.Run = im.run.ID
	return nil
}

// historyFrom is when the day begins where the firm is, before which everything is history.
func historyFrom(day string, r *teller.Reading) (book.Instant, error) {
	if day == "" {
		return 0, nil
	}
	if err := CheckHistory(day); err != nil {
		return 0, err
	}
	t, err := time.ParseInLocation(time.DateOnly, day, r.Rules.Calendar.Zone)
	if at := book.Micros(t); err == nil && at <= r.Now {
		return at, nil
	}
	return 0, book.Fieldf(book.Invalid, "history_before", "%s is still to come; history is what is over", day)
}

// CheckHistory refuses what is no day before which everything could be history.
func CheckHistory(day string) error {
	if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
		return book.Fieldf(book.Invalid, "history_before", "%q is no date; write it as 2002-01-31", day)
	}
	return nil
}

// tally notes where somebody waits after a piece, and where something became history.
func (im *importing) tally(cmd *awareness.ImportTouches) {
	if im.waits == nil {
		im.waits, im.past = map[book.ID]book.Instant{}, map[book.ID]bool{}
	}
	maps.Copy(im.waits, cmd.Waits())
	maps.Copy(im.past, cmd.Past)
}

// optionsFor are the options for one path.
func (r *ImportRequest) optionsFor(path string) Options {
	o, e := r.Options, r.Each[path]
	o.Name = e.Name
	if e.Map != nil {
		o.Map = e.Map
	}
	if e.Channel != "" {
		o.Channel = e.Channel
	}
	o.Sheet, o.Direction = cmp.Or(e.Sheet, o.Sheet), cmp.Or(e.Direction, o.Direction)
	if e.Self != "" {
		o.Self = append(slices.Clip(o.Self), e.Self)
	}
	return o
}

// called is what a report calls a file.
func (r *ImportRequest) called(path string) string {
	return filepath.Base(cmp.Or(r.Each[path].Name, path))
}

// unreadable reports a file that is nothing that is understood as one row that was skipped.
func (im *importing) unreadable(name string, err error) {
	im.report.Files = append(im.report.Files, FileReport{
		Name: name, Kind: Unknown, Read: 1, Skipped: 1, Rejects: []Reject{{0, book.Message(err)}},
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

// saveRun keeps how the run stands.
func (im *importing) saveRun(ctx context.Context) error {
	b, err := json.Marshal(withoutRejects(&im.report))
	if err != nil {
		return err
	}
	im.run.Report = string(b)
	_, err = im.t.Do(ctx, im.who, &awareness.SaveRun{Row: im.run}, teller.Options{})
	return err
}

// all reads every source, address books first, and hands its pieces to do.
func (im *importing) all(ctx context.Context, do func(teller.Command) error) error {
	for _, people := range []bool{true, false} {
		for i, s := range im.sources {
			if both := s.Kind.HasPeople() && s.Kind.HasMessages(); s.Kind.HasPeople() != people && !both {
				continue
			}
			err := im.one(ctx, s, &im.report.Files[im.of[i]], people, do)
			if err = errors.Join(err, im.endRejects()); err != nil {
				return fmt.Errorf("%s: %w", filepath.Base(s.Name), err)
			}
		}
	}
	return nil
}

func (im *importing) one(ctx context.Context, s *Source, f *FileReport, people bool, do func(teller.Command) error) error {
	switch {
	case s.Kind == PassbookExport:
		return book.Errorf(book.Invalid, "a Passbook export is read alone: give no other files with it")
	case people:
		return pieces(ctx, s.People(), func(p awareness.PersonIn) int { return len(p.Raw) }, func(people []awareness.PersonIn, faults []Fault) error {
			cmd := &awareness.ImportPeople{People: people, Accounts: im.req.Accounts}
			if err := do(cmd); err != nil {
				return err
			}
			im.report.Accounts += cmd.Opened
			f.peopleFirst(people, cmd.Outcomes)
			f.ownColumn(s, people, cmd.Outcomes)
			f.doubt(people, cmd.Outcomes, im.req.Options.Country)
			return im.count(s, f, cmd.Outcomes, faults)
		})
	}
	size := func(m awareness.MessageIn) int {
		return len(m.Body) + len(m.Summary) + partyBytes*(len(m.To)+len(m.Cc))
	}
	return pieces(ctx, s.Messages(), size, func(messages []awareness.MessageIn, faults []Fault) error {
		cmd := &awareness.ImportTouches{Messages: messages, Me: im.req.Options.ours.Keys(), Create: im.req.Create, History: im.history}
		if err := do(cmd); err != nil {
			return err
		}
		im.report.Accounts += cmd.Opened
		im.report.Newest = max(im.report.Newest, cmd.Newest)
		im.tally(cmd)
		f.messagesFirst(messages, cmd.Outcomes)
		f.countTouches(messages, cmd.Outcomes)
		f.countOthers(cmd.Others)
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

// wholeImport is a dry run: everything in one command, so that later files see what earlier ones would have brought,
// and then taken back.
type wholeImport struct{ im *importing }

// Act implements teller.Command.
func (*wholeImport) Act() book.Act { return book.ActImport }

// Alone implements teller.Long.
func (*wholeImport) Alone() bool { return true }

// Run implements teller.Command.
func (c *wholeImport) Run(ctx context.Context, w *teller.Work) error {
	c.im.written, c.im.report = 0, Report{Run: c.im.report.Run, Files: c.im.report.Files}
	c.im.waits, c.im.past = nil, nil
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
