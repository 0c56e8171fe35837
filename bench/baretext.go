package main

import (
	"html"
	"io"
	"strings"
)

// bareText is a page as the shortest program that renders it would have it: markup as it is, and between it texts that
// are escaped on their way out.
type bareText []struct {
	markup bool
	text   string
}

// bareTextOf takes a page apart into markup and texts.
func bareTextOf(page string) (out bareText) {
	for page != "" {
		end, markup := strings.IndexByte(page, '<'), false
		if end == 0 {
			end, markup = strings.IndexByte(page, '>')+1, true
		}
		if end <= 0 {
			end = len(page)
		}
		text := page[:end]
		if !markup {
			text = html.UnescapeString(text)
		}
		out = append(out, struct {
			markup bool
			text   string
		}{markup, text})
		page = page[end:]
	}
	return out
}

// render writes the page.
func (b bareText) render(w io.StringWriter) {
	for _, part := range b {
		text := part.text
		if !part.markup {
			text = html.EscapeString(text)
		}
		_, _ = w.WriteString(text) // into memory
	}
}
