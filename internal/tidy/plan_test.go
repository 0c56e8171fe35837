package tidy_test

import (
	"context"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/testkit"
	"passbook/internal/tidy"
)

// wholeFirm are the statements that may read all rows of a firm in a table, with the reason; a name that ends in * is the
// beginning of many.
var wholeFirm = map[string]string{
	"sqlDrop*": "a firm or its figures are dropped whole", "sqlOrphan*": "verify looks at everything",
	"sqlBeside": "verify looks at everything", "sqlCountBlobs": "verify looks at everything", "sqlTallyNewsWeeks": "verify looks at everything", "sqlAllNewsWeeks": "verify looks at everything", "sqlTally": "verify looks at everything", "sqlMemberEntries": "verify looks at everything",
	"sqlCountEntries": "progress of the long work on all of them", "sqlCountPostings": "progress of the long work on all of them",
	"sqlCountAccounts": "progress of the long work on all of them", "sqlCountAllNews": "rates of all time are asked for by hand",
	"sqlCountAllPromises": "rates of all time are asked for by hand", "sqlCountCases": "rates of all time are asked for by hand", "sqlCountEngagements": "verify looks at everything", "sqlCountPlanned": "verify looks at everything", "sqlCountVoices": "verify looks at everything",
	"sqlDeleteFounding*": "a book that is restored begins from nothing", "sqlDeleteMembers": "a book that is restored begins from nothing",
	"sqlDeleteMemberAddresses": "a book that is restored begins from nothing", "sqlDeletePlaybooks": "a book that is restored begins from nothing",
	"sqlDueThen": "a day of the past is worked out from what was then", "sqlOwingThen": "a day of the past is worked out from what was then",
	"sqlDeleteSightingsOf": "erasing a name finds it wherever it stands", "sqlListAccounts": "its filters and its order choose an index when they are built",
	"sqlNeverMet": "in the order of the index, up to a limit", "sqlStrangers": "suggestions weigh all that was seen",
	"sqlContactNames": "in the order of the index, up to a limit", "sqlSameNames": "by an index that ends with a number of names that are shared",
	"sqlSharedAddresses": "duplicates are looked for among all", "sqlCasesOpen": "the open ones among them", "sqlCasesDue": "the open ones among them", "sqlEngagementsDue": "the open ones among them",
	"sqlPromisesDue": "the open ones among them", "sqlCountTags": "every tag is counted", "sqlFirmEntries": "its index holds few entries", "sqlGuarded": "it ends with the first of its index", "sqlLetters": "in the order of the index, up to a limit", "sqlLettersUncertain": "its index holds those alone, up to a limit",
	"sqlCountSome": "it ends with its bound", "sqlSurvey*": "in the order of the index, up to a bound", "sqlDeposits*": "in the order of the index, up to a bound",
	"sqlAudit": "its filters choose an index when it is built, and it ends with a page", "sqlDoors": "its filters choose an index when it is built, and it ends with a page",
}

// small are the tables that hold few rows of a firm, and what is made within a statement.
var small = map[string]bool{
	"workspace": true, "member": true, "member_address": true, "playbook": true, "run": true, "backup": true, "tombstone": true,
	"job": true, "saved_view": true, "mailbox": true, "login": true, "pass": true, "credential": true, "CONSTANT": true, "found": true, "one": true, "s": true, "f": true,
}

func mayReadAll(name string) bool {
	for pattern := range wholeFirm {
		if start, many := strings.CutSuffix(pattern, "*"); name == pattern || many && strings.HasPrefix(name, start) {
			return true
		}
	}
	return false
}

// walksAll finds the steps of a plan that read a table whole, or all of a firm's rows in it.
var walksAll = regexp.MustCompile(`^(?:SCAN (\w+)|SEARCH (\w+) USING (?:COVERING )?(?:INDEX \w+|PRIMARY KEY) \(workspace_id=\?\))`)

// No statement reads more of a table than it is asked for: each has an index that leads to its rows, on a book that
// nobody has counted the rows of. A list of one is planned apart from longer ones.
func TestStatementsHaveIndexes(t *testing.T) {
	ctx, db := context.Background(), testkit.Open(t, filepath.Join(t.TempDir(), "plans.db"))
	if _, err := db.Migrate(ctx, store.Migrations(), nil); err != nil {
		t.Fatal(err)
	}
	all := statements(t)
	for pattern := range wholeFirm {
		start, many := strings.CutSuffix(pattern, "*")
		known := false
		for name := range all {
			known = known || name == pattern || many && strings.HasPrefix(name, start)
		}
		if !known {
			t.Errorf("%s is excused, and there is no such statement", pattern)
		}
	}
	for name, c := range all {
		if strings.HasSuffix(c.path, "_postgres.go") || strings.HasPrefix(c.text, "INSERT") && !strings.Contains(c.text, "SELECT") {
			continue
		}
		one := strings.Replace(c.text, "/*ids*/", "$"+strconv.Itoa(tidy.Parameters(c.text)+1), 1)
		for _, query := range []string{one, tidy.Expand(c.text)} {
			for _, step := range plan(t, db, query) {
				if m := walksAll.FindStringSubmatch(step); m != nil && !small[m[1]+m[2]] && !mayReadAll(name) {
					t.Errorf("%s: %s", name, step)
				}
			}
		}
	}
}

// plan is how SQLite would run a statement, step by step.
func plan(t *testing.T, db *sqldb.DB, query string) (steps []string) {
	t.Helper()
	ctx := context.Background()
	err := db.Read(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.Query(ctx, "EXPLAIN QUERY PLAN "+query, make([]any, tidy.Parameters(query))...)
		if err != nil {
			return err
		}
		for rows.Next() {
			var id, parent, unused int
			var step string
			if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
				return err
			}
			steps = append(steps, step)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return steps
}
