package accountability

import (
	"cmp"
	"context"
	"slices"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/teller"
)

// Facing is the firm as one person of a client's sees it: whom to call, what is under way, what was promised. It has nothing of
// what the firm thinks of them: no points, no notes, no words of members that were not said to the client.
type Facing struct {
	Whom    []Helper // who looks after them, and before that one who stands in
	Cases   []FacedCase
	Solved  []FacedSolved  // what we take for solved and they have not said a word to, the latest first
	Promise []FacedPromise // open ones, soonest due first, and what was kept lately
	Reach   []awareness.Consent
	Asked   *AskedOf // a question to them that waits for an answer; nil for none
	Rates   bool     // they may say unasked how we do
}

// Owed says whether anything is open, of which they may ask for news.
func (f *Facing) Owed() bool {
	return len(f.Cases) > 0 || slices.ContainsFunc(f.Promise, func(p FacedPromise) bool { return p.Kept == 0 })
}

// Helper is somebody of the firm to turn to.
type Helper struct {
	Name  string
	Phone string
	Email string
	For   string       // whom they stand in for; "" for nobody
	Until book.Instant // until when
}

// FacedCase is something that is put right or worked on for the client.
type FacedCase struct {
	Entry    book.ID
	Ours     bool // a failure of the firm
	Opened   book.Instant
	Words    string       // their own, where they named it on their page
	Told     string       // what they were told last, in an update that was written for them
	ToldAt   book.Instant // when that, or any update, was given; zero for never
	Estimate book.Instant // when it is to be solved, as they were told; zero where nobody has said
	Next     book.Instant // by when they hear of it next
	Late     bool         // that is over
}

// FacedSolved is something that we say is solved. They are asked whether it is.
type FacedSolved struct {
	Entry book.ID
	Ours  bool
	On    book.Instant
	Words string // their own, where they named it on their page
}

// asksSolved is how long they are asked whether something is solved.
const asksSolved = 30 * book.Day

// solved reads what they are asked about: what was solved lately, and to which nobody has written down their word since.
func (f *Facing) solved(ctx context.Context, r *teller.Reading, g *awareness.Guest) error {
	var ids []book.ID
	for i := range g.Account.State.Solved {
		if v := &g.Account.State.Solved[i]; v.On > r.Now-asksSolved {
			ids = append(ids, v.Entry)
		}
	}
	opened, err := r.Tx.EntriesByID(ctx, ids...)
	if err != nil {
		return err
	}
	said, err := r.Tx.EntriesAboutOf(ctx, book.KindAgreed, ids...)
	if err != nil {
		return err
	}
	for i := range g.Account.State.Solved {
		v := &g.Account.State.Solved[i]
		e, asked := opened[v.Entry]
		answered := slices.ContainsFunc(said, func(s book.Entry) bool { return s.Subject == v.Entry && s.VoidedBy == "" && s.At >= v.On })
		if !asked || answered || !toThem(r, g, &e) {
			continue
		}
		faced := FacedSolved{Entry: v.Entry, Ours: v.Ours, On: v.On}
		if e.By == "" {
			faced.Words = e.Words.Text
		}
		f.Solved = append(f.Solved, faced)
	}
	slices.SortStableFunc(f.Solved, func(a, b FacedSolved) int { return cmp.Compare(b.On, a.On) })
	return nil
}

// FacedPromise is what the client was promised.
type FacedPromise struct {
	Entry book.ID
	Text  string
	Made  book.Instant
	Due   book.Instant
	Late  bool
	Kept  book.Instant // zero while it is open
}

// keptLately is how long a promise that was kept is still shown as such.
const keptLately = 60 * book.Day

// FacingOf reads what a guest sees on a page of their own. What was said to another one of the account's people is not told.
func FacingOf(ctx context.Context, r *teller.Reading, g *awareness.Guest) (*Facing, error) {
	f := &Facing{}
	var err error
	if f.Whom, err = helpers(ctx, r, g.Account.Owner); err != nil {
		return nil, err
	}
	if err := f.promises(ctx, r, g); err != nil {
		return nil, err
	}
	if err := f.cases(ctx, r, g); err != nil {
		return nil, err
	}
	if err := f.solved(ctx, r, g); err != nil {
		return nil, err
	}
	if err := f.pulse(ctx, r, g); err != nil {
		return nil, err
	}
	reach, err := awareness.ConsentsOf(ctx, r, g.Contact.ID)
	f.Reach = reach[g.Contact.ID]
	return f, err
}

// helpers are who looks after an account, and before them who stands in while they are away. Where they have left, and nobody
// has taken over, there is nobody to name.
func helpers(ctx context.Context, r *teller.Reading, owner book.ID) ([]Helper, error) {
	m, err := r.Tx.Member(ctx, owner)
	if book.FaultOf(err) == book.NotFound || err == nil && m.Left != 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	addresses, err := r.Tx.MemberAddresses(ctx)
	if err != nil {
		return nil, err
	}
	help := func(m *book.Member) Helper {
		h := Helper{Name: m.Name, Phone: m.Phone}
		for a, id := range addresses {
			if id == m.ID && (h.Email == "" || a < h.Email) {
				h.Email = a
			}
		}
		return h
	}
	out := []Helper{help(&m)}
	if m.Deputy == "" || r.Now < m.AwayFrom || r.Now >= m.AwayUntil {
		return out, nil
	}
	d, err := r.Tx.Member(ctx, m.Deputy)
	if err != nil || d.Left != 0 {
		return out, err
	}
	h := help(&d)
	h.For, h.Until = m.Name, m.AwayUntil
	return []Helper{h, out[0]}, nil
}

// toThem says whether an entry was with the guest, or with nobody in particular of their account.
func toThem(r *teller.Reading, g *awareness.Guest, e *book.Entry) bool {
	if e.Words.With == "" || e.Words.With == string(g.Contact.ID) {
		return true
	}
	met := g.People.Who(e.Words.With, r.Rules.Firm.Country)
	return met != nil && met.ID == g.Contact.ID
}

// promises reads what was promised: what is open, and what was kept lately. One that is to introduce a colleague is the
// firm's own affair until it is done.
func (f *Facing) promises(ctx context.Context, r *teller.Reading, g *awareness.Guest) error {
	rows, err := r.Tx.PromisesOf(ctx, g.Account.ID)
	if err != nil {
		return err
	}
	var ids []book.ID
	for i := range rows {
		ids = append(ids, rows[i].ID)
	}
	made, err := r.Tx.EntriesByID(ctx, ids...)
	if err != nil {
		return err
	}
	for i := range rows {
		p := &rows[i]
		e := made[p.ID]
		kept := p.Status == ledger.PromiseKept || p.Status == ledger.PromiseLate
		if p.Introduces != "" || e.Words.Text == "" || !toThem(r, g, &e) || p.Status != ledger.PromiseOpen && !(kept && p.Settled > r.Now-keptLately) {
			continue
		}
		faced := FacedPromise{Entry: p.ID, Text: e.Words.Text, Made: e.At, Due: p.Due, Late: p.Status == ledger.PromiseOpen && r.Now > p.Due}
		if kept {
			faced.Kept = p.Settled
		}
		f.Promise = append(f.Promise, faced)
	}
	slices.SortStableFunc(f.Promise, func(a, b FacedPromise) int { // open ones first
		return cmp.Compare(min(a.Kept, 1), min(b.Kept, 1))
	})
	return nil
}

// cases reads what is under way. A case is told by the client's own words where they opened it on their page, else only by
// whose fault it is: what a member called it was not said to them. Of updates those are told that were written by themselves;
// one that came with a talk is the member's summary of it, of which they only know that it was.
func (f *Facing) cases(ctx context.Context, r *teller.Reading, g *awareness.Guest) error {
	var ids []book.ID
	for i := range g.Account.State.Cases {
		ids = append(ids, g.Account.State.Cases[i].Entry)
	}
	opened, err := r.Tx.EntriesByID(ctx, ids...)
	if err != nil {
		return err
	}
	rows, err := r.Tx.Cases(ctx, ids...)
	if err != nil {
		return err
	}
	updates, err := r.Tx.EntriesAboutOf(ctx, book.KindUpdate, ids...)
	if err != nil {
		return err
	}
	for i := range g.Account.State.Cases {
		c := &g.Account.State.Cases[i]
		e := opened[c.Entry]
		if !toThem(r, g, &e) {
			continue
		}
		faced := FacedCase{Entry: c.Entry, Ours: c.Ours, Opened: e.At, Next: c.NextUpdate, Late: c.NextUpdate != 0 && r.Now > c.NextUpdate}
		if e.By == "" {
			faced.Words = e.Words.Text
		}
		for j := range rows {
			if rows[j].ID == c.Entry {
				faced.Estimate = rows[j].Estimate
			}
		}
		faced.told(updates)
		f.Cases = append(f.Cases, faced)
	}
	return nil
}

// told finds what the client was told last of a case.
func (c *FacedCase) told(updates []book.Entry) {
	words := book.Instant(0)
	for i := range updates {
		u := &updates[i]
		if u.Subject != c.Entry || u.VoidedBy != "" {
			continue
		}
		c.ToldAt = max(c.ToldAt, u.At)
		if u.Facts.Batch == "" && u.At >= words {
			c.Told, words = u.Words.Text, u.At
		}
	}
	if words < c.ToldAt { // it is not what they heard last
		c.Told = ""
	}
}
