package assessment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"

	"passbook/internal/book"
	"passbook/internal/store"
)

// digest hashes the history of a book: every entry in order of id, without where it came from, and its postings. Two
// books that tell the same history by the same tariff have the same digest, whatever workspace and engine they are on.
type digest struct {
	hash       hash.Hash
	onAccounts int // entries that stand on an account
}

func newDigest() *digest { return &digest{hash: sha256.New()} }

// canonical is an entry as it is hashed. Nothing may be added to it that an export and an import would not keep.
type canonical struct {
	ID       book.ID     `json:"id"`
	Account  book.ID     `json:"account"`
	Subject  book.ID     `json:"subject"`
	At       int64       `json:"at"` // microseconds
	Kind     book.Kind   `json:"kind"`
	By       book.ID     `json:"by"`
	Facts    *book.Facts `json:"facts"`
	Words    *book.Words `json:"words"`
	Voided   bool        `json:"voided"`
	Postings [][2]any    `json:"postings"` // hundredths, why
}

// add hashes one entry.
func (d *digest) add(e *book.Entry, postings []store.Posting) error {
	c := canonical{
		ID: e.ID, Account: e.Account, Subject: e.Subject, At: int64(e.At), Kind: e.Kind, By: e.By,
		Facts: &e.Facts, Words: &e.Words, Voided: e.VoidedBy != "",
	}
	for _, p := range postings {
		c.Postings = append(c.Postings, [2]any{int64(p.Points), p.Why})
	}
	line, err := json.Marshal(&c)
	if err != nil {
		return err
	}
	d.hash.Write(append(line, '\n'))
	if e.Account != "" {
		d.onAccounts++
	}
	return nil
}

func (d *digest) sum() string { return hex.EncodeToString(d.hash.Sum(nil)) }

// logPage is the number of entries that are hashed together.
const logPage = 1000

// log hashes the whole log; done is handed the entries of each page. survivors says which account stands for those
// merged away: the postings of their entries are the survivor's.
func (d *digest) log(ctx context.Context, tx *store.Tx, survivors map[book.ID]book.ID, done func(entries []book.Entry) error) error {
	after := book.ID("")
	for {
		entries, err := tx.EntryPage(ctx, after, logPage)
		if err != nil || len(entries) == 0 {
			return err
		}
		upTo := entries[len(entries)-1].ID
		postings, err := tx.PostingsOfLog(ctx, after, upTo)
		if err != nil {
			return err
		}
		by := make(map[book.ID][]store.Posting, len(postings))
		for _, p := range postings {
			by[p.Entry] = append(by[p.Entry], p)
		}
		for i := range entries {
			e := &entries[i]
			if root, merged := survivors[e.Account]; merged {
				if by[e.ID], err = postingsOf(ctx, tx, root, e); err != nil {
					return err
				}
			}
			if err := d.add(e, by[e.ID]); err != nil {
				return err
			}
		}
		if err := done(entries); err != nil {
			return err
		}
		after = upTo
	}
}

// postingsOf reads the postings of one entry on the account that it counts for.
func postingsOf(ctx context.Context, tx *store.Tx, root book.ID, e *book.Entry) ([]store.Posting, error) {
	near, err := tx.PostingsBetween(ctx, root, e.At, e.At)
	var out []store.Posting
	for _, p := range near {
		if p.Entry == e.ID {
			out = append(out, p)
		}
	}
	return out, err
}

// Digest hashes the history as the transaction sees it, without folding it again: Verify says whether what is stored is
// right, this says which history it is. progress is told how many entries are done; it may be nil.
func Digest(ctx context.Context, tx *store.Tx, progress func(entries int)) (string, error) {
	survivors, err := tx.Survivors(ctx)
	if err != nil {
		return "", err
	}
	d, done := newDigest(), 0
	err = d.log(ctx, tx, survivors, func(entries []book.Entry) error {
		if done += len(entries); progress != nil {
			progress(done)
		}
		return nil
	})
	return d.sum(), err
}
