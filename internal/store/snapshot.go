package store

import (
	"slices"

	"passbook/internal/book"
)

// snapshot keeps what a reading has read of the account that it is about: the book does not change beneath it, so the
// pieces of a page that need the same rows share one read of them. Its entries are many and large: who is given them leaves
// them as they are.
type snapshot struct {
	merged map[book.ID][]book.ID // by root, as StandsFor says
	names  map[book.ID]string    // of members
	links  map[book.ID][]Link    // by account
	people map[book.ID]Contact   // a few, seen or not
	latest latest
}

// fewPeople bounds the contacts that are kept: those of one account, not those of a list.
const fewPeople = 16

// latest is a run of an account's entries, newest first, from before a place; private notes are among them.
type latest struct {
	account book.ID
	at      book.Instant
	id      book.ID
	entries []book.Entry
	whole   bool // it goes back to the first
}

func newSnapshot() *snapshot {
	return &snapshot{
		merged: make(map[book.ID][]book.ID), names: make(map[book.ID]string), links: make(map[book.ID][]Link),
		people: make(map[book.ID]Contact),
	}
}

// before gives the newest entries before a place, when they have been read.
func (s *snapshot) before(account book.ID, at book.Instant, id book.ID, limit int) ([]book.Entry, bool) {
	l := &s.latest
	if l.account != account || l.at != at || l.id != id || len(l.entries) < limit && !l.whole {
		return nil, false
	}
	return slices.Clip(l.entries[:min(limit, len(l.entries))]), true
}

// known moves the entries with these ids that have been read to out, and gives the ids of the others.
func (s *snapshot) known(ids []book.ID, eyes *book.Eyes, out []book.Entry) (missing []book.ID, found []book.Entry) {
	for _, id := range ids {
		e := s.latest.find(id)
		if e == nil {
			missing = append(missing, id)
		} else if eyes == nil || eyes.Reads(e) {
			out = append(out, *e)
		}
	}
	return missing, out
}

func (l *latest) find(id book.ID) *book.Entry {
	for i := range l.entries {
		if l.entries[i].ID == id {
			return &l.entries[i]
		}
	}
	return nil
}

// between gives the entries from one instant to another, oldest first, when they have been read.
func (s *snapshot) between(account book.ID, from, to book.Instant, eyes *book.Eyes) ([]book.Entry, bool) {
	l := &s.latest
	if l.account != account || l.at != to+1 || l.id != "" {
		return nil, false
	}
	n := 0
	for n < len(l.entries) && l.entries[n].At >= from {
		n++
	}
	if n == len(l.entries) && !l.whole { // it does not go back so far
		return nil, false
	}
	out := make([]book.Entry, 0, n)
	for i := n - 1; i >= 0; i-- {
		if e := &l.entries[i]; eyes == nil || eyes.Reads(e) {
			out = append(out, *e)
		}
	}
	return worded(out, eyes), true
}
