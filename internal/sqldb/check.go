package sqldb

import (
	"context"
	"fmt"
)

// Analyze has PostgreSQL count what its tables hold, so that it plans by that and not by guesses. The server does so by
// itself, but only about a minute after much was written, and until then reads whole tables for single rows; who
// writes much at once asks for it. SQLite plans by what it was told once (guess.go), and there it does nothing.
func (d *DB) Analyze(ctx context.Context) error {
	if d.engine != Postgres {
		return nil
	}
	return d.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, "ANALYZE")
		return err
	})
}

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
