package actions_test

import (
	"context"
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

const (
	tenths = 100_000 // accounts of the book
	// mostRead is how many rows of one table a statement may read for a page of somebody who sees a tenth of them.
	mostRead = tenths/10 + 5_000
)

// statement is one that a page has run.
type statement struct {
	query string
	args  []any
}

// Whoever sees a tenth of a large book reads a tenth of it: no statement of the main pages goes through much more than what
// is theirs. Sorted lists go through their index until a page is full, past whatever is others' on the way. PostgreSQL counts the rows that it reads; of SQLite the plans are looked at.
func TestATenthIsReadAsATenth(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred thousand accounts are made")
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			dsn := filepath.Join(t.TempDir(), "passbook.db")
			if engine == "postgres" {
				dsn = testkit.Postgres(t)
			}
			var ran []statement
			watching := false
			db := testkit.Open(t, dsn, sqldb.NoSync(), sqldb.Watch(func(query string, args []any) {
				if watching && strings.HasPrefix(query, "SELECT") {
					ran = append(ran, statement{query, slices.Clone(args)})
				}
			}))
			kit := testkit.NewBook(t, db)
			fillGuarded(t, kit, db)
			for name, page := range tenthPages(kit) {
				ran, watching = nil, true
				err := kit.Read(context.Background(), kit.Ben, 0, page)
				watching = false
				if err != nil {
					t.Fatal(name, err)
				}
				if len(ran) == 0 {
					t.Fatal(name, "ran no statement")
				}
				for _, s := range ran {
					if engine == "sqlite" {
						looksAlright(t, db, name, &s)
					} else if n := rowsRead(t, db, &s); n > mostRead {
						t.Errorf("%s reads %.0f rows:\n%s", name, n, s.query)
					}
				}
			}
		})
	}
}

// tenthPages are what the main pages read.
func tenthPages(kit *testkit.Book) map[string]func(*teller.Reading) error {
	ctx := context.Background()
	today := func(member book.ID) func(*teller.Reading) error {
		return func(r *teller.Reading) error {
			_, err := actions.Today(ctx, r, actions.Options{Member: member, Limit: 50})
			return err
		}
	}
	list := func(o store.Order) func(*teller.Reading) error {
		return func(r *teller.Reading) error {
			_, err := awareness.List(ctx, r, awareness.ListOptions{Sort: o})
			return err
		}
	}
	return map[string]func(*teller.Reading) error{
		"Today": today(kit.Ben.Member), "everybody's Today": today(""),
		"clients by balance": list(store.ByBalance), "clients by name": list(store.ByName), "clients by next due": list(store.ByDue),
		"search": func(r *teller.Reading) error {
			hits, err := awareness.Find(ctx, r, "client 99990", 20)
			if err == nil && len(hits) == 0 {
				return book.Errorf(book.NotFound, "nobody was found")
			}
			return err
		},
		"search for a word that all have": func(r *teller.Reading) error {
			_, err := awareness.Find(ctx, r, "client", 20)
			return err
		},
		"commitments": func(r *teller.Reading) error {
			_, err := accountability.Due(ctx, r, accountability.DueOptions{})
			return err
		},
	}
}

// fillGuarded makes a book of which Ben sees every tenth account: his own, and those that his team sees.
func fillGuarded(t *testing.T, kit *testkit.Book, db *sqldb.DB) {
	t.Helper()
	ctx := context.Background()
	const chunk, lives = 5000, 37 // which every tenth account goes through all of
	var pool []*store.Account
	for from := 0; from < tenths; from += chunk {
		err := kit.Store().Write(ctx, "acme", func(tx *store.Tx) error {
			rules, err := kit.Rules(ctx, tx)
			if err != nil {
				return err
			}
			for i := len(pool); i < lives; i++ {
				pool = append(pool, lived(rules, i, "", kit.Now()))
			}
			accounts := make([]*store.Account, chunk)
			var docs []store.Doc
			for n := range accounts {
				i := from + n
				a := *pool[i%lives]
				a.ID, a.Name, a.Visible, a.Owner = book.DerivedID("account", strconv.Itoa(i)), "Client "+strconv.Itoa(i), book.VisibleOwner, book.DerivedID("member", strconv.Itoa(i%50))
				if i%10 == 0 {
					a.Owner, a.Visible = kit.Ben.Member, book.VisibleTeam
				}
				if accounts[n] = &a; i%5 == 0 {
					docs = append(docs, store.Doc{ID: a.ID, Kind: store.DocAccount, Account: a.ID, Text: a.Name})
				}
			}
			if err := tx.InsertAccounts(ctx, rules.Rules, accounts); err != nil {
				return err
			}
			return tx.Index(ctx, docs)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO promise (workspace_id, id, account_id, by_id, due_at, status, settled_at)
			SELECT workspace_id, id, id, owner_id, due_at, 'open', 0 FROM account WHERE workspace_id = $1 AND id < 'c'`, "acme")
		return err
	})
	if err == nil {
		err = db.Analyze(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// looksAlright fails where SQLite would walk a whole table for a statement.
func looksAlright(t *testing.T, db *sqldb.DB, page string, s *statement) {
	t.Helper()
	ctx := context.Background()
	err := db.Read(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.Query(ctx, "EXPLAIN QUERY PLAN "+s.query, s.args...)
		if err != nil {
			return err
		}
		for rows.Next() {
			var id, parent, unused int
			var step string
			if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
				return err
			}
			for _, table := range []string{"account", "a", "promise", "p", "client_case", "c", "search", "s"} {
				if step == "SCAN "+table || strings.HasPrefix(step, "SCAN "+table+" ") {
					t.Errorf("%s walks a whole table: %s\n%s", page, step, s.query)
				}
			}
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatalf("%s: %v", s.query, err)
	}
}

// step is a step of a plan of PostgreSQL with what it did.
type step struct {
	Relation string  `json:"Relation Name"`
	Rows     float64 `json:"Actual Rows"`
	Loops    float64 `json:"Actual Loops"`
	Filtered float64 `json:"Rows Removed by Filter"`
	Checked  float64 `json:"Rows Removed by Index Recheck"`
	Plans    []step
}

// read adds up the rows that were read of each table.
func (s *step) read(of map[string]float64) {
	if s.Relation != "" {
		of[s.Relation] += (s.Rows + s.Filtered + s.Checked) * s.Loops
	}
	for i := range s.Plans {
		s.Plans[i].read(of)
	}
}

// rowsRead is how many rows PostgreSQL reads for a statement of the table of which it reads most.
func rowsRead(t *testing.T, db *sqldb.DB, s *statement) float64 {
	t.Helper()
	ctx := context.Background()
	var raw string
	err := db.Read(ctx, func(tx *sqldb.Tx) error {
		return tx.QueryRow(ctx, "EXPLAIN (ANALYZE, FORMAT JSON) "+s.query, s.args...).Scan(&raw)
	})
	if err != nil {
		t.Fatalf("%s: %v", s.query, err)
	}
	var plans []struct{ Plan step }
	if err := json.Unmarshal([]byte(raw), &plans); err != nil || len(plans) != 1 {
		t.Fatal(raw, err)
	}
	of := map[string]float64{"": 0}
	plans[0].Plan.read(of)
	return slices.Max(slices.Collect(maps.Values(of)))
}
