package transfer

import (
	"cmp"
	"math"
	"strings"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/store"
)

// Found is what a search found.
func Found(hits []awareness.Hit) *List {
	columns := []string{"name", "what", "at", "text", "owner", "standing", "balance", "id"}
	return &List{Name: "search", Columns: columns, rows: func(give func(...Cell) error) error {
		for i := range hits {
			h := &hits[i]
			name, text := h.Name, cmp.Or(h.Text, h.Matched)
			owner, standing, balance := Text(""), Text(""), Text("")
			if s := h.Stands; s != nil {
				name, owner, balance = s.Name, Text(s.Owner), Figure(s.Balance)
				standing = Text(strings.Join(append([]string{string(s.Standing)}, words(s.Marks)...), ", "))
				if h.Kind == store.DocContact {
					text = strings.TrimSpace(h.Name + " " + text) // a person of the client's, who may be called otherwise
				}
			}
			if err := give(Text(name), Text(string(h.Kind)), When(h.At), Text(text), owner, standing, balance, Text(string(cmp.Or(h.Account, h.ID)))); err != nil {
				return err
			}
		}
		return nil
	}}
}

// Alike is who may be in the book twice, a pair in each row.
func Alike(all awareness.PairList) *List {
	columns := []string{"likely", "reasons", "name", "reach", "owner", "last", "id", "other", "otherreach", "otherowner", "otherlast", "otherid"}
	side := func(s *awareness.PairSide) []Cell {
		apart := s.Apart
		if apart == nil {
			apart = &awareness.Apart{}
		}
		return []Cell{Text(s.Name), Text(apart.Reach), Text(apart.Owner), When(apart.LastRealContact), Text(string(cmp.Or(s.Account, s.Contact)))}
	}
	return &List{Name: "duplicates", Columns: columns, rows: func(give func(...Cell) error) error {
		for i := range all.Pairs {
			p := &all.Pairs[i]
			row := append([]Cell{Count(int(math.Round(100 * p.Score))), Text(strings.Join(p.Reasons, ", "))}, side(&p.A)...)
			if err := give(append(row, side(&p.B)...)...); err != nil {
				return err
			}
		}
		return nil
	}}
}

// Slipping is whose balance fell, deepest fall first.
func Slipping(p *assessment.Portfolio) *List {
	columns := []string{"name", "owner", "standing", "was", "fadedaway", "moved", "balance", "fell", "last", "id"}
	return &List{Name: "slipping", Columns: columns, rows: func(give func(...Cell) error) error {
		for i := range p.Slipping {
			s := &p.Slipping[i]
			err := give(Text(s.Name), Text(s.Owner), Text(string(s.Standing)), Figure(s.Was), Figure(s.Faded), Figure(s.Moved), Figure(s.Balance),
				Figure(s.Fell), When(s.LastRealContact), Text(string(s.ID)))
			if err != nil {
				return err
			}
		}
		return nil
	}}
}
