package intake_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passbook/internal/accountability"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/intake"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const people = "Name,Email\nMaria Keller,maria@example.com\n,\nJoan Oak,joan@example.com\nx,y,z\n"

// bench is an intake at work.
type bench struct {
	*testing.T
	*testkit.Book
	*intake.Intake
	dir  string
	stop context.CancelFunc
	done chan struct{}
}

func begin(t *testing.T, b *testkit.Book, dir string, largest int64) *bench {
	t.Helper()
	in, err := intake.Open(b.Teller, intake.Options{Dir: dir, Largest: largest})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	w := &bench{T: t, Book: b, Intake: in, dir: dir, stop: stop, done: make(chan struct{})}
	go func() { in.Run(ctx); close(w.done) }()
	t.Cleanup(w.end)
	return w
}

func (w *bench) end() { w.stop(); <-w.done }

// hand gives files by turns of name and content.
func hand(parts ...string) func() (string, io.Reader, error) {
	return func() (string, io.Reader, error) {
		if len(parts) == 0 {
			return "", nil, io.EOF
		}
		name, text := parts[0], parts[1]
		parts = parts[2:]
		return name, strings.NewReader(text), nil
	}
}

func (w *bench) receive(parts ...string) intake.Upload {
	w.Helper()
	u, err := w.Receive(w.Ana, hand(parts...))
	if err != nil {
		w.Fatal(err)
	}
	return u
}

func (w *bench) await(id book.ID) intake.Upload {
	w.Helper()
	for range 2000 {
		u, err := w.Get(w.Ana, id)
		if err != nil {
			w.Fatal(err)
		}
		if !u.Phase.Busy() {
			return u
		}
		time.Sleep(5 * time.Millisecond)
	}
	w.Fatal("it does not end")
	return intake.Upload{}
}

func TestTakingIn(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		w := begin(t, testkit.NewBook(t, db), t.TempDir(), 0)
		u := w.receive("../../etc/people.csv", people, "odd.csv", "When,Who,What\n2026-02-03 10:00,maria@example.com,boiler\n", "x.bin", "\x7fELF\x00\x00")
		if u.Files[0].Name != "people.csv" || u.Files[0].Wants != "" || !strings.Contains(u.Files[1].Wants, "table") || u.Files[2].Fault == "" {
			t.Fatalf("%+v", u.Files)
		}
		if c := u.Files[1].Seen.Columns; c[0].Likely != "at" || c[2].Sample[0] != "boiler" {
			t.Errorf("columns: %+v", c)
		}
		if _, err := w.Start(w.Ana, u.ID, true); book.FaultOf(err) != book.Invalid {
			t.Errorf("a table without a mapping is begun: %v", err)
		}
		if _, err := w.Get(w.Ben, u.ID); book.FaultOf(err) != book.NotFound {
			t.Errorf("somebody else's upload: %v", err)
		}
		c := intake.Choices{Me: []string{"ana@acme.example"}, Create: awareness.CreateAll, Files: []intake.FileChoices{
			{}, {Map: map[string]string{"at": "When", "to": "Who", "summary": "What"}, Channel: book.Call},
		}}
		if _, err := w.Again(w.Ana, u.ID, c); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Start(w.Ana, u.ID, true); err != nil {
			t.Fatal(err)
		}
		u = w.await(u.ID)
		if u.Phase != intake.Tried || u.Fault != "" || u.Result.Files[0].Created != 2 || u.Result.Files[1].Read != 1 || u.Run != "" {
			t.Fatalf("tried: %+v %+v", u, u.Result)
		}
		if f := u.Result.Files[0].First; len(f) != 2 || f[0].Text != "Maria Keller" || f[0].Status != awareness.Created {
			t.Errorf("first rows: %+v", f)
		}
		if _, err := w.Start(w.Ana, u.ID, false); err != nil {
			t.Fatal(err)
		}
		u = w.await(u.ID)
		if u.Phase != intake.Taken || u.Result.Files[0].Created != 2 || u.Result.Files[0].RejectsNumber != 1 || u.Files[0].Kept {
			t.Fatalf("taken: %+v %+v", u, u.Result)
		}
		r, err := w.Rejects(w.Ana, u.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(r)
		r.Close()
		if !strings.Contains(string(raw), "Name,Email,line,reason") {
			t.Errorf("rejects: %s", raw)
		}
		if _, err := w.Do(context.Background(), w.Ana, &awareness.UndoRun{ID: u.Run}, teller.Options{}); err != nil {
			t.Errorf("the run cannot be undone: %v", err)
		}
	})
}

// What a server was about when it went down says so, and can be begun again.
func TestRestart(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b, dir := testkit.NewBook(t, db), t.TempDir()
		w := begin(t, b, dir, 0)
		u := w.receive("people.csv", people)
		w.end()
		found, err := filepath.Glob(filepath.Join(dir, "*", "*", "upload.json"))
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		raw, err := os.ReadFile(found[0])
		if err != nil {
			t.Fatal(err)
		}
		raw = []byte(strings.Replace(string(raw), `"phase":"waiting"`, `"phase":"taking"`, 1))
		if err := os.WriteFile(found[0], raw, 0o600); err != nil {
			t.Fatal(err)
		}
		w = begin(t, b, dir, 0)
		if u, err = w.Get(w.Ana, u.ID); err != nil || u.Phase != intake.Stopped || !strings.Contains(u.Fault, "server stopped") {
			t.Fatalf("%+v, %v", u, err)
		}
		if _, err := w.Start(w.Ana, u.ID, false); err != nil {
			t.Fatal(err)
		}
		if u = w.await(u.ID); u.Phase != intake.Taken || u.Result.Files[0].Created != 2 {
			t.Errorf("begun again: %+v", u)
		}
		b.Clock.Set(b.Clock.Now().Add(8 * 24 * time.Hour))
		w.end()
		if w = begin(t, b, dir, 0); len(w.All(w.Ana)) > 0 {
			for range 200 {
				if time.Sleep(5 * time.Millisecond); len(w.All(w.Ana)) == 0 {
					return
				}
			}
			t.Error("an old upload stays")
		}
	})
}

// What somebody asked for who has left meanwhile is not begun, and what is under way ends.
func TestLeaver(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b, dir := testkit.NewBook(t, db), t.TempDir()
		in, err := intake.Open(b.Teller, intake.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		u, err := in.Receive(b.Ben, hand("people.csv", people))
		if err == nil {
			_, err = in.Start(b.Ben, u.ID, false)
		}
		if err == nil {
			_, err = b.Teller.Do(t.Context(), b.Ana, &accountability.Leave{Who: "Ben", To: "Ana"}, teller.Options{})
		}
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { in.Run(ctx); close(done) }()
		defer func() { stop(); <-done }()
		for range 400 {
			if u, err = in.Get(b.Ben, u.ID); err != nil || !u.Phase.Busy() {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		if err != nil || u.Phase != intake.Waiting || !strings.Contains(u.Fault, "has left") {
			t.Errorf("%+v, %v", u, err)
		}
	})
}

func TestRefusals(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		w := begin(t, testkit.NewBook(t, db), t.TempDir(), 100)
		for _, c := range []struct {
			name  string
			parts []string
			fault book.Fault
		}{
			{"nothing", nil, book.Invalid},
			{"too large", []string{"a.csv", strings.Repeat("x", 60), "b.csv", strings.Repeat("y", 60)}, book.Invalid},
		} {
			if _, err := w.Receive(w.Ana, hand(c.parts...)); book.FaultOf(err) != c.fault {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		guest := w.Ben
		guest.Role = book.RoleAssistant
		if _, err := w.Receive(guest, hand("a.csv", people)); book.FaultOf(err) != book.Forbidden {
			t.Errorf("an assistant: %v", err)
		}
		left, err := filepath.Glob(filepath.Join(w.dir, "*", "*"))
		if err != nil || len(left) > 0 {
			t.Errorf("what was refused lies about: %v, %v", left, err)
		}
		u := w.receive("people.csv", people)
		if err := w.Stop(w.Ana, u.ID); book.FaultOf(err) != book.Conflict {
			t.Errorf("stopping what does not run: %v", err)
		}
		if err := w.Discard(w.Ben, u.ID); book.FaultOf(err) != book.NotFound {
			t.Errorf("discarding somebody else's: %v", err)
		}
		if err := w.Discard(w.Ana, u.ID); err != nil {
			t.Error(err)
		}
	})
}
