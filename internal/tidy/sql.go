package tidy

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Statement says what is wrong with a SQL statement by the rules under which one body of SQL runs on both engines and
// can be spread by workspace. It may hold the marks /*ids*/ and /*rows*/ of the store's lists. tables are the tables
// that there are; own are those without a workspace of their own, which may stand without one. Nothing wrong is nil.
//
// Every table that a statement touches, in every subquery, join and arm of a union, must be held to the workspace by
// "workspace_id = $1" as a condition that nothing else can make void; parameters must be numbered in the order in
// which they first appear; and nothing may be used that one of the engines, or a spread database, does not know.
func Statement(query string, tables, own []string) []string {
	l := &linter{tables: tables, own: own}
	tokens := scan(Expand(query))
	l.numbers(tokens)
	l.words(tokens)
	for i, t := range tokens {
		if t == "AS" && i > 0 && i+1 < len(tokens) && tokens[i+1] == "(" && tokens[0] == "WITH" {
			l.made = append(l.made, strings.ToLower(tokens[i-1]))
		}
	}
	l.statement(tokens)
	slices.Sort(l.faults)
	return slices.Compact(l.faults)
}

var (
	idsMark  = regexp.MustCompile(`/\*ids\*/`)
	rowsMark = regexp.MustCompile(`/\*rows\*/`)
	numbered = regexp.MustCompile(`\$(\d+)`)
	columns  = regexp.MustCompile(`(?is)^\s*INSERT INTO \w+ \(([^)]*)\)`)
)

// Expand writes lists as the store does: the members of an IN after all other parameters, and a row for each insert.
func Expand(query string) string {
	highest := max(1, Parameters(query))
	query = idsMark.ReplaceAllString(query, fmt.Sprintf("$$%d,$$%d", highest+1, highest+2))
	if m := columns.FindStringSubmatch(query); m != nil {
		var row []string
		for i := range strings.Split(m[1], ",") {
			row = append(row, "$$"+strconv.Itoa(i+1))
		}
		query = rowsMark.ReplaceAllString(query, "("+strings.Join(row, ",")+")")
	}
	return query
}

// Parameters is the number of parameters of a statement.
func Parameters(query string) int {
	highest := 0
	for _, m := range numbered.FindAllStringSubmatch(query, -1) {
		n, _ := strconv.Atoi(m[1]) // digits
		highest = max(highest, n)
	}
	return highest
}

// scan splits a statement into words, numbers, texts, parameters and signs; comments are left out. Words come in upper
// case, quoted names and texts as they are.
func scan(query string) []string {
	var out []string
	for _, m := range token.FindAllString(query, -1) {
		switch {
		case strings.HasPrefix(m, "--"), strings.HasPrefix(m, "/*"):
		case m[0] == '\'' || m[0] == '"':
			out = append(out, m)
		default:
			out = append(out, strings.ToUpper(m))
		}
	}
	return out
}

var token = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"[^"]*"|\$\d+|[A-Za-z_][A-Za-z_0-9]*|\d+(?:\.\d+)?|::|<>|<=|>=|!=|\|\||@@|[^\s\w]`)

type linter struct {
	tables, own []string
	made        []string // the names that WITH gives to queries
	faults      []string
}

func (l *linter) fault(format string, args ...any) {
	l.faults = append(l.faults, fmt.Sprintf(format, args...))
}

// numbers checks that parameters first appear as $1, $2, $3 and so on: SQLite counts them as they come. What an UPDATE
// sets stands before the workspace of its WHERE, so there $1 may be the later one.
func (l *linter) numbers(tokens []string) {
	seen := 0
	if len(tokens) > 0 && tokens[0] == "UPDATE" {
		seen = 1
	}
	for _, t := range tokens {
		if t == "?" {
			l.fault("a parameter is written ?, not $n")
		}
		if t[0] != '$' {
			continue
		}
		n, err := strconv.Atoi(t[1:])
		switch {
		case err != nil:
			l.fault("%s is no parameter", t)
		case n > seen+1:
			l.fault("$%d appears before $%d", n, seen+1)
			seen = n
		default:
			seen = max(seen, n)
		}
	}
}

// forbidden are words and pairs of words that one of the engines, or a database spread by workspace, does not know or
// takes for something else.
var forbidden = []string{
	"ILIKE", "ROLLUP", "CUBE", "MERGE", "ARRAY", "ANY", "UNNEST", "INTERVAL", "TRIGGER", "ENUM", "SERIAL", "AUTOINCREMENT", "ROWNUM",
	"CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "GLOB", "REGEXP", "IFNULL", "PRAGMA", "RANDOM", "REPLACE", "TRUNCATE", "OFFSET",
	"NOW (", "DISTINCT ON", "GROUPING SETS", "INSERT OR", "FULL JOIN", "FOR UPDATE", "SELECT *", "STRFTIME (", "DATETIME (", "GROUP_CONCAT (",
	"STRING_AGG (",
}

func (l *linter) words(tokens []string) {
	for i, t := range tokens {
		pair := t
		if i+1 < len(tokens) {
			pair += " " + tokens[i+1]
		}
		for _, f := range forbidden {
			if t == f || pair == f {
				l.fault("%s is not for both engines, or not for a spread database", f)
			}
		}
		if t == "::" {
			l.fault(":: is PostgreSQL's alone; write CAST")
		}
	}
}

// statement checks one statement or query. What stands in parentheses and is a query of its own is checked by itself
// and then stands for a value.
func (l *linter) statement(tokens []string) {
	var flat []string
	for i := 0; i < len(tokens); i++ {
		if tokens[i] == "(" && i+1 < len(tokens) && (tokens[i+1] == "SELECT" || tokens[i+1] == "WITH") {
			end := closing(tokens, i)
			l.statement(tokens[i+1 : end])
			flat = append(flat, "(QUERY)")
			i = end
			continue
		}
		flat = append(flat, tokens[i])
	}
	start := 0
	for i, t := range flat {
		if t == "UNION" || t == "EXCEPT" || t == "INTERSECT" {
			l.arm(flat[start:i])
			start = i + 1
			if start < len(flat) && flat[start] == "ALL" {
				start++
			}
		}
	}
	l.arm(flat[start:])
}

// closing is the place of the parenthesis that closes the one at i.
func closing(tokens []string, i int) int {
	depth := 0
	for j := i; j < len(tokens); j++ {
		switch tokens[j] {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return len(tokens)
}

// table is a table in a statement, and what it is called there.
type table struct{ name, alias string }

// arm checks a statement without subqueries.
func (l *linter) arm(tokens []string) {
	if len(tokens) == 0 {
		return
	}
	if tokens[0] == "INSERT" {
		l.insert(tokens)
		return
	}
	found := l.touched(tokens)
	held, loose := l.conditions(tokens)
	if loose && len(found) > 0 {
		l.fault("OR stands beside the workspace's condition and makes it void; put it in parentheses")
	}
	for _, t := range found {
		if slices.Contains(l.own, t.name) {
			continue
		}
		if !slices.Contains(held, t.alias) && (len(found) > 1 || !slices.Contains(held, "")) {
			l.fault("the table %s (%s) is not held to its workspace by workspace_id = $1", t.name, t.alias)
		}
	}
}

// touched are the tables that a statement names: after FROM, JOIN and UPDATE, and after commas between them.
func (l *linter) touched(tokens []string) []table {
	var out []table
	listing := false // within FROM, where a comma brings the next table
	depth := 0
	for i := 0; i < len(tokens); i++ {
		switch t := tokens[i]; {
		case t == "(":
			depth++
		case t == ")":
			depth--
		case depth > 0:
		case t == "FROM" || t == "JOIN" || t == "UPDATE" || t == "," && listing:
			if t == "UPDATE" && i > 0 && tokens[i-1] == "DO" || t == "FROM" && i > 0 && tokens[i-1] == "DISTINCT" {
				continue
			}
			listing = t != "UPDATE"
			if v, ok := l.named(tokens[i+1:]); ok && !slices.Contains(l.made, v.name) {
				out = append(out, v)
			}
		case t == "WHERE" || t == "SET" || t == "GROUP" || t == "ORDER" || t == "HAVING" || t == "LIMIT" || t == "RETURNING" || t == "ON":
			listing = t == "ON" && listing
		}
	}
	return out
}

// named reads a table and its alias; a subquery has neither.
func (l *linter) named(tokens []string) (table, bool) {
	if len(tokens) == 0 || tokens[0] == "(QUERY)" {
		return table{}, false
	}
	name := strings.ToLower(tokens[0])
	if !slices.Contains(l.tables, name) && !slices.Contains(l.made, name) {
		l.fault("%s is no table of the schema", name)
	}
	t := table{name, name}
	rest := tokens[1:]
	if len(rest) > 0 && rest[0] == "AS" {
		rest = rest[1:]
	}
	if len(rest) > 0 && isName.MatchString(rest[0]) && !slices.Contains(reserved, rest[0]) {
		t.alias = strings.ToLower(rest[0])
	}
	return t, true
}

var (
	isName   = regexp.MustCompile(`^[A-Z_][A-Z_0-9]*$`)
	reserved = []string{
		"WHERE", "SET", "JOIN", "LEFT", "INNER", "CROSS", "ON", "GROUP", "ORDER", "HAVING", "LIMIT", "RETURNING", "UNION", "FROM", "USING",
		"VALUES",
	}
)

// conditions finds which aliases are held to the workspace by a condition outside of all parentheses ("" for one
// without an alias), and whether an OR stands there too.
func (l *linter) conditions(tokens []string) (held []string, loose bool) {
	depth, cases := 0, 0
	filtering := false // within WHERE or ON
	for i, t := range tokens {
		switch t {
		case "(":
			depth++
		case ")":
			depth--
		case "CASE":
			cases++
		case "END":
			cases--
		case "WHERE", "ON":
			filtering = true
		case "GROUP", "ORDER", "HAVING", "LIMIT", "RETURNING", "SET", "JOIN":
			filtering = false
		case "OR":
			loose = loose || depth == 0 && cases == 0 && filtering
		case "WORKSPACE_ID":
			if depth > 0 || !filtering || i+2 >= len(tokens) || tokens[i+1] != "=" || tokens[i+2] != "$1" || i > 0 && tokens[i-1] == "NOT" {
				continue
			}
			alias := ""
			if i >= 2 && tokens[i-1] == "." {
				alias = strings.ToLower(tokens[i-2])
			}
			held = append(held, alias)
		}
	}
	return held, loose
}

// insert checks an INSERT: the workspace is the first column and $1 the first value of each row, conflicts are looked
// for within the workspace, and what is updated on one is set to the new values or to constants.
func (l *linter) insert(tokens []string) {
	name := ""
	if len(tokens) > 2 {
		name = strings.ToLower(tokens[2])
	}
	if !slices.Contains(l.tables, name) {
		l.fault("%s is no table of the schema", name)
	}
	text := strings.Join(tokens, " ")
	if slices.Contains(l.own, name) {
		return
	}
	if !strings.HasPrefix(text, "INSERT INTO "+strings.ToUpper(name)+" ( WORKSPACE_ID ,") {
		l.fault("an INSERT into %s does not name workspace_id first", name)
	}
	switch i := slices.Index(tokens, "VALUES"); {
	case i < 0:
		l.fault("an INSERT into %s has no VALUES", name)
	default:
		l.rows(tokens[i+1:], name)
	}
	for i, t := range tokens {
		if t == "CONFLICT" && (i+2 >= len(tokens) || tokens[i+1] != "(" || tokens[i+2] != "WORKSPACE_ID") {
			l.fault("a conflict on %s is not looked for within the workspace", name)
		}
	}
	if i := strings.Index(text, " DO UPDATE SET "); i >= 0 {
		l.upsert(text[i+len(" DO UPDATE SET "):], name)
	}
}

// rows checks that every row of VALUES starts with $1.
func (l *linter) rows(tokens []string, name string) {
	for i := 0; i < len(tokens) && tokens[i] == "("; {
		if i+1 >= len(tokens) || tokens[i+1] != "$1" {
			l.fault("a row for %s does not start with the workspace, $1", name)
		}
		if i = closing(tokens, i) + 1; i >= len(tokens) || tokens[i] != "," {
			return
		}
		i++
	}
}

var newValue = regexp.MustCompile(`^[A-Z_][A-Z_0-9]* = (EXCLUDED \. [A-Z_][A-Z_0-9]*|'[^']*'|-? ?\d+|NULL|\$\d+)$`)

func (l *linter) upsert(text, name string) {
	if i := strings.Index(text, " WHERE "); i >= 0 {
		text = text[:i]
	}
	if i := strings.Index(text, " RETURNING "); i >= 0 {
		text = text[:i]
	}
	for _, set := range strings.Split(text, " , ") {
		if !newValue.MatchString(set) {
			l.fault("on a conflict %s sets %q, which is neither a new value nor a constant", name, strings.ToLower(set))
		}
	}
}
