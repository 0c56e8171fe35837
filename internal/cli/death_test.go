package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"passbook/internal/cli"
	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

// childEnv makes a copy of the test's own program the program itself, with a clock that stands still, so that it can be
// killed as only a process can.
const childEnv = "TEST_CLI_CHILD"

func runAsChild() int {
	env := cli.System()
	env.Now = func() time.Time { return morning }
	return cli.Run(context.Background(), os.Args[1:], env, cli.Standard())
}

// child starts the program in a process of its own.
func child(t *testing.T, dsn string, args ...string) (*exec.Cmd, io.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"--dsn", dsn}, args...)...)
	cmd.Env = append(os.Environ(), childEnv+"=1", "HOME="+t.TempDir(), "XDG_DATA_HOME=", "PASSBOOK_DSN=")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = cmd.Process.Kill(), cmd.Wait() // most have ended
		if t.Failed() {
			t.Log(errs.String())
		}
	})
	return cmd, out
}

// entriesOf counts what is committed in a book while another process writes it.
func entriesOf(t *testing.T, dsn string) (n int) {
	t.Helper()
	db, err := sqldb.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Read(context.Background(), func(tx *sqldb.Tx) error {
		return tx.QueryRow(context.Background(), `SELECT COUNT(*) FROM entry`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// An import that is killed between two of its pieces, and run again, leaves the book that it would have made at once: with
// what was history by then, each row once.
func TestImportKilled(t *testing.T) {
	env, dir := world(t), t.TempDir()
	env.Now, env.Random = func() time.Time { return morning }, rand.Reader
	one, other := filepath.Join(dir, "one.db"), filepath.Join(dir, "other.db")
	must := func(args ...string) string {
		t.Helper()
		code, out, errs := call(t, context.Background(), env, args...)
		if code != 0 {
			t.Fatal(args, errs)
		}
		return out
	}
	must("--dsn", one, "init", "--firm", "Acme", "--owner", "Ana", "--email", "ana@acme.example", "--zone", "UTC")
	must("--dsn", one, "backup", filepath.Join(dir, "empty"))
	must("--dsn", other, "restore", filepath.Join(dir, "empty"))
	args := []string{"import", "--create", "all", "--channel", "email", "--history-before", "2026-03-01"}
	for file := range 4 { // each is a piece
		var rows strings.Builder
		rows.WriteString("at,from,to,summary\n")
		for i := range 1500 {
			from, to := fmt.Sprintf("client%d@x.example", i%90), "ana@acme.example"
			if i%3 == 0 {
				from, to = to, from
			}
			fmt.Fprintf(&rows, "%s,%s,%s,matter %d\n", time.Date(2026, 1, 1, 0, file*30000+i*18, 0, 0, time.UTC).Format(time.RFC3339), from, to, i)
		}
		path := filepath.Join(dir, fmt.Sprintf("letters%d.csv", file))
		if err := os.WriteFile(path, []byte(rows.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	must(append([]string{"--dsn", one}, args...)...)
	want, begun := must("--dsn", one, "verify", "--json"), entriesOf(t, other)
	halfway := 0
	for range 3 {
		cmd, out := child(t, other, args...)
		before := entriesOf(t, other)
		for end := time.Now().Add(20 * time.Second); entriesOf(t, other) == before && time.Now().Before(end); {
			if before > begun && before == entriesOf(t, one) {
				break
			}
			time.Sleep(2 * time.Millisecond)
		}
		_ = cmd.Process.Kill()
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait() // it was killed
		if n := entriesOf(t, other); n > begun && n < entriesOf(t, one) {
			halfway++
		}
	}
	if halfway == 0 {
		t.Error("no import was killed halfway; this has tried nothing")
	}
	must(append([]string{"--dsn", other}, args...)...)
	if got := must("--dsn", other, "verify", "--json"); got != want {
		t.Errorf("killed and run again:\n%s\nat once:\n%s", got, want)
	}
}

// service is a server in a process of its own, whose answers are held against the document that it hands out itself.
type service struct {
	t        *testing.T
	cmd      *exec.Cmd
	base     string
	contract *testkit.Contract
}

func served(t *testing.T, dsn string) *service {
	t.Helper()
	cmd, out := child(t, dsn, "serve", "--listen", "127.0.0.1:0", "--api-rate", "0", "--log-level", "error")
	line, err := bufio.NewReader(out).ReadString('\n')
	base := regexp.MustCompile(`http://[^/\s]+`).FindString(line)
	if err != nil || base == "" {
		t.Fatal(line, err)
	}
	res, err := http.Get(base + "/api/v1/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	document, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(res.Status, err)
	}
	return &service{t, cmd, base, testkit.NewContract(t, json.RawMessage(document), base)}
}

// ask asks the API. An error is one of the connection: of a server that was killed.
func (s *service) ask(method, path, token, body string) (status int, answer string, err error) {
	s.t.Helper()
	req, err := http.NewRequest(method, s.base+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, "", err
	}
	if err := s.contract.Check(req, res.StatusCode, res.Header, raw); err != nil {
		s.t.Errorf("%s %s is answered as the document does not say: %d, %v\n%.300s", method, path, res.StatusCode, err, raw)
	}
	return res.StatusCode, string(raw), nil
}

// A server that is killed while many write has all that it acknowledged, and the next one goes on.
func TestServeKilled(t *testing.T) {
	env, dsn := world(t), filepath.Join(t.TempDir(), "x.db")
	call(t, context.Background(), env, "init", "--dsn", dsn, "--firm", "Acme", "--owner", "Ana")
	call(t, context.Background(), env, "add", "--dsn", dsn, "Maria Keller")
	_, token, _ := call(t, context.Background(), env, "token", "create", "--dsn", dsn, "--scope", "write")
	token = strings.TrimSpace(token)
	var mu sync.Mutex
	acked := map[string]bool{}
	for round := range 2 {
		desk := served(t, dsn)
		var writers sync.WaitGroup
		enough, n := make(chan struct{}), 0
		for w := range 8 {
			writers.Go(func() {
				for i := 0; ; i++ {
					words := fmt.Sprintf("matter %d-%d-%d", round, w, i)
					status, _, err := desk.ask(http.MethodPost, "/entries", token,
						fmt.Sprintf(`{"id":%q,"kind":"note","account":"Maria Keller","text":%q}`, words, words))
					if err != nil {
						return // it is killed
					}
					mu.Lock()
					acked[words] = status == http.StatusCreated
					if n++; n == 60 {
						close(enough)
					}
					mu.Unlock()
				}
			})
		}
		select {
		case <-enough:
		case <-time.After(20 * time.Second):
			t.Error("too little is acknowledged")
		}
		if err := desk.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		writers.Wait()
		_ = desk.cmd.Wait() // it was killed
	}
	if code, out, errs := call(t, context.Background(), env, "--dsn", dsn, "verify"); code != 0 {
		t.Error(out, errs)
	}
	desk := served(t, dsn)
	have := map[string]bool{}
	for after := ""; ; {
		_, raw, err := desk.ask(http.MethodGet, "/audit?kind=note&limit=100&after="+after, token, "")
		var page struct {
			Entries []struct{ Text string }
			Next    string
		}
		if err != nil || json.Unmarshal([]byte(raw), &page) != nil {
			t.Fatal(raw, err)
		}
		for _, e := range page.Entries {
			have[e.Text] = true
		}
		if after = page.Next; after == "" {
			break
		}
	}
	for words, taken := range acked {
		if !taken || !have[words] {
			t.Errorf("%q: acknowledged %t, there %t", words, taken, have[words])
		}
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

// Two servers on one file each show at once what the other has written, also on Today, which they keep.
func TestTwoServers(t *testing.T) {
	env, dsn := world(t), filepath.Join(t.TempDir(), "x.db")
	call(t, context.Background(), env, "init", "--dsn", dsn, "--firm", "Acme", "--owner", "Ana")
	for _, name := range []string{"Maria Keller", "Jonas Brandt"} {
		call(t, context.Background(), env, "add", "--dsn", dsn, name, "--at", "2026-04-01")
	}
	_, token, _ := call(t, context.Background(), env, "token", "create", "--dsn", dsn, "--scope", "write")
	token = strings.TrimSpace(token)
	a, b := served(t, dsn), served(t, dsn)
	for i := range 12 {
		by, elsewhere, dir, waits := a, b, "in", true
		if i%2 == 1 {
			by, elsewhere = b, a
		}
		if i%4 > 1 {
			dir, waits = "out", false
		}
		for _, desk := range []*service{a, b} { // so that it is kept
			if _, _, err := desk.ask(http.MethodGet, "/today", token, ""); err != nil {
				t.Fatal(err)
			}
		}
		name := []string{"Maria Keller", "Jonas Brandt"}[i%2]
		body := fmt.Sprintf(`{"id":"%d","kind":"touch","account":%q,"channel":"email","dir":%q,"at":"2026-05-03T08:%02d:00Z","summary":"matter %d"}`, i, name, dir, i, i)
		if status, answer, err := by.ask(http.MethodPost, "/entries", token, body); status != http.StatusCreated {
			t.Fatal(answer, err)
		}
		status, today, err := elsewhere.ask(http.MethodGet, "/today", token, "")
		if status != http.StatusOK || strings.Contains(today, fmt.Sprintf("matter %d", i)) != waits {
			t.Errorf("write %d: Today of the other server: %d %v\n%.600s", i, status, err, today)
		}
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}
