// Package inbox reads mailboxes at mail servers (IMAP) into the book. What a reading fetches lies in a file of its own until it is
// whole, and then goes the way of an imported file, so that letters mean the same however they came; how far each folder was read
// is kept beside the mailbox, by the server's own numbers. Nothing is ever changed at the server, and nothing that was stored
// goes because it went there.
package inbox
