package teller

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/store"
)

// History reads every entry that counts for an account: its own and those of accounts merged into it.
func History(ctx context.Context, tx *store.Tx, account book.ID) ([]book.Entry, error) {
	by, err := Histories(ctx, tx, account)
	return by[account], err
}

// Histories reads the histories of many accounts in one go, by account.
func Histories(ctx context.Context, tx *store.Tx, accounts ...book.ID) (map[book.ID][]book.Entry, error) {
	into, err := tx.MergedInto(ctx, accounts...)
	if err != nil {
		return nil, err
	}
	all := append(make([]book.ID, 0, len(accounts)+len(into)), accounts...)
	for id := range into {
		all = append(all, id)
	}
	entries, err := tx.EntriesOf(ctx, all...)
	if err != nil {
		return nil, err
	}
	if len(accounts) == 1 {
		return map[book.ID][]book.Entry{accounts[0]: entries}, nil
	}
	by := make(map[book.ID][]book.Entry, len(accounts))
	for i := range entries {
		root := entries[i].Account
		if survivor, merged := into[root]; merged {
			root = survivor
		}
		by[root] = append(by[root], entries[i])
	}
	return by, nil
}
