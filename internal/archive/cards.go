package archive

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/card"
	"passbook/internal/store"
	"passbook/internal/transfer"
)

// cardsPage is how many contacts' cards are in memory at a time; cards carry photos.
const cardsPage = 32

// writeCards writes everybody as cards for other programs: each card as it came, with what Passbook knows better put
// into it, and a new one for who came without. Erased people are left out.
func writeCards(ctx context.Context, tx *store.Tx, to place, tell func(int)) (err error) {
	w, err := createFile(to, cardsName)
	if err != nil {
		return err
	}
	defer func() {
		_, cerr := w.close()
		err = errors.Join(err, cerr)
	}()
	after := book.ID("")
	for {
		contacts, err := tx.ContactPage(ctx, after, cardsPage)
		if err != nil || len(contacts) == 0 {
			return err
		}
		if err := writeCardPage(ctx, tx, w, contacts); err != nil {
			return err
		}
		tell(len(contacts))
		after = contacts[len(contacts)-1].ID
	}
}

func writeCardPage(ctx context.Context, tx *store.Tx, w io.Writer, contacts []*store.Contact) error {
	var ids, typed []book.ID
	for _, c := range contacts {
		ids = append(ids, c.ID)
		if len(c.Hand) > 0 {
			typed = append(typed, c.ID)
		}
	}
	all, err := tx.CardsOf(ctx, ids...)
	if err != nil {
		return err
	}
	cards := map[book.ID][]store.Card{}
	for _, c := range all {
		if c.Raw != "" { // a table's row has no card
			cards[c.Contact] = append(cards[c.Contact], c)
		}
	}
	brought, err := broughtTo(ctx, tx, typed)
	if err != nil {
		return err
	}
	for _, c := range contacts {
		if c.Name == book.Erased && len(c.Fields) == 0 {
			continue
		}
		if err := writeContact(w, c, cards[c.ID], brought[c.ID]); err != nil {
			return err
		}
	}
	return nil
}

// broughtTo reads which values imports gave the fields of contacts last. A field typed by hand that has such a value
// again, because the typing was undone, is the files' own.
func broughtTo(ctx context.Context, tx *store.Tx, contacts []book.ID) (map[book.ID]map[string]string, error) {
	out := map[book.ID]map[string]string{}
	if len(contacts) == 0 {
		return out, nil
	}
	entries, err := tx.EntriesAbout(ctx, contacts...)
	for _, e := range entries {
		if e.Kind != book.KindContact || e.Run == "" {
			continue
		}
		if out[e.Subject] == nil {
			out[e.Subject] = map[string]string{}
		}
		for field, change := range e.Words.Set {
			out[e.Subject][field] = change.After
		}
	}
	return out, err
}

// writeContact writes a contact's cards, each as it came and with what was changed by hand since; who has none gets a
// new one.
func writeContact(w io.Writer, c *store.Contact, raw []store.Card, brought map[string]string) error {
	if len(raw) == 0 {
		_, err := w.Write(card.New(asPerson(c)))
		return err
	}
	cards := make([]ownCard, len(raw))
	hand := typedSince(c, brought)
	for i := range raw {
		if cards[i].raw = raw[i].Raw; len(hand) > 0 {
			cards[i].read()
		}
	}
	for i := range cards {
		out := whole([]byte(cards[i].raw))
		if cards[i].card != nil {
			out = cards[i].amended(c, hand, cards)
		}
		if _, err := w.Write(out); err != nil {
			return err
		}
	}
	return nil
}

// typedSince lists the fields that a member typed, and that still say what was typed.
func typedSince(c *store.Contact, brought map[string]string) []string {
	var out []string
	for _, field := range c.Hand {
		now := c.Fields[field]
		if field == book.ContactName {
			now = c.Name
		}
		if value, ok := brought[field]; !ok || value != now {
			out = append(out, field)
		}
	}
	return out
}

// maxAmended is the number of properties beyond which a card is nobody's, and is not taken apart.
const maxAmended = 10_000

// ownCard is one of a contact's cards with what it says itself.
type ownCard struct {
	raw  string
	card *card.Card        // nil when it is given as it came
	says map[string]string // its fields
}

// read takes a card apart. What cannot be read as one card is given as it came.
func (k *ownCard) read() {
	for found := range card.Scan(strings.NewReader(k.raw)) {
		if found != nil {
			k.card = found
		}
	}
	if k.card == nil || len(k.card.Props) > maxAmended {
		k.card = nil
		return
	}
	person := k.card.Person()
	k.says = transfer.CardFields(&person)
	k.says[book.ContactName] = book.Clean(person.FN)
	if p, fault := transfer.CardPerson(k.card); fault == nil && p.Kind == book.Company {
		k.says[book.ContactKind] = string(book.Company)
	}
}

// amended is the card with the fields that were typed by hand. Of a list it gets what was added, loses what was taken
// away, and goes on without what only the contact's other cards say.
func (k *ownCard) amended(c *store.Contact, hand []string, all []ownCard) []byte {
	now := maps.Clone(k.says)
	for _, field := range hand {
		value := c.Fields[field]
		switch {
		case field == book.ContactName:
			value = c.Name
		case field == book.ContactAddresses:
			value = own(k, field, value, all, book.Postal.String)
		case book.IsListField(field):
			value = own(k, field, value, all, func(r book.Reach) string { return r.Value })
		}
		if now[field] = value; value == "" {
			delete(now, field)
		}
	}
	to := &store.Contact{Contact: book.Contact{ID: c.ID, Name: now[book.ContactName], Fields: now}}
	a := amending{card: k.card, says: k.says, now: now, person: asPerson(to)}
	for _, field := range hand {
		if k.says[field] != now[field] {
			a.amend(field)
		}
	}
	if _, named := k.card.First("FN"); !named && a.by != nil { // the name was read off what may be gone now
		a.amend(book.ContactName)
	}
	return whole(k.card.With(a.changes()...))
}

// own is what one card says of a list that was changed by hand: its own values as far as they are still there, under
// the label that they were given by hand, and those that no card has.
func own[T comparable](k *ownCard, field, now string, all []ownCard, key func(T) string) string {
	var cards, others, list []T
	for i := range all {
		says := book.ReadList[T](all[i].says[field])
		if cards = append(cards, says...); &all[i] != k {
			others = append(others, says...)
		}
	}
	alike := func(list []T, v T) int {
		folded := book.Fold(key(v))
		return slices.IndexFunc(list, func(o T) bool { return book.Fold(key(o)) == folded })
	}
	// By hand is what is new, or under a label that no card has; the same value under a label of another card has stood
	// for both since they came.
	var typed, shared []T
	left := book.ReadList[T](now)
	for _, v := range left {
		if !slices.Contains(cards, v) {
			typed = append(typed, v)
		}
		if slices.Contains(others, v) {
			shared = append(shared, v)
		}
	}
	for _, v := range book.ReadList[T](k.says[field]) {
		n := alike(typed, v)
		switch {
		case slices.Contains(left, v), n < 0 && alike(shared, v) >= 0:
			list = append(list, v)
		case n >= 0 && !slices.Contains(list, typed[n]):
			list = append(list, typed[n])
		}
	}
	for _, v := range typed {
		if alike(cards, v) < 0 {
			list = append(list, v)
		}
	}
	return book.WriteList(list)
}

// whole makes sure that a card ends, so that the next one in the file begins.
func whole(raw []byte) []byte {
	trimmed := bytes.TrimRight(raw, "\r\n\t ")
	const end = "END:VCARD"
	if len(trimmed) < len(end) || !bytes.EqualFold(trimmed[len(trimmed)-len(end):], []byte(end)) {
		return append(trimmed, "\r\n"+end+"\r\n"...)
	}
	if !bytes.HasSuffix(raw, []byte("\n")) {
		return append(raw, "\r\n"...)
	}
	return raw
}

// asPerson is a contact as a card would say it.
func asPerson(c *store.Contact) card.Person {
	f := c.Fields
	p := card.Person{
		UID: "urn:uuid:" + string(c.ID), Kind: "individual", FN: c.Name,
		Name: card.Name{
			Family: f[book.ContactFamily], Given: f[book.ContactGiven], Additional: f[book.ContactMiddle],
			Prefixes: f[book.ContactPrefix], Suffixes: f[book.ContactSuffix],
		},
		Nicknames: splitList(f[book.ContactNickname]), Categories: splitList(f[book.ContactCategories]),
		Title: f[book.ContactTitle], Role: f[book.ContactRole], Language: f[book.ContactLanguage], TimeZone: f[book.ContactZone],
		Gender: genderOf(f[book.ContactGender]), Birthday: card.ParseDate(f[book.ContactBirthday]),
		Anniversary: card.ParseDate(f[book.ContactAnniversary]),
	}
	if f[book.ContactKind] == string(book.Company) {
		p.Kind = "org"
	}
	if note := f[book.ContactNote]; note != "" {
		p.Notes = []string{note}
	}
	if org, unit := f[book.ContactOrg], f[book.ContactUnit]; org+unit != "" {
		p.Organizations = []card.Organization{{Name: org, Units: splitList(unit)}}
	}
	for _, r := range c.Reaches(book.ContactEmails) {
		p.Emails = append(p.Emails, itemOf(r))
	}
	for _, r := range c.Reaches(book.ContactPhones) {
		p.Phones = append(p.Phones, card.Phone{Item: itemOf(r)})
	}
	for _, r := range c.Reaches(book.ContactURLs) {
		p.URLs = append(p.URLs, itemOf(r))
	}
	for _, r := range c.Reaches(book.ContactRelated) {
		p.Related = append(p.Related, itemOf(r))
	}
	for _, r := range c.Reaches(book.ContactHandles) {
		p.IMs = append(p.IMs, card.IM{Service: strings.ToLower(r.Label), Handle: r.Value, Pref: r.Pref})
	}
	for _, a := range c.Postals() {
		types, label := labelled(a.Label)
		p.Addresses = append(p.Addresses, card.Address{
			POBox: a.POBox, Extended: a.Extended, Street: a.Street, Locality: a.City, Region: a.Region, Postcode: a.Code,
			Country: a.Country, Types: types, Label: label,
		})
	}
	for _, field := range slices.Sorted(maps.Keys(f)) {
		if name, ok := strings.CutPrefix(field, book.CustomPrefix); ok {
			p.Other = append(p.Other, card.Field{Name: extensionName(name), Item: card.Item{Value: f[field]}})
		}
	}
	return p
}

func splitList(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ", ")
}

// genderOf writes a gender as a card does: one of its letters, or words after a semicolon.
func genderOf(s string) string {
	letter, _, _ := strings.Cut(s, ";")
	if s == "" || len(letter) == 1 && strings.Contains("MFONU", letter) {
		return s
	}
	return ";" + s
}

func itemOf(r book.Reach) card.Item {
	types, label := labelled(r.Label)
	return card.Item{Value: r.Value, Types: types, Label: label, Pref: r.Pref}
}

// cardTypes are the labels that a card can say as types, which every program knows; others are the user's own words.
var cardTypes = []string{
	"work", "home", "cell", "fax", "pager", "main", "other", "mobile", "iphone", "text", "video", "car", "msg", "dom", "intl",
	"postal", "parcel", "profile", "blog", "spouse", "child", "mother", "father", "parent", "brother", "sister", "friend",
	"manager", "assistant", "partner",
}

func labelled(label string) (types []string, own string) {
	types = splitList(label)
	for _, t := range types {
		if !slices.Contains(cardTypes, t) {
			return nil, label
		}
	}
	return types, ""
}

// extensionName is the property that carries a field of the firm's own: "Favourite colour" becomes X-FAVOURITE-COLOUR.
func extensionName(field string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '-'
	}, field)
	return "X-" + name
}
