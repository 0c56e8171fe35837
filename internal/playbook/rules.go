package playbook

import (
	"maps"
	"time"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// Rules are what the ledger counts by: each playbook's own prices and standards, and from the first one the half-life
// and the calendar of the whole workspace. The playbooks must come from Parse; first may stand among all or not.
// Nothing in the result is shared with them.
func Rules(version string, first *Playbook, all ...*Playbook) *ledger.Rules {
	r := &ledger.Rules{
		Version: version, HalfLife: first.HalfLife, Calendar: first.Calendar.working(), First: first.Name,
		Trades: make(map[string]*ledger.Trade, len(all)+1),
	}
	for _, p := range all {
		r.Trades[p.Name] = p.trade()
	}
	r.Trades[first.Name] = first.trade()
	return r
}

func (p *Playbook) trade() *ledger.Trade {
	t := &ledger.Trade{Name: p.Name, Closing: p.Closing, Tariff: p.Tariff, Tiers: append([]ledger.Tier(nil), p.Tiers...)}
	t.Tariff.Touch = maps.Clone(p.Tariff.Touch)
	for _, s := range p.Stages {
		t.Stages = append(t.Stages, ledger.Stage{
			Name: s.Name, Title: s.Title, Cadence: s.Cadence, ByTier: maps.Clone(s.ByTier),
		})
	}
	t.Engagements = make(map[book.EngagementKind]map[string]ledger.EngagementStage, len(p.Engagements))
	for _, e := range p.Engagements {
		stages := make(map[string]ledger.EngagementStage, len(e.Stages))
		for _, s := range e.Stages {
			stages[s.Name] = ledger.EngagementStage{Length: float64(s.Length), Update: float64(s.Update)}
		}
		t.Engagements[e.Kind] = stages
	}
	return t
}

// working makes the ledger's calendar, with yearly holidays written out for every year the book accepts. A zone that
// cannot be loaded, which Parse refuses, counts as UTC.
func (c *Calendar) working() *ledger.Calendar {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		zone = time.UTC
	}
	var dates []time.Time
	for _, h := range c.Holidays {
		if d, err := time.Parse(time.DateOnly, h); err == nil {
			dates = append(dates, d)
			continue
		}
		d, err := yearly(h)
		if err != nil {
			continue
		}
		for y := book.FirstYear; y <= book.LastYear; y++ {
			// The 29th of February is a holiday in leap years only.
			if t := time.Date(y, d.Month(), d.Day(), 0, 0, 0, 0, time.UTC); t.Month() == d.Month() {
				dates = append(dates, t)
			}
		}
	}
	return ledger.NewCalendar(zone, c.Days, c.Opens, c.Closes, dates)
}

// yearly reads "12-25", in a leap year so that "02-29" is a date.
func yearly(s string) (time.Time, error) { return time.Parse(time.DateOnly, "2000-"+s) }
