package assessment

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Told is one thing on an account's timeline.
type Told struct {
	Entry *book.Entry
	By    string // the member's name
	Said  Parts
}

// Timeline is a page of what happened on an account, newest first, and where it goes on.
type Timeline struct {
	Told []Told
	Next string // the cursor of what is older; "" at the beginning
}

// Matters are what a timeline can be narrowed to, by name: which kinds of entry belong to each.
var Matters = []struct { //nolint:gochecknoglobals // a table of words
	Name  string
	Kinds []book.Kind
}{
	{"touches", []book.Kind{book.KindTouch, book.KindThanks}},
	{"promises", []book.Kind{book.KindPromise, book.KindKept, book.KindBroken, book.KindReleased, book.KindMoved}},
	{"cases", []book.Kind{book.KindCase, book.KindUpdate, book.KindResolved, book.KindReopened, book.KindAgreed}},
	{"engagements", []book.Kind{book.KindEngagement, book.KindStage, book.KindProgress, book.KindSetback, book.KindEnded, book.KindParty, book.KindClosing, book.KindCare}},
	{"plans", []book.Kind{book.KindPlanned, book.KindDone}},
	{"pulses", []book.Kind{book.KindPulseAsked, book.KindPulse}},
	{"notes", []book.Kind{book.KindNote}},
	{"files", []book.Kind{book.KindAttached}},
	{"changes", []book.Kind{
		book.KindChanged, book.KindJoined, book.KindRelated, book.KindMerged, book.KindUnmerged, book.KindSnoozed, book.KindOpened,
		book.KindHistory,
	}},
}

// belongs says whether an entry stands on a timeline of a matter; "" is what passed between the firm and the client, and notes.
func belongs(e *book.Entry, matter string) bool {
	if e.VoidedBy != "" {
		return false
	}
	for _, m := range Matters {
		if m.Name == matter {
			return slices.Contains(m.Kinds, e.Kind)
		}
	}
	return e.Kind.Happening() || e.Kind == book.KindNote || e.Kind == book.KindAttached || e.Kind == book.KindHistory || e.Kind == book.KindDone
}

// mostRead bounds the entries that one page of a timeline goes through; where few of them belong on it, the page ends
// early and is gone on from there.
const mostRead = 2000

// Tell reads a page of an account's timeline, those merged into it included, before a cursor; "" begins now.
func Tell(ctx context.Context, r *teller.Reading, account book.ID, matter, before string, limit int) (*Timeline, error) {
	at, id, err := readPlace(before, r.At)
	if err != nil {
		return nil, err
	}
	ids, err := r.Tx.StandsFor(ctx, account)
	if err != nil {
		return nil, err
	}
	t := &Timeline{}
	page := make([]book.Entry, 0, limit)
	for read := 0; ; {
		some, err := beforeOf(ctx, r.Tx, ids, at, id, 2*limit)
		if err != nil {
			return nil, err
		}
		n := len(some)
		if n > 0 {
			at, id = some[n-1].At, some[n-1].ID
		}
		shown, err := r.Tx.ShownEntries(ctx, some)
		if err != nil {
			return nil, err
		}
		for i := 0; i < len(shown) && len(page) < limit; i++ {
			if belongs(&shown[i], matter) {
				page = append(page, shown[i])
			}
		}
		read += n
		if len(page) == limit { // what lies beyond is read again
			at, id = page[limit-1].At, page[limit-1].ID
		} else if n < 2*limit {
			break
		}
		if len(page) == limit || read >= mostRead {
			t.Next = strconv.FormatInt(int64(at), 10) + "." + string(id)
			break
		}
	}
	scribe, err := ScribeAmong(ctx, r, account, page)
	if err != nil {
		return nil, err
	}
	return t, t.say(ctx, r, scribe, page)
}

// beforeOf reads the newest entries before a place of several accounts that count as one.
func beforeOf(ctx context.Context, tx *store.Tx, ids []book.ID, at book.Instant, id book.ID, limit int) ([]book.Entry, error) {
	if len(ids) == 1 {
		return tx.EntriesBefore(ctx, ids[0], "", at, id, limit)
	}
	var all []book.Entry
	for _, account := range ids {
		some, err := tx.EntriesBefore(ctx, account, "", at, id, limit)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b book.Entry) int {
		if b.Before(&a) {
			return -1
		}
		return 1
	})
	return all[:min(len(all), limit)], nil
}

// say puts entries into words.
func (t *Timeline) say(ctx context.Context, r *teller.Reading, scribe Scribe, page []book.Entry) error {
	abouts, err := Subjects(ctx, r.Tx, page)
	if err != nil {
		return err
	}
	var by []book.ID
	for i := range page {
		if !slices.Contains(by, page[i].By) {
			by = append(by, page[i].By)
		}
	}
	names, err := r.Tx.MemberNames(ctx, by...)
	t.Told = slices.Grow(t.Told, len(page))
	for i := range page {
		e := &page[i]
		t.Told = append(t.Told, Told{e, names[e.By], scribe.Remembered(e, abouts[e.Settles()])})
	}
	return err
}

// readPlace reads a cursor; "" is right after an instant.
func readPlace(cursor string, now book.Instant) (book.Instant, book.ID, error) {
	if cursor == "" {
		return now + 1, "", nil
	}
	stamp, id, ok := strings.Cut(cursor, ".")
	at, err := strconv.ParseInt(stamp, 10, 64)
	if !ok || err != nil {
		return 0, "", book.Fieldf(book.Invalid, "before", "wants the next of a timeline, as it was given")
	}
	return book.Instant(at), book.ID(id), nil
}

// Lately is from when a statement is drawn up that has about so many lines, up to the instant that the book is read as of;
// zero is the account's beginning.
func Lately(ctx context.Context, r *teller.Reading, account book.ID, lines int) (book.Instant, error) {
	ids, err := r.Tx.StandsFor(ctx, account)
	if err != nil {
		return 0, err
	}
	some, err := beforeOf(ctx, r.Tx, ids, r.At+1, "", lines)
	if err != nil || len(some) < lines {
		return 0, err
	}
	return some[len(some)-1].At, nil
}
