package web

import (
	"io"
	"os"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/ui"
)

// formatOf is the format that an address asks for, "" for a page.
func formatOf(v *visit) (transfer.Format, error) {
	word := v.r.URL.Query().Get("format")
	if word == "" {
		return "", nil
	}
	return book.OneOf("format", word, transfer.Formats)
}

// hand sends a list as a file. It is written aside first, so that a slow reader holds no reading of the book open, and a
// fault in its middle is a page that says so.
func (s *Server) hand(v *visit, p *ui.Page, f transfer.Format, list func(*teller.Reading) (*transfer.List, error)) (err error) {
	aside, err := os.CreateTemp("", "passbook-list-*")
	if err != nil {
		return err
	}
	defer func() {
		_ = aside.Close() // it was read to its end or nobody wants it any more
		if rerr := os.Remove(aside.Name()); rerr != nil {
			s.Log.Error("a list that was written aside could not be removed", "error", rerr)
		}
	}()
	name := ""
	err = s.read(v, p, func(r *teller.Reading) error {
		r.Tongue.Bound = false // a file is read by programs too
		l, err := list(r)
		if err != nil {
			return err
		}
		name = l.Name
		return l.Write(aside, f, r.Rules.Calendar.Zone, func(column string) string { return p.T("list." + column) })
	})
	if err != nil {
		return err
	}
	if _, err := aside.Seek(0, io.SeekStart); err != nil {
		return err
	}
	name += "." + string(f)
	// First noted, then given.
	note := store.Door{What: store.DoorTaken, How: "list", Detail: name, Place: v.who.Place}
	if err := s.Teller.AtDoor(v.r.Context(), v.who.Actor, note); err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", f.Type())
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	if _, err := io.Copy(v.w, aside); err != nil {
		s.Log.Info("a list was not sent whole", "error", err)
	}
	return nil
}

// thisPage is the address of the page, without its format.
func thisPage(v *visit) string {
	q := v.r.URL.Query()
	q.Del("format")
	if len(q) == 0 {
		return v.r.URL.Path
	}
	return v.r.URL.Path + "?" + q.Encode()
}

// inFormat is the address of a page with its list in a format.
func inFormat(address string, f transfer.Format) string {
	sign := "?"
	for _, c := range address {
		if c == '?' {
			sign = "&"
		}
	}
	return address + sign + "format=" + string(f)
}
