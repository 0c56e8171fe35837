package awareness

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"passbook/internal/address"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Edit changes an account and the person behind it.
type Edit struct {
	Account  Client
	Set      map[string]string // fields of the account: name, kind, owner, stage, tier, playbook, visibility
	Contact  map[string]string // fields of its first contact; an empty value clears one
	AddReach map[string]string // list fields of the contact: a value to add, "label:value" or "value"
	Tag      []string
	Untag    []string
	Expect   string       // the version that the editor has seen, as Shown tells it; "" for none
	At       book.Instant // since when it is so; zero is now

	Known string // set by Run: what the account is called
	owned bool   // the owner is an id that was checked, as many accounts get the same
}

// Act implements teller.Command.
func (*Edit) Act() book.Act { return book.ActPeople }

// Run implements teller.Command.
func (c *Edit) Run(ctx context.Context, w *teller.Work) error {
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	c.Known = a.Name
	if c.Expect != "" {
		version, err := AccountVersion(ctx, w.Tx, a)
		if err != nil {
			return err
		}
		if err := UnlessStale(a.Name, c.Expect, version); err != nil {
			return err
		}
	}
	changes := maps.Clone(c.Contact)
	if changes == nil {
		changes = map[string]string{}
	}
	if name, ok := c.Set[book.FieldName]; ok && a.Kind == book.Person {
		changes[book.ContactName] = name
	}
	var faults book.Faults
	if err := faults.Keep(c.changeAccount(ctx, w, a)); err != nil {
		return err
	}
	if len(changes)+len(c.AddReach) > 0 {
		contact, err := firstContact(ctx, w, a)
		if err != nil {
			return err
		}
		if err := faults.Keep(changeTyped(ctx, w, contact, changes, c.AddReach, c.At)); err != nil {
			return err
		}
	}
	return faults.Err()
}

// changeTyped changes a contact as a member typed it: fields, and values that are added to its lists. Everything in it that
// cannot be is named.
func changeTyped(ctx context.Context, w *teller.Work, c *store.Contact, set, add map[string]string, at book.Instant) error {
	var faults book.Faults
	set = maps.Clone(set)
	for _, field := range slices.Sorted(maps.Keys(add)) {
		list, err := addReach(ctx, w, c, field, add[field])
		switch {
		case err == nil:
			set[field] = list
		case faults.Keep(err) != nil:
			return err
		}
	}
	_, err := rewriteContact(ctx, w, c, set, rewriting{hand: true, at: at})
	if err = faults.Keep(err); err != nil {
		return err
	}
	return faults.Err()
}

// addReach is a list field of a contact with one more value, written "value" or "label:value"; one that is there
// already is not added again.
func addReach(ctx context.Context, w *teller.Work, contact *store.Contact, field, value string) (string, error) {
	if !book.IsListField(field) || field == book.ContactAddresses {
		return "", book.Errorf(book.Invalid, "%s holds no list that one value could be added to", field)
	}
	r, err := w.Rules(ctx)
	if err != nil {
		return "", err
	}
	reach := book.Reach{Value: book.Clean(value)}
	label, v, ok := strings.Cut(value, ":")
	scheme := label == "tel" || label == "mailto" || strings.HasPrefix(v, "//")
	if ok && !scheme && !strings.Contains(label, "/") && field != book.ContactURLs {
		reach = book.Reach{Value: book.Clean(v), Label: book.Clean(label)}
	}
	key := func(r book.Reach, country string) string {
		switch field {
		case book.ContactEmails:
			return book.EmailKey(r.Value)
		case book.ContactPhones:
			return address.PhoneKey(r.Value, country)
		}
		return book.Fold(r.Value)
	}
	mine := key(reach, r.Firm.Country)
	if err := address.Check(kindOfField(field), reach.Value, r.Firm.Country); err != nil {
		return "", err
	}
	if mine == "" {
		return "", book.Fieldf(book.Invalid, field, "is empty and cannot be added")
	}
	list := contact.Reaches(field)
	if !slices.ContainsFunc(list, func(have book.Reach) bool { return key(have, r.Firm.Country) == mine }) {
		list = append(list, reach)
	}
	return book.WriteList(list), nil
}

// firstContact is the contact that stands for an account; one is made when there is none.
func firstContact(ctx context.Context, w *teller.Work, a *store.Account) (*store.Contact, error) {
	contact, err := standsFor(ctx, w.Tx, a)
	if err != nil || contact != nil {
		return contact, err
	}
	if err := unerased(a.Name); err != nil {
		return nil, err
	}
	contact = &store.Contact{}
	if contact.ID, err = w.NewID(); err != nil {
		return nil, err
	}
	contact.Created = w.Now
	if err := w.Tx.InsertContacts(ctx, []*store.Contact{contact}); err != nil {
		return nil, err
	}
	if _, err := changeContact(ctx, w, contact, map[string]string{book.ContactName: a.Name}, false); err != nil {
		return nil, err
	}
	return contact, join(ctx, w, contact.ID, a.ID, "", book.Entry{})
}

// changeAccount writes what differs as one entry with before and after.
func (c *Edit) changeAccount(ctx context.Context, w *teller.Work, a *store.Account) error {
	e := &book.Entry{Account: a.ID, At: c.At, Kind: book.KindChanged}
	set := maps.Clone(c.Set)
	if set == nil {
		set = map[string]string{}
	}
	if tags, ok := set[book.FieldTags]; ok {
		set[book.FieldTags] = retag(nil, lines(tags), nil)
	}
	if len(c.Tag)+len(c.Untag) > 0 {
		set[book.FieldTags] = retag(a.Tags, c.Tag, c.Untag)
	}
	if a.Name == book.Erased && cmp.Or(set[book.FieldName], set[book.FieldTags]) != "" {
		return book.Errorf(book.Conflict, "the person of this account was erased; no words are kept about them any more")
	}
	was, err := asOf(ctx, w, a, c.At)
	if err != nil {
		return err
	}
	if err := c.check(ctx, w, was, set); err != nil {
		return err
	}
	return applyAccount(ctx, w, a, was, e, set, true)
}

// asOf is an account as it was filed at an instant; zero is now. Owner, stage, tier and playbook stand in the order of
// time, whenever they were written, so that a change of an earlier day is from what held then. What an account is called
// stands in the order of writing and is as it is now.
func asOf(ctx context.Context, w *teller.Work, a *store.Account, at book.Instant) (*store.Account, error) {
	was := *a
	if at == 0 || at >= a.State.LastAt {
		return &was, nil
	}
	r, err := w.Reading(ctx)
	if err != nil {
		return nil, err
	}
	r.At = at
	_, err = r.States(ctx, []*store.Account{&was})
	return &was, err
}

// check brings the new values of an account's fields into the form in which they are kept, and names everything among them
// that cannot be.
func (c *Edit) check(ctx context.Context, w *teller.Work, a *store.Account, set map[string]string) error {
	r, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	var faults book.Faults
	for _, field := range slices.Sorted(maps.Keys(set)) {
		if !slices.Contains(accountFields, field) {
			faults.Add(book.Errorf(book.Invalid, "an account has no field %q", field))
		}
	}
	if name, ok := set[book.FieldName]; ok && book.Clean(name) == "" {
		faults.Add(book.Fieldf(book.Invalid, "name", "is empty; an account needs a name"))
	}
	_ = faults.Keep(book.CheckName(set[book.FieldName])) // which is Invalid
	if kind, ok := set[book.FieldKind]; ok {
		kind, err := book.OneOf("kind", kind, book.AccountKinds)
		_ = faults.Keep(err) // a word that is not known is Invalid
		set[book.FieldKind] = string(kind)
		if kind == "" {
			delete(set, book.FieldKind)
		}
	}
	if err := faults.Keep(checkVisible(w, a, set)); err != nil {
		return err
	}
	if !c.owned {
		if err := faults.Keep(owned(ctx, w, set)); err != nil {
			return err
		}
	}
	trade, stage, tier := pick(set, book.FieldPlaybook, a.Playbook), pick(set, book.FieldStage, a.Stage), pick(set, book.FieldTier, a.Tier)
	if trade != a.Playbook { // another trade has other stages: keep what it knows, else its defaults
		if p := r.Playbooks[trade]; p != nil {
			if _, ok := p.Stage(stage); !ok && set[book.FieldStage] == "" {
				stage = p.Defaults.Stage
			}
			if _, ok := p.Tier(tier); !ok && set[book.FieldTier] == "" {
				tier = p.Defaults.Tier
			}
		}
	}
	unfiled := checkFiling(r, trade, &stage, &tier)
	set[book.FieldStage], set[book.FieldTier], set[book.FieldPlaybook] = stage, tier, trade
	return errors.Join(faults.Err(), unfiled, w.CheckTime(c.At))
}

// checkVisible refuses visibilities that there are not, and members who do not decide on who sees the account.
func checkVisible(w *teller.Work, a *store.Account, set map[string]string) error {
	given, ok := set[book.FieldVisible]
	if !ok {
		return nil
	}
	v, err := book.OneOf("visibility", given, book.Visibilities)
	if err != nil {
		return err
	}
	if set[book.FieldVisible] = string(v); v == "" {
		delete(set, book.FieldVisible)
	}
	if v == "" || v == a.Visible {
		return nil
	}
	return book.MayGuard(w.Who.Role, w.Who.Member, a.Owner)
}

// accountFields are the fields of an account that an edit may name.
var accountFields = []string{
	book.FieldName, book.FieldKind, book.FieldOwner, book.FieldStage, book.FieldTier, book.FieldPlaybook, book.FieldTags, book.FieldVisible,
}

func pick(set map[string]string, field, otherwise string) string {
	if v := set[field]; v != "" {
		return v
	}
	return otherwise
}

// retag is the new list of tags as it stands in a Change: one per line, sorted.
func retag(tags, add, remove []string) string {
	by := map[string]string{}
	for _, t := range append(slices.Clone(tags), add...) {
		if t = strings.Join(strings.Fields(book.Clean(t)), " "); t != "" {
			if _, ok := by[book.Fold(t)]; !ok {
				by[book.Fold(t)] = t
			}
		}
	}
	for _, t := range remove {
		delete(by, book.Fold(t))
	}
	return strings.Join(slices.Sorted(maps.Values(by)), "\n")
}

// applyAccount gives an account's fields new values and appends the entry that says so; nothing is written when
// nothing differs from what it was. Owner, stage, tier and playbook take effect through the fold.
func applyAccount(ctx context.Context, w *teller.Work, a, was *store.Account, e *book.Entry, set map[string]string, hand bool) error {
	e.Facts.Set, e.Words.Set = map[string]book.Change{}, map[string]book.Change{}
	for field, after := range set {
		after = book.Clean(after)
		before := accountField(was, field)
		if before == after {
			continue
		}
		change := book.Change{Before: before, After: after}
		switch field {
		case book.FieldName, book.FieldTags:
			e.Words.Set[field] = change
		default:
			e.Facts.Set[field] = change
		}
		setNoun(a, field, after)
		if hand && !slices.Contains(a.Hand, field) {
			a.Hand = append(a.Hand, field)
			slices.Sort(a.Hand)
		}
	}
	if len(e.Facts.Set)+len(e.Words.Set) == 0 {
		return nil
	}
	if err := w.Append(e); err != nil {
		return err
	}
	return saveNoun(ctx, w, a)
}

// setNoun gives an account a field that does not follow from the fold another value.
func setNoun(a *store.Account, field, value string) {
	switch field {
	case book.FieldName:
		a.Name = value
	case book.FieldKind:
		a.Kind = book.AccountKind(value)
	case book.FieldTags:
		a.Tags = lines(value)
	case book.FieldVisible:
		a.Visible = cmp.Or(book.Visibility(value), book.VisibleFirm)
	}
}

// saveNoun writes what an account is called and filed under, and keeps tags and search in step.
func saveNoun(ctx context.Context, w *teller.Work, a *store.Account) error {
	if err := w.Tx.SetTags(ctx, a.ID, a.Tags); err != nil {
		return err
	}
	if err := w.Tx.SaveNoun(ctx, a); err != nil {
		return err
	}
	if a.Name == book.Erased { // which is found by nothing
		return w.Tx.Unindex(ctx, a.ID)
	}
	return w.Tx.Index(ctx, []store.Doc{{ID: a.ID, Kind: store.DocAccount, Account: a.ID, Text: a.Name + " " + strings.Join(a.Tags, " ")}})
}

func accountField(a *store.Account, field string) string {
	switch field {
	case book.FieldName:
		return a.Name
	case book.FieldKind:
		return string(a.Kind)
	case book.FieldOwner:
		return string(a.Owner)
	case book.FieldStage:
		return a.Stage
	case book.FieldTier:
		return a.Tier
	case book.FieldPlaybook:
		return a.Playbook
	case book.FieldTags:
		return strings.Join(a.Tags, "\n")
	case book.FieldVisible:
		return string(cmp.Or(a.Visible, book.VisibleFirm))
	}
	return ""
}

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}
