package simulator

import (
	"context"
	"iter"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// habit is how a member works, whatever the ledger says about it.
type habit struct {
	slips    float64 // how often a contact comes later than it should
	forgets  float64 // the same for clients who buy nothing at the moment
	hours    float64 // from a letter to its answer
	promises float64 // how freely they promise, 1 is usual
	late     float64 // share of promises kept late
	breaks   float64 // share of promises broken
	cards    bool    // sends everybody the same card and the same bottle
}

// Every firm has one of each: a diligent one, one who promises too much, one who forgets those who have bought, one
// who mails everybody the same card. The first has the most clients.
var habits = []habit{
	{.05, .08, 3, 1, .06, .02, false},
	{.09, .10, 5, 1.8, .17, .07, false},
	{.08, .26, 6, .8, .09, .03, false},
	{.09, .14, 5, .9, .09, .03, true},
}

// colleague is a member with their habits.
type colleague struct {
	person
	habit
	id    book.ID
	role  book.Role
	dept  string
	share int // of the clients
}

// sharesOf is how the clients of a firm are spread over those who look after them.
func sharesOf(n int) []int {
	switch n {
	case 1:
		return []int{1}
	case 2:
		return []int{14, 11}
	case 3:
		return []int{11, 8, 6}
	case 4:
		return []int{9, 7, 5, 4}
	case 5:
		return []int{8, 6, 5, 3, 3}
	case 6:
		return []int{7, 5, 4, 4, 3, 2}
	case 7:
		return []int{6, 5, 4, 3, 3, 2, 2}
	}
	even := make([]int, n)
	for i := range even {
		even[i] = 1
	}
	return even
}

// membersFor is how many people a firm of so many clients has.
func membersFor(accounts int) int {
	for n, most := range []int{60, 150, 400, 1000, 3000} {
		if accounts <= most {
			return n + 3
		}
	}
	return 8
}

// hire puts the team together: all look after clients but the last, who keeps the accounts.
func hire(seed uint64, t *trade, n int) []colleague {
	team := make([]colleague, n)
	shares := sharesOf(n - 1)
	d := newDice(seed, forFirm, 0)
	from := d.n(manyNames)
	for i := range team {
		c := &team[i]
		c.person, c.habit = personAt(seed+1, from+i), habits[i%len(habits)]
		c.role, c.dept = book.RoleMember, t.depts[0]
		switch {
		case i == 0:
			c.role = book.RoleOwner
		case i == n-1:
			c.role, c.dept = book.RoleAccountant, t.depts[1]
		case i == 1 && n > 4:
			c.role = book.RoleManager
		}
		if i < n-1 {
			c.share = shares[i]
		}
	}
	return team
}

// MadeUp says whether a firm of that name, with members at those addresses, was made up here: by its name and the domain
// that belongs to it, which nobody can have.
func MadeUp(firm string, addresses iter.Seq[string]) bool {
	for _, t := range everyTrade {
		if t.firm != firm {
			continue
		}
		for a := range addresses {
			if strings.HasSuffix(a, "@"+t.web) {
				return true
			}
		}
	}
	return false
}

// turns is the order in which new clients fall to the members, one round of it.
func turnsOf(team []colleague) []int {
	sum := 0
	for _, c := range team {
		sum += c.share
	}
	given := make([]int, len(team))
	order := make([]int, 0, sum)
	for len(order) < sum {
		best, behind := 0, -1.0
		for i, c := range team {
			if c.share == 0 {
				continue
			}
			if lag := float64(c.share*(len(order)+1))/float64(sum) - float64(given[i]); lag > behind {
				best, behind = i, lag
			}
		}
		given[best]++
		order = append(order, best)
	}
	return order
}

// found begins the workspace and takes in the team, all at the instant that the clock of t shows.
func found(ctx context.Context, t *teller.Teller, workspace book.ID, trade *trade, team []colleague) error {
	owner := &team[0]
	cmd := &awareness.Found{
		Name: trade.firm, Playbook: trade.name, Zone: trade.zone, Country: trade.country,
		Owner: owner.name(), Email: owner.address(trade.web),
	}
	if _, err := t.Do(ctx, teller.Actor{Workspace: workspace, Role: book.RoleOwner}, cmd, teller.Options{}); err != nil {
		return err
	}
	owner.id = cmd.Member.ID
	for i := range team[1:] {
		c := &team[1+i]
		add := &awareness.AddMember{Name: c.name(), Role: c.role, Dept: c.dept, Emails: []string{c.address(trade.web)}}
		who := teller.Actor{Workspace: workspace, Member: owner.id, Role: book.RoleOwner}
		if _, err := t.Do(ctx, who, add, teller.Options{}); err != nil {
			return err
		}
		c.id = add.Member.ID
	}
	return nil
}

// address is the mail address of a person at a domain.
func (p person) address(domain string) string {
	return lower(p.given+p.middle) + "." + lower(p.family) + "@" + domain
}

// lower makes one word of ASCII letters and digits.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, book.Fold(s))
}
