package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/awareness"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

func duplicatesCommand(a *app) *cobra.Command {
	limit := 0
	var file asFile
	cmd := &cobra.Command{
		Use: "duplicates", Short: "People who may be in the book twice", GroupID: groupPeople, Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.reading(cmd.Context(), func(s *session, r *teller.Reading) error {
				all, err := awareness.Duplicates(cmd.Context(), r, limit)
				switch {
				case err != nil:
					return err
				case file.wanted():
					return file.write(cmd.Context(), a, s, r, transfer.Alike(all))
				case a.json:
					all.Pairs = orEmpty(all.Pairs)
					return a.out.json(all)
				}
				a.printPairs(s.clock, all.Pairs)
				if all.Compared > 0 {
					a.out.wrapped(0, dim, fmt.Sprintf("The book is large: names nearly the same were looked for among the first %s people.", grouped(all.Compared)))
				}
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 50, "how many")
	file.flags(cmd)
	a.readFlags(cmd)
	return cmd
}

func (a *app) printPairs(c clock, pairs []awareness.Pair) {
	if len(pairs) == 0 {
		a.out.line("Nobody seems to be in the book twice.")
		return
	}
	a.out.wrapped(0, dim, "The per cent say how likely it is that they are one person: an address or a number in common tells most, "+
		"and the same name or nearly the same adds to it or, alone, tells less.")
	for _, v := range awareness.Clusters(pairs) {
		likely := fmt.Sprintf("%3.0f %%", 100*v.Most)
		if low := fmt.Sprintf("%3.0f %%", 100*v.Least); low != likely {
			likely = fmt.Sprintf("%3.0f to %.0f %%", 100*v.Least, 100*v.Most)
		}
		var names []string
		for i := range v.People {
			if name := oneLine(v.People[i].Name); len(names) < shownReasons && (i < 2 || name != names[len(names)-1]) {
				names = append(names, name)
			}
		}
		head := strings.Join(names, " — ")
		if len(v.People) > 2 {
			head += fmt.Sprintf(" (%d people)", len(v.People))
		}
		a.out.line(likely + "  " + a.out.in(bold, head))
		reasons := v.Reasons
		if more := len(reasons) - shownReasons; more > 0 {
			reasons = append(reasons[:shownReasons:shownReasons], fmt.Sprintf("and %d more", more))
		}
		a.out.wrapped(7, plain, strings.Join(reasons, ", "))
		for _, side := range v.People {
			id, what := side.Account, "account"
			if id == "" {
				id, what = side.Contact, "contact, no account"
			}
			a.out.line("       " + a.out.in(dim, string(id)+"  "+what+"  "+oneLine(side.Name)))
			if words := side.Apart.Words(c.Now.Location()); words != "" {
				a.out.wrapped(9, dim, words)
			}
		}
	}
	a.out.line("")
	a.out.line("`passbook merge A B`: A goes into B, which stays; `passbook unmerge A` takes that back.")
}
