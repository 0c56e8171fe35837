package sqldb_test

import (
	"strings"
	"testing"

	"passbook/internal/sqldb"
)

func TestParseDSN(t *testing.T) {
	for _, c := range []struct {
		dsn    string
		engine sqldb.Engine
		target string
	}{
		{"passbook.db", sqldb.SQLite, "passbook.db"},
		{" /var/lib/passbook/../passbook.db ", sqldb.SQLite, "/var/lib/passbook.db"},
		{"a=b.db", sqldb.SQLite, "a=b.db"},
		{"we?ird#na%me.db", sqldb.SQLite, "we?ird#na%me.db"},
		{"sqlite:x/y.db", sqldb.SQLite, "x/y.db"},
		{"sqlite:///srv/y.db", sqldb.SQLite, "/srv/y.db"},
		{"sqlite://y.db", sqldb.SQLite, "y.db"},
		{"file:y%20z.db", sqldb.SQLite, "y z.db"},
		{"file:///srv/y.db", sqldb.SQLite, "/srv/y.db"},
		{"file://localhost/srv/y.db", sqldb.SQLite, "/srv/y.db"},
		{":memory:", sqldb.SQLite, ":memory:"},
		{"sqlite::memory:", sqldb.SQLite, ":memory:"},
		{"file::memory:", sqldb.SQLite, ":memory:"},
		{"postgres://ada:pw@db.example.com/crm", sqldb.Postgres, "postgres://ada:pw@db.example.com/crm"},
		{"postgresql:///crm?host=/run/pg", sqldb.Postgres, "postgresql:///crm?host=/run/pg"},
		{"host=db.example.com user=ada dbname=crm", sqldb.Postgres, "host=db.example.com user=ada dbname=crm"},
	} {
		engine, target, err := sqldb.ParseDSN(c.dsn)
		if err != nil || engine != c.engine || target != c.target {
			t.Errorf("ParseDSN(%q) = %q, %q, %v; want %q, %q", c.dsn, engine, target, err, c.engine, c.target)
		}
	}
}

func TestParseDSNRefuses(t *testing.T) {
	for _, dsn := range []string{
		"", "  ", "sqlite:", "file:", "a\x00b", "file:x.db?mode=ro", "file://elsewhere.example/x.db", "file:%zz", "file:%00",
		"mysql://ada:hunter2@db.example.com/crm",
		"postgres://ada:hunter2@db.example.com:port/crm",
		"postgres://ada:hun/ter2@db.example.com/crm",
		"postgres://ada:hunter2%zz@db.example.com/crm",
		"host=db.example.com password='hunter2",
		"host=db.example.com password=hunter2 port=no",
	} {
		engine, target, err := sqldb.ParseDSN(dsn)
		if err == nil {
			t.Errorf("ParseDSN(%q) = %q, %q; want an error", dsn, engine, target)
			continue
		}
		for _, part := range []string{"hun", "ter2", "ada", "example"} {
			if strings.Contains(err.Error(), part) {
				t.Errorf("ParseDSN(%q) tells the address: %v", dsn, err)
			}
		}
	}
}

func FuzzParseDSN(f *testing.F) {
	for _, dsn := range []string{"x.db", "file:a%20b", "sqlite::memory:", "postgres://a:b@c.example/d", "host=x password=y", "x://"} {
		f.Add(dsn)
	}
	f.Fuzz(func(t *testing.T, dsn string) {
		engine, target, err := sqldb.ParseDSN(dsn)
		if err != nil {
			return
		}
		if target == "" || (engine != sqldb.SQLite && engine != sqldb.Postgres) {
			t.Fatalf("ParseDSN(%q) = %q, %q", dsn, engine, target)
		}
		if engine == sqldb.Postgres {
			if _, again, err := sqldb.ParseDSN(target); err != nil || again != target {
				t.Fatalf("ParseDSN(%q) = %q, then %q, %v", dsn, target, again, err)
			}
		}
	})
}
