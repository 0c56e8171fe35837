package awareness

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"passbook/internal/address"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// The bounds of what strangers and clients write in forms, in characters.
const (
	MaxMessage = 5000
	MaxName    = 120
	maxLine    = 200 // of a message's beginning, which lists and sentences show
)

// Enquire takes in what somebody wrote who may be nobody's client yet. Who is known by the address is written to as that
// client; everybody else becomes a client in the prospect's stage. Either way a touch comes in and waits for an answer.
// Nothing of what it finds is told to who asked.
type Enquire struct {
	Name     string
	Email    string
	Phone    string
	Message  string
	Language string // in which they wrote, as "de"; kept for somebody new
	Owner    string // who looks after somebody new: id, name, first name or address of a member; empty, or somebody who has left, is the firm's owner

	Account book.ID // set by Run
	New     bool    // set by Run: they were not in the book
}

// Act implements teller.Command.
func (*Enquire) Act() book.Act { return book.ActPeople }

// Run implements teller.Command.
func (c *Enquire) Run(ctx context.Context, w *teller.Work) error {
	c.New = false
	r, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	fields, err := c.fields(r.Firm.Country)
	if err != nil {
		return err
	}
	known, err := c.known(ctx, w, fields, r.Firm.Country)
	if err != nil {
		return err
	}
	account, with := book.ID(""), book.ID("")
	if known != nil {
		with = known.ID
		if account, err = c.accountOf(ctx, w, known); err != nil {
			return err
		}
	}
	if account == "" {
		add, err := c.open(ctx, w, r, known, fields)
		if err != nil {
			return err
		}
		account, with = add.Account, add.Contact
	}
	a, err := w.Account(ctx, account)
	if err != nil {
		return err
	}
	c.Account = a.ID
	return w.Append(c.entry(with))
}

// Check refuses what cannot be answered, before anything is counted or written. country is the firm's, as two letters.
func (c *Enquire) Check(country string) error {
	_, err := c.fields(country)
	return err
}

// fields does what Check does, and gives the addresses as fields of a person.
func (c *Enquire) fields(country string) (map[string]string, error) {
	c.Name, c.Email, c.Phone = oneLine(c.Name), book.Clean(c.Email), book.Clean(c.Phone)
	var faults book.Faults
	switch {
	case c.Name == "" || utf8.RuneCountInString(c.Name) > MaxName:
		faults.Add(book.Fieldf(book.Invalid, "name", "is missing or too long"))
	default:
		_ = faults.Keep(book.CheckName(c.Name)) // which is Invalid
	}
	if text := book.Clean(c.Message); text == "" || utf8.RuneCountInString(text) > MaxMessage {
		faults.Add(book.Fieldf(book.Invalid, "message", "is missing, or longer than %d characters", MaxMessage))
	}
	if c.Email == "" && c.Phone == "" {
		faults.Add(book.Fieldf(book.Invalid, "email", "or a telephone number is wanted, to answer to"))
	}
	fields := map[string]string{}
	for _, by := range []struct {
		kind  address.Kind
		field string
		text  string
	}{{address.Email, book.ContactEmails, c.Email}, {address.Phone, book.ContactPhones, c.Phone}} {
		if by.text == "" {
			continue
		}
		if err := address.Check(by.kind, by.text, country); err != nil {
			faults.Add(err)
			continue
		}
		fields[by.field] = book.WriteList([]book.Reach{{Value: by.text}})
	}
	return fields, faults.Err()
}

// oneLine is a text whose blanks and ends of lines are one blank each.
func oneLine(text string) string { return strings.Join(strings.Fields(book.Clean(text)), " ") }

// known finds who writes by the address: by mail before telephone, and of several at one address who bears the name, else the
// first who was taken in.
func (c *Enquire) known(ctx context.Context, w *teller.Work, fields map[string]string, country string) (*store.Contact, error) {
	probe := &store.Contact{Contact: book.Contact{Fields: fields}}
	for _, a := range AddressesOf(probe, country) {
		found, err := w.Tx.ContactsAt(ctx, a.Kind, a.Address)
		if err != nil {
			return nil, err
		}
		people, err := standIn(ctx, w.Tx, found[a.Address])
		if err != nil {
			return nil, err
		}
		var first *store.Contact
		for _, id := range slices.Sorted(maps.Keys(people)) {
			if p := people[id]; first == nil || book.Fold(p.Name) == book.Fold(c.Name) && book.Fold(first.Name) != book.Fold(c.Name) {
				first = p
			}
		}
		if first != nil {
			return first, nil
		}
	}
	return nil, nil
}

// accountOf is the account on which somebody known stands; "" for none.
func (c *Enquire) accountOf(ctx context.Context, w *teller.Work, known *store.Contact) (book.ID, error) {
	links, err := w.Tx.LinksOfContacts(ctx, known.ID)
	if err != nil || len(links) == 0 {
		return "", err
	}
	return links[0].Account, nil
}

// open makes somebody a client who was none.
func (c *Enquire) open(ctx context.Context, w *teller.Work, r *teller.Rules, known *store.Contact, fields map[string]string) (*Add, error) {
	owner, err := c.owner(ctx, w)
	if err != nil {
		return nil, err
	}
	add := &Add{Name: c.Name, Fields: fields, Owner: string(owner), Another: true}
	if p := r.Playbook(r.First); p != nil {
		if _, ok := p.Stage(prospect); ok {
			add.Stage = prospect
		}
	}
	if known != nil {
		add.Person, add.Fields = known.ID, nil
	} else if c.Language != "" {
		fields[book.ContactLanguage] = c.Language
	}
	c.New = true
	if err := add.Run(ctx, w); err != nil {
		return nil, err
	}
	return add, w.Flush(ctx) // the touch is folded onto it
}

// prospect is the stage of somebody who has asked and bought nothing yet, where the playbook has it.
const prospect = "prospect"

// owner is who looks after somebody new.
func (c *Enquire) owner(ctx context.Context, w *teller.Work) (book.ID, error) {
	all, err := w.Tx.Members(ctx)
	if err != nil {
		return "", err
	}
	if c.Owner != "" {
		m, err := MemberNamed(ctx, &teller.Reading{Tx: w.Tx}, c.Owner)
		if err == nil && m.Left == 0 {
			return m.ID, nil
		}
		if err != nil && book.FaultOf(err) != book.NotFound {
			return "", err
		}
	}
	for i := range all {
		if all[i].Role == book.RoleOwner && all[i].Left == 0 {
			return all[i].ID, nil
		}
	}
	return "", book.Errorf(book.Conflict, "the firm has nobody who takes enquiries")
}

// entry is what they wrote, as it stands in the book. The name that they gave stands with it: somebody else may have used a
// client's address.
func (c *Enquire) entry(with book.ID) *book.Entry {
	by := book.Email
	if c.Email == "" {
		by = book.Text // that is how they can be answered
	}
	e := wroteIn(c.Message, by, "")
	e.Account = c.Account
	e.Words.With = string(with)
	e.Words.Body = strings.TrimSpace("\u2014 " + strings.Join(slices.DeleteFunc([]string{c.Name, c.Email, c.Phone}, func(s string) bool { return s == "" }), " · ") + "\n\n" + book.Clean(c.Message))
	return e
}

// wroteIn is the entry of what somebody wrote to the firm in a form of its pages: a touch that comes in and waits for an answer.
// It stands on no account yet. by is the channel by which they are answered: Today proposes the same. asks is book.AsksNews where they ask for something that they were to be told.
func wroteIn(text string, by book.Channel, asks book.Asks) *book.Entry {
	text = book.Clean(text)
	e := &book.Entry{Kind: book.KindTouch, Facts: book.Facts{Channel: by, Direction: book.In, Asks: asks}}
	e.Facts.FillTouch()
	e.Words.Text = oneLine(text)
	if cut := []rune(e.Words.Text); len(cut) > maxLine {
		e.Words.Text = strings.TrimSpace(string(cut[:maxLine])) + "…"
		e.Words.Body = text
	}
	return e
}
