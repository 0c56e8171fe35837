package awareness

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/teller"
)

// runsRead is how many imports are looked through at a time.
const runsRead = 256

// forgetFiles takes the names of files off what the book remembers of imports: of those that brought something of the person,
// and of any other the name that tells of them. How many rows a file had stays.
func forgetFiles(ctx context.Context, w *teller.Work, s *subject) error {
	brought := s.runs()
	after := book.ID("")
	for {
		rows, err := w.Tx.RunPage(ctx, after, runsRead)
		if err != nil || len(rows) == 0 {
			return err
		}
		after = rows[len(rows)-1].ID
		for i := range rows {
			id := rows[i].ID
			if _, changed := s.withoutNames(rows[i].Report, brought[id]); !changed {
				continue
			}
			if _, err := w.Tx.LockRun(ctx, id); err != nil { // it may be one that ends at this moment
				return err
			}
			row, err := w.Tx.Run(ctx, id)
			if err != nil {
				return err
			}
			row.Report, _ = s.withoutNames(row.Report, brought[id])
			if err := w.Tx.SaveRun(ctx, &row); err != nil {
				return err
			}
		}
	}
}

// withoutNames is an import's report, as it is kept, without the names of files that tell of the person, or with all without any.
func (s *subject) withoutNames(report string, all bool) (string, bool) {
	var kept map[string]json.RawMessage
	var files []map[string]json.RawMessage
	if json.Unmarshal([]byte(report), &kept) != nil || json.Unmarshal(kept["files"], &files) != nil {
		return report, false // it ended before it had opened a file
	}
	changed := false
	blank := func(of map[string]json.RawMessage, field string, always bool) {
		var name string
		if json.Unmarshal(of[field], &name) == nil && name != "" && name != book.Erased && (always || s.toldBy(name)) {
			of[field], changed = json.RawMessage(`"`+book.Erased+`"`), true
		}
	}
	blank(kept, "rejects_file", false)
	for _, f := range files {
		blank(f, "name", all)
		blank(f, "rejects_file", false)
	}
	if !changed {
		return report, false
	}
	var err error
	if kept["files"], err = json.Marshal(files); err != nil {
		return report, false
	}
	out, err := json.Marshal(kept)
	return string(out), err == nil
}

// runs are the imports that brought something of the person.
func (s *subject) runs() map[book.ID]bool {
	out := map[book.ID]bool{}
	for _, c := range s.contacts {
		out[c.Run] = true
	}
	for i := range s.cards {
		out[s.cards[i].Run] = true
	}
	for _, a := range s.own {
		out[a.Run] = true
	}
	for i := range s.entries {
		out[s.entries[i].Run] = true
	}
	delete(out, "")
	return out
}

// toldBy says whether the name of a file tells of the person: by all words of a name of theirs, in any order or run together, or
// by an address, of a telephone its last seven digits.
func (s *subject) toldBy(file string) bool {
	words := book.Terms(file)
	whole, figures := strings.Join(words, ""), digits(file)
	for _, told := range s.told {
		if number := digits(told); strings.HasPrefix(told, "+") && len(number) > 7 {
			if strings.Contains(figures, number[len(number)-7:]) {
				return true
			}
			continue
		}
		parts := book.Terms(told)
		joined := strings.Join(parts, "")
		if len(joined) > 5 && strings.Contains(whole, joined) ||
			len(parts) > 0 && !slices.ContainsFunc(parts, func(part string) bool { return !slices.Contains(words, part) }) {
			return true
		}
	}
	return false
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// tellBy notes by what the person is told: names folded, and keys of addresses.
func (s *subject) tellBy(addresses []string) {
	s.told = slices.Clone(addresses)
	for _, a := range s.own {
		s.told = append(s.told, book.Fold(a.Name))
	}
	s.told = slices.DeleteFunc(s.told, func(told string) bool { return told == "" || told == book.Erased })
}
