package simulator

import (
	"context"
	"maps"
	"slices"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// piece is what one life comes to in the book.
type piece struct {
	account   book.Account
	contacts  []*store.Contact
	addresses []store.Address
	links     []store.Link
	entries   []*book.Entry
	relations []store.Relation
	docs      []store.Doc
}

// log keeps an entry.
func (p *piece) log(e *book.Entry) { p.entries = append(p.entries, e) }

// last is the entry written last.
func (p *piece) last() *book.Entry { return p.entries[len(p.entries)-1] }

// find looks for an entry, the newest first, since most are answered soon.
func (p *piece) find(id book.ID) *book.Entry {
	for _, e := range slices.Backward(p.entries) {
		if e.ID == id {
			return e
		}
	}
	return nil
}

func (p *piece) relate(e *book.Entry) {
	p.relations = append(p.relations, store.Relation{From: e.Account, To: e.Subject, Role: e.Facts.Role, Entry: e.ID})
}

// people attaches a contact with the entry that says what is known of them, as if a member had typed it.
func (p *piece) people(c *store.Contact, link store.Link, entry book.ID, at book.Instant, by book.ID, country string) {
	c.Hand = append(slices.Collect(maps.Keys(c.Fields)), book.ContactName)
	slices.Sort(c.Hand)
	set := map[string]book.Change{book.ContactName: {After: c.Name}}
	for field, value := range c.Fields {
		set[field] = book.Change{After: value}
	}
	p.contacts = append(p.contacts, c)
	p.links = append(p.links, link)
	p.addresses = append(p.addresses, awareness.AddressesOf(c, country)...)
	p.docs = append(p.docs, awareness.DocOf(c))
	p.entries = append(p.entries, &book.Entry{ID: entry, Subject: c.ID, At: at, Kind: book.KindContact, By: by, Words: book.Words{Set: set}})
}

// batch writes some whole lives.
type batch struct {
	pieces  []*piece
	entries int
}

// Act implements teller.Command.
func (*batch) Act() book.Act { return book.ActPeople }

// Alone implements teller.Long.
func (*batch) Alone() bool { return true }

// Run implements teller.Command.
func (c *batch) Run(ctx context.Context, w *teller.Work) error {
	var contacts []*store.Contact
	var addresses []store.Address
	var links []store.Link
	docs := make([]store.Doc, 0, 3*len(c.pieces))
	for _, p := range c.pieces {
		if _, err := w.Open(ctx, p.account); err != nil {
			return err
		}
		for _, e := range p.entries {
			if err := w.Append(e); err != nil {
				return err
			}
			e.Recorded = e.At // a life is written down as it passes
		}
		contacts = append(contacts, p.contacts...)
		addresses = append(addresses, p.addresses...)
		links = append(links, p.links...)
		docs = append(docs, store.Doc{
			ID: p.account.ID, Kind: store.DocAccount, Account: p.account.ID, Text: p.account.Name + " " + strings.Join(p.account.Tags, " "),
		})
		docs = append(docs, p.docs...)
		for _, r := range p.relations {
			if err := w.Tx.SaveRelation(ctx, r); err != nil {
				return err
			}
		}
		if len(p.account.Tags) > 0 {
			if err := w.Tx.SetTags(ctx, p.account.ID, p.account.Tags); err != nil {
				return err
			}
		}
	}
	if err := w.Tx.InsertContacts(ctx, contacts); err != nil {
		return err
	}
	if err := w.Tx.InsertAddresses(ctx, addresses); err != nil {
		return err
	}
	if err := w.Tx.InsertLinks(ctx, links); err != nil {
		return err
	}
	return w.Tx.Index(ctx, docs)
}

// batchEntries is how many entries share a transaction: enough that its commit weighs little, few enough that two
// batches under way stay small.
const batchEntries = 12000

// write tells lives on one goroutine and writes them on this one.
func (w *world) write(ctx context.Context, t *teller.Teller, who teller.Actor, s *Summary, progress func(done, total int)) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	told := make(chan *batch, 1)
	go func() {
		defer close(told)
		b := &batch{}
		for n := range w.accounts {
			p := w.tellLife(n)
			b.pieces = append(b.pieces, p)
			if b.entries += len(p.entries) + 1; b.entries < batchEntries && n < w.accounts-1 {
				continue
			}
			select {
			case told <- b:
			case <-ctx.Done():
				return
			}
			b = &batch{}
		}
	}()
	done := 0
	for b := range told {
		if _, err := t.Do(ctx, who, b, teller.Options{}); err != nil {
			return err
		}
		done += len(b.pieces)
		s.Entries += b.entries
		for _, p := range b.pieces {
			s.Contacts += len(p.contacts)
		}
		if progress != nil {
			progress(done, w.accounts)
		}
	}
	return ctx.Err()
}
