package transfer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func allRows(r io.Reader, sep byte) (rows [][]string, lines []int, faults []Fault) {
	t := newRowReader(r, sep)
	for {
		rw, fault, ok := t.next()
		switch {
		case !ok:
			return rows, lines, faults
		case fault != nil:
			faults = append(faults, *fault)
		default:
			rows, lines = append(rows, slices.Clone(rw.fields)), append(lines, rw.line)
		}
	}
}

func TestRows(t *testing.T) {
	tests := []struct {
		name, in string
		sep      byte
		rows     [][]string
		lines    []int
	}{
		{"plain", "a,b\nc,d\n", ',', [][]string{{"a", "b"}, {"c", "d"}}, []int{1, 2}},
		{"empty fields", ",a,\n", ',', [][]string{{"", "a", ""}}, []int{1}},
		{"quotes", `"a,b","c ""d""",` + "\n", ',', [][]string{{"a,b", `c "d"`, ""}}, []int{1}},
		{"lines in a field", "\"a\r\nb\",c\r\nd,e", ',', [][]string{{"a\nb", "c"}, {"d", "e"}}, []int{1, 3}},
		{"a lone quote is text", `5" pipe,"say "hi" now",x` + "\n", ',', [][]string{{`5" pipe`, `say "hi" now`, "x"}}, []int{1}},
		{"only quotes", `"","""",""""""` + "\n", ',', [][]string{{"", `"`, `""`}}, []int{1}},
		{"semicolons", "a;\"b;c\"\n", ';', [][]string{{"a", "b;c"}}, []int{1}},
		{"tabs", "a\t \"b\tc\"\t\n", '\t', [][]string{{"a", "b\tc", ""}}, []int{1}},
		{"an empty line is a row", "a\n\nb\n", ',', [][]string{{"a"}, {""}, {"b"}}, []int{1, 2, 3}},
		{"latin", "caf\xe9,\"na\xefve\"\n", ',', [][]string{{"café", "naïve"}}, []int{1}},
		{"nothing", "", ',', nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(tt.in), iotest.OneByteReader(strings.NewReader(tt.in))} {
				rows, lines, faults := allRows(r, tt.sep)
				if diff := cmp.Diff(tt.rows, rows); diff != "" || len(faults) > 0 {
					t.Errorf("rows: %s\nfaults %v", diff, faults)
				}
				if diff := cmp.Diff(tt.lines, lines); diff != "" {
					t.Errorf("lines: %s", diff)
				}
			}
		})
	}
}

// A quote that never closes costs its line and no other.
func TestOpenQuote(t *testing.T) {
	rows, lines, faults := allRows(strings.NewReader("a,b\n\"open,c\nd,e\nf,\"also\ng,h\n"), ',')
	if diff := cmp.Diff([][]string{{"a", "b"}, {"d", "e"}, {"g", "h"}}, rows); diff != "" {
		t.Error(diff)
	}
	if !slices.Equal(lines, []int{1, 3, 5}) || !slices.Equal(linesOf(faults), []int{2, 4}) {
		t.Errorf("lines %v, faults %v", lines, faults)
	}
}

func TestHugeField(t *testing.T) {
	big := strings.Repeat("x", 10<<20)
	for name, in := range map[string]string{
		"bare":   "a,b\n" + big + ",c\nd,e\n",
		"quoted": "a,b\n\"" + big + "\",c\nd,e\n",
	} {
		rows, lines, faults := allRows(strings.NewReader(in), ',')
		if len(rows) != 2 || !slices.Equal(lines, []int{1, 3}) || !slices.Equal(linesOf(faults), []int{2}) {
			t.Errorf("%s: %d rows at %v, faults %v", name, len(rows), lines, faults)
		}
	}
}

// A file of nothing but open quotes must take time in proportion to its size; searching to the end for each of them
// would keep this test from ending.
func TestManyOpenQuotes(t *testing.T) {
	_, _, faults := allRows(strings.NewReader(strings.Repeat("\"a\n", 200_000)+strings.Repeat("x\n", 300_000)), ',')
	if len(faults) != 200_000 {
		t.Errorf("%d faults", len(faults))
	}
}

// Long fields move and grow the buffer under a row that is being read.
func TestLongRows(t *testing.T) {
	long := strings.Repeat("a line of words\n", 20_000)
	in := "h,i\n" + strings.Repeat("x,\""+long+"\"\n\"y\",z\n", 5)
	rows, lines, faults := allRows(strings.NewReader(in), ',')
	if len(rows) != 11 || len(faults) != 0 {
		t.Fatalf("%d rows, faults %v", len(rows), faults)
	}
	for i := 1; i < 11; i += 2 {
		if rows[i][0] != "x" || rows[i][1] != strings.TrimSpace(long) || !slices.Equal(rows[i+1], []string{"y", "z"}) {
			t.Errorf("row %d is damaged", i)
		}
	}
	if lines[1] != 2 || lines[2] != 20_003 || lines[3] != 20_004 {
		t.Errorf("lines %v", lines)
	}
}

func TestReadingStops(t *testing.T) {
	r := io.MultiReader(strings.NewReader("a,b\nc,"), iotest.ErrReader(errors.New("the disk is gone")))
	rows, _, faults := allRows(r, ',')
	if len(rows) != 2 || len(faults) != 1 || faults[0].Reason != "reading stopped: the disk is gone" {
		t.Errorf("rows %v, faults %v", rows, faults)
	}
}

// FuzzRows compares with the standard reader wherever that one is content, and looks for hangs and panics elsewhere.
func FuzzRows(f *testing.F) {
	for _, s := range []string{"a,b\nc,d", "\"a\nb\",c\n", `"a""b",` + "\n", "\"open\n", "\xff\x00,\"\r\n\"", " \"a\" ,b\n", "'%"} {
		f.Add([]byte(s), byte(','))
	}
	f.Fuzz(func(t *testing.T, in []byte, sep byte) {
		if !slices.Contains([]byte(",;\t|"), sep) {
			sep = ','
		}
		rows, lines, faults := allRows(iotest.HalfReader(bytes.NewReader(in)), sep)
		if len(rows)+len(faults) > bytes.Count(in, []byte{'\n'})+1 {
			t.Fatalf("%d rows and %d faults", len(rows), len(faults))
		}
		if !slices.IsSorted(lines) {
			t.Fatalf("lines %v", lines)
		}
		if !isClean(bytes.ReplaceAll(in, []byte("\n"), nil)) || bytes.Contains(in, []byte("\n\n")) || bytes.HasPrefix(in, []byte("\n")) {
			return
		}
		std := csv.NewReader(bytes.NewReader(in))
		std.Comma, std.FieldsPerRecord = rune(sep), -1
		want, err := std.ReadAll()
		if err != nil {
			return
		}
		for _, row := range slices.Concat(want, rows) { // an apostrophe that keeps a text from being a formula is taken off by ours
			for i := range row {
				row[i] = strings.Trim(row[i], "' \t\n")
			}
		}
		if diff := cmp.Diff(want, rows); diff != "" && !strings.ContainsAny(string(in), " \t") {
			t.Errorf("%q: %s", in, diff)
		}
	})
}
