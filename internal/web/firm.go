package web

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/ui"
)

// The pages on what the firm has settled: its playbooks, tariff, calendar and fields. Everybody may read them; what
// changes them is permitted by the commands.

func (s *Server) firmRoutes() routes {
	return routes{
		"GET /settings/playbooks": s.playbooks, "POST /settings/playbooks": s.takePlaybook, "GET /settings/playbooks/{name}": s.playbook,
		"GET /settings/playbooks/{name}/file": s.playbookFile, "GET /settings/keeping": s.keeps, "GET /settings/tariff/{name}": s.tariff, "POST /settings/tariff/{name}": s.retariff,
		"POST /settings/tariff/{name}/use": s.useVersion, "GET /settings/calendar": s.calendar, "POST /settings/calendar": s.recalendar,
		"GET /settings/fields": s.fields, "POST /settings/fields": s.declareField, "POST /settings/fields/remove": s.dropField,
	}
}

// firmPage is what the pages of the firm share.
type firmPage struct {
	tab   string // which of them is open
	owner bool   // may change the firm
	first string // the name of the first playbook, whose tariff the navigation leads to
	keeps bool   // a playbook is being taken into use, or was not and its member has not been told
	fault error
}

func (s *Server) firmPage(v *visit, tab string, fault error) firmPage {
	return firmPage{tab: tab, owner: book.Permit(v.who.Role, book.ActFirm) == nil, keeps: s.keepings.concerns(v), fault: fault}
}

// shownPlaybook is a playbook on its page or in the list of them.
type shownPlaybook struct {
	*playbook.Playbook
	inUse, first bool
	ships        bool
	diff         []string // against the one that ships
}

type playbooksView struct {
	firmPage
	inUse, others []shownPlaybook
}

func (s *Server) playbooks(v *visit) error {
	f, err := formatOf(v)
	switch {
	case err != nil:
		return err
	case f == "":
		return s.showPlaybooks(v, nil)
	}
	return s.hand(v, s.page(v, "", "settings"), f, func(r *teller.Reading) (*transfer.List, error) {
		list, err := assessment.Playbooks(r)
		if err != nil {
			return nil, err
		}
		return transfer.Playbooks(list), nil
	})
}

func (s *Server) showPlaybooks(v *visit, fault error) error {
	p := s.page(v, v.lang.Say("firm.playbooks"), "settings")
	out := playbooksView{firmPage: s.firmPage(v, "playbooks", fault)}
	err := s.read(v, p, func(r *teller.Reading) error {
		out.first = r.Rules.First
		for _, name := range slices.Sorted(maps.Keys(r.Rules.Playbooks)) {
			out.inUse = append(out.inUse, shownPlaybook{Playbook: r.Rules.Playbooks[name], inUse: true, first: name == r.Rules.First})
		}
		for _, name := range playbook.Shipped() {
			if r.Rules.Playbooks[name] != nil {
				continue
			}
			ships, err := shippedBook(name)
			if err != nil {
				return err
			}
			out.others = append(out.others, shownPlaybook{Playbook: ships})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(playbooksPage(p, &out))
}

func shippedBook(name string) (*playbook.Playbook, error) {
	src, ok := playbook.Source(name)
	if !ok {
		return nil, book.Errorf(book.NotFound, "there is no playbook %q", name)
	}
	return playbook.Parse(name, src)
}

// takePlaybook takes one that ships, or an uploaded file, into use.
func (s *Server) takePlaybook(v *visit) error {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, 2*playbook.MaxSource)
	name, src := v.r.PostFormValue("ships"), ""
	if ships, ok := playbook.Source(name); ok {
		src = string(ships)
	} else {
		file, header, err := v.r.FormFile("file")
		if err != nil {
			err = book.Errorf(book.Invalid, "%s", v.lang.Say("firm.nosuchfile"))
			return v.mend(err, func() error { return s.showPlaybooks(v, err) })
		}
		defer file.Close()
		raw, err := io.ReadAll(io.LimitReader(file, playbook.MaxSource+1))
		if err != nil {
			return err
		}
		name, src = header.Filename, string(raw)
	}
	c := &assessment.UsePlaybook{Name: name, Source: src}
	k, err := s.keep(v, "/settings/playbooks", c, &c.Progress)
	if err != nil {
		return v.mend(err, func() error { return s.showPlaybooks(v, err) })
	}
	return s.kept(v, k)
}

type playbookView struct {
	firmPage
	shownPlaybook
}

// playbook shows one in use, or one that ships, as people read it.
func (s *Server) playbook(v *visit) error {
	name := v.r.PathValue("name")
	p := s.page(v, name, "settings")
	out := playbookView{firmPage: s.firmPage(v, "playbooks", nil)}
	err := s.read(v, p, func(r *teller.Reading) error {
		out.firmPage.first = r.Rules.First
		ships, err := shippedBook(name)
		out.ships = err == nil
		out.Playbook, out.inUse = r.Rules.Playbooks[name], r.Rules.Playbooks[name] != nil
		out.shownPlaybook.first = name == r.Rules.First
		switch {
		case out.inUse && out.ships:
			out.diff = playbook.DiffIn(p.Tongue(), ships, out.Playbook)
		case !out.inUse:
			out.Playbook = ships
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	p.Title = v.lang.Stage(out.Title)
	return v.show(playbookPage(p, &out))
}

// playbookFile sends a playbook's text, to be changed by hand.
func (s *Server) playbookFile(v *visit) error {
	name := v.r.PathValue("name")
	src := ""
	err := s.Teller.Store().Read(v.r.Context(), v.who.Workspace, func(tx *store.Tx) error {
		sources, err := tx.Playbooks(v.r.Context())
		src = sources[name]
		return err
	})
	if err != nil {
		return err
	}
	if src == "" {
		ships, ok := playbook.Source(name)
		if !ok {
			return book.Errorf(book.NotFound, "there is no playbook %q", name)
		}
		src = string(ships)
	}
	v.w.Header().Set("Content-Type", "application/toml; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.toml"`) // a playbook's name is a slug
	_, err = io.WriteString(v.w, src)
	return err
}

// cadences are how often a stage asks for contact, by tier where that differs.
func cadences(p *ui.Page, b *playbook.Playbook, s *playbook.Stage) []string {
	pace := func(c ledger.Cadence) string {
		return p.T("firm.every", c.Ideal, c.Max, p.T("channel."+string(c.Least)))
	}
	out := []string{pace(s.Cadence)}
	for _, t := range b.Tiers {
		if c, ok := s.ByTier[t.Name]; ok {
			out = append(out, p.T("firm.fortier", t.Name, pace(c)))
		}
	}
	return out
}

func tierWords(p *ui.Page, t *ledger.Tier) string {
	words := p.T("firm.tierline", p.Lang.Number(playbook.Written(t.Weight)), t.Silence)
	if t.Top {
		words += ", " + p.T("firm.tiertop")
	}
	return words
}

// stageTitle is what a stage is called on pages.
func stageTitle(b *playbook.Playbook, name string) string {
	if s, ok := b.Stage(name); ok && s.Title != "" {
		return s.Title
	}
	return name
}

type fieldsView struct {
	firmPage
	all   []book.Field
	form  book.Field // as it was filled in
	again bool       // form holds what was refused
}

// fieldChoices are the choices of a field as a form has them.
func fieldChoices(f *book.Field) string { return strings.Join(f.Choices, "\n") }
