package transfer

import (
	"regexp"
	"slices"
	"strings"

	"passbook/internal/book"
)

// slot is where a column's cells go: a field of a contact and, in a list, which entry and which part of it.
type slot struct {
	field string
	part  part
	index string // entries of a list that belong together share it
	label string
	empty []string // words that say nothing, lower case
}

type part int

const (
	partValue part = iota
	partLabel
	partService
	partStreet
	partCity
	partRegion
	partCode
	partCountry
	partPOBox
	partExtended
)

// Fields that are no contact's.
const (
	fieldStage   = "stage"
	fieldTier    = "tier"
	fieldOwner   = "owner"
	fieldIgnored = "-"
	fieldUID     = "#"
)

// peopleFields are what --map can name in an address book, beside custom.ANYTHING.
var peopleFields = []string{
	"name", "given", "family", "email", "phone", "org", "unit", "title", "role", "stage", "tier", "owner", "note", "birthday",
	"anniversary", "address", "url", "handle", "related", "categories", "nickname", "language", "zone", "gender",
}

func isPeopleField(ours string) bool {
	return slices.Contains(peopleFields, ours) || strings.HasPrefix(ours, book.CustomPrefix) && len(ours) > len(book.CustomPrefix)
}

// mappedSlot is where a mapped column goes.
func mappedSlot(ours string) slot {
	lists := map[string]string{
		"email": book.ContactEmails, "phone": book.ContactPhones, "address": book.ContactAddresses,
		"url": book.ContactURLs, "handle": book.ContactHandles, "related": book.ContactRelated,
	}
	if field, ok := lists[ours]; ok {
		return slot{field: field, index: "mapped"}
	}
	return slot{field: ours}
}

// plainColumns are columns that mean the same in every program.
var plainColumns = map[string]string{
	"name": book.ContactName, "fullname": book.ContactName, "displayname": book.ContactName,
	"firstname": book.ContactGiven, "givenname": book.ContactGiven, "forename": book.ContactGiven, "given": book.ContactGiven,
	"lastname": book.ContactFamily, "familyname": book.ContactFamily, "surname": book.ContactFamily, "family": book.ContactFamily,
	"middlename": book.ContactMiddle, "additionalname": book.ContactMiddle,
	"nameprefix": book.ContactPrefix, "prefix": book.ContactPrefix, "salutation": book.ContactPrefix,
	"namesuffix": book.ContactSuffix, "suffix": book.ContactSuffix, "nickname": book.ContactNickname,
	"company": book.ContactOrg, "organization": book.ContactOrg, "organisation": book.ContactOrg, "employer": book.ContactOrg,
	"organizationname": book.ContactOrg, "organization1name": book.ContactOrg,
	"department": book.ContactUnit, "organizationdepartment": book.ContactUnit, "organization1department": book.ContactUnit,
	"jobtitle": book.ContactTitle, "position": book.ContactTitle, "title": book.ContactTitle,
	"organizationtitle": book.ContactTitle, "organization1title": book.ContactTitle,
	"role": book.ContactRole, "occupation": book.ContactRole, "profession": book.ContactRole,
	"birthday": book.ContactBirthday, "birthdate": book.ContactBirthday, "dateofbirth": book.ContactBirthday, "dob": book.ContactBirthday,
	"anniversary": book.ContactAnniversary, "notes": book.ContactNote, "note": book.ContactNote, "comments": book.ContactNote,
	"labels": book.ContactCategories, "categories": book.ContactCategories, "tags": book.ContactCategories,
	"groupmembership": book.ContactCategories, "groups": book.ContactCategories,
	"language": book.ContactLanguage, "gender": book.ContactGender, "timezone": book.ContactZone,
}

// reachColumns are columns with one value of a list each: field and label.
var reachColumns = map[string][2]string{
	"workemail": {book.ContactEmails, "work"}, "homeemail": {book.ContactEmails, "home"}, "personalemail": {book.ContactEmails, "home"},
	"emailaddress": {book.ContactEmails, ""}, "mail": {book.ContactEmails, ""},

	"phone": {book.ContactPhones, ""}, "phonenumber": {book.ContactPhones, ""}, "telephone": {book.ContactPhones, ""},
	"tel": {book.ContactPhones, ""}, "mobile": {book.ContactPhones, "cell"}, "mobilephone": {book.ContactPhones, "cell"},
	"cell": {book.ContactPhones, "cell"}, "cellphone": {book.ContactPhones, "cell"}, "workphone": {book.ContactPhones, "work"},
	"businessphone": {book.ContactPhones, "work"}, "businessphone2": {book.ContactPhones, "work"},
	"homephone": {book.ContactPhones, "home"}, "homephone2": {book.ContactPhones, "home"},
	"otherphone": {book.ContactPhones, "other"}, "primaryphone": {book.ContactPhones, "main"},
	"companymainphone": {book.ContactPhones, "company main"}, "assistantsphone": {book.ContactPhones, "assistant"},
	"callback": {book.ContactPhones, "callback"}, "carphone": {book.ContactPhones, "car"},
	"radiophone": {book.ContactPhones, "radio"}, "pager": {book.ContactPhones, "pager"}, "isdn": {book.ContactPhones, "isdn"},
	"telex": {book.ContactPhones, "telex"}, "ttytddphone": {book.ContactPhones, "tty"}, "fax": {book.ContactPhones, "fax"},
	"businessfax": {book.ContactPhones, "work, fax"}, "homefax": {book.ContactPhones, "home, fax"},
	"otherfax": {book.ContactPhones, "other, fax"},

	"url": {book.ContactURLs, ""}, "website": {book.ContactURLs, ""}, "webpage": {book.ContactURLs, ""},
	"homepage": {book.ContactURLs, ""}, "personalwebpage": {book.ContactURLs, "home"}, "businesswebpage": {book.ContactURLs, "work"},
	"linkedin": {book.ContactURLs, "linkedin"}, "imaddress": {book.ContactHandles, ""},

	"spouse": {book.ContactRelated, "spouse"}, "partner": {book.ContactRelated, "partner"}, "children": {book.ContactRelated, "child"},
	"managersname": {book.ContactRelated, "manager"}, "manager": {book.ContactRelated, "manager"},
	"assistantsname": {book.ContactRelated, "assistant"}, "referredby": {book.ContactRelated, "referred by"},
}

// defaults are what programs write into columns that nobody filled.
var defaults = map[string]string{
	"priority": "normal", "sensitivity": "normal", "private": "false", "gender": "unspecified",
	"importance": "normal", "emailtype": "smtp", "email2type": "smtp", "email3type": "smtp",
}

var (
	numberedColumn = regexp.MustCompile(`^(email|phone|website|relation|im|event|customfield)(\d+)(type|label|value|service)$`)
	addressColumn  = regexp.MustCompile(`^address(\d+)(type|label|formatted|street|city|pobox|region|postalcode|country|extendedaddress)$`)
	placeColumn    = regexp.MustCompile(`^(business|work|home|other|)(?:address)?(address|street|streetaddress|city|town|state|region|province|postalcode|postcode|zip|zipcode|country|countryregion|pobox)(\d?)$`)
	mailColumn     = regexp.MustCompile(`^e?mail(\d*)(?:address)?$`)
)

// columnSlot says where a column of an address book goes; its field is "" for one that is not known.
func columnSlot(kind Kind, key string) slot {
	sl := knownSlot(kind, key)
	if word, ok := defaults[key]; ok {
		sl.empty = []string{word}
	}
	return sl
}

func knownSlot(kind Kind, key string) slot {
	if kind == HubSpotCSV {
		if field, ok := hubSpotColumns[key]; ok {
			return slot{field: field}
		}
	}
	switch {
	case key == fieldStage || key == fieldTier || key == fieldOwner: // an account's, which a field of the same name would only seem to say
		return slot{field: key}
	case kind == OutlookCSV && key == "title":
		return slot{field: book.ContactPrefix}
	case kind == LinkedInCSV && key == "url":
		return slot{field: book.ContactURLs, index: key, label: "linkedin"}
	}
	if field, ok := plainColumns[key]; ok {
		return slot{field: field}
	}
	if to, ok := reachColumns[key]; ok {
		return slot{field: to[0], index: key, label: to[1]}
	}
	if m := numberedColumn.FindStringSubmatch(key); m != nil {
		return numberedSlot(m[1], m[2], m[3])
	}
	if m := addressColumn.FindStringSubmatch(key); m != nil {
		return slot{field: book.ContactAddresses, index: "address" + m[1], part: addressParts[m[2]]}
	}
	if m := mailColumn.FindStringSubmatch(key); m != nil {
		return slot{field: book.ContactEmails, index: key}
	}
	if m := placeColumn.FindStringSubmatch(key); m != nil && (m[3] == "" || m[2] == "street") {
		label := strings.Replace(m[1], "business", "work", 1)
		return slot{field: book.ContactAddresses, index: "place " + label, label: label, part: addressParts[m[2]]}
	}
	return slot{}
}

var addressParts = map[string]part{
	"type": partLabel, "label": partLabel, "formatted": partValue, "address": partValue, "street": partStreet,
	"streetaddress": partStreet, "city": partCity, "town": partCity, "state": partRegion, "region": partRegion,
	"province": partRegion, "postalcode": partCode, "postcode": partCode, "zip": partCode, "zipcode": partCode,
	"country": partCountry, "countryregion": partCountry, "pobox": partPOBox, "extendedaddress": partExtended,
}

// numberedSlot reads Google's numbered columns.
func numberedSlot(list, n, what string) slot {
	fields := map[string]string{
		"email": book.ContactEmails, "phone": book.ContactPhones, "website": book.ContactURLs,
		"relation": book.ContactRelated, "im": book.ContactHandles,
	}
	parts := map[string]part{"type": partLabel, "label": partLabel, "value": partValue, "service": partService}
	if field, ok := fields[list]; ok {
		if list == "im" && what == "type" {
			return slot{field: fieldIgnored}
		}
		return slot{field: field, index: list + n, part: parts[what]}
	}
	if what == "value" {
		return slot{field: pairValue + list + " " + n}
	}
	return slot{field: pairLabel + list + " " + n}
}

// Marks of fields in which a label and a value wait for each other until the row is whole.
const (
	pairMark  = "\x00"
	pairLabel = pairMark + "label "
	pairValue = pairMark + "value "
)
