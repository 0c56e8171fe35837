package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/awareness"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
)

func mergeCommand(a *app) *cobra.Command {
	w := writing{app: a}
	cmd := &cobra.Command{
		Use: "merge A B", Short: "A goes into B, which stands for both; unmerge A takes it back exactly", GroupID: groupPeople,
		Long: "A goes into B: A redirects to B, and B stays with the entries of both. `passbook unmerge A`\n" +
			"sets A free again as it was; what was written since the merge stays with B. A and B may be contacts without accounts.",
		Args: wants("A", "B"), ValidArgsFunction: a.accounts(2),
		RunE: func(cmd *cobra.Command, args []string) error { return w.merge(cmd.Context(), args[0], args[1]) },
	}
	w.flags(cmd, false)
	return cmd
}

func (w *writing) merge(ctx context.Context, from, into string) error {
	return w.with(ctx, func(s *session) error {
		c := &awareness.Merge{From: awareness.Client(from), Into: awareness.Client(into)}
		return w.do(ctx, s, c, func(r *teller.Receipt) string {
			if r.Repeated { // who was meant then is not looked for again
				return ""
			}
			return fmt.Sprintf("merged: %s (%s) into %s", c.Gone.Name, c.Gone.ID, c.Stays.Name)
		})
	})
}

func unmergeCommand(a *app) *cobra.Command {
	w := writing{app: a}
	cmd := &cobra.Command{
		Use: "unmerge ACCOUNT", Short: "Let an account that was merged stand alone again", GroupID: groupPeople,
		Long: "Let an account that was merged into another stand alone again. ACCOUNT is the id of the one that was merged away,\n" +
			"or the survivor where it stands for one other only.",
		Args: wants("ACCOUNT"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error { return w.unmerge(cmd.Context(), args[0]) },
	}
	w.flags(cmd, false)
	return cmd
}

func (w *writing) unmerge(ctx context.Context, ref string) error {
	return w.with(ctx, func(s *session) error {
		c := &awareness.Unmerge{Account: awareness.Client(ref)}
		return w.do(ctx, s, c, func(r *teller.Receipt) string {
			if r.Repeated {
				return ""
			}
			return fmt.Sprintf("parted: %s (%s) stands alone again", c.Freed.Name, c.Freed.ID)
		})
	})
}

// person finds whom a word means: one person, or everybody on an account.
func (s *session) person(ctx context.Context, ref string) (m *awareness.Meant, err error) {
	err = s.Read(ctx, s.who, 0, func(r *teller.Reading) (err error) {
		m, err = awareness.ResolvePerson(ctx, r, ref)
		return err
	})
	return m, err
}

// whole says who is meant, so that nobody takes one person for all of them, nor the other way round.
func whole(m *awareness.Meant) string {
	switch {
	case m.Of != "":
		return m.Name + ", one of the people of " + m.Of
	case len(m.People) > 0:
		return "everybody on " + m.Name + ": " + strings.Join(m.People, ", ")
	}
	return m.Name
}

// personMeant says whom the commands mean that are about all that the book holds of somebody.
const personMeant = "PERSON is one person where it is the id of a contact, an address, or the name of somebody on an account that\n" +
	"is called otherwise; it is everybody on an account where it is the account's id or name."

type eraseOptions struct {
	writing
	person string
	yes    bool
}

func eraseCommand(a *app) *cobra.Command {
	o := eraseOptions{writing: writing{app: a}}
	cmd := &cobra.Command{
		Use: "erase PERSON", Short: "Blank a person's words everywhere; it cannot be undone", GroupID: groupPeople,
		Long: "Blank a person's words everywhere: cards, fields, notes, what was said, search. Points and times stay, and a hashed\n" +
			"mark keeps the person from being imported again. It cannot be undone, so it wants --yes.\n\n" + personMeant,
		Args: wants("PERSON"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.person = args[0]
			return o.run(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&o.yes, "yes", false, "I know that this cannot be undone")
	o.flags(cmd, false)
	return cmd
}

func (o *eraseOptions) run(ctx context.Context) error {
	return o.with(ctx, func(s *session) error {
		m, err := s.person(ctx, o.person)
		if err != nil {
			return err
		}
		if !o.yes {
			return misusef("erasing %s (%s) cannot be undone; say --yes to do it", whole(m), m.ID)
		}
		c := &awareness.Erase{Person: m.ID}
		r, err := s.Do(ctx, s.who, c, o.options(s))
		if err != nil {
			return err
		}
		if r.Repeated { // how much it was then is not counted again
			return o.tell(s, &r, func(*teller.Receipt) string { return "erased" })
		}
		if o.json {
			return o.out.json(c.Came(&r))
		}
		o.out.linef("Erased %s. It was %s and the words of %s; points and times stay.", whole(m),
			count(c.People, "person", "people"), count(c.Entries, "entry", "entries"))
		if s.db.Engine() == sqldb.Postgres {
			o.out.line("PostgreSQL keeps the replaced rows in its files until VACUUM has passed over them.")
		}
		o.out.line("Folders that were exported and copies of the book are not remembered: what was written before holds the person still.")
		if len(c.Backups) > 0 {
			o.out.line("These backups still hold the person:")
			for _, b := range c.Backups {
				o.out.line("  " + visible(b.Path) + "  " + s.clock.stamp(b.At))
			}
		}
		return nil
	})
}

func subjectCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "subject-export PERSON", Short: "Everything the book holds about a person, as JSON to hand to them", GroupID: groupPeople,
		Long: "Everything the book holds about a person, as JSON to hand to them. Its contacts say whom it is about.\n\n" + personMeant,
		Args: wants("PERSON"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.with(ctx, func(s *session) error {
				m, err := s.person(ctx, args[0])
				if err != nil {
					return err
				}
				return a.view(ctx, s, func(r *teller.Reading) error {
					f, err := awareness.SubjectExport(ctx, r, m.ID)
					if err != nil {
						return err
					}
					return a.out.json(f)
				})
			})
		},
	}
	a.readFlags(cmd)
	return cmd
}
