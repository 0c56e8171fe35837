package store_test

import (
	"context"
	"strings"
	"testing"

	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/testkit"
)

// What keeps the book from being written is told in words that a person can act on, and the engine's own error stays
// beneath for the log.
func TestTroubleIsPlain(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx := context.Background()
		b := testkit.NewBook(t, db)
		err := b.Store().Read(ctx, b.Ana.Workspace, func(tx *store.Tx) error {
			return tx.DeleteRelation(ctx, "none")
		})
		if words := book.Message(err); book.FaultOf(err) != book.Internal || !strings.Contains(words, "only be read") {
			t.Errorf("a write in a reading: %v, said as %q", err, words)
		}
	})
}
