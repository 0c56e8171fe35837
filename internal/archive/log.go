package archive

import (
	"context"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
)

func entryNoun() stream {
	return &noun[book.Entry]{
		name: "entries", size: manyRecords, key: func(e *book.Entry) string { return string(e.ID) },
		read: func(ctx context.Context, tx *store.Tx, after book.Entry, limit int) ([]book.Entry, error) {
			return tx.EntryPage(ctx, after.ID, limit)
		},
		check: checkEntry,
		write: func(ctx context.Context, to *destination, page []book.Entry) error {
			rows := make([]*book.Entry, len(page))
			for i := range page {
				rows[i] = &page[i]
			}
			if err := to.tx.InsertEntries(ctx, rows); err != nil {
				return err
			}
			for _, e := range rows {
				if e.VoidedBy != "" {
					if err := to.tx.MarkVoided(ctx, e.ID, e.VoidedBy); err != nil {
						return err
					}
				}
			}
			return nil
		},
	}
}

type runLine struct {
	ID       book.ID      `json:"id"`
	By       book.ID      `json:"by"`
	Started  book.Instant `json:"started"`
	Finished book.Instant `json:"finished"`
	Undone   book.Instant `json:"undone"`
	Report   string       `json:"report,omitempty"` // JSON, as it was kept
}

func runNoun() stream {
	return &noun[runLine]{
		name: "runs", size: someRecords, key: func(r *runLine) string { return string(r.ID) },
		read: func(ctx context.Context, tx *store.Tx, after runLine, limit int) ([]runLine, error) {
			rows, err := tx.RunPage(ctx, after.ID, limit)
			return convert(rows, err, func(r *store.Run) runLine { return runLine(*r) })
		},
		check: checkRun,
		write: func(ctx context.Context, to *destination, page []runLine) error {
			for i := range page {
				row := store.Run(page[i])
				if err := to.tx.SaveRun(ctx, &row); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

type cardLine struct {
	ID      book.ID `json:"id"`
	Contact book.ID `json:"contact"`
	UID     string  `json:"uid,omitempty"`
	Digest  string  `json:"digest"`
	Raw     string  `json:"raw"` // as it came
	Run     book.ID `json:"run,omitempty"`
}

func cardNoun() stream {
	return &noun[cardLine]{
		name: "cards", size: fewRecords, key: func(c *cardLine) string { return string(c.ID) },
		read: func(ctx context.Context, tx *store.Tx, after cardLine, limit int) ([]cardLine, error) {
			rows, err := tx.CardPage(ctx, after.ID, limit)
			return convert(rows, err, func(c *store.Card) cardLine { return cardLine(*c) })
		},
		check: checkCard,
		write: func(ctx context.Context, to *destination, page []cardLine) error {
			for i := range page {
				row := store.Card(page[i])
				row.Raw = withoutNUL(row.Raw)
				if err := to.tx.SaveCard(ctx, &row); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

type sightingLine struct {
	Address   string         `json:"address"`
	Source    book.ID        `json:"source"`
	Name      string         `json:"name,omitempty"`
	Direction book.Direction `json:"direction"`
	At        book.Instant   `json:"at"`
	Run       book.ID        `json:"run,omitempty"`
}

func sightingNoun() stream {
	return &noun[sightingLine]{
		name: "sightings", size: manyRecords, key: func(s *sightingLine) string { return s.Address + "\x00" + string(s.Source) },
		read: func(ctx context.Context, tx *store.Tx, after sightingLine, limit int) ([]sightingLine, error) {
			rows, err := tx.SightingPage(ctx, store.Sighting(after), limit)
			return convert(rows, err, func(s *store.Sighting) sightingLine { return sightingLine(*s) })
		},
		check: checkSighting,
		write: func(ctx context.Context, to *destination, page []sightingLine) error {
			rows, _ := convert(page, nil, func(s *sightingLine) store.Sighting {
				row := store.Sighting(*s)
				row.Name = withoutNUL(row.Name)
				return row
			})
			return to.tx.InsertSightings(ctx, rows)
		},
	}
}

type tombstoneLine struct {
	Mark string       `json:"mark"`
	At   book.Instant `json:"at"`
}

func tombstoneNoun() stream {
	return &noun[tombstoneLine]{
		name: "tombstones", size: manyRecords, key: func(t *tombstoneLine) string { return t.Mark },
		read: func(ctx context.Context, tx *store.Tx, after tombstoneLine, limit int) ([]tombstoneLine, error) {
			rows, err := tx.TombstonePage(ctx, after.Mark, limit)
			return convert(rows, err, func(t *store.Tombstone) tombstoneLine { return tombstoneLine(*t) })
		},
		check: checkTombstone,
		write: func(ctx context.Context, to *destination, page []tombstoneLine) error {
			for _, t := range page {
				if err := to.tx.InsertTombstone(ctx, t.Mark, t.At); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

type backupLine struct {
	Path string       `json:"path"`
	At   book.Instant `json:"at"`
}

// backupNoun carries where backups were written: they still hold whoever is erased later, wherever the book moves.
func backupNoun() stream {
	key := func(b *backupLine) string { return b.Path }
	return &noun[backupLine]{
		name: "backups", size: manyRecords, key: key,
		read: func(ctx context.Context, tx *store.Tx, after backupLine, limit int) ([]backupLine, error) {
			rows, err := tx.Backups(ctx)
			all, err := convert(rows, err, func(b *store.Backup) backupLine { return backupLine(*b) })
			return pageOf(all, key, after, limit), err
		},
		check: checkBackup,
		write: func(ctx context.Context, to *destination, page []backupLine) error {
			for _, b := range page {
				if err := to.tx.InsertBackup(ctx, b.Path, b.At); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

type askedLine struct {
	Key     book.ID      `json:"key"`
	Command string       `json:"command"`
	Hash    string       `json:"hash"`
	Entries []book.ID    `json:"entries"`
	At      book.Instant `json:"at"`
}

// askedNoun carries the keys of writes, so that one asked for again after the move is still not done twice.
func askedNoun() stream {
	return &noun[askedLine]{
		name: "asked", size: manyRecords, key: func(a *askedLine) string { return string(a.Key) },
		read: func(ctx context.Context, tx *store.Tx, after askedLine, limit int) ([]askedLine, error) {
			rows, err := tx.AskedPage(ctx, after.Key, limit)
			return convert(rows, err, func(a *store.Asked) askedLine { return askedLine(*a) })
		},
		check: checkAsked,
		write: func(ctx context.Context, to *destination, page []askedLine) error {
			for i := range page {
				row := store.Asked(page[i])
				if err := to.tx.InsertAsked(ctx, &row); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// withoutNUL takes out the one character that PostgreSQL cannot keep in a text. A card may hold it, in a file that
// SQLite took as it came.
func withoutNUL(s string) string {
	if strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(s, "\x00", "")
}
