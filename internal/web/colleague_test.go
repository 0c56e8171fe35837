package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// An owner looks after the firm's people; the others read who there is. What opens doors asks for the password again, and
// what is an entry is taken back by the said line.
func TestTeam(t *testing.T) {
	engines(t, func(d *desk) {
		d.client("Maria Keller")
		ana, ben := d.member(d.Ana, "ana@acme.example"), d.member(d.Ben, "ben@acme.example")
		at := "/team/" + string(d.Ben.Member)
		ana.get("/team", http.StatusOK, "Invite a colleague", `href="`+at+`"`, "/outbox")
		page := ben.get("/team", http.StatusOK, "Ana", "owner", "Who stands in")
		if strings.Contains(page, "Invite a colleague") || strings.Contains(page, `href="/team/`) || strings.Contains(page, `"/outbox"`) {
			t.Error("a member is shown what only an owner may")
		}
		ben.get(at, http.StatusForbidden)
		for _, act := range []string{"", "/link", "/second", "/end"} {
			ben.post(at+act, url.Values{"password": {"a few plain words"}, "role": {"owner"}, "id": {"x"}}, http.StatusForbidden)
		}
		ben.post("/team/"+string(d.Ana.Member)+"/away", url.Values{"deputy": {string(d.Ben.Member)}, "until": {"2026-03-20"}}, http.StatusForbidden)

		page = ana.post(at, url.Values{"name": {"Ben"}, "role": {"manager"}, "department": {"North"}}, http.StatusOK, `value="North"`, "Undo")
		ana.get("/team", http.StatusOK, "manager", "North")
		undo := regexp.MustCompile(`name="entry" value="([^"]+)"`).FindStringSubmatch(page)
		ana.post("/undo", url.Values{"entry": {undo[1]}}, http.StatusOK)
		if page = ana.get("/team", http.StatusOK); strings.Contains(page, "North") {
			t.Error("the change was not taken back")
		}
		own := "/team/" + string(d.Ana.Member)
		ana.post(own, url.Values{"name": {"Ana Lang"}, "role": {"member"}}, http.StatusConflict, "the firm has no other one", `value="Ana Lang"`, `class="fault"`)
		ana.post(at, url.Values{"name": {"Ben"}, "role": {"king"}}, http.StatusUnprocessableEntity, "is not known")
		ana.get("/team/"+string(book.DerivedID("x")), http.StatusNotFound)
		ana.post("/team/invite", url.Values{"name": {"Cleo"}, "email": {"nothing"}, "role": {"member"}}, http.StatusUnprocessableEntity,
			"no whole mail address", `value="Cleo"`, `value="nothing"`)

		ana.post(at+"/away", url.Values{"deputy": {string(d.Ana.Member)}, "from": {"2026-03-02"}, "until": {"2026-02-01"}}, http.StatusUnprocessableEntity,
			`value="2026-02-01"`, `class="fault"`)
		ana.post(at+"/away", url.Values{"deputy": {string(d.Ana.Member)}, "until": {"2026-03-20"}}, http.StatusOK, "Ana stands in until", "Is back")
		ben.get("/team", http.StatusOK, "Ana stands in until")
		ana.post(at+"/away", nil, http.StatusOK, "Who stands in")
	})
}

// Leaving asks who takes over in plain words, offers nobody who keeps no clients, and says afterwards who has them.
func TestLeaving(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		own := func(n int) {
			for i := range n {
				c := &awareness.Add{Name: fmt.Sprintf("Client %d", i), Owner: string(d.Ben.Member)}
				if _, err := d.Do(context.Background(), d.Ana, c, teller.Options{}); err != nil {
					t.Fatal(err)
				}
			}
		}
		own(2)
		if _, err := d.Do(context.Background(), d.Ana, &awareness.AddMember{Name: "Cora Figures", Role: book.RoleAccountant, Emails: []string{"cora@acme.example"}}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		at := "/team/" + string(d.Ben.Member) + "/leave"
		if page := ana.get(at, http.StatusOK); strings.Contains(page, "Cora Figures") {
			t.Error("clients are offered to an accountant")
		}
		page := ana.post(at, url.Values{"do": {"preview"}}, http.StatusUnprocessableEntity, "Choose who takes over the clients of Ben.")
		if strings.Contains(page, "the to") {
			t.Error("the fault speaks of a field as programs do")
		}
		ana.post(at, url.Values{"do": {"leave"}, "to": {string(d.Ana.Member)}}, http.StatusOK,
			"Ben has left; 2 clients went to Ana, each with an introduction owed.", "Undo")
	})
}

// Doors of others: a link, a second factor and sessions, each after proof of who asks.
func TestDoorsOfOthers(t *testing.T) {
	engines(t, func(d *desk) {
		ana, ben := d.member(d.Ana, "ana@acme.example"), d.member(d.Ben, "ben@acme.example")
		at, ctx := "/team/"+string(d.Ben.Member), context.Background()
		ana.post(at+"/link", url.Values{"password": {"not the right one"}}, http.StatusForbidden, "is not right", "Write the letter")
		ana.post(at+"/link", url.Values{"password": {"a few plain words"}}, http.StatusOK, "new password", "/link/")

		err := d.Store().Write(ctx, "acme", func(tx *store.Tx) error {
			c, err := tx.Credential(ctx, d.Ben.Member)
			c.TOTP = "JBSWY3DPEHPK3PXP"
			if err == nil {
				err = tx.PutCredential(ctx, &c)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		ana.post(at+"/second", url.Values{"password": {""}}, http.StatusForbidden, "is not right", "Switch it off")
		page := ana.post(at+"/second", url.Values{"password": {"a few plain words"}}, http.StatusOK)
		if strings.Contains(page, "Switch it off") {
			t.Error("the second factor is still there")
		}

		token, err := d.auth.NewToken(ctx, auth.Identity{Actor: d.Ben}, auth.ScopeRead, "reports")
		if err != nil {
			t.Fatal(err)
		}
		ana.get(at, http.StatusOK, "reports", "End all of them")
		ana.post(at+"/end", url.Values{"id": {""}}, http.StatusOK, "Nowhere.")
		ben.get("/team", http.StatusOK, "Sign in")
		if _, err := d.auth.Bearer(ctx, token); err == nil {
			t.Error("the token still opens")
		}
	})
}

// Tokens ask for the password; who has none has just signed in.
func TestTokensAskAgain(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		form := url.Values{"label": {"the reports"}, "scope": {"write"}}
		ana.post("/settings/token", form, http.StatusForbidden, `value="the reports"`)
		form.Set("password", "a few plain words")
		ana.post("/settings/token", form, http.StatusOK, "it is not shown again")

		ctx := context.Background()
		ben := auth.Identity{Actor: d.Ben, Began: book.Micros(d.Clock.Now())} // as the firm's provider signs somebody in
		if _, err := d.auth.MakeToken(ctx, ben, "", auth.ScopeRead, "x"); err != nil {
			t.Error(err)
		}
		d.Clock.Set(d.Clock.Now().Add(11 * time.Minute))
		if _, err := d.auth.MakeToken(ctx, ben, "", auth.ScopeRead, "x"); book.FaultOf(err) != book.Forbidden {
			t.Errorf("eleven minutes later: %v", err)
		}
		program := auth.Identity{Actor: d.Ben, Scope: auth.ScopeWrite, Began: book.Micros(d.Clock.Now())}
		if _, err := d.auth.MakeToken(ctx, program, "", auth.ScopeRead, "x"); book.FaultOf(err) != book.Forbidden {
			t.Errorf("by a token: %v", err)
		}
	})
}
