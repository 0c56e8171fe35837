package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/pquerna/otp/totp"

	"passbook/internal/auth"
	"passbook/internal/teller"
)

// cookie signs somebody in by a browser, and is what it sends from then on.
func (b *bench) cookie(who teller.Actor) string {
	b.Helper()
	w := httptest.NewRecorder()
	b.doors.LoadAndSave(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := b.doors.Enter(r.Context(), auth.Identity{Actor: who, By: "password"}, "a browser"); err != nil {
			b.Error(err)
		}
	})).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", http.NoBody))
	return w.Header().Get("Set-Cookie")
}

// settingsWalk goes through what is a member's own; Ana has a password, and by what she signs in is changed in a session alone.
func (b *bench) settingsWalk() {
	b.want(200, "PATCH", "/settings", `{"order":"ymd"}`, `"order":"ymd"`)
	b.want(200, "GET", "/settings", "", `"order":"ymd"`)
	own := []struct{ path, body string }{
		{"/settings/password", `{"password":"a few plain words","new":"some other plain words"}`},
		{"/settings/second", ""},
		{"/settings/second/confirm", `{"secret":"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP","code":"123456","password":"a few plain words"}`},
		{"/settings/second/drop", `{"password":"a few plain words"}`},
	}
	for _, c := range own {
		b.want(403, "POST", c.path, c.body, "in a session, by no token")
	}
	token, cookie, other := b.token, b.cookie(b.Ana), b.cookie(b.Ana)
	b.token = ""
	in := func(status int, path, body string, words ...string) string {
		b.Helper()
		b.header = map[string]string{"Cookie": cookie}
		return b.want(status, "POST", path, body, words...)
	}
	text := in(200, "/settings/second", "", `"uri":"otpauth://totp/`)
	secret := b.in(text, "secret")
	code, err := totp.GenerateCode(secret, b.Clock.Now())
	if err != nil {
		b.Fatal(err)
	}
	confirm := `{"secret":"` + secret + `","code":"` + code + `","password":"`
	in(403, "/settings/second/confirm", confirm+`another few words"}`, "body.password")
	in(422, "/settings/second/confirm", `{"secret":"`+secret+`","code":"abc","password":"a few plain words"}`, "body.code")
	b.in(in(200, "/settings/second/confirm", confirm+`a few plain words"}`), "codes.9")
	b.header = map[string]string{"Cookie": cookie}
	b.want(200, "GET", "/settings", "", `"second_factor":true`)
	in(403, "/settings/second/drop", `{"password":"another few words"}`, "body.password")
	in(204, "/settings/second/drop", `{"password":"a few plain words"}`)
	in(403, "/settings/password", `{"password":"another few words","new":"some other plain words"}`, "body.password")
	in(422, "/settings/password", `{"password":"a few plain words","new":"short"}`, `"location":"body.new"`)
	in(204, "/settings/password", `{"password":"a few plain words","new":"some other plain words"}`)
	b.header = map[string]string{"Cookie": other}
	b.want(401, "GET", "/settings", "") // other sessions ended, and this one did not
	in(204, "/settings/password", `{"password":"some other plain words","new":"a few plain words"}`)
	b.token = token
}

// What somebody likes is nobody else's.
func TestSettingsAreOnesOwn(t *testing.T) {
	b := newSQLiteBench(t, nil)
	b.want(200, "PATCH", "/settings", `{"theme":"dark"}`, `"theme":"dark"`)
	b.want(200, "PATCH", "/settings", `{"zone":"Europe/Berlin"}`, `"theme":"dark"`, `"zone":"Europe/Berlin"`)
	b.token = b.newToken(b.Ben, auth.ScopeRead)
	b.want(200, "GET", "/settings", "", `"theme":""`, `"zone":""`)
	b.want(403, "PATCH", "/settings", `{"theme":"dark"}`, "may only read")
}
