package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// mine is how many accounts the member has whose morning is measured.
const mine = 2000

// page is a read that is measured: how much dearer than its bare statements, and in a large book than in a small one,
// it may be.
type page struct {
	name         string
	bare, growth float64
	runs         int
	read         func(context.Context, *teller.Reading) error
}

// pages measures what pages read, on SQLite: each against the very same statements run bare, and in a large book
// against a small one.
func (b *bench) pages(ctx context.Context) error {
	small, err := b.readBook(ctx, b.scale.smallBook)
	if err != nil {
		return err
	}
	big, err := b.readBook(ctx, b.scale.bigBook)
	if err != nil {
		return errors.Join(err, small.close())
	}
	for _, p := range small.pages() {
		if err := b.page(ctx, &p, small, big); err != nil {
			return errors.Join(fmt.Errorf("%s: %w", p.name, err), small.close(), big.close())
		}
	}
	return errors.Join(small.close(), big.close())
}

// reader is a book that is read, with a member who has accounts in it.
type reader struct {
	*firm
	rec    *recorder
	member book.ID
	busy   book.ID // an account with fifty lines
}

// readBook makes a book of n accounts with a touch each, of which one member has 2,000, one of them with fifty touches.
func (b *bench) readBook(ctx context.Context, n int) (*reader, error) {
	dsn, rest, own := b.path(fmt.Sprintf("read%d.db", n)), b.path("rest.csv"), b.path("own.csv")
	if err := writeInteractions(rest, n-mine, n-mine, 0); err != nil {
		return nil, err
	}
	if _, err := b.child(ctx, task{Do: "import", DSN: dsn, File: rest, Create: "all"}); err != nil {
		return nil, err
	}
	if err := writeOwn(own); err != nil {
		return nil, err
	}
	r := &reader{rec: &recorder{}}
	var err error
	if r.firm, err = open(ctx, dsn, sqldb.Watch(r.rec.watch)); err != nil {
		return nil, err
	}
	add := &awareness.AddMember{Name: "Member Two"}
	if _, err := r.Do(ctx, r.who, add, teller.Options{}); err != nil {
		return nil, errors.Join(err, r.close())
	}
	r.member, r.who.Member = add.Member.ID, add.Member.ID
	if _, err := importAs(ctx, r.firm, own, awareness.CreateAll); err != nil {
		return nil, errors.Join(err, r.close())
	}
	err = r.Read(ctx, r.who, 0, func(v *teller.Reading) error {
		a, err := awareness.Resolve(ctx, v, "own0000@client.example")
		if err == nil {
			r.busy = a.ID
		}
		return err
	})
	return r, err
}

// writeOwn writes the touches of one member's clients: one each, and fifty with the first.
func writeOwn(path string) error {
	b := []byte("at,channel,from,to,recipients\n")
	at := time.Date(2025, 1, 1, 8, 0, 0, 0, time.UTC)
	for i := range mine + 49 {
		b = fmt.Appendf(b, "%s,call,%s,own%04d@client.example,1\n", at.Add(time.Duration(i)*time.Hour).Format(time.RFC3339), ourAddress, max(0, i-49))
	}
	return os.WriteFile(path, b, 0o600)
}

// pages are the reads with their limits. Those of an account or a name are asked for one that every book has.
func (r *reader) pages() []page {
	return []page{
		{fmt.Sprintf("Today of a member with %s accounts", thousands(mine)), 2, 1.3, 20, r.today},
		{"statement of 50 lines", 1.5, 1.3, 300, r.statement},
		{"list of 50 by balance", 1.5, 1.3, 300, r.list},
		{"search for a name", 2, 2, 300, r.search},
	}
}

func (r *reader) today(ctx context.Context, v *teller.Reading) error {
	list, err := actions.Today(ctx, v, actions.Options{Member: r.member})
	if err == nil && len(list.Items) == 0 {
		err = errors.New("nothing is due")
	}
	return err
}

func (r *reader) statement(ctx context.Context, v *teller.Reading) error {
	s, err := assessment.DrawUp(ctx, v, r.busy, 0, 0)
	if err == nil && len(s.Lines) != 50 {
		err = fmt.Errorf("%d lines", len(s.Lines))
	}
	return err
}

func (r *reader) list(ctx context.Context, v *teller.Reading) error {
	l, err := awareness.List(ctx, v, awareness.ListOptions{Sort: store.ByBalance})
	if err == nil && len(l.Accounts) != 50 {
		err = fmt.Errorf("%d accounts", len(l.Accounts))
	}
	return err
}

func (r *reader) search(ctx context.Context, v *teller.Reading) error {
	hits, err := awareness.Find(ctx, v, "own0042", 20)
	if err == nil && len(hits) != 1 {
		err = fmt.Errorf("%d hits", len(hits))
	}
	return err
}

// page measures one read in both books, product and bare by turns.
func (b *bench) page(ctx context.Context, p *page, small, big *reader) error {
	var here, there, growth []pair
	for range b.rounds {
		s, err := small.round(ctx, p)
		if err != nil {
			return err
		}
		own := *p
		for _, q := range big.pages() {
			if q.name == p.name {
				own = q
			}
		}
		l, err := big.round(ctx, &own)
		if err != nil {
			return err
		}
		here, there, growth = append(here, s), append(there, l), append(growth, pair{l.it, s.it})
	}
	for _, v := range []struct {
		n     int
		pairs []pair
	}{{b.scale.smallBook, here}, {b.scale.bigBook, there}} {
		found, ratio := best(v.pairs, cpu)
		b.add(line{
			what:     fmt.Sprintf("%s, %s accounts in the book", p.name, thousands(float64(v.n))),
			measured: brief(found.it.by(p.runs).CPU) + " of CPU", raw: brief(found.bare.by(p.runs).CPU) + " of CPU",
		}.atMost(ratio, p.bare, " times"))
	}
	found, ratio := best(growth, cpu)
	b.add(line{what: "– growth", measured: brief(found.it.by(p.runs).CPU), raw: brief(found.bare.by(p.runs).CPU)}.atMost(ratio, p.growth, " times"))
	return nil
}

// round measures the read and its bare statements once.
func (r *reader) round(ctx context.Context, p *page) (pair, error) {
	once := func() error {
		return r.Read(ctx, r.who, 0, func(v *teller.Reading) error { return p.read(ctx, v) })
	}
	if err := once(); err != nil { // warm, and seen
		return pair{}, err
	}
	r.rec.take()
	if err := once(); err != nil {
		return pair{}, err
	}
	statements := r.rec.take()
	var out pair
	var err error
	out.it, err = measured(func() error { return repeat(p.runs, once) })
	r.rec.take()
	if err != nil {
		return out, err
	}
	out.bare, err = measured(func() error {
		return repeat(p.runs, func() error {
			return r.db.Read(ctx, func(tx *sqldb.Tx) error { return replay(ctx, tx, statements) })
		})
	})
	r.rec.take()
	return out, err
}

func repeat(n int, fn func() error) error {
	for range n {
		if err := fn(); err != nil {
			return err
		}
	}
	return nil
}
