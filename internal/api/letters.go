package api

import (
	"context"
	"net/http"

	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/mail"
	"passbook/internal/teller"
)

// A letter's text holds a link by which one becomes its reader. The pages show it to owners; a token is told it only with
// its member's password, so that none that has leaked makes itself another way in.

// Proof is what shows once more who asks.
type Proof struct {
	Password string `json:"password,omitempty" maxLength:"300" doc:"Yours, once more: a token is not told by itself how to come in as somebody else."`
}

// Invitation is the letter to a member who is taken in.
type Invitation struct {
	Proof
	Lang string `json:"language,omitempty" enum:"en,de" doc:"Of the letter; English when left out."`
}

// lineOf is a letter as the one who asks may read it. What was written to a client reads whoever sees the client.
func lineOf(l *mail.Listed, reads bool) mail.Line {
	line := l.Line()
	if !reads && !l.ToClient() {
		line.Text = ""
	}
	return line
}

// settled is a letter after something was done with it.
type settled struct {
	Letter *mail.Line `json:"letter" doc:"As it stands then, or the one that was written in its place. None where a new link is asked for again by its key: its letter stands in the outbox."`
	Again  bool       `json:"repeated"`
}

// writeLetter is the letter to a client.
func writeLetter(d *desk) {
	type writing struct {
		Keyed
		ID   string `path:"id" doc:"The account's id."`
		Body struct {
			With     string       `json:"with,omitempty" maxLength:"300" doc:"Whom it goes to, of the account's people: an id, an address, or a name; may be left out where one alone has an address."`
			To       string       `json:"to,omitempty" maxLength:"300" doc:"Which of their addresses; the one they prefer when left out."`
			Subject  string       `json:"subject" maxLength:"1200" doc:"What it is about."`
			Text     string       `json:"text" maxLength:"80000" doc:"The letter, as plain text."`
			Purpose  book.Purpose `json:"purpose,omitempty" enum:"serve,inform,ask,sell,gift"`
			Template string       `json:"template,omitempty" maxLength:"300" doc:"The template or script that its words came from."`
			Asks     book.Asks    `json:"asks,omitempty" enum:"candour" doc:"It asks an honest question."`
			Answers  string       `json:"answers,omitempty" maxLength:"36" doc:"The entry of the letter that it answers, by its id."`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagEntries, "write-letter", "/accounts/{id}/letters", "Write a letter to a client: it rests for ten seconds, in which undoing its touch takes it back, and then goes out", func(ctx context.Context, in *writing) (*writtenAnswer, error) {
		account, err := client(in.ID)
		if err != nil {
			return nil, err
		}
		b := &in.Body
		c := &actions.WriteLetter{
			Account: account, With: awareness.Whom(b.With), To: b.To, Subject: b.Subject, Text: b.Text, Purpose: b.Purpose,
			Template: b.Template, Asks: b.Asks,
		}
		if b.Answers != "" {
			if c.Answers, err = anID("entry", b.Answers); err != nil {
				return nil, err
			}
		}
		return d.do(ctx, in.id(ctx), d.Outbox.Write(c))
	})
}

// letters are those that go out: to the firm's people, which are invitations and new passwords, and to clients.
func letters(d *desk) {
	writeLetter(d)
	type letterList struct {
		Letters []mail.Line `json:"letters"`
		Next    string      `json:"next" doc:"The after of the next page; empty at the end."`
	}
	get(d, tagFirm, "list-letters", "/letters", "Letters to clients, and to the firm's people for those who see to them, the newest first; what is in one to a member is told to a session and not to a token", func(ctx context.Context, in *PageOf) (*answer[letterList], error) {
		return read(ctx, d, now, func(r *teller.Reading) (letterList, error) {
			all, next, err := d.Outbox.LettersAfter(ctx, r, in.After, in.Limit)
			out := letterList{[]mail.Line{}, next}
			for i := range all {
				out.Letters = append(out.Letters, lineOf(&all[i], who(ctx).Scope == ""))
			}
			return out, err
		})
	})
	type settling struct {
		Keyed
		ID   string `path:"id" doc:"The letter's id."`
		Body struct {
			Proof
			Do string `json:"do" enum:"again,hand,drop,went" doc:"Bring it to the mail server again (a member's whose link ran out is written anew, which takes your password); say that a member's was handed over; let it be, and a link in it stops working, and a client's touch counts no more; say that an uncertain one to a client has gone."`
		}
	}
	change(d, http.MethodPost, http.StatusOK, tagFirm, "settle-letter", "/letters/{id}", "Do something with a letter", func(ctx context.Context, in *settling) (*answer[settled], error) {
		id, err := anID("letter", in.ID)
		if err != nil {
			return nil, err
		}
		c := d.Outbox.Settle(id, in.Body.Do)
		if c.Proved, err = d.proved(ctx, in.Body.Password); err != nil {
			return nil, err
		}
		r, err := d.Teller.Do(ctx, who(ctx).Actor, c, teller.Options{Key: in.id(ctx)})
		if err != nil {
			return nil, err
		}
		if c.Letter != nil { // it is nil where the key was known
			id = c.Letter.ID
		}
		out, err := d.listed(ctx, id, c.Proved)
		return &answer[settled]{settled{&out, r.Repeated}}, err
	})
	newLink(d)
}

func newLink(d *desk) {
	type linking struct {
		Keyed
		ID   string `path:"id" doc:"The member's id."`
		Body struct {
			Password string `json:"password" maxLength:"300" doc:"Yours, once more: by the link one becomes that member."`
			Lang     string `json:"language,omitempty" enum:"en,de" doc:"Of the letter, where they have not chosen one."`
		}
	}
	type linked struct {
		Status int
		Body   settled
	}
	change(d, http.MethodPost, http.StatusCreated, tagFirm, "new-link", "/members/{id}/link", "Write a member a letter with a new link, to choose a password", func(ctx context.Context, in *linking) (*linked, error) {
		id, err := anID("member", in.ID)
		if err != nil {
			return nil, err
		}
		if err := book.Permit(who(ctx).Role, book.ActFirm); err != nil {
			return nil, err
		}
		if id == who(ctx).Member {
			if err := inPerson(ctx); err != nil {
				return nil, err
			}
		}
		if err := d.Auth.Again(ctx, who(ctx), in.Body.Password); err != nil {
			return nil, err
		}
		c := d.Outbox.NewLink(string(id), in.Body.Lang)
		r, err := d.Teller.Do(ctx, who(ctx).Actor, c, teller.Options{Key: in.id(ctx)})
		if err != nil {
			return nil, err
		}
		if r.Repeated || c.Letter == nil {
			return &linked{http.StatusOK, settled{Again: true}}, nil
		}
		out, err := d.listed(ctx, c.Letter.ID, true)
		return &linked{http.StatusCreated, settled{Letter: &out}}, err
	})
}

// proved says whether a password was given, and is right; a wrong one is an error.
func (d *desk) proved(ctx context.Context, password string) (bool, error) {
	if password == "" {
		return false, nil
	}
	return true, d.Auth.Again(ctx, who(ctx), password)
}

// listed is a letter as the outbox lists it.
func (d *desk) listed(ctx context.Context, id book.ID, reads bool) (line mail.Line, err error) {
	err = d.Teller.Read(ctx, who(ctx).Actor, 0, func(r *teller.Reading) error {
		all, err := d.Outbox.Letters(ctx, r)
		for i := range all {
			if all[i].ID == id {
				line = lineOf(&all[i], reads || who(ctx).Scope == "")
			}
		}
		return err
	})
	return line, err
}

// invited takes a person into the firm with a letter by which they come in.
func (d *desk) invited(ctx context.Context, key book.ID, m awareness.AddMember, by *Invitation) (*memberAnswer, error) {
	proved, err := d.proved(ctx, by.Password)
	if err != nil {
		return nil, err
	}
	c := d.Outbox.Invite(m, by.Lang)
	r, err := d.Teller.Do(ctx, who(ctx).Actor, c, teller.Options{Key: key})
	if err != nil {
		return nil, err
	}
	out := &memberAnswer{Status: http.StatusCreated}
	out.Body.Written = assessment.WrittenOf(&r)
	if r.Repeated || c.Letter == nil {
		out.Status = http.StatusOK
		return out, nil
	}
	line, err := d.listed(ctx, c.Letter.ID, proved)
	out.Body.Letter = &line
	return out, err
}

// memberAnswer is what taking a member in has written.
type memberAnswer struct {
	Status int
	Body   struct {
		assessment.Written
		Letter *mail.Line `json:"letter,omitempty" doc:"The one that invites them, where that was asked for."`
	}
}
