package card

import (
	"slices"
	"strings"
)

// readers says, for each property that Person has a place for, how it gets
// there.
var readers = map[string]func(*view, Prop){
	"FN":       func(v *view, p Prop) { v.once(&v.p.FN, p) },
	"TITLE":    func(v *view, p Prop) { v.once(&v.p.Title, p) },
	"ROLE":     func(v *view, p Prop) { v.once(&v.p.Role, p) },
	"UID":      func(v *view, p Prop) { v.once(&v.p.UID, p) },
	"REV":      func(v *view, p Prop) { v.once(&v.p.Rev, p) },
	"LANG":     func(v *view, p Prop) { v.once(&v.p.Language, p) },
	"TZ":       func(v *view, p Prop) { v.once(&v.p.TimeZone, p) },
	"N":        readName,
	"NICKNAME": func(v *view, p Prop) { v.p.Nicknames = append(v.p.Nicknames, p.list()...) },
	"NOTE":     func(v *view, p Prop) { v.p.Notes = append(v.p.Notes, p.Text()) },
	"CATEGORIES": func(v *view, p Prop) {
		v.p.Categories = append(v.p.Categories, p.list()...)
	},
	"EMAIL":           readEmail,
	"TEL":             readPhone,
	"ADR":             readAddress,
	"LABEL":           func(v *view, p Prop) { v.labels = append(v.labels, p) },
	"ORG":             readOrganization,
	"URL":             readURL,
	"X-SOCIALPROFILE": readURL,
	"SOCIALPROFILE":   readURL,
	"GENDER":          readGender,
	"X-GENDER":        readGender,
	"PHOTO":           readPhoto,

	"KIND":                          readKind,
	"X-ADDRESSBOOKSERVER-KIND":      readKind,
	"X-ABSHOWAS":                    readShowAs,
	"MEMBER":                        readMember,
	"X-ADDRESSBOOKSERVER-MEMBER":    readMember,
	"BDAY":                          func(v *view, p Prop) { v.date(&v.p.Birthday, p) },
	"ANNIVERSARY":                   readAnniversary,
	"X-ANNIVERSARY":                 readAnniversary,
	"X-MS-ANNIVERSARY":              readAnniversary,
	"X-EVOLUTION-ANNIVERSARY":       readAnniversary,
	"X-KADDRESSBOOK-X-ANNIVERSARY":  readAnniversary,
	"X-ABDATE":                      readLabelledDate,
	"X-ANDROID-CUSTOM":              readAndroid,
	"X-ABLABEL":                     readCompanion,
	"X-ABADR":                       readCompanion,
	"IMPP":                          readIMPP,
	"X-MS-IMADDRESS":                readIM(""),
	"X-KADDRESSBOOK-X-IMADDRESS":    readIM(""),
	"X-AIM":                         readIM("aim"),
	"X-ICQ":                         readIM("icq"),
	"X-JABBER":                      readIM("xmpp"),
	"X-GTALK":                       readIM("gtalk"),
	"X-GOOGLE-TALK":                 readIM("gtalk"),
	"X-MSN":                         readIM("msn"),
	"X-YAHOO":                       readIM("yahoo"),
	"X-YAHOO-ID":                    readIM("yahoo"),
	"X-SKYPE":                       readIM("skype"),
	"X-SKYPE-USERNAME":              readIM("skype"),
	"X-GADUGADU":                    readIM("gadugadu"),
	"X-GROUPWISE":                   readIM("groupwise"),
	"X-QQ":                          readIM("qq"),
	"RELATED":                       func(v *view, p Prop) { v.related(p, "") },
	"X-ABRELATEDNAMES":              readRelatedName,
	"X-SPOUSE":                      readRelated("spouse"),
	"X-MANAGER":                     readRelated("manager"),
	"X-ASSISTANT":                   readRelated("assistant"),
	"X-EVOLUTION-SPOUSE":            readRelated("spouse"),
	"X-EVOLUTION-MANAGER":           readRelated("manager"),
	"X-EVOLUTION-ASSISTANT":         readRelated("assistant"),
	"X-MS-SPOUSE":                   readRelated("spouse"),
	"X-MS-MANAGER":                  readRelated("manager"),
	"X-MS-ASSISTANT":                readRelated("assistant"),
	"X-MS-CHILD":                    readRelated("child"),
	"X-KADDRESSBOOK-X-SPOUSESNAME":  readRelated("spouse"),
	"X-KADDRESSBOOK-X-MANAGERSNAME": readRelated("manager"),

	"X-KADDRESSBOOK-X-ASSISTANTSNAME": readRelated("assistant"),
}

// list splits a value at unescaped commas and drops empty entries.
func (p Prop) list() []string {
	var out []string
	for _, s := range splitEscaped(p.plain(p.Value), ',') {
		if p.version != "2.1" {
			s = unescape(s)
		}
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// part returns the i-th part of a structured value with its commas kept.
func part(fields []field, i int, version string) string {
	if i >= len(fields) {
		return ""
	}
	return strings.TrimSpace(fields[i].text(version))
}

func readName(v *view, p Prop) {
	if v.p.Name != (Name{}) {
		v.other(p)
		return
	}
	f := p.fields()
	v.p.Name = Name{
		Family: part(f, 0, p.version), Given: part(f, 1, p.version), Additional: part(f, 2, p.version),
		Prefixes: part(f, 3, p.version), Suffixes: part(f, 4, p.version),
	}
}

func readEmail(v *view, p Prop) {
	value := strings.TrimSpace(p.Text())
	if schemeOf(value) == "mailto" {
		value = pathUnescape(value[len("mailto:"):])
	}
	v.p.Emails = append(v.p.Emails, v.item(p, value))
}

func readPhone(v *view, p Prop) {
	value, ext := strings.TrimSpace(p.Text()), ""
	if len(value) > 4 && strings.EqualFold(value[:4], "tel:") {
		params := strings.Split(value[4:], ";")
		value = pathUnescape(params[0])
		for _, q := range params[1:] {
			if len(q) > 4 && strings.EqualFold(q[:4], "ext=") {
				ext = pathUnescape(q[4:])
			} else {
				value += ";" + q
			}
		}
	}
	v.p.Phones = append(v.p.Phones, Phone{Item: v.item(p, value), Ext: ext})
}

func readAddress(v *view, p Prop) {
	f := p.fields()
	a := Address{
		POBox: part(f, 0, p.version), Extended: part(f, 1, p.version), Street: part(f, 2, p.version),
		Locality: part(f, 3, p.version), Region: part(f, 4, p.version), Postcode: part(f, 5, p.version),
		Country: part(f, 6, p.version), Formatted: strings.ReplaceAll(p.Param("LABEL"), `\n`, "\n"),
		Types: p.Types(), Label: v.label(p), Pref: p.Pref(), Format: v.format(p),
	}
	if strings.Trim(p.Value, "; ") == "" && a.Formatted == "" {
		return
	}
	v.p.Addresses = append(v.p.Addresses, a)
}

func readOrganization(v *view, p Prop) {
	o := Organization{Types: p.Types(), Label: v.label(p), Pref: p.Pref()}
	for i, f := range p.fields() {
		s := strings.TrimSpace(f.text(p.version))
		switch {
		case i == 0:
			o.Name = s
		case s != "":
			o.Units = append(o.Units, s)
		}
	}
	if o.Name != "" || o.Units != nil {
		v.p.Organizations = append(v.p.Organizations, o)
	}
}

func readURL(v *view, p Prop) {
	v.p.URLs = append(v.p.URLs, v.item(p, strings.TrimSpace(p.Text())))
}

func readGender(v *view, p Prop) {
	if v.p.Gender != "" {
		v.other(p)
		return
	}
	f := p.fields()
	v.p.Gender = part(f, 0, p.version)
	if text := part(f, 1, p.version); text != "" {
		v.p.Gender += ";" + text
	}
}

func readKind(v *view, p Prop) {
	v.once(&v.p.Kind, p)
	v.p.Kind = strings.ToLower(v.p.Kind)
}

// readShowAs reads Apple's mark for a card that stands for a firm.
func readShowAs(v *view, p Prop) {
	if v.p.Kind == "" && strings.EqualFold(strings.TrimSpace(p.Text()), "company") {
		v.p.Kind = "org"
		return
	}
	v.other(p)
}

func readMember(v *view, p Prop) {
	v.p.Members = append(v.p.Members, strings.TrimSpace(p.Text()))
}

// readCompanion keeps a label that is in no group; grouped ones have been
// learnt before.
func readCompanion(v *view, p Prop) {
	if p.Group == "" {
		v.other(p)
	}
}

// date fills a date that a card has once; a second goes to Other.
func (v *view) date(d *Date, p Prop) {
	if !d.IsZero() {
		v.other(p)
		return
	}
	if strings.EqualFold(p.Param("VALUE"), "text") {
		*d = Date{Text: strings.TrimSpace(p.Text())}
		return
	}
	*d = ParseDate(p.Text()).withoutYear(p.Param("X-APPLE-OMIT-YEAR"))
}

func readAnniversary(v *view, p Prop) { v.date(&v.p.Anniversary, p) }

func readLabelledDate(v *view, p Prop) {
	c := v.companions[strings.ToLower(p.Group)]
	if p.Group != "" && c != nil && strings.EqualFold(c.label, "anniversary") && v.p.Anniversary.IsZero() {
		c.labelUsed = true
		v.date(&v.p.Anniversary, p)
		return
	}
	v.other(p)
}

func readPhoto(v *view, p Prop) {
	if v.p.Photo.URI != "" || v.p.Photo.Data != nil {
		v.other(p)
		return
	}
	text := ""
	if encodingOf(p.Params) != encBase64 {
		text = strings.TrimSpace(p.Text())
	}
	ph := Photo{}
	if data, mediaType, ok := parseDataURI(text); ok {
		ph.Data, ph.MediaType = data, mediaType
	} else if schemeOf(text) != "" {
		ph.URI = text
	} else {
		ph.Data = p.Bytes()
		if text != "" { // base64 without saying so
			ph.Data = decodeBase64(text)
		}
	}
	if ph.MediaType == "" {
		ph.MediaType = mediaTypeOf(p, ph.Data)
	}
	if len(ph.Data) == 0 && ph.URI == "" {
		v.other(p)
		return
	}
	v.p.Photo = ph
}

func readIMPP(v *view, p Prop) {
	im := IM{Handle: strings.TrimSpace(p.Text()), Types: p.Types(), Label: v.label(p), Pref: p.Pref()}
	if im.Service = schemeOf(im.Handle); im.Service != "" {
		im.Handle = im.Handle[len(im.Service)+1:]
	}
	if s := p.Param("X-SERVICE-TYPE"); s != "" {
		im.Service = strings.ToLower(s)
	}
	v.p.IMs = append(v.p.IMs, im)
}

func readIM(service string) func(*view, Prop) {
	return func(v *view, p Prop) {
		v.p.IMs = append(v.p.IMs, IM{
			Service: service, Handle: strings.TrimSpace(p.Text()),
			Types: p.Types(), Label: v.label(p), Pref: p.Pref(),
		})
	}
}

func readRelated(relation string) func(*view, Prop) {
	return func(v *view, p Prop) { v.related(p, relation) }
}

// related adds a person; a relation that the property's name implies comes
// first among the types.
func (v *view) related(p Prop, relation string) {
	it := v.item(p, strings.TrimSpace(p.Text()))
	if relation != "" && !slices.Contains(it.Types, relation) {
		it.Types = append([]string{relation}, it.Types...)
	}
	v.p.Related = append(v.p.Related, it)
}

func readRelatedName(v *view, p Prop) {
	c := v.companions[strings.ToLower(p.Group)]
	relation := ""
	if p.Group != "" && c != nil {
		relation = strings.ToLower(c.label)
	}
	v.related(p, relation)
}
