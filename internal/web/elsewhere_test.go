package web_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/ui"
	"passbook/internal/web"
)

// providerStandIn is a provider of OpenID Connect that signs everybody in as whom it is told to.
type providerStandIn struct {
	*testing.T
	*httptest.Server
	key   *rsa.PrivateKey
	asked url.Values     // of the journey under way
	says  map[string]any // claims beside the usual ones
	later bool           // the address is told only when asked
	sign  func(claims map[string]any)
	now   func() int64
}

func newProvider(t *testing.T, now func() int64) *providerStandIn {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &providerStandIn{T: t, key: key, now: now}
	mux := http.NewServeMux()
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		p.say(w, map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"userinfo_endpoint": p.URL + "/who", "id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		p.say(w, map[string]any{"keys": []map[string]string{{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
			"n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("GET /authorize", func(w http.ResponseWriter, r *http.Request) {
		p.asked = r.URL.Query()
		http.Redirect(w, r, p.asked.Get("redirect_uri")+"?"+url.Values{"code": {"a-code"}, "state": {p.asked.Get("state")}}.Encode(), http.StatusFound)
	})
	mux.HandleFunc("GET /who", func(w http.ResponseWriter, _ *http.Request) {
		p.say(w, map[string]any{"sub": "7", "email": p.says["email"], "email_verified": p.says["email_verified"]})
	})
	mux.HandleFunc("POST /token", p.token)
	return p
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (p *providerStandIn) say(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		p.Error(err)
	}
}

// token trades the code, as strictly as a good provider does.
func (p *providerStandIn) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if id != "passbook" || secret != "hush" || r.PostFormValue("code") != "a-code" || b64(sum[:]) != p.asked.Get("code_challenge") || p.asked.Get("code_challenge_method") != "S256" {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	claims := map[string]any{"iss": p.URL, "sub": "7", "aud": "passbook", "exp": p.now() + 60, "iat": p.now(), "nonce": p.asked.Get("nonce")}
	for k, v := range p.says {
		if !p.later {
			claims[k] = v
		}
	}
	if p.sign != nil {
		p.sign(claims)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		p.Error(err)
	}
	text := b64([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + b64(body)
	digest := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, digest[:])
	if err != nil {
		p.Error(err)
	}
	p.say(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": text + "." + b64(sig)})
}

// elsewhere is the desk with a provider beside it.
func (d *desk) elsewhere() *providerStandIn {
	d.Helper()
	assets, err := ui.NewAssets()
	if err != nil {
		d.Fatal(err)
	}
	words, err := ui.NewLanguages()
	if err != nil {
		d.Fatal(err)
	}
	p := newProvider(d.T, func() int64 { return d.Clock.Now().Unix() })
	mux := http.NewServeMux()
	d.server = httptest.NewServer(mux)
	d.Cleanup(d.server.Close)
	log := slog.New(slog.DiscardHandler)
	(&web.Server{
		Teller: d.Teller, Auth: d.auth, Sessions: auth.NewSessions(d.auth, false, log), Assets: assets, Words: words, Log: log, Now: d.Clock.Now, Outbox: d.outbox,
		Provider: &auth.Provider{Issuer: p.URL, Name: "Acme ID", ClientID: "passbook", Secret: "hush", Callback: d.server.URL + auth.CallbackPath},
	}).Routes(mux)
	return p
}

// Members sign in at the firm's provider: those who sign in here by that address, and those who were invited by it. The
// second factor is the provider's affair. Whom the provider does not vouch for stays outside.
func TestSignInElsewhere(t *testing.T) {
	engines(t, func(d *desk) {
		p := d.elsewhere()
		ana := d.member(d.Ana, "ana@acme.example")
		ana.get("/", http.StatusOK)
		cleo := &awareness.AddMember{Name: "Cleo", Role: book.RoleMember, Emails: []string{"cleo@acme.example"}}
		if _, err := d.Do(context.Background(), d.Ana, cleo, teller.Options{}); err != nil {
			d.Fatal(err)
		}
		says := func(email string, verified any) { p.says = map[string]any{"email": email, "email_verified": verified} }

		says("ANA@acme.example", true)
		r := d.stranger()
		r.get("/signin", http.StatusOK, "Sign in with Acme ID")
		r.get("/signin/oidc", http.StatusOK, `action="/signout"`)
		if p.asked.Get("response_type") != "code" || !strings.Contains(p.asked.Get("scope"), "email") {
			d.Errorf("asked for %v", p.asked)
		}
		r.get(auth.CallbackPath+"?code=a-code&state="+p.asked.Get("state"), http.StatusForbidden, "was not begun in this browser")

		p.later = true
		d.stranger().get("/signin/oidc", http.StatusOK, `action="/signout"`)
		p.later = false
		says("ana@acme.example", "true")
		d.stranger().get("/signin/oidc", http.StatusOK, `action="/signout"`)

		for what, wrong := range map[string]struct {
			says map[string]any
			sign func(map[string]any)
			want string
		}{
			"an address that is not verified": {map[string]any{"email": "ana@acme.example", "email_verified": false}, nil, "has verified"},
			"no word on the address":          {map[string]any{"email": "ana@acme.example"}, nil, "has verified"},
			"nobody of the firm":              {map[string]any{"email": "eve@evil.example", "email_verified": true}, nil, "Nobody signs in here with eve@evil.example"},
			"a member who was not invited":    {map[string]any{"email": "cleo@acme.example", "email_verified": true}, nil, "Nobody signs in here"},
			"made for another journey":        {p.says, func(c map[string]any) { c["nonce"] = "another" }, "did not vouch"},
			"made for another program":        {p.says, func(c map[string]any) { c["aud"] = "another" }, "did not vouch"},
			"made by another provider":        {p.says, func(c map[string]any) { c["iss"] = "https://evil.example" }, "did not vouch"},
			"made long ago":                   {p.says, func(c map[string]any) { c["exp"] = d.Clock.Now().Unix() - 1 }, "did not vouch"},
		} {
			p.says, p.sign = wrong.says, wrong.sign
			page := d.stranger().get("/signin/oidc", http.StatusForbidden, wrong.want)
			if strings.Contains(page, `action="/signout"`) {
				d.Errorf("%s: they are in", what)
			}
		}
		p.sign = nil
		d.stranger().get(auth.CallbackPath+"?code=a-code&state=", http.StatusForbidden, "was not begun in this browser")

		// Cleo is invited; her own address lets her in, once and for all, without a password.
		d.Clock.Set(d.Clock.Now().Add(10 * time.Minute)) // guesses come back
		secret, err := d.auth.Link(context.Background(), store.PassInvite, d.Ana.Workspace, cleo.Member.ID)
		if err != nil {
			d.Fatal(err)
		}
		says("cleo@acme.example", true)
		d.stranger().get("/signin/oidc", http.StatusOK, `action="/signout"`)
		d.stranger().get("/link/"+secret.Reveal(), http.StatusNotFound, "has been used")
		d.stranger().get("/signin/oidc", http.StatusOK, `action="/signout"`)

		// So does Dora's, and the letter that would bring her a link that no longer opens goes out no more.
		page := ana.post("/team/invite", url.Values{"name": {"Dora"}, "email": {"dora@acme.example"}, "role": {"member"}}, http.StatusOK, "dora@acme.example", "waiting")
		says("dora@acme.example", true)
		d.stranger().get("/signin/oidc", http.StatusOK, `action="/signout"`)
		d.stranger().get("/link/"+secretOn(t, page), http.StatusNotFound, "has been used")
		if page = ana.get("/outbox", http.StatusOK, "dora@acme.example", "dropped"); strings.Contains(page, `class="mark waiting"`) || strings.Contains(page, "/link/") {
			d.Error("the letter still waits")
		}
	})
}

// Where there is no provider there is no button, and no page of it.
func TestNoProvider(t *testing.T) {
	engines(t, func(d *desk) {
		if page := d.stranger().get("/signin", http.StatusOK); strings.Contains(page, "/signin/oidc") {
			t.Error("there is a button")
		}
		d.stranger().get("/signin/oidc", http.StatusNotFound)
		d.stranger().get(auth.CallbackPath, http.StatusNotFound)
	})
}
