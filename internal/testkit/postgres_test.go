package testkit_test

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

// asChild makes a copy of this test process start a server and wait to be killed.
const asChild = "PASSBOOK_TESTKIT_CHILD"

func TestMain(m *testing.M) { testkit.Main(m) }

func TestDatabasesAreApart(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, `CREATE TABLE here (id BIGINT)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		if tables, err := db.Shape(context.Background()); err != nil || len(tables) != 0 {
			t.Errorf("a fresh database holds %v, %v", tables, err)
		}
	})
}

func TestDurable(t *testing.T) {
	for dsn, want := range map[string]string{testkit.Postgres(t): "off", testkit.PostgresDurable(t): "on"} {
		if os.Getenv(testkit.External) != "" {
			t.Skip("an external server has settings of its own")
		}
		var got string
		db := testkit.Open(t, dsn)
		err := db.Read(context.Background(), func(tx *sqldb.Tx) error {
			return tx.QueryRow(context.Background(), "SHOW fsync").Scan(&got)
		})
		if err != nil || got != want {
			t.Errorf("fsync is %q, %v; want %q", got, err, want)
		}
	}
}

// TestKilled is the child of TestKilledProcessLeavesNothing.
func TestKilled(t *testing.T) {
	if os.Getenv(asChild) == "" {
		t.Skip("runs only as the child of another test")
	}
	os.Stdout.WriteString(testkit.Postgres(t) + "\n")
	time.Sleep(time.Minute)
}

func TestKilledProcessLeavesNothing(t *testing.T) {
	if os.Getenv(testkit.External) != "" {
		t.Skip("an external server outlives its users")
	}
	child := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	child.Env = append(os.Environ(), asChild+"=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	dsn, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(dsn, "host=")
	dir, _, found := strings.Cut(rest, "&")
	if strings.Contains(dir, "%") {
		dir = strings.ReplaceAll(dir, "%2F", "/")
	}
	if _, err := os.Stat(dir); err != nil || !found {
		t.Fatalf("no folder in %q: %v", dsn, err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed
	for range 200 {
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("%s is still there", dir)
}
