package archive

import (
	"maps"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/card"
	"passbook/internal/transfer"
)

// amending gathers the changes that make a card say what a contact is now. Whatever is not amended stays as it came,
// byte for byte.
type amending struct {
	card   *card.Card
	says   map[string]string // the fields as the card has them
	now    map[string]string // and as they are to be
	person card.Person       // the contact as a card would say it

	by      []map[string]string // what each property says by itself; filled when first wanted
	removed map[int]bool
	sets    map[string]card.Change // by property, of which there is one
	more    []card.Change          // additions
	groups  int
}

// single are the fields of which a card says one thing, and a second property of the kind stands among the firm's own.
var single = map[string]string{
	book.ContactTitle: "TITLE", book.ContactRole: "ROLE", book.ContactLanguage: "LANG", book.ContactZone: "TZ",
	book.ContactGender: "GENDER", book.ContactBirthday: "BDAY", book.ContactAnniversary: "ANNIVERSARY",
	book.ContactOrg: "ORG", book.ContactUnit: "ORG",
	book.ContactGiven: "N", book.ContactFamily: "N", book.ContactMiddle: "N", book.ContactPrefix: "N", book.ContactSuffix: "N",
}

// amend makes the card say one field as it is now.
func (a *amending) amend(field string) {
	a.analyse()
	switch {
	case field == book.ContactName:
		a.set("FN", [][]string{{a.now[field]}})
	case field == book.ContactKind:
		a.kind()
	case field == book.ContactAddresses:
		a.postals()
	case book.IsListField(field):
		a.reaches(field)
	case field == book.ContactNote, field == book.ContactNickname, field == book.ContactCategories:
		a.texts(field)
	case single[field] != "":
		a.one(field)
	default:
		a.extension(field)
	}
}

// analyse finds what each property says, read alone with the labels of its group.
func (a *amending) analyse() {
	if a.by != nil {
		return
	}
	a.by, a.removed, a.sets = make([]map[string]string, len(a.card.Props)), map[int]bool{}, map[string]card.Change{}
	taken := map[string]bool{}
	for i, p := range a.card.Props {
		if p.Name == "X-ABLABEL" || p.Name == "X-ABADR" || p.Name == "FN" || p.Name == "LABEL" {
			continue
		}
		one := card.Card{Version: a.card.Version}
		for _, q := range a.card.Props {
			if p.Group != "" && strings.EqualFold(q.Group, p.Group) && (q.Name == "X-ABLABEL" || q.Name == "X-ABADR") {
				one.Props = append(one.Props, q)
			}
		}
		one.Props = append(one.Props, p)
		said := one.Person()
		says := map[string]string(transfer.CardFields(&said))
		before := maps.Clone(taken)
		for field, value := range maps.Clone(says) {
			name := single[field]
			if name == "" {
				continue
			}
			if taken[name] = true; before[name] {
				delete(says, field)
				says[book.CustomPrefix+strings.ToLower(strings.TrimPrefix(p.Name, "X-"))] = value
			}
		}
		a.by[i] = says
	}
}

// saying lists the properties that say something of a field.
func (a *amending) saying(field string) []int {
	var out []int
	for i, says := range a.by {
		if _, ok := says[field]; ok && !a.removed[i] {
			out = append(out, i)
		}
	}
	return out
}

// nth is which property of its name one is, from 0, as the card counts them.
func (a *amending) nth(i int) int {
	n := 0
	for _, p := range a.card.Props[:i] {
		if p.Name == a.card.Props[i].Name {
			n++
		}
	}
	return n
}

// set replaces the first property of the name, or adds one. An empty value takes it away.
func (a *amending) set(name string, parts [][]string) {
	i := slices.IndexFunc(a.card.Props, func(p card.Prop) bool { return p.Name == name })
	empty := !slices.ContainsFunc(parts, func(list []string) bool { return strings.Join(list, "") != "" })
	switch {
	case empty && i >= 0:
		a.removed[i] = true
	case !empty:
		delete(a.removed, i)
		a.sets[name] = card.SetParts(name, parts)
	}
}

// only takes away what says something of a field, but for the first property of the name, which set replaces.
func (a *amending) only(field, name string) {
	kept := slices.IndexFunc(a.card.Props, func(p card.Prop) bool { return p.Name == name })
	for _, i := range a.saying(field) {
		if i != kept {
			a.removed[i] = true
		}
	}
}

// one writes a field of which there is one, from the contact as a card would say it.
func (a *amending) one(field string) {
	name, p := single[field], &a.person
	a.only(field, name)
	switch name {
	case "N":
		n := p.Name
		a.set(name, [][]string{{n.Family}, {n.Given}, {n.Additional}, {n.Prefixes}, {n.Suffixes}})
	case "ORG":
		parts := [][]string{{a.now[book.ContactOrg]}}
		for _, unit := range a.units() {
			parts = append(parts, []string{unit})
		}
		a.set(name, parts)
	case "GENDER":
		sex, text, words := strings.Cut(p.Gender, ";")
		parts := [][]string{{sex}}
		if words {
			parts = append(parts, []string{text})
		}
		a.set(name, parts)
	case "BDAY", "ANNIVERSARY":
		a.set(name, [][]string{{a.date(a.now[field])}})
	default:
		a.set(name, [][]string{{a.now[field]}})
	}
	a.demote(name)
}

// demote keeps a second property of the name, which stands among the firm's own fields, from taking the place of the
// first when that is gone.
func (a *amending) demote(name string) {
	first := slices.IndexFunc(a.card.Props, func(p card.Prop) bool { return p.Name == name })
	own := book.CustomPrefix + strings.ToLower(name)
	rest := slices.DeleteFunc(a.saying(own), func(i int) bool { return a.card.Props[i].Name != name })
	if first < 0 || !a.removed[first] || len(rest) == 0 {
		return
	}
	for _, i := range rest {
		a.removed[i] = true
	}
	a.more = append(a.more, card.Add("X-"+name, a.now[own]))
}

// units are the parts of the firm: as the card has them where they did not change, since a name may hold a comma.
func (a *amending) units() []string {
	says := a.card.Person()
	if len(says.Organizations) > 0 && a.says[book.ContactUnit] == a.now[book.ContactUnit] {
		return says.Organizations[0].Units
	}
	return splitList(a.now[book.ContactUnit])
}

// date writes a day as the card's version does: 4.0 knows only the form without dashes.
func (a *amending) date(day string) string {
	if a.card.Version != "4.0" {
		return day
	}
	switch {
	case strings.HasPrefix(day, "--"):
		return "--" + strings.ReplaceAll(day[2:], "-", "")
	case len(day) == len("2006-01-02"):
		return strings.ReplaceAll(day, "-", "")
	}
	return day
}

// texts writes a field that several properties may say as one property.
func (a *amending) texts(field string) {
	names := map[string]string{book.ContactNote: "NOTE", book.ContactNickname: "NICKNAME", book.ContactCategories: "CATEGORIES"}
	name, list := names[field], []string{a.now[field]}
	if field != book.ContactNote {
		list = splitList(a.now[field])
	}
	a.only(field, name)
	a.set(name, [][]string{list})
}

func (a *amending) kind() {
	for i, p := range a.card.Props {
		switch p.Name {
		case "KIND", "X-ADDRESSBOOKSERVER-KIND", "X-ABSHOWAS":
			a.removed[i] = true
		}
	}
	a.more = append(a.more, card.Add("KIND", a.person.Kind))
}

// extension writes a field of the firm's own under the name the card has for it.
func (a *amending) extension(field string) {
	name := extensionName(strings.TrimPrefix(field, book.CustomPrefix))
	for n, i := range a.saying(field) {
		if n == 0 {
			name = a.card.Props[i].Name
		}
		a.removed[i] = true
	}
	if value := a.now[field]; value != "" {
		a.more = append(a.more, card.Add(name, value))
	}
}

// reaches takes away the values that are gone or named otherwise, and adds those that are new.
func (a *amending) reaches(field string) {
	want := book.ReadList[book.Reach](a.now[field])
	for _, i := range a.saying(field) {
		for _, r := range book.ReadList[book.Reach](a.by[i][field]) {
			at := slices.Index(want, r)
			if at < 0 {
				a.removed[i] = true
				continue
			}
			want = slices.Delete(want, at, at+1)
		}
	}
	for _, r := range want {
		it := itemOf(r)
		switch field {
		case book.ContactEmails:
			a.add("EMAIL", it, [][]string{{it.Value}})
		case book.ContactPhones:
			a.add("TEL", it, [][]string{{it.Value}})
		case book.ContactURLs:
			a.add("URL", it, [][]string{{it.Value}})
		case book.ContactRelated:
			a.related(r)
		case book.ContactHandles:
			a.handle(r)
		}
	}
}

// related writes a relation as the card's version knows it: before 4.0 it is Apple's, with the relation as a label.
func (a *amending) related(r book.Reach) {
	it := itemOf(r)
	if a.card.Version == "4.0" {
		a.add("RELATED", it, [][]string{{r.Value}}, card.Param{Name: "VALUE", Values: []string{"text"}})
		return
	}
	it.Types, it.Label = nil, r.Label
	a.add("X-ABRELATEDNAMES", it, [][]string{{r.Value}})
}

// handle writes an address for instant messages, its service as the scheme or, where that is none, as a parameter.
func (a *amending) handle(r book.Reach) {
	service := strings.ToLower(r.Label)
	it := card.Item{Pref: r.Pref}
	switch {
	case service == "":
		a.add("IMPP", it, [][]string{{r.Value}})
	case strings.Trim(service, "abcdefghijklmnopqrstuvwxyz0123456789-.+") == "":
		a.add("IMPP", it, [][]string{{service + ":" + r.Value}})
	default:
		a.add("IMPP", it, [][]string{{"x-apple:" + r.Value}}, card.Param{Name: "X-SERVICE-TYPE", Values: []string{service}})
	}
}

// postals does for postal addresses what reaches does for other lists. An envelope's text beside an address that goes
// goes with it.
func (a *amending) postals() {
	want := book.ReadList[book.Postal](a.now[book.ContactAddresses])
	var gone []card.Prop
	for _, i := range a.saying(book.ContactAddresses) {
		for _, p := range book.ReadList[book.Postal](a.by[i][book.ContactAddresses]) {
			at := slices.Index(want, p)
			if at < 0 {
				a.removed[i] = true
				gone = append(gone, a.card.Props[i])
				continue
			}
			want = slices.Delete(want, at, at+1)
		}
	}
	for i, p := range a.card.Props {
		if p.Name != "LABEL" {
			continue
		}
		alone := book.Postal{Street: book.Clean(p.Text()), Label: transfer.LabelOf("", p.Types())}
		if at := slices.Index(want, alone); at >= 0 {
			want = slices.Delete(want, at, at+1)
			continue
		}
		own := slices.Contains(book.ReadList[book.Postal](a.says[book.ContactAddresses]), alone)
		a.removed[i] = own || slices.ContainsFunc(gone, func(g card.Prop) bool { return alike(g.Types(), p.Types()) })
	}
	for _, p := range want {
		types, label := labelled(p.Label)
		a.add("ADR", card.Item{Types: types, Label: label},
			[][]string{{p.POBox}, {p.Extended}, {p.Street}, {p.City}, {p.Region}, {p.Code}, {p.Country}})
	}
}

// alike says whether an envelope's text may be that of an address, as card.Person matches them.
func alike(a, b []string) bool {
	return len(a)+len(b) == 0 || slices.ContainsFunc(a, func(t string) bool { return slices.Contains(b, t) })
}

// add adds a property with its types, or with its label in a group of its own.
func (a *amending) add(name string, it card.Item, parts [][]string, params ...card.Param) {
	types := slices.Clone(it.Types)
	if it.Pref && a.card.Version == "4.0" {
		params = append(params, card.Param{Name: "PREF", Values: []string{"1"}})
	} else if it.Pref {
		types = append(types, "pref")
	}
	if len(types) > 0 {
		params = append(params, card.Param{Name: "TYPE", Values: types})
	}
	change := card.AddParts(name, parts, params...)
	if it.Label == "" {
		a.more = append(a.more, change)
		return
	}
	group := a.group()
	a.more = append(a.more, change.In(group), card.Add("X-ABLABEL", it.Label).In(group))
}

// group is one that the card does not use yet.
func (a *amending) group() string {
	for {
		a.groups++
		name := "passbook" + string(rune('a'+a.groups%26)) + strings.Repeat("x", a.groups/26)
		if !slices.ContainsFunc(a.card.Props, func(p card.Prop) bool { return strings.EqualFold(p.Group, name) }) {
			return name
		}
	}
}

// changes are all changes, removals with the labels that nothing is left to carry.
func (a *amending) changes() []card.Change {
	var out []card.Change
	left := map[string]bool{}
	for i, p := range a.card.Props {
		if !a.removed[i] && p.Name != "X-ABLABEL" && p.Name != "X-ABADR" {
			left[strings.ToLower(p.Group)] = true
		}
	}
	for i, p := range a.card.Props {
		companion := p.Name == "X-ABLABEL" || p.Name == "X-ABADR"
		orphan := companion && p.Group != "" && !left[strings.ToLower(p.Group)] && len(a.removed) > 0 && a.carried(p.Group)
		if a.removed[i] || orphan {
			out = append(out, card.Remove(p.Name).At(a.nth(i)))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.sets)) {
		out = append(out, a.sets[name])
	}
	return append(out, a.more...)
}

// carried says whether a group held something but labels.
func (a *amending) carried(group string) bool {
	return slices.ContainsFunc(a.card.Props, func(p card.Prop) bool {
		return strings.EqualFold(p.Group, group) && p.Name != "X-ABLABEL" && p.Name != "X-ABADR"
	})
}
