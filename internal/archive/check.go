package archive

import (
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/transfer"
)

// known is what an archive has told so far, by which later lines are checked. It holds sixteen bytes for an account or
// contact, and nothing for an entry.
type known struct {
	now       book.Instant
	line      int // of the record being checked
	names     map[string]bool
	members   idSet
	accounts  idSet
	contacts  idSet
	redirects map[book.ID]redirect // of the noun being read
}

type redirect struct {
	into book.ID
	line int
}

func newKnown(now book.Instant) *known {
	return &known{
		now: now, names: map[string]bool{}, members: idSet{}, accounts: idSet{}, contacts: idSet{},
		redirects: map[book.ID]redirect{},
	}
}

type idSet map[[16]byte]struct{}

func (s idSet) add(id book.ID) { s[id.Bytes()] = struct{}{} }

func (s idSet) has(id book.ID) bool {
	_, ok := s[id.Bytes()]
	return ok
}

func refuse(format string, args ...any) error { return book.Errorf(book.Invalid, format, args...) }

// checkID refuses what is not an id as Passbook writes them; the ledger keeps ids as sixteen bytes.
func checkID(field string, id book.ID) error {
	if parsed, ok := book.ParseID(string(id)); !ok || parsed != id {
		return refuse("%s is %s, which is no id", field, transfer.Quote(string(id)))
	}
	return nil
}

// checkRefs refuses references that are neither empty nor ids. What they refer to may be gone: an undone import takes
// people away that others have spoken of.
func checkRefs(fields map[string]book.ID) error {
	for field, id := range fields {
		if id != "" {
			if err := checkID(field, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkTexts refuses the one character that a text in the book never has.
func checkTexts(all ...string) error {
	for _, s := range all {
		if strings.IndexByte(s, 0) >= 0 {
			return refuse("%s holds a NUL character", transfer.Quote(s))
		}
	}
	return nil
}

func checkOneOf[T ~string](field string, v T, list []T) error {
	if v != "" && !slices.Contains(list, v) {
		return refuse("%s is %s, which Passbook does not know", field, transfer.Quote(string(v)))
	}
	return nil
}

// first is the first error of several checks.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkMember(m *book.Member, k *known) error {
	if err := first(checkID("id", m.ID), checkTexts(m.Name, m.Dept, m.Phone), checkRefs(map[string]book.ID{"deputy": m.Deputy})); err != nil {
		return err
	}
	if !slices.Contains(book.Roles, m.Role) {
		return refuse("role is %s, which Passbook does not know", transfer.Quote(string(m.Role)))
	}
	name := book.Fold(m.Name)
	if name == "" || k.names[name] {
		return refuse("the member has no name, or that of one before")
	}
	k.names[name] = true
	k.members.add(m.ID)
	return nil
}

func checkMemberAddress(a *memberAddressLine, k *known) error {
	if a.Address == "" {
		return refuse("the address is empty")
	}
	if !k.members.has(a.Member) {
		return refuse("member is %s, who is not in members.jsonl", transfer.Quote(string(a.Member)))
	}
	return first(checkID("member", a.Member), checkTexts(a.Address))
}

func checkAccount(a *accountLine, k *known) error {
	if !slices.Contains(book.AccountKinds, a.Kind) {
		return refuse("kind is %s, which Passbook does not know", transfer.Quote(string(a.Kind)))
	}
	err := first(checkID("id", a.ID), checkRefs(map[string]book.ID{"owner": a.Owner, "merged_into": a.Merged, "run": a.Run}),
		checkTexts(a.Name, a.Stage, a.Tier, a.Playbook), checkTexts(a.Tags...), checkTexts(a.Hand...))
	if err != nil {
		return err
	}
	if a.Visible != "" && !slices.Contains(book.Visibilities, a.Visible) {
		return refuse("visibility is %s, which Passbook does not know", transfer.Quote(string(a.Visible)))
	}
	k.accounts.add(a.ID)
	k.redirect(a.ID, a.Merged)
	return nil
}

func checkContact(c *contactLine, k *known) error {
	err := first(checkID("id", c.ID), checkRefs(map[string]book.ID{"merged_into": c.Merged, "run": c.Run}),
		checkTexts(c.Name), checkTexts(c.Hand...))
	if err != nil {
		return err
	}
	for field, value := range c.Fields {
		if err := checkTexts(field, value); err != nil {
			return err
		}
	}
	k.contacts.add(c.ID)
	k.redirect(c.ID, c.Merged)
	return nil
}

func (k *known) redirect(from, into book.ID) {
	if into != "" {
		k.redirects[from] = redirect{into, k.line}
	}
}

// settleRedirects makes sure that what was merged away leads to something, and never in a ring: a ring has no survivor,
// and looking for one would not end.
func (k *known) settleRedirects(noun string, there idSet) error {
	for from, r := range k.redirects {
		if !there.has(r.into) {
			return lineFault(noun+".jsonl", r.line, "merged_into is %s, which is not among the %s", r.into, noun)
		}
		for at, steps := r.into, 0; ; steps++ {
			next, more := k.redirects[at]
			if !more {
				break
			}
			if at = next.into; at == from || steps > len(k.redirects) {
				return lineFault(noun+".jsonl", r.line, "merged_into leads back to where it began")
			}
		}
	}
	clear(k.redirects)
	return nil
}

func checkLink(l *linkLine, k *known) error {
	if err := first(checkID("contact", l.Contact), checkID("account", l.Account), checkTexts(l.Role)); err != nil {
		return err
	}
	return first(k.hasContact(l.Contact), k.hasAccount(l.Account))
}

func (k *known) hasContact(id book.ID) error {
	if !k.contacts.has(id) {
		return refuse("contact is %s, which is not in contacts.jsonl", id)
	}
	return nil
}

func (k *known) hasAccount(id book.ID) error {
	if !k.accounts.has(id) {
		return refuse("account is %s, which is not in accounts.jsonl", id)
	}
	return nil
}

func checkRelation(r *relationLine, _ *known) error {
	return first(checkID("from", r.From), checkID("to", r.To), checkID("entry", r.Entry), checkTexts(r.Role))
}

func checkRun(r *runLine, _ *known) error {
	return first(checkID("id", r.ID), checkRefs(map[string]book.ID{"by": r.By}), checkTexts(r.Report))
}

func checkCard(c *cardLine, k *known) error {
	err := first(checkID("id", c.ID), checkID("contact", c.Contact), checkRefs(map[string]book.ID{"run": c.Run}),
		checkTexts(c.UID, c.Digest))
	if err != nil {
		return err
	}
	return k.hasContact(c.Contact)
}

func checkSighting(s *sightingLine, _ *known) error {
	if s.Address == "" {
		return refuse("the address is empty")
	}
	return first(checkID("source", s.Source), checkRefs(map[string]book.ID{"run": s.Run}), checkTexts(s.Address),
		checkOneOf("direction", s.Direction, book.Directions))
}

func checkTombstone(t *tombstoneLine, _ *known) error {
	if t.Mark == "" {
		return refuse("the mark is empty")
	}
	return checkTexts(t.Mark)
}

func checkBackup(b *backupLine, _ *known) error {
	if b.Path == "" {
		return refuse("the path is empty")
	}
	return checkTexts(b.Path)
}

func checkAsked(a *askedLine, _ *known) error {
	for _, id := range a.Entries {
		if err := checkID("entries", id); err != nil {
			return err
		}
	}
	return first(checkID("key", a.Key), checkTexts(a.Command, a.Hash))
}

// checkEntry refuses what the teller would not have written: an unknown kind or word, a time no relationship has or
// that is still to come, an account that is not there.
func checkEntry(e *book.Entry, k *known) error {
	if !e.Kind.Known() {
		return refuse("kind is %s, which Passbook does not know", transfer.Quote(string(e.Kind)))
	}
	err := first(checkID("id", e.ID), book.CheckInstant("at", e.At.Time()), checkRefs(map[string]book.ID{
		"account": e.Account, "subject": e.Subject, "by": e.By, "run": e.Run, "voided_by": e.VoidedBy, "keeps": e.Facts.Keeps,
		"undoes": e.Facts.Undoes, "care": e.Facts.Care, "introduces": e.Facts.Introduces, "batch": e.Facts.Batch,
	}))
	if err != nil {
		return err
	}
	if err := e.Facts.CheckWords(); err != nil {
		return err
	}
	if e.At > k.now+book.Day {
		return refuse("at is %s, more than a day ahead of this computer's clock", e.At.Time().Format("2006-01-02 15:04"))
	}
	if e.Account == "" {
		return nil
	}
	return k.hasAccount(e.Account)
}
