package cli

import (
	"context"
	"net/url"

	"github.com/spf13/cobra"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

type changeOptions struct {
	writing
	filing
	view  string
	where []string
	tag   []string
	untag []string
	dry   bool
}

func changeCommand(a *app) *cobra.Command {
	o := changeOptions{writing: writing{app: a}}
	cmd := &cobra.Command{
		Use: "change [ACCOUNT…]", Short: "Change many clients alike: owner, stage, tier, tags; one undo takes it back", GroupID: groupPeople,
		Long: "Change many clients alike: those named, or all of a list. Where it is refused for one of them, nothing changes; one undo\n" +
			"takes all of it back. At most 1,000 are changed at once.",
		Example: "  passbook change \"Maria Keller\" jonas@example.com --tag spring\n" +
			"  passbook change --where tier=B --where standing=thin --owner Ben --dry-run\n" +
			"  passbook change --view \"Spring letters\" --untag spring",
		Args: cobra.ArbitraryArgs, ValidArgsFunction: a.accounts(1 << 10),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.where, "where", nil, whereUsage)
	f.StringVar(&o.view, "view", "", "those of a saved view, by its name")
	f.StringVar(&o.owner, "owner", "", "the member who keeps them from then on")
	f.StringVar(&o.stage, "stage", "", "their stage, as in the playbook")
	f.StringVar(&o.tier, "tier", "", "their tier, as in the playbook")
	f.StringVar(&o.playbook, "playbook", "", "their playbook")
	o.filing.visibleFlag(cmd)
	f.StringArrayVar(&o.tag, "tag", nil, "add a tag; may be given several times")
	f.StringArrayVar(&o.untag, "untag", nil, "take a tag away; may be given several times")
	f.BoolVar(&o.dry, "dry-run", false, "only tell how many would change")
	a.completeMembers(cmd, "owner")
	a.completeFiling(cmd)
	a.completeViews(cmd)
	o.writing.flags(cmd, false)
	return cmd
}

const whereUsage = "those of whom it is so, as in tier=B, standing=thin, tag=garden, owner=Ben or never=1; may be given several times, all hold"

func (o *changeOptions) run(ctx context.Context, names []string) error {
	ways := 0
	for _, said := range []bool{len(names) > 0, o.view != "", len(o.where) > 0} {
		if said {
			ways++
		}
	}
	if ways != 1 {
		return misusef("say who changes: by ACCOUNT…, by --view NAME or by --where WORD=VALUE")
	}
	c := &awareness.Bulk{Tag: o.tag, Untag: o.untag}
	for _, name := range names {
		c.Clients = append(c.Clients, awareness.Client(name))
	}
	return o.with(ctx, func(s *session) error {
		c.Set = given(map[string]string{
			book.FieldOwner: o.owner, book.FieldStage: o.stage, book.FieldTier: o.tier, book.FieldPlaybook: o.playbook,
			book.FieldVisible: string(o.visible),
		})
		if len(c.Set)+len(c.Tag)+len(c.Untag) == 0 {
			return misusef("say what changes, as in --owner Ben or --tag spring")
		}
		if len(names) == 0 {
			var err error
			if c.Accounts, err = o.listed(ctx, s); err != nil {
				return err
			}
			if len(c.Accounts) == 0 {
				return o.changed(c, nil)
			}
		}
		opt := o.options(s)
		opt.DryRun = o.dry
		r, err := s.Do(ctx, s.who, c, opt)
		if err != nil {
			return err
		}
		return o.changed(c, &r)
	})
}

// listed are the accounts of the view or of the words that narrow.
func (o *changeOptions) listed(ctx context.Context, s *session) (ids []book.ID, err error) {
	err = s.Read(ctx, s.who, 0, func(r *teller.Reading) error {
		list, err := askedList(ctx, r, o.view, o.where)
		if err != nil {
			return err
		}
		ids, err = awareness.Matching(ctx, r, list)
		return err
	})
	return ids, err
}

// askedList is the list of a view, or the one that WORD=VALUE pairs narrow.
func askedList(ctx context.Context, r *teller.Reading, view string, where []string) (awareness.ListOptions, error) {
	if view != "" {
		return awareness.ListOfView(ctx, r, view)
	}
	pairs, err := fieldFlags("where", where)
	if err != nil {
		return awareness.ListOptions{}, err
	}
	q := url.Values{}
	for word, value := range pairs {
		q.Set(word, value)
	}
	return awareness.ListAsked(ctx, r, q)
}

// changed tells what came of it; of a list that holds nobody there is no receipt.
func (o *changeOptions) changed(c *awareness.Bulk, r *teller.Receipt) error {
	first, repeated := book.ID(""), false
	if r != nil {
		repeated = r.Repeated
		if e := r.First(); e != nil && !o.dry {
			first = e.ID
		}
	}
	switch {
	case o.json:
		return o.out.json(map[string]any{"changed": c.Changed, "undo": first, "dry_run": o.dry, "repeated": repeated})
	case repeated:
		o.out.line("written before")
	case c.Changed == 0:
		o.out.line("Nothing to change: it stands so already.")
	case o.dry:
		o.out.line(counted(c.Changed, "client", "clients") + " would change.")
	default:
		o.out.line(counted(c.Changed, "client", "clients") + " changed.")
		o.out.linef("`passbook undo %s` takes it back.", first)
	}
	return nil
}
