package store

import "strings"

const (
	sqlPeoplePostgres = `SELECT id, kind, account_id FROM search
	WHERE workspace_id = $1 AND kind <> 'entry' AND to_tsvector('simple', body) @@ to_tsquery('simple', $2) LIMIT $3`
	sqlWordsPostgres = `SELECT id, kind, account_id FROM search
	WHERE workspace_id = $1 AND kind = 'entry' AND to_tsvector('simple', body) @@ to_tsquery('simple', $2) /*mine search*/ LIMIT $3`
)

// matchPostgres asks for every word, the last as a prefix when that is wanted. Terms hold letters and digits only, so
// no operator can slip in.
func matchPostgres(terms []string, prefix bool) string {
	match := strings.Join(terms, " & ")
	if prefix {
		match += ":*"
	}
	return match
}
