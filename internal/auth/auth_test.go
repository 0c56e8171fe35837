package auth_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"passbook/internal/auth"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const (
	address  = "ana@acme.example"
	password = "a few plain words"
)

type bench struct {
	*testing.T
	*testkit.Book
	*auth.Service
	ctx context.Context
}

func engines(t *testing.T, run func(b *bench)) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := &bench{T: t, Book: testkit.NewBook(t, db), ctx: context.Background()}
		b.Service = auth.New(b.Store(), b.Clock.Now, rand.NewChaCha8([32]byte{3}))
		run(b)
	})
}

func (b *bench) link(kind store.PassKind) auth.Secret {
	b.Helper()
	secret, err := b.Link(b.ctx, kind, b.Ana.Workspace, b.Ana.Member)
	if err != nil {
		b.Fatal(err)
	}
	return secret
}

func (b *bench) begin() auth.Identity {
	b.Helper()
	who, err := b.Redeem(b.ctx, b.link(store.PassBegin), address, password, "", "here")
	if err != nil {
		b.Fatal(err)
	}
	return who
}

func (b *bench) refused(err error, fault book.Fault, words string) {
	b.Helper()
	if err == nil || book.FaultOf(err) != fault || !strings.Contains(book.Message(err), words) {
		b.Errorf("got %v, want %s with %q", err, fault, words)
	}
}

// A link sets the password once; whoever follows it without pressing the button uses nothing up.
func TestLinks(t *testing.T) {
	engines(t, func(b *bench) {
		secret := b.link(store.PassBegin)
		for range 3 {
			if open, err := b.Look(b.ctx, secret); err != nil || open.Member != b.Ana.Member {
				b.Fatalf("%+v, %v", open, err)
			}
		}
		_, err := b.Redeem(b.ctx, secret, address, "short", "", "here")
		b.refused(err, book.Invalid, "too short")
		_, err = b.Redeem(b.ctx, secret, "nobody", password, "", "here")
		b.refused(err, book.Invalid, "not a mail address")
		who, err := b.Redeem(b.ctx, secret, address, password, "", "here")
		if err != nil || who.Member != b.Ana.Member || who.Role != book.RoleOwner {
			b.Fatalf("%+v, %v", who, err)
		}
		_, err = b.Redeem(b.ctx, secret, address, password, "", "here")
		b.refused(err, book.NotFound, "has been used")
		old, fresh := b.link(store.PassReset), b.link(store.PassReset)
		_, err = b.Look(b.ctx, old)
		b.refused(err, book.NotFound, "new one")
		b.Clock.Set(b.Clock.Now().Add(2 * time.Hour))
		_, err = b.Look(b.ctx, fresh)
		b.refused(err, book.NotFound, "time is over")
	})
}

// Signing in never tells which part was wrong, and cannot be guessed at without end.
func TestSignIn(t *testing.T) {
	engines(t, func(b *bench) {
		b.begin()
		if who, err := b.SignIn(b.ctx, " ANA@acme.example", password, "", "here"); err != nil || who.Member != b.Ana.Member {
			b.Fatalf("%+v, %v", who, err)
		}
		_, wrong := b.SignIn(b.ctx, address, "not the words", "", "here")
		_, nobody := b.SignIn(b.ctx, "nobody@acme.example", password, "", "here")
		b.refused(wrong, book.Forbidden, "not right")
		if book.Message(wrong) != book.Message(nobody) {
			b.Errorf("%q for a wrong password, %q for nobody", book.Message(wrong), book.Message(nobody))
		}
		var err error
		for i := range 20 {
			_, err = b.SignIn(b.ctx, address, "not the words", "", fmt.Sprint("there ", i))
		}
		b.refused(err, book.Forbidden, "too many")
		_, err = b.SignIn(b.ctx, address, password, "", "elsewhere")
		b.refused(err, book.Forbidden, "too many")
		b.Clock.Set(b.Clock.Now().Add(time.Minute))
		if _, err = b.SignIn(b.ctx, address, password, "", "elsewhere"); err != nil {
			b.Errorf("after a minute: %v", err)
		}
	})
}

// The second factor is asked for, is good once, and a recovery code stands in for it once.
func TestSecondFactor(t *testing.T) {
	engines(t, func(b *bench) {
		who := b.begin()
		e, err := b.Enrol("Acme", address, "")
		if err != nil {
			b.Fatal(err)
		}
		_, err = b.Confirm(b.ctx, who, e.Secret, "000000", password)
		b.refused(err, book.Invalid, "does not fit")
		again, err := b.Enrol("Acme", address, e.Secret)
		if err != nil || again != e {
			b.Errorf("shown again: %+v, %v", again, err)
		}
		_, err = b.Confirm(b.ctx, who, e.Secret, "000000", "not the words")
		b.refused(err, book.Forbidden, "is not right")
		code := func() string {
			c, err := totp.GenerateCode(e.Secret, b.Clock.Now())
			if err != nil {
				b.Fatal(err)
			}
			return c
		}
		codes, err := b.Confirm(b.ctx, who, e.Secret, code(), password)
		if err != nil || len(codes) != 10 {
			b.Fatalf("%d codes, %v", len(codes), err)
		}
		_, wrong := b.SignIn(b.ctx, address, "some other words", "", "here")
		if _, err = b.SignIn(b.ctx, address, password, "", "here"); err == nil || err.Error() != wrong.Error() {
			b.Errorf("without a code: %v, which tells that the password was right: else it is %v", err, wrong)
		}
		_, err = b.SignIn(b.ctx, address, password, code(), "here")
		b.refused(err, book.Forbidden, "not right") // it was used to confirm
		b.Clock.Set(b.Clock.Now().Add(time.Minute))
		if _, err = b.SignIn(b.ctx, address, password, code(), "here"); err != nil {
			b.Error(err)
		}
		_, err = b.SignIn(b.ctx, address, password, code(), "here")
		b.refused(err, book.Forbidden, "not right")
		if _, err = b.SignIn(b.ctx, address, password, strings.ToUpper(codes[3]), "here"); err != nil {
			b.Error(err)
		}
		_, err = b.SignIn(b.ctx, address, password, codes[3], "here")
		b.refused(err, book.Forbidden, "not right")
		b.refused(b.DropTOTP(b.ctx, who, "not the words"), book.Forbidden, "password")
		if err := b.DropTOTP(b.ctx, who, password); err != nil {
			b.Fatal(err)
		}
		if _, err = b.SignIn(b.ctx, address, password, "", "here"); err != nil {
			b.Error(err)
		}
	})
}

// A recovery code is good once also for those who use it at the same moment, and another one that is used beside it does
// not bring it back.
func TestRecoveryRace(t *testing.T) {
	engines(t, func(b *bench) {
		who := b.begin()
		e, err := b.Enrol("Acme", address, "")
		if err != nil {
			b.Fatal(err)
		}
		code, err := totp.GenerateCode(e.Secret, b.Clock.Now())
		if err != nil {
			b.Fatal(err)
		}
		codes, err := b.Confirm(b.ctx, who, e.Secret, code, password)
		if err != nil {
			b.Fatal(err)
		}
		var in [2]atomic.Int32
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				svc := auth.New(b.Store(), b.Clock.Now, rand.NewChaCha8([32]byte{byte(i)})) // as another server, with limits of its own
				if _, err := svc.SignIn(b.ctx, address, password, codes[i%2], "here"); err == nil {
					in[i%2].Add(1)
				}
			})
		}
		all.Wait()
		if in[0].Load() != 1 || in[1].Load() != 1 {
			b.Errorf("two codes let %d and %d in", in[0].Load(), in[1].Load())
		}
		for _, code := range codes[:2] {
			_, err := b.SignIn(b.ctx, address, password, code, "there")
			b.refused(err, book.Forbidden, "not right")
		}
	})
}

// A token acts as its member within its scope until it is revoked, and never prints itself.
func TestTokens(t *testing.T) {
	engines(t, func(b *bench) {
		who := b.begin()
		_, err := b.NewToken(b.ctx, who, "everything", "x")
		b.refused(err, book.Invalid, "read or write")
		token, err := b.NewToken(b.ctx, who, auth.ScopeRead, "the reports")
		if err != nil {
			b.Fatal(err)
		}
		if said := fmt.Sprintf("%v %s %+v %#v", token, token, token, token); strings.Contains(said, token.Reveal()) {
			b.Errorf("it prints itself: %s", said)
		}
		got, err := b.Bearer(b.ctx, token)
		if err != nil || got.Member != who.Member || got.Writes() {
			b.Fatalf("%+v, %v", got, err)
		}
		all, err := b.Passes(b.ctx, who, store.PassToken)
		if err != nil || len(all) != 1 || all[0].Label != "the reports" {
			b.Fatalf("%+v, %v", all, err)
		}
		ben := auth.Identity{Actor: b.Ben}
		if err := b.Revoke(b.ctx, ben, all[0].ID); book.FaultOf(err) != book.NotFound {
			b.Errorf("another member's token is to them: %v", err)
		}
		if _, err := b.Bearer(b.ctx, token); err != nil {
			b.Errorf("another member ended it: %v", err)
		}
		if err := b.Revoke(b.ctx, who, all[0].ID); err != nil {
			b.Fatal(err)
		}
		_, err = b.Bearer(b.ctx, token)
		b.refused(err, book.Forbidden, "not known")
		_, err = b.Bearer(b.ctx, b.link(store.PassReset))
		b.refused(err, book.Forbidden, "not known")
	})
}

// browser is somebody's browser at a page that tells who is signed in, and lets them in or out.
type browser struct {
	*bench
	h      http.Handler
	cookie *http.Cookie
}

func (b *bench) browser() *browser {
	s := auth.NewSessions(b.Service, false, slog.New(slog.DiscardHandler))
	h := s.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		switch r.URL.Path {
		case "/in":
			var who auth.Identity
			if who, err = b.Identity(r.Context(), b.Ana.Workspace, b.Ana.Member); err == nil {
				err = s.Enter(r.Context(), who, "Firefox")
			}
		case "/out":
			err = s.Destroy(r.Context())
		default:
			who, ok, werr := s.Who(r.Context())
			err = werr
			fmt.Fprint(w, ok, who.Name)
		}
		if err != nil {
			b.Error(err)
		}
	}))
	return &browser{bench: b, h: h}
}

func (br *browser) get(path string) string {
	br.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if br.cookie != nil {
		r.AddCookie(br.cookie)
	}
	w := httptest.NewRecorder()
	br.h.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		br.cookie = c
	}
	return w.Body.String()
}

// Sessions are seen and ended; a changed password ends all others; an idle one runs out; the database knows no token.
func TestSessions(t *testing.T) {
	engines(t, func(b *bench) {
		who := b.begin()
		one := b.browser()
		if got := one.get("/"); got != "false" {
			b.Errorf("a stranger is %s", got)
		}
		one.get("/in")
		if got := one.get("/"); got != "trueAna" {
			b.Errorf("signed in is %s", got)
		}
		all, err := b.Passes(b.ctx, who, store.PassSession)
		if err != nil || len(all) != 1 || all[0].Label != "Firefox" || strings.Contains(all[0].Hash+string(all[0].Data), one.cookie.Value) {
			b.Fatalf("%+v, %v", all, err)
		}
		two := b.browser()
		two.get("/in")
		if err := b.SetPassword(b.ctx, who, password, "some other words", auth.Secret(one.cookie.Value)); err != nil {
			b.Fatal(err)
		}
		if a, c := one.get("/"), two.get("/"); a != "trueAna" || c != "false" {
			b.Errorf("after a new password the one that set it is %s, the other %s", a, c)
		}
		b.Clock.Set(b.Clock.Now().Add(8 * 24 * time.Hour))
		if got := one.get("/"); got != "false" {
			b.Errorf("after a week of rest: %s", got)
		}
		one.get("/in")
		one.get("/out")
		if got := one.get("/"); got != "false" {
			b.Errorf("signed out is %s", got)
		}
		left, err := b.Passes(b.ctx, who, store.PassSession)
		if err != nil || len(left) != 0 {
			b.Errorf("left %+v, %v", left, err)
		}
	})
}
