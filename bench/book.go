package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// workspace is the firm of every book here.
const workspace = "bench"

// ourAddress is the firm's own in the files that are imported.
const ourAddress = "me@firm.example"

// firm is an open book with the member who works in it.
type firm struct {
	*teller.Teller
	db  *sqldb.DB
	who teller.Actor
}

// open opens a database, brings its schema up to date, and founds the firm if there is none.
func open(ctx context.Context, dsn string, opts ...sqldb.Option) (*firm, error) {
	return openAt(ctx, dsn, time.Now, opts...)
}

// openAt is open with a clock.
func openAt(ctx context.Context, dsn string, now func() time.Time, opts ...sqldb.Option) (*firm, error) {
	db, err := sqldb.Open(ctx, dsn, opts...)
	if err != nil {
		return nil, err
	}
	if _, err := db.Migrate(ctx, store.Migrations(), nil); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	f := &firm{Teller: teller.New(store.New(db), now, rand.Reader), db: db}
	f.who = teller.Actor{Workspace: workspace, Role: "owner"}
	if err := f.enter(ctx); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

// enter finds the firm's owner, or founds it.
func (f *firm) enter(ctx context.Context) error {
	err := f.Store().Read(ctx, workspace, func(tx *store.Tx) error {
		members, err := tx.Members(ctx)
		if len(members) > 0 {
			f.who.Member = members[0].ID
		}
		return err
	})
	if err != nil || f.who.Member != "" {
		return err
	}
	cmd := &awareness.Found{Name: "Bench", Playbook: trade, Owner: "Member One", Email: ourAddress}
	if _, err := f.Do(ctx, f.who, cmd, teller.Options{}); err != nil {
		return err
	}
	f.who.Member = cmd.Member.ID
	return nil
}

func (f *firm) close() error {
	f.Teller.Close()
	return f.db.Close()
}

// copyFile makes a copy of a SQLite book that is closed.
func copyFile(from, to string) error {
	for _, gone := range []string{to, to + "-wal", to + "-shm"} {
		if err := os.Remove(gone); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	// What was copied must not be written to the disk while something is measured, nor share the system's cache with what it
	// was copied from.
	return errors.Join(err, out.Sync(), uncached(in), out.Close())
}
