package transfer

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
)

// Rejects writes the rows that an import left out, as CSV with the columns file, line and reason.
type Rejects struct {
	w     *csv.Writer
	begun bool
}

// NewRejects writes to w, nothing before the first Add.
func NewRejects(w io.Writer) *Rejects {
	return &Rejects{w: csv.NewWriter(w)}
}

// Add writes one row. Line 0 means the file as a whole.
func (r *Rejects) Add(file string, line int, reason string) error {
	if !r.begun {
		r.begun = true
		if err := r.w.Write([]string{"file", "line", "reason"}); err != nil {
			return err
		}
	}
	at := ""
	if line > 0 {
		at = strconv.Itoa(line)
	}
	return r.w.Write([]string{harmless(file), at, harmless(reason)})
}

// Flush writes out what is held back. It must be called at the end.
func (r *Rejects) Flush() error {
	r.w.Flush()
	return r.w.Error()
}

// harmless keeps a cell from being taken for a formula by a spreadsheet: reasons quote foreign text.
func harmless(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "")
	if t := strings.TrimLeft(s, " \u00a0\ufeff"); t != "" && strings.ContainsRune("=+-@\t\r\n|%", rune(t[0])) {
		return "'" + s
	}
	return s
}
