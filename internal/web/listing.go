package web

import (
	"net/url"
	"slices"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
)

// listing is what the address of the Clients page says: what narrows it, its order and its columns. The same words stand
// in a saved view and in `?in=` of an account's page, which goes through the list by them.
type listing struct {
	o    awareness.ListOptions
	cols []string
	in   string // what `?in=` says of it, made when it is first asked for
}

// column is a column that the list can have beside the name. sort is the order that its head sorts by, "" for none.
type column struct {
	name string
	sort store.Order
	num  bool
}

var columns = []column{
	{name: "standing"},
	{name: "stage"},
	{name: "tier"},
	{name: "owner"},
	{name: "last"},
	{name: "due", sort: store.ByDue},
	{name: "balance", sort: store.ByBalance, num: true},
	{name: "available", num: true},
	{name: "kind"},
	{name: "playbook"},
	{name: "visibility"},
	{name: "tags"},
	{name: "began"},
}

// usualColumns are those of a list for which none were chosen.
var usualColumns = []string{"standing", "stage", "tier", "owner", "last", "due", "balance", "available"}

// usualOrder is that of the page where its address names none: whoever wants something first. Kept views, which the API and the
// command line read too, name theirs as those do; see stored.
const usualOrder = store.ByDue

// readListing reads the words of an address: the list that they ask for, and its columns.
func readListing(q url.Values) listing {
	l := listing{o: awareness.ListOf(q)}
	if q.Get("sort") == "" {
		l.o.Sort = usualOrder
	}
	for _, c := range columns {
		if slices.Contains(q["col"], c.name) {
			l.cols = append(l.cols, c.name)
		}
	}
	if len(l.cols) == 0 {
		l.cols = usualColumns
	}
	return l
}

// fields are the words that narrow a list, as they stand in an address.
func (l *listing) fields() url.Values {
	q := l.o.Words()
	q.Del("sort")
	return q
}

// narrowed counts the words that narrow the list.
func (l *listing) narrowed() int { return len(l.fields()) }

// values are the words of the list's address, without those that go without saying.
func (l *listing) values() url.Values {
	q := l.stored()
	switch l.o.Sort {
	case usualOrder:
		q.Del("sort")
	case store.ByBalance:
		q.Set("sort", string(store.ByBalance))
	}
	return q
}

// stored are the words of the list as a kept view has them.
func (l *listing) stored() url.Values {
	q := l.o.Words()
	if !slices.Equal(l.cols, usualColumns) {
		q["col"] = l.cols
	}
	return q
}

// query is the list as its address has it: one list has one form.
func (l *listing) query() string { return l.values().Encode() }

// with is the list's address with one word more or another one.
func (l *listing) with(name, value string) string {
	q := l.values()
	if q.Set(name, value); value == "" {
		q.Del(name)
	}
	return address(q)
}

func address(q url.Values) string {
	if len(q) == 0 {
		return "/clients"
	}
	return "/clients?" + q.Encode()
}

// sorted is the address of the list by a column: the other way when it is sorted by that already.
func (l *listing) sorted(by store.Order) string {
	if l.o.Sort == by {
		by = by.Reversed()
	}
	if by == usualOrder {
		by = ""
	}
	return l.with("sort", string(by))
}

// sense is what a column's head tells machines of its order: "ascending", "descending" or "none".
func (l *listing) sense(by store.Order) string {
	up := by == l.o.Sort
	switch {
	case !up && by.Reversed() != l.o.Sort:
		return "none"
	case up == (by == store.ByBalance):
		return "descending"
	}
	return "ascending"
}

// client is the address of an account's page with the list that it was opened from.
func (l *listing) client(id book.ID) string {
	if l.in == "" {
		if l.in = l.query(); l.in == "" {
			l.in = everyone
		}
		l.in = url.QueryEscape(l.in)
	}
	return "/clients/" + string(id) + "?in=" + l.in
}

// everyone is what `?in=` says of the list that nothing narrows.
const everyone = "all"

// has says whether a column is shown.
func (l *listing) has(name string) bool { return slices.Contains(l.cols, name) }
