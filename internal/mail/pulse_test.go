package mail_test

import (
	"strings"
	"testing"
	"time"

	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/mail"
	"passbook/internal/store"
)

// A question goes out as a letter with a link for each answer; who takes it back takes the letter back, and what did not reach its
// reader was not asked.
func TestPulseByLetter(t *testing.T) {
	offices(t, true, func(o *office) {
		maria := o.maria()
		ask := func() *actions.AskPulse {
			return o.outbox.Ask(&actions.AskPulse{Account: awareness.Client(maria.Account), Question: "moved"})
		}
		first := ask()
		if err := o.do(o.Ana, first); err != nil {
			o.Fatal(err)
		}
		for _, want := range []string{
			"Dear Maria Keller,", "You have had the keys for two weeks.", "5  Very well:", "https://book.acme.example/c/pulse/", "?score=1", "simply answer this letter", "Ana, Acme Homes",
		} {
			if !strings.Contains(first.Letter.Body, want) {
				o.Errorf("the letter lacks %q:\n%s", want, first.Letter.Body)
			}
		}
		touch := o.entry(first.Letter.ID)
		asked := o.entry(touch.Facts.Batch)
		if asked.Kind != book.KindPulseAsked || asked.Subject != touch.ID || asked.Facts.Party != maria.Contact || asked.Facts.Question != book.Satisfaction || touch.Facts.Template != "pulse:moved" {
			o.Errorf("%+v of %+v", asked, touch)
		}
		o.refused(o.do(o.Ana, ask()), book.Conflict, "who was asked on 2 Mar 2026")
		if err := o.do(o.Ana, &awareness.Undo{Target: asked.ID}); err != nil {
			o.Fatal(err)
		}
		o.later(time.Minute)
		if taken := o.server.taken(); len(taken) != 0 {
			o.Errorf("taken back, and it went: %q", taken)
		}
		o.server.set(map[string]string{"RCPT": "550 nobody here"})
		second := ask()
		if err := o.do(o.Ana, second); err != nil {
			o.Fatal(err)
		}
		o.later(time.Minute)
		o.state(second.Letter.ID, store.LetterFailed)
		if e := o.entry(o.entry(second.Letter.ID).Facts.Batch); e.VoidedBy == "" {
			o.Errorf("it was never sent, and they count as asked: %+v", e)
		}
		o.server.set(nil)
		if err := o.do(o.Ana, o.outbox.Settle(second.Letter.ID, mail.Again)); err != nil {
			o.Fatal(err)
		}
		o.work()
		o.state(second.Letter.ID, store.LetterSent)
		if e := o.entry(o.entry(second.Letter.ID).Facts.Batch); e.VoidedBy != "" {
			o.Errorf("it went after all, and they count as not asked: %+v", e)
		}
		if err := o.do(o.Ana, &awareness.SayConsent{Person: maria.Contact, Channel: book.Email, Consent: book.Withdrawn, Source: "her page"}); err != nil {
			o.Fatal(err)
		}
		o.refused(o.do(o.Ana, ask()), book.Conflict, "wants no mail from us, since 2 Mar 2026: her page")
	})
}
