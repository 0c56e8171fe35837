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

// monica is an export, and what was not taken from it.
type monica struct {
	all        node // the file
	account    node
	types      map[string]monicaType // of contact fields and activities, by id
	names      map[string]string
	activities map[string]node
	related    map[string][]book.Reach
	unread     map[string]int
}

// monicaType is what a kind of contact field or activity is called, and how it is reached.
type monicaType struct{ name, protocol, kind string }

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
	var decoded map[string]any
	if err := d.Decode(&decoded); err != nil {
		return nil, errors.New("its JSON is broken off or damaged")
	}
	all, _ := heldOf(decoded).v.(node)
	m := &monica{
		all: all, account: all.sub("account"), types: map[string]monicaType{}, names: map[string]string{}, activities: map[string]node{},
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
			p := t.sub("properties")
			m.types[t.str("uuid")] = monicaType{name: p.str("name"), protocol: p.str("protocol"), kind: p.str("type")}
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
		is, of, kind := p.str("contact_is"), p.str("of_contact"), p.str("type")
		if m.names[of] == "" || m.names[is] == "" {
			m.unread["relationship"]++ // to nobody
			continue
		}
		m.related[of] = append(m.related[of], book.Reach{Value: m.names[is], Label: kind})
	}
}

func monicaName(p node) string {
	if name := joined(p.str("first_name"), p.str("middle_name"), p.str("last_name")); name != "" {
		return name
	}
	return p.str("nickname")
}

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
	s.readMonicaTalks(m, func(awareness.MessageIn, *Fault) bool { return true }) // what they read is not lost
	m.remarks(yield)
}

// remarks says at the end what was not taken, once.
func (m *monica) remarks(yield func(awareness.PersonIn, *Fault) bool) {
	m.all.unread("", m.unread)
	var left []string
	for _, name := range slices.Sorted(maps.Keys(m.unread)) {
		left = append(left, fmt.Sprintf("%s (%d)", book.Clean(name), m.unread[name]))
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
	f.put(book.ContactCategories, strings.Join(p.texts("tags"), ", "))
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
		guessed, _ := d.is("is_age_based")
		yearless, _ := d.is("is_year_unknown")
		switch {
		case date == "" && field != "":
			f.custom(field, d.str("date"))
		case date == "":
			f.custom(strings.ReplaceAll(key, "_", " "), d.str("date"))
		case guessed:
			f.custom(strings.ReplaceAll(key, "_", " "), "about "+date[:4])
		case yearless && field != "":
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
		name, protocol, value := t.name, t.protocol, p.str("data")
		field := book.ContactHandles
		switch kind := t.kind; {
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
		label := p.str("name")
		if at == (book.Postal{}) {
			continue
		}
		at.Label = label
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
		}
	}
	words("gift", "name", "status", "date", "comment", "amount", "url")
	words("reminder", "title", "initial_date", "frequency_type", "frequency_number", "description")
	words("task", "title", "description", "completed", "completed_at")
	words("debt", "in_debt", "amount", "currency", "status", "reason")
	words("pet", "name", "category")
	words("life_event", "name", "happened_at", "note")
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
	s.readMonicaTalks(m, yield)
}

// readMonicaTalks gives the calls, chats and activities of an export.
func (s *Source) readMonicaTalks(m *monica, yield func(awareness.MessageIn, *Fault) bool) {
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
		if kind := m.types[p.str("type")].name; kind != "" {
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
		called, _ := p.is("contact_called")
		towards(&msg, !called, who)
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
			mine, _ := p.is("written_by_me")
			towards(&msg, mine, who)
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
