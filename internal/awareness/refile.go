package awareness

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/store"
)

// refilePage is the number of contacts that are filed together.
const refilePage = 256

// Refile works out anew by which addresses and words people are found, from what the book says of them. Erased people
// are found by nothing. It writes no entry.
func Refile(ctx context.Context, tx *store.Tx, country string) error {
	after := book.ID("")
	for {
		contacts, err := tx.ContactPage(ctx, after, refilePage)
		if err != nil || len(contacts) == 0 {
			return err
		}
		after = contacts[len(contacts)-1].ID
		var ids []book.ID
		var addresses []store.Address
		var docs []store.Doc
		for _, c := range contacts {
			ids = append(ids, c.ID)
			if c.Name == book.Erased && len(c.Fields) == 0 {
				if err := tx.Unindex(ctx, c.ID); err != nil {
					return err
				}
				continue
			}
			addresses = append(addresses, AddressesOf(c, country)...)
			docs = append(docs, DocOf(c))
		}
		if err := tx.DeleteAddresses(ctx, ids...); err != nil {
			return err
		}
		if err := tx.InsertAddresses(ctx, addresses); err != nil {
			return err
		}
		if err := tx.Index(ctx, docs); err != nil {
			return err
		}
	}
}
