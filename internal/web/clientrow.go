package web

import (
	"github.com/a-h/templ"

	"passbook/internal/awareness"
	"passbook/internal/ui"
)

// clientRow is a row of the list, by hand as all that stands many times on a page is; see ui.Cell.
func clientRow(p *ui.Page, l *clientList, a *awareness.Listed) templ.Component {
	return ui.Cell(func(w *ui.Pieces) {
		w.Raw(`<tr data-row><td class="tickbox noprint"><input type="checkbox" form="bulk" name="account" value="`, string(a.ID), `"`)
		if l.ticked {
			w.Raw(` checked`)
		}
		w.Raw(` data-pick aria-label="`)
		w.Text(p.T("clients.tick", a.Name))
		w.Raw(`"></td><td class="who"><a class="quiet name" data-open href="`)
		w.Text(l.client(a.ID))
		w.Raw(`">`)
		w.Text(a.Name)
		w.Raw(`</a></td>`)
		for _, c := range columns {
			if !l.has(c.name) {
				continue
			}
			w.Raw(`<td class="c-`, c.name)
			if c.num {
				w.Raw(` num`)
			}
			w.Raw(`" data-label="`)
			if c.name == "last" {
				w.Text(p.T("clients.lastshort")) // on a phone, where it stands in a line with others
			} else {
				w.Text(p.T("clients." + c.name))
			}
			w.Raw(`">`)
			clientCell(w, p, l, a, c.name)
			w.Raw(`</td>`)
		}
		w.Raw(`</tr>`)
	})
}

// clientCell writes one column of a row.
func clientCell(w *ui.Pieces, p *ui.Page, l *clientList, a *awareness.Listed, name string) {
	switch name {
	case "standing":
		w.Put(ui.Behind(a.ID, ui.Stands(p, a.Standing, a.ThinFor, a.Marks)))
	case "stage":
		w.Text(p.Lang.Stage(plainWord(a.Stage)))
	case "tier":
		w.Text(a.Tier)
	case "owner":
		w.Text(a.Owner)
	case "last":
		w.Put(ui.When(p, a.LastRealContact))
	case "due":
		w.Put(ui.When(p, a.NextDue))
		if p.Clock.Past(a.NextDue) {
			w.Raw(` <span class="out small late">`)
			w.Text(p.T("due.latenow"))
			w.Raw(`</span>`)
		}
	case "balance":
		w.Put(ui.Balance(a.Balance))
	case "available":
		w.Put(ui.Balance(a.Available))
	case "kind":
		w.Text(p.T("clients.kind" + string(a.Filed.Kind)))
	case "playbook":
		w.Text(a.Filed.Playbook)
	case "visibility":
		w.Text(p.T("clients.visible" + string(a.Filed.Visible)))
	case "tags":
		w.Raw(`<span class="tags">`)
		for _, t := range a.Filed.Tags {
			w.Raw(`<a class="tag quiet" href="`)
			w.Text(l.with("tag", t))
			w.Raw(`">`)
			w.Text(t)
			w.Raw(`</a> `)
		}
		w.Raw(`</span>`)
	case "began":
		w.Put(ui.When(p, a.Filed.Began))
	}
}
