package transfer

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"passbook/internal/book"
)

// written makes a list of every kind of cell.
func written(t testing.TB, f Format, zone *time.Location) []byte {
	t.Helper()
	var b bytes.Buffer
	o, err := NewOut(&b, f, "Clients: all/some", zone, "Name", "Email", "Balance", "Rows", "At")
	if err != nil {
		t.Fatal(err)
	}
	at := book.Micros(time.Date(2026, 3, 29, 12, 30, 0, 0, time.UTC))
	for _, name := range []string{"=1+1", "'=1+1", "+49 30", "-x", "@home", "'quoted'", "Zoë & <Söhne>", ""} {
		if err := o.Row(Text(name), Text("a@example.com"), Figure(-320), Count(12), When(at)); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Row(Text("last"), Text(""), Figure(0), Count(0), When(0)); err != nil {
		t.Fatal(err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOutCSV(t *testing.T) {
	rows, err := csv.NewReader(bytes.NewReader(written(t, CSV, time.FixedZone("", 7200)))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Name", "'=1+1", "''=1+1", "'+49 30", "'-x", "'@home", "'quoted'", "Zoë & <Söhne>", "", "last"}
	for i, row := range rows {
		if row[0] != want[i] {
			t.Errorf("row %d: %q, want %q", i, row[0], want[i])
		}
	}
	if rows[1][2] != "-3.20" || rows[1][3] != "12" || rows[1][4] != "2026-03-29 14:30" || rows[9][4] != "" {
		t.Errorf("figures are spoiled: %q", rows[1])
	}
}

// What is written comes in again as it was, of either format.
func TestOutComesIn(t *testing.T) {
	for _, f := range Formats {
		path := filepath.Join(t.TempDir(), "list."+string(f))
		if err := os.WriteFile(path, written(t, f, nil), 0o600); err != nil {
			t.Fatal(err)
		}
		s := open(t, path, Options{})
		if s.Kind != PeopleCSV {
			t.Fatalf("%s is %s", f, s.Kind)
		}
		got, faults := people(t, s)
		if len(faults) > 0 {
			t.Errorf("%s: %v", f, faults)
		}
		var names []string
		for _, p := range got {
			names = append(names, p.Name)
		}
		want := []string{"=1+1", "'=1+1", "+49 30", "-x", "@home", "'quoted'", "Zoë & <Söhne>", "a@example.com", "last"}
		if d := cmp.Diff(want, names); d != "" {
			t.Errorf("%s:\n%s", f, d)
		}
		if got[0].Fields["custom.Balance"] != map[Format]string{CSV: "-3.20", XLSX: "-3.2"}[f] || !strings.HasPrefix(got[0].Fields["custom.At"], "2026-03-29 12:30") {
			t.Errorf("%s: %v", f, got[0].Fields)
		}
		if got[0].Line != 2 {
			t.Errorf("%s: line %d", f, got[0].Line)
		}
	}
}

func FuzzHarmless(f *testing.F) {
	for _, s := range []string{"=1", "'=1", "''+", "x", " =1", "'", "-", "\t=", "'\u00a0@", "＝1", "'＋1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "")
		out := harmless(s)
		if restored(out) != s {
			t.Errorf("%q becomes %q becomes %q", s, out, restored(out))
		}
		if first, _ := utf8.DecodeRuneInString(out); out != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", first) {
			t.Errorf("%q is written as %q", s, out)
		}
	})
}
