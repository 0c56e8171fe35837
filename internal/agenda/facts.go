package agenda

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/phrase"
)

// Facts are what the sentences of an item are made of, beyond the item. Know fills all but Text, Contact, Said, Sank, Kept,
// Solved and Crowd.
type Facts struct {
	phrase.Tongue // the reader's; the zero value is English

	Now  book.Instant
	Zone *time.Location // the reader's

	// Text has the words of the entries that the item's holds name: a subject, a promise, a case.
	Text    map[book.ID]string
	Contact string // how they are addressed in speech, as "Edith and Walter"; may be empty

	Stage    string // its title
	Standard ledger.Cadence
	Began    book.Instant
	Real     book.Instant  // the last real contact by at least the standard's channel; zero for never
	RealBy   book.Channel  // by what that was: meeting, call, or email for words; empty where it is not known, as of a gift
	Heard    book.Instant  // the last contact of any kind; zero for never
	Kept     int           // of somebody never contacted: the promises that were kept to them
	Solved   int           // and the problems that were solved for them
	Crowd    bool          // of somebody never contacted: what they last had of us went to many
	Candour  book.Instant  // the last honest question; zero for never
	Closed   book.Instant  // the oldest closing that is not paid back; zero for none
	Closes   string        // what clients do who close, by their playbook; empty where that is to close with us
	Care     bool          // of the oldest favour owed: the care contact is introduced
	Plan     bool          // and: a plan is under way
	Cases    []ledger.Case // open ones
	Voice    book.Instant  // the last real conversation; zero for never
	Mark     string        // the stage's name, by which the words of a question are chosen
	Case     book.ID       // the gravest open case of ours, serious or severe; empty when there is none
	CaseFrom book.Instant
	Staged   book.Instant // when the stage was last changed; zero for never

	Said map[book.ID]book.Instant // by when we said that cases would be put right
	Sank Sank                     // what took an overdrawn balance below zero; zero where that is not told
}

// Know reads the facts that an account's state holds.
func Know(r *ledger.Rules, s *ledger.State, now book.Instant, zone *time.Location) Facts {
	f := Facts{
		Now: now, Zone: zone, Standard: r.Standard(s), Began: s.Begin(), Heard: s.Heard, Candour: s.Candour,
	}
	f.Real, f.Voice, f.Cases, f.Mark = s.LastReal(f.Standard.Least), s.LastReal(book.Call), s.Cases, s.Stage
	f.RealBy = realBy(s, f.Real)
	if stage := r.Trade(s.Playbook).Stage(s.Stage); stage.Title != "" {
		f.Stage = stage.Title
	} else {
		f.Stage = stage.Name
	}
	if len(s.Favours) > 0 {
		f.Care, f.Plan, f.Closed = s.Favours[0].Care, s.Favours[0].Plan, s.Favours[0].At
	}
	f.Staged = s.Staged
	f.Closes = r.Trade(s.Playbook).Closing
	if c := gravest(s); c != nil {
		f.Case, f.CaseFrom = c.Entry, c.At
	}
	return f
}

// realBy tells by what a real contact was made, as far as a state keeps it: what has the rank of a text may have been left with
// somebody, and what has that of a letter may have been a gift.
func realBy(s *ledger.State, at book.Instant) book.Channel {
	for _, c := range []book.Channel{book.Meeting, book.Video, book.Call, book.Text, book.Letter, book.Email} {
		switch {
		case at == 0 || s.Real[c.Rank()] != at:
		case c == book.Text || c == book.Letter:
			return ""
		case c == book.Video:
			return book.Call
		default:
			return c
		}
	}
	return ""
}

// gravest is the open case of ours that whoever is in touch must know of: the most severe, of equals the oldest; nil
// when none is more than slight.
func gravest(s *ledger.State) *ledger.Case {
	var worst *ledger.Case
	for i := range s.Cases {
		c := &s.Cases[i]
		if c.Ours && c.Severity >= 2 && (worst == nil || c.Severity > worst.Severity || c.Severity == worst.Severity && c.At < worst.At) {
			worst = c
		}
	}
	return worst
}

// local is an instant on the reader's clock.
func (f *Facts) local(i book.Instant) time.Time {
	t := time.UnixMicro(int64(i))
	if f.Zone == nil {
		return t.UTC()
	}
	return t.In(f.Zone)
}

// date prints "Tue 12 May", with the year only when it is not the current one.
func (f *Facts) date(i book.Instant) string { return f.print(f.local(i)) }

func (f *Facts) print(t time.Time) string { return f.Date(t, f.local(f.Now)) }

// daysTo is the number of midnights between two instants on the reader's clock, negative for what is to come.
func (f *Facts) daysTo(from, to book.Instant) int {
	return civil(f.local(to)) - civil(f.local(from))
}

func civil(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// on is "today" or "on Tue 12 May".
func (f *Facts) on(i book.Instant) string {
	if f.daysTo(i, f.Now) == 0 {
		return f.Say("today")
	}
	return f.Say("on {date}", "date", f.date(i))
}

// mostQuoted is how many letters of somebody's words a sentence quotes.
const mostQuoted = 60

// How quoted words join a sentence.
const (
	bare       = "{quote}"
	about      = " about {quote}"
	answering  = " to {quote}"
	concerning = " on {quote}"
)

// quoted is the words of an entry in quotation marks, joined as one of the above; nothing when there are none.
func (f *Facts) quoted(join string, entry book.ID) string {
	text := tame(f.Text[entry])
	if text == "" {
		return ""
	}
	return f.Say(join, "quote", f.Quote(text))
}

// tame brings somebody's words into one short line that can stand inside a sentence: one row, no shouting, no marks
// that would end the quotation, and not the "Re:" that mail programs put before.
func tame(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '!' || r == utf8.RuneError:
			return -1
		case r == '“' || r == '”' || r == '„' || r == '"':
			return '\''
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	for {
		head, rest, ok := strings.Cut(s, ":")
		if !ok || !replies[strings.ToLower(strings.TrimSpace(head))] {
			break
		}
		s = strings.TrimSpace(rest)
	}
	return clip(strings.TrimRight(s, " .,;:"))
}

// aName says whether words are somebody's name and nothing else: two or three words that begin with capitals. A note
// about somebody, or the first word of a sentence, is never taken for one.
func aName(s string) bool {
	all := strings.Fields(s)
	for _, w := range all {
		letters := []rune(w)
		if !unicode.IsUpper(letters[0]) || len(letters) < 2 || strings.ContainsFunc(w, notInName) {
			return false
		}
	}
	return len(all) == 2 || len(all) == 3
}

func notInName(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.In(r, unicode.Mn) && r != '-' && r != '\'' && r != '’' && r != '.'
}

// replies are what mail programs put before a subject.
var replies = map[string]bool{"re": true, "aw": true, "fw": true, "fwd": true, "wg": true, "sv": true, "antw": true}

// clip cuts a long line at a word.
func clip(s string) string {
	if utf8.RuneCountInString(s) <= mostQuoted {
		return s
	}
	r := []rune(s)[:mostQuoted]
	cut := string(r)
	if i := strings.LastIndexByte(cut, ' '); i > mostQuoted/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " .,;:–-") + "…"
}
