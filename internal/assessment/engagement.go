package assessment

import (
	"strconv"
	"strings"

	"passbook/internal/book"
)

// work are the phrases for what happens in an engagement and is planned after it; named is what it is about. False for any other entry.
func (s Scribe) work(e *book.Entry, named, text string) (out Parts, ok bool) {
	f := &e.Facts
	switch e.Kind {
	case book.KindEngagement:
		out = Parts{What: s.Say(engagementNames[f.Engagement]), Words: text, Colon: true}
		if f.Stage != "" {
			out.After = s.Say(", in the stage {stage}", "stage", s.stage(f.Stage))
		}
	case book.KindStage:
		out = Parts{What: s.Say("Now in the stage {stage}", "stage", s.stage(f.Stage)), Named: named, Words: text}
	case book.KindProgress:
		out = Parts{What: s.Say("Update"), Named: named, Words: text, After: s.due(", this stage to be over by {date}", f.Estimate, e.At)}
		if f.Over {
			out.After += s.Say(", what went wrong is behind them")
		}
	case book.KindSetback:
		out = Parts{What: s.Say("Setback"), Named: named, Words: text, After: s.due(", this stage to be over by {date}", f.Estimate, e.At)}
	case book.KindParty:
		out = Parts{What: s.Say("Takes part as {role}", "role", f.Role), Named: named, Words: text}
		switch {
		case f.Gone:
			out.What = s.Say("Takes part no more")
		case f.Every > 0:
			out.After = s.Say(", hears of it every {n} days", "n", strconv.Itoa(f.Every))
		}
	case book.KindEnded:
		out = Parts{What: s.Say("Done"), Named: named, Words: text}
		if f.Dropped {
			out.What = s.Say("Came to nothing")
		}
	case book.KindPlanned:
		out = Parts{What: s.Say("Planned"), Words: text, Colon: true, After: s.due(" for {date}", f.Due, e.At)}
	case book.KindDone:
		if out = (Parts{What: s.Say("Done as planned"), Named: named, Words: text}); f.Dropped {
			out.What = s.Say("Not to be done")
		}
	default:
		return out, false
	}
	if next := Phrase(s.Expect(e.Words.Next)); next != "" {
		out.After += s.Say(", next: {step}", "step", next)
	}
	return out, true
}

// stage is a stage's name as people read it.
func (s Scribe) stage(name string) string { return s.Stage(strings.ReplaceAll(name, "_", " ")) }

var engagementNames = map[book.EngagementKind]string{ //nolint:gochecknoglobals // a table of words
	book.Sale: "Sale", book.Purchase: "Purchase", book.Lease: "Lease", book.Project: "Project", book.Subscription: "Subscription",
}

// EngagementName is what a kind of engagement is called.
func (s Scribe) EngagementName(kind book.EngagementKind) string {
	return s.named(engagementNames[kind], string(kind))
}

func (s Scribe) care(f *book.Facts) string {
	switch {
	case f.Care != "" && f.Plan:
		return s.Say("Care contact introduced, with a plan")
	case f.Care != "":
		return s.Say("Care contact introduced")
	case f.Favour:
		return s.Say("What they did for us")
	case f.Over:
		return s.Say("Closed out: all that the closing asked for holds")
	}
	return s.Say("Care plan")
}
