package sqldb

import (
	"errors"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
)

// memoryPath is the normalised target of a scratch database.
const memoryPath = ":memory:"

var (
	errEmptyDSN = errors.New("the database address is empty")
	errNulDSN   = errors.New("the database address holds a NUL byte")
	errFileDSN  = errors.New("the file: address of the database is malformed, or carries parameters (Passbook sets its own)")
	// The reason is withheld on purpose: an address that does not parse may show a part of its password anywhere.
	errPostgresDSN = errors.New("the PostgreSQL address is malformed (its text is withheld because it may hold a " +
		"password; special characters in a password must be percent-encoded)")
)

// keyValueDSN finds the key=value form by its first key, so that a file named a=b stays a file.
var keyValueDSN = regexp.MustCompile(`^\s*(host|hostaddr|port|user|password|passfile|dbname|database|service|servicefile|` +
	`sslmode|sslrootcert|sslcert|sslkey|application_name|connect_timeout|target_session_attrs)\s*=`)

var schemeDSN = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*)://`)

// ParseDSN tells the engine that a database address means and returns the address in the form that Open uses.
//
//	passbook.db, /var/lib/passbook/passbook.db   a SQLite file
//	sqlite:PATH, sqlite://PATH, file:PATH        a SQLite file (file: is percent-decoded and takes no parameters)
//	:memory:, sqlite::memory:, file::memory:     a private scratch database that is gone after Close
//	postgres://…, postgresql://…                 PostgreSQL
//	host=… user=… dbname=…                       PostgreSQL, key=value form, starting with a known key
//
// For SQLite the result is the cleaned path or ":memory:", for PostgreSQL the address as it was given, without
// surrounding space: it may hold a password and must not be printed. Errors hold no part of dsn.
func ParseDSN(dsn string) (Engine, string, error) {
	trimmed := strings.TrimSpace(dsn)
	switch {
	case trimmed == "":
		return "", "", errEmptyDSN
	case strings.ContainsRune(dsn, 0):
		return "", "", errNulDSN
	case keyValueDSN.MatchString(trimmed):
		return parsePostgres(trimmed)
	}
	if scheme := schemeDSN.FindStringSubmatch(trimmed); scheme != nil {
		switch strings.ToLower(scheme[1]) {
		case "postgres", "postgresql":
			return parsePostgres(trimmed)
		case "sqlite":
			return parsePath(trimmed[len("sqlite://"):])
		case "file":
			return parseFile(trimmed[len("file:"):])
		}
		return "", "", errors.New("the database address has an unknown scheme; use a path, or one of sqlite:, file:, postgres: before it")
	}
	if rest, ok := strings.CutPrefix(trimmed, "sqlite:"); ok {
		return parsePath(rest)
	}
	if rest, ok := strings.CutPrefix(trimmed, "file:"); ok {
		return parseFile(rest)
	}
	return parsePath(trimmed)
}

// Redacted is a database's address without its password, fit for a screen; one that does not parse shows nothing.
func Redacted(dsn string) string {
	engine, target, err := ParseDSN(dsn)
	if err != nil {
		return ""
	}
	if engine == SQLite {
		return target
	}
	cfg, err := pgConfig(target)
	if err != nil {
		return ""
	}
	return pgAddress(cfg)
}

func parsePath(path string) (Engine, string, error) {
	if path == "" {
		return "", "", errEmptyDSN
	}
	if path == memoryPath {
		return SQLite, memoryPath, nil
	}
	return SQLite, filepath.Clean(path), nil
}

func parseFile(rest string) (Engine, string, error) {
	if after, ok := strings.CutPrefix(rest, "//"); ok {
		// Between the slashes stands a host; only this machine's own names make sense.
		if after, ok = strings.CutPrefix(strings.TrimPrefix(after, "localhost"), "/"); !ok {
			return "", "", errFileDSN
		}
		rest = "/" + after
	}
	if strings.ContainsAny(rest, "?#") {
		return "", "", errFileDSN
	}
	path, err := url.PathUnescape(rest)
	if err != nil || strings.ContainsRune(path, 0) {
		return "", "", errFileDSN
	}
	return parsePath(path)
}

func parsePostgres(dsn string) (Engine, string, error) {
	if _, err := pgx.ParseConfig(dsn); err != nil {
		return "", "", errPostgresDSN
	}
	return Postgres, dsn, nil
}
