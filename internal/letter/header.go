package letter

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// field is one header field: its name lower-cased, its value unfolded, as UTF-8, still encoded.
type field struct{ name, value string }

type header []field

// get returns the first value of a name, or "". The first wins, because what a later hop or a forger adds
// to a letter's own fields comes after them.
func (h header) get(name string) string {
	for _, f := range h {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

func (h header) has(name string) bool {
	return slices.ContainsFunc(h, func(f field) bool { return f.name == name })
}

// all returns every value of a name in order.
func (h header) all(name string) []string {
	var values []string
	for _, f := range h {
		if f.name == name {
			values = append(values, f.value)
		}
	}
	return values
}

// telling are the names that make it certain that a line belongs to a message's header.
var telling = []string{
	"from", "to", "cc", "date", "subject", "message-id", "mime-version", "content-type",
	"content-transfer-encoding", "received", "references", "in-reply-to", "reply-to",
}

// splitHeader reads the header block at the start of raw and returns what follows it.
//
// A line that is neither a field nor a continuation is the start of the body in a message whose empty line
// got lost, and a piece of a badly folded field in others. Which of the two it is shows further down: when
// telling fields still follow in the same block, the line is passed over.
func splitHeader(raw []byte) (h header, body []byte, err error) {
	var name string
	var value []byte
	flush := func() {
		if name != "" {
			h = append(h, field{name, headerText(value)})
		}
		name, value = "", nil
	}
	const unknown = -2
	lastTelling := unknown
	for at := 0; at < len(raw); {
		line, next := lineAt(raw, at)
		if len(line) == 0 {
			flush()
			return h, raw[next:], nil
		}
		n, v, ok := splitField(line)
		switch {
		case line[0] == ' ' || line[0] == '\t':
			value = append(append(value, ' '), bytes.TrimLeft(line, " \t")...)
		case ok:
			flush()
			name, value = n, bytes.Clone(v)
		case isFromWord(line):
			flush()
		default:
			if lastTelling == unknown {
				lastTelling = findLastTelling(raw, at)
			}
			if at > lastTelling {
				flush()
				return h, raw[at:], nil
			}
		}
		if len(h) > maxFields {
			return nil, nil, fmt.Errorf("more than %d header fields", maxFields)
		}
		at = next
	}
	flush()
	return h, nil, nil
}

// findLastTelling returns the offset of the last telling field between at and the end of the block, or -1.
func findLastTelling(raw []byte, at int) int {
	last := -1
	for at < len(raw) {
		line, next := lineAt(raw, at)
		if len(line) == 0 {
			break
		}
		if n, _, ok := splitField(line); ok && slices.Contains(telling, n) {
			last = at
		}
		at = next
	}
	return last
}

// isFromWord recognises separator lines that a careless program left inside a header block.
func isFromWord(line []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From "))
}

// splitField cuts "Name: value". Space before the colon is tolerated, space inside the name is not.
func splitField(line []byte) (name string, value []byte, ok bool) {
	colon := bytes.IndexByte(line, ':')
	if colon < 1 || colon > 200 {
		return "", nil, false
	}
	raw := bytes.TrimRight(line[:colon], " \t")
	if len(raw) == 0 {
		return "", nil, false
	}
	for _, c := range raw {
		if c <= ' ' || c > '~' {
			return "", nil, false
		}
	}
	return strings.ToLower(string(raw)), bytes.TrimSpace(line[colon+1:]), true
}

// lineAt returns the line that starts at an offset, without its end, and where the next one starts.
func lineAt(raw []byte, at int) (line []byte, next int) {
	end := bytes.IndexByte(raw[at:], '\n')
	if end < 0 {
		line, next = raw[at:], len(raw)
	} else {
		line, next = raw[at:at+end], at+end+1
	}
	return bytes.TrimSuffix(line, []byte("\r")), next
}

// headerText turns the bytes of a header value into UTF-8. Raw 8-bit values that are not UTF-8 were nearly
// always typed on a Western machine.
func headerText(b []byte) string {
	return strings.TrimSpace(clean(toUTF8(b, ""), false))
}
