package web_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"passbook/internal/playbook"
	"passbook/internal/store"
)

// version is the hidden version of the rules that a form on a page carries.
func version(t *testing.T, page string) string {
	t.Helper()
	m := regexp.MustCompile(`name="version" value="([^"]+)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal("the page has no version")
	}
	return m[1]
}

// A tariff that takes its time to be kept says how far it is, goes on without its page, and tells its end where it began.
func TestKeeping(t *testing.T) {
	engines(t, func(d *desk) {
		d.client("Maria Keller")
		ana, ben := d.member(d.Ana, "ana@acme.example"), d.member(d.Ben, "ben@acme.example")
		const at, far = "/settings/tariff/residential-sales", "/settings/keeping"
		from := version(t, ana.get(at, http.StatusOK))
		ana.get(far, http.StatusOK, "Playbooks") // nothing is under way
		d.site.Patience = -1
		form := url.Values{"version": {from}, "tariff.touch.call": {"7"}, "do": {"save"}}
		release, held := make(chan struct{}), make(chan struct{})
		over := make(chan error, 1)
		go func() {
			over <- d.Store().Write(context.Background(), d.Ana.Workspace, func(tx *store.Tx) error {
				if err := tx.LockFirm(context.Background()); err != nil {
					return err
				}
				close(held)
				<-release
				return nil
			})
		}()
		<-held
		ana.post(at, form, http.StatusOK, "The clients are counted anew", "goes on", `hx-get="/settings/keeping"`)
		ana.post(at, form, http.StatusConflict, "are being counted anew already")
		ana.get(at, http.StatusOK, `name="tariff.touch.call" value="6"`, `<a href="/settings/keeping">The clients are counted anew`)
		ben.get(far, http.StatusOK, "The clients are counted anew")
		close(release)
		if err := <-over; err != nil {
			t.Fatal(err)
		}
		ended := regexp.MustCompile(`the worth of a touch by call is now 7 \(was 6\)`)
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			if ended.MatchString(ana.get(far, http.StatusOK)) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("it does not end")
			}
		}
		ana.get(far, http.StatusOK, "Playbooks")
		ana.get(at, http.StatusOK, `name="tariff.touch.call" value="7"`)

		// What is refused after the page left is told there, once.
		d.site.Patience = -1
		page := ana.post(at, form, 0)
		for deadline := time.Now().Add(20 * time.Second); !strings.Contains(page, "Somebody else has changed the playbooks"); page = ana.get(far, 0) {
			if time.Now().After(deadline) {
				t.Fatal("the refusal is not told")
			}
		}
	})
}

// The tariff is asked what it would change, then kept, taken back, and used again in an older version.
func TestTariff(t *testing.T) {
	engines(t, func(d *desk) {
		id := string(d.client("Maria Keller"))
		ana := d.member(d.Ana, "ana@acme.example")
		ana.post("/clients/"+id, url.Values{"kind": {"touch"}, "channel": {"call"}, "outcome": {"reached"}, "dir": {"out"}}, http.StatusOK, "6.00")
		const at = "/settings/tariff/residential-sales"
		from := version(t, ana.get(at, http.StatusOK, "What wears a touch down", `name="tariff.touch.call" value="6"`, "Stage Seller"))
		form := url.Values{"version": {from}, "tariff.touch.call": {"12,5"}, "tariff.touch.meeting": {"10"}, "do": {"preview"}}
		ana.post(at, form, http.StatusOK, "Maria Keller", "12.50", "Worked out from all 1 accounts", `value="12,5"`)
		ana.get(at, http.StatusOK, `name="tariff.touch.call" value="6"`)
		form["do"] = []string{"save"}
		for path, typed := range map[string]string{"tariff.touch.call": "many", "tariff.touch.meeting": "1000", "tariff.promise.kept_late": "9", "tariff.case.recovery[0]": "0.1"} {
			bad := url.Values{"version": {from}, "do": {"save"}, path: {typed}}
			ana.post(at, bad, http.StatusUnprocessableEntity, `id="`+path+`-fault"`, `value="`+typed+`"`)
		}
		page := ana.post(at, form, http.StatusOK, `name="tariff.touch.call" value="12.5"`, "the worth of a touch by call is now 12.5 (was 6)", "Undo")
		ana.post(at, form, http.StatusConflict, "Somebody else has changed the playbooks")
		ana.get("/clients/"+id, http.StatusOK, "12.50")
		undo := regexp.MustCompile(`name="entry" value="([^"]+)"`).FindStringSubmatch(page)
		ana.post("/undo", url.Values{"entry": {undo[1]}}, http.StatusOK)
		ana.get("/clients/"+id, http.StatusOK, "6.00")
		page = ana.get(at, http.StatusOK)
		again := regexp.MustCompile(`(?s)/use".*?name="entry" value="([^"]+)"`).FindStringSubmatch(page)
		if again == nil {
			t.Fatal("no version can be used again")
		}
		ana.post(at+"/use", url.Values{"entry": {again[1]}}, http.StatusOK, `name="tariff.touch.call" value="12.5"`)
		ana.get("/settings/tariff/bakery", http.StatusNotFound)

		ben := d.member(d.Ben, "ben@acme.example")
		ben.get(at, http.StatusOK, "Only an owner of the firm changes the tariff")
		ben.post(at, form, http.StatusForbidden)
	})
}

func TestPlaybookPages(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		ana.get("/settings/playbooks", http.StatusOK, "Residential sales", "Take into use", "first")
		ana.get("/settings/playbooks/b2b-accounts", http.StatusOK, "A real contact")
		ana.get("/settings/playbooks/bakery", http.StatusNotFound)
		ana.post("/settings/playbooks", url.Values{"ships": {"b2b-accounts"}}, http.StatusOK, "Playbook in use: b2b-accounts")
		src := ana.get("/settings/playbooks/b2b-accounts/file", http.StatusOK, `name = "b2b-accounts"`)
		if ships, _ := playbook.Source("b2b-accounts"); src != string(ships) {
			t.Error("the file is not what was taken into use")
		}
		send := func(text string, status int, words ...string) {
			t.Helper()
			var body bytes.Buffer
			w := multipart.NewWriter(&body)
			if part, err := w.CreateFormFile("file", "mine.toml"); err != nil {
				t.Fatal(err)
			} else if _, err := part.Write([]byte(text)); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			res, err := ana.client.Post(d.server.URL+"/settings/playbooks", w.FormDataContentType(), &body)
			ana.read("an upload", res, err, status, words)
		}
		send(strings.Replace(src, "\ncall = 6", "\ncall = 600", 1), http.StatusUnprocessableEntity, "mine.toml:", "from 0 to 100")
		send(strings.Replace(src, "\ncall = 6", "\ncall = 9", 1), http.StatusOK)
		ana.get("/settings/playbooks/b2b-accounts", http.StatusOK, "the worth of a touch by call is now 9 (was 6)")
		ana.post("/settings/playbooks", nil, http.StatusUnprocessableEntity, "Choose a file first")
	})
}

func TestCalendarPage(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		from := version(t, ana.get("/settings/calendar", http.StatusOK, "25 Dec, every year"))
		form := url.Values{
			"version": {from}, "zone": {"Europe/Berlin"}, "days": {"mon", "tue"}, "opens": {"08:00"}, "closes": {"17:00"},
			"holidays": {"01-01", "12-25"}, "remove": {"01-01"}, "day": {"1.5.2026"}, "yearly": {"on"}, "do": {"preview"},
		}
		ana.post("/settings/calendar", form, http.StatusOK, "1 May, every year", "What would change")
		form.Set("do", "save")
		page := ana.post("/settings/calendar", form, http.StatusOK, "1 May, every year", `value="Europe/Berlin"`, `value="17:00"`, "Undo")
		if strings.Contains(page, "1 Jan, every year") {
			t.Error("a holiday that was removed is still there")
		}
		form.Set("version", version(t, page))
		form.Set("day", "someday")
		ana.post("/settings/calendar", form, http.StatusUnprocessableEntity, "no day that can be understood", `value="someday"`)
		form.Set("day", "")
		form.Set("zone", "Europe/Atlantis")
		ana.post("/settings/calendar", form, http.StatusUnprocessableEntity, "there is no time zone", `value="Europe/Atlantis"`)
	})
}

func TestFieldsPage(t *testing.T) {
	engines(t, func(d *desk) {
		ana := d.member(d.Ana, "ana@acme.example")
		ana.get("/settings/fields", http.StatusOK, "Nothing is declared yet")
		form := url.Values{"name": {"Garden"}, "kind": {"choice"}, "choices": {"yes\r\nno"}, "for": {"person"}, "help": {"Ask on the first visit"}}
		page := ana.post("/settings/fields", form, http.StatusOK, "one of a choice: yes, no", "persons", "Ask on the first visit", "Undo")
		undo := regexp.MustCompile(`name="entry" value="([^"]+)"`).FindStringSubmatch(page)
		ana.post("/undo", url.Values{"entry": {undo[1]}}, http.StatusOK)
		ana.get("/settings/fields", http.StatusOK, "Nothing is declared yet")
		form.Set("choices", "yes")
		ana.post("/settings/fields", form, http.StatusUnprocessableEntity, "name at least two", `value="Garden"`)
	})
}

// Days and hours are those of the reader, written as they write them, and figures as their language does.
func TestReadersDays(t *testing.T) {
	engines(t, func(d *desk) {
		id := string(d.client("Maria Keller"))
		ana := d.member(d.Ana, "ana@acme.example")
		ana.post("/clients/"+id, url.Values{"kind": {"promise"}, "text": {"the survey"}, "due": {"2026-03-06"}}, http.StatusOK, "6 Mar")
		like := url.Values{"language": {"en"}, "order": {"mdy"}, "zone": {"Pacific/Auckland"}}
		ana.post("/settings/like", like, http.StatusOK, `value="Pacific/Auckland"`)
		ana.get("/commitments", http.StatusOK, "Mar 7")
		like.Set("language", "de")
		like.Set("order", "")
		like.Set("zone", "")
		ana.post("/settings/like", like, http.StatusOK, "Einstellungen")
		ana.get("/commitments", http.StatusOK, "6. März")
		ana.get("/clients/"+id, http.StatusOK, "0,00")
		like.Set("zone", "Mars/Olympus")
		ana.post("/settings/like", like, http.StatusUnprocessableEntity)
	})
}
