package mail_test

import (
	"context"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/mail"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// maria is a client with an address.
func (o *office) maria() *awareness.Add {
	o.Helper()
	add := &awareness.Add{Name: "Maria Keller", Fields: map[string]string{book.ContactEmails: book.WriteList([]book.Reach{{Value: "maria@client.example"}})}}
	if err := o.do(o.Ana, add); err != nil {
		o.Fatal(err)
	}
	return add
}

// letterTo is a letter to a client, not yet written.
func (o *office) letterTo(account book.ID) *actions.WriteLetter {
	return o.outbox.Write(&actions.WriteLetter{Account: awareness.Client(account), Subject: "Your viewing", Text: "Dear Maria,\n\nit is on Friday at four.\n\nAna"})
}

func (o *office) writes(account book.ID) *store.Letter {
	o.Helper()
	c := o.letterTo(account)
	if err := o.do(o.Ana, c); err != nil {
		o.Fatal(err)
	}
	return c.Letter
}

// later lets the letters have rested, and the queue work.
func (o *office) later(d time.Duration) {
	o.Helper()
	o.Clock.Set(o.Clock.Now().Add(d))
	o.work()
}

func (o *office) entry(id book.ID) (e book.Entry) {
	o.Helper()
	err := o.Store().Read(o.ctx, o.Ana.Workspace, func(tx *store.Tx) error {
		found, err := tx.EntriesByID(o.ctx, id)
		e = found[id]
		return err
	})
	if err != nil || e.ID == "" {
		o.Fatal(id, err)
	}
	return e
}

func (o *office) state(id book.ID, want store.LetterState) {
	o.Helper()
	if l := o.kept(id); l.State != want {
		o.Errorf("the letter is %s (%s), want %s", l.State, l.Reason, want)
	}
}

// A letter is a touch that counts, rests for ten seconds, goes once, and says in its head whose it is and how to stop it.
func TestLetterToClient(t *testing.T) {
	offices(t, true, func(o *office) {
		maria := o.maria()
		l := o.writes(maria.Account)
		e := o.entry(l.ID)
		if e.Kind != book.KindTouch || e.Facts.Channel != book.Email || e.Facts.Direction != book.Out || e.Words.Text != "Your viewing" ||
			!strings.Contains(e.Words.Body, "Friday at four") || e.Words.With != string(maria.Contact) || e.Facts.Thread == "" {
			o.Errorf("the touch is %+v", e)
		}
		o.later(9 * time.Second)
		if taken := o.server.taken(); len(taken) != 0 {
			o.Fatalf("it went before it had rested: %q", taken)
		}
		if all := o.list(o.Ben); len(all) != 1 || !all[0].Resting || all[0].Name != "Maria Keller" {
			o.Errorf("a member sees %+v", all)
		}
		o.later(2 * time.Second)
		o.later(time.Hour)
		taken := o.server.taken()
		if len(taken) != 1 {
			o.Fatalf("the server has %d letters", len(taken))
		}
		o.state(l.ID, store.LetterSent)
		if kept := o.kept(l.ID); kept.Body != "" || kept.Head.MessageID != string(l.ID)+"@acme.example" || kept.Tries != 1 || len(o.jobs()) != 0 {
			o.Errorf("after it went: %+v", kept)
		}
		m, err := netmail.ReadMessage(strings.NewReader(taken[0]))
		if err != nil {
			o.Fatal(err)
		}
		secret := awareness.Stop{Workspace: "acme", Person: maria.Contact, Channel: book.Email}.Secret("salt")
		for key, want := range map[string]string{
			"From": `"Ana, Acme Homes" <book@acme.example>`, "To": "<maria@client.example>", "Subject": "Your viewing",
			"Message-Id": "<" + string(l.ID) + "@acme.example>", "Auto-Submitted": "", "In-Reply-To": "",
			"List-Unsubscribe":      "<mailto:book@acme.example?subject=unsubscribe>, <https://book.acme.example/c/stop/" + secret + ">",
			"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		} {
			if got := m.Header.Get(key); got != want {
				o.Errorf("%s: %q, want %q", key, got, want)
			}
		}
	})
}

// Undoing the touch takes its letter back until it goes; after that the undo says that it has gone.
func TestLetterIsTakenBack(t *testing.T) {
	offices(t, true, func(o *office) {
		maria := o.maria()
		l := o.writes(maria.Account)
		if err := o.do(o.Ana, &awareness.Undo{}); err != nil {
			o.Fatal(err)
		}
		o.state(l.ID, store.LetterDropped)
		o.later(time.Minute)
		if taken := o.server.taken(); len(taken)+len(o.jobs()) != 0 || o.entry(l.ID).VoidedBy == "" || o.kept(l.ID).Body != "" {
			o.Errorf("taken back, and the server has %q", taken)
		}
		o.refused(o.do(o.Ana, &awareness.Undo{Target: o.entry(l.ID).VoidedBy}), book.Conflict, "write it anew")

		second := o.writes(maria.Account)
		o.later(time.Minute)
		for _, c := range []teller.Command{&awareness.Undo{}, &awareness.Undo{Target: second.ID}, &awareness.Void{Entry: second.ID}} {
			o.refused(o.do(o.Ana, c), book.Conflict, "this letter has gone out")
		}
		if o.entry(second.ID).VoidedBy != "" {
			o.Error("the touch of a letter that went is void")
		}
		o.refused(o.do(o.Ana, o.outbox.Settle(second.ID, mail.Drop)), book.Conflict, "settled already")
	})
}

// Taken back while the server is being talked to, a letter does not go out.
func TestLetterIsTakenBackOnTheWay(t *testing.T) {
	offices(t, true, func(o *office) {
		maria := o.maria()
		l := o.writes(maria.Account)
		o.server.on(func(word string) {
			if word == "RCPT" {
				if err := o.do(o.Ana, &awareness.Undo{Target: l.ID}); err != nil {
					o.Error(err)
				}
			}
			if word == "DATA" {
				o.Error("the server was given the letter")
			}
		})
		o.later(time.Minute)
		o.state(l.ID, store.LetterDropped)
		if taken := o.server.taken(); len(taken)+len(o.jobs()) != 0 {
			o.Errorf("the server has %q, jobs %v", taken, o.jobs())
		}
	})
}

// Who wants no mail gets none, neither now nor when they have said so while the letter waited.
func TestNoMailWanted(t *testing.T) {
	offices(t, true, func(o *office) {
		maria := o.maria()
		l := o.writes(maria.Account)
		say := func(c book.Consent) {
			if err := o.do(o.Ana, &awareness.SayConsent{Person: maria.Contact, Channel: book.Email, Consent: c, Source: "said on the phone"}); err != nil {
				o.Fatal(err)
			}
		}
		say(book.Withdrawn)
		o.refused(o.do(o.Ana, o.letterTo(maria.Account)), book.Conflict, "Maria Keller wants no mail from us, since 2 Mar 2026: said on the phone")
		o.later(time.Minute)
		o.state(l.ID, store.LetterFailed)
		if taken := o.server.taken(); len(taken) != 0 || o.entry(l.ID).VoidedBy == "" {
			o.Errorf("the server has %q", taken)
		}
		say(book.Given)
		if err := o.do(o.Ana, o.letterTo(maria.Account)); err != nil {
			o.Error(err)
		}
	})
}

// What is no letter is refused, with the field.
func TestLetterIsRefused(t *testing.T) {
	offices(t, true, func(o *office) {
		maria := o.maria()
		bare := &awareness.Add{Name: "Otto Bare"}
		if err := o.do(o.Ana, bare); err != nil {
			o.Fatal(err)
		}
		for _, c := range []struct {
			change func(*actions.WriteLetter)
			fault  book.Fault
			words  string
		}{
			{func(c *actions.WriteLetter) { c.Subject = " \n" }, book.Invalid, "what the letter is about"},
			{func(c *actions.WriteLetter) { c.Text = "\r\n" }, book.Invalid, "the letter itself"},
			{func(c *actions.WriteLetter) { c.Text = strings.Repeat("x", 20_001) }, book.Invalid, "longer than 20000"},
			{func(c *actions.WriteLetter) { c.To = "otto@elsewhere.example" }, book.NotFound, "otto@elsewhere.example"},
			{func(c *actions.WriteLetter) { c.With = "Otto" }, book.NotFound, "none of the people"},
			{func(c *actions.WriteLetter) { c.Account = awareness.Client(bare.Account) }, book.Conflict, "no address is known"},
			{func(c *actions.WriteLetter) { c.Account = "Nobody Known" }, book.NotFound, "Nobody Known"},
			{func(c *actions.WriteLetter) { c.Answers = book.DerivedID("x") }, book.NotFound, "names no entry"},
			{func(c *actions.WriteLetter) { c.By(actions.Office{}) }, book.Conflict, "no mail server"},
		} {
			l := o.letterTo(maria.Account)
			c.change(l)
			o.refused(o.do(o.Ana, l), c.fault, c.words)
		}
		if all := o.list(o.Ana); len(all)+len(o.jobs()) != 0 {
			o.Errorf("refused, and there are %+v", all)
		}
		accountant := teller.Actor{Workspace: o.Ana.Workspace, Member: o.Ben.Member, Role: book.RoleAccountant}
		o.refused(o.do(accountant, o.letterTo(maria.Account)), book.Forbidden, "as accountant you may not")
		subject := o.letterTo(maria.Account)
		subject.Subject = "Two\r\nBcc: eve@elsewhere.example"
		if err := o.do(o.Ana, subject); err != nil {
			o.Fatal(err)
		}
		o.later(time.Minute)
		if taken := o.server.taken(); len(taken) != 1 || strings.Contains(taken[0], "\nBcc:") {
			o.Errorf("the server has %q", taken)
		}
	})
}

// What the server says no to has not reached its reader: the touch counts no more, the outbox says why, and sent again it
// counts again.
func TestServerRefusesLetter(t *testing.T) {
	offices(t, true, func(o *office) {
		maria := o.maria()
		for step, word := range map[string]string{"MAIL": "553 not you", "RCPT": "550 nobody here", "DATA": "554 no", "END": "554 unwanted"} {
			o.server.set(map[string]string{step: word})
			l := o.writes(maria.Account)
			o.later(time.Minute)
			o.state(l.ID, store.LetterFailed)
			kept := o.kept(l.ID)
			if e := o.entry(l.ID); e.VoidedBy == "" || !strings.Contains(kept.Reason, "says "+word) || kept.Tries != 1 || kept.Body == "" {
				o.Errorf("%s: %+v, void %q", step, kept, e.VoidedBy)
			}
			o.refused(o.do(o.Ana, &awareness.Undo{Target: o.entry(l.ID).VoidedBy}), book.Conflict, "send it again from the outbox")
			o.server.set(nil)
			if err := o.do(o.Ben, o.outbox.Settle(l.ID, mail.Again)); err != nil {
				o.Fatal(step, err)
			}
			if o.entry(l.ID).VoidedBy != "" {
				o.Error(step, "sent again, and its touch is void")
			}
			before := len(o.server.taken())
			o.work()
			o.state(l.ID, store.LetterSent)
			if n := len(o.server.taken()); n != before+1 {
				o.Errorf("%s: the server has %d letters more", step, n-before)
			}
		}
	})
}

// A server that is away is tried again for most of a day; then the letter has not reached its reader.
func TestServerIsAway(t *testing.T) {
	offices(t, true, func(o *office) {
		maria := o.maria()
		for step, word := range map[string]string{"MAIL": "421 away", "RCPT": "451 later", "DATA": "cut", "END": "452 full"} {
			o.server.set(map[string]string{step: word})
			l := o.writes(maria.Account)
			o.later(time.Minute)
			o.state(l.ID, store.LetterWaiting)
			if e := o.entry(l.ID); e.VoidedBy != "" || o.kept(l.ID).Reason == "" {
				o.Errorf("%s: void %q, %+v", step, e.VoidedBy, o.kept(l.ID))
			}
			o.server.set(nil)
			before := len(o.server.taken())
			o.later(time.Hour)
			o.state(l.ID, store.LetterSent)
			if n := len(o.server.taken()); n != before+1 {
				o.Errorf("%s: the server has %d letters more", step, n-before)
			}
		}
		o.server.set(map[string]string{"RCPT": "451 later"})
		l := o.writes(maria.Account)
		for range 20 {
			o.later(6 * time.Hour)
		}
		o.state(l.ID, store.LetterFailed)
		if o.entry(l.ID).VoidedBy == "" || o.kept(l.ID).Tries != 12 {
			o.Errorf("after two days: %+v", o.kept(l.ID))
		}
	})
}

// A server that was given the letter and does not answer leaves it uncertain: it does not go again by itself, and a member
// says what became of it.
func TestServerDiesOnLetter(t *testing.T) {
	offices(t, true, func(o *office) {
		maria := o.maria()
		for _, end := range []string{"cut", "hang"} {
			for do, want := range map[string]store.LetterState{mail.Went: store.LetterSent, mail.Drop: store.LetterDropped, mail.Again: store.LetterSent} {
				o.server.set(map[string]string{"END": end})
				before := len(o.server.taken())
				l := o.writes(maria.Account)
				o.later(time.Minute)
				o.state(l.ID, store.LetterUncertain)
				if kept := o.kept(l.ID); kept.Reason == "" || len(o.jobs()) != 0 || o.entry(l.ID).VoidedBy != "" {
					o.Errorf("%s: %+v", end, kept)
				}
				o.server.set(nil)
				o.later(24 * time.Hour)
				o.state(l.ID, store.LetterUncertain)
				o.refused(o.do(o.Ana, &awareness.Undo{Target: l.ID}), book.Conflict, "not known whether this letter has gone")
				if err := o.do(o.Ben, o.outbox.Settle(l.ID, do)); err != nil {
					o.Fatal(end, do, err)
				}
				o.work()
				o.state(l.ID, want)
				if void := o.entry(l.ID).VoidedBy != ""; void != (do == mail.Drop) {
					o.Errorf("%s, %s: void is %v", end, do, void)
				}
				n := len(o.server.taken()) - before
				if most := map[bool]int{true: 1}[end == "cut"] + map[bool]int{true: 1}[do == mail.Again]; n != most {
					o.Errorf("%s, %s: the server was given it %d times, want %d", end, do, n, most)
				}
			}
		}
	})
}

// An attempt that ended with its program leaves the letter as it was, as far as the server had not been given it; else it is
// uncertain when the next one finds it.
func TestProgramDiesOnLetter(t *testing.T) {
	offices(t, true, func(o *office) {
		maria := o.maria()
		l := o.writes(maria.Account)
		o.Clock.Set(o.Clock.Now().Add(time.Minute))
		err := o.Store().Write(o.ctx, o.Ana.Workspace, func(tx *store.Tx) error {
			now := o.Now()
			if _, err := tx.ClaimJobs(o.ctx, mail.JobKind, now, now+book.Instant((5*time.Minute).Microseconds()), 1); err != nil {
				return err
			}
			begun, err := tx.BeginLetter(o.ctx, l.ID)
			if !begun {
				o.Error("the letter could not be begun")
			}
			return err
		})
		if err != nil {
			o.Fatal(err)
		}
		o.work()
		o.state(l.ID, store.LetterSending)
		o.refused(o.do(o.Ana, &awareness.Undo{Target: l.ID}), book.Conflict, "just going out")
		o.refused(o.do(o.Ana, o.outbox.Settle(l.ID, mail.Again)), book.Conflict, "settled already")
		o.later(6 * time.Minute)
		o.state(l.ID, store.LetterUncertain)
		if taken := o.server.taken(); len(taken)+len(o.jobs()) != 0 {
			o.Errorf("the server has %q", taken)
		}
		err = o.Read(o.ctx, o.Ben, 0, func(r *teller.Reading) error {
			all, err := o.outbox.Uncertain(o.ctx, r)
			if len(all) != 1 || !strings.Contains(all[0].Reason, "the program ended") {
				o.Errorf("uncertain are %+v", all)
			}
			return err
		})
		if err != nil {
			o.Fatal(err)
		}
	})
}

// An answer names the letter that it answers, is of its thread, and the next one names both.
func TestLetterAnswers(t *testing.T) {
	offices(t, true, func(o *office) {
		maria := o.maria()
		came := &awareness.ImportTouches{Me: map[string]bool{"ana@acme.example": true}, Create: awareness.CreateKnown, Messages: []awareness.MessageIn{{
			Rows: []awareness.RowIn{{Line: 1}}, Key: "abc@client.example", At: o.Now() - book.Day, Channel: book.Email,
			From: awareness.Party{Address: "maria@client.example"}, To: []awareness.Party{{Address: "ana@acme.example"}},
			Summary: "When?", Body: "When is it?", Thread: "abc@client.example", Refs: []string{"abc@client.example"},
		}}}
		if err := o.do(o.Ana, came); err != nil {
			o.Fatal(err)
		}
		if came.Outcomes[0].Status != awareness.Created {
			o.Fatalf("%+v", came.Outcomes)
		}
		var asked book.ID
		err := o.Store().Read(o.ctx, o.Ana.Workspace, func(tx *store.Tx) error {
			all, err := tx.LatestEntries(o.ctx, maria.Account, o.Now(), 5)
			for i := range all {
				if all[i].Kind == book.KindTouch {
					asked = all[i].ID
				}
			}
			return err
		})
		if err != nil {
			o.Fatal(err)
		}
		answer := o.letterTo(maria.Account)
		answer.Answers = asked
		if err := o.do(o.Ana, answer); err != nil {
			o.Fatal(err)
		}
		next := o.letterTo(maria.Account)
		next.Answers = answer.Letter.ID
		if err := o.do(o.Ana, next); err != nil {
			o.Fatal(err)
		}
		o.later(time.Minute)
		taken := o.server.taken()
		if len(taken) != 2 {
			o.Fatalf("the server has %d letters", len(taken))
		}
		own := string(answer.Letter.ID) + "@acme.example"
		for _, text := range taken {
			m, err := netmail.ReadMessage(strings.NewReader(text))
			if err != nil {
				o.Fatal(err)
			}
			to, all := "<abc@client.example>", "<abc@client.example>"
			if m.Header.Get("Message-Id") != "<"+own+">" {
				to, all = "<"+own+">", "<abc@client.example> <"+own+">"
			}
			if m.Header.Get("In-Reply-To") != to || m.Header.Get("References") != all {
				o.Errorf("it answers %q, names %q", m.Header.Get("In-Reply-To"), m.Header.Get("References"))
			}
		}
		if a, q := o.entry(answer.Letter.ID).Facts, o.entry(asked).Facts; a.Thread != q.Thread || !strings.Contains(a.Refs, awareness.LetterMark(own)) {
			o.Errorf("the answer is of thread %q with %q, the question of %q", a.Thread, a.Refs, q.Thread)
		}
		// The letter as it lies in the mailbox is known.
		again := &awareness.ImportTouches{Me: map[string]bool{"ana@acme.example": true}, Create: awareness.CreateKnown, Messages: []awareness.MessageIn{{
			Rows: []awareness.RowIn{{Line: 1}}, Key: own, At: o.Now(), Channel: book.Email,
			From: awareness.Party{Address: "ana@acme.example"}, To: []awareness.Party{{Address: "maria@client.example"}},
			Summary: "Your viewing", Body: "Dear Maria", Thread: own, Refs: []string{own},
		}}}
		if err := o.do(o.Ana, again); err != nil {
			o.Fatal(err)
		}
		if out := again.Outcomes; len(out) != 1 || out[0].Status != awareness.Unchanged {
			o.Errorf("imported from the mailbox: %+v", out)
		}
	})
}

// Who is erased gets nothing more, and nothing of the letters stays.
func TestErasedGetsNoLetter(t *testing.T) {
	offices(t, true, func(o *office) {
		maria := o.maria()
		l := o.writes(maria.Account)
		if err := o.do(o.Ana, &awareness.Erase{Person: maria.Contact}); err != nil {
			o.Fatal(err)
		}
		o.later(time.Minute)
		kept := o.kept(l.ID)
		if taken := o.server.taken(); len(taken) != 0 || kept.State != store.LetterDropped || kept.Body+kept.Subject+kept.Address+kept.Head.MessageID != "" {
			o.Errorf("the server has %q, the book %+v", taken, kept)
		}
	})
}

// Letters to those whom somebody does not see are not theirs to see to.
func TestLettersAreSeenAsClientsAre(t *testing.T) {
	offices(t, true, func(o *office) {
		add := &awareness.Add{Name: "Vera Veiled", Visible: book.VisibleOwner, Fields: map[string]string{book.ContactEmails: book.WriteList([]book.Reach{{Value: "vera@client.example"}})}}
		if err := o.do(o.Ana, add); err != nil {
			o.Fatal(err)
		}
		l := o.writes(add.Account)
		if all := o.list(o.Ben); len(all) != 0 {
			o.Errorf("Ben sees %+v", all)
		}
		o.refused(o.do(o.Ben, o.outbox.Settle(l.ID, mail.Drop)), book.NotFound, "there is no letter")
		o.refused(o.do(o.Ben, o.letterTo(add.Account)), book.NotFound, "")
		if all := o.list(o.Ana); len(all) != 1 {
			o.Errorf("Ana sees %+v", all)
		}
	})
}

// One line to the server serves many letters, and the same letter asked for twice is one.
func TestManyLetters(t *testing.T) {
	offices(t, true, func(o *office) {
		maria := o.maria()
		key := book.DerivedID("a key")
		for range 2 {
			if _, err := o.Do(context.Background(), o.Ana, o.letterTo(maria.Account), teller.Options{Key: key}); err != nil {
				o.Fatal(err)
			}
		}
		for range 40 {
			o.writes(maria.Account)
		}
		o.later(time.Minute)
		o.server.mu.Lock()
		defer o.server.mu.Unlock()
		if len(o.server.letters) != 41 || o.server.dialled > 20 {
			o.Errorf("the server has %d letters over %d lines", len(o.server.letters), o.server.dialled)
		}
		seen := map[string]bool{}
		for _, text := range o.server.letters {
			m, err := netmail.ReadMessage(strings.NewReader(text))
			if err != nil {
				o.Fatal(err)
			}
			id := m.Header.Get("Message-Id")
			if seen[id] {
				o.Errorf("%s came twice", id)
			}
			seen[id] = true
		}
	})
}
