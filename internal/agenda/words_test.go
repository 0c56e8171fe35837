package agenda_test

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"passbook/internal/agenda"
	"passbook/internal/book"
	"passbook/internal/phrase"

	"pgregory.net/rapid"
)

func TestSentences(t *testing.T) {
	for _, tc := range []struct {
		name string
		tell func(*story)
		when book.Instant
		text map[int]string
		want string // reason | opening | arithmetic
	}{
		{
			"waits, some days over",
			func(y *story) { y.candid(tue - day); y.touch(tue, book.In, book.Email) },
			tue + 6*day,
			map[int]string{2: "Re: roof survey"},
			"Waiting since Tue 12 May for an answer to “roof survey”; 3 working days over. | " +
				"Hello Ana, you have waited for an answer since Tue 12 May, and I am sorry; here it is. | " +
				"weight 1 × neglect 12.00 ÷ 5 min = 2.40",
		},
		{
			"wrote today",
			func(y *story) { y.candid(tue - day); y.touch(tue, book.In, book.Email) },
			tue + hour,
			map[int]string{2: "Roof survey!!!"},
			"Wrote today about “Roof survey” and waits for an answer. | " +
				"Hello Ana, you wrote today; here is the answer. | weight 1 × neglect 2.00 ÷ 5 min = 0.40",
		},
		{
			"wrote yesterday, no subject",
			func(y *story) { y.candid(tue - day); y.touch(tue, book.In, book.Text) },
			tue + day, nil,
			"Waiting since Tue 12 May for an answer. | Hello Ana, you wrote on Tue 12 May; here is the answer. | " +
				"weight 1 × neglect 2.00 ÷ 2 min = 1.00",
		},
		{
			"missed call, and a call is due",
			func(y *story) {
				y.set(book.FieldStage, "active")
				y.set(book.FieldTier, "A")
				y.candid(tue - 7*day)
				y.tell(tue, book.KindTouch, "", book.Facts{Channel: book.Call, Direction: book.In, Outcome: book.NoAnswer})
			},
			tue + 2*day,
			map[int]string{4: "nobody hears this"},
			"Called on Tue 12 May and waits to be called back; 1 working day over; real contact has been due since Tue 12 May. | " +
				"Hello Ana, you called on Tue 12 May and I am sorry we missed you; how can I help? | " +
				"weight 2 × neglect (2.00 + 5.83) ÷ 10 min = 1.57",
		},
		{
			"missed call today",
			func(y *story) {
				y.candid(tue - day)
				y.tell(tue, book.KindTouch, "", book.Facts{Channel: book.Call, Direction: book.In, Outcome: book.NoAnswer})
			},
			tue, nil,
			"Called today and waits to be called back. | Hello Ana, you called today and I am sorry we missed you; how can I help? | " +
				"weight 1 × neglect 2.00 ÷ 10 min = 0.20",
		},
		{
			"promise late",
			func(y *story) {
				y.candid(tue - day)
				y.tell(tue-day, book.KindPromise, "", book.Facts{Due: at(5, 8, 17)})
			},
			tue,
			map[int]string{2: "send the valuation"},
			"We promised “send the valuation” by Fri 8 May: 2 working days late. | " +
				"Hello Ana, about what I promised you: ‘send the valuation’; it comes later than I said, and I am sorry. | " +
				"weight 1 × neglect 10.00 ÷ 5 min = 2.00",
		},
		{
			"promise for today, without words",
			func(y *story) {
				y.candid(tue - day)
				y.tell(tue-day, book.KindPromise, "", book.Facts{Due: tue + hour})
			},
			tue, nil,
			"A promise of ours is due today. | Hello Ana, about what I promised you. | weight 1 × neglect 10.00 ÷ 5 min = 2.00",
		},
		{
			"updates",
			func(y *story) {
				y.candid(tue - day)
				y.tell(tue-day, book.KindCase, "", book.Facts{NextUpdate: tue})
				y.tell(tue-day, book.KindCase, "", book.Facts{NextUpdate: tue - day})
				y.tell(tue-day, book.KindCase, "", book.Facts{NextUpdate: tue})
			},
			tue,
			map[int]string{3: "boiler"},
			"An update on “boiler” was due Mon 11 May: 1 working day late; so are 2 more. | " +
				"Hello Ana, here is where things stand with what you came to us with on Mon 11 May, and when you will hear from us next. | " +
				"weight 1 × neglect (1.00 + 1.00 + 1.00) ÷ 5 min = 0.60",
		},
		{
			"update due today",
			func(y *story) { y.candid(tue - day); y.tell(tue-day, book.KindCase, "", book.Facts{NextUpdate: tue}) },
			tue, nil,
			"An update is due today. | Hello Ana, here is where things stand with what you came to us with on Mon 11 May, and when you will hear from us next. | " +
				"weight 1 × neglect 1.00 ÷ 5 min = 0.20",
		},
		{
			"no real contact",
			func(y *story) {
				y.set(book.FieldStage, "active")
				y.candid(tue - 23*day)
				y.touch(tue-3*day, book.Out, book.Email)
			},
			tue, nil,
			"No real contact for 23 days; the standard for “Seller” is every 7 days, by call or better. | " +
				"Hello Ana, I wanted to hear how you are, and how things are going. | weight 1 × neglect 61.78 ÷ 10 min = 6.18",
		},
		{
			"never contacted",
			func(y *story) {
				y.tell(at(1, 5, 9), book.KindOpened, "", book.Facts{})
				y.set(book.FieldStage, "close")
			},
			at(2, 14, 9), nil,
			"No real contact yet; known since Mon 5 Jan. | " +
				"Hello Ana, I wanted to hear how you are, and how things are going. | weight 1 × neglect 222.90 ÷ 60 min = 3.72",
		},
		{
			"heard, but never by the standard's channel",
			func(y *story) { y.set(book.FieldStage, "close"); y.touch(at(1, 6, 9), book.Out, book.Email) },
			at(1, 19, 9), nil,
			"No real contact since the account began 14 days ago; the standard for “Under offer” is every 7 days, in a meeting. | " +
				"Hello Ana, I wanted to hear how you are, and how things are going. | weight 1 × neglect 34.61 ÷ 60 min = 0.58",
		},
		{
			"silence in another year",
			func(y *story) { y.candid(tue - 200*day); y.touch(tue-30*day, book.Out, book.Email) },
			tue, nil,
			"Nobody has asked them an honest question since Fri 24 Oct 2025, 7 months ago. | " +
				"Hello Ana, it has been a while since I asked you for your honest opinion: what should we be doing better? | weight 1 × neglect 183.00 ÷ 10 min = 18.30",
		},
		{
			"never asked",
			func(y *story) { y.touch(tue-100*day, book.In, book.Call); y.touch(tue-day, book.Out, book.Text) },
			tue, nil,
			"Nobody has asked them an honest question since the account began 3 months ago. | " +
				"Hello Ana, we last spoke on Sun 1 Feb, and I would like your honest opinion: what should we be doing better? | weight 1 × neglect 2.80 ÷ 10 min = 0.28",
		},
		{
			"silence and contact",
			func(y *story) { y.candid(tue - 100*day) },
			tue, nil,
			"No real contact for 3 months, and an honest question is due; the standard for “Past client” is every 90 days, by e-mail or better. | " +
				"Hello Ana, it has been a while since I asked you for your honest opinion: what should we be doing better? | weight 1 × neglect (2.80 + 1.82) ÷ 10 min = 0.46",
		},
		{
			"never contacted, and the question is due too: years later",
			func(y *story) { y.tell(tue-2762*day, book.KindOpened, "", book.Facts{}) },
			tue, nil,
			"No real contact yet; known since Fri 19 Oct 2018, and an honest question is due. | " +
				"Hello Ana, I wanted to hear how you are, and how things are going. | weight 1 × neglect (183.00 + 71.71) ÷ 10 min = 25.47",
		},
		{
			"a brochure for somebody whom we failed",
			func(y *story) {
				y.candid(tue - 59*day)
				y.tell(tue-3*day, book.KindCase, "", book.Facts{Ours: true, Severity: 1, NextUpdate: tue + 90*day})
				y.tell(tue-2*day, book.KindCase, "", book.Facts{Ours: true, Severity: 3, NextUpdate: tue + 90*day})
				y.tell(tue-2*day, book.KindCase, "", book.Facts{Ours: true, Severity: 2, NextUpdate: tue + 90*day})
				y.tell(tue-day, book.KindPromise, "", book.Facts{Due: tue + hour})
			},
			tue,
			map[int]string{3: "the keys were lost", 5: "the brochure"},
			"We promised “the brochure” by today; real contact has been due since Tue 28 Apr; a case of ours has been open since Sun 10 May " +
				"(“the keys were lost”). | Hello Ana, about what I promised you: ‘the brochure’. | weight 1 × neglect (10.00 + 18.30) ÷ 10 min = 2.83",
		},
		{
			"the case is what it is about",
			func(y *story) {
				y.candid(tue)
				y.tell(tue, book.KindCase, "", book.Facts{Ours: true, Severity: 2, NextUpdate: tue + hour})
			},
			tue + 2*hour,
			map[int]string{2: "the keys"},
			"An update on “the keys” was due by 10:00 today: overdue. | Hello Ana, here is where things stand with what went wrong today, and when you will hear from us next. | " +
				"weight 1 × neglect 1.00 ÷ 5 min = 0.20",
		},
		{
			"theirs is no failure of ours, and one of today is told so",
			func(y *story) {
				y.candid(tue - day)
				y.tell(tue, book.KindCase, "", book.Facts{Severity: 3, NextUpdate: tue + 90*day})
				y.tell(tue, book.KindCase, "", book.Facts{Ours: true, Severity: 2, NextUpdate: tue + 90*day})
				y.touch(tue, book.In, book.Email)
			},
			tue + hour, nil,
			"Wrote today and waits for an answer; a case of ours was opened today. | Hello Ana, you wrote today; here is the answer. | " +
				"weight 1 × neglect 2.00 ÷ 5 min = 0.40",
		},
		{
			"thanks",
			func(y *story) { y.candid(tue); y.tell(tue, book.KindReferral, "", book.Facts{}) },
			tue + day, nil,
			"They sent us somebody on Tue 12 May and have not been thanked in person. | " +
				"Hello Ana, thank you for thinking of us; I wanted to say so myself. | weight 1 × neglect 0.50 ÷ 10 min = 0.05",
		},
		{
			"thanks for somebody whose name is known",
			func(y *story) { y.candid(tue); y.tell(tue, book.KindReferral, "", book.Facts{}) },
			tue + day,
			map[int]string{2: "Jonas O'Neill-Okafor"},
			"They sent us somebody on Tue 12 May and have not been thanked in person. | " +
				"Hello Ana, you sent Jonas O'Neill-Okafor to us, and I wanted to thank you myself. | weight 1 × neglect 0.50 ÷ 10 min = 0.05",
		},
		{
			"thanks for somebody of whom there is a note",
			func(y *story) { y.candid(tue); y.tell(tue, book.KindReferral, "", book.Facts{}) },
			tue + day,
			map[int]string{2: "Her brother wants to sell"},
			"They sent us somebody on Tue 12 May and have not been thanked in person. | " +
				"Hello Ana, thank you for thinking of us; I wanted to say so myself. | weight 1 × neglect 0.50 ÷ 10 min = 0.05",
		},
		{
			"care",
			func(y *story) { y.candid(tue); y.tell(tue, book.KindClosing, "", book.Facts{}) },
			tue, nil,
			"They closed with us today; who looks after them from here, and how, is still to be settled. | " +
				"Hello Ana, I would like to introduce who looks after you from here on, and what we have planned for you. | " +
				"weight 1 × neglect 0.00 ÷ 10 min = 0.00",
		},
		{
			"care, half done",
			func(y *story) {
				y.candid(tue)
				y.tell(tue, book.KindClosing, "", book.Facts{})
				y.tell(tue, book.KindCare, "", book.Facts{Plan: true})
			},
			tue + day, nil,
			"They closed with us on Tue 12 May; who looks after them from here is still to be introduced. | " +
				"Hello Ana, I would like to introduce who looks after you from here on. | " +
				"weight 1 × neglect 0.20 ÷ 10 min = 0.02",
		},
		{
			"broken promise",
			func(y *story) {
				y.candid(tue)
				y.tell(tue, book.KindBroken, y.tell(tue, book.KindPromise, "", book.Facts{Due: tue}), book.Facts{})
			},
			tue + 9*day,
			map[int]string{3: "send the valuation"},
			"A promise of ours, “send the valuation”, was broken on Tue 12 May and is not made good yet. | " +
				"Hello Ana, we did not keep our word on ‘send the valuation’; I am sorry, and I would like to make it good. | " +
				"weight 1 × neglect 3.38 ÷ 10 min = 0.34",
		},
		{
			"open case",
			func(y *story) {
				y.candid(tue)
				y.tell(tue, book.KindCase, "", book.Facts{Ours: true, Severity: 3, FirstUs: true, NextUpdate: tue + 9*day})
			},
			tue + day,
			map[int]string{2: "leaking \"flat\" roof."},
			"A case of ours, “leaking 'flat' roof”, has been open since Tue 12 May and is not put right yet. | " +
				"Hello Ana, here is what we are doing about what went wrong on Tue 12 May, and by when it will be put right. | " +
				"weight 1 × neglect 0.08 ÷ 10 min = 0.01",
		},
	} {
		y := newStory()
		tc.tell(y)
		i, ok := y.best(tc.when)
		if !ok {
			t.Errorf("%s: nothing to do", tc.name)
			continue
		}
		f := agenda.Know(y.r, &y.s, tc.when, time.UTC)
		f.Contact, f.Text = "Ana", map[book.ID]string{}
		for n, s := range tc.text {
			f.Text[id(n)] = s
		}
		want(t, tc.name, agenda.Reason(&i, &f)+" | "+agenda.Say(&i, &f)+" | "+agenda.Arithmetic(&i, phrase.Tongue{}), tc.want)
	}
}

func TestOpportunitySentences(t *testing.T) {
	y := newStory()
	y.candid(tue)
	for _, tc := range []struct {
		o    agenda.Opportunity
		want string
	}{
		{agenda.Opportunity{Kind: agenda.KindDate, On: "2026-05-12", Text: "Birthday of Ana"}, "Birthday of Ana: today. | Hello, I was thinking of you these days and wanted to wish you well."},
		{agenda.Opportunity{Kind: agenda.KindDate, On: "2026-05-13", Text: "Birthday of Ana Lee", Whom: "Ana"}, "Birthday of Ana Lee: tomorrow. | Hello Ana, I was thinking of you these days and wanted to wish you well."},
		{agenda.Opportunity{Kind: agenda.KindDate, On: "2026-05-19"}, "An occasion to be in touch: Tue 19 May, in 7 days. | Hello, I was thinking of you these days and wanted to wish you well."},
		{agenda.Opportunity{Kind: "match", Points: 3, Text: "A house in Mill Lane fits what they look for."}, "A house in Mill Lane fits what they look for. | Hello, something came up that made me think of you."},
	} {
		i, ok := agenda.Best(y.r, testMinutes, &agenda.Subject{State: &y.s, Opportunity: &tc.o}, tue, nil)
		if !ok {
			t.Fatalf("%+v does not show", tc.o)
		}
		f := agenda.Know(y.r, &y.s, tue, nil)
		want(t, tc.o.On, agenda.Reason(&i, &f)+" | "+agenda.Say(&i, &f), tc.want)
	}
}

// Dates are those of the reader's clock.
func TestReadersZone(t *testing.T) {
	y := newStory()
	y.candid(tue - day)
	y.touch(at(5, 12, 23), book.In, book.Email)
	i, _ := y.best(at(5, 13, 8))
	for zone, want := range map[*time.Location]string{
		time.UTC:                         "Waiting since Tue 12 May for an answer.",
		time.FixedZone("east", 9*3600):   "Wrote today and waits for an answer.",
		time.FixedZone("west", -12*3600): "Wrote today and waits for an answer.",
		time.FixedZone("near", -3600):    "Waiting since Tue 12 May for an answer.",
	} {
		f := agenda.Know(y.r, &y.s, at(5, 13, 8), zone)
		if got := agenda.Reason(&i, &f); got != want {
			t.Errorf("%s: %s", zone, got)
		}
	}
}

// Whatever an account has been through and whatever people wrote, the sentences are one tidy line each.
func TestSentencesAreTidy(t *testing.T) {
	scrawl := rapid.StringOfN(rapid.SampledFrom([]rune("ab Ré:!\"“”\n\t\x00\u202e\ufffd.,;—🙂")), 0, 90, -1)
	rapid.Check(t, func(t *rapid.T) {
		y, now := genStory(t)
		now += book.Instant(rapid.IntRange(0, 24*400).Draw(t, "wait")) * hour
		s := &agenda.Subject{Account: id(0), State: &y.s, Opportunity: &agenda.Opportunity{
			Kind: scrawl.Draw(t, "kind"), Text: scrawl.Draw(t, "text"), Points: 1,
		}}
		i, ok := agenda.Best(y.r, testMinutes, s, now, nil)
		if !ok {
			t.Fatal("an opportunity without a date always shows")
		}
		f := agenda.Know(y.r, &y.s, now, time.UTC)
		f.Contact, f.Text = scrawl.Draw(t, "contact"), map[book.ID]string{}
		for j := range i.Holds {
			f.Text[i.Holds[j].Entry] = scrawl.Draw(t, "words")
		}
		reason, say := agenda.Reason(&i, &f), agenda.Say(&i, &f)
		for _, line := range []string{reason, say, agenda.Arithmetic(&i, phrase.Tongue{})} {
			odd := strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '!' })
			if odd || strings.Contains(line, "  ") || strings.Contains(line, "%!") || strings.Contains(line, "“”") || strings.TrimSpace(line) != line {
				t.Fatalf("untidy: %q", line)
			}
		}
		if !strings.HasSuffix(reason, ".") || strings.HasSuffix(reason, "..") || !strings.HasSuffix(say, ".") && !strings.HasSuffix(say, "?") {
			t.Fatalf("no end: %q %q", reason, say)
		}
		if strings.Count(reason, "“") != strings.Count(reason, "”") || strings.Count(say, "“") != strings.Count(say, "”") {
			t.Fatalf("a quotation stays open: %q %q", reason, say)
		}
	})
}

func TestLongWordsAreCutAtAWord(t *testing.T) {
	y := newStory()
	y.candid(tue - day)
	y.touch(tue, book.In, book.Email)
	i, _ := y.best(tue + day)
	f := agenda.Know(y.r, &y.s, tue+day, time.UTC)
	f.Text = map[book.ID]string{id(2): "AW: Re: the survey of the roof, the gutters, and the chimney on the north side of the house"}
	want(t, "long subject", agenda.Reason(&i, &f),
		"Waiting since Tue 12 May for an answer to “the survey of the roof, the gutters, and the chimney on the…”.")
}
