package web

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"passbook/internal/actions"
	"passbook/internal/agenda"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/ui"
)

func (s *Server) todayRoutes() routes {
	return routes{"GET /{$}": s.today, "GET /daily": s.daily, "POST /undo": s.undo, "GET /later": s.later, "POST /later": s.rest}
}

func (s *Server) today(v *visit) error {
	p := s.page(v, v.lang.Say("today.title"), "today")
	mine := v.r.FormValue("all") == ""
	var standIn todayFor
	opt := actions.Options{Limit: usualRows}
	if n, err := strconv.Atoi(v.r.FormValue("limit")); err == nil && n > 0 {
		opt.Limit = min(n, mostRows)
	}
	if mine {
		opt.Member = v.who.Member
	}
	f, err := formatOf(v)
	if err != nil {
		return err
	}
	if f != "" {
		opt.Limit = mostRows
		return s.hand(v, p, f, func(r *teller.Reading) (*transfer.List, error) {
			if err := standIn.read(v, r, &opt); err != nil {
				return nil, err
			}
			list, err := actions.Today(v.r.Context(), r, opt)
			if err != nil {
				return nil, err
			}
			return transfer.Morning(list), nil
		})
	}
	var list *actions.List
	err = s.read(v, p, func(r *teller.Reading) (err error) {
		if err := standIn.read(v, r, &opt); err != nil {
			return err
		}
		if list, err = actions.Today(v.r.Context(), r, opt); err != nil {
			return err
		}
		if len(list.Items) == 0 {
			if err := standIn.whyNone(v, r, opt.Member); err != nil {
				return err
			}
		}
		p.Staff, err = staffOf(v.r.Context(), r)
		return err
	})
	if err != nil {
		return err
	}
	p.Back = thisPage(v)
	return v.show(todayPage(p, list, mine, thisPage(v), &standIn))
}

// usualRows are shown of a morning, mostRows when more are asked for.
const (
	usualRows = 25
	mostRows  = 1000
)

// whyNone finds whether nobody is due because there is nobody.
func (f *todayFor) whyNone(v *visit, r *teller.Reading, whose book.ID) (err error) {
	if f.empty, err = bookIsEmpty(v.r.Context(), r); err != nil || f.empty || whose != v.who.Member {
		return err
	}
	kept, err := r.Tx.Owned(v.r.Context(), whose)
	f.keepsNone = kept[whose] == 0
	return err
}

// bookIsEmpty says that there is no client whom the reader may see.
func bookIsEmpty(ctx context.Context, r *teller.Reading) (bool, error) {
	n, err := r.Tx.CountAccounts(ctx)
	return n == 0, err
}

// moreOfToday is the address of the same list with all of its rows.
func moreOfToday(here string, rows int) templ.SafeURL {
	u, err := url.Parse(here)
	if err != nil {
		return "/"
	}
	q := u.Query()
	q.Set("limit", strconv.Itoa(min(rows, mostRows)))
	return templ.SafeURL("/?" + q.Encode())
}

// moreWait says how many rows are due that are not shown.
func moreWait(p *ui.Page, n int) string {
	if n == 1 {
		return p.T("today.onemore")
	}
	return p.T("today.more", n)
}

// resting is the form by which an account rests from Today.
type resting struct {
	item, name, until, reason string
	back                      string // the list that its row stands on
	fault                     error
}

// later asks until when, and why, a row can wait.
func (s *Server) later(v *visit) error {
	return s.showLater(v, &resting{item: v.r.FormValue("item"), name: v.r.FormValue("name"), back: v.r.FormValue("back"), until: "1"})
}

func (s *Server) showLater(v *visit, f *resting) error {
	p := s.page(v, v.lang.Say("today.rest"), "today")
	p.Narrow = true
	if err := s.read(v, p, func(*teller.Reading) error { return nil }); err != nil {
		return err
	}
	v.fault = f.fault
	return v.show(laterPage(p, f))
}

// rest lets a row rest for a number of days: until the morning of the day after them, in the firm's zone.
func (s *Server) rest(v *visit) error {
	word := v.r.PostFormValue
	f := &resting{item: word("item"), name: word("name"), back: word("back"), until: word("until"), reason: word("reason")}
	rules, err := s.rules(v.r.Context(), v.who.Workspace)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(f.until)
	if err != nil {
		f.fault = book.Fieldf(book.Invalid, "until", "%q is no number of days", f.until)
		return s.showLater(v, f)
	}
	y, m, d := s.Now().In(rules.Calendar.Zone).Date()
	until := book.Micros(time.Date(y, m, d+days, 0, 0, 0, 0, rules.Calendar.Zone))
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, &actions.Snooze{Item: f.item, Until: until, Reason: f.reason}, teller.Options{})
	if f.fault = err; err != nil {
		return v.mend(err, func() error { return s.showLater(v, f) })
	}
	if !local(f.back) {
		f.back = "/"
	}
	return s.done(v, f.back, &r)
}

// laterAt is where a row's rest is asked for.
func laterAt(i *actions.Item, here string) templ.SafeURL {
	return templ.SafeURL("/later?" + url.Values{"item": {i.Item}, "name": {i.Account.Name}, "back": {here}}.Encode())
}

// logAt is the client's form for what a row asks, filled in as far as the row knows; it leads back to the row's list, the page
// here.
func logAt(i *actions.Item, here string) templ.SafeURL {
	q, form := url.Values{}, "log"
	if i.By != "" {
		q.Set("channel", string(i.By))
	}
	if p, ok := i.Post(); ok && p.With != "" {
		q.Set("with", p.With)
	}
	if here != "" {
		q.Set("back", here)
	}
	switch p, ok := i.Post(); {
	case !ok:
	case rarer(p.Kind):
		q.Set("kind", p.Kind)
		q.Set("about", p.For)
		form = p.Kind
	case p.Case+p.Engagement != "":
		form = "owed-" + p.Case + p.Engagement
	case p.Promise != "":
		q.Set("keeps", p.Promise)
	case p.Planned+p.Asks != "":
		for name, word := range map[string]string{"planned": p.Planned, "asks": p.Asks} {
			if word != "" {
				q.Set(name, word)
			}
		}
	}
	return templ.SafeURL("/clients/" + string(i.Account.ID) + "?" + q.Encode() + "#" + form)
}

// wanted is what a row that asks for more than a touch wants, in a word or two.
func wanted(p *ui.Page, i *actions.Item) string {
	switch post, ok := i.Post(); {
	case ok && rarer(post.Kind):
		return p.T("post." + post.Kind)
	case ok && (post.Kind == "update" || post.Kind == "resolved" || post.Kind == "progress"):
		return p.T("post." + post.Kind)
	}
	return ""
}

// actOf is what the script wants to know of an act: whose it is, what carrying it out writes down, and what to ask about it.
func actOf(p *ui.Page, i *actions.Item) templ.Attributes {
	out := templ.Attributes{
		"data-account": string(i.Account.ID), "data-name": i.Account.Name, "data-channel": string(i.By),
		"data-owner": string(i.Account.OwnerID), "data-act": wanted(p, i),
	}
	if post, err := postOf(i); err == nil && post != "" {
		out["data-post"] = post
	}
	if post, ok := i.Post(); ok && post.Promise != "" {
		out["data-keeps"], out["data-moves"] = keepsWords(p, i.About), string(owedAt(i.Account.ID, book.ID(post.Promise)))
	}
	if !offered(i) {
		out["data-lacks"] = "1"
	}
	if i.PastEstimate {
		out["data-past"] = "1"
	}
	if i.Took > 0 {
		out["data-took"] = p.Lang.Number(i.Took.String())
	}
	return out
}

// keepsWords name the promise that a touch keeps.
func keepsWords(p *ui.Page, promise string) string {
	if promise == "" {
		return p.T("log.keepsone")
	}
	return p.T("log.keeps", p.Quote(promise))
}

// owedAt is where an open promise or case stands on its client's page.
func owedAt(account, entry book.ID) templ.SafeURL {
	return templ.SafeURL("/clients/" + string(account) + "#owed-" + string(entry))
}

// way is one by which a row's client is reached from here: to which number or address, and the word for it.
type way struct {
	href     templ.SafeURL
	to, word string
}

// waysOf are those ways, the one that the row advises first.
func waysOf(p *ui.Page, i *actions.Item) []way {
	var out []way
	if i.By == book.Text && i.Text != "" {
		out = append(out, way{templ.SafeURL("sms:" + digits(i.Text)), i.Text, p.T("today.text")})
	}
	if i.Phone != "" {
		out = append(out, way{dial(i.Phone), i.Phone, p.T("today.call")})
	}
	if i.By == book.Text && i.Text != "" {
		return out
	}
	if len(i.Emails) > 0 {
		out = append(out, way{letterTo(p, i), strings.Join(i.Emails, ", "), p.T("today.write")})
	}
	if !i.By.Live() {
		slices.Reverse(out)
	}
	return out
}

// offered says whether a row has a button by which its act is carried out: a letter goes by post, and somebody who is to be
// spoken with and has no number is only asked for one.
func offered(i *actions.Item) bool {
	return i.By != book.Letter && (i.Reached() || i.By == book.Email)
}

// mailTo opens a letter to everybody named in the reader's mail program, with its opening words.
func mailTo(addresses []string, subject, words string) templ.SafeURL {
	to := make([]string, len(addresses))
	for i, a := range addresses {
		to[i] = url.PathEscape(a)
	}
	q := url.Values{"subject": {subject}, "body": {strings.ReplaceAll(words, "\n", "\r\n")}}.Encode()
	return templ.SafeURL("mailto:" + strings.Join(to, ",") + "?" + strings.ReplaceAll(q, "+", "%20"))
}

// letterTo is the letter by which a row's act is carried out: an answer under the subject of what they wrote. To one person it is written
// here, where letters go out from here; several are written to at once by the reader's mail program alone.
func letterTo(p *ui.Page, i *actions.Item) templ.SafeURL {
	if p.Writes && len(i.Emails) == 1 {
		q := url.Values{"write": {"1"}}
		if i.Act == agenda.Answer && len(i.Holds) > 0 {
			q.Set("answers", string(i.Holds[0].Entry))
		}
		return templ.SafeURL("/clients/" + string(i.Account.ID) + "?" + q.Encode() + "#write")
	}
	return mailTo(i.Emails, cmp.Or(i.Subject, p.Firm), i.Letter)
}

// postOf is what logging a row writes, for the script; "" where that is not known.
func postOf(i *actions.Item) (string, error) {
	p, ok := i.Post()
	if !ok {
		return "", nil
	}
	raw, err := json.Marshal(p)
	return string(raw), err
}

// dial is a telephone number as a telephone takes it.
func dial(number string) templ.SafeURL { return templ.SafeURL("tel:" + digits(number)) }

func digits(number string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
}

// amountOf says how much of what is due is shown, and how long it takes.
func amountOf(p *ui.Page, list *actions.List) string {
	minutes := 0
	for i := range list.Items {
		minutes += list.Items[i].Minutes
	}
	return p.T("today.shown", len(list.Items), max(list.Due.Rows, len(list.Items)), minutesOf(p, minutes))
}

func minutesOf(p *ui.Page, n int) string {
	if n < 60 {
		return p.T("today.minutes", n)
	}
	return p.T("today.hours", n/60, n%60)
}

// emptyWords say what comes next when there is nothing to do.
func emptyWords(p *ui.Page, list *actions.List) string {
	words := p.T("today.none")
	switch next := list.Next; {
	case next == nil || next.At == 0:
	case next.Tomorrow > 0:
		words += " " + p.T("today.tomorrow", next.Tomorrow)
	default:
		words += " " + p.T("today.next", p.Clock.Date(next.At))
	}
	return words
}

// todayFor is for whom Today is shown besides oneself: those whom the reader stands in for, and who stands in for them.
type todayFor struct {
	away   []book.Member // for whom the reader stands in now
	whose  book.ID       // whose Today is shown, where it is not the reader's; "" for theirs
	other  string        // the name of that one, where the reader does not stand in for them
	deputy string        // who stands in for the reader
	until  book.Instant

	empty     bool // nobody is due because nobody is in the book
	keepsNone bool // nobody is due because the reader keeps no account, and others do
}

// read finds who is away, and takes the Today of the one asked for by ?for=. Of any member it shows what the reader sees of
// their accounts; whoever stands in for them sees all of these (see book.Eyes).
func (f *todayFor) read(v *visit, r *teller.Reading, opt *actions.Options) error {
	members, err := r.Tx.StandIns(v.r.Context(), v.who.Member)
	if err != nil {
		return err
	}
	f.away = awayNow(members, v.who.Member, r.Now)
	for i := range members {
		m := &members[i]
		if m.ID != v.who.Member || !m.StoodInBy(m.Deputy, r.Now) {
			continue
		}
		names, err := r.Tx.MemberNames(v.r.Context(), m.Deputy)
		if err != nil {
			return err
		}
		f.deputy, f.until = names[m.Deputy], m.AwayUntil
	}
	ask := v.r.FormValue("for")
	if ask == "" {
		return nil
	}
	m, err := awareness.MemberNamed(v.r.Context(), r, ask)
	if err != nil {
		return err
	}
	f.whose, opt.Member = m.ID, m.ID
	if !slices.ContainsFunc(f.away, func(a book.Member) bool { return a.ID == m.ID }) {
		f.other = m.Name
	}
	return nil
}
