package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

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

// computerZone is the IANA name of the computer's time zone, where it tells a place. A computer on UTC, as servers and
// containers are, says nothing of where the firm is.
func computerZone() string {
	link, _ := os.Readlink("/etc/localtime") // "" where there is none, as on Windows
	_, linked, _ := strings.Cut(filepath.ToSlash(link), "zoneinfo/")
	written, _ := os.ReadFile("/etc/timezone") // Debian's
	return placeOf(os.Getenv("TZ"), linked, strings.TrimSpace(string(written)))
}

// placeOf is the first name of a zone that is one and tells a place.
func placeOf(names ...string) string {
	for _, name := range names {
		name = strings.TrimPrefix(name, ":")
		if strings.ContainsRune(name, '/') && !strings.HasPrefix(name, "Etc/") && !strings.HasPrefix(name, "/") {
			if _, err := time.LoadLocation(name); err == nil {
				return name
			}
		}
	}
	return ""
}

// address is the database's address: --dsn, else PASSBOOK_DSN, else what a configuration says, else a file in the data
// folder.
func (a *app) address() (string, error) {
	for _, dsn := range []string{a.dsn, a.env.Getenv("PASSBOOK_DSN"), a.fileDSN} {
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
