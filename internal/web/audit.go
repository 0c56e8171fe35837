package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
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
	noDay  bool // it is that a day could not be read

	page   *awareness.AuditPage
	scribe assessment.Scribe
	doors  *awareness.DoorPage
}

// value is what a field said or says, in the reader's words where it is one of a list.
func (v *auditView) value(p *ui.Page, field, value string, own bool) string {
	switch {
	case own || value == "":
	case field == book.FieldStage:
		return p.Lang.Stage(plainWord(value))
	case field == book.FieldKind && slices.Contains(book.AccountKinds, book.AccountKind(value)):
		return p.T("clients.kind" + value)
	case field == "role" && slices.Contains(book.Roles, book.Role(value)):
		return p.T("role." + value)
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
			v.noDay = true
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
	v.fault = out.fault
	if v.r.URL.Path == "/audit" {
		return v.show(auditPage(p, out, thisPage(v)))
	}
	return v.show(doorPage(p, out, thisPage(v)))
}

// faultWords say what is wrong with the form. Of a day they give examples; what else the book reads as a time is for
// programs.
func (v *auditView) faultWords(p *ui.Page) string {
	if v.noDay {
		return p.T("audit.noday", p.Clock.Sample())
	}
	return p.Lang.Refusal(v.fault)
}

// movedField is a field that an entry changed, as people read it.
type movedField struct{ name, before, after string }

// moved are the fields that an entry changed. One that was and is empty was not touched, and what the playbook entry keeps
// are the versions before and after, which tell people nothing.
func (v *auditView) moved(p *ui.Page, e *awareness.Audited) (out []movedField) {
	if e.Kind == book.KindPlaybook {
		return nil
	}
	for _, c := range e.Changes {
		before, after := v.value(p, c.Field, c.Before, c.Own), v.value(p, c.Field, c.After, c.Own)
		if before != "" || after != "" {
			out = append(out, movedField{name: v.scribe.FieldName(c.Field, c.Own), before: before, after: after})
		}
	}
	return out
}

// apart says that something happened at another time than it was written down, by more than writing takes.
func apart(recorded, at book.Instant) bool {
	const writing = book.Instant(time.Minute / time.Microsecond)
	return at != 0 && (recorded-at >= writing || at-recorded >= writing)
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
	case e.Kind == book.KindVoid:
		return v.scribe.TakenBack(e.Taken)
	case e.Made() && e.Name != "":
		return name + ": " + e.Name
	case len(e.Changes) > 0 && e.Kind != book.KindPlaybook, e.Kind == book.KindUndone, e.Kind == book.KindErased:
		return name
	case e.Kind.Happening(), e.Kind == book.KindNote, e.Kind == book.KindAttached, e.Kind == book.KindConsent, e.Kind == book.KindSnoozed,
		e.Kind == book.KindField, e.Kind == book.KindHistory, e.Kind == book.KindPlaybook:
		return v.scribe.About(e.Entry, nil)
	case e.Text != "":
		return name + ": " + e.Text
	}
	return name
}
