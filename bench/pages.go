package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/playbook"
	"passbook/internal/serving"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// page is a read that is measured: how much dearer than its bare statements, and in a large book than in a small one,
// it may be. Each run of it may read another account, the same ones in every round.
type page struct {
	name         string
	bare, growth float64
	runs         int // of one round
	per          func(*reader) int
	read         func(r *reader, ctx context.Context, v *teller.Reading, i int) error
}

func one(*reader) int { return 1 }

var allPages = []page{
	{"Today of a member with 2,000 accounts, all due", 2, 1.3, 40, func(r *reader) int { return r.due }, (*reader).today},
	{"statement of 50 lines", 1.5, 1.3, 800, one, (*reader).statement},
	{"list of 50 by balance", 1.5, 1.3, 800, one, (*reader).list},
	{"search for a whole name", 2, 2, 800, one, (*reader).name},
	{"search for the beginning of a name", 2, 2, 800, one, (*reader).beginning},
}

// pages measures what pages read, on SQLite, in made-up firms of different size: each page against the very same
// statements run bare, and in the largest book against the smallest.
func (b *bench) pages(ctx context.Context) error {
	serving.Roomy()
	var books []*reader
	closing := func(err error) error {
		for _, r := range books {
			err = errors.Join(err, r.close())
		}
		return err
	}
	for _, n := range b.scale.books {
		r, err := b.readBook(ctx, n)
		if err != nil {
			return closing(err)
		}
		books = append(books, r)
	}
	for i := range allPages {
		if err := b.page(ctx, &allPages[i], books); err != nil {
			return closing(fmt.Errorf("%s: %w", allPages[i].name, err))
		}
	}
	return closing(nil)
}

// readBook opens a made-up firm of n accounts, making it first where it is not kept from an earlier run. It gets its
// name when it is whole, so that one whose making was broken off is never read.
func (b *bench) readBook(ctx context.Context, n int) (*reader, error) {
	dir := b.dir
	if b.books != "" {
		dir = b.books
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	mark, err := schemaMark()
	if err != nil {
		return nil, err
	}
	dsn := filepath.Join(dir, fmt.Sprintf("firm-%d-%g-%s.db", n, b.scale.perAccount, mark))
	if _, err := os.Stat(dsn); errors.Is(err, fs.ErrNotExist) {
		part := dsn + ".part"
		for _, gone := range []string{part, part + "-wal", part + "-shm"} {
			if err := os.Remove(gone); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
		}
		if _, err := b.child(ctx, task{Do: "make", DSN: part, Size: n, Each: b.scale.perAccount}); err != nil {
			return nil, err
		}
		if err := os.Rename(part, dsn); err != nil {
			return nil, err
		}
	}
	return openReader(ctx, dsn, n)
}

// schemaMark tells books apart by the schema and the playbook that they were made with.
func schemaMark() (string, error) {
	sum := sha256.New()
	src, _ := playbook.Source(trade)
	sum.Write(src)
	all := store.Migrations()
	names, err := fs.Glob(all, "*.sql")
	for _, name := range names {
		raw, err := fs.ReadFile(all, name)
		if err != nil {
			return "", err
		}
		sum.Write(raw)
	}
	return hex.EncodeToString(sum.Sum(nil)[:4]), err
}

// page measures one read in both books, product and bare by turns.
func (b *bench) page(ctx context.Context, p *page, books []*reader) error {
	rounds := make([][]pair, len(books))
	var growth []pair
	for range b.rounds {
		for i, r := range books {
			x, err := r.round(ctx, p)
			if err != nil {
				return err
			}
			rounds[i] = append(rounds[i], x)
		}
		n, last := len(growth), len(books)-1
		growth = append(growth, pair{rounds[last][n].it.by(p.per(books[last])), rounds[0][n].it.by(p.per(books[0]))})
	}
	for i, r := range books {
		found, ratio := best(rounds[i], cpu)
		b.add(line{
			what:     fmt.Sprintf("%s, %s accounts in the book", p.name, thousands(float64(r.n))),
			measured: brief(found.it.by(p.runs).CPU) + " of CPU", raw: brief(found.bare.by(p.runs).CPU) + " of CPU",
		}.atMost(ratio, p.bare, "×"))
	}
	found, ratio := best(growth, cpu)
	b.add(line{
		what: "– growth", measured: brief(found.it.by(p.runs).CPU), raw: brief(found.bare.by(p.runs).CPU),
	}.atMost(ratio, p.growth, "×"))
	return nil
}

// round measures the read and its bare statements once.
func (r *reader) round(ctx context.Context, p *page) (pair, error) {
	statements, err := r.recorded(ctx, p) // which warms up, too
	if err != nil {
		return pair{}, err
	}
	return byTurns(p.runs, func(i int) error { return r.once(ctx, p, i) }, func(i int) error {
		return r.db.Read(ctx, func(tx *sqldb.Tx) error {
			tx.Short()
			return replay(ctx, tx, statements[i%len(statements)])
		})
	})
}

func (r *reader) once(ctx context.Context, p *page, i int) error {
	return r.Read(ctx, r.who, 0, func(v *teller.Reading) error { return p.read(r, ctx, v, i) })
}

// recorded gives the statements of the first runs of a page, after which it begins again: what is kept here is looked
// through by every collection of garbage, which is no part of what is measured.
func (r *reader) recorded(ctx context.Context, p *page) ([][]statement, error) {
	statements := make([][]statement, min(p.runs, again))
	r.rec.rest(false)
	defer r.rec.rest(true)
	for i := range statements {
		if err := r.once(ctx, p, i); err != nil {
			return nil, err
		}
		statements[i] = r.rec.take()
	}
	return statements, nil
}

func (r *reader) today(ctx context.Context, v *teller.Reading, _ int) error {
	asked.Add(1)
	list, err := actions.Today(ctx, v, actions.Options{Member: r.member})
	if err == nil && len(list.Items) != 20 {
		err = fmt.Errorf("%d items", len(list.Items))
	}
	return err
}

func (r *reader) statement(ctx context.Context, v *teller.Reading, i int) error {
	at := r.busy[i%len(r.busy)]
	s, err := assessment.DrawUp(ctx, v, at.account, at.from, at.to)
	if err == nil && len(s.Lines) != statementLines {
		err = fmt.Errorf("%d lines", len(s.Lines))
	}
	return err
}

func (r *reader) list(ctx context.Context, v *teller.Reading, _ int) error {
	l, err := awareness.List(ctx, v, awareness.ListOptions{Sort: store.ByBalance})
	if err == nil && len(l.Accounts) != 50 {
		err = fmt.Errorf("%d accounts", len(l.Accounts))
	}
	return err
}

func (r *reader) name(ctx context.Context, v *teller.Reading, i int) error {
	return r.search(ctx, v, r.names[i%len(r.names)])
}

func (r *reader) beginning(ctx context.Context, v *teller.Reading, i int) error {
	name := r.names[i%len(r.names)]
	return r.search(ctx, v, name[:len(name)-3])
}

func (r *reader) search(ctx context.Context, v *teller.Reading, text string) error {
	hits, err := awareness.Find(ctx, v, text, 20)
	if err == nil && len(hits) == 0 {
		err = fmt.Errorf("nothing is found for %q", text)
	}
	return err
}
