package archive

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// A ZIP file that is no export, or more than one, is refused before anything of it is in the book.
func TestPackedRefuses(t *testing.T) {
	s := newShelf(t, testkit.Open(t, ":memory:"))
	var whole bytes.Buffer
	if err := NewTakeout(s.Teller).Zip(context.Background(), s.Ana, "", &whole); err != nil {
		t.Fatal(err)
	}
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
	lying := filepath.Join(t.TempDir(), "lying.zip")
	must(t, os.WriteFile(lying, liar(t), 0o600))
	refusedZip(t, lying, "manifest.json: this cannot be read")
}

// liar is a ZIP file whose manifest is longer than it says of itself.
func liar(t *testing.T) []byte {
	t.Helper()
	var b, packed bytes.Buffer
	d, err := flate.NewWriter(&packed, flate.BestSpeed)
	must(t, err)
	text := bytes.Repeat([]byte(" "), 1<<20)
	_, err = d.Write(text)
	must(t, errors.Join(err, d.Close()))
	z := zip.NewWriter(&b)
	w, err := z.CreateRaw(&zip.FileHeader{
		Name: "manifest.json", Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(text), CompressedSize64: uint64(packed.Len()), UncompressedSize64: 2,
	})
	must(t, err)
	_, err = w.Write(packed.Bytes())
	must(t, errors.Join(err, z.Close()))
	return b.Bytes()
}

func refusedZip(t *testing.T, path, want string) {
	t.Helper()
	to := other(t, testkit.Open(t, ":memory:"), time.Unix(1.7e9, 0))
	_, err := ImportArchive(context.Background(), to, teller.Actor{Workspace: "elsewhere", Role: book.RoleOwner}, path, nil)
	if book.FaultOf(err) != book.Invalid || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
}
