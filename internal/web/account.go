package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	addresses "passbook/internal/address"
	"passbook/internal/agenda"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// shownAccount is what the account page shows.
type shownAccount struct {
	sh       *awareness.Shown
	st       *assessment.Statement // of the latest, with the balance brought forward
	above    *actions.Page         // what moved the balance most, and the next act
	ask      *agenda.Question      // the next question to ask; nil for none
	timeline *assessment.Timeline
	took     book.Points           // what the failure withdrew that the composer's amends are for
	zone     *time.Location        // the firm's
	matter   string                // what the timeline is narrowed to
	form     actions.Posting       // what stands in the composer
	typed    string                // points as they were typed, where the form was not taken
	fixes    book.ID               // the entry that the composer corrects
	fault    error                 // why it was not taken
	plight   error                 // why another form was not taken
	edit     *editing              // what is being edited; nil for nothing
	open     []accountability.Open // promises and cases that can be settled here
	work     work
	filing   *filing
	back     string  // where the composer's forms lead; "" is here
	in       string  // the list that the page was opened from, as its address says; "" for none
	prev     book.ID // the clients before and after in that list
	next     book.ID
	merged   []awareness.Named // who was merged into this one
	key      string            // by which each form of this showing is written once
	files    []awareness.File
	pulse    pulseView
	pages    []awareness.ShownLink // of its people, those that are over among them
	made     *madePage             // the link that was made just now; nil for none
	erases   bool                  // the reader may erase people, and take their files out
	letter   letterForm            // what stands in the letter to them
	writes   bool                  // letters go out from here, and the reader may write one
	country  string                // the firm's, by which numbers are compared
	favours  int                   // closings that are not paid back
	closed   bool                  // the firm's day is over: nothing more is promised by today
}

// How much of the latest the page tells before it links to the rest.
const (
	passbookLines = 16
	timelineLines = 20
	shownNotes    = 5
)

func (s *Server) accountRoutes() routes {
	return routes{
		"GET /clients/{id}": s.account, "POST /clients/{id}": s.post, "GET /clients/{id}/timeline": s.older,
		"POST /clients/{id}/edit": s.edit, "POST /clients/{id}/people/{person}": s.editPerson,
		"POST /clients/{id}/people": s.join, "POST /clients/{id}/people/{person}/leave": s.leave,
		"POST /clients/{id}/relate": s.relate, "POST /clients/{id}/unmerge": s.unmerge,
		"POST /clients/{id}/files": s.attach, "GET /clients/{id}/files/{entry}": s.file,
		"POST /clients/{id}/people/{person}/consent": s.consent,
		"POST /clients/{id}/write":                   s.write,
		"POST /clients/{id}/asked":                   s.askedFirst,
		"POST /clients/{id}/pulses":                  s.askPulse,
		"POST /clients/{id}/pages/{person}":          s.makePage, "POST /clients/{id}/pages/{link}/end": s.endPage,
		"GET /clients/{id}/closeout": s.closeout, "POST /clients/{id}/closeout": s.closesOut,
		"GET /clients/{id}/brief": s.brief, "GET /clients/{id}/statement": s.statement,
	}
}

func (s *Server) account(v *visit) error {
	form := actions.Posting{Kind: "touch", Channel: book.Channel(v.r.FormValue("channel")), Outcome: "reached", Dir: "out"}
	if kind := v.r.FormValue("kind"); rarer(kind) { // what a row of Today asks for
		form.Kind, form.For = kind, v.r.FormValue("about")
	}
	form.Planned = v.r.FormValue("planned")
	form.Keeps, form.With = v.r.FormValue("keeps"), v.r.FormValue("with")
	if v.r.FormValue("asks") == string(book.AsksCandour) {
		form.Asks = string(book.AsksCandour)
	}
	return s.showAccountWith(v, &shownAccount{
		form: form, edit: editingOf(v), fixes: book.ID(v.r.FormValue("fix")), matter: v.r.FormValue("matter"),
		letter: letterForm{answers: v.r.FormValue("answers"), open: v.r.FormValue("write") != ""},
	})
}

func (s *Server) showAccount(v *visit, form *actions.Posting, fault error) error {
	return s.showAccountWith(v, &shownAccount{
		form: *form, typed: v.r.PostFormValue("points"), fault: fault, fixes: book.ID(v.r.PostFormValue("fixes")),
	})
}

// showAccountWith shows the page of the account that the address names, with what an act has put there already.
func (s *Server) showAccountWith(v *visit, a *shownAccount) error {
	id, ok := book.ParseID(v.r.PathValue("id"))
	if !ok {
		return book.Errorf(book.NotFound, "there is no such client")
	}
	key, err := s.Teller.NewID()
	if err != nil {
		return err
	}
	a.key = string(key)
	p := s.page(v, "", "clients")
	a.writes = p.Writes
	if p.Script = "list.js"; a.made != nil {
		p.Script = "copy.js"
	}
	if back := v.r.FormValue("back"); local(back) {
		a.back = back
	}
	err = s.read(v, p, func(r *teller.Reading) error {
		row, err := assessment.Load(v.r.Context(), r, id, r.At)
		if err != nil {
			return err
		}
		return a.load(v, p, r, row)
	})
	if err != nil {
		return err
	}
	p.Title = a.sh.Name
	v.fault = a.refused()
	return v.show(accountPage(p, a))
}

// refused is why the form was not taken that the page answers; nil where it answers none.
func (a *shownAccount) refused() error {
	if a.edit != nil && a.edit.fault != nil {
		return a.edit.fault
	}
	return cmp.Or(a.fault, a.plight, a.letter.fault)
}

// load reads all that the page shows.
func (a *shownAccount) load(v *visit, p *ui.Page, r *teller.Reading, row *store.Account) (err error) {
	ctx := v.r.Context()
	if a.sh, err = awareness.Know(ctx, r, row, shownNotes+1); err != nil {
		return err
	}
	// The timeline reads the longest run of what happened; the statement and the act draw on the same.
	if a.timeline, err = assessment.Tell(ctx, r, row.ID, a.matter, "", timelineLines); err != nil {
		return err
	}
	from, err := assessment.Lately(ctx, r, row.ID, passbookLines)
	if err != nil {
		return err
	}
	if a.st, err = assessment.DrawUp(ctx, r, row.ID, from, 0); err != nil {
		return err
	}
	consents := make(map[book.ID][]awareness.Consent, len(a.sh.People))
	for i := range a.sh.People {
		consents[a.sh.People[i].ID] = a.sh.People[i].Consents
	}
	if a.above, err = actions.Above(ctx, r, row, consents); err != nil {
		return err
	}
	a.erases = book.Permit(r.Who.Role, book.ActErase) == nil && book.Permit(r.Who.Role, book.ActExport) == nil
	a.favours = len(row.State.Favours)
	a.took = actions.Took(&row.State, book.ID(a.form.For))
	a.zone, a.country = r.Rules.Calendar.Zone, r.Rules.Firm.Country
	local := r.Now.Time().In(a.zone)
	a.closed = local.Hour()*60+local.Minute() >= r.Rules.Calendar.LastMinute()
	fields, err := awareness.Fields(ctx, r.Tx)
	if err != nil {
		return err
	}
	a.ask = actions.Asking(r, row, a.sh, fields, a.above.Next)
	if a.filing, err = filingOf(v, r, book.ID(a.form.Introduced)); err != nil {
		return err
	}
	if a.edit != nil {
		if err := a.edit.load(v, r, row.ID); err != nil {
			return err
		}
	}
	if err := a.correcting(ctx, r); err != nil {
		return err
	}
	if err := a.inList(v, r, row); err != nil {
		return err
	}
	if err := a.besides(ctx, p, r, row); err != nil {
		return err
	}
	a.open, err = accountability.OpenOf(ctx, r.Tx, row)
	if cases := a.casesOpen(); len(cases) > 0 && a.fault == nil && a.fixes == "" {
		a.form.Case = string(cases[0].Entry)
	}
	return err
}

// besides reads what stands beside what happened: who was merged in, files, consents, work for them, the letter begun, and
// the links of their own page.
func (a *shownAccount) besides(ctx context.Context, p *ui.Page, r *teller.Reading, row *store.Account) error {
	others, err := r.Tx.Accounts(ctx, a.sh.Merged...)
	if err != nil {
		return err
	}
	for _, o := range others {
		a.merged = append(a.merged, awareness.Named{ID: o.ID, Name: o.Name})
	}
	if a.files, err = awareness.Attachments(ctx, r, row.ID); err != nil {
		return err
	}
	if err := a.work.load(ctx, p, r, row); err != nil {
		return err
	}
	if err := a.openLetter(ctx, r); err != nil {
		return err
	}
	if a.pages, err = awareness.LinksOf(ctx, r, row.ID); err != nil {
		return err
	}
	return a.pulse.load(ctx, r, row, a.pages)
}

// correcting fills the composer with the entry that is to be corrected, unless it was filled in already.
func (a *shownAccount) correcting(ctx context.Context, r *teller.Reading) error {
	if a.fixes == "" || a.fault != nil {
		return nil
	}
	found, err := r.Tx.EntriesByID(ctx, a.fixes)
	if err != nil {
		return err
	}
	e, ok := found[a.fixes]
	if !ok || e.VoidedBy != "" {
		a.fixes = ""
		return nil
	}
	if form, ok := actions.PostingOf(&e); ok {
		a.form = form
	} else {
		a.fixes = ""
	}
	return nil
}

// brief is one page on a client, read before the telephone is picked up.
func (s *Server) brief(v *visit) error {
	id, ok := book.ParseID(v.r.PathValue("id"))
	if !ok {
		return book.Errorf(book.NotFound, "there is no such client")
	}
	p := s.page(v, v.lang.Say("account.brief"), "clients")
	p.Narrow = true
	var b *actions.Page
	err := s.read(v, p, func(r *teller.Reading) (err error) {
		b, err = actions.Brief(v.r.Context(), r, id)
		return err
	})
	if err != nil {
		return err
	}
	p.Title = b.Account.Name + " · " + p.Title
	return v.show(briefPage(p, b))
}

// inList finds the neighbours in the list that the page was opened from.
func (a *shownAccount) inList(v *visit, r *teller.Reading, row *store.Account) error {
	a.in = v.r.URL.Query().Get("in")
	if a.in == "" || r.At < r.Now {
		return nil
	}
	words := a.in
	if words == everyone {
		words = ""
	}
	q, err := url.ParseQuery(words)
	if err != nil {
		a.in = ""
		return nil //nolint:nilerr // an address that was mangled goes through no list
	}
	l := readListing(q)
	a.prev, a.next, err = awareness.Around(v.r.Context(), r, l.o, row)
	return err
}

// list is the address of the list that the page was opened from.
func (a *shownAccount) list() string {
	if a.in == everyone {
		return "/clients"
	}
	return "/clients?" + a.in
}

// neighbour is the address of another client of the list.
func (a *shownAccount) neighbour(id book.ID) string {
	return "/clients/" + string(id) + "?in=" + url.QueryEscape(a.in)
}

func (s *Server) undo(v *visit) error {
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, &assessment.Undo{Undo: awareness.Undo{Target: book.ID(v.r.PostFormValue("entry"))}}, teller.Options{})
	if err != nil {
		return err
	}
	if to := v.r.PostFormValue("back"); local(to) {
		return s.done(v, to, &r)
	}
	if r.Account != nil {
		return s.done(v, "/clients/"+string(r.Account.ID), &r)
	}
	return s.done(v, "/", &r)
}

// askedFirst confirms that something that came in asked for news.
func (s *Server) askedFirst(v *visit) error {
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, &awareness.AskedFirst{Entry: book.ID(v.r.PostFormValue("entry"))}, teller.Options{})
	if err != nil {
		return err
	}
	return s.done(v, "/clients/"+v.r.PathValue("id"), &r)
}

// emails are the addresses to which the account is written: those of the next act, to whose people alone its words are said, else
// the first that is known.
func (a *shownAccount) emails() []string {
	if n := a.above.Next; n != nil {
		return n.Emails
	}
	if to := a.firstBy(book.Email, func(p *awareness.ShownPerson) []book.Reach { return p.Emails }); to != "" {
		return []string{to}
	}
	return nil
}

// letterTo is a letter to them with the words suggested for the next act.
func (a *shownAccount) letterTo(p *ui.Page, to []string) templ.SafeURL {
	if a.writes {
		return templ.SafeURL("/clients/" + string(a.sh.ID) + "?write=1#write")
	}
	if n := a.above.Next; n != nil {
		return mailTo(to, cmp.Or(n.Subject, p.Firm), n.Letter)
	}
	return mailTo(to, p.Firm, "")
}

// casesOpen are the open cases of the account, the one whose news is due first in front.
func (a *shownAccount) casesOpen() []accountability.Open {
	all := slices.DeleteFunc(slices.Clone(a.open), func(o accountability.Open) bool { return o.Kind != book.KindCase })
	slices.SortStableFunc(all, func(x, y accountability.Open) int { return cmp.Compare(x.Due, y.Due) })
	return all
}

// phone is the number by which the account is called first, likewise.
func (a *shownAccount) phone() string {
	if n := a.above.Next; n != nil {
		return n.Phone
	}
	return a.firstBy(book.Call, func(p *awareness.ShownPerson) []book.Reach { return p.Phones })
}

// firstBy is the preferred number or address of the first of the account's people who has any and lets us use it.
func (a *shownAccount) firstBy(c book.Channel, of func(*awareness.ShownPerson) []book.Reach) string {
	for i := range a.sh.People {
		who := &a.sh.People[i]
		if all := of(who); len(all) > 0 && !silent(who, c) {
			best := all[max(slices.IndexFunc(all, func(r book.Reach) bool { return r.Pref }), 0)]
			shared := func(p awareness.ShownPerson) bool {
				return silent(&p, c) && addresses.Among(of(&p), best.Value, a.country)
			}
			if !slices.ContainsFunc(a.sh.People, shared) {
				return best.Value
			}
		}
	}
	return ""
}

// or is a dash where nothing is known.
func or(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// caseWords say by when a case is to be solved and when its client hears of it.
func caseWords(p *ui.Page, o *accountability.Open) string {
	var parts []string
	if o.Estimate != 0 {
		parts = append(parts, p.T("post.solvedby", p.Clock.Date(o.Estimate)))
	}
	if o.Due != 0 {
		parts = append(parts, p.T("post.newsdue", p.Clock.Date(o.Due)))
	}
	return strings.Join(parts, "; ")
}

// failures are what amends can be made for, by their entries: broken promises and open cases.
func (a *shownAccount) failures() []actions.Owing {
	return slices.DeleteFunc(slices.Clone(a.above.WeOwe), func(o actions.Owing) bool { return o.Kind != "amends" && o.Kind != "update" })
}

// failed is the failure that the amends in the composer are for; nil where none is named.
func (a *shownAccount) failed() *actions.Owing {
	for _, o := range a.failures() {
		if string(o.Entry) == a.form.For {
			return &o
		}
	}
	return nil
}

// keeping is the open promise that the touch in the composer keeps; nil for none.
func (a *shownAccount) keeping() *accountability.Open {
	for i := range a.open {
		if o := &a.open[i]; o.Kind == book.KindPromise && string(o.Entry) == a.form.Keeps {
			return o
		}
	}
	return nil
}

// here is the address that an account's forms go to.
func here(a *shownAccount) templ.SafeURL { return templ.SafeURL("/clients/" + string(a.sh.ID)) }

// self is the address of the page itself, with the list it was opened from.
func (a *shownAccount) self() templ.SafeURL {
	to := "/clients/" + string(a.sh.ID)
	if a.in != "" {
		to += "?in=" + url.QueryEscape(a.in)
	}
	return templ.SafeURL(to)
}

// with is the page's address with one word more.
func (a *shownAccount) with(name, value string) templ.SafeURL {
	q := url.Values{name: {value}}
	if a.in != "" {
		q.Set("in", a.in)
	}
	return templ.SafeURL("/clients/" + string(a.sh.ID) + "?" + q.Encode())
}

// editHref is where something of the page is edited: "account", or a person by the id.
func (a *shownAccount) editHref(what string) templ.SafeURL { return a.with("edit", what) }

// editsFiling is whether what the account is called and filed under is being edited.
func (a *shownAccount) editsFiling() bool { return a.edit != nil && a.edit.person == "" }

// current marks the link of where one is, and a field whose words were not taken.
func current(is bool) string {
	if is {
		return "true"
	}
	return "false"
}

// correctable says whether an entry can be filled into the composer again.
func correctable(e *book.Entry) bool {
	_, ok := actions.PostingOf(e)
	return ok
}

// noteText is what stands in the form for a note.
func noteText(a *shownAccount) string {
	if a.form.Kind != "note" {
		return ""
	}
	return a.form.Text
}
