package awareness

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// NotOurs is why a message between others is skipped. Nothing in such a row is to be mended: either it is none of the firm's
// business, or the firm has an address that the book does not know yet.
const NotOurs = "nobody of the firm takes part"

// OneSided is why a written message is skipped of which only the other side is named: who wrote it cannot be told.
const OneSided = "it names one side only, and not who wrote to whom"

// Create says what becomes of strangers in an import.
type Create string

// Known makes strangers suggestions; all opens an account for each.
const (
	CreateKnown Create = "known"
	CreateAll   Create = "all"
)

// Creates lists them.
var Creates = []Create{CreateKnown, CreateAll}

// MaxRefs is the most ids that are kept of those by which a message says what thread it is of.
const MaxRefs = 8

// ListSize is how many people a mailing list counts as.
const ListSize = 50

// ImportTouches takes a piece of a file's interactions into the book.
type ImportTouches struct {
	Messages []MessageIn
	Me       map[string]bool // the firm's own addresses, by address.Key
	Create   Create
	// History makes the past of what nobody has answered before it: on the accounts that these messages are with, nothing
	// from before that instant waits any longer. Zero leaves everything waiting.
	History book.Instant

	Outcomes []Outcome        // set by Run, a row each
	Opened   int              // how many accounts were opened; set by Run
	Newest   book.Instant     // of the messages that were new; set by Run
	Past     map[book.ID]bool // set by Run: the accounts on which something became history
	Others   map[string]Other // set by Run: by key, whose addresses take part in messages between others

	with map[book.ID]*store.Account // the accounts that they are with
	old  map[book.ID]book.Instant   // of those that stood before, when the oldest came in of what is new and from before History
}

// Waits says of the accounts that the messages are with since when somebody waits for an answer there, zero where nobody
// does. It may be asked once the command is flushed or committed.
func (c *ImportTouches) Waits() map[book.ID]book.Instant {
	out := make(map[book.ID]book.Instant, len(c.with))
	for id, a := range c.with {
		out[id] = a.State.WaitingSince()
	}
	return out
}

// Other is somebody between whom and others messages passed in which nobody of the firm took part: perhaps one of the firm
// whose address is not known yet.
type Other struct {
	Name     string
	Messages int
}

// Act implements teller.Command.
func (*ImportTouches) Act() book.Act { return book.ActImport }

// Alone implements teller.Long.
func (*ImportTouches) Alone() bool { return true }

// Run implements teller.Command. It resolves all parties of the piece in a few statements, then makes one entry per
// message and account.
func (c *ImportTouches) Run(ctx context.Context, w *teller.Work) error {
	c.Outcomes, c.Others, c.Newest = c.Outcomes[:0], map[string]Other{}, 0
	c.Past, c.with, c.old = map[book.ID]bool{}, map[book.ID]*store.Account{}, map[book.ID]book.Instant{}
	if c.History > w.Now {
		return book.Fieldf(book.Invalid, "history_before", "is still to come; history is what is over")
	}
	w.Whole() // a letter is filed where it belongs, whether the member who brings it sees that or not
	if err := stillRunning(ctx, w); err != nil {
		return err
	}
	r, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	sorted := make([]*sortedMessage, 0, len(c.Messages))
	dir := newDirectory(w, r, c.Create)
	for i := range c.Messages {
		m := c.sort(&c.Messages[i], r.Firm.Country)
		if m.skip == "" {
			dir.want(m)
		}
		sorted = append(sorted, m)
	}
	if err := dir.resolve(ctx); err != nil {
		return err
	}
	c.Opened = dir.opened
	if err := c.makeEntries(ctx, w, dir, sorted); err != nil {
		return err
	}
	for _, m := range sorted {
		c.Outcomes = m.outcomes(c.Outcomes)
	}
	return c.closePast(ctx, w)
}

// sortedMessage is a message with our side told from theirs.
type sortedMessage struct {
	*MessageIn
	out     bool
	theirs  []party // on the other side; for an inbound message its sender alone
	copied  bool
	isBulk  bool
	country string
	us      int // how many it was addressed to, as its To says
	skip    string
	source  string // its sourceKey, once that was asked for
}

// party is somebody with the key they are found by.
type party struct {
	Party
	kind    keyKind
	key     string
	ours    bool    // of the firm
	outcome Outcome // what became of the touch with them
}

// sort finds the direction of a message and who is on the other side, or why it is skipped.
func (c *ImportTouches) sort(in *MessageIn, country string) *sortedMessage {
	m := &sortedMessage{MessageIn: in, skip: in.Skip, country: country}
	from, to := c.keyed(in.From, country), make([]party, 0, len(in.To)+len(in.Cc))
	for _, all := range [][]Party{in.To, in.Cc} {
		for _, p := range all {
			to = append(to, c.keyed(p, country))
		}
	}
	named, fromOurs := to[:len(in.To)], from.ours
	toOurs, ccOurs := slices.ContainsFunc(named, party.isOurs), slices.ContainsFunc(to[len(in.To):], party.isOurs)
	switch {
	case m.skip == "" && in.At == 0:
		m.skip = "it has no date"
	case in.Direction == book.Out && (from.key == "" || !toOurs || fromOurs), in.Direction == "" && fromOurs:
		m.out = true
	case in.Direction == book.In:
		if (from.key == "" || fromOurs && !toOurs) && len(to) > 0 { // a list of calls names the other side in whatever column it has
			from, to = to[0], nil
		}
	case toOurs || ccOurs || in.ToOurs:
		m.copied = !toOurs
	case m.skip == "":
		m.skip = c.between(m, from, to)
	}
	if m.skip != "" {
		return m
	}
	m.isBulk, m.us = m.bulk(toOurs), m.addressed(named)
	m.theirs = c.otherSide(m, from, to)
	switch {
	case len(m.theirs) > 0:
	case m.out && len(in.Lists) > 0:
		m.skip = "it went to a mailing list only"
	case m.out && len(in.Machines) > 0:
		m.skip = "it went to a machine only"
	case slices.Contains(in.Lists, from.key):
		m.skip = "it came from a mailing list itself"
	case slices.Contains(in.Machines, from.key):
		m.skip = "an automatic letter, from an address that nobody reads"
	case fromOurs && len(to) > 0:
		m.skip = "it stayed between people of the firm"
	default:
		m.skip = "nobody on the other side is named"
	}
	return m
}

// between says why a message is skipped in which no address of ours is named. Where a row of a list of calls or meetings names
// the other side alone, the one that is not named is ours, and nothing is skipped; who wrote what is written has to be said.
func (c *ImportTouches) between(m *sortedMessage, from party, to []party) string {
	switch {
	case from.key == "" && len(to) > 0 && m.Channel.Live():
		m.out = true
		return ""
	case from.key == "" && len(to) > 0:
		return OneSided
	case len(to) == 0 && m.Channel == book.Call:
		return ""
	}
	said := map[string]bool{}
	for _, p := range append(to, from) {
		if p.kind == byName || p.key == "" || said[p.key] || slices.Contains(m.Lists, p.key) || slices.Contains(m.Machines, p.key) {
			continue
		}
		said[p.key] = true
		o := c.Others[p.key]
		c.Others[p.key] = Other{Name: cmp.Or(o.Name, p.Name), Messages: o.Messages + 1}
	}
	return NotOurs
}

// otherSide are the parties that the touch is with: the recipients, each once, or the sender; in a meeting
// everybody but us.
func (c *ImportTouches) otherSide(m *sortedMessage, from party, to []party) []party {
	out := make([]party, 0, len(to)+1)
	var seen map[string]bool // a letter to thousands is not searched for each of them
	if len(to) > 16 {
		seen = make(map[string]bool, len(to))
	}
	add := func(p party) {
		if p.key == "" || c.Me[p.key] || slices.Contains(m.Lists, p.key) || slices.Contains(m.Machines, p.key) || seen[p.key] ||
			seen == nil && slices.ContainsFunc(out, func(o party) bool { return o.key == p.key }) {
			return
		}
		if seen != nil {
			seen[p.key] = true
		}
		out = append(out, p)
	}
	// Where the file names the direction, one column is ours whether or not its address is known to be.
	everybody := m.Channel.Live() && m.Direction == ""
	if !m.out || everybody {
		add(from)
	}
	if m.out || everybody {
		for _, p := range to {
			add(p)
		}
	}
	return out
}

// keyed is a party with its key, and whether it is one of the firm.
func (c *ImportTouches) keyed(p Party, country string) party {
	k := keyed(p, country)
	k.ours = k.kind != byName && c.Me[k.key]
	return k
}

func (p party) isOurs() bool { return p.ours }

// reach is k: outward the accounts (one per started eight of its people) and outsiders reached, inward the people it
// was addressed to. A list counts as fifty; where the file counts more recipients than it names, the rest count one
// each.
func (m *sortedMessage) reach(plans []planned, outsiders int) int {
	if !m.out && !m.Channel.Live() {
		return m.us
	}
	k := outsiders + ListSize*len(m.Lists)
	for i := range plans {
		k += (len(plans[i].with) + 7) / 8
	}
	if named := len(m.To) + len(m.Cc); m.Recipients > named {
		k += m.Recipients - named
	}
	return max(k, 1)
}

func (m *sortedMessage) addressed(named []party) int {
	if m.Recipients > 0 {
		return m.Recipients
	}
	k, us := 0, 0
	for i, p := range m.To {
		switch {
		case named[i].ours:
			us = 1
		case slices.Contains(m.Lists, book.EmailKey(p.Address)):
			k += ListSize
		default:
			k++
		}
	}
	return max(k+us, 1)
}

// bulk says whether an inbound message was to the world rather than to us: through a list, unless one of ours is
// named in To beside it or it answers one of ours, or by its own headers, as a newsletter, to whom it is addressed.
func (m *sortedMessage) bulk(toOurs bool) bool {
	switch {
	case m.out || m.ToOurs:
		return false
	case len(m.Lists) > 0:
		return !toOurs
	}
	return m.Bulk
}

// sourceKey is what makes the message this one and no other: the source's own id, else its content.
func (m *sortedMessage) sourceKey() string {
	if m.Key != "" {
		return m.Key
	}
	if m.source != "" {
		return m.source
	}
	h := sha256.New()
	for _, part := range []string{
		strconv.FormatInt(int64(m.At), 10), string(m.Channel), string(m.Direction), m.From.Address, m.From.Name,
		strconv.Itoa(m.Recipients), m.Summary,
	} {
		h.Write([]byte(part + "\x1f"))
	}
	m.source = hex.EncodeToString(h.Sum(nil))
	return m.source
}

// facts are the counted parts of the touch.
func (m *sortedMessage) facts(c *ImportTouches, k int) book.Facts {
	f := book.Facts{
		Channel: m.Channel, Direction: book.In, Outcome: m.Outcome, Purpose: m.Purpose, Minutes: m.Minutes,
		Auto: m.Auto, Bulk: m.isBulk, Copied: m.copied, Sealed: m.Sealed,
	}
	if m.out {
		f.Direction = book.Out
	}
	if k > 1 {
		f.To = k
	}
	f.FillTouch()
	if m.Thread == "" {
		return f
	}
	f.Thread = hashed(m.Thread)
	var refs []string
	for _, id := range m.Refs[:min(len(m.Refs), MaxRefs)] {
		if h := hashed(id); h != f.Thread {
			refs = append(refs, h)
		}
	}
	f.Refs = strings.Join(refs, " ")
	return f
}

// hashed is a letter's id as facts hold it, where nothing may tell who somebody is.
func hashed(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:6])
}

// outcomes appends the report's rows for a message: the row of each recipient as its party fared, or one row as the
// best of them fared.
func (m *sortedMessage) outcomes(out []Outcome) []Outcome {
	if m.skip != "" {
		for _, row := range m.Rows {
			out = append(out, Outcome{Line: row.Line, Status: Skipped, Reason: m.skip})
		}
		return out
	}
	best := m.best()
	if len(m.Rows) == 1 {
		return append(out, Outcome{Line: m.Rows[0].Line, Status: best.Status, Reason: best.Reason})
	}
	by := make(map[string]Outcome, len(m.theirs))
	for i := range m.theirs {
		by[m.theirs[i].key] = m.theirs[i].outcome
	}
	for _, row := range m.Rows {
		o := best
		if row.Address != "" {
			key := keyed(Party{Address: row.Address}, m.country).key
			fared, ok := by[key]
			switch {
			case ok:
				o = fared
			case slices.Contains(m.Lists, key):
				o = Outcome{Status: Skipped, Reason: "this is a mailing list, not a person"}
			case slices.Contains(m.Machines, key):
				o = Outcome{Status: Skipped, Reason: "nobody reads this address"}
			case m.out:
				o = Outcome{Status: Skipped, Reason: "it stayed between people of the firm"}
			}
		}
		out = append(out, Outcome{Line: row.Line, Status: o.Status, Reason: o.Reason})
	}
	return out
}

// best is how the party fared that fared best.
func (m *sortedMessage) best() Outcome {
	best := Outcome{Status: Skipped, Reason: "nothing could be made of it"}
	for _, s := range []Status{Skipped, Suggested, Unchanged, Created} {
		for i := range m.theirs {
			if o := m.theirs[i].outcome; o.Status == s {
				best = o
			}
		}
	}
	return best
}
