package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// The audit says in plain words what changed, is narrowed by times as people write them, and shows what is wrong with one at
// its field. The door is for owners whole; others see their own, and nobody else who was refused.
func TestAudit(t *testing.T) {
	engines(t, func(d *desk) {
		id := d.Account(d.T, "Maria Keller", d.Clock.Now().AddDate(0, -1, 0))
		edit := &awareness.Edit{Account: awareness.Client(id), Set: map[string]string{book.FieldTier: "A", book.FieldOwner: string(d.Ben.Member)}}
		if _, err := d.Do(context.Background(), d.Ana, edit, teller.Options{}); err != nil {
			d.Fatal(err)
		}
		ana, ben := d.member(d.Ana, "ana@acme.example"), d.member(d.Ben, "ben@acme.example")
		page := ana.get("/audit?from=yesterday&kind=changed", http.StatusOK, "Client changed", "Maria Keller", "<dt>Tier</dt>", "<ins>A</ins>", "From ")
		if !strings.Contains(page, "Ben") {
			d.Error("an owner is told by id")
		}
		ana.get("/audit?from=soonish", http.StatusUnprocessableEntity, `value="soonish"`, "That is no day. Try 2.3.2026, yesterday or 3 days ago.", `aria-invalid="true"`)
		ana.get("/audit?until=2001-01-01", http.StatusOK, "Nothing like that")
		ana.get("/audit?kind=changed&format=csv", http.StatusOK, "Recorded,By,Name", "Client changed", "Tier,", ",A,")

		d.stranger().post("/signin", url.Values{"address": {"ben@acme.example"}, "password": {"not this one"}}, http.StatusForbidden)
		ana.get("/audit/door", http.StatusOK, "Refused", "Password chosen by a link", "ben@acme.example", "Signed in", "127.0.0.1")
		ana.get("/audit/door?format=csv", http.StatusOK, "Refused", "as a list", "audit.csv")
		ana.get("/audit?kind=opened", http.StatusOK, "Client added: Maria Keller", " fields</summary>")
		ana.get("/audit?kind=consent", http.StatusOK, `<option value="attached">File</option>`)
		ben.post("/signout", nil, http.StatusOK)
		ana.get("/audit/door?kind=signed_out", http.StatusOK, "Signed out", "Ben")
		ben = d.member(d.Ben, "ben@acme.example")
		if page := ben.get("/audit/door", http.StatusOK, "Signed in"); strings.Contains(page, `class="out"`) || strings.Contains(page, "ana@acme.example") {
			d.Error("a member sees more than what happened at their own door")
		}
		ben.get("/audit/door?kind=refused", http.StatusOK, "Nothing like that")
		ben.get("/audit/door?member="+string(d.Ana.Member), http.StatusForbidden)
		ana.get("/audit/door?kind=nonsense", http.StatusUnprocessableEntity)
		ana.post("/team/invite", url.Values{"name": {"Cleo"}, "email": {"cleo@acme.example"}, "role": {"assistant"}}, http.StatusOK)
		ana.client.Transport = german{http.DefaultTransport}
		ana.get("/audit?kind=member", http.StatusOK, "<dt>Rolle</dt>", "<ins>Assistenz</ins>")
	})
}
