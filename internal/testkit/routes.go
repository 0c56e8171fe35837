package testkit

import (
	"net/http"
	"reflect"
	"slices"
	"testing"
)

// Routes are the patterns that were put into a mux, in order. The mux has no way of telling them, so they are read where it
// keeps them to find those that conflict: whatever is served stands there, by whoever it was put in.
func Routes(t testing.TB, mux *http.ServeMux) (all []string) {
	t.Helper()
	index := reflect.ValueOf(mux).Elem().FieldByName("index")
	segments, multis := index.FieldByName("segments"), index.FieldByName("multis")
	take := func(list reflect.Value) {
		for i := range list.Len() {
			all = append(all, list.Index(i).Elem().FieldByName("str").String())
		}
	}
	take(multis)
	for _, key := range segments.MapKeys() {
		take(segments.MapIndex(key))
	}
	slices.Sort(all)
	return slices.Compact(all)
}
