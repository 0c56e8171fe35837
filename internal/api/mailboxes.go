package api

import (
	"context"
	"net/http"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/mail/inbox"
	"passbook/internal/teller"
)

// mailboxes are those at mail servers that are read by themselves. No answer holds a password.
func mailboxes(d *desk) {
	type mailboxList struct {
		Mailboxes []inbox.Line `json:"mailboxes"`
	}
	get(d, tagFiles, "list-mailboxes", "/mailboxes", "The mailboxes that are read: what was seen of each and what of it is stored", func(ctx context.Context, _ *struct{}) (*answer[mailboxList], error) {
		return read(ctx, d, now, func(r *teller.Reading) (mailboxList, error) {
			all, err := inbox.List(ctx, r)
			return mailboxList{orEmpty(all)}, err
		})
	})
	addMailbox(d)
	type one struct {
		Keyed
		ID string `path:"id" doc:"The mailbox's id."`
	}
	change(d, http.MethodPost, http.StatusNoContent, tagFiles, "read-mailbox", "/mailboxes/{id}/read", "Have a mailbox read within some seconds, by the program that serves; what came of it stands in the list", func(ctx context.Context, in *one) (*struct{}, error) {
		id, err := anID("mailbox", in.ID)
		if err != nil {
			return nil, err
		}
		_, err = d.Teller.Do(ctx, who(ctx).Actor, &inbox.Ask{Ref: string(id)}, teller.Options{Key: in.id(ctx)})
		return nil, err
	})
	change(d, http.MethodDelete, http.StatusNoContent, tagFiles, "drop-mailbox", "/mailboxes/{id}", "Have a mailbox read no longer; its letters stay in the book, and its password goes", func(ctx context.Context, in *one) (*struct{}, error) {
		id, err := anID("mailbox", in.ID)
		if err != nil {
			return nil, err
		}
		_, err = d.Teller.Do(ctx, who(ctx).Actor, &inbox.Drop{Ref: string(id)}, teller.Options{Key: in.id(ctx)})
		return nil, err
	})
}

func addMailbox(d *desk) {
	type input struct {
		Keyed
		Body struct {
			Name     string           `json:"name" minLength:"1" maxLength:"80"`
			Member   string           `json:"member,omitempty" doc:"Whose it is: an id, a name or an address; the firm's when left out. One of one's own anybody adds who may import, others owners of the firm."`
			Host     string           `json:"host" minLength:"1" maxLength:"253"`
			Port     int              `json:"port,omitempty" minimum:"1" maximum:"65535" doc:"993 when left out, without TLS from the start 143."`
			TLS      string           `json:"tls,omitempty" enum:"implicit,starttls,none" doc:"implicit when left out; none is for a server on the same machine."`
			Login    string           `json:"login" minLength:"1" maxLength:"320" doc:"As whom to sign in there."`
			Password string           `json:"password" minLength:"1" maxLength:"1000" doc:"It is never told again."`
			Folders  []string         `json:"folders,omitempty" maxItems:"50" doc:"The inbox and what was sent when left out."`
			Keeps    string           `json:"keep,omitempty" enum:"text,headers" doc:"What is kept of a letter; text when left out."`
			Shown    string           `json:"shown,omitempty" enum:"firm,member" doc:"Who reads the words: whoever sees the account, or the mailbox's member alone; firm when left out."`
			Create   awareness.Create `json:"create,omitempty" enum:"known,all" doc:"Who becomes an account; of known, which holds when left out, strangers become suggestions."`
		}
	}
	type kept struct {
		Status int
		Body   inbox.Kept
	}
	change(d, http.MethodPost, http.StatusCreated, tagFiles, "add-mailbox", "/mailboxes", "Have a mailbox at a mail server (IMAP) read from now on", func(ctx context.Context, in *input) (*kept, error) {
		b := &in.Body
		c := &inbox.Add{
			Name: b.Name, Member: b.Member, Host: b.Host, Port: b.Port, TLS: b.TLS, Login: b.Login, Folders: b.Folders, Keeps: b.Keeps, Shown: b.Shown, Create: b.Create,
		}
		r, err := d.Teller.Do(ctx, who(ctx).Actor, c.With(b.Password), teller.Options{Key: in.id(ctx)})
		if err != nil {
			return nil, err
		}
		got, err := read(ctx, d, now, func(rd *teller.Reading) (inbox.Line, error) { return inbox.Named(ctx, rd, book.Clean(b.Name)) })
		if err != nil {
			return nil, err
		}
		out := &kept{http.StatusCreated, inbox.Kept{Line: got.Body, Repeated: r.Repeated}}
		if r.Repeated {
			out.Status = http.StatusOK
		}
		return out, nil
	})
}
