package mail

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"passbook/internal/actions"
	"passbook/internal/agenda"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/phrase"
	"passbook/internal/queue"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/ui"
	"passbook/internal/when"
)

// DailyKind is the kind of the jobs that write the daily letters of a firm, one for each working morning.
const DailyKind = "daily"

// Dailies write each member their daily letter: Today, and what changed.
type Dailies struct {
	Teller *teller.Teller
	Outbox *Outbox
	Now    func() time.Time
	Log    *slog.Logger
}

// Goes says whether daily letters are written at all: where none goes out by itself, a letter a day for each member would
// only pile up to be handed over.
func (d *Dailies) Goes() bool { return d.Outbox.Sends || d.Outbox.Shows }

// Doer does the jobs. Each leaves the next one when it ends.
func (d *Dailies) Doer() queue.Doer { return queue.Doer{Do: d.do, Ended: d.ended} }

// lookAgain is how often firms are looked for whose first job is still to be left.
const lookAgain = time.Hour

// Run leaves the first job of firms that have none, until the context ends.
func (d *Dailies) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := d.Begin(ctx); err != nil && ctx.Err() == nil {
			d.Log.Error("the daily letters could not be set up", "error", err)
		}
		timer := time.NewTimer(lookAgain)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// Begin leaves the next morning's job of every firm that has none.
func (d *Dailies) Begin(ctx context.Context) error {
	s := d.Teller.Store()
	firms, err := s.Workspaces(ctx)
	if err != nil {
		return err
	}
	for _, f := range firms {
		now, waits := book.Micros(d.Now()), false
		err := s.Read(ctx, f.ID, func(tx *store.Tx) error {
			next, err := tx.NextJob(ctx, DailyKind, now)
			if err != nil || next != 0 {
				waits = next != 0
				return err
			}
			waits, err = tx.JobDue(ctx, DailyKind, now)
			return err
		})
		if err != nil {
			return err
		}
		if waits {
			continue
		}
		if err := s.Write(ctx, f.ID, func(tx *store.Tx) error { return d.next(ctx, tx, now) }); err != nil {
			return err
		}
	}
	return nil
}

// dayOf is what a job holds.
type dayOf struct {
	Day int `json:"day"` // as the firm's calendar numbers them
}

// next leaves the job of the next working morning.
func (d *Dailies) next(ctx context.Context, tx *store.Tx, now book.Instant) error {
	rules, err := d.Teller.Rules(ctx, tx)
	if err != nil {
		return err
	}
	day, at, ok := actions.NextMorning(rules.Calendar, now)
	if !ok {
		return nil // nobody works; the next look asks again
	}
	id, err := d.Teller.NewID()
	if err != nil {
		return err
	}
	return queue.Add(ctx, tx, id, now, &queue.Job{Kind: DailyKind, Key: strconv.Itoa(day), Payload: dayOf{day}, Due: at})
}

// ended leaves the next job when one is done, or is given up.
func (d *Dailies) ended(ctx context.Context, tx *store.Tx, _ *store.Job, failure error, last bool) error {
	if failure != nil && !last {
		return nil
	}
	return d.next(ctx, tx, book.Micros(d.Now()))
}

// reader is a member who gets a daily letter.
type reader struct {
	member book.Member
	likes  map[string]string
	to     string
}

// do writes the letters of one morning. Those of a day that is over are not written any more, and none twice.
func (d *Dailies) do(ctx context.Context, ws book.ID, j *store.Job) error {
	var payload dayOf
	if err := json.Unmarshal([]byte(j.Payload), &payload); err != nil {
		return queue.ForGood(fmt.Errorf("job %s: %w", j.ID, err))
	}
	var (
		readers []reader
		changes actions.Changes
		since   book.Instant
		over    bool
	)
	whole := teller.Actor{Workspace: ws, Role: book.RoleOwner}
	err := d.Teller.Read(ctx, whole, 0, func(r *teller.Reading) (err error) {
		cal := r.Rules.Calendar
		if over = cal.Day(r.Now) != payload.Day; over {
			return nil
		}
		since = actions.MorningBefore(cal, payload.Day)
		if readers, err = readersOf(ctx, r); err != nil || len(readers) == 0 {
			return err
		}
		whole := *r
		whole.Tx = r.Tx.Whole()
		changes, err = actions.ChangesSince(ctx, &whole, since, "")
		return err
	})
	if err != nil || over {
		return err
	}
	for i := range readers {
		if err := d.write(ctx, ws, &readers[i], payload.Day, since, changes[readers[i].member.ID]); err != nil {
			return err
		}
	}
	return nil
}

// readersOf are the members who want the letter and can be written to.
func readersOf(ctx context.Context, r *teller.Reading) ([]reader, error) {
	all, err := r.Tx.Members(ctx)
	if err != nil {
		return nil, err
	}
	var out []reader
	for i := range all {
		m := all[i]
		if m.Left != 0 || m.AwayFrom != 0 && m.AwayFrom <= r.Now && (m.AwayUntil == 0 || r.Now < m.AwayUntil) {
			continue
		}
		one := reader{member: m}
		if one.likes, err = r.Tx.Preferences(ctx, m.ID); err != nil {
			return nil, err
		}
		if one.likes["daily"] == awareness.DailyOff {
			continue
		}
		if one.to, err = awareness.MailOf(ctx, r.Tx, m.ID); err != nil {
			return nil, err
		}
		if one.to != "" {
			out = append(out, one)
		}
	}
	return out, nil
}

// write writes one member's letter, unless it stands there or there is nothing to be told.
func (d *Dailies) write(ctx context.Context, ws book.ID, to *reader, day int, since book.Instant, changes []store.Change) error {
	id := book.DerivedID("daily", string(ws), string(to.member.ID), strconv.Itoa(day))
	me := teller.Actor{Workspace: ws, Member: to.member.ID, Role: to.member.Role}
	var l *store.Letter
	err := d.Teller.Read(ctx, me, 0, func(r *teller.Reading) error {
		if _, err := r.Tx.Letter(ctx, id); book.FaultOf(err) != book.NotFound {
			return err
		}
		words := d.Outbox.Words.Pick(to.likes["language"], "")
		order := when.Order(to.likes["order"])
		r.Tongue, r.Own = phrase.Tongue{Code: words.Code, Order: string(order), Bound: true}, ui.ZoneOf(to.likes, r.Rules.Calendar.Zone)
		told, err := actions.DailyOf(ctx, r, &to.member, since, changes)
		if err != nil || told.Empty() {
			return err
		}
		clock := ui.Clock{Now: r.Now.Time().In(r.Zone()), Lang: words, Order: order}
		subject, body := DailyText(told, clock, d.Outbox.Base())
		l = &store.Letter{
			ID: id, Kind: DailyKind, Member: to.member.ID, Address: to.to, Lang: words.Code, Subject: subject, Body: body,
			State: store.LetterWaiting, Created: r.Now, Expires: r.Rules.Calendar.End(day),
		}
		return nil
	})
	if err != nil || l == nil {
		return err
	}
	_, err = d.Teller.Do(ctx, me, &writeDaily{letter: l}, teller.Options{})
	return err
}

// writeDaily keeps a daily letter and leaves it to the queue.
type writeDaily struct{ letter *store.Letter }

// Act implements teller.Command.
func (*writeDaily) Act() book.Act { return book.ActAny }

// Run implements teller.Command.
func (c *writeDaily) Run(ctx context.Context, w *teller.Work) error {
	if _, err := w.Tx.Letter(ctx, c.letter.ID); book.FaultOf(err) != book.NotFound {
		return err // another program was first
	}
	if err := w.Tx.BlankOldLetters(ctx, w.Now); err != nil {
		return err
	}
	if err := w.Tx.InsertLetter(ctx, c.letter); err != nil {
		return err
	}
	return leave(ctx, w, c.letter)
}

// DailyText is the letter: its subject, and its text as it goes out. base is where the desk is found, "" where nothing tells.
func DailyText(d *actions.Daily, clock ui.Clock, base string) (subject, body string) {
	lang := clock.Lang
	minutes := 0
	for i := range d.Today.Items {
		minutes += d.Today.Items[i].Takes
	}
	var b strings.Builder
	line := func(s string) { b.WriteString(strings.TrimRight(s, " ") + "\n") }
	line(lang.Say("daily.hello", oneLine(d.Member)))
	line("")
	switch n := len(d.Today.Items); n {
	case 0:
		subject = lang.Say("daily.subject_changed")
		line(lang.Say("daily.nobody"))
	default:
		subject = lang.Say("daily.subject", n)
		if n == 1 {
			subject = lang.Say("daily.subject_one")
		}
		line(lang.Say("daily.today", minutes))
	}
	for i := range d.Today.Items {
		dailyRow(line, lang, &d.Today.Items[i])
	}
	if d.Today.LeftOut > 0 {
		line("")
		line(lang.Say("daily.leftout", d.Today.LeftOut))
	}
	line("")
	if since := plain(clock.Weekday(d.Since)); len(d.Changed) > 0 {
		line(lang.Say("daily.changed", since))
	} else {
		line(lang.Say("daily.unchanged", since))
	}
	for _, c := range d.Changed {
		dailyChange(line, lang, &c)
	}
	if d.More > 0 {
		line(lang.Say("daily.more", d.More))
	}
	if base != "" {
		line("")
		line(lang.Say("daily.open", base+"/"))
		line(lang.Say("daily.stop", base+"/settings"))
	}
	return subject, b.String()
}

// dailyRow is one row of Today.
func dailyRow(line func(string), lang ui.Lang, i *actions.Item) {
	by := ""
	if i.By != "" {
		by = lang.Say("channel."+string(i.By)) + ", "
	}
	line("")
	line(lang.Say("daily.row", i.Rank, oneLine(i.Account.Name), by, i.Takes))
	line("   " + oneLine(i.Reason))
	if i.Say != "" && i.Act != agenda.Seize {
		line("   " + lang.Say("daily.saying", oneLine(i.Say)))
	}
}

// dailyChange is one client on whom others recorded something.
func dailyChange(line func(string), lang ui.Lang, c *actions.Changed) {
	line("")
	line(oneLine(c.Name))
	for _, what := range c.What {
		line("   " + oneLine(what))
	}
	if c.More > 0 {
		line("   " + lang.Say("daily.each", c.More))
	}
}

// plain writes a date with spaces that break, as a letter has them.
func plain(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }
