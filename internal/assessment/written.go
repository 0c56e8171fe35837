package assessment

import (
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// Written is what a command wrote, in the shape that others rely on: an answer of the API, and --json of a command line.
type Written struct {
	Entry    *book.Entry     `json:"entry"` // null when nothing was to be changed
	Posted   []Posted        `json:"posted"`
	Account  *teller.Figures `json:"account,omitempty"`
	Repeated bool            `json:"repeated"` // the key was known: it was written before
	Gone     bool            `json:"taken_back,omitempty"`
	Others   []*book.Entry   `json:"others,omitempty"`
}

// WrittenOf puts a receipt into that shape.
func WrittenOf(r *teller.Receipt) Written {
	w := Written{
		Entry: r.First(), Posted: PostedFor(r.First(), r.About, r.Posted), Account: r.Account, Repeated: r.Repeated, Gone: r.TakenBack,
	}
	if len(r.Entries) > 1 {
		w.Others = r.Entries[1:]
	}
	return w
}

// Added is what came of taking somebody in: what was written, and who is in the book already and may be the same.
type Added struct {
	Written
	Alike []awareness.Similar `json:"alike,omitempty" doc:"Who was in the book already and may be the same, the likeliest first; merging makes one of two."`
}

// AddedOf puts a receipt into that shape.
func AddedOf(r *teller.Receipt, c *awareness.Add) Added {
	out := Added{Written: WrittenOf(r)}
	if !r.Repeated {
		out.Alike = c.Similar
	}
	return out
}
