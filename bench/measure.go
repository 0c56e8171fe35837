package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// cost is what something took: time on the wall, CPU time of this process, and the most memory that it held.
type cost struct {
	Wall, CPU time.Duration
	RSS       int64 // bytes, of the whole process so far
}

// measured runs fn and says what it took.
func measured(fn func() error) (cost, error) {
	var a, z syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &a) // it fails only for a wrong argument
	begin := time.Now()
	err := fn()
	c := cost{Wall: time.Since(begin)}
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &z)
	c.CPU = time.Duration(z.Utime.Nano() + z.Stime.Nano() - a.Utime.Nano() - a.Stime.Nano())
	c.RSS = z.Maxrss * 1024
	return c, err
}

// by is the cost of one of n.
func (c cost) by(n int) cost {
	return cost{c.Wall / time.Duration(n), c.CPU / time.Duration(n), c.RSS}
}

// plus is both together.
func (c cost) plus(o cost) cost {
	return cost{c.Wall + o.Wall, c.CPU + o.CPU, max(c.RSS, o.RSS)}
}

// pair is one round: what is measured, and its baseline by turns with it or right after it.
type pair struct{ it, bare cost }

const turns = 10 // stretches of a round; no page is run less often

// byTurns runs product and baseline so many times each, in short stretches by turns: both meet the same machine, whose speed
// goes up and down from second to second.
func byTurns(runs int, it, bare func(i int) error) (out pair, err error) {
	for from := 0; from < runs; from += runs / turns {
		to := min(from+runs/turns, runs)
		for _, half := range []struct {
			run  func(i int) error
			cost *cost
		}{{it, &out.it}, {bare, &out.bare}} {
			c, err := measured(func() error { return repeat(from, to, half.run) })
			if err != nil {
				return out, err
			}
			*half.cost = half.cost.plus(c)
		}
	}
	return out, nil
}

func repeat(from, to int, fn func(i int) error) error {
	for i := from; i < to; i++ {
		if err := fn(i); err != nil {
			return err
		}
	}
	return nil
}

// best is the round in which it did best against the baseline, by the given measure.
func best(all []pair, of func(cost) time.Duration) (pair, float64) {
	found, ratio := pair{}, math.Inf(1)
	for _, p := range all {
		if x := float64(of(p.it)) / float64(of(p.bare)); x < ratio {
			found, ratio = p, x
		}
	}
	return found, ratio
}

func wall(c cost) time.Duration { return c.Wall }

func cpu(c cost) time.Duration { return c.CPU }

// line is one row of the table.
type line struct {
	what     string
	measured string
	raw      string
	ratio    string
	limit    string
	reached  bool
	judged   bool
}

// add keeps a line and shows it at once, since a whole run takes long.
func (b *bench) add(l line) {
	b.lines = append(b.lines, l)
	fmt.Fprintf(os.Stderr, "%s | %s | %s | %s | %s | %s\n", l.what, l.measured, l.raw, l.ratio, l.limit, l.verdict())
}

func (l *line) verdict() string {
	switch {
	case !l.judged:
		return "–"
	case l.reached:
		return "yes"
	}
	return "NO"
}

// atLeast and atMost judge a ratio; others judge a figure against its limit.
func (l line) atLeast(ratio, limit float64, unit string) line {
	l.ratio, l.limit, l.judged, l.reached = figure(ratio)+unit, "≥ "+figure(limit)+unit, true, ratio >= limit
	return l
}

func (l line) atMost(ratio, limit float64, unit string) line {
	l.ratio, l.limit, l.judged, l.reached = figure(ratio)+unit, "≤ "+figure(limit)+unit, true, ratio <= limit
	return l
}

func figure(f float64) string {
	switch {
	case f == math.Trunc(f):
		return strconv.FormatFloat(f, 'f', 0, 64)
	case f >= 100:
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	return strconv.FormatFloat(f, 'f', 2, 64)
}

// perSecond says how many of n were done in a second, by the wall and by the CPU.
func perSecond(n int, c cost) string {
	return fmt.Sprintf("%s/s (%s of CPU)", thousands(float64(n)/c.Wall.Seconds()), brief(c.CPU/time.Duration(n)))
}

func brief(d time.Duration) string {
	switch {
	case d >= time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	case d >= time.Millisecond:
		return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 2, 64) + " ms"
	}
	return strconv.FormatFloat(float64(d.Nanoseconds())/1000, 'f', 1, 64) + " µs"
}

func thousands(f float64) string {
	s := strconv.FormatFloat(f, 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func megabytes(n int64) float64 { return float64(n) / 1e6 }

// printTable writes the table as Markdown whose columns also line up.
func printTable(w io.Writer, lines []line) error {
	t := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	row := func(cells ...string) { fmt.Fprintln(t, "| "+strings.Join(cells, "\t| ")+"\t|") }
	row("what", "measured", "baseline", "ratio", "limit", "reached")
	row("---", "---", "---", "---", "---", "---")
	for _, l := range lines {
		row(l.what, l.measured, l.raw, l.ratio, l.limit, l.verdict())
	}
	return t.Flush()
}
