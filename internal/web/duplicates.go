package web

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/ui"
)

func (s *Server) duplicateRoutes() routes {
	return routes{"GET /duplicates": s.duplicates, "POST /duplicates/merge": s.merge, "POST /duplicates/apart": s.tellApart}
}

// duplicatesShown is how many pairs stand on a page; at most mostPages of them are gone through, likeliest first.
const (
	duplicatesShown = 10
	mostPages       = 50
)

// alikePair is two people who may be one, side by side.
type alikePair struct {
	awareness.Pair
	a, b   *store.Contact
	rows   []alikeRow
	fields []book.Field // the firm's own
}

type alikeRow struct {
	field, a, b string
}

// labelled says whether a field is one that a reader knows: the book's own, or one that the firm has declared. Others are keys
// of other programs, which a file brought along.
func (d *alikePair) labelled(field string) bool {
	own, custom := strings.CutPrefix(field, book.CustomPrefix)
	return !custom || slices.ContainsFunc(d.fields, func(f book.Field) bool { return f.Name == own })
}

// same are the fields that both say alike, each in a few words; differ those that they do not.
func (d *alikePair) same(p *ui.Page) (parts []string) {
	for _, r := range d.rows {
		if a := readable(p, r.field, r.a); a == readable(p, r.field, r.b) {
			text, rest := cutWords(a, sameShown)
			if rest != "" {
				text += " …"
			}
			parts = append(parts, fieldWord(p, r.field)+" "+text)
		}
	}
	return parts
}

// folded names what stands behind the rows: how much both say alike, and how much is no reader's.
func folded(p *ui.Page, same []string, odd []alikeRow) string {
	var parts []string
	if len(same) > 0 {
		parts = append(parts, p.T("alike.same", len(same)))
	}
	if len(odd) > 0 {
		parts = append(parts, p.T("alike.odd", len(odd)))
	}
	return strings.Join(parts, ", ")
}

// differ are the fields that are shown otherwise for one than for the other, in words; odd those of them that have no label.
func (d *alikePair) differ(p *ui.Page) (out, odd []alikeRow) {
	for _, r := range d.rows {
		a, b := readable(p, r.field, r.a), readable(p, r.field, r.b)
		switch {
		case a == b:
		case d.labelled(r.field):
			out = append(out, alikeRow{r.field, a, b})
		default:
			odd = append(odd, alikeRow{r.field, a, b})
		}
	}
	return out, odd
}

// How much of a field's words is shown beside the other's at once, in runes.
const (
	valueShown = 180
	sameShown  = 60
)

// cutWords parts a text after so many runes, between words; rest is empty where it is no longer than that.
func cutWords(text string, most int) (first, rest string) {
	runes := []rune(text)
	if len(runes) <= most+most/4 {
		return text, ""
	}
	first = string(runes[:most])
	if i := strings.LastIndexAny(first, " \n"); i > len(first)/2 {
		first = first[:i]
	}
	return first, text[len(first):]
}

// alikeFields are what is compared of two, in this order, and then whatever else is known.
var alikeFields = []string{
	book.ContactName, book.ContactOrg, book.ContactPhones, book.ContactEmails, book.ContactAddresses, book.ContactBirthday, book.ContactNote,
}

type duplicateList struct {
	pairs      []alikePair
	page       int
	more       bool
	prev, next string
	fault      error
	compared   int // among how many names, where there are more
}

// mostTaken is how many pairs a file of them holds.
const mostTaken = 10_000

func (s *Server) duplicates(v *visit) error {
	f, err := formatOf(v)
	if f == "" || err != nil {
		if err != nil {
			return err
		}
		return s.showDuplicates(v, nil)
	}
	return s.hand(v, s.page(v, "", "clients"), f, func(r *teller.Reading) (*transfer.List, error) {
		all, err := awareness.Duplicates(v.r.Context(), r, mostTaken)
		return transfer.Alike(all), err
	})
}

func (s *Server) showDuplicates(v *visit, fault error) error {
	p := s.page(v, v.lang.Say("clients.duplicates"), "clients")
	l := &duplicateList{fault: fault}
	l.page, _ = strconv.Atoi(v.r.FormValue("page")) // an address that was mangled begins at the beginning
	l.page = min(max(l.page, 0), mostPages)
	err := s.read(v, p, func(r *teller.Reading) error {
		all, err := awareness.Duplicates(v.r.Context(), r, (l.page+1)*duplicatesShown+1)
		if err != nil {
			return err
		}
		pairs := all.Pairs
		l.compared = all.Compared
		from := min(l.page*duplicatesShown, len(pairs))
		l.more = len(pairs) > from+duplicatesShown
		return l.compare(v, r, pairs[from:min(len(pairs), from+duplicatesShown)])
	})
	if err != nil {
		return err
	}
	if l.page > 0 {
		l.prev = "/duplicates?page=" + strconv.Itoa(l.page-1)
	}
	if l.more && l.page < mostPages {
		l.next = "/duplicates?page=" + strconv.Itoa(l.page+1)
	}
	v.fault = fault
	return v.show(duplicatesPage(p, l))
}

// compare lays pairs side by side, field by field.
func (l *duplicateList) compare(v *visit, r *teller.Reading, pairs []awareness.Pair) error {
	var ids []book.ID
	for i := range pairs {
		ids = append(ids, pairs[i].A.Contact, pairs[i].B.Contact)
	}
	contacts, err := r.Tx.Contacts(v.r.Context(), ids...)
	if err != nil {
		return err
	}
	own, err := awareness.Fields(v.r.Context(), r.Tx)
	if err != nil {
		return err
	}
	for _, pair := range pairs {
		d := alikePair{Pair: pair, a: contacts[pair.A.Contact], b: contacts[pair.B.Contact], fields: own}
		if d.a == nil || d.b == nil {
			continue
		}
		value := func(c *store.Contact, field string) string {
			if field == book.ContactName {
				return c.Name
			}
			return c.Fields[field]
		}
		fields := slices.Clone(alikeFields)
		for _, c := range []*store.Contact{d.a, d.b} {
			for field := range c.Fields {
				if !slices.Contains(fields, field) {
					fields = append(fields, field)
				}
			}
		}
		slices.Sort(fields[len(alikeFields):])
		for _, field := range fields {
			if a, b := value(d.a, field), value(d.b, field); a+b != "" {
				d.rows = append(d.rows, alikeRow{field, a, b})
			}
		}
		l.pairs = append(l.pairs, d)
	}
	return nil
}

// meant is whom a merge of one side means: the account, or the person where there is none.
func meant(side *awareness.PairSide) string {
	if side.Account != "" {
		return string(side.Account)
	}
	return string(side.Contact)
}

// likely is how likely two are one, in per cent.
func likely(p *awareness.Pair) int { return int(math.Round(100 * p.Score)) }

func (s *Server) merge(v *visit) error {
	c := &awareness.Merge{From: awareness.Client(v.r.PostFormValue("from")), Into: awareness.Client(v.r.PostFormValue("into"))}
	return s.settlePair(v, c)
}

func (s *Server) tellApart(v *visit) error {
	return s.settlePair(v, &awareness.TellApart{A: book.ID(v.r.PostFormValue("a")), B: book.ID(v.r.PostFormValue("b"))})
}

// settlePair does what was said of a pair and shows those that are left.
func (s *Server) settlePair(v *visit, c teller.Command) error {
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{})
	if fault := book.FaultOf(err); err != nil && (fault == book.Invalid || fault == book.Conflict) {
		return s.showDuplicates(v, err)
	}
	if err != nil {
		return err
	}
	return s.done(v, "/duplicates", &r)
}

// reasonsOf says why two may be one. Of several addresses of a sort it says how many there are: they stand below.
func reasonsOf(p *ui.Page, d *awareness.Pair) string {
	var parts []string
	rest := slices.Clone(d.Reasons)
	for _, sort := range []struct {
		begins string
		many   func(n int) string
	}{
		{"the same email ", func(n int) string { return p.T("alike.emails", n) }},
		{"the same phone ", func(n int) string { return p.T("alike.phones", n) }},
		{"the same handle ", func(n int) string { return p.T("alike.handles", n) }},
	} {
		other := func(reason string) bool { return !strings.HasPrefix(reason, sort.begins) }
		of := slices.DeleteFunc(slices.Clone(rest), other)
		rest = slices.DeleteFunc(rest, func(reason string) bool { return !other(reason) })
		switch len(of) {
		case 0:
		case 1:
			parts = append(parts, whyAlike(p, of[0]))
		default:
			parts = append(parts, sort.many(len(of)))
		}
	}
	for _, reason := range rest {
		parts = append(parts, whyAlike(p, reason))
	}
	return strings.Join(parts, ", ")
}

// apartWords says who keeps somebody, and when they were last met.
func apartWords(p *ui.Page, side *awareness.PairSide) string {
	var parts []string
	if side.Apart.Owner != "" {
		parts = append(parts, side.Apart.Owner)
	}
	if at := side.Apart.LastRealContact; at != 0 {
		parts = append(parts, p.T("alike.last", p.Clock.Day(at)))
	}
	return strings.Join(parts, " · ")
}
