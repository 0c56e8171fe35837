package actions

import (
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
	texts, err := textsOf(ctx, r, items, states)
	if err != nil {
		return nil, err
	}
	sorry, err := readRegrets(ctx, r, items, texts)
	if err != nil {
		return nil, err
	}
	called, err := calledNames(ctx, r.Tx, states)
	if err != nil {
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
		f := agenda.Know(r.Rules.Rules, &a.State, r.At, r.Zone())
		f.Tongue, f.Text, f.Contact = r.Tongue, texts, called[a.ID].name
		sorry.tell(&f, a.ID)
		row := inWords(&items[i], &f)
		row.about(a, texts)
		row.Rank, row.Account.Owner = len(out)+1, owners[items[i].Owner]
		row.Phone, row.Email = called[a.ID].phone, called[a.ID].email
		out = append(out, row)
	}
	return out, nil
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
		Reason: agenda.Reason(i, f), Say: agenda.Say(i, f), CostOfWaiting: book.Round(i.Cost), Weight: i.Weight,
		Holds: make([]assessment.Hold, len(i.Holds)), Arithmetic: agenda.Arithmetic(i, f.Tongue),
		LastReal: f.Real, openCase: i.OpenCase,
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
) (map[book.ID]string, error) {
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

func wordsOf(ctx context.Context, tx *store.Tx, ids []book.ID) (map[book.ID]string, error) {
	entries, err := tx.EntriesByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	var promises []book.ID
	out := make(map[book.ID]string, len(entries))
	for id, e := range entries {
		out[id] = e.Words.Text
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
			out[id] = p.Words.Text
		}
	}
	return out, err
}

// act is the best act of one account, in words; false when nothing is due.
func act(ctx context.Context, r *teller.Reading, a *store.Account, texts map[book.ID]string, called string) (_ Item, ok bool, err error) {
	s := agenda.Subject{Account: a.ID, Name: a.Name, Owner: a.Owner, State: &a.State}
	item, ok := agenda.Best(r.Rules.Rules, &r.Rules.Playbook(a.State.Playbook).Minutes, &s, r.At, make([]ledger.Hold, 0, 16))
	if !ok {
		return Item{}, false, nil
	}
	sorry, err := readRegrets(ctx, r, []agenda.Item{item}, texts)
	if err != nil {
		return Item{}, false, err
	}
	f := agenda.Know(r.Rules.Rules, &a.State, r.At, r.Zone())
	f.Tongue, f.Text, f.Contact = r.Tongue, texts, called
	sorry.tell(&f, a.ID)
	return inWords(&item, &f), true, nil
}
