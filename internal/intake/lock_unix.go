//go:build unix

package intake

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"passbook/internal/book"
)

// lockFile is held by the server that works in the folder. The system lets go of it when that server ends, however it ends.
const lockFile = ".lock"

// take tries to have a folder for this server alone; nil where another one has it.
func takeFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		cerr := f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, cerr
		}
		return nil, errors.Join(err, cerr)
	}
	return f, nil
}

// private makes a folder that nobody else may enter, or refuses one that is another's: what lies in it is a firm's clients.
func private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return unusable(err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return unusable(err)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return book.Errorf(book.Invalid, "the folder for uploads, %s, is a link to another one; name that one itself (uploads)", dir)
	case !ok || int(owner.Uid) != os.Geteuid():
		return book.Errorf(book.Invalid, "the folder for uploads, %s, belongs to somebody else; name another one (uploads)", dir)
	case info.Mode().Perm()&0o077 != 0:
		if err := os.Chmod(dir, 0o700); err != nil {
			return unusable(err)
		}
	}
	return nil
}
