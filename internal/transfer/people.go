package transfer

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/card"
)

// preparePeople checks the columns of an address book, and how its birthdays are written.
func (s *Source) preparePeople() error {
	slots, err := s.peopleColumns()
	if err != nil {
		return err
	}
	var dates []int
	for i, sl := range slots {
		if sl.field == book.ContactBirthday || sl.field == book.ContactAnniversary {
			dates = append(dates, i)
		}
	}
	if len(dates) > 0 {
		s.decideDays(dates...)
	}
	return nil
}

// peopleColumns works out where each column of an address book goes.
func (s *Source) peopleColumns() ([]slot, error) {
	header := s.layout.header
	slots := make([]slot, len(header))
	for i, h := range header {
		if i >= len(ownColumns(header)) {
			slots[i].field = fieldIgnored
			continue
		}
		slots[i] = columnSlot(s.Kind, columnKey(h))
		if slots[i].field == "" {
			slots[i].field = book.CustomPrefix + cmp.Or(h, "column "+strconv.Itoa(i+1))
		}
	}
	for ours := range s.opts.Map {
		if !isPeopleField(ours) {
			continue
		}
		i, _, err := s.mappedColumn(ours)
		if err != nil {
			return nil, err
		}
		if i >= 0 {
			slots[i] = mappedSlot(ours)
		}
	}
	return slots, nil
}

func (s *Source) readPeople(yield func(awareness.PersonIn, *Fault) bool) {
	slots, err := s.peopleColumns()
	if err != nil {
		yield(awareness.PersonIn{}, &Fault{Line: 1, Reason: book.Message(err)})
		return
	}
	rows, fault := s.rows()
	if fault != nil {
		yield(awareness.PersonIn{}, fault)
		return
	}
	for {
		rw, fault, ok := rows.next()
		switch {
		case !ok:
			return
		case fault == nil && isBlank(rw.fields):
			continue
		case fault == nil:
			if reason := misfit(rw, len(slots), true); reason != "" {
				fault = &Fault{Line: rw.line, Reason: reason}
			}
		}
		var p awareness.PersonIn
		if fault == nil {
			p = personOf(rw, slots, s.days)
			if p.Name == "" {
				fault = &Fault{Line: rw.line, Reason: "the row names nobody"}
			}
		}
		if fault != nil {
			p = awareness.PersonIn{}
		}
		if !yield(p, fault) {
			return
		}
	}
}

// gathered is a person in the making.
type gathered struct {
	fields  map[string]string
	lists   map[string][]item
	postals []postal
	days    dayOrder
	uid     string // the other program's own number

	stage, tier, owner string
}

// item is one value of a list with its place in the file's numbering.
type item struct {
	index string
	book.Reach
}

type postal struct {
	index     string
	formatted string
	book.Postal
}

func personOf(rw row, slots []slot, days dayOrder) awareness.PersonIn {
	g := &gathered{fields: map[string]string{}, lists: map[string][]item{}, days: days}
	for i, f := range rw.fields {
		if i < len(slots) && f != "" {
			g.put(slots[i], f)
		}
	}
	fields := g.finish()
	p := awareness.PersonIn{Line: rw.line, Kind: book.Person, Fields: fields, Stage: g.stage, Tier: g.tier, Owner: g.owner}
	p.Name = fields[book.ContactName]
	if p.Name == "" {
		p.Name = joined(fields[book.ContactPrefix], fields[book.ContactGiven], fields[book.ContactMiddle],
			fields[book.ContactFamily], fields[book.ContactSuffix])
	}
	if p.Name == "" {
		p.Name = fields[book.ContactNickname]
	}
	if p.Name == "" && fields[book.ContactOrg] != "" {
		p.Name, p.Kind = fields[book.ContactOrg], book.Company
	}
	if p.Name == "" {
		p.Name = cmp.Or(firstReach(fields, book.ContactEmails), firstReach(fields, book.ContactPhones))
	}
	delete(fields, book.ContactName)
	if g.uid != "" {
		p.UID = "hubspot-" + string(p.Kind) + "-" + g.uid
	}
	p.Digest = fieldsDigest(p)
	return p
}

func firstReach(fields map[string]string, list string) string {
	if all := book.ReadList[book.Reach](fields[list]); len(all) > 0 {
		return all[0].Value
	}
	return ""
}

func joined(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), " ")
}

// fieldsDigest hashes what a row says about a person.
func fieldsDigest(p awareness.PersonIn) string {
	sum := sha256.New()
	put := func(s string) {
		sum.Write([]byte(strconv.Itoa(len(s)) + ":" + s))
	}
	put(p.Name)
	put(string(p.Kind))
	put(p.Stage)
	for _, more := range []string{p.Tier, p.Owner} {
		if more != "" { // without it a row is known by what it was known by before there were these
			put(more)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(p.Fields)) {
		put(k)
		put(p.Fields[k])
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// put files one cell.
func (g *gathered) put(sl slot, value string) {
	switch {
	case slices.Contains(sl.empty, strings.ToLower(value)):
	case sl.field == fieldStage:
		g.stage = value
	case sl.field == fieldTier:
		g.tier = value
	case sl.field == fieldOwner:
		g.owner = value
	case sl.field == fieldUID:
		g.uid = value
	case sl.field == fieldIgnored:
	case sl.field == book.ContactAddresses:
		g.postal(sl, value)
	case book.IsListField(sl.field):
		g.reach(sl, value)
	case sl.field == book.ContactBirthday || sl.field == book.ContactAnniversary:
		g.day(sl, value)
	case sl.field == book.ContactCategories:
		for _, c := range strings.FieldsFunc(strings.ReplaceAll(value, manySign, ";"), func(r rune) bool { return r == ';' || r == ',' }) {
			if c = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(c), "* ")); c != "" && c != "myContacts" {
				g.append(sl.field, ", ", c)
			}
		}
	case sl.field == book.ContactName:
		if g.fields[sl.field] == "" {
			g.fields[sl.field] = value
		}
	case sl.field == book.ContactNote:
		g.append(sl.field, "\n\n", value)
	default:
		g.append(sl.field, ", ", value)
	}
}

// manySign stands between values in one cell of Google's.
const manySign = " ::: "

func (g *gathered) append(field, sep, value string) {
	if old := g.fields[field]; old != "" {
		value = old + sep + value
	}
	g.fields[field] = value
}

// reach files a value, a label or a service of a list.
func (g *gathered) reach(sl slot, value string) {
	list := g.lists[sl.field]
	i := slices.IndexFunc(list, func(it item) bool { return it.index == sl.index })
	if i < 0 {
		list = append(list, item{index: sl.index, Reach: book.Reach{Label: sl.label}})
		i = len(list) - 1
	}
	switch sl.part {
	case partLabel:
		if strings.HasPrefix(value, "* ") {
			list[i].Pref, value = true, value[2:]
		}
		list[i].Label = label(value)
	case partService:
		list[i].Label = label(value)
	default:
		list[i].Value = value
	}
	g.lists[sl.field] = list
}

// label levels the words that programs write with a capital, and leaves people's own as they are.
func label(s string) string {
	switch l := strings.ToLower(s); l {
	case "work", "home", "other", "mobile", "cell", "main", "pager", "fax", "work fax", "home fax", "profile", "blog",
		"spouse", "child", "mother", "father", "parent", "brother", "sister", "friend", "manager", "assistant", "partner":
		return l
	}
	return s
}

func (g *gathered) postal(sl slot, value string) {
	i := slices.IndexFunc(g.postals, func(p postal) bool { return p.index == sl.index })
	if i < 0 {
		g.postals = append(g.postals, postal{index: sl.index, Postal: book.Postal{Label: sl.label}})
		i = len(g.postals) - 1
	}
	p := &g.postals[i]
	switch sl.part {
	case partLabel:
		p.Label = label(strings.TrimPrefix(value, "* "))
	case partStreet:
		p.Street = strings.TrimPrefix(p.Street+"\n"+value, "\n")
	case partCity:
		p.City = value
	case partRegion:
		p.Region = value
	case partCode:
		p.Code = value
	case partCountry:
		p.Country = value
	case partPOBox:
		p.POBox = value
	case partExtended:
		p.Extended = value
	default:
		p.formatted = value
	}
}

// day files a birthday. What is no certain date is kept in its own words.
func (g *gathered) day(sl slot, value string) {
	if strings.Trim(value, "0/-. ") == "" { // how Outlook says none
		return
	}
	d := card.ParseDate(value)
	if d.Day == "" {
		r := clock{zone: time.UTC, order: g.days}
		if m, err := r.read(value); err == nil && !isDigits(value) {
			d.Day = m.at.Format("2006-01-02")
		}
	}
	if d.Day == "" {
		g.append(book.CustomPrefix+sl.field, ", ", value)
		return
	}
	g.fields[sl.field] = d.Day
}

// checkDays looks at a person's days: one that is still to come is kept in its own words, as one is that is none at all, and
// both are told of.
func (s *Source) checkDays(p *awareness.PersonIn) {
	for _, field := range []string{book.ContactBirthday, book.ContactAnniversary} {
		own := book.CustomPrefix + field
		if day := p.Fields[field]; day != "" && day[0] != '-' && !s.opts.Now.IsZero() && day > s.opts.Now.In(s.opts.zone()).Format(time.DateOnly) {
			delete(p.Fields, field)
			p.Fields[own] = strings.TrimPrefix(p.Fields[own]+", "+day, ", ")
		}
		if p.Fields[own] != "" && p.Fields[field] == "" {
			p.Unread = append(p.Unread, field)
		}
	}
}

// finish gives the fields as the book keeps them.
func (g *gathered) finish() map[string]string {
	for _, field := range slices.Sorted(maps.Keys(g.lists)) {
		var out []book.Reach
		for _, it := range g.lists[field] {
			for v := range strings.SplitSeq(it.Value, manySign) {
				if v = strings.TrimSpace(v); v != "" {
					r := it.Reach
					r.Value = v
					out = append(out, r)
				}
			}
		}
		g.set(field, book.WriteList(out))
	}
	var places []book.Postal
	for _, p := range g.postals {
		bare := p.Postal
		if bare.Label = ""; bare == (book.Postal{}) {
			p.Street = p.formatted
		}
		if p.Street != "" || bare != (book.Postal{}) {
			places = append(places, p.Postal)
		}
	}
	g.set(book.ContactAddresses, book.WriteList(places))
	g.foldCustom()
	return g.fields
}

func (g *gathered) set(field, value string) {
	if value != "" {
		g.fields[field] = value
	}
}

// foldCustom joins the pairs of label and value that Google writes for dates and fields of the user's own.
func (g *gathered) foldCustom() {
	for _, field := range slices.Sorted(maps.Keys(g.fields)) {
		name, ok := strings.CutPrefix(field, pairValue)
		if !ok {
			continue
		}
		value, label := g.fields[field], cmp.Or(g.fields[pairLabel+name], name)
		if strings.EqualFold(label, "anniversary") && g.fields[book.ContactAnniversary] == "" {
			g.day(slot{field: book.ContactAnniversary}, value)
			continue
		}
		g.append(book.CustomPrefix+label, ", ", value)
	}
	maps.DeleteFunc(g.fields, func(field, _ string) bool { return strings.HasPrefix(field, pairMark) })
}
