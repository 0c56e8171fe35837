package ui

import (
	"slices"

	"passbook/internal/assessment"
	"passbook/internal/book"
)

// row is a row of a passbook: a line of the statement, or what faded before it.
type row struct {
	line          *assessment.Line // nil for fading
	points, after book.Points
}

// rows puts the fading between the lines, so that every row's balance follows from the one above it.
func rows(st *assessment.Statement, newestFirst bool) []row {
	out := make([]row, 0, 2*len(st.Lines)+1)
	running := st.BroughtForward
	for i := range st.Lines {
		l := &st.Lines[i]
		if l.Faded != 0 {
			running += l.Faded
			out = append(out, row{points: l.Faded, after: running})
		}
		running += l.Points
		out = append(out, row{line: l})
	}
	if st.FadedToAt != 0 {
		out = append(out, row{points: st.FadedToAt, after: running + st.FadedToAt})
	}
	if newestFirst {
		slices.Reverse(out)
	}
	return out
}

// held says why an amount is not available, in the words of the statement.
func held(p *Page, st *assessment.Statement, h *assessment.Hold) string {
	return h.Owing(p.Clock.Date(h.Since), p.Clock.Date(h.Since) == p.Clock.Date(st.At))
}
