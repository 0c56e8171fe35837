package archive

import (
	"context"
	"fmt"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Copy writes the records of one database into another, whatever their engines: the actor's workspace, or all where the
// actor names none. Each workspace is read from one snapshot and written in one transaction; the schema of the target
// must be current. A workspace that is in use in the target is refused before anything is written. What was copied is
// returned with both digests, also when a later workspace failed.
func Copy(ctx context.Context, from *teller.Teller, who teller.Actor, to *teller.Teller, progress Progress) (sums []Summary, err error) {
	defer book.Wrap(&err, "copy")
	if from.Store().DB() == to.Store().DB() {
		return nil, book.Errorf(book.Invalid, "the book cannot be copied into itself; name another database")
	}
	all, err := from.Store().Workspaces(ctx)
	if err != nil {
		return nil, err
	}
	var chosen []store.Workspace
	for _, w := range all {
		if who.Workspace == "" || who.Workspace == w.ID {
			chosen = append(chosen, w)
		}
	}
	if len(chosen) == 0 {
		return nil, book.Errorf(book.NotFound, "there is no workspace %q to copy", who.Workspace)
	}
	for _, w := range chosen {
		err := to.Store().Read(ctx, w.ID, func(tx *store.Tx) error { return onlyFounded(ctx, tx) })
		if err != nil {
			return nil, err
		}
	}
	for _, w := range chosen {
		who.Workspace = w.ID
		if err := from.AtDoor(ctx, who, store.Door{What: store.DoorTaken, How: "copy"}); err != nil {
			return sums, err
		}
		sum, err := copyOne(ctx, from.Store(), who, to, progress)
		if err != nil {
			return sums, fmt.Errorf("workspace %s: %w", w.ID, err)
		}
		sums = append(sums, sum)
	}
	return sums, nil
}

func copyOne(ctx context.Context, from *store.Store, who teller.Actor, to *teller.Teller, progress Progress) (sum Summary, err error) {
	err = from.Read(ctx, who.Workspace, func(tx *store.Tx) error {
		firm, err := tx.Firm(ctx)
		if err != nil {
			return err
		}
		sum.Workspace, sum.Name = who.Workspace, firm.Name
		if sum.Was, err = assessment.Digest(ctx, tx, nil); err != nil {
			return err
		}
		// The source is read with the caller's context also while the target runs the command with its own.
		c := &take{tell: progress, open: func() (origin, error) { return &otherBook{ctx: ctx, tx: tx, tell: progress}, nil }}
		if err := takeIn(ctx, to, who, c); err != nil {
			return err
		}
		sum.Counts, sum.Digest, sum.Replaced = c.counts, c.digest, c.replaced
		return nil
	})
	return sum, err
}

// otherBook is a snapshot of another database.
type otherBook struct {
	ctx  context.Context //nolint:containedctx // of the snapshot, which ends with it
	tx   *store.Tx
	tell Progress
}

func (o *otherBook) close() {}

func (o *otherBook) firm(context.Context) (store.Workspace, map[string]string, error) {
	firm, err := o.tx.Firm(o.ctx)
	if err != nil {
		return firm, nil, err
	}
	sources, err := o.tx.Playbooks(o.ctx)
	return firm, sources, err
}

func (o *otherBook) fill(ctx context.Context, to *destination, _ book.Instant) error {
	tally, err := o.tx.Tally(o.ctx)
	if err != nil {
		return err
	}
	totals := totalsOf(&tally)
	for _, n := range nouns() {
		if err := n.carry(ctx, o, to, newGauge(o.tell, n.title(), totals[n.title()]).add); err != nil {
			return fmt.Errorf("%s: %w", n.title(), err)
		}
	}
	return nil
}
