package transfer

import (
	"strings"
	"testing"
	"time"

	"passbook/internal/book"
)

func TestTimes(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		in    string
		order dayOrder
		want  string // RFC 3339 in UTC, or part of the error after !
	}{
		{"2024-05-06T10:00:00Z", undecided, "2024-05-06T10:00:00Z"},
		{"2024-05-06T10:00:00.250+02:00", undecided, "2024-05-06T08:00:00.25Z"},
		{"2024-05-06 10:00:00 -0530", undecided, "2024-05-06T15:30:00Z"},
		{"2024-05-06 10:00:07", undecided, "2024-05-06T08:00:07Z"},
		{"2024-12-06 10:00", undecided, "2024-12-06T09:00:00Z"},
		{"2024-05-06T10:00", undecided, "2024-05-06T08:00:00Z"},
		{"2024/5/6 9:30 pm", undecided, "2024-05-06T19:30:00Z"},
		{"2024-05-06 12:30 AM", undecided, "2024-05-05T22:30:00Z"},
		{"2024-05-06 3 PM", undecided, "2024-05-06T13:00:00Z"},
		{"2024-05-06", undecided, "2024-05-06T10:00:00Z"},
		{"20240506", undecided, "2024-05-06T10:00:00Z"},
		{"20240506T101500Z", undecided, "2024-05-06T10:15:00Z"},
		{"20240506101500", undecided, "2024-05-06T08:15:00Z"},
		{"1714989600", undecided, "2024-05-06T10:00:00Z"},
		{"1714989600250", undecided, "2024-05-06T10:00:00.25Z"},
		{"6.5.2024 10:00", undecided, "2024-05-06T08:00:00Z"},
		{"06. 05. 2024", undecided, "2024-05-06T10:00:00Z"},
		{"13/05/2024 10:00", undecided, "2024-05-13T08:00:00Z"},
		{"05/13/2024, 10:00", undecided, "2024-05-13T08:00:00Z"},
		{"05/05/2024", undecided, "2024-05-05T10:00:00Z"},
		{"03/04/2024", dayFirst, "2024-04-03T10:00:00Z"},
		{"03/04/2024", monthFirst, "2024-03-04T11:00:00Z"},
		{"05/13/2024", dayFirst, "2024-05-13T10:00:00Z"},
		{"Mon, 6 May 2024 10:00:00 +0200 (CEST)", undecided, "2024-05-06T08:00:00Z"},
		{"May 6, 2024, 10:00 AM", undecided, "2024-05-06T08:00:00Z"},
		{"Mon May  6 10:00:00 2024", undecided, "2024-05-06T08:00:00Z"},
		{"6th September 2024 at 10:00", undecided, "2024-09-06T08:00:00Z"},
		{"06-May-2024", undecided, "2024-05-06T10:00:00Z"},
		{"29 Feb 2024", undecided, "2024-02-29T11:00:00Z"},

		{"", undecided, "!no time"},
		{"03/04/2024", undecided, "!may be 3 April or 4 March"},
		{"03-04-2024 10:00", undecided, "!write 2024-04-03 or 2024-03-04"},
		{"03/04/24", undecided, "!year of two digits"},
		{"29 Feb 2023", undecided, "!no calendar"},
		{"2024-13-01", undecided, "!no calendar"},
		{"31/31/2024", undecided, "!no calendar"},
		{"2024-05-06 25:00", undecided, "!no clock"},
		{"2024-05-06 13:00 pm", undecided, "!no time that is understood"},
		{"2024-05-06 10:00 Mars", undecided, "!no time that is understood"},
		{"2024-05-06 10", undecided, "!no time that is understood"},
		{"2024-05", undecided, "!no time that is understood"},
		{"45418", undecided, "!bare number"},
		{"171498960", undecided, "!bare number"},
		{"0000-01-01", undecided, "!in the year 0;"},
		{"0000-01-01T00:00:00Z", undecided, "!in the year 0;"},
		{"20000-01-01", undecided, "!in the year 20000;"},
		{"20000-01-01 10:00", undecided, "!in the year 20000;"},
		{"1 Jan 20000", undecided, "!in the year 20000;"},
		{"1899-12-31", undecided, "!in the year 1899;"},
		{"next Tuesday", undecided, "!no time that is understood"},
		{"May", undecided, "!no time that is understood"},
		{strings.Repeat("9", 5000), undecided, "!no time that is understood"},
	}
	for _, tt := range tests {
		c := clock{zone: berlin, order: tt.order}
		m, err := c.read(tt.in)
		if want, fails := strings.CutPrefix(tt.want, "!"); fails {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%.40q: %v, %v; want an error with %q", tt.in, m.at, err, want)
			}
			continue
		}
		if got := m.at.UTC().Format(time.RFC3339Nano); err != nil || got != tt.want {
			t.Errorf("%q: %s, %v; want %s", tt.in, got, err, tt.want)
		}
	}
}

func FuzzTime(f *testing.F) {
	for _, s := range []string{
		"2024-05-06T10:00:00.25+02:00", "03/04/2024 3 PM", "1714989600", "Mon, 6 May 2024 10:00:00 +0200 (CEST)",
		"06-May-2024", "0000-01-01", "20000-01-01", "6.5.2024", "20240506T101500Z",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, order := range []dayOrder{undecided, dayFirst, monthFirst} {
			c := clock{zone: time.UTC, order: order}
			m, err := c.read(s)
			if err == nil && (m.at.UTC().Year() < book.FirstYear || m.at.UTC().Year() > book.LastYear) {
				t.Errorf("%q is %v", s, m.at)
			}
			if err != nil && !m.at.IsZero() {
				t.Errorf("%q gives both %v and %v", s, m.at, err)
			}
		}
	})
}
