package transfer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/card"
)

// maxCustom bounds a property without a field of its own, in bytes. Larger ones are data of programs, and stay in
// the card.
const maxCustom = 10_000

func (s *Source) readCards(yield func(awareness.PersonIn, *Fault) bool) {
	s.done.Store(0)
	r, err := s.stream()
	if err != nil {
		yield(awareness.PersonIn{}, &Fault{Line: 1, Reason: book.Message(err)})
		return
	}
	for c, fault := range card.Scan(r) {
		var p awareness.PersonIn
		var f *Fault
		if fault != nil {
			f = &Fault{Line: fault.Line, Reason: fault.Reason, Partial: fault.Partial}
		} else {
			p, f = CardPerson(c)
		}
		if !yield(p, f) {
			return
		}
	}
}

// CardPerson reads a card. A list of other cards is no person, and is a fault.
func CardPerson(c *card.Card) (awareness.PersonIn, *Fault) {
	v := c.Person()
	if v.Kind == "group" {
		return awareness.PersonIn{}, &Fault{Line: c.Line, Reason: fmt.Sprintf("%s is a list of %d contacts, not a person", Quote(v.FN), len(v.Members))}
	}
	p := awareness.PersonIn{
		Line: c.Line, UID: book.Clean(v.UID), Raw: string(c.Raw), Digest: cardDigest(c),
		Name: book.Clean(v.FN), Kind: book.Person, Fields: CardFields(&v),
	}
	if v.Kind == "org" || v.Kind == "location" || v.Name == (card.Name{}) && len(v.Organizations) > 0 && v.FN == v.Organizations[0].Name {
		p.Kind = book.Company
	}
	if p.Name == "" {
		return awareness.PersonIn{}, &Fault{Line: c.Line, Reason: "the card names nobody"}
	}
	return p, nil
}

// cardDigest hashes what a card says. The order of its lines and the stamps that a program renews at every export
// are left out.
func cardDigest(c *card.Card) string {
	lines := make([]string, 0, len(c.Props))
	for _, p := range c.Props {
		if p.Name == "REV" || p.Name == "PRODID" {
			continue
		}
		var b strings.Builder
		put := func(s string) { b.WriteString(strconv.Itoa(len(s)) + ":" + s) }
		put(p.Group)
		put(p.Name)
		for _, q := range p.Params {
			put(q.Name)
			for _, value := range q.Values {
				put(value)
			}
		}
		put(p.Value)
		lines = append(lines, b.String())
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

// CardFields gives every value of a card a field of a contact. Pictures and other data stay in the card alone.
func CardFields(v *card.Person) map[string]string {
	f := fieldSet{}
	f.put(book.ContactGiven, v.Name.Given)
	f.put(book.ContactFamily, v.Name.Family)
	f.put(book.ContactMiddle, v.Name.Additional)
	f.put(book.ContactPrefix, v.Name.Prefixes)
	f.put(book.ContactSuffix, v.Name.Suffixes)
	f.put(book.ContactNickname, strings.Join(v.Nicknames, ", "))
	f.put(book.ContactTitle, v.Title)
	f.put(book.ContactRole, v.Role)
	f.put(book.ContactNote, strings.Join(v.Notes, "\n\n"))
	f.put(book.ContactCategories, strings.Join(v.Categories, ", "))
	f.put(book.ContactLanguage, v.Language)
	f.put(book.ContactZone, v.TimeZone)
	f.put(book.ContactGender, strings.TrimPrefix(v.Gender, ";"))
	f.date(book.ContactBirthday, v.Birthday)
	f.date(book.ContactAnniversary, v.Anniversary)
	f.reaches(v)
	f.postals(v.Addresses)
	for i, o := range v.Organizations {
		if i == 0 {
			f.put(book.ContactOrg, o.Name)
			f.put(book.ContactUnit, strings.Join(o.Units, ", "))
			continue
		}
		f.custom("org", strings.Join(append([]string{o.Name}, o.Units...), ", "))
	}
	for _, o := range v.Other {
		f.other(o)
	}
	return f
}

// fieldSet gathers the fields of a contact.
type fieldSet map[string]string

func (f fieldSet) put(field, value string) {
	if value = book.Clean(value); value != "" {
		f[field] = value
	}
}

// custom adds to a field of the file's own; several values stand on lines of their own.
func (f fieldSet) custom(name, value string) {
	if value = book.Clean(value); value == "" {
		return
	}
	field := book.CustomPrefix + name
	if old := f[field]; old != "" {
		value = old + "\n" + value
	}
	f[field] = value
}

// other keeps a property without a field of its own under its name in lower case.
func (f fieldSet) other(o card.Field) {
	if o.Name == "" || o.Name == "PRODID" || len(o.Value) > maxCustom || strings.HasPrefix(o.Value, "data:") {
		return
	}
	name := strings.ToLower(strings.TrimPrefix(o.Name, "X-"))
	if o.Label != "" {
		f.custom(name, o.Value+" ("+o.Label+")")
		return
	}
	f.custom(name, o.Value)
}

func (f fieldSet) date(field string, d card.Date) {
	f.put(field, d.Day)
	f.custom(field, d.Text)
}

func (f fieldSet) reaches(v *card.Person) {
	add := func(field string, list []book.Reach) {
		list = slices.DeleteFunc(list, func(r book.Reach) bool { return r.Value == "" })
		f.put(field, book.WriteList(list))
	}
	var emails, phones, handles, urls, related []book.Reach
	for _, e := range v.Emails {
		emails = append(emails, reachOf(e))
	}
	for _, p := range v.Phones {
		r := reachOf(p.Item)
		if p.Ext != "" {
			r.Value += " ext. " + book.Clean(p.Ext)
		}
		phones = append(phones, r)
	}
	for _, im := range v.IMs {
		r := reachOf(card.Item{Value: im.Handle, Types: im.Types, Label: im.Label, Pref: im.Pref})
		if im.Service != "" {
			r.Label = im.Service
		}
		handles = append(handles, r)
	}
	for _, u := range v.URLs {
		urls = append(urls, reachOf(u))
	}
	for _, p := range v.Related {
		related = append(related, reachOf(p))
	}
	add(book.ContactEmails, emails)
	add(book.ContactPhones, phones)
	add(book.ContactHandles, handles)
	add(book.ContactURLs, urls)
	add(book.ContactRelated, related)
}

// reachOf labels a value by the user's own word, else by its types.
func reachOf(it card.Item) book.Reach {
	return book.Reach{Value: book.Clean(it.Value), Label: LabelOf(it.Label, it.Types), Pref: it.Pref}
}

// LabelOf is the label of a value: the user's own word, else its types, but for those that every value has.
func LabelOf(own string, types []string) string {
	if own = book.Clean(own); own != "" {
		return label(own)
	}
	kept := make([]string, 0, len(types))
	for _, t := range types {
		switch t {
		case "internet", "voice", "x400": // what every address and number is
		default:
			kept = append(kept, book.Clean(t))
		}
	}
	return strings.Join(kept, ", ")
}

func (f fieldSet) postals(addresses []card.Address) {
	var out []book.Postal
	for _, a := range addresses {
		p := book.Postal{
			POBox: book.Clean(a.POBox), Extended: book.Clean(a.Extended), Street: book.Clean(a.Street),
			City: book.Clean(a.Locality), Region: book.Clean(a.Region), Code: book.Clean(a.Postcode), Country: book.Clean(a.Country),
		}
		if p == (book.Postal{}) {
			p.Street = book.Clean(a.Formatted)
		}
		if p == (book.Postal{}) {
			continue
		}
		p.Label = LabelOf(a.Label, a.Types)
		out = append(out, p)
	}
	f.put(book.ContactAddresses, book.WriteList(out))
}
