package transfer

import (
	"time"

	"passbook/internal/book"
)

// longWait is how long somebody may have waited whom one still answers, as far as nobody says otherwise.
const longWait = 90 * book.Day

// HistoryDay is the day, where the firm is, before which what was not answered may well be history: the day after the newest of
// the conversations taken in, at the latest 90 days ago. A newest of zero is not known.
func HistoryDay(newest, now book.Instant, zone *time.Location) string {
	last := now - longWait
	if newest != 0 {
		last = min(last, newest+book.Day)
	}
	return last.Time().In(zone).Format(time.DateOnly)
}

// countWaiting says who waits after an import. Where half of them or more have waited for very long, it proposes a day before
// which that is history; whether it is, somebody has to say.
func (im *importing) countWaiting() {
	r, now := &im.report, im.t.Now()
	r.History = len(im.past)
	for _, since := range im.waits {
		if since == 0 {
			continue
		}
		if r.Waiting++; r.WaitingSince == 0 || since < r.WaitingSince {
			r.WaitingSince = since
		}
		if since < now-longWait {
			r.WaitingLong++
		}
	}
	if r.WaitingLong > 0 && 2*r.WaitingLong >= r.Waiting {
		r.HistoryProposed = HistoryDay(r.Newest, now, im.zone)
	}
}
