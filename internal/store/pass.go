package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// PassKind is what a pass opens.
type PassKind string

// The kinds of pass.
const (
	PassSession PassKind = "session" // a browser
	PassToken   PassKind = "token"   // a program
	PassBegin   PassKind = "begin"   // the first owner's link, good once
	PassInvite  PassKind = "invite"  // a new member's link, good once
	PassReset   PassKind = "reset"   // a forgotten password's link, good once
	PassEnter   PassKind = "enter"   // a link that signs in by itself, good once; only a made-up firm has such
)

// Pass is what a secret opens; only the secret's hash is kept.
type Pass struct {
	Hash      string
	Kind      PassKind
	Workspace book.ID // empty for a session that nobody has signed in to yet
	Member    book.ID
	ID        book.ID // names it on pages
	Label     string  // of a session the browser, of a token what it is for
	Scope     string  // of a token: read or write
	Data      []byte  // of a session what it remembers
	Created   book.Instant
	Seen      book.Instant
	Expires   book.Instant
}

// A secret is looked up before it is known whose it is: these statements look in all firms, by a hash that nobody
// can guess.
const (
	sqlPutPass = `INSERT INTO pass (hash, kind, workspace_id, member_id, id, label, scope, data, created_at, seen_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (hash) DO UPDATE SET workspace_id = excluded.workspace_id, member_id = excluded.member_id,
			label = excluded.label, data = excluded.data, seen_at = excluded.seen_at, expires_at = excluded.expires_at`
	sqlFindPass = `SELECT ` + passColumns + ` FROM pass WHERE hash = $1 AND expires_at > $2`
	sqlTakePass = `DELETE FROM pass WHERE hash = $1 AND kind = $2 AND expires_at > $3 RETURNING ` + passColumns
	sqlDropPass = `DELETE FROM pass WHERE hash = $1`
	sqlSeenPass = `UPDATE pass SET seen_at = $2 WHERE hash = $1`
	sqlOldPass  = `DELETE FROM pass WHERE expires_at <= $1`
)

const passColumns = `hash, kind, workspace_id, member_id, id, label, scope, data, created_at, seen_at, expires_at`

func scanPass(r *sqldb.Rows) (Pass, error) {
	var p Pass
	err := r.Scan(&p.Hash, &p.Kind, &p.Workspace, &p.Member, &p.ID, &p.Label, &p.Scope, &p.Data, &p.Created, &p.Seen, &p.Expires)
	return p, err
}

const (
	sqlDropPasses      = `DELETE FROM pass WHERE workspace_id = $1`
	sqlDropLogins      = `DELETE FROM login WHERE workspace_id = $1`
	sqlDropCredentials = `DELETE FROM credential WHERE workspace_id = $1`
	sqlDropPreferences = `DELETE FROM preference WHERE workspace_id = $1`
)

// PutPass keeps a pass, or what has become of it.
func (t *Tx) PutPass(ctx context.Context, p *Pass) error {
	data := p.Data
	if data == nil {
		data = []byte{}
	}
	_, err := t.q.Exec(ctx, sqlPutPass, p.Hash, string(p.Kind), string(p.Workspace), string(p.Member), string(p.ID), p.Label, p.Scope,
		data, int64(p.Created), int64(p.Seen), int64(p.Expires))
	return err
}

// FindPass looks a secret's hash up; one that has run out is not there.
func (t *Tx) FindPass(ctx context.Context, hash string, now book.Instant) (Pass, bool, error) {
	rows, err := t.q.Query(ctx, sqlFindPass, hash, int64(now))
	return firstPass(collect(rows, err, scanPass))
}

// TakePass uses a pass that is good once.
func (t *Tx) TakePass(ctx context.Context, hash string, kind PassKind, now book.Instant) (Pass, bool, error) {
	rows, err := t.q.Query(ctx, sqlTakePass, hash, string(kind), int64(now))
	return firstPass(collect(rows, err, scanPass))
}

func firstPass(found []Pass, err error) (Pass, bool, error) {
	if err != nil || len(found) == 0 {
		return Pass{}, false, err
	}
	return found[0], true, nil
}

// DropPass takes a pass out of use.
func (t *Tx) DropPass(ctx context.Context, hash string) error {
	_, err := t.q.Exec(ctx, sqlDropPass, hash)
	return err
}

// SeePass remembers when a pass was last used.
func (t *Tx) SeePass(ctx context.Context, hash string, at book.Instant) error {
	_, err := t.q.Exec(ctx, sqlSeenPass, hash, int64(at))
	return err
}

// DropOldPasses takes away what has run out.
func (t *Tx) DropOldPasses(ctx context.Context, now book.Instant) error {
	_, err := t.q.Exec(ctx, sqlOldPass, int64(now))
	return err
}

const sqlEndPasses = `DELETE FROM pass WHERE workspace_id = $1 AND member_id = $2`

// EndPasses takes away all that a member signs in and writes with: sessions, tokens, and links that were not used yet.
func (t *Tx) EndPasses(ctx context.Context, member book.ID) error {
	_, err := t.q.Exec(ctx, sqlEndPasses, string(t.ws), string(member))
	return err
}

const sqlCountPasses = `SELECT COUNT(*) FROM pass WHERE kind = $1 AND expires_at > $2`

// CountPasses counts those of a kind that are in use, of all firms, for those who watch the program.
func (t *Tx) CountPasses(ctx context.Context, kind PassKind, now book.Instant) (n int64, err error) {
	rows, err := t.q.Query(ctx, sqlCountPasses, string(kind), int64(now))
	found, err := collect(rows, err, func(r *sqldb.Rows) (n int64, err error) {
		err = r.Scan(&n)
		return n, err
	})
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0], nil
}

const sqlPassesOf = `SELECT ` + passColumns + ` FROM pass WHERE workspace_id = $1 AND member_id = $2 AND kind = $3 AND expires_at > $4
	ORDER BY seen_at DESC, id`

// PassesOf lists a member's passes of a kind, the one used last first.
func (t *Tx) PassesOf(ctx context.Context, member book.ID, kind PassKind, now book.Instant) ([]Pass, error) {
	rows, err := t.q.Query(ctx, sqlPassesOf, string(t.ws), string(member), string(kind), int64(now))
	return collect(rows, err, scanPass)
}

const sqlRevokePass = `DELETE FROM pass WHERE workspace_id = $1 AND member_id = $2 AND id = $3 RETURNING ` + passColumns

// RevokePass takes one of a member's passes out of use by the id that pages show, and says which it was.
func (t *Tx) RevokePass(ctx context.Context, member, id book.ID) (Pass, bool, error) {
	rows, err := t.q.Query(ctx, sqlRevokePass, string(t.ws), string(member), string(id))
	return firstPass(collect(rows, err, scanPass))
}

const sqlStillIn = `SELECT p.id, m.id, m.role FROM member m JOIN pass p ON p.workspace_id = $1 AND p.member_id = m.id
	WHERE m.workspace_id = $1 AND m.left_at = 0 AND p.expires_at > $2 AND m.id IN (/*ids*/)`

// Standing is who is in by a pass, and as what.
type Standing struct {
	Member book.ID
	Role   book.Role
}

// StillIn says, by the id of the pass, who of some members is in. There is nothing of those who have left, and of passes
// that were ended.
func (t *Tx) StillIn(ctx context.Context, now book.Instant, members ...book.ID) (map[book.ID]Standing, error) {
	out := make(map[book.ID]Standing, len(members))
	err := inLists(ctx, t, sqlStillIn, members, []any{int64(now)}, func(r *sqldb.Rows) error {
		var pass, member, role string
		err := r.Scan(&pass, &member, &role)
		out[book.ID(pass)] = Standing{book.ID(member), book.Role(role)}
		return err
	})
	return out, err
}

const sqlRevokePasses = `DELETE FROM pass WHERE workspace_id = $1 AND member_id = $2 AND kind = $3 AND hash <> $4`

// RevokePasses takes all of a member's passes of a kind out of use, but for one ("" for none).
func (t *Tx) RevokePasses(ctx context.Context, member book.ID, kind PassKind, but string) error {
	_, err := t.q.Exec(ctx, sqlRevokePasses, string(t.ws), string(member), string(kind), but)
	return err
}

// Whose an address is must be known before the firm is: it is unique over all.
const (
	sqlPutLogin  = `INSERT INTO login (address, workspace_id, member_id) VALUES ($1, $2, $3)`
	sqlFindLogin = `SELECT workspace_id, member_id FROM login WHERE address = $1`
)

// Login says whose a sign-in address is.
type Login struct{ Workspace, Member book.ID }

// PutLogin gives an address to a member of this workspace; an address can be given once.
func (t *Tx) PutLogin(ctx context.Context, address string, member book.ID) error {
	_, err := t.q.Exec(ctx, sqlPutLogin, address, string(t.ws), string(member))
	if sqldb.IsUnique(err) {
		return book.Fieldf(book.Conflict, "email", "%s signs in to a firm of this book already", address)
	}
	return err
}

// FindLogin says whose an address is, in whichever firm.
func (t *Tx) FindLogin(ctx context.Context, address string) (Login, bool, error) {
	rows, err := t.q.Query(ctx, sqlFindLogin, address)
	found, err := collect(rows, err, func(r *sqldb.Rows) (l Login, err error) {
		err = r.Scan(&l.Workspace, &l.Member)
		return l, err
	})
	if err != nil || len(found) == 0 {
		return Login{}, false, err
	}
	return found[0], true, nil
}

const sqlLoginsOf = `SELECT address FROM login WHERE workspace_id = $1 AND member_id = $2 ORDER BY address`

// LoginsOf lists the addresses that a member signs in with.
func (t *Tx) LoginsOf(ctx context.Context, member book.ID) ([]string, error) {
	rows, err := t.q.Query(ctx, sqlLoginsOf, string(t.ws), string(member))
	return collect(rows, err, func(r *sqldb.Rows) (address string, err error) {
		err = r.Scan(&address)
		return address, err
	})
}

// Credential is how a member proves who they are.
type Credential struct {
	Member   book.ID
	Password string // argon2id in its usual form; "" for none
	TOTP     string // the shared secret; "" for none
	Step     int64  // the last step used
	Recovery string // JSON list of hashes of codes that are good once
	Changed  book.Instant
}

const sqlPutCredential = `INSERT INTO credential (workspace_id, member_id, password, totp, totp_step, recovery, changed_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7)
	ON CONFLICT (workspace_id, member_id) DO UPDATE SET password = excluded.password, totp = excluded.totp,
		totp_step = excluded.totp_step, recovery = excluded.recovery, changed_at = excluded.changed_at`

// PutCredential keeps how a member signs in.
func (t *Tx) PutCredential(ctx context.Context, c *Credential) error {
	_, err := t.q.Exec(ctx, sqlPutCredential, string(t.ws), string(c.Member), c.Password, c.TOTP, c.Step, c.Recovery, int64(c.Changed))
	return err
}

const sqlCredential = `SELECT member_id, password, totp, totp_step, recovery, changed_at FROM credential
	WHERE workspace_id = $1 AND member_id = $2`

// Credential reads how a member signs in; the zero value when nothing was set.
func (t *Tx) Credential(ctx context.Context, member book.ID) (Credential, error) {
	return t.credential(ctx, sqlCredential, member)
}

const sqlLockCredential = `UPDATE credential SET changed_at = changed_at WHERE workspace_id = $1 AND member_id = $2
	RETURNING member_id, password, totp, totp_step, recovery, changed_at`

// LockCredential reads as Credential does, for whoever is to put it back changed: others wait until the transaction ends,
// so that no code that is good once is used twice and no password that was changed comes back.
func (t *Tx) LockCredential(ctx context.Context, member book.ID) (Credential, error) {
	return t.credential(ctx, sqlLockCredential, member)
}

func (t *Tx) credential(ctx context.Context, query string, member book.ID) (Credential, error) {
	rows, err := t.q.Query(ctx, query, string(t.ws), string(member))
	found, err := collect(rows, err, func(r *sqldb.Rows) (c Credential, err error) {
		err = r.Scan(&c.Member, &c.Password, &c.TOTP, &c.Step, &c.Recovery, &c.Changed)
		return c, err
	})
	if err != nil || len(found) == 0 {
		return Credential{Member: member, Recovery: "[]"}, err
	}
	return found[0], nil
}

const sqlUseStep = `UPDATE credential SET totp_step = $2 WHERE workspace_id = $1 AND member_id = $3 AND totp_step < $2`

// UseStep marks a step of the clock as used and says whether it was still good.
func (t *Tx) UseStep(ctx context.Context, member book.ID, step int64) (bool, error) {
	n, err := t.q.Exec(ctx, sqlUseStep, string(t.ws), step, string(member))
	return n == 1, err
}

const sqlPutPreference = `INSERT INTO preference (workspace_id, member_id, name, value) VALUES ($1, $2, $3, $4)
	ON CONFLICT (workspace_id, member_id, name) DO UPDATE SET value = excluded.value`

// PutPreference keeps what a member likes.
func (t *Tx) PutPreference(ctx context.Context, member book.ID, name, value string) error {
	_, err := t.q.Exec(ctx, sqlPutPreference, string(t.ws), string(member), name, value)
	return err
}

const sqlPreferences = `SELECT name, value FROM preference WHERE workspace_id = $1 AND member_id = $2`

// Preferences reads what a member likes, by name.
func (t *Tx) Preferences(ctx context.Context, member book.ID) (map[string]string, error) {
	rows, err := t.q.Query(ctx, sqlPreferences, string(t.ws), string(member))
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	err = forEach(rows, func(r *sqldb.Rows) error {
		var name, value string
		err := r.Scan(&name, &value)
		out[name] = value
		return err
	})
	return out, err
}
