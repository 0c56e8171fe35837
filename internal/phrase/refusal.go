package phrase

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pelletier/go-toml/v2"

	"passbook/internal/book"
)

// refusals are the German texts of what the book refuses, and of why rows of files were left out.
type refusals struct {
	Field  map[string]string // the fields of commands as the subjects of a sentence: "Der Kanal"
	Word   map[string]string // roles, acts and other words of ours that stand in a text
	Expect map[string]string // what clients may expect in them
	// Closing says what clients do who close, by playbooks that ship.
	Closing map[string]string
	Stage   map[string]string // of the playbooks that ship, with spaces for underscores
	Text    map[string]string // by the English text with its places in the form of fmt

	forms []form
}

// form finds a text again in which the places were filled.
type form struct {
	is      *regexp.Regexp
	english string
}

var german = sync.OnceValue(func() *refusals {
	r := &refusals{}
	raw, err := files.ReadFile("refusals_de.toml")
	if err != nil || toml.Unmarshal(raw, r) != nil {
		return &refusals{}
	}
	for english := range r.Text {
		if plain := place.ReplaceAllString(english, ""); strings.ContainsFunc(plain, isLetter) && plain != english {
			r.forms = append(r.forms, form{regexp.MustCompile(`(?s)^` + pattern(english) + `$`), english})
		}
	}
	// What says more of its own is more surely what was said.
	slices.SortFunc(r.forms, func(a, b form) int { return cmp.Or(len(b.english)-len(a.english), cmp.Compare(a.english, b.english)) })
	return r
})

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' }

// place is where a text has something filled in.
var place = regexp.MustCompile(`%(\[\d+\])?[sdqv]`)

// pattern is what a text with its places looks like once they are filled.
func pattern(format string) string {
	var b strings.Builder
	for {
		at := place.FindStringIndex(format)
		if at == nil {
			return b.String() + regexp.QuoteMeta(format)
		}
		b.WriteString(regexp.QuoteMeta(format[:at[0]]))
		switch format[at[1]-1] {
		case 'd':
			b.WriteString(`(-?\d+)`)
		case 'q':
			b.WriteString(`("(?:[^"\\]|\\.)*")`)
		default:
			b.WriteString(`(.*?)`)
		}
		format = format[at[1]:]
	}
}

// Refusal is what may be shown of an error, in the language: book.Message in English.
func (t Tongue) Refusal(err error) string {
	each := book.Each(err)
	if len(each) == 0 {
		return t.Read(book.Message(err))
	}
	all := make([]string, len(each))
	for i, e := range each {
		all[i] = t.refusal(e)
	}
	return strings.Join(all, "; ")
}

func (t Tongue) refusal(e *book.Error) string {
	if !t.german() {
		return t.placed(e)
	}
	format, args := e.Parts()
	text := t.put(format, args)
	if e.Field == "" {
		return text
	}
	return subject(e.Field) + " " + text
}

// placed is the English text with its moments where the reader is.
func (t Tongue) placed(e *book.Error) string {
	format, args := e.Parts()
	said := slices.Clone(args)
	for i, a := range said {
		if m, ok := a.(book.Moment); ok {
			said[i] = t.moment(m)
		}
	}
	text := fmt.Sprintf(format, said...)
	if e.Field != "" {
		text = book.FieldWords(e.Field) + " " + text
	}
	return text
}

// moment is a day and a time of day where the reader is.
func (t Tongue) moment(m book.Moment) string {
	if t.Zone == nil {
		return m.String()
	}
	at := book.Instant(m).Time().In(t.Zone)
	return t.weekday(at) + " " + t.write(at, true, &long) + ", " + at.Format("15:04")
}

// subject is a field as the subject of a sentence. One that no command of ours has is a field of the firm's own.
func subject(field string) string {
	field = book.Bare(field)
	if s, ok := german().Field[field]; ok {
		return s
	}
	return "„" + field + "“"
}

// put says a text with its places. A value of a type of words, such as a role, is one of ours; a plain string is a name, or
// what somebody typed, and stays.
func (t Tongue) put(format string, args []any) string {
	if other, ok := german().Text[format]; ok {
		format = other
	}
	said := make([]any, len(args))
	for i, a := range args {
		switch v := a.(type) {
		case book.Said:
			said[i] = t.Read(string(v))
		case book.Moment:
			said[i] = t.moment(v)
		case book.Points:
			said[i] = t.Number(v.String())
		default:
			said[i] = a
			if k := reflect.ValueOf(a); k.IsValid() && k.Kind() == reflect.String && k.Type() != reflect.TypeFor[string]() {
				said[i] = word(k.String())
			}
		}
	}
	return fmt.Sprintf(quoted(format, said), said...)
}

// quoted sets what a place puts into quotation marks into those of the language: the value goes in as it is.
func quoted(format string, args []any) string {
	n := 0
	return place.ReplaceAllStringFunc(format, func(p string) string {
		n++
		at := n
		if i := strings.IndexByte(p, ']'); i > 0 {
			at, _ = strconv.Atoi(p[2:i]) // the expression lets only digits through
			n = at
		}
		if !strings.HasSuffix(p, "q") {
			return p
		}
		if at <= len(args) {
			args[at-1] = fmt.Sprint(args[at-1])
		}
		return "„" + strings.TrimSuffix(p, "q") + "s“"
	})
}

// Stage is a stage of a playbook that ships; any other stays as it is.
func (t Tongue) Stage(name string) string {
	if s, ok := german().Stage[name]; ok && t.german() {
		return s
	}
	return name
}

// Expect is what a client may expect in a stage of a playbook that ships; of any other it stays as it was written.
func (t Tongue) Expect(english string) string {
	if s, ok := german().Expect[english]; ok && t.german() {
		return s
	}
	return english
}

// Closing is what clients do who close, by a playbook that ships; of any other it stays as it was written.
func (t Tongue) Closing(english string) string {
	if s, ok := german().Closing[english]; ok && t.german() {
		return s
	}
	return english
}

func word(english string) string {
	if w, ok := german().Word[english]; ok {
		return w
	}
	return english
}

// Read says in the language what was put together in English before, and perhaps kept so: why a row of a file was left
// out, why a letter did not go. What it does not know again stays as it is.
func (t Tongue) Read(text string) string {
	if !t.german() {
		return text
	}
	if head, rest, many := strings.Cut(text, "\n"); many {
		return t.Read(head) + "\n" + t.Read(rest)
	}
	bare := strings.TrimLeft(text, " ")
	return text[:len(text)-len(bare)] + t.readLine(bare)
}

func (t Tongue) readLine(text string) string {
	g := german()
	if other, ok := g.Text[text]; ok {
		return other
	}
	if w, ok := g.Word[text]; ok {
		return w
	}
	for _, f := range g.forms {
		found := f.is.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		args := make([]any, len(found)-1)
		places := place.FindAllString(f.english, -1)
		for i, part := range found[1:] {
			switch {
			case strings.HasSuffix(places[i], "d"):
				args[i], _ = strconv.Atoi(part) // digits alone
			case strings.HasSuffix(places[i], "q"):
				own, err := strconv.Unquote(part)
				if err != nil {
					own = strings.Trim(part, `"`)
				}
				args[i] = own
			default:
				args[i] = t.readPart(part)
			}
		}
		return fmt.Sprintf(quoted(g.Text[f.english], args), args...)
	}
	if field, rest, ok := g.fieldOf(text); ok {
		return subject(field) + " " + t.readLine(rest)
	}
	return t.readPart(text)
}

// fieldOf splits a message from the field that it goes on from, as book.Message puts the two together.
func (r *refusals) fieldOf(text string) (field, rest string, ok bool) {
	said := 0
	for name := range r.Field {
		words := book.FieldWords(name)
		if after, found := strings.CutPrefix(text, words+" "); found && len(words) > said {
			field, rest, said = name, after, len(words)
		}
	}
	return field, rest, field != ""
}

// readPart says what stands in a place: a text or a word of ours, a list of such words, a day, a figure with a point. A
// value in quotation marks is somebody's own.
func (t Tongue) readPart(part string) string {
	g := german()
	if other, ok := g.Text[part]; ok {
		return other
	}
	if w, ok := g.Word[part]; ok {
		return w
	}
	if own, err := strconv.Unquote(part); err == nil && strings.HasPrefix(part, `"`) {
		return "„" + own + "“"
	}
	for layout, year := range map[string]bool{"Mon 2 January": false, "Mon 2 January 2006": true, "Mon 2 Jan": false} {
		if at, err := time.Parse(layout, part); err == nil {
			if !year {
				at = weekdayOf(at, part[:3])
			}
			return t.weekday(at) + " " + t.write(at, year, &long)
		}
	}
	if strings.Contains(part, ", ") || strings.Contains(part, " or ") {
		return t.readList(part)
	}
	for _, f := range g.forms {
		if f.is.MatchString(part) {
			return t.readLine(part)
		}
	}
	return part
}

// weekdayOf moves a day that was read without its year to one whose day of the week is the one that was written.
func weekdayOf(at time.Time, name string) time.Time {
	for range 12 {
		if at.Format("Mon") == name {
			return at
		}
		at = at.AddDate(1, 0, 0)
	}
	return at
}

// readList says a list of words: "in or out", "social, chat or e-mail". One word that is not ours leaves it as it is.
func (t Tongue) readList(text string) string {
	g := german()
	head, last, choice := strings.Cut(text, " or ")
	words := strings.Split(head, ", ")
	if choice {
		words = append(words, last)
	}
	for i, w := range words {
		own, ok := g.Word[w]
		if !ok {
			return text
		}
		words[i] = own
	}
	if !choice {
		return strings.Join(words, ", ")
	}
	return strings.Join(words[:len(words)-1], ", ") + " oder " + words[len(words)-1]
}
