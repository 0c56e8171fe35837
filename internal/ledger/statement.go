package ledger

import "passbook/internal/book"

// Line is one entry on a statement. Faded is what the balance lost or regained since the previous line: the
// balancing figure, so that before + faded + points = after, to the hundredth.
type Line struct {
	Entry    *book.Entry
	Postings []book.Posting
	Points   book.Points
	Faded    book.Points
	After    book.Points
}

// Sheet is a statement's arithmetic between two instants.
type Sheet struct {
	BroughtForward book.Points
	Lines          []Line
	FadedTo        book.Points // fading from the last line to the end
	Balance        book.Points
}

// Rule draws up a statement from the balance m at an instant ref before the first line, and the lines with their
// postings in the order of the fold; end is the moment it is drawn for. It adds up by construction: every printed
// balance is the rounded true one, and fading takes up the difference.
func (r *Rules) Rule(m float64, ref book.Instant, from book.Instant, lines []Line, end book.Instant) Sheet {
	s := State{M: m, Ref: ref}
	sheet := Sheet{BroughtForward: book.Round(s.Balance(r, from)), Lines: lines}
	before := sheet.BroughtForward
	for i := range lines {
		l := &lines[i]
		l.Points = 0
		for _, p := range l.Postings {
			s.post(r, l.Entry.At, p.Points)
			l.Points += p.Points
		}
		l.After = book.Round(s.Balance(r, l.Entry.At))
		l.Faded = l.After - l.Points - before
		before = l.After
	}
	sheet.Balance = book.Round(s.Balance(r, end))
	sheet.FadedTo = sheet.Balance - before
	return sheet
}
