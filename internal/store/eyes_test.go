package store

import (
	"testing"

	"pgregory.net/rapid"

	"passbook/internal/book"
	"passbook/internal/tidy"
)

func anyEyes(r *rapid.T) book.Eyes {
	ids := func(what string, least int) []book.ID {
		n := rapid.IntRange(least, 20).Draw(r, what)
		out := make([]book.ID, n)
		for i := range out {
			out[i] = book.ID(rapid.StringMatching(`[a-z]{3}`).Draw(r, what))
		}
		return out
	}
	return book.Eyes{Member: "me", Teams: rapid.Bool().Draw(r, "teams"), Own: ids("own", 1), Mates: ids("mates", 0)}
}

// However somebody sees, a narrowed statement keeps the rules of all statements, and its arguments are as many as its
// parameters.
func TestNarrowedStatementsKeepTheRules(t *testing.T) {
	tables := []string{"account", "promise", "client_case", "engagement", "news", "voice", "contact", "account_contact", "search", "account_tag", "search_fts_words", "posting"}
	queries := []string{
		sqlAccountPage, sqlCountAccounts, sqlAccountsByName, sqlAccountsCalled, sqlPromisesDue, sqlCasesDue, sqlEngagementsDue, sqlEngagementsListed, sqlEngagementsOpen, sqlCasesOpen, sqlCasesSolved, sqlNewsWeeksSeen, sqlDueThen, sqlDueRows, sqlDueRowsAll, sqlDueRowsKept, sqlDueRowsFirm, sqlNextDue,
		sqlNextDueAll, sqlCountDue, sqlCountDueAll, sqlNamedAccounts, sqlCountNewsSeen, sqlCountPromisesSeen, sqlPulses, sqlCountComplaintsSeen, sqlWordsPostgres, sqlWordsSQLite,
		withIDs(sqlBirthdays, 3, 8), sqlCountSome, sqlSurveyRich, sqlSurveyPoor, sqlSurveyOf, sqlDepositsRich, sqlDepositsPoor, sqlDepositsOf,
	}
	rapid.Check(t, func(r *rapid.T) {
		tx := (&Tx{ws: "acme"}).SeenBy(anyEyes(r))
		query := rapid.SampledFrom(queries).Draw(r, "statement")
		given := make([]any, tidy.Parameters(query))
		narrow, args := tx.narrow(query, given...)
		for _, fault := range tidy.Statement(narrow, tables, []string{"search_fts_words"}) {
			r.Errorf("%s\n%s", narrow, fault)
		}
		if n := tidy.Parameters(narrow); n != len(args) {
			r.Errorf("%d parameters, %d arguments\n%s", n, len(args), narrow)
		}
		if again, _ := tx.narrow(query, given...); again != narrow {
			r.Errorf("the second time it is %s", again)
		}
	})
}

// Arguments go where they belong when the eyes' own come between them.
func TestNarrowKeepsArguments(t *testing.T) {
	tx := (&Tx{ws: "acme"}).SeenBy(book.Eyes{Member: "me", Own: []book.ID{"me"}, Mates: []book.ID{"al"}})
	query, args := tx.narrow(`SELECT x FROM account WHERE workspace_id = $1 AND due_at > $2 /*seen account*/ AND due_at < $2 LIMIT $3`, "acme", 7, 50)
	want := `SELECT x FROM account WHERE workspace_id = $1 AND due_at > $2 AND (account.visibility = 'firm' OR account.owner_id IN ($3)` +
		` OR account.visibility = 'team' AND account.owner_id IN ($4)) AND due_at < $2 LIMIT $5`
	if query != want {
		t.Errorf("%s\nwant %s", query, want)
	}
	for i, v := range []any{"acme", 7, "me", "al", 50} {
		if args[i] != v {
			t.Errorf("argument %d is %v, want %v", i+1, args[i], v)
		}
	}
}
