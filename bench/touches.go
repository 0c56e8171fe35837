package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
)

const (
	callers    = 64 // members who record a touch at the same time
	rawShared  = 64 // commands of one raw transaction on SQLite
	rawClients = 8  // connections of the raw baseline on PostgreSQL
)

// command is the statements of one touch as the teller ran them, less its savepoint.
type command []statement

// touches measures durable touches on random accounts: 64 callers at once through the teller, against one caller, and
// against the same statements run raw.
func (b *bench) touches(ctx context.Context) error {
	first := b.path("touched.csv")
	if err := writeInteractions(first, b.scale.touched, b.scale.touched, 0); err != nil {
		return err
	}
	for _, engine := range b.engines {
		fresh, err := b.prepared(ctx, engine, first)
		if err != nil {
			return err
		}
		if err := b.touchesOn(ctx, engine, fresh); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) touchesOn(ctx context.Context, engine sqldb.Engine, fresh func() (string, error)) error {
	commands, err := b.recorded(ctx, fresh)
	if err != nil {
		return err
	}
	var alone, raw []pair
	n := b.scale.touches
	few := max(n/20, 500) // one caller waits for the disk each time
	for range b.rounds {
		many, err := b.timed(ctx, fresh, func(f *firm) error { return f.touch(ctx, callers, n) })
		if err != nil {
			return err
		}
		bare, err := b.timed(ctx, fresh, func(f *firm) error {
			if engine == sqldb.SQLite {
				return replayShared(ctx, f.db, commands)
			}
			return replayAtOnce(ctx, f.db, commands)
		})
		if err != nil {
			return err
		}
		raw = append(raw, pair{many, bare})
		if engine != sqldb.SQLite {
			continue
		}
		one, err := b.timed(ctx, fresh, func(f *firm) error { return f.touch(ctx, 1, few) })
		if err != nil {
			return err
		}
		alone = append(alone, pair{many.by(n), one.by(few)})
	}
	b.touchLines(engine, alone, raw)
	return nil
}

func (b *bench) touchLines(engine sqldb.Engine, alone, raw []pair) {
	n := b.scale.touches
	what := fmt.Sprintf("touches by %d callers, %s, ", callers, engine)
	if engine == sqldb.SQLite {
		p, ratio := best(alone, wall)
		b.add(line{
			what: what + "against one fsync each", measured: perSecond(1, p.it), raw: perSecond(1, p.bare),
		}.atLeast(1/ratio, 2, "×"))
		p, ratio = best(raw, wall)
		b.add(line{
			what: what + fmt.Sprintf("against raw, %d a commit", rawShared), measured: perSecond(n, p.it), raw: perSecond(n, p.bare),
		}.atLeast(100/ratio, 60, " %"))
		return
	}
	p, ratio := best(raw, wall)
	b.add(line{
		what: what + fmt.Sprintf("against raw on %d connections", rawClients), measured: perSecond(n, p.it), raw: perSecond(n, p.bare),
	}.atLeast(100/ratio, 50, " %"))
}

// timed measures fn on a fresh book.
func (b *bench) timed(ctx context.Context, fresh func() (string, error), fn func(*firm) error) (cost, error) {
	dsn, err := fresh()
	if err != nil {
		return cost{}, err
	}
	f, err := open(ctx, dsn)
	if err != nil {
		return cost{}, err
	}
	runtime.GC() // what the round before left is not paid for in this one
	c, err := measured(func() error { return fn(f) })
	return c, errors.Join(err, f.close())
}

// touch records n touches by a number of callers at once, each account as likely as any other.
func (f *firm) touch(ctx context.Context, callers, n int) error {
	accounts, err := f.accounts(ctx)
	if err != nil {
		return err
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, callers)
	for c := range callers {
		wg.Go(func() {
			for errs[c] == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				_, errs[c] = f.Do(ctx, f.who, touchOf(accounts, i), teller.Options{})
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// touchOf is the i-th touch, the same in every round.
func touchOf(accounts []book.ID, i int) *awareness.Touch {
	r := rand.New(rand.NewPCG(7, uint64(i)))
	return &awareness.Touch{
		Account: awareness.Client(accounts[r.IntN(len(accounts))]), Direction: book.Directions[r.IntN(2)],
		Channel: []book.Channel{book.Email, book.Call, book.Text}[r.IntN(3)],
	}
}

func (f *firm) accounts(ctx context.Context) (ids []book.ID, err error) {
	err = f.Store().Read(ctx, workspace, func(tx *store.Tx) error {
		for after := book.ID(""); ; after = ids[len(ids)-1] {
			page, err := tx.AccountNouns(ctx, after, 5000)
			if err != nil || len(page) == 0 {
				return err
			}
			for _, a := range page {
				ids = append(ids, a.ID)
			}
		}
	})
	return ids, err
}

// recorded runs the touches one after the other in a book of their own and keeps the statements of each.
func (b *bench) recorded(ctx context.Context, fresh func() (string, error)) ([]command, error) {
	dsn, err := fresh()
	if err != nil {
		return nil, err
	}
	rec := &recorder{}
	f, err := open(ctx, dsn, sqldb.Watch(rec.watch))
	if err != nil {
		return nil, err
	}
	var commands []command
	accounts, err := f.accounts(ctx)
	rec.take()
	for i := 0; err == nil && i < b.scale.touches; i++ {
		_, err = f.Do(ctx, f.who, touchOf(accounts, i), teller.Options{})
		commands = append(commands, slices.DeleteFunc(rec.take(), func(s statement) bool {
			return strings.Contains(s.query, "SAVEPOINT")
		}))
	}
	return commands, errors.Join(err, f.close())
}

// replayShared runs recorded commands by one caller, some of them in each transaction.
func replayShared(ctx context.Context, db *sqldb.DB, commands []command) error {
	for some := range slices.Chunk(commands, rawShared) {
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			for _, c := range some {
				if err := replay(ctx, tx, c); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// replayAtOnce runs recorded commands on several connections, each in a transaction of its own.
func replayAtOnce(ctx context.Context, db *sqldb.DB, commands []command) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, rawClients)
	for c := range rawClients {
		wg.Go(func() {
			for errs[c] == nil {
				i := int(next.Add(1)) - 1
				if i >= len(commands) {
					return
				}
				errs[c] = db.Write(ctx, func(tx *sqldb.Tx) error { return replay(ctx, tx, commands[i]) })
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
