package cli

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// writing is what every writing command shares.
type writing struct {
	*app
	key   string // --id, as written
	alone bool   // the command walks the whole book, see teller.Options
}

// flags adds --id and --json, and --at where the time of what happened can be said.
func (w *writing) flags(cmd *cobra.Command, timed bool) {
	if timed {
		timeFlagVar(cmd, &w.at, "at", "when it happened: a day is its noon (default now)")
	}
	cmd.Flags().StringVar(&w.key, "id", "", "a key of your own: the same key again writes nothing")
	w.jsonFlag(cmd)
}

// when is --at as the time of an entry; zero is now.
func (w *writing) when(s *session) (book.Instant, error) { return s.time(w.at, recorded) }

// idempotencyKey is the id that --id asks for: an id as it is, any other words by their hash.
func (w *writing) idempotencyKey() book.ID {
	if strings.TrimSpace(w.key) == "" {
		return ""
	}
	if id, ok := book.ParseID(strings.TrimSpace(w.key)); ok {
		return id
	}
	return book.DerivedID("key", w.key)
}

// open finds the open promise or case that a word means. When the key is known the write is only repeated: then it is
// the one of the first time, which may be open no longer.
func (w *writing) open(
	ctx context.Context, s *session, ref string, find func(context.Context, *teller.Reading, string) (book.ID, error),
) (found book.ID, err error) {
	err = s.Read(ctx, s.who, 0, func(r *teller.Reading) error {
		if key := w.idempotencyKey(); key != "" {
			before, err := r.Tx.EntriesByID(ctx, key)
			if e, known := before[key]; known || err != nil {
				found = cmp.Or(e.Subject, e.Facts.Keeps)
				return err
			}
		}
		found, err = find(ctx, r, ref)
		return err
	})
	return found, err
}

// do runs a command and prints what was written. what says it in words where the entry's own particulars would not.
func (w *writing) do(ctx context.Context, s *session, cmd teller.Command, what func() string) error {
	receipt, err := s.Do(ctx, s.who, cmd, teller.Options{Key: w.idempotencyKey(), Alone: w.alone})
	if err != nil {
		return err
	}
	out, err := w.read(ctx, s, &receipt)
	if err != nil {
		return err
	}
	if w.json {
		return w.out.json(out)
	}
	if what != nil {
		out.what = what()
	}
	w.print(s, out)
	return nil
}

// written is what a command wrote, as it is printed.
type written struct {
	Entry    *book.Entry         `json:"entry"` // null when nothing was to be changed
	Posted   []assessment.Posted `json:"posted"`
	Account  *figures            `json:"account,omitempty"`
	Repeated bool                `json:"repeated"` // the key was known: it was written before
	Others   []*book.Entry       `json:"others,omitempty"`

	what  string
	about *book.Entry // the promise or case that the entry settles or updates
}

// figures are an account's name and how it stands now.
type figures struct {
	ID        book.ID         `json:"id"`
	Name      string          `json:"name"`
	Standing  ledger.Standing `json:"standing"`
	Balance   book.Points     `json:"balance"`
	Available book.Points     `json:"available"`
}

// read gathers what the entries did and how their account stands after them.
func (w *writing) read(ctx context.Context, s *session, r *teller.Receipt) (*written, error) {
	out := &written{Posted: []assessment.Posted{}, Repeated: r.Repeated}
	if len(r.Entries) == 0 {
		return out, nil
	}
	out.Entry, out.Others = r.Entries[0], r.Entries[1:]
	account := out.Entry.Account
	for _, e := range out.Others {
		if account == "" {
			account = e.Account
		}
	}
	if account == "" {
		return out, nil
	}
	return out, s.Read(ctx, s.who, 0, func(rd *teller.Reading) error {
		abouts, err := assessment.Subjects(ctx, rd.Tx, []book.Entry{*out.Entry})
		if err != nil {
			return err
		}
		out.about = abouts[assessment.AboutOf(out.Entry)]
		a, err := assessment.Load(ctx, rd, account, rd.At)
		if err != nil {
			return err
		}
		v := rd.View(a)
		out.Account = &figures{ID: a.ID, Name: a.Name, Standing: v.Standing, Balance: v.Balance, Available: v.Available}
		out.Posted, err = posted(ctx, rd.Tx, a.ID, r.Entries)
		return err
	})
}

// posted reads the postings of entries as they stand on the account they count for.
func posted(ctx context.Context, tx *store.Tx, account book.ID, entries []*book.Entry) ([]assessment.Posted, error) {
	out := []assessment.Posted{}
	for _, e := range entries {
		if e.Account == "" {
			continue
		}
		at, err := tx.PostingsBetween(ctx, account, e.At, e.At)
		if err != nil {
			return nil, err
		}
		for _, p := range at {
			if p.Entry == e.ID {
				out = append(out, assessment.Posted{Points: p.Points, Reason: ledger.Words(p.Why)})
			}
		}
	}
	return out, nil
}

// print says in one line what was written.
func (w *writing) print(s *session, out *written) {
	if out.Entry == nil && out.what == "" {
		w.out.line("Nothing to change: it stands so already.")
		return
	}
	var parts []string
	if out.Repeated {
		parts = append(parts, "written before:")
	}
	if out.Account != nil {
		parts = append(parts, w.out.in(bold, oneLine(out.Account.Name)))
	}
	what := out.what
	if what == "" {
		e := out.Entry
		what = assessment.About(e, out.about, s.clock.now.Location())
		if e.Facts.NextUpdate != 0 {
			what += ", next update " + s.clock.date(e.Facts.NextUpdate)
		}
		what = s.clock.date(e.At) + "  " + what
	}
	parts = append(parts, flat(what))
	var sum book.Points
	for _, p := range out.Posted {
		sum += p.Points
	}
	if len(out.Posted) > 0 {
		parts = append(parts, w.out.in(inkOf(sum), signed(sum)))
	}
	if out.Account != nil {
		now := ""
		if out.Entry != nil && out.Entry.At < s.clock.midnight() { // the line bears another day than its figures
			now = "now "
		}
		parts = append(parts, "balance "+now+out.Account.Balance.String()+", available "+out.Account.Available.String())
	}
	if out.Entry != nil {
		parts = append(parts, w.out.in(dim, string(out.Entry.ID)))
	}
	w.out.line(strings.Join(parts, "  "))
}

// flat is text without what could steer a terminal, its double blanks kept.
func flat(s string) string { return visible(strings.ReplaceAll(s, "\n", " ")) }
