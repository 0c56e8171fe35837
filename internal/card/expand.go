package card

import (
	"slices"
	"time"
)

// expansion walks a rule from its start. emit gets wall-clock times in
// ascending order and returns false to stop.
type expansion struct {
	rule
	start time.Time // the first occurrence, wall clock in UTC
	limit time.Time // no occurrence after it is looked for
	fuel  *int      // steps left, shared by all rules of a file
	emit  func(time.Time) bool

	left int   // occurrences still allowed by COUNT, -1 without
	secs []int // times of day in seconds, for daily and longer periods
}

// run reports whether the rule was walked to its end, limit or COUNT; false
// means that the fuel ran out or emit stopped it.
func (e *expansion) run() bool {
	e.left = -1
	if e.count > 0 {
		e.left = e.count
	}
	e.defaults()
	if e.freq < daily {
		return e.runShort()
	}
	e.secs = e.timesOfDay()
	*e.fuel -= len(e.secs)
	for k := 0; ; k++ {
		first, days := e.period(k)
		if first.After(e.limit) || first.Year() > 9999 {
			return true
		}
		if done, ok := e.runPeriod(first, days); done || !ok {
			return ok
		}
	}
}

// defaults takes from the start what the rule leaves open.
func (e *expansion) defaults() {
	if len(e.weekNos)+len(e.yearDays)+len(e.monthDays)+len(e.days) > 0 {
		return
	}
	switch e.freq {
	case yearly:
		if len(e.months) == 0 {
			e.months = []int{int(e.start.Month())}
		}
		e.monthDays = []int{e.start.Day()}
	case monthly:
		e.monthDays = []int{e.start.Day()}
	case weekly:
		e.days = []nthDay{{day: e.start.Weekday()}}
	}
}

// timesOfDay returns the seconds of the day at which a day of the rule has
// occurrences.
func (e *expansion) timesOfDay() []int {
	hours, minutes, seconds := e.hours, e.minutes, e.seconds
	if len(hours) == 0 {
		hours = []int{e.start.Hour()}
	}
	if len(minutes) == 0 {
		minutes = []int{e.start.Minute()}
	}
	if len(seconds) == 0 {
		seconds = []int{e.start.Second()}
	}
	var out []int
	for _, h := range hours {
		for _, m := range minutes {
			for _, s := range seconds {
				out = append(out, h*3600+m*60+min(s, 59)) // leap seconds are not kept
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// period returns the first day of the k-th period and its length in days.
func (e *expansion) period(k int) (time.Time, int) {
	n := k * e.interval
	y, m, _ := e.start.Date()
	switch e.freq {
	case yearly:
		return time.Date(y+n, 1, 1, 0, 0, 0, 0, time.UTC), yearLength(y + n)
	case monthly:
		first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		return first, first.AddDate(0, 1, -1).Day()
	case weekly:
		return weekOf(e.start, e.weekStart).AddDate(0, 0, 7*n), 7
	}
	return midnight(e.start).AddDate(0, 0, n), 1
}

func yearLength(y int) int { return time.Date(y, 12, 31, 0, 0, 0, 0, time.UTC).YearDay() }

// weekOf returns the first day of the week that t is in.
func weekOf(t time.Time, start time.Weekday) time.Time {
	back := (int(t.Weekday()) - int(start) + 7) % 7
	return midnight(t).AddDate(0, 0, -back)
}

// runPeriod emits the occurrences of one period. done means that the rule has
// ended, !ok that it was stopped.
func (e *expansion) runPeriod(first time.Time, days int) (done, ok bool) {
	var matching []time.Time
	for d := range days {
		if *e.fuel--; *e.fuel < 0 {
			return false, false
		}
		if day := first.AddDate(0, 0, d); e.matches(day) {
			matching = append(matching, day)
		}
	}
	n := len(matching) * len(e.secs)
	at := func(i int) time.Time {
		return matching[i/len(e.secs)].Add(time.Duration(e.secs[i%len(e.secs)]) * time.Second)
	}
	if len(e.positions) == 0 {
		for i := range n {
			if done, ok = e.give(at(i)); done || !ok {
				return done, ok
			}
		}
		return false, true
	}
	var picked []int
	for _, pos := range e.positions {
		if pos > 0 {
			pos--
		} else {
			pos += n
		}
		if pos >= 0 && pos < n {
			picked = append(picked, pos)
		}
	}
	slices.Sort(picked)
	for _, i := range slices.Compact(picked) {
		if done, ok = e.give(at(i)); done || !ok {
			return done, ok
		}
	}
	return false, true
}

// give hands one candidate to the caller.
func (e *expansion) give(t time.Time) (done, ok bool) {
	if *e.fuel--; *e.fuel < 0 {
		return false, false
	}
	switch {
	case t.Before(e.start):
		return false, true
	case t.After(e.limit) || t.Year() > 9999:
		return true, true
	case !e.emit(t):
		return false, false
	}
	if e.left > 0 {
		e.left--
	}
	return e.left == 0, true
}

// matches reports whether a day passes every filter of the rule.
func (e *expansion) matches(day time.Time) bool {
	y, m, d := day.Date()
	if len(e.months) > 0 && !slices.Contains(e.months, int(m)) {
		return false
	}
	if len(e.monthDays) > 0 && !fromEitherEnd(e.monthDays, d, time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day()) {
		return false
	}
	if len(e.yearDays) > 0 && !fromEitherEnd(e.yearDays, day.YearDay(), yearLength(y)) {
		return false
	}
	if len(e.weekNos) > 0 {
		week, weeks := weekNumber(day, e.weekStart)
		if !fromEitherEnd(e.weekNos, week, weeks) {
			return false
		}
	}
	if len(e.days) == 0 {
		return true
	}
	return slices.ContainsFunc(e.days, func(w nthDay) bool { return e.matchesWeekday(w, day) })
}

// fromEitherEnd reports whether list has n, counted from 1 or back from -1.
func fromEitherEnd(list []int, n, length int) bool {
	return slices.Contains(list, n) || slices.Contains(list, n-length-1)
}

// matchesWeekday counts the n-th Monday within the month, or within the year
// when a yearly rule names no months. Elsewhere n means nothing.
func (e *expansion) matchesWeekday(w nthDay, day time.Time) bool {
	if day.Weekday() != w.day {
		return false
	}
	y, m, d := day.Date()
	length := 0
	switch {
	case w.n == 0 || e.freq < monthly:
		return true
	case e.freq == monthly || len(e.months) > 0:
		length = time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day()
	default:
		d, length = day.YearDay(), yearLength(y)
	}
	if w.n > 0 {
		return (d-1)/7+1 == w.n
	}
	return -((length-d)/7 + 1) == w.n
}

// weekNumber returns the week of the year and how many weeks that year has. A
// week belongs to the year that has at least four of its days.
func weekNumber(day time.Time, start time.Weekday) (week, weeks int) {
	middle := weekOf(day, start).AddDate(0, 0, 3)
	week = (middle.YearDay()-1)/7 + 1
	last := weekOf(time.Date(middle.Year(), 12, 28, 0, 0, 0, 0, time.UTC), start).AddDate(0, 0, 3)
	return week, (last.YearDay()-1)/7 + 1
}

// runShort walks rules of hours, minutes and seconds. Days and hours that the
// filters exclude are jumped over.
func (e *expansion) runShort() bool {
	step := map[frequency]time.Duration{hourly: time.Hour, minutely: time.Minute, secondly: time.Second}[e.freq]
	unit := e.start.Truncate(step)
	step *= time.Duration(e.interval)
	for t := unit; !t.After(e.limit) && t.Year() <= 9999; {
		if *e.fuel--; *e.fuel < 0 {
			return false
		}
		skipTo := e.skip(t)
		if skipTo.After(t) {
			gap := skipTo.Sub(t)
			t = t.Add((gap + step - 1) / step * step)
			continue
		}
		if done, ok := e.within(t); done || !ok {
			return ok
		}
		t = t.Add(step)
	}
	return true
}

// skip returns the earliest time from t on that the filters may allow.
func (e *expansion) skip(t time.Time) time.Time {
	switch {
	case !e.matches(t):
		return midnight(t).AddDate(0, 0, 1)
	case len(e.hours) > 0 && !slices.Contains(e.hours, t.Hour()):
		return t.Truncate(time.Hour).Add(time.Hour)
	case e.freq < hourly && len(e.minutes) > 0 && !slices.Contains(e.minutes, t.Minute()):
		return t.Truncate(time.Minute).Add(time.Minute)
	case e.freq == secondly && len(e.seconds) > 0 && !slices.Contains(e.seconds, t.Second()):
		return t.Add(time.Second)
	}
	return t
}

// within emits the occurrences inside one hour, minute or second.
func (e *expansion) within(t time.Time) (done, ok bool) {
	minutes, seconds := []int{t.Minute()}, []int{t.Second()}
	if e.freq == hourly {
		if minutes = e.minutes; len(minutes) == 0 {
			minutes = []int{e.start.Minute()}
		}
	}
	if e.freq > secondly {
		if seconds = e.seconds; len(seconds) == 0 {
			seconds = []int{e.start.Second()}
		}
	}
	hour := t.Truncate(time.Hour)
	for _, m := range minutes {
		for _, s := range seconds {
			at := hour.Add(time.Duration(m)*time.Minute + time.Duration(min(s, 59))*time.Second)
			if done, ok = e.give(at); done || !ok {
				return done, ok
			}
		}
	}
	return false, true
}
