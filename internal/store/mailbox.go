package store

import (
	"context"
	"strings"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// Mailbox is a mailbox at a mail server that is read. Its password stands apart; see MailboxPassword.
type Mailbox struct {
	ID      book.ID
	Name    string
	Member  book.ID // whose it is; "" for the firm's
	Host    string
	Port    int
	TLS     string // implicit, starttls, none
	Login   string
	Folders []string // none for the inbox and what was sent
	Keeps   string   // text, headers
	Shown   string   // firm, member
	Creates string   // known, all
	By      book.ID
	Created book.Instant

	State  string // JSON: how far each folder was read
	Fault  string // of the last reading; "" when it went well
	Faults int    // how many readings in a row did not go well
	Read   book.Instant
	Tried  book.Instant
	Asked  book.Instant
}

const mailboxColumns = `id, name, member_id, host, port, tls, login, folders, keeps, shown, creates, by_id, created_at, state, fault, faults, read_at, tried_at, asked_at`

func scanMailbox(r *sqldb.Rows) (m Mailbox, err error) {
	folders := ""
	err = r.Scan(&m.ID, &m.Name, &m.Member, &m.Host, &m.Port, &m.TLS, &m.Login, &folders, &m.Keeps, &m.Shown, &m.Creates, &m.By,
		&m.Created, &m.State, &m.Fault, &m.Faults, &m.Read, &m.Tried, &m.Asked)
	if folders != "" {
		m.Folders = strings.Split(folders, "\n")
	}
	return m, err
}

const sqlInsertMailbox = `INSERT INTO mailbox (workspace_id, name_key, leased_until, holder, ` + mailboxColumns + `)
	VALUES ($1, $2, 0, '', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', '', 0, 0, 0, 0)`

// InsertMailbox keeps a mailbox to be read.
func (t *Tx) InsertMailbox(ctx context.Context, m *Mailbox) error {
	_, err := t.q.Exec(ctx, sqlInsertMailbox, string(t.ws), book.Fold(m.Name), string(m.ID), m.Name, string(m.Member), m.Host, int64(m.Port),
		m.TLS, m.Login, strings.Join(m.Folders, "\n"), m.Keeps, m.Shown, m.Creates, string(m.By), int64(m.Created))
	if sqldb.IsUnique(err) {
		return book.Fieldf(book.Conflict, "name", "%q is the name of another mailbox already", m.Name)
	}
	return err
}

const sqlMailboxes = `SELECT ` + mailboxColumns + ` FROM mailbox WHERE workspace_id = $1 ORDER BY name_key`

// Mailboxes lists the mailboxes, by name.
func (t *Tx) Mailboxes(ctx context.Context) ([]Mailbox, error) {
	rows, err := t.q.Query(ctx, sqlMailboxes, string(t.ws))
	return collect(rows, err, scanMailbox)
}

const sqlMailbox = `SELECT ` + mailboxColumns + ` FROM mailbox WHERE workspace_id = $1 AND id = $2`

// Mailbox reads one of them.
func (t *Tx) Mailbox(ctx context.Context, id book.ID) (Mailbox, error) {
	rows, err := t.q.Query(ctx, sqlMailbox, string(t.ws), string(id))
	return theOne(rows, err, scanMailbox, book.Errorf(book.NotFound, "there is no mailbox %s", id))
}

// The guard stands in the statement, so that of two programs one alone reads a mailbox.
const sqlClaimMailbox = `UPDATE mailbox SET leased_until = $2, holder = $3, tried_at = $4
	WHERE workspace_id = $1 AND id = $5 AND (leased_until <= $4 OR holder = $3) RETURNING ` + mailboxColumns

// ClaimMailbox gives a mailbox to a reader for a while; nil when another one has it, or it is gone.
func (t *Tx) ClaimMailbox(ctx context.Context, id, holder book.ID, now, until book.Instant) (*Mailbox, error) {
	rows, err := t.q.Query(ctx, sqlClaimMailbox, string(t.ws), int64(until), string(holder), int64(now), string(id))
	found, err := collect(rows, err, scanMailbox)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

const sqlSaveMailbox = `UPDATE mailbox SET state = $2, fault = $3, faults = $4, read_at = $5, leased_until = $6
	WHERE workspace_id = $1 AND id = $7 AND holder = $8`

// SaveMailbox writes how far a reader has come; until is how long it goes on, 0 when it has ended.
func (t *Tx) SaveMailbox(ctx context.Context, m *Mailbox, holder book.ID, until book.Instant) error {
	_, err := t.q.Exec(ctx, sqlSaveMailbox, string(t.ws), m.State, m.Fault, int64(m.Faults), int64(m.Read), int64(until), string(m.ID), string(holder))
	return err
}

const sqlHoldMailbox = `UPDATE mailbox SET leased_until = $2 WHERE workspace_id = $1 AND id = $3 AND holder = $4`

// HoldMailbox says that a reader goes on.
func (t *Tx) HoldMailbox(ctx context.Context, id, holder book.ID, until book.Instant) error {
	_, err := t.q.Exec(ctx, sqlHoldMailbox, string(t.ws), int64(until), string(id), string(holder))
	return err
}

const sqlAskMailbox = `UPDATE mailbox SET asked_at = $2 WHERE workspace_id = $1 AND id = $3`

// AskMailbox asks whoever reads a mailbox to read it now.
func (t *Tx) AskMailbox(ctx context.Context, id book.ID, now book.Instant) error {
	_, err := t.q.Exec(ctx, sqlAskMailbox, string(t.ws), int64(now), string(id))
	return err
}

const sqlDeleteMailbox = `DELETE FROM mailbox WHERE workspace_id = $1 AND id = $2`

// DeleteMailbox reads a mailbox no longer. Its letters stay; its password goes.
func (t *Tx) DeleteMailbox(ctx context.Context, id book.ID) error {
	if _, err := t.q.Exec(ctx, sqlDeleteMailboxPassword, string(t.ws), string(id)); err != nil {
		return err
	}
	_, err := t.q.Exec(ctx, sqlDeleteMailbox, string(t.ws), string(id))
	return err
}

const (
	sqlSaveMailboxPassword = `INSERT INTO mailbox_secret (workspace_id, mailbox_id, password) VALUES ($1, $2, $3)
		ON CONFLICT (workspace_id, mailbox_id) DO UPDATE SET password = excluded.password`
	sqlMailboxPassword       = `SELECT password FROM mailbox_secret WHERE workspace_id = $1 AND mailbox_id = $2`
	sqlDeleteMailboxPassword = `DELETE FROM mailbox_secret WHERE workspace_id = $1 AND mailbox_id = $2`
)

// SaveMailboxPassword keeps what opens a mailbox.
func (t *Tx) SaveMailboxPassword(ctx context.Context, id book.ID, password string) error {
	_, err := t.q.Exec(ctx, sqlSaveMailboxPassword, string(t.ws), string(id), password)
	return err
}

// MailboxPassword is what opens a mailbox, for the one place that signs in there.
func (t *Tx) MailboxPassword(ctx context.Context, id book.ID) (string, error) {
	rows, err := t.q.Query(ctx, sqlMailboxPassword, string(t.ws), string(id))
	return theOne(rows, err, func(r *sqldb.Rows) (password string, err error) {
		err = r.Scan(&password)
		return password, err
	}, book.Errorf(book.Conflict, "no password of this mailbox is kept; drop it and add it again"))
}

const (
	sqlDropMailboxes        = `DELETE FROM mailbox WHERE workspace_id = $1`
	sqlDropMailboxPasswords = `DELETE FROM mailbox_secret WHERE workspace_id = $1`
)
