package awareness

import (
	"context"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// maxBody bounds the words kept of a letter.
const maxBody = 4_000

// planned is a touch about to be written: which message, on which account, for which parties.
type planned struct {
	m       *sortedMessage
	account *store.Account
	keys    []string // the parties of this account, sorted; the first names the entry
	k       int
}

// id is made from the source alone, so that the same message read again is known.
func (p *planned) id(key string) book.ID { return book.DerivedID("touch", p.m.sourceKey(), key) }

// makeEntries writes one touch per message and account, leaving out what the log has already.
func (c *ImportTouches) makeEntries(ctx context.Context, w *teller.Work, d *directory, all []*sortedMessage) error {
	var plans []*planned
	var seen []store.Sighting
	for _, m := range all {
		if m.skip == "" {
			plans = append(plans, c.plan(m, d)...)
			seen = append(seen, c.sight(w, m, d)...)
		}
	}
	var ids []book.ID
	for _, p := range plans {
		for _, key := range p.keys {
			ids = append(ids, p.id(key))
		}
	}
	known, err := w.Tx.Known(ctx, ids)
	if err != nil {
		return err
	}
	var docs []store.Doc
	for _, p := range plans {
		o := c.outcome(p, known)
		if o.Status == Created {
			e := c.entry(p)
			if err := w.Append(e); err != nil {
				if book.FaultOf(err) != book.Invalid {
					return err
				}
				o = Outcome{Status: Skipped, Reason: book.Message(err)}
			} else {
				known[e.ID] = false
				if text := e.Words.Text + " " + e.Words.Body; text != " " {
					docs = append(docs, store.Doc{ID: e.ID, Kind: store.DocEntry, Account: e.Account, Text: text})
				}
			}
		}
		for _, key := range p.keys {
			p.m.status[key] = o
		}
	}
	if err := w.Tx.InsertSightings(ctx, seen); err != nil {
		return err
	}
	return w.Tx.Index(ctx, docs)
}

// plan groups a message's parties by account and counts how many it reached.
func (c *ImportTouches) plan(m *sortedMessage, d *directory) []*planned {
	var plans []*planned
	people := map[book.ID]int{}
	outsiders := 0
	for _, p := range m.theirs {
		a := d.accounts[p.key]
		if a == nil {
			outsiders++
			continue
		}
		people[a.ID]++
		i := slices.IndexFunc(plans, func(o *planned) bool { return o.account == a })
		if i < 0 {
			i = len(plans)
			plans = append(plans, &planned{m: m, account: a})
		}
		plans[i].keys = append(plans[i].keys, p.key)
	}
	k := m.reach(people, outsiders)
	for _, p := range plans {
		slices.Sort(p.keys)
		p.k = k
	}
	return plans
}

// sight counts the strangers of a message as suggestions and says why others are left out.
func (c *ImportTouches) sight(w *teller.Work, m *sortedMessage, d *directory) []store.Sighting {
	var out []store.Sighting
	for _, p := range m.theirs {
		switch {
		case d.accounts[p.key] != nil:
		case d.erased[p.key]:
			m.status[p.key] = Outcome{Status: Skipped, Reason: "this person was erased from the book"}
		case m.Auto:
			m.status[p.key] = Outcome{Status: Skipped, Reason: "an automatic letter from nobody known"}
		case m.isBulk:
			m.status[p.key] = Outcome{Status: Skipped, Reason: "bulk mail from nobody known"}
		default:
			dir := book.In
			if m.out {
				dir = book.Out
			}
			m.status[p.key] = Outcome{Status: Suggested}
			out = append(out, store.Sighting{
				Address: p.key, Source: book.DerivedID("touch", m.sourceKey(), p.key), Name: p.Name, Direction: dir,
				At: m.At, Run: w.Run(),
			})
		}
	}
	return out
}

// outcome says whether a planned touch is new. A voided entry keeps its key: what was taken out by hand stays out.
func (c *ImportTouches) outcome(p *planned, known map[book.ID]bool) Outcome {
	for _, key := range p.keys {
		if voided, ok := known[p.id(key)]; ok {
			if voided {
				return Outcome{Status: Skipped, Reason: "voided"}
			}
			return Outcome{Status: Unchanged}
		}
	}
	return Outcome{Status: Created}
}

func (c *ImportTouches) entry(p *planned) *book.Entry {
	m := p.m
	e := &book.Entry{
		ID: p.id(p.keys[0]), Account: p.account.ID, At: m.At, Kind: book.KindTouch, Facts: m.facts(c, p.k),
		Words: book.Words{Text: book.Clean(m.Summary), Body: bounded(book.Clean(m.Body), maxBody), With: p.keys[0]},
	}
	if e.Facts.Purpose == book.Gift && e.Words.Text != "" {
		e.Facts.Gesture = gesture(e.Words.Text)
	}
	return e
}

func bounded(s string, runes int) string {
	n := 0
	for i := range s {
		if n == runes {
			return s[:i]
		}
		n++
	}
	return s
}
