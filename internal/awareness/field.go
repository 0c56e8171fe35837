package awareness

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/book"
	"passbook/internal/card"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// What the firm declares to be asked of people. The log alone says which fields there are: every declaration, change
// and removal is an entry of the firm with the field before and after, and one that is taken back counts as never
// having been.

// fieldChange is the name under which such an entry keeps the field before and after.
const fieldChange = "field"

const (
	maxFields     = 60
	maxFieldName  = 60
	maxFieldHelp  = 300
	maxChoices    = 60
	maxFieldOrder = 10_000
)

// Fields are the fields that the firm has declared, in the order in which forms ask for them.
func Fields(ctx context.Context, tx *store.Tx) ([]book.Field, error) {
	entries, err := tx.FirmEntries(ctx, book.KindField)
	if err != nil {
		return nil, err
	}
	by := map[string]book.Field{}
	for i := range entries {
		e := &entries[i]
		if e.VoidedBy != "" {
			continue
		}
		name := e.Words.Text
		if f, ok := book.DecodeField(e.Words.Set[fieldChange].After); ok {
			by[name] = f
		} else {
			delete(by, name)
		}
	}
	out := slices.Collect(maps.Values(by))
	slices.SortFunc(out, func(a, b book.Field) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), strings.Compare(book.Fold(a.Name), book.Fold(b.Name)))
	})
	return out, nil
}

// DeclareField declares a field, or says anew what one of the same name is like.
type DeclareField struct {
	Field  book.Field // without an order it comes last
	Expect string     // the version of all fields that the editor has seen; "" for none
}

// FieldsVersion is a mark of all that the firm asks of people.
func FieldsVersion(all []book.Field) string {
	parts := make([]string, len(all))
	for i := range all {
		parts[i] = all[i].Name + "\x00" + all[i].Encode()
	}
	return digest(parts...)
}

// Act implements teller.Command.
func (*DeclareField) Act() book.Act { return book.ActFirm }

// Run implements teller.Command.
func (c *DeclareField) Run(ctx context.Context, w *teller.Work) error {
	f := c.Field
	if err := checkField(&f); err != nil {
		return err
	}
	if err := w.Tx.LockFirm(ctx); err != nil { // two who declare one name at once must find each other
		return err
	}
	all, err := Fields(ctx, w.Tx)
	if err != nil {
		return err
	}
	if err := UnlessStale("the list of fields", c.Expect, FieldsVersion(all)); err != nil {
		return err
	}
	before := ""
	for i := range all {
		switch {
		case all[i].Name == f.Name:
			before = all[i].Encode()
			if f.Order == 0 {
				f.Order = all[i].Order
			}
		case book.Fold(all[i].Name) == book.Fold(f.Name):
			return book.Fieldf(book.Conflict, "name", "%q differs from the field %q only in its letters' case", f.Name, all[i].Name)
		}
	}
	if before == "" && len(all) >= maxFields {
		return book.Errorf(book.Invalid, "%d fields are the most that a firm may declare; remove one first", maxFields)
	}
	if f.Order == 0 {
		f.Order = 1
		if len(all) > 0 {
			f.Order = min(all[len(all)-1].Order+1, maxFieldOrder)
		}
	}
	return sayField(w, f.Name, before, f.Encode())
}

// DropField takes a field off the firm's list. What was written in it stays where it is, as a field of nobody's asking.
type DropField struct{ Name string }

// Act implements teller.Command.
func (*DropField) Act() book.Act { return book.ActFirm }

// Run implements teller.Command.
func (c *DropField) Run(ctx context.Context, w *teller.Work) error {
	if err := w.Tx.LockFirm(ctx); err != nil {
		return err
	}
	all, err := Fields(ctx, w.Tx)
	if err != nil {
		return err
	}
	for i := range all {
		if book.Fold(all[i].Name) == book.Fold(c.Name) {
			return sayField(w, all[i].Name, all[i].Encode(), "")
		}
	}
	return book.Errorf(book.NotFound, "the firm has declared no field %q", c.Name)
}

// sayField appends the entry, unless nothing differs.
func sayField(w *teller.Work, name, before, after string) error {
	if before == after {
		return nil
	}
	return w.Append(&book.Entry{
		Kind: book.KindField, Words: book.Words{Text: name, Set: map[string]book.Change{fieldChange: {Before: before, After: after}}},
	})
}

// checkField names everything that no field can be, and brings the rest into its kept form.
func checkField(f *book.Field) error {
	f.Name, f.Help = oneRow(f.Name), oneRow(f.Help)
	var faults book.Faults
	switch {
	case f.Name == "":
		faults.Add(book.Fieldf(book.Invalid, "name", "is empty; a field is called something, as in Shoe size"))
	case len([]rune(f.Name)) > maxFieldName:
		faults.Add(book.Fieldf(book.Invalid, "name", "has more than %d letters", maxFieldName))
	case strings.ContainsAny(f.Name, "=:"):
		faults.Add(book.Fieldf(book.Invalid, "name", "%q holds a mark that separates names from values; leave out = and :", f.Name))
	}
	if len([]rune(f.Help)) > maxFieldHelp {
		faults.Add(book.Fieldf(book.Invalid, "help", "has more than %d letters", maxFieldHelp))
	}
	if f.Order < 0 || f.Order > maxFieldOrder {
		faults.Add(book.Fieldf(book.Invalid, "order", "must be a number up to %d", maxFieldOrder))
	}
	var err error
	if f.Kind, err = book.OneOf("kind", cmp.Or(string(f.Kind), string(book.SortText)), book.FieldSorts); err != nil {
		return errors.Join(faults.Err(), err)
	}
	for i := range f.For {
		if f.For[i], err = book.OneOf("for", string(f.For[i]), book.AccountKinds); err != nil {
			return errors.Join(faults.Err(), err)
		}
	}
	slices.Sort(f.For)
	f.For = slices.Compact(f.For)
	if len(f.For) == len(book.AccountKinds) {
		f.For = nil
	}
	return errors.Join(faults.Err(), checkChoices(f))
}

func checkChoices(f *book.Field) error {
	var kept []string
	for _, c := range f.Choices {
		if c = oneRow(c); c != "" && !slices.ContainsFunc(kept, func(k string) bool { return book.Fold(k) == book.Fold(c) }) {
			kept = append(kept, c)
		}
	}
	f.Choices = kept
	switch {
	case f.Kind == book.SortChoice && len(kept) < 2:
		return book.Fieldf(book.Invalid, "choices", "are what can be chosen: name at least two")
	case f.Kind != book.SortChoice && len(kept) > 0:
		return book.Fieldf(book.Invalid, "choices", "belong to a field of the kind choice only")
	case len(kept) > maxChoices:
		return book.Fieldf(book.Invalid, "choices", "are %d; %d are the most", len(kept), maxChoices)
	}
	return nil
}

// oneRow is a text cleaned and on one line.
func oneRow(s string) string { return strings.Join(strings.Fields(book.Clean(s)), " ") }

// FieldValue is what a member typed into a declared field as it is kept; empty clears the field. Errors are Invalid and
// name the field, beneath "set".
func FieldValue(f *book.Field, typed string) (string, error) {
	typed = book.Clean(typed)
	if typed == "" {
		return "", nil
	}
	switch f.Kind {
	case book.SortNumber:
		n, err := strconv.ParseFloat(strings.Replace(typed, ",", ".", 1), 64)
		if err != nil || n != n || n > 1e15 || n < -1e15 {
			return "", book.Fieldf(book.Invalid, book.InSet(f.Name), "%q is no number; write it as in 12 or 12.5", typed)
		}
		return strconv.FormatFloat(n, 'f', -1, 64), nil
	case book.SortDate:
		d := card.ParseDate(typed)
		if d.Day == "" || d.Time != "" {
			return "", book.Fieldf(book.Invalid, book.InSet(f.Name), "%q is no date; write it as 2027-03-26, or --03-26 for every year", typed)
		}
		return d.Day, nil
	case book.SortChoice:
		for _, c := range f.Choices {
			if book.Fold(c) == book.Fold(typed) {
				return c, nil
			}
		}
		return "", book.Fieldf(book.Invalid, book.InSet(f.Name), "%q is not among what can be chosen: %s", typed, strings.Join(f.Choices, ", "))
	}
	return typed, nil
}

// declaredAmong are the fields that the firm has declared, where anything is given of which it could have declared one.
func declaredAmong(ctx context.Context, w *teller.Work, set map[string]string) ([]book.Field, error) {
	for field := range set {
		if strings.HasPrefix(field, book.CustomPrefix) {
			return Fields(ctx, w.Tx)
		}
	}
	return nil, nil
}

// noField refuses to write beside a person what is called as a field of the account is: people would read that stage,
// and nothing would count by it. What stands there from before can be cleared.
func noField(ctx context.Context, w *teller.Work, c *store.Contact, field, value string) error {
	name := book.Fold(strings.TrimSpace(strings.TrimPrefix(field, book.CustomPrefix)))
	if value == "" || name == book.FieldName || field == book.ContactKind && value == string(book.Company) || name != "tag" && !slices.Contains(accountFields, name) {
		return nil
	}
	may, err := mayBe(ctx, w, c, name)
	switch {
	case err != nil:
		return err
	case may == "":
		return book.Fieldf(book.Invalid, book.InSet(name), "is the account's and no field of a person; change it there")
	}
	return book.Fieldf(book.Invalid, book.InSet(name), "is the account's and no field of a person; change it there, to one of %s", book.Said(may))
}

// mayBe lists what a field of the account may be; "" where that is no short list.
func mayBe(ctx context.Context, w *teller.Work, c *store.Contact, field string) (string, error) {
	switch field {
	case book.FieldKind:
		return book.ListOf(book.AccountKinds), nil
	case book.FieldVisible:
		return book.ListOf(book.Visibilities), nil
	case book.FieldStage, book.FieldTier:
	default:
		return "", nil
	}
	p, err := tradeOf(ctx, w, c)
	if err != nil || p == nil {
		return "", err
	}
	var names []string
	if field == book.FieldStage {
		for _, s := range p.Stages {
			names = append(names, s.Name)
		}
	} else {
		for _, t := range p.Tiers {
			names = append(names, t.Name)
		}
	}
	return book.ListOf(names), nil
}

// tradeOf is the playbook of a person's first account, else the firm's first one.
func tradeOf(ctx context.Context, w *teller.Work, c *store.Contact) (*playbook.Playbook, error) {
	r, err := w.Rules(ctx)
	if err != nil {
		return nil, err
	}
	name := r.Firm.Playbook
	links, err := w.Tx.LinksOfContacts(ctx, c.ID)
	if err != nil || len(links) == 0 {
		return r.Playbooks[name], err
	}
	accounts, err := w.Tx.Accounts(ctx, links[0].Account)
	if err == nil && len(accounts) > 0 {
		name = accounts[0].Playbook
	}
	return r.Playbooks[name], err
}
