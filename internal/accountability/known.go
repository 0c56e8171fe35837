package accountability

import (
	"context"
	"slices"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// knownOf are an account's people with what is known of them.
func knownOf(ctx context.Context, r *teller.Reading, a *store.Account) ([]awareness.ShownPerson, error) {
	shown, err := awareness.Know(ctx, r, a, 0)
	if err != nil {
		return nil, err
	}
	return shown.People, nil
}

// mostTrouble is how much of what went wrong a plan comes back to.
const mostTrouble = 3

// draft is the plan that the playbook's moments and what is known of the client come to.
func (c *closer) draft(ctx context.Context) ([]PlannedDraft, error) {
	cal := c.r.Rules.Calendar
	known := playbook.Known{Closed: cal.Day(c.favour.At), Name: c.a.Name, Work: c.closing.Words.Text}
	var err error
	if known.Trouble, err = c.trouble(ctx); err != nil {
		return nil, err
	}
	for i := range c.known {
		known.People = append(known.People, knownPerson(&c.known[i]))
	}
	out := []PlannedDraft{}
	for _, d := range c.r.Rules.Playbook(c.a.State.Playbook).Draw(&known, c.r.Tongue.Expect) {
		if due := cal.End(cal.After(max(d.Day, cal.Day(c.r.At))-1, 1)); due >= c.r.At { // on a day on which somebody is there
			out = append(out, PlannedDraft{Moment: d.Moment, Text: d.Text, Due: due, Channel: d.Channel, Candid: d.Candid})
		}
	}
	return out, nil
}

// trouble is what went wrong in the work, the newest last.
func (c *closer) trouble(ctx context.Context) ([]string, error) {
	if c.closing.Subject == "" {
		return nil, nil
	}
	about, err := c.r.Tx.EntriesAboutOf(ctx, book.KindSetback, c.closing.Subject)
	if err != nil {
		return nil, err
	}
	var out []string
	for i := range about {
		if e := &about[i]; e.VoidedBy == "" && e.At <= c.r.At && e.Words.Text != "" && !slices.Contains(out, e.Words.Text) {
			out = append(out, e.Words.Text)
		}
	}
	return out[max(0, len(out)-mostTrouble):], nil
}

// relatives are the labels of those who belong to somebody, as cards have them.
var relatives = []string{ //nolint:gochecknoglobals // a table of words
	"spouse", "partner", "husband", "wife", "child", "son", "daughter", "parent", "mother", "father", "brother", "sister", "sibling", "kin", "family",
}

func knownPerson(p *awareness.ShownPerson) playbook.KnownPerson {
	k := playbook.KnownPerson{
		Name: p.Name, Birthday: p.Fields[book.ContactBirthday], Anniversary: p.Fields[book.ContactAnniversary], Fields: map[string]string{},
	}
	for _, r := range p.Related {
		if slices.Contains(relatives, strings.ToLower(r.Label)) && !strings.ContainsAny(r.Value, ":@") { // an address is no name
			k.Family = append(k.Family, r.Value)
		}
	}
	for key, value := range p.Fields {
		if name, own := strings.CutPrefix(key, book.CustomPrefix); own {
			k.Fields[book.Fold(name)] = value
		}
	}
	return k
}
