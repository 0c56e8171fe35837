// Command bench measures what Passbook must reach, each figure beside a baseline measured in the same run, and prints
// a table. See RESULTS.md for what came out, and measure.go for how it is measured.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"passbook/internal/sqldb"
)

// bench is one run: what was asked for and what came out.
type bench struct {
	scale   scale
	engines []sqldb.Engine
	rounds  int
	dir     string // scratch, removed at the end
	books   string // where the made-up firms are kept for the next run, or ""
	profile string // folder for CPU profiles, or ""
	lines   []line
	servers server
}

// scale says how large the books are.
type scale struct {
	name             string
	rows, clients    int   // the import
	rowsPostgres     int   // on PostgreSQL, where each row takes longer
	touches, touched int   // touches by all callers together, and the accounts they are on
	books            []int // accounts of the books that are read, the smallest first
	perAccount       float64
	soak             time.Duration // how long the program is loaded before it is told what it holds; 0 leaves that out
}

var scales = map[string]scale{
	"small": {"small", 60_000, 10_000, 60_000, 6_000, 10_000, []int{5_000, 50_000}, 6, 0},
	"full":  {"full", 1_000_000, 100_000, 200_000, 40_000, 10_000, []int{10_000, 100_000, 1_000_000}, 6, 10 * time.Minute},
}

// parts are the groups of rows, in the order of the table.
var parts = []struct {
	name string
	run  func(*bench, context.Context) error
}{
	{"import", (*bench).imports},
	{"touches", (*bench).touches},
	{"pages", (*bench).pages},
	{"desk", (*bench).desks},
	{"load", (*bench).load},
	{"calls", (*bench).calls},
	{"process", (*bench).process},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 2 && args[0] == childFlag {
		return childMain(ctx, args[1])
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	size := flags.String("scale", "small", "small (minutes) or full (about an hour)")
	only := flags.String("only", "", "some of import,touches,pages,desk,load,calls,process (default all)")
	engine := flags.String("engine", "sqlite,postgres", "sqlite, postgres or both")
	rounds := flags.Int("rounds", 5, "how often each pair is measured; the best round counts")
	scratch := flags.String("dir", "", "where the books are made (default the temporary folder)")
	rows := flags.Int("rows", 0, "interactions of the import, in place of the scale's")
	clients := flags.Int("clients", 0, "accounts of the import, in place of the scale's")
	books := flags.String("books", cached(), "keep the made-up firms in this folder, and use those that are there; \"\" keeps none")
	soak := flags.Duration("soak", 0, "load the program for so long and tell what it holds then, in place of the scale's")
	profile := flags.String("profile", "", "write CPU profiles of the children into this folder")
	if err := flags.Parse(args); err != nil {
		return err
	}
	b := &bench{rounds: *rounds, profile: *profile, books: *books}
	var ok bool
	if b.scale, ok = scales[*size]; !ok {
		return fmt.Errorf("-scale %q is neither small nor full", *size)
	}
	if *rows > 0 {
		b.scale.rows, b.scale.rowsPostgres = *rows, *rows
	}
	if *soak > 0 {
		b.scale.soak = *soak
	}
	if *clients > 0 {
		b.scale.clients = *clients
	}
	for _, e := range strings.Split(*engine, ",") {
		b.engines = append(b.engines, sqldb.Engine(e))
	}
	var err error
	if b.dir, err = os.MkdirTemp(*scratch, "passbook-bench-"); err != nil {
		return err
	}
	defer func() {
		b.servers.stop()
		_ = os.RemoveAll(b.dir) // scratch; what stays is in the temporary folder
	}()
	machine(os.Stdout)
	for _, p := range parts {
		if *only == "" || slices.Contains(strings.Split(*only, ","), p.name) {
			if err := p.run(b, ctx); err != nil {
				return errors.Join(fmt.Errorf("%s: %w", p.name, err), printTable(os.Stdout, b.lines))
			}
		}
	}
	return printTable(os.Stdout, b.lines)
}

// cached is where books are kept for the next run, where the environment names a place for such files.
func cached() string {
	if dir := os.Getenv("XDG_CACHE_HOME"); dir != "" {
		return filepath.Join(dir, "passbook-bench")
	}
	return ""
}

// path is a file in the scratch folder.
func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }
