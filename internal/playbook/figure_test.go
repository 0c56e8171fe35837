package playbook_test

import (
	"strings"
	"testing"

	"passbook/internal/playbook"
)

// Every figure can be written where it stands, and nothing else of the file is touched.
func TestRewrite(t *testing.T) {
	for _, name := range playbook.Shipped() {
		src := source(t, name)
		p := shipped(t, name)
		all := p.Figures()
		if len(all) < 100 {
			t.Fatalf("%s has %d figures", name, len(all))
		}
		same := map[string]string{}
		for _, f := range all {
			same[f.Path] = playbook.Written(f.Value)
			if f.Value != f.Usual {
				t.Errorf("%s: %s is %v, usually %v", name, f.Path, f.Value, f.Usual)
			}
			if f.Group == "" || f.Unit == "" || f.Words == "" {
				t.Errorf("%s: %+v", name, f)
			}
		}
		again, err := playbook.Rewrite(src, same)
		if err != nil {
			t.Fatal(err)
		}
		q, err := playbook.Parse(name, again)
		if err != nil || len(playbook.Diff(p, q)) > 0 {
			t.Errorf("%s written as it is: %v %v", name, err, playbook.Diff(p, q))
		}
		if string(again) != string(src) { // shipped files write their numbers plainly
			t.Errorf("%s is not the same text", name)
		}
	}
	got, err := playbook.Rewrite([]byte(firm), map[string]string{"tariff.touch.call": "7.5", "stages[0].cadence.ideal": "29", "calendar.holidays": `["05-01"]`, "calendar.zone": `"UTC"`})
	if err != nil {
		t.Fatal(err)
	}
	q, err := playbook.Parse("firm.toml", got)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := playbook.Parse("firm.toml", []byte(firm))
	want := []string{
		"stage berth: contact is now every 29 days, 60 at most, at least by call (was every 30 days, 60 at most, at least by call)",
		"the worth of a touch by call is now 7.5 (was 6)", "the time zone is now UTC (was Europe/Oslo)", "05-01 is a holiday now",
	}
	said := strings.Join(playbook.Diff(p, q), "\n")
	for _, w := range want {
		if !strings.Contains(said, w) {
			t.Errorf("the difference lacks %q:\n%s", w, said)
		}
	}
	if _, err := playbook.Rewrite([]byte(firm), map[string]string{"tariff.touch.fax": "1"}); err == nil {
		t.Error("a path that is not there was written")
	}
}

func TestCheckNamesPaths(t *testing.T) {
	got, err := playbook.Rewrite(source(t, "b2b-accounts"), map[string]string{"tariff.touch.call": "600", "tariff.promise.kept_late": "5", "tariff.case.recovery[2]": "1.5"})
	if err != nil {
		t.Fatal(err)
	}
	_, faults := playbook.Check(got)
	if len(faults) != 2 || faults[0].Path != "tariff.touch.call" || faults[1].Path != "tariff.case.recovery[2]" {
		t.Errorf("%+v", faults)
	}
}

func TestReadFigure(t *testing.T) {
	for text, want := range map[string]float64{"6": 6, "2,5": 2.5, "2.5": 2.5, "−4": -4, " -4 ": -4} {
		if n, ok := playbook.ReadFigure(text); !ok || n != want {
			t.Errorf("%q: %v %v", text, n, ok)
		}
	}
	for _, text := range []string{"", "six", "1.000,5", "1e9", "NaN", "0x10", "--1"} {
		if n, ok := playbook.ReadFigure(text); ok {
			t.Errorf("%q is %v", text, n)
		}
	}
}

func FuzzRewrite(f *testing.F) {
	f.Add([]byte(firm), "7")
	f.Add([]byte("a = [1, [\"]\", 'x'], # ]\n 2]\n"), "[]")
	f.Fuzz(func(t *testing.T, src []byte, text string) {
		p, faults := playbook.Check(src)
		if len(faults) > 0 {
			if _, err := playbook.Rewrite(src, map[string]string{"calendar.holidays": text}); err == nil && len(src) == 0 {
				t.Fatal("nothing was written in nothing")
			}
			return
		}
		got, err := playbook.Rewrite(src, map[string]string{"calendar.holidays": `["05-01"]`})
		if err != nil {
			return // holidays may be written as a dotted table of lists, which has no place of its own
		}
		q, err := playbook.Parse("x", got)
		if err != nil || len(q.Calendar.Holidays) != 1 || q.Tariff.Gift != p.Tariff.Gift {
			t.Fatalf("%v", err)
		}
	})
}
