package portal

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
	"passbook/internal/ui"
)

// BenchmarkPage is a client's page with three cases and eight promises, from the request to its last byte. Beside it stands the
// bare baseline: the same statements in one transaction, and the same template over what was read before.
func BenchmarkPage(b *testing.B) {
	s, link := benched(b)
	mux := http.NewServeMux()
	s.Routes(mux)
	views.Burst = float64(1 << 40) // a benchmark comes as fast as it can
	b.Run("page", func(b *testing.B) {
		for b.Loop() {
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://acme.example/c/"+link.Secret, nil))
			if w.Code != http.StatusOK {
				b.Fatal(w.Code)
			}
		}
	})
	r := httptest.NewRequest(http.MethodGet, "http://acme.example/c/"+link.Secret, nil)
	v := &visit{w: httptest.NewRecorder(), r: r, lang: s.Words.Pick("", "")}
	c := &clientView{link: link.Link, key: "a key"}
	if err := s.face(v, c); err != nil {
		b.Fatal(err)
	}
	p := s.page(v, v.firm)
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			bareRows(b, s, c)
			if err := clientPage(p, c).Render(ui.WithReader(r.Context(), v.lang), io.Discard); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// bareRows reads what the page reads.
func bareRows(b *testing.B, s *Server, c *clientView) {
	b.Helper()
	ctx, account, contact := context.Background(), c.guest.Account.ID, c.guest.Contact.ID
	err := s.Teller.Store().Read(ctx, "acme", func(tx *store.Tx) error {
		var ids, cases []book.ID
		for i := range c.Promise {
			ids = append(ids, c.Promise[i].Entry)
		}
		for i := range c.Cases {
			cases = append(cases, c.Cases[i].Entry)
		}
		_, _, e0 := tx.FindClientLink(ctx, c.link.Hash, 1)
		_, e1 := tx.Firm(ctx)
		_, e2 := tx.Accounts(ctx, account)
		_, e3 := tx.Contacts(ctx, contact)
		_, e4 := tx.StandsFor(ctx, account)
		_, e5 := tx.LinksOfAccounts(ctx, account)
		_, e6 := tx.Contacts(ctx, contact)
		_, e7 := tx.Member(ctx, c.guest.Account.Owner)
		_, e8 := tx.MemberAddresses(ctx)
		_, e9 := tx.PromisesOf(ctx, account)
		_, e10 := tx.EntriesByID(ctx, ids...)
		_, e11 := tx.EntriesByID(ctx, cases...)
		_, e12 := tx.Cases(ctx, cases...)
		_, e13 := tx.EntriesAboutOf(ctx, book.KindUpdate, cases...)
		_, e14 := tx.EntriesAboutOf(ctx, book.KindConsent, contact)
		for _, err := range []error{e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, e12, e13, e14} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func benched(b *testing.B) (*Server, *awareness.MakeLink) {
	b.Helper()
	k := testkit.NewBook(b, testkit.Open(b, filepath.Join(b.TempDir(), "bench.db")))
	assets, err := ui.NewAssets()
	if err != nil {
		b.Fatal(err)
	}
	words, err := ui.NewLanguages()
	if err != nil {
		b.Fatal(err)
	}
	do := func(cmd teller.Command) {
		if _, err := k.Do(context.Background(), k.Ben, cmd, teller.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	add := &awareness.Add{Name: "Maria Keller"}
	do(add)
	for i := range 8 {
		do(&accountability.Promise{Account: awareness.Client(add.Account), Text: fmt.Sprintf("Send the plans of house %d", i), Due: k.Now() + book.Day*book.Instant(i+1)})
	}
	for i := range 3 {
		do(&accountability.OpenCase{Account: awareness.Client(add.Account), Text: fmt.Sprintf("The roof of house %d leaks", i), Origin: accountability.Ours, Severity: 1})
	}
	link := &awareness.MakeLink{Account: awareness.Client(add.Account)}
	do(link)
	s := &Server{Teller: k.Teller, Assets: assets, Words: words, Log: slog.New(slog.DiscardHandler), Now: k.Clock.Now, Home: "acme"}
	return s, link
}
