package awareness

import (
	"cmp"
	"context"
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// AuditOptions narrow an audit; what is empty does not narrow.
type AuditOptions struct {
	Member  string // who wrote it: id, name, first name or address
	Kind    book.Kind
	Account string       // as people name a client
	From    book.Instant // recorded from then on
	Until   book.Instant // recorded before
	After   string       // the page's cursor, as AuditPage.Next gave it
	Limit   int          // at most 500; 0 is 50
}

// AuditPage is one page of an audit, the newest first.
type AuditPage struct {
	Entries []Audited `json:"entries"`
	Next    string    `json:"next"`
}

// Audited is an entry as an audit tells it: who wrote what, when, on which account, and of a change what was before.
type Audited struct {
	ID       book.ID        `json:"id"`
	Recorded book.Instant   `json:"recorded"`
	At       book.Instant   `json:"at"`
	Kind     book.Kind      `json:"kind"`
	By       string         `json:"by"`
	Account  book.ID        `json:"account,omitempty"`
	Name     string         `json:"name,omitempty"` // of the account, the contact or the member that it is about
	Subject  book.ID        `json:"subject,omitempty"`
	Changes  []AuditedField `json:"changes,omitempty"`
	Text     string         `json:"text,omitempty"`
	Private  bool           `json:"private,omitempty"`
	Undoes   book.ID        `json:"undoes,omitempty"`
	VoidedBy book.ID        `json:"voided_by,omitempty"`

	// Entry is what is told, for edges that put it into words.
	Entry *book.Entry `json:"-"`

	// Taken is what it takes back; nil where it is no entry that takes back another.
	Taken *book.Entry `json:"-"`
}

// Made says that the entry made a noun, whose first fields are its changes, and not that it changed one.
func (a *Audited) Made() bool {
	return (a.Kind == book.KindOpened || a.Kind == book.KindContact) && !slices.ContainsFunc(a.Changes, func(c AuditedField) bool { return c.Before != "" })
}

// AuditedField is a field before and after.
type AuditedField struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`

	Own bool `json:"-"` // a field of the firm's own, whose name is in no language but its own
}

// auditRead is how many entries are read on for a page of which few are seen.
const auditRead = 20_000

// Audit reads what was typed. Everybody reads what concerns the accounts they see; what an import wrote is told by its run.
func Audit(ctx context.Context, r *teller.Reading, o AuditOptions) (*AuditPage, error) {
	if o.Limit <= 0 {
		o.Limit = 50
	}
	o.Limit = min(o.Limit, 500)
	f, after, err := o.filter(ctx, r)
	if err != nil {
		return nil, err
	}
	var entries []book.Entry
	read := 0
	for more := true; more && len(entries) < o.Limit && read < auditRead; {
		page, next, err := r.Tx.Audit(ctx, f, after, o.Limit)
		if err != nil {
			return nil, err
		}
		entries, after, more, read = append(entries, page...), next, next.ID != "", read+o.Limit
	}
	if len(entries) > o.Limit {
		entries = entries[:o.Limit]
		last := &entries[o.Limit-1]
		after = store.AuditPlace{Recorded: last.Recorded, ID: last.ID}
	}
	p := &AuditPage{Entries: make([]Audited, len(entries))}
	if after.ID != "" {
		p.Next = WriteMark(after)
	}
	for i := range entries {
		p.Entries[i] = audited(&entries[i])
	}
	if err := p.taken(ctx, r, entries); err != nil {
		return nil, err
	}
	return p, p.name(ctx, r, entries)
}

// filter reads the options as the store takes them.
func (o *AuditOptions) filter(ctx context.Context, r *teller.Reading) (*store.AuditFilter, store.AuditPlace, error) {
	f := &store.AuditFilter{Kind: o.Kind, From: o.From, Until: o.Until}
	none := store.AuditPlace{}
	if o.Kind != "" && !o.Kind.Known() {
		return nil, none, book.Fieldf(book.Invalid, "kind", "%q is no kind of entry", o.Kind)
	}
	var err error
	if f.Member, err = MemberID(ctx, r, o.Member); err != nil {
		return nil, none, err
	}
	if o.Account != "" {
		a, err := Resolve(ctx, r, o.Account)
		if err != nil {
			return nil, none, err
		}
		ids, err := r.Tx.StandsFor(ctx, a.ID)
		if err != nil {
			return nil, none, err
		}
		f.Accounts = ids[:min(len(ids), store.MostAmong)]
	}
	after, err := ReadMark(o.After)
	return f, after, err
}

// ReadMark reads where a page goes on whose rows are in the order of their times, the newest first; WriteMark writes it.
func ReadMark(text string) (at store.AuditPlace, err error) {
	if text == "" {
		return at, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	when, id, ok := strings.Cut(string(b), ".")
	n, nerr := strconv.ParseInt(when, 10, 64)
	parsed, isID := book.ParseID(id)
	if err != nil || nerr != nil || !ok || !isID {
		return at, book.Fieldf(book.Invalid, "after", "wants the next of a list, as it was given")
	}
	return store.AuditPlace{Recorded: book.Instant(n), ID: parsed}, nil
}

func audited(e *book.Entry) Audited {
	a := Audited{
		ID: e.ID, Recorded: e.Recorded, At: e.At, Kind: e.Kind, By: string(e.By), Account: e.Account, Subject: e.Subject,
		Text: e.Words.Text, Private: e.Facts.Private, Undoes: e.Facts.Undoes, VoidedBy: e.VoidedBy, Entry: e,
	}
	changes := changesOf(e)
	for _, field := range slices.Sorted(maps.Keys(changes)) {
		if c := changes[field]; c.Before != c.After {
			name, own := strings.CutPrefix(field, book.CustomPrefix)
			a.Changes = append(a.Changes, AuditedField{name, c.Before, c.After, own})
		}
	}
	return a
}

// taken finds what the entries among a page take back that take back another.
func (p *AuditPage) taken(ctx context.Context, r *teller.Reading, entries []book.Entry) error {
	var ids []book.ID
	for i := range entries {
		if entries[i].Kind == book.KindVoid {
			ids = append(ids, entries[i].Subject)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := r.Tx.EntriesByID(ctx, ids...)
	for i := range entries {
		if was, ok := found[entries[i].Subject]; ok && entries[i].Kind == book.KindVoid {
			p.Entries[i].Taken = &was
		}
	}
	return err
}

// name puts names in the place of the ids of members, and says what each entry is about.
func (p *AuditPage) name(ctx context.Context, r *teller.Reading, entries []book.Entry) error {
	members, err := r.Tx.Members(ctx)
	if err != nil {
		return err
	}
	called := map[book.ID]string{}
	for _, m := range members {
		called[m.ID] = m.Name
	}
	var accounts, contacts []book.ID
	for i := range entries {
		switch e := &entries[i]; {
		case e.Account != "":
			accounts = append(accounts, e.Account)
		case e.Subject != "" && called[e.Subject] == "":
			contacts = append(contacts, e.Subject)
		}
	}
	stands, err := standing(ctx, r.Tx, accounts)
	if err != nil {
		return err
	}
	people, err := r.Tx.Contacts(ctx, contacts...)
	if err != nil {
		return err
	}
	for i := range p.Entries {
		a, e := &p.Entries[i], &entries[i]
		a.By = cmp.Or(called[e.By], a.By)
		switch account, person := stands[e.Account], people[e.Subject]; {
		case account != nil:
			a.Account, a.Name = account.ID, account.Name
		case person != nil:
			a.Name = person.Name
		case e.Account == "":
			a.Name = called[e.Subject]
		}
		for k := range a.Changes {
			if c := &a.Changes[k]; c.Field == book.FieldOwner || c.Field == memberDeputy {
				c.Before, c.After = cmp.Or(called[book.ID(c.Before)], c.Before), cmp.Or(called[book.ID(c.After)], c.After)
			}
		}
	}
	return nil
}
