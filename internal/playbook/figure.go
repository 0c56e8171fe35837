package playbook

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/book"
)

// Figure is one number of a playbook as an editor shows it.
type Figure struct {
	Path  string // in the file: "tariff.touch.call", "stages[2].cadence.ideal"
	Group string // under which it is shown: touch, wear, news …, minutes, tiers, stages
	Words string // what it is, in English: "the worth of a touch by call"
	Unit  Unit
	Value float64
	Usual float64 // of the playbook that ships under this name, else of the design

	Lowest, Highest float64
	Above           bool // Lowest itself is refused
	Whole           bool
}

// Unit says what a figure counts.
type Unit string

// The units.
const (
	Points       Unit = "points"
	PointsPerDay Unit = "points_per_day"
	Share        Unit = "share" // of one
	Days         Unit = "days"
	Minutes      Unit = "minutes"
	Factor       Unit = "factor"
)

// Groups are the groups of figures in the order in which they are shown, as the design tells them.
var Groups = []string{
	"half_life", "touch", "wear", "news", "promise", "help", "case", "sale", "pulse", "hand", "holds", "stakes", "minutes", "tiers", "stages",
}

// Figures are all numbers of a playbook, in the order of Groups, each in the order of the file. p must come from Parse.
func (p *Playbook) Figures() []Figure {
	usual := map[string]float64{}
	if src, ok := Source(p.Name); ok {
		if shipped, err := Parse(p.Name, src); err == nil {
			for _, n := range everyNumber(shipped) {
				usual[n.path] = n.get()
			}
		}
	}
	var out []Figure
	for _, n := range everyNumber(p) {
		if mayLack(n.path) && p.Tariff.SlipDays == 0 { // it is not in the file
			continue
		}
		f := Figure{
			Path: n.path, Words: n.words, Value: n.get(), Usual: n.usual, Lowest: n.lo, Highest: n.hi, Above: n.above, Whole: n.whole,
		}
		if u, ok := usual[n.path]; ok {
			f.Usual = u
		}
		f.Group, f.Unit = groupOf(n.path), unitOf(n.path)
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b Figure) int { return slices.Index(Groups, a.Group) - slices.Index(Groups, b.Group) })
	return out
}

// everyNumber are a playbook's numbers with those of its tiers and stages.
func everyNumber(p *Playbook) []number {
	out := numbers(p)
	for i := range p.Tiers {
		t, path := &p.Tiers[i], at("tiers", i)
		out = append(out, field(&t.Weight, path+".weight", "tier "+t.Name+": its weight", bounds{lo: 0, hi: 100, above: true, usual: 1}),
			whole(&t.Silence, path+".silence_days", "tier "+t.Name+": its period of silence in days", 90))
	}
	for i := range p.Stages {
		s, path := &p.Stages[i], at("stages", i)
		out = append(out, whole(&s.Cadence.Ideal, path+".cadence.ideal", "stage "+s.Name+": the ideal days between contacts", 14),
			whole(&s.Cadence.Max, path+".cadence.max", "stage "+s.Name+": the most days between contacts", 30))
		for _, t := range p.Tiers {
			c, ok := s.ByTier[t.Name]
			if !ok {
				continue
			}
			who, under := "stage "+s.Name+", tier "+t.Name, path+".tiers."+t.Name
			out = append(out, whole(&c.Ideal, under+".ideal", who+": the ideal days between contacts", 14),
				whole(&c.Max, under+".max", who+": the most days between contacts", 30))
		}
	}
	return out
}

// whole is a number of days that is kept as an integer.
func whole(to *int, path, words string, usual int) number {
	return number{
		path, words,
		bounds{lo: 1, hi: maxInterval, whole: true, usual: float64(usual)},
		func() float64 { return float64(*to) }, func(n float64) { *to = int(n) },
	}
}

func groupOf(path string) string {
	if path == "half_life_days" {
		return "half_life"
	}
	path = strings.TrimPrefix(path, "tariff.")
	if i := strings.IndexAny(path, ".["); i > 0 {
		path = path[:i]
	}
	return path
}

func unitOf(path string) Unit {
	switch key := last(path); {
	case strings.HasPrefix(path, "minutes."):
		return Minutes
	case strings.HasSuffix(key, "_days"), key == "ideal", key == "max":
		return Days
	case key == "per_day":
		return PointsPerDay
	case key == "rho", key == "recovery", key == "named_first":
		return Share
	case key == "gamma", key == "weight":
		return Factor
	}
	return Points
}

// Rewrite gives a source other values, by their paths, as they are written in TOML; all else in it, comments too, stays
// as it stands. What comes of it must be checked. Errors: Invalid where the source is no TOML, or has nothing there.
func Rewrite(src []byte, set map[string]string) ([]byte, error) {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	t, _, err := readTree(src)
	if err != nil {
		return nil, book.Errorf(book.Invalid, "%s", book.Said(err.Error()))
	}
	type change struct {
		span
		text string
	}
	var all []change
	for path, text := range set {
		s, ok := t.spans[path]
		if !ok || s.to <= s.from {
			return nil, book.Errorf(book.Invalid, "the playbook has nothing written at %s", path)
		}
		all = append(all, change{s, text})
	}
	slices.SortFunc(all, func(a, b change) int { return a.from - b.from })
	out, from := make([]byte, 0, len(src)+64), 0
	for _, c := range all {
		if c.from < from {
			return nil, book.Errorf(book.Invalid, "two values of the playbook stand in one another")
		}
		out = append(append(out, src[from:c.from]...), c.text...)
		from = c.to
	}
	return append(out, src[from:]...), nil
}

// Written is a number as a playbook has it.
func Written(n float64) string { return figure(n) }

// ReadFigure reads a number as people type it, with a point or a comma. ok is false for anything else.
func ReadFigure(text string) (n float64, ok bool) {
	text = strings.ReplaceAll(strings.TrimSpace(text), "−", "-")
	if strings.Count(text, ",") == 1 && !strings.Contains(text, ".") {
		text = strings.Replace(text, ",", ".", 1)
	}
	if text == "" || strings.Trim(text, "+-.0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil && !math.IsInf(n, 0)
}

// ListOf is a list of texts as a playbook has it.
func ListOf(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = strconv.Quote(w)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// WeekdayNames are the days of the week as a playbook names them, by time.Weekday.
func WeekdayNames() []string { return slices.Clone(weekdays) }
