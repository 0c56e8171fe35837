package transfer

import (
	"bufio"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"passbook/internal/address"
	"passbook/internal/awareness"
	"passbook/internal/book"
)

// A chat that WhatsApp exports is a text. Each message begins with its time, in brackets or before a dash, in the order
// and by the clock of the phone that wrote it; further lines belong to it. What has no sender is a line of the program's
// own. Nothing says which of the senders the phone belongs to.

var (
	chatBracket = regexp.MustCompile(`^\[(\d{1,4})([./-])(\d{1,2})[./-](\d{1,4})\.?,? (\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s?([AaPp])?[. ]{0,2}(?:[Mm])?\.?\] (.*)$`)
	chatDash    = regexp.MustCompile(`^(\d{1,4})([./-])(\d{1,2})[./-](\d{1,4})\.?,? (\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s?([AaPp])?[. ]{0,2}(?:[Mm])?\.? - (.*)$`)
	chatPlaces  = strings.NewReplacer("\u200e", "", "\u200f", "", "\u202a", "", "\u202c", "", "\ufeff", "", "\u202f", " ", "\u00a0", " ")
)

// isChat looks for a message in the first lines; the first of all is often one of the program's own.
func isChat(text string) bool {
	seen := 0
	for line := range strings.Lines(text) {
		l, ok := parseChatLine(strings.TrimRight(line, "\r\n"))
		if seen++; seen == 1 && !ok {
			return false
		}
		if ok && l.sender != "" {
			return true
		}
		if seen == preamble {
			return false
		}
	}
	return false
}

// chatLine is the first line of a message.
type chatLine struct {
	a, b, c         int // the numbers of the date as written
	yearFirst       bool
	dotted          bool
	hour, min, sec  int
	afternoon, noon bool // p was written; a or p was
	sender, text    string
}

func parseChatLine(line string) (l chatLine, ok bool) {
	if len(line) > maxRow || len(line) < 12 {
		return l, false
	}
	line = chatPlaces.Replace(line)
	m := chatBracket.FindStringSubmatch(line)
	if m == nil {
		m = chatDash.FindStringSubmatch(line)
	}
	if m == nil {
		return l, false
	}
	l.a, l.b, l.c = atoi(m[1]), atoi(m[3]), atoi(m[4])
	l.yearFirst, l.dotted = len(m[1]) == 4, m[2] == "."
	l.hour, l.min, l.sec = atoi(m[5]), atoi(m[6]), 0
	if m[7] != "" {
		l.sec = atoi(m[7])
	}
	l.noon, l.afternoon = m[8] != "", strings.EqualFold(m[8], "p")
	l.text = m[9]
	if sender, text, found := strings.Cut(m[9], ": "); found && len(sender) <= 100 {
		l.sender, l.text = strings.TrimSpace(strings.TrimPrefix(sender, "~")), text
	} else if sender, found := strings.CutSuffix(m[9], ":"); found && len(sender) <= 100 {
		l.sender, l.text = strings.TrimSpace(strings.TrimPrefix(sender, "~")), ""
	}
	return l, true
}

// moment puts the numbers in their order.
func (l *chatLine) moment(order dayOrder, zone *time.Location) (time.Time, bool) {
	year, month, day := l.c, l.b, l.a
	switch {
	case l.yearFirst:
		year, month, day = l.a, l.b, l.c
	case order == monthFirst:
		month, day = l.a, l.b
	}
	if year < 100 {
		year += 2000
	}
	hour := l.hour
	switch {
	case l.noon && (hour == 0 || hour > 12):
		return time.Time{}, false
	case l.noon:
		hour %= 12
		if l.afternoon {
			hour += 12
		}
	}
	if month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || l.min > 59 || l.sec > 59 {
		return time.Time{}, false
	}
	at := time.Date(year, time.Month(month), day, hour, l.min, l.sec, 0, zone)
	return at, at.Day() == day
}

// chat is what a look through the whole of a chat has shown.
type chat struct {
	senders []string
	self    map[string]bool
	order   dayOrder
}

// mostSenders bounds the people of one chat; WhatsApp's own limit is lower.
const mostSenders = 2_000

// surveyChat reads the chat once for who writes in it and in what order its dates are.
func (s *Source) surveyChat() (*chat, error) {
	c := &chat{self: map[string]bool{}}
	r, err := s.plainStream()
	if err != nil {
		return nil, err
	}
	seen, first, last := map[string]bool{}, [2]time.Time{}, [2]time.Time{}
	backward := [2]int{}
	day, month := false, false
	for line := range chatLines(r) {
		l, ok := parseChatLine(line.text)
		if !ok {
			continue
		}
		if !l.yearFirst {
			day, month = day || l.a > 12 || l.dotted, month || l.b > 12
		}
		for i, order := range []dayOrder{dayFirst, monthFirst} {
			at, ok := l.moment(order, time.UTC)
			if !ok {
				continue
			}
			if first[i].IsZero() {
				first[i] = at
			}
			if at.Before(last[i]) {
				backward[i]++
			}
			last[i] = at
		}
		if l.sender != "" && !seen[l.sender] && len(c.senders) < mostSenders {
			seen[l.sender] = true
			c.senders = append(c.senders, l.sender)
		}
	}
	switch {
	case day:
		c.order = dayFirst
	case month:
		c.order = monthFirst
	case backward[0] != backward[1]: // messages follow each other in time
		c.order = dayFirst
		if backward[1] < backward[0] {
			c.order = monthFirst
		}
	case s.opts.Country == "US":
		c.order = monthFirst
	default:
		c.order = dayFirst
	}
	if !day && !month && backward[0] == backward[1] && first[0] != first[1] {
		s.Notes = append(s.Notes, "nothing in the chat tells whether its dates begin with the day or the month; they are read "+
			map[dayOrder]string{dayFirst: "day", monthFirst: "month"}[c.order]+" first")
	}
	return c, nil
}

// prepareChat finds out who of a chat is us: by the firm's names and numbers; in a chat of two by the file's name, which
// names the other one.
func (s *Source) prepareChat() error {
	c, err := s.surveyChat()
	if err != nil {
		return err
	}
	s.chat, s.days = c, c.order
	for _, sender := range c.senders {
		ours := slices.ContainsFunc(s.opts.Self, func(n string) bool { return book.Fold(n) == book.Fold(sender) })
		if ours || address.KindOf(sender) == address.Phone && s.opts.ours.Has(sender) {
			c.self[sender] = true
		}
	}
	if len(c.self) == 0 && len(c.senders) == 2 {
		name := book.Fold(strings.TrimSuffix(filepath.Base(s.Name), filepath.Ext(s.Name)))
		for i, sender := range c.senders {
			if strings.HasSuffix(name, " "+book.Fold(sender)) {
				c.self[c.senders[1-i]] = true
			}
		}
	}
	if len(c.self) == 0 {
		shown := c.senders[:min(len(c.senders), 20)]
		return book.Fieldf(book.Invalid, "self", "is wanted: in the chat %s write %s; say which of them is us", s.Name, strings.Join(shown, ", "))
	}
	return nil
}

// numbered is a line of a text with its number.
type numbered struct {
	text string
	line int
}

// chatLines gives the lines of a text. One longer than maxRow is cut.
func chatLines(r io.Reader) func(func(numbered) bool) {
	return func(yield func(numbered) bool) {
		br := bufio.NewReaderSize(decodeText(r), 64<<10)
		for n := 1; ; n++ {
			var b strings.Builder
			for {
				part, more, err := br.ReadLine()
				if err != nil {
					if b.Len() > 0 {
						yield(numbered{b.String(), n})
					}
					return
				}
				if b.Len() < maxRow {
					b.Write(part)
				}
				if !more {
					break
				}
			}
			if !yield(numbered{b.String(), n}) {
				return
			}
		}
	}
}

// readChat gives a message for each that somebody sent.
func (s *Source) readChat(yield func(awareness.MessageIn, *Fault) bool) {
	if s.chat == nil {
		yield(awareness.MessageIn{}, &Fault{Line: 1, Reason: "nothing says which of the senders is us"})
		return
	}
	s.done.Store(0)
	r, err := s.stream()
	if err != nil {
		yield(awareness.MessageIn{}, &Fault{Line: 1, Reason: book.Message(err)})
		return
	}
	var open *chatLine
	var text strings.Builder
	at, same := 0, map[string]int{}
	flush := func() bool {
		if open == nil {
			return true
		}
		l := open
		open = nil
		m, f := s.chatMessage(l, at, text.String(), same)
		return yield(m, f)
	}
	for line := range chatLines(r) {
		l, ok := parseChatLine(line.text)
		switch {
		case ok:
			if !flush() {
				return
			}
			open, at = &l, line.line
			text.Reset()
			text.WriteString(l.text)
		case open != nil:
			if text.Len() < maxRow {
				text.WriteString("\n" + chatPlaces.Replace(line.text))
			}
		case strings.TrimSpace(line.text) != "":
			if !yield(awareness.MessageIn{}, &Fault{Line: line.line, Reason: "the line belongs to no message"}) {
				return
			}
		}
	}
	flush()
}

// chatMessage makes of a message what the book takes in. Messages of the same minute with the same words are told apart
// by their order.
func (s *Source) chatMessage(l *chatLine, line int, text string, same map[string]int) (awareness.MessageIn, *Fault) {
	m := awareness.MessageIn{Rows: []awareness.RowIn{{Line: line}}, Channel: book.Chat}
	if l.sender == "" {
		return m, &Fault{Line: line, Reason: "a line of the program's own: " + Quote(l.text)}
	}
	at, ok := l.moment(s.chat.order, s.opts.zone())
	if !ok {
		return m, &Fault{Line: line, Reason: "its time is none that there is"}
	}
	if err := book.CheckInstant("the time", at); err != nil {
		return m, &Fault{Line: line, Reason: book.Message(err)}
	}
	if s.opts.early(at) {
		return m, &Fault{Line: line, Reason: "its time is more than a day ahead"}
	}
	m.At = book.Micros(at)
	key := contentKey(strconv.FormatInt(at.Unix(), 10), l.sender, text)
	same[key]++
	m.Key = "whatsapp:" + key + ":" + strconv.Itoa(same[key])
	said(&m, text)
	if !s.chat.self[l.sender] {
		towards(&m, false, parseParty(l.sender))
		m.Recipients = max(len(s.chat.senders)-1, 1)
		return m, nil
	}
	var others []awareness.Party
	for _, o := range s.chat.senders {
		if !s.chat.self[o] {
			others = append(others, parseParty(o))
		}
	}
	towards(&m, true, others...)
	return m, nil
}
