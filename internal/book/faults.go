package book

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Faults gathers what is wrong with a command, so that whoever sent it mends all of it at once.
type Faults struct{ all []error }

// Keep keeps an Invalid error, so that what comes after is looked at too, and returns any other, which ends the command.
func (f *Faults) Keep(err error) error {
	if err == nil || FaultOf(err) != Invalid {
		return err
	}
	f.all = append(f.all, err)
	return nil
}

// Add keeps one fault that is Invalid.
func (f *Faults) Add(e *Error) { f.all = append(f.all, e) }

// Err is everything that was kept; nil where nothing was.
func (f *Faults) Err() error { return errors.Join(f.all...) }

// Each are the errors that one is made of, in their order and each once; none of what is no Error.
func Each(err error) (all []*Error) {
	switch e := err.(type) { //nolint:errorlint // the tree is walked as it stands
	case nil:
	case *Error:
		return []*Error{e}
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			for _, found := range Each(one) {
				if !slices.ContainsFunc(all, func(have *Error) bool { return have.Field == found.Field && have.Message == found.Message }) {
					all = append(all, found)
				}
			}
		}
	default:
		return Each(errors.Unwrap(err))
	}
	return all
}

// At says whether one of an error's faults is about a field, or about a value of it where it is a list or a table.
func At(err error, field string) bool {
	return slices.ContainsFunc(Each(err), func(e *Error) bool { return e.Field == field || Bare(e.Field) == field })
}

// ofSet begins the field of a fault that is about one of the values beneath "set": "set.Shoe size".
const ofSet = "set."

// InSet is the name of a fault's field that stands beneath "set".
func InSet(name string) string { return ofSet + name }

// InList is the name of a fault's field that stands at a place of a list, counted from 0.
func InList(name string, i int) string { return name + "[" + strconv.Itoa(i) + "]" }

// Bare is a fault's field without the place where its value stands: "emails" of "emails[1]", "Shoe size" of
// "set.Shoe size".
func Bare(field string) string {
	if name, ok := strings.CutPrefix(field, ofSet); ok {
		return name
	}
	if i := strings.IndexByte(field, '['); i > 0 && strings.HasSuffix(field, "]") {
		return field[:i]
	}
	return field
}
