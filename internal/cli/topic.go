package cli

import (
	_ "embed"
	"strings"

	"github.com/spf13/cobra"
)

// tradeWords are the rows of docs/GLOSSARY.md that who types commands meets, a line each: the word, a tab, what it means. A
// test holds them to the glossary and writes them anew with -update.
//
//go:embed words.txt
var tradeWords string

// wordsTopic is no command but a page of the help: what the words mean in which commands answer.
func wordsTopic(a *app) *cobra.Command {
	topic := &cobra.Command{Use: "words", Short: "What the words mean: deposit, hold, available, standing, cadence …"}
	topic.SetHelpFunc(func(*cobra.Command, []string) { a.printWords() })
	return topic
}

// printWords sets each word before its meaning.
func (a *app) printWords() {
	const column = 18
	for line := range strings.Lines(tradeWords) {
		word, meaning, _ := strings.Cut(strings.TrimSpace(line), "\t")
		for i, part := range wrap(meaning, a.out.width-column) {
			if i > 0 {
				word = ""
			}
			a.out.line(a.out.in(bold, pad(word, column, false)) + part)
		}
	}
}
