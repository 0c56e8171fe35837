package mail_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"passbook/internal/actions"
	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/mail"
	"passbook/internal/queue"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
	"passbook/internal/ui"
)

// office is an outbox on one engine, with or without a mail server.
type office struct {
	*testing.T
	*testkit.Book
	ctx    context.Context
	auth   *auth.Service
	outbox *mail.Outbox
	server *standIn
	queue  *queue.Queue
}

func offices(t *testing.T, sends bool, run func(o *office)) {
	words, err := ui.NewLanguages()
	if err != nil {
		t.Fatal(err)
	}
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		o := &office{T: t, Book: testkit.NewBook(t, db), ctx: context.Background()}
		o.auth = auth.New(o.Store(), o.Clock.Now, rand.NewChaCha8([32]byte{5}))
		o.outbox = &mail.Outbox{Auth: o.auth, Words: words, Base: func() string { return "https://book.acme.example" }, Sends: sends, Office: actions.Office{Domain: "acme.example"}}
		doers := map[string]queue.Doer{}
		if sends {
			o.server, _ = newStandIn(t, nil)
			smtp, err := mail.NewSMTP(o.server.config())
			if err != nil {
				t.Fatal(err)
			}
			doers[mail.JobKind] = mail.Deliver(mail.Delivery{Teller: o.Teller, Now: o.Clock.Now, Server: smtp, Public: "https://book.acme.example"})
		}
		o.queue = queue.New(o.Store(), o.Clock.Now, slog.New(slog.DiscardHandler), doers)
		run(o)
	})
}

func (o *office) do(who teller.Actor, c teller.Command) error {
	_, err := o.Do(o.ctx, who, c, teller.Options{})
	return err
}

func (o *office) invite(name, address, lang string) *mail.Invite {
	o.Helper()
	c := o.outbox.Invite(awareness.AddMember{Name: name, Emails: []string{address}}, lang)
	if err := o.do(o.Ana, c); err != nil {
		o.Fatal(err)
	}
	return c
}

func (o *office) work() {
	o.Helper()
	for {
		n, err := o.queue.Work(o.ctx)
		if err != nil {
			o.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

func (o *office) list(who teller.Actor) (out []mail.Listed) {
	o.Helper()
	err := o.Read(o.ctx, who, 0, func(r *teller.Reading) (err error) {
		out, err = o.outbox.Letters(o.ctx, r)
		return err
	})
	if err != nil {
		o.Fatal(err)
	}
	return out
}

// kept is what stands in the database of a letter.
func (o *office) kept(id book.ID) (l store.Letter) {
	o.Helper()
	err := o.Store().Read(o.ctx, o.Ana.Workspace, func(tx *store.Tx) (err error) {
		l, err = tx.Letter(o.ctx, id)
		return err
	})
	if err != nil {
		o.Fatal(err)
	}
	return l
}

func (o *office) jobs() (all []store.Job) {
	o.Helper()
	err := o.Store().Read(o.ctx, o.Ana.Workspace, func(tx *store.Tx) (err error) {
		all, err = tx.JobsOfKind(o.ctx, mail.JobKind, 100)
		return err
	})
	if err != nil {
		o.Fatal(err)
	}
	return all
}

var link = regexp.MustCompile(`https://book\.acme\.example/link/(\S+)`)

func secretIn(t *testing.T, text string) auth.Secret {
	t.Helper()
	m := link.FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no link in %q", text)
	}
	return auth.Secret(m[1])
}

func (o *office) refused(err error, fault book.Fault, words string) {
	o.Helper()
	if err == nil || book.FaultOf(err) != fault || !strings.Contains(book.Message(err), words) {
		o.Errorf("got %v, want %s with %q", err, fault, words)
	}
}

// An invitation goes out with the command that invites, in the language asked for; when the server has it, its link
// stands nowhere any more.
func TestInvitationIsSent(t *testing.T) {
	offices(t, true, func(o *office) {
		c := o.invite("Cleo\nNoble", "cleo@acme.example", "de")
		if l := o.list(o.Ana)[0]; l.Text != "" || l.State != store.LetterWaiting {
			o.Errorf("a letter that is on its way: %+v", l)
		}
		o.work()
		o.server.mu.Lock()
		letters := o.server.letters
		o.server.mu.Unlock()
		if len(letters) != 1 || !strings.Contains(letters[0], "Guten Tag") || !strings.Contains(letters[0], "Message-ID: <"+string(c.Letter.ID)+"@acme.example>") {
			o.Fatalf("the server has %q", letters)
		}
		if l := o.kept(c.Letter.ID); l.State != store.LetterSent || l.Body != "" || l.Settled == 0 || l.Tries != 1 {
			o.Errorf("after it was sent: %+v", l)
		}
		if len(o.jobs()) != 0 {
			o.Error("its job is still there")
		}
		secret := secretIn(o.T, c.Letter.Body)
		if _, err := o.auth.Redeem(o.ctx, secret, "cleo@acme.example", "a few plain words", "", "here"); err != nil {
			o.Error(err)
		}
	})
}

// What the server puts off is tried again under the same name; what it refuses stands with its reason until somebody
// tries again.
func TestLettersFail(t *testing.T) {
	offices(t, true, func(o *office) {
		o.server.set(map[string]string{"RCPT": "451 try later"})
		c := o.invite("Cleo", "cleo@acme.example", "")
		o.work()
		if l := o.kept(c.Letter.ID); l.State != store.LetterWaiting || l.Tries != 1 || !strings.Contains(l.Reason, "451 try later") || l.Body == "" {
			o.Errorf("after it was put off: %+v", l)
		}
		o.server.set(map[string]string{"END": "cut"}) // taken, but the answer is lost
		o.Clock.Set(o.Clock.Now().Add(time.Hour))
		o.work()
		o.server.set(map[string]string{"RCPT": "550 nobody here"})
		o.Clock.Set(o.Clock.Now().Add(time.Hour))
		o.work()
		l := o.list(o.Ana)[0]
		if l.State != store.LetterFailed || l.Tries != 3 || !strings.Contains(l.Reason, "550 nobody here") || l.Text == "" {
			o.Errorf("after it was refused: %+v", l)
		}
		if err := o.do(o.Ana, o.outbox.Settle(l.ID, mail.Again)); err != nil {
			o.Fatal(err)
		}
		o.server.set(nil)
		o.work()
		if l := o.kept(l.ID); l.State != store.LetterSent || l.Body != "" || l.Reason != "" {
			o.Errorf("after it was tried again: %+v", l)
		}
		o.server.mu.Lock()
		defer o.server.mu.Unlock()
		if len(o.server.letters) != 2 || o.server.letters[0] != o.server.letters[1] {
			o.Errorf("the server has %d letters, which are not the same", len(o.server.letters))
		}
	})
}

// A letter whose link ran out before the server would take it is not sent; trying again writes another one.
func TestLettersRunOut(t *testing.T) {
	offices(t, true, func(o *office) {
		o.server.set(map[string]string{"MAIL": "421 away"})
		c := o.invite("Cleo", "cleo@acme.example", "")
		o.work()
		o.server.set(nil)
		o.Clock.Set(o.Clock.Now().Add(8 * 24 * time.Hour))
		o.work()
		l := o.list(o.Ana)[0]
		if l.State != store.LetterFailed || !l.Over || l.Text != "" || !strings.Contains(l.Reason, "ran out") || o.kept(l.ID).Body != "" {
			o.Errorf("after a week: %+v", l)
		}
		again := o.outbox.Settle(l.ID, mail.Again)
		o.refused(o.do(o.Ana, again), book.Forbidden, "is asked for before")
		again.Proved = true
		if err := o.do(o.Ana, again); err != nil {
			o.Fatal(err)
		}
		if again.Letter.ID == c.Letter.ID || again.Letter.Kind != string(store.PassInvite) {
			o.Errorf("written anew: %+v", again.Letter)
		}
		o.work()
		if l := o.kept(again.Letter.ID); l.State != store.LetterSent {
			o.Errorf("the new one: %+v", l)
		}
	})
}

// Without a server an owner reads the letter and hands it over; nobody else reads it, and after it was handed over, used,
// dropped or replaced, nobody does.
func TestLettersByHand(t *testing.T) {
	offices(t, false, func(o *office) {
		manager := teller.Actor{Workspace: o.Ana.Workspace, Member: o.Ben.Member, Role: book.RoleManager}
		c := o.invite("Cleo", "cleo@acme.example", "")
		o.work()
		if l := o.list(o.Ana)[0]; l.Text == "" || l.Name != "Cleo" || l.By != "Ana" {
			o.Fatalf("to be handed over: %+v", l)
		}
		if l := o.list(manager)[0]; l.Text != "" || l.Body != "" || l.State != store.LetterWaiting {
			o.Errorf("a manager sees %+v", l)
		}
		if all := o.list(o.Ben); len(all) != 0 {
			o.Errorf("a member sees %+v", all)
		}
		o.refused(o.do(o.Ben, o.outbox.Settle(c.Letter.ID, mail.Drop)), book.Forbidden, "as member you may not")
		o.refused(o.do(manager, o.outbox.NewLink("Ana", "")), book.Forbidden, "as manager you may not")
		o.refused(o.do(o.Ana, o.outbox.Settle(book.DerivedID("x"), mail.Drop)), book.NotFound, "no letter")
		o.refused(o.do(teller.Actor{Workspace: "other", Member: o.Ana.Member, Role: book.RoleOwner}, o.outbox.Settle(c.Letter.ID, mail.Drop)),
			book.NotFound, "no letter")

		if err := o.do(manager, o.outbox.Settle(c.Letter.ID, mail.Hand)); err != nil {
			o.Fatal(err)
		}
		if l := o.kept(c.Letter.ID); l.State != store.LetterHanded || l.Body != "" || len(o.jobs()) != 0 {
			o.Errorf("handed over: %+v, jobs %v", l, o.jobs())
		}
		o.refused(o.do(manager, o.outbox.Settle(c.Letter.ID, mail.Drop)), book.Conflict, "settled already")
		if _, err := o.auth.Look(o.ctx, secretIn(o.T, c.Letter.Body)); err != nil {
			o.Errorf("its link: %v", err)
		}

		first, second := o.outbox.NewLink("Cleo", ""), o.outbox.NewLink("Cleo", "")
		for _, n := range []*mail.NewLink{first, second} {
			if err := o.do(o.Ana, n); err != nil {
				o.Fatal(err)
			}
		}
		if l := o.kept(first.Letter.ID); l.State != store.LetterDropped || l.Body != "" {
			o.Errorf("one that was replaced: %+v", l)
		}
		_, err := o.auth.Look(o.ctx, secretIn(o.T, first.Letter.Body))
		o.refused(err, book.NotFound, "new one")
		if _, err := o.auth.Redeem(o.ctx, secretIn(o.T, second.Letter.Body), "cleo@acme.example", "a few plain words", "", "here"); err != nil {
			o.Fatal(err)
		}
		if l := o.kept(second.Letter.ID); l.State != store.LetterHanded || l.Body != "" {
			o.Errorf("one that was used: %+v", l)
		}

		third := o.outbox.NewLink("cleo@acme.example", "")
		if err := o.do(o.Ana, third); err != nil {
			o.Fatal(err)
		}
		if third.Letter.Kind != string(store.PassReset) {
			o.Errorf("to one who has a password: %+v", third.Letter)
		}
		if err := o.do(manager, o.outbox.Settle(third.Letter.ID, mail.Drop)); err != nil {
			o.Fatal(err)
		}
		_, err = o.auth.Look(o.ctx, secretIn(o.T, third.Letter.Body))
		o.refused(err, book.NotFound, "new one")
		if l := o.kept(third.Letter.ID); l.State != store.LetterDropped || l.Body != "" {
			o.Errorf("one that was dropped: %+v", l)
		}
	})
}

// Who has forgotten a password gets a letter; an address that nobody has gets the same answer and nothing else; asking
// is limited either way; a link does not stand in for the second factor, and ends all sessions.
func TestForgotten(t *testing.T) {
	offices(t, true, func(o *office) {
		invited := o.invite("Cleo", "cleo@acme.example", "")
		who, err := o.auth.Redeem(o.ctx, secretIn(o.T, invited.Letter.Body), "cleo@acme.example", "a few plain words", "", "here")
		if err != nil {
			o.Fatal(err)
		}
		e, err := o.auth.Enrol("Acme", "cleo@acme.example", "")
		if err != nil {
			o.Fatal(err)
		}
		code := func() string {
			c, err := totp.GenerateCode(e.Secret, o.Clock.Now())
			if err != nil {
				o.Fatal(err)
			}
			return c
		}
		if _, err := o.auth.Confirm(o.ctx, who, e.Secret, code(), "a few plain words"); err != nil {
			o.Fatal(err)
		}
		for _, address := range []string{"cleo@acme.example", "nobody@acme.example"} {
			var err error
			for range 3 {
				if err = o.outbox.Forgot(o.ctx, o.Teller, address, "de", "here"); err != nil {
					o.Errorf("%s: %v", address, err)
				}
			}
			o.refused(o.outbox.Forgot(o.ctx, o.Teller, address, "de", "elsewhere"), book.Forbidden, "too many")
		}
		o.refused(o.outbox.Forgot(o.ctx, o.Teller, "no address", "", "elsewhere"), book.Invalid, "not a mail address")
		o.Clock.Set(o.Clock.Now().Add(time.Minute))
		o.work()
		o.server.mu.Lock()
		letters := o.server.letters
		o.server.mu.Unlock()
		if len(letters) != 1 || !strings.Contains(letters[0], "To: <cleo@acme.example>") {
			o.Fatalf("the server has %q", letters)
		}
		text := strings.ReplaceAll(letters[0], "=\r\n", "")
		secret := secretIn(o.T, text)
		const next = "some other words"
		_, err = o.auth.Redeem(o.ctx, secret, "cleo@acme.example", next, "", "there")
		o.refused(err, book.Forbidden, "code")
		_, err = o.auth.Redeem(o.ctx, secret, "cleo@acme.example", next, "000000", "there")
		o.refused(err, book.Invalid, "code is not right")
		if _, err = o.auth.Redeem(o.ctx, secret, "cleo@acme.example", next, code(), "there"); err != nil {
			o.Fatal(err)
		}
		_, err = o.auth.SignIn(o.ctx, "cleo@acme.example", "a few plain words", "", "there")
		o.refused(err, book.Forbidden, "not right")
		o.Clock.Set(o.Clock.Now().Add(time.Minute))
		if _, err = o.auth.SignIn(o.ctx, "cleo@acme.example", next, code(), "there"); err != nil {
			o.Error(err)
		}
	})
}

// A dry run writes no letter, and the same invitation with the same key is one.
func TestInviteOnce(t *testing.T) {
	offices(t, false, func(o *office) {
		m := awareness.AddMember{Name: "Cleo", Emails: []string{"cleo@acme.example"}}
		if _, err := o.Do(o.ctx, o.Ana, o.outbox.Invite(m, ""), teller.Options{DryRun: true}); err != nil {
			o.Fatal(err)
		}
		if all := o.list(o.Ana); len(all)+len(o.jobs()) != 0 {
			o.Errorf("a dry run wrote %+v", all)
		}
		for range 2 {
			if _, err := o.Do(o.ctx, o.Ana, o.outbox.Invite(m, ""), teller.Options{Key: book.DerivedID("k")}); err != nil {
				o.Fatal(err)
			}
		}
		if all := o.list(o.Ana); len(all) != 1 || len(o.jobs()) != 1 {
			o.Errorf("%d letters, %d jobs", len(all), len(o.jobs()))
		}
	})
}
