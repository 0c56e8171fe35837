package playbook

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// The most that a file may list. A hundred holidays leave a working day in every year, whichever days they fall on.
const (
	maxStages   = 40
	maxTiers    = 10
	maxHolidays = 100
	maxInterval = 3650
	maxWork     = 10 // kinds of engagement
)

var (
	slug     = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)
	tierName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,39}$`)
	clock    = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$`)
)

// playbook reads a whole file into p.
func (r *reader) playbook(p *Playbook) {
	p.Tariff.Touch, p.Minutes.ByChannel = map[book.Channel]float64{}, map[book.Channel]int{}
	p.Name = r.name("name", slug, "my-trade")
	p.Title, _ = r.text("title", 80, "My trade")
	for _, t := range triples(p) {
		mend := fmt.Sprintf("%s = [%s, %s, %s]", last(t.path), figure(t.usual[0]), figure(t.usual[1]), figure(t.usual[2]))
		r.items(t.path, 3, 3, mend)
	}
	for _, n := range numbers(p) {
		if r.ask(n.path); mayLack(n.path) && r.t.values[n.path] == nil {
			continue
		}
		if v, ok := r.number(n.path, n.bounds); ok {
			n.set(v)
		}
	}
	r.slips(p)
	r.tiers(p)
	r.stages(p)
	r.calendar(&p.Calendar)
	r.defaults(p)
	r.together(p)
	// Books hold playbooks that were written before there were such lines, so they may be left out.
	r.engagements(p)
	r.moments(p)
	r.pulse(p)
	if r.ask("closing_words"); r.t.values["closing_words"] != nil {
		p.Closing, _ = r.text("closing_words", 80, "They signed their lease")
		p.Closing = strings.TrimRight(p.Closing, ".")
	}
}

// slips wants what a slip costs and from when on, or neither.
func (r *reader) slips(p *Playbook) {
	cost, days := r.t.values[slipPath] != nil, r.t.values[slipDaysPath] != nil
	if cost != days && r.t.values["tariff.case"] != nil {
		r.fail("tariff.case", "tariff.case has one of slip and slip_days; write both, or neither where a slip costs nothing")
	}
}

func (r *reader) name(path string, form *regexp.Regexp, usual string) string {
	s, ok := r.text(path, 200, usual)
	if ok && !form.MatchString(s) {
		kind := "lower-case letters"
		if form == tierName {
			kind = "letters"
		}
		r.fail(path, "%s %q must begin with a letter and have only %s, digits, - and _, at most 40, as in: %q", last(path), s, kind, usual)
	}
	return s
}

func (r *reader) tiers(p *Playbook) {
	n := r.items("tiers", 1, maxTiers, "a table [[tiers]] with name, weight, silence_days and top")
	for i := range n {
		path := at("tiers", i)
		t := ledger.Tier{Name: r.name(path+".name", tierName, "A")}
		t.Weight, _ = r.number(path+".weight", bounds{lo: 0, hi: 100, above: true, usual: 1})
		t.Silence, _ = r.integer(path+".silence_days", 1, maxInterval, 90)
		t.Top = r.truth(path + ".top")
		for _, o := range p.Tiers {
			if t.Name != "" && strings.EqualFold(o.Name, t.Name) {
				r.fail(path+".name", "there are two tiers named %q; name each once", t.Name)
			}
		}
		if i > 0 && t.Weight > p.Tiers[i-1].Weight && p.Tiers[i-1].Weight > 0 {
			r.fail(path+".weight", "tier %q weighs more than the one before it; list the heaviest first, since an account of no known tier gets the last", t.Name)
		}
		p.Tiers = append(p.Tiers, t)
	}
}

func (r *reader) stages(p *Playbook) {
	n := r.items("stages", 1, maxStages, "a table [[stages]] with name, title, expect and cadence")
	for i := range n {
		path := at("stages", i)
		s := Stage{Name: r.name(path+".name", slug, "client")}
		s.Title, _ = r.text(path+".title", 80, "Client")
		s.Expect, _ = r.text(path+".expect", 500, "You hear from us every month.")
		s.Cadence = r.cadence(path + ".cadence")
		s.ByTier = r.byTier(p, path+".tiers")
		if _, twice := p.Stage(s.Name); twice && s.Name != "" {
			r.fail(path+".name", "there are two stages named %q; name each once", s.Name)
		}
		p.Stages = append(p.Stages, s)
	}
}

func (r *reader) byTier(p *Playbook, path string) map[string]ledger.Cadence {
	r.ask(path)
	v, there := r.t.values[path]
	if !there {
		return nil
	}
	keys, ok := v.(table)
	if !ok {
		r.fail(path, "tiers must name a tier, as in: tiers.A = { ideal = 14, max = 30, least = \"call\" }")
		return nil
	}
	by := map[string]ledger.Cadence{}
	for _, name := range keys {
		to := path + "." + name
		r.ask(to)
		if _, ok := p.Tier(name); !ok && !r.spoilt("tiers") {
			r.fail(to, "%q is no tier of this playbook; it has %s", name, strings.Join(tierNames(p), ", "))
			continue
		}
		by[name] = r.cadence(to)
	}
	return by
}

func tierNames(p *Playbook) []string {
	var names []string
	for _, t := range p.Tiers {
		names = append(names, t.Name)
	}
	return names
}

func (r *reader) cadence(path string) ledger.Cadence {
	v, ok := r.get(path, last(path)+` = { ideal = 14, max = 30, least = "call" }`)
	if !ok {
		return ledger.Cadence{}
	}
	if _, ok := v.(table); !ok {
		r.fail(path, `%s must be written as in: %s = { ideal = 14, max = 30, least = "call" }`, last(path), last(path))
		return ledger.Cadence{}
	}
	var c ledger.Cadence
	var whole bool
	c.Ideal, ok = r.integer(path+".ideal", 1, maxInterval, 14)
	c.Max, whole = r.integer(path+".max", 1, maxInterval, 30)
	if ok && whole && c.Max < c.Ideal {
		r.fail(path+".max", "max is %d days and ideal %d; the latest day cannot come before the ideal one", c.Max, c.Ideal)
	}
	if least, ok := r.text(path+".least", 40, "call"); ok {
		c.Least = book.Channel(least)
		if c.Least.Rank() < 0 {
			r.fail(path+".least", "%q is no channel; least is one of %s", least, channels())
		}
	}
	return c
}

func channels() string {
	names := make([]string, len(book.Channels))
	for i, c := range book.Channels {
		names[i] = string(c)
	}
	return strings.Join(names, ", ")
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func (r *reader) calendar(c *Calendar) {
	if zone, ok := r.text("calendar.zone", 64, "Europe/London"); ok {
		c.Zone = zone
		// "Local" would make the same book count differently on another machine.
		if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
			r.fail("calendar.zone", "there is no time zone %q; write one as in: zone = \"Europe/London\"", zone)
		}
	}
	for i := range r.items("calendar.days", 1, 7, `days = ["mon", "tue", "wed", "thu", "fri"]`) {
		path := at("calendar.days", i)
		day := r.word(path)
		if n := slices.Index(weekdays, strings.ToLower(day)); n >= 0 {
			c.Days[n] = true
		} else {
			r.fail(path, "%q is no day of the week; days are %s", short(day), strings.Join(weekdays, ", "))
		}
	}
	var opens, closes bool
	c.Opens, opens = r.clock("calendar.opens", "09:00")
	c.Closes, closes = r.clock("calendar.closes", "18:00")
	if opens && closes && c.Closes <= c.Opens {
		r.fail("calendar.closes", "the firm closes before it opens; closes must be later than opens, at most \"24:00\"")
	}
	for i := range r.items("calendar.holidays", 0, maxHolidays, `holidays = ["01-01", "12-25"]`) {
		path := at("calendar.holidays", i)
		day := r.word(path)
		d, err := time.Parse(time.DateOnly, day)
		if err != nil {
			_, err = yearly(day)
		} else if d.Year() < book.FirstYear || d.Year() > book.LastYear {
			err = strconv.ErrRange
		}
		if err != nil {
			r.fail(path, "%q is no date; write \"2027-03-26\" for one year or \"12-25\" for every year", short(day))
			continue
		}
		c.Holidays = append(c.Holidays, day)
	}
}

// short keeps a foreign word from filling the screen.
func short(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// clock takes a time of day as minutes after midnight.
func (r *reader) clock(path, usual string) (int, bool) {
	s, ok := r.text(path, 40, usual)
	if !ok {
		return 0, false
	}
	if !clock.MatchString(s) {
		r.fail(path, "%s %q is no time of day; write %s = %q", last(path), s, last(path), usual)
		return 0, false
	}
	h, _ := strconv.Atoi(s[:2])
	m, _ := strconv.Atoi(s[3:])
	return h*60 + m, true
}

func (r *reader) defaults(p *Playbook) {
	p.Defaults.Stage = r.defaultStage(p, "defaults.stage")
	p.Defaults.Imported = r.defaultStage(p, "defaults.imported")
	var ok bool
	if p.Defaults.Tier, ok = r.text("defaults.tier", 40, "B"); ok && !r.spoilt("tiers") {
		if _, ok := p.Tier(p.Defaults.Tier); !ok {
			r.fail("defaults.tier", "%q is no tier of this playbook; it has %s", p.Defaults.Tier, strings.Join(tierNames(p), ", "))
		}
	}
}

func (r *reader) defaultStage(p *Playbook, key string) string {
	name, ok := r.text(key, 40, "client")
	if !ok || r.spoilt("stages") {
		return name
	}
	if _, ok := p.Stage(name); !ok {
		var names []string
		for _, s := range p.Stages {
			names = append(names, s.Name)
		}
		r.fail(key, "%q is no stage of this playbook; it has %s", name, strings.Join(names, ", "))
	}
	return name
}

// together checks numbers against each other, where one alone would look sound but turn the book's sense around.
func (r *reader) together(p *Playbook) {
	if len(r.faults) > 0 {
		return
	}
	t := &p.Tariff
	if t.Overdue.Cap < -t.Broken {
		r.fail("tariff.holds.promise_overdue.cap", "the cap of an overdue promise is %s and a broken one costs %s; a lower cap pays for hiding it, so write cap = %s", figure(t.Overdue.Cap), figure(-t.Broken), figure(-t.Broken))
	}
	for i := range 2 {
		if t.Recovery[i] < t.Recovery[i+1] {
			r.fail("tariff.case.recovery", "recovery gives back more for being later; its shares are for fast, in time and late, and must not rise")
		}
		if t.Failure[i] < t.Failure[i+1] {
			r.fail("tariff.case.failure", "failure costs less when it is worse; its points are for slight, serious and severe, and must not rise")
		}
	}
	if t.KeptLate > t.Kept {
		r.fail("tariff.promise.kept_late", "a promise kept late pays more than one kept in time; kept_late must be at most %s", figure(t.Kept))
	}
	if t.AnswerLate > t.AnswerSoon {
		r.fail("tariff.news.answer_late", "a late answer pays more than one in time; answer_late must be at most %s", figure(t.AnswerSoon))
	}
}
