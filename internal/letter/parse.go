package letter

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Parse reads one message, with LF or CRLF line ends. It copes with whatever is not needed to know who wrote
// to whom and when; it returns an error, safe to show, when the message is larger than MaxSize, has no
// header, or has no date that can be believed. It never panics.
func Parse(raw []byte) (*Letter, error) {
	return parse(raw, time.Time{})
}

// ParseArrived is Parse of a message that came at a known time, which dates it where it does not say so itself.
func ParseArrived(raw []byte, arrived time.Time) (*Letter, error) {
	return parse(raw, arrived)
}

// parse reads one message. The zero arrived means that no separator line gave a date.
func parse(raw []byte, arrived time.Time) (l *Letter, err error) {
	defer func() {
		if r := recover(); r != nil { // the decoders below are not ours, and the letter is a stranger's
			l, err = nil, errors.New("the message breaks its reader")
		}
	}()
	if len(raw) > MaxSize {
		return nil, errTooLarge
	}
	size := len(raw)
	raw = bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF"))
	if line, next := lineAt(raw, 0); bytes.HasPrefix(line, []byte("From ")) {
		if at, ok := separatorDate(string(line)); ok && arrived.IsZero() {
			arrived = at
		}
		raw = raw[next:]
	}
	h, body, err := splitHeader(raw)
	switch {
	case err != nil:
		return nil, err
	case len(h) == 0:
		return nil, errors.New("there is no header")
	}
	l = &Letter{Line: 1, Size: size}
	if l.Date, err = letterDate(h, arrived); err != nil {
		return nil, err
	}
	l.readHeader(h)
	root := readParts(h, body)
	l.Text = strings.Trim(strings.TrimPrefix(clean(root.text(), true), "\uFEFF"), "\n")
	l.Attachments = root.attachments()
	l.readKind(h, root)
	l.Digest = l.digest(h, body)
	return l, nil
}

var errTooLarge = fmt.Errorf("the message is larger than %d MiB", MaxSize>>20)

func (l *Letter) readHeader(h header) {
	l.MessageID = firstID(h.get("message-id"))
	for _, v := range h.all("in-reply-to") {
		if l.InReplyTo == "" {
			l.InReplyTo = replyID(v)
		}
	}
	l.References = references(h.all("references"))
	l.From = parseAddresses(h.all("from"))
	if len(l.From) == 0 {
		l.From = parseAddresses(h.all("sender"))
	}
	l.To = parseAddresses(h.all("to"))
	l.Cc = parseAddresses(h.all("cc"))
	l.Bcc = parseAddresses(h.all("bcc"))
	l.ReplyTo = parseAddresses(h.all("reply-to"))
	l.Subject = oneLine(decodeWords(h.get("subject")), maxSubject)
	l.Labels = labels(h.all("x-gmail-labels"))
}

// letterDate follows the order of trust: the writer's clock, the last relay's, the mailbox's.
func letterDate(h header, arrived time.Time) (time.Time, error) {
	seen := false
	for _, v := range h.all("date") {
		seen = true
		if t, err := parseDate(v); !errors.Is(err, errDate) {
			return t, err
		}
	}
	for _, v := range h.all("received") { // the newest relay writes on top
		if i := strings.LastIndexByte(v, ';'); i >= 0 {
			if t, err := parseDate(v[i+1:]); err == nil {
				return t, nil
			}
		}
	}
	switch {
	case !arrived.IsZero():
		return arrived, nil
	case seen:
		return time.Time{}, fmt.Errorf("its date %q cannot be read", oneLine(h.get("date"), 60))
	}
	return time.Time{}, errors.New("it has no date")
}

// bracketed lists the ids in angle brackets.
func bracketed(s string) []string {
	var ids []string
	for {
		_, rest, ok := strings.Cut(s, "<")
		if !ok {
			return ids
		}
		id, after, ok := strings.Cut(rest, ">")
		if !ok {
			return ids
		}
		if i := strings.LastIndexByte(id, '<'); i >= 0 {
			id = id[i+1:]
		}
		if id = strings.Join(strings.Fields(id), ""); id != "" && len(id) <= 998 {
			ids = append(ids, id)
		}
		s = after
	}
}

// firstID reads a Message-ID: what stands in brackets, else its first word.
func firstID(s string) string {
	if ids := bracketed(s); len(ids) > 0 {
		return ids[0]
	}
	if words := strings.Fields(s); len(words) > 0 && len(words[0]) <= 998 {
		return strings.Trim(words[0], "<>")
	}
	return ""
}

// replyID reads an In-Reply-To, which used to be prose: "Your message of Monday <id>". Without brackets only
// a lone word with an @ is believed.
func replyID(s string) string {
	ids := bracketed(s)
	if i := slices.IndexFunc(ids, isGlobalID); i >= 0 {
		return ids[i]
	}
	if len(ids) > 0 {
		return ids[0]
	}
	if words := strings.Fields(s); len(words) == 1 && isGlobalID(words[0]) {
		return firstID(s)
	}
	return ""
}

func references(values []string) []string {
	var ids []string
	seen := map[string]bool{}
	for _, v := range values {
		found := bracketed(v)
		if len(found) == 0 {
			found = slices.DeleteFunc(strings.Fields(v), func(w string) bool { return !isGlobalID(w) || len(w) > 998 })
		}
		for _, id := range found {
			if !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	if len(ids) > maxReferences {
		ids = append(ids[:1:1], ids[len(ids)-maxReferences+1:]...)
	}
	return ids
}

// labels splits X-Gmail-Labels at commas outside quotes.
func labels(values []string) []string {
	var out []string
	for _, v := range values {
		quoted := false
		for part := range strings.FieldsFuncSeq(decodeWords(v), func(r rune) bool {
			if r == '"' {
				quoted = !quoted
			}
			return r == ',' && !quoted
		}) {
			part = oneLine(strings.Trim(strings.TrimSpace(part), `"`), maxName)
			if part != "" && len(out) < maxLabels && !slices.Contains(out, part) {
				out = append(out, part)
			}
		}
	}
	return out
}

// digest hashes what every copy of a letter shares: date, sender, visible recipients and subject as decoded,
// then the body. Line ends, space at line ends, quoting of "From " and the empty lines at the end differ
// between storage formats and are levelled; relays' headers, labels and Bcc are left out.
func (l *Letter) digest(h header, body []byte) string {
	sum := sha256.New()
	put := func(name string, values ...string) {
		for _, v := range values {
			sum.Write([]byte(name + strconv.Itoa(len(v)) + ":" + v + "\n"))
		}
	}
	put("date", strings.Join(strings.Fields(h.get("date")), " "))
	put("from", addrs(l.From)...)
	put("to", addrs(l.To)...)
	put("cc", addrs(l.Cc)...)
	put("subject", l.Subject)
	hashBody(sum, body)
	return hex.EncodeToString(sum.Sum(nil))
}

func hashBody(sum hash.Hash, body []byte) {
	empty := 0
	for at := 0; at < len(body); {
		var line []byte
		line, at = lineAt(body, at)
		if line = bytes.TrimRight(line, " \t\r"); len(line) == 0 {
			empty++
			continue
		}
		for ; empty > 0; empty-- {
			sum.Write([]byte("\n"))
		}
		if isFromWord(line) {
			line = bytes.TrimLeft(line, ">")
		}
		sum.Write(line)
		sum.Write([]byte("\n"))
	}
}
