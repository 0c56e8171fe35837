package serving

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// authorityStandIn is as much of an authority of RFC 8555 as one order wants. It proves the name by looking at the
// desk's port (TLS-ALPN-01, RFC 8737), and signs with a key of its own.
type authorityStandIn struct {
	*testing.T
	*httptest.Server
	key  *ecdsa.PrivateKey
	root *x509.Certificate
	desk string // the address to look at

	mu     sync.Mutex
	proved bool
	chain  []byte
	orders int
	mail   []string
}

func newAuthority(t *testing.T) *authorityStandIn {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a stand-in"}, NotAfter: time.Now().Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, root, root, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if root, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a := &authorityStandIn{T: t, key: key, root: root}
	mux := http.NewServeMux()
	for path, answer := range map[string]func(http.ResponseWriter, []byte){
		"/dir": a.directory, "/nonce": func(http.ResponseWriter, []byte) {}, "/account": a.account, "/order": a.order, "/order/1": a.order,
		"/authz/1": a.authorization, "/challenge/1": a.challenge, "/finalize/1": a.finalize, "/cert/1": a.certificate,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Replay-Nonce", "a nonce")
			var signed struct{ Payload string }
			_ = json.NewDecoder(r.Body).Decode(&signed) // a GET has none
			payload, err := base64.RawURLEncoding.DecodeString(signed.Payload)
			if err != nil {
				t.Error(err)
			}
			a.mu.Lock()
			defer a.mu.Unlock()
			answer(w, payload)
		})
	}
	a.Server = httptest.NewServer(mux)
	t.Cleanup(a.Close)
	return a
}

func (a *authorityStandIn) say(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		a.Error(err)
	}
}

func (a *authorityStandIn) directory(w http.ResponseWriter, _ []byte) {
	a.say(w, http.StatusOK, map[string]any{
		"newNonce": a.URL + "/nonce", "newAccount": a.URL + "/account", "newOrder": a.URL + "/order",
		"meta": map[string]string{"termsOfService": a.URL + "/terms"},
	})
}

func (a *authorityStandIn) account(w http.ResponseWriter, payload []byte) {
	var asked struct {
		Contact              []string
		TermsOfServiceAgreed bool
	}
	if err := json.Unmarshal(payload, &asked); err != nil || !asked.TermsOfServiceAgreed {
		a.Errorf("the terms were not agreed to: %s, %v", payload, err)
	}
	a.mail = asked.Contact
	w.Header().Set("Location", a.URL+"/account/1")
	a.say(w, http.StatusCreated, map[string]string{"status": "valid"})
}

func (a *authorityStandIn) order(w http.ResponseWriter, payload []byte) {
	state, code := "pending", http.StatusOK
	switch {
	case len(payload) > 0:
		a.orders++
		code = http.StatusCreated
	case a.chain != nil:
		state = "valid"
	case a.proved:
		state = "ready"
	}
	w.Header().Set("Location", a.URL+"/order/1")
	a.say(w, code, map[string]any{
		"status": state, "identifiers": []map[string]string{{"type": "dns", "value": "desk.example"}},
		"authorizations": []string{a.URL + "/authz/1"}, "finalize": a.URL + "/finalize/1", "certificate": a.URL + "/cert/1",
	})
}

func (a *authorityStandIn) authorization(w http.ResponseWriter, _ []byte) {
	state := "pending"
	if a.proved {
		state = "valid"
	}
	a.say(w, http.StatusOK, map[string]any{
		"status": state, "identifier": map[string]string{"type": "dns", "value": "desk.example"},
		"challenges": []map[string]string{{"type": "tls-alpn-01", "url": a.URL + "/challenge/1", "token": "a-token", "status": state}},
	})
}

// challenge looks at the desk's port, as an authority would from outside.
func (a *authorityStandIn) challenge(w http.ResponseWriter, _ []byte) {
	conn, err := tls.Dial("tcp", a.desk, &tls.Config{
		NextProtos: []string{"acme-tls/1"}, ServerName: "desk.example",
		InsecureSkipVerify: true, // a proof is signed by nobody
	})
	if err != nil {
		a.Errorf("the desk proves nothing: %v", err)
		return
	}
	defer conn.Close()
	leaf := conn.ConnectionState().PeerCertificates[0]
	for i := range leaf.Extensions {
		if leaf.Extensions[i].Id.String() == "1.3.6.1.5.5.7.1.31" {
			a.proved = leaf.DNSNames[0] == "desk.example"
		}
	}
	a.say(w, http.StatusOK, map[string]string{"type": "tls-alpn-01", "url": a.URL + "/challenge/1", "token": "a-token", "status": "valid"})
}

func (a *authorityStandIn) finalize(w http.ResponseWriter, payload []byte) {
	var asked struct{ CSR string }
	if err := json.Unmarshal(payload, &asked); err != nil {
		a.Error(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(asked.CSR)
	if err != nil {
		a.Error(err)
	}
	csr, err := x509.ParseCertificateRequest(raw)
	if err != nil {
		a.Error(err)
		return
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(77), Subject: csr.Subject, DNSNames: csr.DNSNames, NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(90 * 24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, a.root, csr.PublicKey, a.key)
	if err != nil {
		a.Error(err)
	}
	for _, c := range [][]byte{der, a.root.Raw} {
		a.chain = append(a.chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c})...)
	}
	a.order(w, nil)
}

func (a *authorityStandIn) certificate(w http.ResponseWriter, _ []byte) {
	w.Header().Set("Content-Type", "application/pem-certificate-chain")
	if _, err := w.Write(a.chain); err != nil {
		a.Error(err)
	}
}

// The first browser makes the desk get a certificate by ACME, which it keeps: the next start asks for none. Names that
// are not the desk's are never asked for.
func TestACME(t *testing.T) {
	a, cache := newAuthority(t), t.TempDir()
	roots := x509.NewCertPool()
	roots.AddCert(a.root)
	visit := func(d *Desk, name string) (string, error) {
		client := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: name}}}
		defer client.CloseIdleConnections()
		res, err := client.Get("https://" + d.Addr().String())
		if err != nil {
			return "", err
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		return string(text) + " " + res.TLS.PeerCertificates[0].SerialNumber.String(), err
	}
	for start := range 2 {
		d := &Desk{
			Config: told(t, map[string]string{
				"acme-hosts": "desk.example", "acme-accept-terms": "true", "acme-directory": a.URL + "/dir", "acme-email": "it@desk.example",
				"tls-redirect": "127.0.0.1:0",
			}),
			Cache: cache,
			Pages: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }),
		}
		stop := run(t, d)
		a.desk = d.Addr().String()
		if got, err := visit(d, "desk.example"); got != "HTTP/2.0 77" {
			t.Errorf("start %d: %q, %v", start, got, err)
		}
		if got, err := visit(d, "other.example"); err == nil {
			t.Errorf("another name was answered: %q", got)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
	if a.orders != 1 || strings.Join(a.mail, "") != "mailto:it@desk.example" {
		t.Errorf("%d orders, by %v", a.orders, a.mail)
	}
	files, err := os.ReadDir(cache)
	if err != nil || len(files) < 2 { // the account's key, and the certificate's
		t.Errorf("%v, %v", files, err)
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}
