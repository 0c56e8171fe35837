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
	`{"emails":"[{\"value\":\"a@b.example\"}]","n":"\\"}`, `{"text":"\\"`, `{"text":"a\/b"}`, `{"a\"b":"x","a\"b":"y"}`, `{"a":1}`,
	`[{"value":"a@b.example","label":"work","pref":true},{"value":"c"}]`, `[{}]`, `[{"value":"a"},]`, `[{"value":"a"}`, `[]`, `[{"pref":"true"}]`, `[,{}]`,
	`{"set":{"a":{"before":"x"},"a":{"after":"y"}},"set":{}}`, `{"set":{}}`, `{"set":{"a":{"after":"}{,\""}}}`, `{"set":{"a":{}}`, `{"set":{"a":1}}`, `{"set":""}`,
	`{"set":{"a":{"before":"","after":{}}}}`, `{"to":}`, `{"to":{"a":1}}`, `{"due":""}`, `{"due":"2026"}`, `{"due":"\""}`, `{"to":1"x"}`, `{"set":{},"text":"a"}`,
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
		if reaches, ok := quickReaches(s); ok {
			var slow []Reach
			if err := json.Unmarshal([]byte(s), &slow); err != nil || !reflect.DeepEqual(reaches, slow) {
				t.Errorf("reaches %q: %+v, want %+v, %v", s, reaches, slow, err)
			}
		}
		if fields, ok := quickFields(s); ok {
			var slow map[string]string
			if err := json.Unmarshal([]byte(s), &slow); err != nil || !reflect.DeepEqual(fields, slow) {
				t.Errorf("fields %q: %+v, want %+v, %v", s, fields, slow, err)
			}
		}
	})
}

// What a touch stores is read the quick way, and what is not plain the other, to the same end.
func TestQuick(t *testing.T) {
	e := Entry{
		Facts: Facts{
			Channel: Email, Direction: Out, Outcome: Reached, Purpose: Serve, To: 3, Minutes: 12, Template: "spring letter",
			Gesture: "wine", Asks: AsksNews, Sounded: "warm", Thread: "0a1b", Refs: "2c3d 4e5f", Bulk: true, Auto: true, Copied: true,
			Keeps: "00000000-0000-7000-8000-000000000000", Ours: true, Severity: 2, Due: 1 * Day, Estimate: 2 * Day, NextUpdate: 3 * Day,
			Set: map[string]Change{"stage": {"", "{\"a\","}, "tier": {"B", "A"}},
		},
		Words: Words{Text: "Grüße", Body: "plain", With: "a@b.example", Set: map[string]Change{"name": {"", "Å"}}},
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
	for _, s := range []string{`{"text":"a \u0026 b"}`, `{"hash":"0a1b"}`, `{"text":"x\ny"}`} {
		if quickWords(s, &back.Words) {
			t.Errorf("%s is not plain", s)
		}
		if err := back.DecodeWords(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
}

// The fields of a contact hold lists, whose quotes are escaped: they too are read the quick way.
func TestQuickFields(t *testing.T) {
	fields := map[string]string{"emails": `[{"value":"a@b.example","label":"work"}]`, "note": `back\slash`, "city": "Zürich", "empty": ""}
	raw, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	if quick, ok := quickFields(string(raw)); !ok || !reflect.DeepEqual(quick, fields) {
		t.Errorf("read quickly: %v %q", ok, quick)
	}
	for _, s := range []string{string(raw), `{"note":"a\u0026\n"}`} {
		var slow map[string]string
		if err := json.Unmarshal([]byte(s), &slow); err != nil {
			t.Fatal(err)
		}
		if got, err := DecodeFields(s); err != nil || !reflect.DeepEqual(got, slow) {
			t.Errorf("%s is read as %q, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "{}"} {
		if got, err := DecodeFields(s); err != nil || got != nil {
			t.Errorf("%q is read as %v, %v", s, got, err)
		}
	}
	if _, err := DecodeFields(`{"a":1}`); err == nil {
		t.Error("a number is no field")
	}
}

// The ways to reach somebody are read the quick way, too.
func TestQuickReaches(t *testing.T) {
	want := []Reach{{Value: "a@b.example", Label: "work", Pref: true}, {Value: `say "x"`}}
	c := Contact{Fields: map[string]string{ContactEmails: WriteList(want), ContactPhones: `[{"value":"1","label":"\u00e9"}]`, ContactHandles: "damaged"}}
	if quick, ok := quickReaches(c.Fields[ContactEmails]); !ok || !reflect.DeepEqual(quick, want) {
		t.Errorf("read quickly: %v %+v", ok, quick)
	}
	if got := c.Reaches(ContactPhones); len(got) != 1 || got[0].Label != "é" {
		t.Errorf("read the other way: %+v", got)
	}
	if got := c.Reaches(ContactHandles); got != nil {
		t.Errorf("a damaged list is read as %+v", got)
	}
}
