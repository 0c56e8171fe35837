package card

import (
	"bytes"
	"io"
	"iter"
	"strings"
)

// Scan reads the cards of a file one by one. Each pair has either a card or a
// fault, never both; the faults found inside a card come just before it, and
// are Partial. A card that never ends is yielded as far as it goes, after its
// fault. A line
// or card beyond the limits is a fault and is missing from what is yielded. A
// file with no card yields exactly one fault.
func Scan(r io.Reader) iter.Seq2[*Card, *Fault] {
	return func(yield func(*Card, *Fault) bool) {
		s := scanner{lines: newLineReader(r), yield: yield}
		for !s.stopped {
			lg, ok := s.lines.next()
			if !ok {
				s.finish()
				return
			}
			s.take(lg)
		}
	}
}

// scanner sorts logical lines into cards.
type scanner struct {
	lines   *lineReader
	yield   func(*Card, *Fault) bool
	open    *builder // nil between cards
	garbage int      // line of the first text since the last card, 0 for none
	seen    bool     // some card has begun
	stopped bool     // the caller wants no more
}

// builder is a card in the making.
type builder struct {
	card  Card
	size  int // bytes so far, also those left out
	over  bool
	nest  int    // depth of cards inside an AGENT
	inner []byte // the lines of those cards, without folds
	last  string // the last of those lines
}

func (s *scanner) fault(line int, reason string) {
	if !s.stopped && !s.yield(nil, &Fault{Line: line, Reason: reason}) {
		s.stopped = true
	}
}

// remark tells of something that is wrong in a card which is read all the same.
func (s *scanner) remark(line int, reason string) {
	if !s.stopped && !s.yield(nil, &Fault{Line: line, Reason: reason, Partial: true}) {
		s.stopped = true
	}
}

// take files one logical line.
func (s *scanner) take(lg logical) {
	if s.open == nil {
		s.outside(lg)
		return
	}
	b := s.open
	b.size += len(lg.raw)
	if b.size > maxCard && !b.over {
		b.over = true
		b.card.Raw, b.card.Props, b.inner = nil, nil, nil
	}
	switch {
	case lg.over:
		s.remark(lg.num, "a line longer than 16 MB was left out")
	case isMarker(lg.text, "BEGIN", "VCARD"):
		if !b.startNested(lg) {
			s.close(false)
			s.outside(lg)
		}
	case isMarker(lg.text, "END", "VCARD"):
		if b.nest > 0 {
			b.nest--
			b.extendAgent(lg)
			return
		}
		b.end(lg)
		s.close(true)
	case s.splitEnd(lg):
	default:
		s.inside(lg)
	}
}

// outside handles a line between cards.
func (s *scanner) outside(lg logical) {
	if !isMarker(lg.text, "BEGIN", "VCARD") {
		if s.garbage == 0 && len(trimLine(lg.text)) > 0 || lg.over {
			s.garbage = lg.num
		}
		return
	}
	if s.garbage > 0 {
		s.fault(s.garbage, "text outside of a card was left out")
		s.garbage = 0
	}
	s.seen = true
	raw := bytes.TrimPrefix(lg.raw, []byte("\ufeff"))
	s.open = &builder{card: Card{Line: lg.num, Raw: bytes.Clone(raw), eol: lineEndOf(raw)}, size: len(raw)}
}

// lineEndOf returns the line end that closes raw, CRLF when there is none.
func lineEndOf(raw []byte) string {
	if eol := raw[len(bytes.TrimRight(raw, "\r\n")):]; len(eol) > 0 {
		return string(eol)
	}
	return "\r\n"
}

// splitEnd handles END:VCARD with the next BEGIN:VCARD on the same line, as
// concatenated files without a last line end have it.
func (s *scanner) splitEnd(lg logical) bool {
	const end = "END:VCARD"
	if !hasPrefixFold(lg.text, end) || len(lg.text) > 256 {
		return false
	}
	rest := lg.text[len(end):]
	if !hasPrefixFold(trimLine(rest), "BEGIN:VCARD") {
		return false
	}
	cut := len(lg.raw) - len(lg.text) + len(end) - len(lineTail(lg.raw))
	s.take(logical{num: lg.num, raw: lg.raw[:cut], text: lg.text[:len(end)]})
	s.take(logical{num: lg.num, raw: lg.raw[cut:], text: rest})
	return true
}

// lineTail returns the line ends that close raw.
func lineTail(raw []byte) []byte {
	return raw[len(bytes.TrimRight(raw, "\r\n")):]
}

// inside adds a property to the open card.
func (s *scanner) inside(lg logical) {
	b := s.open
	if b.over {
		return
	}
	if b.nest > 0 {
		b.extendAgent(lg)
		return
	}
	start := len(b.card.Raw)
	b.card.Raw = append(b.card.Raw, lg.raw...)
	b.card.dangling = lg.dangling
	if len(trimLine(lg.text)) == 0 {
		return
	}
	p, ok := parseProp(string(lg.text))
	if !ok {
		s.remark(lg.num, "a line without a colon is kept but means nothing")
	}
	p.Line, p.start, p.end = lg.num, start, len(b.card.Raw)
	b.card.Props = append(b.card.Props, p)
}

// startNested opens the card inside an AGENT property, which 2.1 writes as a
// card on lines of its own. Any other BEGIN means that END was forgotten.
func (b *builder) startNested(lg logical) bool {
	if b.over || len(b.card.Props) == 0 {
		return false
	}
	p := &b.card.Props[len(b.card.Props)-1]
	last := strings.TrimSpace(p.Value)
	if b.nest > 0 {
		last = strings.TrimPrefix(strings.ToUpper(b.last), "AGENT:")
	}
	agent := p.Name == "AGENT" && last == ""
	if agent {
		b.nest++
		b.extendAgent(lg)
	}
	return agent
}

// extendAgent adds a line to the value of the AGENT property.
func (b *builder) extendAgent(lg logical) {
	if b.over {
		return
	}
	b.card.Raw = append(b.card.Raw, lg.raw...)
	b.card.Props[len(b.card.Props)-1].end = len(b.card.Raw)
	b.last = strings.TrimSpace(string(lg.text))
	b.inner = append(append(b.inner, lg.text...), '\n')
	if b.nest == 0 {
		b.closeAgent()
	}
}

// closeAgent hands the gathered lines to the AGENT property.
func (b *builder) closeAgent() {
	if len(b.inner) > 0 {
		b.card.Props[len(b.card.Props)-1].Value = string(b.inner)
	}
	b.inner, b.last, b.nest = nil, "", 0
}

func (b *builder) end(lg logical) {
	b.card.tail = len(b.card.Raw)
	b.card.Raw = append(b.card.Raw, lg.raw...)
}

// close yields the open card; ended tells whether its END was there.
func (s *scanner) close(ended bool) {
	b := s.open
	s.open = nil
	c := &b.card
	c.unended = b.nest
	b.closeAgent()
	if b.over {
		s.fault(c.Line, "a card larger than 32 MB was left out")
		return
	}
	if !ended {
		c.tail = len(c.Raw)
		const reason = "the card that begins here has no END:VCARD"
		if len(c.Props) == 0 {
			s.fault(c.Line, reason)
			return
		}
		s.remark(c.Line, reason)
	}
	c.settle()
	if !s.stopped && !s.yield(c, nil) {
		s.stopped = true
	}
}

// settle does what depends on the version, which 2.1 allows anywhere.
func (c *Card) settle() {
	if v, ok := c.First("VERSION"); ok {
		c.Version = strings.TrimSpace(v.Value)
	}
	for i := range c.Props {
		p := &c.Props[i]
		p.version = c.Version
		if c.Version == "2.1" {
			continue
		}
		for _, q := range p.Params {
			for j, v := range q.Values {
				q.Values[j] = caret.Replace(v)
			}
		}
	}
}

// finish reports what is open at the end of the file.
func (s *scanner) finish() {
	if s.open != nil {
		s.close(false)
	}
	switch {
	case s.lines.err != nil:
		s.fault(s.lines.num+1, "reading stopped: "+s.lines.err.Error())
	case !s.seen:
		s.fault(1, "no contact card in this file")
	case s.garbage > 0:
		s.fault(s.garbage, "text outside of a card was left out")
	}
}
