package api

import (
	"context"
	"errors"
	"net/http"

	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/problem"
	"passbook/internal/teller"
)

// settings are a member's own: how the book is put before them, and by what they sign in.
func settings(d *desk) {
	type Settings struct {
		awareness.Liked
		Second bool `json:"second_factor" doc:"A second factor is asked for when you sign in."`
	}
	stand := func(ctx context.Context) (*answer[Settings], error) {
		return read(ctx, d, now, func(r *teller.Reading) (out Settings, err error) {
			me := who(ctx).Member
			likes, err := awareness.LikedBy(ctx, r.Tx, me)
			if err != nil {
				return out, err
			}
			c, err := r.Tx.Credential(ctx, me)
			return Settings{*likes, c.TOTP != ""}, err
		})
	}
	show(d, tagFirm, "show-settings", "/settings", "How the book is put before you", func(ctx context.Context, in *Unless) (*tagged[Settings], error) {
		got, err := stand(ctx)
		if err != nil {
			return nil, err
		}
		return tag(got.Body.Version, in.NoneMatch, got.Body)
	})
	type liking struct {
		Keyed
		Provided
		Body struct {
			Language *string `json:"language,omitempty" enum:"en,de"`
			Theme    *string `json:"theme,omitempty" enum:",light,dark" doc:"light or dark; empty is the machine's."`
			Letters  *string `json:"letters,omitempty" enum:",off" doc:"Whether keys act by themselves: off, or empty for on."`
			Order    *string `json:"order,omitempty" enum:",dmy,mdy,ymd" doc:"In which you write the parts of a day: dmy, mdy or ymd; empty is as the language and the country do."`
			Daily    *string `json:"daily,omitempty" enum:",off" doc:"Whether the daily letter is written to you: off, or empty for on."`
			Zone     *string `json:"zone,omitempty" maxLength:"64" doc:"As in Europe/Berlin; empty is the firm's."`
		}
	}
	type liked struct {
		Settings
		Again bool `json:"repeated"`
	}
	change(d, http.MethodPatch, http.StatusOK, tagFirm, "edit-settings", "/settings", "Choose how the book is put before you; what is left out stays", func(ctx context.Context, in *liking) (*answer[liked], error) {
		seen, err := in.version()
		if err != nil {
			return nil, err
		}
		b, c := &in.Body, &awareness.Like{Set: map[string]string{}, Expect: seen}
		for name, word := range map[string]*string{"language": b.Language, "theme": b.Theme, "letters": b.Letters, "order": b.Order, "zone": b.Zone, "daily": b.Daily} {
			if word != nil {
				c.Set[name] = *word
			}
		}
		if len(c.Set) == 0 {
			return nil, book.Errorf(book.Invalid, "say what to change")
		}
		r, err := d.Teller.Do(ctx, who(ctx).Actor, c, teller.Options{Key: in.id(ctx)})
		if err != nil {
			return nil, err
		}
		got, err := stand(ctx)
		return &answer[liked]{liked{got.Body, r.Repeated}}, err
	})
	ownDoor(d)
}

// inPerson refuses a token. Whoever holds one that has leaked must not come to sign in as its member, nor keep them out: by
// what somebody signs in is changed in a session alone, which has shown both password and second factor.
func inPerson(ctx context.Context) error {
	if who(ctx).Scope == "" {
		return nil
	}
	return problem.New(http.StatusForbidden, "by what you sign in is changed in a session, by no token")
}

// ownDoor is what a member does about their own door.
func ownDoor(d *desk) {
	type changing struct {
		Body struct {
			Password string `json:"password" maxLength:"300" doc:"The one you have."`
			New      string `json:"new" maxLength:"300" doc:"The one you want."`
		}
	}
	change(d, http.MethodPost, http.StatusNoContent, tagFirm, "change-password", "/settings/password", "Change your password, in a session; your other sessions end", func(ctx context.Context, in *changing) (*struct{}, error) {
		if err := inPerson(ctx); err != nil {
			return nil, err
		}
		err := d.Auth.SetPassword(ctx, who(ctx), in.Body.Password, in.Body.New, auth.Secret(d.Sessions.Token(ctx)))
		if e := (*book.Error)(nil); errors.As(err, &e) && e.Fault == book.Invalid { // the one that is wanted is at fault
			e.Field = "new"
		}
		return nil, err
	})
	type enrolment struct {
		Secret string `json:"secret" doc:"To be typed into what shows the codes."`
		URI    string `json:"uri" doc:"The same, for a picture of it."`
	}
	change(d, http.MethodPost, http.StatusOK, tagFirm, "begin-second", "/settings/second", "Begin to set up a second factor, in a session; nothing is kept before a code of it was seen", func(ctx context.Context, _ *struct{}) (*answer[enrolment], error) {
		if err := inPerson(ctx); err != nil {
			return nil, err
		}
		address, err := d.Auth.Address(ctx, who(ctx).Workspace, who(ctx).Member)
		if err != nil {
			return nil, err
		}
		if address == "" {
			address = who(ctx).Name
		}
		e, err := d.Auth.Enrol("Passbook", address, "")
		return &answer[enrolment]{enrolment{e.Secret, e.URI}}, err
	})
	type confirming struct {
		Body struct {
			Secret   string `json:"secret" minLength:"16" maxLength:"200" doc:"As it was told."`
			Code     string `json:"code" minLength:"1" maxLength:"20" doc:"The six digits that are shown now."`
			Password string `json:"password" maxLength:"300" doc:"Yours, once more."`
		}
	}
	type codes struct {
		Codes []string `json:"codes" doc:"Each good once, where the telephone is lost. They are told this once."`
	}
	change(d, http.MethodPost, http.StatusOK, tagFirm, "confirm-second", "/settings/second/confirm", "Take a second factor into use, in a session; the codes that stand in for it are told", func(ctx context.Context, in *confirming) (*answer[codes], error) {
		if err := inPerson(ctx); err != nil {
			return nil, err
		}
		all, err := d.Auth.Confirm(ctx, who(ctx), in.Body.Secret, in.Body.Code, in.Body.Password)
		return &answer[codes]{codes{orEmpty(all)}}, err
	})
	type leaving struct {
		Body struct {
			Password string `json:"password" maxLength:"300" doc:"Yours, once more."`
		}
	}
	change(d, http.MethodPost, http.StatusNoContent, tagFirm, "end-second", "/settings/second/drop", "Take your second factor out of use, in a session", func(ctx context.Context, in *leaving) (*struct{}, error) {
		if err := inPerson(ctx); err != nil {
			return nil, err
		}
		return nil, d.Auth.DropTOTP(ctx, who(ctx), in.Body.Password)
	})
}
