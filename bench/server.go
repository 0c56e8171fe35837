package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"testing"

	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

// server gives PostgreSQL databases as the tests have them: on a server of their own, synced at every commit.
type server struct {
	testing.TB // never called beyond the methods below; testkit asks for one
	cleanups   []func()
	home       string // a database to ask for others
}

// failure carries what testkit has to say out of it.
type failure struct{ text string }

// Helper implements testing.TB.
func (s *server) Helper() {}

// Cleanup implements testing.TB.
func (s *server) Cleanup(fn func()) { s.cleanups = append(s.cleanups, fn) }

// Fatal implements testing.TB.
func (s *server) Fatal(args ...any) { panic(failure{fmt.Sprint(args...)}) }

// Fatalf implements testing.TB.
func (s *server) Fatalf(format string, args ...any) { panic(failure{fmt.Sprintf(format, args...)}) }

// Error implements testing.TB.
func (s *server) Error(args ...any) { fmt.Fprintln(os.Stderr, args...) }

// database creates a database: an empty one, or a copy of another that nobody is connected to.
func (s *server) database(ctx context.Context, from string) (dsn, name string, err error) {
	defer func() {
		if f, ok := recover().(failure); ok {
			err = fmt.Errorf("%s", f.text)
		}
	}()
	if s.home == "" {
		s.home = testkit.PostgresDurable(s)
	}
	name = "bench_" + strings.ToLower(rand.Text())
	if from == "" {
		dsn, err = sqldb.CreateDatabase(ctx, s.home, name)
	} else {
		dsn, err = sqldb.CopyDatabase(ctx, s.home, from, name)
	}
	s.Cleanup(func() { _ = sqldb.DropDatabase(context.Background(), s.home, name) }) // the server goes with this process anyway
	return dsn, name, err
}

// stop drops the databases; the server goes with this process.
func (s *server) stop() {
	for i := len(s.cleanups) - 1; i >= 0; i-- {
		s.cleanups[i]()
	}
	s.cleanups = nil
}
