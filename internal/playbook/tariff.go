package playbook

import (
	"passbook/internal/book"
)

// number is one number of the file: where it stands, what it is called in a sentence, and what it may be. The list of
// them is the form of the file; reading, checking and comparing all go by it.
type number struct {
	path  string
	words string
	bounds
	get func() float64
	set func(float64)
}

// numbers are the numbers of a playbook outside its stages and tiers, bound to p, whose maps must exist. What is
// usual is the design's own default.
func numbers(p *Playbook) []number {
	out := []number{field(&p.HalfLife, "half_life_days", "the half-life in days", bounds{lo: 1, hi: 3650, usual: 90})}
	out = append(out, touches(p)...)
	out = append(out, prices(p)...)
	out = append(out, severities(p)...)
	out = append(out, holds(p)...)
	return append(out, minutes(p)...)
}

// What a slipped estimate costs, and from when on. Books hold playbooks that were written before there were such lines, so both may
// be left out, and slips cost nothing then.
const (
	slipPath     = "tariff.case.slip"
	slipDaysPath = "tariff.case.slip_days"
)

// mayLack says whether a number may be left out of a playbook.
func mayLack(path string) bool { return path == slipPath || path == slipDaysPath }

// Kinds of figure: points that pay, points that take, shares, days of a memory, days until something is due.
func pays(usual float64) bounds  { return bounds{lo: 0, hi: 100, usual: usual} }
func takes(usual float64) bounds { return bounds{lo: -100, hi: 0, usual: usual} }
func share(usual float64) bounds { return bounds{lo: 0, hi: 1, usual: usual} }
func due(usual float64) bounds   { return bounds{lo: 0, hi: 365, above: true, usual: usual} }

func field(to *float64, path, words string, b bounds) number {
	return number{path, words, b, func() float64 { return *to }, func(n float64) { *to = n }}
}

func keyed[N int | float64](m map[book.Channel]N, c book.Channel, path, words string, b bounds) number {
	return number{path, words, b, func() float64 { return float64(m[c]) }, func(n float64) { m[c] = N(n) }}
}

func touches(p *Playbook) []number {
	t := &p.Tariff
	usual := map[book.Channel]float64{
		book.Meeting: 10, book.Video: 7, book.Call: 6, book.Letter: 6, book.Text: 3, book.Email: 2, book.Chat: 2, book.Social: 1,
	}
	var out []number
	for _, c := range book.Channels {
		out = append(out, keyed(t.Touch, c, "tariff.touch."+string(c), "the worth of a touch by "+string(c), pays(usual[c])))
	}
	return append(
		out,
		field(&t.Gift, "tariff.touch.gift", "the worth of a gift", pays(8)),
		field(&t.Gamma, "tariff.wear.gamma", "how worth falls with the number reached (gamma)", bounds{lo: 1, hi: 3, usual: 1}),
		field(&t.Rho, "tariff.wear.rho", "what each repeat of a script leaves (rho)", bounds{lo: 0, hi: 1, above: true, usual: 0.82}),
		field(&t.R, "tariff.wear.r_days", "the days after which half of a repeat is forgotten (R)", bounds{lo: 0, hi: 3650, above: true, usual: 60}),
		field(&t.Sigma, "tariff.wear.sigma_days", "the days after which half of freshness is back (sigma)", bounds{lo: 0, hi: 3650, usual: 3}),
	)
}

func prices(p *Playbook) []number {
	t := &p.Tariff
	return []number{
		field(&t.AskedFirst, "tariff.news.asked_first", "the cost of being asked first", takes(-4)),
		field(&t.AnswerSoon, "tariff.news.answer_soon", "the worth of an answer in time", pays(1)),
		field(&t.AnswerLate, "tariff.news.answer_late", "the worth of a late answer", pays(0)),
		field(&t.Kept, "tariff.promise.kept", "the worth of a promise kept", pays(5)),
		field(&t.KeptLate, "tariff.promise.kept_late", "the worth of a promise kept late", pays(1)),
		field(&t.Broken, "tariff.promise.broken", "the cost of a broken promise", takes(-10)),
		field(&p.Help.Given, "tariff.help.given", "the worth of a help", pays(5)),
		field(&p.Help.Goal, "tariff.help.goal", "the worth of a help that moved their goal", pays(10)),
		field(&t.NamedFirst, "tariff.case.named_first", "the share charged for a failure that we named first", share(0.5)),
		field(&t.Complaint, "tariff.case.complaint", "the worth of a complaint", pays(1)),
		field(&t.Slip, slipPath, "the cost of an estimate that slipped", takes(-2)),
		field(&t.SlipDays, slipDaysPath, "the days by which an estimate may slip without a charge", due(2)),
		field(&t.Closing, "tariff.sale.closing", "the cost of a closing", takes(-10)),
		field(&t.ClosingTop, "tariff.sale.closing_top", "the cost of a closing with a top client", takes(-20)),
		field(&t.Referred, "tariff.sale.referral", "the worth of a referral", pays(8)),
		field(&t.AskReferral, "tariff.sale.ask_referral", "the cost of asking for a referral", takes(-3)),
		field(&t.PulseLowest, "tariff.pulse.lowest", "what the worst pulse answer posts", takes(-8)),
		field(&t.PulseHighest, "tariff.pulse.highest", "what the best pulse answer posts", pays(4)),
		field(&t.HandLimit, "tariff.hand.limit", "the most a judgement by hand may move", pays(20)),
	}
}

// triple is a list of three numbers: by severity, or by how soon a failure was put right.
type triple struct {
	path, words string
	to          *[3]float64
	kind        func(float64) bounds
	usual       [3]float64
	items       [3]string
}

func triples(p *Playbook) []triple {
	t := &p.Tariff
	sev := [3]string{"slight", "serious", "severe"}
	return []triple{
		{"tariff.case.failure", "the cost of a failure of ours", &t.Failure, takes, [3]float64{-5, -10, -20}, sev},
		{"tariff.case.recovery", "the share given back for a failure put right", &t.Recovery, share, [3]float64{1, 0.8, 0.5}, [3]string{"fast", "in time", "late"}},
		{"tariff.case.solved", "the worth of a problem of theirs solved", &t.Solved, pays, [3]float64{5, 8, 10}, sev},
		{"tariff.case.solve_days", "the days to a solution", &t.SolveDays, due, [3]float64{14, 7, 3}, sev},
		{"tariff.case.update_days", "the days to the next update", &t.UpdateDays, due, [3]float64{7, 3, 1}, sev},
	}
}

func severities(p *Playbook) []number {
	var out []number
	for _, t := range triples(p) {
		for i := range t.to {
			out = append(out, field(&t.to[i], at(t.path, i), t.words+", "+t.items[i], t.kind(t.usual[i])))
		}
	}
	return out
}

func holds(p *Playbook) []number {
	t := &p.Tariff
	var out []number
	for _, h := range []struct {
		key, words  string
		perDay, cap *float64
		usual       [2]float64
	}{
		{"waiting", "a waiting client", &t.Waiting.PerDay, &t.Waiting.Cap, [2]float64{2, 20}},
		{"promise_overdue", "an overdue promise", &t.Overdue.PerDay, &t.Overdue.Cap, [2]float64{2, 10}},
		{"update_overdue", "an overdue update", &t.Update.PerDay, &t.Update.Cap, [2]float64{1, 10}},
		{"favour_owed", "a favour owed", &t.Favour.PerDay, &t.Favour.Cap, [2]float64{0.2, 10}},
		{"thanks_owed", "thanks owed", &t.Thanks.PerDay, &t.Thanks.Cap, [2]float64{0.5, 5}},
		{"silence", "silence", &t.Silence.PerDay, &t.Silence.Cap, [2]float64{0.1, 10}},
	} {
		path := "tariff.holds." + h.key
		out = append(
			out,
			field(h.perDay, path+".per_day", "what "+h.words+" holds back for each day", pays(h.usual[0])),
			field(h.cap, path+".cap", "the most that "+h.words+" holds back", bounds{lo: 0, hi: 1000, usual: h.usual[1]}),
		)
	}
	return append(
		out,
		field(&t.Stakes.Promise, "tariff.stakes.promise", "the stake of a promise due", pays(10)),
		field(&t.Stakes.Update, "tariff.stakes.update", "the stake of an update due", pays(1)),
		field(&t.Stakes.Waiting, "tariff.stakes.waiting", "the stake of a client who wrote today", pays(2)),
		field(&t.Stakes.Date, "tariff.stakes.date", "the stake of a date to remember", pays(3)),
	)
}

func minutes(p *Playbook) []number {
	usual := map[book.Channel]float64{
		book.Text: 2, book.Chat: 2, book.Social: 2, book.Email: 5, book.Call: 10, book.Letter: 20, book.Video: 30, book.Meeting: 60,
	}
	span := func(usual float64) bounds { return bounds{lo: 1, hi: 1440, whole: true, usual: usual} }
	var out []number
	for _, c := range book.Channels {
		out = append(out, keyed(p.Minutes.ByChannel, c, "minutes."+string(c), "the minutes of a touch by "+string(c), span(usual[c])))
	}
	gift := number{
		"minutes.gift", "the minutes of a gift", span(20),
		func() float64 { return float64(p.Minutes.Gift) }, func(n float64) { p.Minutes.Gift = int(n) },
	}
	return append(out, gift)
}
