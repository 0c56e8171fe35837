package transfer

import (
	"context"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// People are the people there are by name, clients or not, with what reaches them: a row for each client whose they are,
// so that a letter to a client knows all of its people. text narrows as it does awareness.People.
func People(ctx context.Context, r *teller.Reading, text string) *List {
	columns := []string{"name", "client", "inrole", "emails", "phones", "postal", "withheld", "id"}
	return &List{Name: "people", Columns: columns, rows: func(give func(...Cell) error) error {
		for after := ""; ; {
			page, err := awareness.People(ctx, r, text, after, 500)
			if err != nil {
				return err
			}
			names, err := clientNames(ctx, r, page.Contacts)
			if err != nil {
				return err
			}
			for i := range page.Contacts {
				if err := personRows(&page.Contacts[i], names, give); err != nil {
					return err
				}
			}
			if after = page.Next; after == "" {
				return nil
			}
		}
	}}
}

// clientNames are the names of the clients whose some people are, as far as the reader sees them.
func clientNames(ctx context.Context, r *teller.Reading, people []awareness.ListedPerson) (map[book.ID]string, error) {
	var ids []book.ID
	for i := range people {
		ids = append(ids, people[i].Accounts...)
	}
	accounts, err := r.Tx.Accounts(ctx, ids...)
	names := make(map[book.ID]string, len(accounts))
	for _, a := range accounts {
		names[a.ID] = a.Name
	}
	return names, err
}

func personRows(p *awareness.ListedPerson, names map[book.ID]string, give func(...Cell) error) error {
	emails, phones, postal := reached(p.Emails), reached(p.Phones), make([]string, len(p.Postals))
	for i := range p.Postals {
		postal[i] = p.Postals[i].String()
	}
	withheld := make([]string, len(p.Withheld))
	for i, c := range p.Withheld {
		withheld[i] = string(c)
	}
	row := func(client, role string) error {
		return give(Text(p.Name), Text(client), Text(role), Text(emails), Text(phones), Text(strings.Join(postal, "; ")),
			Text(strings.Join(withheld, "; ")), Text(string(p.ID)))
	}
	shown := false
	for i, a := range p.Accounts {
		if name, seen := names[a]; seen {
			shown = true
			if err := row(name, p.Roles[i]); err != nil {
				return err
			}
		}
	}
	if shown {
		return nil
	}
	return row("", "")
}

func reached(all []book.Reach) string {
	out := make([]string, len(all))
	for i := range all {
		out[i] = all[i].Value
	}
	return strings.Join(out, "; ")
}

// Letters are the letters of the outbox, the newest first, as each gives them: whose, to where, how far they came. Their
// texts are left out, since whoever follows the link in one is taken for the member.
func Letters(each func(give func(l *store.Letter, name, by string, over bool) error) error) *List {
	columns := []string{"written", "name", "what", "subject", "to", "status", "reason", "finished", "until", "by", "id"}
	return &List{Name: "letters", Columns: columns, rows: func(give func(...Cell) error) error {
		return each(func(l *store.Letter, name, by string, over bool) error {
			state := string(l.State)
			if over && l.Settled == 0 {
				state = "over"
			}
			return give(When(l.Created), Text(name), Text(l.Kind), Text(l.Subject), Text(l.Address), Text(state), Text(l.Reason),
				When(l.Settled), When(l.Expires), Text(by), Text(string(l.ID)))
		})
	}}
}
