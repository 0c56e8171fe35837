package mail

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"passbook/internal/book"
	"passbook/internal/queue"
	"passbook/internal/store"
)

// Deliver does the jobs that letters leave: it brings each to the mail server.
func Deliver(s *store.Store, now func() time.Time, server *SMTP) queue.Doer {
	d := &delivery{s, now, server}
	return queue.Doer{Do: d.do, Ended: d.ended}
}

type delivery struct {
	store  *store.Store
	now    func() time.Time
	server *SMTP
}

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
	id, err := letterOf(j)
	if err != nil {
		return queue.ForGood(err)
	}
	var l store.Letter
	err = d.store.Read(ctx, ws, func(tx *store.Tx) (err error) {
		l, err = tx.Letter(ctx, id)
		return err
	})
	now := d.now()
	switch {
	case book.FaultOf(err) == book.NotFound:
		return nil
	case err != nil:
		return err
	case l.State != store.LetterWaiting:
		return nil
	case l.Body == "" || l.Expires <= book.Micros(now):
		return queue.ForGood(book.Errorf(book.Conflict, "its link ran out before it could go out"))
	}
	return d.server.Send(ctx, &Message{ID: l.ID, To: l.Address, Subject: l.Subject, Text: l.Body, At: l.Created.Time()})
}

// ended writes on the letter what came of an attempt. Once the server has it, nobody needs its link here.
func (d *delivery) ended(ctx context.Context, tx *store.Tx, j *store.Job, failure error, last bool) error {
	id, err := letterOf(j)
	if err != nil {
		return nil //nolint:nilerr // there is no letter to write on
	}
	l, err := tx.LockLetter(ctx, id)
	if book.FaultOf(err) == book.NotFound {
		return nil
	}
	if err != nil || l.State != store.LetterWaiting {
		return err
	}
	now := book.Micros(d.now())
	l.Tries++
	switch {
	case failure == nil:
		l.State, l.Body, l.Reason, l.Settled = store.LetterSent, "", "", now
	default:
		l.Reason = book.Message(failure)
		if last {
			l.State, l.Settled = store.LetterFailed, now
		}
	}
	if l.Expires <= now {
		l.Body = ""
	}
	return tx.SaveLetter(ctx, &l)
}
