package card

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// samples returns the folder of real cards, or skips: they are not part of
// the repository.
func samples(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Skip("no go.mod above this package")
		}
		dir = up
	}
	dir = filepath.Join(dir, "..", "shared", "data", "contacts")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the sample cards are not on this machine")
	}
	return dir
}

// counts is what a file must give: cards, and over all of them the values.
type counts struct {
	cards, emails, phones, addresses, urls, notes, photo, orgs, ims, related int

	formatted int // addresses with a label
}

func TestSampleCardsGiveEverything(t *testing.T) {
	dir := samples(t)
	want := map[string]counts{
		"John_Doe_ANDROID.vcf":          {cards: 6, emails: 5, phones: 9, urls: 2, notes: 2, photo: 876, orgs: 5},
		"John_Doe_EVOLUTION.vcf":        {cards: 1, emails: 1, phones: 2, addresses: 1, urls: 1, notes: 1, orgs: 1, ims: 1, related: 3},
		"John_Doe_GMAIL.vcf":            {cards: 1, emails: 1, phones: 2, addresses: 1, urls: 1, notes: 1, orgs: 1, related: 1},
		"John_Doe_IPHONE.vcf":           {cards: 1, emails: 1, phones: 7, addresses: 2, urls: 1, photo: 32531, orgs: 1},
		"John_Doe_LOTUS_NOTES.vcf":      {cards: 1, emails: 2, phones: 2, addresses: 1, urls: 1, notes: 1, photo: 7957, orgs: 1, formatted: 1},
		"John_Doe_MAC_ADDRESS_BOOK.vcf": {cards: 1, emails: 1, phones: 7, addresses: 2, urls: 1, notes: 1, photo: 18242, orgs: 1, related: 1},
		"John_Doe_MS_OUTLOOK.vcf":       {cards: 1, emails: 1, phones: 2, addresses: 2, urls: 1, notes: 1, photo: 860, orgs: 1, ims: 1, related: 2, formatted: 2},
		"gmail-list.vcf":                {cards: 3, emails: 3},
		"outlook-2003.vcf":              {cards: 1, emails: 1, phones: 4, addresses: 1, urls: 1, notes: 1, orgs: 1, formatted: 1},
		"rfc6350-example.vcf":           {cards: 1, emails: 1, phones: 2, addresses: 1, urls: 1, orgs: 1},
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.vcf"))
	if len(files) != len(want) {
		t.Errorf("%d files, want %d", len(files), len(want))
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var got counts
		var joined []byte
		for c, fault := range Scan(bytes.NewReader(raw)) {
			if fault != nil {
				t.Errorf("%s: %v", filepath.Base(f), fault)
				continue
			}
			got.cards++
			joined = append(joined, c.With()...)
			got.count(c.Person())
		}
		if got != want[filepath.Base(f)] {
			t.Errorf("%s:\n got %+v\nwant %+v", filepath.Base(f), got, want[filepath.Base(f)])
		}
		if !bytes.Equal(bytes.TrimSpace(joined), bytes.TrimSpace(raw)) {
			t.Errorf("%s: the cards together are not the file", filepath.Base(f))
		}
	}
}

func (n *counts) count(p Person) {
	n.emails += len(p.Emails)
	n.phones += len(p.Phones)
	n.addresses += len(p.Addresses)
	n.urls += len(p.URLs)
	n.notes += len(p.Notes)
	n.photo += len(p.Photo.Data)
	n.orgs += len(p.Organizations)
	n.ims += len(p.IMs)
	n.related += len(p.Related)
	for _, a := range p.Addresses {
		if a.Formatted != "" {
			n.formatted++
		}
	}
}

// sample returns the first card of a sample file as a person.
func sample(t *testing.T, name string) Person {
	t.Helper()
	f, err := os.Open(filepath.Join(samples(t), name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for c := range Scan(f) {
		if c != nil {
			return c.Person()
		}
	}
	t.Fatalf("%s has no card", name)
	return Person{}
}

func TestSampleCardsInDetail(t *testing.T) {
	outlook := sample(t, "John_Doe_MS_OUTLOOK.vcf")
	if a := outlook.Addresses[0]; a.Street != "Cresent moon drive" || !a.Pref ||
		a.Formatted != "Cresent moon drive\nAlbaney, New York  12345" {
		t.Errorf("Outlook address: %+v", a)
	}
	if outlook.Birthday.Day != "1980-03-22" || outlook.Anniversary.Day != "2011-01-13" {
		t.Errorf("Outlook dates: %+v, %+v", outlook.Birthday, outlook.Anniversary)
	}
	old := sample(t, "outlook-2003.vcf")
	if old.Organizations[0].Name != "Company, The" || old.Organizations[0].Units[0] != "TheDepartment" {
		t.Errorf("Outlook 2003 organisation: %+v", old.Organizations)
	}
	if !strings.HasSuffix(old.Notes[0], "\n\nThird line is empty\n") {
		t.Errorf("Outlook 2003 note: %q", old.Notes[0])
	}
	gmail := sample(t, "John_Doe_GMAIL.vcf")
	if gmail.Anniversary.Day != "1975-03-01" || gmail.Related[0].Types[0] != "spouse" || gmail.URLs[0].Value != "http://www.ibm.com" {
		t.Errorf("Gmail: %+v %+v %+v", gmail.Anniversary, gmail.Related, gmail.URLs)
	}
	phone := sample(t, "John_Doe_IPHONE.vcf")
	if last := phone.Phones[6]; last.Value != "905-222-1234" || last.Label != "AssistantPhone" {
		t.Errorf("iPhone assistant: %+v", last)
	}
	if phone.Photo.MediaType != "image/jpeg" || !bytes.HasSuffix(phone.Photo.Data, []byte("\xff\xd9")) {
		t.Errorf("iPhone picture ends early or has no type: %q", phone.Photo.MediaType)
	}
	rfc := sample(t, "rfc6350-example.vcf")
	if p := rfc.Phones[0]; p.Value != "+1-418-656-9254" || p.Ext != "102" || !p.Pref || len(p.Types) != 2 {
		t.Errorf("RFC phone: %+v", p)
	}
	if rfc.Birthday.Day != "--02-03" || rfc.Anniversary != (Date{Day: "2009-08-08", Time: "1430", Zone: "-0500"}) {
		t.Errorf("RFC dates: %+v, %+v", rfc.Birthday, rfc.Anniversary)
	}
	if rfc.Language != "fr" || rfc.Gender != "M" || rfc.TimeZone != "-0500" || rfc.Name.Suffixes != "ing. jr,M.Sc." {
		t.Errorf("RFC: %+v", rfc)
	}
}
