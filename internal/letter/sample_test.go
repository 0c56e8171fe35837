package letter

import (
	"bytes"
	"net/mail"
	"os"
	"path/filepath"
	"testing"
)

// sampleMbox reads the real archive beside the module, or skips.
func sampleMbox(t *testing.T) []byte {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(dir) == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "..", "shared", "data", "mail", "lkml.mbox"))
	if err != nil {
		t.Skip("the sample archive is not here: ", err)
	}
	return raw
}

func TestSampleArchive(t *testing.T) {
	raw := sampleMbox(t)
	letters, faults := scan(raw)
	if len(letters) != 210 || len(faults) != 0 {
		t.Fatalf("got %d letters and %v, want 210 and no fault", len(letters), faults)
	}
	busiest, bulk, words := 0, 0, 0
	var threads Threads
	for _, l := range letters {
		threads.Add(l)
		if len(l.From) == 1 && l.From[0].Addr == "joe@perches.com" {
			busiest++
		}
		if l.Bulk {
			bulk++
		}
		if OwnWords(l.Text) != "" {
			words++
		}
		if l.Auto || l.Bounce {
			t.Errorf("line %d: auto %v, bounce %v", l.Line, l.Auto, l.Bounce)
		}
	}
	if busiest != 53 || bulk != 210 || words < 205 {
		t.Errorf("busiest sender %d, bulk %d, with own words %d", busiest, bulk, words)
	}
	if a, b := threads.Root("1258848661-4660-2-git-send-email-stefan@datenfreihafen.org"),
		threads.Root("1258848661-4660-1-git-send-email-stefan@datenfreihafen.org"); a != b {
		t.Errorf("a patch series falls into threads %q and %q", a, b)
	}
}

// TestSampleDates holds our reading of dates against the standard library's, which is the stricter.
func TestSampleDates(t *testing.T) {
	n := 0
	for line := range bytes.Lines(sampleMbox(t)) {
		v, ok := bytes.CutPrefix(line, []byte("Date: "))
		if !ok {
			continue
		}
		want, err := mail.ParseDate(string(bytes.TrimSpace(v)))
		if err != nil {
			continue
		}
		n++
		if got, err := parseDate(string(v)); err != nil || !got.Equal(want) {
			t.Errorf("%q: got %v, %v; want %v", v, got, err, want)
		}
	}
	if n < 210 {
		t.Errorf("only %d dates compared", n)
	}
}

// TestSampleCut cuts the archive at many places: what ends before the cut must be read as it was.
func TestSampleCut(t *testing.T) {
	raw := sampleMbox(t)
	raw = raw[:min(len(raw), 60_000)]
	whole, _ := scan(raw)
	ends := make([]int, len(whole)) // the offset behind each letter
	at, line := 0, 1
	for i := range whole {
		for i+1 < len(whole) && line < whole[i+1].Line {
			_, next := lineAt(raw, at)
			at, line = next, line+1
		}
		ends[i] = at
	}
	for cut := 1; cut < len(raw); cut += 61 {
		letters, faults := scan(raw[:cut])
		if len(faults) > 1 {
			t.Fatalf("cut at %d: %v", cut, faults)
		}
		for i := 0; i+1 < len(whole) && ends[i] <= cut; i++ {
			if i >= len(letters) || letters[i].Digest != whole[i].Digest || letters[i].Text != whole[i].Text {
				t.Fatalf("cut at %d: letter %d is lost or changed", cut, i)
			}
		}
	}
}
