package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// A firm of few chooses its members from a list; in a larger one their names are typed, and one whom nobody knows is
// refused.
func TestManyMembers(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		ana.get("/clients/new", http.StatusOK, `<select name="owner">`, ">Ben")
		for i := range 41 {
			c := &awareness.AddMember{Name: fmt.Sprintf("Colleague No%d", i), Role: book.RoleMember}
			if _, err := d.Do(t.Context(), d.Ana, c, teller.Options{}); err != nil {
				t.Fatal(err)
			}
		}
		ana.get("/clients/new", http.StatusOK, `<input name="owner"`)
		ana.post("/clients/new", url.Values{"name": {"Maria Keller"}, "kind": {"person"}, "owner": {"colleague no7"}}, http.StatusOK, "Maria Keller", "Colleague No7")
		ana.post("/clients/new", url.Values{"name": {"Jonas Weber"}, "kind": {"person"}, "owner": {"Nobody Here"}}, http.StatusUnprocessableEntity,
			"is no one member of the firm", `value="Jonas Weber"`, `value="Nobody Here"`)
		ana.get("/clients?owner=Colleague+No7", http.StatusOK, "Maria Keller", `value="Colleague No7"`)
		ana.get("/clients?owner=Nobody+Here", http.StatusNotFound, "no one member")
	})
}
