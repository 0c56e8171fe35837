package cli

import (
	"bytes"
	"context"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// What the help and the documents show is tried here as it stands, so that nobody types something after them that does not work.

// scene is what one example needs besides the book that is prepared for all of them.
type scene struct {
	before []string // command lines that are run first
	empty  bool     // no book is there
	// swap is put in the place of a word which is not to be had here, such as the address of a database elsewhere.
	swap [2]string
	mail bool // a mail server is named
}

// scenes are the examples that need more than the prepared book.
var scenes = map[string]scene{
	`passbook attachments "Maria Keller"`:              {before: []string{`passbook attach offer.pdf --to "Maria Keller"`}},
	`passbook attachments "Maria Keller" --to letters`: {before: []string{`passbook attach offer.pdf --to "Maria Keller"`}},
	`passbook record party "12 Elm Road" "Priya Shah" --role "buyer's agent" --every 7`: {before: []string{
		`passbook record engagement "Maria Keller" "12 Elm Road" --work sale`, `passbook add "Priya Shah" --of "Maria Keller" --role "buyer's agent"`,
	}},
	`passbook plan "Maria Keller" --without half_year`: {before: []string{
		`passbook record engagement "Maria Keller" "12 Elm Road" --work sale`, `passbook record end "12 Elm Road"`,
	}},
	`passbook record stage "12 Elm Road" under_contract --next "the survey takes place" --due 12.12.`: {before: []string{
		`passbook record engagement "Maria Keller" "12 Elm Road" --work sale`,
	}},
	`passbook case "Maria Keller"`: {before: leaking},
	`passbook record reopen "Maria Keller" "the tap drips again" --estimate friday`:                                   {before: mended},
	`passbook record answer "Maria Keller" --solved yes`:                                                              {before: mended},
	`passbook detach offer.pdf --from "Maria Keller"`:                                                                 {before: []string{`passbook attach offer.pdf --to "Maria Keller"`}},
	`passbook join "Blue Widgets" otto@example.com --role buyer`:                                                      {before: []string{`passbook takeoff "Blue Widgets" "Otto Braun"`}},
	`passbook snooze "Maria Keller" --back`:                                                                           {before: []string{`passbook snooze "Maria Keller" --until monday --reason "on a journey"`}},
	`passbook copy --to postgres://passbook@db.example/passbook`:                                                      {swap: [2]string{"postgres://passbook@db.example/passbook", "copied.db"}},
	`passbook --dsn NEW.db restore passbook.backup`:                                                                   {before: []string{`passbook backup passbook.backup`}},
	`passbook write "Maria Keller" --subject "Your viewing" --text "It is on Friday at four."`:                        {mail: true},
	`passbook pulse ask "Maria Keller"`:                                                                               {mail: true},
	`passbook pulse ask "Maria Keller" --question candour --by page`:                                                  {before: []string{`passbook link make "Maria Keller"`}},
	`passbook --dsn NEW.db today`:                                                                                     {before: []string{`passbook backup passbook.backup`, `passbook --dsn NEW.db restore passbook.backup`}},
	`passbook playbook use ours.toml`:                                                                                 {before: []string{`passbook playbook show residential-sales > ours.toml`}},
	`passbook copy --to "postgres://passbook@db.example/passbook"`:                                                    {swap: [2]string{"postgres://passbook@db.example/passbook", "copied.db"}},
	`passbook add "Maria Keller" --email maria@example.com --phone "+49 30 1234567" --tag garden`:                     {empty: true, before: preparing[:1]},
	`passbook init --firm "Acme Homes" --owner "Ana Reyes" --email ana@example.com --zone Europe/Berlin --country DE`: {empty: true},
}

// leaking has a case opened, mended has it solved.
var (
	leaking = []string{`passbook record case "Maria Keller" "the tap drips" --origin ours --severity 1`}
	mended  = append(leaking[:1:1], `passbook record resolve "Maria Keller" "a new washer"`)
)

// preparing makes the book that examples are about: the people they name, a promise, an entry that was wrong, views.
var preparing = []string{
	`passbook init --firm "Acme Homes" --owner "Ana Reyes" --email ana@example.com --zone Europe/Berlin --country DE`,
	`passbook member add "Ben Adler"`,
	`passbook member add "Cora Lind"`,
	`passbook add "Maria Keller" --email maria@example.com --tier A`,
	`passbook add "Maria Kellermann" --email kellermann@example.com --tier B --tag spring`,
	`passbook add "Jonas Keller" --email jonas@example.com --owner Ben`,
	`passbook add "Blue Widgets" --kind company`,
	`passbook add "Otto Braun" --of "Blue Widgets" --email otto@example.com --role engineer`,
	`passbook record promise "Maria Keller" "send the survey" --due 2026-05-20`,
	`passbook record call "Maria Keller" --at 2026-05-01 --id 018f6c1e-7c5a-7b1e-9d55-6d2b8c1f0a44`,
	`passbook record touch "Maria Keller" --channel email --dir in --words "any news?" --at 2026-05-02 --id 018f6c1e-7c5a-7b1e-9d55-6d2b8c1f0a55`,
	`passbook view save "Spring letters" --where tag=spring`,
	`passbook view save "Thin A" --where tier=A`,
}

// beside are the files that examples name.
var beside = map[string]string{
	"offer.pdf":    "%PDF-1.4\n%%EOF\n",
	"contacts.vcf": "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Nora Abel\r\nEMAIL:nora@example.org\r\nEND:VCARD\r\n",
	"mail.mbox": "From nora@example.org Fri May  1 10:00:00 2026\nFrom: Nora Abel <nora@example.org>\nTo: ana@example.com\n" +
		"Subject: A house\nDate: Fri, 1 May 2026 10:00:00 +0200\nMessage-ID: <1@example.org>\n\nHello\n",
	"secret.txt":   "zirconium\n",
	"handover.csv": "jonas@example.com,Ana Reyes\n",
	"calls.csv":    "sent_at,direction,to,summary\n2026-05-01 10:00,out,maria@example.com,Called\n",
}

// stage is a folder with a book in it, and a clock that moves a second with each command.
type stage struct {
	t    *testing.T
	env  Env
	home string
	now  time.Time
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{t: t, home: t.TempDir(), now: time.Date(2026, 5, 4, 9, 30, 0, 0, time.FixedZone("CEST", 2*60*60))}
	t.Chdir(s.home)
	vars := map[string]string{"HOME": s.home, "XDG_DATA_HOME": filepath.Join(s.home, ".local/share"), "USER": "ana", "COLUMNS": "88", "PASSBOOK_DEBUG": "1"}
	s.env = Env{Getenv: func(k string) string { return vars[k] }, Random: rand.NewChaCha8([32]byte{7}), Now: func() time.Time { return s.now }}
	return s
}

// book is where the prepared book lies on a stage, which is where a book lies that nobody names.
func (s *stage) book() string { return filepath.Join(s.home, ".local/share/passbook/passbook.db") }

// typed runs a line as a shell would.
func (s *stage) typed(line string) (code int, out, errs string) {
	s.t.Helper()
	s.now = s.now.Add(time.Second)
	words := shellWords(s.t, line)
	var o, e bytes.Buffer
	var into string
	if i := slices.Index(words, ">"); i > 0 {
		into, words = words[i+1], words[:i]
	}
	code = Run(context.Background(), words[1:], s.env, IO{In: strings.NewReader(""), Out: &o, Err: &e})
	if into != "" {
		if err := os.WriteFile(into, o.Bytes(), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
	return code, o.String(), e.String()
}

func (s *stage) must(line string) {
	s.t.Helper()
	if code, out, errs := s.typed(line); code != exitDone {
		s.t.Fatalf("%s\nends with %d: %s%s", line, code, out, errs)
	}
}

// shellWords takes a line apart at its blanks outside of double quotes.
func shellWords(t *testing.T, line string) (words []string) {
	t.Helper()
	var word strings.Builder
	quoted, began := false, false
	for _, r := range line {
		switch {
		case r == '"':
			quoted, began = !quoted, true
		case r == ' ' && !quoted:
			if began {
				words = append(words, word.String())
			}
			began = false
			word.Reset()
		default:
			began = true
			word.WriteRune(r)
		}
	}
	if quoted || len(words) == 0 && !began {
		t.Fatalf("%s is no line for a shell", line)
	}
	if began {
		words = append(words, word.String())
	}
	return words
}

// allCommands calls do with each command of the tree.
func allCommands(do func(*cobra.Command)) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		do(c)
		for _, child := range c.Commands() {
			walk(child)
		}
	}
	walk(newApp(Env{Getenv: func(string) string { return "" }}, IO{}).root())
}

// helpExamples are the lines that the help shows, in the order of the commands.
func helpExamples() (lines []string) {
	allCommands(func(c *cobra.Command) {
		for line := range strings.Lines(c.Example) {
			lines = append(lines, strings.TrimSpace(line))
		}
	})
	return lines
}

// Each example of the help does what it says on a book in which there is what it names.
func TestExamplesOfTheHelp(t *testing.T) {
	prepared := newStage(t)
	for _, line := range preparing {
		prepared.must(line)
	}
	book, err := os.ReadFile(prepared.book())
	if err != nil {
		t.Fatal(err)
	}
	lines := helpExamples()
	if len(lines) < 40 {
		t.Fatalf("only %d examples were found", len(lines))
	}
	for _, line := range lines {
		t.Run(line, func(t *testing.T) {
			s, need := newStage(t), scenes[line]
			s.now = s.now.Add(time.Hour) // after what is in the book
			for name, text := range beside {
				write(t, name, text)
			}
			if !need.empty {
				if err := os.MkdirAll(filepath.Dir(s.book()), 0o700); err != nil {
					t.Fatal(err)
				}
				write(t, s.book(), string(book))
			}
			for _, first := range need.before {
				s.must(first)
			}
			if need.swap[0] != "" {
				line = strings.ReplaceAll(line, need.swap[0], need.swap[1])
			}
			if need.mail {
				plain := s.env.Getenv
				defer func() { s.env.Getenv = plain }()
				server := map[string]string{"PASSBOOK_SMTP_HOST": "127.0.0.1", "PASSBOOK_SMTP_FROM": "book@acme.example", "PASSBOOK_PUBLIC_URL": "https://desk.example"}
				s.env.Getenv = func(k string) string {
					if v := server[k]; v != "" {
						return v
					}
					return plain(k)
				}
			}
			s.must(line)
		})
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A scene is of an example that is there.
func TestScenesAreOfExamples(t *testing.T) {
	shown := helpExamples()
	for _, doc := range documents(t) {
		for _, line := range strings.Split(doc.text, "\n") {
			shown = append(shown, strings.TrimPrefix(line, "$ "))
		}
	}
	for line := range scenes {
		if !slices.Contains(shown, line) {
			t.Errorf("nothing shows %s", line)
		}
	}
}

type document struct{ path, text string }

// documents are the texts that tell people what to type.
func documents(t *testing.T) (all []document) {
	t.Helper()
	paths, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(paths) < 4 {
		t.Fatal("where are the documents?", paths, err)
	}
	for _, path := range append(paths, "../../README.md", "../../CONTRIBUTING.md") {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, document{filepath.Base(path), string(raw)})
	}
	return all
}

var (
	inPassing  = regexp.MustCompile("`(passbook(?:\\s[^`]+))`")
	anyEntryID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	manyBlanks = regexp.MustCompile(`\s+`)
)

// What texts name in passing, with FILE or NAME for what is to be filled in, are commands that there are, with flags
// that these have.
func TestWhatTextsNameIsThere(t *testing.T) {
	texts := documents(t)
	allCommands(func(c *cobra.Command) {
		texts = append(texts, document{c.CommandPath() + " --help", c.Long})
	})
	seen := 0
	for _, doc := range texts {
		for _, m := range inPassing.FindAllStringSubmatch(doc.text, -1) {
			seen++
			line := manyBlanks.ReplaceAllString(m[1], " ")
			words := shellWords(t, line)
			if i := slices.Index(words, ">"); i > 0 {
				words = words[:i]
			}
			root := newApp(Env{Getenv: func(string) string { return "" }}, IO{}).root()
			root.InitDefaultHelpCmd()
			root.InitDefaultCompletionCmd(words[1:]...)
			cmd, rest, err := root.Find(words[1:])
			if err == nil && cmd == root && !slices.Contains(words, "--help") {
				err = misusef("no command")
			}
			for _, word := range rest {
				name, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
				if err == nil && strings.HasPrefix(word, "--") && name != "help" && cmd.Flag(name) == nil {
					err = misusef("no flag --%s", name)
				}
			}
			if err == nil && len(rest) > 0 && cmd.HasSubCommands() && !strings.HasPrefix(rest[0], "-") && cmd.Name() != "help" {
				err = misusef("no command %s", rest[0])
			}
			if err != nil {
				t.Errorf("%s names `%s`: %v", doc.path, line, err)
			}
		}
	}
	if seen < 30 {
		t.Fatalf("only %d were found", seen)
	}
}

// The configuration that docs/SERVING.md shows is one that would hold.
func TestTheConfigurationShown(t *testing.T) {
	for _, doc := range documents(t) {
		if doc.path != "SERVING.md" {
			continue
		}
		_, rest, _ := strings.Cut(doc.text, "```toml\n")
		shown, _, found := strings.Cut(rest, "```\n")
		if !found {
			t.Fatal("none is shown")
		}
		s := newStage(t)
		write(t, "passbook.toml", shown)
		s.must("passbook serve --check --config passbook.toml")
		write(t, "passbook.toml", shown+"misspelt = 1\n")
		if code, _, _ := s.typed("passbook serve --check --config passbook.toml"); code == exitDone {
			t.Error("a key that is not known is no fault")
		}
	}
}

// What the README shows of a session is what is printed, but for ids; -update writes it anew.
func TestTheReadmesTour(t *testing.T) {
	const path = "../../README.md"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tour, err := filepath.Abs("../../docs/tour")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	s := newStage(t)
	s.now = time.Date(2026, 5, 4, 10, 30, 0, 0, time.FixedZone("CEST", 2*60*60))
	if err := os.MkdirAll("docs", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(tour, "docs/tour"); err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(raw), "```\n")
	shown := 0
	for i := 1; i < len(parts); i += 2 {
		switch {
		case strings.HasPrefix(parts[i], "$ passbook "):
			shown++
			parts[i] = s.session(parts[i])
		case strings.HasPrefix(parts[i], "passbook "):
			shown++
			for line := range strings.Lines(parts[i]) {
				if line = strings.TrimSpace(line); strings.HasPrefix(line, "passbook ") {
					swap := scenes[line].swap
					s.must(strings.ReplaceAll(line, swap[0], swap[1]))
				}
			}
		}
	}
	if shown < 9 {
		t.Fatalf("only %d sessions were found", shown)
	}
	now := strings.Join(parts, "```\n")
	switch f := flag.Lookup("update"); {
	case now == string(raw):
	case f != nil && f.Value.String() == "true":
		if err := os.WriteFile(readme, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		for i, was := range strings.Split(string(raw), "```\n") {
			if was != parts[i] {
				t.Errorf("README.md shows\n%s\nand this is printed\n%s", was, parts[i])
			}
		}
	}
}

// session is a block of a document as it is printed now. Ids are made by chance and stay as they were, and so does the home folder.
func (s *stage) session(block string) string {
	s.t.Helper()
	ids := anyEntryID.FindAllString(block, -1)
	var now strings.Builder
	for line := range strings.Lines(block) {
		if !strings.HasPrefix(line, "$ ") {
			continue
		}
		if now.Len() > 0 {
			now.WriteString("\n")
		}
		code, out, errs := s.typed(strings.TrimSpace(line[2:]))
		if code != exitDone {
			s.t.Errorf("%s ends with %d: %s", strings.TrimSpace(line), code, errs)
		}
		now.WriteString(line + strings.ReplaceAll(out, s.home, "/home/ana"))
	}
	return anyEntryID.ReplaceAllStringFunc(now.String(), func(id string) string {
		if len(ids) == 0 {
			return id
		}
		was := ids[0]
		ids = ids[1:]
		return was
	})
}
