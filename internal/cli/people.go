package cli

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

// filing is what an account is filed under, in add, edit and list.
type filing struct {
	owner, stage, tier, playbook string
	kind                         book.AccountKind
	visible                      book.Visibility // of add, edit and list
}

func (f *filing) flags(a *app, cmd *cobra.Command) {
	wordFlag(cmd, &f.kind, "kind", book.AccountKinds, "what sort of client")
	cmd.Flags().StringVar(&f.owner, "owner", "", "the member who keeps the account")
	cmd.Flags().StringVar(&f.stage, "stage", "", "the stage of the relationship, as in the playbook")
	cmd.Flags().StringVar(&f.tier, "tier", "", "the tier, as in the playbook")
	cmd.Flags().StringVar(&f.playbook, "playbook", "", "the playbook of the account")
	a.completeMembers(cmd, "owner")
	a.completeFiling(cmd)
}

// visibleFlag adds who sees the account, for those commands that set it.
func (f *filing) visibleFlag(cmd *cobra.Command) {
	wordFlag(cmd, &f.visible, "visibility", book.Visibilities, "who sees the account: all, its owner's department, or its owner alone")
}

// contactFields reads --set NAME=VALUE.
func contactFields(pairs []string) (map[string]string, error) {
	given, err := fieldFlags("set", pairs)
	if err != nil {
		return nil, err
	}
	for name := range given {
		if book.IsListField(name) || name == book.ContactName {
			return nil, misusef("--set %s: use the flags --name, --email and --phone for these", name)
		}
	}
	return awareness.TypedFields(given, nil, nil)
}

const setUsage = "a field of the person, as in birthday=1980-05-17 or dog=Bello; may be given several times"

type addOptions struct {
	writing
	filing
	add                 awareness.Add
	emails, phones, set []string
}

func addCommand(a *app) *cobra.Command {
	o := addOptions{writing: writing{app: a}}
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Take a client into the book", GroupID: groupPeople,
		Example: `  passbook add "Maria Keller" --email maria@example.com --phone "+49 30 1234567" --tag garden`,
		Args:    wants("NAME"), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.add.Name = args[0]
			return o.run(cmd.Context())
		},
	}
	o.filing.flags(a, cmd)
	o.filing.visibleFlag(cmd)
	f := cmd.Flags()
	f.StringArrayVar(&o.emails, "email", nil, "a mail address; may be given several times")
	f.StringArrayVar(&o.phones, "phone", nil, "a telephone number; may be given several times")
	f.StringArrayVar(&o.add.Tags, "tag", nil, "a tag; may be given several times")
	f.StringArrayVar(&o.set, "set", nil, setUsage)
	f.BoolVar(&o.add.Another, "another", false, "one more of a name that is in the book already, without an address")
	f.BoolVar(&o.add.ContactOnly, "contact", false, "only the person, without an account")
	f.StringVar((*string)(&o.add.Of), "of", "", "the account the person belongs to, as a buyer of a company")
	f.StringVar(&o.add.Role, "role", "", "the person's role there, with --of")
	complete(cmd, "of", a.accounts(2))
	o.writing.flags(cmd, true)
	return cmd
}

func (o *addOptions) run(ctx context.Context) error {
	fields, err := contactFields(o.set)
	if err != nil {
		return err
	}
	for field, values := range map[string][]string{book.ContactEmails: o.emails, book.ContactPhones: o.phones} {
		var reach []book.Reach
		for _, v := range values {
			reach = append(reach, book.Reach{Value: strings.TrimSpace(v)})
		}
		if len(reach) > 0 {
			fields[field] = book.WriteList(reach)
		}
	}
	c := &o.add
	if id, ok := book.ParseID(c.Name); ok { // somebody of a card, as suggestions and find print them
		c.Person, c.Name = id, ""
	}
	c.Fields, c.Owner, c.Kind, c.Stage, c.Tier, c.Playbook, c.Visible = fields, o.owner, o.kind, o.stage, o.tier, o.playbook, o.visible
	return o.with(ctx, func(s *session) (err error) {
		if c.At, err = o.when(s); err != nil {
			return err
		}
		r, err := s.Do(ctx, s.who, c, o.options(s))
		if err != nil {
			return err
		}
		if o.json {
			return o.out.json(assessment.AddedOf(&r, c))
		}
		err = o.tell(s, &r, func(r *teller.Receipt) string {
			switch {
			case r.Repeated:
				c.Alike, c.Similar = nil, nil
				return o.again(r)
			case c.Of != "" && r.First() == nil:
				return ""
			case c.Of != "":
				return oneLine(c.Known) + " belongs to " + oneLine(c.Firm) + " now"
			case c.ContactOnly:
				return oneLine(c.Name) + " is in the address book, without an account"
			}
			return "account " + string(c.Account) + " opened"
		})
		o.warn(c)
		return err
	})
}

// warn names who is in the book already and may be the one who was added.
func (o *addOptions) warn(c *awareness.Add) {
	if len(c.Alike) > 0 {
		o.out.line("Others bear that name; `passbook merge A B` makes one of two:")
		for _, line := range c.Alike {
			o.out.line("  " + flat(line))
		}
	}
	said := false
	for i := range c.Similar {
		like := &c.Similar[i]
		if slices.Contains(like.Reasons, "the same name") {
			continue // named above
		}
		if !said {
			o.out.line("Perhaps in the book already; `passbook merge A B` makes one of two:")
			said = true
		}
		o.out.linef("  %s  %s, %s", cmp.Or(like.Account, like.Contact), oneLine(like.Name), oneLine(strings.Join(like.Reasons, ", ")))
	}
}

// again says what adding somebody had come to, from what is in the book of it.
func (o *addOptions) again(r *teller.Receipt) string {
	if r.Account == nil || o.add.Of != "" || r.TakenBack {
		return ""
	}
	return "account " + string(r.Account.ID) + " opened"
}

type editOptions struct {
	writing
	filing
	name, email, phone string
	person             string
	set                []string
	edit               awareness.Edit
}

func editCommand(a *app) *cobra.Command {
	o := editOptions{writing: writing{app: a}}
	cmd := &cobra.Command{
		Use: "edit ACCOUNT", Short: "Change a client: name, stage, owner, addresses, fields", GroupID: groupPeople,
		Example: "  passbook edit \"Maria Keller\" --stage seller --phone \"work:+49 30 1234567\"\n" +
			"  passbook edit \"Blue Widgets\" --person \"Otto Braun\" --set birthday=1980-05-17",
		Args: wants("ACCOUNT"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.edit.Account = awareness.Client(args[0])
			return o.run(cmd.Context())
		},
	}
	o.filing.flags(a, cmd)
	o.filing.visibleFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&o.name, "name", "", "another name")
	f.StringVar(&o.person, "person", "", "one of the account's people to change, instead of the account: an id, a name or an address")
	f.StringVar(&o.email, "email", "", "one more mail address, as ADDRESS or LABEL:ADDRESS")
	f.StringVar(&o.phone, "phone", "", "one more telephone number, as NUMBER or LABEL:NUMBER")
	f.StringArrayVar(&o.set, "set", nil, setUsage+"; NAME= clears it")
	f.StringArrayVar(&o.edit.Tag, "tag", nil, "add a tag; may be given several times")
	f.StringArrayVar(&o.edit.Untag, "untag", nil, "take a tag away; may be given several times")
	o.writing.flags(cmd, true)
	return cmd
}

func (o *editOptions) run(ctx context.Context) error {
	fields, err := contactFields(o.set)
	if err != nil {
		return err
	}
	o.edit.Contact = fields
	return o.with(ctx, func(s *session) error {
		o.edit.Set = given(map[string]string{
			book.FieldName: o.name, book.FieldKind: string(o.kind), book.FieldOwner: o.owner,
			book.FieldStage: o.stage, book.FieldTier: o.tier, book.FieldPlaybook: o.playbook,
			book.FieldVisible: string(o.visible),
		})
		o.edit.AddReach = given(map[string]string{book.ContactEmails: o.email, book.ContactPhones: o.phone})
		if o.person != "" {
			return o.editPerson(ctx, s)
		}
		if len(o.edit.Set)+len(o.edit.AddReach)+len(fields)+len(o.edit.Tag)+len(o.edit.Untag) == 0 {
			stages := s.rules.Playbook("").Stages
			return misusef("say what to change, as in --stage %s or --set birthday=1980-05-17", stages[len(stages)-1].Name)
		}
		return o.edited(ctx, s)
	})
}

// editPerson changes one of the account's people.
func (o *editOptions) editPerson(ctx context.Context, s *session) (err error) {
	c := &awareness.EditPerson{Account: o.edit.Account, Who: o.person, Set: o.edit.Contact, AddReach: o.edit.AddReach}
	if delete(o.edit.Set, book.FieldName); len(o.edit.Set)+len(o.edit.Tag)+len(o.edit.Untag) > 0 {
		return misusef("a person has --name, --email, --phone and --set; the rest is the account's, and goes without --person")
	}
	if o.name != "" {
		c.Set[book.ContactName] = o.name
	}
	if len(c.Set)+len(c.AddReach) == 0 {
		return misusef("say what to change, as in --set birthday=1980-05-17")
	}
	if c.At, err = o.when(s); err != nil {
		return err
	}
	return o.do(ctx, s, c, func(r *teller.Receipt) string {
		said := ""
		for _, e := range r.Entries {
			if e.Kind == book.KindContact {
				said = oneLine(c.Known) + "  " + assessment.Particulars(e, s.clock.Now.Location())
			}
		}
		return said
	})
}

// edited runs the edit on the account named.
func (o *editOptions) edited(ctx context.Context, s *session) (err error) {
	if o.edit.At, err = o.when(s); err != nil {
		return err
	}
	return o.do(ctx, s, &o.edit, func(r *teller.Receipt) string {
		var parts []string // of the account and of its person
		told := map[string]book.Change{}
		for _, e := range r.Entries {
			if e.Kind == book.KindContact && o.onlyReach(e) {
				parts = append(parts, o.added()...)
			} else if e.Kind == book.KindChanged || e.Kind == book.KindContact {
				if news := newsOf(e, told); len(news.Facts.Set)+len(news.Words.Set) > 0 {
					parts = append(parts, assessment.Particulars(news, s.clock.Now.Location()))
				}
			}
		}
		said := strings.Join(parts, ", ")
		if r.Account == nil && said != "" { // a change of the person alone stands on no account
			said = oneLine(o.edit.Known) + "  " + said
		}
		return said
	})
}

// newsOf is an entry without the changes that another one told already, as the name that an account and its person share.
func newsOf(e *book.Entry, told map[string]book.Change) *book.Entry {
	news := *e
	news.Words.Set = maps.Clone(e.Words.Set)
	for field, change := range e.Words.Set {
		if told[field] == change {
			delete(news.Words.Set, field)
		}
		told[field] = change
	}
	return &news
}

// onlyReach says whether an entry has nothing but the addresses and numbers that were added.
func (o *editOptions) onlyReach(e *book.Entry) bool {
	for field := range e.Words.Set {
		if o.edit.AddReach[field] == "" {
			return false
		}
	}
	return len(e.Words.Set) > 0
}

// added says which addresses and numbers were added.
func (o *editOptions) added() []string {
	var parts []string
	for _, field := range slices.Sorted(maps.Keys(o.edit.AddReach)) {
		parts = append(parts, "added "+oneLine(o.edit.AddReach[field]))
	}
	return parts
}

// given leaves out what was not said.
func given(all map[string]string) map[string]string {
	for k, v := range all {
		if v == "" {
			delete(all, k)
		}
	}
	return all
}

func tagCommand(a *app) *cobra.Command {
	o := editOptions{writing: writing{app: a}}
	remove := false
	cmd := &cobra.Command{
		Use: "tag ACCOUNT TAG…", Short: "Put tags on a client, or take them off", GroupID: groupPeople,
		Args: wants("ACCOUNT", "TAG…"), ValidArgsFunction: a.accounts(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.edit.Account, o.edit.Tag = awareness.Client(args[0]), args[1:]
			if remove {
				o.edit.Tag, o.edit.Untag = nil, args[1:]
			}
			return o.with(cmd.Context(), func(s *session) error { return o.edited(cmd.Context(), s) })
		},
	}
	cmd.Flags().BoolVar(&remove, "remove", false, "take the tags off")
	o.writing.flags(cmd, false)
	return cmd
}

func tagsCommand(a *app) *cobra.Command {
	var file asFile
	cmd := &cobra.Command{
		Use: "tags", Short: "The tags there are, and how many accounts have each", GroupID: groupPeople, Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.reading(cmd.Context(), func(s *session, r *teller.Reading) error {
				all, err := r.Tx.CountTags(cmd.Context())
				switch {
				case err != nil:
					return err
				case file.wanted():
					return file.write(cmd.Context(), a, s, r, transfer.Tags(all))
				case a.json:
					return a.out.json(map[string]any{"tags": orEmpty(all)})
				case len(all) == 0:
					a.out.line("No account has a tag.")
					return nil
				}
				t := newTable(column{title: "Tag", flex: true, least: 10}, column{title: "Accounts", right: true})
				for _, tag := range all {
					t.row(said(tag.Tag), cell{text: grouped(tag.Accounts)})
				}
				t.print(a.out)
				return nil
			})
		},
	}
	a.jsonFlag(cmd)
	file.flags(cmd)
	return cmd
}

func relateCommand(a *app) *cobra.Command {
	w := writing{app: a}
	var role string
	cmd := &cobra.Command{
		Use: "relate A B", Short: "Keep that B is something to A: spouse, adviser, employer", GroupID: groupPeople,
		Example: `  passbook relate "Maria Keller" "Jonas Keller" --as spouse`,
		Args:    wants("A", "B"), ValidArgsFunction: a.accounts(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return w.relate(cmd.Context(), args[0], args[1], role)
		},
	}
	cmd.Flags().StringVar(&role, "as", "", "what B is to A")
	w.flags(cmd, false)
	return cmd
}

func (w *writing) relate(ctx context.Context, from, to, role string) error {
	if role == "" {
		return missing("as", "what the second is to the first, as in spouse, adviser or employer")
	}
	return w.with(ctx, func(s *session) error {
		c := &awareness.Relate{From: awareness.Client(from), To: awareness.Client(to), Role: role}
		return w.do(ctx, s, c, func(r *teller.Receipt) string {
			if r.Repeated {
				return ""
			}
			return oneLine(c.Other) + " is " + role
		})
	})
}
