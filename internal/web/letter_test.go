package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// A letter is written on the client's page where letters go out, rests in the outbox, and is taken back from either; what is
// wrong with it is said where it was written.
func TestLetterToClient(t *testing.T) {
	engines(t, func(d *desk) {
		ctx := context.Background()
		maria := &awareness.Add{Name: "Maria Keller", Fields: map[string]string{book.ContactEmails: book.WriteList([]book.Reach{{Value: "maria@client.example"}})}}
		if _, err := d.Do(ctx, d.Ana, maria, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		page := "/clients/" + string(maria.Account)
		ana := d.member(d.Ana, "ana@acme.example")
		if text := ana.get(page, http.StatusOK, "mailto:maria"); regexp.MustCompile(`/write"`).MatchString(text) {
			t.Error("a letter is offered where none goes out")
		}
		ana.post(page+"/write", url.Values{"subject": {"x"}, "text": {"y"}}, http.StatusConflict, "No mail server is set up")

		d.outbox.Office, d.outbox.Sends = actions.Office{Domain: "acme.example"}, true
		ana.get(page, http.StatusOK, `action="`+page+`/write"`, page+"?write=1#write")
		asked := &awareness.Touch{Account: awareness.Client(maria.Account), Channel: book.Email, Direction: book.In, Summary: "is it dry?", At: d.Now() - 2*book.Day}
		if _, err := d.Do(ctx, d.Ana, asked, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		ana.get("/", http.StatusOK, page+"?answers=", "&amp;write=1#write") // what waits is answered from here too
		ana.post(page+"/write", url.Values{"subject": {""}, "text": {"It is on Friday."}}, http.StatusUnprocessableEntity, "what the letter is about", "It is on Friday.</textarea>")
		ana.post(page+"/write", url.Values{"subject": {"Your viewing"}, "text": {"It is on Friday."}, "key": {"k"}}, http.StatusOK, "Your viewing", "Undo")
		ana.post(page+"/write", url.Values{"subject": {"Your viewing"}, "text": {"It is on Friday."}, "key": {"k"}}, http.StatusOK)
		outbox := ana.get("/outbox", http.StatusOK, "resting", "Your viewing", "maria@client.example", "Take it back")
		ids := regexp.MustCompile(`action="/outbox/([^"]+)"`).FindAllStringSubmatch(outbox, -1)
		if len(ids) != 1 {
			t.Fatalf("%d letters stand in the outbox", len(ids))
		}
		id := ids[0][1]
		ben := d.member(d.Ben, "ben@acme.example")
		ben.get("/outbox", http.StatusOK, "Your viewing")
		ben.post("/undo", url.Values{"entry": {id}}, http.StatusOK)
		ben.get("/outbox", http.StatusOK, "dropped")

		d.Clock.Set(d.Clock.Now().Add(time.Second))
		ana.post(page+"/write", url.Values{"subject": {"Again"}, "text": {"It is on Monday."}}, http.StatusOK)
		outbox = ana.get("/outbox", http.StatusOK, "resting")
		id = regexp.MustCompile(`action="/outbox/([^"]+)"`).FindStringSubmatch(outbox)[1]
		err := d.Store().Write(ctx, d.Ana.Workspace, func(tx *store.Tx) error {
			l, err := tx.LockLetter(ctx, book.ID(id))
			if err != nil {
				return err
			}
			l.State = store.LetterUncertain
			return tx.SaveLetter(ctx, &l)
		})
		if err != nil {
			t.Fatal(err)
		}
		d.Clock.Set(d.Clock.Now().Add(time.Minute))
		ben.get("/outbox", http.StatusOK, "did not say whether it took them", "It has gone", "It has not gone", "Send it again")
		ben.post("/undo", url.Values{"entry": {id}}, http.StatusConflict, "It is not known whether this letter has gone out")
		ben.post("/outbox/"+id, url.Values{"do": {"went"}}, http.StatusOK, "sent")
		ben.post("/undo", url.Values{"entry": {id}}, http.StatusConflict, "This letter has gone out")
	})
}
