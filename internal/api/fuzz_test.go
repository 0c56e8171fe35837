package api

import (
	"testing"
	"time"

	"passbook/internal/actions"
	"passbook/internal/book"
	"passbook/internal/problem"
	"passbook/internal/when"
)

// Whatever a line holds, it is a posting or a fault of the caller's.
func FuzzBatchLine(f *testing.F) {
	for _, seed := range []string{
		`{"kind":"touch","account":"x","channel":"call"}`, `{"id":1}`, `[]`, `null`, `{"kind":"deed","points":1e300}`, "{\"at\":\"2026\"}",
		`{"kind":"promise","due":"2026-03-02T09:00:00Z"}`, `{"kind":"promise","due":"friday","at":"3d"}`, `{"kind":"note","private":true,"text":"\u0000"}`,
	} {
		f.Add([]byte(seed))
	}
	registry := config("test").Components.Schemas
	b := &batcher{desk: &desk{}, registry: registry}
	b.schema = registry.Schema(typeOf[actions.Posting](), true, "Posting")
	read := func(text string, s when.Sense) (book.Instant, error) {
		m, err := when.Clock{Now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Closes: 18 * 60}.Parse(text, s)
		return m.Instant(), err
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := b.posting(1, text, read)
		if err == nil {
			_, err = p.Command()
		}
		if err == nil {
			return
		}
		if s := problem.Status(err); s < 400 || s > 499 {
			t.Errorf("%d: %v", s, err)
		}
	})
}
