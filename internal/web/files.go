package web

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// attach keeps a file that a form has sent.
func (s *Server) attach(v *visit) error {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, awareness.MostFile+1<<20) // the form around it
	f, head, err := v.r.FormFile("file")
	c := &awareness.Attach{Account: awareness.Client(v.r.PathValue("id"))}
	if err == nil {
		c.Name = head.Filename
		if c.Data, err = io.ReadAll(io.LimitReader(f, awareness.MostFile+1)); err == nil {
			err = f.Close()
		}
	}
	if err != nil {
		return s.showAccountWith(v, &shownAccount{plight: book.Errorf(book.Invalid, "%s", v.lang.Say("account.nofile", awareness.MostFile>>20))})
	}
	c.Media = http.DetectContentType(c.Data)
	return s.doHere(v, c)
}

// file gives a file out: to be saved, never shown, since nobody knows what a stranger has put into it.
func (s *Server) file(v *visit) error {
	id, ok := book.ParseID(v.r.PathValue("id"))
	entry, known := book.ParseID(v.r.PathValue("entry"))
	if !ok || !known {
		return book.Errorf(book.NotFound, "there is no such file")
	}
	var f awareness.File
	var data []byte
	err := s.Teller.Read(v.r.Context(), v.who.Actor, 0, func(r *teller.Reading) (err error) {
		if _, err := assessment.Load(v.r.Context(), r, id, r.At); err != nil {
			return err
		}
		f, data, err = awareness.ReadFile(v.r.Context(), r, id, entry)
		return err
	})
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", f.Media)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	_, err = v.w.Write(data)
	return err
}

// consent writes down what somebody said of a channel.
func (s *Server) consent(v *visit) error {
	get := v.r.PostFormValue
	c := &awareness.SayConsent{
		Person: book.ID(v.r.PathValue("person")), Channel: book.Channel(get("channel")), Consent: book.Consent(get("consent")), Source: get("source"),
	}
	return s.doHere(v, c)
}

// fileSize is a file's size as people read it.
func fileSize(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%d KB", (n+512)>>10)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

// silent says whether somebody does not let us reach them by a channel any more.
func silent(p *awareness.ShownPerson, c book.Channel) bool {
	return slices.Contains(awareness.Withheld(p.Consents), c)
}

// consentWords say what somebody said of a channel, since when and where.
func consentWords(p *ui.Page, c *awareness.Consent) string {
	said := assessment.Scribe{Tongue: p.Tongue()}.Consent(c.Channel, c.Given) + ", " + p.T("consent.since", p.Clock.Day(c.Since))
	if c.Source == "" {
		return said
	}
	return said + ": " + c.Source
}
