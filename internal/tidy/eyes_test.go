package tidy_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// unnarrowed are the statements that read of accounts, or of what stands on them, without the mark /*seen x*/ by which
// store/eyes.go narrows a statement to what a member sees; with the reason. A new statement takes the mark, or is given to
// keep, seenEntries or ShownContacts after it was read, or stands here.
var unnarrowed = map[string][]string{
	"read by id, and left out after": {
		"sqlAccounts", "sqlContacts", "sqlContactsAt", "sqlContactsByName", "sqlNamedContacts", "sqlEntriesByID", "sqlEntriesAbout", "sqlEntriesAboutOf",
		"sqlEntriesSince", "sqlAudit", "sqlPeopleSQLite", "sqlPeoplePostgres", "sqlContactPage", "sqlContactNames", "sqlSameNames", "sqlOwingThen",
	},
	"read page by page, and left out after":                                {"sqlTyped", "sqlTypedNewest", "sqlEntriesBefore", "sqlContactsListed", "sqlNeverMet"},
	"a command locks the account next, which refuses one that is not seen": {"sqlPromises", "sqlCases", "sqlEngagements", "sqlPlanned"},
	"of an account that was found before; private notes are left out as they are scanned": {
		"sqlEntriesOfAccounts", "sqlEntriesBetween", "sqlLatestEntries", "sqlLatestOfKind", "sqlPromisesOfAccount", "sqlCountNewsOf", "sqlNewsWeeksOf",
		"sqlVoicesOfAccounts", "sqlVoicesAnswering", "sqlLastRecordedOn", "sqlLastRecordedOf", "sqlContactsMergedInto", "sqlMergedInto",
	},
	"a member's own": {"sqlLastBy", "sqlLastTyped", "sqlTypedAt"},
	"for those who see everything; the others have one with the mark":  {"sqlCountNews", "sqlCountPromises", "sqlNewsWeeksBetween", "sqlCountComplaints"},
	"read once for many, each of whom is told by Guards and book.Eyes": {"sqlTypedSince"},
	"what is decided by":                            {"sqlGuarded", "sqlGuards", "sqlStoodOn", "sqlVoicesOfPeople"},
	"that somebody was erased, and no word of whom": {"sqlLastErased"},
	"the whole book: proofs, rebuilding, archives, imports and taking them back": {
		"sqlAccountNouns", "sqlBeside", "sqlCasesOfAccounts", "sqlCountAllNews", "sqlCountAllPromises", "sqlCountCases", "sqlCountEngagements", "sqlCountPlanned", "sqlPlannedOfAccounts", "sqlCountVoices", "sqlEngagementsOfAccounts", "sqlCountEntries", "sqlTallyNewsWeeks",
		"sqlDocsOf", "sqlHistories", "sqlEntryPage", "sqlEntryState", "sqlHaveAccount", "sqlHaveContact", "sqlHeads", "sqlIndexed", "sqlLastNews",
		"sqlMemberEntries", "sqlFirmEntries", "sqlAccountsOf", "sqlNewsOfAccounts", "sqlOrphanDocs", "sqlPostingsOfLog", "sqlPromisesOfAccounts", "sqlProofs", "sqlRedirects",
		"sqlRunAccounts", "sqlRunChanges", "sqlRunContacts", "sqlRunEntries", "sqlRunJoins", "sqlRunTouched", "sqlTally", "sqlWorkedOn",
	},
}

// Every statement that reads of accounts says how it is narrowed to what a member sees.
func TestStatementsTakeTheEyes(t *testing.T) {
	reads := regexp.MustCompile(`(?i)\b(FROM|JOIN)\s+(account|promise|client_case|engagement|planned|news|voice|entry|contact|search)\b`)
	known := map[string]bool{}
	for _, names := range unnarrowed {
		for _, name := range names {
			known[name] = true
		}
	}
	var missing []string
	for name, c := range statements(t) {
		text := strings.TrimSpace(c.text)
		if !strings.HasPrefix(text, "SELECT") && !strings.HasPrefix(text, "WITH") || !reads.MatchString(text) {
			continue
		}
		marked := strings.Contains(text, "/*seen ") || strings.Contains(text, "/*mine ")
		switch {
		case marked && known[name]:
			t.Errorf("%s is narrowed by its mark; it need not stand in unnarrowed", name)
		case !marked && !known[name]:
			missing = append(missing, name)
		}
		delete(known, name)
	}
	slices.Sort(missing)
	for _, name := range missing {
		t.Errorf("%s shows accounts to whoever asks: give it the mark /*seen x*/ and run it by t.query (store/eyes.go), "+
			"or leave out what is not seen after reading and say so in unnarrowed", name)
	}
	for name := range known {
		t.Errorf("unnarrowed names %s, which reads of no account", name)
	}
}
