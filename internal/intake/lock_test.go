//go:build unix

package intake_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/intake"
	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

// Two servers that are given one folder never work on it at once: the second takes in nothing, leaves what the first is
// about as it is, and goes on with it when the first has ended.
func TestTwoServers(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b, dir := testkit.NewBook(t, db), t.TempDir()
		first := begin(t, b, dir, 0)
		u := first.receive("people.csv", people)
		b.Clock.Set(b.Clock.Now().Add(8 * 24 * time.Hour)) // old enough to be swept
		second := begin(t, b, dir, 0)
		if _, err := second.Receive(b.Ana, hand("people.csv", people)); book.FaultOf(err) != book.Conflict || !strings.Contains(err.Error(), "another server") {
			t.Errorf("the second takes in files too: %v", err)
		}
		if _, err := second.Start(b.Ana, u.ID, false); book.FaultOf(err) != book.NotFound {
			t.Errorf("the second begins what the first has: %v", err)
		}
		if _, err := first.Get(b.Ana, u.ID); err != nil {
			t.Errorf("the second swept what the first has: %v", err)
		}
		b.Clock.Set(b.Clock.Now().Add(-8 * 24 * time.Hour))
		first.end()
		for range 1000 {
			if _, err := second.Get(b.Ana, u.ID); err == nil {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if _, err := second.Start(b.Ana, u.ID, false); err != nil {
			t.Fatalf("the second does not take over: %v", err)
		}
		if u = second.await(u.ID); u.Phase != intake.Taken || u.Result.Files[0].Created != 2 {
			t.Errorf("taken over: %+v", u)
		}
	})
}

// The folder of uploads is nobody else's: a link that somebody laid there is refused, and one that others may enter is closed.
func TestFolderIsPrivate(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b, dir := testkit.NewBook(t, db), t.TempDir()
		open := func(name string) error {
			in, err := intake.Open(b.Teller, intake.Options{Dir: filepath.Join(dir, name)})
			if err == nil {
				_, err = in.Receive(b.Ana, hand("people.csv", people))
			}
			return err
		}
		if err := os.Mkdir(filepath.Join(dir, "theirs"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("theirs", filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
		if err := open("link"); book.FaultOf(err) != book.Invalid || !strings.Contains(err.Error(), "is a link") {
			t.Errorf("a link is followed: %v", err)
		}
		if err := open("theirs"); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(filepath.Join(dir, "theirs")); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("others may enter: %v, %v", info.Mode(), err)
		}
		if os.Geteuid() != 0 {
			return
		}
		if err := os.Chown(filepath.Join(dir, "theirs"), 65534, 65534); err != nil {
			t.Fatal(err)
		}
		if err := open("theirs"); book.FaultOf(err) != book.Invalid || !strings.Contains(err.Error(), "somebody else") {
			t.Errorf("another's folder is used: %v", err)
		}
	})
}
