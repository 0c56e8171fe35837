package auth

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSessionsRememberWhatTheyWereTold(t *testing.T) {
	until := time.Date(2026, 4, 1, 9, 0, 0, 7, time.UTC)
	told := map[string]any{"member": "ana", "label": "Firefox \"on\" a <phone>", "began": int64(-5)}
	data, err := remember{}.Encode(until, told)
	if err != nil {
		t.Fatal(err)
	}
	at, values, err := remember{}.Decode(data)
	if diff := cmp.Diff(told, values); diff != "" || err != nil || !at.Equal(until) {
		t.Error(at, diff, err)
	}
	if _, err := (remember{}).Encode(until, map[string]any{"x": 1.5}); err == nil {
		t.Error("what cannot be remembered was taken")
	}
	if !legible(data) || legible([]byte(`{"until":1,"texts":{},"numbers":{}}`)) || legible(nil) {
		t.Error("a session of now is not told from one of before")
	}
	for _, s := range []string{"\x0cold", `{"#":"soon"}`, `{"#began":"x","#":"1"}`, `{"a":1}`} {
		if _, _, err := (remember{}).Decode([]byte(s)); err == nil {
			t.Errorf("%s is no memory and was read", s)
		}
	}
}
