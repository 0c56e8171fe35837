package inbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"passbook/internal/store"
)

// folder is how far one folder of a mailbox was read. Its counts are of the letters as the server numbers them now: when it
// numbers them anew all of them are read again, and are found in the book already.
type folder struct {
	Name string `json:"name"`
	// Validity is under which numbering the numbers hold, ModSeq the server's count of changes at the last look, 0 where it keeps none.
	Validity uint32 `json:"validity"`
	ModSeq   uint64 `json:"modseq,omitempty"`
	Next     uint32 `json:"next,omitempty"`
	// Listed is how many letters the server said that there are, at the last look.
	Listed int `json:"listed"`
	// Done are the numbers that are accounted for; those that there never was a letter of are among them.
	Done uids `json:"done"`
	// Held are drafts, and what is marked to be deleted: they are looked at again when the server says that something changed.
	Held uids `json:"held"`
	// Missing are letters that the server lists and did not hand over; they are asked for again.
	Missing uids `json:"missing"`
	// Short is how many letters the server says that there are and does not list.
	Short int `json:"short,omitempty"`

	Seen      int            `json:"seen"`      // letters that were handed over
	Stored    int            `json:"stored"`    // that are in the book
	Strangers int            `json:"strangers"` // that are of people whom nobody knows yet, and are counted as suggestions
	Left      map[string]int `json:"left,omitempty"`
	Gone      int            `json:"gone,omitempty"`    // read once, and not there any more
	Renewed   int            `json:"renewed,omitempty"` // how often the server has numbered its letters anew
	Lost      bool           `json:"lost,omitempty"`    // the folder was not there at the last look
}

// state is how far a mailbox was read.
type state struct {
	Folders []*folder `json:"folders"`
	// Returned is how many touches were corrected whose letters came back.
	Returned int `json:"returned,omitempty"`
}

func stateOf(m *store.Mailbox) (*state, error) {
	s := &state{}
	if m.State == "" {
		return s, nil
	}
	if err := json.Unmarshal([]byte(m.State), s); err != nil {
		return nil, fmt.Errorf("how far the mailbox %s was read: %w", m.ID, err)
	}
	return s, nil
}

// of finds a folder by its name, or begins it.
func (s *state) of(name string) *folder {
	for _, f := range s.Folders {
		if f.Name == name {
			return f
		}
	}
	f := &folder{Name: name}
	s.Folders = append(s.Folders, f)
	return f
}

// renew begins a folder anew under another numbering of the server's.
func (f *folder) renew(validity uint32) {
	renewed := f.Renewed
	if f.Validity != 0 {
		renewed++
	}
	*f = folder{Name: f.Name, Validity: validity, Renewed: renewed}
}

// leave counts a letter that was left out.
func (f *folder) leave(reason string) {
	if f.Left == nil {
		f.Left = map[string]int{}
	}
	f.Left[reason]++
}

// Reason is why letters were left out, and how many.
type Reason struct {
	Reason  string `json:"reason"`
	Letters int    `json:"letters"`
}

// Counts are what was seen of a mailbox's letters against what is stored of them.
type Counts struct {
	Listed    int      `json:"listed" doc:"How many letters the server said that there are, at the last look."`
	Seen      int      `json:"seen" doc:"How many it has handed over."`
	Stored    int      `json:"stored" doc:"How many of these are in the book."`
	Strangers int      `json:"strangers" doc:"How many are of people whom nobody knows yet; these are suggestions."`
	Left      int      `json:"left" doc:"How many were left out, with the reasons in left_out."`
	LeftOut   []Reason `json:"left_out" doc:"Why letters were left out, the commonest reason first."`
	Held      int      `json:"held" doc:"Drafts, and what is marked to be deleted: not read as long as that holds."`
	Gap       int      `json:"gap" doc:"Letters that the server lists and did not hand over; they are asked for again."`
	Gone      int      `json:"gone" doc:"Letters that were read and are not at the server any more; what was stored of them stays."`
	Returned  int      `json:"returned" doc:"Touches that were corrected because their letter came back."`
	Renewed   int      `json:"renewed" doc:"How often the server has numbered its letters anew, so that all were read again."`
}

// counts adds the folders up.
func (s *state) counts() Counts {
	c := Counts{LeftOut: []Reason{}, Returned: s.Returned}
	why := map[string]int{}
	for _, f := range s.Folders {
		c.Listed += f.Listed
		c.Seen += f.Seen
		c.Stored += f.Stored
		c.Strangers += f.Strangers
		c.Held += f.Held.count()
		c.Gap += f.Missing.count() + f.Short
		c.Gone += f.Gone
		c.Renewed += f.Renewed
		told := f.Stored + f.Strangers
		for reason, n := range f.Left {
			told += n
			c.Left += n
			why[reason] += n
		}
		c.Gap += max(f.Seen-told, 0) // what was handed over and nothing was told of
	}
	for _, reason := range slices.Sorted(maps.Keys(why)) {
		c.LeftOut = append(c.LeftOut, Reason{reason, why[reason]})
	}
	slices.SortStableFunc(c.LeftOut, func(a, b Reason) int { return cmp.Compare(b.Letters, a.Letters) })
	return c
}

// text is how it is kept.
func (s *state) text() (string, error) {
	b, err := json.Marshal(s)
	return string(b), err
}
