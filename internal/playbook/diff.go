package playbook

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/ledger"
)

// Diff says in plain words what b changes against a, a line for each change, in the order of the file; none when they
// mean the same.
func Diff(a, b *Playbook) []string {
	d := &changes{}
	d.words("the name", a.Name, b.Name)
	d.words("the title", a.Title, b.Title)
	d.words("the stage of a new account", a.Defaults.Stage, b.Defaults.Stage)
	d.words("the stage of an imported account", a.Defaults.Imported, b.Defaults.Imported)
	d.words("the tier of a new account", a.Defaults.Tier, b.Defaults.Tier)
	d.tiers(a.Tiers, b.Tiers)
	d.stages(a, b)
	before, after := numbers(a), numbers(b)
	for i, n := range before {
		d.words(n.words, figure(n.get()), figure(after[i].get()))
	}
	d.calendar(&a.Calendar, &b.Calendar)
	return d.lines
}

type changes struct{ lines []string }

func (d *changes) add(format string, args ...any) {
	d.lines = append(d.lines, fmt.Sprintf(format, args...))
}

func (d *changes) words(what, before, after string) {
	if before != after {
		d.add("%s is now %s (was %s)", what, after, before)
	}
}

func (d *changes) tiers(a, b []ledger.Tier) {
	find := func(in []ledger.Tier, name string) (ledger.Tier, bool) {
		i := slices.IndexFunc(in, func(t ledger.Tier) bool { return t.Name == name })
		if i < 0 {
			return ledger.Tier{}, false
		}
		return in[i], true
	}
	for _, old := range a {
		if _, ok := find(b, old.Name); !ok {
			d.add("tier %s is gone", old.Name)
		}
	}
	for _, t := range b {
		old, ok := find(a, t.Name)
		if !ok {
			d.add("tier %s is new", t.Name)
			continue
		}
		d.words("tier "+t.Name+": its weight", figure(old.Weight), figure(t.Weight))
		d.words("tier "+t.Name+": its period of silence in days", strconv.Itoa(old.Silence), strconv.Itoa(t.Silence))
		d.words("tier "+t.Name+": that it counts as top", strconv.FormatBool(old.Top), strconv.FormatBool(t.Top))
	}
}

func (d *changes) stages(a, b *Playbook) {
	for _, old := range a.Stages {
		if _, ok := b.Stage(old.Name); !ok {
			d.add("stage %s is gone", old.Name)
		}
	}
	for _, s := range b.Stages {
		old, ok := a.Stage(s.Name)
		if !ok {
			d.add("stage %s is new", s.Name)
			continue
		}
		d.words("stage "+s.Name+": its title", old.Title, s.Title)
		if old.Expect != s.Expect {
			d.add("stage %s: what the client may expect is worded anew", s.Name)
		}
		d.words("stage "+s.Name+": contact", pace(old.Cadence), pace(s.Cadence))
		for _, t := range bothTiers(a, b) {
			d.words("stage "+s.Name+", tier "+t+": contact", old.pace(t), s.pace(t))
		}
	}
	if order(a, b) != order(b, a) {
		d.add("the stages stand in another order")
	}
}

// bothTiers are the tiers that both playbooks have; the others are told as gone or new.
func bothTiers(a, b *Playbook) []string {
	return slices.DeleteFunc(tierNames(b), func(name string) bool {
		_, ok := a.Tier(name)
		return !ok
	})
}

// order is the order of a's stages that b has too.
func order(a, b *Playbook) string {
	var names []string
	for _, s := range a.Stages {
		if _, ok := b.Stage(s.Name); ok {
			names = append(names, s.Name)
		}
	}
	return strings.Join(names, " ")
}

func (s *Stage) pace(tier string) string {
	if c, ok := s.ByTier[tier]; ok {
		return pace(c)
	}
	return "as for all"
}

func pace(c ledger.Cadence) string {
	return fmt.Sprintf("every %d days, %d at most, at least by %s", c.Ideal, c.Max, c.Least)
}

func (d *changes) calendar(a, b *Calendar) {
	d.words("the time zone", a.Zone, b.Zone)
	d.words("the working week", week(a.Days), week(b.Days))
	d.words("the time of opening", hour(a.Opens), hour(b.Opens))
	d.words("the time of closing", hour(a.Closes), hour(b.Closes))
	for _, h := range a.Holidays {
		if !slices.Contains(b.Holidays, h) {
			d.add("%s is no holiday any more", h)
		}
	}
	for _, h := range b.Holidays {
		if !slices.Contains(a.Holidays, h) {
			d.add("%s is a holiday now", h)
		}
	}
}

func week(days [7]bool) string {
	var names []string
	for i := range 7 {
		if day := (i + 1) % 7; days[day] {
			names = append(names, weekdays[day])
		}
	}
	return strings.Join(names, " ")
}

func hour(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }
