package transfer

import (
	"strings"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/phrase"
	"passbook/internal/store"
)

// Tags are the tags there are, with how many clients have each.
func Tags(all []store.TagCount) *List {
	return &List{Name: "tags", Columns: []string{"tag", "accounts"}, rows: func(give func(...Cell) error) error {
		for _, t := range all {
			if err := give(Text(t.Tag), Count(t.Accounts)); err != nil {
				return err
			}
		}
		return nil
	}}
}

// Views are the lists that are kept by a name.
func Views(all []awareness.SavedView) *List {
	columns := []string{"name", "query", "by", "status", "id"}
	return &List{Name: "views", Columns: columns, rows: func(give func(...Cell) error) error {
		for i := range all {
			v, status := &all[i], "own"
			if v.Shared {
				status = "shared"
			}
			if err := give(Text(v.Name), Text(v.Query), Text(v.By), Text(status), Text(string(v.ID))); err != nil {
				return err
			}
		}
		return nil
	}}
}

// Passes are sessions, tokens or both of them; name says which.
func Passes(name string, all []store.Pass) *List {
	columns := []string{"kind", "label", "scope", "created", "seen", "until", "id"}
	return &List{Name: name, Columns: columns, rows: func(give func(...Cell) error) error {
		for i := range all {
			p := &all[i]
			err := give(Text(string(p.Kind)), Text(p.Label), Text(p.Scope), When(p.Created), When(p.Seen), When(p.Expires), Text(string(p.ID)))
			if err != nil {
				return err
			}
		}
		return nil
	}}
}

// Playbooks are the playbooks in use, and those that ship.
func Playbooks(list *assessment.PlaybookList) *List {
	return &List{Name: "playbooks", Columns: []string{"name", "title", "status"}, rows: func(give func(...Cell) error) error {
		for i := range list.Playbooks {
			b, status := &list.Playbooks[i], "ships"
			switch {
			case b.First:
				status = "first"
			case b.InUse:
				status = "in use"
			}
			if err := give(Text(b.Name), Text(b.Title), Text(status)); err != nil {
				return err
			}
		}
		return nil
	}}
}

// Versions are a playbook as it was taken into use, newest first, with what each changed in the reader's language.
func Versions(t phrase.Tongue, all []assessment.PlaybookVersion) *List {
	return &List{Name: "versions", Columns: []string{"at", "by", "changes", "status", "id"}, rows: func(give func(...Cell) error) error {
		for i := range all {
			v, status := &all[i], ""
			if v.Now {
				status = "in use"
			}
			if err := give(When(v.At), Text(v.By), Text(strings.Join(v.ChangesIn(t), "; ")), Text(status), Text(string(v.Entry))); err != nil {
				return err
			}
		}
		return nil
	}}
}

// Files are the files on a client's account.
func Files(all []awareness.File) *List {
	return &List{Name: "files", Columns: []string{"at", "name", "media", "size", "hash", "id"}, rows: func(give func(...Cell) error) error {
		for i := range all {
			f := &all[i]
			err := give(When(f.At), Text(f.Name), Text(f.Media), Count(int(f.Size)), Text(f.Hash), Text(string(f.Entry)))
			if err != nil {
				return err
			}
		}
		return nil
	}}
}

// Links are the links to the pages that clients have of their own, those that are over among them.
func Links(all []awareness.ShownLink) *List {
	columns := []string{"created", "name", "by", "until", "status", "ended", "lastopened", "timesopened", "id"}
	return &List{Name: "links", Columns: columns, rows: func(give func(...Cell) error) error {
		for i := range all {
			l, status := &all[i], "works"
			switch {
			case l.Ended != 0:
				status = "ended"
			case !l.Live:
				status = "over"
			}
			err := give(When(l.Made), Text(l.Name), Text(l.By), When(l.Until), Text(status), When(l.Ended), When(l.Opened), Count(int(l.Visits)), Text(string(l.ID)))
			if err != nil {
				return err
			}
		}
		return nil
	}}
}

// ReadMailbox is one that is read by itself, as a list tells of it.
type ReadMailbox struct {
	ID                                                     book.ID
	Name, Whose, Host, Login, Stands                       string // no Whose for the firm's
	Read                                                   book.Instant
	Listed, Seen, Stored, Strangers, Left, Held, Gap, Gone int // letters, as inbox.Counts has them
}

// Mailboxes are those that are read, with what was seen of each and what of it is stored.
func Mailboxes(all []ReadMailbox) *List {
	columns := []string{"name", "whose", "host", "login", "lastread", "there", "fetched", "stored", "strangers", "leftout", "held", "gap", "gone", "status", "id"}
	return &List{Name: "mailboxes", Columns: columns, rows: func(give func(...Cell) error) error {
		for i := range all {
			m := &all[i]
			err := give(Text(m.Name), Text(m.Whose), Text(m.Host), Text(m.Login), When(m.Read), Count(m.Listed), Count(m.Seen), Count(m.Stored),
				Count(m.Strangers), Count(m.Left), Count(m.Held), Count(m.Gap), Count(m.Gone), Text(m.Stands), Text(string(m.ID)))
			if err != nil {
				return err
			}
		}
		return nil
	}}
}
