package api_test

import (
	"archive/zip"
	"bufio"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// passworded lets a member in by a link, so that there is a password to be asked for.
func (b *bench) passworded(who teller.Actor, address string) {
	b.Helper()
	link, err := b.auth.Link(context.Background(), store.PassInvite, who.Workspace, who.Member)
	if err == nil {
		_, err = b.auth.Redeem(context.Background(), link, address, "a few plain words", "", "here")
	}
	if err != nil {
		b.Fatal(err)
	}
}

// erasingWalk goes through what takes words out of the book and the book out of the house; Ana has a password.
func (b *bench) erasingWalk(maria, contact string) {
	b.want(200, "POST", "/contacts/"+contact+"/erase", `{"password":"a few plain words","name":"jonas  jahn"}`, `"people":1`, `"backups":[]`, `"person":"`+contact+`"`)
	b.want(200, "POST", "/accounts/"+maria+"/erase", `{"password":"a few plain words"}`, `"people":1`)
	b.want(200, "GET", "/accounts/"+maria, "", book.Erased)
	text := b.want(200, "GET", "/export", "")
	if kind := b.last.Get("Content-Type"); kind != "application/zip" {
		b.Errorf("the book comes as %s", kind)
	}
	z, err := zip.NewReader(strings.NewReader(text), int64(len(text)))
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"manifest.json", "entries.jsonl", "cards.vcf", "files.jsonl"} {
		if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return strings.HasSuffix(f.Name, "/"+name) }) { // in the firm's folder
			b.Errorf("%s is not in it", name)
		}
	}
}

// Nobody is erased but by who may, with their own password, and where a name is given by that of the person.
func TestErase(t *testing.T) {
	engines(t, func(b *bench) {
		b.passworded(b.Ana, "ana@acme.example")
		id, path := b.client("Maria Keller"), ""
		path = "/accounts/" + id + "/erase"
		b.want(201, "POST", "/entries", `{"kind":"note","account":"`+id+`","text":"likes tea"}`)
		b.want(422, "POST", path, `{}`, "password")
		b.want(403, "POST", path, `{"password":""}`, "is not right")
		b.want(403, "POST", path, `{"password":"another few words"}`, "is not right")
		b.want(422, "POST", path, `{"password":"a few plain words","name":"Mario Keller"}`, `"location":"body.name"`, "Maria Keller")
		b.want(404, "POST", "/accounts/"+string(book.DerivedID("nobody"))+"/erase", `{"password":"a few plain words"}`)
		b.want(404, "POST", "/accounts/maria/erase", `{"password":"a few plain words"}`)
		ana := b.token
		b.token = b.newToken(b.Ana, "read")
		b.want(403, "POST", path, `{"password":"a few plain words"}`, "may only read")
		b.token = b.newToken(b.Ben, "write")
		b.want(403, "POST", path, `{"password":"a few plain words"}`, "as member you may not erase people")
		b.want(403, "GET", "/export", "", "as member you may not take the whole book out")
		b.token = ana
		b.want(200, "GET", "/accounts/"+id, "", "Maria Keller")
		b.want(200, "GET", "/search?q=tea", "", id)

		b.header = map[string]string{"Idempotency-Key": "forget-maria"}
		first := b.want(200, "POST", path, `{"password":"a few plain words","name":"Maria Keller"}`, `"person":"`+id+`"`)
		b.header = map[string]string{"Idempotency-Key": "forget-maria"}
		again := b.want(200, "POST", path, `{"password":"a few plain words","name":"Maria Keller"}`, `"repeated":true`)
		count := func(text string) string {
			return text[strings.Index(text, `"entries":`):strings.Index(text, `,"backups"`)]
		}
		if count(first) != count(again) {
			b.Errorf("first %s, again %s", first, again)
		}
		for _, where := range []string{"/accounts/" + id, "/search?q=tea", "/search?q=keller", "/entries", "/accounts/" + id + "/file", "/audit"} {
			if text := b.want(200, "GET", where, ""); strings.Contains(text, "Keller") || strings.Contains(text, "likes tea") {
				b.Errorf("%s still says %s", where, text)
			}
		}
		b.want(200, "GET", "/audit?kind=erased", "", `"by":"Ana"`)
		b.want(200, "GET", "/verify", "", `"ok":true`)

		// A password is not guessed here at leisure.
		for range 8 {
			b.ask("POST", path, `{"password":"another few words"}`)
		}
		b.want(429, "POST", path, `{"password":"a few plain words"}`, "too many attempts")
		if b.last.Get("Retry-After") == "" {
			b.Error("nothing says for how long")
		}
	})
}

// Who has no password erases nobody by a token.
func TestEraseWithoutPassword(t *testing.T) {
	b := newBench(t, sqliteBook(t))
	id := b.client("Maria Keller")
	b.want(403, "POST", "/accounts/"+id+"/erase", `{"password":""}`, "sign out and in again")
	b.want(200, "GET", "/accounts/"+id, "", "Maria Keller")
}

// Who listens hears that somebody was erased, and not who it was.
func TestEraseIsToldWithoutWords(t *testing.T) {
	b := newBench(t, sqliteBook(t))
	b.Clock.Set(b.Clock.Now().Add(time.Second))
	r, err := b.Do(context.Background(), b.Ana, &awareness.Add{Name: "Maria Keller"}, teller.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.server.URL+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+b.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b.Clock.Set(b.Clock.Now().Add(time.Minute))
	if _, err := b.Do(ctx, b.Ana, &awareness.Erase{Person: r.Account.ID}, teller.Options{}); err != nil {
		t.Fatal(err)
	}
	told, lines := "", bufio.NewReader(res.Body)
	for !strings.Contains(told, `"erased"`) {
		line, err := lines.ReadString('\n')
		if told += line; err != nil && err != io.EOF {
			t.Fatalf("%v after %s", err, told)
		}
	}
	if strings.Contains(told, "Keller") {
		t.Errorf("told %s", told)
	}
}
