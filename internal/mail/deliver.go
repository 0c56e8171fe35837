package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/queue"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// together is how many letters are on their way to the server at the same time. As many may be uncertain when the machine
// loses its power.
const together = 16

// Delivery brings letters to the mail server.
type Delivery struct {
	Teller *teller.Teller
	Now    func() time.Time
	Server *SMTP
	// Public is where readers find the client's pages, as in "https://acme.example"; "" where they cannot.
	Public string
}

// Deliver does the jobs that letters leave.
//
// A letter is given the state sending, and that is committed, before the server hears a word of it. One that is found so by
// the next attempt was under way when a program died: whether it went is not known. A letter to a client is then uncertain
// and waits for a member's word; one to a member goes out again by itself, under the same name (ADR 55).
func Deliver(d Delivery) queue.Doer {
	w := &delivery{Delivery: d, store: d.Teller.Store(), begins: queue.NewCommits(d.Teller.Store())}
	return queue.Doer{Do: w.do, Ended: w.ended, Together: together}
}

type delivery struct {
	Delivery
	store  *store.Store
	begins *queue.Commits
}

// What an attempt has come to, besides its error, as ended writes it down.
type came int

const (
	cameToNothing came = iota // there was nothing to send
	cameThrough               // the server has taken it
	cameUncertain             // nobody knows
)

// errRecalled ends an attempt on a letter that was taken back while it was on its way.
var errRecalled = errors.New("the letter was taken back")

// letterOf reads whose job it is.
func letterOf(j *store.Job) (book.ID, error) {
	var payload struct {
		Letter book.ID `json:"letter"`
	}
	if err := json.Unmarshal([]byte(j.Payload), &payload); err != nil {
		return "", fmt.Errorf("job %s: %w", j.ID, err)
	}
	return payload.Letter, nil
}

// do sends one letter. One that was settled since is left.
func (d *delivery) do(ctx context.Context, ws book.ID, j *store.Job) error {
	j.Came = cameToNothing
	id, err := letterOf(j)
	if err != nil {
		return queue.ForGood(err)
	}
	var l store.Letter
	unwanted := false
	err = d.store.Read(ctx, ws, func(tx *store.Tx) (err error) {
		if l, err = tx.Letter(ctx, id); err != nil || !l.ToClient() || l.State != store.LetterWaiting {
			return err
		}
		about, err := tx.EntriesAboutOf(ctx, book.KindConsent, l.Contact)
		unwanted = actions.NoMail(about)
		return err
	})
	switch {
	case book.FaultOf(err) == book.NotFound:
		return nil
	case err != nil:
		return err
	case l.State == store.LetterSending && l.ToClient():
		j.Came, j.Error = cameUncertain, book.Message(book.Errorf(book.Conflict, "the program ended while this letter was being sent"))
		return nil
	case l.State != store.LetterWaiting && l.State != store.LetterSending:
		return nil
	case unwanted:
		err = queue.ForGood(book.Errorf(book.Conflict, "its reader has said since that they want no mail"))
	case !l.ToClient() && (l.Body == "" || l.Expires <= book.Micros(d.Now())):
		err = queue.ForGood(ranOut(&l))
	default:
		err = d.send(ctx, ws, j, &l)
	}
	if err != nil && l.ToClient() && (queue.IsForGood(err) || queue.Last(j)) {
		refused := &actions.LetterRefused{ID: l.ID, Reason: book.Message(err)}
		if _, rerr := d.Teller.Do(ctx, teller.Actor{Workspace: ws, Role: book.RoleOwner}, refused, teller.Options{}); rerr != nil {
			return rerr
		}
	}
	return err
}

// ranOut says why a letter to a member does not go out any more.
func ranOut(l *store.Letter) error {
	if l.Kind == DailyKind {
		return book.Errorf(book.Conflict, "its day was over before it could go out")
	}
	return book.Errorf(book.Conflict, "its link ran out before it could go out")
}

// send hands a letter to the server.
func (d *delivery) send(ctx context.Context, ws book.ID, j *store.Job, l *store.Letter) error {
	m := &Message{
		ID: l.ID, To: l.Address, Subject: l.Subject, Text: l.Body, At: l.Created.Time(), Machine: !l.ToClient(), Head: l.Head,
		Begin: func(ctx context.Context) error { return d.begin(ctx, ws, l) },
	}
	if l.Head.Stop != "" && d.Public != "" {
		m.Stop = d.Public + awareness.StopPath + l.Head.Stop
	}
	err := d.Server.Send(ctx, m)
	switch {
	case err == nil:
		j.Came = cameThrough
	case errors.Is(err, errRecalled):
		return nil
	case Unsure(err) && l.ToClient():
		j.Came, j.Error = cameUncertain, book.Message(err)
		return nil
	}
	return err
}

// begin commits that a letter is being given to the server from here on.
func (d *delivery) begin(ctx context.Context, ws book.ID, l *store.Letter) error {
	begun := false
	err := d.begins.Write(ctx, ws, func(ctx context.Context, tx *store.Tx) (err error) {
		if begun, err = tx.BeginLetter(ctx, l.ID); err != nil || begun {
			return err
		}
		now, err := tx.Letter(ctx, l.ID) // a commit whose answer was lost, or an attempt that died on a member's letter
		begun = now.State == store.LetterSending && (now.Tries == l.Tries+1 || !l.ToClient())
		return err
	})
	if err == nil && !begun {
		err = errRecalled
	}
	return err
}

// ended writes on the letter what came of an attempt. Once the server has it, nobody needs its words here.
func (d *delivery) ended(ctx context.Context, tx *store.Tx, j *store.Job, failure error, last bool) error {
	id, err := letterOf(j)
	if err != nil {
		return nil //nolint:nilerr // there is no letter to write on
	}
	now := book.Micros(d.Now())
	if j.Came == cameThrough {
		return tx.LetterSent(ctx, id, now)
	}
	l, err := tx.LockLetter(ctx, id)
	if book.FaultOf(err) == book.NotFound {
		return nil
	}
	if err != nil || l.State != store.LetterWaiting && l.State != store.LetterSending {
		return err
	}
	begun := l.State == store.LetterSending
	switch {
	case j.Came == cameUncertain:
		l.State, l.Reason = store.LetterUncertain, j.Error
	case failure == nil: // it was taken back, or there was nothing to do
		return nil
	case last: // of a letter to a client LetterRefused has said so already, unless it could not be written
		l.State, l.Reason, l.Settled = store.LetterFailed, book.Message(failure), now
	default:
		l.State, l.Reason = store.LetterWaiting, book.Message(failure)
	}
	if !begun {
		l.Tries++
	}
	if !l.ToClient() && l.Expires <= now {
		l.Body = ""
	}
	return tx.SaveLetter(ctx, &l)
}
