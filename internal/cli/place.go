package cli

import (
	"path/filepath"
	"runtime"
	"strings"

	"passbook/internal/book"
)

// dataFolder is the user's folder for Passbook's files.
func (a *app) dataFolder() (string, error) {
	get := a.env.Getenv
	switch {
	case get("XDG_DATA_HOME") != "":
		return filepath.Join(get("XDG_DATA_HOME"), "passbook"), nil
	case runtime.GOOS == "windows" && get("AppData") != "":
		return filepath.Join(get("AppData"), "passbook"), nil
	case get("HOME") == "":
		return "", book.Errorf(book.Invalid, "no home folder is set, so say with --dsn FILE where the book is")
	case runtime.GOOS == "darwin":
		return filepath.Join(get("HOME"), "Library", "Application Support", "passbook"), nil
	}
	return filepath.Join(get("HOME"), ".local", "share", "passbook"), nil
}

// address is the database's address: --dsn, else PASSBOOK_DSN, else a file in the data folder.
func (a *app) address() (string, error) {
	for _, dsn := range []string{a.dsn, a.env.Getenv("PASSBOOK_DSN")} {
		if strings.TrimSpace(dsn) != "" {
			return dsn, nil
		}
	}
	dir, err := a.dataFolder()
	return filepath.Join(dir, "passbook.db"), err
}

// demoAddress is where the made-up firm lives: in --dsn, else in a book of its own beside the default one, never in
// the user's.
func (a *app) demoAddress() (string, error) {
	if strings.TrimSpace(a.dsn) != "" {
		return a.dsn, nil
	}
	dir, err := a.dataFolder()
	return filepath.Join(dir, "demo.db"), err
}
