package book

import (
	"encoding/json"
	"slices"
	"strings"
)

// Names of a contact's fields. Those in ListFields hold a JSON list of Reach or, for addresses, of Postal; all others
// are plain text. Fields of the firm's own carry CustomPrefix.
const (
	ContactName        = "name"
	ContactGiven       = "given"
	ContactFamily      = "family"
	ContactMiddle      = "additional"
	ContactPrefix      = "prefix"
	ContactSuffix      = "suffix"
	ContactNickname    = "nickname"
	ContactEmails      = "emails"
	ContactPhones      = "phones"
	ContactHandles     = "handles"
	ContactURLs        = "urls"
	ContactAddresses   = "addresses"
	ContactRelated     = "related"
	ContactOrg         = "org"
	ContactUnit        = "unit"
	ContactTitle       = "title"
	ContactRole        = "role"
	ContactBirthday    = "birthday"    // YYYY-MM-DD, --MM-DD, YYYY-MM or YYYY; never an instant
	ContactAnniversary = "anniversary" // likewise
	ContactNote        = "note"
	ContactCategories  = "categories" // comma-separated
	ContactLanguage    = "language"
	ContactZone        = "zone"
	ContactGender      = "gender"
	ContactKind        = "kind" // company where it is one
)

// ListFields are the fields that hold several values.
var ListFields = []string{ContactEmails, ContactPhones, ContactHandles, ContactURLs, ContactAddresses, ContactRelated}

// Reach is one value of a field with several: an address, a number, a link, a related person by name.
type Reach struct {
	Value string `json:"value"`
	Label string `json:"label,omitempty"` // work, home, cell, "Assistant", spouse …
	Pref  bool   `json:"pref,omitempty"`
}

// Postal is a postal address.
type Postal struct {
	Label    string `json:"label,omitempty"`
	POBox    string `json:"po_box,omitempty"`
	Extended string `json:"extended,omitempty"`
	Street   string `json:"street,omitempty"`
	City     string `json:"city,omitempty"`
	Region   string `json:"region,omitempty"`
	Code     string `json:"code,omitempty"`
	Country  string `json:"country,omitempty"`
}

// String is the address on one line.
func (p Postal) String() string {
	parts := []string{p.POBox, p.Extended, p.Street, strings.TrimSpace(p.Code + " " + p.City), p.Region, p.Country}
	parts = slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" })
	return strings.Join(parts, ", ")
}

// Reaches reads a list field; a damaged one reads as empty.
func (c *Contact) Reaches(field string) []Reach {
	if quick, ok := quickReaches(c.Fields[field]); ok {
		return quick
	}
	return ReadList[Reach](c.Fields[field])
}

// Postals reads the postal addresses.
func (c *Contact) Postals() []Postal { return ReadList[Postal](c.Fields[ContactAddresses]) }

// HasPostal says whether a postal address is known.
func (c *Contact) HasPostal() bool { return c.Fields[ContactAddresses] != "" }

// ReadList reads the value of a list field.
func ReadList[T any](value string) []T {
	var out []T
	if value != "" && json.Unmarshal([]byte(value), &out) != nil {
		return nil
	}
	return out
}

// WriteList is the value of a list field; an empty list is an empty value.
func WriteList[T any](list []T) string {
	if len(list) == 0 {
		return ""
	}
	b, _ := json.Marshal(list) // lists of plain structs always encode
	return string(b)
}

// IsListField says whether a field holds several values.
func IsListField(field string) bool { return slices.Contains(ListFields, field) }
