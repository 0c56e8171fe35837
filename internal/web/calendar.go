package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/ui"
	"passbook/internal/when"
)

// weekdayOrder is the order in which the days of the week are shown.
var weekdayOrder = [...]time.Weekday{ //nolint:gochecknoglobals // a table of words
	time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday,
}

// calendarView is the firm's calendar as a form.
type calendarView struct {
	firmPage
	version       string
	zone          string
	days          [7]bool
	opens, closes string
	holidays      []string
	day           string // the new holiday as it was typed
	dayFault      string
	faults        map[string]string // by field
	effect        *actions.WhatIf
	unchanged     bool
}

func (s *Server) calendar(v *visit) error { return s.showCalendar(v, &calendarView{}, nil) }

// showCalendar shows what was filled in, or the calendar in use where nothing was.
func (s *Server) showCalendar(v *visit, out *calendarView, set map[string]string) error {
	p := s.page(v, v.lang.Say("firm.calendar"), "settings")
	out.firmPage = s.firmPage(v, "calendar", out.fault)
	err := s.read(v, p, func(r *teller.Reading) error {
		out.first, out.version = r.Rules.First, r.Rules.Version
		c := &r.Rules.Playbooks[out.first].Calendar
		out.zone, out.days, out.opens, out.closes = c.Zone, c.Days, hour(c.Opens), hour(c.Closes)
		out.holidays = slices.Clone(c.Holidays)
		return nil
	})
	if err != nil {
		return err
	}
	if set != nil {
		out.zone, out.opens, out.closes = set["calendar.zone"], set["calendar.opens"], set["calendar.closes"]
		out.holidays = strings.Fields(set["calendar.holidays"])
		for d, name := range playbook.WeekdayNames() {
			out.days[d] = slices.Contains(strings.Fields(set["calendar.days"]), name)
		}
	}
	return v.show(calendarPage(p, out))
}

func hour(minutes int) string {
	return time.Date(2000, 1, 1, 0, minutes, 0, 0, time.UTC).Format("15:04")
}

// recalendar asks what another calendar would change, or takes it into use. It is the first playbook's.
func (s *Server) recalendar(v *visit) error {
	f := v.r.PostForm
	rules, err := s.rules(v.r.Context(), v.who.Workspace)
	if err != nil {
		return err
	}
	out := &calendarView{}
	holidays := slices.DeleteFunc(slices.Clone(f["holidays"]), func(h string) bool { return slices.Contains(f["remove"], h) })
	if out.day = strings.TrimSpace(f.Get("day")); out.day != "" {
		m, err := s.clockOf(v, rules).Parse(out.day, when.Until)
		switch {
		case err != nil:
			out.dayFault = v.lang.Say("firm.daybad")
		case f.Get("yearly") != "":
			holidays, out.day = append(holidays, m.At.Format("01-02")), ""
		default:
			holidays, out.day = append(holidays, m.At.Format(time.DateOnly)), ""
		}
	}
	slices.Sort(holidays)
	holidays = slices.Compact(holidays)
	set := map[string]string{
		"calendar.zone": f.Get("zone"), "calendar.days": strings.Join(f["days"], " "), "calendar.opens": f.Get("opens"),
		"calendar.closes": f.Get("closes"), "calendar.holidays": strings.Join(holidays, " "),
	}
	if set["calendar.closes"] == "00:00" { // a browser's field has no 24:00
		set["calendar.closes"] = "24:00"
	}
	c := &assessment.Reword{Name: rules.First, Set: set, From: f.Get("version")}
	if out.dayFault != "" {
		return v.mend(book.Errorf(book.Invalid, "%s", book.Said(out.dayFault)), func() error { return s.showCalendar(v, out, set) })
	}
	if f.Get("do") == "preview" {
		ask := &tariffView{}
		err = s.whatever(v, c, ask)
		out.effect, out.unchanged = ask.effect, ask.unchanged
	} else {
		var k *keeping
		if k, err = s.keep(v, "/settings/calendar", c, &c.Progress); err == nil {
			return s.kept(v, k)
		}
	}
	if err != nil {
		out.faults = map[string]string{}
		for _, fault := range c.Faults {
			path, _, _ := strings.Cut(fault.Path, "[")
			out.faults[path] = v.lang.Read(fault.Reason)
		}
		if len(c.Faults) == 0 {
			out.fault = err
		}
		return v.mend(err, func() error { return s.showCalendar(v, out, set) })
	}
	return s.showCalendar(v, out, set)
}

// holidayWords are a holiday as people read it.
func holidayWords(p *ui.Page, h string) string {
	if d, err := time.Parse(time.DateOnly, h); err == nil {
		return p.Clock.Calendar(d)
	}
	d, err := time.Parse(time.DateOnly, "2000-"+h)
	if err != nil {
		return h
	}
	return p.Clock.Yearly(d) + ", " + p.T("firm.every_year")
}

func (s *Server) fields(v *visit) error { return s.showFields(v, &fieldsView{}) }

func (s *Server) showFields(v *visit, out *fieldsView) error {
	p := s.page(v, v.lang.Say("firm.fields"), "settings")
	f, err := formatOf(v)
	switch {
	case err != nil:
		return err
	case f != "":
		return s.hand(v, p, f, func(r *teller.Reading) (*transfer.List, error) {
			all, err := awareness.Fields(v.r.Context(), r.Tx)
			return transfer.Fields(all), err
		})
	}
	out.firmPage = s.firmPage(v, "fields", out.fault)
	err = s.read(v, p, func(r *teller.Reading) (err error) {
		out.first = r.Rules.First
		out.all, err = awareness.Fields(v.r.Context(), r.Tx)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(fieldsPage(p, out))
}

// declareField declares a field, or changes one.
func (s *Server) declareField(v *visit) error {
	f := v.r.PostForm
	field := book.Field{
		Name: f.Get("name"), Kind: book.FieldSort(f.Get("kind")), Help: f.Get("help"),
		Choices: strings.FieldsFunc(f.Get("choices"), func(r rune) bool { return r == '\n' || r == '\r' }),
	}
	for _, k := range f["for"] {
		field.For = append(field.For, book.AccountKind(k))
	}
	if field.Kind != book.SortChoice {
		field.Choices = nil // what was typed before another kind was chosen
	}
	err := error(nil)
	if word := strings.TrimSpace(f.Get("order")); word != "" {
		if field.Order, err = strconv.Atoi(word); err != nil {
			err = book.Fieldf(book.Invalid, "order", "%q is no whole number", word)
		}
	}
	var r teller.Receipt
	if err == nil {
		r, err = s.Teller.Do(v.r.Context(), v.who.Actor, &awareness.DeclareField{Field: field}, teller.Options{})
	}
	if err != nil {
		return v.mend(err, func() error {
			return s.showFields(v, &fieldsView{firmPage: firmPage{fault: err}, form: field, again: true})
		})
	}
	return s.done(v, "/settings/fields", &r)
}

func (s *Server) dropField(v *visit) error {
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, &awareness.DropField{Name: v.r.PostFormValue("name")}, teller.Options{})
	if err != nil {
		return err
	}
	return s.done(v, "/settings/fields", &r)
}

// askedWords say what a field holds and of whom it is asked.
func askedWords(p *ui.Page, f *book.Field) string {
	words := p.T("firm.kind_" + string(f.Kind))
	if len(f.Choices) > 0 {
		words += ": " + strings.Join(f.Choices, ", ")
	}
	if len(f.For) > 0 {
		var of []string
		for _, k := range f.For {
			of = append(of, p.T("firm.for_"+string(k)))
		}
		words += " · " + strings.Join(of, ", ")
	}
	return words
}

func orderOf(f *book.Field) string {
	if f.Order == 0 {
		return ""
	}
	return strconv.Itoa(f.Order)
}

// clockOf is what a reader's words of time are understood by.
func (s *Server) clockOf(v *visit, r *teller.Rules) when.Clock {
	return when.Clock{Now: s.Now().In(v.zone(r.Calendar.Zone)), Closes: r.Calendar.Closes, Country: r.Firm.Country, Order: when.Order(v.likes["order"])}
}
