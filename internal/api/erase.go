package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

// erasing blanks a person's words. It cannot be undone, so whoever asks for it proves once more who they are: no token that
// has leaked erases anybody, nor does a stranger at a desk that was left open.
func erasing(d *desk) {
	type erasure struct {
		Keyed
		ID   string `path:"id" doc:"Whom: an account stands for all who are on it, a contact for one of them."`
		Body struct {
			Password string `json:"password" maxLength:"300" doc:"Yours, once more: this cannot be undone. Empty only in a session of less than ten minutes of a member who has none; a token always takes it."`
			Name     string `json:"name,omitempty" maxLength:"300" doc:"Theirs: nothing is erased where another name stands."`
		}
	}
	for _, of := range []struct{ tag, what, path, summary string }{
		{tagAccounts, "account", "/accounts/{id}/erase", "Blank the words of everybody on an account, everywhere; it cannot be undone"},
		{tagPeople, "contact", "/contacts/{id}/erase", "Blank a person's words everywhere; it cannot be undone"},
	} {
		change(d, http.MethodPost, http.StatusOK, of.tag, "erase-"+of.what, of.path, of.summary, func(ctx context.Context, in *erasure) (*answer[awareness.Erased], error) {
			id, err := anID(of.what, in.ID)
			if err != nil {
				return nil, err
			}
			if err := book.Permit(who(ctx).Role, book.ActErase); err != nil {
				return nil, err
			}
			if err := d.Auth.Again(ctx, who(ctx), in.Body.Password); err != nil {
				return nil, err
			}
			c := &awareness.Erase{Person: id, Name: in.Body.Name}
			r, err := d.Teller.Do(ctx, who(ctx).Actor, c, teller.Options{Key: in.id(ctx)})
			return &answer[awareness.Erased]{c.Came(&r)}, err
		})
	}
}

// takeout gives the whole book out as a ZIP file, while it is read.
func takeout(d *desk) {
	path := root + "/export"
	d.mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead { // asks what there is, and takes nothing
			if err := book.Permit(who(r.Context()).Role, book.ActTake); err != nil {
				d.refuse(w, r, err)
				return
			}
			w.Header().Set("Content-Type", "application/zip")
			return
		}
		begun, err := d.Takeout.Answer(w, r, who(r.Context()).Actor, who(r.Context()).Place)
		switch {
		case err == nil:
		case begun: // all that can be said is that this is not the end
			d.Log.Info("the book could not be sent whole", "error", err)
			panic(http.ErrAbortHandler)
		default:
			d.refuse(w, r, err)
		}
	})
	d.api.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "export", Method: http.MethodGet, Path: path, Tags: []string{tagFiles},
		Summary:     "Everything of the firm, as a ZIP file of files that other programs read",
		Description: "What `passbook export` writes into a folder: JSON lines for each noun, attached files among them, the playbooks, everybody's cards. It is sent while it is read, from one moment of the book; one that breaks off cannot be opened. Unpacked into a folder, `passbook import` reads it. What others keep to themselves is in it, so it is for owners, and the door's log tells of it. It goes out once at a time.",
		Responses: d.responses(map[string]*huma.Response{"200": {
			Description: "The files.",
			Content:     map[string]*huma.MediaType{"application/zip": {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
		}}),
	})
}
