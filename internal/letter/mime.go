package letter

import (
	"bytes"
	"strings"

	"github.com/jhillyerd/enmime/v2/mediatype"
)

// part is one node of a message's MIME tree. Bodies are slices of the message, never copies: only the parts
// whose words are wanted are ever decoded, and how deep and how wide the tree grows is bounded here, which
// no library offers.
type part struct {
	mediaType   string
	params      map[string]string
	disposition string
	name        string // decoded file name
	cte         string // lower-cased Content-Transfer-Encoding
	body        []byte
	kids        []*part
	root        bool
}

// readParts builds the tree of a whole message.
func readParts(h header, body []byte) *part {
	left := maxParts
	p := newPart(h, body, "text/plain", 0, &left)
	p.root = true
	return p
}

// newPart reads a part of depth d; left counts down the parts that may still be made.
func newPart(h header, body []byte, fallback string, d int, left *int) *part {
	*left--
	p := &part{body: body, cte: strings.ToLower(strings.TrimSpace(h.get("content-transfer-encoding")))}
	p.mediaType, p.params = mediaType(h.get("content-type"))
	if !strings.Contains(p.mediaType, "/") {
		p.mediaType = fallback
	}
	disposition, params := mediaType(h.get("content-disposition"))
	p.disposition = disposition
	p.name = params["filename"]
	if p.name == "" {
		p.name = p.params["name"]
	}
	p.name = oneLine(decodeWords(p.name), maxName)
	if !strings.HasPrefix(p.mediaType, "multipart/") || d >= maxDepth {
		return p
	}
	inner := "text/plain"
	if p.mediaType == "multipart/digest" {
		inner = "message/rfc822"
	}
	for _, b := range splitParts(body, p.params["boundary"], *left) {
		kid, rest, err := splitHeader(b)
		if err != nil || *left <= 0 {
			break
		}
		p.kids = append(p.kids, newPart(kid, rest, inner, d+1, left))
	}
	if len(p.kids) == 0 { // no boundary, or none that occurs: show what is there
		p.mediaType = "text/plain"
	}
	return p
}

// mediaType reads a Content-Type or Content-Disposition, lower-cased; an unreadable one is empty.
func mediaType(s string) (string, map[string]string) {
	if s = strings.TrimSpace(s); s == "" {
		return "", nil
	}
	if len(s) > maxContentType {
		s = strings.ToValidUTF8(s[:maxContentType], "")
	}
	t, params, _, err := mediatype.Parse(s)
	if err != nil {
		t, _, _ = strings.Cut(s, ";")
	}
	return strings.ToLower(strings.TrimSpace(t)), params
}

// splitParts cuts a multipart body at its boundary, at most limit times. A last part that is never closed
// runs to the end.
func splitParts(body []byte, boundary string, limit int) [][]byte {
	if strings.TrimSpace(boundary) == "" {
		return nil
	}
	delimiter := []byte("--" + strings.TrimRight(boundary, " \t"))
	var parts [][]byte
	start := -1
	for at := 0; at < len(body) && len(parts) < limit; {
		i := bytes.Index(body[at:], delimiter)
		if i < 0 {
			break
		}
		i += at
		line, next := lineAt(body, i)
		tail := bytes.TrimRight(line[min(len(delimiter), len(line)):], " \t")
		last := bytes.Equal(tail, []byte("--"))
		if i > 0 && body[i-1] != '\n' || len(tail) > 0 && !last {
			at = next // a delimiter begins its line, so there is none in this one
			continue
		}
		if start >= 0 {
			parts = append(parts, trimLineEnd(body[start:max(i, start)]))
		}
		if start, at = next, next; last {
			return parts
		}
	}
	if start >= 0 && start < len(body) && len(parts) < limit {
		parts = append(parts, body[start:])
	}
	return parts
}

// trimLineEnd takes off the line end that belongs to the boundary after it.
func trimLineEnd(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
}

// text is the part's words: every inline text in order, and of alternatives the plain one if it says
// anything.
func (p *part) text() string {
	if len(p.kids) == 0 {
		if p.isAttachment() {
			return ""
		}
		return p.leafText()
	}
	if p.mediaType == "multipart/alternative" {
		for _, plain := range []bool{true, false} {
			for _, kid := range p.kids {
				if (kid.mediaType == "text/plain") == plain {
					if s := kid.text(); strings.TrimSpace(s) != "" {
						return s
					}
				}
			}
		}
		return ""
	}
	var texts []string
	for _, kid := range p.kids {
		if s := strings.TrimRight(kid.text(), "\n"); strings.TrimSpace(s) != "" {
			texts = append(texts, s)
		}
	}
	return strings.Join(texts, "\n")
}

func (p *part) leafText() string {
	s := toUTF8(decodeTransfer(p.body, p.cte), p.params["charset"])
	if p.mediaType == "text/html" {
		return htmlText(s)
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.ReplaceAll(s, "\r", "\n")
}

// isAttachment says that a leaf is not part of the letter's own words. A message that is nothing but one
// text is its words whatever it calls itself.
func (p *part) isAttachment() bool {
	if p.mediaType != "text/plain" && p.mediaType != "text/html" {
		return !p.root || !strings.HasPrefix(p.mediaType, "text/")
	}
	return !p.root && (p.disposition == "attachment" || p.name != "")
}

// attachments lists the leaves that are not the letter's words, in order. The second forms of an
// alternative are neither words nor attachments.
func (p *part) attachments() []Attachment {
	if len(p.kids) == 0 {
		if !p.isAttachment() {
			return nil
		}
		return []Attachment{{Name: p.name, MediaType: oneLine(p.mediaType, maxName), Size: p.decodedSize()}}
	}
	var list []Attachment
	for _, kid := range p.kids {
		list = append(list, kid.attachments()...)
	}
	return list
}

// decodedSize counts what decoding would give, so that nothing large needs to be decoded.
func (p *part) decodedSize() int {
	switch p.cte {
	case "base64":
		n := 0
		for _, c := range p.body {
			if isBase64(c) {
				n++
			}
		}
		return n * 3 / 4
	case "quoted-printable":
		lf, crlf := bytes.Count(p.body, []byte("=\n")), bytes.Count(p.body, []byte("=\r\n"))
		coded := bytes.Count(p.body, []byte("=")) - lf - crlf
		return max(0, len(p.body)-2*coded-2*lf-3*crlf)
	}
	return len(p.body)
}

// find returns the first part of a media type, depth first, or nil.
func (p *part) find(mediaType string) *part {
	if p.mediaType == mediaType {
		return p
	}
	for _, kid := range p.kids {
		if found := kid.find(mediaType); found != nil {
			return found
		}
	}
	return nil
}
