package api

import (
	"testing"

	"passbook/internal/actions"
	"passbook/internal/problem"
)

// Whatever a line holds, it is a posting or a fault of the caller's.
func FuzzBatchLine(f *testing.F) {
	for _, seed := range []string{
		`{"kind":"touch","account":"x","channel":"call"}`, `{"id":1}`, `[]`, `null`, `{"kind":"deed","points":1e300}`, "{\"at\":\"2026\"}",
		`{"kind":"promise","due":"2026-03-02T09:00:00Z"}`, `{"kind":"note","private":true,"text":"\u0000"}`,
	} {
		f.Add([]byte(seed))
	}
	registry := config("test").Components.Schemas
	b := &batcher{desk: &desk{}, registry: registry}
	b.schema = registry.Schema(typeOf[actions.Posting](), true, "Posting")
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := b.posting(1, text)
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
