package assessment

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/phrase"
	"passbook/internal/teller"
)

// maxPhrase bounds the words of people that a line quotes, in runes.
const maxPhrase = 80

// Particulars is an entry in a short phrase, as in "Call, reached — boiler quote". Days are those of the firm's zone.
// Where an entry settles another one, Particulars cannot name that; About can.
func Particulars(e *book.Entry, zone *time.Location) string { return Scribe{Zone: zone}.About(e, nil) }

// About is Particulars with what the entry settles or updates named, when it is known: nil is not.
func About(e, about *book.Entry, zone *time.Location) string {
	return Scribe{Zone: zone}.About(e, about)
}

// Scribe puts into words what happened, in a reader's language and zone. The zero language is English.
type Scribe struct {
	phrase.Tongue
	Zone *time.Location

	met *awareness.Met // who each thing was with; nil where nobody asked
}

// ScribeOf is the scribe of who reads.
func ScribeOf(r *teller.Reading) Scribe { return Scribe{Tongue: r.Tongue, Zone: r.Zone()} }

// ScribeAmong is the scribe of some entries of one account, who says with whom of its people each was.
func ScribeAmong(ctx context.Context, r *teller.Reading, account book.ID, entries []book.Entry) (s Scribe, err error) {
	s = ScribeOf(r)
	s.met, err = awareness.MetOf(ctx, r.Tx, account, entries, r.Rules.Firm.Country)
	return s, err
}

// who is the name of the one person of theirs that an entry was with; "" where it was with the account as such.
func (s Scribe) who(e *book.Entry) string { return Phrase(s.met.Name(e.Words.With)) }

// Parts are an entry in words, apart: what it is, and what its writer said of it. A list is read for the second; a line by
// itself begins with the first.
type Parts struct {
	What  string // what happened: "Call, reached", "Promise kept"
	Named string // what it settles: "the survey"
	Words string // what was written of it, one line of bounded length
	After string // what else is known of it, as it goes on from the rest: ", due Sat 21 November"
	Colon bool   // the words are its name and no remark: "Promise: the survey"
}

// String is all of it as one phrase.
func (p *Parts) String() string {
	if p.Colon {
		return colon(p.What, p.Words) + p.After
	}
	return dash(colon(p.What, p.Named), p.Words) + p.After
}

// Lead is what tells this one from others of its kind: its words, else what it settles, else all there is.
func (p *Parts) Lead() string {
	switch {
	case p.Words != "":
		return p.Words
	case p.Named != "":
		return p.Named
	}
	return p.What + p.After
}

// Aside is what Lead leaves out; "" for nothing.
func (p *Parts) Aside() string {
	switch {
	case p.Words != "":
		return colon(p.What, p.Named) + p.After
	case p.Named != "":
		return p.What + p.After
	}
	return ""
}

// Remembered is Parts with when it was written down, where that was later.
func (s Scribe) Remembered(e, about *book.Entry) Parts {
	out := s.Parts(e, about)
	if e.Run == "" && e.Kind.Happening() && e.Recorded > e.At+book.Day {
		out.After += s.Say(", written down {date}", "date", s.Day(e.Recorded.Time().In(s.Zone), e.At.Time().In(s.Zone)))
	}
	return out
}

// About is the phrase for an entry; about is what it settles or updates, when it is known.
func (s Scribe) About(e, about *book.Entry) string {
	out := s.Parts(e, about)
	return out.String()
}

// Parts are the words for an entry; about is what it settles or updates, when it is known.
func (s Scribe) Parts(e, about *book.Entry) Parts {
	text := Phrase(e.Words.Text)
	named := ""
	if about != nil {
		named = Phrase(about.Words.Text)
	}
	switch e.Kind {
	case book.KindTouch:
		return Parts{What: s.touch(&e.Facts, s.who(e), named), Words: text}
	case book.KindThanks:
		return Parts{What: s.Say("Thanks {by}", "by", s.By(e.Facts.Channel)), Words: text}
	case book.KindPromise:
		head := s.Say("Promise")
		if who := s.who(e); who != "" {
			head = s.Say("Promise to {name}", "name", who)
		}
		return Parts{What: head, Words: text, Colon: true, After: s.due(", due {date}", e.Facts.Due, e.At)}
	case book.KindKept:
		return Parts{What: s.Say("Promise kept"), Named: named, Words: text}
	case book.KindBroken:
		return Parts{What: s.Say("Promise broken"), Named: named, Words: text}
	case book.KindReleased:
		return Parts{What: s.Say("Released from promise"), Named: named, Words: text}
	case book.KindMoved:
		return Parts{What: s.Say("Promise moved"), Named: named, Words: text, After: s.due(", now due {date}", e.Facts.Due, e.At)}
	case book.KindCase:
		return s.caseOpened(e, text)
	case book.KindUpdate:
		return Parts{What: s.Say("Update"), Named: named, Words: text, After: s.due(solvedBy, e.Facts.Estimate, e.At)}
	case book.KindResolved:
		return Parts{What: s.Say("Solved"), Named: named, Words: text}
	case book.KindReopened, book.KindAgreed:
		return s.solvedOrNot(e, named, text)
	}
	if out, ok := s.work(e, named, text); ok {
		return out
	}
	if e.Kind == book.KindPulseAsked || e.Kind == book.KindPulse {
		return s.pulse(e, text)
	}
	return s.other(e, text)
}

// solvedOrNot is what became of a case after it was solved: it is open again, or they say that it is solved.
func (s Scribe) solvedOrNot(e *book.Entry, named, text string) Parts {
	out := Parts{What: s.Say("Open again"), Named: named, Words: text, After: s.due(solvedBy, e.Facts.Estimate, e.At)}
	switch {
	case e.Kind == book.KindAgreed:
		out.What = s.Say("They say that it is solved")
	case e.Facts.Direction == book.In:
		out.What = s.Say("They say that it is not solved")
	}
	return out
}

// solvedBy says by when a case is to be solved.
const solvedBy = ", to be solved by {date}"

// other are the phrases that need no more than the entry's own words.
func (s Scribe) other(e *book.Entry, text string) Parts {
	switch e.Kind {
	case book.KindClosing:
		return Parts{What: s.Say("Closing"), Words: text, Colon: true}
	case book.KindCare:
		return Parts{What: s.care(&e.Facts), Words: text, Colon: true}
	case book.KindReferral:
		return Parts{What: s.Say("They sent us somebody"), Words: text}
	case book.KindAsked:
		return Parts{What: s.Say("Asked them for a referral"), Words: text}
	case book.KindDeed:
		return Parts{What: s.Say("Good deed"), Words: text, Colon: true}
	case book.KindMistake:
		return Parts{What: s.Say("Mistake of ours"), Words: text, Colon: true}
	case book.KindAmends:
		return Parts{What: s.Say("Amends"), Words: text, Colon: true}
	case book.KindConsent:
		return Parts{What: s.Consent(e.Facts.Channel, e.Facts.Consent == book.Given), Words: text}
	case book.KindAttached:
		return Parts{What: s.Say("File"), Words: text, Colon: true}
	case book.KindNote:
		return Parts{What: s.Say("Note"), Words: text, Colon: true}
	case book.KindSnoozed:
		return Parts{What: s.Say("Left to rest"), Words: text, Colon: true}
	case book.KindHistory, book.KindApart, book.KindOpened, book.KindChanged, book.KindContact, book.KindField, book.KindPlaybook, book.KindJoined:
		return Parts{What: s.kept(e, text)}
	}
	return Parts{What: s.Say(sentence(strings.ReplaceAll(string(e.Kind), "_", " "))), Words: text}
}

// kept are the phrases of what is no happening: how the book is kept.
func (s Scribe) kept(e *book.Entry, text string) string {
	switch e.Kind {
	case book.KindApart:
		return s.Say("Told apart: two people, not one")
	case book.KindHistory:
		return s.Say("What was not answered until then is history: nobody waits for it")
	case book.KindOpened:
		return s.Say("Account opened")
	case book.KindField:
		return colon(s.Say("Field of the firm"), text)
	case book.KindPlaybook:
		return colon(s.Say("Playbook in use"), text)
	case book.KindJoined:
		if c, ok := e.Facts.Set[book.FieldStands]; ok && c.After == "" {
			return colon(s.Say("No more one of the account's people"), e.Words.Set[book.FieldRole].Before)
		}
		return colon(s.Say("One more of the account's people"), e.Words.Set[book.FieldRole].After)
	}
	return s.changed(e)
}

// touch is a touch without its words: "E-mail from them, to 3 people, scripted"; who is the one of theirs it was with, and kept
// the promise it keeps, when these are known.
func (s Scribe) touch(f *book.Facts, who, kept string) string {
	name := channelNames[f.Channel]
	if name == "" {
		name = "Touch"
	}
	out := s.Say(name)
	if f.Purpose == book.Gift && f.Direction != book.In {
		out = s.Say("Gift {by}", "by", s.By(f.Channel))
	}
	switch {
	case f.Direction == book.In && who != "":
		out = s.Say("{what} from {name}", "what", out, "name", who)
	case f.Direction == book.In:
		out = s.Say("{what} from them", "what", out)
	case who != "" && f.Channel.Live():
		out = s.Say("{what} with {name}", "what", out, "name", who)
	case who != "":
		out = s.Say("{what} to {name}", "what", out, "name", who)
	}
	parts := append(append(make([]string, 0, 8), out), s.outcome(f)...)
	if f.To > 1 {
		parts = append(parts, s.Say("to {n} people", "n", strconv.Itoa(f.To)))
	}
	switch f.Purpose {
	case book.Sell:
		parts = append(parts, s.Say("to sell"))
	case book.Ask:
		parts = append(parts, s.Say("to ask for something"))
	}
	return strings.Join(append(parts, s.how(f, kept)...), ", ")
}

// how is what else is said of a touch; kept is the promise it keeps, when that is known.
func (s Scribe) how(f *book.Facts, kept string) (out []string) {
	add := func(on bool, said string) {
		if on {
			out = append(out, said)
		}
	}
	add(f.Asks == book.AsksNews, s.Say("asking for news"))
	add(f.Asks == book.AsksCandour, s.Say("with an honest question"))
	switch {
	case f.Keeps != "" && kept != "":
		out = append(out, s.Say("keeping the promise {quote}", "quote", s.Quote(kept)))
	case f.Keeps != "":
		out = append(out, s.Say("keeping a promise"))
	}
	add(f.Template != "", s.Say("scripted"))
	add(f.Bulk, s.Say("through a list"))
	add(f.Auto, s.Say("sent by a machine"))
	if f.Minutes > 0 {
		out = append(out, s.Say("{n} minutes", "n", strconv.Itoa(f.Minutes)))
	}
	add(f.Sounded == book.Warm, s.Say("they sounded warm"))
	add(f.Sounded == book.Cold, s.Say("they sounded cold"))
	return out
}

// outcome is said of a call always, of others only when they did not come through.
func (s Scribe) outcome(f *book.Facts) []string {
	switch {
	case f.Outcome == book.LeftWord:
		return []string{s.Say("left word")}
	case f.Outcome == book.NoAnswer && f.Channel.Live():
		return []string{s.Say("no answer")}
	case f.Outcome == book.NoAnswer:
		return []string{s.Say("not delivered")}
	case f.Channel == book.Call:
		return []string{s.Say("reached")}
	}
	return nil
}

var channelNames = map[book.Channel]string{ //nolint:gochecknoglobals // a table of words
	book.Social: "Word on social media", book.Chat: "Chat message", book.Email: "E-mail", book.Text: "Text message",
	book.Letter: "Letter", book.Call: "Call", book.Video: "Video call", book.Meeting: "Meeting",
}

var channelWays = map[book.Channel]string{ //nolint:gochecknoglobals // a table of words
	book.Social: "on social media", book.Chat: "by chat", book.Email: "by e-mail", book.Text: "by text",
	book.Letter: "by letter", book.Call: "by phone", book.Video: "by video call", book.Meeting: "face to face",
}

// By says how a touch is made: "by phone", "face to face".
func By(c book.Channel) string { return channelWays[c] }

// By is the same in the scribe's language.
func (s Scribe) By(c book.Channel) string { return s.Say(channelWays[c]) }

// Consent says whether somebody lets the firm reach them by a channel.
func (s Scribe) Consent(c book.Channel, given bool) string {
	if given {
		return s.Say("Lets us reach them {by}", "by", s.By(c))
	}
	return s.Say("Does not let us reach them any more {by}", "by", s.By(c))
}

// Withheld says by which channels somebody does not let the firm reach them; nothing where there are none.
func (s Scribe) Withheld(all []book.Channel) string {
	switch len(all) {
	case 0:
		return ""
	case len(book.Channels):
		return s.Say("They do not want to be reached at all")
	}
	return s.Say("They do not want to be reached {ways}", "ways", s.ways(all))
}

// WithheldBy is the same of one of several people; of one or more channels.
func (s Scribe) WithheldBy(name string, all []book.Channel) string {
	return s.Say("{name} does not want to be reached {ways}", "name", name, "ways", s.ways(all))
}

func (s Scribe) ways(all []book.Channel) string {
	ways := make([]string, len(all))
	for i, c := range all {
		ways[i] = s.By(c)
	}
	if last := len(ways) - 1; last > 0 {
		return s.Say("{some} or {last}", "some", strings.Join(ways[:last], ", "), "last", ways[last])
	}
	return ways[0]
}

var severities = [...]string{"", "slight", "serious", "severe"} //nolint:gochecknoglobals // a table of words

func (s Scribe) caseOpened(e *book.Entry, text string) Parts {
	f := &e.Facts
	head := "Problem of theirs"
	if f.Ours {
		head = "Failure of ours"
	}
	if f.Severity >= 1 && f.Severity <= 3 {
		head = sentence(severities[f.Severity]) + " " + strings.ToLower(head[:1]) + head[1:]
	}
	out := Parts{What: s.Say(head), Words: text, Colon: true}
	switch {
	case f.Ours && f.FirstUs:
		out.After = s.Say(", named by us first")
	case f.Ours && s.who(e) != "":
		out.After = s.Say(", {name} told us", "name", s.who(e))
	case f.Ours:
		out.After = s.Say(", they told us")
	}
	out.After += s.due(solvedBy, f.Estimate, e.At)
	return out
}

// changed tells what fields of an account or a contact were and are now; on a statement that is the stage.
func (s Scribe) changed(e *book.Entry) string {
	var parts []string
	for _, field := range []string{book.FieldStage, book.FieldTier, book.FieldPlaybook, book.FieldKind, book.FieldVisible} {
		if c, ok := e.Facts.Set[field]; ok && c.Before != c.After {
			c.Before, c.After = strings.ReplaceAll(c.Before, "_", " "), strings.ReplaceAll(c.After, "_", " ")
			parts = append(parts, s.Say(sentence(field))+": "+s.move(c))
		}
	}
	if c, ok := e.Facts.Set[book.FieldOwner]; ok && c.Before != c.After {
		parts = append(parts, s.Say("Another owner"))
	}
	for _, field := range slices.Sorted(maps.Keys(e.Words.Set)) {
		c, name := e.Words.Set[field], s.Say(sentence(field))
		if own, ok := strings.CutPrefix(field, book.CustomPrefix); ok { // the firm's own word, in no language but its own
			name = sentence(own)
		}
		switch {
		case field == book.FieldTags:
			parts = append(parts, s.Say("Tags")+": "+s.members(lines(c.Before), lines(c.After)))
		case field == book.ContactAddresses: // of several lines each
			parts = append(parts, s.Say("Addresses changed"))
		case book.IsListField(field):
			parts = append(parts, name+": "+s.members(values(c.Before), values(c.After)))
		default:
			parts = append(parts, name+": "+s.move(c))
		}
	}
	if len(parts) == 0 {
		return s.Say("Particulars changed")
	}
	return strings.Join(parts, ", ")
}

// move is a value before and after.
func (s Scribe) move(c book.Change) string {
	switch before, after := Phrase(c.Before), Phrase(c.After); {
	case before == "":
		return after
	case after == "":
		return before + " → " + s.Say("none")
	default:
		return before + " → " + after
	}
}

// members says which values of a list came and which went: "+garden, -school".
func (s Scribe) members(before, after []string) string {
	var parts []string
	for _, v := range after {
		if !slices.Contains(before, v) {
			parts = append(parts, "+"+Phrase(v))
		}
	}
	for _, v := range before {
		if !slices.Contains(after, v) {
			parts = append(parts, "-"+Phrase(v))
		}
	}
	if len(parts) == 0 {
		return s.Say("in another order")
	}
	return strings.Join(parts, ", ")
}

func lines(s string) []string { return strings.FieldsFunc(s, func(r rune) bool { return r == '\n' }) }

// values are those of a contact's list of addresses, numbers or handles.
func values(list string) []string {
	var out []string
	for _, r := range book.ReadList[book.Reach](list) {
		out = append(out, r.Value)
	}
	return out
}

// due says by when something is, in a text with a place for the date; nothing where it has none.
func (s Scribe) due(what string, at, near book.Instant) string {
	if at == 0 {
		return ""
	}
	return s.Say(what, "date", s.LongDate(at.Time().In(s.Zone), near.Time().In(s.Zone)))
}

// Phrase is the beginning of what somebody wrote, on one line and of bounded length.
func Phrase(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= maxPhrase {
		return s
	}
	r := []rune(s)
	if len(r) <= maxPhrase {
		return s
	}
	cut := maxPhrase - 1
	for i := cut; i > cut-20; i-- { // rather end with a whole word
		if r[i] == ' ' {
			cut = i
			break
		}
	}
	return strings.TrimRight(string(r[:cut]), " ,;:.-") + "…"
}

func dash(head, text string) string {
	if text == "" {
		return head
	}
	return head + " — " + text
}

func colon(head, text string) string {
	if text == "" {
		return head
	}
	return head + ": " + text
}

// sentence begins with a capital.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
