package accountability

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// listed is how many candidates an error names.
const listed = 10

// open is a promise or a case that is not settled, as an error names it.
type open struct {
	id   book.ID
	due  book.Instant
	name string // of the account, where it is not the same for all
}

// noun is what is looked for, in the words of errors.
type noun struct{ one, many, due string }

// Which names an open promise, case or engagement in a command: by its id, by a client where one is open, or by words that only one
// open one of the firm holds. It is looked up within the command; see FindPromise.
type Which string

func (r Which) promise(ctx context.Context, w *teller.Work) (book.ID, error) {
	if id, ok := book.ParseID(string(r)); ok {
		found, err := w.Tx.Promises(ctx, id)
		if err != nil || len(found) > 0 {
			return id, err
		}
	}
	rd, err := w.Reading(ctx)
	if err != nil {
		return "", err
	}
	return FindPromise(ctx, rd, string(r))
}

func (r Which) openCase(ctx context.Context, w *teller.Work) (book.ID, error) {
	if id, ok := book.ParseID(string(r)); ok {
		found, err := w.Tx.Cases(ctx, id)
		if err != nil || len(found) > 0 {
			return id, err
		}
	}
	rd, err := w.Reading(ctx)
	if err != nil {
		return "", err
	}
	return FindCase(ctx, rd, string(r))
}

func (r Which) solvedCase(ctx context.Context, w *teller.Work) (book.ID, error) {
	if id, ok := book.ParseID(string(r)); ok {
		found, err := w.Tx.Cases(ctx, id)
		if err != nil || len(found) > 0 {
			return id, err
		}
	}
	rd, err := w.Reading(ctx)
	if err != nil {
		return "", err
	}
	return FindSolved(ctx, rd, string(r))
}

func (r Which) engagement(ctx context.Context, w *teller.Work) (book.ID, error) {
	if id, ok := book.ParseID(string(r)); ok {
		found, err := w.Tx.Engagements(ctx, id)
		if err != nil || len(found) > 0 {
			return id, err
		}
	}
	rd, err := w.Reading(ctx)
	if err != nil {
		return "", err
	}
	return FindEngagement(ctx, rd, string(r))
}

// FindPromise finds the open promise that a reference means: its id; an account on which only one is open; words that
// only one of the firm's open promises holds. An id is not looked up, so that what is done with it can say what became
// of the promise. Errors: NotFound, and Conflict when several are meant, which lists them.
func FindPromise(ctx context.Context, r *teller.Reading, ref string) (book.ID, error) {
	return find(ctx, r, ref, noun{"promise", "promises", "due"}, r.Tx.PromisesDue, func(s *ledger.State) []open {
		all := make([]open, len(s.Promises))
		for i, p := range s.Promises {
			all[i] = open{id: p.Entry, due: p.At}
		}
		return all
	})
}

// FindCase finds the open case that a reference means, as FindPromise does a promise.
func FindCase(ctx context.Context, r *teller.Reading, ref string) (book.ID, error) {
	return find(ctx, r, ref, noun{"case", "cases", "next update"}, r.Tx.CasesDue, func(s *ledger.State) []open {
		all := make([]open, len(s.Cases))
		for i := range s.Cases {
			all[i] = open{id: s.Cases[i].Entry, due: s.Cases[i].NextUpdate}
		}
		return all
	})
}

// FindSolved finds the case that a reference means of those which were solved and can be opened again, as FindCase does an open one.
func FindSolved(ctx context.Context, r *teller.Reading, ref string) (book.ID, error) {
	return find(ctx, r, ref, noun{"solved case", "solved cases", "solved"}, r.Tx.CasesSolved, func(s *ledger.State) []open {
		all := make([]open, len(s.Solved))
		for i := range s.Solved {
			all[i] = open{id: s.Solved[i].Entry, due: s.Solved[i].On}
		}
		return all
	})
}

// FindAnyCase finds a case, open or solved: an open one where the reference means one, else one that was solved.
func FindAnyCase(ctx context.Context, r *teller.Reading, ref string) (book.ID, error) {
	id, err := FindCase(ctx, r, ref)
	if book.FaultOf(err) != book.NotFound {
		return id, err
	}
	return FindSolved(ctx, r, ref)
}

// FindEngagement finds the engagement under way that a reference means, as FindPromise does a promise.
func FindEngagement(ctx context.Context, r *teller.Reading, ref string) (book.ID, error) {
	return find(ctx, r, ref, noun{"engagement", "engagements", "next update"}, r.Tx.EngagementsDue, func(s *ledger.State) []open {
		all := make([]open, len(s.Engagements))
		for i := range s.Engagements {
			all[i] = open{id: s.Engagements[i].Entry, due: s.Engagements[i].Due()}
		}
		return all
	})
}

type readOwed func(ctx context.Context, upTo book.Instant, member book.ID, limit int) ([]store.Owed, error)

func find(ctx context.Context, r *teller.Reading, ref string, n noun, read readOwed, of func(*ledger.State) []open) (book.ID, error) {
	ref = strings.TrimSpace(ref)
	if ref == "" {
		return "", book.Errorf(book.Invalid, "which %s? give its id, a client, or words of it", book.Said(n.one))
	}
	id, isID := book.ParseID(ref)
	a, err := awareness.Resolve(ctx, r, ref)
	switch {
	case err == nil && len(of(&a.State)) > 0:
		all := of(&a.State)
		return only(ctx, r, fmt.Sprintf("%s has %d open %s", a.Name, len(all), n.many), n, all)
	case isID && err == nil:
		return "", book.Errorf(book.NotFound, "%s has no open %s", a.Name, book.Said(n.one))
	case isID && book.FaultOf(err) == book.NotFound:
		return id, nil
	case err != nil && book.FaultOf(err) == book.Internal:
		return "", err
	}
	held, herr := holding(ctx, r, ref, read)
	switch {
	case herr != nil:
		return "", herr
	case len(held) > 0:
		return only(ctx, r, fmt.Sprintf("%q stands in %d open %s", ref, len(held), n.many), n, held)
	case err == nil:
		return "", book.Errorf(book.NotFound, "%s has no open %s, and no other holds these words", a.Name, book.Said(n.one))
	case book.FaultOf(err) == book.NotFound:
		return "", book.Errorf(book.NotFound, "no client is called %q, and no open %s holds these words; due and show list what is open", ref, book.Said(n.one))
	}
	return "", err // several clients are called so
}

// holding finds what is open in the whole firm and holds every word of a text.
func holding(ctx context.Context, r *teller.Reading, text string, read readOwed) ([]open, error) {
	terms := book.Terms(text)
	if len(terms) == 0 {
		return nil, nil
	}
	rows, err := read(ctx, math.MaxInt64, "", math.MaxInt32)
	if err != nil {
		return nil, err
	}
	entries, err := entriesOf(ctx, r, rows, func(o *store.Owed) book.ID { return o.ID })
	if err != nil {
		return nil, err
	}
	var held []open
	for i := range rows {
		own := book.Terms(entries[rows[i].ID].Words.Text)
		if !slices.ContainsFunc(terms, func(t string) bool { return !slices.Contains(own, t) }) {
			held = append(held, open{id: rows[i].ID, due: rows[i].Due, name: rows[i].Name})
		}
	}
	return held, nil
}

// only is the id of the single one there is; of several it is an error that lists them.
func only(ctx context.Context, r *teller.Reading, head string, n noun, all []open) (book.ID, error) {
	if len(all) == 1 {
		return all[0].id, nil
	}
	entries, err := entriesOf(ctx, r, all, func(o *open) book.ID { return o.id })
	if err != nil {
		return "", err
	}
	slices.SortStableFunc(all, func(a, b open) int { return int(min(max(a.due-b.due, -1), 1)) })
	var b strings.Builder
	b.WriteString(head + ":")
	for i := range all {
		if i == listed {
			fmt.Fprintf(&b, "\n  and %d more", len(all)-listed)
			break
		}
		o := &all[i]
		text := assessment.Phrase(entries[o.id].Words.Text)
		if o.name != "" {
			text = o.name + ": " + text
		}
		fmt.Fprintf(&b, "\n  %s  %s, %s %s", o.id, text, n.due, assessment.Date(r.Rules.Rules, o.due, r.At))
	}
	b.WriteString("\nName one by its id, or by words that only it holds.")
	return "", book.Errorf(book.Conflict, "%s", book.Said(b.String()))
}

// entriesOf reads the entries of rows, by their ids.
func entriesOf[T any](ctx context.Context, r *teller.Reading, rows []T, id func(*T) book.ID) (map[book.ID]book.Entry, error) {
	ids := make([]book.ID, len(rows))
	for i := range rows {
		ids[i] = id(&rows[i])
	}
	return r.Tx.EntriesByID(ctx, ids...)
}
