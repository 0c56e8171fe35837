package sqldb

import (
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// tongue is a file system of migrations in which every *.sql file reads as one engine needs it; see DB.Migrate.
type tongue struct {
	base   fs.FS
	engine Engine
}

// Open implements fs.FS.
func (t tongue) Open(name string) (fs.File, error) {
	f, err := t.base.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	script, err := localise(string(text), t.engine)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return &engineFile{FileInfo: info, Reader: strings.NewReader(script)}, nil
}

// engineFile is an open file that holds the text of one engine.
type engineFile struct {
	fs.FileInfo
	*strings.Reader
}

func (s *engineFile) Stat() (fs.FileInfo, error) { return s, nil }
func (s *engineFile) Size() int64                { return s.Reader.Size() }
func (s *engineFile) Close() error               { return nil }

// both is the pseudo-engine of lines that belong to either.
const both Engine = "both"

// localise picks and translates the lines of one engine. Lines of the other one become empty, so that the numbers in
// error messages stay right.
func localise(script string, engine Engine) (string, error) {
	lines := strings.Split(script, "\n")
	region := both
	for i, line := range lines {
		text, mark, alone := marker(line)
		owner := region
		switch {
		case mark == "":
		case alone && mark == "goose":
			region = both
			continue
		case alone && (mark == string(both) || mark == string(SQLite) || mark == string(Postgres)):
			region = Engine(mark)
			lines[i] = ""
			continue
		case !alone && (mark == string(SQLite) || mark == string(Postgres)):
			owner = Engine(mark)
			if region != both && region != owner {
				return "", fmt.Errorf("line %d: marked for %s among the lines of %s", i+1, owner, region)
			}
		default:
			return "", fmt.Errorf("line %d: unknown marker %q", i+1, mark)
		}
		switch owner {
		case both:
			lines[i] = translate(text, engine)
		case engine:
			lines[i] = text
		default:
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n"), nil
}

// marker splits a line into its text and the word of the marker at its end, and tells whether there is nothing else
// on it. For a goose annotation the word is "goose".
func marker(line string) (text, word string, alone bool) {
	i := strings.LastIndex(line, "-- +")
	if i < 0 {
		return line, "", false
	}
	text = strings.TrimRight(line[:i], " \t")
	fields := strings.Fields(line[i+len("-- +"):])
	if len(fields) == 0 || len(fields) > 1 && fields[0] != "goose" {
		return line, strings.TrimSpace(line[i:]), text == ""
	}
	return text, fields[0], strings.TrimSpace(text) == ""
}

// words are the common words that an engine spells differently.
func words(engine Engine) map[string]string {
	if engine == SQLite {
		return map[string]string{"BIGINT": "INTEGER"}
	}
	return map[string]string{"REAL": "DOUBLE PRECISION", "BLOB": "BYTEA", "STRICT": ""}
}

// translate replaces the common words outside of quotes and comments.
func translate(line string, engine Engine) string {
	const collation = `COLLATE "C"`
	replace := words(engine)
	var b strings.Builder
	for i := 0; i < len(line); {
		end := i + 1
		switch c := line[i]; {
		case strings.HasPrefix(line[i:], "--"):
			end = len(line)
		case engine == SQLite && strings.HasPrefix(line[i:], collation):
			i += len(collation)
			continue
		case c == '\'' || c == '"':
			end = min(skipTo(line, i+1, string(c))+1, len(line))
		case isWord(c):
			for end < len(line) && isWord(line[end]) {
				end++
			}
			if other, ok := replace[line[i:end]]; ok {
				b.WriteString(other)
				i = end
				continue
			}
		}
		b.WriteString(line[i:end])
		i = end
	}
	return b.String()
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80
}
