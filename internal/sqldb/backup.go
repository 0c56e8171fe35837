package sqldb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Backup writes a compact, consistent copy of a SQLite database to a new file at path, readable by its owner only.
// Reads and writes go on meanwhile. When it returns nil the copy is on the disk; otherwise nothing is left at path.
// A file that exists is never overwritten: the error is then one of fs.ErrExist.
//
// On PostgreSQL it returns ErrNoFileBackup.
func (d *DB) Backup(ctx context.Context, path string) (err error) {
	if d.engine != SQLite {
		return ErrNoFileBackup
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("back up to %s: %w", path, err)
		}
	}()
	// SQLite accepts an empty file, which lets us choose its permissions.
	return newFile(path, func(tmp *os.File) error {
		if err := d.be.copyTo(ctx, tmp.Name()); err != nil {
			return withContext(ctx, err)
		}
		return nil
	})
}

// unfinished is what a backup is called until it is whole.
const unfinished = ".backup-*"

// oldAfter is when an unfinished backup is nobody's work any more.
const oldAfter = 24 * time.Hour

// dropOld removes what backups left that were killed, a journal of SQLite's among it, beside a new one, which says what the
// time is by the clock of the disk.
func dropOld(fresh *os.File) {
	now, err := fresh.Stat()
	found, _ := filepath.Glob(filepath.Join(filepath.Dir(fresh.Name()), unfinished)) // the pattern is a constant
	for _, path := range found {
		if info, lerr := os.Lstat(path); err == nil && lerr == nil && info.Mode().IsRegular() && now.ModTime().Sub(info.ModTime()) > oldAfter {
			_ = os.Remove(path) // it is tried again with the next backup
		}
	}
}

// leftBeside is what SQLite may leave of a file it could not write whole: the file itself, and what it keeps beside it.
var leftBeside = []string{"", "-journal", "-wal", "-shm"}

// newFile has fill write a file and gives it its name when it is whole and on the disk.
func newFile(path string, fill func(*os.File) error) (err error) {
	if path, err = filepath.Abs(path); err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist // found again by the link in publish; looking first saves the work
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), unfinished)
	if err != nil {
		return err
	}
	dropOld(tmp)
	defer func() {
		for _, beside := range leftBeside {
			if rerr := os.Remove(tmp.Name() + beside); err == nil && !errors.Is(rerr, fs.ErrNotExist) {
				err = rerr
			}
		}
	}()
	if err := errors.Join(fill(tmp), tmp.Close()); err != nil {
		return err
	}
	if err := SyncPath(tmp.Name()); err != nil {
		return err
	}
	return publish(tmp.Name(), path)
}

// publish gives a finished file its name. A link, unlike a rename, never replaces what somebody has put there
// meanwhile; file systems without links get the rename.
func publish(tmp, path string) error {
	if err := os.Link(tmp, path); err != nil {
		if _, lerr := os.Lstat(path); lerr == nil {
			return fs.ErrExist
		}
		if err := os.Rename(tmp, path); err != nil {
			return err
		}
	}
	if err := SyncPath(filepath.Dir(path)); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// SyncPath makes a file, or the names in a folder, survive a power cut.
func SyncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
