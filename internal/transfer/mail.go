package transfer

import (
	"io"
	"iter"
	"os"
	"path"
	"slices"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/letter"
)

// archive is what has to be known of all letters before one of them can be placed.
type archive struct {
	threads letter.Threads
	ours    map[string]bool // keys of letters that the firm wrote
	nobody  *nobodies
	bounced map[string][]string // by the key of a letter, who it did not reach
}

// readLetters reads mail twice: first for threads, lists and our own letters, holding ids alone, then for the
// letters themselves.
func (s *Source) readLetters(yield func(awareness.MessageIn, *Fault) bool) {
	s.done.Store(0)
	a := s.survey()
	n := 0
	for l, fault := range s.letters() {
		n++
		if fault != nil {
			line := fault.Line
			if fault.File != "" {
				line, fault = n, &letter.Fault{Reason: fault.File + ": " + fault.Reason}
			}
			if !yield(awareness.MessageIn{}, &Fault{Line: line, Reason: fault.Reason}) {
				return
			}
			continue
		}
		line := l.Line
		if s.Kind == Maildir {
			line = n
		}
		if l.Crowded() && !yield(awareness.MessageIn{}, &Fault{Line: line, Reason: "a header has so many addresses that only the first are read", Partial: true}) {
			return
		}
		m, f := s.message(a, l, line)
		if !yield(m, f) {
			return
		}
	}
}

// survey is the first pass.
func (s *Source) survey() *archive {
	a := &archive{ours: map[string]bool{}, nobody: newNobodies(s.opts.ours), bounced: map[string][]string{}}
	for l, fault := range s.letters() {
		if fault != nil {
			continue
		}
		a.nobody.hear(l)
		// Copies, lest an id of forty bytes keep its whole header alive.
		slim := &letter.Letter{
			MessageID: strings.Clone(l.MessageID), InReplyTo: strings.Clone(l.InReplyTo), Digest: strings.Clone(l.Digest), Date: l.Date,
		}
		for _, id := range l.References {
			slim.References = append(slim.References, strings.Clone(id))
		}
		a.threads.Add(slim)
		if to := l.CameBack(); to != "" {
			to = strings.Clone(to)
			a.bounced[to] = append(a.bounced[to], l.FailedRecipients...)
		}
		if slices.ContainsFunc(l.From, func(f letter.Address) bool { return s.opts.ours.Has(f.Addr) }) {
			a.ours[slim.Key()] = true
		}
	}
	return a
}

// listsOf names the mailing lists that a letter says it came through.
func listsOf(l *letter.Letter) []string {
	var out []string
	if l.List.Post != "" {
		out = append(out, l.List.Post)
	}
	// A List-Id is an address with a dot for the at sign; believed when such an address is there.
	if local, host, ok := strings.Cut(l.List.ID, "."); ok {
		for _, a := range slices.Concat(l.To, l.Cc) {
			if a.Addr == local+"@"+host {
				out = append(out, a.Addr)
			}
		}
	}
	return out
}

// letters reads the source once.
func (s *Source) letters() iter.Seq2[*letter.Letter, *letter.Fault] {
	if s.box != nil {
		return s.box.Each
	}
	return func(yield func(*letter.Letter, *letter.Fault) bool) {
		if s.Kind == Maildir {
			for l, fault := range letter.ScanMaildir(os.DirFS(s.path)) {
				if l != nil {
					s.done.Add(int64(l.Size))
				}
				if !yield(l, fault) {
					return
				}
			}
			return
		}
		r, err := s.stream()
		if err != nil {
			yield(nil, &letter.Fault{Line: 1, Reason: book.Message(err)})
			return
		}
		if s.Kind == Mbox {
			letter.ScanMbox(r)(yield)
			return
		}
		raw, err := io.ReadAll(io.LimitReader(r, letter.MaxSize+1))
		if err != nil {
			yield(nil, &letter.Fault{Line: 1, Reason: "it cannot be read: " + Plain(err)})
			return
		}
		l, err := letter.Parse(raw)
		if err != nil {
			yield(nil, &letter.Fault{Line: 1, Reason: err.Error()})
			return
		}
		yield(l, nil)
	}
}

// message makes of a letter what the book takes in.
func (s *Source) message(a *archive, l *letter.Letter, line int) (awareness.MessageIn, *Fault) {
	if err := book.CheckInstant("the letter's date", l.Date); err != nil {
		return awareness.MessageIn{}, &Fault{Line: line, Reason: book.Message(err)}
	}
	key := l.Key()
	m := awareness.MessageIn{
		Rows: []awareness.RowIn{{Line: line}}, Key: key, At: book.Micros(l.Date), Channel: book.Email,
		To: parties(l.To), Cc: parties(slices.Concat(l.Cc, l.Bcc)),
		Summary: l.Subject, Body: cutRunes(letter.OwnWords(l.Text), awareness.MaxBody),
		Thread: a.threads.Root(key), Refs: l.Names(awareness.MaxRefs), Bulk: l.Bulk, Auto: l.Auto || l.Bounce, Skip: skipLetter(l),
	}
	if len(l.From) > 0 {
		m.From = parties(l.From[:1])[0]
	}
	if slices.Contains(l.Labels, "Chat") {
		m.Channel = book.Chat
	}
	a.nobody.mark(&m)
	m.ToOurs = a.ours[parentOf(l)]
	dropBounced(&m, a.bounced[key])
	s.box.keep(&m)
	switch {
	case m.Skip != "":
	case len(l.From) == 0:
		m.Skip = "it has no sender"
	case s.opts.early(l.Date):
		m.Skip = "its date is more than a day ahead"
	}
	return m, nil
}

// parentOf is the letter that this one answers, "" for none.
func parentOf(l *letter.Letter) string {
	if l.InReplyTo == "" && len(l.References) > 0 {
		return l.References[len(l.References)-1]
	}
	return l.InReplyTo
}

// dropBounced takes away whom a letter did not reach; when nobody is left it reached none of them.
func dropBounced(m *awareness.MessageIn, failed []string) {
	if len(failed) == 0 {
		return
	}
	lost := func(p awareness.Party) bool { return slices.Contains(failed, p.Address) }
	to := slices.DeleteFunc(slices.Clone(m.To), lost)
	cc := slices.DeleteFunc(slices.Clone(m.Cc), lost)
	if len(to)+len(cc) == 0 {
		m.Outcome = book.NoAnswer
		return
	}
	m.To, m.Cc = to, cc
}

func parties(list []letter.Address) []awareness.Party {
	out := make([]awareness.Party, 0, len(list))
	for _, a := range list {
		out = append(out, awareness.Party{Address: a.Addr, Name: a.Name})
	}
	return out
}

// unsent are the words by which mailboxes call what was never sent or was thrown away, in the languages of the
// programs that write them.
var unsent = map[string]string{
	"spam": "spam", "junk": "spam", "junk e-mail": "spam", "bulk mail": "spam", "courrier indésirable": "spam", "correo no deseado": "spam",
	"trash": "trash", "bin": "trash", "deleted": "trash", "deleted items": "trash", "deleted messages": "trash",
	"papierkorb": "trash", "corbeille": "trash", "papelera": "trash", "cestino": "trash", "prullenbak": "trash",
	"lixeira": "trash", "papperskorgen": "trash",
	"draft": "draft", "drafts": "draft", "entwürfe": "draft", "entwurf": "draft", "brouillons": "draft", "borradores": "draft",
	"bozze": "draft", "concepten": "draft", "rascunhos": "draft", "utkast": "draft",
}

var unsentReason = map[string]string{
	"spam": "it is labelled spam", "trash": "it lies in the trash", "draft": "it is a draft that was not sent",
}

// skipLetter says why a letter is none that passed between people: by the labels of a Takeout, by the Maildir folder
// it lies in, or by its flags there.
func skipLetter(l *letter.Letter) string {
	for _, name := range l.Labels {
		if kind := unsent[strings.ToLower(name)]; kind != "" {
			return unsentReason[kind]
		}
	}
	if l.File == "" {
		return ""
	}
	folder := strings.TrimPrefix(path.Dir(path.Dir(l.File)), ".")
	for part := range strings.SplitSeq(folder, ".") {
		if kind := unsent[strings.ToLower(part)]; kind != "" {
			return unsentReason[kind]
		}
	}
	_, flags, _ := strings.Cut(path.Base(l.File), ":2,")
	switch {
	case strings.Contains(flags, "T"):
		return unsentReason["trash"]
	case strings.Contains(flags, "D"):
		return unsentReason["draft"]
	}
	return ""
}
