package store

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
)

// Voice is one moment at which a client was asked how we do, or said it: a projection of its entry.
type Voice struct {
	Account  book.ID
	At       book.Instant
	Entry    book.ID
	What     string
	Ask      book.ID // of an answer, the entry that asked; empty where nobody had
	Contact  book.ID // who was asked or answered
	Owner    book.ID // who kept the account then
	By       book.ID // the member who wrote it down; empty where the client did
	Question book.Question
	Pulse    string // the question's name in the playbook
	Score    int
}

// What a voice is.
const (
	VoiceAsked     = "asked"
	VoiceAnswer    = "answer"
	VoiceComplaint = "complaint" // a failure of ours that they named first
)

const voiceColumns = `account_id, at, id, what, ask_id, contact_id, owner_id, by_id, question, pulse, score`

const sqlInsertVoices = `INSERT INTO voice (workspace_id, ` + voiceColumns + `) VALUES /*rows*/`

// InsertVoices adds what clients were asked and said.
func (t *Tx) InsertVoices(ctx context.Context, all []Voice) error {
	return t.insertRows(ctx, sqlInsertVoices, 11, len(all), func(i int, row []any) {
		v := &all[i]
		row[0], row[1], row[2], row[3], row[4] = string(v.Account), int64(v.At), string(v.Entry), v.What, string(v.Ask)
		row[5], row[6], row[7], row[8] = string(v.Contact), string(v.Owner), string(v.By), string(v.Question)
		row[9], row[10] = v.Pulse, int64(v.Score)
	})
}

func scanVoice(r *sqldb.Rows) (v Voice, err error) {
	err = r.Scan(&v.Account, &v.At, &v.Entry, &v.What, &v.Ask, &v.Contact, &v.Owner, &v.By, &v.Question, &v.Pulse, &v.Score)
	return v, err
}

func (t *Tx) voicesIn(ctx context.Context, query string, ids []book.ID) ([]Voice, error) {
	var out []Voice
	err := inLists(ctx, t, query, ids, nil, func(r *sqldb.Rows) error {
		v, err := scanVoice(r)
		out = append(out, v)
		return err
	})
	return out, err
}

const sqlVoicesOfAccounts = `SELECT ` + voiceColumns + ` FROM voice
	WHERE workspace_id = $1 AND account_id IN (/*ids*/) ORDER BY account_id, at, id`

// VoicesOf reads all that stands of the given accounts, the oldest of each first.
func (t *Tx) VoicesOf(ctx context.Context, accounts ...book.ID) ([]Voice, error) {
	return t.voicesIn(ctx, sqlVoicesOfAccounts, accounts)
}

const sqlVoicesOfPeople = `SELECT ` + voiceColumns + ` FROM voice
	WHERE workspace_id = $1 AND contact_id IN (/*ids*/) AND contact_id <> '' ORDER BY contact_id, at, id`

// VoicesBy reads what people were asked and said, on whichever account.
func (t *Tx) VoicesBy(ctx context.Context, people ...book.ID) ([]Voice, error) {
	return t.voicesIn(ctx, sqlVoicesOfPeople, people)
}

const sqlVoicesAnswering = `SELECT ` + voiceColumns + ` FROM voice
	WHERE workspace_id = $1 AND ask_id IN (/*ids*/) AND ask_id <> '' ORDER BY ask_id, at, id`

// Answers reads the answers to questions.
func (t *Tx) Answers(ctx context.Context, asks ...book.ID) ([]Voice, error) {
	return t.voicesIn(ctx, sqlVoicesAnswering, asks)
}

// VoiceRow is a voice with its account.
type VoiceRow struct {
	Voice
	Name  string  // the account's
	Keeps book.ID // who keeps the account now
}

const sqlPulses = `SELECT v.account_id, v.at, v.id, v.what, v.ask_id, v.contact_id, v.owner_id, v.by_id, v.question, v.pulse, v.score, a.name, a.owner_id
	FROM voice v JOIN account a ON a.workspace_id = $1 AND a.id = v.account_id
	WHERE v.workspace_id = $1 AND (v.at, v.id) < ($2, $3) AND v.ask_id = '' AND v.what <> 'complaint'
	AND ($4 = '' OR a.owner_id = $4) AND ($5 = '' OR v.account_id = $5) /*seen a*/
	ORDER BY v.at DESC, v.id DESC LIMIT $6`

// Pulses reads the questions that were asked, and the answers that nobody had asked for, the newest first, before a place.
func (t *Tx) Pulses(ctx context.Context, f *OwedFilter, at book.Instant, id book.ID, limit int) ([]VoiceRow, error) {
	rows, err := t.query(ctx, sqlPulses, string(t.ws), int64(at), string(id), string(f.Member), string(f.Account), int64(limit))
	return collect(rows, err, func(r *sqldb.Rows) (v VoiceRow, err error) {
		err = r.Scan(&v.Account, &v.At, &v.Entry, &v.What, &v.Ask, &v.Contact, &v.Owner, &v.By, &v.Question, &v.Pulse, &v.Score, &v.Name, &v.Keeps)
		return v, err
	})
}

const sqlCountComplaints = `SELECT owner_id, COUNT(*) FROM voice
	WHERE workspace_id = $1 AND what = 'complaint' AND at > $2 AND at <= $3 GROUP BY owner_id`

// The same for those who do not see every account: they count what they see.
const sqlCountComplaintsSeen = `SELECT v.owner_id, COUNT(*) FROM voice v
	JOIN account a ON a.workspace_id = $1 AND a.id = v.account_id
	WHERE v.workspace_id = $1 AND v.what = 'complaint' AND v.at > $2 AND v.at <= $3 /*seen a*/ GROUP BY v.owner_id`

// CountComplaints counts the complaints after one instant up to another by who kept the account then, from an index: it costs
// what came in that time.
func (t *Tx) CountComplaints(ctx context.Context, after, upTo book.Instant) (map[book.ID]int, error) {
	query := sqlCountComplaints
	if t.limited() {
		query = sqlCountComplaintsSeen
	}
	out := map[book.ID]int{}
	rows, err := t.query(ctx, query, string(t.ws), int64(after), int64(upTo))
	if err != nil {
		return nil, err
	}
	return out, forEach(rows, func(r *sqldb.Rows) error { return scanCount(r, out) })
}

const (
	sqlDeleteVoices   = `DELETE FROM voice WHERE workspace_id = $1 AND account_id = $2`
	sqlDeleteVoicesOf = `DELETE FROM voice WHERE workspace_id = $1 AND account_id IN (/*ids*/)`
	sqlOrphanVoices   = `DELETE FROM voice WHERE workspace_id = $1 AND NOT EXISTS (
		SELECT 1 FROM account a WHERE a.workspace_id = $1 AND a.id = voice.account_id)`
	sqlCountVoices = `SELECT COUNT(*) FROM voice WHERE workspace_id = $1`
	sqlDropVoices  = `DELETE FROM voice WHERE workspace_id = $1`
)
