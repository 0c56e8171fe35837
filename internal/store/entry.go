package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

const sqlInsertEntries = `INSERT INTO entry (workspace_id, id, account_id, subject_id, at, kind, by_id, facts, words,
	run_id, recorded_at) VALUES /*rows*/`

// InsertEntries appends to the log. An id that is there already is a unique violation.
func (t *Tx) InsertEntries(ctx context.Context, entries []*book.Entry) error {
	var failed error
	err := t.insertRows(ctx, sqlInsertEntries, 10, len(entries), func(i int, row []any) {
		e := entries[i]
		facts, err := e.EncodeFacts()
		if err != nil {
			failed = err
		}
		words, err := e.EncodeWords()
		if err != nil {
			failed = err
		}
		if book.HoldsNUL(facts) || book.HoldsNUL(words) {
			failed = unholdable(nil)
		}
		row[0], row[1], row[2], row[3], row[4] = string(e.ID), orNull(e.Account), orNull(e.Subject), int64(e.At), string(e.Kind)
		row[5], row[6], row[7], row[8], row[9] = string(e.By), facts, words, orNull(e.Run), int64(e.Recorded)
	})
	if failed != nil {
		return failed
	}
	return err
}

const entryColumns = `id, account_id, subject_id, at, kind, by_id, facts, words, run_id, recorded_at, voided_by`

// entryScan scans rows of entries to where they stay: they are large, and a statement has many. What it scans into
// besides is made once for all of them.
type entryScan struct {
	out                           []book.Entry
	id, kind, by                  string
	account, subject, run, voided any // NULL or text
	at, recorded                  int64
	facts, words                  string
	into                          [11]any
	eyes                          *book.Eyes // nil reads private notes too
}

func (s *entryScan) next(r *sqldb.Rows) error {
	if s.into[0] == nil {
		s.into = [...]any{
			&s.id, &s.account, &s.subject, &s.at, &s.kind, &s.by, &s.facts, &s.words, &s.run, &s.recorded, &s.voided,
		}
	}
	if err := r.Scan(s.into[:]...); err != nil {
		return err
	}
	s.out = append(s.out, book.Entry{})
	e := &s.out[len(s.out)-1]
	e.ID, e.Kind, e.By = book.ID(s.id), book.Kind(s.kind), book.ID(s.by)
	e.At, e.Recorded = book.Instant(s.at), book.Instant(s.recorded)
	e.Account, e.Subject, e.Run, e.VoidedBy = idIn(s.account), idIn(s.subject), idIn(s.run), idIn(s.voided)
	if err := e.DecodeFacts(s.facts); err != nil {
		return err
	}
	if s.eyes != nil && !s.eyes.Reads(e) {
		s.out = s.out[:len(s.out)-1]
		return nil
	}
	if err := e.DecodeWords(s.words); err != nil {
		return err
	}
	if s.eyes != nil {
		s.eyes.Words(e)
	}
	return nil
}

// collectEntries reads rows of entries to the end; private notes of others are left out, and the words of letters from others'
// private mailboxes.
func (t *Tx) collectEntries(rows *sqldb.Rows, err error) ([]book.Entry, error) {
	return t.collectMany(rows, err, 0)
}

// collectMany is the same where about so many rows are sure to come, so that room for them is made once.
func (t *Tx) collectMany(rows *sqldb.Rows, err error, about int) ([]book.Entry, error) {
	if err != nil {
		return nil, err
	}
	s := entryScan{eyes: t.eyes(), out: make([]book.Entry, 0, about)}
	err = forEach(rows, s.next)
	return s.out, err
}

func idOf(s *string) book.ID {
	if s == nil {
		return ""
	}
	return book.ID(*s)
}

const sqlEntriesOfAccounts = `SELECT ` + entryColumns + ` FROM entry
	WHERE workspace_id = $1 AND account_id IN (/*ids*/) ORDER BY at, id`

// EntriesOf reads every entry of the given accounts, in no promised order across them.
func (t *Tx) EntriesOf(ctx context.Context, accounts ...book.ID) ([]book.Entry, error) {
	s := entryScan{eyes: t.eyes()}
	err := inLists(ctx, t, sqlEntriesOfAccounts, accounts, nil, s.next)
	return s.out, err
}

const sqlEntriesBetween = `SELECT ` + entryColumns + ` FROM entry
	WHERE workspace_id = $1 AND at >= $2 AND at <= $3 AND account_id IN (/*ids*/) ORDER BY at, id`

// EntriesBetween reads the entries of an account and those merged into it from one instant to another, both included.
func (t *Tx) EntriesBetween(ctx context.Context, from, to book.Instant, accounts ...book.ID) ([]book.Entry, error) {
	if t.kept != nil && len(accounts) == 1 {
		if known, ok := t.kept.between(accounts[0], from, to, t.eyes()); ok {
			return known, nil
		}
	}
	s := entryScan{eyes: t.eyes(), out: make([]book.Entry, 0, 64)} // a statement is rarely longer
	err := inLists(ctx, t, sqlEntriesBetween, accounts, []any{int64(from), int64(to)}, s.next)
	return s.out, err
}

const sqlEntriesByID = `SELECT ` + entryColumns + ` FROM entry WHERE workspace_id = $1 AND id IN (/*ids*/)`

// EntriesByID reads entries by their ids; those that do not exist, or are not seen, are left out.
func (t *Tx) EntriesByID(ctx context.Context, ids ...book.ID) (map[book.ID]book.Entry, error) {
	s := entryScan{eyes: t.eyes()}
	if t.kept != nil {
		ids, s.out = t.kept.known(ids, s.eyes, nil)
	}
	err := inLists(ctx, t, sqlEntriesByID, ids, nil, s.next)
	if err == nil {
		s.out, err = t.seenEntries(ctx, s.out)
	}
	out := make(map[book.ID]book.Entry, len(s.out))
	for i := range s.out {
		out[s.out[i].ID] = s.out[i]
	}
	return out, err
}

const sqlEntryState = `SELECT id, voided_by FROM entry WHERE workspace_id = $1 AND id IN (/*ids*/)`

// Known says which of the ids are in the log, and whether each is voided.
func (t *Tx) Known(ctx context.Context, ids []book.ID) (map[book.ID]bool, error) {
	out := make(map[book.ID]bool)
	err := inLists(ctx, t, sqlEntryState, ids, nil, func(r *sqldb.Rows) error {
		var id book.ID
		var voided *string
		err := r.Scan(&id, &voided)
		out[id] = voided != nil
		return err
	})
	return out, err
}

const sqlHistories = `SELECT e.account_id, MAX(e.at) FROM entry e
	JOIN run ON run.workspace_id = $1 AND run.id = e.run_id AND run.finished_at > 0
	WHERE e.workspace_id = $1 AND e.account_id IN (/*ids*/) AND e.kind = 'history' AND e.voided_by IS NULL GROUP BY e.account_id`

// Histories says until when imports have said of accounts that what nobody answered there is the past; one that was cut off is not
// asked, since it is there to be gone on with and not to be taken back.
func (t *Tx) Histories(ctx context.Context, accounts ...book.ID) (map[book.ID]book.Instant, error) {
	out := make(map[book.ID]book.Instant)
	err := inLists(ctx, t, sqlHistories, accounts, nil, func(r *sqldb.Rows) error {
		var id book.ID
		var at book.Instant
		err := r.Scan(&id, &at)
		out[id] = at
		return err
	})
	return out, err
}

const sqlEntriesAbout = `SELECT ` + entryColumns + ` FROM entry WHERE workspace_id = $1 AND subject_id IN (/*ids*/)
	ORDER BY at, id`

// EntriesAbout reads the entries whose subject is one of the ids, oldest first.
func (t *Tx) EntriesAbout(ctx context.Context, subjects ...book.ID) ([]book.Entry, error) {
	s := entryScan{eyes: t.eyes()}
	err := inLists(ctx, t, sqlEntriesAbout, subjects, nil, s.next)
	if err != nil {
		return nil, err
	}
	return t.seenEntries(ctx, s.out)
}

const sqlEntriesAboutOf = `SELECT ` + entryColumns + ` FROM entry WHERE workspace_id = $1 AND kind = $2 AND subject_id IN (/*ids*/)
	ORDER BY at, id`

// EntriesAboutOf is EntriesAbout of one kind alone.
func (t *Tx) EntriesAboutOf(ctx context.Context, kind book.Kind, subjects ...book.ID) ([]book.Entry, error) {
	s := entryScan{eyes: t.eyes()}
	if err := inLists(ctx, t, sqlEntriesAboutOf, subjects, []any{string(kind)}, s.next); err != nil {
		return nil, err
	}
	return t.seenEntries(ctx, s.out)
}

const sqlLatestEntries = `SELECT ` + entryColumns + ` FROM entry
	WHERE workspace_id = $1 AND account_id = $2 AND at <= $3 ORDER BY at DESC, id DESC LIMIT $4`

// LatestEntries reads the newest entries of one account up to an instant, newest first.
func (t *Tx) LatestEntries(ctx context.Context, account book.ID, upTo book.Instant, limit int) ([]book.Entry, error) {
	rows, err := t.q.Query(ctx, sqlLatestEntries, string(t.ws), string(account), int64(upTo), limit)
	return t.collectEntries(rows, err)
}

const sqlLatestOfKind = `SELECT ` + entryColumns + ` FROM entry
	WHERE workspace_id = $1 AND account_id = $2 AND kind IN ('note', 'attached', 'changed') AND kind = $3 AND at <= $4 AND voided_by IS NULL
	ORDER BY at DESC, id DESC LIMIT $5`

// LatestOfKind reads the newest notes, attached files or changes (kind) of one account up to an instant, newest first, none voided.
// They have an index of their own, since they are few among what happened.
func (t *Tx) LatestOfKind(ctx context.Context, account book.ID, kind book.Kind, upTo book.Instant, limit int) ([]book.Entry, error) {
	rows, err := t.q.Query(ctx, sqlLatestOfKind, string(t.ws), string(account), string(kind), int64(upTo), int64(limit))
	return t.collectEntries(rows, err)
}

const sqlFirmEntries = `SELECT ` + entryColumns + ` FROM entry
	WHERE workspace_id = $1 AND kind IN ('field', 'playbook') AND kind = $2 ORDER BY at, id`

// FirmEntries reads what the firm wrote down about itself, of one kind (a declared field or a playbook), oldest first.
func (t *Tx) FirmEntries(ctx context.Context, kind book.Kind) ([]book.Entry, error) {
	rows, err := t.q.Query(ctx, sqlFirmEntries, string(t.ws), string(kind))
	return t.collectEntries(rows, err)
}

const sqlLastBy = `SELECT ` + entryColumns + ` FROM entry
	WHERE workspace_id = $1 AND by_id = $2 AND run_id IS NULL ORDER BY recorded_at DESC, id DESC LIMIT $3`

// LastBy reads what a member typed last, newest first.
func (t *Tx) LastBy(ctx context.Context, member book.ID, limit int) ([]book.Entry, error) {
	rows, err := t.q.Query(ctx, sqlLastBy, string(t.ws), string(member), limit)
	return t.collectEntries(rows, err)
}

const sqlTypedAt = `SELECT ` + entryColumns + ` FROM entry
	WHERE workspace_id = $1 AND recorded_at = $2 AND run_id IS NULL ORDER BY id`

// TypedAt reads what was typed that was recorded at one moment, as one command's entries are, whoever's they are.
func (t *Tx) TypedAt(ctx context.Context, recorded book.Instant) ([]book.Entry, error) {
	rows, err := t.q.Query(ctx, sqlTypedAt, string(t.ws), int64(recorded))
	all, err := t.collectEntries(rows, err)
	if err != nil {
		return nil, err
	}
	return t.seenEntries(ctx, all)
}

const sqlLastTyped = `SELECT COALESCE(MAX(recorded_at), 0) FROM entry WHERE workspace_id = $1 AND by_id = $2 AND run_id IS NULL`

// LastTyped says when what a member typed last was recorded; 0 for nothing.
func (t *Tx) LastTyped(ctx context.Context, member book.ID) (at book.Instant, err error) {
	err = t.q.QueryRow(ctx, sqlLastTyped, string(t.ws), string(member)).Scan(&at)
	return at, err
}

const (
	sqlLastRecordedOn = `SELECT account_id, MAX(recorded_at) FROM entry WHERE workspace_id = $1 AND account_id IN (/*ids*/)
		AND kind IN ('changed', 'contact', 'merged', 'unmerged', 'related', 'joined') GROUP BY account_id`
	sqlLastRecordedOf = `SELECT subject_id, MAX(recorded_at) FROM entry WHERE workspace_id = $1 AND subject_id IN (/*ids*/)
		AND kind IN ('contact', 'merged', 'unmerged', 'member', 'joined') GROUP BY subject_id`
)

// LastRecorded says when the last change of accounts, and of what entries are about, was recorded.
func (t *Tx) LastRecorded(ctx context.Context, accounts, subjects []book.ID) (map[book.ID]book.Instant, error) {
	out := map[book.ID]book.Instant{}
	each := func(r *sqldb.Rows) error {
		var id book.ID
		var at book.Instant
		err := r.Scan(&id, &at)
		out[id] = max(out[id], at)
		return err
	}
	if err := inLists(ctx, t, sqlLastRecordedOn, accounts, nil, each); err != nil {
		return nil, err
	}
	return out, inLists(ctx, t, sqlLastRecordedOf, subjects, nil, each)
}

// Entries of an import have a run; of those one event tells, not each.
const sqlEntriesSince = `SELECT ` + entryColumns + ` FROM entry
	WHERE workspace_id = $1 AND run_id IS NULL AND (recorded_at, id) > ($2, $3) ORDER BY recorded_at, id LIMIT $4`

// EntriesSince reads what was typed after an entry, by when it was recorded. What is not seen is left out, so that last,
// the entry to go on after, may lie beyond those given; it is zero when there were none.
func (t *Tx) EntriesSince(ctx context.Context, recorded book.Instant, id book.ID, limit int) (all []book.Entry, last book.Entry, err error) {
	rows, err := t.q.Query(ctx, sqlEntriesSince, string(t.ws), int64(recorded), string(id), int64(limit))
	all, err = t.Whole().collectEntries(rows, err)
	if err != nil || len(all) == 0 {
		return nil, last, err
	}
	last = all[len(all)-1]
	all, err = t.seenEntries(ctx, all)
	return all, last, err
}

const sqlRunEntries = `SELECT id FROM entry WHERE workspace_id = $1 AND run_id = $2 LIMIT $3`

// RunEntries names some of the entries that an import wrote, in no order: a run may have more than memory has room for.
func (t *Tx) RunEntries(ctx context.Context, run book.ID, limit int) ([]book.ID, error) {
	rows, err := t.q.Query(ctx, sqlRunEntries, string(t.ws), string(run), int64(limit))
	return collect(rows, err, scanID)
}

const sqlRunTouched = `SELECT DISTINCT account_id FROM entry
	WHERE workspace_id = $1 AND run_id = $2 AND account_id IS NOT NULL ORDER BY account_id`

// RunTouched names the accounts that an import wrote to, in order of id.
func (t *Tx) RunTouched(ctx context.Context, run book.ID) ([]book.ID, error) {
	rows, err := t.q.Query(ctx, sqlRunTouched, string(t.ws), string(run))
	return collect(rows, err, scanID)
}

const sqlRunChanges = `SELECT e.id FROM entry e JOIN contact c ON c.workspace_id = $1 AND c.id = e.subject_id
	WHERE e.workspace_id = $1 AND e.run_id = $2 AND e.kind = 'contact' AND (c.run_id IS NULL OR c.run_id <> $2)
	ORDER BY e.id DESC`

// RunChanges names the entries by which an import changed people whom it had not brought itself, the newest first.
func (t *Tx) RunChanges(ctx context.Context, run book.ID) ([]book.ID, error) {
	rows, err := t.q.Query(ctx, sqlRunChanges, string(t.ws), string(run))
	return collect(rows, err, scanID)
}

const sqlRunJoins = `SELECT id FROM entry WHERE workspace_id = $1 AND run_id = $2 AND kind = 'joined' ORDER BY id DESC`

// RunJoins names the entries by which an import put people on accounts, the newest first.
func (t *Tx) RunJoins(ctx context.Context, run book.ID) ([]book.ID, error) {
	rows, err := t.q.Query(ctx, sqlRunJoins, string(t.ws), string(run))
	return collect(rows, err, scanID)
}

const sqlDeleteEntries = `DELETE FROM entry WHERE workspace_id = $1 AND id IN (/*ids*/)`

// DeleteEntries takes the entries of an undone run out of the log and out of what is searched, which frees their source
// keys.
func (t *Tx) DeleteEntries(ctx context.Context, ids ...book.ID) error {
	if err := t.UnindexAll(ctx, ids...); err != nil {
		return err
	}
	return execLists(ctx, t, sqlDeleteEntries, ids)
}

const sqlWorkedOn = `SELECT COUNT(*) FROM (SELECT 1 FROM entry WHERE workspace_id = $1 AND account_id = $2
	AND (run_id IS NULL OR run_id <> $3) LIMIT 1) AS found`

// WorkedOn says whether an account has entries that are not of the run.
func (t *Tx) WorkedOn(ctx context.Context, account, run book.ID) (bool, error) {
	var n int
	err := t.q.QueryRow(ctx, sqlWorkedOn, string(t.ws), string(account), string(run)).Scan(&n)
	return n > 0, err
}

const sqlKeepEntry = `UPDATE entry SET run_id = NULL WHERE workspace_id = $1 AND id = $2`

// KeepEntry takes an entry out of its run, so that undoing the run leaves it.
func (t *Tx) KeepEntry(ctx context.Context, id book.ID) error {
	_, err := t.q.Exec(ctx, sqlKeepEntry, string(t.ws), string(id))
	return err
}

const sqlMarkVoided = `UPDATE entry SET voided_by = $2 WHERE workspace_id = $1 AND id = $3
	AND voided_by IS NOT DISTINCT FROM $4`

// MarkVoided keeps on the row which entry voids it. An entry that another has voided meanwhile is a conflict.
func (t *Tx) MarkVoided(ctx context.Context, entry, by book.ID) error {
	return t.moveVoid(ctx, entry, "", by)
}

// LiftVoid takes the mark of one voiding entry away. An entry that another has freed meanwhile is a conflict.
func (t *Tx) LiftVoid(ctx context.Context, entry, by book.ID) error {
	return t.moveVoid(ctx, entry, by, "")
}

func (t *Tx) moveVoid(ctx context.Context, entry, from, to book.ID) error {
	n, err := t.q.Exec(ctx, sqlMarkVoided, string(t.ws), orNull(to), string(entry), orNull(from))
	if err == nil && n == 0 {
		return book.Errorf(book.Conflict, "somebody else has just taken entry %s back, or brought it back", entry)
	}
	return err
}

const sqlSetWords = `UPDATE entry SET words = $2 WHERE workspace_id = $1 AND id = $3`

// SetWords replaces an entry's words; only an erasure does so.
func (t *Tx) SetWords(ctx context.Context, e *book.Entry) error {
	words, err := e.EncodeWords()
	if err != nil {
		return err
	}
	_, err = t.q.Exec(ctx, sqlSetWords, string(t.ws), words, string(e.ID))
	return err
}

const sqlEntryPage = `SELECT ` + entryColumns + ` FROM entry WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3`

// EntryPage reads the log in order of id, after the given one; "" begins.
func (t *Tx) EntryPage(ctx context.Context, after book.ID, limit int) ([]book.Entry, error) {
	rows, err := t.q.Query(ctx, sqlEntryPage, string(t.ws), string(after), limit)
	return t.collectEntries(rows, err)
}

const sqlCountEntries = `SELECT COUNT(*) FROM entry WHERE workspace_id = $1`

// CountEntries counts the log.
func (t *Tx) CountEntries(ctx context.Context) (n int, err error) {
	err = t.q.QueryRow(ctx, sqlCountEntries, string(t.ws)).Scan(&n)
	return n, err
}
