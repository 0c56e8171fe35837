package transfer

import (
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
)

// parseParties reads one or several parties with semicolons between them.
func parseParties(s string) []awareness.Party {
	if strings.IndexByte(s, ';') < 0 {
		if s = trim(s); s == "" {
			return nil
		}
		return []awareness.Party{parseParty(s)}
	}
	var out []awareness.Party
	seen := map[string]bool{}
	for part := range strings.SplitSeq(s, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p := parseParty(part)
		if !seen[partyKey(p)] {
			seen[partyKey(p)] = true
			out = append(out, p)
		}
	}
	return out
}

// parseParty reads an address, a phone number, "Name <address>", or a plain name.
func parseParty(s string) awareness.Party {
	if i := strings.IndexByte(s, '<'); i >= 0 && strings.HasSuffix(s, ">") {
		if inner := parseParty(strings.TrimSpace(s[i+1 : len(s)-1])); inner.Address != "" {
			inner.Name = strings.Trim(strings.TrimSpace(s[:i]), `"'`)
			return inner
		}
		return awareness.Party{Name: s}
	}
	if strings.IndexByte(s, '@') >= 0 {
		if key := book.EmailKey(s); key != "" {
			return awareness.Party{Address: key}
		}
		if !strings.ContainsAny(s, " \t") {
			return awareness.Party{Address: strings.ToLower(s)} // a handle
		}
	}
	if p := phoneLike(s); p != "" {
		return awareness.Party{Address: p}
	}
	return awareness.Party{Name: s}
}

// phoneLike gives a phone number as written, or "" when the text is none.
func phoneLike(s string) string {
	s = strings.TrimPrefix(s, "tel:")
	digits := 0
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			digits++
		case strings.IndexByte("+()-./ \t", c) < 0:
			return ""
		}
	}
	if digits < 5 || digits > 20 {
		return ""
	}
	return s
}

// partyKey tells the parties of one message apart.
func partyKey(p awareness.Party) string {
	if p.Address != "" {
		return p.Address
	}
	return p.Name
}
