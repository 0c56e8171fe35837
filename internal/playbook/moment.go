package playbook

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"passbook/internal/book"
)

// Moment is an occasion in the time after a closing, of which a client's own plan is made: the ones of which what they need is known
// of this client.
type Moment struct {
	Name   string       // a lower-case slug
	After  int          // calendar days after the closing, or after the day that On names
	On     string       // a day of theirs: OnBirthday or OnAnniversary; empty counts from the closing
	Knows  string       // what must be known of them: KnowsFamily, KnowsTrouble, or the name of a field that the firm keeps; empty for nothing
	By     book.Channel // how it is done
	Candid bool         // they are asked an honest question
	Text   string       // what is done; see momentFields
}

// What a moment can count from, and need, besides the firm's own fields.
const (
	OnBirthday    = book.ContactBirthday
	OnAnniversary = book.ContactAnniversary
	KnowsFamily   = "family"  // somebody who belongs to them, as their card says
	KnowsTrouble  = "trouble" // what went wrong in the work
)

// maxMoments bounds the moments of a playbook, maxMoment the text of one.
const (
	maxMoments = 30
	maxMoment  = 300
)

// momentFields are what a moment may name: the client, the person whose day it is or of whom something is known, what is known, and
// what the work was about.
var momentFields = []string{"{name}", "{who}", "{what}", "{work}"}

// moments reads what is done for clients after a closing.
func (r *reader) moments(p *Playbook) {
	if r.ask("moments"); r.t.values["moments"] == nil {
		return
	}
	for i := range r.items("moments", 1, maxMoments, "a table [[moments]] with name, after_days, by and text") {
		path := at("moments", i)
		m := Moment{Name: r.name(path+".name", slug, "settled"), On: r.optional(path+".on", OnBirthday), Knows: r.optional(path+".knows", KnowsFamily)}
		m.After, _ = r.integer(path+".after_days", 0, maxInterval, 14)
		if m.On != "" && m.On != OnBirthday && m.On != OnAnniversary {
			r.fail(path+".on", "%q is no day that is known of people; on is %s or %s, and without it the days count from the closing", short(m.On), OnBirthday, OnAnniversary)
		}
		if by, ok := r.text(path+".by", 40, "call"); ok {
			if m.By = book.Channel(by); m.By.Rank() < 0 {
				r.fail(path+".by", "%q is no channel; by is one of %s", short(by), channels())
			}
		}
		if r.ask(path + ".candid"); r.t.values[path+".candid"] != nil {
			m.Candid = r.truth(path + ".candid")
		}
		r.momentText(path+".text", &m)
		if slices.ContainsFunc(p.Moments, func(o Moment) bool { return o.Name == m.Name && m.Name != "" }) {
			r.fail(path+".name", "there are two moments named %q; name each once", m.Name)
		}
		p.Moments = append(p.Moments, m)
	}
	always := func(m Moment) bool { return m.Candid && m.On == "" && m.Knows == "" }
	if !r.spoilt("moments") && !slices.ContainsFunc(p.Moments, always) {
		r.fail("moments", "none of the moments asks every client an honest question; write candid = true in one that has neither on nor knows")
	}
}

func (r *reader) momentText(path string, m *Moment) {
	m.Text, _ = r.text(path, maxMoment, "Call {name}: is everything as it should be?")
	for _, name := range braces.FindAllString(m.Text, -1) {
		switch {
		case !slices.Contains(momentFields, name):
			r.fail(path, "%s is nothing that a moment knows; it knows %s", name, strings.Join(momentFields, ", "))
		case name == "{what}" && m.Knows == "":
			r.fail(path, "{what} is what knows names, and this moment has no knows")
		case name == "{who}" && m.Knows == "" && m.On == "":
			r.fail(path, "{who} is whose day it is or of whom something is known, and this moment has neither on nor knows")
		}
	}
}

// optional takes a text that may be left out.
func (r *reader) optional(path, usual string) string {
	if r.ask(path); r.t.values[path] == nil {
		return ""
	}
	s, _ := r.text(path, 80, usual)
	return s
}

// Known is what a firm knows of a client, as far as moments ask for it.
type Known struct {
	Closed  int      // the day of the closing, as a calendar numbers days
	Name    string   // how the client is called
	Work    string   // what the work was about
	Trouble []string // what went wrong in it, in a few words each
	People  []KnownPerson
}

// KnownPerson is one of a client's people.
type KnownPerson struct {
	Name                  string
	Birthday, Anniversary string            // YYYY-MM-DD or --MM-DD; anything else is not known to the day
	Family                []string          // who belongs to them, by name
	Fields                map[string]string // the firm's own fields, by folded name
}

// Drawn is one step of a plan, as a moment gives it for a client.
type Drawn struct {
	Moment  string
	Day     int // as a calendar numbers days
	Channel book.Channel
	Candid  bool
	Text    string
}

// Draw makes the plan for a client of what is known of them, the soonest first. say puts a moment's text into the reader's
// language before its places are filled.
func (p *Playbook) Draw(k *Known, say func(string) string) []Drawn {
	var out []Drawn
	for i := range p.Moments {
		m := &p.Moments[i]
		for _, f := range k.finds(m) {
			out = append(out, Drawn{m.Name, f.day, m.By, m.Candid, strings.NewReplacer(
				"{name}", k.Name, "{who}", f.who, "{what}", f.what, "{work}", k.Work).Replace(say(m.Text))})
		}
	}
	slices.SortStableFunc(out, func(a, b Drawn) int { return cmp.Compare(a.Day, b.Day) })
	return out
}

// found is one thing known that a moment asks for.
type found struct {
	day       int
	who, what string
}

// finds are the things known of a client for which a moment stands in the plan: none leaves it out.
func (k *Known) finds(m *Moment) []found {
	if m.On == "" && m.Knows == "" {
		return []found{{day: k.Closed + m.After}}
	}
	if m.On == "" && m.Knows == KnowsTrouble {
		var out []found
		for _, what := range k.Trouble {
			out = append(out, found{k.Closed + m.After, k.Name, what})
		}
		return out
	}
	var out []found
	for i := range k.People {
		p := &k.People[i]
		day, ok := p.day(m.On, k.Closed)
		what, known := p.what(m.Knows)
		if ok && known {
			out = append(out, found{day + m.After, p.Name, what})
		}
	}
	return out
}

// what is known of a person under a name; true without a name.
func (p *KnownPerson) what(name string) (string, bool) {
	switch name {
	case "":
		return "", true
	case KnowsFamily:
		return strings.Join(p.Family, ", "), len(p.Family) > 0
	}
	what := p.Fields[book.Fold(name)]
	return what, what != ""
}

// day is the first day of a person's that a moment counts from, after a closing.
func (p *KnownPerson) day(on string, closed int) (int, bool) {
	switch on {
	case OnBirthday:
		return next(p.Birthday, closed)
	case OnAnniversary:
		return next(p.Anniversary, closed)
	}
	return closed, true
}

// next is the first return of a yearly date after a day. The 29th of February comes back on the 1st of March of other years.
func next(date string, after int) (int, bool) {
	if len(date) < 5 {
		return 0, false
	}
	d, err := time.Parse(time.DateOnly, "2000-"+date[len(date)-5:])
	if err != nil || len(date) != 7 && len(date) != 10 {
		return 0, false
	}
	for year := time.Unix(int64(after)*86400, 0).UTC().Year(); ; year++ {
		if day := int(time.Date(year, d.Month(), d.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400); day > after {
			return day, true
		}
	}
}

func (d *changes) moments(a, b *Playbook) {
	at := func(all []Moment, name string) int {
		return slices.IndexFunc(all, func(m Moment) bool { return m.Name == name })
	}
	for _, old := range a.Moments {
		if at(b.Moments, old.Name) < 0 {
			d.say(d.in.Say("moment {name} is gone", "name", old.Name))
		}
	}
	for _, m := range b.Moments {
		switch i := at(a.Moments, m.Name); {
		case i < 0:
			d.say(d.in.Say("moment {name} is new", "name", m.Name))
		case a.Moments[i] != m:
			d.say(d.in.Say("moment {name} is another", "name", m.Name))
		}
	}
}
