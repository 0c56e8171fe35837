package assessment

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
)

// told is what the entries of one noun say of one of its fields: the value given last. Commands given at one moment
// stand in no certain order, so there may be several.
type told struct {
	at     book.Instant
	opens  bool
	values []string // the one to believe last
}

// tell takes in what one entry says, in the order in which entries were recorded: what opens an account comes first.
func (t *told) tell(e *book.Entry, value string) {
	opens := e.Kind == book.KindOpened
	switch {
	case len(t.values) == 0 || t.opens && !opens || t.opens == opens && e.Recorded > t.at:
		*t = told{e.Recorded, opens, []string{value}}
	case t.opens == opens && e.Recorded == t.at:
		t.values = append(t.values, value)
	}
}

func (t *told) allows(value string) bool { return t == nil || slices.Contains(t.values, value) }

func (t *told) last() string { return t.values[len(t.values)-1] }

// saying is what entries say of the fields of one noun.
type saying map[string]*told

func (s saying) take(e *book.Entry, sets ...map[string]book.Change) {
	for _, set := range sets {
		for field, c := range set {
			if s[field] == nil {
				s[field] = &told{}
			}
			s[field].tell(e, c.After)
		}
	}
}

// byID puts entries in the order of their ids, so that the one to believe of a moment's is the same everywhere.
func byID(entries []book.Entry) {
	slices.SortFunc(entries, func(a, b book.Entry) int { return strings.Compare(string(a.ID), string(b.ID)) })
}

// calledBy is what the entries of a page say its accounts are called and filed under, and where they redirect to.
func (p *page) calledBy(ctx context.Context, tx *store.Tx) (map[book.ID]saying, error) {
	out := make(map[book.ID]saying, len(p.heads))
	var merged []book.ID
	for _, h := range p.heads {
		if out[h.ID] = (saying{}); h.Merged != "" {
			merged = append(merged, h.ID)
		}
	}
	apart, err := tx.EntriesOf(ctx, merged...)
	if err != nil {
		return nil, err
	}
	about, err := tx.EntriesAbout(ctx, p.all...)
	if err != nil {
		return nil, err
	}
	byID(apart)
	byID(about)
	own := func(e *book.Entry) {
		if s := out[e.Account]; s != nil && e.VoidedBy == "" && (e.Kind == book.KindOpened || e.Kind == book.KindChanged) {
			s.take(e, e.Facts.Set, e.Words.Set)
		}
	}
	for _, id := range p.roots {
		entries := slices.Clone(p.entries[id])
		byID(entries)
		for i := range entries {
			own(&entries[i])
		}
	}
	for i := range apart {
		own(&apart[i])
	}
	for i := range about {
		e := &about[i]
		into := ""
		switch e.Kind {
		case book.KindMerged:
			into = string(e.Account)
		case book.KindUnmerged:
		default:
			continue
		}
		out[e.Subject].take(e, map[string]book.Change{fieldMerged: {After: into}})
	}
	return out, nil
}

// fieldMerged stands among an account's fields for where it redirects to.
const fieldMerged = "redirect"

// headField reads a field of an account's row.
func headField(h *store.Head, field string) string {
	switch field {
	case book.FieldName:
		return h.Name
	case book.FieldKind:
		return string(h.Kind)
	case book.FieldTags:
		return strings.Join(h.Tags, "\n")
	case book.FieldVisible:
		return string(h.Visible)
	}
	return string(h.Merged)
}

// headFields are the fields of an account that follow from no fold.
var headFields = []string{book.FieldName, book.FieldKind, book.FieldTags, book.FieldVisible, fieldMerged}

// disagrees says whether a row's field is not what the entries say. What was erased says nothing any more.
func disagrees(h *store.Head, field string, s saying) bool {
	if t := s[field]; t != nil {
		return !t.allows(headField(h, field))
	}
	if field == book.FieldVisible {
		return h.Visible != book.VisibleFirm
	}
	return (field == book.FieldTags || field == fieldMerged) && headField(h, field) != ""
}

// called compares what a page of accounts is called, filed under and found by with what their entries say.
func (v *verifier) called(ctx context.Context, tx *store.Tx, p *page) error {
	said, err := p.calledBy(ctx, tx)
	if err != nil {
		return err
	}
	tags, err := tx.TagsOf(ctx, p.all...)
	if err != nil {
		return err
	}
	docs, err := tx.DocsOf(ctx, p.all...)
	if err != nil {
		return err
	}
	v.beside.Docs += len(docs)
	for i := range p.heads {
		h := &p.heads[i]
		name := fmt.Sprintf("account %s (%s)", h.Name, h.ID)
		for _, field := range headFields {
			if disagrees(h, field, said[h.ID]) {
				v.differField(name, field, headField(h, field), said[h.ID][field])
			}
		}
		v.beside.Tags += len(tags[h.ID])
		if want := foldedTags(h.Tags); !slices.Equal(want, tags[h.ID]) {
			v.differ("%s: it is filed under the tags %q, its own are %q", name, tags[h.ID], want)
		}
		v.doc(name, accountDoc(h), docs)
	}
	return nil
}

func (v *verifier) differField(name, field, stored string, t *told) {
	if t == nil {
		v.differ("%s: the %s stored is %q, no entry gives rise to it", name, field, stored)
		return
	}
	v.differ("%s: the %s stored is %q, its entries say %q", name, field, stored, t.last())
}

func foldedTags(tags []string) []string {
	var out []string
	for _, t := range tags {
		out = append(out, book.Fold(t))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// accountDoc is what an account is found by; an erased one by nothing.
func accountDoc(h *store.Head) store.Doc {
	d := store.Doc{ID: h.ID, Kind: store.DocAccount, Account: h.ID, Text: h.Name + " " + strings.Join(h.Tags, " ")}
	if h.Name == book.Erased {
		d.Text = ""
	}
	return d
}

// doc compares one searched document with what it should say; one without words should not be there.
func (v *verifier) doc(name string, want store.Doc, docs map[book.ID]store.Doc) {
	got, there := docs[want.ID]
	body := store.Body(want.Text)
	switch {
	case !there && strings.TrimSpace(want.Text) == "":
	case !there:
		v.differ("%s is not found by its words", name)
	case strings.TrimSpace(want.Text) == "":
		v.differ("%s is found by words that it has not: %q", name, Phrase(got.Text))
	case got.Private != want.Private:
		v.differ("%s is found by %q, should be by %q", name, got.Private, want.Private)
	case got.Text != body || got.Kind != want.Kind || got.Account != want.Account:
		v.differ("%s is found by %q, its words are %q", name, Phrase(got.Text), Phrase(body))
	}
}

// contactPage is how many contacts are read together.
const contactPage = 256

// eachContacts walks the contacts of a book page by page, with the entries about them and what these say of them.
func eachContacts(ctx context.Context, tx *store.Tx, fn func([]*store.Contact, []book.ID, []book.Entry, map[book.ID]saying) error) error {
	after := book.ID("")
	for {
		contacts, err := tx.ContactPage(ctx, after, contactPage)
		if err != nil || len(contacts) == 0 {
			return err
		}
		after = contacts[len(contacts)-1].ID
		ids := make([]book.ID, len(contacts))
		said := make(map[book.ID]saying, len(contacts))
		for i, c := range contacts {
			ids[i], said[c.ID] = c.ID, saying{}
		}
		entries, err := tx.EntriesAbout(ctx, ids...)
		if err != nil {
			return err
		}
		byID(entries)
		for i := range entries {
			if e := &entries[i]; e.Kind == book.KindContact {
				said[e.Subject].take(e, e.Words.Set)
			}
		}
		if err := fn(contacts, ids, entries, said); err != nil {
			return err
		}
	}
}

// fieldOf reads a field of a contact.
func fieldOf(c *store.Contact, field string) string {
	if field == book.ContactName {
		return c.Name
	}
	return c.Fields[field]
}

// erased says whether a contact was blanked.
func erased(c *store.Contact) bool { return c.Name == book.Erased && len(c.Fields) == 0 }

// odd are the fields of a contact that its entries say otherwise, sorted. Those that no entry speaks of are left: an
// import that was taken back may have left them on a person who was worked on since.
func odd(c *store.Contact, s saying) []string {
	if erased(c) {
		return nil
	}
	var out []string
	for field, t := range s {
		if !t.allows(fieldOf(c, field)) {
			out = append(out, field)
		}
	}
	slices.Sort(out)
	return out
}

// people compares contacts, where they are reached, what they are found by and which accounts they are on.
func (v *verifier) people(ctx context.Context, tx *store.Tx, country string) error {
	return eachContacts(ctx, tx, func(contacts []*store.Contact, ids []book.ID, entries []book.Entry, said map[book.ID]saying) error {
		addresses, err := tx.AddressesOf(ctx, ids...)
		if err != nil {
			return err
		}
		docs, err := tx.DocsOf(ctx, ids...)
		if err != nil {
			return err
		}
		v.beside.Docs += len(docs)
		for _, c := range contacts {
			name := fmt.Sprintf("contact %s (%s)", c.Name, c.ID)
			for _, field := range odd(c, said[c.ID]) {
				v.differField(name, field, fieldOf(c, field), said[c.ID][field])
			}
			v.beside.Addresses += len(addresses[c.ID])
			v.reach(name, awareness.AddressesOf(c, country), addresses[c.ID])
			want := awareness.DocOf(c)
			if erased(c) {
				want.Text = ""
			}
			v.doc(name, want, docs)
		}
		return v.links(ctx, tx, contacts, ids, entries)
	})
}

// reach compares the addresses that a contact is found by.
func (v *verifier) reach(name string, want, got []store.Address) {
	for _, a := range want {
		if !slices.Contains(got, a) {
			v.differ("%s is not found by the %s %s", name, a.Kind, a.Address)
		}
	}
	for _, a := range got {
		if !slices.Contains(want, a) {
			v.differ("%s is found by the %s %s, which is not theirs", name, a.Kind, a.Address)
		}
	}
}

// marks compares what a page of the log's entries is marked with, related by and found by.
func (v *verifier) marks(ctx context.Context, tx *store.Tx, entries []book.Entry) error {
	if err := v.blobs(ctx, tx, entries); err != nil {
		return err
	}
	ids := make([]book.ID, len(entries))
	for i := range entries {
		ids[i] = entries[i].ID
	}
	wrong, err := wrongVoids(ctx, tx, entries)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(wrong)) {
		if wrong[id] == "" {
			v.differ("entry %s is marked as taken back, no entry takes it back", id)
		} else {
			v.differ("entry %s is not marked as taken back by %s", id, wrong[id])
		}
	}
	docs, err := tx.DocsOf(ctx, ids...)
	if err != nil {
		return err
	}
	v.beside.Docs += len(docs)
	relations, err := tx.RelationsBy(ctx, ids...)
	if err != nil {
		return err
	}
	v.beside.Relations += len(relations)
	for i := range entries {
		e := &entries[i]
		want, ok := store.DocOf(e)
		if !ok {
			want = store.Doc{ID: e.ID}
		}
		v.doc(fmt.Sprintf("entry %s", e.ID), want, docs)
		v.relation(e, relations)
	}
	return nil
}

// relationOf is what a relating entry keeps; nothing once it was taken back or its words were blanked.
func relationOf(e *book.Entry) (store.Relation, bool) {
	r := store.Relation{From: e.Account, To: e.Subject, Role: e.Words.Text, Entry: e.ID}
	if r.Role == "" {
		r.Role = e.Facts.Role
	}
	return r, e.Kind == book.KindRelated && e.VoidedBy == "" && r.Role != ""
}

func (v *verifier) relation(e *book.Entry, relations map[book.ID]store.Relation) {
	want, kept := relationOf(e)
	got, there := relations[e.ID]
	switch {
	case !there && kept:
		v.differ("entry %s relates %s to %s, which is not kept", e.ID, want.From, want.To)
	case there && !kept:
		v.differ("entry %s keeps a relation that it does not speak of", e.ID)
	case there && got != want:
		v.differ("entry %s keeps %s as %q of %s, it says %s as %q of %s", e.ID, got.To, got.Role, got.From, want.To, want.Role, want.From)
	}
}

// wrongVoids finds, among a page of entries and those that they take back, each that is not marked as the voiding
// entries say: by the mark that it should bear.
func wrongVoids(ctx context.Context, tx *store.Tx, entries []book.Entry) (map[book.ID]book.ID, error) {
	var far []book.ID
	for i := range entries {
		if e := &entries[i]; e.VoidedBy != "" {
			far = append(far, e.VoidedBy)
		}
		if e := &entries[i]; e.Kind == book.KindVoid && e.Subject != "" {
			far = append(far, e.Subject)
		}
	}
	others, err := tx.EntriesByID(ctx, far...)
	if err != nil {
		return nil, err
	}
	wrong := make(map[book.ID]book.ID)
	for i := range entries {
		e := &entries[i]
		by := others[e.VoidedBy]
		if e.VoidedBy != "" && (by.Kind != book.KindVoid || by.Subject != e.ID || by.VoidedBy != "") {
			wrong[e.ID] = ""
		}
	}
	for i := range entries {
		e := &entries[i]
		if target, ok := others[e.Subject]; ok && e.Kind == book.KindVoid && e.VoidedBy == "" && target.VoidedBy != e.ID {
			wrong[target.ID] = e.ID
		}
	}
	return wrong, nil
}

// members compares the people of the firm with the entries that took them in.
func (v *verifier) members(ctx context.Context, tx *store.Tx) error {
	members, err := tx.Members(ctx)
	if err != nil {
		return err
	}
	addresses, err := tx.MemberAddresses(ctx)
	if err != nil {
		return err
	}
	entries, err := tx.MemberEntries(ctx)
	if err != nil {
		return err
	}
	said, reached := make(map[book.ID]saying), make(map[string]book.ID)
	for i := range entries {
		e := &entries[i]
		if said[e.Subject] == nil {
			said[e.Subject] = saying{}
		}
		said[e.Subject].take(e, e.Facts.Set, e.Words.Set)
		for _, a := range strings.Fields(e.Words.Set["emails"].After) {
			reached[a] = e.Subject
		}
	}
	for i := range members {
		m := &members[i]
		for field, value := range awareness.MemberFields(m) {
			if t := said[m.ID][field]; t != nil && !t.allows(value) {
				v.differField(fmt.Sprintf("member %s (%s)", m.Name, m.ID), field, value, t)
			}
		}
	}
	for _, a := range slices.Sorted(maps.Keys(reached)) {
		if addresses[a] != reached[a] {
			v.differ("the address %s is not kept as that of member %s", a, reached[a])
		}
	}
	return nil
}

// strayNouns finds what is kept beside nouns and entries that are not in the book.
func (v *verifier) strayNouns(ctx context.Context, tx *store.Tx) error {
	files, err := tx.CountBlobs(ctx)
	if err != nil {
		return err
	}
	if files != len(v.files) {
		v.differ("%d files are kept, the log speaks of %d", files, len(v.files))
	}
	n, err := tx.CountBeside(ctx)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		what       string
		there, met int
	}{
		{"searched documents", n.Docs, v.beside.Docs},
		{"tags", n.Tags, v.beside.Tags},
		{"addresses", n.Addresses, v.beside.Addresses},
		{"links of people to accounts", n.Links, v.beside.Links},
		{"relations", n.Relations, v.beside.Relations},
	} {
		if c.there != c.met {
			v.differ("%d %s belong to nothing that is in the book", c.there-c.met, c.what)
		}
	}
	return nil
}
