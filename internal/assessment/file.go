package assessment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"passbook/internal/book"
	"passbook/internal/store"
)

// blobs makes sure that each file the log speaks of is there, and is what its hash says. Of an erased one the log keeps
// no hash, and nothing is there.
func (v *verifier) blobs(ctx context.Context, tx *store.Tx, entries []book.Entry) error {
	if v.files == nil {
		v.files = map[string]bool{}
	}
	for i := range entries {
		e := &entries[i]
		key := string(e.Account) + " " + e.Words.Hash
		if e.Kind != book.KindAttached || e.Words.Hash == "" || v.files[key] {
			continue
		}
		v.files[key] = true
		b, err := tx.Blob(ctx, e.Account, e.Words.Hash)
		if book.FaultOf(err) == book.NotFound {
			delete(v.files, key)
			v.differ("the file %q of entry %s is not there", e.Words.Text, e.ID)
			continue
		}
		if err != nil {
			return err
		}
		if sum := sha256.Sum256(b.Data); hex.EncodeToString(sum[:]) != e.Words.Hash {
			v.differ("the file %q of entry %s is not what was attached", e.Words.Text, e.ID)
		}
	}
	return nil
}
