package api

import (
	"context"
	"net/http"

	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

func firm(d *desk) {
	members(d)
	playbooks(d)
	fieldsAsked(d)
	tokens(d)
	get(d, tagFirm, "verify", "/verify", "Prove that what is stored is what the log says; of a large book it takes a while", func(ctx context.Context, _ *struct{}) (*answer[*assessment.Verification], error) {
		if err := book.Permit(who(ctx).Role, book.ActFirm); err != nil {
			return nil, err
		}
		v, err := assessment.Verify(ctx, d.Teller, who(ctx).Actor, nil)
		return &answer[*assessment.Verification]{v}, err
	})
}

func members(d *desk) {
	type memberList struct {
		Members []awareness.ListedMember `json:"members"`
	}
	get(d, tagFirm, "list-members", "/members", "The people of the firm", func(ctx context.Context, _ *struct{}) (*answer[memberList], error) {
		return read(ctx, d, now, func(r *teller.Reading) (memberList, error) {
			all, err := awareness.Members(ctx, r)
			return memberList{orEmpty(all)}, err
		})
	})
	type newMember struct {
		Keyed
		Body struct {
			Name   string      `json:"name" minLength:"1" maxLength:"300"`
			Role   book.Role   `json:"role,omitempty" enum:"owner,manager,member,assistant,accountant" doc:"What they may do; member when left out."`
			Dept   string      `json:"department,omitempty" maxLength:"200"`
			Emails []string    `json:"emails,omitempty" maxItems:"20" doc:"Addresses of theirs in mail and calendars."`
			Invite *Invitation `json:"invite,omitempty" doc:"Write them a letter with a link to come in: to the first of the addresses, or to be handed over."`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagFirm, "add-member", "/members", "Take a person into the firm, and invite them", func(ctx context.Context, in *newMember) (*memberAnswer, error) {
		b := &in.Body
		add := awareness.AddMember{Name: b.Name, Role: b.Role, Dept: b.Dept, Emails: b.Emails}
		if b.Invite != nil {
			return d.invited(ctx, in.id(ctx), add, b.Invite)
		}
		w, err := d.do(ctx, in.id(ctx), &add)
		if err != nil {
			return nil, err
		}
		out := &memberAnswer{Status: w.Status}
		out.Body.Written = w.Body
		return out, nil
	})
	showMember(d)
	type memberChange struct {
		Keyed
		Provided
		ID   string `path:"id" doc:"The member's id."`
		Body struct {
			Name   string    `json:"name,omitempty" maxLength:"300"`
			Role   book.Role `json:"role,omitempty" enum:"owner,manager,member,assistant,accountant"`
			Dept   string    `json:"department,omitempty" maxLength:"200"`
			Phone  string    `json:"phone,omitempty" maxLength:"50" doc:"The number at which clients reach them, which a client's page tells."`
			Emails []string  `json:"emails,omitempty" maxItems:"20" doc:"More addresses."`
		}
	}
	change(d, http.MethodPatch, http.StatusOK, tagFirm, "edit-member", "/members/{id}", "Change a person of the firm", func(ctx context.Context, in *memberChange) (*answer[assessment.Written], error) {
		id, err := anID("member", in.ID)
		if err != nil {
			return nil, err
		}
		b := &in.Body
		if b.Name == "" && b.Role == "" && b.Dept == "" && b.Phone == "" && len(b.Emails) == 0 {
			return nil, book.Errorf(book.Invalid, "say what to change")
		}
		seen, err := in.version()
		if err != nil {
			return nil, err
		}
		w, err := d.do(ctx, in.id(ctx), &awareness.EditMember{Who: string(id), Name: b.Name, Role: b.Role, Dept: b.Dept, Phone: b.Phone, Emails: b.Emails, Expect: seen})
		if err != nil {
			return nil, err
		}
		return &answer[assessment.Written]{w.Body}, nil
	})
}

func showMember(d *desk) {
	type one struct {
		ID string `path:"id" doc:"The member's id."`
		Unless
	}
	show(d, tagFirm, "show-member", "/members/{id}", "A person of the firm", func(ctx context.Context, in *one) (*tagged[*awareness.KnownMember], error) {
		id, err := anID("member", in.ID)
		if err != nil {
			return nil, err
		}
		got, err := read(ctx, d, now, func(r *teller.Reading) (*awareness.KnownMember, error) { return awareness.ShowMember(ctx, r, id) })
		if err != nil {
			return nil, err
		}
		return tag(got.Body.Version, in.NoneMatch, got.Body)
	})
}

// source is a playbook as it is sent.
type source struct {
	Source string `json:"source" minLength:"1" maxLength:"65536" doc:"The playbook's text (TOML), or the name of one that ships."`
}

func (b source) text() string {
	if shipped, err := assessment.ShippedPlaybook(b.Source); err == nil {
		return shipped.Source
	}
	return b.Source
}

func playbooks(d *desk) {
	get(d, tagFirm, "list-playbooks", "/playbooks", "The playbooks in use, and those that ship", func(ctx context.Context, _ *struct{}) (*answer[*assessment.PlaybookList], error) {
		return read(ctx, d, now, assessment.Playbooks)
	})
	type named struct {
		Name string `path:"name" doc:"The playbook's name."`
	}
	type one struct {
		Name string `path:"name" doc:"The playbook's name."`
		Unless
	}
	show(d, tagFirm, "show-playbook", "/playbooks/{name}", "A playbook: its text and its values", func(ctx context.Context, in *one) (*tagged[*assessment.ShownPlaybook], error) {
		got, err := read(ctx, d, now, func(r *teller.Reading) (*assessment.ShownPlaybook, error) {
			p, err := assessment.ShowPlaybook(ctx, r.Tx, in.Name)
			if err != nil {
				return nil, err
			}
			return p, p.Read()
		})
		if err != nil {
			return nil, err
		}
		return tag(got.Body.Version(), in.NoneMatch, got.Body)
	})
	type versions struct {
		Versions []assessment.PlaybookVersion `json:"versions"`
	}
	get(d, tagFirm, "playbook-versions", "/playbooks/{name}/versions", "The versions of a playbook, newest first", func(ctx context.Context, in *named) (*answer[versions], error) {
		return read(ctx, d, now, func(r *teller.Reading) (versions, error) {
			all, err := assessment.PlaybookVersions(ctx, r.Tx, in.Name)
			return versions{orEmpty(all)}, err
		})
	})
	type using struct {
		Keyed
		Provided
		Body source
	}
	change(d, http.MethodPost, http.StatusCreated, tagFirm, "use-playbook", "/playbooks", "Take a playbook into use; all history is priced by it", func(ctx context.Context, in *using) (*writtenAnswer, error) {
		seen, err := in.version()
		if err != nil {
			return nil, err
		}
		return d.do(ctx, in.id(ctx), &assessment.UsePlaybook{Name: "source", Source: in.Body.text(), Expect: seen})
	})
	type trying struct {
		Body source
	}
	change(d, http.MethodPost, http.StatusOK, tagFirm, "try-playbook", "/playbooks/try", "What a playbook would change, were it used; nothing is written", func(ctx context.Context, in *trying) (*answer[*actions.WhatIf], error) {
		return read(ctx, d, now, func(r *teller.Reading) (*actions.WhatIf, error) {
			return actions.Whatever(ctx, r, "source", in.Body.text())
		})
	})
}

func fieldsAsked(d *desk) {
	type fieldList struct {
		Fields []book.Field `json:"fields"`
	}
	show(d, tagFirm, "list-fields", "/fields", "The fields that the firm asks of people", func(ctx context.Context, in *Unless) (*tagged[fieldList], error) {
		got, err := read(ctx, d, now, func(r *teller.Reading) (fieldList, error) {
			all, err := awareness.Fields(ctx, r.Tx)
			return fieldList{orEmpty(all)}, err
		})
		if err != nil {
			return nil, err
		}
		return tag(awareness.FieldsVersion(got.Body.Fields), in.NoneMatch, got.Body)
	})
	type declaring struct {
		Keyed
		Provided
		Body book.Field
	}
	change(d, http.MethodPost, http.StatusCreated, tagFirm, "declare-field", "/fields", "Ask a field of people, or say anew what it is like", func(ctx context.Context, in *declaring) (*writtenAnswer, error) {
		seen, err := in.version()
		if err != nil {
			return nil, err
		}
		return d.do(ctx, in.id(ctx), &awareness.DeclareField{Field: in.Body, Expect: seen})
	})
	type dropping struct {
		Keyed
		Name string `path:"name" doc:"The field's name."`
	}
	change(d, http.MethodDelete, http.StatusOK, tagFirm, "drop-field", "/fields/{name}", "Ask a field no more; what was written in it stays", func(ctx context.Context, in *dropping) (*answer[assessment.Written], error) {
		w, err := d.do(ctx, in.id(ctx), &awareness.DropField{Name: in.Name})
		if err != nil {
			return nil, err
		}
		return &answer[assessment.Written]{w.Body}, nil
	})
}

// token is one as it is listed; the secret is told once, when it is made.
type token struct {
	ID      book.ID      `json:"id"`
	Label   string       `json:"label"`
	Scope   string       `json:"scope"`
	Created book.Instant `json:"created"`
	Seen    book.Instant `json:"seen" doc:"When it was last used, within ten minutes."`
	Expires book.Instant `json:"expires"`
}

func tokensOf(all []store.Pass) []token {
	out := make([]token, len(all))
	for i := range all {
		p := &all[i]
		out[i] = token{p.ID, p.Label, p.Scope, p.Created, p.Seen, p.Expires}
	}
	return out
}

func tokens(d *desk) {
	type tokenList struct {
		Tokens []token `json:"tokens"`
	}
	get(d, tagFirm, "list-tokens", "/tokens", "Your tokens, the one used last first", func(ctx context.Context, _ *struct{}) (*answer[tokenList], error) {
		all, err := d.Auth.Passes(ctx, who(ctx), store.PassToken)
		return &answer[tokenList]{tokenList{tokensOf(all)}}, err
	})
	type newToken struct {
		Keyed
		Body struct {
			Scope    string `json:"scope" enum:"read,write"`
			For      string `json:"for,omitempty" maxLength:"200" doc:"What it is for."`
			Password string `json:"password,omitempty" maxLength:"300" doc:"Yours, once more: whoever holds a token is not to make others."`
		}
	}
	type made struct {
		Token string `json:"token" doc:"It is told this once: empty where it was made before by the same key."`
		Scope string `json:"scope"`
		Again bool   `json:"repeated"`
	}
	type madeAnswer struct {
		Status int
		Body   made
	}
	change(d, http.MethodPost, http.StatusCreated, tagFirm, "make-token", "/tokens", "Make a token for a program, which acts as you", func(ctx context.Context, in *newToken) (*madeAnswer, error) {
		b, me := &in.Body, who(ctx)
		if err := d.Auth.Again(ctx, me, b.Password); err != nil {
			return nil, err
		}
		var secret auth.Secret
		c := &once{What: "make token", Of: me.Member, Said: b.Scope + " " + b.For, act: book.ActAny}
		c.run = func(ctx context.Context, w *teller.Work) (err error) {
			secret, err = d.Auth.NewTokenIn(ctx, w.Tx, me, b.Scope, b.For)
			return err
		}
		again, err := d.once(ctx, in.Keyed, c)
		if err != nil {
			return nil, err
		}
		out := &madeAnswer{http.StatusCreated, made{secret.Reveal(), b.Scope, again}}
		if again {
			out.Status = http.StatusOK
		}
		return out, nil
	})
	type ending struct {
		Keyed
		ID string `path:"id" doc:"The token's id."`
	}
	change(d, http.MethodDelete, http.StatusNoContent, tagFirm, "end-token", "/tokens/{id}", "End a token", func(ctx context.Context, in *ending) (*struct{}, error) {
		return nil, d.endPass(ctx, in.Keyed, store.PassToken, in.ID)
	})
}
