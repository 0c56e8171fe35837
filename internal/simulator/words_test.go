package simulator

import (
	"strings"
	"testing"
	"unicode/utf8"

	"passbook/internal/playbook"
)

// Whatever a way of saying something refers to can be said in every stage of its trade.
func TestSymbols(t *testing.T) {
	for _, trade := range everyTrade {
		for i := range trade.stages {
			l := &life{world: &world{trade: trade, team: hire(1, trade, 3)}, said: map[string]way{}, stage: &trade.stages[i]}
			l.client = client{people: []person{{given: "Ann", family: "Bell"}}}
			for _, words := range []grammar{common, trade.words} {
				for symbol, ways := range words {
					if len(ways) == 0 {
						t.Errorf("%s: nothing is said for %s", trade.name, symbol)
					}
					for _, text := range ways {
						checkText(t, l, symbol, text)
					}
				}
			}
			for _, must := range []string{"talk", "ask", "news", "promise", "ours", "theirs", "line", "closing", "plan", "helped.trade", "work", "work.next", "work.told", "work.wrong"} {
				if !l.knows(must) {
					t.Errorf("%s in %s has no words for %s", trade.name, l.stage.name, must)
				}
			}
		}
	}
}

func (l *life) knows(name string) bool {
	if _, ok := l.fact(name); ok {
		return true
	}
	for _, at := range []string{name + "." + l.stage.talk, name} {
		if l.trade.words[at] != nil || common[at] != nil {
			return true
		}
	}
	return false
}

func checkText(t *testing.T, l *life, symbol, text string) {
	t.Helper()
	for rest := text; ; {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			break
		}
		shut := strings.IndexByte(rest, '}')
		if shut < open {
			t.Fatalf("%s: %q is not closed", symbol, text)
		}
		if name := rest[open+1 : shut]; !l.knows(name) {
			t.Errorf("%s of %s in %s: nobody knows {%s}", symbol, l.trade.name, l.stage.name, name)
		}
		rest = rest[shut+1:]
	}
	if symbol == "ours" || symbol == "theirs" {
		if parts := strings.Split(text, "|"); len(parts) != 3 || parts[1] < "1" || parts[1] > "3" || len(parts[1]) != 1 {
			t.Errorf("%s: %q is not cause, severity and words", symbol, text)
		}
	}
	if strings.Contains(text, "!") {
		t.Errorf("%s: %q shouts", symbol, text)
	}
}

// Every stage, tier and turn that the simulator names is one of the playbook that ships.
func TestStagesShip(t *testing.T) {
	for _, trade := range everyTrade {
		src, _ := playbook.Source(trade.name)
		p, err := playbook.Parse(trade.name, src)
		if err != nil {
			t.Fatal(err)
		}
		names := append(append([]string{trade.cast.quiet, trade.cast.after, trade.cast.lost}, trade.cast.busy...), trade.cast.pending...)
		turns := append(append([]turn{}, trade.there...), trade.comes...)
		for _, s := range trade.stages {
			names = append(names, s.name)
			turns = append(turns, s.next...)
		}
		for _, turn := range turns {
			names = append(names, turn.to)
		}
		for _, name := range names {
			if _, ok := p.Stage(name); !ok || trade.stage(name).name != name {
				t.Errorf("%s has no stage %q, or it has no life", trade.name, name)
			}
		}
		if len(p.Stages) != len(trade.stages) {
			t.Errorf("%s has %d stages, %d are lived", trade.name, len(p.Stages), len(trade.stages))
		}
		for _, tier := range []string{"A", "B", "C"} {
			if _, ok := p.Tier(tier); !ok {
				t.Errorf("%s has no tier %s", trade.name, tier)
			}
		}
	}
}

// Names and addresses stay apart as long as names last, and after.
func TestNamesDiffer(t *testing.T) {
	people, companies := map[string]bool{}, map[string]bool{}
	n := manyNames*27 + 10
	for i := range n {
		people[personAt(9, i).name()] = true
	}
	if len(people) != n {
		t.Errorf("%d of %d people have a name of their own", len(people), n)
	}
	for i := range 40_000 {
		_, web := companyAt(9, i)
		companies[web] = true
	}
	if len(companies) != 40_000 {
		t.Errorf("%d of 40000 companies have a name of their own", len(companies))
	}
	numbers := map[string]bool{}
	for i := range 16_000 {
		numbers[numberAt(i)] = true
	}
	if len(numbers) != 16_000 || numberAt(16_000) != "" {
		t.Errorf("%d telephone numbers", len(numbers))
	}
	for _, c := range cultures {
		for _, name := range append(append([]string{}, c.given...), c.family...) {
			if lower(name) == "" || !utf8.ValidString(name) {
				t.Errorf("%q makes no address", name)
			}
		}
	}
}

// In one life all ways to say something are told before one comes again, and none twice running.
func TestNoRepetition(t *testing.T) {
	l := &life{dice: newDice(1, forLife, 1), said: map[string]way{}}
	last := -1
	for round := range 50 {
		seen := map[int]bool{}
		for range 7 {
			at := l.next("x", 7)
			if seen[at] || at == last {
				t.Fatalf("round %d tells way %d again", round, at)
			}
			seen[at], last = true, at
		}
	}
	first, second := l.next("z", 2), l.next("z", 2)
	if l.next("y", 1) != 0 || first == second {
		t.Error("one way or two")
	}
}

// Clients fall to members by their shares, in every round alike.
func TestTurns(t *testing.T) {
	for n := 2; n <= 12; n++ {
		team := hire(4, &b2bAccounts, n)
		got := make([]int, n)
		for _, m := range turnsOf(team) {
			got[m]++
		}
		for i, c := range team {
			if got[i] != c.share || (c.share == 0) != (i == n-1) {
				t.Errorf("of %d members number %d has %d turns for a share of %d", n, i, got[i], c.share)
			}
		}
	}
}
