package awareness

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"time"

	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Found begins a workspace: the firm, its first playbook and its first member, the owner.
type Found struct {
	Name     string
	Playbook string // one that ships
	Zone     string // IANA name; empty keeps the playbook's
	Country  string // two letters; empty for none
	Owner    string // name of the first member
	Email    string // of the first member; may be empty

	Member book.Member // set by Run
}

// Act implements teller.Command.
func (*Found) Act() book.Act { return book.ActFirm }

// Run implements teller.Command.
func (c *Found) Run(ctx context.Context, w *teller.Work) error {
	src, err := c.source()
	if err != nil {
		return err
	}
	salt, err := newSalt(w)
	if err != nil {
		return err
	}
	sources := map[string]string{c.Playbook: src}
	firm := store.Workspace{Rules: teller.Version(c.Playbook, sources), Salt: salt}
	firm.Name, firm.Playbook, firm.Created = book.Clean(c.Name), c.Playbook, w.Now
	if firm.Name == "" {
		return book.Errorf(book.Invalid, "a firm needs a name")
	}
	firm.Country = strings.ToUpper(strings.TrimSpace(c.Country))
	if firm.Country != "" && !knownCountry(firm.Country) {
		return book.Fieldf(book.Invalid, "country", "%q is not a country's two letters, as in DE or US", c.Country)
	}
	if err := w.Tx.InsertWorkspace(ctx, &firm); err != nil {
		return err
	}
	if err := w.Tx.SavePlaybook(ctx, c.Playbook, src, w.Now); err != nil {
		return err
	}
	err = w.Append(&book.Entry{
		Kind: book.KindPlaybook, Words: book.Words{Text: c.Playbook},
		Facts: book.Facts{Set: map[string]book.Change{c.Playbook: {After: firm.Rules}}},
	})
	if err != nil {
		return err
	}
	add := AddMember{Name: c.Owner, Role: book.RoleOwner, Emails: []string{c.Email}}
	if err := add.Run(ctx, w); err != nil {
		return err
	}
	c.Member = add.Member
	return nil
}

// newSalt makes what an erased person's tombstones are salted with, from the random parts of two ids.
func newSalt(w *teller.Work) (string, error) {
	h := sha256.New()
	for range 2 {
		id, err := w.NewID()
		if err != nil {
			return "", err
		}
		h.Write([]byte(id))
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}

var zoneLine = regexp.MustCompile(`(?m)^zone\s*=\s*".*"`)

// source is the playbook's text with the firm's own zone written into it.
func (c *Found) source() (string, error) {
	src, ok := playbook.Source(c.Playbook)
	if !ok {
		return "", book.Fieldf(book.Invalid, "playbook", "%q does not ship; there are: %s", c.Playbook, strings.Join(playbook.Shipped(), ", "))
	}
	if c.Zone == "" {
		return string(src), nil
	}
	if _, err := time.LoadLocation(c.Zone); err != nil || strings.ContainsAny(c.Zone, "\"\\\n") {
		return "", book.Fieldf(book.Invalid, "zone", "%q is not known; write it as in Europe/London or America/Chicago", c.Zone)
	}
	return zoneLine.ReplaceAllString(string(src), `zone = "`+c.Zone+`"`), nil
}

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
	if !slices.Contains(book.Roles, m.Role) {
		return book.Fieldf(book.Invalid, "role", "%q is not known; it is owner, manager, member, assistant or accountant", c.Role)
	}
	taken, err := w.Tx.MemberAddresses(ctx)
	if err != nil {
		return err
	}
	if err := w.Tx.InsertMember(ctx, &m); err != nil {
		return err
	}
	set := map[string]book.Change{"name": {After: m.Name}}
	if m.Dept != "" {
		set["department"] = book.Change{After: m.Dept}
	}
	var kept []string
	for _, e := range c.Emails {
		if strings.TrimSpace(e) == "" {
			continue
		}
		key := book.EmailKey(e)
		if key == "" {
			return book.Fieldf(book.Invalid, "email", "%q is not a mail address", e)
		}
		if taken[key] != "" {
			return book.Fieldf(book.Conflict, "email", "%s is another member's already", key)
		}
		if err := w.Tx.SetMemberAddress(ctx, key, m.ID); err != nil {
			return err
		}
		kept = append(kept, key)
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
