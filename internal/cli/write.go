package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/when"
)

// writing is what every writing command shares.
type writing struct {
	*app
	key string // --id, as written
}

// flags adds --id and --json, and --at where the time of what happened can be said.
func (w *writing) flags(cmd *cobra.Command, timed bool) {
	if timed {
		timeFlagVar(cmd, &w.at, "at", "when it happened: a day is its noon, friday the last one, 8.5. the last 8 May (default now)")
	}
	cmd.Flags().StringVar(&w.key, "id", "", "a key of your own: the same key again writes nothing")
	w.jsonFlag(cmd)
}

// when is --at as the time of an entry; zero is now.
func (w *writing) when(s *session) (book.Instant, error) { return s.time(w.at, when.Recorded) }

// options are those that --id asks for.
func (w *writing) options(s *session) teller.Options { return teller.Keyed(s.who, w.key) }

// do runs a command and prints what was written. what says it in words where the entry's own particulars would not.
func (w *writing) do(ctx context.Context, s *session, cmd teller.Command, what func(*teller.Receipt) string) error {
	receipt, err := s.Do(ctx, s.who, cmd, w.options(s))
	if err != nil {
		return err
	}
	return w.tell(s, &receipt, what)
}

// tell prints a receipt.
func (w *writing) tell(s *session, r *teller.Receipt, what func(*teller.Receipt) string) error {
	if w.json {
		return w.out.json(assessment.WrittenOf(r))
	}
	said := ""
	if what != nil {
		said = what(r)
	}
	w.print(s, r, said)
	return nil
}

// print says what was written, in the words given or, without any, in those of its entry: in one line for programs and for
// windows that hold it, else in lines that break between what it says.
func (w *writing) print(s *session, r *teller.Receipt, what string) {
	e := r.First()
	switch {
	case e == nil && r.TakenBack:
		w.out.line("written before, and taken back since")
		return
	case e == nil && what == "":
		w.out.line("Nothing to change: it stands so already.")
		return
	}
	var parts []cell
	switch {
	case r.TakenBack:
		parts = append(parts, cell{text: "written before, and taken back since:"})
	case r.Repeated:
		parts = append(parts, cell{text: "written before:"})
	}
	if r.Account != nil {
		parts = append(parts, cell{oneLine(r.Account.Name), bold})
	}
	if what == "" {
		what = assessment.About(e, r.About, s.clock.Now.Location())
		if e.Facts.NextUpdate != 0 {
			what += ", next update " + s.clock.date(e.Facts.NextUpdate)
		}
		parts = append(parts, cell{text: s.clock.date(e.At)})
	}
	parts = append(parts, cell{text: flat(what)})
	parts = append(parts, points(assessment.PostedFor(e, r.About, r.Posted))...)
	if r.Account != nil {
		now := ""
		if e.At < s.clock.midnight() { // the line bears another day than its figures
			now = "now "
		}
		parts = append(parts, cell{text: "balance " + now + r.Account.Balance.String() + ", available " + r.Account.Available.String()})
	}
	if e != nil {
		parts = append(parts, cell{string(e.ID), dim})
	}
	w.out.parts(parts)
}

// points is what was posted; where it comes to nothing, with the reasons.
func points(posted []assessment.Posted) []cell {
	if len(posted) == 0 {
		return nil
	}
	var sum book.Points
	var why []string
	for _, p := range posted {
		sum += p.Points
		why = append(why, p.Reason)
	}
	out := cell{sum.Signed(), inkOf(sum)}
	if sum == 0 {
		out.text += " (" + flat(strings.Join(why, "; ")) + ")"
	}
	return []cell{out}
}

// flat is text without what could steer a terminal, its double blanks kept.
func flat(s string) string { return visible(strings.ReplaceAll(s, "\n", " ")) }
