package web

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// editing is what is being changed on an account's page: its own fields, or those of one of its people.
type editing struct {
	person book.ID           // whose; "" for the account's own
	set    map[string]string // as it was filled in
	fault  error
	now    *awareness.Edited
	filing *filing
	fields []book.Field // that the firm has declared
	guards bool         // who edits may say who sees the account
}

// get is a field as it was filled in, else as it stands.
func (e *editing) get(field string) string {
	if v, ok := e.set[field]; ok {
		return v
	}
	return e.now.Fields[field]
}

// wrong says whether one of a list's values is what was refused: none of those that stand there.
func (e *editing) wrong(field, value string) bool {
	if value == "" || !book.At(e.fault, field) {
		return false
	}
	return !slices.ContainsFunc(book.ReadList[book.Reach](e.now.Fields[field]), func(r book.Reach) bool { return r.Value == value })
}

// reaches are the rows of a list with an empty one more.
func (e *editing) reaches(field string) []book.Reach {
	return rows(book.ReadList[book.Reach](e.get(field)))
}

// postals are the rows of the postal addresses with an empty one more.
func (e *editing) postals() []book.Postal {
	return rows(book.ReadList[book.Postal](e.get(book.ContactAddresses)))
}

// clash is an edit of what somebody else has changed meanwhile: both versions, field by field.
type clash struct {
	to      string // where the form goes
	name    string
	back    string
	version string // the one that stands now
	fields  []clashed
	same    map[string]string  // fields that both say alike
	names   map[book.ID]string // of the members who are written of
}

// words are what a version says, a member by the name.
func (c *clash) words(p *ui.Page, field, value string) string {
	if name := c.names[book.ID(value)]; field == book.FieldOwner && name != "" {
		return name
	}
	return readable(p, field, value)
}

type clashed struct {
	field        string
	mine, theirs string // as they are kept
	by           string // the member who wrote theirs
	at           book.Instant
}

// setPrefix begins the names of a form's fields that are fields of an account or a person as they are kept.
const setPrefix = "set."

// setOf reads which fields a form gives: those that are written plainly, and lists from their rows.
func setOf(form url.Values) map[string]string {
	set := map[string]string{}
	for name := range form {
		if field, ok := strings.CutPrefix(name, setPrefix); ok {
			set[field] = form.Get(name)
		}
	}
	if form.Has("tags") {
		set[book.FieldTags] = strings.Join(splitTags(form.Get("tags")), "\n")
	}
	for _, field := range reachFields {
		if !form.Has(field) {
			continue
		}
		var list []book.Reach
		for i, value := range form[field] {
			label := ""
			if labels := form[field+".label"]; i < len(labels) {
				label = labels[i]
			}
			if value = strings.TrimSpace(value); value != "" {
				list = append(list, book.Reach{Value: value, Label: strings.TrimSpace(label), Pref: slices.Contains(form[field+".pref"], value)})
			}
		}
		set[field] = book.WriteList(list)
	}
	if form.Has("street") {
		set[book.ContactAddresses] = postalsOf(form)
	}
	if name := strings.TrimSpace(form.Get("custom.name")); name != "" {
		set[book.CustomPrefix+name] = form.Get("custom.value")
	}
	return set
}

// reachFields are the lists of which a form has rows.
var reachFields = []string{book.ContactPhones, book.ContactEmails, book.ContactHandles, book.ContactURLs, book.ContactRelated}

// postalsOf reads the rows of postal addresses.
func postalsOf(form url.Values) string {
	var list []book.Postal
	at := func(name string, i int) string {
		if all := form[name]; i < len(all) {
			return strings.TrimSpace(all[i])
		}
		return ""
	}
	for i := range form["street"] {
		p := book.Postal{
			Label: at("addresses.label", i), Street: at("street", i), Code: at("code", i), City: at("city", i), Region: at("region", i),
			Country: at("country", i), POBox: at("po_box", i), Extended: at("extended", i),
		}
		if p.String() != "" {
			list = append(list, p)
		}
	}
	return book.WriteList(list)
}

// edit changes an account's own fields.
func (s *Server) edit(v *visit) error {
	id := v.r.PathValue("id")
	c := &awareness.Edit{Account: awareness.Client(id), Set: setOf(v.r.PostForm), Expect: v.r.PostForm.Get("version")}
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{})
	return s.edited(v, &r, err, &editing{set: c.Set})
}

// editPerson changes one of an account's people.
func (s *Server) editPerson(v *visit) error {
	person := book.ID(v.r.PathValue("person"))
	c := &awareness.EditPerson{Contact: person, Set: setOf(v.r.PostForm), Expect: v.r.PostForm.Get("version")}
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{})
	return s.edited(v, &r, err, &editing{person: person, set: c.Set})
}

// edited goes back to the page after an edit, or shows the form again: with its fault, or beside what another wrote.
func (s *Server) edited(v *visit, r *teller.Receipt, err error, e *editing) error {
	var stale *awareness.Stale
	switch {
	case err == nil:
		return s.done(v, "/clients/"+v.r.PathValue("id")+inQuery(v), r)
	case errors.As(err, &stale):
		return s.showClash(v, e)
	case book.FaultOf(err) == book.Invalid || book.FaultOf(err) == book.Conflict:
		e.fault = err
		return s.showAccountWith(v, &shownAccount{edit: e})
	}
	return err
}

// inQuery carries the list that a page was opened from through a form.
func inQuery(v *visit) string {
	if in := v.r.FormValue("in"); in != "" {
		return "?in=" + url.QueryEscape(in)
	}
	return ""
}

// showClash shows both versions side by side, whose the other is and since when, to choose from field by field.
func (s *Server) showClash(v *visit, e *editing) error {
	id, ok := book.ParseID(v.r.PathValue("id"))
	if !ok {
		return book.Errorf(book.NotFound, "there is no such client")
	}
	p := s.page(v, v.lang.Say("account.clash"), "clients")
	c := &clash{to: v.r.URL.Path, back: "/clients/" + string(id) + inQuery(v), same: map[string]string{}}
	err := s.read(v, p, func(r *teller.Reading) error {
		now, err := awareness.EditedNow(v.r.Context(), r, id, e.person)
		if err != nil {
			return err
		}
		c.name, c.version = now.Name, now.Version
		owners := []book.ID{book.ID(e.set[book.FieldOwner]), book.ID(now.Fields[book.FieldOwner])}
		c.names, err = r.Tx.MemberNames(v.r.Context(), append(owners, now.Members()...)...)
		if err != nil {
			return err
		}
		for _, field := range slices.Sorted(maps.Keys(e.set)) {
			mine, theirs := book.Clean(e.set[field]), now.Fields[field]
			if mine == theirs {
				c.same[field] = mine
				continue
			}
			w := now.Last[field]
			c.fields = append(c.fields, clashed{field, mine, theirs, c.names[w.By], w.At})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(c.fields) == 0 { // the other has written the very same
		return s.back(v, c.back)
	}
	v.w.WriteHeader(http.StatusConflict)
	return v.show(clashPage(p, c))
}

// readable is a field's value in words.
func readable(p *ui.Page, field, value string) string {
	switch {
	case value == "":
		return "–"
	case field == book.ContactAddresses:
		var parts []string
		for _, a := range book.ReadList[book.Postal](value) {
			parts = append(parts, a.String())
		}
		return strings.Join(parts, "; ")
	case book.IsListField(field):
		var parts []string
		for _, r := range book.ReadList[book.Reach](value) {
			parts = append(parts, r.Value)
		}
		return strings.Join(parts, ", ")
	case field == book.FieldTags:
		return strings.ReplaceAll(value, "\n", ", ")
	case field == book.FieldVisible:
		return p.T("clients.visible" + value)
	case field == book.FieldStage:
		return p.Lang.Stage(plainWord(value))
	case field == book.FieldKind:
		return p.T("clients.kind" + value)
	case field == book.ContactBirthday || field == book.ContactAnniversary:
		return dayOrWords(p, field, value)
	}
	return value
}

// fieldWord is a field's name in the reader's language; the firm's own are as they are.
func fieldWord(p *ui.Page, field string) string {
	if own, ok := strings.CutPrefix(field, book.CustomPrefix); ok {
		return own
	}
	return p.T("fact." + field)
}

// join makes somebody one of the account's people: somebody known, or a new person.
func (s *Server) join(v *visit) error {
	id := v.r.PathValue("id")
	get := v.r.PostFormValue
	var c teller.Command = &awareness.Join{Account: awareness.Client(id), Who: awareness.Client(strings.TrimSpace(get("known"))), Role: get("role")}
	if get("known") == "" {
		add := &awareness.Add{Name: get("name"), Of: awareness.Client(id), Role: get("role"), Fields: map[string]string{}, Another: true}
		for field, value := range map[string]string{book.ContactPhones: get("phone"), book.ContactEmails: get("email")} {
			if value = strings.TrimSpace(value); value != "" {
				add.Fields[field] = book.WriteList([]book.Reach{{Value: value}})
			}
		}
		c = add
	}
	return s.doHere(v, c)
}

func (s *Server) leave(v *visit) error {
	return s.doHere(v, &awareness.TakeOff{Account: awareness.Client(v.r.PathValue("id")), Person: book.ID(v.r.PathValue("person"))})
}

func (s *Server) relate(v *visit) error {
	get := v.r.PostFormValue
	return s.doHere(v, &awareness.Relate{From: awareness.Client(v.r.PathValue("id")), To: awareness.Client(strings.TrimSpace(get("other"))), Role: get("role")})
}

// unmerge lets a client who was merged into this one stand alone again.
func (s *Server) unmerge(v *visit) error {
	return s.doHere(v, &awareness.Unmerge{Account: awareness.Client(v.r.PostFormValue("other"))})
}

// doHere runs a command of an account's page and shows the page again, with its fault if it has one.
func (s *Server) doHere(v *visit, c teller.Command) error {
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{})
	if err == nil {
		return s.done(v, "/clients/"+v.r.PathValue("id")+inQuery(v), &r)
	}
	switch book.FaultOf(err) {
	case book.Invalid, book.Conflict, book.NotFound:
		return s.showAccountWith(v, &shownAccount{plight: err})
	}
	return err
}

// undeclared are the person's fields of the firm's own that no form asks for.
func (e *editing) undeclared() []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(e.now.Fields)) {
		own := strings.HasPrefix(key, book.CustomPrefix)
		if own && !slices.ContainsFunc(e.fields, func(d book.Field) bool { return d.Key() == key }) {
			out = append(out, key)
		}
	}
	return out
}

// rows are the values of a list with one empty row more, to write in.
func rows[T any](list []T) []T {
	var empty T
	return append(slices.Clone(list), empty)
}

// load reads what an edit is made from.
func (e *editing) load(v *visit, r *teller.Reading, account book.ID) (err error) {
	if e.now, err = awareness.EditedNow(v.r.Context(), r, account, e.person); err != nil {
		return err
	}
	if e.filing, err = filingOf(v, r, book.ID(e.get(book.FieldOwner))); err != nil {
		return err
	}
	e.guards = book.MayGuard(v.who.Role, v.who.Member, book.ID(e.now.Fields[book.FieldOwner])) == nil
	e.fields, err = awareness.Fields(v.r.Context(), r.Tx)
	return err
}

// editingOf is what the address of the page asks to edit; nil for nothing.
func editingOf(v *visit) *editing {
	switch what := v.r.URL.Query().Get("edit"); what {
	case "":
		return nil
	case "account":
		return &editing{}
	default:
		return &editing{person: book.ID(what)}
	}
}
