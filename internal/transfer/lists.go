package transfer

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// List is a list of the book as other programs take it: named columns, and rows that are read as they are written.
type List struct {
	Name    string   // what the file is called, without its ending
	Columns []string // by name; edges have words for them
	rows    func(give func(...Cell) error) error
}

// Write writes the list. title gives the words at the head of a column, nil the columns' own names.
func (l *List) Write(w io.Writer, f Format, zone *time.Location, title func(column string) string) error {
	titles := slices.Clone(l.Columns)
	for i := range titles {
		if title != nil {
			titles[i] = title(titles[i])
		}
	}
	o, err := NewOut(w, f, l.Name, zone, titles...)
	if err != nil {
		return err
	}
	if err := l.rows(o.Row); err != nil {
		return err
	}
	return o.Close()
}

// clientCells are the columns that a list of clients can have.
var clientCells = map[string]func(*awareness.Listed) Cell{
	"name": func(a *awareness.Listed) Cell { return Text(a.Name) },
	"standing": func(a *awareness.Listed) Cell {
		return Text(strings.Join(append([]string{string(a.Standing)}, words(a.Marks)...), ", "))
	},
	"stage":      func(a *awareness.Listed) Cell { return Text(a.Stage) },
	"tier":       func(a *awareness.Listed) Cell { return Text(a.Tier) },
	"owner":      func(a *awareness.Listed) Cell { return Text(a.Owner) },
	"visibility": func(a *awareness.Listed) Cell { return Text(string(a.Filed.Visible)) },
	"last":       func(a *awareness.Listed) Cell { return When(a.LastRealContact) },
	"due":        func(a *awareness.Listed) Cell { return When(a.NextDue) },
	"balance":    func(a *awareness.Listed) Cell { return Figure(a.Balance) },
	"available":  func(a *awareness.Listed) Cell { return Figure(a.Available) },
	"kind":       func(a *awareness.Listed) Cell { return Text(string(a.Filed.Kind)) },
	"playbook":   func(a *awareness.Listed) Cell { return Text(a.Filed.Playbook) },
	"tags":       func(a *awareness.Listed) Cell { return Text(strings.Join(a.Filed.Tags, ", ")) },
	"began":      func(a *awareness.Listed) Cell { return When(a.Filed.Began) },
	"id":         func(a *awareness.Listed) Cell { return Text(string(a.ID)) },
}

// ClientColumns are the columns of a list of clients for which none were chosen.
var ClientColumns = []string{"name", "standing", "stage", "tier", "owner", "last", "due", "balance", "available", "id"}

func words[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = string(w)
	}
	return out
}

// Clients is the list of clients that the options ask for, all pages of it. Columns that it cannot have are left out.
func Clients(ctx context.Context, r *teller.Reading, o awareness.ListOptions, columns []string) *List {
	columns = slices.DeleteFunc(slices.Clone(columns), func(c string) bool { return clientCells[c] == nil })
	return &List{Name: "clients", Columns: columns, rows: func(give func(...Cell) error) error {
		o.After, o.Before, o.Limit = "", "", 1000
		row := make([]Cell, len(columns))
		for {
			page, err := awareness.List(ctx, r, o)
			if err != nil {
				return err
			}
			for i := range page.Accounts {
				for k, c := range columns {
					row[k] = clientCells[c](&page.Accounts[i])
				}
				if err := give(row...); err != nil {
					return err
				}
			}
			if o.After = page.Next; o.After == "" {
				return nil
			}
		}
	}}
}

// Commitments are promises and cases that are due.
func Commitments(list *accountability.DueList) *List {
	columns := []string{"due", "name", "what", "text", "by", "late", "id"}
	return &List{Name: "commitments", Columns: columns, rows: func(give func(...Cell) error) error {
		for i := range list.Items {
			d := &list.Items[i]
			if err := give(When(d.Due), Text(d.Account.Name), Text(string(d.Kind)), Text(d.Text), Text(d.By), Count(d.DaysLate), Text(string(d.Entry))); err != nil {
				return err
			}
		}
		return nil
	}}
}

// Morning is Today.
func Morning(list *actions.List) *List {
	columns := []string{"rank", "name", "act", "channel", "minutes", "reason", "say", "phone", "cost", "standing", "available", "owner", "id"}
	return &List{Name: "today", Columns: columns, rows: func(give func(...Cell) error) error {
		for n := range list.Items {
			i := &list.Items[n]
			err := give(Count(i.Rank), Text(i.Account.Name), Text(string(i.Act)), Text(string(i.Channel)), Count(i.Minutes), Text(i.Reason),
				Text(i.Say), Text(i.Phone), Figure(i.CostOfWaiting), Text(string(i.Account.Standing)), Figure(i.Account.Available),
				Text(i.Account.Owner), Text(string(i.Account.ID)))
			if err != nil {
				return err
			}
		}
		return nil
	}}
}

// Statement is what stands on a statement, line by line.
func Statement(st *assessment.Statement) *List {
	columns := []string{"at", "kind", "text", "faded", "points", "balance", "id"}
	return &List{Name: "statement", Columns: columns, rows: func(give func(...Cell) error) error {
		for i := range st.Lines {
			l := &st.Lines[i]
			err := give(When(l.At), Text(string(l.Kind)), Text(l.Particulars), Figure(l.Faded), Figure(l.Points), Figure(l.After), Text(string(l.Entry)))
			if err != nil {
				return err
			}
		}
		return nil
	}}
}

// Members are the people of the firm, with their addresses.
func Members(members []book.Member, addresses map[string]book.ID) *List {
	columns := []string{"name", "role", "department", "addresses", "id"}
	return &List{Name: "members", Columns: columns, rows: func(give func(...Cell) error) error {
		for i := range members {
			m := &members[i]
			var own []string
			for a, id := range addresses {
				if id == m.ID {
					own = append(own, a)
				}
			}
			slices.Sort(own)
			if err := give(Text(m.Name), Text(string(m.Role)), Text(m.Dept), Text(strings.Join(own, "; ")), Text(string(m.ID))); err != nil {
				return err
			}
		}
		return nil
	}}
}
