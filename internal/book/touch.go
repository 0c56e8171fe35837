package book

import (
	"cmp"
	"slices"
)

// The bounds of a touch's numbers. The length is that of the longest event which a calendar may tell of.
const (
	MaxTo      = 1_000_000
	MaxMinutes = 100_000
)

// CheckWords refuses words that are in no list, and numbers out of bounds, in the facts of any entry. Empty words pass.
// A log that Passbook wrote holds no others.
func (f *Facts) CheckWords() error {
	switch {
	case f.To < 0 || f.To > MaxTo:
		return Fieldf(Invalid, "to", "lies out of bounds with %d; how many were reached is a number from 1 to %d", f.To, MaxTo)
	case f.Minutes < 0 || f.Minutes > MaxMinutes:
		return Fieldf(Invalid, "minutes", "%d is not the length of a touch", f.Minutes)
	}
	return firstError(listed("channel", f.Channel, Channels), listed("dir", f.Direction, Directions),
		listed("outcome", f.Outcome, Outcomes), listed("purpose", f.Purpose, Purposes),
		listed("asks", f.Asks, AskKinds), listed("sounded", f.Sounded, Tones))
}

// FillTouch fills in what goes without saying of a touch: it went out, unless it is news of a client's own, reached them, and
// served them.
func (f *Facts) FillTouch() {
	if f.Direction == "" {
		f.Direction = Out
		if f.Asks == AsksNews {
			f.Direction = In
		}
	}
	f.Outcome, f.Purpose = cmp.Or(f.Outcome, Reached), cmp.Or(f.Purpose, Serve)
}

// CheckTouch refuses what no touch can be, before it is written: besides what CheckWords does, a touch without a
// channel, and facts that contradict each other. Errors are Invalid and name the field.
func (f *Facts) CheckTouch() error {
	if f.Channel == "" {
		return Fieldf(Invalid, "channel", "is missing: %s", Said(ListOf(Channels)))
	}
	if err := f.CheckWords(); err != nil {
		return err
	}
	nobody := f.Outcome == NoAnswer
	switch {
	case f.Asks == AsksNews && f.Direction == Out:
		return Fieldf(Invalid, "asks", "news is the client asking us; such a touch comes in")
	case nobody && f.Minutes > 0:
		return Fieldf(Invalid, "minutes", "%d goes with a touch that reached somebody; this one had no answer", f.Minutes)
	case nobody && f.Sounded != "":
		return Fieldf(Invalid, "sounded", "%s goes with a touch that reached somebody; this one had no answer", f.Sounded)
	case nobody && f.Asks != "":
		return Fieldf(Invalid, "asks", "%s goes with a touch that reached somebody; this one had no answer", f.Asks)
	case f.Keeps != "" && f.Direction == In:
		return Fieldf(Invalid, "dir", "in: a touch that keeps a promise goes out")
	case f.Keeps != "" && nobody:
		return Fieldf(Invalid, "outcome", "no_answer keeps no promise: nobody was there to receive it")
	case f.Keeps != "" && f.Purpose == Sell:
		return Fieldf(Invalid, "purpose", "sell keeps no promise: it asks for something instead of bringing it")
	}
	return nil
}

// listed refuses a word that a closed list does not have; an empty one passes.
func listed[T ~string](field string, word T, list []T) error {
	if word == "" || slices.Contains(list, word) {
		return nil
	}
	return Fieldf(Invalid, field, "%q is not known; it is %s", word, Said(ListOf(list)))
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
