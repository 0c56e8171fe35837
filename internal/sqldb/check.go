package sqldb

import (
	"context"
	"fmt"
)

// Check reads the whole of a SQLite file and finds damage: pages that do not hold together, indexes that disagree with
// their tables. On PostgreSQL it does nothing: a file of the server's is the server's to look after.
func (d *DB) Check(ctx context.Context) error {
	if d.engine != SQLite {
		return nil
	}
	return d.Read(ctx, func(tx *Tx) error {
		var verdict string
		if err := tx.QueryRow(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
			return err
		}
		if verdict != "ok" {
			return fmt.Errorf("the file is damaged: %s", verdict)
		}
		return nil
	})
}
