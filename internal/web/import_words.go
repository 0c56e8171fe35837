package web

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/intake"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/ui"
)

// namesOf are the files of an import, the first few of them.
func namesOf(p *ui.Page, names []string) string {
	const shown = 3
	if len(names) <= shown {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:shown], ", ") + " " + p.T("import.more", len(names)-shown)
}

func uploadNames(p *ui.Page, u *intake.Upload) string {
	var names []string
	for i := range u.Files {
		names = append(names, u.Files[i].Name)
	}
	return namesOf(p, names)
}

func runNames(p *ui.Page, r *transfer.RunReport) string {
	var names []string
	for i := range r.Files {
		names = append(names, r.Files[i].Name)
	}
	return namesOf(p, names)
}

// runSums adds up what became of the rows of an import.
func runSums(r *transfer.RunReport) (sum transfer.FileReport) {
	for i := range r.Files {
		f := &r.Files[i]
		sum.Read, sum.Created, sum.Updated, sum.Skipped = sum.Read+f.Read, sum.Created+f.Created, sum.Updated+f.Updated, sum.Skipped+f.Skipped
	}
	return sum
}

// fieldWords are what a column holds, in words. A field of the firm's own has the words that it has.
func fieldWords(p *ui.Page, field string) string {
	if own, ok := strings.CutPrefix(field, "custom."); ok {
		return own
	}
	if slices.Contains(transfer.PeopleFields(), field) || slices.Contains(transfer.InteractionFields(), field) {
		return p.T("import.field_" + field)
	}
	return field
}

// reasonWords are why a row was skipped.
func reasonWords(p *ui.Page, reason string) string {
	switch reason {
	case awareness.NotOurs:
		return p.T("import.notours")
	case awareness.OneSided:
		return p.T("import.onesided")
	}
	return p.Lang.Read(reason)
}

// lacksWords say what a file does not, in the order in which it is asked for.
func lacksWords(p *ui.Page, missing []transfer.Lack) string {
	words := make([]string, len(missing))
	for i, m := range missing {
		words[i] = p.T("import.lacks_" + string(m))
	}
	return p.T("import.lacks", strings.Join(words, "; "))
}

// openedWords say how many accounts an import has opened.
func openedWords(p *ui.Page, n int) string {
	if n == 1 {
		return p.T("import.openedone")
	}
	return p.T("import.opened", grouped(n))
}

// undoneSums say how much went with an import that was taken back.
func undoneSums(p *ui.Page, entries, accounts, people int) string {
	e, a, o := p.T("import.goneentries", entries), p.T("import.goneaccounts", accounts), p.T("import.gonepeople", people)
	if entries == 1 {
		e = p.T("import.goneentry")
	}
	if accounts == 1 {
		a = p.T("import.goneaccount")
	}
	if people == 1 {
		o = p.T("import.goneperson")
	}
	return p.T("import.undone", e, a, o)
}

// describedBy is the id of what explains a box, while there is something to explain.
func describedBy(is bool, id string) string {
	if !is {
		return ""
	}
	return id
}

// understood says whether any file of an upload can be read.
func understood(u *intake.Upload) bool {
	return slices.ContainsFunc(u.Files, func(f intake.File) bool { return f.Fault == "" })
}

// shownOthers is how many addresses are offered as the firm's own.
const shownOthers = 12

// othersOf are whose addresses take part most often where nobody of the firm does, over all files.
func othersOf(r *intake.Result) []transfer.OtherParty {
	by := map[string]transfer.OtherParty{}
	for i := range r.Files {
		for _, o := range r.Files[i].Others {
			o.Messages += by[o.Address].Messages
			o.Name = cmp.Or(by[o.Address].Name, o.Name)
			by[o.Address] = o
		}
	}
	return slices.SortedFunc(maps.Values(by), func(a, b transfer.OtherParty) int {
		return cmp.Or(cmp.Compare(b.Messages, a.Messages), cmp.Compare(a.Address, b.Address))
	})[:min(len(by), shownOthers)]
}

// othersWords name the first few of them.
func othersWords(others []transfer.OtherParty) string {
	const few = 4
	var words []string
	for _, o := range others[:min(len(others), few)] {
		words = append(words, fmt.Sprintf("%s (%s)", o.Address, grouped(o.Messages)))
	}
	return strings.Join(words, ", ")
}

// nothingTaken says whether of all files no row was taken in.
func nothingTaken(r *intake.Result) bool {
	return !slices.ContainsFunc(r.Files, func(f intake.FileResult) bool { return f.Created+f.Updated+f.Unchanged+f.Suggested > 0 })
}

// notOurs counts the rows in which nobody of the firm takes part.
func notOurs(r *intake.Result) (n int) {
	for i := range r.Files {
		for _, reason := range r.Files[i].Reasons {
			if reason.Text == awareness.NotOurs {
				n += reason.Rows
			}
		}
	}
	return n
}

// pastOf is the day before which what was not answered may well be history: the one chosen, the one that the trial proposes, or
// where it proposes none the one that it would.
func pastOf(u *intake.Upload, r *teller.Reading) string {
	switch {
	case u.Choices.HistoryBefore != "":
		return u.Choices.HistoryBefore
	case u.Result == nil || u.Result.Waiting == 0:
		return ""
	case u.Result.HistoryProposed != "":
		return u.Result.HistoryProposed
	}
	return transfer.HistoryDay(u.Result.Newest, r.Now, r.Rules.Calendar.Zone)
}

// sizeWords are bytes as people say them.
func sizeWords(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d B", n)
}

// grouped writes a count with its thousands apart.
func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}

// hasSuggestions says whether an import met people who are nobody's account yet.
func hasSuggestions(r *intake.Result) bool {
	return slices.ContainsFunc(r.Files, func(f intake.FileResult) bool { return f.Suggested > 0 })
}

// hasPeople says whether any file of an upload is an address book, hasMessages whether any holds conversations.
func hasPeople(u *intake.Upload) bool {
	return slices.ContainsFunc(u.Files, func(f intake.File) bool {
		return f.Seen != nil && (f.Seen.Kind.HasPeople() || f.Seen.Kind == transfer.Table)
	})
}

func hasMessages(u *intake.Upload) bool {
	return slices.ContainsFunc(u.Files, func(f intake.File) bool {
		return f.Seen != nil && (f.Seen.Kind.HasMessages() || f.Seen.Kind == transfer.Table)
	})
}
