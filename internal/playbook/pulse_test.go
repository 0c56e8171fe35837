package playbook_test

import (
	"strings"
	"testing"

	"passbook/internal/book"
	"passbook/internal/playbook"
)

// Every trade that ships asks both how well it does and what it should have done better, in both languages and at a moment that it
// knows; a playbook from before asks the plainest of both.
func TestPulse(t *testing.T) {
	for _, name := range playbook.Shipped() {
		p := shipped(t, name)
		for _, asks := range book.Questions {
			q, ok := p.Pulse.Question("", asks)
			if !ok || q.After == "" || q.In("de") == q.In("en") || q.In("fr") != q.EN {
				t.Errorf("%s: %s is %+v", name, asks, q)
			}
			if named, ok := p.Pulse.Question(q.Name, ""); !ok || named != q {
				t.Errorf("%s: %s is %+v", name, q.Name, named)
			}
		}
		if p.Pulse.Rest < 30 || p.Pulse.Wait >= p.Pulse.Rest || p.Pulse.Low != 2 || p.Pulse.Few <= 0 {
			t.Errorf("%s: %+v", name, p.Pulse)
		}
	}
	before, _, _ := strings.Cut(string(source(t, "b2b-accounts")), "# ---- What clients are asked")
	p, err := playbook.Parse("old.toml", []byte(before))
	if err != nil {
		t.Fatal(err)
	}
	if q, ok := p.Pulse.Question("", book.Candour); !ok || p.Pulse.Rest == 0 || q.EN == "" || q.DE == "" {
		t.Errorf("a playbook from before asks %+v", p.Pulse)
	}
	if got := playbook.Diff(p, shipped(t, "b2b-accounts")); len(got) != 3 || !strings.Contains(strings.Join(got, "\n"), "before_renewal") {
		t.Errorf("what is new is told as %q", got)
	}
}

func TestPulseFaults(t *testing.T) {
	src := string(source(t, "professional-services"))
	for _, c := range []struct{ old, new, want string }{
		{"rest_days = 75", "rest_days = 0", "rest_days is 0; it must be from 1 to 3650"},
		{"low = 2", "low = 5", "low is 5; it must be from 0 to 4"},
		{`asks = "candour"`, `asks = "money"`, `"money" is nothing that is asked; it is satisfaction or candour`},
		{`after = "engaged"`, `after = "married"`, `"married" is neither closing nor a stage of this playbook`},
		{`name = "next_time"`, `name = "delivered"`, `there are two questions named "delivered"; name each once`},
		{"few_complaints = 3\n", "", "pulse lacks few_complaints"},
	} {
		if !strings.Contains(src, c.old) {
			t.Fatalf("the file has no %q", c.old)
		}
		if _, err := playbook.Parse("x.toml", []byte(strings.Replace(src, c.old, c.new, 1))); err == nil || !strings.Contains(book.Message(err), c.want) {
			t.Errorf("%s: %v", c.new, err)
		}
	}
}
