package transfer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
)

// Monica writes a whole account as one JSON value: contacts with what belongs to each, activities that several share,
// relationships between them, and lists of types that all of these name by id. Calls, activities and messages become
// touches; what else is known of a person stands on their card, in a field of its own where the book has none.
// Whatever is left out is counted by name and said.

// maxMonica bounds an export, which has to be held as a whole because its parts name each other.
const maxMonica = 128 << 20

// isMonica knows an export by the keys around its account.
func isMonica(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "{") && strings.Contains(text, `"app_version"`) &&
		(strings.Contains(text, `"account"`) || strings.Contains(text, `"exported_by"`))
}

// node is a JSON object, of which nothing is sure.
type node map[string]any

func (n node) str(key string) string {
	switch v := n[key].(type) {
	case string:
		return book.Clean(v)
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "yes"
		}
	}
	return ""
}

func (n node) sub(key string) node {
	m, _ := n[key].(map[string]any)
	return m
}

func (n node) list(key string) []node {
	all, _ := n[key].([]any)
	out := make([]node, 0, len(all))
	for _, v := range all {
		if m, ok := v.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// group gives the records of one type among an object's data.
func (n node) group(kind string) []node {
	for _, g := range n.list("data") {
		if g.str("type") == kind {
			return g.list("values")
		}
	}
	return nil
}

// ids gives the ids of one type among an object's data.
func (n node) ids(kind string) []string {
	var out []string
	for _, g := range n.list("data") {
		if all, ok := g["values"].([]any); ok && g.str("type") == kind {
			for _, v := range all {
				if id, ok := v.(string); ok {
					out = append(out, id)
				}
			}
		}
	}
	return out
}

// monica is an export, and what was not taken from it.
type monica struct {
	account    node
	types      map[string]node // of contact fields and activities, by id
	names      map[string]string
	activities map[string]node
	related    map[string][]book.Reach
	unread     map[string]int
}

func (s *Source) loadMonica() (*monica, error) {
	s.done.Store(0)
	r, err := s.stream()
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(decodeText(r), maxMonica+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxMonica {
		return nil, errors.New("it is larger than 128 MiB")
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	var all node
	if err := d.Decode(&all); err != nil {
		return nil, errors.New("its JSON is broken off or damaged")
	}
	m := &monica{
		account: all.sub("account"), types: map[string]node{}, names: map[string]string{}, activities: map[string]node{},
		related: map[string][]book.Reach{}, unread: map[string]int{},
	}
	m.learn()
	return m, nil
}

// learn reads what other parts name by id.
func (m *monica) learn() {
	instance := m.account.sub("instance")
	for _, list := range []string{"contact_field_types", "activity_types"} {
		for _, t := range instance.list(list) {
			m.types[t.str("uuid")] = t.sub("properties")
		}
	}
	for _, c := range m.account.group("contact") {
		m.names[c.str("uuid")] = monicaName(c.sub("properties"))
	}
	for _, a := range m.account.group("activity") {
		m.activities[a.str("uuid")] = a
	}
	for _, r := range m.account.group("relationship") {
		p := r.sub("properties")
		is, of := p.str("contact_is"), p.str("of_contact")
		if m.names[of] == "" || m.names[is] == "" {
			m.unread["relationships to nobody"]++
			continue
		}
		m.related[of] = append(m.related[of], book.Reach{Value: m.names[is], Label: p.str("type")})
	}
}

func monicaName(p node) string {
	if name := joined(p.str("first_name"), p.str("middle_name"), p.str("last_name")); name != "" {
		return name
	}
	return p.str("nickname")
}

// Keys that are read, and keys that say nothing about a person.
var (
	monicaKeys = map[string]bool{
		"first_name": true, "middle_name": true, "last_name": true, "nickname": true, "description": true, "job": true, "company": true,
		"food_preferences": true, "tags": true, "gender": true, "birthdate": true, "deceased_date": true, "first_met_date": true,
		"first_met_through": true, "is_dead": true, "is_starred": true, "first_met_additional_info": true, "first_met_where": true,
	}
	monicaIdle = map[string]bool{
		"number_of_views": true, "last_consulted_at": true, "distant_etag": true, "is_active": true, "avatar": true, "last_talked_to": true,
		"is_partial": true, "stay_in_touch_trigger_date": true,
	}
	monicaGroups = map[string]bool{
		"call": true, "contact_field": true, "gift": true, "note": true, "reminder": true, "address": true, "pet": true, "conversation": true,
		"life_event": true, "activity": true, "task": true, "debt": true,
	}
)

func (s *Source) readMonicaPeople(yield func(awareness.PersonIn, *Fault) bool) {
	m, err := s.loadMonica()
	if err != nil {
		yield(awareness.PersonIn{}, &Fault{Line: 1, Reason: "reading stopped: " + Plain(err)})
		return
	}
	for i, c := range m.account.group("contact") {
		p := m.person(c, i+1)
		var f *Fault
		if p.Name == "" {
			p, f = awareness.PersonIn{}, &Fault{Line: i + 1, Reason: "the contact has no name"}
		}
		if !yield(p, f) {
			return
		}
	}
	m.remarks(yield)
}

// remarks says at the end what was not taken, once.
func (m *monica) remarks(yield func(awareness.PersonIn, *Fault) bool) {
	for _, g := range m.account.list("data") {
		switch kind := g.str("type"); kind {
		case "contact", "relationship", "activity":
		default:
			m.unread[kind] += len(g.list("values"))
		}
	}
	for key, v := range m.account.sub("properties") {
		if all, ok := v.([]any); ok && key != "modules" && key != "reminder_rules" {
			m.unread[key] += len(all)
		}
	}
	var left []string
	for _, name := range slices.Sorted(maps.Keys(m.unread)) {
		if n := m.unread[name]; n > 0 {
			left = append(left, fmt.Sprintf("%s (%d)", strings.ReplaceAll(name, "_", " "), n))
		}
	}
	if len(left) > 0 {
		yield(awareness.PersonIn{}, &Fault{Line: 1, Reason: "these are not taken in: " + strings.Join(left, ", "), Partial: true})
	}
}

// person reads one contact.
func (m *monica) person(c node, line int) awareness.PersonIn {
	p, f := c.sub("properties"), fieldSet{}
	f.put(book.ContactGiven, p.str("first_name"))
	f.put(book.ContactMiddle, p.str("middle_name"))
	f.put(book.ContactFamily, p.str("last_name"))
	f.put(book.ContactNickname, p.str("nickname"))
	f.put(book.ContactTitle, p.str("job"))
	f.put(book.ContactOrg, p.str("company"))
	f.put(book.ContactGender, p.str("gender"))
	f.custom("food", p.str("food_preferences"))
	f.custom("starred", p.str("is_starred"))
	f.custom("first met through", m.names[p.str("first_met_through")])
	f.custom("first met at", p.str("first_met_where"))
	f.custom("first met", p.str("first_met_additional_info"))
	f.custom("deceased", p.str("is_dead"))
	m.days(f, p)
	if tags, ok := p["tags"].([]any); ok {
		var words []string
		for _, t := range tags {
			if w, ok := t.(string); ok {
				words = append(words, book.Clean(w))
			}
		}
		f.put(book.ContactCategories, strings.Join(words, ", "))
	}
	for key := range p {
		if !monicaKeys[key] && !monicaIdle[key] {
			m.unread[key]++
		}
	}
	m.reaches(f, c)
	m.belongings(f, c)
	m.notes(f, c, p.str("description"))
	out := awareness.PersonIn{Line: line, Name: monicaName(p), Kind: book.Person, Fields: f}
	if id := c.str("uuid"); id != "" {
		out.UID = "monica-" + id
	}
	out.Digest = fieldsDigest(out)
	return out
}

// days reads dates. A year that Monica only guessed from an age is none.
func (m *monica) days(f fieldSet, p node) {
	for key, field := range map[string]string{"birthdate": book.ContactBirthday, "deceased_date": "", "first_met_date": ""} {
		d := p.sub(key)
		date := monicaDay(d.str("date"))
		switch {
		case date == "":
			continue
		case d["is_age_based"] == true:
			f.custom(strings.ReplaceAll(key, "_", " "), "about "+date[:4])
		case d["is_year_unknown"] == true && field != "":
			f.put(field, "--"+date[5:])
		case field != "":
			f.put(field, date)
		default:
			f.custom(strings.ReplaceAll(key, "_", " "), date)
		}
	}
}

// monicaDay is the day of an instant or a date; "" for none.
func monicaDay(s string) string {
	if len(s) < 10 {
		return ""
	}
	if _, err := time.Parse("2006-01-02", s[:10]); err != nil {
		return ""
	}
	return s[:10]
}

// reaches reads how somebody is reached, and to whom they are related.
func (m *monica) reaches(f fieldSet, c node) {
	lists := map[string][]book.Reach{}
	for _, v := range c.group("contact_field") {
		p := v.sub("properties")
		t := m.types[p.str("type")]
		name, protocol, value := t.str("name"), t.str("protocol"), p.str("data")
		field := book.ContactHandles
		switch kind := t.str("type"); {
		case value == "":
			continue
		case kind == "email" || strings.HasPrefix(protocol, "mailto"):
			field, name = book.ContactEmails, ""
		case kind == "phone" || strings.HasPrefix(protocol, "tel"):
			field, name = book.ContactPhones, ""
		case strings.HasPrefix(value, "http"):
			field = book.ContactURLs
		}
		lists[field] = append(lists[field], book.Reach{Value: value, Label: strings.ToLower(name)})
	}
	lists[book.ContactRelated] = m.related[c.str("uuid")]
	for field, list := range lists {
		f.put(field, book.WriteList(list))
	}
	var places []book.Postal
	for _, v := range c.group("address") {
		p := v.sub("properties")
		at := book.Postal{
			Street: p.str("street"), City: p.str("city"), Region: p.str("province"), Code: p.str("postal_code"), Country: p.str("country"),
		}
		if at == (book.Postal{}) {
			continue
		}
		at.Label = p.str("name")
		places = append(places, at)
	}
	f.put(book.ContactAddresses, book.WriteList(places))
}

// belongings keeps in words what the book has no field for.
func (m *monica) belongings(f fieldSet, c node) {
	words := func(field string, keys ...string) {
		for _, v := range c.group(field) {
			p, parts := v.sub("properties"), []string{}
			for _, key := range keys {
				if w := p.str(key); w != "" {
					if day := monicaDay(w); day != "" && strings.HasSuffix(key, "date") || strings.HasSuffix(key, "_at") {
						w = day
					}
					parts = append(parts, strings.ReplaceAll(w, "\n", " "))
				}
			}
			f.custom(strings.ReplaceAll(field, "_", " "), strings.Join(parts, ", "))
			for key := range p {
				if !slices.Contains(keys, key) {
					m.unread[field+" "+key]++
				}
			}
		}
	}
	words("gift", "name", "status", "date", "comment", "amount", "url")
	words("reminder", "title", "initial_date", "frequency_type", "frequency_number", "description")
	words("task", "title", "description", "completed", "completed_at")
	words("debt", "in_debt", "amount", "currency", "status", "reason")
	words("pet", "name", "category")
	words("life_event", "name", "happened_at", "note")
	for _, g := range c.list("data") {
		if kind := g.str("type"); !monicaGroups[kind] {
			all, _ := g["values"].([]any)
			m.unread[kind] += len(all)
		}
	}
}

// notes joins the description and the notes, each with its day.
func (m *monica) notes(f fieldSet, c node, description string) {
	parts := []string{}
	if description != "" {
		parts = append(parts, description)
	}
	for _, n := range c.group("note") {
		if body := n.sub("properties").str("body"); body != "" {
			parts = append(parts, strings.TrimPrefix(monicaDay(n.str("created_at"))+": "+body, ": "))
		}
	}
	f.put(book.ContactNote, strings.Join(parts, "\n\n"))
}

func (s *Source) readMonicaMessages(yield func(awareness.MessageIn, *Fault) bool) {
	m, err := s.loadMonica()
	if err != nil {
		yield(awareness.MessageIn{}, &Fault{Line: 1, Reason: "reading stopped: " + Plain(err)})
		return
	}
	people := m.account.group("contact")
	line, going := len(people), true
	give := func(at string, msg awareness.MessageIn) {
		if !going {
			return
		}
		line++
		var f *Fault
		msg.Rows = []awareness.RowIn{{Line: line}}
		when, err := monicaTime(at, s.opts.zone())
		if err != nil {
			f = &Fault{Line: line, Reason: "the time " + Quote(at) + " is none that is understood"}
		} else if msg.At = book.Micros(when); s.opts.early(when) {
			f = &Fault{Line: line, Reason: Quote(at) + " is more than a day ahead"}
		}
		going = yield(msg, f)
	}
	with := map[string][]awareness.Party{}
	for _, c := range people {
		who := m.party(c)
		m.conversations(c, who, give)
		for _, id := range c.ids("activity") {
			with[id] = append(with[id], who)
		}
	}
	for _, a := range m.account.group("activity") {
		p := a.sub("properties")
		msg := awareness.MessageIn{Key: "monica:activity:" + a.str("uuid"), Channel: book.Meeting, Direction: book.Out, To: with[a.str("uuid")]}
		msg.Summary = cutRunes(p.str("summary"), maxSummary)
		if kind := m.types[p.str("type")].str("name"); kind != "" {
			msg.Summary = joined(msg.Summary, "("+kind+")")
		}
		msg.Body = cutRunes(p.str("description"), awareness.MaxBody)
		give(p.str("happened_at"), msg)
	}
}

// party is how a contact is found again: by an address, else by the name.
func (m *monica) party(c node) awareness.Party {
	f := fieldSet{}
	m.reaches(f, c)
	name := m.names[c.str("uuid")]
	for _, list := range []string{book.ContactEmails, book.ContactPhones} {
		if a := firstReach(f, list); a != "" {
			return awareness.Party{Address: a, Name: name}
		}
	}
	return awareness.Party{Name: name}
}

// conversations gives the calls and chats with one contact.
func (m *monica) conversations(c node, who awareness.Party, give func(string, awareness.MessageIn)) {
	id := c.str("uuid")
	for _, v := range c.group("call") {
		p := v.sub("properties")
		msg := awareness.MessageIn{Channel: book.Call, Key: "monica:call:" + contentKey(id, v.str("uuid"), p.str("called_at"), p.str("content"))}
		towards(&msg, p["contact_called"] != true, who)
		said(&msg, p.str("content"))
		give(p.str("called_at"), msg)
	}
	for _, v := range c.group("conversation") {
		for _, one := range v.sub("properties").list("messages") {
			p := one.sub("properties")
			if p == nil {
				p = one
			}
			msg := awareness.MessageIn{Channel: book.Chat, Key: "monica:chat:" + contentKey(id, one.str("uuid"), p.str("written_at"), p.str("content"))}
			towards(&msg, p["written_by_me"] == true, who)
			said(&msg, p.str("content"))
			give(p.str("written_at"), msg)
		}
	}
}

// monicaTime reads an instant, or a day as its noon.
func monicaTime(s string, zone *time.Location) (time.Time, error) {
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.000000Z", "2006-01-02 15:04:05"} {
		if t, err := time.ParseInLocation(form, s, zone); err == nil {
			if t.UTC().Hour() == 0 && t.UTC().Minute() == 0 && t.UTC().Second() == 0 { // a day that a program made an instant of
				return time.Date(t.UTC().Year(), t.UTC().Month(), t.UTC().Day(), 12, 0, 0, 0, zone), nil
			}
			return t, book.CheckInstant("the time", t)
		}
	}
	t, err := time.ParseInLocation("2006-01-02", s, zone)
	if err != nil {
		return t, err
	}
	return t.Add(12 * time.Hour), book.CheckInstant("the time", t)
}
