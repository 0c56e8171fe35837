package actions

import (
	"cmp"
	"errors"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"passbook/internal/accountability"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
)

// A tag of a field cannot be made from a list; so it is held against it.
func TestPostingWords(t *testing.T) {
	for name, want := range map[string]string{
		"channel": book.ListOf(book.Channels), "dir": book.ListOf(book.Directions), "outcome": book.ListOf(book.Outcomes),
		"purpose": book.ListOf(book.Purposes), "asks": book.ListOf(book.AskKinds), "sounded": book.ListOf(book.Tones),
		"origin": book.ListOf(accountability.Origins), "first": book.ListOf(accountability.Firsts),
	} {
		if _, words := (&Posting{}).Field(name); book.ListOf(words) != want {
			t.Errorf("a posting's %s takes %s; the list is %s", name, words, want)
		}
	}
	_, words := (&Posting{}).Field("kind")
	slices.Sort(words)
	if all := slices.Sorted(maps.Keys(kinds)); !slices.Equal(words, all) {
		t.Errorf("the kinds are %s, and %s are told of", all, words)
	}
	used := []string{"id", "kind", "account", "at", "fixes"}
	for name, k := range kinds {
		for _, w := range k.wants {
			used = append(used, w.field)
		}
		used = append(used, k.may...)
		for _, field := range used {
			if !slices.Contains(names, field) {
				t.Errorf("%s names the field %s, which no posting has", name, field)
			}
		}
	}
	for _, name := range names {
		if !slices.Contains(used, name) {
			t.Errorf("no kind of posting takes %s", name)
		}
	}
}

func TestPostingFaults(t *testing.T) {
	for _, c := range []struct {
		of   Posting
		want string // the fields at fault, in order
	}{
		{Posting{Kind: "visit"}, "kind"},
		{Posting{Kind: "touch"}, "account channel"},
		{Posting{Kind: "touch", Channel: book.Call, Keeps: "the survey"}, ""},
		{Posting{Kind: "touch", Channel: book.Call, Account: "Maria", Points: 1}, "points"},
		{Posting{Kind: "promise", Account: "Maria"}, "text due"},
		{Posting{Kind: "case", Account: "Maria", Plan: "a walk"}, "text origin severity plan"},
		{Posting{Kind: "kept", Promise: "the survey", Words: "sent"}, ""},
		{Posting{Kind: "kept", Promise: "the survey", Outcome: "reached"}, "channel"},
		{Posting{Kind: "broken", Promise: "the survey", Channel: book.Call}, "channel"},
		{Posting{Kind: "amends", Account: "Maria", For: "x"}, "points words"},
	} {
		_, err := c.of.Command()
		all := []error{err}
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			all = joined.Unwrap()
		}
		var got []string
		for _, err := range all {
			if e, ok := err.(*book.Error); ok {
				got = append(got, e.Field)
			}
		}
		if strings.Join(got, " ") != c.want || (err == nil) != (c.want == "") {
			t.Errorf("%+v is refused for %q (%v), want %q", c.of, got, err, c.want)
		}
	}
}

// What was said goes by three names, and each kind has it where it keeps it, whichever it came by; given under two of them it is
// unclear, and what is no field of a kind is not kept under another.
func TestPostingSaid(t *testing.T) {
	for _, kind := range []string{"touch", "kept", "broken", "moved", "update", "resolved", "closing", "deed", "thanks", "note", "promise", "case", "referral"} {
		for _, name := range sayings {
			p := Posting{Kind: kind, Account: "Maria", Channel: book.Call, Promise: "x", Case: "x", Due: 1, Points: 1, Origin: "ours", Severity: 1}
			to, _ := p.Field(name)
			*to.(*string) = "the boiler"
			k := kinds[kind]
			if err := p.say(&k); err != nil {
				t.Fatal(err)
			}
			own, _ := p.Field(k.saying())
			if got := *own.(*string); got != "the boiler" || p.Words+p.Text+p.Summary != "the boiler" {
				t.Errorf("%s by %s: %+v", kind, name, p)
			}
		}
	}
	p := Posting{Kind: "touch", Account: "Maria", Channel: book.Call, Summary: "the boiler", Words: "the plumber"}
	_, err := p.Command()
	var e *book.Error
	if !errors.As(err, &e) || e.Field != "words" && e.Field != "summary" {
		t.Errorf("said twice: %v", err)
	}
	if p.Summary != "the boiler" || p.Words != "the plumber" {
		t.Errorf("what was typed is lost: %+v", p)
	}
	p = Posting{Kind: "care", Account: "Maria", Introduced: "Ben", Words: "hello"}
	if _, err := p.Command(); !errors.As(err, &e) || e.Field != "words" {
		t.Errorf("care takes words: %v", err)
	}
	p = Posting{Kind: "touch", Account: "Maria", Channel: book.Call, Words: "the boiler"}
	if c, err := p.Command(); err != nil || c.(*awareness.Touch).Summary != "the boiler" {
		t.Errorf("words of a touch are lost: %+v, %v", c, err)
	}
}

// Every field of a posting can come from a form, each kind of field by its own reading.
func TestPostingForm(t *testing.T) {
	cal := &ledger.Calendar{Zone: time.UTC, Closes: 18 * 60}
	said := map[string]string{
		"at": "2026-05-04T10:30", "due": "2026-05-08", "estimate": "2026-05-09", "next_update": "2026-05-06", "to": "3", "minutes": " 12 ",
		"severity": "2", "every": "7", "score": "4", "points": "4.5", "private": "1",
	}
	var p Posting
	err := p.Form(func(name string) string {
		if s, ok := said[name]; ok {
			return s
		}
		return "some " + name
	}, cal, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.ValueOf(p)
	for i, name := range names {
		if v.Field(i).IsZero() || v.Field(i).Kind() == reflect.String && v.Field(i).String() != "some "+name {
			t.Errorf("the form's %s came to %v", name, v.Field(i))
		}
	}
	if p.Minutes != 12 || p.Points != 450 || p.Due != book.Micros(time.Date(2026, 5, 8, 18, 0, 0, 0, time.UTC)) {
		t.Errorf("the form came to %+v", p)
	}
	for name, word := range map[string]string{"to": "many", "points": "much", "due": "someday"} {
		var p Posting
		err := p.Form(func(n string) string {
			switch n {
			case name:
				return word
			case "words":
				return "what else was typed"
			}
			return ""
		}, cal, time.UTC)
		if e, ok := err.(*book.Error); !ok || e.Field != name || p.Words != "what else was typed" {
			t.Errorf("%s %q is answered by %v, and leaves %+v", name, word, err, p)
		}
	}
	for word, want := range map[string]book.Points{"2,5": 250, "2.5": 250, "1,000": 0, "1,5.5": 0} {
		var p Posting
		err := p.Form(func(n string) string {
			if n == "points" {
				return word
			}
			return ""
		}, cal, time.UTC)
		if p.Points != want || (err == nil) != (want != 0) {
			t.Errorf("points %q came to %v, %v", word, p.Points, err)
		}
	}
}

// The script knows by itself into which field of a kind what somebody says of it goes, as it works without a connection.
func TestPostingNotes(t *testing.T) {
	raw, err := os.ReadFile("../ui/script/outbox.js")
	if err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile(`const notes = \{(.*)\};`).FindSubmatch(raw)
	if said == nil {
		t.Fatal("the script tells no kinds from others")
	}
	in := map[string]string{}
	for _, m := range regexp.MustCompile(`(\w+): \[([^\]]*)\]`).FindAllStringSubmatch(string(said[1]), -1) {
		for _, kind := range strings.Split(m[2], ", ") {
			in[strings.Trim(kind, `"`)] = m[1]
		}
	}
	for name, k := range kinds {
		field := cmp.Or(in[name], "words")
		if !slices.Contains(k.may, field) && !slices.ContainsFunc(k.wants, func(w want) bool { return w.field == field }) {
			t.Errorf("the script puts what is said of %s into %s, which it does not take", name, field)
		}
		delete(in, name)
	}
	if len(in) > 0 {
		t.Errorf("the script knows kinds that there are not: %v", in)
	}
}
