package assessment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// PlaybookList is every playbook in use, and those that ship.
type PlaybookList struct {
	Playbooks []ListedPlaybook `json:"playbooks"`
	Version   string           `json:"tariff_version"`
}

// ListedPlaybook is a playbook in a list.
type ListedPlaybook struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	InUse bool   `json:"in_use"`
	First bool   `json:"first"` // gives the half-life and the calendar
}

// Playbooks lists the playbooks by name.
func Playbooks(r *teller.Reading) (*PlaybookList, error) {
	names := playbook.Shipped()
	for name := range r.Rules.Playbooks {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	list := &PlaybookList{Version: r.Rules.Version}
	for _, name := range names {
		p, inUse := r.Rules.Playbooks[name], r.Rules.Playbooks[name] != nil
		if p == nil {
			src, _ := playbook.Source(name)
			shipped, err := playbook.Parse(name, src)
			if err != nil {
				return nil, err
			}
			p = shipped
		}
		list.Playbooks = append(list.Playbooks, ListedPlaybook{Name: name, Title: p.Title, InUse: inUse, First: name == r.Rules.First})
	}
	return list, nil
}

// ShownPlaybook is a playbook: its text, and its values under the keys of the file.
type ShownPlaybook struct {
	Name   string         `json:"name"`
	InUse  bool           `json:"in_use"`
	First  bool           `json:"first"` // gives the half-life and the calendar
	Values map[string]any `json:"playbook"`
	Source string         `json:"source"`
}

// ShowPlaybook is the playbook in use, or the one that ships where none of that name is. It reads the text alone, so that
// one which cannot be read any more can be mended; see ShownPlaybook.Read.
func ShowPlaybook(ctx context.Context, tx *store.Tx, name string) (*ShownPlaybook, error) {
	firm, err := tx.Firm(ctx)
	if err != nil {
		return nil, err
	}
	inUse, err := tx.Playbooks(ctx)
	if err != nil {
		return nil, err
	}
	shown := &ShownPlaybook{Name: name, First: name == firm.Playbook}
	if shown.Source, shown.InUse = inUse[name]; shown.InUse {
		return shown, nil
	}
	return ShippedPlaybook(name)
}

// ShippedPlaybook is a playbook that ships.
func ShippedPlaybook(name string) (*ShownPlaybook, error) {
	src, ok := playbook.Source(name)
	if !ok {
		return nil, book.Errorf(book.NotFound, "there is no playbook %q", name)
	}
	return &ShownPlaybook{Name: name, Source: string(src)}, nil
}

// Version is a mark of the text, and of whether it is in use.
func (s *ShownPlaybook) Version() string {
	sum := sha256.Sum256([]byte(strconv.FormatBool(s.InUse) + s.Source))
	return hex.EncodeToString(sum[:8])
}

// Read fills in the values that the text says.
func (s *ShownPlaybook) Read() (err error) {
	s.Values, err = playbook.Values([]byte(s.Source))
	return err
}
