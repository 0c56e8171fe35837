package web

import (
	"strconv"
	"time"

	"passbook/internal/book"
	"passbook/internal/ui"
)

// localTime is an instant as a browser's field for a day and a time wants it, by the reader's clock; zero is empty.
func localTime(p *ui.Page, at book.Instant) string {
	return inField(at, p.Clock.Now.Location(), "2006-01-02T15:04")
}

// day is an instant as a field for a day alone wants it; zero is empty. Such a day ends with the firm's working hours, so it
// is a day in the firm's zone: by the reader's clock it could come back from the form as the one before or after.
func (a *shownAccount) day(at book.Instant) string { return inField(at, a.zone, time.DateOnly) }

func inField(at book.Instant, zone *time.Location, form string) string {
	if at == 0 {
		return ""
	}
	return at.Time().In(zone).Format(form)
}

// number is a whole number in a field; zero is empty.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// pointsText is an amount in a field; zero is empty.
func pointsText(n book.Points) string {
	if n == 0 {
		return ""
	}
	return n.String()
}
