package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/problem"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/ui"
	"passbook/internal/when"
)

func (s *Server) auditRoutes() routes {
	return routes{"GET /audit": s.audit, "GET /audit/door": s.door}
}

// auditView is a page of the audit, or of the door, with what it was narrowed by.
type auditView struct {
	form   url.Values
	people people
	from   book.Instant // as the form's words were understood; 0 for none
	until  book.Instant
	fault  error

	page   *awareness.AuditPage
	scribe assessment.Scribe
	doors  *awareness.DoorPage
}

// auditFields are those that show what is wrong with them themselves.
var auditFields = []string{"from", "until", "account"} //nolint:gochecknoglobals // a table of words

// value is what a field said or says, in the reader's words where it is one of a list.
func (v *auditView) value(p *ui.Page, field, value string, own bool) string {
	switch {
	case own || value == "":
	case field == book.FieldStage:
		return p.Lang.Stage(plainWord(value))
	case field == book.FieldKind && slices.Contains(book.AccountKinds, book.AccountKind(value)):
		return p.T("clients.kind" + value)
	}
	return v.scribe.FieldValue(field, value)
}

func (v *auditView) word(name string) string { return v.form.Get(name) }

// span understands from when until when is asked for.
func (v *auditView) span(c when.Clock) error {
	for _, end := range []struct {
		field string
		sense when.Sense
		to    *book.Instant
	}{{"from", when.Since, &v.from}, {"until", when.AsOf, &v.until}} {
		text := strings.TrimSpace(v.word(end.field))
		if text == "" {
			continue
		}
		m, err := c.Parse(text, end.sense)
		if err != nil {
			return book.Fieldf(book.Invalid, end.field, "%s", book.Said(book.Message(err)))
		}
		*end.to = m.Instant()
	}
	return nil
}

// audit shows who wrote what.
func (s *Server) audit(v *visit) error {
	return s.showAudit(v, "audit.title", func(ctx context.Context, r *teller.Reading, out *auditView) (err error) {
		out.page, err = awareness.Audit(ctx, r, out.written())
		return err
	}, func(ctx context.Context, r *teller.Reading, out *auditView) *transfer.List {
		return transfer.Audit(ctx, r, out.written())
	})
}

func (v *auditView) written() awareness.AuditOptions {
	return awareness.AuditOptions{
		Member: v.word("member"), Kind: book.Kind(v.word("kind")), Account: v.word("account"), After: v.word("after"), From: v.from, Until: v.until,
	}
}

// door shows who came in and who did not.
func (s *Server) door(v *visit) error {
	return s.showAudit(v, "audit.door", func(ctx context.Context, r *teller.Reading, out *auditView) (err error) {
		out.doors, err = awareness.Doors(ctx, r, out.atDoor())
		return err
	}, func(ctx context.Context, r *teller.Reading, out *auditView) *transfer.List {
		return transfer.Doors(ctx, r, out.atDoor())
	})
}

func (v *auditView) atDoor() awareness.DoorOptions {
	return awareness.DoorOptions{
		Member: v.word("member"), What: store.DoorWhat(v.word("kind")), After: v.word("after"), From: v.from, Until: v.until,
	}
}

// showAudit reads and shows a page of either kind, or hands its whole list out.
func (s *Server) showAudit(v *visit, title string, read func(context.Context, *teller.Reading, *auditView) error,
	list func(context.Context, *teller.Reading, *auditView) *transfer.List,
) error {
	p, ctx := s.page(v, v.lang.Say(title), "settings"), v.r.Context()
	out := &auditView{form: v.r.URL.Query(), page: &awareness.AuditPage{}, doors: &awareness.DoorPage{}}
	f, err := formatOf(v)
	if err != nil {
		return err
	}
	if f != "" {
		return s.hand(v, p, f, func(r *teller.Reading) (*transfer.List, error) {
			return list(ctx, r, out), out.span(s.clockOf(v, r.Rules))
		})
	}
	err = s.read(v, p, func(r *teller.Reading) error {
		out.scribe = assessment.ScribeOf(r)
		if err := out.people.load(ctx, r, []book.ID{book.ID(out.word("member"))}); err != nil {
			return err
		}
		err := out.span(s.clockOf(v, r.Rules))
		if err == nil {
			err = read(ctx, r, out)
		}
		if f := book.FaultOf(err); err != nil && f != book.Internal && f != book.Forbidden { // the form stays filled, with what is wrong
			out.fault, out.page, out.doors, err = err, &awareness.AuditPage{}, &awareness.DoorPage{}, nil
		}
		return err
	})
	if err != nil {
		return err
	}
	if out.fault != nil {
		v.w.WriteHeader(problem.Status(out.fault))
	}
	if v.r.URL.Path == "/audit" {
		return v.show(auditPage(p, out, thisPage(v)))
	}
	return v.show(doorPage(p, out, thisPage(v)))
}

// faultAt is what is wrong with a field of the form; "" for nothing.
func (v *auditView) faultAt(p *ui.Page, field string) string {
	if v.fault != nil && faultField(v.fault) == field {
		return p.Lang.Refusal(v.fault)
	}
	return ""
}

// faultField is the field that an error is about; "" for none.
func faultField(err error) string {
	var at *book.Error
	if errors.As(err, &at) {
		return at.Field
	}
	return ""
}

// older is the address of the next page, narrowed as this one is.
func (v *auditView) older(path, next string) string {
	q := url.Values{}
	for name := range v.form {
		if value := v.form.Get(name); value != "" {
			q.Set(name, value)
		}
	}
	q.Set("after", next)
	return path + "?" + q.Encode()
}

// told is what an entry says, apart from the fields that it changes: its kind's name, or the sentence a timeline has.
func (v *auditView) told(p *ui.Page, e *awareness.Audited) string {
	name := v.scribe.KindName(e.Kind)
	switch {
	case e.Made() && e.Name != "":
		return name + ": " + e.Name
	case len(e.Changes) > 0, e.Kind == book.KindVoid, e.Kind == book.KindUndone, e.Kind == book.KindErased:
		return name
	case e.Kind.Happening(), e.Kind == book.KindNote, e.Kind == book.KindAttached, e.Kind == book.KindConsent, e.Kind == book.KindSnoozed,
		e.Kind == book.KindField, e.Kind == book.KindPlaybook:
		return v.scribe.About(e.Entry, nil)
	case e.Text != "":
		return name + ": " + e.Text
	}
	return name
}
