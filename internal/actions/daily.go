package actions

import (
	"context"
	"time"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Daily is what a member reads in the morning without opening the book: the best of Today, and what others recorded on their
// clients since the working morning before.
type Daily struct {
	Member  string       `json:"member"`
	Since   book.Instant `json:"since"`
	Today   *List        `json:"today"`
	Changed []Changed    `json:"changed"`
	More    int          `json:"more,omitempty"` // clients with changes that are not named
}

// Changed is a client of theirs on whom others recorded something.
type Changed struct {
	Account book.ID  `json:"account"`
	Name    string   `json:"name"`
	What    []string `json:"what"` // a sentence each, the latest first
	More    int      `json:"more,omitempty"`
}

// Empty says that there is nothing to be told.
func (d *Daily) Empty() bool { return len(d.Today.Items) == 0 && len(d.Changed) == 0 }

const (
	dailyRows    = 10 // of Today
	dailyClients = 12 // with changes
	dailyEach    = 3  // changes of one client
	// mostChanges bounds what is read of a time in which far more happened than anybody reads.
	mostChanges = 20_000
)

// Changes are what others recorded, by the member whose clients it is about.
type Changes map[book.ID][]store.Change

// ChangesSince reads them for one member, or for all.
func ChangesSince(ctx context.Context, r *teller.Reading, since book.Instant, member book.ID) (Changes, error) {
	all, err := r.Tx.ChangesSince(ctx, since, member, mostChanges)
	if err != nil {
		return nil, err
	}
	out := make(Changes)
	for _, c := range all {
		if newsworthy(c.Kind) {
			out[c.Owner] = append(out[c.Owner], c)
		}
	}
	return out, nil
}

// newsworthy says whether a kind is told of in the morning: what passed with clients, and who is new. A note may be private, and what
// was filed differently can wait.
func newsworthy(k book.Kind) bool { return k.Happening() || k == book.KindOpened }

// DailyNow is the morning of a member as it stands now, of the changes that the reader sees.
func DailyNow(ctx context.Context, r *teller.Reading, member *book.Member) (*Daily, error) {
	cal := r.Rules.Calendar
	since := MorningBefore(cal, cal.Day(r.At))
	changes, err := ChangesSince(ctx, r, since, member.ID)
	if err != nil {
		return nil, err
	}
	return DailyOf(ctx, r, member, since, changes[member.ID])
}

// DailyOf puts a member's morning together, of the changes that are theirs. The reading is with their eyes.
func DailyOf(ctx context.Context, r *teller.Reading, member *book.Member, since book.Instant, changes []store.Change) (*Daily, error) {
	list, err := Today(ctx, r, Options{Member: member.ID, Limit: dailyRows})
	if err != nil {
		return nil, err
	}
	d := &Daily{Member: member.Name, Since: since, Today: list, Changed: []Changed{}}
	var order []book.ID
	by := make(map[book.ID][]store.Change)
	for _, c := range changes {
		if by[c.Account] == nil {
			order = append(order, c.Account)
		}
		by[c.Account] = append(by[c.Account], c)
	}
	d.More = max(0, len(order)-dailyClients)
	order = order[:min(len(order), dailyClients)]
	var ids []book.ID
	for _, a := range order {
		for _, c := range by[a][:min(len(by[a]), dailyEach)] {
			ids = append(ids, c.Entry)
		}
	}
	entries, err := r.Tx.EntriesByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	var seen []book.Entry
	var members []book.ID
	for _, id := range ids {
		if e, ok := entries[id]; ok {
			seen, members = append(seen, e), append(members, e.By)
		}
	}
	names, err := r.Tx.MemberNames(ctx, members...)
	if err != nil {
		return nil, err
	}
	abouts, err := assessment.Subjects(ctx, r.Tx, seen)
	if err != nil {
		return nil, err
	}
	scribe := assessment.ScribeOf(r)
	for _, a := range order {
		one := Changed{Account: a, Name: by[a][0].Name, What: []string{}}
		for _, c := range by[a][:min(len(by[a]), dailyEach)] {
			e, seen := entries[c.Entry]
			if !seen {
				continue // nobody else's business
			}
			said := scribe.About(&e, abouts[e.Settles()])
			if who := names[e.By]; who != "" {
				said = scribe.Say("{what} ({name})", "what", said, "name", who)
			}
			one.What = append(one.What, said)
		}
		if one.More = len(by[a]) - dailyEach; one.More < 0 {
			one.More = 0
		}
		if len(one.What) > 0 {
			d.Changed = append(d.Changed, one)
		}
	}
	return d, nil
}

// earlier is how long before the firm opens a morning's letter goes out, dawn when it does where the firm keeps no hours.
const (
	earlier = 30 // minutes
	dawn    = 7 * 60
)

// Morning is when the letter of a day is due: a while before the firm opens.
func Morning(cal *ledger.Calendar, day int) book.Instant {
	minutes := dawn
	if cal.Opens > 0 {
		minutes = max(0, cal.Opens-earlier)
	}
	return cal.Start(day) + book.Instant(minutes)*book.Instant(time.Minute.Microseconds())
}

// MorningBefore is the working morning before that of a day: what happened since is news.
func MorningBefore(cal *ledger.Calendar, day int) book.Instant {
	before := day - 1
	for n := 0; n < 31 && !cal.Works(before); n++ { // a firm whose calendar knows no working day hears of a month
		before--
	}
	return Morning(cal, before)
}

// NextMorning is the first working morning after an instant, and its day; false where none of the next month is.
func NextMorning(cal *ledger.Calendar, after book.Instant) (day int, at book.Instant, ok bool) {
	for day = cal.Day(after); day < cal.Day(after)+31; day++ {
		if at = Morning(cal, day); at > after && cal.Works(day) {
			return day, at, true
		}
	}
	return 0, 0, false
}
