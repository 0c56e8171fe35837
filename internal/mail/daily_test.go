package mail_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/mail"
	"passbook/internal/queue"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// dailies sets the daily letters of an office going.
func (o *office) dailies() *mail.Dailies {
	o.Helper()
	d := &mail.Dailies{Teller: o.Teller, Outbox: o.outbox, Now: o.Clock.Now, Log: slog.New(slog.DiscardHandler)}
	o.queue = queue.New(o.Store(), o.Clock.Now, d.Log, map[string]queue.Doer{mail.DailyKind: d.Doer()})
	if err := d.Begin(o.ctx); err != nil {
		o.Fatal(err)
	}
	return d
}

// zone is the firm's.
func (o *office) zone() (zone *time.Location) {
	o.Helper()
	err := o.Read(o.ctx, o.Ana, 0, func(r *teller.Reading) error {
		zone = r.Rules.Calendar.Zone
		return nil
	})
	if err != nil {
		o.Fatal(err)
	}
	return zone
}

// waiting is a client who wrote and waits for an answer.
func (o *office) waiting() {
	o.Helper()
	maria := o.maria()
	o.asks(maria.Account)
}

// asks lets a client write and wait for an answer.
func (o *office) asks(account book.ID) {
	o.Helper()
	o.must(o.Ana, &awareness.Touch{
		Account: awareness.Client(account), Channel: book.Email, Direction: book.In, Outcome: book.Reached, Summary: "When is the viewing?",
	})
}

// must does what cannot fail.
func (o *office) must(who teller.Actor, c teller.Command) {
	o.Helper()
	if err := o.do(who, c); err != nil {
		o.Fatal(err)
	}
}

// daily are the daily letters that stand in the outbox, as their reader finds them, the newest first.
func (o *office) daily(who teller.Actor) (out []mail.Listed) {
	o.Helper()
	for _, l := range o.list(who) {
		if l.Kind == mail.DailyKind {
			out = append(out, l)
		}
	}
	return out
}

// On working mornings, before the firm opens, each member is told of Today and of what others wrote down on their clients, in their
// own language, once; who switched it off, has left, or whom nothing concerns gets nothing.
func TestDaily(t *testing.T) {
	offices(t, true, func(o *office) {
		maria := o.maria()
		o.invite("Cara Lund", "cara@acme.example", "") // whom nothing concerns
		o.must(o.Ana, &awareness.EditMember{Who: string(o.Ana.Member), Emails: []string{"ana@acme.example"}})
		d := o.dailies()
		if !d.Goes() {
			o.Fatal("no letters go out")
		}
		o.Clock.Set(o.Clock.Now().Add(time.Hour)) // a Monday
		o.must(o.Ben, &awareness.Note{Account: awareness.Client(maria.Account), Text: "private or not, a note is no news"})
		o.must(o.Ben, &awareness.Touch{Account: awareness.Client(maria.Account), Channel: book.Call, Direction: book.In, Outcome: book.Reached, Summary: "She asks about the viewing"})
		o.Clock.Set(o.Clock.Now().Add(time.Hour))
		o.asks(maria.Account)
		o.work()
		if all := o.daily(o.Ana); len(all) != 0 {
			o.Errorf("in the middle of a morning: %+v", all)
		}
		o.Clock.Set(time.Date(2026, 3, 3, 8, 31, 0, 0, o.zone()))
		o.work()
		all := o.daily(o.Ana)
		if len(all) != 1 {
			o.Fatalf("%+v", all)
		}
		for _, want := range []string{"Good morning Ana", "about 5 minutes", "1. Maria Keller (e-mail, 5 min)", "Maria Keller", "(Ben)", "since Mon 2 Mar", "https://book.acme.example/settings"} {
			if !strings.Contains(all[0].Text, want) {
				o.Errorf("the letter lacks %q:\n%s", want, all[0].Text)
			}
		}
		if strings.Contains(all[0].Text, "a note is no news") {
			o.Errorf("it tells of a note:\n%s", all[0].Text)
		}
		if all[0].Address != "ana@acme.example" || all[0].State != store.LetterWaiting {
			o.Errorf("%+v", all[0].Letter)
		}
		if got := o.kept(all[0].ID); got.Expires == 0 || got.Expires.Time().In(o.zone()).Day() != 3 {
			o.Errorf("good until %s", got.Expires.Time())
		}
		o.must(o.Ana, &awareness.Like{Set: map[string]string{"daily": awareness.DailyOff}})
		o.Clock.Set(time.Date(2026, 3, 4, 8, 31, 0, 0, o.zone()))
		o.work()
		o.must(o.Ana, &awareness.Like{Set: map[string]string{"daily": "", "language": "de"}})
		o.Clock.Set(time.Date(2026, 3, 5, 8, 31, 0, 0, o.zone()))
		o.work()
		o.work()
		all = o.daily(o.Ana)
		if len(all) != 2 || !strings.Contains(all[0].Text, "Guten Morgen Ana") {
			o.Fatalf("%d letters: %+v", len(all), all)
		}
		// Nobody works on Saturday; Monday's letter tells of what was since Friday.
		o.Clock.Set(time.Date(2026, 3, 7, 12, 0, 0, 0, o.zone()))
		o.work()
		o.Clock.Set(time.Date(2026, 3, 9, 8, 31, 0, 0, o.zone()))
		o.work()
		if n := len(o.daily(o.Ana)); n != 3 {
			o.Errorf("%d letters by Monday", n)
		}
	})
}

// Others do not read a daily letter in the outbox, not even an owner: it tells of clients as its reader sees them.
func TestDailyIsItsReaders(t *testing.T) {
	offices(t, true, func(o *office) {
		o.waiting()
		o.must(o.Ana, &awareness.EditMember{Who: string(o.Ana.Member), Emails: []string{"ana@acme.example"}})
		second := o.invite("Owen Park", "owen@acme.example", "").Member
		o.must(o.Ana, &awareness.EditMember{Who: string(second.ID), Role: book.RoleOwner})
		o.dailies()
		o.Clock.Set(time.Date(2026, 3, 3, 8, 31, 0, 0, o.zone()))
		o.work()
		mine, theirs := o.daily(o.Ana), o.daily(teller.Actor{Workspace: o.Ana.Workspace, Member: second.ID, Role: book.RoleOwner})
		if len(mine) != 1 || mine[0].Text == "" || len(theirs) != 1 || theirs[0].Text != "" {
			o.Errorf("%+v\n%+v", mine, theirs)
		}
	})
}

// A morning that nobody served is not caught up with in the afternoon of another day, and the chain goes on.
func TestDailyOfADayThatIsOver(t *testing.T) {
	offices(t, true, func(o *office) {
		o.waiting()
		o.must(o.Ana, &awareness.EditMember{Who: string(o.Ana.Member), Emails: []string{"ana@acme.example"}})
		d := o.dailies()
		o.Clock.Set(time.Date(2026, 3, 5, 15, 0, 0, 0, o.zone()))
		o.work()
		if all := o.daily(o.Ana); len(all) != 0 {
			o.Errorf("%+v", all)
		}
		if err := d.Begin(o.ctx); err != nil {
			o.Fatal(err)
		}
		o.Clock.Set(time.Date(2026, 3, 6, 8, 31, 0, 0, o.zone()))
		o.work()
		if all := o.daily(o.Ana); len(all) != 1 {
			o.Errorf("%d letters on the next morning", len(all))
		}
	})
}
