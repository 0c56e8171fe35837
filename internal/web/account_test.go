package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// one finds what a page says at a place, which it must.
func (r *reader) one(page, pattern string) string {
	r.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(page)
	if found == nil {
		r.Fatalf("nothing on the page is like %s:\n%s", pattern, page)
	}
	return found[1]
}

// An account is edited in its place; who comes second sees both versions and chooses field by field.
func TestEditing(t *testing.T) {
	engines(t, func(d *desk) {
		id := string(d.client("Ada Brook"))
		ana, ben := d.member(d.Ana, "ana@acme.example"), d.member(d.Ben, "ben@acme.example")
		version := func(r *reader, what string) string {
			return r.one(r.get("/clients/"+id+"?edit="+what, http.StatusOK), `name="version" value="([^"]+)"`)
		}
		form := func(version, tier string) url.Values {
			return url.Values{"version": {version}, "set.name": {"Ada Brook"}, "set.tier": {tier}, "tags": {"garden, boat"}}
		}
		tags := func() string {
			return ana.one(ana.get("/clients/"+id+"?edit=account", http.StatusOK), `name="tags" value="([^"]*)"`)
		}
		if got := tags(); got != "" { // what is sent back as it was filled must change nothing
			t.Errorf("the form says %q where there are no tags", got)
		}
		for path, link := range map[string]string{"/clients/" + id: `"#passbook"`, "/clients": `"/clients/` + id + `#passbook"`} {
			ana.get(path, http.StatusOK, `<a class="behind" href=`+link+`><span class="standing`)
		}
		seen := version(ana, "account")
		ben.post("/clients/"+id+"/edit", form(seen, "A"), http.StatusOK, "Undo", "garden")
		if got := tags(); got != "boat, garden" {
			t.Errorf("the form says %q of the tags", got)
		}
		page := ana.post("/clients/"+id+"/edit", form(seen, "C"), http.StatusConflict, "Changed meanwhile", "Ben", `value="A"`, `value="C"`)
		if strings.Contains(page, `type="radio" name="set.name"`) {
			t.Error("what both say alike is to be chosen from")
		}
		chosen := url.Values{"version": {ana.one(page, `name="version" value="([^"]+)"`)}, "set.name": {"Ada Brook"}, "set.tier": {"C"}, "set.tags": {"boat\ngarden"}}
		ana.post("/clients/"+id+"/edit", chosen, http.StatusOK, "Tier: A → C")
		ana.post("/clients/"+id+"/edit", form(version(ana, "account"), "Z"), http.StatusUnprocessableEntity, "is not in the playbook")

		page = ana.get("/clients/"+id, http.StatusOK)
		person := ana.one(page, `id="p-([^"]+)"`)
		fields := url.Values{
			"version": {version(ana, person)}, "set.name": {"Ada Brook"}, "phones": {"+49 30 123456", ""}, "phones.label": {"work", ""},
			"street": {"Am Hang 1", ""}, "city": {"Bonn", ""}, "code": {"53111", ""}, "set.birthday": {"1980-05-17"}, "custom.name": {"dog"}, "custom.value": {"Bello"},
		}
		ana.post("/clients/"+id+"/people/"+person, fields, http.StatusOK, "+49 30 123456", "Am Hang 1, 53111 Bonn", "Bello", "1980-05-17")
		fields.Set("set.birthday", "never")
		fields.Set("version", version(ana, person))
		ana.post("/clients/"+id+"/people/"+person, fields, http.StatusUnprocessableEntity, "is no date", `value="never"`)
		fields.Set("version", "stale")
		ana.post("/clients/"+id+"/people/"+person, fields, http.StatusConflict, "Birthday", "1980-05-17")
		ana.post("/clients/"+id+"/people/"+string(book.DerivedID("nobody")), fields, http.StatusNotFound)
	})
}

// People join an account, leave it and come back; clients know each other; all of it is taken back by one press.
func TestPeopleOfAnAccount(t *testing.T) {
	engines(t, func(d *desk) {
		id, other := string(d.client("Acme & Sons")), string(d.client("Bo Carr"))
		ana := d.member(d.Ana, "ana@acme.example")
		undo := func(page string) {
			ana.post("/undo", url.Values{"entry": {ana.one(page, `class="said"[\s\S]*?name="entry" value="([^"]+)"`)}}, http.StatusOK)
		}
		page := ana.post("/clients/"+id+"/people", url.Values{"name": {"Cy Dale"}, "role": {"buyer"}, "email": {"cy@dale.example"}}, http.StatusOK, "Cy Dale", "buyer")
		person := ana.one(page, `id="p-([^"]+)" class="person"><div class="head2"><h3>Cy`)
		left := ana.post("/clients/"+id+"/people/"+person+"/leave", nil, http.StatusOK, "No more one of")
		if strings.Contains(left, "cy@dale.example") {
			t.Error("who has left is still there")
		}
		undo(left)
		ana.get("/clients/"+id, http.StatusOK, "cy@dale.example")
		ana.post("/clients/"+id+"/people", url.Values{"known": {other}, "role": {"owner"}}, http.StatusOK, "Bo Carr")
		ana.post("/clients/"+id+"/people", url.Values{"known": {"nobody at all"}}, http.StatusUnprocessableEntity)
		page = ana.post("/clients/"+id+"/relate", url.Values{"other": {"Bo Carr"}, "role": {"mentor"}}, http.StatusOK, "mentor")
		undo(page)
		if strings.Contains(ana.get("/clients/"+id, http.StatusOK), "mentor") {
			t.Error("a relation outlives its undo")
		}
		verified(d)
	})
}

// A wrong entry is filled into the composer, written anew and taken out, and one undo brings it back.
func TestCorrecting(t *testing.T) {
	engines(t, func(d *desk) {
		id := string(d.client("Ada Brook"))
		ana := d.member(d.Ana, "ana@acme.example")
		touch := url.Values{"kind": {"touch"}, "channel": {"call"}, "outcome": {"reached"}, "dir": {"out"}, "summary": {"about the boilr"}}
		page := ana.post("/clients/"+id, touch, http.StatusOK, "about the boilr")
		wrong := ana.one(page, `fix=([^#"&]+)`)
		ana.get("/clients/"+id+"?fix="+wrong, http.StatusOK, `name="fixes" value="`+wrong, "about the boilr")
		touch.Set("summary", "about the boiler")
		touch.Set("fixes", wrong)
		page = ana.post("/clients/"+id, touch, http.StatusOK, "about the boiler")
		if strings.Contains(page, "boilr") || strings.Contains(page, "clients in all") {
			t.Error("the wrong entry still stands, or the correction counts for several")
		}
		ana.post("/undo", url.Values{"entry": {ana.one(page, `class="said"[\s\S]*?name="entry" value="([^"]+)"`)}}, http.StatusOK)
		if page = ana.get("/clients/"+id+"?matter=touches", http.StatusOK, "boilr"); strings.Contains(page, "boiler") {
			t.Error("the undo left the correction")
		}
		ana.post("/clients/"+id, url.Values{"kind": {"deed"}, "points": {"2"}, "words": {"carried the piano"}}, http.StatusOK, "Good deed")
		ana.post("/clients/"+id, url.Values{"kind": {"deed"}, "points": {"lots"}, "words": {"much"}}, http.StatusUnprocessableEntity, "is no number", `value="lots"`, `value="much"`)
		ana.get("/clients/"+id+"/brief", http.StatusOK, "carried the piano")
		ana.get("/clients/"+id+"/statement?from=2026-03-01&to=2026-03-31&why=1", http.StatusOK, "Brought forward", "6.00")
		ana.get("/clients/"+id+"/statement?from=spring", http.StatusUnprocessableEntity, "is no day")
		for range 25 {
			if _, err := d.Do(context.Background(), d.Ana, &awareness.Note{Account: awareness.Client(id), Text: "one of many"}, teller.Options{}); err != nil {
				t.Fatal(err)
			}
		}
		next := ana.one(ana.get("/clients/"+id, http.StatusOK, "Older"), `href="(/clients/[^"]+/timeline[^"]+)"`)
		ana.get(strings.ReplaceAll(next, "&amp;", "&"), http.StatusOK, "carried the piano")
		verified(d)
	})
}

// A private note stays private when it is corrected; a letter that was imported, of which a form holds but a part, is not
// offered to be.
func TestCorrectingKeepsWhatItDoesNotShow(t *testing.T) {
	engines(t, func(d *desk) {
		id := d.client("Ada Brook")
		ana, ben := d.member(d.Ana, "ana@acme.example"), d.member(d.Ben, "ben@acme.example")
		home := "/clients/" + string(id)
		page := ana.post(home, url.Values{"kind": {"note"}, "text": {"wants out of the lese"}, "private": {"1"}}, http.StatusOK, "wants out")
		wrong := ana.one(page, `fix=([^#"&]+)`)
		page = ana.get(home+"?fix="+wrong, http.StatusOK)
		if !regexp.MustCompile(`name="private"[^>]*checked`).MatchString(page) {
			t.Error("the form forgets that the note is private")
		}
		ana.post(home, url.Values{"kind": {"note"}, "text": {"wants out of the lease"}, "private": {"1"}, "fixes": {wrong}}, http.StatusOK, "out of the lease")
		if strings.Contains(ben.get(home, http.StatusOK), "wants out") {
			t.Error("a private note is read by a colleague once it was corrected")
		}
		letter := book.Entry{ID: book.DerivedID("letter", "1"), Kind: book.KindTouch, By: d.Ana.Member, At: book.Micros(d.Clock.Now())}
		letter.Facts = book.Facts{Channel: book.Email, Direction: book.Out, Outcome: book.Reached, Thread: "t", Bulk: true}
		letter.Words.Text = "spring letter"
		if _, err := d.Do(context.Background(), d.Ana, &testkit.Append{Account: id, Entries: []book.Entry{letter}}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		if page = ana.get(home, http.StatusOK, "spring letter"); strings.Contains(page, "fix="+string(letter.ID)) {
			t.Error("a letter to many is offered to be corrected by a form that makes it one to a single client")
		}
		verified(d)
	})
}

// A form that is pressed twice is written once; the next page's form is another.
func TestPressedTwice(t *testing.T) {
	engines(t, func(d *desk) {
		home := "/clients/" + string(d.client("Ada Brook"))
		ana := d.member(d.Ana, "ana@acme.example")
		page := ana.get(home, http.StatusOK)
		touch := url.Values{
			"kind": {"touch"}, "channel": {"call"}, "outcome": {"reached"}, "summary": {"about the boiler"}, "key": {ana.one(page, `name="key" value="([^"]+)"`)},
		}
		ana.post(home, touch, http.StatusOK)
		page = ana.post(home, touch, http.StatusOK)
		touch.Set("key", ana.one(page, `name="key" value="([^"]+)"`))
		touch.Set("summary", "about the roof")
		page = ana.post(home, touch, http.StatusOK, "about the roof")
		if n := len(regexp.MustCompile(`fix=[^#"&]+`).FindAllString(page, -1)); n != 2 {
			t.Errorf("there are %d touches, should be 2", n)
		}
		verified(d)
	})
}

// What is typed into the composer is the reader's time, and stands there as it was typed when it is corrected.
func TestTypedTimesAreTheReaders(t *testing.T) {
	engines(t, func(d *desk) {
		id := string(d.client("Ada Brook"))
		ana := d.member(d.Ana, "ana@acme.example")
		ana.post("/settings/like", url.Values{"language": {"en"}, "zone": {"America/New_York"}}, http.StatusOK)
		touch := url.Values{"kind": {"touch"}, "channel": {"call"}, "outcome": {"reached"}, "summary": {"the boiler"}, "at": {"2026-03-01T23:30"}}
		page := ana.post("/clients/"+id, touch, http.StatusOK, "the boiler")
		entry := ana.one(page, `fix=([^#"&]+)`)
		err := d.Store().Read(context.Background(), d.Ana.Workspace, func(tx *store.Tx) error {
			found, err := tx.EntriesByID(context.Background(), book.ID(entry))
			if at := found[book.ID(entry)].At; at != book.Micros(time.Date(2026, 3, 2, 4, 30, 0, 0, time.UTC)) {
				t.Errorf("half past eleven in New York was taken for %s", at.Time())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		ana.get("/clients/"+id+"?fix="+entry, http.StatusOK, `value="2026-03-01T23:30"`)
		touch.Set("channel", "pigeon")
		ana.post("/clients/"+id, touch, http.StatusUnprocessableEntity, `value="2026-03-01T23:30"`)
		promise := url.Values{"kind": {"promise"}, "text": {"the quote"}, "due": {"2026-03-06"}}
		page = ana.post("/clients/"+id, promise, http.StatusOK, "due 6 Mar")
		promised := ana.one(page, `fix=([^#"&]+)`)
		for _, zone := range []string{"America/New_York", "Pacific/Auckland"} {
			ana.post("/settings/like", url.Values{"language": {"en"}, "zone": {zone}}, http.StatusOK)
			ana.get("/clients/"+id+"?fix="+promised, http.StatusOK, `value="2026-03-06"`)
		}
		ana.post("/settings/like", url.Values{"language": {"en"}, "zone": {"America/New_York"}}, http.StatusOK)
		ana.get("/clients/"+id+"/statement?from=2026-03-01&to=2026-03-01", http.StatusOK, "the boiler")
	})
}

// A form for a client who is not there answers that there is none, whatever is wrong with the form.
func TestNobodysForms(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		to := "/clients/" + string(book.DerivedID("nobody"))
		for path, form := range map[string]url.Values{
			to:             {"kind": {"touch"}, "channel": {"pigeon"}},
			to + "?x":      {"kind": {"deed"}, "points": {"lots"}},
			to + "/edit":   {"version": {"x"}, "set.tier": {"Z"}},
			to + "/people": {"known": {"nobody at all"}},
			to + "/relate": {"other": {""}},
		} {
			ana.post(path, form, http.StatusNotFound)
		}
	})
}

// The passbook tells what moved the balance, newest first; the question to ask next says why it is that one.
func TestAccountAtAGlance(t *testing.T) {
	engines(t, func(d *desk) {
		id := string(d.client("Ada Brook"))
		d.Clock.Set(time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC))
		ana := d.member(d.Ana, "ana@acme.example")
		post := func(at string, form url.Values) {
			form.Set("at", at)
			ana.post("/clients/"+id, form, http.StatusOK)
		}
		call := func(words string) url.Values {
			return url.Values{"kind": {"touch"}, "channel": {"call"}, "outcome": {"reached"}, "summary": {words}}
		}
		post("2026-03-03T10:00", call("the roof"))
		post("2026-03-20T10:00", url.Values{"kind": {"promise"}, "text": {"the survey"}, "due": {"2026-06-01"}})
		post("2026-04-20T10:00", call("the cellar"))
		page := ana.get("/clients/"+id, http.StatusOK, "faded in 48 days", "faded in 14 days")
		passbook := ana.one(page, `(?s)(<section class="bookof".*?</section>)`)
		if strings.Contains(passbook, "the survey") || strings.Count(passbook, "faded in") != 2 {
			t.Errorf("the passbook tells what moved nothing, or fading twice between two contacts:\n%s", passbook)
		}
		if strings.Index(passbook, "the cellar") > strings.Index(passbook, "the roof") {
			t.Error("the newest line is not on top")
		}
		if strings.Index(page, `id="log"`) > strings.Index(page, `class="bookof"`) {
			t.Error("who goes through the page by keyboard comes to the composer after the passbook")
		}
		ana.get("/clients/"+id, http.StatusOK, "How do they like to be reached?", "No telephone number")
		ana.get("/clients/"+id+"/statement", http.StatusOK, "the survey")
	})
}

// Wherever it is told what happened, the words lead and what it was stands aside; a statement has its sums above its lines.
func TestWordsLeadOnPages(t *testing.T) {
	engines(t, func(d *desk) {
		id := string(d.client("Ada Brook"))
		ana := d.member(d.Ana, "ana@acme.example")
		ana.post("/clients/"+id, url.Values{"kind": {"touch"}, "channel": {"call"}, "outcome": {"reached"}, "summary": {"the boiler"}}, http.StatusOK)
		ana.post("/clients/"+id, url.Values{"kind": {"mistake"}, "points": {"2"}, "words": {"the wrong key"}}, http.StatusOK)
		for _, c := range []struct{ what, path, like string }{
			{"passbook", "", `<section class="bookof"[\s\S]*<div class="particulars">the boiler</div>\s*<details class="because"[^>]*><summary[^>]*>Call, reached</summary>`},
			{"reasons", "", `<ul class="reasons">[\s\S]*<span class="clip"[^>]*>the boiler</span>`},
			{"timeline", "/timeline", `id="timeline"[\s\S]*<div>the boiler\s*<div class="soft small">Call, reached</div>`},
			{"statement", "/statement", `<div class="particulars">the boiler</div>\s*<div class="soft small">Call, reached</div>`},
			{"brief", "/brief", `<ul class="plain dated">[\s\S]*<div>the boiler\s*<div class="soft small">Call, reached</div>`},
			{"reasons of the brief", "/brief", `<ul class="reasons">[\s\S]*<span>the boiler <span`},
			{"sums of the statement", "/statement", `<dl class="line totals">(?:\s*<div><dt>[^<]*</dt>\s*<dd class="big[^"]*">[^<]*</dd></div>){5}\s*</dl>[\s\S]*class="particulars"`},
			{"what came in", "/statement", `<dt>In</dt>\s*<dd class="big[^"]*">6.00</dd>`},
			{"what went out", "/statement", `<dt>Out</dt>\s*<dd class="big[^"]*">2.00</dd>`},
		} {
			if page := ana.get("/clients/"+id+c.path, http.StatusOK); !regexp.MustCompile(c.like).MatchString(page) {
				t.Errorf("the %s: nothing is like %s:\n%s", c.what, c.like, page)
			}
		}
	})
}

// Who writes what a colleague has just written has nothing to choose; an owner stands in both versions by the name.
func TestClashInWords(t *testing.T) {
	engines(t, func(d *desk) {
		id := string(d.client("Ada Brook"))
		ana, ben := d.member(d.Ana, "ana@acme.example"), d.member(d.Ben, "ben@acme.example")
		version := ana.one(ana.get("/clients/"+id+"?edit=account", http.StatusOK), `name="version" value="([^"]+)"`)
		form := url.Values{"version": {version}, "set.name": {"Ada Brook"}, "set.owner": {string(d.Ben.Member)}, "set.tier": {"A"}}
		ben.post("/clients/"+id+"/edit", form, http.StatusOK, "Undo")
		if page := ana.post("/clients/"+id+"/edit", form, http.StatusOK, "Ada Brook"); strings.Contains(page, "Changed meanwhile") {
			t.Error("there is a choice between the same and the same")
		}
		form.Set("set.owner", string(d.Ana.Member))
		form.Set("set.kind", "company")
		page := ana.post("/clients/"+id+"/edit", form, http.StatusConflict, "Changed meanwhile", "company")
		said := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(ana.one(page, `(?s)(<table class="clash">.*?</table>)`), " ")
		if strings.Contains(said, string(d.Ben.Member)) || strings.Count(said, "Ana") < 1 || strings.Count(said, "Ben") < 2 {
			t.Errorf("the owners are not told by name: %s", said)
		}
	})
}
