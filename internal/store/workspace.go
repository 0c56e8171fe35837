package store

import (
	"context"
	"maps"
	"slices"

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
		return book.Errorf(book.Conflict, "the workspace %q is there already; another firm begins beside it under another name", t.ws)
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
	return theOne(rows, err, scanWorkspace, book.Errorf(book.NotFound, "there is no workspace %q in this book", t.ws).Then("init", "", "makes one"))
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

// Firms hands each firm in the database over with the sources of its playbooks by name, all of one snapshot.
func (s *Store) Firms(ctx context.Context, each func(firm Workspace, playbooks map[string]string)) error {
	return plainly(s.db.Read(ctx, func(q *sqldb.Tx) error {
		rows, err := q.Query(ctx, sqlAllWorkspaces)
		firms, err := collect(rows, err, scanWorkspace)
		for _, w := range firms {
			sources, perr := (&Tx{q: q, ws: w.ID}).Playbooks(ctx)
			if perr != nil {
				return perr
			}
			each(w, sources)
		}
		return err
	}))
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

const sqlInsertMember = `INSERT INTO member (workspace_id, id, name, name_key, role, department, created_at,
	deputy_id, away_from, away_until, left_at, phone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

// InsertMember adds a person of the firm.
func (t *Tx) InsertMember(ctx context.Context, m *book.Member) error {
	_, err := t.q.Exec(ctx, sqlInsertMember, string(t.ws), string(m.ID), m.Name, book.Fold(m.Name), string(m.Role), m.Dept,
		int64(m.Created), string(m.Deputy), int64(m.AwayFrom), int64(m.AwayUntil), int64(m.Left), m.Phone)
	if sqldb.IsUnique(err) {
		return book.Errorf(book.Conflict, "a member called %q is there already", m.Name)
	}
	return err
}

const sqlSaveMember = `UPDATE member SET name = $2, name_key = $3, role = $4, department = $5,
	deputy_id = $6, away_from = $7, away_until = $8, left_at = $9, phone = $10 WHERE workspace_id = $1 AND id = $11`

// SaveMember writes what a person of the firm is called and does.
func (t *Tx) SaveMember(ctx context.Context, m *book.Member) error {
	_, err := t.q.Exec(ctx, sqlSaveMember, string(t.ws), m.Name, book.Fold(m.Name), string(m.Role), m.Dept,
		string(m.Deputy), int64(m.AwayFrom), int64(m.AwayUntil), int64(m.Left), m.Phone, string(m.ID))
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

const memberColumns = `id, name, role, department, created_at, deputy_id, away_from, away_until, left_at, phone`

const sqlMembers = `SELECT ` + memberColumns + ` FROM member WHERE workspace_id = $1 ORDER BY created_at, id`

// Members lists the firm's people, the first one first.
func (t *Tx) Members(ctx context.Context) ([]book.Member, error) {
	rows, err := t.q.Query(ctx, sqlMembers, string(t.ws))
	return collect(rows, err, scanMember)
}

const sqlFirstMembers = `SELECT ` + memberColumns + ` FROM member WHERE workspace_id = $1 AND left_at = 0 ORDER BY id LIMIT $2`

// FirstMembers lists some of the firm's people who have not left, the first ones first.
func (t *Tx) FirstMembers(ctx context.Context, limit int) ([]book.Member, error) {
	rows, err := t.q.Query(ctx, sqlFirstMembers, string(t.ws), int64(limit))
	return collect(rows, err, scanMember)
}

const sqlStandIns = `SELECT ` + memberColumns + ` FROM member WHERE workspace_id = $1 AND (id = $2 OR deputy_id = $2) ORDER BY created_at, id`

// StandIns reads a member and those for whom that member stands in when they are away.
func (t *Tx) StandIns(ctx context.Context, member book.ID) ([]book.Member, error) {
	rows, err := t.q.Query(ctx, sqlStandIns, string(t.ws), string(member))
	return collect(rows, err, scanMember)
}

const sqlMember = `SELECT ` + memberColumns + ` FROM member WHERE workspace_id = $1 AND id = $2`

// Member reads one of the firm's people.
func (t *Tx) Member(ctx context.Context, id book.ID) (book.Member, error) {
	rows, err := t.q.Query(ctx, sqlMember, string(t.ws), string(id))
	return theOne(rows, err, scanMember, book.Errorf(book.NotFound, "there is no member %s", id))
}

func scanMember(r *sqldb.Rows) (m book.Member, err error) {
	err = r.Scan(&m.ID, &m.Name, &m.Role, &m.Dept, &m.Created, &m.Deputy, &m.AwayFrom, &m.AwayUntil, &m.Left, &m.Phone)
	return m, err
}

const sqlMemberNames = `SELECT id, name FROM member WHERE workspace_id = $1 AND id IN (/*ids*/)`

// MemberNames gives the names of some of the firm's people; those who are not there are left out.
func (t *Tx) MemberNames(ctx context.Context, ids ...book.ID) (map[book.ID]string, error) {
	out := make(map[book.ID]string, len(ids))
	if t.kept != nil {
		ids = slices.DeleteFunc(slices.Clone(ids), func(id book.ID) bool {
			name, known := t.kept.names[id]
			if known {
				out[id] = name
			}
			return known
		})
	}
	err := inLists(ctx, t, sqlMemberNames, ids, nil, func(r *sqldb.Rows) error {
		var id, name string
		err := r.Scan(&id, &name)
		out[book.ID(id)] = name
		return err
	})
	if t.kept != nil {
		maps.Copy(t.kept.names, out)
	}
	return out, err
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

const sqlDeleteBackup = `DELETE FROM backup WHERE workspace_id = $1 AND path = $2`

// DeleteBackup forgets a backup that could not be written after all.
func (t *Tx) DeleteBackup(ctx context.Context, path string) error {
	_, err := t.q.Exec(ctx, sqlDeleteBackup, string(t.ws), path)
	return err
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

// Tombstone is what is kept of an erased person: a salted hash, and when.
type Tombstone struct {
	Mark string
	At   book.Instant
}

const sqlTombstonePage = `SELECT mark, at FROM tombstone WHERE workspace_id = $1 AND mark > $2 ORDER BY mark LIMIT $3`

// TombstonePage reads all tombstones in order of their marks, after the given one; "" begins.
func (t *Tx) TombstonePage(ctx context.Context, after string, limit int) ([]Tombstone, error) {
	rows, err := t.q.Query(ctx, sqlTombstonePage, string(t.ws), after, int64(limit))
	return collect(rows, err, func(r *sqldb.Rows) (Tombstone, error) {
		var v Tombstone
		err := r.Scan(&v.Mark, &v.At)
		return v, err
	})
}

// Tally counts the records of a workspace, those aside that are worked out from others.
type Tally struct {
	Members, MemberAddresses, Accounts, Contacts, Links, Relations, Runs, Entries, Cards, Sightings, Tombstones, Backups, Asked, Views, Files int
}

const sqlTally = `SELECT (SELECT COUNT(*) FROM member WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM member_address WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM account WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM contact WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM account_contact WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM relation WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM run WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM entry WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM card WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM sighting WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM tombstone WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM backup WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM asked WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM saved_view WHERE workspace_id = $1),
	(SELECT COUNT(*) FROM blob WHERE workspace_id = $1)`

// Tally counts what the workspace holds.
func (t *Tx) Tally(ctx context.Context) (n Tally, err error) {
	err = t.q.QueryRow(ctx, sqlTally, string(t.ws)).Scan(&n.Members, &n.MemberAddresses, &n.Accounts, &n.Contacts, &n.Links,
		&n.Relations, &n.Runs, &n.Entries, &n.Cards, &n.Sightings, &n.Tombstones, &n.Backups, &n.Asked, &n.Views, &n.Files)
	return n, err
}

const (
	sqlDeleteFoundingEntries = `DELETE FROM entry WHERE workspace_id = $1 AND account_id IS NULL AND kind IN ('member', 'playbook')`
	sqlDeleteFoundingRuns    = `DELETE FROM run WHERE workspace_id = $1`
	sqlDeleteMemberAddresses = `DELETE FROM member_address WHERE workspace_id = $1`
	sqlDeleteMembers         = `DELETE FROM member WHERE workspace_id = $1`
	sqlDeletePlaybooks       = `DELETE FROM playbook WHERE workspace_id = $1`
	sqlDeleteWorkspace       = `DELETE FROM workspace WHERE workspace_id = $1`
)

// DeleteFounding takes away how a workspace began, so that another firm's book can take its place. It touches no
// account, contact or happening: the caller has made sure that there are none. Backups made so far stay remembered.
func (t *Tx) DeleteFounding(ctx context.Context) error {
	for _, query := range []string{
		sqlDropAsked, sqlDeleteFoundingEntries, sqlDeleteFoundingRuns, sqlDeleteMemberAddresses, sqlDeleteMembers,
		sqlDeletePlaybooks, sqlDeleteWorkspace,
	} {
		if _, err := t.q.Exec(ctx, query, string(t.ws)); err != nil {
			return err
		}
	}
	return nil
}
