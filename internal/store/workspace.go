package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// Workspace is a firm's row.
type Workspace struct {
	book.Workspace
	Rules string // the version of the rules in use
	Salt  string
}

const sqlInsertWorkspace = `INSERT INTO workspace (workspace_id, name, country, playbook, rules, salt, created_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7)`

// InsertWorkspace begins a workspace.
func (t *Tx) InsertWorkspace(ctx context.Context, w *Workspace) error {
	_, err := t.q.Exec(ctx, sqlInsertWorkspace, string(t.ws), w.Name, w.Country, w.Playbook, w.Rules, w.Salt, int64(w.Created))
	if sqldb.IsUnique(err) {
		return book.Errorf(book.Conflict, "the workspace %q is there already", t.ws)
	}
	return err
}

const workspaceColumns = `workspace_id, name, country, playbook, rules, salt, created_at`

func scanWorkspace(r *sqldb.Rows) (Workspace, error) {
	var w Workspace
	err := r.Scan(&w.ID, &w.Name, &w.Country, &w.Playbook, &w.Rules, &w.Salt, &w.Created)
	return w, err
}

const sqlWorkspace = `SELECT ` + workspaceColumns + ` FROM workspace WHERE workspace_id = $1`

// Firm reads the workspace's own row.
func (t *Tx) Firm(ctx context.Context) (Workspace, error) {
	rows, err := t.q.Query(ctx, sqlWorkspace, string(t.ws))
	found, err := collect(rows, err, scanWorkspace)
	if err == nil && len(found) == 0 {
		return Workspace{}, book.Errorf(book.NotFound, "there is no workspace %q in this book; passbook init makes one", t.ws)
	}
	if err != nil {
		return Workspace{}, err
	}
	return found[0], nil
}

// The one statement that looks across workspaces: the command line must know which there are.
const sqlAllWorkspaces = `SELECT ` + workspaceColumns + ` FROM workspace ORDER BY workspace_id`

// Workspaces lists the firms in the database.
func (s *Store) Workspaces(ctx context.Context) ([]Workspace, error) {
	var out []Workspace
	err := s.db.Read(ctx, func(q *sqldb.Tx) error {
		rows, err := q.Query(ctx, sqlAllWorkspaces)
		out, err = collect(rows, err, scanWorkspace)
		return err
	})
	return out, err
}

const sqlSetRules = `UPDATE workspace SET rules = $2, playbook = $3 WHERE workspace_id = $1`

// SetRules switches the workspace to another version of its rules.
func (t *Tx) SetRules(ctx context.Context, version, first string) error {
	_, err := t.q.Exec(ctx, sqlSetRules, string(t.ws), version, first)
	return err
}

const sqlLockFirm = `UPDATE workspace SET rules = rules WHERE workspace_id = $1`

// LockFirm takes the workspace's row for this transaction, so that rules are changed by one command at a time.
func (t *Tx) LockFirm(ctx context.Context) error {
	_, err := t.q.Exec(ctx, sqlLockFirm, string(t.ws))
	return err
}

const sqlSavePlaybook = `INSERT INTO playbook (workspace_id, name, source, used_at) VALUES ($1, $2, $3, $4)
	ON CONFLICT (workspace_id, name) DO UPDATE SET source = excluded.source, used_at = excluded.used_at`

// SavePlaybook takes a playbook's source into use.
func (t *Tx) SavePlaybook(ctx context.Context, name, source string, at book.Instant) error {
	_, err := t.q.Exec(ctx, sqlSavePlaybook, string(t.ws), name, source, int64(at))
	return err
}

const sqlPlaybooks = `SELECT name, source FROM playbook WHERE workspace_id = $1 ORDER BY name`

// Playbooks reads the sources of the playbooks in use, by name.
func (t *Tx) Playbooks(ctx context.Context) (map[string]string, error) {
	out := make(map[string]string)
	rows, err := t.q.Query(ctx, sqlPlaybooks, string(t.ws))
	if err != nil {
		return nil, err
	}
	err = forEach(rows, func(r *sqldb.Rows) error {
		var name, source string
		err := r.Scan(&name, &source)
		out[name] = source
		return err
	})
	return out, err
}

const sqlInsertMember = `INSERT INTO member (workspace_id, id, name, name_key, role, department, created_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7)`

// InsertMember adds a person of the firm.
func (t *Tx) InsertMember(ctx context.Context, m *book.Member) error {
	_, err := t.q.Exec(ctx, sqlInsertMember, string(t.ws), string(m.ID), m.Name, book.Fold(m.Name), string(m.Role), m.Dept,
		int64(m.Created))
	if sqldb.IsUnique(err) {
		return book.Errorf(book.Conflict, "a member called %q is there already", m.Name)
	}
	return err
}

const sqlInsertMemberAddress = `INSERT INTO member_address (workspace_id, address, member_id) VALUES ($1, $2, $3)
	ON CONFLICT (workspace_id, address) DO UPDATE SET member_id = excluded.member_id`

// SetMemberAddress says that an address is a member's.
func (t *Tx) SetMemberAddress(ctx context.Context, address string, member book.ID) error {
	_, err := t.q.Exec(ctx, sqlInsertMemberAddress, string(t.ws), address, string(member))
	return err
}

const sqlMembers = `SELECT id, name, role, department, created_at FROM member WHERE workspace_id = $1 ORDER BY created_at, id`

// Members lists the firm's people, the first one first.
func (t *Tx) Members(ctx context.Context) ([]book.Member, error) {
	rows, err := t.q.Query(ctx, sqlMembers, string(t.ws))
	return collect(rows, err, func(r *sqldb.Rows) (book.Member, error) {
		var m book.Member
		err := r.Scan(&m.ID, &m.Name, &m.Role, &m.Dept, &m.Created)
		return m, err
	})
}

const sqlMemberAddresses = `SELECT address, member_id FROM member_address WHERE workspace_id = $1 ORDER BY address`

// MemberAddresses says whose each of the firm's addresses is.
func (t *Tx) MemberAddresses(ctx context.Context) (map[string]book.ID, error) {
	out := make(map[string]book.ID)
	rows, err := t.q.Query(ctx, sqlMemberAddresses, string(t.ws))
	if err != nil {
		return nil, err
	}
	err = forEach(rows, func(r *sqldb.Rows) error {
		var address string
		var id book.ID
		err := r.Scan(&address, &id)
		out[address] = id
		return err
	})
	return out, err
}

const sqlInsertBackup = `INSERT INTO backup (workspace_id, path, at) VALUES ($1, $2, $3)
	ON CONFLICT (workspace_id, path) DO UPDATE SET at = excluded.at`

// InsertBackup remembers that a backup was written, so that an erasure can name what still holds the person.
func (t *Tx) InsertBackup(ctx context.Context, path string, at book.Instant) error {
	_, err := t.q.Exec(ctx, sqlInsertBackup, string(t.ws), path, int64(at))
	return err
}

// Backup is a backup that was made.
type Backup struct {
	Path string
	At   book.Instant
}

const sqlBackups = `SELECT path, at FROM backup WHERE workspace_id = $1 ORDER BY at, path`

// Backups lists the backups made of this book.
func (t *Tx) Backups(ctx context.Context) ([]Backup, error) {
	rows, err := t.q.Query(ctx, sqlBackups, string(t.ws))
	return collect(rows, err, func(r *sqldb.Rows) (Backup, error) {
		var b Backup
		err := r.Scan(&b.Path, &b.At)
		return b, err
	})
}

const sqlInsertTombstone = `INSERT INTO tombstone (workspace_id, mark, at) VALUES ($1, $2, $3)
	ON CONFLICT (workspace_id, mark) DO NOTHING`

// InsertTombstone keeps an erased person from being imported again.
func (t *Tx) InsertTombstone(ctx context.Context, mark string, at book.Instant) error {
	_, err := t.q.Exec(ctx, sqlInsertTombstone, string(t.ws), mark, int64(at))
	return err
}

const sqlTombstones = `SELECT mark FROM tombstone WHERE workspace_id = $1 ORDER BY mark`

// Tombstones reads all marks.
func (t *Tx) Tombstones(ctx context.Context) (map[string]bool, error) {
	rows, err := t.q.Query(ctx, sqlTombstones, string(t.ws))
	if err != nil {
		return nil, err
	}
	out := make(map[string]bool)
	err = forEach(rows, func(r *sqldb.Rows) error {
		var mark string
		err := r.Scan(&mark)
		out[mark] = true
		return err
	})
	return out, err
}
