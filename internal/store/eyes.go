package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// What a transaction shows of the book is decided by book.Eyes and narrowed here, for every read at once, in three ways:
//
//   - a statement over accounts holds the mark /*seen x*/ where x is the account's alias or table, and grows by the
//     condition that the account is seen; so lists, counts and pages are narrowed where an index serves them;
//   - what belongs to accounts is read and then left out when none of these is seen (seenEntries, ShownContacts, seenHits),
//     because it may stand on an account that redirects to another;
//   - private notes are left out as they are scanned (entryScan), and by the mark /*mine x*/ in searches; so are the words of
//     letters from another's private mailbox.
//
// A transaction without eyes shows everything: commands keep the book whole, whoever gives them.
type sight struct {
	eyes  book.Eyes
	seen  map[book.ID]bool // accounts asked about, by id
	where map[string]narrowed
}

// narrowed is a statement as it is for these eyes, and where its arguments come from: those of the statement first, then
// the eyes' own.
type narrowed struct {
	query string
	from  []int
	own   []any
}

// SeenBy is the same transaction as it shows to somebody.
func (t *Tx) SeenBy(eyes book.Eyes) *Tx {
	return &Tx{q: t.q, ws: t.ws, kept: t.kept, sight: &sight{eyes: eyes, seen: make(map[book.ID]bool), where: make(map[string]narrowed)}}
}

// Whole is the same transaction with nothing left out, for what is worked out from the log.
func (t *Tx) Whole() *Tx {
	if t.sight == nil {
		return t
	}
	return &Tx{q: t.q, ws: t.ws, kept: t.kept}
}

// eyes are nil when everything is shown, private notes too.
func (t *Tx) eyes() *book.Eyes {
	if t.sight == nil {
		return nil
	}
	return &t.sight.eyes
}

// limited says whether there may be accounts that are not shown.
func (t *Tx) limited() bool { return t.sight != nil && !t.sight.eyes.All }

const sqlGuarded = `SELECT COUNT(*) FROM (SELECT 1 FROM account WHERE workspace_id = $1 AND visibility <> 'firm' LIMIT 1) AS found`

// Eyes reads what a member sees with. Where no account is kept from anybody everybody sees all, and nothing is narrowed.
func (t *Tx) Eyes(ctx context.Context, member book.ID, role book.Role, now book.Instant) (book.Eyes, error) {
	if role == book.RoleOwner {
		return book.Eyes{Member: member, All: true}, nil
	}
	var guarded int
	if err := t.q.QueryRow(ctx, sqlGuarded, string(t.ws)).Scan(&guarded); err != nil || guarded == 0 {
		return book.Eyes{Member: member, All: true}, err
	}
	members, err := t.Members(ctx)
	if err != nil {
		return book.Eyes{}, err
	}
	return book.EyesOf(member, role, members, now), nil
}

// query runs a statement narrowed to what is seen.
func (t *Tx) query(ctx context.Context, query string, args ...any) (*sqldb.Rows, error) {
	query, args = t.narrow(query, args...)
	return t.q.Query(ctx, query, args...)
}

const (
	seenMark = "/*seen "
	mineMark = "/*mine "
)

// narrow writes the conditions of the eyes in the place of a statement's marks, and numbers its parameters anew, in the
// order in which they appear.
func (t *Tx) narrow(query string, args ...any) (string, []any) {
	if mine := strings.Contains(query, mineMark); t.sight == nil || !mine && (t.sight.eyes.All || !strings.Contains(query, seenMark)) {
		return query, args // a mark that stays is a comment
	}
	n, known := t.sight.where[query]
	if !known {
		n = t.sight.narrowed(query, len(args))
		t.sight.where[query] = n
	}
	all := make([]any, len(n.from))
	for i, from := range n.from {
		if from < len(args) {
			all[i] = args[from]
		} else {
			all[i] = n.own[from-len(args)]
		}
	}
	return n.query, all
}

// narrowed narrows a statement that comes with so many arguments.
func (s *sight) narrowed(query string, given int) narrowed {
	var out narrowed
	var b strings.Builder
	number := make(map[int]int) // by which argument, the number of its parameter
	param := func(from int) {
		if number[from] == 0 {
			out.from = append(out.from, from)
			number[from] = len(out.from)
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(number[from]))
	}
	own := func(ids []book.ID) {
		for i := range sizeOf(len(ids)) {
			if i > 0 {
				b.WriteByte(',')
			}
			out.own = append(out.own, string(ids[min(i, len(ids)-1)]))
			param(given + len(out.own) - 1)
		}
	}
	for i := 0; i < len(query); {
		rest := query[i:]
		end := strings.Index(rest, "*/") + len("*/")
		switch {
		case strings.HasPrefix(rest, seenMark):
			s.writeSeen(&b, rest[len(seenMark):end-len("*/")]+".", own)
			i += end
		case strings.HasPrefix(rest, mineMark):
			alias := rest[len(mineMark):end-len("*/")] + "."
			b.WriteString("AND (" + alias + "private_to IS NULL OR " + alias + "private_to = ")
			own([]book.ID{s.eyes.Member})
			b.WriteByte(')')
			i += end
		case rest[0] == '$':
			n := 1
			for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
				n++
			}
			k, _ := strconv.Atoi(rest[1:n]) // digits
			param(k - 1)
			i += n
		default:
			b.WriteByte(rest[0])
			i++
		}
	}
	out.query = b.String()
	return out
}

// writeSeen writes book.Eyes.Sees as a condition on an account's row.
func (s *sight) writeSeen(b *strings.Builder, alias string, own func([]book.ID)) {
	e := &s.eyes
	if e.All {
		return
	}
	b.WriteString("AND (" + alias + "visibility = 'firm' OR " + alias + "owner_id IN (")
	own(e.Own)
	b.WriteByte(')')
	switch {
	case e.Teams:
		b.WriteString(" OR " + alias + "visibility = 'team'")
	case len(e.Mates) > 0:
		b.WriteString(" OR " + alias + "visibility = 'team' AND " + alias + "owner_id IN (")
		own(e.Mates)
		b.WriteByte(')')
	}
	b.WriteByte(')')
}

// sizeOf is how many parameters a list of so many takes: few different statements, so that all stay prepared.
func sizeOf(n int) int {
	for _, size := range batchIDs {
		if n <= size {
			return size
		}
	}
	return n
}

const sqlGuards = `SELECT id, merged_into, visibility, owner_id FROM account WHERE workspace_id = $1 AND id IN (/*ids*/)`

// Sees says which of the accounts are seen. One that redirects is seen when the one that stands for it is; one that is not
// in the book is not.
func (t *Tx) Sees(ctx context.Context, accounts ...book.ID) (map[book.ID]bool, error) {
	out := make(map[book.ID]bool, len(accounts))
	if !t.limited() {
		for _, id := range accounts {
			out[id] = true
		}
		return out, nil
	}
	into := make(map[book.ID]book.ID)
	for want := accounts; len(want) > 0; {
		var next, missing []book.ID
		for _, id := range want {
			if _, known := t.sight.seen[id]; !known && into[id] == "" {
				missing = append(missing, id)
			}
		}
		err := inLists(ctx, t.Whole(), sqlGuards, missing, nil, func(r *sqldb.Rows) error {
			var id, owner string
			var merged any
			var v book.Visibility
			err := r.Scan(&id, &merged, (*string)(&v), &owner)
			if root := idIn(merged); root != "" {
				into[book.ID(id)] = root
				next = append(next, root)
			} else {
				t.sight.seen[book.ID(id)] = t.sight.eyes.Sees(v, book.ID(owner))
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		want = next
	}
	for _, id := range accounts {
		root := id
		for into[root] != "" {
			root = into[root]
		}
		out[id] = t.sight.seen[root]
		if root != id {
			t.sight.seen[id] = out[id]
		}
	}
	return out, nil
}

// keep keeps what stands on accounts that are seen; "" stands on none, and is kept.
func keep[T any](ctx context.Context, t *Tx, all []T, account func(*T) book.ID) ([]T, error) {
	if !t.limited() || len(all) == 0 {
		return all, nil
	}
	var ids []book.ID
	for i := range all {
		if id := account(&all[i]); id != "" {
			ids = append(ids, id)
		}
	}
	seen, err := t.Sees(ctx, ids...)
	if err != nil {
		return nil, err
	}
	return sieve(all, func(one *T) bool {
		id := account(one)
		return id == "" || seen[id]
	}), nil
}

// sieve leaves out what does not stay; others may hold the same rows, which are left as they are.
func sieve[T any](all []T, stays func(*T) bool) []T {
	for i := range all {
		if stays(&all[i]) {
			continue
		}
		kept := slices.Clone(all[:i])
		for j := i + 1; j < len(all); j++ {
			if stays(&all[j]) {
				kept = append(kept, all[j])
			}
		}
		return kept
	}
	return all
}

// Shows says whether an account that stands for itself is seen.
func (t *Tx) Shows(a *Account) bool { return t.sight == nil || t.sight.eyes.Sees(a.Visible, a.Owner) }

func (t *Tx) seenAccounts(ctx context.Context, all []*Account) ([]*Account, error) {
	return keep(ctx, t, all, func(a **Account) book.ID {
		if (*a).Merged == "" && t.Shows(*a) {
			return "" // the row itself says so
		}
		return (*a).ID
	})
}

func (t *Tx) seenLinks(ctx context.Context, all []Link) ([]Link, error) {
	return keep(ctx, t, all, func(l *Link) book.ID { return l.Account })
}

// mostSearched bounds how far a search reads on for those who do not see all that it finds.
const mostSearched = 4_096

// found looks for words, and reads on while what it finds is not seen.
func (t *Tx) found(ctx context.Context, query, text string, limit int) ([]Hit, error) {
	for n := limit; ; n *= 4 {
		all, err := t.matching(ctx, query, text, n)
		if err != nil || !t.limited() {
			return all, err
		}
		read := len(all)
		if all, err = t.seenHits(ctx, all); err != nil {
			return nil, err
		}
		if len(all) >= limit || read < n || n >= mostSearched {
			return all[:min(len(all), limit)], nil
		}
	}
}

// seenHits leaves out what was found on accounts, and of contacts, that are not seen.
func (t *Tx) seenHits(ctx context.Context, all []Hit) ([]Hit, error) {
	if !t.limited() {
		return all, nil
	}
	var contacts []book.ID
	for _, h := range all {
		if h.Kind == DocContact {
			contacts = append(contacts, h.ID)
		}
	}
	seen, err := t.SeesContacts(ctx, contacts...)
	if err != nil {
		return nil, err
	}
	kept := all[:0]
	for _, h := range all {
		if h.Kind != DocContact || seen[h.ID] {
			kept = append(kept, h)
		}
	}
	return keep(ctx, t, kept, func(h *Hit) book.ID { return h.Account })
}
