package ui

import (
	"math/rand/v2"
	"testing"

	"passbook/internal/assessment"
	"passbook/internal/book"
)

// made is a statement of one line a day, as its letters say: c is contact that pays, d another deposit, w a withdrawal, 0
// a line that moves nothing, b one whose postings take each other back. Each day fades the given amount.
func made(lines string, faded book.Points) *assessment.Statement {
	st := &assessment.Statement{BroughtForward: 1000, FadedToAt: faded, From: book.Day}
	after := st.BroughtForward
	for i, c := range lines {
		l := assessment.Line{At: book.Instant(i+2) * book.Day, Faded: faded}
		switch c {
		case 'c', 'd':
			l.Posted = []assessment.Posted{{Points: 600}}
		case 'w':
			l.Posted = []assessment.Posted{{Points: -400}}
		case 'b':
			l.Posted = []assessment.Posted{{Points: 200}, {Points: -200}}
		default:
			l.Posted = []assessment.Posted{{Reason: "pays once it is kept"}}
		}
		for _, p := range l.Posted {
			l.Points += p.Points
		}
		after += l.Faded + l.Points
		l.After = after
		st.Lines = append(st.Lines, l)
	}
	st.Balance, st.At = after+faded, book.Instant(len(lines)+2)*book.Day
	return st
}

// Each balance that a passbook prints follows from the one before it by what stands between them, and is the true one.
func TestPassbooksAddUp(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		lines := make([]byte, dice.IntN(12))
		for i := range lines {
			lines[i] = "cdw0b"[dice.IntN(5)]
		}
		st := made(string(lines), []book.Points{0, -7, -60, -250, 90}[dice.IntN(5)])
		glance := atAGlance(st)
		oldestFirst := make([]row, len(glance))
		for i := range glance {
			oldestFirst[len(glance)-1-i] = glance[i]
		}
		for name, rows := range map[string][]row{"paper": exactly(st), "screen": oldestFirst} {
			sum, last := st.BroughtForward, st.BroughtForward
			for i := range rows {
				r := &rows[i]
				if sum += r.before + r.points; r.after != sum {
					t.Fatalf("%s of %q: row %d says %v after %v of movements", name, lines, i, r.after, sum)
				}
				if last = r.after; r.line != nil && r.line.After != r.after {
					t.Fatalf("%s of %q: row %d says %v, the balance was %v", name, lines, i, r.after, r.line.After)
				}
			}
			if sum != st.Balance || last != st.Balance {
				t.Fatalf("%s of %q ends with %v, its last balance is %v, and the balance %v", name, lines, sum, last, st.Balance)
			}
		}
	}
}

// The sums above a statement are those of its columns, and lead from what was brought forward to the balance.
func TestTotals(t *testing.T) {
	for _, c := range []struct {
		lines string
		faded book.Points
		want  Totals
	}{
		{"", 0, Totals{}},
		{"", -50, Totals{Faded: -50}},
		{"c", 0, Totals{In: 600}},
		{"w", 0, Totals{Out: 400}},
		{"cdw", -10, Totals{In: 1200, Out: 400, Faded: -40}},
		{"wwc0b", -10, Totals{In: 600, Out: 800, Faded: -60}},
		{"c", 5, Totals{In: 600, Faded: 10}}, // an overdraft fades upwards
	} {
		st := made(c.lines, c.faded)
		got := TotalsOf(st)
		if got != c.want {
			t.Errorf("%q fading by %v: %+v, want %+v", c.lines, c.faded, got, c.want)
		}
		if sum := st.BroughtForward + got.In - got.Out + got.Faded; sum != st.Balance {
			t.Errorf("%q fading by %v comes to %v, and the balance is %v", c.lines, c.faded, sum, st.Balance)
		}
	}
}

// The screen has a row of fading where it came to a point, and none for what moved nothing.
func TestFadingIsJoined(t *testing.T) {
	for _, tc := range []struct {
		lines  string
		faded  book.Points
		fading int // rows of it
		all    int
		days   int // of the newest
	}{
		{"c00dw0c", -60, 3, 7, 1},
		{"cccc", -20, 1, 5, 1},
		{"cccc", -200, 5, 9, 1},
		{"cccc", 0, 0, 4, 0},
		{"0000", -20, 1, 1, 5},
		{"b", -200, 2, 3, 1},
		{"", -200, 1, 1, 1},
	} {
		rows := atAGlance(made(tc.lines, tc.faded))
		fading, days := 0, 0
		for i := range rows {
			if rows[i].line == nil {
				if fading++; fading == 1 {
					days = rows[i].days()
				}
			}
		}
		if fading != tc.fading || len(rows) != tc.all || days != tc.days {
			t.Errorf("%q with %v a day: %d rows of %d are fading, the newest of %d days; want %d of %d, and %d days", tc.lines, tc.faded, fading, len(rows), days, tc.fading, tc.all, tc.days)
		}
	}
}
