package intake

import (
	"slices"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/transfer"
)

// Phase says how an upload stands.
type Phase string

// The phases. A trial reads and writes nothing; its upload is Tried afterwards and waits for a decision, as Waiting
// does. Queued is behind another import of the same firm. Taken and Stopped are ends, though what Stopped can be taken
// in once more: an import goes on where it was, because what is in the book already is found there.
const (
	Waiting Phase = "waiting"
	Queued  Phase = "queued"
	Trying  Phase = "trying"
	Tried   Phase = "tried"
	Taking  Phase = "taking"
	Taken   Phase = "taken"
	Stopped Phase = "stopped"
)

// Phases lists them.
var Phases = []Phase{Waiting, Queued, Trying, Tried, Taking, Taken, Stopped}

// Busy says whether the server is at work on it, or about to be.
func (p Phase) Busy() bool { return p == Queued || p == Trying || p == Taking }

// Upload is files that were handed in together, and what has become of them.
type Upload struct {
	ID       book.ID      `json:"id"`
	Received book.Instant `json:"received"`
	Phase    Phase        `json:"phase"`
	Files    []File       `json:"files"`
	Choices  Choices      `json:"choices"`
	// Trial says that what the server is about, or did last, was a trial.
	Trial    bool      `json:"trial"`
	Progress *Progress `json:"progress,omitempty"` // while it is busy
	// Run is the import as the book remembers it, once one began; it is undone by this id.
	Run    book.ID `json:"run,omitempty"`
	Result *Result `json:"result,omitempty"` // of the last trial or import
	// Fault is why the last trial or import ended before its end, in words that may be shown.
	Fault string `json:"fault,omitempty"`
	// Field is what the fault is about, when it is about one choice: "map", "channel", "me".
	Field string `json:"field,omitempty"`

	Workspace book.ID   `json:"workspace"`
	Member    book.ID   `json:"member"` // who handed it in
	Role      book.Role `json:"role"`   // of that member when the last trial or import was asked for
}

// File is one file of an upload.
type File struct {
	Name string         `json:"name"` // as its member's machine calls it, cleaned; it names nothing here
	Size int64          `json:"size"`
	Seen *transfer.Seen `json:"seen,omitempty"`
	// Fault is why it cannot be read at all, in words that may be shown. Such a file is left out.
	Fault string `json:"fault,omitempty"`
	// Wants is what has to be said before it can be read.
	Wants string `json:"wants,omitempty"`
	// Kept says that its bytes still lie with the server.
	Kept bool `json:"kept"`
}

// Choices are how an upload is to be understood, as the options of an import.
type Choices struct {
	Me       []string         `json:"me,omitempty"`
	Create   awareness.Create `json:"create,omitempty"`
	Accounts bool             `json:"accounts,omitempty"`
	Zone     string           `json:"zone,omitempty"` // of times without one, as Europe/Berlin; the firm's when empty
	Files    []FileChoices    `json:"files,omitempty"`
	// HistoryBefore is the day before which what was not answered is taken in as history; empty leaves it waiting.
	HistoryBefore string `json:"history_before,omitempty"`
}

// FileChoices are how one file of an upload is to be understood.
type FileChoices struct {
	Leave   bool              `json:"leave,omitempty"` // it is left out
	Map     map[string]string `json:"map,omitempty"`   // ours = theirs
	Channel book.Channel      `json:"channel,omitempty"`
	Sheet   string            `json:"sheet,omitempty"` // of a workbook; the first when empty
	Self    string            `json:"self,omitempty"`  // who of a chat is us
	// Direction is who reached out where a row of a table does not say it.
	Direction book.Direction `json:"direction,omitempty"`
}

// file gives the choices for one file.
func (c *Choices) file(i int) FileChoices {
	if i < len(c.Files) {
		return c.Files[i]
	}
	return FileChoices{}
}

// For gives the choices for one file.
func (c *Choices) For(i int) FileChoices { return c.file(i) }

// Progress is how far a trial or an import has come.
type Progress struct {
	File  string `json:"file"`
	Done  int64  `json:"done"`  // bytes read of the file
	Total int64  `json:"total"` // bytes to read; mail is read twice
	Rows  int    `json:"rows"`  // of the file that have been dealt with
}

// Result is what a trial or an import came to.
type Result struct {
	Files    []FileResult `json:"files"`
	Accounts int          `json:"accounts_opened"`
	At       book.Instant `json:"at"`
	// As in transfer.Report.
	Newest       book.Instant `json:"newest,omitempty"`
	Waiting      int          `json:"clients_waiting,omitempty"`
	WaitingSince book.Instant `json:"waiting_since,omitempty"`
	History      int          `json:"clients_history,omitempty"`
	WaitingLong  int          `json:"clients_waiting_long,omitempty"`
	// HistoryProposed is empty where not much of what waits is long past.
	HistoryProposed string `json:"history_proposed,omitempty"`
}

// FileResult is a file's report, with what a page shows beside it.
type FileResult struct {
	transfer.FileReport
	First   []transfer.FirstRow `json:"first,omitempty"`
	Reasons []Reason            `json:"reasons,omitempty"` // of skipped rows, the commonest first
	// Rejects is the number of the file's rejects file; 0 when it has none.
	RejectsNumber int `json:"rejects_number,omitempty"`
}

// Reason is why rows were skipped, with how many and the first.
type Reason struct {
	Text string `json:"text"`
	Rows int    `json:"rows"`
	Line int    `json:"line,omitempty"` // of the first
}

// shownRejects bounds the skipped rows that a result keeps; the rejects file has them all.
const (
	shownRejects = 100
	shownReasons = 20
)

// resultOf keeps of a report what is shown.
func resultOf(r *transfer.Report, at book.Instant) *Result {
	out := &Result{
		Files: []FileResult{}, Accounts: r.Accounts, At: at, Newest: r.Newest, Waiting: r.Waiting, WaitingSince: r.WaitingSince, History: r.History,
		WaitingLong: r.WaitingLong, HistoryProposed: r.HistoryProposed,
	}
	for i := range r.Files {
		f := FileResult{FileReport: r.Files[i], First: r.Files[i].First}
		first := map[string]int{}
		for _, rej := range f.Rejects {
			if first[rej.Reason] == 0 {
				first[rej.Reason] = rej.Line
			}
		}
		for text, n := range r.Files[i].Reasons {
			f.Reasons = append(f.Reasons, Reason{text, n, first[text]})
		}
		slices.SortFunc(f.Reasons, func(a, b Reason) int {
			if a.Rows != b.Rows {
				return b.Rows - a.Rows
			}
			return a.Line - b.Line
		})
		f.Reasons = f.Reasons[:min(len(f.Reasons), shownReasons)]
		f.Rejects = slices.Clone(f.Rejects[:min(len(f.Rejects), shownRejects)])
		out.Files = append(out.Files, f)
	}
	return out
}
