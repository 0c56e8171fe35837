package mail_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"passbook/internal/actions"
	"passbook/internal/auth"
	"passbook/internal/book"
	"passbook/internal/mail"
	"passbook/internal/queue"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
	"passbook/internal/ui"
)

// childEnv tells a copy of the test's own program to bring the letters of a book to a server: "path port".
const childEnv = "PASSBOOK_MAIL_CHILD"

func TestMain(m *testing.M) {
	if job := os.Getenv(childEnv); job != "" {
		if err := child(job); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	testkit.Main(m)
}

// rested is when the letters of the book have rested.
func rested() time.Time { return time.Date(2026, 3, 2, 9, 1, 0, 0, time.UTC) }

func child(job string) error {
	words := strings.Fields(job)
	port, _ := strconv.Atoi(words[1])
	db, err := sqldb.Open(context.Background(), words[0])
	if err != nil {
		return err
	}
	server, err := mail.NewSMTP(mail.Config{Host: "127.0.0.1", Port: port, From: "Acme Homes <book@acme.example>", TLS: mail.NoTLS})
	if err != nil {
		return err
	}
	t := teller.New(store.New(db), rested, rand.NewChaCha8([32]byte{9}))
	doers := map[string]queue.Doer{mail.JobKind: mail.Deliver(mail.Delivery{Teller: t, Now: rested, Server: server})}
	_, err = queue.New(t.Store(), rested, slog.New(slog.DiscardHandler), doers).Work(context.Background())
	return err
}

// Whenever the program is killed, a letter that the server may have goes no second time by itself, and one that it cannot
// have goes.
func TestProgramKilled(t *testing.T) {
	for _, c := range []struct {
		at    string // the program is killed when the server has heard this
		state store.LetterState
		taken int // how often the server has it in the end
	}{
		{"EHLO", store.LetterSent, 1},
		{"RCPT", store.LetterSent, 1},
		{"DATA", store.LetterUncertain, 0},
		{"END", store.LetterUncertain, 1},
	} {
		t.Run(c.at, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "passbook.db")
			id := written(t, path)
			var once sync.Once
			heard, dead := make(chan bool), make(chan bool)
			s, _ := newStandIn(t, func(s *standIn) {
				s.hook = func(word string) {
					if word == c.at {
						once.Do(func() {
							close(heard)
							<-dead
						})
					}
				}
				s.says["END"] = "cut"
			})
			cmd := exec.Command(os.Args[0], "-test.run=^$")
			cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", childEnv, path, s.port()))
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			select {
			case <-heard:
			case <-time.After(20 * time.Second):
				t.Error("it did not come so far")
			}
			_, _ = cmd.Process.Kill(), cmd.Wait()
			close(dead)
			s.set(nil)
			o := reopened(t, path, s)
			o.later(10 * time.Minute)
			o.later(24 * time.Hour)
			o.state(id, c.state)
			if n := len(s.taken()); n != c.taken {
				t.Errorf("the server has it %d times, want %d", n, c.taken)
			}
			if c.state == store.LetterUncertain {
				if err := o.do(o.Ana, o.outbox.Settle(id, mail.Drop)); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// officeOn is an outbox on an open book.
func officeOn(t *testing.T, b *testkit.Book) *office {
	words, err := ui.NewLanguages()
	if err != nil {
		t.Fatal(err)
	}
	o := &office{T: t, Book: b, ctx: context.Background()}
	o.outbox = &mail.Outbox{
		Auth: auth.New(o.Store(), o.Clock.Now, rand.NewChaCha8([32]byte{5})), Words: words, Sends: true, Office: actions.Office{Domain: "acme.example"},
	}
	return o
}

// written makes a book with a letter in it and closes it.
func written(t *testing.T, path string) book.ID {
	t.Helper()
	db, err := sqldb.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	o := officeOn(t, testkit.NewBook(t, db))
	l := o.writes(o.maria().Account)
	o.Close()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return l.ID
}

// reopened opens it again, with a queue that works.
func reopened(t *testing.T, path string, s *standIn) *office {
	t.Helper()
	db, err := sqldb.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	o := officeOn(t, testkit.OpenBook(t, db, rested()))
	smtp, err := mail.NewSMTP(s.config())
	if err != nil {
		t.Fatal(err)
	}
	doers := map[string]queue.Doer{mail.JobKind: mail.Deliver(mail.Delivery{Teller: o.Teller, Now: o.Clock.Now, Server: smtp})}
	o.server, o.queue = s, queue.New(o.Store(), o.Clock.Now, slog.New(slog.DiscardHandler), doers)
	return o
}
