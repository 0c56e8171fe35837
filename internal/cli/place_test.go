package cli

import "testing"

// A computer's zone is taken where it tells a place, and nothing else is taken for one.
func TestPlaceOf(t *testing.T) {
	for _, tc := range []struct {
		names []string
		want  string
	}{
		{[]string{"", "Europe/Berlin", ""}, "Europe/Berlin"},
		{[]string{":America/Chicago", "Europe/Berlin"}, "America/Chicago"},
		{[]string{"UTC", "Etc/UTC", "Asia/Kolkata"}, "Asia/Kolkata"},
		{[]string{"/etc/localtime", "Mars/Olympus", "CET"}, ""},
		{nil, ""},
	} {
		if got := placeOf(tc.names...); got != tc.want {
			t.Errorf("%q: %q, want %q", tc.names, got, tc.want)
		}
	}
}
