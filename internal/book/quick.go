package book

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What the log holds was written by EncodeFacts and EncodeWords, and most of it is one flat object of plain texts,
// numbers and flags. That form is read here without reflection, since every page of a statement decodes fifty of them;
// all else is left to encoding/json. Both read the same things the same way.

// eachField hands over the fields of an object: texts as they read, all else as it stands there, nested objects too. It gives
// up, with false, on what is not plain: rare escapes, lists, null, bytes that are no UTF-8, space between tokens. each gives up
// by false as well.
func eachField(s string, each func(name, value string, quoted bool) bool) bool {
	end, ok := eachFieldAt(s, 0, each)
	return ok && end == len(s)
}

// eachFieldAt is the same of an object that begins at i, and gives the place after it.
func eachFieldAt(s string, i int, each func(name, value string, quoted bool) bool) (int, bool) {
	if strings.HasPrefix(s[i:], "{}") {
		return i + 2, true
	}
	if i >= len(s) || s[i] != '{' {
		return i, false
	}
	for {
		name, next, ok := plainText(s, i+1)
		if !ok || next >= len(s) || s[next] != ':' {
			return i, false
		}
		next++
		value, end, quoted := plainText(s, next)
		if !quoted {
			end = bareEnd(s, next)
			value = s[next:end]
		}
		if end >= len(s) || !each(name, value, quoted) {
			return i, false
		}
		if s[end] == '}' {
			return end + 1, true
		}
		if s[end] != ',' {
			return i, false
		}
		i = end
	}
}

// bareEnd is the place after a value without quotes that begins at i: a number, a word or an object.
func bareEnd(s string, i int) int {
	for depth := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			if depth == 0 {
				return i
			}
			_, end, ok := plainText(s, i)
			if !ok {
				return len(s)
			}
			i = end - 1
		case '{':
			depth++
		case '}':
			if depth <= 1 {
				return i + depth
			}
			depth--
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	return len(s)
}

// quickSet adds the changes that an object holds to a set of them.
func quickSet(s string, set *map[string]Change) bool {
	if *set == nil {
		*set = make(map[string]Change, strings.Count(s, `"after"`))
	}
	return eachField(s, func(name, value string, quoted bool) bool {
		var c Change
		ok := !quoted && eachField(value, func(name, value string, quoted bool) bool {
			switch name {
			case "before":
				c.Before = value
			case "after":
				c.After = value
			default:
				return false
			}
			return quoted
		})
		(*set)[name] = c
		return ok
	})
}

// quickReaches reads a list of ways to reach somebody.
func quickReaches(s string) ([]Reach, bool) {
	out := make([]Reach, 0, 2)
	for i := 0; i < len(s) && (s[i] == '[') == (i == 0) && (s[i] == ',') == (i > 0); {
		var r Reach
		end, ok := eachFieldAt(s, i+1, func(name, value string, quoted bool) bool {
			switch name {
			case "value":
				r.Value = value
			case "label":
				r.Label = value
			case "pref":
				r.Pref = value == "true"
				return !quoted && (r.Pref || value == "false")
			default:
				return false
			}
			return quoted
		})
		if !ok {
			return nil, false
		}
		out = append(out, r)
		if s[end:] == "]" {
			return out, true
		}
		i = end
	}
	return nil, false
}

// plainText reads a quoted text that begins at i, of whose characters at most quotes and backslashes are escaped, and gives
// the place after it.
func plainText(s string, i int) (text string, end int, ok bool) {
	if i >= len(s) || s[i] != '"' {
		return "", i, false
	}
	plain, escaped := true, false
	for end = i + 1; end < len(s); end++ {
		switch c := s[end]; {
		case c == '"':
			text = s[i+1 : end]
			if escaped {
				text = unescaped(text)
			}
			return text, end + 1, plain || utf8.ValidString(text)
		case c == '\\' && end+1 < len(s) && (s[end+1] == '"' || s[end+1] == '\\'):
			escaped = true
			end++
		case c == '\\' || c < ' ':
			return "", i, false
		case c >= utf8.RuneSelf:
			plain = false
		}
	}
	return "", i, false
}

// unescaped takes the backslash away before each quote and backslash.
func unescaped(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for {
		at := strings.IndexByte(s, '\\')
		if at < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:at])
		b.WriteByte(s[at+1])
		s = s[at+2:]
	}
}

// quickFields reads an object of texts.
func quickFields(s string) (map[string]string, bool) {
	out := make(map[string]string, strings.Count(s, `":"`))
	ok := eachField(s, func(name, value string, quoted bool) bool {
		out[name] = value
		return quoted
	})
	return out, ok
}

// DecodeFields reads the stored fields of a contact.
func DecodeFields(s string) (map[string]string, error) {
	if s == "" || s == "{}" {
		return nil, nil
	}
	if out, ok := quickFields(s); ok {
		return out, nil
	}
	var out map[string]string
	err := json.Unmarshal([]byte(s), &out)
	return out, err
}

// quickFacts reads the facts of what happens often; false leaves f as it was.
func quickFacts(s string, f *Facts) bool {
	var q Facts
	ok := eachField(s, func(name, value string, quoted bool) bool {
		if to := q.text(name); to != nil {
			*to = value
			return quoted
		}
		if to := q.flag(name); to != nil {
			*to = value == "true"
			return !quoted && (value == "true" || value == "false")
		}
		if to := q.number(name); to != nil {
			n, err := strconv.Atoi(value)
			*to = n
			return !quoted && err == nil && value == strconv.Itoa(n) && value != "-0"
		}
		if to := q.time(name); to != nil {
			return quoted && to.UnmarshalJSON([]byte(`"`+value+`"`)) == nil
		}
		return name == "set" && !quoted && quickSet(value, &q.Set)
	})
	if ok {
		*f = q
	}
	return ok
}

func (f *Facts) text(name string) *string {
	switch name {
	case "channel":
		return (*string)(&f.Channel)
	case "dir":
		return (*string)(&f.Direction)
	case "outcome":
		return (*string)(&f.Outcome)
	case "purpose":
		return (*string)(&f.Purpose)
	case "template":
		return &f.Template
	case "gesture":
		return &f.Gesture
	case "asks":
		return (*string)(&f.Asks)
	case "sounded":
		return (*string)(&f.Sounded)
	case "thread":
		return &f.Thread
	case "refs":
		return &f.Refs
	case "keeps":
		return (*string)(&f.Keeps)
	case "engagement":
		return (*string)(&f.Engagement)
	case "stage":
		return &f.Stage
	case "responsible":
		return (*string)(&f.Responsible)
	case "department":
		return &f.Department
	case "party":
		return (*string)(&f.Party)
	case "role":
		return &f.Role
	case "question":
		return (*string)(&f.Question)
	case "pulse":
		return &f.Pulse
	}
	return nil
}

func (f *Facts) time(name string) *Instant {
	switch name {
	case "due":
		return &f.Due
	case "estimate":
		return &f.Estimate
	case "next_update":
		return &f.NextUpdate
	}
	return nil
}

func (f *Facts) flag(name string) *bool {
	switch name {
	case "bulk":
		return &f.Bulk
	case "auto":
		return &f.Auto
	case "copied":
		return &f.Copied
	case "ours":
		return &f.Ours
	case "private":
		return &f.Private
	case "over":
		return &f.Over
	case "dropped":
		return &f.Dropped
	case "gone":
		return &f.Gone
	case "sealed":
		return &f.Sealed
	}
	return nil
}

func (f *Facts) number(name string) *int {
	switch name {
	case "to":
		return &f.To
	case "minutes":
		return &f.Minutes
	case "severity":
		return &f.Severity
	case "every":
		return &f.Every
	case "score":
		return &f.Score
	}
	return nil
}

// quickWords reads the words of all but files; false leaves w as it was.
func quickWords(s string, w *Words) bool {
	var q Words
	ok := eachField(s, func(name, value string, quoted bool) bool {
		switch name {
		case "text":
			q.Text = value
		case "body":
			q.Body = value
		case "next":
			q.Next = value
		case "with":
			q.With = value
		case "letter":
			q.Letter = value
		case "set":
			return !quoted && quickSet(value, &q.Set)
		default:
			return false
		}
		return quoted
	})
	if ok {
		*w = q
	}
	return ok
}
