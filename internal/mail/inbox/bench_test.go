package inbox_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"passbook/internal/letter"
	"passbook/internal/testkit"
)

// How quickly letters are read in from a mail server on this machine, beside what the parser alone makes of the same letters.
func BenchmarkRead(b *testing.B) {
	const n = 10_000
	server := testkit.NewDovecot(b)
	all := letters(n)
	lay := lite(b, server)
	c := lay.client()
	for _, l := range all {
		lay.lay(c, "INBOX", l, time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC))
	}
	raw := [][]byte{}
	for _, l := range all {
		raw = append(raw, []byte(strings.ReplaceAll(l, "\n", "\r\n")))
	}
	b.ResetTimer()
	for range b.N {
		begun := time.Now()
		for _, text := range raw {
			if _, err := letter.Parse(bytes.Clone(text)); err != nil {
				b.Fatal(err)
			}
		}
		parsed := time.Since(begun)
		box := lite(b, server)
		id := box.box(nil)
		begun = time.Now()
		if got := box.read(id); got.Seen != n || got.Gap != 0 {
			b.Fatalf("%+v", got)
		}
		took := time.Since(begun)
		b.ReportMetric(n/parsed.Seconds(), "parsed/s")
		b.ReportMetric(n/took.Seconds(), "read/s")
		b.ReportMetric(100*parsed.Seconds()/took.Seconds(), "%ofparser")
	}
}
