package cli

import (
	"flag"
	"os"
	"strings"
	"testing"
)

// topicWords are the words of the glossary that the help explains, from what is kept to how it is told.
var topicWords = []string{
	"account", "owner", "stage", "tier", "playbook", "suggestion",
	"entry", "touch", "real contact", "candour", "promise", "case", "closing", "care", "referral", "void", "undo", "run",
	"posting", "points", "deposit", "withdrawal", "tariff", "balance", "fading", "brought forward", "hold", "available", "standing", "mark", "cadence",
	"silence", "overdraft", "slipping", "attention",
	"Today", "overdue", "cost of waiting", "weight", "neglect", "stake", "snooze", "before-they-ask", "promises kept",
}

// What the help says that a word means is what the glossary says.
func TestWordsAreTheGlossarys(t *testing.T) {
	raw, err := os.ReadFile("../../docs/GLOSSARY.md")
	if err != nil {
		t.Fatal(err)
	}
	means := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 && len(cells) != 4 {
			continue
		}
		meaning := strings.NewReplacer("`", "", "*", "").Replace(strings.TrimSpace(cells[2]))
		for word := range strings.SplitSeq(cells[1], ",") {
			if word = strings.TrimSpace(word); means[word] == "" {
				means[word] = meaning
			}
		}
	}
	var want strings.Builder
	for _, word := range topicWords {
		if means[word] == "" {
			t.Errorf("the glossary has no %q", word)
		}
		want.WriteString(word + "\t" + means[word] + "\n")
	}
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile("words.txt", []byte(want.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if tradeWords != want.String() {
		t.Errorf("words.txt is not what docs/GLOSSARY.md says; go test ./internal/cli -run Glossary -update writes it anew\n%s", want.String())
	}
}
