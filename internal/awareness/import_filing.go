package awareness

import (
	"context"
	"maps"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// filing is where a row files its person, in the words of the playbook; empty for what the row does not say.
type filing struct {
	account     book.ID // that is kept for the person; empty where one is to be opened
	playbook    string  // of an account that is to be opened
	stage, tier string
	owner       book.ID
}

// kept finds the account that is kept for a person, of those that show to the importer. A person is hidden who stands, or
// stood, on others alone: a row about them is matched, so that nobody is in the book twice, and changes nothing. What is theirs is changed
// by who sees them, by a file as by hand.
func kept(ctx context.Context, w *teller.Work, contact *store.Contact) (account book.ID, hidden bool, err error) {
	if contact == nil {
		return "", false, nil
	}
	links, err := w.Tx.LinksOfContacts(ctx, contact.ID)
	if err != nil {
		return "", false, err
	}
	if len(links) == 0 {
		shown, err := w.Shown(ctx)
		if err != nil {
			return "", false, err
		}
		seen, err := shown.SeesContacts(ctx, contact.ID)
		return "", !seen[contact.ID], err
	}
	ids := make([]book.ID, len(links))
	for i, l := range links {
		ids[i] = l.Account
	}
	seen, err := w.Sees(ctx, ids...)
	if err != nil {
		return "", false, err
	}
	for _, id := range ids {
		if seen[id] {
			return id, false, nil
		}
	}
	return "", true, nil
}

// filing checks what a row says of stage, tier and owner before anything of it is written: against the playbook of the account
// that is kept for the person, else the one that one would be opened under. What is not known there refuses the row, with what
// there is, so that it can be mended and imported again.
func (c *ImportPeople) filing(ctx context.Context, w *teller.Work, r *teller.Rules, p *PersonIn, account book.ID) (*filing, error) {
	to := &filing{account: account}
	if !p.filed() {
		return to, nil
	}
	under := ""
	if account != "" {
		var err error
		if under, err = playbookOf(ctx, w, account); err != nil {
			return nil, err
		}
	}
	if under == "" {
		to.playbook = openedUnder(r, p.Stage)
		under = to.playbook
	}
	trade := r.Playbooks[under]
	to.stage, to.tier = stageCalled(trade, p.Stage), tierCalled(trade, p.Tier)
	stage, tier := to.stage, to.tier // the check fills in what is usual
	if err := checkFiling(r, under, &stage, &tier); err != nil {
		return nil, err
	}
	var err error
	to.owner, err = c.owner(ctx, w, p.Owner)
	return to, err
}

// playbookOf is the playbook of an account, which is only looked at: of a row that is left out nothing is to be seen, not even
// that its account was locked.
func playbookOf(ctx context.Context, w *teller.Work, id book.ID) (string, error) {
	for !w.Holds(id) {
		found, err := w.Tx.Accounts(ctx, id)
		if err != nil {
			return "", err
		}
		if len(found) == 0 {
			break
		}
		if found[0].Merged == "" {
			return found[0].Playbook, nil
		}
		id = found[0].Merged
	}
	a, err := w.Account(ctx, id) // this work has it already, or it is not there, which this says
	if err != nil {
		return "", err
	}
	return a.Playbook, nil
}

// openedUnder is the playbook under which a person of a stage is opened: the first where it has the stage, else one that does.
func openedUnder(r *teller.Rules, stage string) string {
	has := func(name string) bool {
		_, ok := r.Playbooks[name].Stage(stageCalled(r.Playbooks[name], stage))
		return ok
	}
	if stage == "" || has(r.First) {
		return r.First
	}
	for _, name := range slices.Sorted(maps.Keys(r.Playbooks)) {
		if has(name) {
			return name
		}
	}
	return r.First
}

// stageCalled is the stage that a file means: how it is capitalised says nothing. One that there is not stays as it is.
func stageCalled(trade *playbook.Playbook, said string) string {
	if trade != nil {
		for _, s := range trade.Stages {
			if book.Fold(s.Name) == book.Fold(said) {
				return s.Name
			}
		}
	}
	return said
}

// tierCalled is likewise the tier.
func tierCalled(trade *playbook.Playbook, said string) string {
	if trade != nil {
		for _, t := range trade.Tiers {
			if book.Fold(t.Name) == book.Fold(said) {
				return t.Name
			}
		}
	}
	return said
}

// owner is the member whom rows call so. Whoever has left keeps nobody.
func (c *ImportPeople) owner(ctx context.Context, w *teller.Work, said string) (book.ID, error) {
	if said == "" {
		return "", nil
	}
	if id, known := c.owners[said]; known {
		return id, nil
	}
	id, err := keeper(ctx, w, said)
	if book.FaultOf(err) == book.Invalid {
		members, err := w.Tx.Members(ctx)
		if err != nil {
			return "", err
		}
		var names []string
		for i := range members {
			if members[i].Left == 0 {
				names = append(names, members[i].Name)
			}
		}
		return "", book.Errorf(book.Invalid, "the owner %q is no one member of the firm; the members are: %s", said, strings.Join(names, ", "))
	}
	if err == nil {
		c.owners[said] = id
	}
	return id, err
}

// refile files a known account as a row says, but for what a member set. It says whether anything changed.
func refile(ctx context.Context, w *teller.Work, to *filing) (bool, error) {
	if to.stage+to.tier+string(to.owner) == "" {
		return false, nil
	}
	a, err := w.Account(ctx, to.account)
	if err != nil {
		return false, err
	}
	set := map[string]string{}
	for field, said := range map[string][2]string{
		book.FieldStage: {a.Stage, to.stage}, book.FieldTier: {a.Tier, to.tier}, book.FieldOwner: {string(a.Owner), string(to.owner)},
	} {
		if said[1] != "" && said[1] != said[0] && !slices.Contains(a.Hand, field) {
			set[field] = said[1]
		}
	}
	if len(set) == 0 {
		return false, nil
	}
	return true, applyAccount(ctx, w, a, a, &book.Entry{Account: a.ID, Kind: book.KindChanged}, set, false)
}
