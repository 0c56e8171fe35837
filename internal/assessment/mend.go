package assessment

import (
	"context"
	"maps"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
)

// mend makes the rows of nouns, and the marks on entries, say what the log says of them.
func mend(ctx context.Context, tx *store.Tx) error {
	if err := mendLog(ctx, tx); err != nil {
		return err
	}
	if err := eachPage(ctx, tx, lock(ctx, tx), func(p *page) error { return p.mend(ctx, tx) }); err != nil {
		return err
	}
	return eachContacts(ctx, tx, func(contacts []*store.Contact, ids []book.ID, entries []book.Entry, said map[book.ID]saying) error {
		for _, c := range contacts {
			if err := mendContact(ctx, tx, c, said[c.ID]); err != nil {
				return err
			}
		}
		return mendStanding(ctx, tx, ids, entries)
	})
}

// mendLog puts the marks of entries that are taken back right, and keeps the relations that entries speak of.
func mendLog(ctx context.Context, tx *store.Tx) error {
	after := book.ID("")
	for {
		entries, err := tx.EntryPage(ctx, after, logPage)
		if err != nil || len(entries) == 0 {
			return err
		}
		after = entries[len(entries)-1].ID
		wrong, err := wrongVoids(ctx, tx, entries)
		if err != nil {
			return err
		}
		for _, id := range slices.Sorted(maps.Keys(wrong)) {
			if err := tx.ForceVoid(ctx, id, wrong[id]); err != nil {
				return err
			}
		}
		if err := mendRelations(ctx, tx, entries, wrong); err != nil {
			return err
		}
	}
}

func mendRelations(ctx context.Context, tx *store.Tx, entries []book.Entry, wrong map[book.ID]book.ID) error {
	var ids []book.ID
	for i := range entries {
		if entries[i].Kind == book.KindRelated {
			ids = append(ids, entries[i].ID)
		}
	}
	have, err := tx.RelationsBy(ctx, ids...)
	if err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		if by, ok := wrong[e.ID]; ok {
			e.VoidedBy = by
		}
		want, kept := relationOf(e)
		got, there := have[e.ID]
		if there && (!kept || got != want) {
			if err := tx.DeleteRelation(ctx, e.ID); err != nil {
				return err
			}
		}
		if kept && got != want {
			if err := tx.SaveRelation(ctx, want); err != nil {
				return err
			}
		}
	}
	return nil
}

// mend makes the rows of a page of accounts say what their entries say.
func (p *page) mend(ctx context.Context, tx *store.Tx) error {
	said, err := p.calledBy(ctx, tx)
	if err != nil {
		return err
	}
	for i := range p.heads {
		h := &p.heads[i]
		changed := false
		for _, field := range headFields {
			if !disagrees(h, field, said[h.ID]) {
				continue
			}
			value := ""
			if t := said[h.ID][field]; t != nil {
				value = t.last()
			}
			setHead(h, field, value)
			changed = true
		}
		if !changed {
			continue
		}
		if err := tx.SetHead(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

func setHead(h *store.Head, field, value string) {
	switch field {
	case book.FieldName:
		h.Name = value
	case book.FieldKind:
		h.Kind = book.AccountKind(value)
	case book.FieldVisible:
		h.Visible = book.Visibility(value)
	case book.FieldTags:
		h.Tags = nil
		if value != "" {
			h.Tags = strings.Split(value, "\n")
		}
	default:
		h.Merged = book.ID(value)
	}
}

// mendContact gives a contact the fields that its entries say; where it is reached and found by follows from them.
func mendContact(ctx context.Context, tx *store.Tx, c *store.Contact, s saying) error {
	changed := false
	for _, field := range odd(c, s) {
		t := s[field]
		if t == nil {
			continue
		}
		changed = true
		switch value := t.last(); {
		case field == book.ContactName:
			c.Name = value
		case value == "":
			delete(c.Fields, field)
		default:
			if c.Fields == nil {
				c.Fields = make(map[string]string)
			}
			c.Fields[field] = value
		}
	}
	if !changed {
		return nil
	}
	return tx.SaveContact(ctx, c)
}
