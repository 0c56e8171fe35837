package teller

import (
	"context"
	"slices"

	"passbook/internal/book"
)

// keepOrder makes the changes of a noun stand in the log in the order in which they were made. The moment a command
// takes from its clock may lie before that of a change which is there already: clocks are set back, two machines differ,
// and on PostgreSQL a command may wait for another's lock after it looked at the clock. What is called last must be
// recorded last, since the log is read back by that.
func (w *Work) keepOrder(ctx context.Context) error {
	if err := w.afterLast(ctx); err != nil {
		return err
	}
	var accounts, subjects []book.ID
	for _, e := range w.pending {
		if h := w.held[e.Account]; changesNoun(e.Kind) && (h == nil || !h.fresh) {
			accounts, subjects = appendID(accounts, e.Account), appendID(subjects, e.Subject)
		}
	}
	if len(accounts)+len(subjects) == 0 {
		return nil
	}
	last, err := w.Tx.LastRecorded(ctx, accounts, subjects)
	if err != nil {
		return err
	}
	moved := w.Now // what one command changes stays together, as an account and its contact do; an import is many
	for _, e := range w.pending {
		if changesNoun(e.Kind) {
			if at := max(last[e.Account], last[e.Subject]); at >= e.Recorded {
				e.Recorded = at + 1
			}
			moved = max(moved, e.Recorded)
		}
	}
	for _, e := range w.pending {
		if w.run == "" && changesNoun(e.Kind) {
			e.Recorded = moved
		}
	}
	return nil
}

// afterLast records what a member types after what they typed last, also when the clock was set back since: undo takes
// back what was written last.
func (w *Work) afterLast(ctx context.Context) error {
	if w.run != "" || len(w.pending) == 0 {
		return nil
	}
	last, err := w.Tx.LastTyped(ctx, w.Who.Member)
	if err != nil || last <= w.Now {
		return err
	}
	for _, e := range w.pending {
		e.Recorded = max(e.Recorded, last+1)
	}
	return nil
}

// changesNoun says whether entries of a kind say what somebody is called or where they stand.
func changesNoun(k book.Kind) bool {
	return slices.Contains([]book.Kind{
		book.KindChanged, book.KindContact, book.KindMerged, book.KindUnmerged, book.KindMember, book.KindRelated,
		book.KindJoined,
	}, k)
}

func appendID(ids []book.ID, id book.ID) []book.ID {
	if id == "" || slices.Contains(ids, id) {
		return ids
	}
	return append(ids, id)
}

// CheckTime refuses a time at which nothing can have happened; zero is now. The error is Invalid and about the field "at".
func (w *Work) CheckTime(at book.Instant) error {
	ahead := book.Instant(Fast)
	if w.run != "" {
		ahead = Future
	}
	if at > w.Now+ahead {
		return book.Fieldf(book.Invalid, "at", "%s lies ahead of now; what has not happened yet cannot be recorded", book.Moment(at))
	}
	if y := w.When(at).Time().UTC().Year(); y < book.FirstYear || y > book.LastYear {
		return book.Fieldf(book.Invalid, "at", "is in the year %d; write a time from %d to %d, or leave it out for now", y, book.FirstYear, book.LastYear)
	}
	return nil
}
