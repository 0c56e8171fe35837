package archive

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// filesIn reads all files below a folder, by their names in an archive.
func filesIn(t testing.TB, tree fs.FS) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(tree, name)
		out[name] = string(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A book that is taken out as a ZIP file is the one that the command writes into a folder, file by file; unpacked it is
// imported whole. That it was taken is noted, with the address that asked.
func TestZip(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB, more map[string]func() *sqldb.DB) {
		s := newShelf(t, db)
		was := s.verify()
		dir, _ := export(t, s.Teller, s.Ana)
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		begun, err := NewTakeout(s.Teller).Answer(w, r, s.Ana, "192.0.2.7")
		if err != nil || !begun {
			t.Fatal(begun, err)
		}
		if kind, as := w.Header().Get("Content-Type"), w.Header().Get("Content-Disposition"); kind != "application/zip" || !strings.Contains(as, ".zip") {
			t.Errorf("%q %q", kind, as)
		}
		raw := w.Body.Bytes()
		z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			t.Fatal(err)
		}
		folder := "Acme Homes " + s.Clock.Now().Format(time.DateOnly)
		tree, err := fs.Sub(z, folder)
		if err != nil {
			t.Fatal(err)
		}
		want, got := filesIn(t, os.DirFS(dir)), filesIn(t, tree)
		for name := range want {
			if got[name] != want[name] {
				t.Errorf("%s differs: %.200q, the command writes %.200q", name, got[name], want[name])
			}
		}
		if len(got) != len(want) || len(got) < 10 || z.File[len(z.File)-1].Name != folder+"/"+manifestName {
			t.Errorf("%d files, the command writes %d", len(got), len(want))
		}
		var doors []store.Door
		err = s.Store().Read(context.Background(), "acme", func(tx *store.Tx) (err error) {
			doors, err = tx.Doors(context.Background(), &store.DoorFilter{}, store.AuditPlace{}, 1)
			return err
		})
		if err != nil || len(doors) != 1 || doors[0].What != store.DoorTaken || doors[0].Place != "192.0.2.7" {
			t.Errorf("noted %+v %v", doors, err)
		}
		for engine, open := range more {
			t.Run("to "+engine, func(t *testing.T) {
				into := filepath.Join(t.TempDir(), "export.zip")
				if err := os.WriteFile(into, raw, 0o600); err != nil || !IsPacked(into) {
					t.Fatal(err)
				}
				to := other(t, open(), s.Clock.Now())
				sum, err := ImportArchive(context.Background(), to, teller.Actor{Workspace: "elsewhere", Role: book.RoleOwner}, into, nil)
				if err != nil || sum.Digest != was.Digest || !sum.Agrees() {
					t.Errorf("imported %+v %v, want digest %s", sum, err, was.Digest)
				}
			})
		}
	})
}

// slow is a reader of a ZIP file who does something while it comes, and goes away after so many bytes.
type slow struct {
	bytes.Buffer
	most int
	once func()
}

func (s *slow) Write(b []byte) (int, error) {
	if s.once != nil {
		s.once()
		s.once = nil
	}
	if s.Len()+len(b) > s.most {
		return 0, errors.New("gone")
	}
	return s.Buffer.Write(b)
}

// Who may not take the book gets nothing of it; it is taken out once at a time; what broke off is no archive, and keeps
// nobody from beginning anew.
func TestZipRefuses(t *testing.T) {
	s := newShelf(t, testkit.Open(t, ":memory:"))
	o, ctx := NewTakeout(s.Teller), context.Background()
	var sink bytes.Buffer
	if err := o.Zip(ctx, s.Ben, "", &sink); book.FaultOf(err) != book.Forbidden || sink.Len() > 0 {
		t.Errorf("a member takes %d bytes: %v", sink.Len(), err)
	}
	nobody := s.Ana
	nobody.Workspace = "nobody"
	if err := o.Zip(ctx, nobody, "", &sink); err == nil || sink.Len() > 0 {
		t.Errorf("of no firm %d bytes are taken: %v", sink.Len(), err)
	}
	breaks := &slow{most: 5_000, once: func() {
		if err := o.Zip(ctx, s.Ana, "", io.Discard); book.FaultOf(err) != book.Conflict {
			t.Errorf("twice at once: %v", err)
		}
	}}
	if err := o.Zip(ctx, s.Ana, "", breaks); err == nil {
		t.Error("nothing is said of a reader who has gone")
	}
	if _, err := zip.NewReader(bytes.NewReader(breaks.Bytes()), int64(breaks.Len())); err == nil || breaks.once != nil {
		t.Error("what broke off can be read as if it were whole")
	}
	if err := o.Zip(ctx, s.Ana, "", io.Discard); err != nil {
		t.Errorf("after one that broke off: %v", err)
	}
}
