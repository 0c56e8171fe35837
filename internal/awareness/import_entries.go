package awareness

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// MaxBody bounds the words kept of a letter, in runes.
const MaxBody = 4_000

// planned is a touch about to be written: which message, on which account, for which parties.
type planned struct {
	m       *sortedMessage
	account *store.Account
	with    []*party  // the parties of this account, by key; the first names the entry
	ids     []book.ID // what the entry would be called by each of them
	k       int
}

// id is made from the source alone, so that the same message read again is known.
func (m *sortedMessage) id(key string) book.ID { return book.DerivedID("touch", m.sourceKey(), key) }

// makeEntries writes one touch per message and account, leaving out what the log has already.
func (c *ImportTouches) makeEntries(ctx context.Context, w *teller.Work, d *directory, all []*sortedMessage) error {
	plans := make([]planned, 0, len(all))
	ids := make([]book.ID, 0, len(all))
	var seen []store.Sighting
	for _, m := range all {
		if m.skip == "" {
			first := len(plans)
			plans = c.plan(plans, m, d)
			for i := range plans[first:] {
				ids = append(ids, plans[first+i].ids...)
			}
			seen = append(seen, c.sight(w, m, d)...)
		}
	}
	slices.Sort(ids) // neighbours in the index are looked up one after the other
	known, err := w.Tx.Known(ctx, ids)
	if err != nil {
		return err
	}
	passed, err := skipped(ctx, w, plans)
	if err != nil {
		return err
	}
	for i := range plans {
		p := &plans[i]
		o := p.outcome(known, passed)
		if o.Status == Created {
			e := c.entry(p)
			err := e.Facts.CheckTouch()
			if err == nil {
				err = w.Append(e)
			}
			if err != nil {
				if book.FaultOf(err) != book.Invalid {
					return err
				}
				o = Outcome{Status: Skipped, Reason: book.Message(err)}
			} else {
				known[e.ID] = false
			}
		}
		if o.Status == Created {
			c.Newest = max(c.Newest, p.m.At)
			if old := c.old[p.account.ID]; !p.m.out && p.m.At < c.History && (old == 0 || p.m.At < old) && p.account.Run != w.Run() {
				c.old[p.account.ID] = p.m.At
			}
		}
		if o.Status != Skipped {
			c.with[p.account.ID] = p.account
		}
		for _, party := range p.with {
			party.outcome = o
		}
	}
	return w.Tx.InsertSightings(ctx, seen)
}

// closePast writes on each account on which something from before History waits that it is the past. The same import again
// finds it written. Where nothing waits only because an earlier import has said so, this one says so as well of what it brought,
// so that its letters stay history when that one is taken back.
func (c *ImportTouches) closePast(ctx context.Context, w *teller.Work) error {
	if c.History == 0 || len(c.with) == 0 {
		return nil
	}
	if err := w.Flush(ctx); err != nil { // so that the states tell who waits
		return err
	}
	past, err := c.past(ctx, w)
	if err != nil {
		return err
	}
	var ids []book.ID
	for _, e := range past {
		ids = append(ids, e.ID)
	}
	known, err := w.Tx.Known(ctx, ids)
	if err != nil {
		return err
	}
	for _, e := range past {
		if _, written := known[e.ID]; written { // and taken back since by hand
			continue
		}
		if err := w.Append(e); err != nil {
			return err
		}
		c.Past[e.Account] = true
	}
	return nil
}

// past are the entries by which this import says what is history, in order of the accounts.
func (c *ImportTouches) past(ctx context.Context, w *teller.Work) ([]*book.Entry, error) {
	marks, err := w.Tx.Histories(ctx, slices.Sorted(maps.Keys(c.old))...)
	if err != nil {
		return nil, err
	}
	var out []*book.Entry
	for _, id := range slices.Sorted(maps.Keys(c.with)) {
		parts := []string{"history", string(id), strconv.FormatInt(int64(c.History), 10)}
		since, old := c.with[id].State.WaitingSince(), c.old[id]
		switch {
		case since != 0 && since < c.History:
		case old != 0 && marks[id] >= old:
			parts = append(parts, string(w.Run()))
		default:
			continue
		}
		out = append(out, &book.Entry{ID: book.DerivedID(parts...), Account: id, At: c.History, Kind: book.KindHistory})
	}
	return out, nil
}

// plan appends a message's parties, grouped by account, and counts how many it reached.
func (c *ImportTouches) plan(plans []planned, m *sortedMessage, d *directory) []planned {
	first := len(plans)
	var at map[*store.Account]int // where each account's plan stands
	if len(m.theirs) > 1 {
		at = make(map[*store.Account]int)
	}
	outsiders := 0
	for i := range m.theirs {
		p := &m.theirs[i]
		a := d.accounts[p.key]
		if a == nil {
			outsiders++
			continue
		}
		n, ok := at[a]
		if !ok {
			n = len(plans)
			if at != nil {
				at[a] = n
			}
			plans = append(plans, planned{m: m, account: a})
		}
		plans[n].with = append(plans[n].with, p)
	}
	mine := plans[first:]
	k := m.reach(mine, outsiders)
	for i := range mine {
		p := &mine[i]
		slices.SortFunc(p.with, func(a, b *party) int { return strings.Compare(a.key, b.key) })
		p.k, p.ids = k, make([]book.ID, len(p.with))
		for n, party := range p.with {
			p.ids[n] = m.id(party.key)
		}
		if own := m.written(); own != "" {
			p.ids = append(p.ids, own)
		}
	}
	return plans
}

// written is the touch by which a letter of ours was written here, as its name says it; "" for one that was written elsewhere.
func (m *sortedMessage) written() book.ID {
	local, _, at := strings.Cut(m.Key, "@")
	if !at || !m.out || m.Channel != book.Email {
		return ""
	}
	id, _ := book.ParseID(local)
	return id
}

// sight counts the strangers of a message as suggestions and says why others are left out.
func (c *ImportTouches) sight(w *teller.Work, m *sortedMessage, d *directory) []store.Sighting {
	var out []store.Sighting
	for i := range m.theirs {
		p := &m.theirs[i]
		switch {
		case d.accounts[p.key] != nil:
		case d.erased[p.key]:
			p.outcome = Outcome{Status: Skipped, Reason: ErasedBefore}
		case m.Auto || m.isBulk:
			if p.outcome = m.passedOver(); c.Create == CreateAll { // a later letter may make them known
				out = append(out, store.Sighting{Address: p.key, Source: m.id(p.key), At: m.At, Run: w.Run()})
			}
		default:
			dir := book.In
			if m.out {
				dir = book.Out
			}
			p.outcome = Outcome{Status: Suggested}
			out = append(out, store.Sighting{
				Address: p.key, Source: m.id(p.key), Name: p.Name, Direction: dir, At: m.At, Run: w.Run(),
			})
		}
	}
	return out
}

// passedOver is what becomes of a message in which only a machine or a mailing speaks for somebody not known.
func (m *sortedMessage) passedOver() Outcome {
	if m.Auto {
		return Outcome{Status: Skipped, Reason: "an automatic letter from nobody known"}
	}
	return Outcome{Status: Skipped, Reason: "bulk mail from nobody known"}
}

// skipped finds the messages that an earlier reading passed over: the file says no more now than it did then, and the
// same file must change nothing.
func skipped(ctx context.Context, w *teller.Work, plans []planned) (map[book.ID]bool, error) {
	var addresses []string
	for i := range plans {
		if p := &plans[i]; p.m.Auto || p.m.isBulk {
			for _, party := range p.with {
				addresses = append(addresses, party.key)
			}
		}
	}
	slices.Sort(addresses)
	return w.Tx.PassedOver(ctx, slices.Compact(addresses)...)
}

// outcome says whether a planned touch is new. A voided entry keeps its key: what was taken out by hand stays out.
func (p *planned) outcome(known, passed map[book.ID]bool) Outcome {
	for _, id := range p.ids {
		if passed[id] {
			return p.m.passedOver()
		}
		if voided, ok := known[id]; ok {
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
		ID: p.ids[0], Account: p.account.ID, At: m.At, Kind: book.KindTouch, Facts: m.facts(c, p.k),
		Words: book.Words{Text: book.Clean(m.Summary), Body: bounded(book.Clean(m.Body), MaxBody), With: p.with[0].key},
	}
	if e.Facts.Purpose == book.Gift && e.Words.Text != "" {
		e.Facts.Gesture = gesture(e.Words.Text)
	}
	if m.Channel == book.Email && !m.out && !m.Auto && !m.isBulk && nameable(m.Key) {
		e.Words.Letter = m.Key
	}
	return e
}

// nameable says whether a letter's id is one that the head of an answer can name as it stands, in one line.
func nameable(id string) bool {
	const most = 250
	return len(id) <= most && strings.Contains(id, "@") && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' })
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
