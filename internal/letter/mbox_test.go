package letter

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// scan collects what an mbox yields.
func scan(raw []byte) (letters []*Letter, faults []*Fault) {
	for l, f := range ScanMbox(bytes.NewReader(raw)) {
		if f != nil {
			faults = append(faults, f)
		} else {
			letters = append(letters, l)
		}
	}
	return letters, faults
}

const two = `From ann@example.com Mon Jan  6 10:00:00 2020
From: Ann <ann@example.com>
To: bob@example.org
Date: Mon, 6 Jan 2020 10:00:00 +0000
Message-ID: <1@example.com>
Subject: one

Hello

From the desk of Ann
>From here on it is quoted
>>From twice

From ann@example.com Mon Jan  6 11:00:00 2020 said somebody

From bob@example.org Mon Jan  6 12:00:00 2020
From: bob@example.org
Date: Mon, 6 Jan 2020 12:00:00 +0000
Message-ID: <2@example.org>
Subject: two

Bye
`

func TestScanMbox(t *testing.T) {
	for _, crlf := range []bool{false, true} {
		text := two
		if crlf {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		letters, faults := scan([]byte(text))
		if len(letters) != 2 || len(faults) != 0 {
			t.Fatalf("crlf %v: %d letters, %v", crlf, len(letters), faults)
		}
		want := "Hello\n\nFrom the desk of Ann\nFrom here on it is quoted\n>From twice\n\n" +
			"From ann@example.com Mon Jan  6 11:00:00 2020 said somebody"
		if letters[0].Text != want {
			t.Errorf("crlf %v: text %q", crlf, letters[0].Text)
		}
		if letters[0].Line != 1 || letters[1].Line != 16 {
			t.Errorf("crlf %v: lines %d and %d", crlf, letters[0].Line, letters[1].Line)
		}
		if letters[1].MessageID != "2@example.org" || letters[1].Text != "Bye" {
			t.Errorf("crlf %v: second letter %+v", crlf, letters[1])
		}
	}
}

func TestSeparators(t *testing.T) {
	for line, want := range map[string]bool{
		"From ann@example.com Mon Jan  6 10:00:00 2020":                  true,
		"From - Mon Jan  6 10:00:00 2020":                                true,
		"From 1234567890@xxx Mon Jan 06 10:00:00 +0000 2020":             true,
		"From MAILER-DAEMON Mon Jan  6 10:00 2020":                       true,
		"From ann@example.com Mon, 06 Jan 2020 10:00:00 +0100":           true,
		"From ann@example.com Mon Jan  6 10:00:00 CET 2020":              true,
		"From \"Ann B\" Mon Jan  6 10:00:00 2020":                        true,
		"From the desk of Ann":                                           false,
		"From ann@example.com":                                           false,
		"From ann@example.com Mon Jan  6 10:00:00 20":                    false,
		"From Mon to Fri we are open, Jan 6 2020":                        false,
		"From ann@example.com Mon Jan 36 10:00:00 2020":                  false,
		"From my mail of Jan 6 at 10:00:00 in 2020 you know what I mean": false,
	} {
		if _, got := separatorDate(line); got != want {
			t.Errorf("%q: separator %v, want %v", line, got, want)
		}
	}
}

func TestMboxFaults(t *testing.T) {
	sep := "From ann@example.com Mon Jan  6 10:00:00 2020\n"
	good := sep + "From: ann@example.com\nDate: Mon, 6 Jan 2020 10:00:00 +0000\n\nHello\n\n"
	tests := []struct {
		name, text string
		letters    int
		faults     string
	}{
		{"empty", "", 0, ""},
		{"only empty lines", "\n\n", 0, ""},
		{"byte order mark", "\xEF\xBB\xBF" + good, 1, ""},
		{"not mbox", "name,mail\nAnn,ann@example.com\n\n" + good, 0, `[line 1: the file is not an mbox: it does not begin with a "From " line]`},
		{"no final line end", strings.TrimRight(good, "\n"), 1, ""},
		{"year before 1970", strings.Replace(good, "2020 10", "1969 10", 1) + good, 1, "[line 1: the date's year 1969 is before 1970]"},
		{"year after 9999", good + strings.Replace(good, "Jan 2020", "Jan 10020", 1), 1, "[line 7: the date's year 10020 is after 9999]"},
		{"cut in header", good + sep + "From: ann@example.com\nDate: Mon, 6 Jan 20", 1, "[line 7: the file ends within the header of its last message]"},
		{"cut behind separator", good + strings.TrimSpace(sep), 1, "[line 7: the file ends within the header of its last message]"},
		{"cut in separator", good + "From ann@exam", 1, `[line 7: the file ends within a "From " line]`},
		{"no header", sep + "\njust words\n\n" + good, 1, "[line 1: there is no header]"},
	}
	for _, tt := range tests {
		letters, faults := scan([]byte(tt.text))
		got := ""
		if len(faults) > 0 {
			got = fmt.Sprint(faults)
		}
		if len(letters) != tt.letters || got != tt.faults {
			t.Errorf("%s: %d letters, %s", tt.name, len(letters), got)
		}
		for _, l := range letters {
			if l.Text != "Hello" {
				t.Errorf("%s: text %q", tt.name, l.Text)
			}
		}
	}
}

func TestMboxDateFromSeparator(t *testing.T) {
	letters, faults := scan([]byte("From 12@xxx Mon Jan 06 10:00:00 +0000 2020\nFrom: ann@example.com\nDate: whenever\n\nHello\n"))
	if len(letters) != 1 || len(faults) != 0 {
		t.Fatalf("%v %v", letters, faults)
	}
	if want := time.Date(2020, 1, 6, 10, 0, 0, 0, time.UTC); letters[0].Date != want {
		t.Errorf("date %v, want %v", letters[0].Date, want)
	}
}

// repeat serves one line again and again, so that a test can have a large file without holding one.
type repeat struct {
	line string
	left int
}

func (r *repeat) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := 0
	for r.left > 0 && n+len(r.line) <= len(p) {
		n += copy(p[n:], r.line)
		r.left--
	}
	if n == 0 {
		return 0, errors.New("the buffer is shorter than a line")
	}
	return n, nil
}

func TestMboxTooLarge(t *testing.T) {
	head := strings.NewReader("From a@example.com Mon Jan  6 10:00:00 2020\nFrom: a@example.com\nDate: Mon, 6 Jan 2020 10:00:00 +0000\n\n")
	line := strings.Repeat("x", 1023) + "\n"
	tests := map[string]io.Reader{
		"many lines": &repeat{line, MaxSize/1024 + 1},
		"one line":   &repeat{strings.Repeat("x", 1024), MaxSize/1024 + 2},
	}
	for name, body := range tests {
		_, _ = head.Seek(0, io.SeekStart)
		var got []string
		for l, f := range ScanMbox(io.MultiReader(head, body, strings.NewReader("\n\n"+two))) {
			if f != nil {
				got = append(got, f.Error())
			} else {
				got = append(got, l.MessageID)
			}
		}
		want := "[line 1: the message is larger than 64 MiB 1@example.com 2@example.org]"
		if fmt.Sprint(got) != want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestMboxBrokenReader(t *testing.T) {
	r := io.MultiReader(strings.NewReader(two), iotest.ErrReader(errors.New("disk")))
	letters, faults := 0, 0
	for _, f := range ScanMbox(r) {
		if f != nil {
			faults++
		} else {
			letters++
		}
	}
	if letters != 2 || faults != 1 {
		t.Errorf("%d letters and %d faults, want 2 and 1", letters, faults)
	}
}

func TestMboxSmallReads(t *testing.T) {
	n := 0
	for _, f := range ScanMbox(iotest.OneByteReader(strings.NewReader(two))) {
		if f != nil {
			t.Error(f)
		}
		n++
		break // the iterator must bear being left early
	}
	if n != 1 {
		t.Errorf("%d steps", n)
	}
}

func FuzzScanMbox(f *testing.F) {
	f.Add([]byte(two))
	f.Add([]byte("From a@example.com Mon Jan  6 10:00:00 2020\nDate: x\n\n"))
	f.Add([]byte("From \n\nFrom \n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		line := 0
		for l, fault := range ScanMbox(bytes.NewReader(raw)) {
			if (l == nil) == (fault == nil) {
				t.Fatal("neither or both of letter and fault")
			}
			at := 0
			if l != nil {
				at = l.Line
				checkLetter(t, l)
			} else {
				at = fault.Line
			}
			if at < line {
				t.Fatalf("line %d after %d", at, line)
			}
			line = at
		}
	})
}
