package assessment_test

import (
	"strings"
	"testing"
	"time"

	"passbook/internal/assessment"
	"passbook/internal/book"
)

func TestParticulars(t *testing.T) {
	out := book.Facts{Channel: book.Email, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve}
	in := out
	in.Direction = book.In
	with := func(f book.Facts, change func(*book.Facts)) book.Facts {
		change(&f)
		return f
	}
	said := func(kind book.Kind, f book.Facts, words string) *book.Entry {
		return &book.Entry{At: day(3), Kind: kind, Facts: f, Words: book.Words{Text: words}}
	}
	for _, c := range []struct {
		e    *book.Entry
		want string
	}{
		{said(book.KindTouch, with(out, func(f *book.Facts) { f.Channel = book.Call }), "boiler quote"), "Call, reached — boiler quote"},
		{said(book.KindTouch, with(out, func(f *book.Facts) { f.Channel, f.Outcome = book.Call, book.LeftWord }), ""), "Call, left word"},
		{said(book.KindTouch, with(in, func(f *book.Facts) { f.Channel, f.Outcome = book.Call, book.NoAnswer }), ""), "Call from them, no answer"},
		{said(book.KindTouch, with(in, func(f *book.Facts) { f.To = 3 }), ""), "E-mail from them, to 3 people"},
		{said(book.KindTouch, with(in, func(f *book.Facts) { f.Asks = book.AsksNews }), "any news?"), "E-mail from them, asking for news — any news?"},
		{said(book.KindTouch, with(out, func(f *book.Facts) { f.Template, f.To, f.Bulk = "x", 40, true }), ""), "E-mail, to 40 people, scripted, through a list"},
		{said(book.KindTouch, with(out, func(f *book.Facts) { f.Outcome = book.NoAnswer }), ""), "E-mail, not delivered"},
		{said(book.KindTouch, with(out, func(f *book.Facts) { f.Purpose, f.Channel = book.Gift, book.Letter }), "roses"), "Gift by letter — roses"},
		{said(book.KindTouch, with(out, func(f *book.Facts) { f.Channel, f.Minutes, f.Sounded = book.Meeting, 30, book.Cold }), ""), "Meeting, 30 minutes, they sounded cold"},
		{said(book.KindTouch, with(out, func(f *book.Facts) { f.Purpose = book.Sell }), ""), "E-mail, to sell"},
		{said(book.KindTouch, book.Facts{}, ""), "Touch"},
		{said(book.KindThanks, with(out, func(f *book.Facts) { f.Channel = book.Call }), ""), "Thanks by phone"},
		{said(book.KindPromise, book.Facts{Due: day(128)}, "send the valuation"), "Promise: send the valuation, due Fri 8 May"},
		{said(book.KindPromise, book.Facts{Due: day(370)}, "ring"), "Promise: ring, due Tue 5 January 2027"},
		{said(book.KindPromise, book.Facts{}, ""), "Promise"},
		{said(book.KindKept, book.Facts{}, "by hand"), "Promise kept — by hand"},
		{said(book.KindCase, book.Facts{Ours: true, Severity: 2, FirstUs: true, Estimate: day(5)}, "leak"), "Serious failure of ours: leak, named by us first, to be solved by Mon 5 January"},
		{said(book.KindCase, book.Facts{Severity: 9}, "lost cat"), "Problem of theirs: lost cat"},
		{said(book.KindUpdate, book.Facts{}, "nothing new"), "Update — nothing new"},
		{said(book.KindResolved, book.Facts{}, ""), "Solved"},
		{said(book.KindClosing, book.Facts{}, "12 Elm Road"), "Closing: 12 Elm Road"},
		{said(book.KindCare, book.Facts{Care: "x", Plan: true}, "calls in May"), "Care contact introduced, with a plan: calls in May"},
		{said(book.KindCare, book.Facts{Plan: true}, "calls"), "Care plan: calls"},
		{said(book.KindReferral, book.Facts{}, ""), "They sent us somebody"},
		{said(book.KindAsked, book.Facts{}, ""), "Asked them for a referral"},
		{said(book.KindDeed, book.Facts{}, "fed the cat"), "Good deed: fed the cat"},
		{said(book.KindMistake, book.Facts{}, "wrong name"), "Mistake of ours: wrong name"},
		{said(book.KindAmends, book.Facts{}, "flowers"), "Amends: flowers"},
		{said(book.KindChanged, book.Facts{Set: map[string]book.Change{book.FieldStage: {Before: "nurture", After: "seller"}}}, ""), "Stage: nurture → seller"},
		{&book.Entry{Kind: book.KindChanged, Words: book.Words{Set: map[string]book.Change{book.FieldTags: {Before: "garden\nschool", After: "garden\nvip"}}}}, "Tags: +vip, -school"},
		{&book.Entry{Kind: book.KindContact, Words: book.Words{Set: map[string]book.Change{
			book.ContactBirthday: {After: "1980-05-17"}, book.CustomPrefix + "dog": {Before: "Bello"},
			book.ContactEmails: {Before: `[{"value":"a@x.example"}]`, After: `[{"value":"a@x.example"},{"value":"b@x.example"}]`},
		}}}, "Birthday: 1980-05-17, Dog: Bello → none, Emails: +b@x.example"},
		{&book.Entry{Kind: book.KindChanged}, "Particulars changed"},
		{said(book.KindChanged, book.Facts{Set: map[string]book.Change{book.FieldTier: {After: "A"}}}, ""), "Tier: A"},
		{said(book.KindMerged, book.Facts{}, ""), "Merged"},
	} {
		if got := assessment.Particulars(c.e, time.UTC); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
	// A day is the firm's day, wherever UTC is by then.
	late := &book.Entry{At: day(3), Kind: book.KindPromise, Facts: book.Facts{Due: book.Micros(time.Date(2026, 5, 8, 22, 30, 0, 0, time.UTC))}}
	if got := assessment.Particulars(late, time.FixedZone("east", 7200)); got != "Promise, due Sat 9 May" {
		t.Errorf("got %q", got)
	}
}

// What tells one entry from others of its kind leads, and the rest of it stands aside: its words, else what it settles, else all
// there is. Both together say as much as the phrase.
func TestWordsLead(t *testing.T) {
	call := book.Facts{Channel: book.Call, Direction: book.Out, Outcome: book.Reached}
	survey := &book.Entry{Kind: book.KindPromise, Words: book.Words{Text: "the survey"}}
	for _, c := range []struct {
		kind             book.Kind
		f                book.Facts
		words            string
		about            *book.Entry
		lead, aside, all string
	}{
		{book.KindTouch, call, "the boiler", nil, "the boiler", "Call, reached", "Call, reached — the boiler"},
		{book.KindTouch, call, "", nil, "Call, reached", "", "Call, reached"},
		{book.KindPromise, book.Facts{Due: day(128)}, "the survey", nil, "the survey", "Promise, due Fri 8 May", "Promise: the survey, due Fri 8 May"},
		{book.KindPromise, book.Facts{Due: day(128)}, "", nil, "Promise, due Fri 8 May", "", "Promise, due Fri 8 May"},
		{book.KindKept, book.Facts{}, "", survey, "the survey", "Promise kept", "Promise kept: the survey"},
		{book.KindKept, book.Facts{}, "by hand", survey, "by hand", "Promise kept: the survey", "Promise kept: the survey — by hand"},
		{book.KindMoved, book.Facts{Due: day(128)}, "", survey, "the survey", "Promise moved, now due Fri 8 May", "Promise moved: the survey, now due Fri 8 May"},
		{book.KindResolved, book.Facts{}, "", nil, "Solved", "", "Solved"},
		{book.KindDeed, book.Facts{}, "fed the cat", nil, "fed the cat", "Good deed", "Good deed: fed the cat"},
		{book.KindNote, book.Facts{}, "likes tea", nil, "likes tea", "Note", "Note: likes tea"},
	} {
		e := &book.Entry{At: day(3), Kind: c.kind, Facts: c.f, Words: book.Words{Text: c.words}}
		said := assessment.Scribe{Zone: time.UTC}.Parts(e, c.about)
		if said.Lead() != c.lead || said.Aside() != c.aside || said.String() != c.all {
			t.Errorf("%q, aside %q, in all %q\nwant %q, aside %q, in all %q", said.Lead(), said.Aside(), said.String(), c.lead, c.aside, c.all)
		}
	}
}

// Whatever is in an entry, its line is one short line.
func FuzzParticulars(f *testing.F) {
	f.Add("touch", "call", "boiler\nquote", 3)
	f.Add("promise", "", strings.Repeat("x ", 300), 0)
	f.Add("", "", "\xff\x00", -1)
	f.Fuzz(func(t *testing.T, kind, channel, words string, n int) {
		e := &book.Entry{At: day(3), Kind: book.Kind(kind), Words: book.Words{Text: words}, Facts: book.Facts{
			Channel: book.Channel(channel), Severity: n, To: n, Minutes: n, Due: book.Instant(n), Estimate: book.Instant(n),
		}}
		got := assessment.Particulars(e, time.UTC)
		if strings.Contains(got, "\n") && !strings.Contains(kind, "\n") {
			t.Errorf("two lines: %q", got)
		}
	})
}

// What was typed days after it happened says so; what a file brought in does not.
func TestWrittenDown(t *testing.T) {
	e := book.Entry{At: day(3), Recorded: day(4), Kind: book.KindTouch, Facts: book.Facts{Channel: book.Call}}
	for _, c := range []struct {
		recorded book.Instant
		run      book.ID
		want     string
	}{
		{day(4), "", "Call, reached"},
		{day(4) + 1, "", "Call, reached, written down 4 Jan"},
		{day(400), "", "Call, reached, written down 4 Feb 2027"},
		{day(400), book.DerivedID("run"), "Call, reached"},
	} {
		remembered := assessment.Scribe{Zone: time.UTC}
		e.Recorded, e.Run = c.recorded, c.run
		if got := remembered.Remembered(&e, nil); got.String() != c.want {
			t.Errorf("%q, want %q", got.String(), c.want)
		}
	}
}

// A zero is explained, whatever came to nothing.
func TestUnpaid(t *testing.T) {
	touch := func(f book.Facts) *book.Entry { return &book.Entry{Kind: book.KindTouch, Facts: f} }
	ours := &book.Entry{Kind: book.KindCase, Facts: book.Facts{Ours: true}}
	for _, c := range []struct {
		e, about *book.Entry
		want     string
	}{
		{touch(book.Facts{Channel: book.Call, Purpose: book.Sell}), nil, "to sell pays nothing"},
		{touch(book.Facts{Channel: book.Call, Outcome: book.NoAnswer}), nil, "nobody was reached"},
		{touch(book.Facts{Channel: book.Email, Direction: book.In}), nil, "theirs: "},
		{touch(book.Facts{Channel: book.Call, Direction: book.In, Outcome: book.LeftWord}), nil, "theirs: "},
		{touch(book.Facts{Channel: book.Call, Direction: book.In}), nil, "nothing on top of what went before"},
		{touch(book.Facts{Channel: book.Email, Auto: true}), nil, "a machine wrote it"},
		{touch(book.Facts{Channel: book.Email, To: 400, Bulk: true}), nil, "shared by 400, it rounds to nothing"},
		{touch(book.Facts{Channel: book.Email, To: 3}), nil, "shared by 3, it adds nothing"},
		{touch(book.Facts{Channel: book.Call, Keeps: "p"}), nil, "it stands in the promise's posting"},
		{&book.Entry{Kind: book.KindDeed}, nil, "nothing on top of what went before"},
		{&book.Entry{Kind: book.KindKept}, nil, "nothing on top of what went before"},
		{&book.Entry{Kind: book.KindResolved}, ours, "nothing is given back"},
		{&book.Entry{Kind: book.KindResolved}, nil, "nothing on top of what went before"},
	} {
		got := assessment.PostedFor(c.e, c.about, nil)
		if len(got) != 1 || got[0].Points != 0 || !strings.HasPrefix(got[0].Reason, c.want) {
			t.Errorf("%+v: %+v, want %q", c.e.Facts, got, c.want)
		}
	}
	if got := assessment.PostedFor(&book.Entry{Kind: book.KindChanged}, nil, nil); got == nil || len(got) != 0 {
		t.Errorf("a change of stage posts %+v", got)
	}
	if got := assessment.PostedFor(ours, nil, []book.Posting{{Points: -1000, Why: "failure"}}); len(got) != 1 || got[0].Reason != "a failure of ours" {
		t.Errorf("%+v", got)
	}
}
