package letter

import "strings"

// parseAddresses reads an address header as people and programs write it. Lists in net/mail's grammar are a
// small part of what arrives, and one bad entry must not lose its neighbours, so the list is cut first (at
// commas and semicolons outside quotes, comments and angle brackets; group names are dropped) and each entry
// is then read on its own.
func parseAddresses(values []string) []Address {
	var list []Address
	for _, v := range values {
		for entry := range splitAddresses(v) {
			if len(list) == maxAddresses {
				return list
			}
			if a := parseAddress(entry); a != (Address{}) {
				list = append(list, a)
			}
		}
	}
	return list
}

// splitAddresses yields the entries of a list. Quotes and brackets that are never closed count as
// plain characters, so that they cannot swallow the rest of the list.
func splitAddresses(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start, depth, quoted, angle, literal := 0, 0, false, false, false
		lastParen, lastAngle, quotes := strings.LastIndexByte(s, ')'), strings.LastIndexByte(s, '>'), closedQuotes(s)
		for i := 0; i < len(s); i++ {
			c := s[i]
			switch {
			case c == '\\':
				i++
			case c == '"' && depth == 0 && quotes:
				quoted = !quoted
			case quoted:
			case c == '(' && i < lastParen:
				depth++
			case c == ')' && depth > 0:
				depth--
			case depth > 0:
			case c == '<' && i < lastAngle:
				angle = true
			case c == '>':
				angle = false
			case c == '[', c == ']':
				literal = c == '[' // joe@[IPv6:2001:db8::1]
			case angle, literal && c == ':':
			case c == ':' && !strings.EqualFold(strings.TrimSpace(s[start:i]), "mailto"):
				start = i + 1 // what stood here named a group
			case c == ',' || c == ';':
				if !yield(s[start:i]) {
					return
				}
				start = i + 1
			}
		}
		if start < len(s) {
			yield(s[start:])
		}
	}
}

// parseAddress reads one entry: `Name <addr>`, `addr (Name)`, `addr`, or a bare name.
func parseAddress(entry string) Address {
	if len(entry) > 1<<16 {
		return Address{} // nobody is called that
	}
	text, comment := cutComments(entry)
	name, addr := text, ""
	if open := angleAt(text); open >= 0 {
		inner, _, closed := strings.Cut(text[open+1:], ">")
		if !closed {
			inner, _, _ = strings.Cut(inner, ",")
		}
		name, addr = text[:open], inner
	} else if bare := strings.TrimSpace(text); !strings.ContainsAny(bare, " \t") || isBareAddr(bare) {
		name, addr = "", bare
	} else if i := strings.LastIndexAny(bare, " \t"); isGlobalID(bare[i+1:]) {
		name, addr = bare[:i], bare[i+1:]
	}
	name = displayName(name)
	if name == "" {
		name = displayName(comment)
	}
	addr = cleanAddr(addr)
	if strings.EqualFold(name, addr) {
		name = ""
	}
	return Address{Name: name, Addr: addr}
}

// isBareAddr tells "joe @ example.com" from a name: it holds one @ and closes up around it.
func isBareAddr(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && !strings.ContainsAny(strings.TrimSpace(local), " \t") && !strings.ContainsAny(strings.TrimSpace(domain), " \t@")
}

// closedQuotes says that every double quote has its partner.
func closedQuotes(s string) bool {
	closed := true
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			closed = !closed
		}
	}
	return closed
}

// angleAt finds the last "<" outside quotes: a display name may hold one of its own, the address may not.
func angleAt(s string) int {
	at, quoted, quotes := -1, false, closedQuotes(s)
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == '"' && quotes:
			quoted = !quoted
		case s[i] == '<' && !quoted:
			at = i
		}
	}
	return at
}

// cutComments takes the parenthesised comments out of an entry and returns the last one.
func cutComments(s string) (text, comment string) {
	if !strings.Contains(s, "(") {
		return s, ""
	}
	var out, note strings.Builder
	depth, quoted, quotes := 0, false, closedQuotes(s)
	last := strings.LastIndexByte(s, ')')
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s):
			if depth > 0 {
				note.WriteByte(s[i+1])
			} else {
				out.WriteString(s[i : i+2])
			}
			i++
			continue
		case c == '"' && depth == 0 && quotes:
			quoted = !quoted
		case c == '(' && !quoted && i < last:
			if depth++; depth == 1 {
				note.Reset()
				continue
			}
		case c == ')' && !quoted && depth > 0:
			if depth--; depth == 0 {
				continue
			}
		}
		if depth > 0 {
			note.WriteByte(c)
		} else {
			out.WriteByte(c)
		}
	}
	return out.String(), note.String()
}

// displayName unquotes and decodes a name. Quotes around an encoded word are against the rules and common;
// single quotes around the whole are what one mail program adds.
func displayName(s string) string {
	s = strings.TrimSpace(s)
	if strings.Contains(s, `"`) {
		var out strings.Builder
		for i := 0; i < len(s); i++ {
			if s[i] == '\\' && i+1 < len(s) {
				i++
			} else if s[i] == '"' {
				continue
			}
			out.WriteByte(s[i])
		}
		s = out.String()
	}
	s = oneLine(decodeWords(s), maxName)
	if len(s) > 1 && s[0] == '\'' && s[len(s)-1] == '\'' {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	return s
}

// cleanAddr brings an address to the form it is compared in: lower case, no white space, no source route,
// no needless quotes. What is too long to be an address is none.
func cleanAddr(s string) string {
	s = clean(decodeWords(strings.TrimSpace(s)), false)
	if i := strings.LastIndexByte(s, ':'); i >= 0 && (strings.HasPrefix(s, "@") || strings.EqualFold(s[:i], "mailto")) {
		s = s[i+1:]
	}
	at := strings.LastIndexByte(s, '@')
	local, domain := s, ""
	if at >= 0 {
		local, domain = s[:at], s[at:]
	}
	local = strings.TrimSpace(local)
	if plain := strings.Trim(local, `"'`); !strings.ContainsAny(plain, " \"\\@,;<>()") {
		local = plain
	}
	domain = strings.TrimRight(strings.Join(strings.Fields(domain), ""), ".'\"")
	if domain == "@" {
		domain = ""
	}
	if s = strings.ToLower(local + domain); len(s) > maxAddr {
		return ""
	}
	return s
}

// addrs lists only the addresses.
func addrs(list []Address) []string {
	out := make([]string, 0, len(list))
	for _, a := range list {
		out = append(out, a.Addr)
	}
	return out
}
