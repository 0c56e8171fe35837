package cli

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
)

// writeBackup writes a backup and remembers it, so that an erasure can name it.
func (a *app) writeBackup(ctx context.Context, s *session, path string) error {
	if s.db.Engine() == sqldb.SQLite {
		if err := s.db.Backup(ctx, path); err != nil {
			return fileFault(path, err)
		}
	} else if err := a.archiveAll(ctx, s.Store(), path); err != nil {
		return err
	}
	return s.Store().Write(ctx, s.who.Workspace, func(tx *store.Tx) error { return tx.InsertBackup(ctx, path, s.Now()) })
}

func (a *app) archiveAll(context.Context, *store.Store, string) error {
	return book.Errorf(book.Internal, "no archive yet")
}
