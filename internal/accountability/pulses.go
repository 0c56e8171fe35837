package accountability

import (
	"context"
	"math"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// How a question to a client stands.
const (
	PulseWaits    = "asked"    // they may still answer
	PulseAnswered = "answered" // they did, or said it unasked
	PulseSilent   = "silent"   // they did not answer; that is all it means
)

// PulsePage is a page of questions and answers, the newest first.
type PulsePage struct {
	Pulses []PulseItem `json:"pulses"`
	Next   string      `json:"next"`
}

// PulseItem is one question with its answer, or an answer that nobody had asked for.
type PulseItem struct {
	Entry    book.ID       `json:"entry"`
	Account  DueAccount    `json:"account"`
	Person   string        `json:"person"` // who was asked
	Question book.Question `json:"question"`
	Pulse    string        `json:"pulse"`  // the question's name in the playbook
	Status   string        `json:"status"` // asked, answered or silent
	Asked    book.Instant  `json:"asked"`  // zero where they said it unasked
	By       string        `json:"by"`     // the member who asked, or wrote the answer down
	Text     string        `json:"text"`   // what was asked
	Answer   book.ID       `json:"answer,omitempty"`
	Answered book.Instant  `json:"answered"` // zero while there is none
	Score    int           `json:"score"`    // 1, very bad, to 5, very good; 0 for words alone
	Said     string        `json:"said"`     // in their own words
}

// Pulses reads a page of what clients were asked and said, as it stands now, the newest first. Of the options it heeds whose, which
// account's, where the page begins and how long it is.
func Pulses(ctx context.Context, r *teller.Reading, o ListOptions) (*PulsePage, error) {
	at, id, err := awareness.ReadPlace(o.After)
	if err != nil {
		return nil, err
	}
	if o.After == "" {
		at = math.MaxInt64
	}
	rows, err := r.Tx.Pulses(ctx, &o.OwedFilter, at, id, o.Limit+1)
	if err != nil {
		return nil, err
	}
	page := &PulsePage{Pulses: []PulseItem{}}
	if len(rows) > o.Limit {
		rows = rows[:o.Limit]
		page.Next = awareness.Place(rows[o.Limit-1].At, rows[o.Limit-1].Entry)
	}
	page.Pulses, err = pulseItems(ctx, r, rows)
	return page, err
}

// PulsesOf are the latest of an account.
func PulsesOf(ctx context.Context, r *teller.Reading, a *store.Account, limit int) ([]PulseItem, error) {
	page, err := Pulses(ctx, r, ListOptions{OwedFilter: store.OwedFilter{Account: a.ID}, Limit: limit})
	if err != nil {
		return nil, err
	}
	return page.Pulses, nil
}

func pulseItems(ctx context.Context, r *teller.Reading, rows []store.VoiceRow) ([]PulseItem, error) {
	ids := make([]book.ID, 0, 2*len(rows))
	accounts, people := []book.ID{}, []book.ID{}
	for i := range rows {
		ids, accounts, people = append(ids, rows[i].Entry), append(accounts, rows[i].Account), append(people, rows[i].Contact)
	}
	answers, err := r.Tx.Answers(ctx, ids...)
	if err != nil {
		return nil, err
	}
	by := map[book.ID]*store.Voice{}
	for i := len(answers) - 1; i >= 0; i-- {
		by[answers[i].Ask], ids = &answers[i], append(ids, answers[i].Entry)
	}
	entries, err := r.Tx.EntriesByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	var keep []book.ID
	for i := range rows {
		keep = append(keep, rows[i].Keeps, rows[i].By)
	}
	members, err := r.Tx.MemberNames(ctx, distinct(keep)...)
	if err != nil {
		return nil, err
	}
	names, err := awareness.NamesOf(ctx, r.Tx, people...)
	if err != nil {
		return nil, err
	}
	wait, err := waits(ctx, r, accounts)
	if err != nil {
		return nil, err
	}
	out := make([]PulseItem, 0, len(rows))
	for i := range rows {
		v := &rows[i]
		item := PulseItem{
			Entry: v.Entry, Account: DueAccount{v.Account, v.Name, members[v.Keeps]}, Person: names[v.Contact], Question: v.Question, Pulse: v.Pulse,
			Status: PulseWaits, Asked: v.At, By: members[v.By], Text: entries[v.Entry].Words.Text,
		}
		switch answer := by[v.Entry]; {
		case v.What == store.VoiceAnswer:
			item.Asked, item.Text = 0, ""
			item.answered(&v.Voice, entries)
		case answer != nil:
			item.answered(answer, entries)
		case r.At >= v.At+wait[v.Account]:
			item.Status = PulseSilent
		}
		out = append(out, item)
	}
	return out, nil
}

func (i *PulseItem) answered(v *store.Voice, entries map[book.ID]book.Entry) {
	i.Status, i.Answer, i.Answered, i.Score, i.Said = PulseAnswered, v.Entry, v.At, v.Score, entries[v.Entry].Words.Text
}

// waits are how long answers of accounts may take, by their playbooks.
func waits(ctx context.Context, r *teller.Reading, accounts []book.ID) (map[book.ID]book.Instant, error) {
	found, err := r.Tx.Accounts(ctx, accounts...)
	out := map[book.ID]book.Instant{}
	for _, a := range found {
		out[a.ID] = book.Instant(r.Rules.Playbook(a.Playbook).Pulse.Wait) * book.Day
	}
	return out, err
}

// AskedOf is a question as the one sees it who is asked.
type AskedOf struct {
	Entry    book.ID
	Question book.Question
	Text     string
	At       book.Instant
}

// pulse reads what a guest may answer on a page of their own: the newest question to them, or, where there is none and they have not
// said it within the week, how we do. Nil in place of the first, false in place of the second.
func (f *Facing) pulse(ctx context.Context, r *teller.Reading, g *awareness.Guest) error {
	open, err := openAsks(ctx, r.Tx, g.Account.ID, r.Now)
	if err != nil {
		return err
	}
	for i := len(open) - 1; i >= 0; i-- {
		if toThem(r, g, &book.Entry{Words: book.Words{With: string(open[i].Contact)}}) {
			f.Asked, err = AskedIn(ctx, r, open[i].Entry)
			return err
		}
	}
	last, err := lastVoice(ctx, r.Tx, g.Contact.ID, func(v *store.Voice) bool { return v.What == store.VoiceAnswer && v.Ask == "" })
	f.Rates = last == 0 || r.Now-last >= ownPulse
	return err
}

// AskedIn reads a question by its entry. Errors: NotFound of one that counts no more.
func AskedIn(ctx context.Context, r *teller.Reading, id book.ID) (*AskedOf, error) {
	found, err := r.Tx.EntriesByID(ctx, id)
	if err != nil {
		return nil, err
	}
	e, ok := found[id]
	if !ok || e.Kind != book.KindPulseAsked || e.VoidedBy != "" || r.Now-e.At > PulseOpen || e.Words.Text == "" {
		return nil, book.Errorf(book.NotFound, "this page is not there")
	}
	return &AskedOf{e.ID, e.Facts.Question, e.Words.Text, e.At}, nil
}
