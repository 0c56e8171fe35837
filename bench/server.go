package main

import (
	"fmt"
	"os"
	"testing"

	"passbook/internal/testkit"
)

// server gives PostgreSQL databases as the tests have them: on a server of their own, synced at every commit.
type server struct {
	testing.TB // never called beyond the methods below; testkit asks for one
	cleanups   []func()
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

// database is the address of an empty database.
func (s *server) database() (dsn string, err error) {
	defer func() {
		if f, ok := recover().(failure); ok {
			err = fmt.Errorf("%s", f.text)
		}
	}()
	return testkit.PostgresDurable(s), nil
}

// stop drops the databases; the server goes with this process.
func (s *server) stop() {
	for i := len(s.cleanups) - 1; i >= 0; i-- {
		s.cleanups[i]()
	}
	s.cleanups = nil
}
