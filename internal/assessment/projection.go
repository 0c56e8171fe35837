package assessment

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// pageSize is the number of accounts that are folded together: enough for few statements, little enough for memory.
const pageSize = 256

// page is some accounts of the book in order of id, with their entries.
type page struct {
	heads   []store.Head
	all     []book.ID                // every account of the page
	roots   []book.ID                // those that stand for themselves
	entries map[book.ID][]book.Entry // by the account they count for
	read    int                      // entries read
}

// eachPage walks the accounts of a book page by page; before runs ahead of the reading of the entries.
func eachPage(ctx context.Context, tx *store.Tx, before, each func(*page) error) error {
	after := book.ID("")
	for {
		heads, err := tx.Heads(ctx, after, pageSize)
		if err != nil || len(heads) == 0 {
			return err
		}
		after = heads[len(heads)-1].ID
		p := &page{heads: heads}
		for _, h := range heads {
			p.all = append(p.all, h.ID)
			if h.Merged == "" {
				p.roots = append(p.roots, h.ID)
			}
		}
		if before != nil {
			if err := before(p); err != nil {
				return err
			}
		}
		if err := p.readEntries(ctx, tx); err != nil {
			return err
		}
		if err := each(p); err != nil {
			return err
		}
	}
}

func (p *page) readEntries(ctx context.Context, tx *store.Tx) error {
	var err error
	p.entries, err = teller.Histories(ctx, tx, p.roots...)
	p.read = 0
	for _, entries := range p.entries {
		p.read += len(entries)
	}
	return err
}
