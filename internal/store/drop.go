package store

import (
	"context"

	"passbook/internal/sqldb"
)

// What a workspace holds, taken away table by table: what points to others before what it points to.
const (
	sqlDropSearch    = `DELETE FROM search WHERE workspace_id = $1`
	sqlDropBackups   = `DELETE FROM backup WHERE workspace_id = $1`
	sqlDropTombs     = `DELETE FROM tombstone WHERE workspace_id = $1`
	sqlDropSightings = `DELETE FROM sighting WHERE workspace_id = $1`
	sqlDropNews      = `DELETE FROM news WHERE workspace_id = $1`
	sqlDropPlanned   = `DELETE FROM planned WHERE workspace_id = $1`
	sqlDropWork      = `DELETE FROM engagement WHERE workspace_id = $1`
	sqlDropCases     = `DELETE FROM client_case WHERE workspace_id = $1`
	sqlDropPromises  = `DELETE FROM promise WHERE workspace_id = $1`
	sqlDropPostings  = `DELETE FROM posting WHERE workspace_id = $1`
	sqlDropEntries   = `DELETE FROM entry WHERE workspace_id = $1`
	sqlDropRelations = `DELETE FROM relation WHERE workspace_id = $1`
	sqlDropLinks     = `DELETE FROM account_contact WHERE workspace_id = $1`
	sqlDropAddresses = `DELETE FROM address WHERE workspace_id = $1`
	sqlDropCards     = `DELETE FROM card WHERE workspace_id = $1`
	sqlDropContacts  = `DELETE FROM contact WHERE workspace_id = $1`
	sqlDropTags      = `DELETE FROM account_tag WHERE workspace_id = $1`
	sqlDropAccounts  = `DELETE FROM account WHERE workspace_id = $1`
)

// Drop takes a whole workspace out of the book, log and all. There is no way back: it is for a firm that was made up.
func (t *Tx) Drop(ctx context.Context) error {
	if t.q.Engine() == sqldb.SQLite {
		for _, query := range []string{sqlDropPeopleWords, sqlDropEntryWords} {
			if _, err := t.q.Exec(ctx, query, string(t.ws)); err != nil {
				return err
			}
		}
	}
	for _, query := range []string{
		sqlDropJobs, sqlDropLetters, sqlDropPasses, sqlDropClientLinks, sqlDropLogins, sqlDropCredentials, sqlDropPreferences, sqlDropViews, sqlDropBlobs,
		sqlDropMailboxes, sqlDropMailboxPasswords, sqlDropDoor, sqlDropAsked, sqlDropSearch, sqlDropBackups, sqlDropTombs, sqlDropSightings, sqlDropVoices, sqlDropNews, sqlDropNewsWeeks, sqlDropPlanned, sqlDropWork, sqlDropCases, sqlDropPromises,
		sqlDropPostings, sqlDropEntries, sqlDropRelations, sqlDropLinks, sqlDropAddresses, sqlDropCards, sqlDropContacts, sqlDropTags,
		sqlDropAccounts, sqlDeleteFoundingRuns, sqlDeleteMemberAddresses, sqlDeleteMembers, sqlDeletePlaybooks, sqlDeleteWorkspace,
	} {
		if _, err := t.q.Exec(ctx, query, string(t.ws)); err != nil {
			return err
		}
	}
	return nil
}
