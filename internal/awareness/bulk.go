package awareness

import (
	"passbook/internal/store"
)

// AddressesOf are the keys under which a contact is found, for those who write many contacts at once.
func AddressesOf(c *store.Contact, country string) []store.Address { return addressesOf(c, country) }

// DocOf is what search knows of a contact.
func DocOf(c *store.Contact) store.Doc { return contactDoc(c) }
