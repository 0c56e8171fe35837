package accountability

import (
	"context"
	"slices"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// mostSteps bounds a plan.
const mostSteps = 60

// MakePlan plans the time after a closing for one client. The plan is theirs: what changes in the playbook later changes nothing in
// it.
type MakePlan struct {
	Account awareness.Client
	Closing book.ID        // empty is the oldest that has no plan
	Steps   []PlannedDraft // empty takes what the playbook's moments and what is known of them come to
	Without []string       // of that, the moments that are left out
	At      book.Instant   // zero is now
}

// Act implements teller.Command.
func (*MakePlan) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *MakePlan) Run(ctx context.Context, w *teller.Work) error {
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	v, err := favourOf(a, c.Closing, func(v *ledger.Favour) bool { return !v.Plan })
	if err != nil {
		return err
	}
	if v.Plan {
		return book.Errorf(book.Conflict, "a plan for them is made already; plan what is to be added by itself")
	}
	steps, err := c.steps(ctx, w, a, v.Entry)
	if err != nil {
		return err
	}
	at := w.When(c.At)
	if at < v.At {
		return book.Fieldf(book.Invalid, "at", "%s lies before the closing, on %s", stamp(at), stamp(v.At))
	}
	w.Together()
	for i := range steps {
		if err := steps[i].write(w, a.ID, v.Entry, at); err != nil {
			return err
		}
	}
	return w.Append(&book.Entry{Account: a.ID, Subject: v.Entry, At: at, Kind: book.KindCare, Facts: book.Facts{Plan: true}})
}

// favourOf is the closing that a command means: the one it names, else the oldest of which first holds, else the oldest.
func favourOf(a *store.Account, closing book.ID, first func(*ledger.Favour) bool) (*ledger.Favour, error) {
	if len(a.State.Favours) == 0 {
		return nil, book.Errorf(book.Conflict, "no favour is owed to %s; record the closing first", a.Name)
	}
	at := slices.IndexFunc(a.State.Favours, func(v ledger.Favour) bool {
		return v.Entry == closing || closing == "" && first(&v)
	})
	if at < 0 && closing != "" {
		return nil, book.Fieldf(book.NotFound, "closing", "%s is none for which %s is owed a favour", string(closing), a.Name)
	}
	return &a.State.Favours[max(0, at)], nil
}

// steps are those of the plan: the ones given, or those of the draft.
func (c *MakePlan) steps(ctx context.Context, w *teller.Work, a *store.Account, closing book.ID) ([]PlannedDraft, error) {
	steps := c.Steps
	if len(steps) == 0 {
		r, err := w.Reading(ctx)
		if err != nil {
			return nil, err
		}
		all, err := Closeouts(ctx, r, a)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(all, func(o Closeout) bool { return o.Closing == closing })
		if i < 0 {
			return nil, book.Errorf(book.Conflict, "the closing is closed out by now")
		}
		for _, name := range c.Without {
			if !slices.ContainsFunc(all[i].Draft, func(d PlannedDraft) bool { return d.Moment == name }) {
				return nil, book.Fieldf(book.Invalid, "without", "%q is no moment of what is proposed for them", name)
			}
		}
		steps = slices.DeleteFunc(all[i].Draft, func(d PlannedDraft) bool { return slices.Contains(c.Without, d.Moment) })
	}
	switch {
	case len(steps) == 0:
		return nil, book.Fieldf(book.Invalid, "steps", "are missing: the playbook has no moments that fit them; say what is to be done, and when")
	case len(steps) > mostSteps:
		return nil, book.Fieldf(book.Invalid, "steps", "are %d; a plan has at most %d", len(steps), mostSteps)
	}
	return steps, nil
}

// write plans one step.
func (d *PlannedDraft) write(w *teller.Work, account, closing book.ID, at book.Instant) error {
	text := book.Clean(d.Text)
	switch {
	case text == "":
		return book.Fieldf(book.Invalid, "text", "is missing: what is to be done for them")
	case d.Due == 0:
		return book.Fieldf(book.Invalid, "due", "is missing: on which day it is to be done")
	case d.Channel.Rank() < 0:
		return book.Fieldf(book.Invalid, "channel", "%q is no channel", string(d.Channel))
	}
	if err := later("due", d.Due, at, "the plan is made"); err != nil {
		return err
	}
	e := &book.Entry{
		Account: account, Subject: closing, At: at, Kind: book.KindPlanned,
		Facts: book.Facts{Due: d.Due, Channel: d.Channel, Moment: book.Clean(d.Moment)}, Words: book.Words{Text: text},
	}
	if d.Candid {
		e.Facts.Asks = book.AsksCandour
	}
	return w.Append(e)
}

// Plan plans one thing for a client: beside the plan after a closing, or where there was none.
type Plan struct {
	Account awareness.Client
	PlannedDraft
	At book.Instant // zero is now
}

// Act implements teller.Command.
func (*Plan) Act() book.Act { return book.ActServe }

// Blind implements teller.Blind.
func (*Plan) Blind() bool { return true }

// Run implements teller.Command.
func (c *Plan) Run(ctx context.Context, w *teller.Work) error {
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	closing := book.ID("")
	if n := len(a.State.Favours); n > 0 {
		closing = a.State.Favours[n-1].Entry
	}
	step := c.PlannedDraft
	if step.Channel == "" {
		step.Channel = book.Call
	}
	return step.write(w, a.ID, closing, w.When(c.At))
}

// DoPlanned says that something planned was done, or is not to be.
type DoPlanned struct {
	Planned book.ID
	Text    string           // how it went; of what is not to be done, why
	Channel book.Channel     // how it was done, which then counts as a touch too; empty for not said
	Touch   *awareness.Touch // where more is known of it than the channel; nil for nothing
	Dropped bool             // it is not to be done
	At      book.Instant     // zero is now
}

// Act implements teller.Command.
func (*DoPlanned) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *DoPlanned) Run(ctx context.Context, w *teller.Work) error {
	p, a, err := openPlanned(ctx, w, c.Planned)
	if err != nil {
		return err
	}
	made, err := w.Tx.EntriesByID(ctx, p.ID)
	if err != nil {
		return err
	}
	if since := made[p.ID].At; w.When(c.At) < since { // it would be to be done again after the next fold
		return book.Fieldf(book.Invalid, "at", "%s lies before it was planned, on %s", stamp(w.When(c.At)), stamp(since))
	}
	entry := &book.Entry{
		Account: a.ID, Subject: p.ID, At: w.When(c.At), Kind: book.KindDone, Facts: book.Facts{Dropped: c.Dropped}, Words: book.Words{Text: book.Clean(c.Text)},
	}
	touched := c.Channel != "" || c.Touch != nil
	switch {
	case c.Dropped && touched:
		return book.Fieldf(book.Invalid, "channel", "is how it was done; what is not to be done has none")
	case c.Dropped && entry.Words.Text == "":
		return book.Fieldf(book.Invalid, "text", "is missing: why it is not to be done")
	case !touched:
		return w.Append(entry)
	}
	t := telling{what: "planned", text: c.Text, by: c.Channel, touch: c.Touch}
	if entry.Words.Text, err = t.words(); err != nil {
		return err
	}
	if p.Candid && t.touch == nil {
		t.touch = &awareness.Touch{Channel: c.Channel, Summary: entry.Words.Text, Asks: book.AsksCandour}
	}
	return t.write(ctx, w, a, entry)
}

// openPlanned finds something planned that is to be done still, and locks its account.
func openPlanned(ctx context.Context, w *teller.Work, id book.ID) (*store.Planned, *store.Account, error) {
	none := book.Errorf(book.NotFound, "nothing is planned under %q; closeout lists what is, with its ids", string(id))
	rows, err := w.Tx.Planned(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if len(rows) == 0 {
		return nil, nil, none
	}
	a, err := w.Account(ctx, rows[0].Account)
	if book.FaultOf(err) == book.NotFound { // they do not see the client, and are not told who that is
		err = none
	}
	if err != nil {
		return nil, nil, err
	}
	// It may have been done while we waited for the account; what stands now counts.
	if rows, err = w.Tx.Planned(ctx, id); err != nil {
		return nil, nil, err
	}
	switch {
	case len(rows) == 0:
		return nil, nil, none
	case rows[0].Status != store.PlannedOpen:
		return nil, nil, book.Errorf(book.Conflict, "it was done, or dropped, on %s already; void that entry first if it is wrong", stamp(rows[0].Done))
	}
	return &rows[0], a, nil
}

// CloseOut archives the work behind a closing: all that the closing asks for holds, and what is held for it ends.
type CloseOut struct {
	Account awareness.Client
	Closing book.ID      // empty is the oldest of a piece of work
	Text    string       // what there is to say about it; may be empty
	At      book.Instant // zero is now
}

// Act implements teller.Command.
func (*CloseOut) Act() book.Act { return book.ActServe }

// Run implements teller.Command.
func (c *CloseOut) Run(ctx context.Context, w *teller.Work) error {
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	v, err := favourOf(a, c.Closing, func(v *ledger.Favour) bool { return v.Work })
	if err != nil {
		return err
	}
	r, err := w.Reading(ctx)
	if err != nil {
		return err
	}
	all, err := Closeouts(ctx, r, a)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(o Closeout) bool { return o.Closing == v.Entry })
	if i < 0 {
		return book.Errorf(book.Conflict, "the closing is closed out by now")
	}
	for _, n := range all[i].Needs {
		if !n.Met {
			return book.Errorf(book.Conflict, "%s is not closed out yet; it wants %s", all[i].Text, book.Said(wanted[n.Need]))
		}
	}
	at, since := w.When(c.At), v.At
	care, err := w.Tx.EntriesAboutOf(ctx, book.KindCare, v.Entry)
	if err != nil {
		return err
	}
	for i := range care {
		if care[i].VoidedBy == "" {
			since = max(since, care[i].At)
		}
	}
	if at < since {
		return book.Fieldf(book.Invalid, "at", "%s lies before what it closes out, on %s", stamp(at), stamp(since))
	}
	return w.Append(&book.Entry{
		Account: a.ID, Subject: v.Entry, At: at, Kind: book.KindCare, Facts: book.Facts{Over: true}, Words: book.Words{Text: book.Clean(c.Text)},
	})
}

// wanted are the things that a closing asks for, as an error names them.
var wanted = map[string]string{ //nolint:gochecknoglobals // a table of words
	NeedPromises: "every promise settled", NeedFavour: "the favour in words", NeedIntroduced: "whoever looks after them from here introduced",
	NeedCandour: "an honest question planned", NeedPlan: "a plan",
}
