package playbook

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/book"
)

// engagements reads the kinds of work and their stages.
func (r *reader) engagements(p *Playbook) {
	const mend = "a table [[engagements]] with kind, title and stages"
	if r.ask("engagements"); r.t.values["engagements"] == nil {
		return
	}
	for i := range r.items("engagements", 0, maxWork, mend) {
		path := at("engagements", i)
		e := Engagement{Kind: r.engagementKind(path + ".kind")}
		e.Title, _ = r.text(path+".title", 80, "Sale of a home")
		if _, twice := p.Engagement(e.Kind); twice && e.Kind != "" {
			r.fail(path+".kind", "there are two kinds of engagement named %q; name each once", e.Kind)
		}
		r.engagementStages(path+".stages", &e)
		r.notes(path+".notes", &e)
		p.Engagements = append(p.Engagements, e)
	}
}

func (r *reader) engagementKind(path string) book.EngagementKind {
	word, ok := r.text(path, 40, string(book.Sale))
	kind := book.EngagementKind(word)
	if ok && !slices.Contains(book.EngagementKinds, kind) {
		names := make([]string, len(book.EngagementKinds))
		for i, k := range book.EngagementKinds {
			names[i] = string(k)
		}
		r.fail(path, "%q is no kind of engagement; it is one of %s", short(word), strings.Join(names, ", "))
	}
	return kind
}

func (r *reader) engagementStages(path string, e *Engagement) {
	const mend = "a table [[engagements.stages]] with name, title, length_days, update_days, department, expect and next"
	for i := range r.items(path, 1, maxStages, mend) {
		at := at(path, i)
		s := EngagementStage{Name: r.name(at+".name", slug, "preparing")}
		s.Title, _ = r.text(at+".title", 80, "Preparing")
		s.Length, _ = r.integer(at+".length_days", 1, maxInterval, 14)
		s.Update, _ = r.integer(at+".update_days", 1, maxInterval, 7)
		s.Department, _ = r.text(at+".department", 80, "sales")
		s.Expect, _ = r.text(at+".expect", 500, "You hear from us every week.")
		s.Next, _ = r.text(at+".next", 200, "We call you")
		if _, twice := e.Stage(s.Name); twice && s.Name != "" {
			r.fail(at+".name", "there are two stages named %q; name each once", s.Name)
		}
		e.Stages = append(e.Stages, s)
	}
}

// maxNotes bounds the notes of a kind of work, maxNote one of them.
const (
	maxNotes = 20
	maxNote  = 1000
)

// noteFields are what a note may name.
var noteFields = []string{"{name}", "{work}", "{stage}", "{expect}", "{next}", "{on}", "{until}", "{member}", "{firm}"}

func (r *reader) notes(path string, e *Engagement) {
	if r.ask(path); r.t.values[path] == nil {
		return
	}
	for i := range r.items(path, 0, maxNotes, "a table [[engagements.notes]] with role and text") {
		at := at(path, i)
		var n Note
		n.Role, _ = r.text(at+".role", 80, ForClient)
		n.Text, _ = r.text(at+".text", maxNote, "Dear {name}, {work} is now in the stage {stage}. {expect} Next: {next}{on}.")
		if slices.ContainsFunc(e.Notes, func(o Note) bool { return book.Fold(o.Role) == book.Fold(n.Role) && n.Role != "" }) {
			r.fail(at+".role", "there are two notes for %q; write each once", n.Role)
		}
		for _, name := range braces.FindAllString(n.Text, -1) {
			if !slices.Contains(noteFields, name) {
				r.fail(at+".text", "%s is nothing that a note knows; it knows %s", name, strings.Join(noteFields, ", "))
			}
		}
		e.Notes = append(e.Notes, n)
	}
}

// braces are the places of a text that something is put into.
var braces = regexp.MustCompile(`\{[^{}]*\}`)

// Note is what is written to those of a role; for who takes part in one that has no note of its own, that of the others. False
// where there is none.
func (e *Engagement) Note(role string) (string, bool) {
	for _, want := range []string{role, ForOthers} {
		for _, n := range e.Notes {
			if book.Fold(n.Role) == book.Fold(want) {
				return n.Text, true
			}
		}
		if book.Fold(role) == ForClient {
			break
		}
	}
	return "", false
}

func (d *changes) engagements(a, b *Playbook) {
	for _, old := range a.Engagements {
		if _, ok := b.Engagement(old.Kind); !ok {
			d.say(d.in.Say("engagement {kind} is gone", "kind", d.in.Say(string(old.Kind))))
		}
	}
	for _, e := range b.Engagements {
		kind := d.in.Say(string(e.Kind))
		old, ok := a.Engagement(e.Kind)
		if !ok {
			d.say(d.in.Say("engagement {kind} is new", "kind", kind))
			continue
		}
		d.changed(d.in.Say("engagement {kind}: its title", "kind", kind), old.Title, e.Title)
		d.engagementStages(kind, &old, &e)
		if !slices.Equal(old.Notes, e.Notes) {
			d.say(d.in.Say("engagement {kind}: what is written when it moves on is worded anew", "kind", kind))
		}
	}
}

func (d *changes) engagementStages(kind string, a, b *Engagement) {
	for _, old := range a.Stages {
		if _, ok := b.Stage(old.Name); !ok {
			d.say(d.in.Say("engagement {kind}: stage {name} is gone", "kind", kind, "name", old.Name))
		}
	}
	for _, s := range b.Stages {
		old, ok := a.Stage(s.Name)
		if !ok {
			d.say(d.in.Say("engagement {kind}: stage {name} is new", "kind", kind, "name", s.Name))
			continue
		}
		of := func(what string) string { return d.in.Say(what, "kind", kind, "name", s.Name) }
		d.changed(of("engagement {kind}, stage {name}: its title"), old.Title, s.Title)
		d.changed(of("engagement {kind}, stage {name}: its length in days"), strconv.Itoa(old.Length), strconv.Itoa(s.Length))
		d.changed(of("engagement {kind}, stage {name}: days to the next update"), strconv.Itoa(old.Update), strconv.Itoa(s.Update))
		d.changed(of("engagement {kind}, stage {name}: its department"), old.Department, s.Department)
		if old.Expect != s.Expect || old.Next != s.Next {
			d.say(of("engagement {kind}, stage {name}: what the client is told is worded anew"))
		}
	}
	if !slices.EqualFunc(common(a, b), common(b, a), func(x, y EngagementStage) bool { return x.Name == y.Name }) {
		d.say(d.in.Say("engagement {kind}: the stages stand in another order", "kind", kind))
	}
}

// common are the stages of a that b has too.
func common(a, b *Engagement) []EngagementStage {
	return slices.DeleteFunc(slices.Clone(a.Stages), func(s EngagementStage) bool {
		_, ok := b.Stage(s.Name)
		return !ok
	})
}
