package transfer

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
)

// cardsPage is how many contacts' cards are in memory at a time; cards carry photos.
const cardsPage = 32

// writeCards writes everybody as cards for other programs: each card as it came, with what Passbook knows better put
// into it, and a new one for who came without. Erased people are left out.
func writeCards(ctx context.Context, tx *store.Tx, path string, tell func(int)) (err error) {
	w, err := createFile(path)
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
	var ids, several []book.ID
	for _, c := range contacts {
		ids = append(ids, c.ID)
	}
	all, err := tx.CardsOf(ctx, ids...)
	if err != nil {
		return err
	}
	cards := map[book.ID][]store.Card{}
	for _, c := range all {
		if c.Raw == "" { // of a table's row, which has no card
			continue
		}
		if cards[c.Contact] = append(cards[c.Contact], c); len(cards[c.Contact]) == 2 {
			several = append(several, c.Contact)
		}
	}
	changes, err := changesOf(ctx, tx, several)
	if err != nil {
		return err
	}
	for _, c := range contacts {
		if c.Name == book.Erased && len(c.Fields) == 0 {
			continue
		}
		if err := writeContact(w, c, cards[c.ID], changes[c.ID]); err != nil {
			return err
		}
	}
	return nil
}

// changesOf reads how contacts came to be what they are.
func changesOf(ctx context.Context, tx *store.Tx, contacts []book.ID) (map[book.ID][]book.Entry, error) {
	out := map[book.ID][]book.Entry{}
	if len(contacts) == 0 {
		return out, nil
	}
	entries, err := tx.EntriesAbout(ctx, contacts...)
	for _, e := range entries {
		if e.Kind == book.KindContact {
			out[e.Subject] = append(out[e.Subject], e)
		}
	}
	return out, err
}

func writeContact(w io.Writer, c *store.Contact, cards []store.Card, changes []book.Entry) error {
	if len(cards) == 0 {
		_, err := w.Write(card.New(asPerson(c)))
		return err
	}
	for i := range cards {
		amend := func(string) bool { return true }
		if len(cards) > 1 {
			since := changedSince(c, &cards[i], changes)
			amend = func(field string) bool { return since[field] }
		}
		if _, err := w.Write(amended(cards[i].Raw, c, amend)); err != nil {
			return err
		}
	}
	return nil
}

// changedSince says which fields have become what they are after a card came: those typed by hand, and those that a
// later entry changed. It matters where a contact has several cards, of which each must go on saying its own.
func changedSince(c *store.Contact, k *store.Card, changes []book.Entry) map[string]bool {
	since := map[string]bool{}
	for _, field := range c.Hand {
		since[field] = true
	}
	came := book.Instant(0)
	for _, e := range changes {
		if e.Run == k.Run && (came == 0 || e.Recorded < came) {
			came = e.Recorded
		}
	}
	for _, e := range changes {
		if e.Recorded > came {
			for field := range e.Words.Set {
				since[field] = true
			}
		}
	}
	return since
}

// maxAmended is the number of properties beyond which a card is nobody's, and is not taken apart.
const maxAmended = 10_000

// amended is a card with what the contact says now in those of its fields that may be amended and say otherwise. What
// it cannot read as one card is given as it came.
func amended(raw string, c *store.Contact, may func(field string) bool) []byte {
	var found *card.Card
	for k := range card.Scan(strings.NewReader(raw)) {
		if k != nil {
			found = k
		}
	}
	if found == nil || len(found.Props) > maxAmended {
		return whole([]byte(raw))
	}
	says := found.Person()
	fields := cardFields(&says)
	fields[book.ContactName] = book.Clean(says.FN)
	if p, fault := cardPerson(found); fault == nil && p.Kind == book.Company {
		fields[book.ContactKind] = string(book.Company)
	}
	now := maps.Clone(c.Fields)
	if now == nil {
		now = map[string]string{}
	}
	now[book.ContactName] = c.Name
	a := amending{card: found, says: fields, now: now, person: asPerson(c)}
	for _, field := range slices.Sorted(maps.Keys(fieldsOf(fields, now))) {
		if fields[field] != now[field] && may(field) {
			a.amend(field)
		}
	}
	if _, named := found.First("FN"); !named && a.by != nil { // the name was read off what may be gone now
		a.amend(book.ContactName)
	}
	return whole(found.With(a.changes()...))
}

func fieldsOf(a, b map[string]string) map[string]bool {
	out := map[string]bool{}
	for k := range a {
		out[k] = true
	}
	for k := range b {
		out[k] = true
	}
	return out
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
