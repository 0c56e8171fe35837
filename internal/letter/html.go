package letter

import (
	"html"
	"strings"
	"unicode"
)

// htmlText turns HTML into the text a reader sees: blocks become lines, quotations are marked with "> " so
// that they can be told from the writer's own words, links show their words and not their addresses. It
// reads the source in one pass and takes any tag soup.
func htmlText(s string) string {
	r := htmlReader{rest: s}
	for r.rest != "" {
		open := strings.IndexByte(r.rest, '<')
		if open < 0 {
			break
		}
		r.words(r.rest[:open])
		r.rest = r.rest[open:]
		r.tag()
	}
	r.words(r.rest)
	return r.out.String()
}

const maxQuoteDepth = 8 // marks in front of a line; deeper quotations look the same

// htmlReader holds what htmlText still has to read and what it wrote. The "no…" marks remember that a
// closing piece does not occur in the rest, so that hostile source is not searched again and again.
type htmlReader struct {
	rest      string
	out       strings.Builder
	breaks    int  // line ends owed before the next word
	space     bool // a space is owed before the next word
	indent    int  // spaces owed at the start of a line inside pre
	quotes    int  // depth of blockquote
	pre       int  // depth of pre
	noComment bool
	noClose   bool
	noQuote   [2]bool
}

// words writes text with white space as HTML sees it.
func (r *htmlReader) words(s string) {
	s = html.UnescapeString(s)
	start := -1 // where the word that is being read began
	for i, c := range s {
		if !unicode.IsSpace(c) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			r.put(s[start:i])
			start = -1
		}
		r.white(c)
	}
	if start >= 0 {
		r.put(s[start:])
	}
}

// white takes note of one white space; only inside pre does it matter which.
func (r *htmlReader) white(c rune) {
	switch {
	case r.pre == 0:
		r.space = true
	case c == '\n':
		r.breaks++
	case r.breaks == 0:
		r.out.WriteByte(' ')
	default:
		r.indent++
	}
}

// put writes one word after the line ends and the space that are owed.
func (r *htmlReader) put(word string) {
	fresh := r.out.Len() == 0
	if r.breaks > 0 && !fresh {
		r.out.WriteString(strings.Repeat("\n", min(r.breaks, 2)))
	}
	if fresh || r.breaks > 0 {
		r.out.WriteString(strings.Repeat("> ", min(r.quotes, maxQuoteDepth)))
	} else if r.space {
		r.out.WriteByte(' ')
	}
	r.out.WriteString(strings.Repeat(" ", min(r.indent, 40)))
	r.breaks, r.space, r.indent = 0, false, 0
	r.out.WriteString(word)
}

// lines asks for at least n line ends before the next word.
func (r *htmlReader) lines(n int) { r.breaks, r.space, r.indent = max(r.breaks, n), false, 0 }

// tag reads one tag, comment or declaration at the start of rest, or a lone "<".
func (r *htmlReader) tag() {
	s := r.rest
	if strings.HasPrefix(s, "<!--") && !r.noComment {
		if end := strings.Index(s[4:], "-->"); end >= 0 {
			r.rest = s[4+end+3:]
			return
		}
		r.noComment = true
	}
	if len(s) < 2 || !strings.ContainsRune("/!?", rune(s[1])) && !isLetter(s[1]) {
		r.rest = s[1:]
		r.put("<")
		return
	}
	end := r.tagEnd(s)
	if end < 0 {
		r.rest = ""
		return
	}
	name, closing := tagName(s[1:end])
	selfClosed := s[end-1] == '/'
	r.rest = s[end+1:]
	if hidden[name] && !closing && !selfClosed {
		r.skipTo(name)
		return
	}
	r.element(name, closing)
}

// tagEnd finds the ">" that ends a tag, minding quoted attributes while their quotes close.
func (r *htmlReader) tagEnd(s string) int {
	if r.noClose {
		return -1
	}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; c {
		case '>':
			return i
		case '"', '\'':
			which := int(c) % 2
			if s[i-1] != '=' && s[i-1] != ' ' || r.noQuote[which] {
				continue
			}
			if end := strings.IndexByte(s[i+1:], c); end >= 0 {
				i += end + 1
			} else {
				r.noQuote[which] = true
			}
		}
	}
	r.noClose = !strings.Contains(s, ">")
	if r.noClose {
		return -1
	}
	r.noQuote = [2]bool{true, true} // a quote swallowed the rest: read on without minding quotes
	return strings.IndexByte(s, '>')
}

// hidden elements hold no words of the letter.
var hidden = map[string]bool{"script": true, "style": true, "title": true, "template": true, "svg": true, "xml": true}

// skipTo passes over a hidden element; one that never closes hides the rest, as in a browser.
func (r *htmlReader) skipTo(name string) {
	for {
		i := strings.Index(r.rest, "</")
		if i < 0 {
			r.rest = ""
			return
		}
		r.rest = r.rest[i+2:]
		if len(r.rest) >= len(name) && strings.EqualFold(r.rest[:len(name)], name) {
			end := strings.IndexByte(r.rest, '>')
			r.rest = r.rest[end+1:] // end is -1 when the tag is cut, which leaves its name as a word
			return
		}
	}
}

// element writes what a tag means for the text.
func (r *htmlReader) element(name string, closing bool) {
	switch name {
	case "br":
		r.breaks++
		r.space = false
	case "p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl":
		r.lines(2)
	case "div", "tr", "hr", "section", "article", "header", "footer", "dt", "dd", "form", "center", "address":
		r.lines(1)
	case "td", "th":
		r.space = true
	case "li":
		r.lines(1)
		if !closing {
			r.put("-")
			r.space = true
		}
	case "blockquote":
		r.lines(2)
		r.quotes = step(r.quotes, closing)
	case "pre":
		r.lines(1)
		r.pre = step(r.pre, closing)
	}
}

func step(depth int, closing bool) int {
	if closing {
		return max(0, depth-1)
	}
	return depth + 1
}

// tagName reads the lower-cased name at the start of a tag's inside.
func tagName(s string) (name string, closing bool) {
	if s[0] == '/' {
		s, closing = s[1:], true
	}
	end := 0
	for end < len(s) && end < 20 && (isLetter(s[end]) || s[end] >= '0' && s[end] <= '9') {
		end++
	}
	return strings.ToLower(s[:end]), closing
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
