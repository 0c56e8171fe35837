package sqldb

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"strconv"
	"strings"
)

// A dump is a gzip file of lines of JSON that knows no noun: dumpHead, then for each table a dumpTable and its rows, each a
// list in the order of the table's columns, and at the end a dumpEnd. A row holds text as text, whole numbers as numbers,
// fractions and bytes as text (so that no bit of them is lost), and null.
type dumpHead struct {
	Passbook string `json:"passbook"` // dumpMark
	Schema   int64  `json:"schema"`
	Engine   Engine `json:"engine"` // that it was taken from; for people who look into it
}

type dumpTable struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
	Types   []string `json:"types"` // of Column.Type
}

type dumpEnd struct {
	Rows int64 `json:"rows"`
}

const dumpMark = "rows of every table"

// Dump writes every row of every table to a new file at path, readable by its owner only, as one snapshot has them. It asks
// the catalogue which tables and columns there are, so that it reads a schema of any age, also one that this program has no
// statements for any more. Virtual tables are left out. A file that exists is never overwritten (fs.ErrExist); when an error
// is returned nothing is left at path.
func (d *DB) Dump(ctx context.Context, path string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write the rows to %s: %w", path, err)
		}
	}()
	return newFile(path, func(tmp *os.File) error {
		schema, err := d.SchemaVersion(ctx)
		if err != nil {
			return err
		}
		return d.Read(ctx, func(tx *Tx) error {
			if err := errors.Join(tmp.Truncate(0), rewind(tmp)); err != nil { // the read may be begun again
				return err
			}
			zip := gzip.NewWriter(tmp)
			out := json.NewEncoder(zip)
			out.SetEscapeHTML(false)
			if err := out.Encode(dumpHead{dumpMark, schema, d.engine}); err != nil {
				return err
			}
			if err := dumpAll(ctx, tx, out); err != nil {
				return err
			}
			return zip.Close()
		})
	})
}

func rewind(f *os.File) error {
	_, err := f.Seek(0, io.SeekStart)
	return err
}

func dumpAll(ctx context.Context, tx *Tx, out *json.Encoder) error {
	tables, err := shapeOf(ctx, tx)
	if err != nil {
		return err
	}
	var end dumpEnd
	for _, t := range tables {
		head := dumpTable{Table: t.Name}
		for _, c := range t.Columns {
			head.Columns, head.Types = append(head.Columns, c.Name), append(head.Types, c.Type)
		}
		if err := out.Encode(head); err != nil {
			return err
		}
		row, dest := make([]any, len(t.Columns)), make([]any, len(t.Columns))
		for i := range row {
			dest[i] = &row[i]
		}
		err := each(ctx, tx, "SELECT "+names(head.Columns)+" FROM "+quoted(t.Name), nil, func(rows *Rows) error {
			if err := rows.Scan(dest...); err != nil {
				return err
			}
			for i, v := range row {
				switch v := v.(type) {
				case float64:
					row[i] = strconv.FormatFloat(v, 'g', -1, 64)
				case []byte:
					row[i] = base64.StdEncoding.EncodeToString(v) // not left to json, to which an empty one may be null
				}
			}
			end.Rows++
			return out.Encode(row)
		})
		if err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	return out.Encode(end)
}

// IsDump tells whether a file begins as one of Dump's does.
func IsDump(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	_, _, err = openDump(f)
	return err == nil
}

// errNoDump is of a file that is none, or is cut short or damaged before anything of it was read.
var errNoDump = errors.New("the file holds no rows of a book")

func openDump(r io.Reader) (*json.Decoder, dumpHead, error) {
	var head dumpHead
	zip, err := gzip.NewReader(bufio.NewReader(r))
	if err != nil {
		return nil, head, errNoDump
	}
	in := json.NewDecoder(zip)
	in.UseNumber()
	if err := in.Decode(&head); err != nil || head.Passbook != dumpMark || head.Schema < 1 {
		return nil, head, errNoDump
	}
	return in, head, nil
}

// Load brings an empty database to the schema that the dump at path is of, by the migrations in fsys, and fills its tables
// with the dump's rows, all in one transaction; Migrate goes on from there. leave names tables that stay empty, such as
// those beside which an engine keeps a virtual one. A dump of a schema that fsys does not know is a *NewerError.
func (d *DB) Load(ctx context.Context, path string, fsys fs.FS, leave ...string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("read the rows of %s: %w", path, err)
		}
	}()
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, head, err := openDump(f)
	if err != nil {
		return err
	}
	if have, err := d.SchemaVersion(ctx); err != nil || have != 0 && have != head.Schema {
		return errors.Join(err, fmt.Errorf("the database has the schema %d, the rows are of %d", have, head.Schema))
	}
	if _, err := d.migrateTo(ctx, fsys, head.Schema, nil); err != nil {
		return err
	}
	skip := make(map[string]bool, len(leave))
	for _, name := range leave {
		skip[name] = true
	}
	return d.Write(ctx, func(tx *Tx) error {
		if err := rewind(f); err != nil {
			return err
		}
		in, _, err := openDump(f)
		if err != nil {
			return err
		}
		return (&loading{in: in, tx: tx, skip: skip}).run(ctx)
	})
}

// loading reads the lines of a dump into tables.
type loading struct {
	in   *json.Decoder
	tx   *Tx
	skip map[string]bool

	table dumpTable
	args  []any // of the rows that wait to be inserted
	rows  int64
}

// loadRows are the rows of one INSERT: enough that a server across a network is not asked for each.
const loadRows = 64

func (l *loading) run(ctx context.Context) error {
	shape, err := shapeOf(ctx, l.tx)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, t := range shape {
		known[t.Name] = true
		if _, err := l.tx.Exec(ctx, "DELETE FROM "+quoted(t.Name)); err != nil { // what the migrations put there
			return err
		}
	}
	for {
		var line json.RawMessage
		if err := l.in.Decode(&line); err != nil { // the end is a line, so the end of the file is none
			return errors.New("the file is cut short or damaged after row " + strconv.FormatInt(l.rows, 10) + ": " + err.Error())
		}
		if line[0] == '[' {
			if err := l.row(ctx, line); err != nil {
				return fmt.Errorf("table %s, row %d of the file: %w", l.table.Table, l.rows, err)
			}
			continue
		}
		if err := l.flush(ctx); err != nil {
			return err
		}
		var next struct {
			dumpTable
			Rows *int64 `json:"rows"`
		}
		switch err := json.Unmarshal(line, &next); {
		case err != nil:
			return err
		case next.Rows != nil && *next.Rows != l.rows:
			return fmt.Errorf("%d rows were read of %d", l.rows, *next.Rows)
		case next.Rows != nil:
			return nil
		case !known[next.Table] || len(next.Columns) == 0 || len(next.Columns) != len(next.Types):
			return fmt.Errorf("there is no table %q in this schema", next.Table)
		}
		l.table = next.dumpTable
	}
}

func (l *loading) row(ctx context.Context, line json.RawMessage) error {
	l.rows++
	var row []any
	in := json.NewDecoder(strings.NewReader(string(line)))
	in.UseNumber()
	if err := in.Decode(&row); err != nil {
		return err
	}
	if len(row) != len(l.table.Columns) || len(row) == 0 {
		return fmt.Errorf("%d values for %d columns", len(row), len(l.table.Columns))
	}
	if l.skip[l.table.Table] {
		return nil
	}
	for i, v := range row {
		v, err := loaded(v, l.table.Types[i])
		if err != nil {
			return fmt.Errorf("%s: %w", l.table.Columns[i], err)
		}
		l.args = append(l.args, v)
	}
	if len(l.args) < loadRows*len(row) {
		return nil
	}
	return l.flush(ctx)
}

// loaded is a value of a line as the column takes it.
func loaded(v any, kind string) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case json.Number:
		return v.Int64()
	case string:
		switch kind {
		case "REAL":
			f, err := strconv.ParseFloat(v, 64)
			if math.IsNaN(f) {
				err = errors.New("not a number")
			}
			return f, err
		case "BLOB":
			return base64.StdEncoding.DecodeString(v)
		}
		return v, nil
	}
	return nil, fmt.Errorf("%T is no value of a row", v)
}

// flush inserts the rows that wait.
func (l *loading) flush(ctx context.Context) error {
	if len(l.args) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("INSERT INTO " + quoted(l.table.Table) + " (" + names(l.table.Columns) + ") VALUES ")
	for n := range l.args {
		switch {
		case n == 0:
			b.WriteByte('(')
		case n%len(l.table.Columns) == 0:
			b.WriteString("),(")
		default:
			b.WriteByte(',')
		}
		b.WriteString("$" + strconv.Itoa(n+1))
	}
	b.WriteByte(')')
	_, err := l.tx.Exec(ctx, b.String(), l.args...)
	clear(l.args)
	l.args = l.args[:0]
	return err
}

// quoted is a name of a table or column as both engines take it.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func names(columns []string) string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = quoted(c)
	}
	return strings.Join(out, ", ")
}
