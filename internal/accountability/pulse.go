package accountability

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"unicode/utf8"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/teller"
)

const (
	// PulseOpen is how long a question can be answered: after that it asks of what is long past.
	PulseOpen = 90 * book.Day
	// ownPulse is how often a person may say unasked how we do, on a page of their own.
	ownPulse = 7 * book.Day
)

// AnswerPulse writes down what one of a client's people said when they were asked how we do, or of their own accord. A question is
// answered once: what they say later is a new answer, to the next question or unasked, so that no answer replaces one that a
// member has acted on already. A low answer opens a case of ours at once.
type AnswerPulse struct {
	Account awareness.Client
	With    awareness.Whom // who said it; may be left out where Ask names the question, or where the account is one person
	Ask     book.ID        // the entry that asked; empty is the newest of theirs that waits for an answer, and where none does, none
	Score   int            // book.LowestScore to book.HighestScore; 0 for words alone, which is candour
	Text    string         // in their own words; may be empty beside a score
	Unasked bool           // they came by themselves: no question is answered by it
	At      book.Instant   // zero is now

	said book.Question
}

// Act implements teller.Command.
func (*AnswerPulse) Act() book.Act { return book.ActServe }

// Blind implements teller.Blind.
func (*AnswerPulse) Blind() bool { return true }

// Run implements teller.Command.
func (c *AnswerPulse) Run(ctx context.Context, w *teller.Work) error {
	text, at := book.Clean(c.Text), w.When(c.At)
	switch {
	case c.Score < 0 || c.Score > book.HighestScore:
		return book.Fieldf(book.Invalid, "score", "goes from %d, very bad, to %d, very good", book.LowestScore, book.HighestScore)
	case c.Score == 0 && text == "":
		return book.Fieldf(book.Invalid, "score", "is missing, or the words: what did they say?")
	case utf8.RuneCountInString(text) > awareness.MaxMessage:
		return book.Fieldf(book.Invalid, "message", "is missing, or longer than %d characters", awareness.MaxMessage)
	}
	if c.said = book.Candour; c.Score > 0 {
		c.said = book.Satisfaction
	}
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	who, err := c.speaker(ctx, w, a)
	if err != nil {
		return err
	}
	ask, who, err := c.asked(ctx, w, a, who, at)
	if err != nil {
		return err
	}
	answer := &book.Entry{
		Account: a.ID, At: at, Kind: book.KindPulse, Facts: book.Facts{Question: c.said, Score: c.Score, Party: who},
		Words: book.Words{Text: text, With: string(who)},
	}
	if ask != nil {
		answer.Subject, answer.Facts.Pulse = ask.ID, ask.Facts.Pulse
	} else if err := c.often(ctx, w, who, at); err != nil {
		return err
	}
	return c.write(ctx, w, a, answer, ask)
}

// speaker is who said it: who was named, else the only one of the account's people. It is empty where that is open.
func (c *AnswerPulse) speaker(ctx context.Context, w *teller.Work, a *store.Account) (book.ID, error) {
	with, err := c.With.Among(ctx, w, a)
	if with != "" || err != nil {
		return book.ID(with), err
	}
	people, err := awareness.FolkOf(ctx, w.Tx, a.ID)
	if err != nil || len(people) != 1 || people[0].Name == book.Erased {
		return "", err
	}
	return people[0].ID, nil
}

// asked finds the question that is answered, and who answers it; nil where none is.
func (c *AnswerPulse) asked(ctx context.Context, w *teller.Work, a *store.Account, who book.ID, at book.Instant) (*book.Entry, book.ID, error) {
	if c.Unasked {
		return nil, who, nil
	}
	open, err := openAsks(ctx, w.Tx, a.ID, at)
	if err != nil {
		return nil, "", err
	}
	for i := len(open) - 1; i >= 0; i-- {
		v := &open[i]
		if c.Ask == "" && (who != "" && who != v.Contact || v.Question != c.said) || c.Ask != "" && c.Ask != v.Entry {
			continue
		}
		if v.Question != c.said {
			return nil, "", book.Fieldf(book.Invalid, "score", "does not answer this question: satisfaction wants a score, candour wants words and none")
		}
		found, err := w.Tx.EntriesByID(ctx, v.Entry)
		if err != nil {
			return nil, "", err
		}
		e := found[v.Entry]
		return &e, cmp.Or(v.Contact, who), nil
	}
	if c.Ask == "" {
		return nil, who, nil
	}
	return nil, "", c.closed(ctx, w)
}

// closed says why a question cannot be answered.
func (c *AnswerPulse) closed(ctx context.Context, w *teller.Work) error {
	answers, err := w.Tx.Answers(ctx, c.Ask)
	if err != nil {
		return err
	}
	if len(answers) > 0 {
		return book.Errorf(book.Conflict, "this question was answered on %s already; that answer stands, and what else there is to say is said unasked", stamp(answers[0].At))
	}
	return book.Errorf(book.NotFound, "there is no question %s that waits for an answer; pulse list names those that do", c.Ask)
}

// often refuses what somebody says unasked on their page so soon after the last time. What a member hears is written down always.
func (c *AnswerPulse) often(ctx context.Context, w *teller.Work, who book.ID, at book.Instant) error {
	if w.Who.Member != "" || who == "" {
		return nil
	}
	last, err := lastVoice(ctx, w.Tx, who, func(v *store.Voice) bool { return v.What == store.VoiceAnswer && v.Ask == "" })
	if err != nil || last == 0 || at-last >= ownPulse {
		return err
	}
	return book.Errorf(book.Conflict, "you told us on %s; this can be said once a week. If something is wrong, tell us in the form for that", stamp(last))
}

// write appends the answer, and for a low one the case.
func (c *AnswerPulse) write(ctx context.Context, w *teller.Work, a *store.Account, answer, ask *book.Entry) error {
	rules, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	p := rules.Playbook(a.State.Playbook)
	if c.Score == 0 || c.Score > p.Pulse.Low {
		return w.Append(answer)
	}
	text := answer.Words.Text
	if text == "" { // in no language, since the client reads it too
		text = strconv.Itoa(c.Score) + "/" + strconv.Itoa(book.HighestScore)
		if ask != nil && ask.Words.Text != "" {
			text += ": " + ask.Words.Text
		}
	}
	severity := 1
	if c.Score == book.LowestScore {
		severity = 2
	}
	w.Together() // who takes the answer back takes the case back
	if err := w.Append(answer); err != nil {
		return err
	}
	return w.Append(&book.Entry{
		Account: a.ID, Subject: answer.ID, At: answer.At, Kind: book.KindCase, Facts: book.Facts{Ours: true, Severity: severity, Score: c.Score},
		Words: book.Words{Text: text, With: answer.Words.With},
	})
}

// openAsks are the questions to people of an account that can be answered at an instant, the oldest first.
func openAsks(ctx context.Context, tx *store.Tx, account book.ID, at book.Instant) ([]store.Voice, error) {
	all, err := tx.VoicesOf(ctx, account)
	if err != nil {
		return nil, err
	}
	done := map[book.ID]bool{}
	for i := range all {
		if all[i].Ask != "" {
			done[all[i].Ask] = true
		}
	}
	return slices.DeleteFunc(all, func(v store.Voice) bool {
		return v.What != store.VoiceAsked || done[v.Entry] || v.At > at || at-v.At > PulseOpen
	}), nil
}

// lastVoice is when somebody, on whichever account, was asked or said something last; zero for never.
func lastVoice(ctx context.Context, tx *store.Tx, who book.ID, counts func(*store.Voice) bool) (last book.Instant, err error) {
	cards, err := tx.WithMergedContacts(ctx, who)
	if err != nil {
		return 0, err
	}
	all, err := tx.VoicesBy(ctx, cards...)
	for i := range all {
		if counts(&all[i]) {
			last = max(last, all[i].At)
		}
	}
	return last, err
}

// RestedPulse refuses a question to somebody who was asked a short while ago, on whichever account, and says from when on they can
// be asked.
func RestedPulse(ctx context.Context, w *teller.Work, who *store.Contact, p *playbook.Playbook) error {
	last, err := lastVoice(ctx, w.Tx, who.ID, func(v *store.Voice) bool { return v.What == store.VoiceAsked })
	if err != nil || last == 0 {
		return err
	}
	rules, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	from := last + book.Instant(p.Pulse.Rest)*book.Day
	if w.Now >= from {
		return nil
	}
	day := func(at book.Instant) string { return at.Time().In(rules.Calendar.Zone).Format("2 Jan 2006") }
	return book.Fieldf(book.Conflict, "with", "is %s, who was asked on %s; the playbook leaves %d days between two questions to one person, so ask from %s on",
		who.Name, day(last), p.Pulse.Rest, day(from))
}

// FittingPulse is the question that an account's playbook has for now: the first whose moment has come and that was not asked since.
// False where it is time for none.
func FittingPulse(ctx context.Context, r *teller.Reading, a *store.Account) (playbook.PulseQuestion, bool, error) {
	none := playbook.PulseQuestion{}
	asked, err := r.Tx.VoicesOf(ctx, a.ID)
	if err != nil {
		return none, false, err
	}
	closed, err := lastClosing(ctx, r, a.ID)
	if err != nil {
		return none, false, err
	}
	for _, q := range r.Rules.Playbook(a.State.Playbook).Pulse.Questions {
		from := book.Instant(0)
		switch {
		case q.After == playbook.AfterClosing:
			from = closed
		case q.After != playbook.AfterClosing && q.After == a.State.Stage && q.After != "":
			from = cmp.Or(a.State.Staged, a.State.Begin())
		}
		if from == 0 || r.At < from+book.Instant(q.Days)*book.Day {
			continue
		}
		since := func(v store.Voice) bool { return v.What == store.VoiceAsked && v.Pulse == q.Name && v.At >= from }
		if !slices.ContainsFunc(asked, since) {
			return q, true, nil
		}
	}
	return none, false, nil
}

// lastClosing is when an account last closed, zero for never. It goes back through what happened on this account alone.
func lastClosing(ctx context.Context, r *teller.Reading, account book.ID) (book.Instant, error) {
	for at, id := r.At+1, book.ID(""); ; {
		some, err := r.Tx.EntriesBefore(ctx, account, book.KindClosing, at, id, 8)
		if err != nil || len(some) == 0 {
			return 0, err
		}
		for i := range some {
			if some[i].VoidedBy == "" {
				return some[i].At, nil
			}
		}
		at, id = some[len(some)-1].At, some[len(some)-1].ID
	}
}
