package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/ui"
)

// newForm is the form for a new client, as it was filled in.
type newForm struct {
	values  url.Values
	choices *filing
	similar []awareness.Similar
	fault   error

	playbook, stage, tier string // what goes without saying
}

// toldAt are the fields beneath which the form says what is wrong with them.
var toldAt = []string{"name", "email", "phone", "birthday", "of"}

// loose says whether something is wrong that no field tells.
func (f *newForm) loose() bool {
	told := func(e *book.Error) bool {
		return slices.ContainsFunc(toldAt, func(field string) bool { return book.At(e, field) || book.At(e, field+"s") })
	}
	all := book.Each(f.fault)
	return f.fault != nil && (len(all) == 0 || slices.ContainsFunc(all, func(e *book.Error) bool { return !told(e) }))
}

// words say what is wrong with a field; nothing where that is told above the form with the rest.
func (f *newForm) words(p *ui.Page, field string) string {
	if f.loose() {
		return ""
	}
	var parts []string
	for _, e := range book.Each(f.fault) {
		if book.At(e, field) || book.At(e, field+"s") {
			parts = append(parts, p.Lang.Refusal(e))
		}
	}
	return strings.Join(parts, " ")
}

// usual is the first choice where one goes without saying: by name, unless it hangs on a playbook that is still to be chosen.
func (f *newForm) usual(p *ui.Page, name string) string {
	if name == "" || len(f.choices.playbooks) > 1 {
		return p.T("clients.usual")
	}
	return p.T("clients.usually", name)
}

// at says whether a field is at fault. Of mail addresses and numbers the form has one each, where the book has lists.
func (f *newForm) at(field string) bool {
	return book.At(f.fault, field) || book.At(f.fault, field+"s")
}

func (f *newForm) get(name string) string { return f.values.Get(name) }

func (s *Server) newClient(v *visit) error {
	return s.showNew(v, &newForm{values: v.r.URL.Query()})
}

func (s *Server) showNew(v *visit, f *newForm) error {
	p := s.page(v, v.lang.Say("clients.new"), "clients")
	p.Narrow = true
	err := s.read(v, p, func(r *teller.Reading) (err error) {
		f.playbook = r.Rules.First
		if b := r.Rules.Playbooks[f.playbook]; b != nil {
			f.stage, f.tier = b.Defaults.Stage, b.Defaults.Tier
		}
		f.choices, err = filingOf(v, r, book.ID(f.get("owner")))
		return err
	})
	if err != nil {
		return err
	}
	v.fault = f.fault
	return v.show(newClientPage(p, f))
}

// similar is the warning that stands in the form while somebody types.
func (s *Server) similar(v *visit) error {
	p := s.page(v, "", "clients")
	var all []awareness.Similar
	err := s.read(v, p, func(r *teller.Reading) (err error) {
		all, err = awareness.SimilarTo(v.r.Context(), r, v.r.FormValue("name"), v.r.FormValue("email"), v.r.FormValue("phone"))
		return err
	})
	if err != nil {
		return err
	}
	return v.show(similarList(p, all))
}

// addClient takes a client into the book. Somebody who may be there already is told of first, once.
func (s *Server) addClient(v *visit) error {
	f := &newForm{values: v.r.PostForm}
	if err := book.Permit(v.who.Role, f.command().Act()); err != nil { // before anybody is told of who is there
		return err
	}
	another := f.get("another") != ""
	if !another {
		p := s.page(v, "", "")
		err := s.read(v, p, func(r *teller.Reading) (err error) {
			f.similar, err = awareness.SimilarTo(v.r.Context(), r, f.get("name"), f.get("email"), f.get("phone"))
			return err
		})
		if err != nil {
			return err
		}
		if len(f.similar) > 0 {
			f.fault = book.Errorf(book.Conflict, "%s", v.lang.Say("clients.similarfirst"))
			return s.showNew(v, f)
		}
	}
	c := f.command()
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{})
	if fault := book.FaultOf(err); err != nil && (fault == book.Invalid || fault == book.Conflict || fault == book.NotFound) {
		f.fault = err
		return s.showNew(v, f)
	}
	if err != nil {
		return err
	}
	return s.done(v, "/clients/"+string(c.Account), &r)
}

// command is what the form asks for.
func (f *newForm) command() *awareness.Add {
	c := &awareness.Add{
		Name: f.get("name"), Kind: book.AccountKind(f.get("kind")), Owner: f.get("owner"), Stage: f.get("stage"),
		Tier: f.get("tier"), Playbook: f.get("playbook"), Visible: book.Visibility(f.get("visibility")), Fields: map[string]string{}, Tags: splitTags(f.get("tags")),
		Of: awareness.Client(strings.TrimSpace(f.get("of"))), Role: f.get("role"), Another: true,
	}
	for field, name := range map[string]string{book.ContactEmails: "email", book.ContactPhones: "phone"} {
		if value := strings.TrimSpace(f.get(name)); value != "" {
			c.Fields[field] = book.WriteList([]book.Reach{{Value: value}})
		}
	}
	if day := strings.TrimSpace(f.get("birthday")); day != "" {
		c.Fields[book.ContactBirthday] = day
	}
	return c
}

func splitTags(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
}

// knownOf lists who is known of and no client.
func (s *Server) knownOf(v *visit) error {
	p := s.page(v, v.lang.Say("clients.known"), "clients")
	f, err := formatOf(v)
	switch {
	case err != nil:
		return err
	case f != "":
		return s.hand(v, p, f, func(r *teller.Reading) (*transfer.List, error) { return transfer.Known(v.r.Context(), r), nil })
	}
	var all *awareness.SuggestionPage
	err = s.read(v, p, func(r *teller.Reading) (err error) {
		all, err = awareness.SuggestionsAfter(v.r.Context(), r, v.r.FormValue("after"), 200)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(knownPage(p, all, book.Permit(v.who.Role, book.ActErase) == nil))
}

// makeClient makes a client of somebody known of.
func (s *Server) makeClient(v *visit) error {
	c := &awareness.Add{Person: book.ID(v.r.PostFormValue("contact"))}
	if c.Person == "" {
		address := v.r.PostFormValue("address")
		c.Name = cmp.Or(strings.TrimSpace(v.r.PostFormValue("name")), address)
		c.Fields = awareness.ReachFields(address)
	}
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{})
	if err != nil {
		return err
	}
	return s.done(v, "/clients/"+string(c.Account), &r)
}

// similarWords says why somebody may be meant, and who it is.
func similarWords(p *ui.Page, a *awareness.Similar) string {
	var parts []string
	for _, reason := range a.Reasons {
		parts = append(parts, whyAlike(p, reason))
	}
	if a.Apart.Reach != "" {
		parts = append(parts, a.Apart.Reach)
	}
	if at := a.Apart.LastRealContact; at != 0 {
		parts = append(parts, p.T("alike.last", p.Clock.Day(at)))
	}
	if a.Apart.Owner != "" {
		parts = append(parts, a.Apart.Owner)
	}
	return strings.Join(parts, " · ")
}

// whyAlike is a reason for two to be one in the reader's language; one with an address keeps it.
func whyAlike(p *ui.Page, reason string) string {
	for _, known := range []struct{ begins, key string }{
		{"the same name", "clients.samename"},
		{"nearly the same name", "clients.likename"},
		{"the same email", "clients.sameemail"},
		{"the same phone", "clients.samephone"},
		{"the same handle", "clients.samehandle"},
	} {
		if rest, ok := strings.CutPrefix(reason, known.begins); ok {
			return p.T(known.key) + rest
		}
	}
	return reason
}

// suggestionWords says why somebody is known of.
func suggestionWords(p *ui.Page, s *awareness.Suggestion) string {
	if s.Contact != "" {
		return p.T("clients.oncardnever")
	}
	return p.T("clients.letters", s.In, s.Out, p.Clock.Day(s.Last))
}

type chip struct{ name, value string }

// chipsOf are the words that narrow a list, in the reader's language.
func chipsOf(p *ui.Page, l *clientList) []chip {
	var out []chip
	fields := l.fields()
	for _, name := range []string{"text", "standing", "mark", "never", "owner", "stage", "tier", "kind", "playbook", "tag", "visibility"} {
		value := fields.Get(name)
		if value == "" {
			continue
		}
		switch name {
		case "text":
			out = append(out, chip{name, "“" + value + "”"})
			continue
		case "standing":
			value = p.T("standing." + value)
		case "mark":
			value = ui.Mark(p, ledger.Mark(value))
		case "never":
			out = append(out, chip{name, p.T("clients.viewnever")})
			continue
		case "owner":
			value = l.choices.name(value)
		case "kind":
			value = p.T("clients.kind" + value)
		case "visibility":
			value = p.T("clients.visible" + value)
		case "stage":
			value = plainWord(value)
		}
		label := p.T("clients." + name)
		out = append(out, chip{name, label + ": " + value})
	}
	return out
}

// plainWord is a word of a playbook as people read it: "past_client" is "past client".
func plainWord(w string) string { return strings.ReplaceAll(w, "_", " ") }
