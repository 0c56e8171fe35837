package teller

import (
	"context"
	"fmt"
	"sync"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/when"
)

// Rules are a workspace's rules with the playbooks they were made from.
type Rules struct {
	*ledger.Rules
	Firm      store.Workspace
	Playbooks map[string]*playbook.Playbook
}

// Playbook is the playbook of an account, falling back on the first.
func (r *Rules) Playbook(name string) *playbook.Playbook {
	return r.Playbooks[r.Trade(name).Name]
}

// Clock is what words of time are understood by at the firm: at the command line and in what programs send.
func (r *Rules) Clock(now book.Instant) when.Clock {
	return when.Clock{Now: now.Time().In(r.Calendar.Zone), Closes: r.Calendar.Closes, Country: r.Firm.Country}
}

// ruleCache keeps the rules of each workspace until their version changes.
type ruleCache struct {
	mu sync.Mutex
	by map[book.ID]*Rules
}

func (c *ruleCache) get(ws book.ID) *Rules {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.by[ws]
}

func (c *ruleCache) put(ws book.ID, r *Rules) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil {
		c.by = make(map[book.ID]*Rules)
	}
	c.by[ws] = r
}

// Rules reads the rules in use, from the cache when their version has not changed.
func (t *Teller) Rules(ctx context.Context, tx *store.Tx) (*Rules, error) {
	firm, err := tx.Firm(ctx)
	if err != nil {
		return nil, err
	}
	if r := t.rules.get(firm.ID); r != nil && r.Firm == firm {
		return r, nil
	}
	sources, err := tx.Playbooks(ctx)
	if err != nil {
		return nil, err
	}
	r, err := MakeRules(firm, sources)
	if err != nil {
		return nil, err
	}
	t.rules.put(firm.ID, r)
	return r, nil
}

// MakeRules parses the playbooks of a workspace. Their version is this program's: where an older one counted by the same
// playbooks otherwise, the accounts that it folded are told from those folded now. They are folded anew when the book is
// opened (assessment.Recount), and as they are met where an older program wrote since.
func MakeRules(firm store.Workspace, sources map[string]string) (*Rules, error) {
	r := &Rules{Firm: firm, Playbooks: make(map[string]*playbook.Playbook, len(sources))}
	all := make([]*playbook.Playbook, 0, len(sources))
	for name, src := range sources {
		p, err := playbook.Parse(name, []byte(src))
		if err != nil {
			return nil, fmt.Errorf("the playbook %s in use cannot be read: %w", name, err)
		}
		r.Playbooks[name] = p
		all = append(all, p)
	}
	first := r.Playbooks[firm.Playbook]
	if first == nil {
		return nil, fmt.Errorf("the first playbook %q is not in the book", firm.Playbook)
	}
	r.Rules = playbook.Rules(Version(firm.Playbook, sources), first, all...)
	return r, nil
}

// Version is the version of a set of playbook sources of which one comes first.
func Version(first string, sources map[string]string) string {
	all := [][]byte{[]byte(sources[first])}
	for _, src := range sources {
		all = append(all, []byte(src))
	}
	return playbook.Version(all...)
}
