package actions

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"passbook/internal/agenda"
	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// List is Today: one ranked list.
type List struct {
	At    book.Instant `json:"at"`
	Items []Item       `json:"items"`

	// LeftOut is how many more accounts are due than Items shows: a morning's list is a proposal and has no next page.
	LeftOut int `json:"left_out,omitempty"`

	// Due is all that is due, of which Items shows the best part. What only fills a morning, such as a birthday, counts
	// where it was looked for.
	Due Due `json:"-"`

	// Next is what is to come, for a list that is empty; nil otherwise, and when the past is read.
	Next *Next `json:"-"`
}

// Item is one account and the act that weighs most there.
type Item struct {
	Item          string            `json:"item"` // names the row; snooze takes it
	Rank          int               `json:"rank"` // from 1
	Class         int               `json:"class"`
	Account       Client            `json:"account"`
	Act           agenda.Act        `json:"act"`
	Channel       book.Channel      `json:"channel"`
	Minutes       int               `json:"minutes"`
	Reason        string            `json:"reason"`
	Say           string            `json:"say"`
	CostOfWaiting book.Points       `json:"cost_of_waiting"` // of one more day
	Weight        float64           `json:"weight"`          // of the account against others
	Holds         []assessment.Hold `json:"holds"`           // what the act releases, the leading one first

	// Arithmetic is how the place in the list came about, for the page to print on request.
	Arithmetic string `json:"-"`

	// With is the one of several people of the account whom the act is about: who wrote, to whom it was promised, whose birthday
	// it is. Empty where it is about all of them.
	With string `json:"with,omitempty"`

	// By is how the act is proposed, where by Channel they cannot be reached as far as is known, and Takes its minutes; else they
	// are Channel and Minutes. Rank, arithmetic and budget go by those, whatever stands on a card. Lacks says what is to be asked
	// for where nothing that is known reaches them as the standard has it.
	By    book.Channel `json:"-"`
	Takes int          `json:"-"`
	Lacks string       `json:"lacks,omitempty"`

	// Withheld is what all of them do not let us use any more, and Closed says so in a sentence, with who else of them does not.
	// Where Channel is among it, Channel and Minutes are those that are proposed: none and nothing, where all is withheld.
	Withheld []book.Channel `json:"withheld,omitempty"`
	Closed   string         `json:"closed,omitempty"`

	// Phone, Text and Emails are by what they are called, sent a text and written to; empty where it is not known, or they do not
	// want it.
	Phone  string   `json:"-"`
	Text   string   `json:"-"`
	Emails []string `json:"-"`

	// Subject and Letter begin a letter that carries the act out: "Re:" what they wrote about or what was promised, and the opening words
	// set as a letter has them. An empty subject is for the firm's name to fill.
	Subject string `json:"-"`
	Letter  string `json:"-"`

	// About is the promise to keep, or the failure to make good, in the words it was written down in.
	About string `json:"-"`

	// Took is what the failure to make good has withdrawn.
	Took book.Points `json:"-"`

	// PastEstimate says that the case to tell of was to be solved by now.
	PastEstimate bool `json:"-"`

	// openCase says that amends are made by resolving a case, engagement that the news is of a piece of work.
	openCase, engagement bool

	// party says that the news is for somebody who takes part, and not for the client.
	party bool

	// LastReal is when the account was last truly in touch, by its own standard; zero for never. LastBy says by what: meeting,
	// call, or email for what was written; empty where only that there was contact is kept, as of a gift.
	LastReal book.Instant `json:"-"`
	LastBy   book.Channel `json:"-"`

	// planned is what was planned and is to be done, where the act is that; candid says that it asks an honest question.
	planned book.ID
	candid  bool

	one       book.ID // the contact of With
	unreached bool    // nothing that is known reaches them as the act wants it
}

// Grows is what one more day of waiting truly adds to what is held. It is nothing where every hold has reached its cap:
// there CostOfWaiting is what the act would free.
func (i *Item) Grows() book.Points {
	var more book.Points
	for n := range i.Holds {
		more += i.Holds[n].Tomorrow - i.Holds[n].Amount
	}
	return more
}

// Client is an account in the list.
type Client struct {
	ID        book.ID         `json:"id"`
	Name      string          `json:"name"`
	Owner     string          `json:"owner"` // the member's name
	OwnerID   book.ID         `json:"-"`
	Standing  ledger.Standing `json:"standing"`
	Balance   book.Points     `json:"balance"`
	Available book.Points     `json:"available"`
}

// Due counts a whole list, shown or not.
type Due struct {
	Rows, Minutes int
	Below         int // overdrawn accounts that are not shown
}

// Next is what tomorrow and the days after bring.
type Next struct {
	At       book.Instant // when the next account comes due; zero for never
	Tomorrow int          // how many do by the end of tomorrow
}

// Options narrow Today.
type Options struct {
	Member  book.ID // whose accounts; empty is everybody's
	Minutes int     // a budget: the acts that fit into it, in order of rank; zero is none
	Limit   int     // zero is 20
}

const (
	defaultLimit = 20
	// budgeted is how far down the list acts are looked for that still fit into a budget of minutes.
	budgeted = 500
)

// Today ranks what is due as of the reading's instant.
func Today(ctx context.Context, r *teller.Reading, opt Options) (*List, error) {
	if opt.Limit <= 0 {
		opt.Limit = defaultLimit
	}
	n := opt.Limit
	if opt.Minutes > 0 {
		n = max(n, budgeted)
	}
	ranked, err := ranking(ctx, r, opt.Member, n)
	if err != nil {
		return nil, err
	}
	if ranked.At != r.At { // it was worked out within this minute, and is told as of then
		then := *r
		then.At, then.Now = ranked.At, ranked.At
		r = &then
	}
	items := fit(slices.Clone(ranked.What.items), &opt)
	list := &List{At: r.At, Due: ranked.What.due}
	for i := range items {
		if items[i].Standing == ledger.Overdrawn {
			list.Due.Below--
		}
	}
	if len(items) == 0 && r.At >= r.Now {
		next, err := nextDue(ctx, r, opt.Member)
		if err != nil {
			return nil, err
		}
		list.Next = next
	}
	list.Items, err = tell(ctx, r, items)
	list.LeftOut = max(0, list.Due.Rows-len(list.Items))
	return list, err
}

// ranked is the best of what is due, and how much that is.
type ranked struct {
	items []agenda.Item
	due   Due
}

// keptRows is how many rows of a morning are kept for who asks again: more than a page shows at first.
const keptRows = 100

// whoseMorning names a ranking to teller.Kept.
type whoseMorning struct {
	member book.ID
	n      int
}

// ranking ranks what is due to a member, or to all.
func ranking(ctx context.Context, r *teller.Reading, member book.ID, n int) (teller.Dated[ranked], error) {
	work := func() (ranked, error) {
		m := newMorning(r, n)
		rank := m.now
		if r.At < r.Now {
			rank = m.then
		}
		if err := rank(ctx, member); err != nil {
			return ranked{}, err
		}
		items, err := m.occasions(ctx, member, n)
		return ranked{items, m.due}, err
	}
	if n > keptRows {
		out, err := work()
		return teller.Dated[ranked]{At: r.At, What: out}, err
	}
	return teller.Kept(ctx, r, whoseMorning{member, n}, work)
}

// fit takes the items that fit into the budget of minutes, one that is too long making room for shorter ones below.
func fit(items []agenda.Item, opt *Options) []agenda.Item {
	if opt.Minutes > 0 {
		left := opt.Minutes
		items = slices.DeleteFunc(items, func(i agenda.Item) bool {
			if i.Minutes > left {
				return true
			}
			left -= i.Minutes
			return false
		})
	}
	return items[:min(len(items), opt.Limit)]
}

// morning is one run over the accounts that are due. Nothing in it is made anew for each account.
type morning struct {
	r       *teller.Reading
	short   *agenda.Shortlist
	moment  ledger.Moment
	subject agenda.Subject
	scratch []ledger.Hold
	endOf   book.Instant // of the day
	due     Due          // of all that was offered, Below counting the shown too
}

func newMorning(r *teller.Reading, n int) *morning {
	cal := r.Rules.Calendar
	return &morning{
		r: r, short: agenda.NewShortlist(n), moment: r.Rules.Moment(r.At), scratch: make([]ledger.Hold, 0, 64),
		endOf: cal.End(cal.Day(r.At)),
	}
}

// offer puts the best act of an account on the shortlist. What the account is called is read for those that are shown.
func (m *morning) offer(id book.ID, s *ledger.State, chance *agenda.Opportunity) {
	spend := &m.r.Rules.Playbook(s.Playbook).Minutes
	m.subject = agenda.Subject{Account: id, Owner: s.Owner, State: s, Opportunity: chance}
	found := m.short.Consider(&m.moment, spend, &m.subject, m.scratch)
	if !found.Due {
		return
	}
	m.due.Rows++
	m.due.Minutes += found.Minutes
	if found.Overdrawn {
		m.due.Below++
	}
}

// now ranks the present: the index gives the accounts that are due. The few whose stored state says too much, because
// of an entry dated ahead or of older rules, are folded apart.
func (m *morning) now(ctx context.Context, member book.ID) error {
	var past []book.ID
	version := m.r.Rules.Version
	err := m.r.Tx.EachDue(ctx, member, m.endOf, func(d *store.DueRow) error {
		if d.State.LastAt > m.r.At || d.Rules != version {
			past = append(past, d.ID)
			return nil
		}
		m.offer(d.ID, &d.State, nil)
		return nil
	})
	if err != nil {
		return err
	}
	return m.folded(ctx, past, member)
}

// then ranks the past. Where entries came later, the row says neither what was due nor whose the account was, so these
// are all folded up to then.
func (m *morning) then(ctx context.Context, member book.ID) error {
	ids, err := m.r.Tx.DueThen(ctx, m.r.At, m.endOf, member)
	if err != nil {
		return err
	}
	return m.folded(ctx, ids, member)
}

// foldChunk is how many accounts are folded at a time.
const foldChunk = 256

func (m *morning) folded(ctx context.Context, ids []book.ID, member book.ID) error {
	for chunk := range slices.Chunk(ids, foldChunk) {
		accounts, err := m.r.Tx.Accounts(ctx, chunk...)
		if err != nil {
			return err
		}
		if accounts, err = m.r.States(ctx, accounts); err != nil {
			return err
		}
		for _, a := range accounts {
			if member == "" || a.Owner == member {
				m.offer(a.ID, &a.State, nil)
			}
		}
	}
	return nil
}

// ahead is how many days before a birthday Today speaks of it.
const ahead = 7

// birthdaysAhead are the days of which Today speaks, by month and day as a contact keeps them.
func birthdaysAhead(r *teller.Reading) map[string]string {
	today := r.At.Time().In(r.Rules.Calendar.Zone)
	on := make(map[string]string, ahead+1)
	for i := range ahead + 1 {
		d := today.AddDate(0, 0, i)
		on[d.Format("01-02")] = d.Format(time.DateOnly)
	}
	return on
}

// congratulate is the occasion that a birthday gives.
func congratulate(r *teller.Reading, on, name string, contact book.ID) *agenda.Opportunity {
	return &agenda.Opportunity{
		Kind: agenda.KindDate, On: on, Text: r.Tongue.Say("Birthday of {name}", "name", name), Whom: firstWord(name), Contact: contact,
	}
}

// occasions fill a list that what is owed has not, first with what is planned, then with birthdays: they rank below all of it, so a full
// list need not look for them.
func (m *morning) occasions(ctx context.Context, member book.ID, n int) ([]agenda.Item, error) {
	listed := m.short.Items()
	for _, read := range []func(context.Context, book.ID) ([]occasion, error){m.planned, m.birthdays} {
		if len(listed) >= n {
			break
		}
		found, err := read(ctx, member)
		if err != nil {
			return nil, err
		}
		of, ids := make(map[book.ID]*agenda.Opportunity, len(found)), make([]book.ID, 0, len(found))
		for _, o := range found {
			if of[o.account] == nil && !slices.ContainsFunc(listed, func(i agenda.Item) bool { return i.Account == o.account }) {
				of[o.account] = o.what
				ids = append(ids, o.account)
			}
		}
		m.short = agenda.NewShortlist(n - len(listed))
		if err := m.seize(ctx, member, ids, of); err != nil {
			return nil, err
		}
		listed = append(listed, m.short.Items()...)
	}
	return listed, nil
}

// occasion is a reason to be in touch with an account that nobody owes.
type occasion struct {
	account book.ID
	what    *agenda.Opportunity
}

// seize offers occasions to the shortlist.
func (m *morning) seize(ctx context.Context, member book.ID, ids []book.ID, of map[book.ID]*agenda.Opportunity) error {
	for chunk := range slices.Chunk(ids, foldChunk) {
		accounts, err := m.r.Tx.Accounts(ctx, chunk...)
		if err != nil {
			return err
		}
		if accounts, err = m.r.States(ctx, accounts); err != nil {
			return err
		}
		for _, a := range accounts {
			if member == "" || a.Owner == member {
				m.offer(a.ID, &a.State, of[a.ID])
			}
		}
	}
	return nil
}

// birthdays are those that come up, the soonest first.
func (m *morning) birthdays(ctx context.Context, member book.ID) ([]occasion, error) {
	on := birthdaysAhead(m.r)
	found, err := m.r.Tx.Birthdays(ctx, member, slices.Sorted(maps.Keys(on))...)
	slices.SortStableFunc(found, func(a, b store.Birthday) int { return strings.Compare(on[a.Day], on[b.Day]) })
	out := make([]occasion, len(found))
	for i, b := range found {
		out[i] = occasion{b.Account, congratulate(m.r, on[b.Day], b.Name, b.Contact)}
	}
	return out, err
}

// mostPlanned is how much of what is planned one morning looks at: what is older comes first, and a day has no room for more.
const mostPlanned = 200

// planned is what was to be done by the end of the day, the longest due first.
func (m *morning) planned(ctx context.Context, member book.ID) ([]occasion, error) {
	rows, err := m.r.Tx.PlannedDue(ctx, m.endOf, member, 0, "", mostPlanned)
	if err != nil {
		return nil, err
	}
	all := make([]store.Planned, len(rows))
	for i := range rows {
		all[i] = rows[i].Planned
	}
	return occasionsOf(ctx, m.r, all)
}

// occasionsOf are the occasions that planned things give.
func occasionsOf(ctx context.Context, r *teller.Reading, all []store.Planned) ([]occasion, error) {
	ids := make([]book.ID, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	entries, err := r.Tx.EntriesByID(ctx, ids...)
	var out []occasion
	for i := range all {
		p, e := &all[i], entries[all[i].ID]
		if e.ID == "" || e.At > r.At {
			continue
		}
		out = append(out, occasion{p.Account, &agenda.Opportunity{
			Kind: agenda.KindPlanned, Text: r.Tongue.Say("Planned: {what}", "what", strings.TrimRight(assessment.Phrase(e.Words.Text), ".")),
			Channel: p.Channel, Entry: p.ID, Candid: p.Candid,
		}})
	}
	return out, err
}

// nextDue looks ahead for somebody who has nothing to do.
func nextDue(ctx context.Context, r *teller.Reading, member book.ID) (*Next, error) {
	cal := r.Rules.Calendar
	day := cal.Day(r.At)
	at, n, err := r.Tx.NextDue(ctx, member, cal.End(day), cal.End(day+1))
	return &Next{At: at, Tomorrow: n}, err
}
