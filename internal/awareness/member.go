package awareness

import (
	"context"
	"slices"
	"strings"

	"passbook/internal/address"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// AddMember takes a person into the firm.
type AddMember struct {
	Name   string
	Role   book.Role
	Dept   string
	Emails []string // addresses that are this member's in mail and calendars

	Member book.Member // set by Run
}

// Act implements teller.Command.
func (*AddMember) Act() book.Act { return book.ActFirm }

// Run implements teller.Command.
func (c *AddMember) Run(ctx context.Context, w *teller.Work) error {
	id, err := w.NewID()
	if err != nil {
		return err
	}
	m := book.Member{ID: id, Name: book.Clean(c.Name), Role: c.Role, Dept: book.Clean(c.Dept), Created: w.Now}
	if m.Name == "" {
		return book.Errorf(book.Invalid, "a member needs a name")
	}
	if m.Role == "" {
		m.Role = book.RoleMember
	}
	if err := knownRole(m.Role); err != nil {
		return err
	}
	if err := w.Tx.InsertMember(ctx, &m); err != nil {
		return err
	}
	set := map[string]book.Change{"name": {After: m.Name}}
	if m.Dept != "" {
		set["department"] = book.Change{After: m.Dept}
	}
	kept, err := addAddresses(ctx, w, m.ID, c.Emails)
	if err != nil {
		return err
	}
	if len(kept) > 0 {
		set["emails"] = book.Change{After: strings.Join(kept, " ")}
	}
	c.Member = m
	return w.Append(&book.Entry{
		Subject: m.ID, By: c.by(w, m.ID), Kind: book.KindMember, Words: book.Words{Set: set},
		Facts: book.Facts{Set: map[string]book.Change{"role": {After: string(m.Role)}}},
	})
}

// by is who took the member in; the first one came alone.
func (c *AddMember) by(w *teller.Work, self book.ID) book.ID {
	if w.Who.Member == "" {
		return self
	}
	return w.Who.Member
}

func knownRole(r book.Role) error {
	if slices.Contains(book.Roles, r) {
		return nil
	}
	return book.Fieldf(book.Invalid, "role", "%q is not known; it is %s", r, book.Said(book.ListOf(book.Roles)))
}

// addAddresses makes addresses a member's, and gives back which these are as they are kept; their own are not added
// again.
func addAddresses(ctx context.Context, w *teller.Work, member book.ID, emails []string) ([]string, error) {
	taken, err := w.Tx.MemberAddresses(ctx)
	if err != nil {
		return nil, err
	}
	var kept []string
	for _, e := range emails {
		if strings.TrimSpace(e) == "" {
			continue
		}
		if book.Clean(e) != strings.TrimSpace(e) {
			return nil, book.Fieldf(book.Invalid, "email", "holds a character that cannot be kept, such as NUL; leave it out")
		}
		if err := address.Check(address.Email, e, ""); err != nil {
			return nil, err
		}
		key := book.EmailKey(e)
		switch {
		case taken[key] == member:
			continue
		case taken[key] != "":
			return nil, book.Fieldf(book.Conflict, "email", "%s is another member's already", key)
		}
		if err := w.Tx.SetMemberAddress(ctx, key, member); err != nil {
			return nil, err
		}
		taken[key] = member
		kept = append(kept, key)
	}
	return kept, nil
}

// EditMember changes a person of the firm: what is empty stays. The firm keeps an owner.
type EditMember struct {
	Who     string // id, name, first name or address
	Name    string
	Role    book.Role
	Dept    string
	NoDept  bool     // they are of no department any more
	Phone   string   // where clients reach them
	NoPhone bool     // clients are told no number of theirs any more
	Emails  []string // more addresses
	Expect  string   // the version that the editor has seen; "" for none

	Member book.Member // set by Run
}

// Act implements teller.Command.
func (*EditMember) Act() book.Act { return book.ActFirm }

// Run implements teller.Command.
func (c *EditMember) Run(ctx context.Context, w *teller.Work) error {
	if err := w.Tx.LockFirm(ctx); err != nil { // two who make each other no owner must not both find the other one left
		return err
	}
	r, err := w.Reading(ctx)
	if err != nil {
		return err
	}
	m, err := MemberNamed(ctx, r, c.Who)
	if err != nil {
		return err
	}
	if c.Expect != "" {
		known, err := ShowMember(ctx, r, m.ID)
		if err != nil {
			return err
		}
		if err := UnlessStale(m.Name, c.Expect, known.Version); err != nil {
			return err
		}
	}
	was := m
	if role := c.Role; role != "" && role != m.Role {
		if err := c.mayBecome(ctx, w, &m); err != nil {
			return err
		}
		m.Role = role
	}
	if name := book.Clean(c.Name); name != "" {
		m.Name = name
	}
	if dept := book.Clean(c.Dept); dept != "" {
		m.Dept = dept
	} else if c.NoDept {
		m.Dept = ""
	}
	if err := c.number(ctx, w, &m); err != nil {
		return err
	}
	kept, err := addAddresses(ctx, w, m.ID, c.Emails)
	if err != nil {
		return err
	}
	if c.Member = m; len(kept) > 0 { // addresses stand apart: what they sign in is not taken back by an undo
		e := &book.Entry{Subject: m.ID, Kind: book.KindMember}
		e.Words.Set = map[string]book.Change{"emails": {After: strings.Join(kept, " ")}}
		if err := w.Append(e); err != nil {
			return err
		}
	}
	return changeMember(ctx, w, &was, &m, "")
}

// number gives the member the number at which clients reach them, as it was typed.
func (c *EditMember) number(ctx context.Context, w *teller.Work, m *book.Member) error {
	phone := book.Clean(c.Phone)
	if phone == "" {
		if c.NoPhone {
			m.Phone = ""
		}
		return nil
	}
	r, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	if err := address.Check(address.Phone, phone, r.Firm.Country); err != nil {
		return err
	}
	m.Phone = phone
	return nil
}

// mayBecome refuses roles that there are not, and to leave the firm without an owner.
func (c *EditMember) mayBecome(ctx context.Context, w *teller.Work, m *book.Member) error {
	if err := knownRole(c.Role); err != nil || m.Role != book.RoleOwner {
		return err
	}
	return anotherOwner(ctx, w, m)
}

// ListedMember is a member with the addresses by which mail and calendars know them.
type ListedMember struct {
	book.Member
	Emails []string `json:"emails"`
}

// Members lists the people of the firm.
func Members(ctx context.Context, r *teller.Reading) ([]ListedMember, error) {
	members, err := r.Tx.Members(ctx)
	if err != nil {
		return nil, err
	}
	return listed(ctx, r, members...)
}

// listed gives members their addresses.
func listed(ctx context.Context, r *teller.Reading, members ...book.Member) ([]ListedMember, error) {
	addresses, err := r.Tx.MemberAddresses(ctx)
	all := make([]ListedMember, len(members))
	for i, m := range members {
		all[i] = ListedMember{Member: m, Emails: []string{}}
		for address, id := range addresses {
			if id == m.ID {
				all[i].Emails = append(all[i].Emails, address)
			}
		}
		slices.Sort(all[i].Emails)
	}
	return all, err
}

// KnownMember is a member as they are looked at before they are changed.
type KnownMember struct {
	ListedMember
	Version string `json:"version"` // of what can be edited
}

// ShowMember tells of one member, by id. Errors: NotFound.
func ShowMember(ctx context.Context, r *teller.Reading, id book.ID) (*KnownMember, error) {
	m, err := r.Tx.Member(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := listed(ctx, r, m)
	if err != nil {
		return nil, err
	}
	return &KnownMember{all[0], memberVersion(&all[0])}, nil
}

// memberVersion is a mark of all that EditMember changes; who is away or has come in is nobody's edit.
func memberVersion(m *ListedMember) string {
	return digest(append([]string{m.Name, string(m.Role), m.Dept}, m.Emails...)...)
}

// MemberNamed finds a member by id, name, first name or address.
func MemberNamed(ctx context.Context, r *teller.Reading, ref string) (book.Member, error) {
	if id, ok := book.ParseID(ref); ok {
		if m, err := r.Tx.Member(ctx, id); book.FaultOf(err) != book.NotFound {
			return m, err
		}
	}
	members, err := r.Tx.Members(ctx)
	if err != nil {
		return book.Member{}, err
	}
	addresses, err := r.Tx.MemberAddresses(ctx)
	if err != nil {
		return book.Member{}, err
	}
	key := book.Fold(ref)
	var found []book.Member
	var names []string
	for _, m := range members {
		names = append(names, m.Name)
		if string(m.ID) == ref || addresses[book.EmailKey(ref)] == m.ID || book.Fold(m.Name) == key {
			return m, nil
		}
		if strings.HasPrefix(book.Fold(m.Name), key+" ") {
			found = append(found, m)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return book.Member{}, book.Errorf(book.NotFound, "there is no one member %q; the members are: %s", ref, strings.Join(names, ", "))
}

// MemberID is the id of the member that a word means, as MemberNamed finds them; none for no word.
func MemberID(ctx context.Context, r *teller.Reading, ref string) (book.ID, error) {
	if ref == "" {
		return "", nil
	}
	m, err := MemberNamed(ctx, r, ref)
	return m.ID, err
}
