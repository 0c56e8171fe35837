package transfer

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/address"
	"passbook/internal/awareness"
	"passbook/internal/book"
)

// interactionFields are the columns of a table of interactions, in Passbook's words.
var interactionFields = []string{
	"at", "channel", "direction", "from", "to", "recipients", "summary", "outcome", "purpose", "id", "minutes",
}

const (
	colAt = iota
	colChannel
	colDirection
	colFrom
	colTo
	colRecipients
	colSummary
	colOutcome
	colPurpose
	colID
	colMinutes
	colCount
)

const (
	// lookAhead is how many rows decide whether 03/04/2024 is in March or April.
	lookAhead = 1000
	// maxRecipients bounds a count that a file claims.
	maxRecipients = 10_000_000
	// maxGroup bounds the rows of one message and those it reached, and so the memory it takes; maxNamed bounds the
	// parties of one row.
	maxGroup = 100_000
	maxNamed = 10_000
	// maxSummary bounds a summary, in runes.
	maxSummary = 2_000
)

// prepareInteractions works out which column holds what, and refuses a table that lacks what nobody can guess.
func (s *Source) prepareInteractions() error {
	if s.Kind == HubSpotActivities && s.opts.Channel == "" {
		s.opts.Channel = hubSpotChannel(s.layout.header)
	}
	cols, err := s.interactionColumns()
	if err != nil {
		return err
	}
	if err := s.lacking(&cols); err != nil {
		return err
	}
	switch {
	case s.opts.Direction != "" && !slices.Contains(book.Directions, s.opts.Direction):
		return book.Fieldf(book.Invalid, "direction", "%q is not known; it is one of %s", s.opts.Direction, list(book.Directions))
	case s.opts.Channel != "" && s.opts.Channel.Rank() < 0:
		return book.Fieldf(book.Invalid, "channel", "%q is not known; it is one of %s", s.opts.Channel, list(book.Channels))
	}
	var unread []string
	for i, h := range ownColumns(s.layout.header) {
		used := false
		for _, c := range cols {
			used = used || c == i
		}
		if !used && h != "" {
			unread = append(unread, h)
		}
	}
	if len(unread) > 0 {
		s.Notes = append(s.Notes, "these columns are not read: "+columns(unread))
	}
	s.decideDays(cols[colAt])
	return nil
}

func list[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}

func (s *Source) interactionColumns() ([colCount]int, error) {
	var cols [colCount]int
	for c, name := range interactionFields {
		i, mapped, err := s.mappedColumn(name)
		if err != nil {
			return cols, err
		}
		if !mapped {
			i = findColumn(s.layout.header, name)
		}
		if i < 0 && !mapped && s.Kind == HubSpotActivities {
			i = hubSpotColumn(s.layout.header, name)
		}
		cols[c] = i
	}
	return cols, nil
}

// interactionReader turns rows into messages.
type interactionReader struct {
	opts   *Options
	cols   [colCount]int
	width  int
	clock  clock
	nobody *nobodies
	yield  func(awareness.MessageIn, *Fault) bool

	channels   vocabulary[book.Channel]
	directions vocabulary[book.Direction]
	outcomes   vocabulary[book.Outcome]
	purposes   vocabulary[book.Purpose]

	open bool // a message waits for more rows of its own
	msg  awareness.MessageIn
	key  rowKey
	to   map[string]struct{} // recipients of the waiting message, once it has two rows
}

// rowKey is what rows of one message have in common, as written.
type rowKey struct {
	id, at, from, recipients, channel, direction, summary string
	count                                                 int
	list, clock                                           bool
}

func (s *Source) readInteractions(yield func(awareness.MessageIn, *Fault) bool) {
	cols, err := s.interactionColumns()
	if err != nil {
		yield(awareness.MessageIn{}, &Fault{Line: 1, Reason: book.Message(err)})
		return
	}
	rd := &interactionReader{
		opts: &s.opts, cols: cols, width: len(s.layout.header), yield: yield,
		nobody:     newNobodies(s.opts.ours),
		clock:      clock{zone: s.opts.zone(), order: s.days},
		channels:   vocabulary[book.Channel]{name: "channel", list: book.Channels, synonyms: channelWords},
		directions: vocabulary[book.Direction]{name: "direction", list: book.Directions, synonyms: directionWords},
		outcomes:   vocabulary[book.Outcome]{name: "outcome", list: book.Outcomes, synonyms: outcomeWords},
		purposes:   vocabulary[book.Purpose]{name: "purpose", list: book.Purposes},
	}
	rows, fault := s.rows()
	if fault != nil {
		yield(awareness.MessageIn{}, fault)
		return
	}
	for {
		rw, fault, ok := rows.next()
		if !ok {
			break
		}
		if fault == nil && !isBlank(rw.fields) {
			fault = rd.row(rw)
		}
		if fault != nil && !yield(awareness.MessageIn{}, fault) || !rd.going() {
			return
		}
	}
	rd.flush()
}

// decideDays looks at the first rows of a column of times and notes how its dates are understood.
func (s *Source) decideDays(cols ...int) {
	rows, fault := s.rows()
	if fault != nil {
		return
	}
	var v votes
	for range lookAhead {
		rw, _, ok := rows.next()
		if !ok {
			break
		}
		for _, col := range cols {
			if col < len(rw.fields) {
				v.add(rw.fields[col])
			}
		}
	}
	s.done.Store(0)
	s.days = v.order()
	switch {
	case s.days == dayFirst:
		s.Notes = append(s.Notes, "dates such as 03/04/2024 are read day first, as the first 1,000 rows tell")
	case s.days == monthFirst:
		s.Notes = append(s.Notes, "dates such as 03/04/2024 are read month first, as the first 1,000 rows tell")
	case v.open > 0:
		s.Notes = append(s.Notes, "nothing in the first 1,000 rows tells whether dates such as 03/04/2024 begin with the day or the month")
	}
}

// going says whether the caller wants more.
func (r *interactionReader) going() bool { return r.yield != nil }

// flush hands over the waiting message.
func (r *interactionReader) flush() {
	if r.open {
		r.open = false
		if r.msg.Channel == book.Email {
			r.nobody.mark(&r.msg)
		}
		if !r.yield(r.msg, nil) {
			r.yield = nil
		}
	}
}

func (r *interactionReader) cell(rw row, col int) string {
	if i := r.cols[col]; i >= 0 && i < len(rw.fields) {
		return rw.fields[i]
	}
	return ""
}

// row takes one row in: into the waiting message, or as the beginning of the next.
func (r *interactionReader) row(rw row) *Fault {
	if reason := misfit(rw, r.width, false); reason != "" {
		return &Fault{Line: rw.line, Reason: reason}
	}
	at := r.cell(rw, colAt)
	when, err := r.clock.read(at)
	if err != nil {
		if at == "" {
			return &Fault{Line: rw.line, Reason: "the row " + err.Error()}
		}
		return &Fault{Line: rw.line, Reason: Quote(at) + " " + err.Error()}
	}
	if strings.Count(r.cell(rw, colTo), ";")+strings.Count(r.cell(rw, colRecipients), ";") >= maxNamed {
		return &Fault{Line: rw.line, Reason: fmt.Sprintf("the row names more than %d recipients", maxNamed)}
	}
	key := rowKey{
		id: r.cell(rw, colID), at: at, from: r.cell(rw, colFrom), recipients: r.cell(rw, colRecipients),
		channel: r.cell(rw, colChannel), direction: r.cell(rw, colDirection), summary: r.cell(rw, colSummary), clock: when.clock,
	}
	to := r.cell(rw, colTo)
	if r.open && r.joins(&key, to) {
		r.add(rw.line, to)
		return nil
	}
	msg, reason := r.begin(rw, &key, when, to)
	if reason != "" {
		return &Fault{Line: rw.line, Reason: reason}
	}
	if r.flush(); r.yield != nil {
		r.open, r.msg, r.key, r.to = true, msg, key, nil
	}
	return nil
}

// joins says whether a row belongs to the waiting message: it has the same id, or the same time, sender and
// recipients. Where no recipients are stated, two rows are one message only if they could not well be two: written,
// with the same words, at a time given to the minute or better.
func (r *interactionReader) joins(k *rowKey, to string) bool {
	w := &r.key
	switch {
	case len(r.msg.Rows) >= maxGroup || len(r.msg.To) >= maxGroup:
		return false
	case k.id != "" || w.id != "":
		return k.id == w.id
	case k.at != w.at || k.from != w.from || k.recipients != w.recipients || k.channel != w.channel || k.direction != w.direction:
		return false
	case w.count > 0:
		return len(r.msg.Rows) < w.count
	case w.list:
		return true
	case !w.clock || r.msg.Channel.Live() || k.from == "" || k.summary != w.summary:
		return false
	}
	return !r.reached(to)
}

// reached says whether the waiting message has that recipient already.
func (r *interactionReader) reached(to string) bool {
	if len(r.msg.To) == 1 {
		p := parseParty(to)
		return r.msg.To[0] == p
	}
	_, ok := r.to[to]
	return ok
}

// add takes another row into the waiting message.
func (r *interactionReader) add(line int, to string) {
	if r.to == nil {
		r.to = make(map[string]struct{}, len(r.msg.To)+1)
		for _, p := range r.msg.To {
			r.to[partyKey(p)] = struct{}{}
		}
	}
	parties := parseParties(to)
	for _, p := range parties {
		if _, ok := r.to[partyKey(p)]; !ok {
			r.to[partyKey(p)] = struct{}{}
			r.msg.To = append(r.msg.To, p)
		}
	}
	r.to[to] = struct{}{}
	r.msg.Rows = append(r.msg.Rows, awareness.RowIn{Line: line, Address: rowAddress(parties)})
}

// rowAddress names the one recipient that a row is about.
func rowAddress(parties []awareness.Party) string {
	if len(parties) != 1 {
		return ""
	}
	return partyKey(parties[0])
}

// begin makes a message of its first row; reason is why it cannot.
func (r *interactionReader) begin(rw row, k *rowKey, when moment, to string) (m awareness.MessageIn, reason string) {
	if k.from == "" && to == "" && k.recipients == "" {
		return m, "the row names nobody"
	}
	if r.opts.early(when.at) {
		return m, Quote(k.at) + " is more than a day ahead"
	}
	m = awareness.MessageIn{Key: k.id, At: book.Micros(when.at), Summary: cutRunes(k.summary, maxSummary)}
	if k.from != "" {
		m.From = parseParty(k.from)
	}
	if to != "" {
		m.To = parseParties(to)
	}
	m.Rows = []awareness.RowIn{{Line: rw.line, Address: rowAddress(m.To)}}
	if reason = r.recipients(&m, k); reason != "" {
		return m, reason
	}
	return m, r.words(rw, &m, k)
}

// recipients reads a count, or the addresses of all who got it.
func (r *interactionReader) recipients(m *awareness.MessageIn, k *rowKey) string {
	if k.recipients == "" {
		return ""
	}
	if n, err := strconv.Atoi(k.recipients); err == nil {
		if n < 0 || n > maxRecipients {
			return fmt.Sprintf("%d recipients are not to be believed", n)
		}
		k.count, m.Recipients = n, n
		return ""
	}
	if !strings.ContainsAny(k.recipients, "@;") && address.KindOf(k.recipients) != address.Phone {
		return "recipients " + Quote(k.recipients) + " is neither a count nor addresses with ; between them"
	}
	k.list = true
	for _, p := range parseParties(k.recipients) {
		if len(m.To) == 0 || partyKey(m.To[0]) != partyKey(p) {
			m.To = append(m.To, p)
		}
	}
	return ""
}

// words reads the columns that hold words of closed lists.
func (r *interactionReader) words(rw row, m *awareness.MessageIn, k *rowKey) string {
	var err error
	m.Channel = r.opts.Channel
	if k.channel != "" {
		if m.Channel, err = r.channels.read(k.channel); err != nil {
			return book.Message(err)
		}
	}
	if m.Channel == "" {
		return "the row does not say by which channel"
	}
	if m.Direction, err = r.directions.read(k.direction); err != nil {
		return book.Message(err)
	}
	m.Direction = cmp.Or(m.Direction, r.opts.Direction)
	if m.Outcome, err = r.outcomes.read(r.cell(rw, colOutcome)); err != nil {
		return book.Message(err)
	}
	if m.Purpose, err = r.purposes.read(r.cell(rw, colPurpose)); err != nil {
		return book.Message(err)
	}
	if s := r.cell(rw, colMinutes); s != "" {
		f, err := readMinutes(s)
		if err != nil || !(f >= 0 && f <= 100_000) {
			return "minutes " + Quote(s) + " is no number of minutes"
		}
		m.Minutes = int(f + 0.5)
	}
	return ""
}

// readMinutes reads a number of minutes, or a length as hours, minutes and seconds.
func readMinutes(s string) (float64, error) {
	parts := strings.Split(s, ":")
	if len(parts) != 3 {
		return strconv.ParseFloat(s, 64)
	}
	var n [3]float64
	for i, p := range parts {
		f, err := strconv.ParseFloat(p, 64)
		if err != nil {
			return 0, err
		}
		n[i] = f
	}
	return n[0]*60 + n[1] + n[2]/60, nil
}

var channelWords = map[string]string{
	"e-mail": "email", "phone": "call", "phone call": "call", "telephone": "call", "sms": "text",
	"text message": "text", "video call": "video", "in person": "meeting", "whatsapp": "chat",
}

var outcomeWords = map[string]string{
	"connected": "reached", "completed": "reached", "left voicemail": "left_word", "left live message": "left_word", "voicemail": "left_word",
	"no answer": "no_answer", "busy": "no_answer", "missed": "no_answer", "wrong number": "no_answer",
}

var directionWords = map[string]string{
	"inbound": "in", "incoming": "in", "received": "in", "outbound": "out", "outgoing": "out", "sent": "out",
}

// vocabulary reads the words of a closed list, and those that other programs use for them. It remembers the
// spellings it has seen, because a column says the same few words a million times.
type vocabulary[T ~string] struct {
	name     string
	list     []T
	synonyms map[string]string
	seen     map[string]T
}

func (v *vocabulary[T]) read(s string) (T, error) {
	if t, ok := v.seen[s]; ok || s == "" {
		return t, nil
	}
	word := s
	if ours, ok := v.synonyms[book.Fold(s)]; ok {
		word = ours
	}
	t, err := book.OneOf(v.name, word, v.list)
	if err == nil && len(v.seen) < 100 {
		if v.seen == nil {
			v.seen = map[string]T{}
		}
		v.seen[s] = t
	}
	return t, err
}

// cutRunes bounds a text to n runes.
func cutRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return strings.TrimSpace(s[:i]) + "…"
		}
		n--
	}
	return s
}

func countFields(n int) string {
	if n == 1 {
		return "one field"
	}
	return strconv.Itoa(n) + " fields"
}
