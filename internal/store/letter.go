package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// LetterState is how far a letter has come.
type LetterState string

// The states of a letter.
const (
	LetterWaiting LetterState = "waiting" // to be sent, or to be handed over where no mail server is known
	LetterSent    LetterState = "sent"    // a mail server has taken it
	LetterFailed  LetterState = "failed"  // no attempt is left; see Reason
	LetterHanded  LetterState = "handed"  // somebody gave it to its reader, or its link was used
	LetterDropped LetterState = "dropped" // it is not to go out any more
)

// Letter is a letter to a member. Its body holds a link that is good once and is emptied when nobody needs it any more.
type Letter struct {
	ID      book.ID
	Kind    string // invitation, reset
	Member  book.ID
	Pass    book.ID // of the link in it
	Address string  // whom it goes to; "" when it can only be handed over
	Lang    string
	Subject string
	Body    string
	State   LetterState
	Reason  string // of the last attempt that failed
	Tries   int
	By      book.ID // who had it written
	Created book.Instant
	Settled book.Instant // when it reached its state; 0 while it waits
	Expires book.Instant // when its link stops working
}

const letterColumns = `id, kind, member_id, pass_id, address, lang, subject, body, state, reason, tries, by_id, created_at, settled_at, expires_at`

func scanLetter(r *sqldb.Rows) (l Letter, err error) {
	err = r.Scan(&l.ID, &l.Kind, &l.Member, &l.Pass, &l.Address, &l.Lang, &l.Subject, &l.Body, &l.State, &l.Reason, &l.Tries,
		&l.By, &l.Created, &l.Settled, &l.Expires)
	return l, err
}

const sqlInsertLetter = `INSERT INTO letter (workspace_id, ` + letterColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

// InsertLetter keeps a letter.
func (t *Tx) InsertLetter(ctx context.Context, l *Letter) error {
	_, err := t.q.Exec(ctx, sqlInsertLetter, string(t.ws), string(l.ID), l.Kind, string(l.Member), string(l.Pass), l.Address, l.Lang,
		l.Subject, l.Body, string(l.State), l.Reason, int64(l.Tries), string(l.By), int64(l.Created), int64(l.Settled), int64(l.Expires))
	return err
}

const sqlLetters = `SELECT ` + letterColumns + ` FROM letter WHERE workspace_id = $1 AND (created_at, id) < ($2, $3)
	ORDER BY created_at DESC, id DESC LIMIT $4`

// Letters lists the letters, the newest first, from after a place on; the zero place is the beginning.
func (t *Tx) Letters(ctx context.Context, after AuditPlace, limit int) ([]Letter, error) {
	from, id := after.since()
	rows, err := t.q.Query(ctx, sqlLetters, string(t.ws), from, id, int64(limit))
	return collect(rows, err, scanLetter)
}

const sqlLetter = `SELECT ` + letterColumns + ` FROM letter WHERE workspace_id = $1 AND id = $2`

// Letter reads one letter.
func (t *Tx) Letter(ctx context.Context, id book.ID) (Letter, error) {
	rows, err := t.q.Query(ctx, sqlLetter, string(t.ws), string(id))
	return theOne(rows, err, scanLetter, book.Errorf(book.NotFound, "there is no letter %s", id))
}

const sqlLockLetter = `UPDATE letter SET tries = tries WHERE workspace_id = $1 AND id = $2 RETURNING ` + letterColumns

// LockLetter reads one letter and keeps others from settling it until the commit.
func (t *Tx) LockLetter(ctx context.Context, id book.ID) (Letter, error) {
	rows, err := t.q.Query(ctx, sqlLockLetter, string(t.ws), string(id))
	return theOne(rows, err, scanLetter, book.Errorf(book.NotFound, "there is no letter %s", id))
}

const sqlSaveLetter = `UPDATE letter SET body = $2, state = $3, reason = $4, tries = $5, settled_at = $6 WHERE workspace_id = $1 AND id = $7`

// SaveLetter writes what has become of a letter.
func (t *Tx) SaveLetter(ctx context.Context, l *Letter) error {
	_, err := t.q.Exec(ctx, sqlSaveLetter, string(t.ws), l.Body, string(l.State), l.Reason, int64(l.Tries), int64(l.Settled), string(l.ID))
	return err
}

// What a link that was used, or that stopped working, leaves of its letter.
const (
	sqlLetterUsed = `UPDATE letter SET body = '', state = 'handed', settled_at = $2
		WHERE workspace_id = $1 AND member_id = $3 AND pass_id = $4 AND state IN ('waiting', 'failed')`
	sqlLettersDropped = `UPDATE letter SET body = '', state = 'dropped', settled_at = $2
		WHERE workspace_id = $1 AND member_id = $3 AND kind = $4 AND state IN ('waiting', 'failed')`
	sqlLettersOver = `UPDATE letter SET body = '' WHERE workspace_id = $1 AND body <> '' AND expires_at <= $2`
	sqlLettersTo   = `UPDATE letter SET address = '', subject = '', body = '', reason = '' WHERE workspace_id = $1 AND address = $2`
)

// LetterUsed settles the letter whose link was followed, however it came to its reader.
func (t *Tx) LetterUsed(ctx context.Context, member, pass book.ID, now book.Instant) error {
	_, err := t.q.Exec(ctx, sqlLetterUsed, string(t.ws), int64(now), string(member), string(pass))
	return err
}

// DropLetters drops the letters of a kind to a member that are not out yet: their links do not work any more.
func (t *Tx) DropLetters(ctx context.Context, member book.ID, kind string, now book.Instant) error {
	_, err := t.q.Exec(ctx, sqlLettersDropped, string(t.ws), int64(now), string(member), kind)
	return err
}

// BlankOldLetters empties the letters whose links have run out.
func (t *Tx) BlankOldLetters(ctx context.Context, now book.Instant) error {
	_, err := t.q.Exec(ctx, sqlLettersOver, string(t.ws), int64(now))
	return err
}

// BlankLettersTo leaves nothing of letters to an address but that there were some.
func (t *Tx) BlankLettersTo(ctx context.Context, address string) error {
	_, err := t.q.Exec(ctx, sqlLettersTo, string(t.ws), address)
	return err
}

const sqlDropLetters = `DELETE FROM letter WHERE workspace_id = $1`
