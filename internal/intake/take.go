package intake

import (
	"cmp"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

// rejectsName is what rejects files are called in an upload's folder.
const rejectsName = "rejects.csv"

// Start has the server try an upload out, or take it in, by the choices that were kept with Again. It returns at once;
// Get tells how it goes.
func (in *Intake) Start(who teller.Actor, id book.ID, trial bool) (Upload, error) {
	if err := book.Permit(who.Role, book.ActImport); err != nil {
		return Upload{}, err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	old, err := in.mine(who, id)
	if err != nil {
		return Upload{}, err
	}
	if err := in.ready(old); err != nil {
		return Upload{}, err
	}
	u := *old
	u.Phase, u.Trial, u.Role = Queued, trial, who.Role
	u.Progress, u.Result, u.Fault, u.Field = nil, nil, "", ""
	if err := in.save(&u); err != nil { // before it is begun: what cannot be kept is not done behind a refusal
		return Upload{}, err
	}
	select {
	case in.tasks <- task{id, who, trial}:
	default:
		return Upload{}, errors.Join(book.Errorf(book.Conflict, "the server has too much to do; try again in a minute"), in.save(old))
	}
	in.uploads[id] = &u
	return u, nil
}

// ready refuses an upload that cannot be taken in, or is.
func (in *Intake) ready(u *Upload) error {
	switch {
	case u.Phase.Busy():
		return book.Errorf(book.Conflict, "the server is at work on it already")
	case u.Phase == Taken:
		return book.Errorf(book.Conflict, "it was taken in already; hand the files in again to take them in once more")
	}
	if _, err := zoneOf(u.Choices.Zone); err != nil {
		return err
	}
	if err := errors.Join(transfer.CheckOurs(u.Choices.Me), transfer.CheckHistory(u.Choices.HistoryBefore)); err != nil {
		return err
	}
	taken := 0
	var faults []string
	for i := range u.Files {
		f := &u.Files[i]
		if f.Fault != "" {
			faults = append(faults, f.Fault)
		}
		if u.Choices.file(i).Leave || f.Fault != "" {
			continue
		}
		if taken++; f.Wants != "" {
			return book.Errorf(book.Invalid, "%s: %s", f.Name, book.Said(f.Wants))
		}
	}
	if taken == 0 && len(faults) > 0 {
		return book.Errorf(book.Invalid, "no file is left to be taken in: %s", book.Said(strings.Join(faults, "; ")))
	}
	if taken == 0 {
		return book.Errorf(book.Invalid, "no file is left to be taken in")
	}
	return nil
}

func zoneOf(name string) (*time.Location, error) {
	if name == "" {
		return nil, nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || strings.EqualFold(name, "local") {
		return nil, book.Fieldf(book.Invalid, "zone", "%q is not known; it is written as in Europe/Berlin", name)
	}
	return zone, nil
}

// Stop ends what is under way with an upload after the piece that is being written. A trial ends at once.
func (in *Intake) Stop(who teller.Actor, id book.ID) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	u, err := in.mine(who, id)
	if err != nil {
		return err
	}
	stop := in.stops[id]
	if !u.Phase.Busy() || stop == nil {
		return book.Errorf(book.Conflict, "nothing is under way with it")
	}
	stop()
	return nil
}

// turn is what an import of a firm holds while it runs.
func (in *Intake) turn(ws book.ID) chan struct{} {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.turns[ws] == nil {
		in.turns[ws] = make(chan struct{}, 1)
	}
	return in.turns[ws]
}

// perform does what was asked for, in its turn.
func (in *Intake) perform(server context.Context, t task) {
	ctx, stop := context.WithCancel(server)
	defer stop()
	in.mu.Lock()
	in.stops[t.id] = stop
	in.mu.Unlock()
	defer func() {
		in.mu.Lock()
		delete(in.stops, t.id)
		in.mu.Unlock()
	}()
	over := in.watch(ctx, t.who, stop)
	defer over()
	turn := in.turn(t.who.Workspace)
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		in.ended(server, t, nil, ctx.Err())
		return
	}
	report, err := in.take(ctx, t)
	in.ended(server, t, report, err)
}

// watchEvery is how often an import under way looks whether its member may still import.
const watchEvery = time.Second

// watch stops what is under way when its member has left the firm or may import no more: what they asked for ends with
// them, after the piece that is being written. The caller ends the watch.
func (in *Intake) watch(ctx context.Context, who teller.Actor, stop context.CancelFunc) (end context.CancelFunc) {
	ctx, end = context.WithCancel(ctx)
	go func() {
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if fault := book.FaultOf(in.may(ctx, who)); fault == book.Forbidden || fault == book.NotFound {
				stop()
				return
			}
		}
	}()
	return end
}

// may says whether a member is still one who may import.
func (in *Intake) may(ctx context.Context, who teller.Actor) error {
	return in.t.Store().Read(ctx, who.Workspace, func(tx *store.Tx) error {
		m, err := tx.Member(ctx, who.Member)
		if err == nil && m.Left != 0 {
			err = book.Errorf(book.Forbidden, "%s has left the firm", m.Name)
		}
		if err != nil {
			return err
		}
		return book.Permit(m.Role, book.ActImport)
	})
}

// take runs the import.
func (in *Intake) take(ctx context.Context, t task) (*transfer.Report, error) {
	if err := in.may(ctx, t.who); err != nil {
		return nil, err
	}
	run, err := in.t.NewID()
	if err != nil {
		return nil, err
	}
	in.change(t.id, func(u *Upload) {
		u.Phase = Trying
		if !t.trial {
			u.Phase, u.Run = Taking, run
		}
	})
	u, err := in.Get(t.who, t.id)
	if err != nil {
		return nil, err
	}
	req, err := in.request(&u, t.trial, run)
	if err != nil {
		return nil, err
	}
	return transfer.Import(ctx, in.t, t.who, req)
}

// request is an upload as an import.
func (in *Intake) request(u *Upload, trial bool, run book.ID) (transfer.ImportRequest, error) {
	zone, err := zoneOf(u.Choices.Zone)
	req := transfer.ImportRequest{
		Options: transfer.Options{Me: u.Choices.Me, Zone: zone}, Create: cmp.Or(u.Choices.Create, awareness.CreateKnown),
		Accounts: u.Choices.Accounts, DryRun: trial, Run: run, Gently: true, Folder: in.folder(u), Each: map[string]transfer.Each{},
		HistoryBefore: u.Choices.HistoryBefore,
	}
	if !trial {
		req.Rejects = rejectsName
	}
	for i := range u.Files {
		c := u.Choices.file(i)
		if c.Leave || u.Files[i].Fault != "" {
			continue
		}
		path := in.path(u, i)
		req.Paths = append(req.Paths, path)
		req.Each[path] = transfer.Each{Name: u.Files[i].Name, Map: c.Map, Channel: c.Channel, Sheet: c.Sheet, Self: c.Self, Direction: c.Direction}
	}
	req.Progress = func(file string, done, total int64, rows int) { in.progress(u.ID, Progress{file, done, total, rows}) }
	return req, err
}

// progress is kept in memory alone.
func (in *Intake) progress(id book.ID, p Progress) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if old := in.uploads[id]; old != nil {
		u := *old
		u.Progress = &p
		in.uploads[id] = &u
	}
}

// ended keeps what a trial or an import came to. The files of what was taken in whole go at once.
func (in *Intake) ended(server context.Context, t task, report *transfer.Report, err error) {
	if err != nil && book.FaultOf(err) == book.Internal && !errors.Is(err, context.Canceled) {
		in.log.Error("an import failed", "upload", t.id, "error", err)
	}
	in.change(t.id, func(u *Upload) {
		u.Progress = nil
		if err == nil {
			u.Phase = Tried
			if u.Result = resultOf(report, in.t.Now()); !t.trial {
				in.tidy(u, report)
			}
			return
		}
		began := u.Phase == Taking
		u.Fault, u.Field = faultWords(server, err, began), faultField(err)
		if u.Phase = Waiting; began {
			u.Phase = Stopped
		}
	})
}

// tidy numbers the rejects files of an import and lets go of what was taken in.
func (in *Intake) tidy(u *Upload, report *transfer.Report) {
	u.Phase = Taken
	single := !slices.ContainsFunc(u.Result.Files, func(f FileResult) bool { return f.RejectsFile != "" })
	n := 0
	for i := range u.Result.Files {
		f := &u.Result.Files[i]
		if single && f.Skipped > 0 && f.Kind != transfer.Unknown {
			f.RejectsFile = report.RejectsFile // of a single one the report itself tells
		}
		if f.RejectsFile != "" {
			n++
			f.RejectsNumber = n
		}
	}
	u.Files = slices.Clone(u.Files)
	for i := range u.Files {
		if err := os.Remove(in.path(u, i)); err != nil {
			in.log.Error("an uploaded file could not be removed", "upload", u.ID, "error", err)
		}
		u.Files[i].Kept = false
		if seen := u.Files[i].Seen; seen != nil { // what was shown of it served to say how it is to be read
			u.Files[i].Seen = seen.WithoutCells()
		}
	}
}

// faultWords say why it ended before its end, and what that means.
func faultWords(server context.Context, err error, began bool) string {
	if !errors.Is(err, context.Canceled) {
		return book.Message(err)
	}
	why, left := "it was stopped", "nothing was written"
	if server.Err() != nil {
		why = "the server stopped before this was done"
	}
	if began {
		left = "what was written until then stands. Taking it in again goes on from there, undoing takes it back"
	}
	return why + "; " + left
}

func faultField(err error) string {
	var e *book.Error
	if errors.As(err, &e) {
		return e.Field
	}
	return ""
}
