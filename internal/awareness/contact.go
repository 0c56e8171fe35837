package awareness

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"passbook/internal/address"
	"passbook/internal/book"
	"passbook/internal/card"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// maxField bounds one field of a contact.
const maxField = 100_000

// changeContact gives a contact's fields new values, an empty one clearing the field; it appends the entry with
// before and after and keeps addresses and search in step. It says whether anything differed. hand marks the
// fields as typed by a member, which imports leave alone from then on.
func changeContact(ctx context.Context, w *teller.Work, c *store.Contact, set map[string]string, hand bool) (bool, error) {
	return rewriteContact(ctx, w, c, set, rewriting{hand: hand})
}

// rewriting is how a contact's fields are changed.
type rewriting struct {
	hand   bool         // a member typed them
	undoes book.ID      // the change that this one reverses
	at     book.Instant // since when they are so; zero is now
}

// rewriteContact is changeContact for a change of another time, or one that reverses an earlier one.
func rewriteContact(ctx context.Context, w *teller.Work, c *store.Contact, set map[string]string, how rewriting) (bool, error) {
	if c.Name == book.Erased && c.ID != "" {
		return false, book.Errorf(book.Conflict, "this person was erased; add them anew if they have come back")
	}
	set, err := typed(ctx, w, c, set, how.hand)
	if err != nil {
		return false, err
	}
	changed := map[string]book.Change{}
	for field, after := range set {
		before := contactField(c, field)
		if before == after {
			continue
		}
		changed[field] = book.Change{Before: before, After: after}
		setContactField(c, field, after)
		if how.hand && !slices.Contains(c.Hand, field) {
			c.Hand = append(c.Hand, field)
			slices.Sort(c.Hand)
		}
	}
	if len(changed) == 0 {
		return false, nil
	}
	e := &book.Entry{
		Subject: c.ID, At: how.at, Kind: book.KindContact, Facts: book.Facts{Undoes: how.undoes}, Words: book.Words{Set: changed},
	}
	if err := w.Append(e); err != nil {
		return false, err
	}
	return true, saveContact(ctx, w, c)
}

// typed brings new values of a contact's fields into the form in which they are kept, and names everything among them that
// cannot be. What a file says is taken as it is, where a member who types (hand) can be asked again.
func typed(ctx context.Context, w *teller.Work, c *store.Contact, set map[string]string, hand bool) (map[string]string, error) {
	r, err := w.Rules(ctx)
	if err != nil {
		return nil, err
	}
	var declared []book.Field
	if hand {
		if declared, err = declaredAmong(ctx, w, set); err != nil {
			return nil, err
		}
	}
	var faults book.Faults
	out := make(map[string]string, len(set))
	for _, field := range slices.Sorted(maps.Keys(set)) {
		value := book.Clean(set[field])
		in := book.InSet(strings.TrimPrefix(field, book.CustomPrefix))
		if hand && (value != "" || c.Fields[field] == "") { // what stands there from before can be cleared
			if wrong := book.CheckFieldName(field); wrong != nil {
				faults.Add(wrong)
				continue
			}
		}
		switch {
		case field == book.ContactName && book.NamedErased(value):
			_ = faults.Keep(book.CheckName(value)) // which is Invalid
		case len(value) > maxField:
			faults.Add(book.Fieldf(book.Invalid, in, "is longer than %d bytes", maxField))
		case book.IsListField(field) && value != "" && len(book.ReadList[map[string]any](value)) == 0:
			faults.Add(book.Fieldf(book.Invalid, in, "holds several values and cannot be set to plain words"))
		case hand:
			if value, err = typedValue(ctx, w, c, field, value, declared); faults.Keep(err) != nil {
				return nil, err
			}
			typedReaches(&faults, c, field, value, r.Firm.Country)
			typedList(&faults, field, value)
		}
		out[field] = value
	}
	return out, faults.Err()
}

// typedValue is one value as it is kept. A file's words about a day are kept whatever they are; a member can be asked again.
func typedValue(ctx context.Context, w *teller.Work, c *store.Contact, field, value string, declared []book.Field) (string, error) {
	if i := slices.IndexFunc(declared, func(f book.Field) bool { return f.Key() == field }); i >= 0 {
		return FieldValue(&declared[i], value)
	}
	if err := noField(ctx, w, c, field, value); err != nil {
		return "", err
	}
	return typedDay(field, value, w.Now)
}

// typedReaches names the mail addresses and telephone numbers that cannot be whole ones. Those that stand there already, as a
// file gave them, may stay.
func typedReaches(faults *book.Faults, c *store.Contact, field, value, country string) {
	kind := kindOfField(field)
	if kind == "" {
		return
	}
	have := c.Reaches(field)
	for i, reach := range book.ReadList[book.Reach](value) {
		if slices.ContainsFunc(have, func(h book.Reach) bool { return h.Value == reach.Value }) {
			continue
		}
		if wrong := address.Check(kind, reach.Value, country); wrong != nil {
			wrong.Field = book.InList(field, i)
			faults.Add(wrong)
		}
	}
}

// typedList names the values of a list that hold what no book holds.
func typedList(faults *book.Faults, field, value string) {
	if !book.IsListField(field) {
		return
	}
	_, wrong := book.CleanList(field, value)
	for _, i := range wrong {
		faults.Add(book.Fieldf(book.Invalid, book.InList(field, i), "holds a character that cannot be kept, such as NUL; leave it out"))
	}
}

// kindOfField is the kind of the addresses that a field holds; "" where it holds others.
func kindOfField(field string) address.Kind {
	switch field {
	case book.ContactEmails:
		return address.Email
	case book.ContactPhones:
		return address.Phone
	}
	return ""
}

// Doubts tell of what was taken in as it stands although it cannot be what it is said to be: the first mail address or
// telephone number of a person that is no whole one, and days that are no date. Country is the firm's.
func (p *PersonIn) Doubts(country string) (out []string) {
	for _, field := range p.Unread {
		if said := p.Fields[book.CustomPrefix+field]; field == book.ContactBirthday {
			out = append(out, fmt.Sprintf("%s has %s for the birthday, which is no certain day in the past; it is kept in these words and not as a date, which is written as 1980-05-17", p.Name, said))
		} else {
			out = append(out, fmt.Sprintf("%s has %s for the anniversary, which is no certain day in the past; it is kept in these words and not as a date, which is written as 1980-05-17", p.Name, said))
		}
	}
	for _, field := range []string{book.ContactEmails, book.ContactPhones} {
		for _, reach := range book.ReadList[book.Reach](p.Fields[field]) {
			switch {
			case address.Check(kindOfField(field), reach.Value, country) == nil:
			case field == book.ContactEmails:
				return append(out, fmt.Sprintf("%s has %q for a mail address, which is no whole one; it is kept as it stands", p.Name, reach.Value))
			default:
				return append(out, fmt.Sprintf("%s has %q for a telephone number, which is no whole one; it is kept as it stands", p.Name, reach.Value))
			}
		}
	}
	return out
}

// ReachFields are the fields of a person of whom only an address is known: of mail, of a telephone or a handle.
func ReachFields(text string) map[string]string {
	text = book.Clean(text)
	field := book.ContactEmails
	switch kind, _ := address.Key(text, ""); kind {
	case address.Phone:
		field = book.ContactPhones
	case address.Handle:
		field = book.ContactHandles
	}
	return map[string]string{field: book.WriteList([]book.Reach{{Value: strings.TrimPrefix(text, "~")}})}
}

// typedDay is a day as it is kept; other fields stay as they are.
func typedDay(field, value string, now book.Instant) (string, error) {
	if value == "" || field != book.ContactBirthday && field != book.ContactAnniversary {
		return value, nil
	}
	d := card.ParseDate(value)
	switch {
	case d.Day == "" || d.Time != "":
		return "", book.Fieldf(book.Invalid, book.InSet(field), "%q is no date; write it as 1980-05-17, or --05-17 where the year is not known", value)
	case d.Day[0] != '-' && d.Day > now.Time().Format(time.DateOnly):
		return "", book.Fieldf(book.Invalid, book.InSet(field), "%s is still to come", d.Day)
	}
	return d.Day, nil
}

// saveContact writes a contact with its addresses and what search knows of it.
func saveContact(ctx context.Context, w *teller.Work, c *store.Contact) error {
	r, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	if err := w.Tx.SaveContact(ctx, c); err != nil {
		return err
	}
	addresses := AddressesOf(c, r.Firm.Country)
	if err := w.Tx.ReplaceAddresses(ctx, c.ID, addresses); err != nil {
		return err
	}
	for _, a := range addresses { // who is known is no stranger any more
		if err := w.Tx.DeleteStranger(ctx, a.Address); err != nil {
			return err
		}
	}
	return w.Tx.Index(ctx, []store.Doc{DocOf(c)})
}

func contactField(c *store.Contact, field string) string {
	if field == book.ContactName {
		return c.Name
	}
	return c.Fields[field]
}

func setContactField(c *store.Contact, field, value string) {
	if field == book.ContactName {
		c.Name = value
		return
	}
	if c.Fields == nil {
		c.Fields = map[string]string{}
	}
	if value == "" {
		delete(c.Fields, field)
		return
	}
	c.Fields[field] = value
}

// AddressesOf are the keys under which a contact is found; country is the firm's, as two letters.
func AddressesOf(c *store.Contact, country string) []store.Address {
	var out []store.Address
	add := func(kind store.AddressKind, key string) {
		a := store.Address{Kind: kind, Address: key, Contact: c.ID}
		if key != "" && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	for _, r := range c.Reaches(book.ContactEmails) {
		add(store.EmailAddress, book.EmailKey(r.Value))
	}
	for _, r := range c.Reaches(book.ContactPhones) {
		add(store.PhoneAddress, address.PhoneKey(r.Value, country))
	}
	for _, r := range c.Reaches(book.ContactHandles) {
		add(store.HandleAddress, strings.ToLower(r.Value))
	}
	return out
}

// DocOf is what search knows of a contact: every field's words.
func DocOf(c *store.Contact) store.Doc {
	var b strings.Builder
	b.WriteString(c.Name)
	for _, field := range slices.Sorted(maps.Keys(c.Fields)) {
		b.WriteByte(' ')
		switch {
		case field == book.ContactAddresses:
			for _, p := range c.Postals() {
				b.WriteString(p.String() + " ")
			}
		case book.IsListField(field):
			for _, r := range c.Reaches(field) {
				b.WriteString(r.Value + " ")
			}
		default:
			b.WriteString(c.Fields[field])
		}
	}
	return store.Doc{ID: c.ID, Kind: store.DocContact, Text: b.String()}
}
