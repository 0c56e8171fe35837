package transfer

import (
	"slices"
	"strings"

	"passbook/internal/book"
)

// HubSpot writes a table per kind of record, each with the record's number in front. What a column of it holds beyond
// the ones below is told by its name as in any address book, or kept under that name.

// isHubSpot knows an export by the number and by columns that no other program has beside it.
func isHubSpot(keys map[string]bool) Kind {
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return keys[n] })
	}
	switch {
	case !has("recordid", "contactid", "companyid", "recordidcontact", "recordidcompany"):
		return Unknown
	case has("activitydate") && has(hubSpotAliases["to"]...):
		return HubSpotActivities
	case has("firstname", "lastname") && has("contactowner", "lifecyclestage", "leadstatus", "createdate", "marketingcontactstatus"):
		return HubSpotCSV
	case has("companyname") && has("companyowner", "companydomainname", "lifecyclestage", "createdate", "industry"):
		return HubSpotCSV
	}
	return Unknown
}

// hubSpotColumns are columns that mean something else there than elsewhere. The lifecycle stage is not ours: a firm's
// stages stand in its playbook, and a word that it does not have would keep the person out.
var hubSpotColumns = map[string]string{
	"recordid": fieldUID, "contactid": fieldUID, "companyid": fieldUID, "recordidcontact": fieldUID, "recordidcompany": fieldUID,
	"companyname": book.ContactOrg, "associatedcompany": book.ContactOrg, "primarycompany": book.ContactOrg,
	"lifecyclestage": book.CustomPrefix + "Lifecycle Stage",
}

// hubSpotAliases are what the columns of its activities are called, by our names.
var hubSpotAliases = map[string][]string{
	"id":        {"recordid"},
	"at":        {"activitydate"},
	"to":        {"associatedcontact", "associatedcontacts", "contact"},
	"direction": {"calldirection", "emaildirection", "direction"},
	"summary":   {"callnotes", "meetingnotes", "calltitle", "meetingname", "meetingtitle", "emailsubject", "notebody", "title", "subject"},
	"outcome":   {"calloutcome"},
	"minutes":   {"calldurationhhmmss", "callduration", "duration"},
}

// hubSpotColumn finds the column for one of our fields; of several the first that is named above.
func hubSpotColumn(header []string, ours string) int {
	for _, alias := range hubSpotAliases[ours] {
		if i := slices.IndexFunc(header, func(h string) bool { return columnKey(h) == alias }); i >= 0 {
			return i
		}
	}
	return -1
}

// hubSpotChannel tells by its columns what kind of activities a table holds.
func hubSpotChannel(header []string) book.Channel {
	for _, h := range header {
		switch key := columnKey(h); {
		case strings.HasPrefix(key, "call"):
			return book.Call
		case strings.HasPrefix(key, "meeting"):
			return book.Meeting
		case strings.HasPrefix(key, "email"):
			return book.Email
		}
	}
	return ""
}
