package ledger_test

import (
	"strconv"
	"time"

	"passbook/internal/book"
	"passbook/internal/ledger"

	"pgregory.net/rapid"
)

const (
	minute = book.Instant(60_000_000)
	hour   = 60 * minute
	day    = book.Day
)

// at is a moment of 2026 in UTC.
func at(month time.Month, d, clock, min int) book.Instant {
	return book.Micros(time.Date(2026, month, d, clock, min, 0, 0, time.UTC))
}

// account is the account of every generated entry.
var account = book.DerivedID("account")

func id(n int) book.ID { return book.DerivedID("entry", strconv.Itoa(n)) }

// writer draws a history: entries of every kind, some of which refer to earlier ones, some to nothing.
type writer struct {
	t        *rapid.T
	now      book.Instant
	entries  []book.Entry
	promises []book.ID
	cases    []book.ID
	broken   []book.ID
	work     []book.ID
}

var drawnKinds = []book.Kind{
	book.KindTouch, book.KindTouch, book.KindTouch, book.KindTouch, book.KindTouch, book.KindTouch,
	book.KindPromise, book.KindPromise, book.KindKept, book.KindBroken, book.KindReleased, book.KindMoved,
	book.KindCase, book.KindCase, book.KindUpdate, book.KindResolved, book.KindResolved, book.KindReopened, book.KindAgreed, book.KindClosing, book.KindCare, book.KindReferral,
	book.KindAsked, book.KindDeed, book.KindMistake, book.KindAmends, book.KindThanks, book.KindChanged, book.KindNote,
	book.KindSnoozed, book.KindContact, book.KindHistory, book.KindEngagement, book.KindStage, book.KindProgress, book.KindProgress,
	book.KindSetback, book.KindEnded, book.KindParty, book.KindParty, book.KindPlanned, book.KindDone, book.KindPulseAsked, book.KindPulse,
}

// genHistory draws up to most entries in the order of their instants, the account's creation among them or not.
func genHistory(most int) *rapid.Generator[[]book.Entry] {
	return rapid.Custom(func(t *rapid.T) []book.Entry {
		w := &writer{t: t, now: at(time.January, 5, 9, 0)}
		if rapid.Bool().Draw(t, "opened") {
			w.add(book.Entry{Kind: book.KindOpened, Facts: book.Facts{Set: genSet(t)}})
		}
		for range rapid.IntRange(0, most).Draw(t, "entries") {
			w.step()
			w.add(w.entry(rapid.SampledFrom(drawnKinds).Draw(t, "kind")))
		}
		return w.entries
	})
}

// step moves on by nothing, by moments, by days or by a season.
func (w *writer) step() {
	w.now += rapid.SampledFrom([]book.Instant{0, 1, minute, 5 * hour, day, day, 3 * day, 7 * day, 30 * day, 200 * day}).Draw(w.t, "gap")
}

func (w *writer) add(e book.Entry) {
	e.ID, e.Account, e.At = id(len(w.entries)), account, w.now
	w.entries = append(w.entries, e)
	switch e.Kind {
	case book.KindPromise:
		w.promises = append(w.promises, e.ID)
	case book.KindCase:
		w.cases = append(w.cases, e.ID)
	case book.KindBroken:
		w.broken = append(w.broken, e.ID)
	case book.KindEngagement:
		w.work = append(w.work, e.ID)
	}
}

func (w *writer) entry(k book.Kind) book.Entry {
	t := w.t
	e := book.Entry{Kind: k}
	f := &e.Facts
	switch k {
	case book.KindTouch:
		*f = w.touch()
	case book.KindThanks:
		*f = w.touch()
		f.Asks = ""
	case book.KindPromise:
		f.Due = w.now + book.Instant(rapid.IntRange(-24, 24*20).Draw(t, "due"))*hour
	case book.KindKept, book.KindBroken, book.KindReleased:
		e.Subject = w.one(w.promises)
	case book.KindMoved:
		e.Subject = w.one(w.promises)
		f.Due = w.now + book.Instant(rapid.IntRange(-24, 24*20).Draw(t, "moved"))*hour
	case book.KindCase:
		*f = w.failure()
	case book.KindUpdate:
		e.Subject = w.one(w.cases)
		f.NextUpdate, f.Estimate = w.maybeLater(), w.maybeLater()
	case book.KindResolved, book.KindAgreed:
		e.Subject = w.one(w.cases)
	case book.KindClosing:
		if rapid.Bool().Draw(t, "of work") {
			e.Subject = w.one(w.work)
		}
	case book.KindReopened:
		e.Subject = w.one(w.cases)
		f.NextUpdate, f.Estimate = w.maybeLater(), w.maybeLater()
		f.Direction = rapid.SampledFrom([]book.Direction{"", book.In}).Draw(t, "said by")
	case book.KindCare:
		f.Plan, f.Over = rapid.Bool().Draw(t, "plan"), rapid.Bool().Draw(t, "closed out")
		if rapid.Bool().Draw(t, "introduced") {
			f.Care = id(9000)
		}
	case book.KindPulse:
		e.Facts.Question = rapid.SampledFrom(book.Questions).Draw(w.t, "question")
		if e.Facts.Question == book.Satisfaction {
			e.Facts.Score = rapid.IntRange(book.LowestScore, book.HighestScore).Draw(w.t, "score")
		}
	case book.KindDeed:
		f.Points = book.Points(rapid.IntRange(0, 3000).Draw(t, "points"))
	case book.KindMistake:
		f.Points = -book.Points(rapid.IntRange(0, 3000).Draw(t, "points"))
	case book.KindAmends:
		f.Points = book.Points(rapid.IntRange(0, 3000).Draw(t, "points"))
		e.Subject = w.one(append(append([]book.ID(nil), w.broken...), w.cases...))
	case book.KindChanged:
		f.Set = genSet(t)
	case book.KindSnoozed:
		f.Until = w.maybeLater()
	case book.KindEngagement, book.KindStage, book.KindProgress, book.KindSetback, book.KindEnded, book.KindParty:
		w.engagement(&e)
	}
	return e
}

func (w *writer) engagement(e *book.Entry) {
	f := &e.Facts
	f.Estimate, f.NextUpdate, f.Due = w.maybeLater(), w.maybeLater(), w.maybeLater()
	switch e.Kind {
	case book.KindEngagement:
		f.Engagement = rapid.SampledFrom(book.EngagementKinds).Draw(w.t, "work")
	case book.KindEnded:
		f.Dropped = rapid.Bool().Draw(w.t, "dropped")
	case book.KindProgress:
		f.Over = rapid.Bool().Draw(w.t, "over")
		f.Party = rapid.SampledFrom([]book.ID{"", id(7000), id(7001)}).Draw(w.t, "told")
	case book.KindParty:
		f.Party = rapid.SampledFrom([]book.ID{id(7000), id(7001)}).Draw(w.t, "party")
		f.Role, f.Every = "lender", rapid.SampledFrom([]int{0, 3, 14}).Draw(w.t, "every")
		f.Gone = rapid.IntRange(0, 3).Draw(w.t, "gone") == 0
	}
	if e.Kind == book.KindEngagement || e.Kind == book.KindStage {
		f.Stage = rapid.SampledFrom([]string{"preparing", "offer", "unheard of"}).Draw(w.t, "at")
		f.Department = rapid.SampledFrom([]string{"", "sales"}).Draw(w.t, "department")
	}
	if e.Kind != book.KindEngagement {
		e.Subject = w.one(w.work)
	}
}

func genSet(t *rapid.T) map[string]book.Change {
	set := map[string]book.Change{}
	pick := func(field string, words ...string) {
		if rapid.Bool().Draw(t, field) {
			set[field] = book.Change{After: rapid.SampledFrom(words).Draw(t, "after")}
		}
	}
	pick(book.FieldStage, "active", "past", "unheard of")
	pick(book.FieldTier, "A", "B", "C", "")
	pick(book.FieldOwner, string(id(8000)), "")
	pick(book.FieldPlaybook, "test", "other")
	return set
}

func (w *writer) touch() book.Facts {
	t := w.t
	f := book.Facts{
		Channel:   rapid.SampledFrom(book.Channels).Draw(t, "channel"),
		Direction: rapid.SampledFrom([]book.Direction{book.Out, book.Out, book.In}).Draw(t, "direction"),
		Outcome:   rapid.SampledFrom([]book.Outcome{book.Reached, book.Reached, book.Reached, "", book.LeftWord, book.NoAnswer}).Draw(t, "outcome"),
		Purpose:   rapid.SampledFrom([]book.Purpose{book.Serve, book.Serve, book.Inform, book.Ask, book.Sell, book.Gift, ""}).Draw(t, "purpose"),
		To:        rapid.SampledFrom([]int{0, 1, 1, 1, 2, 3, 4, 50}).Draw(t, "k"),
		Template:  rapid.SampledFrom([]string{"", "", "", "spring", "rates"}).Draw(t, "template"),
		Gesture:   rapid.SampledFrom([]string{"", "wine", "flowers"}).Draw(t, "gesture"),
		Asks:      rapid.SampledFrom([]book.Asks{"", "", book.AsksCandour, book.AsksNews}).Draw(t, "asks"),
		Thread:    rapid.SampledFrom([]string{"", "roof", "lease", "keys"}).Draw(t, "thread"),
		Refs:      rapid.SampledFrom([]string{"", "", "roof", "lease tile", "keys gate"}).Draw(t, "refs"),
		Bulk:      rapid.IntRange(0, 9).Draw(t, "bulk") == 0,
		Auto:      rapid.IntRange(0, 9).Draw(t, "auto") == 0,
	}
	if rapid.IntRange(0, 4).Draw(t, "keeps") == 0 {
		f.Keeps = w.one(w.promises)
	}
	return f
}

func (w *writer) failure() book.Facts {
	t := w.t
	return book.Facts{
		Ours:       rapid.IntRange(0, 3).Draw(t, "ours") > 0,
		Severity:   rapid.IntRange(0, 4).Draw(t, "severity"),
		Cause:      rapid.SampledFrom([]string{"", "billing", "heating"}).Draw(t, "cause"),
		FirstUs:    rapid.Bool().Draw(t, "named first"),
		Estimate:   w.maybeLater(),
		NextUpdate: w.maybeLater(),
	}
}

// maybeLater is nothing or an instant within a month, once in a while one that has passed.
func (w *writer) maybeLater() book.Instant {
	h := rapid.IntRange(-48, 24*30).Draw(w.t, "later")
	if h%3 == 0 {
		return 0
	}
	return w.now + book.Instant(h)*hour
}

// one picks an earlier entry, or one that never was.
func (w *writer) one(ids []book.ID) book.ID {
	if len(ids) == 0 || rapid.IntRange(0, 9).Draw(w.t, "nothing") == 0 {
		return id(7000)
	}
	return rapid.SampledFrom(ids).Draw(w.t, "of")
}

// last is the instant of the newest entry.
func last(entries []book.Entry) book.Instant {
	var l book.Instant
	for i := range entries {
		l = max(l, entries[i].At)
	}
	return l
}

func replay(r *ledger.Rules, entries []book.Entry) ledger.State {
	return r.Replay(account, append([]book.Entry(nil), entries...), nil)
}

func stateBytes(s *ledger.State) string { return string(ledger.AppendState(nil, s)) }
