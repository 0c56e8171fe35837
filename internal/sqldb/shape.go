package sqldb

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// Table describes a table in words that do not depend on the engine, so that two schemas can be compared. Virtual
// tables of SQLite, the tables behind them and the record of migrations are left out.
type Table struct {
	Name        string
	Columns     []Column // in the order of their creation
	PrimaryKey  []string // columns, in the key's order
	Indexes     []Index  // all but the primary key's, ordered by name and columns
	ForeignKeys []ForeignKey
}

// Column is a column of a table. Type is TEXT, BIGINT, REAL or BLOB, or what the engine calls it if it is none of
// these. Columns of the primary key count as NOT NULL.
type Column struct {
	Name    string
	Type    string
	NotNull bool
}

// Index is an index. Name is empty when it belongs to a UNIQUE clause, since engines name these by themselves.
// Columns holds "(expression)" in place of each expression, and " DESC" after a name that is ordered downwards.
type Index struct {
	Name    string
	Unique  bool
	Partial bool
	Columns []string
}

// ForeignKey is a reference from Columns to RefColumns of the table RefTable. OnDelete is "CASCADE", "NO ACTION" and
// so on.
type ForeignKey struct {
	Columns    []string
	RefTable   string
	RefColumns []string
	OnDelete   string
}

// Shape reads the schema from the catalogue of the database (on PostgreSQL: of its first schema), tables by name.
func (d *DB) Shape(ctx context.Context) (tables []Table, err error) {
	err = d.Read(ctx, func(tx *Tx) (err error) {
		tables, err = shapeOf(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	return tables, nil
}

func shapeOf(ctx context.Context, tx *Tx) ([]Table, error) {
	names, err := tableNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	var tables []Table
	for _, name := range names {
		if name == versionTable {
			continue
		}
		table, err := readTable(ctx, tx, name)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", name, err)
		}
		tables = append(tables, table)
	}
	return tables, nil
}

// catalogue holds the queries about one engine's catalogue. All but tables take the table's name. Lists of columns
// are joined by ",".
type catalogue struct {
	tables  string // name
	columns string // name, type, not null, position in the primary key or 0
	indexes string // name or "", unique, partial, columns
	keys    string // columns, referenced table, referenced columns, action on delete
}

var catalogues = map[Engine]catalogue{ //nolint:gochecknoglobals // a constant, if Go had constant maps
	SQLite: {
		tables: `SELECT name FROM pragma_table_list
WHERE schema = 'main' AND type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name`,
		columns: `SELECT name, upper(type), "notnull", pk FROM pragma_table_info($1) ORDER BY cid`,
		indexes: `SELECT CASE il.origin WHEN 'u' THEN '' ELSE il.name END, il."unique", il.partial,
  (SELECT group_concat(CASE WHEN x.cid = -2 THEN '(expression)' ELSE x.name END || CASE x."desc" WHEN 1 THEN ' DESC' ELSE '' END,
     ',' ORDER BY x.seqno) FROM pragma_index_xinfo(il.name) x WHERE x.key = 1)
FROM pragma_index_list($1) il WHERE il.origin <> 'pk'`,
		keys: `SELECT group_concat(f."from", ',' ORDER BY f.seq), f."table", group_concat(COALESCE(f."to", ''), ',' ORDER BY f.seq),
  f.on_delete FROM pragma_foreign_key_list($1) f GROUP BY f.id, f."table", f.on_delete`,
	},
	Postgres: {
		tables: `SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema() ORDER BY tablename COLLATE "C"`,
		columns: `SELECT a.attname, upper(pg_catalog.format_type(a.atttypid, a.atttypmod)), CAST(a.attnotnull AS INTEGER),
  COALESCE(array_position(CAST(k.conkey AS SMALLINT[]), a.attnum), 0)
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relnamespace = CAST(current_schema() AS REGNAMESPACE)
LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
WHERE c.relname = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
		indexes: `SELECT CASE WHEN u.oid IS NULL THEN i.relname ELSE '' END, CAST(x.indisunique AS INTEGER), CAST(x.indpred IS NOT NULL AS INTEGER),
  (SELECT string_agg(COALESCE(a.attname, '(expression)') || CASE WHEN x.indoption[n - 1] & 1 = 1 THEN ' DESC' ELSE '' END, ',' ORDER BY n)
   FROM generate_series(1, x.indnkeyatts) n
   LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[n - 1] AND a.attnum > 0)
FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_class c ON c.oid = x.indrelid AND c.relnamespace = CAST(current_schema() AS REGNAMESPACE)
LEFT JOIN pg_catalog.pg_constraint u ON u.conindid = i.oid AND u.contype = 'u'
WHERE c.relname = $1 AND NOT x.indisprimary`,
		keys: `SELECT
  (SELECT string_agg(a.attname, ',' ORDER BY p.n) FROM unnest(k.conkey) WITH ORDINALITY p(num, n)
   JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.num),
  r.relname,
  (SELECT string_agg(a.attname, ',' ORDER BY p.n) FROM unnest(k.confkey) WITH ORDINALITY p(num, n)
   JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = p.num),
  CASE k.confdeltype WHEN 'a' THEN 'NO ACTION' WHEN 'c' THEN 'CASCADE' WHEN 'r' THEN 'RESTRICT' WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid AND c.relnamespace = CAST(current_schema() AS REGNAMESPACE)
WHERE c.relname = $1 AND k.contype = 'f'`,
	},
}

func tableNames(ctx context.Context, tx *Tx) ([]string, error) {
	var names []string
	err := each(ctx, tx, catalogues[tx.engine].tables, nil, func(rows *Rows) error {
		var name string
		err := rows.Scan(&name)
		names = append(names, name)
		return err
	})
	return names, err
}

func readTable(ctx context.Context, tx *Tx, name string) (Table, error) {
	t := Table{Name: name}
	q := catalogues[tx.engine]
	key := map[int64]string{}
	err := each(ctx, tx, q.columns, []any{name}, func(rows *Rows) error {
		var c Column
		var notNull, position int64
		if err := rows.Scan(&c.Name, &c.Type, &notNull, &position); err != nil {
			return err
		}
		c.Type, c.NotNull = commonType(tx.engine, c.Type), notNull != 0 || position > 0
		if position > 0 {
			key[position] = c.Name
		}
		t.Columns = append(t.Columns, c)
		return nil
	})
	if err != nil {
		return t, err
	}
	for n := int64(1); n <= int64(len(key)); n++ {
		t.PrimaryKey = append(t.PrimaryKey, key[n])
	}
	if t.Indexes, err = readIndexes(ctx, tx, q.indexes, name); err != nil {
		return t, err
	}
	t.ForeignKeys, err = readForeignKeys(ctx, tx, q.keys, name)
	return t, err
}

func readIndexes(ctx context.Context, tx *Tx, query, table string) ([]Index, error) {
	var list []Index
	err := each(ctx, tx, query, []any{table}, func(rows *Rows) error {
		var i Index
		var unique, partial int64
		var columns string
		if err := rows.Scan(&i.Name, &unique, &partial, &columns); err != nil {
			return err
		}
		i.Unique, i.Partial, i.Columns = unique != 0, partial != 0, strings.Split(columns, ",")
		list = append(list, i)
		return nil
	})
	slices.SortFunc(list, func(a, b Index) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), slices.Compare(a.Columns, b.Columns))
	})
	return list, err
}

func readForeignKeys(ctx context.Context, tx *Tx, query, table string) ([]ForeignKey, error) {
	var list []ForeignKey
	err := each(ctx, tx, query, []any{table}, func(rows *Rows) error {
		var f ForeignKey
		var from, to string
		if err := rows.Scan(&from, &f.RefTable, &to, &f.OnDelete); err != nil {
			return err
		}
		f.Columns, f.RefColumns = strings.Split(from, ","), strings.Split(to, ",")
		list = append(list, f)
		return nil
	})
	slices.SortFunc(list, func(a, b ForeignKey) int {
		return cmp.Or(slices.Compare(a.Columns, b.Columns), cmp.Compare(a.RefTable, b.RefTable))
	})
	return list, err
}

// each calls fn for every row of a query.
func each(ctx context.Context, tx *Tx, query string, args []any, fn func(*Rows) error) error {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// commonType maps the engines' words for the four types that Passbook uses to one. PostgreSQL's INTEGER stays what it
// is: it is only half as wide as SQLite's.
func commonType(engine Engine, name string) string {
	switch {
	case engine == SQLite && name == "INTEGER":
		return "BIGINT"
	case name == "DOUBLE PRECISION":
		return "REAL"
	case name == "BYTEA":
		return "BLOB"
	}
	return name
}
