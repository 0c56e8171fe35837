package store

import (
	"context"
	"encoding/json"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// LetterState is how far a letter has come.
type LetterState string

// The states of a letter.
const (
	LetterWaiting   LetterState = "waiting"   // to be sent, or to be handed over where no mail server is known
	LetterSending   LetterState = "sending"   // a mail server is being given it; committed before its first word goes out
	LetterUncertain LetterState = "uncertain" // the server had it, and whether it took it is not known: a member says what became of it
	LetterSent      LetterState = "sent"      // a mail server has taken it
	LetterFailed    LetterState = "failed"    // no attempt is left; see Reason
	LetterHanded    LetterState = "handed"    // somebody gave it to its reader, or its link was used
	LetterDropped   LetterState = "dropped"   // it is not to go out any more
)

// LetterJob is the kind of the jobs that take letters to the mail server. Their key is the letter's id.
const LetterJob = "letter"

// LetterToClient is the kind of a letter to a client. All others go to members.
const LetterToClient = "client"

// Letter is a letter to a member, or to one of a client's people. The body of a member's holds a link that is good once and
// is emptied when nobody needs it any more; a client's stands in its touch as well, which bears the same id.
type Letter struct {
	ID      book.ID
	Kind    string  // invite, reset, client
	Member  book.ID // "" for a letter to a client
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
	Expires book.Instant // when its link stops working; 0 for a letter to a client, which has none

	// Of a letter to a client.
	Account book.ID
	Contact book.ID      // which of its people
	Rests   book.Instant // until when it may be taken back before anything is tried
	Head    LetterHead
}

// LetterHead is what stands in the head of a letter to a client besides its subject and to whom it goes.
type LetterHead struct {
	MessageID string   `json:"message_id,omitempty"` // without its brackets, kept as answers name it
	Sender    string   `json:"sender,omitempty"`     // who writes, in the firm's voice: "Ana Roth, Acme Homes"
	ReplyTo   string   `json:"reply_to,omitempty"`   // the member's own address
	Answers   []string `json:"answers,omitempty"`    // the letters of its thread that it names, the one that it answers last
	Stop      string   `json:"stop,omitempty"`       // the secret by which its reader says that they want no more; see awareness.Stop
}

// ToClient says whether the letter goes to a client, and not to a member.
func (l *Letter) ToClient() bool { return l.Kind == LetterToClient }

const letterColumns = `id, kind, member_id, pass_id, address, lang, subject, body, state, reason, tries, by_id, created_at, settled_at, expires_at,
	account_id, contact_id, rests_until, head`

func scanLetter(r *sqldb.Rows) (l Letter, err error) {
	var head string
	err = r.Scan(&l.ID, &l.Kind, &l.Member, &l.Pass, &l.Address, &l.Lang, &l.Subject, &l.Body, &l.State, &l.Reason, &l.Tries,
		&l.By, &l.Created, &l.Settled, &l.Expires, &l.Account, &l.Contact, &l.Rests, &head)
	if err == nil && head != "" {
		err = json.Unmarshal([]byte(head), &l.Head)
	}
	return l, err
}

const sqlInsertLetter = `INSERT INTO letter (workspace_id, ` + letterColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`

// InsertLetter keeps a letter.
func (t *Tx) InsertLetter(ctx context.Context, l *Letter) error {
	head := ""
	if l.ToClient() {
		b, err := json.Marshal(l.Head)
		if err != nil {
			return err
		}
		head = string(b)
	}
	_, err := t.q.Exec(ctx, sqlInsertLetter, string(t.ws), string(l.ID), l.Kind, string(l.Member), string(l.Pass), l.Address, l.Lang,
		l.Subject, l.Body, string(l.State), l.Reason, int64(l.Tries), string(l.By), int64(l.Created), int64(l.Settled), int64(l.Expires),
		string(l.Account), string(l.Contact), int64(l.Rests), head)
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

const sqlLettersToClients = `SELECT ` + letterColumns + ` FROM letter WHERE workspace_id = $1 AND account_id <> '' AND (created_at, id) < ($2, $3)
	ORDER BY created_at DESC, id DESC LIMIT $4`

// LettersToClients is Letters without those to members.
func (t *Tx) LettersToClients(ctx context.Context, after AuditPlace, limit int) ([]Letter, error) {
	from, id := after.since()
	rows, err := t.q.Query(ctx, sqlLettersToClients, string(t.ws), from, id, int64(limit))
	return collect(rows, err, scanLetter)
}

const sqlLettersUncertain = `SELECT ` + letterColumns + ` FROM letter WHERE workspace_id = $1 AND state = 'uncertain'
	ORDER BY created_at, id LIMIT $2`

// LettersUncertain lists the letters of which a member has to say what became of them, the oldest first.
func (t *Tx) LettersUncertain(ctx context.Context, limit int) ([]Letter, error) {
	rows, err := t.q.Query(ctx, sqlLettersUncertain, string(t.ws), int64(limit))
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

const sqlBeginLetter = `UPDATE letter SET state = 'sending', tries = tries + 1 WHERE workspace_id = $1 AND id = $2 AND state = 'waiting' RETURNING id`

// BeginLetter says that a letter is being given to the server from here on. It gives false for one that does not wait any
// more, as one that was taken back meanwhile.
func (t *Tx) BeginLetter(ctx context.Context, id book.ID) (bool, error) {
	rows, err := t.q.Query(ctx, sqlBeginLetter, string(t.ws), string(id))
	found, err := collect(rows, err, func(r *sqldb.Rows) (id book.ID, err error) {
		err = r.Scan(&id)
		return id, err
	})
	return len(found) > 0, err
}

const sqlLetterSent = `UPDATE letter SET state = 'sent', body = '', reason = '', settled_at = $2 WHERE workspace_id = $1 AND id = $3 AND state = 'sending'`

// LetterSent says that the server has taken a letter that it was being given.
func (t *Tx) LetterSent(ctx context.Context, id book.ID, now book.Instant) error {
	_, err := t.q.Exec(ctx, sqlLetterSent, string(t.ws), int64(now), string(id))
	return err
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
		WHERE workspace_id = $1 AND member_id = $3 AND pass_id = $4 AND state IN ('waiting', 'sending', 'failed')`
	sqlLettersDropped = `UPDATE letter SET body = '', state = 'dropped', settled_at = $2
		WHERE workspace_id = $1 AND member_id = $3 AND kind = $4 AND state IN ('waiting', 'failed')`
	sqlLettersOver = `UPDATE letter SET body = '' WHERE workspace_id = $1 AND body <> '' AND expires_at > 0 AND expires_at <= $2`
	sqlLettersTo   = `UPDATE letter SET address = '', subject = '', body = '', reason = '', head = '',
		state = CASE WHEN account_id <> '' AND state IN ('waiting', 'failed') THEN 'dropped' ELSE state END WHERE workspace_id = $1 AND address = $2`
	sqlLettersOf = `UPDATE letter SET address = '', subject = '', body = '', reason = '', head = '',
		state = CASE WHEN state IN ('waiting', 'failed') THEN 'dropped' ELSE state END WHERE workspace_id = $1 AND contact_id = $2 AND account_id <> ''`
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

// BlankLettersOf does the same for letters to one of a client's people, at whatever address. One that has not gone out is
// dropped.
func (t *Tx) BlankLettersOf(ctx context.Context, contact book.ID) error {
	_, err := t.q.Exec(ctx, sqlLettersOf, string(t.ws), string(contact))
	return err
}

const sqlDropLetters = `DELETE FROM letter WHERE workspace_id = $1`
