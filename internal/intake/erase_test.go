package intake_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/intake"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
	"passbook/internal/transfer"
)

// named are the files of a folder of uploads that hold a word.
func (w *bench) named(word string) (out []string) {
	w.Helper()
	err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if strings.Contains(string(raw), word) {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return out
}

// takeIn hands one file in and has it taken in.
func (w *bench) takeIn(name, text string) intake.Upload {
	w.Helper()
	u := w.receive(name, text)
	if _, err := w.Start(w.Ana, u.ID, false); err != nil {
		w.Fatal(err)
	}
	if u = w.await(u.ID); u.Phase != intake.Taken {
		w.Fatalf("%+v", u)
	}
	return u
}

// Nothing that is kept of an import that has ended tells of somebody who is erased after it, nor of somebody who was before. What
// still waits stays.
func TestErasedAfterTakingIn(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		w := begin(t, testkit.NewBook(t, db), t.TempDir(), 0)
		const secret = "Geheim"
		table := "Name,Email\nGerda " + secret + ",gerda@" + secret + ".example\nGerda " + secret + ",x,y,z\n"
		waits := w.receive("waits.csv", people)
		u := w.takeIn("Gerda "+secret+".csv", table)
		if cells := u.Files[0].Seen.Columns[0].Sample; len(cells) != 0 {
			t.Errorf("cells of what was taken in: %v", cells)
		}
		if len(w.named(secret)) == 0 {
			t.Fatal("nothing is kept of it at all")
		}
		w.Book.Clock.Set(w.Book.Clock.Now().Add(time.Second))
		erase := func() {
			t.Helper()
			var m *awareness.Meant
			err := w.Book.Read(t.Context(), w.Ana, 0, func(r *teller.Reading) (err error) {
				m, err = awareness.ResolvePerson(t.Context(), r, "gerda@"+secret+".example")
				return err
			})
			if err == nil {
				_, err = w.Do(t.Context(), w.Ana, &awareness.Erase{Person: m.ID}, teller.Options{})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		erase()
		for range 1000 {
			if len(w.All(w.Ana)) == 1 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if left := w.named(secret); len(left) > 0 || len(w.All(w.Ana)) != 1 || w.All(w.Ana)[0].ID != waits.ID {
			t.Errorf("it stands in %v still; %+v", left, w.All(w.Ana))
		}
		var page *transfer.RunPage
		err := w.Book.Read(t.Context(), w.Ana, 0, func(r *teller.Reading) (err error) {
			page, err = transfer.Runs(t.Context(), r, "", 10)
			return err
		})
		if err != nil || len(page.Runs) != 1 || strings.Contains(page.Runs[0].Files[0].Name, secret) || page.Runs[0].Files[0].Read == 0 {
			t.Errorf("the book remembers %+v, %v", page.Runs, err)
		}
		w.Book.Clock.Set(w.Book.Clock.Now().Add(time.Second))
		u = w.takeIn("again.csv", table)
		if f := u.Result.Files[0]; len(f.First) != 0 || f.Skipped == 0 {
			t.Errorf("rows of the erased: %+v", f)
		}
		if _, err := w.Get(w.Ana, u.ID); err != nil {
			t.Errorf("what was taken in after the erasure went: %v", err)
		}
	})
}
