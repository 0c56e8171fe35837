package web_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/teller"
)

// Lists leave as files, with what narrows them and their columns, and cannot be taken for formulas.
func TestLists(t *testing.T) {
	engines(t, func(d *desk) {
		d.client("=HYPERLINK(1)")
		maria := string(d.client("Maria Keller"))
		ana := d.member(d.Ana, "ana@acme.example")
		ana.post("/clients/"+maria, url.Values{"kind": {"promise"}, "text": {"the survey"}, "due": {"2026-03-06"}}, http.StatusOK)
		rows := func(path string) [][]string {
			t.Helper()
			all, err := csv.NewReader(strings.NewReader(ana.get(path, http.StatusOK))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		got := rows("/clients?format=csv&sort=name&col=balance&col=stage")
		if len(got) != 3 || strings.Join(got[0], ",") != "Name,Stage,Balance,Id" || got[1][0] != "'=HYPERLINK(1)" || got[2][2] != "0.00" {
			t.Errorf("clients: %q", got)
		}
		if got := rows("/clients?format=csv&text=keller"); len(got) != 2 {
			t.Errorf("narrowed: %q", got)
		}
		if got := rows("/commitments?format=csv"); len(got) != 2 || got[1][3] != "the survey" {
			t.Errorf("commitments: %q", got)
		}
		if got := rows("/clients/" + maria + "/statement?format=csv"); len(got) < 2 || got[0][0] != "When" || got[0][5] != "Balance" {
			t.Errorf("statement: %q", got)
		}
		ana.get("/portfolio", http.StatusOK, "never=1&amp;sort=due")
		if got := rows("/?format=csv&all=1"); got[0][0] != "Place" {
			t.Errorf("today: %q", got)
		}
		if got := rows("/team?format=csv"); len(got) != 3 || got[1][0] != "Ana" {
			t.Errorf("members: %q", got)
		}
		ana.post("/clients/"+maria, url.Values{"kind": {"touch"}, "channel": {"call"}, "outcome": {"reached"}, "dir": {"out"}, "summary": {"=the loft"}}, http.StatusOK)
		if got := rows("/search?q=loft&format=csv"); len(got) != 2 || got[1][0] != "Maria Keller" || got[1][3] != "'=the loft" {
			t.Errorf("search: %q", got)
		}
		ana.get("/search?q=loft", http.StatusOK, "/search?q=loft&amp;format=csv")
		ana.get("/search?q=&format=csv", http.StatusUnprocessableEntity)
		ana.post("/clients/new", url.Values{"name": {"Maria Keller"}, "another": {"1"}, "email": {"other@client.example"}}, http.StatusOK)
		if got := rows("/duplicates?format=csv"); len(got) != 2 || got[0][7] != "The other" || got[1][1] != "the same name" || got[1][2] != got[1][7] {
			t.Errorf("duplicates: %q", got)
		}
		known := &awareness.Add{Name: "Known Only", ContactOnly: true, Fields: awareness.ReachFields("known@client.example")}
		if _, err := d.Do(t.Context(), d.Ana, known, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		if got := rows("/clients/known?format=csv"); len(got) != 2 || got[0][3] != "Letters from them" || got[1][0] != "Known Only" || got[1][1] != "known@client.example" {
			t.Errorf("known of: %q", got)
		}
		ana.get("/clients/known", http.StatusOK, "/clients/known?format=csv")
		got = rows("/people?format=csv")
		if len(got) != 5 || got[0][3] != "Mail addresses" || got[2][0] != "Known Only" || got[2][1] != "" || got[4][1] != "Maria Keller" || got[4][3] != "other@client.example" {
			t.Errorf("people: %q", got)
		}
		ana.get("/clients", http.StatusOK, "/people?format=xlsx")
		got = rows("/clients/" + maria + "/timeline?format=csv")
		if len(got) != 3 || got[0][3] != "Words" || got[1][1] != "Call, reached" || got[1][3] != "'=the loft" || got[1][5] != "Ana" || got[2][3] != "the survey" {
			t.Errorf("timeline: %q", got)
		}
		if got := rows("/clients/" + maria + "/timeline?matter=promises&format=csv"); len(got) != 2 || got[1][3] != "the survey" {
			t.Errorf("promises of a timeline: %q", got)
		}
		ana.get("/clients/"+maria+"?matter=promises", http.StatusOK, "/timeline?matter=promises&amp;format=csv")
		ana.post("/team/invite", url.Values{"name": {"=Eve"}, "email": {"eve@acme.example"}, "role": {"member"}}, http.StatusOK)
		ana.get("/outbox", http.StatusOK, "/outbox?format=csv")
		if got := rows("/outbox?format=csv"); len(got) != 2 || got[1][1] != "'=Eve" || got[1][4] != "eve@acme.example" || strings.Contains(strings.Join(got[1], " "), "/link/") {
			t.Errorf("letters: %q", got)
		}
		ana.post("/settings/fields", url.Values{"name": {"Rooms"}, "kind": {"choice"}, "choices": {"two\nthree"}}, http.StatusOK, "/settings/fields?format=csv")
		if got := rows("/settings/fields?format=csv"); len(got) != 2 || got[1][0] != "Rooms" || got[1][2] != "two; three" {
			t.Errorf("fields: %q", got)
		}
		ana.post("/clients/"+maria, url.Values{"kind": {"closing"}, "text": {"sold the loft"}}, http.StatusOK)
		if got := rows("/portfolio?format=csv"); len(got) != 2 || got[0][3] != "Was" || got[1][0] != "Maria Keller" || got[1][2] != "overdrawn" || got[1][3] != "0.00" {
			t.Errorf("slipping: %q", got)
		}
		ana.get("/portfolio", http.StatusOK, "/portfolio?format=csv")
		ana.get("/portfolio?format=csv&owner=nobody", http.StatusNotFound)
		if page := ana.get("/clients?format=xlsx", http.StatusOK); !strings.HasPrefix(page, "PK") {
			t.Error("no workbook")
		}
		ana.get("/clients?format=pdf", http.StatusUnprocessableEntity)
		ana.get("/clients?sort=name", http.StatusOK, "/clients?sort=name&amp;format=csv")
	})
}

// What a firm and its members keep at their settings leaves too.
func TestListsOfSettings(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		ana.post("/settings/token", url.Values{"label": {"=1+1"}, "scope": {"read"}, "password": {"a few plain words"}}, http.StatusOK)
		if _, err := d.Do(t.Context(), d.Ana, &assessment.Reword{Name: "residential-sales", Set: map[string]string{"half_life_days": "100"}}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			page, path, head string
			row              []string // how one of its rows begins
		}{
			{"/settings", "/settings?show=sessions&format=csv", "Kind", []string{"session", "Go-http-client/1.1"}},
			{"/settings", "/settings?show=tokens&format=csv", "Kind", []string{"token", "'=1+1", "read"}},
			{"/team/{ana}", "/team/{ana}?show=sessions&format=csv", "Kind", []string{"session"}},
			{"/team/{ana}", "/team/{ana}?show=tokens&format=csv", "Kind", []string{"token", "'=1+1", "read"}},
			{"/settings/playbooks", "/settings/playbooks?format=csv", "Name", []string{"residential-sales", "Residential sales", "first"}},
			{"/settings/tariff/residential-sales", "/settings/tariff/residential-sales?format=csv", "When", []string{}},
		} {
			page, path := strings.ReplaceAll(c.page, "{ana}", string(d.Ana.Member)), strings.ReplaceAll(c.path, "{ana}", string(d.Ana.Member))
			ana.get(page, http.StatusOK, strings.ReplaceAll(path, "&", "&amp;"), "format=xlsx")
			all, err := csv.NewReader(strings.NewReader(ana.get(path, http.StatusOK))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			found := slices.ContainsFunc(all[1:], func(row []string) bool { return slices.Equal(row[:len(c.row)], c.row) })
			if all[0][0] != c.head || !found {
				t.Errorf("%s: %q", c.path, all)
			}
		}
		ben := d.member(d.Ben, "ben@acme.example")
		ben.get("/team/"+string(d.Ana.Member)+"?show=tokens&format=csv", http.StatusForbidden)
		if mine := ben.get("/settings?show=tokens&format=csv", http.StatusOK); strings.Contains(mine, "1+1") {
			t.Errorf("Ben is given the tokens of Ana: %s", mine)
		}
		ana.get("/settings?show=letters&format=csv", http.StatusUnprocessableEntity)
	})
}
