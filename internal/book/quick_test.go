package book

import (
	"encoding/json"
	"reflect"
	"testing"
)

var quickSeeds = []string{
	``, `{}`, `{`, `{"}`, `{"text":"a","with":"b@c.example"}`, `{"text":"ä\u00e4"}`, `{"text":"ä"}`, "{\"text\":\"\xff\"}",
	`{"channel":"email","dir":"out","outcome":"reached","purpose":"serve","to":3,"bulk":true,"minutes":-0}`,
	`{"to":03}`, `{"to":1e3}`, `{"to":"3"}`, `{"bulk":1}`, `{"channel":null}`, `{"Channel":"email"}`, `{"to":1,"to":2}`,
	`{"channel":"email",}`, `{"channel":"email"}x`, `{"channel" :"email"}`, `{"set":{"a":{"before":"","after":"b"}}}`,
	`{"due":"2026-01-01T00:00:00Z"}`, `{"points":1.5}`, `{"unknown":"x"}`, `{"text":"a` + "\n" + `"}`, `{"minutes":99999999999999999999}`,
}

// FuzzQuick holds the quick way to what encoding/json makes of the same text: it may give up, never differ.
func FuzzQuick(f *testing.F) {
	for _, s := range quickSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var facts, slowFacts Facts
		if quickFacts(s, &facts) {
			if err := json.Unmarshal([]byte(s), &slowFacts); err != nil || !reflect.DeepEqual(facts, slowFacts) {
				t.Errorf("facts %q: %+v, want %+v, %v", s, facts, slowFacts, err)
			}
		}
		var words, slowWords Words
		if quickWords(s, &words) {
			if err := json.Unmarshal([]byte(s), &slowWords); err != nil || !reflect.DeepEqual(words, slowWords) {
				t.Errorf("words %q: %+v, want %+v, %v", s, words, slowWords, err)
			}
		}
	})
}

// What a touch stores is read the quick way, and what is not plain the other, to the same end.
func TestQuick(t *testing.T) {
	e := Entry{
		Facts: Facts{
			Channel: Email, Direction: Out, Outcome: Reached, Purpose: Serve, To: 3, Minutes: 12, Template: "spring letter",
			Gesture: "wine", Asks: AsksNews, Sounded: "warm", Thread: "0a1b", Bulk: true, Auto: true, Copied: true,
			Keeps: "00000000-0000-7000-8000-000000000000", Ours: true, Severity: 2,
		},
		Words: Words{Text: "Grüße", Body: "plain", With: "a@b.example"},
	}
	facts, err := e.EncodeFacts()
	if err != nil {
		t.Fatal(err)
	}
	words, err := e.EncodeWords()
	if err != nil {
		t.Fatal(err)
	}
	var back Entry
	if !quickFacts(facts, &back.Facts) || !quickWords(words, &back.Words) || !reflect.DeepEqual(back, e) {
		t.Errorf("read quickly: %+v, want %+v", back, e)
	}
	for _, s := range []string{`{"text":"a \u0026 b"}`, `{"set":{"name":{"before":"","after":"b"}}}`, `{"text":"x\ny"}`} {
		if quickWords(s, &back.Words) {
			t.Errorf("%s is not plain", s)
		}
		if err := back.DecodeWords(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
}
