package playbook_test

import (
	"fmt"
	"strings"
	"testing"
	_ "time/tzdata" // so that the tests need no time zone files

	"github.com/google/go-cmp/cmp"

	"passbook/internal/agenda"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/playbook"
)

// firm is a whole playbook, short, and written in other ways than the shipped ones where TOML allows.
const firm = `name = "boatyard"
title = "Boat yard"
half_life_days = 45.5
tariff.hand.limit = 20
defaults = { stage = "berth", imported = "berth", tier = "Gold" }
tiers = [
  { name = "Gold", weight = 3, silence_days = 30, top = true },
  { name = "rest", weight = 1, silence_days = 90, top = false },
]

[[stages]]
name = "berth"
title = "Has a berth"
expect = """
You hear from us
before the winter."""
cadence = { ideal = 30, max = 60, least = "call" }
[stages.tiers.Gold]
ideal = 14
max = 14
least = "meeting"

[[stages]]
name = "sold_up"
title = "Sold the boat"
expect = "A card at New Year."
cadence.ideal = 300
cadence.max = 365
cadence.least = "letter"

[tariff.touch]
meeting = 10
video = 7
call = 6
letter = 6
text = 3
email = 2
chat = 2
social = 1
gift = 8
[tariff.wear]
gamma = 1.0
rho = 0.82
r_days = 60
sigma_days = 0
[tariff.news]
asked_first = -4
answer_soon = 1
answer_late = 0
[tariff.promise]
kept = 5
kept_late = 1
broken = -10
[tariff.help]
given = 5
goal = 10
[tariff.case]
failure = [-5, -10, -20]
named_first = 0.5
recovery = [1, 0.8, 0.5]
solved = [5, 8, 10]
complaint = 1
solve_days = [14, 7, 3]
update_days = [7, 3, 0.5]
[tariff.sale]
closing = -10
closing_top = -20
referral = 8
ask_referral = -3
[tariff.pulse]
lowest = -8
highest = 4
[tariff.holds]
waiting = { per_day = 2, cap = 20 }
promise_overdue = { per_day = 2, cap = 10 }
update_overdue = { per_day = 1, cap = 10 }
favour_owed = { per_day = 0.2, cap = 10 }
thanks_owed = { per_day = 0.5, cap = 5 }
silence = { per_day = 0.1, cap = 10 }
[tariff.stakes]
promise = 10
update = 1
waiting = 2
date = 3
[minutes]
text = 2
chat = 2
social = 2
email = 5
call = 10
letter = 20
gift = 20
video = 30
meeting = 60
[calendar]
zone = "Europe/Oslo"
days = ["tue", "Wed",
  "sun"]
opens = "08:30"
closes = "24:00"
holidays = [
  "12-25", # yearly
  "02-29",
  "2027-03-28",
  2027-03-30,
]
[pulse]
rest_days = 45
wait_days = 7
low = 1
few_complaints = 2.5
[[pulse.questions]]
name = "at_sea"
asks = "satisfaction"
after = "closing"
days = 30
en = "How does she sail?"
de = "Wie segelt sie?"
`

func parse(t *testing.T, src string) *playbook.Playbook {
	t.Helper()
	p, err := playbook.Parse("firm.toml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParse(t *testing.T) {
	p := parse(t, "\ufeff"+strings.ReplaceAll(firm, "\n", "\r\n"))
	if diff := cmp.Diff(parse(t, firm), p); diff != "" {
		t.Errorf("a byte order mark or CR LF changes what is read (-plain +marked):\n%s", diff)
	}
	p.Tariff, p.Minutes.ByChannel = ledger.Tariff{}, nil
	want := &playbook.Playbook{
		Name: "boatyard", Title: "Boat yard", HalfLife: 45.5,
		Defaults: playbook.Defaults{Stage: "berth", Imported: "berth", Tier: "Gold"},
		Stages: []playbook.Stage{
			{
				Name: "berth", Title: "Has a berth", Expect: "You hear from us before the winter.",
				Cadence: ledger.Cadence{Ideal: 30, Max: 60, Least: book.Call},
				ByTier:  map[string]ledger.Cadence{"Gold": {Ideal: 14, Max: 14, Least: book.Meeting}},
			},
			{
				Name: "sold_up", Title: "Sold the boat", Expect: "A card at New Year.",
				Cadence: ledger.Cadence{Ideal: 300, Max: 365, Least: book.Letter},
			},
		},
		Tiers: []ledger.Tier{
			{Name: "Gold", Weight: 3, Silence: 30, Top: true}, {Name: "rest", Weight: 1, Silence: 90},
		},
		Help: playbook.Help{Given: 5, Goal: 10}, Pulse: playbook.Pulse{
			Rest: 45, Wait: 7, Low: 1, Few: 2.5, Questions: []playbook.PulseQuestion{
				{Name: "at_sea", Asks: book.Satisfaction, After: playbook.AfterClosing, Days: 30, EN: "How does she sail?", DE: "Wie segelt sie?"},
			},
		}, Minutes: agenda.Minutes{Gift: 20},
		Calendar: playbook.Calendar{
			Zone: "Europe/Oslo", Days: [7]bool{0: true, 2: true, 3: true}, Opens: 510, Closes: 1440,
			Holidays: []string{"12-25", "02-29", "2027-03-28", "2027-03-30"},
		},
	}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// faults are each one slip in the firm's file, old for new, and all that is said about it.
var faults = []struct{ name, old, new, want string }{
	{"no equals sign", "kept = 5", "kept 5", `firm.toml:51: this is not TOML: expected '=' after key; a line is written as: key = 1 or key = "text"`},
	{"key twice", "goal = 10", "goal = 10\ngoal = 12", `firm.toml:57: this is not TOML: key goal is already defined; keep one of the two`},
	{"unknown key", "kept_late = 1", "kept_late = 1\nkept_early = 9", `firm.toml:53: kept_early is not known here; tariff.promise may have kept, kept_late, broken`},
	{"unknown in an item", `title = "Sold the boat"`, "title = \"Sold\"\ncolour = 1", `firm.toml:26: colour is not known here; stages may have name, title, expect, cadence, tiers`},
	{"unknown table", "[minutes]", "[extra]\nx = 1\n[minutes]", `firm.toml:85: extra is not known here; a playbook may have name, title, tariff, half_life_days, minutes, tiers, stages, calendar, defaults, engagements, moments, pulse, closing_words`},
	{"foreign key", "[minutes]", "[minutes]\n\"te\\u001bxt\" = 1", `firm.toml:86: te?xt is not known here; minutes may have social, chat, email, text, letter, call, video, meeting, gift`},
	{"missing number", "kept = 5\n", "", `firm.toml:50: tariff.promise lacks kept; write kept = 5`},
	{"missing table", "[tariff.pulse]\nlowest = -8\nhighest = 4\n", "", `firm.toml:4: tariff lacks pulse; write the table [tariff.pulse] as a shipped playbook has it`},
	{"missing name", `name = "boatyard"`, "", `firm.toml:1: the playbook lacks name; write name = "my-trade"`},
	{"name slug", `"boatyard"`, `"Boat Yard"`, `firm.toml:1: name "Boat Yard" must begin with a letter and have only lower-case letters, digits, - and _, at most 40, as in: "my-trade"`},
	{"empty words of a closing", `title = "Boat yard"`, "title = \"Boat yard\"\nclosing_words = \"\"", `firm.toml:3: closing_words is empty; write closing_words = "They signed their lease"`},
	{"empty title", `"Boat yard"`, `"  "`, `firm.toml:2: title is empty; write title = "My trade"`},
	{"title for a terminal", `"Boat yard"`, `"Boat\u001b[2J"`, `firm.toml:2: title holds control characters; write it in plain characters`},
	{"title is a number", `"Boat yard"`, `7`, `firm.toml:2: title must be text in quotes, as in: title = "My trade"`},
	{"number is text", "half_life_days = 45.5", `half_life_days = "45"`, `firm.toml:3: half_life_days must be a number, as in: half_life_days = 90`},
	{"half-life", "half_life_days = 45.5", "half_life_days = 0.5", `firm.toml:3: half_life_days is 0.5; it must be from 1 to 3650 (usual: 90)`},
	{"deposit below zero", "gift = 8", "gift = -8", `firm.toml:40: gift is -8; it must be from 0 to 100 (usual: 8)`},
	{"withdrawal above zero", "broken = -10", "broken = 10", `firm.toml:53: broken is 10; it must be a withdrawal, 0 or below, not past -100 (usual: -10)`},
	{"nan", "gamma = 1.0", "gamma = nan", `firm.toml:42: gamma is NaN; it must be from 1 to 3 (usual: 1)`},
	{"gamma", "gamma = 1.0", "gamma = 3.1", `firm.toml:42: gamma is 3.1; it must be from 1 to 3 (usual: 1)`},
	{"rho zero", "rho = 0.82", "rho = 0", `firm.toml:43: rho is 0; it must be above 0 and at most 1 (usual: 0.82)`},
	{"rho infinite", "rho = 0.82", "rho = inf", `firm.toml:43: rho is +Inf; it must be above 0 and at most 1 (usual: 0.82)`},
	{"R", "r_days = 60", "r_days = 0", `firm.toml:44: r_days is 0; it must be above 0 and at most 3650 (usual: 60)`},
	{"sigma", "sigma_days = 0", "sigma_days = -1", `firm.toml:45: sigma_days is -1; it must be from 0 to 3650 (usual: 3)`},
	{"cap", "silence = { per_day = 0.1, cap = 10 }", "silence = { per_day = 0.1, cap = -1 }", `firm.toml:79: cap is -1; it must be from 0 to 1000 (usual: 10)`},
	{"share", "named_first = 0.5", "named_first = 50", `firm.toml:59: named_first is 50; it must be from 0 to 1 (usual: 0.5)`},
	{"share in a list", "recovery = [1, 0.8, 0.5]", "recovery = [1,\n0.8,\n1.5]", `firm.toml:62: recovery is 1.5; it must be from 0 to 1 (usual: 0.5)`},
	{"list too short", "solved = [5, 8, 10]", "solved = [5, 8]", `firm.toml:61: solved has 2 items and must have at least 3; write solved = [5, 8, 10]`},
	{"list too long", "solved = [5, 8, 10]", "solved = [5, 8, 10, 12]", `firm.toml:61: solved has 4 items; 3 are the most`},
	{"no list", "solved = [5, 8, 10]", "solved = 5", `firm.toml:61: solved must be a list; write solved = [5, 8, 10]`},
	{"no table", "silence = { per_day = 0.1, cap = 10 }", "silence = 0.1", `firm.toml:79: tariff.holds.silence has keys of its own; write it as a table`},
	{"half minutes", "email = 5", "email = 2.5", `firm.toml:89: email is 2.5; it must be a whole number (usual: 5)`},
	{"hiding pays", "promise_overdue = { per_day = 2, cap = 10 }", "promise_overdue = { per_day = 2, cap = 8 }", `firm.toml:75: the cap of an overdue promise is 8 and a broken one costs 10; a lower cap pays for hiding it, so write cap = 10`},
	{"being late pays", "recovery = [1, 0.8, 0.5]", "recovery = [0.5, 0.8, 1]", `firm.toml:60: recovery gives back more for being later; its shares are for fast, in time and late, and must not rise`},
	{"past reading", "ideal = 30, max = 60", "ideal = 1e300, max = 60", `firm.toml:17: ideal is 1e+300; it must be from 1 to 3650 (usual: 14)`},
	{"ideal zero", "ideal = 30, max = 60", "ideal = 0, max = 60", `firm.toml:17: ideal is 0; it must be from 1 to 3650 (usual: 14)`},
	{"max before ideal", "max = 14", "max = 13", `firm.toml:20: max is 13 days and ideal 14; the latest day cannot come before the ideal one`},
	{"channel", `least = "meeting"`, `least = "fax"`, `firm.toml:21: "fax" is no channel; least is one of social, chat, email, text, letter, call, video, meeting`},
	{"cadence is a number", "cadence = { ideal = 30, max = 60, least = \"call\" }", "cadence = 30", `firm.toml:17: cadence must be written as in: cadence = { ideal = 14, max = 30, least = "call" }`},
	{"override of no tier", "[stages.tiers.Gold]", "[stages.tiers.Silver]", `firm.toml:18: "Silver" is no tier of this playbook; it has Gold, rest`},
	{"stage twice", `name = "sold_up"`, `name = "berth"`, `firm.toml:24: there are two stages named "berth"; name each once`},
	{"tier twice", `name = "rest"`, `name = "gold"`, `firm.toml:8: there are two tiers named "gold"; name each once`},
	{"tiers out of order", "weight = 1,", "weight = 4,", `firm.toml:8: tier "rest" weighs more than the one before it; list the heaviest first, since an account of no known tier gets the last`},
	{"top is text", "top = false", `top = "no"`, `firm.toml:8: top must be true or false, without quotes`},
	{"default stage", `stage = "berth"`, `stage = "bath"`, `firm.toml:5: "bath" is no stage of this playbook; it has berth, sold_up`},
	{"default imported stage", `imported = "berth"`, `imported = "bath"`, `firm.toml:5: "bath" is no stage of this playbook; it has berth, sold_up`},
	{"default tier", `tier = "Gold"`, `tier = "B"`, `firm.toml:5: "B" is no tier of this playbook; it has Gold, rest`},
	{"zone", "Europe/Oslo", "Europe/Atlantis", `firm.toml:96: there is no time zone "Europe/Atlantis"; write one as in: zone = "Europe/London"`},
	{"zone of this machine", "Europe/Oslo", "Local", `firm.toml:96: there is no time zone "Local"; write one as in: zone = "Europe/London"`},
	{"day", `"sun"]`, `"sunday"]`, `firm.toml:98: "sunday" is no day of the week; days are sun, mon, tue, wed, thu, fri, sat`},
	{"no days", "days = [\"tue\", \"Wed\",\n  \"sun\"]", "days = []", `firm.toml:97: days has 0 items and must have at least 1; write days = ["mon", "tue", "wed", "thu", "fri"]`},
	{"clock", "08:30", "8:30", `firm.toml:99: opens "8:30" is no time of day; write opens = "09:00"`},
	{"never open", "24:00", "08:30", `firm.toml:100: the firm closes before it opens; closes must be later than opens, at most "24:00"`},
	{"holiday", "2027-03-28", "2027-02-29", `firm.toml:104: "2027-02-29" is no date; write "2027-03-26" for one year or "12-25" for every year`},
	{"holiday by year", "12-25", "13-25", `firm.toml:102: "13-25" is no date; write "2027-03-26" for one year or "12-25" for every year`},
	{"two at once", "weight = 3, silence_days = 30", "weight = 0, silence_days = 1.5", `firm.toml:7: weight is 0; it must be above 0 and at most 100 (usual: 1)
firm.toml:7: silence_days is 1.5; it must be a whole number (usual: 90)`},
}

func TestFaults(t *testing.T) {
	for _, c := range faults {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(firm, c.old) {
				t.Fatalf("the firm's file has no %q", c.old)
			}
			_, err := playbook.Parse("firm.toml", []byte(strings.Replace(firm, c.old, c.new, 1)))
			if err == nil {
				t.Fatal("accepted")
			}
			if book.FaultOf(err) != book.Invalid {
				t.Errorf("fault is %v, want invalid", book.FaultOf(err))
			}
			if diff := cmp.Diff(c.want, book.Message(err)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFaultsAreBounded(t *testing.T) {
	var src strings.Builder
	for i := range 90 {
		fmt.Fprintf(&src, "stranger_%02d = 1\n", i)
	}
	_, err := playbook.Parse("f.toml", []byte(src.String()+firm))
	lines := strings.Split(book.Message(err), "\n")
	if len(lines) != 21 || lines[20] != "f.toml: and 70 more" {
		t.Errorf("got %d lines, the last %q", len(lines), lines[len(lines)-1])
	}
	if !strings.HasPrefix(lines[0], "f.toml:1: stranger_00 ") || !strings.HasPrefix(lines[19], "f.toml:20: stranger_19 ") {
		t.Errorf("the faults do not stand in the order of the file: %q … %q", lines[0], lines[19])
	}
}

func TestHostile(t *testing.T) {
	for name, src := range map[string]string{
		"empty": "", "long": strings.Repeat("#\n", 40<<10), "brackets": "a = " + strings.Repeat("[", 60_000),
		"closed brackets": "a = " + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000),
		"braces":          strings.Repeat("a = {", 12_000), "dots": strings.Repeat("a.", 30_000) + "a = 1",
		"tables": strings.Repeat("[[a]]\n[[a.b]]\n", 4_000), "bytes": "\xff\xfe\x00name", "root list": "stages = [1, [2], {a = 3}]\n",
		"values of the wrong kind": "name = 1\ntitle = []\ntariff = 1\ntiers = {}\nstages = 1979-05-27\ncalendar = true\nminutes = [1]\ndefaults = 'x'\n",
	} {
		if _, err := playbook.Parse("f.toml", []byte(src)); book.FaultOf(err) != book.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(firm))
	for _, name := range playbook.Shipped() {
		src, _ := playbook.Source(name)
		f.Add(src)
	}
	for _, c := range faults {
		f.Add([]byte(strings.Replace(firm, c.old, c.new, 1)))
	}
	f.Add([]byte("[[stages]]\n[stages.tiers]\na.b = {c = [[1], {d = 2}]}\n[[stages.tiers.a]]\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := playbook.Parse("f.toml", src)
		if err != nil {
			for _, line := range strings.Split(book.Message(err), "\n") {
				if !strings.HasPrefix(line, "f.toml:") {
					t.Fatalf("a fault without its place: %q", line)
				}
			}
			return
		}
		if len(playbook.Diff(p, p)) != 0 {
			t.Fatalf("a playbook differs from itself: %q", playbook.Diff(p, p))
		}
		r := playbook.Rules("v", p)
		s := ledger.State{Stage: p.Defaults.Stage, Tier: p.Defaults.Tier, Opened: book.Day}
		v := r.View(&s, 400*book.Day, nil)
		for i := range v.Holds {
			if n := v.Holds[i].Neglect(); n != n || n < 0 || n > 1e6 {
				t.Fatalf("neglect of %s is %v", v.Holds[i].Kind, n)
			}
		}
	})
}
