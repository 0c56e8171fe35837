package archive

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// A ZIP file that is no export, or more than one, is refused before anything of it is in the book, and leaves nothing on the disk.
func TestUnpackRefuses(t *testing.T) {
	s := newShelf(t, testkit.Open(t, ":memory:"))
	var whole bytes.Buffer
	if err := NewTakeout(s.Teller).Zip(context.Background(), s.Ana, "", &whole); err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	type file struct {
		name, text string
		times      int
	}
	for name, tc := range map[string]struct {
		files []file
		want  string
	}{
		"no manifest":      {[]file{{"a/members.jsonl", "{}\n", 1}}, "no Passbook export"},
		"a foreign file":   {[]file{{"a/manifest.json", "{}", 1}, {"a/run.sh", "true", 1}}, "no part of an export"},
		"out of its place": {[]file{{"a/manifest.json", "{}", 1}, {"a/../../members.jsonl", "{}", 1}}, "no part of an export"},
		"beside it":        {[]file{{"a/manifest.json", "{}", 1}, {"b/members.jsonl", "{}", 1}}, "no part of an export"},
		"twice":            {[]file{{"manifest.json", "{}", 1}, {"manifest.json", "{}", 1}}, "twice"},
		"a bomb":           {[]file{{"manifest.json", "{}", 1}, {"entries.jsonl", strings.Repeat("0", 1<<20), 80}}, "far more than an export"},
		"an empty one":     {[]file{{"manifest.json", "{}", 1}}, "not the manifest of a Passbook export"},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			z := zip.NewWriter(&b)
			for _, f := range tc.files {
				w, err := z.Create(f.name)
				for range f.times {
					if err == nil {
						_, err = w.Write([]byte(f.text))
					}
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			must(t, z.Close())
			path := filepath.Join(t.TempDir(), "some.zip")
			must(t, os.WriteFile(path, b.Bytes(), 0o600))
			refusedZip(t, path, tc.want)
		})
	}
	cutOff := filepath.Join(t.TempDir(), "cut.zip")
	must(t, os.WriteFile(cutOff, whole.Bytes()[:whole.Len()/2], 0o600))
	refusedZip(t, cutOff, "no ZIP file that can be read")
	if left, err := filepath.Glob(filepath.Join(tmp, "passbook-import-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func refusedZip(t *testing.T, path, want string) {
	t.Helper()
	to := other(t, testkit.Open(t, ":memory:"), time.Unix(1.7e9, 0))
	_, err := ImportArchive(context.Background(), to, teller.Actor{Workspace: "elsewhere", Role: book.RoleOwner}, path, nil)
	if book.FaultOf(err) != book.Invalid || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
}
