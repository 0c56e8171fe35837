package playbook_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passbook/internal/book"
	"passbook/internal/playbook"
)

// Every trade that ships says what it does for clients, stage by stage; a book from before has none and stays readable.
func TestEngagements(t *testing.T) {
	kinds := map[string][]book.EngagementKind{
		"residential-sales": {book.Sale, book.Purchase}, "resident-retention": {book.Lease, book.Project},
		"professional-services": {book.Project, book.Subscription}, "b2b-accounts": {book.Sale, book.Subscription, book.Project},
	}
	for _, name := range playbook.Shipped() {
		p := shipped(t, name)
		var got []book.EngagementKind
		rules := playbook.Rules("v", p)
		for _, e := range p.Engagements {
			got = append(got, e.Kind)
			for _, s := range e.Stages {
				if counted := rules.Trade(name).EngagementStage(e.Kind, s.Name); counted.Length != float64(s.Length) || counted.Update != float64(s.Update) {
					t.Errorf("%s: %s, %s counts as %v", name, e.Kind, s.Name, counted)
				}
				for _, role := range []string{playbook.ForClient, "somebody's aunt"} {
					if note, ok := e.Note(role); !ok || !strings.Contains(note, "{stage}") {
						t.Errorf("%s: %s has no note for %s", name, e.Kind, role)
					}
				}
				if s.Update > s.Length {
					t.Errorf("%s: %s, %s is over before they hear of it", name, e.Kind, s.Name)
				}
			}
		}
		if diff := cmp.Diff(kinds[name], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	before, _, _ := strings.Cut(string(source(t, "b2b-accounts")), "# ---- Pieces of work")
	p, err := playbook.Parse("old.toml", []byte(before))
	if err != nil || p.Engagements != nil {
		t.Errorf("a book without engagements: %v, %v", p, err)
	}
	if s := playbook.Rules("v", p).Trade("").EngagementStage(book.Sale, "offer"); s.Length <= s.Update || s.Update <= 0 {
		t.Errorf("a stage that no playbook knows has %v", s)
	}
}

func TestEngagementFaults(t *testing.T) {
	src := string(source(t, "professional-services"))
	for _, c := range []struct{ old, new, want string }{
		{`kind = "project"`, `kind = "journey"`, `"journey" is no kind of engagement; it is one of sale, purchase, lease, project, subscription`},
		{`kind = "subscription"`, `kind = "project"`, `there are two kinds of engagement named "project"; name each once`},
		{"name = \"scoping\"\n", "", `engagements.stages lacks name; write name = "preparing"`},
		{`name = "starting"`, `name = "scoping"`, `there are two stages named "scoping"; name each once`},
		{"length_days = 14", "length_days = 0", `length_days is 0; it must be from 1 to 3650 (usual: 14)`},
		{`department = "partner"`, `department = ""`, `department is empty; write department = "sales"`},
		{"role = \"accounting\"", "role = \"Client\"", `there are two notes for "Client"; write each once`},
		{"{work} has come", "{job} has come", "{job} is nothing that a note knows; it knows {name}, {work}, {stage}, {expect}, {next}, {on}, {until}, {member}, {firm}"},
		{"update_days = 10\n", "update_days = 10\nupdates = 3\n", `updates is not known here; engagements.stages may have name, title, length_days, update_days, department, expect, next`},
	} {
		if !strings.Contains(src, c.old) {
			t.Fatalf("the playbook has no %q", c.old)
		}
		_, err := playbook.Parse("x.toml", []byte(strings.Replace(src, c.old, c.new, 1)))
		if book.FaultOf(err) != book.Invalid || !strings.HasSuffix(book.Message(err), ": "+c.want) || strings.Contains(book.Message(err), "\n") {
			t.Errorf("%s\ngives %v\nwant  %s", c.new, err, c.want)
		}
	}
}

func TestEngagementDiff(t *testing.T) {
	src := string(source(t, "professional-services"))
	a := shipped(t, "professional-services")
	for _, c := range []struct{ old, new, want string }{
		{`title = "Standing mandate"`, `title = "Mandate"`, "engagement subscription: its title is now Mandate (was Standing mandate)"},
		{"length_days = 90", "length_days = 80", "engagement project, stage working: its length in days is now 80 (was 90)"},
		{"update_days = 10", "update_days = 9", "engagement project, stage settling: days to the next update is now 9 (was 10)"},
		{`department = "accounting"`, `department = "office"`, "engagement project, stage settling: its department is now office (was accounting)"},
		{`next = "We sit down together"`, `next = "We meet"`, "engagement subscription, stage reviewing: what the client is told is worded anew"},
		{"{work} has come", "{work} came", "engagement project: what is written when it moves on is worded anew"},
		{`name = "settling"`, `name = "paying"`, "engagement project: stage settling is gone\nengagement project: stage paying is new"},
		{`kind = "subscription"`, `kind = "lease"`, "engagement subscription is gone\nengagement lease is new"},
	} {
		b, err := playbook.Parse("x.toml", []byte(strings.Replace(src, c.old, c.new, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, strings.Join(playbook.Diff(a, b), "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.new, diff)
		}
	}
	b := shipped(t, "professional-services")
	stages := b.Engagements[0].Stages
	stages[0], stages[1] = stages[1], stages[0]
	if got := strings.Join(playbook.Diff(a, b), "\n"); got != "engagement project: the stages stand in another order" {
		t.Error(got)
	}
}
