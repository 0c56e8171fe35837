package web_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"passbook/internal/accountability"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// The page of commitments has what is due, every promise and case that is open, and who is out of touch; what a row can do
// is done from it, and leads back to the list.
func TestCommitments(t *testing.T) {
	engines(t, func(d *desk) {
		maria := string(d.client("Maria Keller"))
		ana, ben := d.member(d.Ana, "ana@acme.example"), d.member(d.Ben, "ben@acme.example")
		say := func(form url.Values) { ana.post("/clients/"+maria, form, http.StatusOK) }
		say(url.Values{"kind": {"promise"}, "text": {"the survey"}, "due": {"2026-03-06"}})
		say(url.Values{"kind": {"promise"}, "text": {"the garden plan"}, "due": {"2026-05-06"}})
		say(url.Values{"kind": {"case"}, "text": {"leak"}, "origin": {"ours"}, "severity": {"2"}, "first": {"us"}, "next_update": {"2026-03-05"}, "estimate": {"2026-03-20"}})
		page := ana.get("/commitments", http.StatusOK, "This week", "the survey", "leak", ">Mine<")
		if strings.Contains(page, "the garden plan") {
			t.Error("what is due in May is due within a week")
		}
		for _, tab := range []string{"", "?show=promises", "?show=introductions", "?show=cases", "?show=cadence"} {
			if page := ben.get("/commitments"+tab, http.StatusOK); strings.Contains(page, "Maria") {
				t.Errorf("%s: Ana's is Ben's", tab)
			}
		}
		ben.get("/commitments?show=promises&all=1", http.StatusOK, "the survey", "the garden plan")
		ana.get("/commitments?show=cases", http.StatusOK, "leak", "serious", "20 Mar", "a failure of ours", "Solved")
		ana.get("/commitments?show=cadence", http.StatusOK, "Nobody has waited")
		ana.get("/commitments?show=gossip", http.StatusUnprocessableEntity)
		ana.get("/commitments?show=promises&after=x", http.StatusUnprocessableEntity)

		page = ana.get("/commitments?show=promises", http.StatusOK, "the survey")
		link := regexp.MustCompile(`href="(/clients/[^"]+back=[^"]+)#(owed-[^"]+)"`).FindStringSubmatch(page)
		if link == nil {
			t.Fatal("nothing leads to where a promise is moved")
		}
		ana.get(strings.ReplaceAll(link[1], "&amp;", "&"), http.StatusOK, `id="`+link[2]+`"`, `name="back" value="/commitments?show=promises"`, `value="moved"`)
		promise := strings.TrimPrefix(link[2], "owed-")
		back := "/commitments?show=promises"
		say(url.Values{"kind": {"moved"}, "promise": {promise}, "due": {"2026-04-01"}})
		ana.post("/clients/"+maria, url.Values{"kind": {"kept"}, "promise": {promise}, "back": {back}}, http.StatusOK, "Promise kept", "the garden plan", "Every open promise")
		if page := ana.get(back, http.StatusOK); strings.Contains(page, promise) {
			t.Error("a promise that was kept is open")
		}
		d.Clock.Set(d.Clock.Now().Add(200 * 24 * time.Hour))
		ana.post("/signin", url.Values{"address": {"ana@acme.example"}, "password": {"a few plain words"}}, http.StatusOK)
		ana.get("/commitments", http.StatusOK, "Late", "days late")
		ana.get("/commitments?show=cadence", http.StatusOK, "Maria Keller", " at most", "/clients/"+maria+"?back=")
		for path, want := range map[string][]string{
			"?show=promises": {"Due", "the garden plan"}, "?show=cases": {"Next news by", "leak"}, "?show=cadence": {"Name", maria},
		} {
			rows, err := csv.NewReader(strings.NewReader(ana.get("/commitments"+path+"&format=csv", http.StatusOK))).ReadAll()
			if err != nil || len(rows) != 2 || rows[0][0] != want[0] || !strings.Contains(strings.Join(rows[1], ","), want[1]) {
				t.Errorf("%s: %q, %v", path, rows, err)
			}
		}
	})
}

// Introductions owed after a hand-over have a list of their own, by their mark and not by their words; it goes out as a file,
// goes when one is made, and what is stored of it is what the log says.
func TestIntroductionsOwed(t *testing.T) {
	engines(t, func(d *desk) {
		maria := string(d.client("Maria Keller"))
		ana := d.member(d.Ana, "ana@acme.example")
		ana.get("/commitments?show=introductions", http.StatusOK, "Nobody is to be introduced to a client")
		ana.post("/clients/"+maria, url.Values{"kind": {"promise"}, "text": {"introduce the plumber to them"}, "due": {"2026-05-06"}}, http.StatusOK)
		c := &awareness.AddMember{Name: "Cleo", Role: book.RoleMember, Emails: []string{"cleo@acme.example"}}
		for _, cmd := range []teller.Command{c, &awareness.Edit{Account: awareness.Client(maria), Set: map[string]string{book.FieldOwner: "Ben"}}, &accountability.Leave{Who: "Ben", To: "Cleo"}} {
			if _, err := d.Do(context.Background(), d.Ana, cmd, teller.Options{}); err != nil {
				t.Fatal(err)
			}
		}
		cleo := d.member(teller.Actor{Workspace: d.Ana.Workspace, Member: c.Member.ID, Role: book.RoleMember}, "cleo@acme.example")
		page := cleo.get("/commitments?show=introductions", http.StatusOK, "introduce Cleo to Maria Keller", ">Introductions<")
		if strings.Contains(page, "plumber") {
			t.Error("a promise with such words is taken for an introduction")
		}
		cleo.get("/commitments?show=promises", http.StatusOK, "introduce Cleo to Maria Keller", "plumber")
		if page := ana.get("/commitments?show=introductions", http.StatusOK); strings.Contains(page, "Maria") {
			t.Error("Cleo's is Ana's")
		}
		ana.get("/commitments?show=introductions&all=1", http.StatusOK, "introduce Cleo to Maria Keller")
		cleo.get("/commitments?show=introductions&format=csv", http.StatusOK, "introduce Cleo to Maria Keller")
		verified(d)
		promise := regexp.MustCompile(`name="promise" value="([^"]+)"`).FindStringSubmatch(page)[1]
		cleo.post("/clients/"+maria, url.Values{"kind": {"kept"}, "promise": {promise}, "back": {"/commitments?show=introductions"}}, http.StatusOK, "Nobody is to be introduced")
		verified(d)
	})
}
