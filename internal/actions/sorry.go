package actions

import (
	"context"
	"maps"
	"strings"

	"passbook/internal/agenda"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// regrets are what rows say we are sorry for, beyond their holds.
type regrets struct {
	sank map[book.ID]agenda.Sank  // by account: what took its balance below zero
	said map[book.ID]book.Instant // by case: when it was to be solved, as we last said
}

// readRegrets reads what the items are to be sorry for: what took overdrawn balances below zero where no failure that could be
// made good leads, and by when the cases that lead were to be solved. What was written down of it is added to texts.
func readRegrets(ctx context.Context, r *teller.Reading, items []agenda.Item, texts map[book.ID]string) (*regrets, error) {
	g := &regrets{sank: map[book.ID]agenda.Sank{}, said: map[book.ID]book.Instant{}}
	var cases, entries []book.ID
	for i := range items {
		item := &items[i]
		switch {
		case item.Act == agenda.MakeAmends && (len(item.Holds) == 0 || item.Holds[0].Kind != ledger.HoldAmends):
			sank, err := whatSank(ctx, r, item.Account)
			if err != nil {
				return nil, err
			}
			g.sank[item.Account] = sank
			entries = append(entries, sank.Entry)
		case item.Act == agenda.Update || item.Act == agenda.MakeAmends && item.OpenCase:
			cases = append(cases, item.Holds[0].Entry)
		}
	}
	rows, err := r.Tx.Cases(ctx, cases...)
	for i := range rows {
		g.said[rows[i].ID] = rows[i].Estimate
	}
	if err != nil || len(entries) == 0 {
		return g, err
	}
	words, err := wordsOf(ctx, r.Tx, entries)
	maps.Copy(texts, words.text)
	return g, err
}

// tell adds what an account's row is to be sorry for.
func (g *regrets) tell(f *agenda.Facts, account book.ID) { f.Said, f.Sank = g.said, g.sank[account] }

// sankBack is how many postings back is looked for what took a balance below zero. What lies deeper is not what is to be
// spoken of now.
const sankBack = 30

// whatSank finds the entry that took an account's balance from zero or more to below it, last before the reading's instant.
func whatSank(ctx context.Context, r *teller.Reading, account book.ID) (agenda.Sank, error) {
	postings, err := r.Tx.LatestPostings(ctx, account, r.At, sankBack)
	if err != nil {
		return agenda.Sank{}, err
	}
	for i := range postings {
		p := &postings[i]
		if p.Points >= 0 || p.After >= 0 || book.Round(p.After) < p.Points { // it lay below before
			continue
		}
		why, _, _ := strings.Cut(p.Why, " ")
		sank := agenda.Sank{Entry: p.Entry, At: p.At, Why: why}
		if why == "asked_first" {
			sank.Heard, err = heardAfter(ctx, r, account, p.At)
		}
		return sank, err
	}
	return agenda.Sank{}, nil
}

// heardAfter is when they first had news after they asked; zero where they wait for it.
func heardAfter(ctx context.Context, r *teller.Reading, account book.ID, asked book.Instant) (book.Instant, error) {
	news, err := r.Tx.NewsOf(ctx, account)
	for i := range news {
		if n := &news[i]; n.At >= asked && n.At <= r.At && (n.Came == store.NewsAnswer || n.Came == store.NewsAskedNow) {
			return n.At, nil
		}
	}
	return 0, err
}
