package store

import (
	"slices"

	"passbook/internal/book"
)

// snapshot keeps what a reading has read of the account that it is about: the book does not change beneath it, so the
// pieces of a page that need the same rows share one read of them. What it gives away is a copy.
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
	return slices.Clone(l.entries[:min(limit, len(l.entries))]), true
}

// known moves the entries with these ids that have been read to out, and gives the ids of the others.
func (s *snapshot) known(ids []book.ID, eyes *book.Eyes, out []book.Entry) (missing []book.ID, found []book.Entry) {
	for _, id := range ids {
		i := slices.IndexFunc(s.latest.entries, func(e book.Entry) bool { return e.ID == id })
		if i < 0 {
			missing = append(missing, id)
		} else if e := &s.latest.entries[i]; eyes == nil || eyes.Reads(e) {
			out = append(out, *e)
		}
	}
	return missing, out
}

// between gives the entries from one instant to another, oldest first, when they have been read.
func (s *snapshot) between(account book.ID, from, to book.Instant, eyes *book.Eyes) ([]book.Entry, bool) {
	l := &s.latest
	if l.account != account || l.at != to+1 || l.id != "" {
		return nil, false
	}
	if n := len(l.entries); !l.whole && (n == 0 || l.entries[n-1].At >= from) { // it does not go back so far
		return nil, false
	}
	out := make([]book.Entry, 0, len(l.entries))
	for i := len(l.entries) - 1; i >= 0; i-- {
		if e := &l.entries[i]; e.At >= from && (eyes == nil || eyes.Reads(e)) {
			out = append(out, *e)
		}
	}
	return out, true
}
