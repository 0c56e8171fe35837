package cli

import (
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"passbook/internal/actions"
	"passbook/internal/teller"
)

func playbookTryCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "try FILE", Short: "What would change if a playbook were taken into use; nothing is written", Args: wants("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			src, err := playbookText(args[0])
			if err != nil {
				return err
			}
			return a.reading(ctx, func(_ *session, r *teller.Reading) error {
				w, err := actions.Whatever(ctx, r, filepath.Base(args[0]), src)
				if err != nil {
					return err
				}
				return a.printWhatIf(w)
			})
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

func (a *app) printWhatIf(w *actions.WhatIf) error {
	if a.json {
		return a.out.json(w)
	}
	of := count(w.Looked, "account", "accounts")
	if w.Looked < w.Accounts {
		of += " looked at, of " + strconv.Itoa(w.Accounts)
	}
	a.out.linef("Of %s, %s would have another balance; %s would change between above and below zero, %s would stand otherwise.",
		of, strconv.Itoa(w.Moved), strconv.Itoa(w.Signs), strconv.Itoa(w.Standings))
	if len(w.Movers) > 0 {
		t := newTable(column{title: "Name", flex: true, least: 10}, column{title: "Balance", right: true}, column{title: "Would be", right: true}, column{title: "Standing"})
		for _, m := range w.Movers {
			stands := string(m.Stands)
			if m.Stood != m.Stands {
				stands = string(m.Stood) + " → " + stands
			}
			t.row(said(m.Name), cell{text: m.Before.String()}, cell{text: m.After.String()}, cell{text: stands})
		}
		t.print(a.out)
	}
	if len(w.Places) > 0 {
		t := newTable(column{title: "Today", right: true}, column{title: "Would be", right: true}, column{title: "Name", flex: true, least: 10})
		for _, p := range w.Places {
			t.row(cell{text: place(p.Before)}, cell{text: place(p.After)}, said(p.Name))
		}
		t.print(a.out)
	}
	return nil
}

// place is a place in a list; "–" for none.
func place(n int) string {
	if n == 0 {
		return "–"
	}
	return strconv.Itoa(n)
}
