package transfer

import (
	"iter"

	"passbook/internal/awareness"
	"passbook/internal/letter"
)

// Post is letters that lie in no file of ours, as those of a mailbox that was read. They go the way of a file's: threads, lists
// and bounces are told from all of them together, so the same letters mean the same as in a file.
type Post struct {
	Name string // what a report calls them
	Size int64  // bytes
	// Each gives them, and anew from the start whenever it is called; the Line of each is its number, from 1.
	Each iter.Seq2[*letter.Letter, *letter.Fault]
	// HeadersOnly keeps nothing of what they say but the subject.
	HeadersOnly bool
	// Sealed leaves their words to the member who brings them alone.
	Sealed bool
	// Became, where there is one, is told what became of each, by its line.
	Became func(awareness.Outcome)
}

// open makes a source of letters that are in no file.
func (im *importing) open(box *Post) {
	s := &Source{Name: box.Name, Kind: Mailbox, Size: box.Size, opts: im.req.Options, passes: 2, box: box}
	im.sources, im.of = append(im.sources, s), append(im.of, len(im.report.Files))
	im.report.Files = append(im.report.Files, FileReport{Name: box.Name, Kind: Mailbox, Rejects: []Reject{}})
}

// keep leaves of a message what is to be kept.
func (b *Post) keep(m *awareness.MessageIn) {
	if b == nil {
		return
	}
	if b.HeadersOnly {
		m.Body = ""
	}
	m.Sealed = b.Sealed
}

// became passes on what became of a letter.
func (b *Post) became(o awareness.Outcome) {
	if b != nil && b.Became != nil {
		b.Became(o)
	}
}
