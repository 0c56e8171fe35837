package teller

import (
	"cmp"
	"context"
	"slices"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
)

// Projection is all that the entries of one account come to, and is kept beside the log.
type Projection struct {
	State    ledger.State
	Postings []store.Posting
	Promises []store.Promise
	Cases    []store.Case
	News     []store.News

	Engagements []store.Engagement
	Planned     []store.Planned
	Voices      []store.Voice
}

// Project folds the entries of an account and of those merged into it from nothing. They are sorted in place. What a
// running book holds is gathered by the same code, an entry at a time.
func Project(rules *ledger.Rules, account book.ID, entries []book.Entry) Projection {
	var x effects
	p := Projection{State: rules.Replay(account, entries, func(e *book.Entry, s *ledger.State, fx ledger.Effects) {
		x.add(account, e, s, fx)
	})}
	answers(x.news, nil)
	for _, id := range x.order {
		p.Cases = append(p.Cases, *x.cases[id])
	}
	p.Postings, p.Promises, p.Engagements, p.Planned, p.News, p.Voices = x.postings, x.promises, x.work, x.planned, x.news, x.voices
	return p
}

// voiceOf is what an entry says of how a client speaks of us, or was asked to. A failure that we named first is no complaint.
func voiceOf(e *book.Entry) (store.Voice, bool) {
	f := &e.Facts
	v := store.Voice{At: e.At, Entry: e.ID, Contact: f.Party, By: e.By, Question: f.Question, Pulse: f.Pulse, Score: f.Score}
	switch {
	case e.Kind == book.KindPulseAsked:
		v.What = store.VoiceAsked
	case e.Kind == book.KindPulse:
		v.What, v.Ask = store.VoiceAnswer, e.Subject
	case e.Kind == book.KindCase && f.Ours && !f.FirstUs:
		v.What = store.VoiceComplaint
	}
	return v, v.What != ""
}

// cameBy says how an entry brought news, as far as the entry alone tells: they asked, or they were told. Nothing that a
// machine wrote, that was sent to many or that reached nobody counts.
func cameBy(e *book.Entry, fx ledger.Effects) string {
	f := &e.Facts
	reached := f.Outcome != book.NoAnswer && f.Outcome != book.LeftWord
	switch {
	case e.Kind == book.KindUpdate && fx.Case != nil, e.Kind == book.KindProgress && fx.Engagement != nil && f.Party == "":
		return store.NewsTold
	case e.Kind != book.KindTouch || f.Auto:
		return ""
	case f.Direction == book.In && f.Asks == book.AsksNews:
		if f.Channel.Live() && reached {
			return store.NewsAskedNow
		}
		return store.NewsAsked
	case f.Direction == book.Out && f.Purpose == book.Inform && f.Outcome != book.NoAnswer && !f.Bulk && f.To <= ledger.Close:
		return store.NewsTold
	}
	return ""
}

// answers turns the first news after an ask on an account into its answer. last says how the latest news came that is
// stored of an account; rows of one account stand in the order of the fold.
func answers(rows []store.News, last map[book.ID]string) {
	before := make(map[book.ID]string, len(last))
	for account, came := range last {
		before[account] = came
	}
	for i := range rows {
		n := &rows[i]
		if n.Came == store.NewsTold && before[n.Account] == store.NewsAsked {
			n.Came = store.NewsAnswer
		}
		before[n.Account] = n.Came
	}
}

// saveNews adds the news gathered, after what is stored of it.
func (x *effects) saveNews(ctx context.Context, tx *store.Tx) error {
	last := make(map[book.ID]string)
	for i := range x.news {
		n := &x.news[i]
		if _, known := last[n.Account]; known {
			continue
		}
		came := ""
		if n.Came == store.NewsTold { // an ask stands for itself, whatever came before
			var err error
			if came, err = tx.LastNews(ctx, n.Account); err != nil {
				return err
			}
		}
		last[n.Account] = came
	}
	answers(x.news, last)
	weigh(x.weeks, x.news, 1)
	return tx.InsertNews(ctx, x.news)
}

// weigh notes that news came to the counts of their weeks, or went.
func weigh(weeks map[store.NewsWeek]store.NewsWeek, all []store.News, by int) {
	for i := range all {
		told, asked := all[i].Counts()
		if told+asked == 0 {
			continue
		}
		key := store.NewsWeek{Owner: all[i].Owner, Week: store.WeekOf(all[i].At)}
		n := weeks[key]
		n.Owner, n.Week, n.Told, n.Asked = key.Owner, key.Week, n.Told+by*told, n.Asked+by*asked
		weeks[key] = n
	}
}

// saveWeeks writes what came to the counts of weeks in all. What an account that was folded anew took off them and gave them
// again is nothing.
func (w *Work) saveWeeks(ctx context.Context) error {
	var all []store.NewsWeek
	for _, n := range w.weeks {
		if n.Told != 0 || n.Asked != 0 {
			all = append(all, n)
		}
	}
	slices.SortFunc(all, func(a, b store.NewsWeek) int {
		return cmp.Or(cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Week, b.Week))
	})
	clear(w.weeks)
	return w.Tx.AddNewsWeeks(ctx, all)
}

// DeleteOwed removes an account's promises, cases, engagements and news, which also leave the counts of their weeks once the work is
// flushed.
func (w *Work) DeleteOwed(ctx context.Context, account book.ID) error {
	news, err := w.Tx.NewsOf(ctx, account)
	if err != nil {
		return err
	}
	weigh(w.weeks, news, -1)
	return w.Tx.DeleteOwed(ctx, account)
}
