package web

import (
	"encoding/json"
	"mime"
	"net/http"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/problem"
	"passbook/internal/teller"
)

// What a person may ask of the firm: all that the book says of them, and that it says no more. Both take an account or a
// contact, as the commands do.
func (s *Server) eraseRoutes() routes {
	return routes{"GET /people/{id}/erase": s.erasing, "POST /people/{id}/erase": s.erase, "GET /people/{id}/file": s.subjectFile}
}

// erasingView is the page on which somebody is erased, or which says that they were.
type erasingView struct {
	*awareness.Erasing
	asks  bool // the reader has a password to be asked for
	name  string
	fault error
}

// at is the fault's message for a field of the form; with "", what is about none of them.
func (e *erasingView) at(field string) error {
	of := fieldOf(e.fault)
	if of != "name" && of != "password" {
		of = ""
	}
	if of != field {
		return nil
	}
	return e.fault
}

// back is where the page leads to when nobody is erased.
func (e *erasingView) back() string {
	switch {
	case e.Account:
		return "/clients/" + string(e.ID)
	case len(e.Alone) > 0:
		return "/clients/" + string(e.Alone[0].ID)
	case len(e.Shared) > 0:
		return "/clients/" + string(e.Shared[0].ID)
	}
	return "/clients/known"
}

func (s *Server) erasing(v *visit) error { return s.showErasing(v, "", nil) }

// showErasing shows what an erasure comes to, with the form as it was filled in.
func (s *Server) showErasing(v *visit, name string, fault error) error {
	id, ok := book.ParseID(v.r.PathValue("id"))
	if !ok {
		return book.Errorf(book.NotFound, "there is no such client")
	}
	p := s.page(v, "", "clients")
	out := &erasingView{name: name, fault: fault}
	err := s.read(v, p, func(r *teller.Reading) (err error) {
		if out.Erasing, err = awareness.ErasingOf(v.r.Context(), r, id); err != nil {
			return err
		}
		out.asks, err = hasPassword(v, r)
		return err
	})
	if err != nil {
		return err
	}
	if p.Title = p.T("erase.title", out.Name); out.Done != nil {
		p.Title = p.T("erase.done")
	}
	if v.fault = fault; fieldOf(fault) != "" { // whatever is wrong in the form is the form's fault
		v.fault = book.Errorf(book.Invalid, "%s", fieldOf(fault))
	}
	return v.show(erasingPage(p, out))
}

// erase blanks a person's words, after their name was written and the member's own password: it cannot be undone.
func (s *Server) erase(v *visit) error {
	id, _ := book.ParseID(v.r.PathValue("id")) // nobody has none
	name := v.r.PostFormValue("name")
	err := s.read(v, s.page(v, "", "clients"), func(r *teller.Reading) error {
		e, err := awareness.ErasingOf(v.r.Context(), r, id)
		if err != nil {
			return err
		}
		return e.Confirm(name)
	})
	if err == nil {
		err = s.Auth.Again(v.r.Context(), v.who, v.r.PostFormValue("password"))
	}
	if err == nil {
		_, err = s.Teller.Do(v.r.Context(), v.who.Actor, &awareness.Erase{Person: id, Name: name}, teller.Options{})
	}
	switch {
	case err == nil:
		return s.back(v, "/people/"+string(id)+"/erase")
	case fieldOf(err) != "", problem.RetryAfter(err) != "", book.FaultOf(err) == book.Conflict:
		return s.showErasing(v, name, err)
	}
	return err
}

// subjectFile gives out everything the book holds about a person, to be handed to them.
func (s *Server) subjectFile(v *visit) error {
	id, ok := book.ParseID(v.r.PathValue("id"))
	if !ok {
		return book.Errorf(book.NotFound, "there is no such client")
	}
	var f *awareness.SubjectFile
	err := s.Teller.Read(v.r.Context(), v.who.Actor, 0, func(r *teller.Reading) (err error) {
		f, err = awareness.SubjectExport(v.r.Context(), r, id)
		return err
	})
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name() + ".json"}))
	_, err = v.w.Write(append(raw, '\n'))
	return err
}

// takeOut sends everything of the firm as a file to be saved.
func (s *Server) takeOut(v *visit) error {
	begun, err := s.Takeout.Answer(v.w, v.r, v.who.Actor, v.who.Place)
	if err == nil || !begun {
		return s.refusedHere(v, partExport, err)
	}
	s.Log.InfoContext(v.r.Context(), "the book could not be sent whole", "error", err)
	panic(http.ErrAbortHandler) // all that can be said is that this is not the end
}
