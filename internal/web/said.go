package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// saidCookie carries the entry that a form has written to the next page, which says what it was and offers to take it
// back. It holds an id and nothing else.
const saidCookie = "said"

// done goes to a page after a form, telling there what was written.
func (s *Server) done(v *visit, to string, r *teller.Receipt) error {
	if e := r.First(); e != nil {
		http.SetCookie(v.w, &http.Cookie{
			Name: saidCookie, Value: string(e.ID), Path: "/", MaxAge: 60, HttpOnly: true, SameSite: http.SameSiteLaxMode,
			Secure: s.Sessions.Cookie.Secure,
		})
	}
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
	return nil
}

// local says whether a form's word for where to go back to is a page of ours.
func local(to string) bool {
	u, err := url.Parse(to)
	return err == nil && strings.HasPrefix(to, "/") && u.Host == "" && !strings.HasPrefix(to, "//") && !strings.Contains(to, "\\")
}

// hear puts what was written last on top of a page, once.
func (s *Server) hear(v *visit, r *teller.Reading, p *ui.Page) error {
	c, err := v.r.Cookie(saidCookie)
	if err != nil {
		return nil //nolint:nilerr // nothing was written
	}
	http.SetCookie(v.w, &http.Cookie{Name: saidCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.Sessions.Cookie.Secure})
	id, ok := book.ParseID(c.Value)
	if !ok {
		return nil
	}
	found, err := r.Tx.EntriesByID(v.r.Context(), id)
	e, ok := found[id]
	if err != nil || !ok {
		return err
	}
	abouts, err := assessment.Subjects(v.r.Context(), r.Tx, []book.Entry{e})
	if err != nil {
		return err
	}
	p.Said = assessment.ScribeOf(r).About(&e, abouts[e.Settles()])
	if e.Kind == book.KindVoid {
		if p.Said, err = undone(v, r, p, &e); err != nil {
			return err
		}
	}
	if p.Said, err = ofWhom(v, r, p.Said, &e); err != nil {
		return err
	}
	if e.Facts.Batch == e.ID {
		all, err := r.Tx.TypedAt(v.r.Context(), e.Recorded)
		if err != nil {
			return err
		}
		on := map[book.ID]bool{}
		for i := range all {
			if all[i].Facts.Batch == e.ID {
				on[all[i].Account] = true
			}
		}
		said, err := hasLeft(v, r, p, &e, all)
		if err != nil {
			return err
		}
		if said != "" {
			p.Said = said
		} else if len(on) > 1 { // a correction is of one
			p.Said = p.T("clients.together", p.Said, len(on))
		}
	}
	if e.VoidedBy == "" && e.Kind != book.KindVoid {
		p.Undo = string(e.ID)
	}
	return nil
}

// ofWhom names the client of what was written where the page is about others too.
func ofWhom(v *visit, r *teller.Reading, said string, e *book.Entry) (string, error) {
	if e.Account == "" || e.Kind == book.KindVoid || e.Facts.Batch == e.ID || strings.HasPrefix(v.r.URL.Path, "/clients/"+string(e.Account)) {
		return said, nil
	}
	ids := []book.ID{e.Account}
	if e.Kind == book.KindMerged {
		ids = append(ids, e.Subject)
	}
	found, err := r.Tx.Accounts(v.r.Context(), ids...)
	if len(found) == 2 {
		if found[0].ID == e.Subject {
			slices.Reverse(found)
		}
		return v.lang.Say("alike.into", found[1].Name, found[0].Name), err
	}
	if err != nil || len(found) == 0 {
		return said, err
	}
	return found[0].Name + ": " + said, nil
}

// hasLeft says of a member's leaving who left and who has their clients now; "" where a batch is none.
func hasLeft(v *visit, r *teller.Reading, p *ui.Page, first *book.Entry, all []book.Entry) (string, error) {
	var who, heir book.ID
	clients := 0
	for i := range all {
		e := &all[i]
		switch {
		case e.Facts.Batch != first.ID:
		case e.Kind == book.KindMember && e.Facts.Set[awareness.MemberLeft].After != "":
			who = e.Subject
		case e.Kind == book.KindChanged && e.Facts.Set[book.FieldOwner].After != "":
			clients, heir = clients+1, book.ID(e.Facts.Set[book.FieldOwner].After)
		}
	}
	if who == "" || clients == 0 {
		return "", nil
	}
	names, err := r.Tx.MemberNames(v.r.Context(), who, heir)
	if clients == 1 {
		return p.T("team.hasleftone", names[who], names[heir]), err
	}
	return p.T("team.hasleft", names[who], clients, names[heir]), err
}

// undone says what a voiding entry has taken back.
func undone(v *visit, r *teller.Reading, p *ui.Page, e *book.Entry) (string, error) {
	found, err := r.Tx.EntriesByID(v.r.Context(), e.Subject)
	if err != nil {
		return "", err
	}
	was := found[e.Subject]
	if was.Kind == book.KindVoid { // what had been taken back, or was corrected, is itself again
		if found, err = r.Tx.EntriesByID(v.r.Context(), was.Subject); err != nil {
			return "", err
		}
		again := found[was.Subject]
		abouts, err := assessment.Subjects(v.r.Context(), r.Tx, []book.Entry{again})
		return p.T("account.again", assessment.ScribeOf(r).About(&again, abouts[again.Settles()])), err
	}
	abouts, err := assessment.Subjects(v.r.Context(), r.Tx, []book.Entry{was})
	if err != nil {
		return "", err
	}
	return p.T("account.undone", assessment.ScribeOf(r).About(&was, abouts[was.Settles()])), nil
}
