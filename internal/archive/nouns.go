package archive

import (
	"context"
	"maps"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
)

// destination is where records are written to.
type destination struct {
	tx    *store.Tx
	rules *ledger.Rules
	stop  func() error // says between pages whether the caller has given up
}

// stream is one noun's records on their way: out of a book as lines, out of lines or another book into a book. A page
// is in memory at a time; each tells how many records it was.
type stream interface {
	title() string
	export(ctx context.Context, from *store.Tx, to *lineWriter, tell func(int)) error
	restore(ctx context.Context, from *lineReader, to *destination, k *known, tell func(int)) error
	carry(ctx context.Context, from *otherBook, to *destination, tell func(int)) error
}

// noun says how records of one kind are read, told apart, checked and written. T is a line of the file.
type noun[T any] struct {
	name string // of the file, and in messages
	size int    // records in a page
	// key orders the records; in a file it ascends, so that one given twice shows at once.
	key func(*T) string
	// read gives the page after a record; the zero T begins.
	read  func(ctx context.Context, tx *store.Tx, after T, limit int) ([]T, error)
	check func(*T, *known) error
	write func(ctx context.Context, to *destination, page []T) error
	// settle checks what can be told only when all records are known; it may be nil.
	settle func(*known) error
}

func (n *noun[T]) title() string { return n.name }

func (n *noun[T]) each(ctx context.Context, from *store.Tx, tell func(int), fn func([]T) error) error {
	var after T
	for {
		page, err := n.read(ctx, from, after, n.size)
		if err != nil || len(page) == 0 {
			return err
		}
		if err := fn(page); err != nil {
			return err
		}
		tell(len(page))
		after = page[len(page)-1]
	}
}

func (n *noun[T]) export(ctx context.Context, from *store.Tx, to *lineWriter, tell func(int)) error {
	return n.each(ctx, from, tell, func(page []T) error {
		for i := range page {
			if err := to.json.Encode(&page[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (n *noun[T]) carry(ctx context.Context, from *otherBook, to *destination, tell func(int)) error {
	return n.each(from.ctx, from.tx, tell, func(page []T) error {
		if err := to.stop(); err != nil {
			return err
		}
		return n.write(ctx, to, page)
	})
}

func (n *noun[T]) restore(ctx context.Context, from *lineReader, to *destination, k *known, tell func(int)) error {
	page, last := make([]T, 0, n.size), ""
	flush := func() error {
		if err := to.stop(); err != nil {
			return err
		}
		if err := n.write(ctx, to, page); err != nil {
			return from.refused(err)
		}
		tell(len(page))
		page = page[:0]
		return nil
	}
	for {
		line, err := from.next()
		if err != nil {
			return err
		}
		if line == nil {
			break
		}
		var v T
		if err := decodeStrict(line, &v); err != nil {
			return from.fault("%s", err)
		}
		k.line = from.line
		if err := n.check(&v, k); err != nil {
			return from.fault("%s", book.Message(err))
		}
		key := n.key(&v)
		if from.line > 1 && key <= last {
			return from.fault("it repeats a line before, or the lines are not in order")
		}
		last = key
		if page = append(page, v); len(page) == n.size {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	if n.settle != nil {
		return n.settle(k)
	}
	return nil
}

// nouns lists the streams in the order in which they are written: what others refer to comes first.
func nouns() []stream {
	return []stream{
		memberNoun(), memberAddressNoun(), accountNoun(), contactNoun(), linkNoun(), relationNoun(), runNoun(), entryNoun(),
		cardNoun(), sightingNoun(), tombstoneNoun(), backupNoun(), askedNoun(),
		viewNoun(), fileNoun(),
	}
}

func totalsOf(t *store.Tally) map[string]int {
	return map[string]int{
		"members": t.Members, "member_addresses": t.MemberAddresses, "accounts": t.Accounts, "contacts": t.Contacts,
		"links": t.Links, "relations": t.Relations, "runs": t.Runs, "entries": t.Entries, "cards": t.Cards,
		"sightings": t.Sightings, "tombstones": t.Tombstones, "backups": t.Backups,
		"asked": t.Asked, "views": t.Views, "files": t.Files,
	}
}

// Page sizes: plain records by the thousand, as entries are hashed; what may be long in small numbers.
const (
	manyRecords = 1000
	someRecords = 64
	fewRecords  = 16 // cards, which carry photos
)

// pageOf is a page of a list that is short enough to be read whole.
func pageOf[T any](all []T, key func(*T) string, after T, limit int) []T {
	slices.SortFunc(all, func(a, b T) int { return strings.Compare(key(&a), key(&b)) })
	last := key(&after)
	all = slices.DeleteFunc(all, func(v T) bool { return key(&v) <= last })
	return all[:min(limit, len(all))]
}

func convert[A, B any](all []A, err error, to func(*A) B) ([]B, error) {
	if err != nil {
		return nil, err
	}
	out := make([]B, len(all))
	for i := range all {
		out[i] = to(&all[i])
	}
	return out, nil
}

func memberNoun() stream {
	key := func(m *book.Member) string { return string(m.ID) }
	return &noun[book.Member]{
		name: "members", size: manyRecords, key: key,
		read: func(ctx context.Context, tx *store.Tx, after book.Member, limit int) ([]book.Member, error) {
			all, err := tx.Members(ctx)
			return pageOf(all, key, after, limit), err
		},
		check: checkMember,
		write: func(ctx context.Context, to *destination, page []book.Member) error {
			for i := range page {
				if err := to.tx.InsertMember(ctx, &page[i]); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

type memberAddressLine struct {
	Address string  `json:"address"`
	Member  book.ID `json:"member"`
}

func memberAddressNoun() stream {
	key := func(a *memberAddressLine) string { return a.Address }
	return &noun[memberAddressLine]{
		name: "member_addresses", size: manyRecords, key: key,
		read: func(ctx context.Context, tx *store.Tx, after memberAddressLine, limit int) ([]memberAddressLine, error) {
			by, err := tx.MemberAddresses(ctx)
			all := make([]memberAddressLine, 0, len(by))
			for _, address := range slices.Sorted(maps.Keys(by)) {
				all = append(all, memberAddressLine{address, by[address]})
			}
			return pageOf(all, key, after, limit), err
		},
		check: checkMemberAddress,
		write: func(ctx context.Context, to *destination, page []memberAddressLine) error {
			for _, a := range page {
				if err := to.tx.SetMemberAddress(ctx, a.Address, a.Member); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

type accountLine struct {
	ID       book.ID          `json:"id"`
	Name     string           `json:"name"`
	Kind     book.AccountKind `json:"kind"`
	Owner    book.ID          `json:"owner,omitempty"`
	Stage    string           `json:"stage"`
	Tier     string           `json:"tier"`
	Playbook string           `json:"playbook"`
	Tags     []string         `json:"tags,omitempty"`
	Visible  book.Visibility  `json:"visibility,omitempty"` // absent for the firm
	Hand     []string         `json:"hand,omitempty"`       // fields that a member typed
	Merged   book.ID          `json:"merged_into,omitempty"`
	Created  book.Instant     `json:"created"`
	Run      book.ID          `json:"run,omitempty"`
}

func accountNoun() stream {
	return &noun[accountLine]{
		name: "accounts", size: manyRecords, key: func(a *accountLine) string { return string(a.ID) },
		read: func(ctx context.Context, tx *store.Tx, after accountLine, limit int) ([]accountLine, error) {
			rows, err := tx.AccountNouns(ctx, after.ID, limit)
			return convert(rows, err, func(r **store.Account) accountLine {
				a := *r
				if a.Visible == book.VisibleFirm {
					a.Visible = ""
				}
				return accountLine{
					a.ID, a.Name, a.Kind, a.Owner, a.Stage, a.Tier, a.Playbook, a.Tags, a.Visible, a.Hand, a.Merged, a.Created, a.Run,
				}
			})
		},
		check: checkAccount, settle: func(k *known) error { return k.settleRedirects("accounts", k.accounts) },
		write: func(ctx context.Context, to *destination, page []accountLine) error {
			rows := make([]*store.Account, len(page))
			for i, a := range page {
				rows[i] = &store.Account{Hand: a.Hand, Run: a.Run, Account: book.Account{
					ID: a.ID, Name: a.Name, Kind: a.Kind, Owner: a.Owner, Stage: a.Stage, Tier: a.Tier, Playbook: a.Playbook,
					Tags: a.Tags, Visible: a.Visible, Merged: a.Merged, Created: a.Created,
				}}
			}
			return to.tx.InsertAccounts(ctx, to.rules, rows)
		},
	}
}

type contactLine struct {
	ID      book.ID           `json:"id"`
	Name    string            `json:"name"`
	Fields  map[string]string `json:"fields,omitempty"`
	Hand    []string          `json:"hand,omitempty"`
	Merged  book.ID           `json:"merged_into,omitempty"`
	Created book.Instant      `json:"created"`
	Run     book.ID           `json:"run,omitempty"`
}

func contactNoun() stream {
	return &noun[contactLine]{
		name: "contacts", size: manyRecords, key: func(c *contactLine) string { return string(c.ID) },
		read: func(ctx context.Context, tx *store.Tx, after contactLine, limit int) ([]contactLine, error) {
			rows, err := tx.ContactPage(ctx, after.ID, limit)
			return convert(rows, err, func(r **store.Contact) contactLine {
				c := *r
				return contactLine{c.ID, c.Name, c.Fields, c.Hand, c.Merged, c.Created, c.Run}
			})
		},
		check: checkContact, settle: func(k *known) error { return k.settleRedirects("contacts", k.contacts) },
		write: func(ctx context.Context, to *destination, page []contactLine) error {
			rows := make([]*store.Contact, len(page))
			for i, c := range page {
				rows[i] = &store.Contact{Hand: c.Hand, Run: c.Run, Contact: book.Contact{
					ID: c.ID, Name: c.Name, Fields: c.Fields, Merged: c.Merged, Created: c.Created,
				}}
			}
			return to.tx.InsertContacts(ctx, rows)
		},
	}
}

type linkLine struct {
	Contact book.ID `json:"contact"`
	Account book.ID `json:"account"`
	Role    string  `json:"role,omitempty"`
}

func linkNoun() stream {
	return &noun[linkLine]{
		name: "links", size: manyRecords, key: func(l *linkLine) string { return string(l.Contact) + "\x00" + string(l.Account) },
		read: func(ctx context.Context, tx *store.Tx, after linkLine, limit int) ([]linkLine, error) {
			rows, err := tx.LinkPage(ctx, store.Link(after), limit)
			return convert(rows, err, func(l *store.Link) linkLine { return linkLine(*l) })
		},
		check: checkLink,
		write: func(ctx context.Context, to *destination, page []linkLine) error {
			rows, _ := convert(page, nil, func(l *linkLine) store.Link { return store.Link(*l) })
			return to.tx.InsertLinks(ctx, rows)
		},
	}
}

type relationLine struct {
	From  book.ID `json:"from"`
	To    book.ID `json:"to"`
	Role  string  `json:"role"`
	Entry book.ID `json:"entry"`
}

// relationNoun carries relations though entries tell of them: of two entries that say the same, the row remembers which
// one stands.
func relationNoun() stream {
	return &noun[relationLine]{
		name: "relations", size: manyRecords,
		key: func(r *relationLine) string { return string(r.From) + "\x00" + string(r.To) + "\x00" + r.Role },
		read: func(ctx context.Context, tx *store.Tx, after relationLine, limit int) ([]relationLine, error) {
			rows, err := tx.RelationPage(ctx, store.Relation(after), limit)
			return convert(rows, err, func(r *store.Relation) relationLine { return relationLine(*r) })
		},
		check: checkRelation,
		write: func(ctx context.Context, to *destination, page []relationLine) error {
			for _, r := range page {
				if err := to.tx.SaveRelation(ctx, store.Relation(r)); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
