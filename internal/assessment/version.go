package assessment

import (
	"context"
	"slices"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/phrase"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// PlaybookVersion is a playbook as it was taken into use once.
type PlaybookVersion struct {
	Entry   book.ID      `json:"entry"`
	At      book.Instant `json:"at"`
	By      string       `json:"by"`      // the member's name
	Changes []string     `json:"changes"` // against the version before it
	Source  string       `json:"source"`  // empty where the book does not say it any more
	Now     bool         `json:"now"`     // it is the one in use

	name   string // of the playbook
	before string // the source of the version before; empty where the book does not say it
}

// ChangesIn are Changes in a reader's language. The log keeps them in English: other languages compare the sources anew,
// and where these are not there any more the English stays.
func (v *PlaybookVersion) ChangesIn(t phrase.Tongue) []string {
	if len(v.Changes) == 0 || v.before == "" || t.Code == "" || t.Code == "en" {
		return v.Changes
	}
	before, err := playbook.Parse(v.name, []byte(v.before))
	if err != nil {
		return v.Changes
	}
	after, err := playbook.Parse(v.name, []byte(v.Source))
	if err != nil {
		return v.Changes
	}
	return playbook.DiffIn(t, before, after)
}

// PlaybookVersions are the versions of a playbook, newest first.
func PlaybookVersions(ctx context.Context, tx *store.Tx, name string) ([]PlaybookVersion, error) {
	entries, err := tx.FirmEntries(ctx, book.KindPlaybook)
	if err != nil {
		return nil, err
	}
	sources, err := tx.Playbooks(ctx)
	if err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(e book.Entry) bool { return e.Words.Text != name })
	if len(entries) == 0 {
		_, err := ShowPlaybook(ctx, tx, name) // which refuses a name that no playbook has
		return []PlaybookVersion{}, err
	}
	var ids []book.ID
	for i := range entries {
		ids = append(ids, entries[i].By)
	}
	names, err := tx.MemberNames(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := make([]PlaybookVersion, 0, len(entries))
	next := sources[name]                    // what the version after begins from
	for i := len(entries) - 1; i >= 0; i-- { // the founding kept no text: the change after it says what it was
		e := &entries[i]
		v := PlaybookVersion{Entry: e.ID, At: e.At, By: names[e.By], Source: next, Now: i == len(entries)-1}
		if e.Words.Body != "" {
			v.Changes = strings.Split(e.Words.Body, "\n")
		}
		set, kept := e.Words.Set[playbookSource]
		if kept {
			v.Source = set.After
		}
		v.name, v.before, next = name, set.Before, set.Before
		out = append(out, v)
	}
	return out, nil
}

// UseVersion takes a playbook into use again as it was in one of its versions.
type UseVersion struct {
	Name  string  // the playbook
	Entry book.ID // that took the version into use
	// Progress is told the number of accounts repriced so far; it may be nil.
	Progress func(accounts int)
}

// Act implements teller.Command.
func (*UseVersion) Act() book.Act { return book.ActFirm }

// Alone implements teller.Long.
func (*UseVersion) Alone() bool { return true }

// Run implements teller.Command.
func (c *UseVersion) Run(ctx context.Context, w *teller.Work) error {
	all, err := PlaybookVersions(ctx, w.Tx, c.Name)
	if err != nil {
		return err
	}
	for _, v := range all {
		if v.Entry != c.Entry {
			continue
		}
		if v.Source == "" {
			return book.Errorf(book.Conflict, "what that version said is not kept in the book")
		}
		return (&UsePlaybook{Name: c.Name, Source: v.Source, Progress: c.Progress}).Run(ctx, w)
	}
	return book.Errorf(book.NotFound, "the playbook %q has no such version", c.Name)
}

// Undo takes back what an entry did, a playbook's use among it: then the version before is in use again.
type Undo struct{ awareness.Undo }

// Alone implements teller.Long: what was done last may be a playbook's use, which prices everything anew.
func (*Undo) Alone() bool { return true }

// Run implements teller.Command.
func (c *Undo) Run(ctx context.Context, w *teller.Work) error {
	target := c.Target
	if target == "" {
		last, err := c.Latest(ctx, w)
		if err != nil {
			return err
		}
		target = last[0]
	}
	found, err := w.Tx.EntriesByID(ctx, target)
	if err != nil {
		return err
	}
	if e, ok := found[target]; ok && e.Kind == book.KindPlaybook {
		return c.playbook(ctx, w, &e)
	}
	return c.Undo.Run(ctx, w)
}

func (c *Undo) playbook(ctx context.Context, w *teller.Work, e *book.Entry) error {
	if err := book.Permit(w.Who.Role, book.ActOf(e)); err != nil {
		return err
	}
	all, err := PlaybookVersions(ctx, w.Tx, e.Words.Text)
	if err != nil {
		return err
	}
	switch before := e.Words.Set[playbookSource].Before; {
	case len(all) > 0 && all[0].Entry != e.ID:
		return book.Errorf(book.Conflict, "the playbook %s was changed again since; take one of its versions into use", e.Words.Text)
	case before == "":
		return book.Errorf(book.Conflict, "the playbook %s had no version before that", e.Words.Text)
	default:
		c.Did = "the use of the playbook " + e.Words.Text
		return (&UsePlaybook{Name: e.Words.Text, Source: before, undoes: e.ID}).Run(ctx, w)
	}
}
