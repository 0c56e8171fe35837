package awareness

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/adrg/strutil"
	"github.com/adrg/strutil/metrics"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Pair is two contacts that may be one person.
type Pair struct {
	A       PairSide `json:"a"`
	B       PairSide `json:"b"`
	Score   float64  `json:"score"` // 0 to 1
	Reasons []string `json:"reasons"`
}

// PairSide is one of the two.
type PairSide struct {
	Contact book.ID `json:"contact"`
	Account book.ID `json:"account,omitempty"`
	Name    string  `json:"name"`
	Apart   *Apart  `json:"apart,omitempty"`
}

const (
	sharedAddress = 0.9  // the score of an address in common, before the names are compared
	sameName      = 0.7  // the score of the same name and nothing else in common
	likeName      = 0.92 // the likeness from which two names of one block may be one
)

// PairList is who may be in the book twice, likeliest first.
type PairList struct {
	Pairs []Pair `json:"pairs"`
	// Compared is among how many names those nearly the same were looked for, where the book holds more: people of the same
	// name or address are found among all. Zero says that all names were compared.
	Compared int  `json:"names_compared,omitempty"`
	More     bool `json:"more"` // there are more than the limit let through
}

// Duplicates finds contacts that may be one person: by an address in common, by the same name, by names that are
// nearly the same. Pairs come likeliest first.
func Duplicates(ctx context.Context, r *teller.Reading, limit int) (PairList, error) {
	return duplicates(ctx, r, limit, mostCompared)
}

func duplicates(ctx context.Context, r *teller.Reading, limit, most int) (PairList, error) {
	if limit <= 0 {
		limit = 50
	}
	f := pairFinder{most: most, by: map[[2]book.ID]*Pair{}}
	shared, err := r.Tx.SharedAddresses(ctx, 10*limit)
	if err != nil {
		return PairList{}, err
	}
	var ids []book.ID
	for _, a := range shared {
		ids = append(ids, a.Contact)
	}
	if f.contacts, err = r.Tx.Contacts(ctx, ids...); err != nil {
		return PairList{}, err
	}
	f.shared(shared)
	if err := f.names(ctx, r, limit); err != nil {
		return PairList{}, err
	}
	out := make([]Pair, 0, len(f.by))
	for _, p := range f.by {
		out = append(out, *p)
	}
	slices.SortFunc(out, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.A.Name, b.A.Name), cmp.Compare(a.A.Contact, b.A.Contact), cmp.Compare(a.B.Contact, b.B.Contact))
	})
	if out, err = notOfOne(ctx, r, out); err != nil {
		return PairList{}, err
	}
	if out, err = notApart(ctx, r, out, limit+1); err != nil {
		return PairList{}, err
	}
	more := len(out) > limit
	out = out[:min(limit, len(out))]
	return PairList{Pairs: out, Compared: f.compared, More: more}, withAccounts(ctx, r, out)
}

// Cluster is two or more people who may all be one.
type Cluster struct {
	People      []PairSide
	Least, Most float64 // of the scores of its pairs
	Reasons     []string
}

// Clusters joins pairs that share somebody, in the order in which the first pair of each came.
func Clusters(pairs []Pair) []Cluster {
	var out []Cluster
	in := map[book.ID]int{} // where each contact's cluster stands
	for i := range pairs {
		p := &pairs[i]
		a, aok := in[p.A.Contact]
		b, bok := in[p.B.Contact]
		switch {
		case !aok && !bok:
			a = len(out)
			out = append(out, Cluster{Least: p.Score, Most: p.Score})
		case !aok:
			a = b
		case bok && a != b: // the pair joins two clusters into the one that came first
			a, b = min(a, b), max(a, b)
			out[a].join(&out[b])
			for _, s := range out[a].People {
				in[s.Contact] = a
			}
			out[b] = Cluster{}
		}
		for _, s := range []PairSide{p.A, p.B} {
			if _, ok := in[s.Contact]; !ok {
				in[s.Contact] = a
				out[a].People = append(out[a].People, s)
			}
		}
		out[a].join(&Cluster{Least: p.Score, Most: p.Score, Reasons: p.Reasons})
	}
	return slices.DeleteFunc(out, func(c Cluster) bool { return len(c.People) == 0 })
}

// join takes another cluster's people and reasons in.
func (c *Cluster) join(o *Cluster) {
	c.People = append(c.People, o.People...)
	c.Least, c.Most = min(c.Least, o.Least), max(c.Most, o.Most)
	for _, reason := range o.Reasons {
		if !slices.Contains(c.Reasons, reason) {
			c.Reasons = append(c.Reasons, reason)
		}
	}
}

type pairFinder struct {
	most     int // whose names are compared with each other
	compared int // of them, where there are more
	contacts map[book.ID]*store.Contact
	by       map[[2]book.ID]*Pair
}

// add notes a reason for two contacts to be one; several reasons strengthen each other.
func (f *pairFinder) add(a, b *store.Contact, score float64, reason string) {
	if a == nil || b == nil || a.Merged != "" || b.Merged != "" || a.ID == b.ID || a.Name == book.Erased || b.Name == book.Erased {
		return
	}
	if b.ID < a.ID {
		a, b = b, a
	}
	key := [2]book.ID{a.ID, b.ID}
	p := f.by[key]
	if p == nil {
		p = &Pair{A: PairSide{Contact: a.ID, Name: a.Name}, B: PairSide{Contact: b.ID, Name: b.Name}}
		f.by[key] = p
	}
	if !slices.Contains(p.Reasons, reason) {
		p.Reasons = append(p.Reasons, reason)
		p.Score = 1 - float64((1-p.Score)*(1-score))
	}
}

// shared pairs contacts with an address in common; how alike their names are weighs in, since families share one.
func (f *pairFinder) shared(all []store.Address) {
	for i, a := range all {
		for _, b := range all[i+1:] {
			if a.Kind != b.Kind || a.Address != b.Address {
				break
			}
			x, y := f.contacts[a.Contact], f.contacts[b.Contact]
			if x != nil && y != nil {
				f.add(x, y, float64(sharedAddress*likeness(x.Name, y.Name)), "the same "+string(a.Kind)+" "+a.Address)
			}
		}
	}
}

// mostCompared is how many people's names are compared with each other. In a larger book, names nearly the same are looked
// for among so many, in the order of ids, and the same name among all.
const mostCompared = 50_000

// names pairs contacts of one name, and of names nearly the same within a block of equal longest word.
func (f *pairFinder) names(ctx context.Context, r *teller.Reading, limit int) error {
	people, err := r.Tx.ContactNames(ctx, f.most)
	if err != nil {
		return err
	}
	blocks := map[string][]*store.Contact{}
	for _, c := range people {
		if block := nameBlock(c.Name); block != "" {
			blocks[block] = append(blocks[block], c)
		}
	}
	for _, block := range blocks {
		f.alike(block, likeName)
	}
	if len(people) < f.most {
		return f.shown(ctx, r)
	}
	f.compared = len(people)
	same, err := r.Tx.SameNames(ctx, 10*limit)
	if err != nil {
		return err
	}
	for i := 0; i < len(same); {
		end := i + 1
		for end < len(same) && book.Fold(same[end].Name) == book.Fold(same[i].Name) {
			end++
		}
		if nameBlock(same[i].Name) != "" {
			f.alike(same[i:end], 1)
		}
		i = end
	}
	return f.shown(ctx, r)
}

// alike pairs those of a block whose names are the same, or alike from a likeness on.
func (f *pairFinder) alike(block []*store.Contact, from float64) {
	if len(block) > maxBlock {
		return // a name this common says nothing
	}
	for i, a := range block {
		for _, b := range block[i+1:] {
			if book.Fold(a.Name) == book.Fold(b.Name) {
				f.add(a, b, sameName, "the same name")
			} else if from < 1 {
				if l := likeness(a.Name, b.Name); l >= from {
					f.add(a, b, float64(l*sameName*0.8), "nearly the same name")
				}
			}
		}
	}
}

// shown takes out the pairs of which who reads does not see both.
func (f *pairFinder) shown(ctx context.Context, r *teller.Reading) error {
	known := map[book.ID]bool{}
	var ids []book.ID
	for pair := range f.by {
		for _, id := range pair {
			if !known[id] {
				known[id] = true
				ids = append(ids, id)
			}
		}
	}
	seen, err := r.Tx.SeesContacts(ctx, ids...)
	for pair := range f.by {
		if !seen[pair[0]] || !seen[pair[1]] {
			delete(f.by, pair)
		}
	}
	return err
}

// maxBlock bounds the names compared with each other.
const maxBlock = 200

// nameBlock groups names worth comparing: those that share their longest word.
func nameBlock(name string) string {
	words := book.Terms(name)
	if len(words) < 2 || strings.Contains(name, "@") {
		return ""
	}
	longest := slices.MaxFunc(words, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return longest
}

// likeness compares two names, whatever the order of their words, from 0 to 1.
func likeness(a, b string) float64 {
	x, y := book.Terms(a), book.Terms(b)
	slices.Sort(x)
	slices.Sort(y)
	return strutil.Similarity(strings.Join(x, " "), strings.Join(y, " "), metrics.NewJaroWinkler())
}

// notOfOne leaves out pairs whose two stand on one account, by themselves or since their accounts were merged: there is
// nothing left to merge, and whoever was brought together so is not asked about again.
func notOfOne(ctx context.Context, r *teller.Reading, pairs []Pair) ([]Pair, error) {
	var ids []book.ID
	for i := range pairs {
		ids = append(ids, pairs[i].A.Contact, pairs[i].B.Contact)
	}
	links, err := r.Tx.LinksOfContacts(ctx, ids...)
	if err != nil {
		return nil, err
	}
	stands, err := r.Tx.Survivors(ctx)
	if err != nil {
		return nil, err
	}
	on := map[book.ID][]book.ID{}
	for _, l := range links {
		account := l.Account
		if into := stands[account]; into != "" {
			account = into
		}
		on[l.Contact] = append(on[l.Contact], account)
	}
	return slices.DeleteFunc(pairs, func(p Pair) bool {
		return slices.ContainsFunc(on[p.A.Contact], func(a book.ID) bool { return slices.Contains(on[p.B.Contact], a) })
	}), nil
}

func withAccounts(ctx context.Context, r *teller.Reading, pairs []Pair) error {
	var ids []book.ID
	for _, p := range pairs {
		ids = append(ids, p.A.Contact, p.B.Contact)
	}
	links, err := r.Tx.LinksOfContacts(ctx, ids...)
	if err != nil {
		return err
	}
	of := map[book.ID]book.ID{}
	for _, l := range links {
		if of[l.Contact] == "" {
			of[l.Contact] = l.Account
		}
	}
	for i := range pairs {
		pairs[i].A.Account, pairs[i].B.Account = of[pairs[i].A.Contact], of[pairs[i].B.Contact]
	}
	return sides(ctx, r, pairs)
}

// sides says of each of the two who they are.
func sides(ctx context.Context, r *teller.Reading, pairs []Pair) error {
	var accounts, contacts []book.ID
	for i := range pairs {
		for _, s := range []*PairSide{&pairs[i].A, &pairs[i].B} {
			if contacts = append(contacts, s.Contact); s.Account != "" {
				accounts = append(accounts, s.Account)
			}
		}
	}
	traits, err := apartByID(ctx, r, accounts, contacts)
	if err != nil {
		return err
	}
	for i := range pairs {
		for _, s := range []*PairSide{&pairs[i].A, &pairs[i].B} {
			s.Apart = traits[s.Contact]
			if a := traits[s.Account]; a != nil && s.Apart != nil {
				s.Apart.Owner, s.Apart.LastRealContact = a.Owner, a.LastRealContact
			}
		}
	}
	return nil
}
