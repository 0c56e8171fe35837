package web

import (
	"fmt"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/ui"
)

// statement is the account's passbook from one day to another, to be printed.
func (s *Server) statement(v *visit) error {
	id, ok := book.ParseID(v.r.PathValue("id"))
	if !ok {
		return book.Errorf(book.NotFound, "there is no such client")
	}
	p := s.page(v, v.lang.Say("account.statement"), "clients")
	t := &statementSheet{from: v.r.FormValue("from"), to: v.r.FormValue("to"), why: v.r.FormValue("why") != ""}
	f, err := formatOf(v)
	if err != nil {
		return err
	}
	if f != "" {
		return s.hand(v, p, f, func(r *teller.Reading) (*transfer.List, error) {
			from, to, err := t.span(r)
			if err != nil {
				return nil, err
			}
			st, err := assessment.DrawUp(v.r.Context(), r, id, from, to)
			if err != nil {
				return nil, err
			}
			return transfer.Statement(st), nil
		})
	}
	t.here = thisPage(v)
	err = s.read(v, p, func(r *teller.Reading) error {
		from, to, err := t.span(r)
		if err == nil {
			t.st, err = assessment.DrawUp(v.r.Context(), r, id, from, to)
		}
		if t.fault = err; book.FaultOf(err) == book.Invalid {
			t.st, err = assessment.DrawUp(v.r.Context(), r, id, 0, 0)
		}
		return err
	})
	if err != nil {
		return err
	}
	p.Title = t.st.Account.Name + " · " + p.Title
	v.fault = t.fault
	return v.show(statementPage(p, t))
}

// statementSheet is a statement to be printed.
type statementSheet struct {
	st       *assessment.Statement
	from, to string // days as they were filled in
	why      bool   // with the reason of each posting
	here     string // its address
	fault    error
}

// span is a period that a statement is often asked for.
type span struct {
	name string
	href templ.SafeURL
	now  bool // it is the one that is shown
}

// spans are the periods to choose from by one press; any other is filled in day by day.
func (t *statementSheet) spans(p *ui.Page) []span {
	out := []span{{name: p.T("account.spanall")}}
	days := [][2]string{{"", ""}}
	year := p.Clock.Now.Year()
	for _, s := range []struct {
		key         string
		first, last int
	}{{"spanthis", year, 0}, {"spanlast", year - 1, year - 1}, {"spantwo", year - 1, 0}} {
		to := ""
		if s.last != 0 {
			to = fmt.Sprintf("%d-12-31", s.last)
		}
		out, days = append(out, span{name: p.T("account." + s.key)}), append(days, [2]string{fmt.Sprintf("%d-01-01", s.first), to})
	}
	for i := range out {
		q := url.Values{}
		for n, name := range []string{"from", "to"} {
			if days[i][n] != "" {
				q.Set(name, days[i][n])
			}
		}
		if t.why {
			q.Set("why", "1")
		}
		out[i].href, out[i].now = templ.SafeURL("?"+q.Encode()), days[i] == [2]string{t.from, t.to}
	}
	return out
}

// span reads the days: from the beginning of one to the end of the other, by the reader's clock.
func (t *statementSheet) span(r *teller.Reading) (from, to book.Instant, err error) {
	for _, day := range []struct {
		name, word string
		end        int
		at         *book.Instant
	}{{"from", t.from, 0, &from}, {"to", t.to, 1, &to}} {
		if day.word == "" {
			continue
		}
		d, err := time.ParseInLocation(time.DateOnly, day.word, r.Zone())
		if err != nil {
			return 0, 0, book.Fieldf(book.Invalid, day.name, "%q is no day", day.word)
		}
		*day.at = book.Micros(d.AddDate(0, 0, day.end)) - book.Instant(day.end)
	}
	return from, to, nil
}
