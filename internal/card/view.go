package card

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

// Person returns what the card says.
func (c *Card) Person() Person {
	v := view{companions: map[string]*companion{}}
	for _, p := range c.Props {
		v.learn(p)
	}
	for _, p := range c.Props {
		read, ok := readers[p.Name]
		switch {
		case strings.TrimSpace(p.Value) == "" || p.Name == "VERSION":
		case !ok:
			v.other(p)
		default:
			read(&v, p)
		}
	}
	v.placeLabels()
	v.orphans()
	if v.p.FN == "" {
		v.p.FN = v.p.bestName()
	}
	if v.p.Kind == "" {
		v.p.Kind = "individual"
	}
	return v.p
}

// view is a Person in the making.
type view struct {
	p          Person
	companions map[string]*companion // by group, lower case
	labels     []Prop                // LABEL properties, to be matched with addresses
}

// companion is what Apple's item groups say about the property they hold.
type companion struct {
	label, format         string
	labelProp, formatProp Prop
	labelUsed, formatUsed bool
}

func (v *view) learn(p Prop) {
	if p.Group == "" || p.Name != "X-ABLABEL" && p.Name != "X-ABADR" {
		return
	}
	key := strings.ToLower(p.Group)
	if v.companions[key] == nil {
		v.companions[key] = &companion{}
	}
	c := v.companions[key]
	if p.Name == "X-ABADR" {
		c.format, c.formatProp = strings.TrimSpace(p.Text()), p
		return
	}
	label := strings.TrimSpace(p.Text())
	if inner, ok := strings.CutPrefix(label, "_$!<"); ok {
		label = strings.TrimSuffix(inner, ">!$_")
	}
	c.label, c.labelProp = label, p
}

// label returns the user's word for a grouped property.
func (v *view) label(p Prop) string {
	c := v.companions[strings.ToLower(p.Group)]
	if p.Group == "" || c == nil {
		return ""
	}
	c.labelUsed = true
	return c.label
}

// format returns the X-ABADR of a grouped address.
func (v *view) format(p Prop) string {
	c := v.companions[strings.ToLower(p.Group)]
	if p.Group == "" || c == nil {
		return ""
	}
	c.formatUsed = true
	return c.format
}

// orphans keeps the labels whose property took no label.
func (v *view) orphans() {
	var keys []string
	for k := range v.companions {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		c := v.companions[k]
		if !c.labelUsed && c.label != "" {
			v.other(c.labelProp)
		}
		if !c.formatUsed && c.format != "" {
			v.other(c.formatProp)
		}
	}
}

func (v *view) item(p Prop, value string) Item {
	return Item{Value: value, Types: p.Types(), Label: v.label(p), Pref: p.Pref()}
}

// other keeps a property that has no place, or whose place is taken.
func (v *view) other(p Prop) {
	value := strings.TrimSpace(p.Text())
	if encodingOf(p.Params) == encBase64 {
		value = dataURI(p.Bytes(), mediaTypeOf(p, p.Bytes()))
	}
	f := Field{Name: p.Name, Item: Item{Value: value, Types: p.Types(), Pref: p.Pref()}}
	if p.Name != "X-ABLABEL" && p.Name != "X-ABADR" {
		f.Label = v.label(p)
	}
	v.p.Other = append(v.p.Other, f)
}

// once fills a field that holds one value; a second one goes to Other.
func (v *view) once(field *string, p Prop) {
	if *field == "" {
		*field = strings.TrimSpace(p.Text())
	} else {
		v.other(p)
	}
}

// bestName makes a formatted name of what else there is.
func (p *Person) bestName() string {
	n := p.Name
	if full := joinWords(n.Prefixes, n.Given, n.Additional, n.Family, n.Suffixes); full != "" {
		return full
	}
	switch {
	case len(p.Nicknames) > 0:
		return p.Nicknames[0]
	case len(p.Organizations) > 0 && p.Organizations[0].Name != "":
		return p.Organizations[0].Name
	case len(p.Emails) > 0:
		return p.Emails[0].Value
	case len(p.Phones) > 0:
		return p.Phones[0].Value
	}
	return ""
}

func joinWords(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), " ")
}

// placeLabels gives each LABEL to the address it most likely belongs to: one
// without a label yet that shares a type with it. A label that fits none is an
// address of its own.
func (v *view) placeLabels() {
	for _, p := range v.labels {
		best, score := -1, 0
		for i := range v.p.Addresses {
			a := &v.p.Addresses[i]
			if s := overlap(a.Types, p.Types()); a.Formatted == "" && s > score {
				best, score = i, s
			}
		}
		text := strings.TrimSpace(p.Text())
		if best >= 0 {
			v.p.Addresses[best].Formatted = text
			continue
		}
		v.p.Addresses = append(v.p.Addresses,
			Address{Formatted: text, Types: p.Types(), Label: v.label(p), Pref: p.Pref()})
	}
}

// overlap counts the types that both have; two without any agree as well.
func overlap(a, b []string) int {
	if len(a) == 0 && len(b) == 0 {
		return 1
	}
	n := 0
	for _, t := range a {
		if slices.Contains(b, t) {
			n++
		}
	}
	return n
}

// schemeOf returns the scheme of a URI in lower case, or "".
func schemeOf(s string) string {
	i := strings.IndexByte(s, ':')
	if i < 1 {
		return ""
	}
	for j := range i {
		if c := s[j]; !isAlnum(c) && c != '+' && c != '-' && c != '.' {
			return ""
		}
	}
	return strings.ToLower(s[:i])
}

func dataURI(data []byte, mediaType string) string {
	return "data:" + mediaType + ";base64," + base64.StdEncoding.EncodeToString(data)
}

// pathUnescape undoes percent escapes; what is not well formed stays.
func pathUnescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// signatures of the picture formats that cards carry, for those that come
// without a type.
var signatures = []struct{ prefix, mediaType string }{
	{"\xff\xd8\xff", "image/jpeg"},
	{"\x89PNG", "image/png"},
	{"GIF8", "image/gif"},
	{"RIFF", "image/webp"},
	{"BM", "image/bmp"},
}

// mediaTypeOf says what kind of bytes a binary property holds.
func mediaTypeOf(p Prop, data []byte) string {
	if m := p.Param("MEDIATYPE"); m != "" {
		return strings.ToLower(m)
	}
	for _, t := range p.Types() {
		switch {
		case strings.Contains(t, "/"):
			return t
		case t == "jpg":
			return "image/jpeg"
		case p.Name == "PHOTO" || p.Name == "LOGO":
			return "image/" + t
		case t == "x509":
			return "application/x-x509-ca-cert"
		case t == "pgp":
			return "application/pgp-keys"
		}
	}
	for _, s := range signatures {
		if strings.HasPrefix(string(data[:min(len(data), 8)]), s.prefix) {
			return s.mediaType
		}
	}
	return ""
}
