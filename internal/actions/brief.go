package actions

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"passbook/internal/accountability"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Page is a brief: one page on an account, read in half a minute before the telephone is picked up.
type Page struct {
	At       book.Instant                 `json:"at"`
	Account  assessment.Party             `json:"account"`
	People   []Person                     `json:"people"`
	Notes    []Told                       `json:"notes"` // the last three, newest first
	Balance  book.Points                  `json:"balance"`
	Held     []assessment.Hold            `json:"holds"`
	Avail    book.Points                  `json:"available"`
	Reasons  []Reason                     `json:"reasons"`   // what moved the balance most, newest movements weighing most
	WeOwe    []Owing                      `json:"we_owe"`    // oldest due first
	TheyGave []Owing                      `json:"they_gave"` // what they did for us within a year, newest first
	Lately   []Told                       `json:"lately"`    // the last seven happenings of any kind, newest first
	Rates    *accountability.AccountRates `json:"rates"`
	Next     *Item                        `json:"next"`           // the act that weighs most; null when nothing is due
	NextDue  book.Instant                 `json:"next_due"`       // when the next thing comes due
	Mood     string                       `json:"mood,omitempty"` // that they sounded cold, time after time; empty otherwise
	Sum      string                       `json:"arithmetic"`     // how the next act's place in Today comes about

	Planned int `json:"-"` // how much is planned for them and not done

	zone *time.Location
	said map[book.ID][]awareness.Consent // by person; nil where it is to be read
}

// Person is somebody of the account and how to reach them.
type Person struct {
	Name     string `json:"name"`
	Role     string `json:"role,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Email    string `json:"email,omitempty"`
	Birthday string `json:"birthday,omitempty"`

	Consents []awareness.Consent `json:"consents,omitempty"` // what they said last of each channel
}

// Reason is an entry that moved the balance.
type Reason struct {
	Entry       book.ID      `json:"entry"`
	At          book.Instant `json:"at"`
	Particulars string       `json:"particulars"`
	Points      book.Points  `json:"points"`
	Because     string       `json:"reason"`

	// Left is what of it has not faded yet: the reasons stand in its order.
	Left book.Points      `json:"-"`
	Said assessment.Parts `json:"-"` // the particulars, apart
}

// Owing is something owed one way or the other.
type Owing struct {
	Kind  string       `json:"kind"`
	Entry book.ID      `json:"entry"`
	At    book.Instant `json:"at"` // when it is due; of what they gave, when they did
	Text  string       `json:"text"`
}

// Told is something that happened, in a phrase.
type Told struct {
	Entry       book.ID      `json:"entry"`
	At          book.Instant `json:"at"`
	Particulars string       `json:"particulars"`

	Said assessment.Parts `json:"-"` // the particulars, apart
}

const (
	shownReasons = 3
	shownLately  = 7
	shownNotes   = 3
	readBack     = 60 // postings and entries looked at for these
)

// Brief draws up the page of an account as of the reading's instant.
func Brief(ctx context.Context, r *teller.Reading, account book.ID) (*Page, error) {
	a, err := assessment.Load(ctx, r, account, r.At)
	if err != nil {
		return nil, err
	}
	v := r.View(a)
	p := &Page{
		At: r.At, Balance: v.Balance, Avail: v.Available, Held: assessment.ScribeOf(r).HeldNow(v.Holds), NextDue: r.Rules.NextDue(&a.State, r.At),
		zone: r.Zone(),
	}
	p.Account = assessment.Party{
		ID: a.ID, Name: a.Name, Kind: a.Kind, Stage: a.Stage, Tier: a.Tier, Standing: v.Standing, ThinFor: v.ThinFor,
		Marks: append([]ledger.Mark{}, v.Marks...),
	}
	if p.Account.Owner, err = assessment.MemberName(ctx, r.Tx, a.Owner); err != nil {
		return nil, err
	}
	ids, err := r.Tx.StandsFor(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	if p.Rates, err = accountability.Rates(ctx, r, a.ID); err != nil {
		return nil, err
	}
	for _, part := range []func(context.Context, *teller.Reading, *store.Account, []book.ID) error{
		p.people, p.reasons, p.owed, p.lately, p.mood,
	} {
		if err := part(ctx, r, a, ids); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Above is what stands above an account's page: what moved its balance most, what is owed and the next act, without the
// rest of a brief.
// said is what its people said of being reached, as far as that is read already.
func Above(ctx context.Context, r *teller.Reading, a *store.Account, said map[book.ID][]awareness.Consent) (*Page, error) {
	v := r.View(a)
	p := &Page{said: said, At: r.At, Balance: v.Balance, Avail: v.Available, NextDue: r.Rules.NextDue(&a.State, r.At), zone: r.Rules.Calendar.Zone}
	p.Account = assessment.Party{ID: a.ID, Name: a.Name, Kind: a.Kind, Stage: a.Stage, Tier: a.Tier, Standing: v.Standing}
	if err := p.reasons(ctx, r, a, nil); err != nil {
		return nil, err
	}
	if err := p.mood(ctx, r, a, nil); err != nil {
		return nil, err
	}
	return p, p.owed(ctx, r, a, nil)
}

func (p *Page) people(ctx context.Context, r *teller.Reading, _ *store.Account, ids []book.ID) error {
	links, err := r.Tx.LinksOfAccounts(ctx, ids...)
	if err != nil {
		return err
	}
	contacts := make([]book.ID, len(links))
	for i, l := range links {
		contacts[i] = l.Contact
	}
	found, err := r.Tx.Contacts(ctx, contacts...)
	if err != nil {
		return err
	}
	consents, err := awareness.ConsentsOf(ctx, r, contacts...)
	p.People = []Person{}
	seen := make(map[book.ID]bool)
	for _, l := range links {
		c := found[l.Contact]
		if c == nil || c.Merged != "" || seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		p.People = append(p.People, Person{
			Name: c.Name, Role: l.Role, Phone: preferred(c.Reaches(book.ContactPhones)),
			Email: preferred(c.Reaches(book.ContactEmails)), Birthday: c.Fields[book.ContactBirthday],
			Consents: consents[c.ID],
		})
	}
	return err
}

// preferred is the value marked as preferred, else the first.
func preferred(all []book.Reach) string {
	for _, v := range all {
		if v.Pref {
			return v.Value
		}
	}
	if len(all) == 0 {
		return ""
	}
	return all[0].Value
}

// felt is an entry that moved the balance, and what is left of that.
type felt struct {
	left     float64
	first, n int // its postings
}

// reasons finds the entries whose movements are still most to be felt: what has faded counts for what is left of it.
func (p *Page) reasons(ctx context.Context, r *teller.Reading, a *store.Account, _ []book.ID) error {
	postings, err := r.Tx.LatestPostings(ctx, a.ID, r.At, readBack)
	if err != nil {
		return err
	}
	moved := make([]felt, 0, len(postings))
	slices.Reverse(postings) // oldest first, so that an entry's postings stand in their order
	for i := range postings {
		w := &postings[i]
		if n := len(moved); n == 0 || postings[moved[n-1].first].Entry != w.Entry {
			moved = append(moved, felt{first: i})
		}
		m := &moved[len(moved)-1]
		m.n++
		m.left += w.Points.Float() * math.Exp2(-r.At.DaysSince(w.At)/r.Rules.HalfLife)
	}
	slices.SortStableFunc(moved, func(a, b felt) int { return cmp.Compare(math.Abs(b.left), math.Abs(a.left)) })
	p.Reasons = []Reason{}
	for _, m := range moved[:min(len(moved), shownReasons)] {
		its := postings[m.first : m.first+m.n]
		reason := Reason{Entry: its[0].Entry, At: its[0].At, Left: book.Round(m.left)}
		if reason.Left == 0 {
			break // what moved nothing that is left is no reason for how things stand, nor is what moved less
		}
		for i := range its {
			reason.Points += its[i].Points
			reason.Because = joined(reason.Because, ledger.WordsIn(r.Tongue, its[i].Why))
		}
		p.Reasons = append(p.Reasons, reason)
	}
	ids := make([]book.ID, len(p.Reasons))
	for i := range p.Reasons {
		ids[i] = p.Reasons[i].Entry
	}
	found, err := r.Tx.EntriesByID(ctx, ids...)
	if err != nil {
		return err
	}
	entries := make([]book.Entry, len(ids))
	for i := range ids {
		entries[i] = found[ids[i]]
	}
	abouts, err := assessment.Subjects(ctx, r.Tx, entries)
	if err != nil {
		return err
	}
	scribe, err := assessment.ScribeAmong(ctx, r, a.ID, entries)
	for i := range p.Reasons {
		e := &entries[i]
		p.Reasons[i].Said = scribe.Parts(e, abouts[e.Settles()])
		p.Reasons[i].Particulars = p.Reasons[i].Said.String()
	}
	return err
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

// owed reads what is owed off the state, and puts it and the next act into the words of the entries.
func (p *Page) owed(ctx context.Context, r *teller.Reading, a *store.Account, _ []book.ID) error {
	s := &a.State
	p.WeOwe = []Owing{}
	owe := func(kind string, entry book.ID, at book.Instant) {
		p.WeOwe = append(p.WeOwe, Owing{Kind: kind, Entry: entry, At: at})
	}
	for _, w := range s.Waiting {
		owe("answer", w.Entry, w.At)
	}
	for _, v := range s.Promises {
		owe("promise", v.Entry, v.At)
	}
	for _, c := range s.Cases {
		owe("update", c.Entry, c.NextUpdate)
	}
	for _, b := range s.Broken {
		owe("amends", b.Entry, b.At)
	}
	for _, f := range s.Favours {
		owe("care", f.Entry, f.At)
	}
	for _, t := range s.Thanks {
		owe("thanks", t.Entry, t.At)
	}
	slices.SortStableFunc(p.WeOwe, func(a, b Owing) int { return cmp.Compare(a.At, b.At) })
	ids := make([]book.ID, len(p.WeOwe))
	for i := range p.WeOwe {
		ids[i] = p.WeOwe[i].Entry
	}
	// The gravest case is among these, so that the next act can warn of it.
	k := &known{r: r}
	var err error
	if k.said, err = wordsOf(ctx, r.Tx, ids); err != nil {
		return err
	}
	for i := range p.WeOwe {
		p.WeOwe[i].Text = assessment.Phrase(k.said.text[p.WeOwe[i].Entry])
	}
	one := map[book.ID]*store.Account{a.ID: a}
	if k.called, err = calledNames(ctx, r, one, p.said); err != nil {
		return err
	}
	if err := k.serve(ctx, one); err != nil {
		return err
	}
	next, err := k.act(ctx, a)
	p.Planned = k.ahead
	if next == nil || err != nil {
		return err
	}
	next.Rank, next.Account.Owner = 1, p.Account.Owner
	p.Next, p.Sum = next, next.Arithmetic
	return nil
}

// lately reads the last happenings and notes, and what the client did for us within the year.
func (p *Page) lately(ctx context.Context, r *teller.Reading, a *store.Account, ids []book.ID) error {
	var entries, notes []book.Entry
	for _, id := range ids {
		some, err := r.Tx.LatestEntries(ctx, id, r.At, readBack)
		if err != nil {
			return err
		}
		entries = append(entries, some...)
		if some, err = r.Tx.LatestOfKind(ctx, id, book.KindNote, r.At, shownNotes); err != nil {
			return err
		}
		notes = append(notes, some...)
	}
	newestFirst(notes)
	entries = slices.DeleteFunc(entries, func(e book.Entry) bool { return e.VoidedBy != "" || !e.Kind.Happening() })
	newestFirst(entries)
	p.Notes, p.Lately, p.TheyGave = []Told{}, []Told{}, []Owing{}
	for _, e := range notes[:min(len(notes), shownNotes)] {
		p.Notes = append(p.Notes, told(&e, assessment.Parts{What: assessment.Phrase(e.Words.Text)}))
	}
	for i := range entries {
		e := &entries[i]
		if (e.Kind == book.KindReferral || e.Kind == book.KindClosing) && e.At >= r.At-365*book.Day {
			p.TheyGave = append(p.TheyGave, Owing{string(e.Kind), e.ID, e.At, assessment.Phrase(e.Words.Text)})
		}
	}
	last := entries[:min(len(entries), shownLately)]
	abouts, err := assessment.Subjects(ctx, r.Tx, last)
	if err != nil {
		return err
	}
	scribe, err := assessment.ScribeAmong(ctx, r, a.ID, last)
	for i := range last {
		e := &last[i]
		p.Lately = append(p.Lately, told(e, scribe.Parts(e, abouts[e.Settles()])))
	}
	return err
}

func told(e *book.Entry, said assessment.Parts) Told {
	return Told{Entry: e.ID, At: e.At, Particulars: said.String(), Said: said}
}

func newestFirst(entries []book.Entry) {
	slices.SortFunc(entries, func(a, b book.Entry) int {
		if a.Before(&b) {
			return 1
		}
		return -1
	})
}
