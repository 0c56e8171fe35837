package transfer

import (
	"slices"

	"passbook/internal/address"
	"passbook/internal/awareness"
	"passbook/internal/ledger"
	"passbook/internal/letter"
)

// nobodies tells which addresses of messages are nobody's own: lists, by what the file says of them or by their looks,
// and machines. It goes by the file alone, so that the same file always means the same, and never doubts ours.
type nobodies struct {
	ours  address.Set
	lists map[string]bool // told by headers anywhere in the file
	// teams are addresses that look like a team's: false once one has written, or was written to as people are.
	teams map[string]bool
}

func newNobodies(ours address.Set) *nobodies {
	return &nobodies{ours: ours, lists: map[string]bool{}, teams: map[string]bool{}}
}

// hear takes in what a letter shows of lists and teams.
func (n *nobodies) hear(l *letter.Letter) {
	for _, list := range listsOf(l) {
		if !n.ours.Has(list) {
			n.lists[list] = true
		}
	}
	for _, a := range l.From {
		if letter.LooksOf(a.Addr) == letter.Team {
			n.teams[a.Addr] = false
		}
	}
	to := slices.Concat(l.To, l.Cc)
	for _, a := range to {
		if letter.LooksOf(a.Addr) == letter.Team {
			alone := len(to) <= ledger.Close
			before, heard := n.teams[a.Addr]
			n.teams[a.Addr] = !alone && (before || !heard)
		}
	}
}

func (n *nobodies) isList(text string) bool {
	if text == "" || n.ours.Has(text) {
		return false
	}
	return n.lists[text] || n.teams[text] || letter.LooksOf(text) == letter.List
}

func (n *nobodies) isMachine(text string) bool {
	return letter.LooksOf(text) == letter.Machine && !n.ours.Has(text)
}

// mark notes on a message which of its parties are nobody.
func (n *nobodies) mark(m *awareness.MessageIn) {
	one := func(p awareness.Party) {
		switch {
		case n.isList(p.Address):
			if !slices.Contains(m.Lists, p.Address) {
				m.Lists = append(m.Lists, p.Address)
			}
		case n.isMachine(p.Address):
			m.Machines = append(m.Machines, p.Address)
		}
	}
	one(m.From)
	for _, p := range m.To {
		one(p)
	}
	for _, p := range m.Cc {
		one(p)
	}
	m.Auto = m.Auto || n.isMachine(m.From.Address)
}
