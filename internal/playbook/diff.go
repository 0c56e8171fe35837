package playbook

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/ledger"
	"passbook/internal/phrase"
)

// Diff says in plain words what b changes against a, a line for each change, in the order of the file; none when they
// mean the same. It speaks English, as the log keeps it.
func Diff(a, b *Playbook) []string { return DiffIn(phrase.Tongue{}, a, b) }

// DiffIn is Diff in a reader's language.
func DiffIn(t phrase.Tongue, a, b *Playbook) []string {
	d := &changes{in: t}
	d.changed(t.Say("the name"), a.Name, b.Name)
	d.changed(t.Say("the title"), a.Title, b.Title)
	d.changed(t.Say("what a closing is called"), cmp.Or(a.Closing, "–"), cmp.Or(b.Closing, "–"))
	d.changed(t.Say("the stage of a new account"), d.stage(a.Defaults.Stage), d.stage(b.Defaults.Stage))
	d.changed(t.Say("the stage of an imported account"), d.stage(a.Defaults.Imported), d.stage(b.Defaults.Imported))
	d.changed(t.Say("the tier of a new account"), a.Defaults.Tier, b.Defaults.Tier)
	d.tiers(a.Tiers, b.Tiers)
	d.stages(a, b)
	before, after := numbers(a), numbers(b)
	for i, n := range before {
		d.changed(t.Say(n.words), d.figure(n.get()), d.figure(after[i].get()))
	}
	d.calendar(&a.Calendar, &b.Calendar)
	d.engagements(a, b)
	d.moments(a, b)
	d.pulse(&a.Pulse, &b.Pulse)
	return d.lines
}

type changes struct {
	in    phrase.Tongue
	lines []string
}

// say adds a line.
func (d *changes) say(line string) { d.lines = append(d.lines, line) }

// changed adds a line where something is another than it was; what, before and after are in the language already.
func (d *changes) changed(what, before, after string) {
	if before != after {
		d.say(d.in.Say("{what} is now {after} (was {before})", "what", what, "after", after, "before", before))
	}
}

func (d *changes) figure(n float64) string { return d.in.Number(figure(n)) }

// stage is a stage's name. Those of the playbooks that ship have other words than in the file where the language has them.
func (d *changes) stage(name string) string {
	spaced := strings.ReplaceAll(name, "_", " ")
	if said := d.in.Stage(spaced); said != spaced {
		return said
	}
	return name
}

func (d *changes) yes(is bool) string {
	if is {
		return d.in.Say("true")
	}
	return d.in.Say("false")
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
			d.say(d.in.Say("tier {name} is gone", "name", old.Name))
		}
	}
	for _, t := range b {
		old, ok := find(a, t.Name)
		if !ok {
			d.say(d.in.Say("tier {name} is new", "name", t.Name))
			continue
		}
		d.changed(d.in.Say("tier {name}: its weight", "name", t.Name), d.figure(old.Weight), d.figure(t.Weight))
		d.changed(d.in.Say("tier {name}: its period of silence in days", "name", t.Name), strconv.Itoa(old.Silence), strconv.Itoa(t.Silence))
		d.changed(d.in.Say("tier {name}: that it counts as top", "name", t.Name), d.yes(old.Top), d.yes(t.Top))
	}
}

func (d *changes) stages(a, b *Playbook) {
	for _, old := range a.Stages {
		if _, ok := b.Stage(old.Name); !ok {
			d.say(d.in.Say("stage {name} is gone", "name", d.stage(old.Name)))
		}
	}
	for _, s := range b.Stages {
		name := d.stage(s.Name)
		old, ok := a.Stage(s.Name)
		if !ok {
			d.say(d.in.Say("stage {name} is new", "name", name))
			continue
		}
		d.changed(d.in.Say("stage {name}: its title", "name", name), d.in.Stage(old.Title), d.in.Stage(s.Title))
		if old.Expect != s.Expect {
			d.say(d.in.Say("stage {name}: what the client may expect is worded anew", "name", name))
		}
		d.changed(d.in.Say("stage {name}: contact", "name", name), d.pace(old.Cadence), d.pace(s.Cadence))
		for _, t := range bothTiers(a, b) {
			d.changed(d.in.Say("stage {name}, tier {tier}: contact", "name", name, "tier", t), d.paceOf(&old, t), d.paceOf(&s, t))
		}
	}
	if order(a, b) != order(b, a) {
		d.say(d.in.Say("the stages stand in another order"))
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

// paceOf is how often a stage's clients of a tier are contacted.
func (d *changes) paceOf(s *Stage, tier string) string {
	if c, ok := s.ByTier[tier]; ok {
		return d.pace(c)
	}
	return d.in.Say("as for all")
}

func (d *changes) pace(c ledger.Cadence) string {
	return d.in.Say("every {n} days, {max} at most, at least by {channel}", "n", strconv.Itoa(c.Ideal), "max", strconv.Itoa(c.Max), "channel", d.in.Say(string(c.Least)))
}

func (d *changes) calendar(a, b *Calendar) {
	t := d.in
	d.changed(t.Say("the time zone"), a.Zone, b.Zone)
	d.changed(t.Say("the working week"), d.week(a.Days), d.week(b.Days))
	d.changed(t.Say("the time of opening"), hour(a.Opens), hour(b.Opens))
	d.changed(t.Say("the time of closing"), hour(a.Closes), hour(b.Closes))
	for _, h := range a.Holidays {
		if !slices.Contains(b.Holidays, h) {
			d.say(t.Say("{day} is no holiday any more", "day", h))
		}
	}
	for _, h := range b.Holidays {
		if !slices.Contains(a.Holidays, h) {
			d.say(t.Say("{day} is a holiday now", "day", h))
		}
	}
}

func (d *changes) week(days [7]bool) string {
	var names []string
	for i := range 7 {
		if day := (i + 1) % 7; days[day] {
			names = append(names, d.in.Say(weekdays[day]))
		}
	}
	return strings.Join(names, " ")
}

func hour(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }
