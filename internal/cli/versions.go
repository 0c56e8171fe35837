package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

func playbookVersionsCommand(a *app) *cobra.Command {
	var file asFile
	cmd := &cobra.Command{
		Use: "versions NAME", Short: "Who took a playbook into use when, and what was changed in it", Args: wants("NAME"),
		Long: "Who took a playbook into use when, and what was changed in it, newest first. `passbook undo ID` takes the newest back;\n" +
			"with --json each stands with its text, which `playbook use` takes.",
		ValidArgsFunction: a.fromRules(playbookNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.reading(cmd.Context(), func(s *session, r *teller.Reading) error {
				all, err := assessment.PlaybookVersions(cmd.Context(), r.Tx, args[0])
				switch {
				case err != nil:
					return err
				case file.wanted():
					return file.write(cmd.Context(), a, s, r, transfer.Versions(r.Tongue, all))
				case a.json:
					return a.out.json(map[string]any{"versions": orEmpty(all)})
				case len(all) == 0:
					return book.Errorf(book.NotFound, "no playbook %q was ever in use; passbook playbook list names them", args[0])
				}
				a.printVersions(s.clock, all)
				return nil
			})
		},
	}
	a.jsonFlag(cmd)
	file.flags(cmd)
	return cmd
}

func (a *app) printVersions(c clock, all []assessment.PlaybookVersion) {
	t := newTable(column{title: "When"}, column{title: "By"}, column{title: "What changed", flex: true, wrap: true, least: 24}, column{title: "Id"})
	for i := range all {
		v := &all[i]
		changed := strings.Join(v.Changes, "; ")
		if v.Now {
			changed = strings.TrimSuffix("in use; "+changed, "; ")
		}
		t.row(cell{text: c.stamp(v.At)}, said(orDash(v.By)), said(orDash(changed)), cell{string(v.Entry), dim})
	}
	t.print(a.out)
}
