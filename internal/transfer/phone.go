package transfer

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
)

// The backups of calls and texts that Android phones write as XML: a calls or smses element with one element for each
// call, text or message with pictures. They do not say whose phone it was, but for each which way it went.

// isPhoneBackup knows a backup by its outermost element.
func isPhoneBackup(text string) Kind {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "<") {
		return ""
	}
	for _, k := range []struct {
		mark string
		kind Kind
	}{{"<calls", AndroidCalls}, {"<smses", AndroidTexts}} {
		if _, rest, ok := strings.Cut(text, k.mark); ok && rest != "" && strings.ContainsRune(" >\r\n\t/", rune(rest[0])) {
			return k.kind
		}
	}
	return ""
}

// phoneReader reads one backup.
type phoneReader struct {
	s      *Source
	d      *xml.Decoder
	limit  *tokenLimit
	yield  func(awareness.MessageIn, *Fault) bool
	unread map[string]int // attributes that are not taken, and how often they say something
	pieces int            // attachments of messages
}

// phoneAttrs are the attributes that are read; those that only say the same again are passed over as well.
var phoneAttrs = map[string]bool{
	"number": true, "address": true, "date": true, "duration": true, "type": true, "msg_box": true, "body": true, "contact_name": true,
	"readable_date": true, "presentation": true, "m_type": true,
}

// phoneIdle are attributes that say how the phone kept it, and nothing about the people.
var phoneIdle = map[string]bool{
	"protocol": true, "toa": true, "sc_toa": true, "service_center": true, "read": true, "status": true, "locked": true, "date_sent": true,
	"sub_id": true, "subscription_id": true, "subscription_component_name": true, "post_dial_digits": true, "rr": true, "ct_t": true,
	"seen": true, "text_only": true, "tr_id": true, "m_id": true, "m_size": true, "m_cls": true, "d_rpt": true, "d_tm": true, "exp": true, "v": true,
	"pri": true, "st": true, "resp_st": true, "resp_txt": true, "retr_st": true, "retr_txt": true, "retr_txt_cs": true, "rpt_a": true,
	"read_status": true, "ct_l": true, "ct_cls": true, "creator": true, "sim_slot": true, "_id": true, "app_id": true, "secret_mode": true,
	"phone_id": true, "sim_imsi": true, "sub_cs": true, "reserved": true, "hidden": true, "deletable": true, "spam_report": true,
	"callback_set": true, "safe_message": true, "msg_id": true, "thread_id": true, "call_screening_app_name": true,
	"call_screening_component_name": true, "via_number": true, "features": true, "data_usage": true,
}

func (s *Source) readPhone(yield func(awareness.MessageIn, *Fault) bool) {
	s.done.Store(0)
	r, err := s.stream()
	if err != nil {
		yield(awareness.MessageIn{}, &Fault{Line: 1, Reason: book.Message(err)})
		return
	}
	p := &phoneReader{s: s, limit: &tokenLimit{r: decodeText(r)}, yield: yield, unread: map[string]int{}}
	p.d = xml.NewDecoder(p.limit)
	p.d.Strict = false // lone ampersands, and pictures whose text has marks in it
	p.d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	p.run()
}

func (p *phoneReader) run() {
	for {
		p.limit.read = 0
		tok, err := p.d.Token()
		line, _ := p.d.InputPos()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				p.yield(awareness.MessageIn{}, &Fault{Line: line, Reason: "reading stopped: " + phoneFault(err)})
				return
			}
			p.remark()
			return
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		var m awareness.MessageIn
		var f *Fault
		switch e.Name.Local {
		case "call":
			m, f = p.call(e, line)
		case "sms":
			m, f = p.text(e, line)
		case "mms":
			m, f, err = p.picture(e, line)
		default:
			continue
		}
		if err != nil {
			f = &Fault{Line: line, Reason: "reading stopped: " + phoneFault(err)}
		}
		if !p.yield(m, f) || err != nil {
			return
		}
	}
}

func phoneFault(err error) string {
	if se := (*xml.SyntaxError)(nil); errors.As(err, &se) {
		return "the XML is broken off or damaged here"
	}
	return Plain(err)
}

// remark says at the end what was not read, once.
func (p *phoneReader) remark() {
	var left []string
	for _, name := range slices.Sorted(maps.Keys(p.unread)) {
		left = append(left, fmt.Sprintf("%s (%d times)", name, p.unread[name]))
	}
	if p.pieces > 0 {
		left = append(left, fmt.Sprintf("%d pictures and other attachments", p.pieces))
	}
	if len(left) > 0 {
		p.yield(awareness.MessageIn{}, &Fault{Line: 1, Reason: "these are not read: " + strings.Join(left, ", "), Partial: true})
	}
}

// attrs gives the attributes of an element, and counts those that nobody reads.
func (p *phoneReader) attrs(e xml.StartElement) map[string]string {
	out := make(map[string]string, len(e.Attr))
	for _, a := range e.Attr {
		name := a.Name.Local
		if a.Value == "null" || a.Value == "" {
			continue
		}
		out[name] = a.Value
		if !phoneAttrs[name] && !phoneIdle[name] && len(p.unread) < 100 {
			p.unread[name]++
		}
	}
	return out
}

// base is what all of them have: the time and the other side.
func (p *phoneReader) base(a map[string]string, number string, line int) (awareness.MessageIn, awareness.Party, *Fault) {
	m := awareness.MessageIn{Rows: []awareness.RowIn{{Line: line}}}
	ms, err := strconv.ParseInt(a["date"], 10, 64)
	at := time.UnixMilli(ms)
	if err != nil {
		return m, awareness.Party{}, &Fault{Line: line, Reason: "the date " + Quote(a["date"]) + " is no number of milliseconds"}
	}
	if err := book.CheckInstant("the date", at); err != nil {
		return m, awareness.Party{}, &Fault{Line: line, Reason: book.Message(err)}
	}
	if p.s.opts.early(at) {
		return m, awareness.Party{}, &Fault{Line: line, Reason: "its date is more than a day ahead"}
	}
	m.At = book.Micros(at)
	m.Key = "android:" + contentKey(a["date"], number, a["type"]+a["msg_box"], a["body"], a["duration"])
	name := book.Clean(a["contact_name"])
	if name == "(Unknown)" || name == number {
		name = ""
	}
	party := parseParty(book.Clean(number))
	if party.Address == "" && (number == "" || strings.HasPrefix(number, "-")) {
		m.Skip = "the number was withheld"
		return m, party, nil
	}
	if name != "" {
		party.Name = name
	}
	return m, party, nil
}

// towards puts the other side where the direction says.
func towards(m *awareness.MessageIn, out bool, others ...awareness.Party) {
	m.Direction = book.In
	if out {
		m.Direction, m.To = book.Out, others
		return
	}
	if len(others) > 0 {
		m.From = others[0]
	}
}

// call reads one call. Incoming, outgoing, missed, left on the machine, refused, blocked are numbers from 1.
func (p *phoneReader) call(e xml.StartElement, line int) (awareness.MessageIn, *Fault) {
	a := p.attrs(e)
	m, party, fault := p.base(a, a["number"], line)
	if fault != nil {
		return m, fault
	}
	m.Channel = book.Call
	seconds, err := strconv.Atoi(a["duration"])
	if a["duration"] != "" && (err != nil || seconds < 0) {
		return m, &Fault{Line: line, Reason: "the duration " + Quote(a["duration"]) + " is no number of seconds"}
	}
	switch a["type"] {
	case "1", "7":
		towards(&m, false, party)
	case "2":
		towards(&m, true, party)
		if seconds == 0 {
			m.Outcome = book.NoAnswer
		}
	case "3", "5":
		towards(&m, false, party)
		m.Outcome = book.NoAnswer
	case "4":
		towards(&m, false, party)
		m.Outcome = book.LeftWord
	case "6":
		towards(&m, false, party)
		m.Skip = "the number is blocked on the phone"
	default:
		return m, &Fault{Line: line, Reason: "the type of call " + Quote(a["type"]) + " is not known"}
	}
	if m.Outcome != book.NoAnswer {
		m.Minutes = (seconds + 30) / 60
	}
	return m, nil
}

// unsentTexts are the boxes of what never left the phone.
var unsentTexts = map[string]string{"3": "it is a draft that was not sent", "4": "it was not sent yet", "5": "it could not be sent", "6": "it was not sent yet"}

// text reads one text: received is 1, sent 2.
func (p *phoneReader) text(e xml.StartElement, line int) (awareness.MessageIn, *Fault) {
	a := p.attrs(e)
	return p.written(a, a["address"], a["type"], a["body"], line)
}

func (p *phoneReader) written(a map[string]string, number, box, body string, line int) (awareness.MessageIn, *Fault) {
	others := strings.Split(number, "~") // a message to several names them so
	m, party, fault := p.base(a, others[0], line)
	if fault != nil {
		return m, fault
	}
	m.Channel = book.Text
	said(&m, body)
	parties := []awareness.Party{party}
	for _, o := range others[1:] {
		if len(parties) < maxNamed {
			parties = append(parties, parseParty(book.Clean(o)))
		}
	}
	switch box {
	case "1":
		towards(&m, false, parties...)
		m.Recipients = len(parties)
	case "2":
		towards(&m, true, parties...)
	default:
		towards(&m, true, parties...)
		if m.Skip = unsentTexts[box]; m.Skip == "" {
			return m, &Fault{Line: line, Reason: "the type of message " + Quote(box) + " is not known"}
		}
	}
	return m, nil
}

// picture reads a message with parts: its text is in those of plain text, its sender among the addresses.
func (p *phoneReader) picture(e xml.StartElement, line int) (awareness.MessageIn, *Fault, error) {
	a := p.attrs(e)
	var body []string
	from := ""
	for depth := 1; depth > 0; {
		p.limit.read = -maxAttachment // a picture stands in one attribute
		tok, err := p.d.Token()
		if err != nil {
			return awareness.MessageIn{}, nil, err
		}
		switch t := tok.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			depth++
			switch t.Name.Local {
			case "part":
				switch ct := attr(t, "ct"); {
				case ct == "text/plain" && attr(t, "text") != "null":
					body = append(body, attr(t, "text"))
				case ct != "application/smil" && ct != "text/plain":
					p.pieces++
				}
			case "addr":
				if attr(t, "type") == "137" {
					from = attr(t, "address")
				}
			}
		}
	}
	number := a["address"]
	if a["msg_box"] == "1" && from != "" && strings.Contains(number, "~") { // the sender first, whoever else it went to
		number = strings.Join(append([]string{from}, slices.DeleteFunc(strings.Split(number, "~"), func(n string) bool { return n == from })...), "~")
	}
	text := strings.Join(body, "\n")
	a["body"] = text
	m, f := p.written(a, number, a["msg_box"], text, line)
	return m, f, nil
}

// maxAttachment is how long the text of one attachment may be, which is passed over.
const maxAttachment = 64 << 20

// said makes a text the words of a message: a short one stands in the summary, of a long one the whole behind it.
func said(m *awareness.MessageIn, text string) {
	text = book.Clean(text)
	first, _, more := strings.Cut(text, "\n")
	if m.Summary = cutRunes(first, 200); more || m.Summary != first {
		m.Body = cutRunes(text, awareness.MaxBody)
	}
}

// contentKey is what makes a message this one where the file gives it no id.
func contentKey(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p)) + ":" + p))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
