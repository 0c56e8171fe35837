package assessment

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"passbook/internal/book"
)

// maxPhrase bounds the words of people that a line quotes, in runes.
const maxPhrase = 80

// Particulars is an entry in a short phrase, as in "Call, reached — boiler quote". Days are those of the firm's zone.
// Where an entry settles another one, Particulars cannot name that; About can.
func Particulars(e *book.Entry, zone *time.Location) string { return particulars(e, nil, zone) }

// About is Particulars with what the entry settles or updates named, when it is known: nil is not.
func About(e, about *book.Entry, zone *time.Location) string { return particulars(e, about, zone) }

// Remembered is About for those who read it later: what was typed more than a day after it happened says when it was
// written down.
func Remembered(e, about *book.Entry, zone *time.Location) string {
	out := particulars(e, about, zone)
	if e.Run == "" && e.Kind.Happening() && e.Recorded > e.At+book.Day {
		at, form := e.Recorded.Time().In(zone), "2 Jan"
		if at.Year() != e.At.Time().In(zone).Year() {
			form = "2 Jan 2006"
		}
		out += ", written down " + at.Format(form)
	}
	return out
}

// particulars is the phrase for an entry; about is what it settles or updates, when it is known.
func particulars(e, about *book.Entry, zone *time.Location) string {
	text := Phrase(e.Words.Text)
	named := ""
	if about != nil {
		named = Phrase(about.Words.Text)
	}
	switch e.Kind {
	case book.KindTouch:
		return dash(touch(&e.Facts, named), text)
	case book.KindThanks:
		return dash("Thanks "+By(e.Facts.Channel), text)
	case book.KindPromise:
		return colon("Promise", text) + due(", due ", e.Facts.Due, e.At, zone)
	case book.KindKept:
		return dash(colon("Promise kept", named), text)
	case book.KindBroken:
		return dash(colon("Promise broken", named), text)
	case book.KindReleased:
		return dash(colon("Released from promise", named), text)
	case book.KindCase:
		return caseOpened(e, text, zone)
	case book.KindUpdate:
		return dash(colon("Update", named), text) + due(", to be solved by ", e.Facts.Estimate, e.At, zone)
	case book.KindResolved:
		return dash(colon("Solved", named), text)
	}
	return other(e, text)
}

// other are the phrases that need no more than the entry's own words.
func other(e *book.Entry, text string) string {
	switch e.Kind {
	case book.KindClosing:
		return colon("Closing", text)
	case book.KindCare:
		return colon(care(&e.Facts), text)
	case book.KindReferral:
		return dash("They sent us somebody", text)
	case book.KindAsked:
		return dash("Asked them for a referral", text)
	case book.KindDeed:
		return colon("Good deed", text)
	case book.KindMistake:
		return colon("Mistake of ours", text)
	case book.KindAmends:
		return colon("Amends", text)
	case book.KindConsent:
		what := "Lets us reach them "
		if e.Facts.Consent == book.Withdrawn {
			what = "Does not let us reach them any more "
		}
		return dash(what+By(e.Facts.Channel), text)
	case book.KindApart:
		return "Told apart: two people, not one"
	case book.KindAttached:
		return colon("File", text)
	case book.KindNote:
		return colon("Note", text)
	case book.KindSnoozed:
		return colon("Left to rest", text)
	case book.KindOpened:
		return "Account opened"
	case book.KindChanged, book.KindContact:
		return changed(e)
	case book.KindField:
		return colon("Field of the firm", text)
	case book.KindPlaybook:
		return colon("Playbook in use", text)
	case book.KindJoined:
		if c, ok := e.Facts.Set[book.FieldStands]; ok && c.After == "" {
			return colon("No more one of the account's people", e.Words.Set[book.FieldRole].Before)
		}
		return colon("One more of the account's people", e.Words.Set[book.FieldRole].After)
	}
	return dash(sentence(strings.ReplaceAll(string(e.Kind), "_", " ")), text)
}

// touch is a touch without its words: "E-mail from them, to 3 people, scripted"; kept names the promise it keeps, when
// that is known.
func touch(f *book.Facts, kept string) string {
	keeping := "keeping a promise"
	if kept != "" {
		keeping = "keeping the promise “" + kept + "”"
	}
	out := channelNames[f.Channel]
	if out == "" {
		out = "Touch"
	}
	if f.Purpose == book.Gift && f.Direction != book.In {
		out = "Gift " + By(f.Channel)
	}
	if f.Direction == book.In {
		out += " from them"
	}
	parts := append([]string{out}, outcome(f)...)
	if f.To > 1 {
		parts = append(parts, fmt.Sprintf("to %d people", f.To))
	}
	for _, p := range []struct {
		on   bool
		word string
	}{
		{f.Purpose == book.Sell, "to sell"},
		{f.Purpose == book.Ask, "to ask for something"},
		{f.Asks == book.AsksNews, "asking for news"},
		{f.Asks == book.AsksCandour, "with an honest question"},
		{f.Keeps != "", keeping},
		{f.Template != "", "scripted"},
		{f.Bulk, "through a list"},
		{f.Auto, "sent by a machine"},
		{f.Minutes > 0, fmt.Sprintf("%d minutes", f.Minutes)},
		{f.Sounded == book.Warm, "they sounded warm"},
		{f.Sounded == book.Cold, "they sounded cold"},
	} {
		if p.on {
			parts = append(parts, p.word)
		}
	}
	return strings.Join(parts, ", ")
}

// outcome is said of a call always, of others only when they did not come through.
func outcome(f *book.Facts) []string {
	switch {
	case f.Outcome == book.LeftWord:
		return []string{"left word"}
	case f.Outcome == book.NoAnswer && f.Channel.Live():
		return []string{"no answer"}
	case f.Outcome == book.NoAnswer:
		return []string{"not delivered"}
	case f.Channel == book.Call:
		return []string{"reached"}
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

var severities = [...]string{"", "slight", "serious", "severe"} //nolint:gochecknoglobals // a table of words

func caseOpened(e *book.Entry, text string, zone *time.Location) string {
	f := &e.Facts
	head := "Problem of theirs"
	if f.Ours {
		head = "Failure of ours"
	}
	if f.Severity >= 1 && f.Severity <= 3 {
		head = sentence(severities[f.Severity]) + " " + strings.ToLower(head[:1]) + head[1:]
	}
	out := colon(head, text)
	switch {
	case f.Ours && f.FirstUs:
		out += ", named by us first"
	case f.Ours:
		out += ", they told us"
	}
	return out + due(", to be solved by ", f.Estimate, e.At, zone)
}

func care(f *book.Facts) string {
	switch {
	case f.Care != "" && f.Plan:
		return "Care contact introduced, with a plan"
	case f.Care != "":
		return "Care contact introduced"
	}
	return "Care plan"
}

// changed tells what fields of an account or a contact were and are now; on a statement that is the stage.
func changed(e *book.Entry) string {
	var parts []string
	for _, field := range []string{book.FieldStage, book.FieldTier, book.FieldPlaybook, book.FieldKind, book.FieldVisible} {
		if c, ok := e.Facts.Set[field]; ok && c.Before != c.After {
			parts = append(parts, sentence(field)+": "+move(c))
		}
	}
	if c, ok := e.Facts.Set[book.FieldOwner]; ok && c.Before != c.After {
		parts = append(parts, "Another owner")
	}
	for _, field := range slices.Sorted(maps.Keys(e.Words.Set)) {
		c, name := e.Words.Set[field], strings.TrimPrefix(field, book.CustomPrefix)
		switch {
		case field == book.FieldTags:
			parts = append(parts, "Tags: "+members(lines(c.Before), lines(c.After)))
		case field == book.ContactAddresses: // of several lines each
			parts = append(parts, "Addresses changed")
		case book.IsListField(field):
			parts = append(parts, sentence(name)+": "+members(values(c.Before), values(c.After)))
		default:
			parts = append(parts, sentence(name)+": "+move(c))
		}
	}
	if len(parts) == 0 {
		return "Particulars changed"
	}
	return strings.Join(parts, ", ")
}

// move is a value before and after.
func move(c book.Change) string {
	switch before, after := Phrase(c.Before), Phrase(c.After); {
	case before == "":
		return after
	case after == "":
		return before + " → none"
	default:
		return before + " → " + after
	}
}

// members says which values of a list came and which went: "+garden, -school".
func members(before, after []string) string {
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
		return "in another order"
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

func due(what string, at, near book.Instant, zone *time.Location) string {
	if at == 0 {
		return ""
	}
	t := at.Time().In(zone)
	form := "Mon 2 January"
	if t.Year() != near.Time().In(zone).Year() {
		form = "Mon 2 January 2006"
	}
	return what + t.Format(form)
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
