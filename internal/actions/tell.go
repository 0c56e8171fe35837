package actions

import (
	"cmp"
	"context"
	"slices"

	"passbook/internal/agenda"
	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// tell puts the items that are shown into words. All that they need is read for all of them together.
func tell(ctx context.Context, r *teller.Reading, items []agenda.Item) ([]Item, error) {
	out := make([]Item, 0, len(items))
	if len(items) == 0 {
		return out, nil
	}
	ids := make([]book.ID, len(items))
	for i := range items {
		ids[i] = items[i].Account
	}
	states, err := statesOf(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	k := &known{r: r}
	if k.said, err = textsOf(ctx, r, items, states); err != nil {
		return nil, err
	}
	if k.sorry, err = readRegrets(ctx, r, items, k.said.text); err != nil {
		return nil, err
	}
	if k.called, err = calledNames(ctx, r, states, nil); err != nil {
		return nil, err
	}
	if err := k.serve(ctx, states); err != nil {
		return nil, err
	}
	owners, err := ownersOf(ctx, r.Tx, items)
	if err != nil {
		return nil, err
	}
	for i := range items {
		a := states[items[i].Account]
		if a == nil {
			continue
		}
		items[i].Name = a.Name
		row := k.row(&items[i], a)
		row.Rank, row.Account.Owner = len(out)+1, owners[items[i].Owner]
		out = append(out, row)
	}
	return out, nil
}

// known is what rows are put into words from.
type known struct {
	r      *teller.Reading
	said   said
	sorry  *regrets
	called map[book.ID]addressed
	kept   map[book.ID]int // promises, of accounts that were never contacted
	solved map[book.ID]int // and cases
	crowd  map[book.ID]bool
	ahead  int // of the account whose act was asked for: how much is planned and not done
}

// serve counts what was done for those whom nobody has contacted yet, and finds who of them had letters to many, lest a row
// say that nothing was.
func (k *known) serve(ctx context.Context, states map[book.ID]*store.Account) error {
	var ids, last []book.ID
	for id, a := range states {
		if a.State.Heard == 0 {
			ids, last = append(ids, id), append(last, a.State.LastID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	promises, err := k.r.Tx.PromisesOfAll(ctx, ids...)
	if err != nil {
		return err
	}
	cases, err := k.r.Tx.CasesOfAll(ctx, ids...)
	if err != nil {
		return err
	}
	latest, err := k.r.Tx.EntriesByID(ctx, last...)
	k.kept, k.solved, k.crowd = map[book.ID]int{}, map[book.ID]int{}, map[book.ID]bool{}
	for i, id := range ids {
		if e := latest[last[i]]; e.Kind == book.KindTouch {
			k.crowd[id] = e.Facts.Bulk || e.Facts.To > ledger.Close
		}
	}
	for i := range promises {
		p := &promises[i]
		if (p.Status == ledger.PromiseKept || p.Status == ledger.PromiseLate) && p.Settled <= k.r.At {
			k.kept[p.Account]++
		}
	}
	for i := range cases {
		if c := &cases[i]; !c.Open && c.Settled <= k.r.At {
			k.solved[c.Account]++
		}
	}
	return err
}

// row puts an account's act into words, said to whom it is about.
func (k *known) row(item *agenda.Item, a *store.Account) Item {
	by, lead, party := k.called[a.ID], book.ID(""), book.ID("")
	planned, candid := book.ID(""), false
	switch {
	case len(item.Holds) > 0:
		lead = item.Holds[0].Entry
		party = partyOf(&a.State, lead)
		by = by.to(a, cmp.Or(string(party), k.said.with[lead]), k.r.Rules.Firm.Country)
	case item.Opportunity != nil:
		planned, candid = item.Opportunity.Entry, item.Opportunity.Candid
		by = by.to(a, string(item.Opportunity.Contact), k.r.Rules.Firm.Country)
	}
	f := agenda.Know(k.r.Rules.Rules, &a.State, k.r.At, k.r.Zone())
	f.Tongue, f.Text, f.Contact, f.Kept, f.Solved = k.r.Tongue, k.said.text, by.name, k.kept[a.ID], k.solved[a.ID]
	f.Crowd = k.crowd[a.ID]
	k.sorry.tell(&f, a.ID)
	row := inWords(item, &f)
	row.about(a, k.said.text)
	row.planned, row.candid = planned, candid
	letter := f
	letter.Contact = by.readers
	row.Letter = agenda.Letter(item, &letter)
	row.reached(item, &f, &by, &k.r.Rules.Playbook(a.State.Playbook).Minutes)
	if row.Subject = agenda.Heading(item, &f); row.Act == agenda.Answer && k.said.letter[lead] {
		row.Subject = agenda.Reply(k.said.text[lead])
	}
	if by.one != nil {
		row.With, row.one = by.one.Name, by.one.ID
		row.party = party == by.one.ID
	}
	return row
}

// reached fills in by what the act is proposed, of what reaches them and they let us use.
func (i *Item) reached(item *agenda.Item, f *agenda.Facts, by *addressed, m *agenda.Minutes) {
	var lacks bool
	reach := by.reach()
	i.Phone, i.Text, i.Emails, i.Withheld = by.phone, by.text, by.emails, reach.Withheld
	i.Closed = by.closed(assessment.Scribe{Tongue: f.Tongue}, reach.Withheld)
	if i.By, i.Takes, lacks = item.Offer(m, &reach); lacks {
		i.Lacks, i.unreached = f.Lacks(item.Channel, &reach), true
	}
	if reach.Withholds(i.Channel) {
		i.Channel, i.Minutes = i.By, i.Takes
	}
}

// Reached says whether something that is known reaches them as the act wants it.
func (i *Item) Reached() bool { return !i.unreached }

// partyOf is who takes part in a piece of work and is to hear of it before the client; empty where it is the client's turn.
func partyOf(s *ledger.State, engagement book.ID) book.ID {
	for i := range s.Engagements {
		if g := &s.Engagements[i]; g.Entry == engagement {
			_, who := g.First()
			return who
		}
	}
	return ""
}

// about fills in what the act is about, for the form that carries it out.
func (i *Item) about(a *store.Account, texts map[book.ID]string) {
	if i.Act != agenda.KeepPromise && i.Act != agenda.MakeAmends || len(i.Holds) == 0 {
		return
	}
	entry := i.Holds[0].Entry
	i.About = assessment.Phrase(texts[entry])
	if i.Act == agenda.MakeAmends {
		i.Took = Took(&a.State, entry)
	}
}

// Took is what a failure that is not made good yet has withdrawn, by its entry; zero for none.
func Took(s *ledger.State, failure book.ID) book.Points {
	for i := range s.Broken {
		if s.Broken[i].Entry == failure {
			return book.Round(s.Broken[i].Lost)
		}
	}
	for i := range s.Cases {
		if s.Cases[i].Entry == failure {
			return book.Round(s.Cases[i].Lost)
		}
	}
	return 0
}

// ownersOf are the names of those whose accounts are shown.
func ownersOf(ctx context.Context, tx *store.Tx, items []agenda.Item) (map[book.ID]string, error) {
	var ids []book.ID
	for i := range items {
		if id := items[i].Owner; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return tx.MemberNames(ctx, ids...)
}

// inWords is an item as it is shown, but for its rank and the owner's name.
func inWords(i *agenda.Item, f *agenda.Facts) Item {
	row := Item{
		Item: i.Key(), Class: i.Class, Act: i.Act, Channel: i.Channel, Minutes: i.Minutes,
		Account: Client{
			ID: i.Account, OwnerID: i.Owner, Name: i.Name, Standing: i.Standing, Balance: i.Balance, Available: i.Available,
		},
		Reason: agenda.Reason(i, f), Say: agenda.Say(i, f), CostOfWaiting: book.Round(i.Cost()), Weight: i.Weight,
		Holds: make([]assessment.Hold, len(i.Holds)), Arithmetic: agenda.Arithmetic(i, f.Tongue),
		LastReal: f.Real, LastBy: f.RealBy, openCase: i.OpenCase, engagement: i.Engagement,
	}
	if i.Act == agenda.Update {
		said := f.Said[i.Holds[0].Entry]
		row.PastEstimate = said != 0 && said < f.Now
	}
	for n := range i.Holds {
		row.Holds[n] = assessment.Scribe{Tongue: f.Tongue}.Held(&i.Holds[n])
	}
	return row
}

func statesOf(ctx context.Context, r *teller.Reading, ids []book.ID) (map[book.ID]*store.Account, error) {
	accounts, err := r.Tx.Accounts(ctx, ids...)
	if err != nil {
		return nil, err
	}
	if accounts, err = r.States(ctx, accounts); err != nil {
		return nil, err
	}
	out := make(map[book.ID]*store.Account, len(accounts))
	for _, a := range accounts {
		out[a.ID] = a
	}
	return out, nil
}

// textsOf reads the words of the entries that holds name, and of the open case that a row may warn of. A broken promise
// is told in the words it was made in.
func textsOf(
	ctx context.Context, r *teller.Reading, items []agenda.Item, states map[book.ID]*store.Account,
) (said, error) {
	var ids []book.ID
	for i := range items {
		if a := states[items[i].Account]; a != nil {
			if f := agenda.Know(r.Rules.Rules, &a.State, r.At, nil); f.Case != "" {
				ids = append(ids, f.Case)
			}
		}
		for n := range items[i].Holds {
			if id := items[i].Holds[n].Entry; id != "" {
				ids = append(ids, id)
			}
		}
	}
	return wordsOf(ctx, r.Tx, ids)
}

// said is what entries say, by their ids: their words, with whom they were, and whether they are letters, whose words are a
// subject.
type said struct {
	text, with map[book.ID]string
	letter     map[book.ID]bool
}

func wordsOf(ctx context.Context, tx *store.Tx, ids []book.ID) (said, error) {
	entries, err := tx.EntriesByID(ctx, ids...)
	if err != nil {
		return said{}, err
	}
	var promises []book.ID
	out := said{make(map[book.ID]string, len(entries)), make(map[book.ID]string, len(entries)), map[book.ID]bool{}}
	for id, e := range entries {
		out.text[id], out.with[id] = e.Words.Text, e.Words.With
		out.letter[id] = e.Facts.Channel == book.Email && e.Facts.Thread != ""
		if e.Kind == book.KindBroken && e.Subject != "" {
			promises = append(promises, e.Subject)
		}
	}
	if len(promises) == 0 {
		return out, nil
	}
	made, err := tx.EntriesByID(ctx, promises...)
	for id, e := range entries {
		if p, ok := made[e.Subject]; ok && e.Kind == book.KindBroken && p.Words.Text != "" {
			out.text[id], out.with[id] = p.Words.Text, p.Words.With
		}
	}
	return out, err
}

// act is the best act of one account, in words; nil when nothing is due. As on Today a birthday among its people is an occasion
// where nothing is owed.
func (k *known) act(ctx context.Context, a *store.Account) (*Item, error) {
	s := agenda.Subject{Account: a.ID, Name: a.Name, Owner: a.Owner, State: &a.State, Opportunity: k.birthday(a)}
	planned, err := k.planned(ctx, a)
	if err != nil {
		return nil, err
	}
	if planned != nil {
		s.Opportunity = planned
	}
	rules := k.r.Rules
	item, ok := agenda.Best(rules.Rules, &rules.Playbook(a.State.Playbook).Minutes, &s, k.r.At, make([]ledger.Hold, 0, 16))
	if !ok {
		return nil, nil //nolint:nilnil // nothing to do is no error
	}
	if k.sorry, err = readRegrets(ctx, k.r, []agenda.Item{item}, k.said.text); err != nil {
		return nil, err
	}
	row := k.row(&item, a)
	return &row, nil
}

// planned is what is to be done by the end of the day as it was planned; nil where there is nothing.
func (k *known) planned(ctx context.Context, a *store.Account) (*agenda.Opportunity, error) {
	all, err := k.r.Tx.PlannedOfAll(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	cal := k.r.Rules.Calendar
	all = slices.DeleteFunc(all, func(p store.Planned) bool { return p.Status != store.PlannedOpen && p.Done <= k.r.At })
	k.ahead = len(all)
	all = slices.DeleteFunc(all, func(p store.Planned) bool { return p.Due > cal.End(cal.Day(k.r.At)) })
	found, err := occasionsOf(ctx, k.r, all)
	if len(found) == 0 {
		return nil, err
	}
	return found[0].what, err
}

// birthday is the next birthday among an account's people that Today would speak of by now; nil where there is none.
func (k *known) birthday(a *store.Account) *agenda.Opportunity {
	days := birthdaysAhead(k.r)
	var out *agenda.Opportunity
	for _, c := range k.called[a.ID].folk {
		on, ok := days[c.Birthday()]
		if ok && (out == nil || on < out.On) {
			out = congratulate(k.r, on, c.Name, c.ID)
		}
	}
	return out
}
