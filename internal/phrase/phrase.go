// Package phrase puts the sentences of the rooms into a reader's language. Rooms say what they have to say in English,
// as a text with places for names and figures; English is that text, and every other language has a catalogue from it.
// So a rule and its sentence stand together, and no language forks a rule.
package phrase

import (
	"embed"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pelletier/go-toml/v2"
)

//go:embed *.toml
var files embed.FS

// Tongue is a language in which something is said, and how its reader writes days. The zero value is English, the day
// first, as the command line and JSON have it.
type Tongue struct {
	Code  string         // "de"; "" and "en" are English
	Order string         // of the parts of a day: "mdy", "ymd"; "" and "dmy" are the day first
	Zone  *time.Location // where the reader is; nil is not known, and UTC is said
	Bound bool           // days stay on one line: their parts stand together by U+00A0, which pages want and files do not
}

// catalogue gives the German texts by their English ones. A test reads the file, so that it always can be.
var catalogue = sync.OnceValue(func() map[string]string {
	raw, err := files.ReadFile("de.toml")
	if err != nil {
		return nil
	}
	var texts map[string]string
	if toml.Unmarshal(raw, &texts) != nil {
		return nil
	}
	return texts
})

func (t Tongue) german() bool { return t.Code == "de" }

// Say puts a text into the language and fills in its places: pairs are the name of a place and what stands there. A text
// that the language lacks, which a test forbids, stays English.
func (t Tongue) Say(english string, pairs ...string) string {
	text := english
	if t.german() {
		if other, ok := catalogue()[english]; ok {
			text = other
		}
	}
	if len(pairs) == 0 {
		return text
	}
	return fill(text, pairs)
}

// fill replaces {name} by its value, in one pass: what is filled in is never read for places.
func fill(text string, pairs []string) string {
	size := len(text)
	for i := 1; i < len(pairs); i += 2 {
		size += len(pairs[i])
	}
	var b strings.Builder
	b.Grow(size)
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.WriteString("{" + rest)
			return b.String()
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				b.WriteString(pairs[i+1])
				break
			}
		}
		text = after
	}
}

// Count is Say for a number of things: one for 1, many for any other; {n} is the number.
func (t Tongue) Count(n int, one, many string, pairs ...string) string {
	if n != 1 {
		one = many
	}
	return t.Say(one, append([]string{"n", strconv.Itoa(n)}, pairs...)...)
}

// Knows says whether the language has a text.
func (t Tongue) Knows(english string) bool {
	_, ok := catalogue()[english]
	return ok || !t.german()
}

// Number writes a figure as the language does, from how the book does: "-12.50".
func (t Tongue) Number(figure string) string {
	if t.german() {
		return strings.Replace(figure, ".", ",", 1)
	}
	return figure
}

// Quote puts somebody's words into quotation marks.
func (t Tongue) Quote(words string) string {
	if t.german() {
		return "„" + words + "“"
	}
	return "“" + words + "”"
}

// The quotation marks of a quotation within another one, by those they stand for.
var (
	innerEnglish = strings.NewReplacer("“", "‘", "”", "’")
	innerGerman  = strings.NewReplacer("„", "‚", "“", "‘")
)

// Within turns quotation marks into those of a quotation within another one.
func (t Tongue) Within(text string) string {
	if t.german() {
		return innerGerman.Replace(text)
	}
	return innerEnglish.Replace(text)
}

// Continues says whether a letter goes on in small letters after its greeting, as the language has it.
func (t Tongue) Continues() bool { return t.german() }

// End ends a sentence with a full stop, unless an abbreviation has just set one.
func (t Tongue) End(sentence string) string {
	if t.german() && strings.HasSuffix(sentence, ".") {
		return sentence
	}
	return sentence + "."
}

// Date writes a day with its day of the week: "Tue 12 May", "Di., 12. Mai", with the year where it is not the present one.
func (t Tongue) Date(at, now time.Time) string { return t.weekday(at) + t.gap() + t.Day(at, now) }

// Day writes a day: "12 May", "12. Mai", with the year where it is not the present one.
func (t Tongue) Day(at, now time.Time) string { return t.write(at, at.Year() != now.Year(), &short) }

// LongDate writes a day with its month in full: "Tue 12 May", "Fri 1 December".
func (t Tongue) LongDate(at, near time.Time) string {
	return t.weekday(at) + t.gap() + t.write(at, at.Year() != near.Year(), &long)
}

var (
	weekdays = [...]string{"So.,", "Mo.,", "Di.,", "Mi.,", "Do.,", "Fr.,", "Sa.,"}
	short    = [...]string{"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."}
	long     = [...]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}
)

func (t Tongue) weekday(at time.Time) string {
	if t.german() {
		return weekdays[at.Weekday()]
	}
	return at.Format("Mon")
}

// gap stands between the parts of a day.
func (t Tongue) gap() string {
	if t.Bound {
		return "\u00a0"
	}
	return " "
}

func (t Tongue) write(at time.Time, year bool, months *[12]string) string {
	if t.Order == "ymd" {
		if year {
			return at.Format(time.DateOnly)
		}
		return at.Format("01-02")
	}
	month := months[at.Month()-1]
	if !t.german() {
		month = at.Month().String()
		if months == &short {
			month = month[:3]
		}
	}
	day, end := strconv.Itoa(at.Day()), ""
	if t.german() {
		day += "."
	}
	if year {
		end = t.gap() + strconv.Itoa(at.Year())
	}
	if t.Order == "mdy" {
		if year {
			end = "," + end
		}
		return month + t.gap() + day + end
	}
	return day + t.gap() + month + end
}
