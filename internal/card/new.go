package card

import (
	"strconv"
	"strings"
)

// New writes a person as a 4.0 card. Reading it back gives the same person, as
// long as FN and Kind are set and no value has blanks around it.
func New(p Person) []byte {
	w := writer{out: []byte("BEGIN:VCARD\r\nVERSION:4.0\r\n")}
	w.text("UID", p.UID)
	w.text("KIND", p.Kind)
	w.add(newRecord("FN", [][]string{{p.FN}}, nil)) // 4.0 wants one, even empty
	w.names(p)
	w.ways(p)
	w.dates(p)
	for _, it := range p.Related {
		var value []Param
		if schemeOf(it.Value) == "" {
			value = []Param{{Name: "VALUE", Values: []string{"text"}}}
		}
		w.item("RELATED", it, value...)
	}
	if len(p.Categories) > 0 {
		w.add(newRecord("CATEGORIES", [][]string{p.Categories}, nil))
	}
	for _, n := range p.Notes {
		w.text("NOTE", n)
	}
	for _, m := range p.Members {
		w.text("MEMBER", m)
	}
	w.text("REV", p.Rev)
	for _, f := range p.Other {
		w.item(f.Name, f.Item)
	}
	return append(w.out, "END:VCARD\r\n"...)
}

// writer gathers the lines of a new card.
type writer struct {
	out   []byte
	items int // groups used so far
}

func (w *writer) add(r record) {
	if r.writable() {
		w.out = append(w.out, r.render("4.0", "\r\n")...)
	}
}

func (w *writer) text(name, value string) {
	if value != "" {
		w.add(newRecord(name, [][]string{{value}}, nil))
	}
}

func (w *writer) item(name string, it Item, params ...Param) {
	w.parts(name, [][]string{{it.Value}}, it, params...)
}

// parts writes a value with its types, preference and label. A label needs a
// group with a property of its own.
func (w *writer) parts(name string, parts [][]string, it Item, params ...Param) {
	r := newRecord(name, parts, params)
	if len(it.Types) > 0 {
		r.params = append(r.params, Param{Name: "TYPE", Values: it.Types})
	}
	if it.Pref {
		r.params = append(r.params, Param{Name: "PREF", Values: []string{"1"}})
	}
	if it.Label != "" {
		r.group = w.group()
	}
	w.add(r)
	if it.Label != "" {
		w.companion(r.group, "X-ABLABEL", it.Label)
	}
}

func (w *writer) group() string {
	w.items++
	return "item" + strconv.Itoa(w.items)
}

func (w *writer) companion(group, name, value string) {
	r := newRecord(name, [][]string{{value}}, nil)
	r.group = group
	w.add(r)
}

// names writes who it is.
func (w *writer) names(p Person) {
	if n := p.Name; n != (Name{}) {
		w.add(newRecord("N", [][]string{{n.Family}, {n.Given}, {n.Additional}, {n.Prefixes}, {n.Suffixes}}, nil))
	}
	if len(p.Nicknames) > 0 {
		w.add(newRecord("NICKNAME", [][]string{p.Nicknames}, nil))
	}
	for _, o := range p.Organizations {
		parts := [][]string{{o.Name}}
		for _, u := range o.Units {
			parts = append(parts, []string{u})
		}
		w.parts("ORG", parts, Item{Types: o.Types, Label: o.Label, Pref: o.Pref})
	}
	w.text("TITLE", p.Title)
	w.text("ROLE", p.Role)
	if p.Gender != "" {
		sex, text, some := strings.Cut(p.Gender, ";")
		parts := [][]string{{sex}}
		if some {
			parts = append(parts, []string{text})
		}
		w.add(newRecord("GENDER", parts, nil))
	}
	w.text("LANG", p.Language)
	w.text("TZ", p.TimeZone)
}

// ways writes how to reach them.
func (w *writer) ways(p Person) {
	for _, it := range p.Emails {
		w.item("EMAIL", it)
	}
	for _, ph := range p.Phones {
		var params []Param
		if ph.Ext != "" {
			params = []Param{{Name: "VALUE", Values: []string{"uri"}}}
			ph.Value = "tel:" + telEscape(ph.Value) + ";ext=" + telEscape(ph.Ext)
		}
		w.item("TEL", ph.Item, params...)
	}
	for _, a := range p.Addresses {
		w.address(a)
	}
	for _, it := range p.URLs {
		w.item("URL", it)
	}
	for _, im := range p.IMs {
		it := Item{Value: im.Handle, Types: im.Types, Label: im.Label, Pref: im.Pref}
		var params []Param
		switch {
		case im.Service == "":
		case schemeOf(im.Service+":") == im.Service:
			it.Value = im.Service + ":" + it.Value
		default:
			params = []Param{{Name: "X-SERVICE-TYPE", Values: []string{im.Service}}}
			it.Value = "x-apple:" + it.Value
		}
		w.item("IMPP", it, params...)
	}
}

func (w *writer) address(a Address) {
	r := newRecord("ADR", [][]string{
		{a.POBox}, {a.Extended}, {a.Street}, {a.Locality}, {a.Region}, {a.Postcode}, {a.Country},
	}, nil)
	if a.Formatted != "" {
		r.params = append(r.params, Param{Name: "LABEL", Values: []string{a.Formatted}})
	}
	if len(a.Types) > 0 {
		r.params = append(r.params, Param{Name: "TYPE", Values: a.Types})
	}
	if a.Pref {
		r.params = append(r.params, Param{Name: "PREF", Values: []string{"1"}})
	}
	if a.Label != "" || a.Format != "" {
		r.group = w.group()
	}
	w.add(r)
	if a.Format != "" {
		w.companion(r.group, "X-ABADR", a.Format)
	}
	if a.Label != "" {
		w.companion(r.group, "X-ABLABEL", a.Label)
	}
}

// dates writes the days of a life and the picture.
func (w *writer) dates(p Person) {
	w.date("BDAY", p.Birthday)
	w.date("ANNIVERSARY", p.Anniversary)
	switch {
	case p.Photo.Data != nil:
		r := newRecord("PHOTO", nil, nil)
		r.data, r.mediaType = p.Photo.Data, p.Photo.MediaType
		w.add(r)
	case p.Photo.URI != "":
		r := newRecord("PHOTO", [][]string{{p.Photo.URI}}, nil)
		if p.Photo.MediaType != "" {
			r.params = []Param{{Name: "MEDIATYPE", Values: []string{p.Photo.MediaType}}}
		}
		w.add(r)
	}
}

func (w *writer) date(name string, d Date) {
	switch {
	case d.Day != "":
		w.add(newRecord(name, [][]string{{d.basic()}}, nil))
	case d.Text != "":
		w.add(newRecord(name, [][]string{{d.Text}}, []Param{{Name: "VALUE", Values: []string{"text"}}}))
	}
}

// telEscape writes text inside a tel: URI.
func telEscape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; isAlnum(c) || strings.IndexByte("+-.()*#", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + string(hexDigits[c>>4]) + string(hexDigits[c&15]))
		}
	}
	return b.String()
}
