package cli

import (
	"strings"
	"testing"

	"passbook/internal/assessment"
	"passbook/internal/book"
)

// What comes to nothing says why; what moves the balance says by how much.
func TestPointsEcho(t *testing.T) {
	for _, c := range []struct {
		posted []book.Posting
		want   string
		why    bool
	}{
		{[]book.Posting{{Points: 600, Why: "call"}}, "+6.00", false},
		{[]book.Posting{{Points: -300, Why: "mistake"}}, "-3.00", false},
		{[]book.Posting{{Points: 0, Why: "call of=6.00"}}, "0.00 (", true},
		{[]book.Posting{{Points: 100, Why: "call"}, {Points: -100, Why: "mistake"}}, "0.00 (", true},
	} {
		got := points(assessment.PostedFor(nil, nil, c.posted))[0].text
		if !strings.HasPrefix(got, c.want) || strings.HasSuffix(got, ")") != c.why || strings.HasSuffix(got, "()") {
			t.Errorf("%+v: %q", c.posted, got)
		}
	}
}
