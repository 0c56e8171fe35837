package actions

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"passbook/internal/book"
	"passbook/internal/ledger"
)

// names are the names of a posting's fields in JSON, in its order.
var names = func() (all []string) { //nolint:gochecknoglobals // read off the type once, as every line of a batch asks for them
	t := reflect.TypeFor[Posting]()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		all = append(all, name)
	}
	return all
}()

// given are the fields of a posting with something in them, by their names in JSON.
func (p *Posting) given() (out []string) {
	v := reflect.ValueOf(p).Elem()
	for i, name := range names {
		if !v.Field(i).IsZero() {
			out = append(out, name)
		}
	}
	return out
}

// Field is where a field of a posting stands, by its name in JSON, and its words where the list of them is closed.
func (p *Posting) Field(name string) (to any, words []string) {
	i := slices.Index(names, name)
	v := reflect.ValueOf(p).Elem()
	if list := v.Type().Field(i).Tag.Get("enum"); list != "" {
		words = strings.Split(list, ",")
	}
	return v.Field(i).Addr().Interface(), words
}

// Form fills a posting from the values of a form. A day and a time are those of a clock in the reader's zone; a day alone
// is the end of the firm's working hours. What cannot be read is the error, the first of them; the rest is filled in.
func (p *Posting) Form(get func(string) string, cal *ledger.Calendar, zone *time.Location) (refused error) {
	v := reflect.ValueOf(p).Elem()
	for i, name := range names {
		word := strings.TrimSpace(get(name))
		if word == "" {
			continue
		}
		var err error
		switch to := v.Field(i).Addr().Interface().(type) {
		case *book.Instant:
			*to, err = formTime(name, word, cal, zone)
		case *book.Points:
			// Half of the world writes a comma before the hundredths; one before thousands has three figures after it.
			if *to, err = book.ParsePoints(strings.Replace(word, ",", ".", 1)); err != nil {
				err = book.Fieldf(book.Invalid, name, "%q is no number", word)
			}
		case *int:
			if *to, err = strconv.Atoi(word); err != nil {
				err = book.Fieldf(book.Invalid, name, "%q is no whole number", word)
			}
		case *bool:
			*to = true
		default:
			v.Field(i).SetString(get(name))
		}
		refused = cmp.Or(refused, err)
	}
	return refused
}

// formTime reads what a browser's fields for a day, or a day and a time, send.
func formTime(name, word string, cal *ledger.Calendar, zone *time.Location) (book.Instant, error) {
	if t, err := time.ParseInLocation("2006-01-02T15:04", word, zone); err == nil {
		return book.Micros(t), nil
	}
	t, err := time.ParseInLocation(time.DateOnly, word, cal.Zone)
	if err != nil {
		return 0, book.Fieldf(book.Invalid, name, "%q is no day", word)
	}
	return book.Micros(time.Date(t.Year(), t.Month(), t.Day(), 0, cal.LastMinute(), 0, 0, cal.Zone)), nil
}
