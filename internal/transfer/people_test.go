package transfer

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passbook/internal/awareness"
	"passbook/internal/book"
)

func TestPeopleFromTables(t *testing.T) {
	tests := []struct {
		name, table string
		opts        Options
		want        []awareness.PersonIn
		faults      []int
	}{
		{
			name: "google, old", table: googleOld +
				"Cleo Client,Cleo,,Client,,--05-06,\"two\nlines\",* myContacts ::: Buyers,* Work,cleo@client.example ::: c@client.example,Mobile,+44 20 7946 0000\n",
			want: []awareness.PersonIn{{Line: 2, Name: "Cleo Client", Kind: book.Person, Fields: map[string]string{
				book.ContactGiven: "Cleo", book.ContactFamily: "Client", book.ContactBirthday: "--05-06", book.ContactNote: "two\nlines",
				book.ContactCategories: "Buyers",
				book.ContactEmails:     `[{"value":"cleo@client.example","label":"work","pref":true},{"value":"c@client.example","label":"work","pref":true}]`,
				book.ContactPhones:     `[{"value":"+44 20 7946 0000","label":"mobile"}]`,
			}}},
		},
		{
			name: "google, new", table: googleNew +
				"Cleo,,Client,Kleo,Client Ltd,Owner,1980-05-06,,Buyers,Home,cleo@client.example,,,Home,\"1 Mill Lane\nYork\",1 Mill Lane,York,Boat,Sunny,Anniversary,2001-02-03,Sister,Dora,Blog,https://cleo.example\n" +
				",,,,Client Ltd,,,,,,,Main,020 7946 0001,Work,5 High Street,,,,,Founded,1999,,,,\n" +
				",,,,,,,only a note,,,,,,,,,,,,,,,,,\n",
			want: []awareness.PersonIn{
				{Line: 2, Name: "Cleo Client", Kind: book.Person, Fields: map[string]string{
					book.ContactGiven: "Cleo", book.ContactFamily: "Client", "custom.Phonetic First Name": "Kleo",
					book.ContactOrg: "Client Ltd", book.ContactTitle: "Owner", book.ContactBirthday: "1980-05-06", book.ContactCategories: "Buyers",
					book.ContactEmails:    `[{"value":"cleo@client.example","label":"home"}]`,
					book.ContactAddresses: `[{"label":"home","street":"1 Mill Lane","city":"York"}]`,
					"custom.Boat":         "Sunny", book.ContactAnniversary: "2001-02-03",
					book.ContactRelated: `[{"value":"Dora","label":"sister"}]`,
					book.ContactURLs:    `[{"value":"https://cleo.example","label":"blog"}]`,
				}},
				{Line: 4, Name: "Client Ltd", Kind: book.Company, Fields: map[string]string{
					book.ContactOrg: "Client Ltd", book.ContactPhones: `[{"value":"020 7946 0001","label":"main"}]`,
					book.ContactAddresses: `[{"label":"work","street":"5 High Street"}]`, "custom.Founded": "1999",
				}},
			},
			faults: []int{5},
		},
		{
			name: "outlook", table: outlook +
				"Dr,Cleo,,Client,,Client Ltd,Sales,Owner,1 Mill Lane,Floor 2,York,,YO1,UK,020 1,020 2,020 3,cleo@client.example,SMTP,Cleo (Work),c@home.example,6/13/1980,0/0/00,Buyers;VIP,Unspecified,Normal,Dan,,cleo.example,Chess\n" +
				",Dora,,Example,,,,,,,,,,,,,,dora@client.example,SMTP,,,7/8/1990,,,,,,,,\n",
			want: []awareness.PersonIn{
				{Line: 2, Name: "Dr Cleo Client", Kind: book.Person, Fields: map[string]string{
					book.ContactPrefix: "Dr", book.ContactGiven: "Cleo", book.ContactFamily: "Client", book.ContactOrg: "Client Ltd",
					book.ContactUnit: "Sales", book.ContactTitle: "Owner", book.ContactBirthday: "1980-06-13", book.ContactCategories: "Buyers, VIP",
					book.ContactAddresses: `[{"label":"work","street":"1 Mill Lane\nFloor 2","city":"York","code":"YO1","country":"UK"}]`,
					book.ContactPhones:    `[{"value":"020 1","label":"work"},{"value":"020 2","label":"cell"},{"value":"020 3","label":"work, fax"}]`,
					book.ContactEmails:    `[{"value":"cleo@client.example"},{"value":"c@home.example"}]`,
					book.ContactRelated:   `[{"value":"Dan","label":"spouse"}]`, book.ContactURLs: `[{"value":"cleo.example"}]`,
					"custom.E-mail Display Name": "Cleo (Work)", "custom.Hobby": "Chess",
				}},
				{Line: 3, Name: "Dora Example", Kind: book.Person, Fields: map[string]string{
					book.ContactGiven: "Dora", book.ContactFamily: "Example", book.ContactBirthday: "1990-07-08",
					book.ContactEmails: `[{"value":"dora@client.example"}]`,
				}},
			},
		},
		{
			name: "linkedin", table: linkedin + "Cleo,Client,https://www.linkedin.example/in/cleo,,Client Ltd,Owner,06 May 2024\n",
			want: []awareness.PersonIn{{Line: 6, Name: "Cleo Client", Kind: book.Person, Fields: map[string]string{
				book.ContactGiven: "Cleo", book.ContactFamily: "Client", book.ContactOrg: "Client Ltd", book.ContactTitle: "Owner",
				book.ContactURLs: `[{"value":"https://www.linkedin.example/in/cleo","label":"linkedin"}]`, "custom.Connected On": "06 May 2024",
			}}},
		},
		{
			name: "any table, mapped", table: "Client;Mail;Status;Shoe size;Born\nCleo;cleo@client.example;Lead;41;03/04/1980\n",
			opts: Options{Map: map[string]string{"name": "client", "email": "Mail", "stage": "Status", "birthday": "Born"}},
			want: []awareness.PersonIn{{Line: 2, Name: "Cleo", Kind: book.Person, Stage: "Lead", Unread: []string{book.ContactBirthday}, Fields: map[string]string{
				book.ContactEmails: `[{"value":"cleo@client.example"}]`, "custom.Shoe size": "41", "custom.birthday": "03/04/1980",
			}}},
		},
		{
			name: "ragged", table: "name,email,phone\nCleo,cleo@client.example\nDora,d@client.example,1,2\nEve,e@client.example,3\nFay,f@cli",
			want: []awareness.PersonIn{
				{Line: 2, Name: "Cleo", Kind: book.Person, Fields: map[string]string{book.ContactEmails: `[{"value":"cleo@client.example"}]`}},
				{Line: 4, Name: "Eve", Kind: book.Person, Fields: map[string]string{
					book.ContactEmails: `[{"value":"e@client.example"}]`, book.ContactPhones: `[{"value":"3"}]`,
				}},
			},
			faults: []int{3, 5},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, faults := people(t, open(t, write(t, "a.csv", tt.table), tt.opts))
			for i := range got {
				if got[i].Digest == "" {
					t.Error("no digest")
				}
				got[i].Digest = ""
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if !slices.Equal(linesOf(faults), tt.faults) {
				t.Errorf("faults %v", faults)
			}
		})
	}
}

func TestCards(t *testing.T) {
	const full = "BEGIN:VCARD\r\nVERSION:4.0\r\nPRODID:-//Example//1\r\nREV:20240506T100000Z\r\nUID:urn:uuid:1\r\nFN:Cleo Client\r\nN:Client;Cleo;;Dr;\r\n" +
		"EMAIL;TYPE=work;PREF=1:cleo@client.example\r\nTEL;VALUE=uri;TYPE=cell:tel:+44-20-7946-0000;ext=12\r\nIMPP:xmpp:cleo@chat.example\r\n" +
		"ADR;TYPE=home:;;1 Mill Lane;York;;YO1;UK\r\nORG:Client Ltd;Sales\r\nORG:Second Ltd\r\nNOTE:one\r\nNOTE:two\r\nBDAY:--0506\r\nANNIVERSARY;VALUE=text:some day in May\r\n" +
		"RELATED;TYPE=spouse;VALUE=text:Dan\r\nCATEGORIES:Buyers,VIP\r\nURL:https://cleo.example\r\nX-SHOE-SIZE:41\r\nLOGO:data:image/png;base64,AAAA\r\nEND:VCARD\r\n"
	got, faults := people(t, open(t, write(t, "a.vcf", full), Options{}))
	if len(got) != 1 || len(faults) != 0 {
		t.Fatalf("%d people, faults %v", len(got), faults)
	}
	want := awareness.PersonIn{Line: 1, UID: "urn:uuid:1", Raw: full, Digest: got[0].Digest, Name: "Cleo Client", Kind: book.Person, Unread: []string{book.ContactAnniversary}, Fields: map[string]string{
		book.ContactGiven: "Cleo", book.ContactFamily: "Client", book.ContactPrefix: "Dr",
		book.ContactEmails:    `[{"value":"cleo@client.example","label":"work","pref":true}]`,
		book.ContactPhones:    `[{"value":"+44-20-7946-0000 ext. 12","label":"cell"}]`,
		book.ContactHandles:   `[{"value":"cleo@chat.example","label":"xmpp"}]`,
		book.ContactAddresses: `[{"label":"home","street":"1 Mill Lane","city":"York","code":"YO1","country":"UK"}]`,
		book.ContactOrg:       "Client Ltd", book.ContactUnit: "Sales", "custom.org": "Second Ltd", book.ContactNote: "one\n\ntwo",
		book.ContactBirthday: "--05-06", "custom.anniversary": "some day in May", book.ContactRelated: `[{"value":"Dan","label":"spouse"}]`,
		book.ContactCategories: "Buyers, VIP", book.ContactURLs: `[{"value":"https://cleo.example"}]`, "custom.shoe-size": "41",
	}}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Error(diff)
	}

	again := strings.NewReplacer("20240506T100000Z", "20250101T000000Z", "Example//1", "Example//2").Replace(full)
	same, _ := people(t, open(t, write(t, "b.vcf", again), Options{}))
	other, _ := people(t, open(t, write(t, "c.vcf", strings.Replace(full, "NOTE:two", "NOTE:three", 1)), Options{}))
	if same[0].Digest != got[0].Digest || other[0].Digest == got[0].Digest {
		t.Error("the digest follows the stamps, or not the words")
	}
}

func TestCardKinds(t *testing.T) {
	const cards = "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:Client Ltd\nEND:VCARD\n" +
		"BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:Friends\nMEMBER:urn:uuid:1\nEND:VCARD\n" +
		"BEGIN:VCARD\nVERSION:3.0\nORG:Second Ltd\nEND:VCARD\n" +
		"BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n" +
		"BEGIN:VCARD\nVERSION:3.0\nFN:Cut off\nTEL:020 7946"
	got, faults := people(t, open(t, write(t, "a.txt", cards), Options{}))
	var names []string
	for _, p := range got {
		names = append(names, p.Name+" "+string(p.Kind))
	}
	if diff := cmp.Diff([]string{"Client Ltd company", "Second Ltd company", "Cut off person"}, names); diff != "" {
		t.Error(diff)
	}
	if !slices.Equal(linesOf(faults), []int{6, 16, 19}) {
		t.Errorf("faults %v", faults)
	}
}
