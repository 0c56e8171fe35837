package book_test

import (
	"errors"
	"strings"
	"testing"

	"passbook/internal/book"
)

// Every way in which a touch can be wrong is refused by its field; what stands in a log is judged by its words alone.
func TestCheckTouch(t *testing.T) {
	good := book.Facts{Channel: book.Call, Direction: book.Out, Outcome: book.Reached, Purpose: book.Serve, To: 3, Minutes: 20, Sounded: book.Warm}
	missed := book.Facts{Channel: book.Call, Direction: book.Out, Outcome: book.NoAnswer, Purpose: book.Serve}
	for _, f := range []book.Facts{good, missed, {Channel: book.Email}, {Channel: book.Email, Direction: book.In, Asks: book.AsksNews}} {
		if err := f.CheckTouch(); err != nil {
			t.Errorf("%+v: %v", f, err)
		}
	}
	for name, c := range map[string]struct {
		of     book.Facts
		change func(*book.Facts)
		field  string
		words  bool // refused by CheckWords too
	}{
		"no channel":      {good, func(f *book.Facts) { f.Channel = "" }, "channel", false},
		"fax":             {good, func(f *book.Facts) { f.Channel = "fax" }, "channel", true},
		"sideways":        {good, func(f *book.Facts) { f.Direction = "sideways" }, "dir", true},
		"outcome":         {good, func(f *book.Facts) { f.Outcome = "maybe" }, "outcome", true},
		"purpose":         {good, func(f *book.Facts) { f.Purpose = "fun" }, "purpose", true},
		"asks":            {good, func(f *book.Facts) { f.Asks = "why" }, "asks", true},
		"tone":            {good, func(f *book.Facts) { f.Sounded = "loud" }, "sounded", true},
		"to none":         {good, func(f *book.Facts) { f.To = -1 }, "to", true},
		"to all":          {good, func(f *book.Facts) { f.To = 1e7 }, "to", true},
		"for ever":        {good, func(f *book.Facts) { f.Minutes = 1e6 }, "minutes", true},
		"backwards":       {good, func(f *book.Facts) { f.Minutes = -1 }, "minutes", true},
		"our news":        {good, func(f *book.Facts) { f.Asks = book.AsksNews }, "asks", false},
		"missed, long":    {missed, func(f *book.Facts) { f.Minutes = 3 }, "minutes", false},
		"missed, warm":    {missed, func(f *book.Facts) { f.Sounded = book.Warm }, "sounded", false},
		"missed, asked":   {missed, func(f *book.Facts) { f.Asks = book.AsksCandour }, "asks", false},
		"missed, kept":    {missed, func(f *book.Facts) { f.Keeps = "x" }, "outcome", false},
		"kept by selling": {good, func(f *book.Facts) { f.Keeps, f.Purpose = "x", book.Sell }, "purpose", false},
		"kept by hearing": {good, func(f *book.Facts) { f.Keeps, f.Direction = "x", book.In }, "dir", false},
	} {
		f := c.of
		c.change(&f)
		var e *book.Error
		if err := f.CheckTouch(); !errors.As(err, &e) || e.Fault != book.Invalid || e.Field != c.field || strings.TrimSpace(e.Message) == "" {
			t.Errorf("%s: %v", name, err)
		}
		if err := f.CheckWords(); (err != nil) != c.words {
			t.Errorf("%s: by its words %v", name, err)
		}
	}
}
