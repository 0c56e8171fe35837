package ledger_test

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"

	"passbook/internal/book"
	"passbook/internal/ledger"

	"pgregory.net/rapid"
)

// Equal states give equal bytes, different ones different bytes, and reading gives back what was written.
func TestStateRoundTrip(t *testing.T) {
	r := testRules()
	rapid.Check(t, func(t *rapid.T) {
		h := genHistory(30).Draw(t, "history")
		s := replay(r, h)
		raw := ledger.AppendState([]byte("before"), &s)[len("before"):]
		var a, b ledger.State
		if err := ledger.ReadState(raw, &a); err != nil {
			t.Fatal(err)
		}
		if stateBytes(&a) != string(raw) {
			t.Fatalf("written again it differs:\n%+v\n%+v", s, a)
		}
		b.Stage = "left over from another account"
		if err := ledger.ReadState(raw, &b); err != nil || !reflect.DeepEqual(a, b) {
			t.Fatalf("reading twice differs (%v):\n%+v\n%+v", err, a, b)
		}
		for n := 1; n < len(raw); n++ {
			if err := ledger.ReadState(raw[:n], &b); !errors.Is(err, ledger.ErrState) {
				t.Fatalf("cut to %d of %d bytes: %v", n, len(raw), err)
			}
		}
		if err := ledger.ReadState(append(raw[:len(raw):len(raw)], 0), &b); !errors.Is(err, ledger.ErrState) {
			t.Fatalf("a byte too many: %v", err)
		}
	})
}

// Every field is stored: changing any one changes the bytes.
func TestStateStoresEveryField(t *testing.T) {
	full := fullState()
	base := stateBytes(&full)
	var walk func(v reflect.Value, path string)
	walk = func(v reflect.Value, path string) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i), path+"."+v.Type().Field(i).Name)
			}
			return
		case reflect.Slice, reflect.Array:
			if v.Len() == 0 {
				t.Errorf("%s is empty in the full state", path)
			}
			for i := range v.Len() {
				walk(v.Index(i), path)
			}
			return
		}
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		switch v.Kind() {
		case reflect.Float64:
			v.SetFloat(v.Float() + 1)
		case reflect.Int64, reflect.Int:
			v.SetInt(v.Int() + 1)
		case reflect.Bool:
			v.SetBool(!v.Bool())
		case reflect.String:
			if v.Type() == reflect.TypeFor[book.ID]() {
				v.SetString(string(id(77)))
			} else {
				v.SetString(v.String() + "x")
			}
		default:
			t.Fatalf("%s is of a kind nobody stores: %s", path, v.Kind())
		}
		var back ledger.State
		raw := stateBytes(&full)
		if err := ledger.ReadState([]byte(raw), &back); err != nil || raw == base || stateBytes(&back) != raw {
			t.Errorf("%s is not stored (%v)", path, err)
		}
		v.Set(old)
	}
	walk(reflect.ValueOf(&full).Elem(), "State")
}

func fullState() ledger.State {
	s := ledger.State{
		M: 1.5, Gross: 7, Ref: 1, LastAt: 2, LastID: id(1), Opened: 3, Began: 4, Stage: "active", Tier: "A", Playbook: "test",
		Owner: id(2), Fresh: ledger.Freshness{Phi: 1, At: 5}, Helped: ledger.Freshness{Phi: 2, At: 6},
		Scripts: []ledger.Script{{Template: "spring", C: 1, At: 7}}, Heard: 8, Candour: 9,
		Waiting:  []ledger.Waiting{{Entry: id(3), Thread: "roof", Refs: "tile", At: 10, Via: book.Email}},
		Promises: []ledger.Owed{{Entry: id(4), At: 11}}, Thanks: []ledger.Owed{{Entry: id(5), At: 12}},
		Cases: []ledger.Case{{Amend: ledger.Amend{Entry: id(6), At: 13, Lost: 5}, Severity: 2, Estimate: 14, NextUpdate: 15, Amended: 1, Held: 29, Told: 30}},
		Solved: []ledger.Solved{{
			Case: ledger.Case{Amend: ledger.Amend{Entry: id(13), At: 31, Lost: 4}, Severity: 1, Estimate: 32, NextUpdate: 33, Held: 34, Told: 35},
			On:   36, Back: 3,
		}},
		Broken:   []ledger.Amend{{Entry: id(7), At: 16, Lost: 10}},
		Favours:  []ledger.Favour{{Entry: id(8), At: 17}},
		Causes:   []ledger.Cause{{Name: "billing", At: 18}},
		RestFrom: 19, RestTo: 20, Staged: 22,
		Engagements: []ledger.Engagement{{Work: ledger.Work{
			Entry: id(9), Kind: book.Sale, At: 23, Stage: "offer", Staged: 24, Until: 25, NextUpdate: 26, NextStep: 27, Step: id(10),
			Responsible: id(11), Department: "sales",
		}, Parties: []ledger.Party{{Contact: id(12), Role: "lender", Every: 7, Next: 28}}}},
	}
	s.Real[3] = 21
	return s
}

// A skimmed state gives every figure that the whole one does, and is refused where that one is.
func TestSkimState(t *testing.T) {
	r := testRules()
	rapid.Check(t, func(t *rapid.T) {
		h := genHistory(30).Draw(t, "history")
		s := replay(r, h)
		raw := ledger.AppendState(nil, &s)
		skimmed := fullState() // left over from another account
		if err := ledger.SkimState(raw, &skimmed); err != nil {
			t.Fatal(err)
		}
		if skimmed.LastID != "" || skimmed.Scripts != nil || skimmed.Causes != nil || skimmed.Solved != nil {
			t.Fatalf("what only the fold asks for is there: %+v", skimmed)
		}
		when := s.LastAt + book.Instant(rapid.Int64Range(0, int64(400*day)).Draw(t, "later"))
		if got, want := r.View(&skimmed, when, nil), r.View(&s, when, nil); !reflect.DeepEqual(got, want) {
			t.Fatalf("the view is\n%+v, want\n%+v", got, want)
		}
		if got, want := r.DueAt(&skimmed), r.DueAt(&s); got != want || r.Standard(&skimmed) != r.Standard(&s) {
			t.Fatalf("due at %d, want %d", got, want)
		}
		for n := 1; n < len(raw); n++ {
			if err := ledger.SkimState(raw[:n], &skimmed); !errors.Is(err, ledger.ErrState) {
				t.Fatalf("cut to %d of %d bytes: %v", n, len(raw), err)
			}
		}
		if err := ledger.SkimState(append(raw, 0), &skimmed); !errors.Is(err, ledger.ErrState) {
			t.Fatalf("a byte too many: %v", err)
		}
	})
}

func TestStateOfNothing(t *testing.T) {
	s := fullState()
	if err := ledger.ReadState(nil, &s); err != nil || !reflect.DeepEqual(s, ledger.State{}) {
		t.Errorf("no bytes read as %+v, %v", s, err)
	}
	raw := ledger.AppendState(nil, &ledger.State{})
	raw[0]++
	if err := ledger.ReadState(raw, &s); !errors.Is(err, ledger.ErrState) {
		t.Errorf("another version reads with %v", err)
	}
}

// asBefore is the full state without what the latest version holds alone.
func asBefore() ledger.State {
	s := fullState()
	s.Solved, s.Cases[0].Held, s.Cases[0].Told = nil, 0, s.Cases[0].At
	return s
}

// Estimates, news and solved cases alone make the fourth version: whatever has none is written as before, byte by byte.
func TestStateWithoutSolved(t *testing.T) {
	full, before := fullState(), asBefore()
	with, without := ledger.AppendState(nil, &full), ledger.AppendState(nil, &before)
	if with[0] != 4 || without[0] != 3 || !bytes.HasPrefix(with[1:], without[1:]) {
		t.Errorf("%d and %d: %x\n%x", with[0], without[0], with, without)
	}
	var back ledger.State
	if err := ledger.ReadState(without, &back); err != nil || !reflect.DeepEqual(back, before) {
		t.Errorf("%v: %+v, want %+v", err, back, before)
	}
}

// Engagements alone make the third version: whatever has none is written as before, byte by byte.
func TestStateWithoutEngagements(t *testing.T) {
	s := asBefore()
	with := ledger.AppendState(nil, &s)
	s.Engagements = nil
	without := ledger.AppendState(nil, &s)
	if with[0] != 3 || without[0] != 2 || !bytes.HasPrefix(with[1:], without[1:]) {
		t.Errorf("%d and %d: %x\n%x", with[0], without[0], with, without)
	}
}

// What the first version wrote is read as far as it went: it kept neither when the stage was changed, after the last real
// contacts, nor what letters a waiting thread names.
func TestStateOfTheFirstVersion(t *testing.T) {
	want := asBefore()
	want.Staged, want.Waiting[0].Refs, want.Engagements = 0, "", nil
	raw := ledger.AppendState(nil, &want)
	const staged = 1 + 2*8 + 8 + book.Ranks // the version, two figures, and times of a byte each
	first := append(slices.Clone(raw[:staged]), raw[staged+1:]...)
	first = bytes.Replace(first, []byte("\x04roof\x00"), []byte("\x04roof"), 1)
	first[0] = 1
	var got ledger.State
	if err := ledger.ReadState(first, &got); err != nil || len(first) != len(raw)-2 || !reflect.DeepEqual(got, want) {
		t.Errorf("%v: %+v, want %+v", err, got, want)
	}
}

// Whatever bytes come, reading, viewing and folding on never panic.
func FuzzReadState(f *testing.F) {
	full := fullState()
	f.Add(ledger.AppendState(nil, &full))
	f.Add(ledger.AppendState(nil, &ledger.State{}))
	f.Add([]byte{})
	f.Add([]byte{1, 255, 255, 255})
	r := testRules()
	f.Fuzz(func(t *testing.T, raw []byte) {
		var s, skimmed ledger.State
		if err, short := ledger.ReadState(raw, &s), ledger.SkimState(raw, &skimmed); !errors.Is(short, err) {
			t.Fatalf("whole: %v, skimmed: %v", err, short)
		} else if err != nil {
			return
		}
		if got := ledger.AppendState(nil, &s); !math.IsNaN(s.M) && len(raw) > 0 {
			var again ledger.State
			if err := ledger.ReadState(got, &again); err != nil {
				t.Fatalf("what was read cannot be written: %v", err)
			}
		}
		v := r.View(&s, at(5, 12, 9, 0), nil)
		for i := range v.Holds {
			v.Holds[i].Cost()
			v.Holds[i].Neglect()
		}
		r.DueAt(&s)
		subject := id(6)
		if len(s.Cases) > 0 {
			subject = s.Cases[0].Entry
		}
		for _, k := range drawnKinds {
			r.Apply(&s, &book.Entry{ID: id(1), At: at(5, 12, 9, 0), Kind: k, Subject: subject, Facts: out(book.Call)})
		}
	})
}
