package cli

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"passbook/internal/book"
	"passbook/internal/when"
)

// word is a flag whose value is one of a closed list; others are refused when the command line is read.
type word[T ~string] struct {
	name string
	list []T
	to   *T
}

func (w *word[T]) String() string {
	if w.to == nil {
		return ""
	}
	return string(*w.to)
}

// Type names the values in the help.
func (w *word[T]) Type() string { return "word" }

// Set takes a value.
func (w *word[T]) Set(s string) error {
	if strings.TrimSpace(s) == "" {
		return book.Errorf(book.Invalid, "--%s is empty; it is one of %s", w.name, strings.Join(words(w.list), ", "))
	}
	v, err := book.OneOf(w.name, s, w.list)
	if err == nil {
		*w.to = v
	}
	return err
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// wordFlag adds a flag with a closed list of values, which the shell completes.
func wordFlag[T ~string](cmd *cobra.Command, to *T, name string, list []T, usage string) {
	cmd.Flags().Var(&word[T]{name, list, to}, name, usage+": "+strings.Join(words(list), ", "))
	complete(cmd, name, cobra.FixedCompletions(words(list), cobra.ShellCompDirectiveNoFileComp))
}

// complete tells the shell how to complete a flag.
func complete(cmd *cobra.Command, flag string, fn cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, fn); err != nil {
		panic(err) // the flag was just added
	}
}

// pointsFlag is a number of points.
type pointsFlag struct{ to *book.Points }

func (p pointsFlag) String() string {
	if p.to == nil || *p.to == 0 {
		return ""
	}
	return p.to.String()
}

// Type names the values in the help.
func (p pointsFlag) Type() string { return "points" }

// Set takes a value.
func (p pointsFlag) Set(s string) (err error) {
	*p.to, err = book.ParsePoints(s)
	return err
}

// idFlag is a whole id of an entry, a promise or a case.
type idFlag struct{ to *book.ID }

func (f idFlag) String() string {
	if f.to == nil {
		return ""
	}
	return string(*f.to)
}

// Type names the values in the help.
func (f idFlag) Type() string { return "id" }

// Set takes a value.
func (f idFlag) Set(s string) (err error) {
	*f.to, err = parseID("it", s)
	return err
}

// parseID reads a whole id; a part of one is refused, because ids made close together share their beginnings.
func parseID(what, s string) (book.ID, error) {
	id, ok := book.ParseID(strings.TrimSpace(s))
	if !ok {
		return "", misusef("%q is not an id; %s is named by its whole id, which due and show print", s, what)
	}
	return id, nil
}

// missing says that a flag has to be given.
func missing(flag, why string) error { return misusef("--%s is missing: %s", flag, why) }

// fieldFlags reads repeated "name=value" flags.
func fieldFlags(flag string, pairs []string) (map[string]string, error) {
	out := make(map[string]string, len(pairs))
	for _, p := range pairs {
		name, value, ok := strings.Cut(p, "=")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, misusef("--%s %q is not NAME=VALUE", flag, p)
		}
		out[name] = strings.TrimSpace(value)
	}
	return out, nil
}

// readFlags adds what reading commands share: --at and --json.
func (a *app) readFlags(cmd *cobra.Command) {
	timeFlagVar(cmd, &a.at, "at", "read the book as of a time: a day is its end, friday the last one (default now)")
	a.jsonFlag(cmd)
}

func (a *app) jsonFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON")
}

// timeFlag is a time as it was written. Its form is checked when the command line is read; what it means depends on the
// firm's zone, which only an open book knows.
type timeFlag struct {
	to   *string
	name string
}

func (f timeFlag) String() string {
	if f.to == nil {
		return ""
	}
	return *f.to
}

// Type names the values in the help.
func (f timeFlag) Type() string { return "time" }

// Set takes a value whose form is right whatever the present.
func (f timeFlag) Set(s string) error {
	if _, err := (clock{when.Clock{Now: time.Unix(0, 0).UTC(), Form: true}}).parse(s, when.AsOf); err != nil {
		return misusef("--%s %s", f.name, book.Message(err))
	}
	*f.to = s
	return nil
}

// timeFlagVar adds a flag for a time.
func timeFlagVar(cmd *cobra.Command, to *string, name, usage string) {
	cmd.Flags().Var(timeFlag{to, name}, name, usage)
}

// saidFlag is what was said. It goes by two names and is said once.
type saidFlag struct {
	to  *string
	set bool
}

func (f *saidFlag) Set(s string) error {
	if f.set {
		return book.Errorf(book.Invalid, "what was said is given twice, by --words or --summary; give it once")
	}
	*f.to, f.set = s, true
	return nil
}

func (f *saidFlag) Type() string { return "string" }

func (f *saidFlag) String() string {
	if f.to == nil {
		return ""
	}
	return *f.to
}
