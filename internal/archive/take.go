package archive

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// origin is where a book comes from: an archive's folder, or another database.
type origin interface {
	// firm is the workspace's own row and its playbooks' sources by name.
	firm(ctx context.Context) (store.Workspace, map[string]string, error)
	// fill writes every record, in order; now is the clock of the command.
	fill(ctx context.Context, to *destination, now book.Instant) error
	close()
}

// take is the command that puts a whole book in the place of a workspace's founding.
type take struct {
	open func() (origin, error) // anew for every run, which may be a second one
	stop func() error           // says whether the caller has given up
	tell Progress

	digest   string         // set by Run
	counts   map[string]int // set by Run
	merged   int            // set by Run
	replaced *Founding      // set by Run: what was founded here before, nil for nothing
}

// Act implements teller.Command.
func (*take) Act() book.Act { return book.ActFirm }

// Alone implements teller.Long.
func (*take) Alone() bool { return true }

// Run implements teller.Command. It writes no entry: the history stays what it was.
func (c *take) Run(ctx context.Context, w *teller.Work) error {
	from, err := c.open()
	if err != nil {
		return err
	}
	defer from.close()
	if err := w.Tx.LockFirm(ctx); err != nil {
		return err
	}
	if err := onlyFounded(ctx, w.Tx); err != nil {
		return err
	}
	rules, err := c.found(ctx, w, from)
	if err != nil {
		return err
	}
	if err := from.fill(ctx, &destination{tx: w.Tx, rules: rules.Rules, stop: c.stop}, w.Now); err != nil {
		return err
	}
	tally, err := w.Tx.Tally(ctx)
	if err != nil {
		return err
	}
	gone, err := w.Tx.Survivors(ctx)
	if err != nil {
		return err
	}
	c.counts, c.merged = totalsOf(&tally), len(gone)
	folded := newGauge(c.tell, "balances", tally.Accounts)
	rebuild := assessment.Rebuild{Progress: folded.at}
	if err := rebuild.Run(ctx, w); err != nil {
		return err
	}
	hashed := newGauge(c.tell, "digest", tally.Entries)
	c.digest, err = assessment.Digest(ctx, w.Tx, hashed.at)
	return err
}

// found puts the firm that comes in the place of the one that was founded here.
func (c *take) found(ctx context.Context, w *teller.Work, from origin) (*teller.Rules, error) {
	firm, sources, err := from.firm(ctx)
	if err != nil {
		return nil, err
	}
	if c.replaced, err = founding(ctx, w.Tx); err != nil {
		return nil, err
	}
	if err := w.Tx.DeleteFounding(ctx); err != nil {
		return nil, err
	}
	firm.ID, firm.Rules = w.Tx.Workspace(), teller.Version(firm.Playbook, sources)
	if err := w.Tx.InsertWorkspace(ctx, &firm); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		if err := w.Tx.SavePlaybook(ctx, name, sources[name], w.Now); err != nil {
			return nil, err
		}
	}
	return w.Rules(ctx)
}

// founding is how the workspace began, nil where it has not.
func founding(ctx context.Context, tx *store.Tx) (*Founding, error) {
	firm, err := tx.Firm(ctx)
	if book.FaultOf(err) == book.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f := &Founding{Name: firm.Name}
	members, err := tx.Members(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		f.Members = append(f.Members, m.Name)
	}
	sources, err := tx.Playbooks(ctx)
	if err != nil {
		return nil, err
	}
	if p, err := playbook.Parse(firm.Playbook, []byte(sources[firm.Playbook])); err == nil { // one that is broken goes all the same
		f.Zone = p.Calendar.Zone
	}
	return f, nil
}

// onlyFounded refuses a workspace in which anything has been done but found it.
func onlyFounded(ctx context.Context, tx *store.Tx) error {
	n, err := tx.Tally(ctx)
	if err != nil {
		return err
	}
	log, err := tx.EntryPage(ctx, "", 3)
	if err != nil {
		return err
	}
	founding := map[book.Kind]int{}
	for _, e := range log {
		if e.Account == "" && (e.Kind == book.KindMember || e.Kind == book.KindPlaybook) {
			founding[e.Kind]++
		}
	}
	done := n.Entries > len(log) || len(founding) < len(log) // each kind once
	if n.Accounts+n.Contacts+n.Cards+n.Sightings+n.Tombstones == 0 && !done {
		return nil
	}
	return book.Fieldf(book.Conflict, "workspace", "%q is in use: it has %s; a whole book is read only into a new one, so name another",
		tx.Workspace(), holdings(&n)).Then("init", "", "makes one")
}

// holdings is what a workspace has, in words.
func holdings(n *store.Tally) string {
	return fmt.Sprintf("accounts %d, contacts %d, members %d, entries %d", n.Accounts, n.Contacts, n.Members, n.Entries)
}

// takeIn runs the command. Cancelling ctx stops it between pages, with nothing written.
func takeIn(ctx context.Context, t *teller.Teller, who teller.Actor, c *take) error {
	c.stop = ctx.Err
	_, err := t.Do(ctx, who, c, teller.Options{})
	return err
}

// ImportArchive reads what Export wrote, or a Takeout's ZIP file of it, into a workspace that has nothing but its founding, or that is not there yet,
// and works out all that follows from the log: all of it or, when anything is amiss, nothing. Ids stay, so that verify
// gives the same digest. The founding that was there goes, its members with it: who must be found anew among those of
// the archive. Errors are Invalid, naming file and line, Conflict for a workspace in use or a newer archive.
func ImportArchive(ctx context.Context, t *teller.Teller, who teller.Actor, dir string, progress Progress) (sum Summary, err error) {
	defer book.Wrap(&err, "import the export")
	open := openArchive
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		open = openPacked
	}
	var m manifest
	c := &take{tell: progress, open: func() (origin, error) {
		a, err := open(dir)
		if err != nil {
			return nil, err
		}
		a.tell, m = progress, a.m
		return a, nil
	}}
	if err := takeIn(ctx, t, who, c); err != nil {
		return sum, err
	}
	return Summary{Workspace: who.Workspace, Name: m.Name, Counts: c.counts, Merged: c.merged, Digest: c.digest, Was: m.Digest, Replaced: c.replaced}, nil
}
