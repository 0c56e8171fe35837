package accountability

import (
	"cmp"
	"context"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// telling is how somebody heard the news of a case or an engagement.
type telling struct {
	what  string // "case", as an error names it
	text  string
	by    book.Channel     // counts as a touch then; empty for not said
	touch *awareness.Touch // where more is known of it than the channel; nil for nothing
	keeps Which            // the promise that the touch keeps besides; empty for none
}

// words are what they were told: that of the touch, where the news has none of its own.
func (t *telling) words() (string, error) {
	text := book.Clean(t.text)
	if t.touch != nil {
		text = cmp.Or(text, book.Clean(t.touch.Summary))
	} else if text == "" {
		return "", book.Errorf(book.Invalid, "an update needs words, if only “nothing new”")
	}
	return text, nil
}

// write writes the news, and the touch by which they had it. A touch in which nobody of theirs was told anything is written alone:
// they still wait for the news.
func (t *telling) write(ctx context.Context, w *teller.Work, a *store.Account, news *book.Entry) error {
	if t.touch != nil && !tells(t.touch) {
		return t.touched(ctx, w, a, news.At)
	}
	if t.by != "" || t.touch != nil {
		w.Together() // who takes the update back takes the touch back that brought it
	}
	err := w.Append(news)
	switch {
	case err != nil:
		return err
	case t.touch != nil:
		return t.touched(ctx, w, a, news.At)
	case t.by == "":
		return nil
	}
	return (&awareness.Touch{Account: awareness.Client(a.ID), At: news.At, Channel: t.by, Summary: news.Words.Text}).Run(ctx, w)
}

// tells says whether they heard something in a touch: what we wrote to them, or a conversation whoever began it. A message
// that was left tells nothing yet, nor does what they wrote.
func tells(t *awareness.Touch) bool {
	if t.Outcome == book.LeftWord || t.Outcome == book.NoAnswer {
		return false
	}
	return t.Direction != book.In || t.Channel.Live()
}

// touched writes the touch by which they were told, with the promise it keeps. It refuses one with another account than a.
func (t *telling) touched(ctx context.Context, w *teller.Work, a *store.Account, at book.Instant) error {
	touch := *t.touch
	touch.At = at
	if touch.Account != "" {
		with, err := touch.Account.Lock(ctx, w)
		if err != nil {
			return err
		}
		if with.ID != a.ID {
			return book.Fieldf(book.NotFound, t.what, "is one of %s, not of %s", a.Name, with.Name)
		}
	}
	touch.Account = awareness.Client(a.ID)
	if t.keeps != "" {
		return (&Settle{Promise: t.keeps, How: Keep, At: at, Touch: &touch}).Run(ctx, w)
	}
	return touch.Run(ctx, w)
}
