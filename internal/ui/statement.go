package ui

import (
	"slices"

	"passbook/internal/assessment"
	"passbook/internal/book"
)

// Totals are what a statement's lines come to: brought forward, plus In, less Out, plus Faded (which is negative) is its
// balance.
type Totals struct{ In, Out, Faded book.Points }

// TotalsOf adds a statement up as its columns do, line by line.
func TotalsOf(st *assessment.Statement) Totals {
	t := Totals{Faded: st.FadedToAt}
	for i := range st.Lines {
		l := &st.Lines[i]
		t.Faded += l.Faded
		t.In += max(l.Points, 0)
		t.Out -= min(l.Points, 0)
	}
	return t
}

// row is a row of a passbook: a line of the statement, or what faded since an earlier row.
type row struct {
	line          *assessment.Line // nil for fading
	points, after book.Points
	before        book.Points  // a little that faded before the line, told with it
	since, until  book.Instant // of fading: over which time
}

// exactly puts the fading between the lines, so that every row's balance follows from the one above it. It is how paper
// has it: a printed statement is what somebody checks by hand, so each of its balances is the true one of its day.
func exactly(st *assessment.Statement) []row {
	out := make([]row, 0, 2*len(st.Lines)+1)
	running, last := st.BroughtForward, st.From
	for i := range st.Lines {
		l := &st.Lines[i]
		if l.Faded != 0 {
			running += l.Faded
			out = append(out, row{points: l.Faded, after: running, since: last, until: l.At})
		}
		running += l.Points
		out = append(out, row{line: l, points: l.Points, after: running})
		last = l.At
	}
	if st.FadedToAt != 0 {
		out = append(out, row{points: st.FadedToAt, after: running + st.FadedToAt, since: last, until: st.At})
	}
	return out
}

// least is what fading must have come to before it gets a row on the screen.
const least book.Points = 100

// atAGlance is the passbook on the screen, newest first. What moved nothing is left to the timeline, which tells it in
// full. Fading gets a row where it came to a point since the row below; less than that is told beneath the line that it came
// before, where it is seen. So each row has its balance, and it follows from the one below.
func atAGlance(st *assessment.Statement) []row {
	var out []row
	var faded book.Points
	running, since := st.BroughtForward, st.From
	fade := func(until book.Instant) {
		running += faded
		out = append(out, row{points: faded, after: running, since: since, until: until})
		faded, since = 0, until
	}
	for i := range st.Lines {
		l := &st.Lines[i]
		if faded += l.Faded; !moved(l) {
			continue
		}
		if faded >= least || faded <= -least {
			fade(l.At)
		}
		running += faded + l.Points
		out = append(out, row{line: l, points: l.Points, before: faded, after: running})
		faded, since = 0, l.At
	}
	if faded += st.FadedToAt; faded != 0 {
		fade(st.At)
	}
	slices.Reverse(out)
	return out
}

// moved says whether a line did anything to the balance, be it that one posting took back what another gave.
func moved(l *assessment.Line) bool {
	return slices.ContainsFunc(l.Posted, func(p assessment.Posted) bool { return p.Points != 0 })
}

// days is over how many days a row's balance faded.
func (r *row) days() int { return int((r.until - r.since + book.Day/2) / book.Day) }

// held says why an amount is not available, in the words of the statement.
func held(p *Page, st *assessment.Statement, h *assessment.Hold) string {
	return h.Owing(p.Clock.Date(h.Since), p.Clock.Date(h.Since) == p.Clock.Date(st.At))
}
