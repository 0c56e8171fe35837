package api

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/problem"
	"passbook/internal/store"
	"passbook/internal/teller"
)

type AccountPath struct {
	AsOf
	ID string `path:"id" doc:"The account's id."`
}

type listInput struct {
	AsOf
	PageOf
	Sort     store.Order      `query:"sort" enum:"balance,due,name" default:"balance" doc:"Richest first, soonest due first, or by name."`
	Owner    string           `query:"owner" doc:"A member: an id, a name or an address."`
	Stage    string           `query:"stage"`
	Tier     string           `query:"tier"`
	Playbook string           `query:"playbook"`
	Tag      string           `query:"tag"`
	Kind     book.AccountKind `query:"kind" enum:"person,household,company"`
	Visible  book.Visibility  `query:"visibility" enum:"firm,team,owner" doc:"Who sees them."`
	Standing ledger.Standing  `query:"standing" enum:"overdrawn,thin,good"`
	Mark     ledger.Mark      `query:"mark" enum:"new,no contact,no candour"`
	View     string           `query:"view" doc:"A saved view, by its id or name, instead of all that narrows and sorts."`
	Never    bool             `query:"never" doc:"Only those never contacted."`
}

// options are the filters of a list.
func (in *listInput) options(ctx context.Context, r *teller.Reading) (awareness.ListOptions, error) {
	if in.View != "" {
		o, err := awareness.ListOfView(ctx, r, in.View)
		o.After, o.Limit = in.After, in.Limit
		return o, err
	}
	o := awareness.ListOptions{
		Standing: in.Standing, Mark: in.Mark, Never: in.Never, Sort: in.Sort, After: in.After, Limit: in.Limit,
	}
	o.Stage, o.Tier, o.Playbook, o.Tag, o.Kind, o.Visible = in.Stage, in.Tier, in.Playbook, in.Tag, in.Kind, in.Visible
	var err error
	o.Owner, err = memberIn(ctx, r, "owner", in.Owner)
	return o, err
}

func accounts(d *desk) {
	get(d, tagAccounts, "list-accounts", "/accounts", "The accounts, narrowed and sorted", func(ctx context.Context, in *listInput) (*answer[*awareness.ListPage], error) {
		return read(ctx, d, in.AsOf, func(r *teller.Reading) (*awareness.ListPage, error) {
			o, err := in.options(ctx, r)
			if err != nil {
				return nil, err
			}
			return awareness.List(ctx, r, o)
		})
	})
	showAccount(d)
	accountPages(d)
	addAccount(d)
	editAccount(d)
	mergeAccounts(d)
	listsOfAccounts(d)
}

func showAccount(d *desk) {
	type input struct {
		AccountPath
		Unless
	}
	show(d, tagAccounts, "show-account", "/accounts/{id}", "What is known of an account", func(ctx context.Context, in *input) (*tagged[*awareness.Shown], error) {
		got, err := read(ctx, d, in.AsOf, func(r *teller.Reading) (*awareness.Shown, error) {
			a, err := load(ctx, r, in.ID)
			if err != nil {
				return nil, err
			}
			return awareness.Show(ctx, r, a)
		})
		if err != nil {
			return nil, err
		}
		return tag(got.Body.Version, in.NoneMatch, got.Body)
	})
}

func accountPages(d *desk) {
	type span struct {
		AccountPath
		From time.Time `query:"from" doc:"The beginning; the account's own when left out."`
		To   time.Time `query:"to" doc:"The end; now when left out."`
	}
	get(d, tagAccounts, "statement", "/accounts/{id}/statement", "The account's passbook: lines that add up to the hundredth", func(ctx context.Context, in *span) (*answer[*assessment.Statement], error) {
		return read(ctx, d, in.AsOf, func(r *teller.Reading) (*assessment.Statement, error) {
			a, err := load(ctx, r, in.ID)
			if err != nil {
				return nil, err
			}
			return assessment.DrawUp(ctx, r, a.ID, book.Micros(in.From), book.Micros(in.To))
		})
	})
	get(d, tagAccounts, "brief", "/accounts/{id}/brief", "One page before the telephone is picked up", func(ctx context.Context, in *AccountPath) (*answer[*actions.Page], error) {
		return read(ctx, d, in.AsOf, func(r *teller.Reading) (*actions.Page, error) {
			a, err := load(ctx, r, in.ID)
			if err != nil {
				return nil, err
			}
			return actions.Brief(ctx, r, a.ID)
		})
	})
	type input struct {
		AccountPath
		PageOf
	}
	get(d, tagAccounts, "account-entries", "/accounts/{id}/entries", "All that was written on an account and on those merged into it, the newest first", func(ctx context.Context, in *input) (*answer[*awareness.EntryPage], error) {
		return read(ctx, d, in.AsOf, func(r *teller.Reading) (*awareness.EntryPage, error) {
			a, err := load(ctx, r, in.ID)
			if err != nil {
				return nil, err
			}
			return awareness.EntriesOf(ctx, r, a, in.After, in.Limit)
		})
	})
	get(d, tagAccounts, "account-file", "/accounts/{id}/file", "Everything the book holds about a person, to be handed to them", func(ctx context.Context, in *AccountPath) (*answer[*awareness.SubjectFile], error) {
		return subject(ctx, d, in.AsOf, "account", in.ID)
	})
}

// subject gathers what the book holds about somebody.
func subject(ctx context.Context, d *desk, at AsOf, what, ref string) (*answer[*awareness.SubjectFile], error) {
	return read(ctx, d, at, func(r *teller.Reading) (*awareness.SubjectFile, error) {
		id, err := anID(what, ref)
		if err != nil {
			return nil, err
		}
		return awareness.SubjectExport(ctx, r, id)
	})
}

// Filed is what an account is filed under that many may have in common.
type Filed struct {
	Owner    string          `json:"owner,omitempty" doc:"The member who keeps it: an id, a name or an address." maxLength:"200"`
	Stage    string          `json:"stage,omitempty" maxLength:"100"`
	Tier     string          `json:"tier,omitempty" maxLength:"100"`
	Playbook string          `json:"playbook,omitempty" maxLength:"100"`
	Visible  book.Visibility `json:"visibility,omitempty" enum:"firm,team,owner" doc:"Who sees it."`
}

// Filing is what an account is filed under.
type Filing struct {
	Filed
	Kind book.AccountKind `json:"kind,omitempty" enum:"person,household,company"`
}

// addBody has its fields named as the flags of `add`.
type addBody struct {
	Filing
	ID      string            `json:"id,omitempty" maxLength:"200" doc:"A key of your own: the same again writes nothing."`
	Name    string            `json:"name,omitempty" maxLength:"300" doc:"Wanted where person does not say who it is."`
	Person  book.ID           `json:"person,omitempty" doc:"Somebody who is known, as of a card, to become a client: the contact's id."`
	Emails  []string          `json:"emails,omitempty" maxItems:"50"`
	Phones  []string          `json:"phones,omitempty" maxItems:"50"`
	Tags    []string          `json:"tags,omitempty" maxItems:"100"`
	Set     map[string]string `json:"set,omitempty" doc:"Fields of the person, as in birthday or dog."`
	Another bool              `json:"another,omitempty" doc:"One more of a name that is in the book already, without an address."`
	Of      string            `json:"of,omitempty" maxLength:"300" doc:"The account that the person belongs to; then none is opened."`
	Role    string            `json:"role,omitempty" maxLength:"200" doc:"Their role there."`
	At      book.Instant      `json:"at,omitempty"`
}

// addInput is a client to be taken in.
type addInput struct {
	Keyed
	Body addBody
}

func (in *addInput) command() (teller.Command, error) {
	b := &in.Body
	fields, err := awareness.TypedFields(b.Set, b.Emails, b.Phones)
	return &awareness.Add{
		Name: b.Name, Person: b.Person, Kind: b.Kind, Owner: b.Owner, Stage: b.Stage, Tier: b.Tier, Playbook: b.Playbook, Visible: b.Visible,
		Fields: fields, Tags: b.Tags, Another: b.Another, Of: awareness.Client(b.Of), Role: b.Role, At: b.At,
	}, err
}

// Resolve implements huma.Resolver.
func (in *addInput) Resolve(ctx huma.Context) []error { return heldUp(ctx, in.command) }

// either is the key of a write that can say it in its body as well; said in both ways it is one.
func either(ctx context.Context, body string, k Keyed) (teller.Options, error) {
	if body = strings.TrimSpace(body); body != "" && k.Key != "" && body != k.Key {
		const why = "is another key than the body's id; send one of them"
		return teller.Options{}, problem.New(http.StatusBadRequest, "Idempotency-Key "+why, problem.At{Location: "header.Idempotency-Key", Message: why})
	}
	return teller.Keyed(who(ctx).Actor, cmp.Or(body, k.Key)), nil
}

func addAccount(d *desk) {
	change(d, http.MethodPost, http.StatusCreated, tagAccounts, "add-account", "/accounts", "Take a client into the book", func(ctx context.Context, in *addInput) (*addedAnswer, error) {
		key, err := either(ctx, in.Body.ID, in.Keyed)
		if err != nil {
			return nil, err
		}
		return d.add(ctx, key, in.command)
	})
}

// addedAnswer is somebody taken in, with who is in the book already and may be the same.
type addedAnswer struct {
	Status int
	Body   assessment.Added
}

// add takes somebody in: with 201, or 200 where nothing was written now.
func (d *desk) add(ctx context.Context, opt teller.Options, command func() (teller.Command, error)) (*addedAnswer, error) {
	cmd, err := d.sound(ctx, command)
	if err != nil {
		return nil, err
	}
	r, err := d.Teller.Do(ctx, who(ctx).Actor, cmd, opt)
	if err != nil {
		return nil, err
	}
	out := &addedAnswer{http.StatusCreated, assessment.AddedOf(&r, cmd.(*awareness.Add))}
	if r.Repeated || r.First() == nil {
		out.Status = http.StatusOK
	}
	return out, nil
}

// editBody has its fields named as the flags of `edit`.
type editBody struct {
	Filing
	ID    string            `json:"id,omitempty" maxLength:"200" doc:"A key of your own: the same again writes nothing."`
	Name  string            `json:"name,omitempty" maxLength:"300"`
	Email string            `json:"email,omitempty" maxLength:"300" doc:"One more mail address, as ADDRESS or LABEL:ADDRESS."`
	Phone string            `json:"phone,omitempty" maxLength:"300" doc:"One more telephone number, as NUMBER or LABEL:NUMBER."`
	Set   map[string]string `json:"set,omitempty" doc:"Fields of the person who stands for it; an empty value clears one."`
	Tag   []string          `json:"tag,omitempty" maxItems:"100" doc:"Tags to add."`
	Untag []string          `json:"untag,omitempty" maxItems:"100" doc:"Tags to take away."`
	At    book.Instant      `json:"at,omitempty" doc:"Since when it is so; now when left out."`
}

// editInput is a change of an account.
type editInput struct {
	Keyed
	Provided
	ID   string `path:"id" doc:"The account's id."`
	Body editBody
}

func (in *editInput) command() (teller.Command, error) {
	b := &in.Body
	fields, faulty := awareness.TypedFields(b.Set, nil, nil)
	c := &awareness.Edit{Contact: fields, Tag: b.Tag, Untag: b.Untag, At: b.At}
	c.Set = given(map[string]string{
		book.FieldName: b.Name, book.FieldKind: string(b.Kind), book.FieldOwner: b.Owner, book.FieldStage: b.Stage,
		book.FieldTier: b.Tier, book.FieldPlaybook: b.Playbook, book.FieldVisible: string(b.Visible),
	})
	c.AddReach = given(map[string]string{book.ContactEmails: b.Email, book.ContactPhones: b.Phone})
	var err error
	if c.Account, err = client(in.ID); err != nil {
		return nil, err
	}
	if c.Expect, err = in.version(); err != nil {
		return nil, err
	}
	if len(c.Set)+len(c.AddReach)+len(c.Contact)+len(c.Tag)+len(c.Untag) == 0 && faulty == nil {
		return nil, book.Errorf(book.Invalid, "say what to change")
	}
	return c, faulty
}

// Resolve implements huma.Resolver.
func (in *editInput) Resolve(ctx huma.Context) []error { return heldUp(ctx, in.command) }

// given leaves out what was not said.
func given(all map[string]string) map[string]string {
	for k, v := range all {
		if v == "" {
			delete(all, k)
		}
	}
	return all
}

func editAccount(d *desk) {
	change(d, http.MethodPatch, http.StatusOK, tagAccounts, "edit-account", "/accounts/{id}", "Change an account and the person who stands for it", func(ctx context.Context, in *editInput) (*answer[assessment.Written], error) {
		cmd, err := d.sound(ctx, in.command)
		if err != nil {
			return nil, err
		}
		key, err := either(ctx, in.Body.ID, in.Keyed)
		if err != nil {
			return nil, err
		}
		return d.writtenWith(ctx, key, cmd)
	})
}

func mergeAccounts(d *desk) {
	type merge struct {
		Keyed
		ID   string `path:"id" doc:"The account, or the contact without one, that goes into the other."`
		Body struct {
			Into book.ID `json:"into" minLength:"36" maxLength:"36" doc:"The account, or the contact, that stands for both from then on."`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagAccounts, "merge", "/accounts/{id}/merge", "Make one of two; what is merged away can be set free again", func(ctx context.Context, in *merge) (*writtenAnswer, error) {
		from, err := client(in.ID)
		if err != nil {
			return nil, err
		}
		return d.do(ctx, in.id(ctx), &awareness.Merge{From: from, Into: awareness.Client(in.Body.Into)})
	})
	type one struct {
		Keyed
		ID string `path:"id" doc:"The account that was merged away."`
	}
	change(d, http.MethodPost, http.StatusCreated, tagAccounts, "unmerge", "/accounts/{id}/unmerge", "Let an account that was merged stand alone again", func(ctx context.Context, in *one) (*writtenAnswer, error) {
		account, err := client(in.ID)
		if err != nil {
			return nil, err
		}
		return d.do(ctx, in.id(ctx), &awareness.Unmerge{Account: account})
	})
	type relate struct {
		Keyed
		ID   string `path:"id" doc:"The account's id."`
		Body struct {
			To book.ID `json:"to" minLength:"36" maxLength:"36" doc:"The other account."`
			As string  `json:"as" minLength:"1" maxLength:"200" doc:"What the other is to this one, as in spouse, adviser or employer."`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagAccounts, "relate", "/accounts/{id}/relations", "Keep that one client is something to another", func(ctx context.Context, in *relate) (*writtenAnswer, error) {
		from, err := client(in.ID)
		if err != nil {
			return nil, err
		}
		return d.do(ctx, in.id(ctx), &awareness.Relate{From: from, To: awareness.Client(in.Body.To), Role: in.Body.As})
	})
}

type limited struct {
	AsOf
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"50"`
}

func listsOfAccounts(d *desk) {
	get(d, tagAccounts, "duplicates", "/duplicates", "Who may be in the book twice, likeliest first; more says that there are more than the limit let through", func(ctx context.Context, in *limited) (*answer[awareness.PairList], error) {
		return read(ctx, d, in.AsOf, func(r *teller.Reading) (awareness.PairList, error) {
			all, err := awareness.Duplicates(ctx, r, in.Limit)
			all.Pairs = orEmpty(all.Pairs)
			return all, err
		})
	})
	type suggestions struct {
		AsOf
		PageOf
	}
	get(d, tagAccounts, "suggestions", "/suggestions", "Who is known of and not yet a client: people of cards by name, then who was seen most in mail", func(ctx context.Context, in *suggestions) (*answer[*awareness.SuggestionPage], error) {
		return read(ctx, d, in.AsOf, func(r *teller.Reading) (*awareness.SuggestionPage, error) {
			return awareness.SuggestionsAfter(ctx, r, in.After, in.Limit)
		})
	})
	type tagList struct {
		Tags []store.TagCount `json:"tags"`
	}
	get(d, tagAccounts, "tags", "/tags", "The tags there are, and how many accounts have each", func(ctx context.Context, _ *struct{}) (*answer[tagList], error) {
		return read(ctx, d, now, func(r *teller.Reading) (tagList, error) {
			all, err := r.Tx.CountTags(ctx)
			return tagList{orEmpty(all)}, err
		})
	})
}

// orEmpty is never null in JSON.
func orEmpty[T any](list []T) []T { return append([]T{}, list...) }
