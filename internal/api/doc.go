// Package api is the JSON interface of Passbook under /api/v1: the rooms' queries in the shapes of the command line's
// --json, and their commands as entries to post. Its document is generated from these types.
package api
