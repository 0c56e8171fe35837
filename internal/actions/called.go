package actions

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"passbook/internal/address"
	"passbook/internal/agenda"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/phrase"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// mostCalled is how many people one greeting names; of more it names nobody, lest it leave somebody out.
const mostCalled = 4

// addressed is how an account is greeted and by what it is reached; each may be empty.
type addressed struct {
	name        string
	readers     string   // those of them to whom a letter goes by mail
	phone, text string   // the numbers to call and to send a text to
	post        bool     // an address for letters is known
	emails      []string // of a household one of each of its people, else the first that is known

	folk     awareness.Folk             // all of its people
	one      *store.Contact             // the one of several people whom the act is about; nil for the account as such
	withheld map[book.ID][]book.Channel // by person: what they do not let us use any more
	country  string                     // the firm's, by which numbers are compared
}

// reach is by what somebody addressed so can be reached.
func (by *addressed) reach() agenda.Reach {
	r := agenda.Reach{Call: by.phone != "", Text: by.text != "", Email: len(by.emails) > 0, Post: by.post}
	folk := by.folk
	if by.one != nil {
		folk = awareness.Folk{by.one}
	}
	for _, c := range book.Channels {
		if len(folk) > 0 && len(by.withheld) > 0 && !slices.ContainsFunc(folk, func(p *store.Contact) bool { return !by.bars(p, c) }) {
			r.Withheld = append(r.Withheld, c)
		}
	}
	return r
}

// closed says by what they do not want to be reached: all of them, and one or another.
func (by *addressed) closed(say assessment.Scribe, all []book.Channel) string {
	said := nonEmpty(say.Withheld(all))
	for _, p := range by.folk {
		own := slices.DeleteFunc(slices.Clone(by.withheld[p.ID]), func(c book.Channel) bool { return slices.Contains(all, c) })
		if len(own) > 0 && (by.one == nil || by.one.ID == p.ID) {
			said = append(said, say.WithheldBy(p.Name, own))
		}
	}
	return strings.Join(said, "; ")
}

// lets is a number or an address of somebody by a channel; "" where they do not let us use it, or somebody does not with whom they
// share it.
func (by *addressed) lets(c *store.Contact, channel book.Channel, to string) string {
	if len(by.withheld) == 0 {
		return to
	}
	for _, p := range by.folk {
		if by.bars(p, channel) && (p.ID == c.ID || address.Among(p.Reaches(book.ContactPhones), to, by.country) || address.Among(p.Reaches(book.ContactEmails), to, by.country)) {
			return ""
		}
	}
	return to
}

// bars says whether somebody does not let us use a channel.
func (by *addressed) bars(c *store.Contact, channel book.Channel) bool {
	return slices.Contains(by.withheld[c.ID], channel)
}

// add brings in one of the people, who is reached where nobody before is.
func (by *addressed) add(c *store.Contact) {
	number := preferred(c.Reaches(book.ContactPhones))
	by.phone = cmp.Or(by.phone, by.lets(c, book.Call, number))
	by.text = cmp.Or(by.text, by.lets(c, book.Text, number))
	by.post = by.post || c.HasPostal() && !by.bars(c, book.Letter)
	if email := by.lets(c, book.Email, preferred(c.Reaches(book.ContactEmails))); email != "" && !slices.Contains(by.emails, email) {
		by.emails = append(by.emails, email)
	}
}

// to is how the one of several people is greeted and reached whom an entry was with; the whole account is where there is nobody
// else, and where nobody in particular was meant. Whoever wrote is answered at the address they wrote from.
func (by addressed) to(a *store.Account, with, country string) addressed {
	if len(by.folk) < 2 {
		return by
	}
	c := by.folk.Who(with, country)
	if c == nil {
		return by
	}
	out := addressed{folk: by.folk, one: c, withheld: by.withheld, country: country}
	out.add(c)
	if isPerson(c, a) {
		out.name, out.readers = firstName(c), firstName(c)
	}
	if email := by.lets(c, book.Email, with); strings.Contains(email, "@") {
		out.emails = []string{email}
	}
	return out
}

// calledNames is how the people of each account are addressed: a person by the first name, a household by those of all
// of it, a company by that of its first contact who is a person. Where nobody is known there is no name.
// Beside it stands the telephone number of the first of them who has one, and the address, of a household those of all.
// What somebody does not let us use any more is nothing that reaches them.
// consents are theirs, as far as somebody has read them; nil for nobody.
func calledNames(
	ctx context.Context, r *teller.Reading, accounts map[book.ID]*store.Account, consents map[book.ID][]awareness.Consent,
) (map[book.ID]addressed, error) {
	ids := make([]book.ID, 0, len(accounts))
	for id := range accounts {
		ids = append(ids, id)
	}
	links, err := r.Tx.LinksOfAccounts(ctx, ids...)
	if err != nil {
		return nil, err
	}
	contacts := make([]book.ID, len(links))
	for i, l := range links {
		contacts[i] = l.Contact
	}
	found, err := r.Tx.Contacts(ctx, contacts...)
	if err != nil {
		return nil, err
	}
	if consents == nil {
		if consents, err = awareness.ConsentsOf(ctx, r, contacts...); err != nil {
			return nil, err
		}
	}
	withheld := make(map[book.ID][]book.Channel, len(consents))
	for id, said := range consents {
		withheld[id] = awareness.Withheld(said)
	}
	out := make(map[book.ID]addressed, len(accounts))
	people := make(map[book.ID][]*store.Contact, len(accounts))
	for _, l := range links {
		c := found[l.Contact]
		if c == nil || c.Merged != "" {
			continue
		}
		by := out[l.Account]
		by.withheld, by.country, by.folk = withheld, r.Rules.Firm.Country, append(by.folk, c)
		out[l.Account] = by
		if isPerson(c, accounts[l.Account]) {
			people[l.Account] = append(people[l.Account], c)
		}
	}
	for id, a := range accounts {
		by := out[id]
		for _, c := range by.folk {
			by.add(c)
		}
		by.name = greeted(a, people[id], r.Tongue)
		by.readers = greeted(a, slices.DeleteFunc(people[id], func(c *store.Contact) bool {
			return slices.Contains(withheld[c.ID], book.Email)
		}), r.Tongue)
		if a.Kind != book.Household || len(by.emails) > mostCalled {
			by.emails = by.emails[:min(1, len(by.emails))]
		}
		out[id] = by
	}
	return out, nil
}

// isPerson says whether a card is one of somebody who can be greeted, rather than of the company itself.
func isPerson(c *store.Contact, a *store.Account) bool {
	name := strings.TrimSpace(c.Name)
	return name != "" && !strings.EqualFold(c.Fields[book.ContactKind], string(book.Company)) &&
		!strings.Contains(name, "@") && (a.Kind == book.Person || book.Fold(name) != book.Fold(a.Name))
}

func greeted(a *store.Account, people []*store.Contact, say phrase.Tongue) string {
	if a.Kind == book.Household {
		names := make([]string, 0, len(people))
		for _, c := range people {
			n := firstName(c)
			if n == "" {
				return "" // rather nobody than all but one
			}
			if !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
		switch n := len(names); {
		case n == 0 || n > mostCalled:
			return ""
		case n == 1:
			return names[0]
		default:
			return say.Say("{some} and {last}", "some", strings.Join(names[:n-1], ", "), "last", names[n-1])
		}
	}
	for _, c := range people { // of a person the card that bears the name
		if a.Kind != book.Person || book.Fold(c.Name) == book.Fold(a.Name) {
			return firstName(c)
		}
	}
	switch {
	case len(people) > 0:
		return firstName(people[0])
	case a.Kind == book.Person && !strings.Contains(a.Name, "@"):
		return firstWord(a.Name)
	}
	return ""
}

func firstName(c *store.Contact) string {
	if given := strings.TrimSpace(c.Fields[book.ContactGiven]); given != "" {
		return given
	}
	return firstWord(c.Name)
}

// notNames are words, as book.Fold gives them, of which one in a name says that it is not simply a given name and a family
// name: titles and particles, behind which the first word is no first name, and what companies call themselves.
var notNames = func() map[string]bool { //nolint:gochecknoglobals // a table of words
	all := map[string]bool{}
	for w := range strings.FieldsSeq(`mr mrs ms miss mx dr prof sir madam dame lord lady rev herr frau fraulein hr fr monsieur madame
		mme mlle sig sra srta senor senora signor signora mevrouw meneer dhr mevr the and und et y
		van von vom zu zur zum de del della di da dos du den der ter ten la le el al bin ibn st
		gmbh ag kg kgaa ohg ug mbh ek ev gbr se bv nv vof sa sas sarl srl spa sl ab oy as asa aps ltd limited plc llp llc lp inc
		incorporated corp corporation co company cie pty pvt kk group holding holdings properties property estates estate realty
		homes lettings partners partnership associates solicitors lawyers attorneys advisors advisers consulting consultants
		consultancy accountants architects engineering services solutions systems software technologies technology tech labs
		studio studios agency media design works bank trust foundation fund capital ventures insurance brothers bros sons school
		university college institute church hotel restaurant cafe garage bakery joinery plumbing electrical builders construction
		logistics trading team office support sales info family familie haushalt household`) {
		all[w] = true
	}
	return all
}()

// firstWord is the first name in a whole name, where that is sure: "Farah" of "Farah Lund" and of "Lund, Farah". Two
// words that begin with capitals, neither of them a title, a particle or a company's, are taken for a person's; of any
// other name it says nothing, since a plain greeting offends nobody and a wrong name does.
func firstWord(name string) string {
	if family, given, ok := strings.Cut(name, ","); ok {
		if strings.TrimSpace(given) == "" || strings.ContainsAny(given, ",") {
			return ""
		}
		name = given + " " + family
	}
	words := strings.Fields(name)
	if len(words) == 3 && initial(words[1]) { // "Farah S. Lund"
		words = []string{words[0], words[2]}
	}
	if len(words) != 2 {
		return ""
	}
	for _, w := range words {
		if notNames[strings.Map(letters, book.Fold(w))] || !capitalised(w) {
			return ""
		}
	}
	return words[0]
}

// initial says whether a word is one capital, with its point or without.
func initial(w string) bool {
	w = strings.TrimSuffix(w, ".")
	return len(w) == 1 && w[0] >= 'A' && w[0] <= 'Z'
}

// letters keeps what is left of a word without its points.
func letters(r rune) rune {
	if unicode.IsLetter(r) {
		return r
	}
	return -1
}

// capitalised says whether a word is written as a name is: a capital, then small letters, as also in "Jean-Luc", "O'Neill"
// and "McKay". Initials and words in capitals throughout are none.
func capitalised(w string) bool {
	small := 0
	for i, r := range w {
		switch {
		case i == 0 && !unicode.IsUpper(r) && !unicode.In(r, unicode.Lo):
			return false
		case unicode.IsLower(r) || unicode.In(r, unicode.Lo):
			small++
		case !unicode.IsLetter(r) && !unicode.In(r, unicode.Mn) && r != '-' && r != '\'' && r != '’':
			return false
		}
	}
	return small > 0
}
