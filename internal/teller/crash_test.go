package teller_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// childEnv tells a copy of the test's own program what to write: "path seed commands".
const childEnv = "PASSBOOK_TELLER_CHILD"

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

// child writes calls on the accounts of a book from sixteen callers, and says on its output what was acknowledged.
func child(job string) error {
	words := strings.Fields(job)
	seed, _ := strconv.ParseUint(words[1], 10, 8)
	n, _ := strconv.Atoi(words[2])
	db, err := sqldb.Open(context.Background(), words[0])
	if err != nil {
		return err
	}
	now := func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }
	t := teller.New(store.New(db), now, rand.NewChaCha8([32]byte{byte(seed)}))
	who := teller.Actor{Workspace: "acme", Member: book.DerivedID("member", "Ana"), Role: book.RoleOwner}
	var wg sync.WaitGroup
	var mu sync.Mutex
	errs := make(chan error, 16)
	for caller := range 16 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range n / 16 {
				account := book.DerivedID("account", fmt.Sprintf("Client %d", (caller+i)%4))
				r, err := t.Do(context.Background(), who, &testkit.Append{Account: account, Entries: []book.Entry{call(2 + i%50)}}, teller.Options{})
				if err != nil {
					errs <- err
					return
				}
				mu.Lock()
				fmt.Println(r.First().ID)
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	close(errs)
	return errors.Join(<-errs, db.Close())
}

// start runs a child and hands over what it acknowledges.
func start(t *testing.T, path string, seed, commands int) (*exec.Cmd, <-chan book.ID) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d %d", childEnv, path, seed, commands))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acked := make(chan book.ID, commands)
	go func() {
		defer close(acked)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if id, ok := book.ParseID(lines.Text()); ok { // the line on which a killed child ended may be cut
				acked <- id
			}
		}
	}()
	return cmd, acked
}

// prepared makes a book with four accounts in a file and closes it.
func prepared(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "passbook.db")
	db, err := sqldb.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	b := testkit.NewBook(t, db)
	for i := range 4 {
		b.Account(t, fmt.Sprintf("Client %d", i), opened)
	}
	b.Close()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// reopened opens a book that has its firm already.
func reopened(t *testing.T, db *sqldb.DB) *testkit.Book {
	t.Helper()
	clock := &testkit.Clock{}
	clock.Set(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	b := &testkit.Book{Teller: teller.New(store.New(db), clock.Now, rand.NewChaCha8([32]byte{99})), Clock: clock}
	b.Ana = teller.Actor{Workspace: "acme", Member: book.DerivedID("member", "Ana"), Role: book.RoleOwner}
	t.Cleanup(b.Close)
	return b
}

// allTouches are the ids of the touches on the four accounts.
func allTouches(t *testing.T, b *testkit.Book) map[book.ID]bool {
	t.Helper()
	all := map[book.ID]bool{}
	for i := range 4 {
		for id := range touches(t, b, book.DerivedID("account", fmt.Sprintf("Client %d", i))) {
			all[id] = true
		}
	}
	return all
}

// A process killed while many write loses nothing that it acknowledged, and leaves a book that agrees with its log.
func TestKilled(t *testing.T) {
	path := prepared(t)
	var acked []book.ID
	for round, after := range []int{1, 40, 170} {
		cmd, answers := start(t, path, round+1, 16_000)
		for range after {
			id, ok := <-answers
			if !ok {
				t.Fatal("the child ended by itself")
			}
			acked = append(acked, id)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for id := range answers {
			acked = append(acked, id)
		}
		_ = cmd.Wait() // it was killed

		b := reopened(t, testkit.Open(t, path))
		got := allTouches(t, b)
		for _, id := range acked {
			if !got[id] {
				t.Errorf("round %d: %s was acknowledged and is gone", round, id)
			}
		}
		if len(got) < len(acked) {
			t.Errorf("round %d: %d entries of %d acknowledged", round, len(got), len(acked))
		}
		verify(t, b)
	}
}

// Two processes write to one file at the same time; each finds the other's work and none is lost.
func TestTwoProcesses(t *testing.T) {
	path := prepared(t)
	const commands = 320
	one, first := start(t, path, 1, commands)
	two, second := start(t, path, 2, commands)
	acked := map[book.ID]bool{}
	for _, answers := range []<-chan book.ID{first, second} {
		for id := range answers {
			acked[id] = true
		}
	}
	for _, cmd := range []*exec.Cmd{one, two} {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	if len(acked) != 2*commands {
		t.Errorf("%d acknowledged, want %d", len(acked), 2*commands)
	}
	b := reopened(t, testkit.Open(t, path))
	got := allTouches(t, b)
	for id := range acked {
		if !got[id] {
			t.Errorf("%s was acknowledged and is gone", id)
		}
	}
	if len(got) != len(acked) {
		t.Errorf("%d entries, %d acknowledged", len(got), len(acked))
	}
	verify(t, b)
}

// A full disk refuses, loses nothing that was acknowledged, and once there is room the book goes on.
func TestFullDisk(t *testing.T) {
	db := testkit.Open(t, filepath.Join(t.TempDir(), "passbook.db"), sqldb.NoSync())
	b := testkit.NewBook(t, db)
	for i := range 4 {
		b.Account(t, fmt.Sprintf("Client %d", i), opened)
	}
	limit(t, db, 40)
	write := func(caller, n int) (book.ID, error) {
		e := call(2 + n%50)
		e.Words.Text = strings.Repeat("words ", 200)
		account := book.DerivedID("account", fmt.Sprintf("Client %d", caller%4))
		r, err := b.Do(context.Background(), b.Ana, &testkit.Append{Account: account, Entries: []book.Entry{e}}, teller.Options{})
		if err != nil {
			return "", err
		}
		return r.First().ID, nil
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var acked []book.ID
	full := 0
	for caller := range 32 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range 20 {
				id, err := write(caller, n)
				mu.Lock()
				switch {
				case err == nil:
					acked = append(acked, id)
				case sqldb.IsFull(err):
					full++
				default:
					t.Error(err)
				}
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	if full == 0 || len(acked) == 0 || full+len(acked) != 32*20 {
		t.Errorf("%d refused, %d acknowledged", full, len(acked))
	}
	check := func() {
		t.Helper()
		got := allTouches(t, b)
		for _, id := range acked {
			if !got[id] {
				t.Errorf("%s was acknowledged and is gone", id)
			}
		}
		if len(got) != len(acked) {
			t.Errorf("%d entries, %d acknowledged", len(got), len(acked))
		}
		verify(t, b)
	}
	check()
	limit(t, db, 100_000)
	id, err := write(1, 1)
	if err != nil {
		t.Fatalf("there is room again, and yet: %v", err)
	}
	acked = append(acked, id)
	check()
}

// limit lets the file grow by so many pages only.
func limit(t *testing.T, db *sqldb.DB, more int) {
	t.Helper()
	err := db.Write(context.Background(), func(tx *sqldb.Tx) error {
		var pages int64
		if err := tx.QueryRow(context.Background(), `PRAGMA page_count`).Scan(&pages); err != nil {
			return err
		}
		return tx.QueryRow(context.Background(), fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+int64(more))).Scan(&pages)
	})
	if err != nil {
		t.Fatal(err)
	}
}
