package web_test

import (
	"archive/zip"
	"context"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Somebody is erased by the page that says what goes, by who may, after their name and the member's password; afterwards it
// says what was done, and every page tells browsers to let go of what they kept.
func TestErase(t *testing.T) {
	engines(t, func(d *desk) {
		ctx := context.Background()
		ana, ben := d.member(d.Ana, "ana@acme.example"), d.member(d.Ben, "ben@acme.example")
		id := d.client("Maria Keller")
		for _, c := range []teller.Command{
			&awareness.Add{Name: "Jonas Keller", Of: awareness.Client(id), Role: "husband"},
			&awareness.Note{Account: awareness.Client(id), Text: "likes green tea"},
			&awareness.Attach{Account: awareness.Client(id), Name: "plan.txt", Media: "text/plain", Data: []byte("rooms")},
		} {
			if _, err := d.Do(ctx, d.Ana, c, teller.Options{}); err != nil {
				t.Fatal(err)
			}
		}
		err := d.Store().Write(ctx, "acme", func(tx *store.Tx) error { return tx.InsertBackup(ctx, "/backups/1.db", d.Now()) })
		if err != nil {
			t.Fatal(err)
		}
		at := "/people/" + string(id) + "/erase"
		account := ana.get("/clients/"+string(id), http.StatusOK, "What they may ask for", `href="`+at+`"`, "Jonas Keller", "Everybody here")
		if strings.Count(account, "/erase") != 3 {
			t.Error("not each person and the account can be erased")
		}
		if page := ben.get("/clients/"+string(id), http.StatusOK); strings.Contains(page, "What they may ask for") || strings.Contains(page, "/erase") {
			t.Error("who may not erase is shown how")
		}
		ben.get(at, http.StatusForbidden)
		ben.post(at, url.Values{"name": {"Maria Keller"}, "password": {"a few plain words"}}, http.StatusForbidden)
		ben.get("/people/"+string(id)+"/file", http.StatusForbidden)
		ana.get("/people/"+string(id)+"/file", http.StatusOK, "likes green tea", "Jonas Keller")

		ana.get(at, http.StatusOK, "Erase Maria Keller", "cannot be undone", "Jonas Keller: the name", "The account Maria Keller", "Files that go", "/backups/1.db",
			"Points and dates", "Your own password")
		ana.post(at, url.Values{"name": {"Mario Keller"}, "password": {"a few plain words"}}, http.StatusUnprocessableEntity, `value="Mario Keller"`, `class="fault"`, "as it stands here")
		ana.post(at, url.Values{"password": {"a few plain words"}}, http.StatusUnprocessableEntity, "as it stands here")
		ana.post(at, url.Values{"name": {"maria keller"}, "password": {"other words"}}, http.StatusUnprocessableEntity, `value="maria keller"`, `class="fault"`, "is not right")
		ana.get("/clients/"+string(id), http.StatusOK, "likes green tea")
		nobody := "/people/" + string(book.DerivedID("nobody")) + "/erase"
		ana.get(nobody, http.StatusNotFound)
		ana.post(nobody, url.Values{"name": {"x"}, "password": {"a few plain words"}}, http.StatusNotFound)
		if was := ana.header("/clients"); was != "" {
			t.Errorf("pages are let go of before anybody was erased: %s", was)
		}

		d.Clock.Set(d.Clock.Now().Add(time.Minute))
		page := ana.post(at, url.Values{"name": {"maria keller"}, "password": {"a few plain words"}}, http.StatusOK, "What was blanked", "by Ana", "/backups/1.db")
		if strings.Contains(page, "Keller") || strings.Contains(page, "<form") && strings.Contains(page, `name="password"`) {
			t.Errorf("still says %s", page)
		}
		one := ana.header("/clients")
		if one == "" || ben.header("/") != one {
			t.Error("pages that were kept are not let go of")
		}
		ana.get("/clients/"+string(id), http.StatusOK, "What was erased")
		ana.get("/search?q=keller", http.StatusOK)
		for _, where := range []string{"/clients/" + string(id), "/clients", "/", "/search?q=tea", "/audit", at, "/people/" + string(id) + "/file"} {
			if page := ana.get(where, http.StatusOK); strings.Contains(page, "Keller") || strings.Contains(page, "green tea") {
				t.Errorf("%s still says %s", where, page)
			}
		}
	})
}

// header is by which erasure a browser knows that what it kept is to go.
func (r *reader) header(path string) string {
	r.Helper()
	res, err := r.client.Get(r.server.URL + path)
	if err != nil {
		r.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		r.Fatal(err)
	}
	return res.Header.Get("Passbook-Erased")
}

// Of a household one person alone is erased; who is known and no client is erased, too.
func TestEraseOne(t *testing.T) {
	engines(t, func(d *desk) {
		ctx := context.Background()
		ana := d.member(d.Ana, "ana@acme.example")
		id := d.client("Maria Keller")
		jonas := &awareness.Add{Name: "Jonas Keller", Of: awareness.Client(id), Role: "husband"}
		simon := &awareness.Add{Name: "Simon Lake", ContactOnly: true}
		for _, c := range []teller.Command{jonas, simon} {
			if _, err := d.Do(ctx, d.Ana, c, teller.Options{}); err != nil {
				t.Fatal(err)
			}
		}
		at := "/people/" + string(jonas.Contact) + "/erase"
		page := ana.get(at, http.StatusOK, "Erase Jonas Keller", "On Maria Keller only what was said with them")
		if strings.Contains(page, "Maria Keller: the name") {
			t.Error("Maria would go as well")
		}
		ana.post(at, url.Values{"name": {"Jonas Keller"}, "password": {"a few plain words"}}, http.StatusOK, "What was blanked", "/clients/"+string(id))
		if page := ana.get("/clients/"+string(id), http.StatusOK, "Maria Keller"); strings.Contains(page, "Jonas") {
			t.Error("Jonas still stands there")
		}
		ana.get("/clients/known", http.StatusOK, "Simon Lake", "/people/"+string(simon.Contact)+"/erase")
		ana.post("/people/"+string(simon.Contact)+"/erase", url.Values{"name": {"Simon Lake"}, "password": {"a few plain words"}}, http.StatusOK, "What was blanked")
		if page := ana.get("/clients/known", http.StatusOK); strings.Contains(page, "Simon") {
			t.Error("Simon still stands there")
		}
	})
}

// Who has no password erases within ten minutes of having signed in, and not later.
func TestEraseWithoutPassword(t *testing.T) {
	engines(t, func(d *desk) {
		ctx := context.Background()
		ana := d.member(d.Ana, "ana@acme.example")
		err := d.Store().Write(ctx, "acme", func(tx *store.Tx) error {
			c, err := tx.Credential(ctx, d.Ana.Member)
			c.Password = ""
			if err == nil {
				err = tx.PutCredential(ctx, &c)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		at := "/people/" + string(d.client("Maria Keller")) + "/erase"
		began := d.Clock.Now()
		d.Clock.Set(began.Add(11 * time.Minute))
		ana.get(at, http.StatusOK, "within the last ten minutes")
		ana.post(at, url.Values{"name": {"Maria Keller"}}, http.StatusUnprocessableEntity, "sign out and in again", `value="Maria Keller"`)
		d.Clock.Set(began.Add(9 * time.Minute))
		ana.post(at, url.Values{"name": {"Maria Keller"}}, http.StatusOK, "What was blanked")
	})
}

// An owner saves the whole book as a file; nobody else is shown how.
func TestTakeOut(t *testing.T) {
	engines(t, func(d *desk) {
		ana, ben := d.member(d.Ana, "ana@acme.example"), d.member(d.Ben, "ben@acme.example")
		d.client("Maria Keller")
		ana.get("/settings", http.StatusOK, "Take everything with you", `action="/settings/export"`)
		if page := ben.get("/settings", http.StatusOK); strings.Contains(page, "/settings/export") {
			t.Error("who may not take the book out is shown how")
		}
		ben.post("/settings/export", nil, http.StatusForbidden)
		res, err := ana.client.PostForm(d.server.URL+"/settings/export", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		raw, err := io.ReadAll(res.Body)
		if err != nil || res.Header.Get("Content-Type") != "application/zip" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") {
			t.Fatal(err, res.Header)
		}
		z, err := zip.NewReader(strings.NewReader(string(raw)), int64(len(raw)))
		if err != nil {
			t.Fatal(err)
		}
		found, err := fs.Glob(z, "Acme Homes 20*/contacts.jsonl")
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		f, err := z.Open(found[0])
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(f)
		if err != nil || !strings.Contains(string(text), "Maria Keller") {
			t.Errorf("%v %s", err, text)
		}
		ana.get("/audit/door", http.StatusOK, "Taken out", "the book as files", "127.0.0.1")
	})
}
