// Package testkit helps tests to run the product as it is: on real engines, with nothing left behind.
package testkit

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"passbook/internal/sqldb"
)

// External names the environment variable that may hold the address of a running PostgreSQL server. Tests then create
// their databases there instead of starting a server of their own; its user must be allowed to.
const External = "PASSBOOK_TEST_POSTGRES"

// startPatience is how long a fresh server may take to answer.
const startPatience = 30 * time.Second

// The servers that tests of this process share. They are the process's only state outside of tests, started when
// they are first wanted, because a server for every test would take minutes.
var (
	fast    server //nolint:gochecknoglobals // see above
	durable server //nolint:gochecknoglobals // see above
)

// server is a PostgreSQL server in a temporary folder, reached through a socket that only its owner may enter.
type server struct {
	mu    sync.Mutex
	dsn   string         // address of its first database, once it runs
	err   error          // why it does not run
	guard *exec.Cmd      // the shell that watches it
	leash io.WriteCloser // closing it makes the guard stop the server
}

// Main runs the tests of a package and stops the servers that they have started. Packages whose tests use Postgres
// or Engines call it:
//
//	func TestMain(m *testing.M) { testkit.Main(m) }
//
// Servers stop without it too, as soon as the process has ended in whatever way, but nobody would wait for that.
func Main(m *testing.M) {
	readsStreams()
	code := m.Run()
	if err := errors.Join(fast.stop(), durable.stop()); err != nil {
		fmt.Fprintln(os.Stderr, "stop the PostgreSQL server of the tests:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// Postgres returns the address of an empty database, dropped after the test. The server forgets everything in a
// crash, which makes it fast. Without PostgreSQL the test fails.
func Postgres(t testing.TB) string {
	t.Helper()
	return database(t, &fast, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
}

// PostgresDurable is Postgres on a server that syncs every commit, for benchmarks and tests of crashes.
func PostgresDurable(t testing.TB) string {
	t.Helper()
	return database(t, &durable)
}

// Engines runs a subtest on an empty database of each engine.
func Engines(t *testing.T, run func(t *testing.T, db *sqldb.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		run(t, Open(t, filepath.Join(t.TempDir(), "passbook.db"), sqldb.NoSync()))
	})
	t.Run("postgres", func(t *testing.T) {
		run(t, Open(t, Postgres(t)))
	})
}

// Open opens a database for the time of the test.
func Open(t testing.TB, dsn string, opts ...sqldb.Option) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(context.Background(), dsn, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the database: %v", err)
		}
	})
	return db
}

// database creates an empty database on s, or on the external server, starting s when it is the first.
func database(t testing.TB, s *server, settings ...string) string {
	t.Helper()
	home := os.Getenv(External)
	if home == "" {
		var err error
		if home, err = s.start(settings); err != nil {
			t.Fatalf("start PostgreSQL for the test: %v", err)
		}
	}
	ctx := context.Background()
	name := "test_" + strings.ToLower(rand.Text())
	dsn, err := sqldb.CreateDatabase(ctx, home, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sqldb.DropDatabase(ctx, home, name); err != nil {
			t.Error(err)
		}
	})
	return dsn
}

// start returns the address of the running server, having started it if need be.
func (s *server) start(settings []string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dsn == "" && s.err == nil {
		s.dsn, s.err = s.launch(settings)
	}
	return s.dsn, s.err
}

func (s *server) launch(settings []string) (string, error) {
	bin, err := binaries()
	if err != nil {
		return "", err
	}
	as, err := ordinaryUser()
	if err != nil {
		return "", err
	}
	dir, err := ownFolder(as)
	if err != nil {
		return "", err
	}
	data := filepath.Join(dir, "data")
	initdb := command(as, dir, filepath.Join(bin, "initdb"), "--pgdata="+data, "--username=postgres", "--auth=trust",
		"--encoding=UTF8", "--locale=C", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", errors.Join(fmt.Errorf("initdb: %w\n%s", err, out), os.RemoveAll(dir))
	}
	if err := s.watch(as, dir, append([]string{
		filepath.Join(bin, "postgres"), "-D", data, "-c", "unix_socket_directories=" + dir, "-c", "listen_addresses=",
		"-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "wal_level=minimal", "-c", "max_wal_senders=0",
		"-c", "autovacuum=off", "-c", "timezone=UTC",
	}, settings...)); err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	dsn := "postgres:///postgres?host=" + dir + "&user=postgres"
	if err := answers(dsn); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log")) // best effort: the error is told anyway
		return "", errors.Join(fmt.Errorf("%w\n%s", err, tail(log)), s.end())
	}
	return dsn, nil
}

// guardScript runs the server and waits for the end of its own input. That comes when the tests close the pipe, or
// when their process is gone, however it ended; then it stops the server and removes the folder.
const guardScript = `dir=$1; shift
"$@" >"$dir/log" 2>&1 </dev/null &
server=$!
read -r _
kill -INT "$server"
wait "$server"
rm -rf "$dir"`

// watch starts the server below its guard, in a process group of its own: an interrupt at the terminal must reach
// neither of them before the tests.
func (s *server) watch(as *syscall.Credential, dir string, server []string) error {
	guard := command(as, dir, "/bin/sh", append([]string{"-c", guardScript, "guard", dir}, server...)...)
	guard.SysProcAttr.Setpgid = true
	leash, err := guard.StdinPipe()
	if err != nil {
		return err
	}
	if err := guard.Start(); err != nil {
		return err
	}
	s.guard, s.leash = guard, leash
	return nil
}

// stop stops the server if it runs.
func (s *server) stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dsn == "" {
		return nil
	}
	s.dsn = ""
	return s.end()
}

func (s *server) end() error {
	return errors.Join(s.leash.Close(), s.guard.Wait())
}

// answers waits until the server takes connections.
func answers(dsn string) error {
	deadline := time.Now().Add(startPatience)
	for {
		db, err := sqldb.Open(context.Background(), dsn, sqldb.Conns(1))
		if err == nil {
			return db.Close()
		}
		if time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// binaries returns the folder of the newest PostgreSQL server on this machine.
func binaries() (string, error) {
	var found []string
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, filepath.Dir(path))
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/local/bin", "/usr/local/pgsql/bin"} {
		dirs, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		slices.SortFunc(dirs, func(a, b string) int { return release(b) - release(a) })
		found = append(found, dirs...)
	}
	for _, dir := range found {
		if executable(filepath.Join(dir, "initdb")) && executable(filepath.Join(dir, "postgres")) {
			return dir, nil
		}
	}
	return "", fmt.Errorf("initdb and postgres are not installed: install the Debian package postgresql, "+
		"or set %s to the address of a running server", External)
}

// release reads 15 out of /usr/lib/postgresql/15/bin.
func release(dir string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir))) // 0 where there is no number
	return n
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// ordinaryUser returns whom to run the server as: root is refused by PostgreSQL, so root becomes somebody else.
func ordinaryUser() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // nobody else to become, and no error
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uerr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gerr := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(uerr, gerr); err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), NoSetGroups: false}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")
}

// ownFolder makes a folder that belongs to the server's user. Its name is short, because the path of a socket may
// have about a hundred bytes only.
func ownFolder(as *syscall.Credential) (string, error) {
	parent := os.TempDir()
	if len(parent) > 50 || as != nil { // another user may not be able to enter our own temporary folder
		parent = "/tmp"
	}
	dir, err := os.MkdirTemp(parent, "pbpg")
	if err != nil || as == nil {
		return dir, err
	}
	return dir, os.Chown(dir, int(as.Uid), int(as.Gid))
}

func command(as *syscall.Credential, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC", "HOME=" + dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	return cmd
}

// tail returns the last lines of a server's log.
func tail(log []byte) []byte {
	lines := bytes.Split(bytes.TrimSpace(log), []byte("\n"))
	return bytes.Join(lines[max(0, len(lines)-20):], []byte("\n"))
}
