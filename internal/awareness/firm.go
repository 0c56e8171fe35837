package awareness

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"time"

	"passbook/internal/address"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Found begins a workspace: the firm, its first playbook and its first member, the owner.
type Found struct {
	Name     string
	Playbook string // one that ships
	Zone     string // IANA name; empty keeps the playbook's, which Run puts here
	Country  string // two letters; empty for none; Run puts it in capitals
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
	c.Country = strings.ToUpper(strings.TrimSpace(c.Country))
	firm.Country = c.Country
	if firm.Country != "" && !address.KnownCountry(firm.Country) {
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
		p, err := playbook.Parse(c.Playbook, src)
		if err != nil {
			return "", err
		}
		c.Zone = p.Calendar.Zone
		return string(src), nil
	}
	if _, err := time.LoadLocation(c.Zone); err != nil || strings.ContainsAny(c.Zone, "\"\\\n") {
		return "", book.Fieldf(book.Invalid, "zone", "%q is not known; write it as in Europe/London or America/Chicago", c.Zone)
	}
	return zoneLine.ReplaceAllString(string(src), `zone = "`+c.Zone+`"`), nil
}
