package assessment

import (
	"context"
	"slices"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Statement is an account's passbook between two instants. Its columns add up, to the hundredth: brought forward, plus
// points and fading of each line, plus what faded to the end, is the balance; less the amounts held is available.
type Statement struct {
	Account        Party        `json:"account"`
	At             book.Instant `json:"at"` // the moment that balance, holds and standing are of: To
	From           book.Instant `json:"from"`
	To             book.Instant `json:"to"`
	HalfLifeDays   float64      `json:"half_life_days"`
	TariffVersion  string       `json:"tariff_version"`
	BroughtForward book.Points  `json:"brought_forward"`
	Lines          []Line       `json:"lines"`
	FadedToAt      book.Points  `json:"faded_to_at"` // from the last line to At
	Balance        book.Points  `json:"balance"`
	Holds          []Hold       `json:"holds"`
	Available      book.Points  `json:"available"`
}

// Party is the account that a statement is of.
type Party struct {
	ID       book.ID          `json:"id"`
	Name     string           `json:"name"`
	Kind     book.AccountKind `json:"kind"`
	Owner    string           `json:"owner"` // the member's name
	Stage    string           `json:"stage"`
	Tier     string           `json:"tier"`
	Standing ledger.Standing  `json:"standing"`
	Marks    []ledger.Mark    `json:"marks"`

	ThinFor ledger.HoldKind `json:"-"` // see ledger.View
}

// Line is one thing that happened, and what it did.
type Line struct {
	Entry       book.ID      `json:"entry"`
	At          book.Instant `json:"at"`
	Kind        book.Kind    `json:"kind"`
	Particulars string       `json:"particulars"`
	Posted      []Posted     `json:"posted"`
	Points      book.Points  `json:"points"`
	Faded       book.Points  `json:"faded_since_previous"`
	After       book.Points  `json:"balance_after"`

	Said Parts `json:"-"` // the particulars, apart
}

// Posted is one posting with its reason in words.
type Posted struct {
	Points book.Points `json:"points"`
	Reason string      `json:"reason"`
}

// DrawUp draws up the statement of an account from one instant to another, both included; from zero is the account's
// beginning, to zero (or later) the instant the book is read as of. A statement that ends in the past is the one
// that would have been drawn then.
func DrawUp(ctx context.Context, r *teller.Reading, account book.ID, from, to book.Instant) (*Statement, error) {
	if to == 0 || to > r.At {
		to = r.At
	}
	a, err := Load(ctx, r, account, to)
	if err != nil {
		return nil, err
	}
	if from == 0 {
		from = min(a.State.Opened, a.State.Begin())
		if from == 0 {
			from = a.State.Begin()
		}
	}
	if from > to {
		return nil, book.Fieldf(book.Invalid, "from", "%s lies after the end, %s", book.Said(Date(r.Rules.Rules, from, 0)), book.Said(Date(r.Rules.Rules, to, 0)))
	}
	s := &Statement{
		At: to, From: from, To: to, HalfLifeDays: r.Rules.HalfLife, TariffVersion: r.Rules.Version,
	}
	if err := s.rule(ctx, r, a); err != nil {
		return nil, err
	}
	v := r.Rules.View(&a.State, to, nil)
	s.Holds, s.Available = ScribeOf(r).HeldNow(v.Holds), v.Available
	s.Account = Party{
		ID: a.ID, Name: a.Name, Kind: a.Kind, Stage: a.Stage, Tier: a.Tier, Standing: v.Standing, Marks: marks(v.Marks), ThinFor: v.ThinFor,
	}
	s.Account.Owner, err = MemberName(ctx, r.Tx, a.Owner)
	return s, err
}

// marks is never null in JSON.
func marks(all []ledger.Mark) []ledger.Mark { return append([]ledger.Mark{}, all...) }

// MemberName is a member's name; one who is not there has none.
func MemberName(ctx context.Context, tx *store.Tx, id book.ID) (string, error) {
	names, err := tx.MemberNames(ctx, id)
	return names[id], err
}

// Load reads an account, or the one that it was merged into, as it stood at an instant.
func Load(ctx context.Context, r *teller.Reading, account book.ID, at book.Instant) (*store.Account, error) {
	var a *store.Account
	for id := account; a == nil || a.Merged != ""; id = a.Merged {
		found, err := r.Tx.Accounts(ctx, id)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, book.Errorf(book.NotFound, "there is no account %s", id)
		}
		a = found[0]
	}
	then := *r
	then.At = at
	kept, err := then.States(ctx, []*store.Account{a})
	if err != nil {
		return nil, err
	}
	if len(kept) == 0 {
		return nil, book.Errorf(book.NotFound, "the account of %s had not begun on %s", a.Name, book.Said(Date(r.Rules.Rules, at, 0)))
	}
	return kept[0], nil
}

// rule fills in the lines and the arithmetic.
func (s *Statement) rule(ctx context.Context, r *teller.Reading, a *store.Account) error {
	before, postings, err := s.postings(ctx, r, a)
	if err != nil {
		return err
	}
	entries, err := s.entries(ctx, r, a.ID)
	if err != nil {
		return err
	}
	abouts, err := Subjects(ctx, r.Tx, entries)
	if err != nil {
		return err
	}
	lines := make([]ledger.Line, len(entries))
	all := make([]book.Posting, 0, len(postings)) // of all lines, one after the other
	for i := range entries {
		lines[i].Entry = &entries[i]
		first := len(all)
		for len(all) < len(postings) && postings[len(all)].Entry == entries[i].ID {
			all = append(all, postings[len(all)].Posting)
		}
		lines[i].Postings = all[first:len(all):len(all)]
	}
	if len(all) < len(postings) {
		return book.Errorf(book.Internal, "the stored postings of %s are not those of its entries; run passbook verify", a.Name)
	}
	sheet := r.Rules.Rule(before.After, before.At, s.From, lines, s.To)
	s.BroughtForward, s.FadedToAt, s.Balance = sheet.BroughtForward, sheet.FadedTo, sheet.Balance
	say, err := ScribeAmong(ctx, r, a.ID, entries)
	if err != nil {
		return err
	}
	s.Lines = make([]Line, len(lines))
	for i := range lines {
		l, e := &sheet.Lines[i], sheet.Lines[i].Entry
		s.Lines[i] = Line{
			Entry: e.ID, At: e.At, Kind: e.Kind, Points: l.Points, Faded: l.Faded, After: l.After,
			Said:   say.Remembered(e, abouts[e.Settles()]),
			Posted: say.PostedFor(e, abouts[e.Settles()], l.Postings),
		}
		s.Lines[i].Particulars = s.Lines[i].Said.String()
	}
	return nil
}

// postings reads the last posting before the statement and those on it. They are rows of the log's order in time, so
// later entries do not change them; only an account priced by older rules is folded here.
func (s *Statement) postings(ctx context.Context, r *teller.Reading, a *store.Account) (store.Posting, []store.Posting, error) {
	if a.Rules == r.Rules.Version {
		before, err := r.Tx.PostingBefore(ctx, a.ID, s.From)
		if err != nil {
			return before, nil, err
		}
		all, err := r.Tx.PostingsBetween(ctx, a.ID, s.From, s.To)
		return before, all, err
	}
	entries, err := teller.History(ctx, r.Tx, a.ID)
	if err != nil {
		return store.Posting{}, nil, err
	}
	var before store.Posting
	var on []store.Posting
	for _, p := range teller.Project(r.Rules.Rules, a.ID, entries).Postings {
		switch {
		case p.At < s.From:
			before = p
		case p.At <= s.To:
			on = append(on, p)
		}
	}
	return before, on, nil
}

// entries reads what the statement shows: happenings that count, and the stages the account went through.
func (s *Statement) entries(ctx context.Context, r *teller.Reading, account book.ID) ([]book.Entry, error) {
	ids, err := r.Tx.StandsFor(ctx, account)
	if err != nil {
		return nil, err
	}
	entries, err := r.Tx.EntriesBetween(ctx, s.From, s.To, ids...)
	if err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(e book.Entry) bool {
		return e.VoidedBy != "" || !e.Kind.Happening() && !(e.Account == account && newStage(&e))
	})
	if len(ids) > 1 {
		slices.SortFunc(entries, func(a, b book.Entry) int {
			if a.Before(&b) {
				return -1
			}
			return 1
		})
	}
	return entries, nil
}

func newStage(e *book.Entry) bool {
	c, ok := e.Facts.Set[book.FieldStage]
	return ok && e.Kind == book.KindChanged && c.Before != c.After
}

// Subjects finds what entries settle or update, so that a line can name it: among the entries themselves, else in
// the log, with one query.
func Subjects(ctx context.Context, tx *store.Tx, entries []book.Entry) (map[book.ID]*book.Entry, error) {
	out := make(map[book.ID]*book.Entry)
	for i := range entries {
		switch entries[i].Kind {
		case book.KindPromise, book.KindCase:
			out[entries[i].ID] = &entries[i]
		}
	}
	var missing []book.ID
	for i := range entries {
		if id := entries[i].Settles(); id != "" && out[id] == nil {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	found, err := tx.EntriesByID(ctx, missing...)
	for id, e := range found {
		out[id] = &e
	}
	return out, err
}
