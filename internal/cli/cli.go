// Package cli is the command line: every command as its options and a run function, wired to the rooms. It decides
// nothing that belongs to a room; it reads words, opens the book, hands a command to the teller and prints.
package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"passbook/internal/book"
)

// Env is what a run takes from the world besides its words: the doors for time, chance and the environment.
type Env struct {
	Getenv func(string) string
	// Environ is all variables there are, as name=value; nil where nobody asks.
	Environ func() []string
	Now     func() time.Time
	Random  io.Reader
	// Zone is the computer's time zone by its IANA name; "" where it is not known or says no place, as UTC.
	Zone string
	// Program is how this program is called, as it can be typed again; "" is passbook.
	Program string
	// Browse opens an address in the browser, where there is one; nil for never.
	Browse func(address string)
}

// System is the world as it is.
func System() Env {
	return Env{Getenv: os.Getenv, Environ: os.Environ, Now: time.Now, Random: rand.Reader, Zone: computerZone(), Program: programName(), Browse: browse}
}

// IO is where a run reads and writes.
type IO struct {
	In       io.Reader
	Out, Err io.Writer
}

// Standard is the process's own input and output.
func Standard() IO { return IO{In: os.Stdin, Out: os.Stdout, Err: os.Stderr} }

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitMisuse = 2
)

// misuse is an error of the words on the command line: exit code 2 and a pointer to the help.
type misuse struct{ err error }

func (m misuse) Error() string { return m.err.Error() }
func (m misuse) Unwrap() error { return m.err }

func misusef(format string, args ...any) error {
	return misuse{err: book.Errorf(book.Invalid, format, args...)}
}

// errFailed ends a run whose output has already said what is wrong.
var errFailed = errors.New("failed")

// Run runs one command and returns its exit code: 0 done, 1 failed, 2 misuse. args come without the program's name.
// An interrupt stops long work at the next safe place.
func Run(ctx context.Context, args []string, env Env, stdio IO) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the process at once
	a := newApp(env, stdio)
	root := a.root()
	root.SetArgs(args)
	ran, err := root.ExecuteContextC(ctx)
	if err == nil {
		err = a.out.err
	}
	return a.fail(ran, err)
}

// fail tells an error in one line and chooses the exit code.
func (a *app) fail(ran *cobra.Command, err error) int {
	if err == nil {
		return exitDone
	}
	if errors.Is(err, errFailed) {
		return exitFailed
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(a.io.Err, "passbook: stopped")
		return exitFailed
	}
	fmt.Fprintln(a.io.Err, "passbook:", visible(explained(err)))
	if book.FaultOf(err) == book.Internal {
		if a.env.Getenv("PASSBOOK_DEBUG") != "" {
			fmt.Fprintln(a.io.Err, err)
		} else {
			fmt.Fprintln(a.io.Err, "PASSBOOK_DEBUG=1 shows what")
		}
		return exitFailed
	}
	var e *book.Error
	if m := (misuse{}); errors.As(err, &m) || errors.As(err, &e) && e.Field != "" && e.Fault == book.Invalid {
		fmt.Fprintf(a.io.Err, "%s --help says how it is used\n", ran.CommandPath())
		return exitMisuse
	}
	return exitFailed
}

// explained is an error in the words of this edge, a line for each of its faults: the field at fault is a flag, and what
// would mend it a command.
func explained(err error) string {
	each := book.Each(err)
	if len(each) == 0 {
		return book.Message(err)
	}
	lines := make([]string, len(each))
	for i, e := range each {
		lines[i] = explainedOne(e)
	}
	return strings.Join(lines, "\n  ")
}

func explainedOne(e *book.Error) string {
	text := e.Message
	if e.Field != "" {
		text = flagOf(e.Field) + " " + text
	}
	if n := e.Next; n.Command != "" {
		words := n.Command
		if n.Ref != "" {
			words += " " + shellWord(n.Ref)
		}
		text += "; passbook " + words + " " + n.Does
	}
	return text
}

// flagOf is the flag by which a field is said. Values of a list are given by one flag, time after time, and those beneath
// "set" by their name.
func flagOf(field string) string {
	switch bare := book.Bare(field); {
	case bare == field:
		return "--" + strings.ReplaceAll(field, "_", "-")
	case field == book.InSet(bare):
		return "--set " + shellWord(bare)
	default:
		return "--" + strings.ReplaceAll(strings.TrimSuffix(bare, "s"), "_", "-")
	}
}

// root is the whole tree of commands.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "passbook",
		Short: "The book of a firm's client relationships: a ledger of goodwill, and whom to talk to today",
		Long: "Passbook keeps the book of a firm's client relationships. Every client is an account with deposits and\n" +
			"withdrawals; the balance is the goodwill that is left today. Each morning it lists whom to talk to, and why.\n\n" +
			"Begin with `passbook demo` to look around, or `passbook init` and `passbook import FILE…` for your own book. `passbook help words`\nsays what the words mean.",
		SilenceErrors: true, SilenceUsage: true,
		Args: noArgs, RunE: showHelp,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })
	root.SetIn(a.io.In)
	root.SetOut(a.io.Out)
	root.SetErr(a.io.Err)
	f := root.PersistentFlags()
	f.StringVar(&a.dsn, "dsn", "", "the book: a SQLite file or a PostgreSQL address (else PASSBOOK_DSN, else a file in your data folder)")
	f.StringVar(&a.workspace, "workspace", "", "the firm, where a book holds several (else PASSBOOK_WORKSPACE)")
	f.StringVar(&a.as, "as", "", "the member who acts: name, address or id (else PASSBOOK_AS, else the first owner)")
	for _, g := range []struct{ id, title string }{
		{groupDay, "Every day:"},
		{groupWrite, "Write down:"},
		{groupPeople, "People:"},
		{groupFiles, "Files:"},
		{groupFirm, "The firm and its book:"},
	} {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title})
	}
	root.AddCommand(a.commands()...)
	root.SetHelpCommandGroupID(groupFirm)
	root.SetCompletionCommandGroupID(groupFirm)
	a.completeMembers(root, "as")
	return root
}

// The groups of commands in the help.
const (
	groupDay    = "day"
	groupWrite  = "write"
	groupPeople = "people"
	groupFiles  = "files"
	groupFirm   = "firm"
)

// flagError makes a wrong flag a misuse, keeping what a value's own check says.
func flagError(err error) error {
	var e *book.Error
	if errors.As(err, &e) {
		return misuse{err: e}
	}
	return misusef("%s", err)
}

// nearWord is how many letters a command may be away from what was typed to be meant by it.
const nearWord = 2

func showHelp(cmd *cobra.Command, _ []string) error { return cmd.Help() }

// noArgs refuses words where a command takes none: of a parent, an unknown command.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if !cmd.HasSubCommands() {
		return misusef("%s takes no argument, and %q was given", cmd.CommandPath(), args[0])
	}
	near := ""
	cmd.SuggestionsMinimumDistance = nearWord // cobra sets it only where it judges the words itself
	if s := cmd.SuggestionsFor(args[0]); len(s) > 0 {
		near = "; did you mean " + strings.Join(s, " or ") + "?"
	}
	return misusef("%s has no command %q%s", cmd.CommandPath(), args[0], near)
}

// wants makes a check for exactly the named arguments; one in brackets may be left out, and one that ends in "…" may
// be given several times.
func wants(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		most := len(names)
		for i, name := range names {
			if strings.HasSuffix(name, "…") {
				most = max(len(args), most)
			}
			if i >= len(args) && !strings.HasPrefix(name, "[") {
				return misusef("%s wants %s", cmd.CommandPath(), name)
			}
		}
		if len(args) > most {
			return misusef("%s does not know what to do with %q; put words with spaces in quotes", cmd.CommandPath(), args[most])
		}
		return nil
	}
}

// parent is a command that only holds others.
func parent(use, short, group string, children ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, GroupID: group, Args: noArgs, RunE: showHelp}
	cmd.AddCommand(children...)
	return cmd
}
