package transfer

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Kind is what a file holds.
type Kind string

// The kinds. PeopleCSV is a table of people of no program in particular; Table is one whose columns say nothing
// until a mapping names them.
const (
	VCard          Kind = "vcard"
	GoogleCSV      Kind = "google-csv"
	OutlookCSV     Kind = "outlook-csv"
	LinkedInCSV    Kind = "linkedin-csv"
	PeopleCSV      Kind = "people-csv"
	Interactions   Kind = "interactions-csv"
	Table          Kind = "table"
	Mbox           Kind = "mbox"
	Maildir        Kind = "maildir"
	EML            Kind = "eml"
	ICalendar      Kind = "icalendar"
	PassbookExport Kind = "passbook-export"

	HubSpotCSV        Kind = "hubspot-csv"        // contacts or companies
	HubSpotActivities Kind = "hubspot-activities" // calls, meetings and letters
	AndroidCalls      Kind = "android-calls"
	AndroidTexts      Kind = "android-texts"
	WhatsApp          Kind = "whatsapp"
	Monica            Kind = "monica-json"

	Mailbox Kind = "mailbox" // no file: letters that were read at a mail server; see Post

	Unknown Kind = "unknown"
)

const understood = "vCard, tables of contacts as CSV or XLSX (Google, Outlook, LinkedIn, HubSpot or with columns such as name and email), " +
	"tables of interactions, mbox, Maildir, .eml, iCalendar, Android's calls and texts, WhatsApp chats, Monica's JSON and Passbook's own export"

// IsTable says whether a file of the kind has rows and columns.
func (k Kind) IsTable() bool {
	return slices.Contains([]Kind{GoogleCSV, OutlookCSV, LinkedInCSV, HubSpotCSV, PeopleCSV, Interactions, HubSpotActivities, Table}, k)
}

// HasPeople says whether a file of the kind is an address book.
func (k Kind) HasPeople() bool {
	return slices.Contains([]Kind{VCard, GoogleCSV, OutlookCSV, LinkedInCSV, HubSpotCSV, PeopleCSV, Monica}, k)
}

// HasMessages says whether a file of the kind holds interactions.
func (k Kind) HasMessages() bool {
	return slices.Contains([]Kind{Interactions, HubSpotActivities, Mbox, Maildir, Mailbox, EML, ICalendar, AndroidCalls, AndroidTexts, WhatsApp, Monica}, k)
}

// Sniff tells what a file is by its first bytes; the name decides only where they leave it open. For a folder name
// is its path and head is not looked at.
func Sniff(name string, head []byte, isDir bool) Kind {
	if isDir {
		return sniffFolder(name)
	}
	text := headText(head)
	switch {
	case strings.TrimSpace(text) == "":
		return Unknown
	case beginsLine(text, "BEGIN:VCARD"):
		return VCard
	case beginsLine(text, "BEGIN:VCALENDAR") || beginsLine(text, "BEGIN:VEVENT"):
		return ICalendar
	case isMbox(text):
		return Mbox
	case isPhoneBackup(text) != "":
		return isPhoneBackup(text)
	case isMonica(text):
		return Monica
	case isChat(text):
		return WhatsApp
	case binaryName(head) != "":
		return Unknown
	}
	l := findLayout(head, nil)
	if l != nil && l.kind != Table {
		return l.kind
	}
	if isLetter(text, strings.EqualFold(filepath.Ext(name), ".eml")) {
		return EML
	}
	if l != nil {
		return Table
	}
	return Unknown
}

// headText decodes the beginning of a file, without the rune that its end may have cut.
func headText(head []byte) string {
	b, _ := io.ReadAll(decodeText(bytes.NewReader(head))) // a buffer does not fail
	for range utf8.UTFMax {
		if r, n := utf8.DecodeLastRune(b); r != utf8.RuneError || n != 1 {
			break
		}
		b = b[:len(b)-1]
	}
	return strings.TrimPrefix(string(b), "\ufeff")
}

// beginsLine says whether a line begins with the word, whatever the case and the blanks before it. A letter may
// quote a card, so what stands after a header of a letter does not count.
func beginsLine(text, word string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if len(line) >= len(word) && strings.EqualFold(line[:len(word)], word) {
			return true
		}
		if strings.HasPrefix(line, "From ") || letterHeader.MatchString(line) {
			return false
		}
	}
	return false
}

var (
	mboxLine     = regexp.MustCompile(`^From \S.*\d{1,2}:\d{2}.*\d{4}|^From \S.*\d{4}.*\d{1,2}:\d{2}`)
	letterHeader = regexp.MustCompile(`(?i)^(from|to|date|subject|message-id|received|return-path|mime-version|delivered-to|reply-to|x-[a-z-]+|dkim-signature|content-type|cc|sender|envelope-to|authentication-results|arc-[a-z-]+): ?`)
	anyHeader    = regexp.MustCompile(`^[!-9;-~]+:`)
)

func isMbox(text string) bool {
	first, rest, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	if !mboxLine.MatchString(first) {
		return false
	}
	next, _, _ := strings.Cut(rest, "\n")
	next = strings.TrimRight(next, "\r")
	return next == "" || anyHeader.MatchString(next) || strings.HasPrefix(next, ">From ")
}

// isLetter looks for a header with two fields that letters have; one is enough in a file that is named so.
func isLetter(text string, named bool) bool {
	known := 0
	for line := range strings.Lines(strings.TrimLeft(text, "\r\n")) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case line == "":
			return known >= 2 || named && known >= 1
		case letterHeader.MatchString(line):
			known++
		case line[0] == ' ' || line[0] == '\t' || anyHeader.MatchString(line) || strings.HasPrefix(line, "From "):
		default:
			return false
		}
	}
	return known >= 2 || named && known >= 1
}

func sniffFolder(path string) Kind {
	if f, err := os.Open(filepath.Join(path, "manifest.json")); err == nil {
		defer f.Close()
		var manifest struct {
			Format string `json:"format"`
		}
		if json.NewDecoder(io.LimitReader(f, 1<<20)).Decode(&manifest) == nil && manifest.Format == "passbook-export" {
			return PassbookExport
		}
	}
	for _, sub := range []string{"cur", "new"} {
		if info, err := os.Stat(filepath.Join(path, sub)); err == nil && info.IsDir() {
			return Maildir
		}
	}
	return Unknown
}

// packedBook is how a ZIP file begins that Passbook wrote: with a playbook, in the folder of the firm.
var packedBook = regexp.MustCompile(`(?s)^PK\x03\x04.{26}[^/]*/playbooks/[a-z0-9-]+\.toml`)

var magics = []struct{ prefix, name string }{
	{"PK\x03\x04", "a ZIP archive or an office document (unpack it, or save the sheet as CSV)"},
	{"%PDF", "a PDF"},
	{"!BDN", "an Outlook data file (export its contacts as CSV and its mail as mbox or .eml)"},
	{"\xd0\xcf\x11\xe0", "an old office document or an Outlook .msg (save it as CSV or .eml)"},
	{"SQLite format 3\x00", "an SQLite database"},
	{"\x89PNG", "a picture"},
	{"\xff\xd8\xff", "a picture"},
	{"GIF8", "a picture"},
	{"BZh", "a bzip2 archive (unpack it first)"},
	{"\xfd7zXZ", "an xz archive (unpack it first)"},
	{"7z\xbc\xaf", "a 7-Zip archive (unpack it first)"},
	{"Rar!", "a RAR archive (unpack it first)"},
	{"(\xb5/\xfd", "a Zstandard archive (unpack it first)"},
	{"\x7fELF", "a program"},
}

// binaryName names a file by its magic bytes, "" for none that is known.
func binaryName(head []byte) string {
	if packedBook.Match(head) {
		return "a whole firm's export (it goes into an empty book, at the command line of the machine that is to hold it)"
	}
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.prefix)) {
			return m.name
		}
	}
	return ""
}

// describe says what was seen in a file that is not understood.
func describe(head []byte) string {
	text := strings.TrimSpace(headText(head))
	lower := strings.ToLower(text[:min(len(text), 200)])
	switch name := binaryName(head); {
	case name != "":
		return name
	case len(head) == 0:
		return "empty"
	case text == "":
		return "blank"
	case strings.HasPrefix(lower, "<!doctype html") || strings.HasPrefix(lower, "<html"):
		return "a web page"
	case strings.HasPrefix(text, "<"):
		return "XML"
	case (text[0] == '{' || text[0] == '[') && strings.ContainsAny(text, ":]"):
		return "JSON"
	case strings.Count(text, "\x00")*50 > len(text) || !utf8.ValidString(text) && strings.Count(text, "\n") == 0:
		return "binary data"
	}
	first, _, _ := strings.Cut(text, "\n")
	return "text that begins with " + Quote(first)
}

// Quote shortens foreign text for a message.
func Quote(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s), "\ufffd")), " ")
	if utf8.RuneCountInString(s) > 60 {
		s = string([]rune(s)[:60]) + "…"
	}
	return `"` + s + `"`
}
