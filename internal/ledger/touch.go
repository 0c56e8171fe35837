package ledger

import (
	"math"
	"slices"
	"strings"

	"passbook/internal/book"
)

// Close is the largest number of recipients at which a touch still counts as meant for each of them.
const Close = 3

// maxWaiting bounds the threads of one account that are remembered as waiting. The hold counts from the oldest, so
// what is past the bound changes no figure until a hundred others are answered.
const maxWaiting = 100

// touch folds a touch. In order: what they asked of us, what it answers, what it keeps, and what it is worth.
func (f *folding) touch() {
	e, t := &f.e.Facts, f.tariff
	k := max(1, e.To)
	heard := meant(e)
	scripted := e.Template != ""
	base, rank := f.base()
	live := e.Channel.Live() && e.Outcome != book.NoAnswer && e.Outcome != book.LeftWord

	if e.Direction == book.In {
		if heard {
			f.s.Heard = f.e.At
		}
		if e.Asks == book.AsksNews && !e.Auto {
			f.post(t.AskedFirst, "asked_first")
		}
		if !live {
			if heard && !e.Copied {
				f.wait()
			}
			return
		}
	}
	if base <= 0 || e.Auto {
		f.replySelling()
		return
	}

	switch {
	case e.Keeps != "" && f.keep(e.Keeps):
		// Paid through the promise alone; a client who waits has been answered all the same.
		if f.answers(scripted, k) {
			f.takeWaiting()
		}
	case f.answers(scripted, k) && f.answer():
	case e.Direction == book.In && e.Asks == book.AsksNews:
		// The conversation answered what they had to ask for; it is no deposit on top of being late.
	default:
		scripted = f.pay(base, k, scripted)
	}
	if scripted || !heard {
		return
	}
	f.s.Real[rank] = f.e.At
	f.s.Heard = f.e.At
	if e.Asks == book.AsksCandour && live {
		f.s.Candour = f.e.At
	}
}

// meant says whether a touch was meant for those it was with: a person wrote or spoke, and not to many at once.
func meant(e *book.Facts) bool { return !e.Auto && !e.Bulk && e.To <= Close }

// base is the worth of a touch with one person, and the richness at which it counts as contact. A message left pays
// as a text and never above its channel; who was not reached, and selling, pay nothing.
func (f *folding) base() (float64, int) {
	e, t := &f.e.Facts, f.tariff
	if e.Outcome == book.NoAnswer || e.Purpose == book.Sell {
		return 0, 0
	}
	if e.Purpose == book.Gift && e.Direction != book.In {
		return t.Gift, max(book.Letter.Rank(), e.Channel.Rank())
	}
	base, rank := t.Touch[e.Channel], e.Channel.Rank()
	if e.Outcome == book.LeftWord {
		base, rank = min(base, t.Touch[book.Text]), min(rank, book.Text.Rank())
	}
	return base, max(rank, 0)
}

// pay posts the touch's own worth, lessened by repetition and by freshness, and says whether it was scripted: the
// same gift again is, whoever chose it.
func (f *folding) pay(base float64, k int, scripted bool) bool {
	e, t := &f.e.Facts, f.tariff
	worth := t.worthOf(base, k)
	var c float64
	if mark := f.mark(); mark != "" && e.Direction != book.In {
		c = f.s.script(mark, f.e.At, t.R, true)
		scripted = scripted || c > 0
		worth = float64(worth * math.Pow(t.Rho, c))
	}
	paid := f.s.Fresh.draw(worth, f.e.At, t.Sigma)
	f.post(paid, touchWhy(f.e, worth, paid, k, c))
	return scripted
}

// mark is what makes two touches the same: the template, or a gift's own words.
func (f *folding) mark() string {
	if f.e.Facts.Template != "" {
		return f.e.Facts.Template
	}
	if f.e.Facts.Purpose == book.Gift && f.e.Facts.Gesture != "" {
		return "gift:" + f.e.Facts.Gesture
	}
	return ""
}

// maxNamed bounds the letters that are remembered of a waiting thread; the newest are what an answer names.
const maxNamed = 16

// wait opens a thread as waiting; a thread that waits already keeps its first unanswered message, and remembers by which
// letters it is known.
func (f *folding) wait() {
	e, t, joined := &f.e.Facts, thread{Facts: &f.e.Facts}, -1
	for i := 0; i < len(f.s.Waiting); i++ {
		w := &f.s.Waiting[i]
		switch {
		case !t.same(w):
		case joined < 0:
			joined = i
			w.name(e.Letters())
		default: // this letter shows that two threads are one
			f.s.Waiting[joined].name(strings.Fields(w.Thread + " " + w.Refs))
			f.s.Waiting = append(f.s.Waiting[:i:i], f.s.Waiting[i+1:]...)
			i--
		}
	}
	if joined < 0 && len(f.s.Waiting) < maxWaiting {
		f.s.Waiting = append(f.s.Waiting, Waiting{f.e.ID, e.Thread, e.Refs, f.e.At, e.Channel})
	}
}

// thread is what a touch's letter says of the thread it belongs to. Many may wait on one account, so its letters are split
// once for all of them, when the first is met whose root is another.
type thread struct {
	*book.Facts
	letters map[string]bool
}

func (t *thread) has(letter string) bool {
	if t.letters == nil {
		t.letters = make(map[string]bool)
		for _, l := range t.Letters() {
			t.letters[l] = true
		}
	}
	return t.letters[letter]
}

// same says whether a letter belongs to the thread that waits: by the root that its file knows, or because one of them
// names a letter that the other is or names. Each letter says this of itself, so it does not matter which files they came in.
func (t *thread) same(w *Waiting) bool {
	if w.Thread == t.Thread {
		return true
	}
	if w.Thread == "" || t.Thread == "" || w.Refs == "" && t.Refs == "" {
		return false
	}
	if t.has(w.Thread) {
		return true
	}
	for named := range strings.FieldsSeq(w.Refs) {
		if t.has(named) {
			return true
		}
	}
	return false
}

// knows says whether a letter is one of those that the thread is known by.
func (w *Waiting) knows(letter string) bool {
	if w.Thread == letter {
		return true
	}
	for named := range strings.FieldsSeq(w.Refs) {
		if named == letter {
			return true
		}
	}
	return false
}

// name remembers letters of the thread.
func (w *Waiting) name(letters []string) {
	known := strings.Fields(w.Refs)
	for _, l := range letters {
		if !w.knows(l) {
			known = append(known, l)
		}
	}
	w.Refs = strings.Join(known[max(0, len(known)-maxNamed):], " ")
}

// answers says whether this touch can answer at all: a person's own words that reached them, meant for few, or
// written into the thread that waits.
func (f *folding) answers(scripted bool, k int) bool {
	e := &f.e.Facts
	if scripted || e.Outcome == book.LeftWord {
		return false
	}
	if k <= Close && !e.Bulk {
		return true
	}
	t := thread{Facts: e}
	return e.Thread != "" && slices.ContainsFunc(f.s.Waiting, func(w Waiting) bool { return t.same(&w) })
}

// replySelling takes a reply that sells, such as the offer they wrote for, as the answer to its own thread: it pays
// nothing, but nobody waits there any more.
func (f *folding) replySelling() {
	e := &f.e.Facts
	if e.Purpose == book.Sell && e.Direction != book.In && e.Thread != "" && !e.Auto && e.Template == "" &&
		e.Outcome != book.NoAnswer && e.Outcome != book.LeftWord {
		t := thread{Facts: e}
		f.s.Waiting = slices.DeleteFunc(f.s.Waiting, func(w Waiting) bool { return t.same(&w) })
	}
}

// answer posts for the waiting thread that this touch answers and that waited longest; it says whether there was any.
func (f *folding) answer() bool {
	since, ok := f.takeWaiting()
	switch {
	case !ok:
		return false
	case f.r.workingDays(waitingFrom(f.r, since), f.e.At) <= 0:
		f.say(f.tariff.AnswerSoon, "answered")
	default:
		f.say(f.tariff.AnswerLate, "answered_late")
	}
	return true
}

// takeWaiting clears the waiting threads that this touch answers: its own, or all of them when it belongs to no
// thread, as a call does. It gives the time of the one that waited longest.
func (f *folding) takeWaiting() (since book.Instant, ok bool) {
	t, kept := thread{Facts: &f.e.Facts}, f.s.Waiting[:0:0]
	for _, w := range f.s.Waiting {
		if t.Thread != "" && w.Thread != "" && !t.same(&w) {
			kept = append(kept, w)
			continue
		}
		if !ok || w.At < since {
			since, ok = w.At, true
		}
	}
	f.s.Waiting = kept
	return since, ok
}
