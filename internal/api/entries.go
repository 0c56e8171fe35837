package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/problem"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// posting is a posting as a request brings it.
type posting struct {
	Keyed
	Body actions.Posting
}

// Resolve names what a posting of this kind lacks beside what breaks the schema, which does not know the kinds apart: who
// sends it mends all of it at once.
func (in *posting) Resolve(ctx huma.Context) (faults []error) {
	_, err := in.Body.Command()
	if book.FaultOf(err) != book.Invalid || err == nil {
		return nil
	}
	if h, ok := ctx.Context().Value(heldKey{}).(*held); ok {
		h.refused = err
	}
	for _, at := range problem.Of(err).Errors {
		faults = append(faults, &huma.ErrorDetail{Location: at.Location, Message: at.Message})
	}
	return faults
}

func entries(d *desk) {
	readEntries(d)
	change(d, http.MethodPost, http.StatusCreated, tagEntries, "post-entry", "/entries", "Write down what happened", func(ctx context.Context, in *posting) (*writtenAnswer, error) {
		key, err := either(ctx, in.Body.ID, in.Keyed)
		if err != nil {
			return nil, err
		}
		return d.post(ctx, key, &in.Body)
	})
	type voiding struct {
		Keyed
		ID   string `path:"id" doc:"The entry's id."`
		Body struct {
			Reason string `json:"reason,omitempty" maxLength:"1000" doc:"Why."`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagEntries, "void", "/entries/{id}/void", "Take an entry out of the count: it counts as never having been", func(ctx context.Context, in *voiding) (*writtenAnswer, error) {
		id, err := anID("entry", in.ID)
		if err != nil {
			return nil, err
		}
		return d.do(ctx, in.id(ctx), &awareness.Void{Entry: id, Reason: in.Body.Reason})
	})
	type asking struct {
		Keyed
		ID string `path:"id" doc:"The entry's id."`
	}
	change(d, http.MethodPost, http.StatusCreated, tagEntries, "asked-first", "/entries/{id}/asked", "Confirm that what came in from a client asked for news: it is written down anew with that, and one undo takes both back", func(ctx context.Context, in *asking) (*writtenAnswer, error) {
		id, err := anID("entry", in.ID)
		if err != nil {
			return nil, err
		}
		return d.do(ctx, in.id(ctx), &awareness.AskedFirst{Entry: id})
	})
	undo(d)
}

// post writes a posting down.
func (d *desk) post(ctx context.Context, opt teller.Options, p *actions.Posting) (*writtenAnswer, error) {
	cmd, err := p.Command()
	if err != nil {
		return nil, err
	}
	return d.doWith(ctx, opt, cmd)
}

func readEntries(d *desk) {
	type listed struct {
		PageOf
		Account string    `query:"account" doc:"Only those on an account, by its id: the newest first, those of imports too."`
		Kind    book.Kind `query:"kind" doc:"Only those of a kind."`
		By      string    `query:"by" doc:"Only those that a member wrote: an id, a name or an address."`
		Order   string    `query:"order" enum:"written,newest,id" default:"written" doc:"What members typed, in the order of writing or the newest first; or the whole log, imports too, in the order of ids."`
	}
	get(d, tagEntries, "list-entries", "/entries", "The log, page by page in an order that does not move", func(ctx context.Context, in *listed) (*answer[*awareness.EntryPage], error) {
		return read(ctx, d, now, func(r *teller.Reading) (*awareness.EntryPage, error) {
			narrowed := in.Kind != "" || in.By != ""
			switch {
			case (in.Account != "" || in.Order == "id") && narrowed:
				return nil, book.Errorf(book.Invalid, "kind and by narrow what was typed in the whole firm; leave account and order=id out")
			case in.Account != "":
				a, err := load(ctx, r, in.Account)
				if err != nil {
					return nil, err
				}
				return awareness.EntriesOf(ctx, r, a, in.After, in.Limit)
			case in.Order == "id":
				return awareness.AllEntries(ctx, r, in.After, in.Limit)
			}
			by, err := memberIn(ctx, r, "by", in.By)
			if err != nil {
				return nil, err
			}
			return awareness.Entries(ctx, r, store.EntryFilter{Kind: in.Kind, By: by, Newest: in.Order == "newest"}, in.After, in.Limit)
		})
	})
	type one struct {
		ID string `path:"id" doc:"The entry's id."`
	}
	get(d, tagEntries, "show-entry", "/entries/{id}", "One entry as it stands in the log", func(ctx context.Context, in *one) (*answer[*book.Entry], error) {
		return read(ctx, d, now, func(r *teller.Reading) (*book.Entry, error) {
			id, err := anID("entry", in.ID)
			if err != nil {
				return nil, err
			}
			return awareness.Entry(ctx, r, id)
		})
	})
}

// undone is what an undo did, in the shape of the command line: of an entry what was written, of an import what went.
type undone struct {
	Entry    *book.Entry          `json:"entry,omitempty"`
	Posted   *[]assessment.Posted `json:"posted,omitempty"`
	Account  *teller.Figures      `json:"account,omitempty"`
	Repeated bool                 `json:"repeated"`
	Gone     bool                 `json:"taken_back,omitempty"`
	Others   []*book.Entry        `json:"others,omitempty"`
	Run      book.ID              `json:"run,omitempty"`
	Entries  int                  `json:"entries,omitempty"`
	Accounts int                  `json:"accounts,omitempty"`
	Contacts int                  `json:"contacts,omitempty"`
	Kept     []string             `json:"kept,omitempty" doc:"What stays of an import, because somebody has worked on it."`
}

func undo(d *desk) {
	type undoing struct {
		Keyed
		Body struct {
			Target book.ID `json:"target,omitempty" maxLength:"36" doc:"An entry or an import's run; what you wrote last when left out."`
		}
	}
	change(d, http.MethodPost, http.StatusOK, tagEntries, "undo", "/undo", "Take back an entry, a whole import, or what you wrote last", func(ctx context.Context, in *undoing) (*answer[undone], error) {
		return d.takeBack(ctx, in.id(ctx), in.Body.Target)
	})
}

func (d *desk) takeBack(ctx context.Context, key, target book.ID) (*answer[undone], error) {
	c := &assessment.Undo{}
	c.Target = target
	r, err := d.Teller.Do(ctx, who(ctx).Actor, c, teller.Options{Key: key})
	if err != nil {
		return nil, err
	}
	if i := c.Import; i != nil {
		return &answer[undone]{undone{Run: i.ID, Entries: i.Entries, Accounts: i.Accounts, Contacts: i.Contacts, Kept: i.Kept}}, nil
	}
	w := assessment.WrittenOf(&r)
	return &answer[undone]{undone{
		Entry: w.Entry, Posted: &w.Posted, Account: w.Account, Repeated: w.Repeated, Gone: w.Gone, Others: w.Others,
	}}, nil
}
