package ledger

import (
	"encoding/binary"
	"errors"
	"math"
	"math/bits"
	"slices"

	"passbook/internal/book"
)

// codecVersion leads every stored state, so that a changed layout is noticed and rebuilt, never misread. What earlier versions
// wrote is read as well: the first knows neither since when the stage has been what it is, nor which letters a waiting thread
// names. An account without engagements is written as the second has it, one whose cases nobody gave an estimate for, nor told of,
// nor solved, as the third has it, so that the books of before stand as they are.
const (
	codecVersion = 4
	codecThird   = 3
	codecSecond  = 2
	codecFirst   = 1
)

// ErrState says that a stored state cannot be read; it is rebuilt from the entries.
var ErrState = errors.New("the stored state of an account is of another version or damaged; run passbook rebuild")

// AppendState writes a state compactly: one read of it costs less than reading the row that holds it. Equal states
// give equal bytes.
func AppendState(b []byte, s *State) []byte {
	version := versionOf(s)
	w := encoder{append(b, version)}
	w.float(s.M)
	w.float(s.Gross)
	w.instants(s.Ref, s.LastAt, s.Opened, s.Began, s.Heard, s.Candour, s.RestFrom, s.RestTo)
	w.instants(s.Real[:]...)
	w.instants(s.Staged)
	w.id(s.LastID)
	w.id(s.Owner)
	w.text(s.Stage)
	w.text(s.Tier)
	w.text(s.Playbook)
	for _, f := range []Freshness{s.Fresh, s.Helped} {
		w.float(f.Phi)
		w.instants(f.At)
	}
	w.count(len(s.Scripts))
	for _, v := range s.Scripts {
		w.text(v.Template)
		w.float(v.C)
		w.instants(v.At)
	}
	w.count(len(s.Waiting))
	for _, v := range s.Waiting {
		w.id(v.Entry)
		w.text(v.Thread)
		w.text(v.Refs)
		w.instants(v.At)
		w.text(string(v.Via))
	}
	w.owed(s.Promises)
	w.owed(s.Thanks)
	w.count(len(s.Cases))
	for i := range s.Cases {
		w.caseOf(&s.Cases[i])
	}
	w.count(len(s.Broken))
	for _, v := range s.Broken {
		w.amend(v)
	}
	w.count(len(s.Favours))
	for _, v := range s.Favours {
		w.id(v.Entry)
		w.instants(v.At)
		w.flags(v.Care, v.Plan, v.Work)
	}
	w.count(len(s.Causes))
	for _, v := range s.Causes {
		w.text(v.Name)
		w.instants(v.At)
	}
	if version > codecSecond {
		w.count(len(s.Engagements))
	}
	for i := range s.Engagements {
		w.engagement(&s.Engagements[i])
	}
	if version > codecThird {
		w.latest(s)
	}
	return w.b
}

// latest writes what the latest version holds alone.
func (w *encoder) latest(s *State) {
	for i := range s.Cases {
		w.instants(s.Cases[i].Held, s.Cases[i].Told)
	}
	w.count(len(s.Solved))
	for i := range s.Solved {
		v := &s.Solved[i]
		w.caseOf(&v.Case)
		w.instants(v.Held, v.Told, v.On)
		w.float(v.Back)
	}
}

// versionOf is the first version that holds all of a state.
func versionOf(s *State) byte {
	switch {
	case len(s.Solved) > 0 || slices.ContainsFunc(s.Cases, later):
		return codecVersion
	case len(s.Engagements) > 0:
		return codecThird
	}
	return codecSecond
}

// later says whether a case has what only the latest version holds.
func later(c Case) bool { return c.Held != 0 || c.Told != c.At }

type encoder struct{ b []byte }

func (w *encoder) float(f float64) {
	w.b = binary.LittleEndian.AppendUint64(w.b, math.Float64bits(f))
}

func (w *encoder) instants(all ...book.Instant) {
	for _, i := range all {
		w.b = binary.AppendVarint(w.b, int64(i))
	}
}

func (w *encoder) count(n int) { w.b = binary.AppendUvarint(w.b, uint64(n)) }

func (w *encoder) text(s string) {
	w.count(len(s))
	w.b = append(w.b, s...)
}

func (w *encoder) id(id book.ID) {
	if id == "" {
		w.b = append(w.b, 0)
		return
	}
	raw := id.Bytes()
	w.b = append(append(w.b, 1), raw[:]...)
}

func (w *encoder) flags(all ...bool) {
	var f byte
	for i, on := range all {
		if on {
			f |= 1 << i
		}
	}
	w.b = append(w.b, f)
}

func (w *encoder) owed(all []Owed) {
	w.count(len(all))
	for _, v := range all {
		w.id(v.Entry)
		w.instants(v.At)
	}
}

func (w *encoder) amend(v Amend) {
	w.id(v.Entry)
	w.instants(v.At)
	w.float(v.Lost)
}

func (w *encoder) caseOf(c *Case) {
	w.amend(c.Amend)
	w.flags(c.Ours, c.Repeated)
	w.count(c.Severity)
	w.instants(c.Estimate, c.NextUpdate)
	w.float(c.Amended)
}

func (w *encoder) engagement(g *Engagement) {
	w.id(g.Entry)
	w.text(string(g.Kind))
	w.text(g.Stage)
	w.instants(g.At, g.Staged, g.Until, g.NextUpdate, g.NextStep)
	w.id(g.Step)
	w.id(g.Responsible)
	w.text(g.Department)
	w.flags(g.Hard)
	w.count(len(g.Parties))
	for _, p := range g.Parties {
		w.id(p.Contact)
		w.text(p.Role)
		w.count(p.Every)
		w.instants(p.Next)
	}
}

// ReadState reads what AppendState wrote. Names that s holds already are taken from there and not made anew: most
// accounts that are read one after the other have the same owner, stage, tier and playbook.
func ReadState(b []byte, s *State) error { return readState(decoder{b: b}, s) }

// SkimState reads as much of a state as views and holds are made of, for lists of many accounts. What only the fold asks
// for stays empty: the last entry's id, scripts, causes and the threads that wait. Such a state is never folded on.
func SkimState(b []byte, s *State) error { return readState(decoder{b: b, skim: true}, s) }

func readState(r decoder, s *State) error {
	old := State{Owner: s.Owner, Stage: s.Stage, Tier: s.Tier, Playbook: s.Playbook}
	*s = State{}
	if len(r.b) == 0 {
		return nil
	}
	version := r.take(1)[0]
	if version < codecFirst || version > codecVersion {
		return ErrState
	}
	s.M, s.Gross = r.float(), r.float()
	r.instants(&s.Ref, &s.LastAt, &s.Opened, &s.Began, &s.Heard, &s.Candour, &s.RestFrom, &s.RestTo)
	for i := range s.Real {
		r.instants(&s.Real[i])
	}
	if version != codecFirst {
		s.Staged = r.instant()
	}
	s.LastID, s.Owner = r.deepID(), r.idOr(old.Owner)
	s.Stage, s.Tier, s.Playbook = r.textOr(old.Stage), r.textOr(old.Tier), r.textOr(old.Playbook)
	for _, f := range []*Freshness{&s.Fresh, &s.Helped} {
		f.Phi = r.float()
		r.instants(&f.At)
	}
	s.Scripts = r.scripts()
	s.Waiting = list(&r, func(v *Waiting) {
		v.Entry, v.Thread = r.id(), r.deepText()
		if version != codecFirst {
			v.Refs = r.deepText()
		}
		v.At, v.Via = r.instant(), r.channel()
	})
	owed := func(v *Owed) { v.Entry, v.At = r.id(), r.instant() }
	amend := func(v *Amend) { v.Entry, v.At, v.Lost = r.id(), r.instant(), r.float() }
	s.Promises = list(&r, owed)
	s.Thanks = list(&r, owed)
	s.Cases = list(&r, r.caseOf)
	s.Broken = list(&r, amend)
	s.Favours = list(&r, func(v *Favour) {
		v.Entry, v.At = r.id(), r.instant()
		r.flags(&v.Care, &v.Plan, &v.Work)
	})
	s.Causes = r.causes()
	if version > codecSecond {
		s.Engagements = list(&r, r.engagement)
	}
	if version > codecThird {
		for i := range s.Cases {
			r.instants(&s.Cases[i].Held, &s.Cases[i].Told)
		}
		s.Solved = list(&r, r.solved)
	}
	if r.bad = r.bad || version >= codecSecond && version != versionOf(s); r.skim {
		s.Solved = nil
	}
	if r.bad || len(r.b) != 0 {
		return ErrState
	}
	return nil
}

func (r *decoder) caseOf(c *Case) {
	c.Entry, c.At, c.Lost = r.id(), r.instant(), r.float()
	r.flags(&c.Ours, &c.Repeated)
	c.Severity = r.count()
	c.Estimate, c.NextUpdate, c.Amended = r.instant(), r.instant(), r.float()
	c.Told = c.At
}

func (r *decoder) solved(v *Solved) {
	r.caseOf(&v.Case)
	r.instants(&v.Held, &v.Told, &v.On)
	v.Back = r.float()
}

type decoder struct {
	b    []byte
	bad  bool
	skim bool // what is read by the methods named deep is passed over
}

func (r *decoder) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.bad, r.b = true, nil
		return make([]byte, min(max(n, 0), 16))
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *decoder) float() float64 { return math.Float64frombits(binary.LittleEndian.Uint64(r.take(8))) }

func (r *decoder) instant() book.Instant {
	if len(r.b) > 0 && r.b[0] < 0x80 { // never, mostly
		x := r.b[0]
		r.b = r.b[1:]
		return book.Instant(x>>1) ^ -book.Instant(x&1)
	}
	if len(r.b) >= 8 {
		// Up to the year 3111 an instant takes at most eight bytes. Their sevens of bits are moved together all at once;
		// it is the same number that Varint gathers byte by byte.
		x := binary.LittleEndian.Uint64(r.b)
		if ends := ^x & 0x8080808080808080; ends != 0 {
			n := bits.TrailingZeros64(ends)/8 + 1
			x &= 0x7f7f7f7f7f7f7f7f >> (64 - 8*n)
			x = x&0x007f007f007f007f | x&0x7f007f007f007f00>>1
			x = x&0x00003fff00003fff | x&0x3fff00003fff0000>>2
			x = x&0x000000000fffffff | x&0x0fffffff00000000>>4
			r.b = r.b[n:]
			return book.Instant(x>>1) ^ -book.Instant(x&1)
		}
	}
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return book.Instant(v)
}

func (r *decoder) instants(all ...*book.Instant) {
	for _, i := range all {
		*i = r.instant()
	}
}

func (r *decoder) count() int {
	if len(r.b) > 0 && r.b[0] < 0x80 { // few, mostly
		n := int(r.b[0])
		r.b = r.b[1:]
		return n
	}
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > 1<<30 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}

func (r *decoder) text() string { return r.textOr("") }

// textOr is a text; when it is the known one, that very string.
func (r *decoder) textOr(known string) string {
	n := r.count()
	if n > len(r.b) {
		r.bad, r.b = true, nil
		return ""
	}
	if b := r.take(n); string(b) != known {
		return string(b)
	}
	return known
}

// deepText and deepID are a text and an id that only a whole reading makes.
func (r *decoder) deepText() string {
	if !r.skim {
		return r.text()
	}
	r.take(r.count())
	return ""
}

func (r *decoder) deepID() book.ID {
	if !r.skim {
		return r.id()
	}
	if r.take(1)[0] != 0 {
		r.take(16)
	}
	return ""
}

func (r *decoder) channel() book.Channel {
	n := r.count()
	if n > len(r.b) {
		r.bad, r.b = true, nil
		return ""
	}
	b := r.take(n)
	for _, c := range book.Channels {
		if string(b) == string(c) {
			return c
		}
	}
	return book.Channel(b)
}

func (r *decoder) id() book.ID { return r.idOr("") }

func (r *decoder) idOr(known book.ID) book.ID {
	if r.take(1)[0] == 0 {
		return ""
	}
	var raw [16]byte
	copy(raw[:], r.take(16))
	return book.KnownID(raw, known)
}

func (r *decoder) flags(all ...*bool) {
	f := r.take(1)[0]
	for i, p := range all {
		*p = f&(1<<i) != 0
	}
}

// list reads a counted list; an empty one is nil, so that a decoded state equals a folded one.
func list[T any](r *decoder, each func(*T)) []T {
	n := r.count()
	if n == 0 || n > len(r.b) {
		r.bad = r.bad || n != 0
		return nil
	}
	out := make([]T, n)
	for i := range out {
		each(&out[i])
	}
	return out
}

// pass goes over a counted list without keeping anything of it.
func (r *decoder) pass(each func()) {
	for n := r.count(); n > 0 && !r.bad; n-- {
		each()
	}
}

func (r *decoder) scripts() []Script {
	if r.skim {
		r.pass(func() { r.deepText(); r.float(); r.instant() })
		return nil
	}
	return list(r, func(v *Script) { v.Template, v.C, v.At = r.text(), r.float(), r.instant() })
}

func (r *decoder) engagement(g *Engagement) {
	g.Entry, g.Kind, g.Stage = r.id(), book.EngagementKind(r.text()), r.text()
	r.instants(&g.At, &g.Staged, &g.Until, &g.NextUpdate, &g.NextStep)
	g.Step, g.Responsible, g.Department = r.id(), r.id(), r.text()
	r.flags(&g.Hard)
	g.Parties = list(r, func(p *Party) { p.Contact, p.Role, p.Every, p.Next = r.id(), r.text(), r.count(), r.instant() })
}

func (r *decoder) causes() []Cause {
	if r.skim {
		r.pass(func() { r.deepText(); r.instant() })
		return nil
	}
	return list(r, func(v *Cause) { v.Name, v.At = r.text(), r.instant() })
}
