package transfer

import (
	"strings"

	"passbook/internal/address"
	"passbook/internal/awareness"
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
	switch address.KindOf(s) {
	case address.Email, address.Handle:
		_, key := address.Key(s, "")
		return awareness.Party{Address: key}
	case address.Phone:
		return awareness.Party{Address: strings.TrimPrefix(s, "tel:")}
	}
	return awareness.Party{Name: s}
}

// partyKey tells the parties of one message apart.
func partyKey(p awareness.Party) string {
	if p.Address != "" {
		return p.Address
	}
	return p.Name
}
