package web

import (
	"strconv"
	"strings"

	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/ui"
)

// tariffView is the tariff as a form.
type tariffView struct {
	firmPage
	name, title string
	version     string // of the rules that the numbers were read from
	groups      []figureGroup
	effect      *actions.WhatIf // what would change; nil when nobody asked
	unchanged   bool            // it was asked, and nothing differs
	versions    []assessment.PlaybookVersion
	book        *playbook.Playbook
}

// figureGroup are the figures of one heading.
type figureGroup struct {
	name string
	rows []figureRow
}

// figureRow is a figure with what stands in its field.
type figureRow struct {
	playbook.Figure
	label string
	typed string
	fault string
}

// tariff is the form of a playbook's figures, or its versions as a file.
func (s *Server) tariff(v *visit) error {
	f, err := formatOf(v)
	switch {
	case err != nil:
		return err
	case f == "":
		return s.showTariff(v, &tariffView{}, nil, nil)
	}
	p := s.page(v, "", "settings")
	return s.hand(v, p, f, func(r *teller.Reading) (*transfer.List, error) {
		all, err := assessment.PlaybookVersions(v.r.Context(), r.Tx, v.r.PathValue("name"))
		return transfer.Versions(p.Tongue(), all), err
	})
}

// showTariff shows the form with what was typed, and its faults.
func (s *Server) showTariff(v *visit, out *tariffView, typed map[string]string, faults []playbook.Fault) error {
	name := v.r.PathValue("name")
	p := s.page(v, v.lang.Say("tariff.title"), "settings")
	out.firmPage = s.firmPage(v, "tariff", out.fault)
	out.name = name
	err := s.read(v, p, func(r *teller.Reading) (err error) {
		out.first, out.version = r.Rules.First, r.Rules.Version
		if out.book = r.Rules.Playbooks[name]; out.book == nil {
			return book.Errorf(book.NotFound, "the playbook %q is not in use", name)
		}
		out.title = v.lang.Stage(out.book.Title)
		out.groups = figureGroups(p, out.book, typed, faults)
		out.versions, err = assessment.PlaybookVersions(v.r.Context(), r.Tx, name)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(tariffPage(p, out))
}

// figureGroups are a playbook's figures under their headings, with what was typed where something was.
func figureGroups(p *ui.Page, b *playbook.Playbook, typed map[string]string, faults []playbook.Fault) []figureGroup {
	var out []figureGroup
	for _, f := range b.Figures() {
		row := figureRow{Figure: f, label: figureLabel(p, b, f.Path), typed: p.Lang.Number(playbook.Written(f.Value))}
		if t, ok := typed[f.Path]; ok {
			row.typed = t
		}
		for _, fault := range faults {
			if fault.Path == f.Path || fault.Path+"[0]" == f.Path { // a fault of a list stands at its first item
				row.fault = figureFault(p, &f, row.typed)
			}
		}
		if len(out) == 0 || out[len(out)-1].name != f.Group {
			out = append(out, figureGroup{name: f.Group})
		}
		out[len(out)-1].rows = append(out[len(out)-1].rows, row)
	}
	return out
}

// figureLabel says what a figure is.
func figureLabel(p *ui.Page, b *playbook.Playbook, path string) string {
	head, rest, _ := strings.Cut(path, ".")
	list, index, isItem := strings.Cut(strings.TrimSuffix(head, "]"), "[")
	n, _ := strconv.Atoi(index)
	key := rest[strings.LastIndexByte(rest, '.')+1:]
	switch {
	case isItem && list == "tiers":
		return p.T("tariff.tier", b.Tiers[n].Name) + ": " + p.T("tariff."+key)
	case isItem && strings.HasPrefix(rest, "tiers."):
		tier := strings.TrimSuffix(strings.TrimPrefix(rest, "tiers."), "."+key)
		return p.T("tariff.stagetier", p.Lang.Stage(b.Stages[n].Title), tier) + ": " + p.T("tariff."+key)
	case isItem:
		return p.T("tariff.stage", p.Lang.Stage(b.Stages[n].Title)) + ": " + p.T("tariff."+key)
	}
	short := strings.TrimPrefix(path, "tariff.")
	for _, under := range []string{"touch.", "minutes."} {
		if c, ok := strings.CutPrefix(short, under); ok && c != "gift" {
			return p.T("channel." + c)
		}
	}
	return p.T("tariff." + strings.NewReplacer(".", "_", "[", "_", "]", "").Replace(short))
}

// figureFault says what is wrong with a number, and how it would be right.
func figureFault(p *ui.Page, f *playbook.Figure, typed string) string {
	n, ok := playbook.ReadFigure(typed)
	lo, hi := p.Lang.Number(playbook.Written(f.Lowest)), p.Lang.Number(playbook.Written(f.Highest))
	switch {
	case !ok:
		return p.T("tariff.nonumber")
	case f.Whole && n != float64(int(n)), f.Whole && (n < f.Lowest || n > f.Highest):
		return p.T("tariff.whole", lo, hi)
	case f.Above && (n <= f.Lowest || n > f.Highest):
		return p.T("tariff.above", lo, hi)
	case n < f.Lowest || n > f.Highest:
		return p.T("tariff.bounds", lo, hi)
	case strings.HasSuffix(f.Path, ".max"):
		return p.T("tariff.together_max")
	}
	key := strings.TrimPrefix(f.Path, "tariff.")
	key, _, _ = strings.Cut(key, "[")
	return p.T("tariff.together_" + strings.ReplaceAll(key, ".", "_")) // the number alone would be right
}

// typedFigures are the numbers that a form sends, by path.
func typedFigures(v *visit) map[string]string {
	typed := map[string]string{}
	for path, words := range v.r.PostForm {
		if len(words) > 0 && (path == "half_life_days" || strings.ContainsAny(path, ".[")) {
			typed[path] = words[0]
		}
	}
	return typed
}

// retariff asks what other numbers would change, or takes them into use.
func (s *Server) retariff(v *visit) error {
	name, typed := v.r.PathValue("name"), typedFigures(v)
	c := &assessment.Reword{Name: name, Set: typed, From: v.r.PostFormValue("version")}
	out := &tariffView{}
	if v.r.PostFormValue("do") == "preview" {
		err := s.whatever(v, c, out)
		if err != nil {
			return v.mend(err, func() error { return s.showTariff(v, faulty(out, c, err), typed, c.Faults) })
		}
		return s.showTariff(v, out, typed, nil)
	}
	k, err := s.keep(v, "/settings/tariff/"+name, c, &c.Progress)
	if err != nil {
		return v.mend(err, func() error { return s.showTariff(v, faulty(out, c, err), typed, c.Faults) })
	}
	return s.kept(v, k)
}

// faulty puts a fault on top of the page unless it stands at a field.
func faulty(out *tariffView, c *assessment.Reword, err error) *tariffView {
	if len(c.Faults) == 0 {
		out.fault = err
	}
	return out
}

// whatever asks what a rewording would change.
func (s *Server) whatever(v *visit, c *assessment.Reword, out *tariffView) error {
	return s.Teller.Read(v.r.Context(), v.who.Actor, 0, func(r *teller.Reading) (err error) {
		out.effect, err = actions.Reworded(v.r.Context(), r, c)
		out.unchanged = err == nil && out.effect == nil
		return err
	})
}

// useVersion takes a playbook into use as it once was.
func (s *Server) useVersion(v *visit) error {
	name := v.r.PathValue("name")
	c := &assessment.UseVersion{Name: name, Entry: book.ID(v.r.PostFormValue("entry"))}
	k, err := s.keep(v, "/settings/tariff/"+name, c, &c.Progress)
	if err != nil {
		return v.mend(err, func() error { return s.showTariff(v, &tariffView{firmPage: firmPage{fault: err}}, nil, nil) })
	}
	return s.kept(v, k)
}

// other says that a field holds another number than ships.
func (r *figureRow) other() bool {
	n, ok := playbook.ReadFigure(r.typed)
	return !ok || n != r.Usual
}

// placeWord is a place in today's list, or a dash.
func placeWord(n int) string {
	if n == 0 {
		return "–"
	}
	return strconv.Itoa(n)
}

// moveWord says how a place would change.
func moveWord(p *ui.Page, w *actions.Place) string {
	switch {
	case w.After == 0:
		return p.T("tariff.leaves")
	case w.Before == 0:
		return p.T("tariff.enters")
	case w.After < w.Before:
		return "↑ " + strconv.Itoa(w.Before-w.After)
	case w.After > w.Before:
		return "↓ " + strconv.Itoa(w.After-w.Before)
	}
	return ""
}

// unmoved says whether nothing at all would change.
func unmoved(w *actions.WhatIf) bool {
	for i := range w.Places {
		if w.Places[i].Before != w.Places[i].After {
			return false
		}
	}
	return w.Moved == 0 && w.Standings == 0
}

// lookedWords say how much of the book was looked at.
func lookedWords(p *ui.Page, w *actions.WhatIf) string {
	if w.Looked < w.Accounts {
		return p.T("tariff.sampled", w.Looked, w.Accounts, w.Entries)
	}
	return p.T("tariff.looked", w.Accounts, w.Entries)
}
