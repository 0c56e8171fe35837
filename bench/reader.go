package main

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/simulator"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
)

const (
	mine           = 2000 // about how many accounts the member has whose morning is measured
	statementLines = 50
	busyAccounts   = 20 // how many accounts have so many lines and are read in turn
	searchedNames  = 50
	again          = 100 // runs after which both begin anew

	trade = "b2b-accounts" // whose playbook the books are kept by
)

// present is the day up to which the made-up firms live. They are read when the members come back after long, so that
// every account is due.
var present = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func lateClock() time.Time {
	return present.AddDate(0, 8, 0).Add(time.Duration(asked.Load()%2) * time.Minute)
}

// asked counts the pages that were asked for. Each is asked for in another minute than the one before, so that it is worked
// out afresh: what is kept for a minute would measure as nothing.
var asked atomic.Int64

// makeTask makes up a firm in which members have about the same number of clients, whatever its size.
func makeTask(ctx context.Context, t *task) (cost, error) {
	db, err := sqldb.Open(ctx, t.DSN, sqldb.NoSync()) // a book that is lost is made again
	if err != nil {
		return cost{}, err
	}
	if _, err := db.Migrate(ctx, store.Migrations(), nil); err != nil {
		return cost{}, errors.Join(err, db.Close())
	}
	f := &firm{Teller: teller.New(store.New(db), func() time.Time { return present }, rand.Reader), db: db}
	c, err := measured(func() error {
		if err := roomy(ctx, db); err != nil {
			return err
		}
		s, err := simulator.Run(ctx, f.Teller, workspace, simulator.Plan{
			Accounts: t.Size, PerAccount: t.Each, Members: max(2, t.Size/mine+1), Seed: 1, Trade: trade,
		}, nil)
		if err != nil {
			return err
		}
		f.who = teller.Actor{Workspace: workspace, Member: s.Members[0].ID, Role: book.RoleOwner}
		return f.keepBusy(ctx)
	})
	return c, errors.Join(err, f.close())
}

// roomy gives the one who writes a large book more room than the product takes: in an index in no order every piece
// touches thousands of pages, and what falls out of memory is written and read again.
func roomy(ctx context.Context, db *sqldb.DB) error {
	return db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, pragma := range []string{"PRAGMA cache_size = -1000000", "PRAGMA wal_autocheckpoint = 100000"} {
			rows, err := tx.Query(ctx, pragma)
			if err != nil {
				return err
			}
			if err := rows.Close(); err != nil {
				return err
			}
		}
		return nil
	})
}

// keepBusy gives the first accounts fifty touches each, which lie between those of the others.
func (f *firm) keepBusy(ctx context.Context) error {
	return f.Read(ctx, f.who, 0, func(v *teller.Reading) error {
		page, err := v.Tx.AccountNouns(ctx, "", busyAccounts)
		for i := 0; err == nil && i < statementLines*busyAccounts; i++ {
			t := touchOf([]book.ID{page[i%busyAccounts].ID}, i)
			t.At = v.At - book.Instant(statementLines*busyAccounts-i)*book.Day/busyAccounts
			_, err = f.Do(ctx, f.who, t, teller.Options{})
		}
		return err
	})
}

// reader is a book that is read, with what is read in it.
type reader struct {
	*firm
	n      int // accounts
	path   string
	rec    *recorder
	member book.ID
	due    int // accounts of the member that are due
	busy   []period
	names  []string
	rare   []string // names that one client bears, in every book
}

// openReader opens a book that makeTask has made.
func openReader(ctx context.Context, dsn string, n int) (*reader, error) {
	r := &reader{rec: &recorder{off: true}, n: n, path: dsn}
	var err error
	if r.firm, err = openAt(ctx, dsn, lateClock, sqldb.Watch(r.rec.watch)); err != nil {
		return nil, err
	}
	if err := errors.Join(r.choose(ctx), r.single(ctx)); err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

// single gives the book clients whose names nobody else bears, and no name is made up from: what is found by them is the same
// in every book.
func (r *reader) single(ctx context.Context) error {
	for _, first := range []string{"Xylo", "Quorn", "Zephi", "Yttri", "Vexil"} {
		for _, last := range []string{"Obermoos", "Wrackham", "Ingvild"} {
			name := first + " " + last
			cmd := &awareness.Add{Name: name, Kind: book.Person, At: book.Micros(present)}
			if _, err := r.Do(ctx, r.who, cmd, teller.Options{Key: book.DerivedID("bench", name)}); err != nil {
				return err
			}
			r.rare = append(r.rare, name)
		}
	}
	return nil
}

// period is a statement of fifty lines.
type period struct {
	account  book.ID
	from, to book.Instant
}

// choose finds a member with about 2,000 accounts, accounts with fifty lines, and names to look for.
func (r *reader) choose(ctx context.Context) error {
	return r.Read(ctx, r.who, 0, func(v *teller.Reading) error {
		members, err := v.Tx.Members(ctx)
		if err != nil {
			return err
		}
		for _, m := range members[:min(len(members), 10)] {
			due := 0
			err := v.Tx.EachDue(ctx, m.ID, v.At, func(*store.DueRow) error {
				due++
				return nil
			})
			if err != nil {
				return err
			}
			if far(due) < far(r.due) {
				r.member, r.due = m.ID, due
			}
		}
		page, err := v.Tx.AccountNouns(ctx, "", searchedNames)
		for i := 0; err == nil && i < len(page); i++ {
			r.names = append(r.names, page[i].Name)
			if i < busyAccounts {
				err = r.consider(ctx, v, page[i].ID)
			}
		}
		if err == nil && len(r.busy) == 0 {
			err = errors.New("no account has fifty lines")
		}
		return err
	})
}

func far(n int) int { return max(n-mine, mine-n) }

// consider takes the account's last fifty lines, if it has as many.
func (r *reader) consider(ctx context.Context, v *teller.Reading, account book.ID) error {
	s, err := assessment.DrawUp(ctx, v, account, 0, 0)
	if err != nil || len(s.Lines) < statementLines {
		return err
	}
	lines := s.Lines[len(s.Lines)-statementLines:]
	i := slices.IndexFunc(s.Lines, func(l assessment.Line) bool { return l.At == lines[0].At })
	if s.Lines[i].Entry == lines[0].Entry {
		r.busy = append(r.busy, period{account, lines[0].At, s.To})
	}
	return nil
}
