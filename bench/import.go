package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/sqldb"
	"passbook/internal/transfer"
)

// maxImportMemory is how many megabytes an import may hold.
const maxImportMemory = 300

// imports measures the bulk import of a table of interactions into accounts that are there already, against single
// prepared inserts of the rows it wrote, in the order in which it wrote them, into a copy of the same book.
func (b *bench) imports(ctx context.Context) error {
	first, main := b.path("first.csv"), b.path("main.csv")
	if err := writeInteractions(first, b.scale.clients, b.scale.clients, 0); err != nil {
		return err
	}
	if err := writeInteractions(main, b.scale.rows, b.scale.clients, 1); err != nil {
		return err
	}
	few := b.path("few.csv")
	if err := writeInteractions(few, b.scale.rowsPostgres, b.scale.clients, 1); err != nil {
		return err
	}
	for _, engine := range b.engines {
		file, n := main, b.scale.rows
		if engine == sqldb.Postgres {
			file, n = few, b.scale.rowsPostgres
		}
		fresh, err := b.prepared(ctx, engine, first)
		if err != nil {
			return err
		}
		var rounds []pair
		source := ""
		for range b.rounds {
			dsn, err := fresh()
			if err != nil {
				return err
			}
			if source == "" {
				source = dsn
			}
			var p pair
			if p.it, err = b.child(ctx, task{Do: "import", DSN: dsn, File: file, Create: "known"}); err != nil {
				return err
			}
			if dsn, err = fresh(); err != nil {
				return err
			}
			p.bare, err = b.child(ctx, task{Do: "raw", DSN: dsn, From: source, Rows: n})
			if err != nil {
				return err
			}
			rounds = append(rounds, p)
		}
		b.importLines(engine, n, rounds)
	}
	return nil
}

func (b *bench) importLines(engine sqldb.Engine, n int, rounds []pair) {
	p, ratio := best(rounds, wall)
	name := fmt.Sprintf("import of %s interactions into %s accounts, %s", thousands(float64(n)),
		thousands(float64(b.scale.clients)), engine)
	b.add(line{what: name, measured: perSecond(n, p.it), raw: perSecond(n, p.bare)}.atLeast(100/ratio, 40, " %"))
	_, byCPU := best(rounds, cpu)
	b.add(line{what: "– the same by CPU", raw: "", measured: "", ratio: figure(100/byCPU) + " %", limit: "–"})
	var most int64
	for _, p := range rounds {
		most = max(most, p.it.RSS)
	}
	l := line{what: "– resident", measured: figure(megabytes(most)) + " MB"}.atMost(megabytes(most), maxImportMemory, " MB")
	l.ratio = ""
	b.add(l)
}

// prepared makes a book in which everybody of the first file has an account, and gives a function that makes copies of
// it.
func (b *bench) prepared(ctx context.Context, engine sqldb.Engine, first string) (func() (string, error), error) {
	if engine == sqldb.SQLite {
		base := b.path("base.db")
		if _, err := b.child(ctx, task{Do: "import", DSN: base, File: first, Create: "all"}); err != nil {
			return nil, err
		}
		n := 0
		return func() (string, error) {
			if n++; n > 3 { // the first is read from later; the others may be written over
				n = 2
			}
			path := b.path("copy" + strconv.Itoa(n) + ".db")
			return path, copyFile(base, path)
		}, nil
	}
	dsn, base, err := b.servers.database(ctx, "")
	if err != nil {
		return nil, err
	}
	if _, err := b.child(ctx, task{Do: "import", DSN: dsn, File: first, Create: "all"}); err != nil {
		return nil, err
	}
	return func() (string, error) {
		copied, _, err := b.servers.database(ctx, base)
		return copied, err
	}, nil
}

// importTask takes a file into a book as the command line would.
func importTask(ctx context.Context, t *task) (cost, error) {
	f, err := open(ctx, t.DSN)
	if err != nil {
		return cost{}, err
	}
	c, err := importAs(ctx, f, t.File, awareness.Create(t.Create))
	return c, errors.Join(err, f.close())
}

// importAs takes a file into a book as the firm's member at hand.
func importAs(ctx context.Context, f *firm, file string, create awareness.Create) (cost, error) {
	return measured(func() error {
		report, err := transfer.Import(ctx, f.Teller, f.who, transfer.ImportRequest{
			Paths: []string{file}, Create: create, Options: transfer.Options{Me: []string{ourAddress}},
			Rejects: filepath.Join(filepath.Dir(file), "rejects.csv"),
		})
		if err != nil {
			return err
		}
		if r := report.Files[0]; r.Created != r.Read {
			return fmt.Errorf("the import left rows out: %+v", r)
		}
		return nil
	})
}

// writeInteractions writes a table of n letters, calls and texts between one member and the clients, two thirds of them
// out, in order of time. Part 0 names every client once, in the first year; part 1 meets them at random in the next
// three.
func writeInteractions(path string, n, clients, part int) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	defer func() { err = errors.Join(err, w.Flush(), f.Close()) }()
	r := rand.New(rand.NewPCG(1, uint64(part)))
	start, years := time.Date(2022, 1, 1, 8, 0, 0, 0, time.UTC), 1
	if part > 0 {
		start, years = start.AddDate(1, 0, 0), 3
	}
	step := time.Duration(years) * 365 * 24 * time.Hour / time.Duration(n)
	if _, err := w.WriteString("at,channel,from,to,recipients\n"); err != nil {
		return err
	}
	for i := range n {
		client := i
		if part > 0 {
			client = r.IntN(clients)
		}
		channel := []string{"email", "email", "call", "text"}[r.IntN(4)]
		from, to := ourAddress, fmt.Sprintf("c%06d@client.example", client)
		if r.IntN(3) == 0 {
			from, to = to, from
		}
		at := start.Add(step * time.Duration(i)).Format(time.RFC3339)
		if _, err := fmt.Fprintf(w, "%s,%s,%s,%s,1\n", at, channel, from, to); err != nil {
			return err
		}
	}
	return nil
}
