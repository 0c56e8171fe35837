package transfer

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Report says what an import did, in the shape that others rely on.
type Report struct {
	Run         book.ID      `json:"run"`
	RejectsFile string       `json:"rejects_file"`
	Files       []FileReport `json:"files"`
	// Accounts is how many were opened.
	Accounts int `json:"accounts_opened"`
	// Newest is when the newest of the conversations took place that were new.
	Newest book.Instant `json:"newest,omitempty"`
	// Waiting is how many of the clients whom the conversations are with wait for an answer afterwards, WaitingSince the
	// longest; History, for how many something became history instead.
	Waiting      int          `json:"clients_waiting,omitempty"`
	WaitingSince book.Instant `json:"waiting_since,omitempty"`
	History      int          `json:"clients_history,omitempty"`
	// WaitingLong is how many of them have waited for more than 90 days. Where these are half of them or more, HistoryProposed is
	// the day that the same import may be given as the one before which everything is history.
	WaitingLong     int    `json:"clients_waiting_long,omitempty"`
	HistoryProposed string `json:"history_proposed,omitempty"`
}

// FileReport says what became of the rows of one file.
type FileReport struct {
	Name      string   `json:"name"`
	Kind      Kind     `json:"kind"`
	Read      int      `json:"read"`
	Created   int      `json:"created"`
	Updated   int      `json:"updated"`
	Unchanged int      `json:"unchanged"`
	Skipped   int      `json:"skipped"`
	Suggested int      `json:"suggested"`
	Rejects   []Reject `json:"rejects"`
	// RejectsFile holds the rejects of this file where there are several.
	RejectsFile string `json:"rejects_file,omitempty"`
	// Others are whose addresses take part most often in rows that were skipped because nobody of the firm does, the busiest
	// first: where the firm has an address that the book does not know, it is mostly among them.
	Others []OtherParty `json:"others,omitempty"`
	// Notes are remarks on the file as a whole, and on rows that were read although something in them was not.
	Notes []string `json:"notes,omitempty"`
	// Reasons counts the skipped rows by reason, all of them.
	Reasons map[string]int `json:"-"`
	// Sharing counts the people who were taken in although somebody else has their mail address.
	Sharing int `json:"-"`
	// First are the first rows that were taken in or left out, with what became of each.
	First   []FirstRow `json:"-"`
	told    int        // created rows that are of messages
	touches int        // that these became
	remarks int
	others  map[string]awareness.Other
}

// OtherParty is one of FileReport.Others.
type OtherParty struct {
	Address  string `json:"address"`
	Name     string `json:"name,omitempty"`
	Messages int    `json:"messages"` // that they take part in
}

const (
	shownOthers = 12
	// mostOthers bounds how many addresses are counted, for the sake of memory: those who come up later than so many
	// others are not among the busiest.
	mostOthers = 100_000
)

// countOthers adds up who takes part in messages between others.
func (f *FileReport) countOthers(piece map[string]awareness.Other) {
	if f.others == nil {
		f.others = map[string]awareness.Other{}
	}
	for address, more := range piece {
		have, known := f.others[address]
		if !known && len(f.others) >= mostOthers {
			continue
		}
		f.others[address] = awareness.Other{Name: cmp.Or(have.Name, more.Name), Messages: have.Messages + more.Messages}
	}
}

// nameOthers picks the busiest.
func (f *FileReport) nameOthers() {
	for address, o := range f.others {
		f.Others = append(f.Others, OtherParty{address, o.Name, o.Messages})
	}
	slices.SortFunc(f.Others, func(a, b OtherParty) int {
		return cmp.Or(cmp.Compare(b.Messages, a.Messages), cmp.Compare(a.Address, b.Address))
	})
	f.Others = slices.Clip(f.Others[:min(len(f.Others), shownOthers)])
	f.others = nil
}

// FirstRow is one of the first rows of a file.
type FirstRow struct {
	Line   int              `json:"line"`
	Text   string           `json:"text"` // who it is, or who wrote to whom about what
	At     book.Instant     `json:"at"`   // of a message
	Status awareness.Status `json:"status"`
}

// firstRows is how many a report keeps of each file.
const firstRows = 8

// peopleFirst keeps the first of a piece's people.
func (f *FileReport) peopleFirst(people []awareness.PersonIn, outcomes []awareness.Outcome) {
	for i := range people {
		if len(f.First) == firstRows || i >= len(outcomes) {
			return
		}
		if outcomes[i].Reason == awareness.ErasedBefore { // whose row is shown nowhere
			continue
		}
		f.First = append(f.First, FirstRow{Line: people[i].Line, Text: people[i].Name, Status: outcomes[i].Status})
	}
}

// messagesFirst keeps the first of a piece's messages.
func (f *FileReport) messagesFirst(messages []awareness.MessageIn, outcomes []awareness.Outcome) {
	became := map[int]awareness.Status{}
	erased := map[int]bool{}
	for _, o := range outcomes {
		became[o.Line] = o.Status
		erased[o.Line] = o.Reason == awareness.ErasedBefore
	}
	for i := range messages {
		if len(f.First) == firstRows {
			return
		}
		m := &messages[i]
		if erased[m.Rows[0].Line] { // whose row is shown nowhere
			continue
		}
		text := partyWords(m.From)
		if len(m.To) > 0 {
			text = strings.TrimPrefix(text+" → "+partyWords(m.To[0]), " ")
		}
		if len(m.To) > 1 {
			text += fmt.Sprintf(" +%d", len(m.To)-1)
		}
		if m.Summary != "" {
			text += ": " + cutRunes(m.Summary, 100)
		}
		f.First = append(f.First, FirstRow{Line: m.Rows[0].Line, Text: text, At: m.At, Status: became[m.Rows[0].Line]})
	}
}

func partyWords(p awareness.Party) string {
	if p.Name != "" {
		return p.Name
	}
	return p.Address
}

// Reject is a row that was skipped, and why.
type Reject struct {
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// maxRejects bounds the rejects that a report carries, for the sake of memory: beyond a million, Skipped says how many
// there were and the rejects file has them all.
const maxRejects = 1_000_000

// withoutRejects is the report as it is kept: counts, not rows of foreign text.
func withoutRejects(r *Report) Report {
	kept := *r
	kept.Files = slices.Clone(r.Files)
	for i := range kept.Files {
		kept.Files[i].Rejects, kept.Files[i].Notes, kept.Files[i].Others = nil, nil, nil
	}
	return kept
}

// doubt remarks on people who were taken in with an address that cannot be a whole one, or a day that is no date.
func (f *FileReport) doubt(people []awareness.PersonIn, outcomes []awareness.Outcome, country string) {
	for i := range people {
		if i >= len(outcomes) || outcomes[i].Status != awareness.Created && outcomes[i].Status != awareness.Updated {
			continue
		}
		for _, what := range people[i].Doubts(country) {
			f.remark(people[i].Line, "was taken in: "+what)
		}
	}
}

// ownColumn says once how a column is kept that is read as the client's stage, tier or owner and was meant as something else.
func (f *FileReport) ownColumn(s *Source, people []awareness.PersonIn, outcomes []awareness.Outcome) {
	if s.Kind == VCard || slices.Contains(f.Notes, howOwnColumn) {
		return
	}
	for i := range min(len(people), len(outcomes)) {
		if p := &people[i]; outcomes[i].Status == awareness.Skipped && p.Stage+p.Tier+p.Owner != "" {
			f.Notes = append(f.Notes, howOwnColumn)
			return
		}
	}
}

const howOwnColumn = "columns called stage, tier or owner file the client; one that means something else is kept as a field of your own when it has " +
	"a name of its own, such as house owner"

// count adds a piece's outcomes to the report and its skipped rows to the rejects.
func (im *importing) count(s *Source, f *FileReport, outcomes []awareness.Outcome, faults []Fault) error {
	for _, fault := range faults {
		if fault.Partial {
			f.remark(fault.Line, "was read as far as it goes: "+fault.Reason)
			continue
		}
		outcomes = append(outcomes, awareness.Outcome{Line: fault.Line, Status: awareness.Skipped, Reason: fault.Reason})
	}
	slices.SortStableFunc(outcomes, func(a, b awareness.Outcome) int { return a.Line - b.Line })
	for _, o := range outcomes {
		f.Read++
		s.box.became(o)
		if o.Note != "" {
			f.Sharing++
			f.remark(o.Line, "was taken in: "+o.Note)
		}
		switch o.Status {
		case awareness.Created:
			f.Created++
		case awareness.Updated:
			f.Updated++
		case awareness.Unchanged:
			f.Unchanged++
		case awareness.Suggested:
			f.Suggested++
		default:
			f.Skipped++
			if err := im.reject(s, f, o); err != nil {
				return err
			}
		}
	}
	if im.req.Progress != nil {
		done, total := s.Progress()
		im.req.Progress(f.Name, done, total, f.Read)
	}
	return nil
}

// maxRemarks bounds the remarks on single rows of a file.
const maxRemarks = 100

// remark notes what is to be known of a row that was read all the same.
func (f *FileReport) remark(line int, what string) {
	switch f.remarks++; {
	case f.remarks <= maxRemarks:
		f.Notes = append(f.Notes, fmt.Sprintf("line %d %s", line, what))
	case f.remarks == maxRemarks+1:
		f.Notes = append(f.Notes, "there is more of this kind")
	}
}

func (im *importing) reject(s *Source, f *FileReport, o awareness.Outcome) error {
	if f.Reasons == nil {
		f.Reasons = map[string]int{}
	}
	reason := im.worded(o.Reason)
	f.Reasons[reason]++
	if len(f.Rejects) < maxRejects {
		f.Rejects = append(f.Rejects, Reject{o.Line, reason})
	}
	if s.box != nil || im.req.DryRun && im.req.Rejects == "" {
		return nil // the letters of a mailbox lie there still
	}
	if im.req.Rejects == "" && im.rejects == nil && o.Reason == awareness.NotOurs {
		im.spared = append(im.spared, o.Line) // no file for what needs no mending
		return nil
	}
	if im.rejects == nil {
		path := im.rejectsPath()
		r, err := newRejects(filepath.Join(im.req.Folder, path), s, im.sources)
		if err != nil {
			return err
		}
		r.guarded = im.req.Folder != ""
		im.rejects, f.RejectsFile = r, path
		if im.written++; im.written == 1 {
			im.report.RejectsFile = path
		}
		for _, line := range im.spared {
			if err := r.add(line, im.worded(awareness.NotOurs)); err != nil {
				return err
			}
		}
		im.spared = nil
	}
	return im.rejects.add(o.Line, reason)
}

// worded is a reason in the words of who asked for the import.
func (im *importing) worded(reason string) string { return cmp.Or(im.req.Reasons[reason], reason) }

// rejectsPath names the next rejects file: every source has its own, because their columns differ.
func (im *importing) rejectsPath() string {
	path := im.req.Rejects
	if path == "" {
		path = "passbook-rejects-" + string(im.run.ID) + ".csv"
	}
	if im.written == 0 {
		return path
	}
	ext := filepath.Ext(path)
	return strings.TrimSuffix(path, ext) + "-" + strconv.Itoa(im.written+1) + ext
}

func (im *importing) endRejects() error {
	im.spared = nil
	if im.rejects == nil {
		return nil
	}
	err := im.rejects.close()
	im.rejects = nil
	return err
}

// countTouches counts the touches that a piece's created rows became: rows of one message are one touch.
func (f *FileReport) countTouches(messages []awareness.MessageIn, outcomes []awareness.Outcome) {
	created := make(map[int]bool, len(outcomes))
	for _, o := range outcomes {
		created[o.Line] = o.Status == awareness.Created
	}
	for i := range messages {
		n := 0
		for _, r := range messages[i].Rows {
			if created[r.Line] {
				n++
			}
		}
		if f.told += n; n > 0 {
			f.touches++
		}
	}
}

func (im *importing) finishReport() *Report {
	im.countWaiting()
	for i := range im.report.Files {
		f := &im.report.Files[i]
		f.nameOthers()
		switch {
		case f.touches == 1 && f.told > 1:
			f.Notes = append(f.Notes, fmt.Sprintf("%d rows became one touch, since the rows of one message are one touch", f.told))
		case f.touches > 0 && f.touches < f.told:
			f.Notes = append(f.Notes, fmt.Sprintf("%d rows became %d touches, since the rows of one message are one touch", f.told, f.touches))
		}
	}
	if im.written == 1 { // the report names it
		for i := range im.report.Files {
			im.report.Files[i].RejectsFile = ""
		}
	}
	return &im.report
}

// RunReport is an import as the book remembers it.
type RunReport struct {
	Run      book.ID      `json:"run"`
	At       book.Instant `json:"at"`
	By       string       `json:"by"`       // the member's name
	Finished book.Instant `json:"finished"` // zero when it was stopped before its end
	Undone   book.Instant `json:"undone"`   // zero while it stands
	Files    []FileReport `json:"files"`
	Accounts int          `json:"accounts_opened"`
}

// RunPage is a page of the imports there were, newest first.
type RunPage struct {
	Runs []RunReport `json:"runs"`
	Next string      `json:"next"` // where the next page goes on; empty at the end
}

// Runs reads such a page, for those who may import: what files are called tells of clients too. What a run that was stopped had
// counted so far is not known.
func Runs(ctx context.Context, r *teller.Reading, after string, limit int) (*RunPage, error) {
	if err := book.Permit(r.Who.Role, book.ActImport); err != nil {
		return nil, err
	}
	place, err := awareness.ReadMark(after)
	if err != nil {
		return nil, err
	}
	rows, err := r.Tx.Runs(ctx, place, limit+1)
	if err != nil {
		return nil, err
	}
	page := &RunPage{}
	if len(rows) > limit {
		rows = rows[:limit]
		page.Next = awareness.WriteMark(store.AuditPlace{Recorded: rows[limit-1].Started, ID: rows[limit-1].ID})
	}
	members, err := r.Tx.Members(ctx)
	if err != nil {
		return nil, err
	}
	names := make(map[book.ID]string, len(members))
	for i := range members {
		names[members[i].ID] = members[i].Name
	}
	page.Runs = make([]RunReport, 0, len(rows))
	for i := range rows {
		page.Runs = append(page.Runs, runReport(&rows[i], names[rows[i].By]))
	}
	return page, nil
}

func runReport(row *store.Run, by string) RunReport {
	v := RunReport{Run: row.ID, At: row.Started, By: by, Finished: row.Finished, Undone: row.Undone, Files: []FileReport{}}
	var kept Report
	if json.Unmarshal([]byte(row.Report), &kept) == nil { // else it stopped before it had opened a file
		v.Files, v.Accounts = append(v.Files, kept.Files...), kept.Accounts
	}
	for i := range v.Files {
		v.Files[i].Rejects = []Reject{} // they are kept in their file alone
	}
	return v
}
