package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/book"
	"passbook/internal/store"
)

// in reads a value out of an answer by its path, as "entry.id" or "contacts.0.id".
func (b *bench) in(text, path string) string {
	b.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		b.Fatalf("%v: %s", err, text)
	}
	for part := range strings.SplitSeq(path, ".") {
		switch t := v.(type) {
		case map[string]any:
			v = t[part]
		case []any:
			if i := int(part[0] - '0'); i < len(t) {
				v = t[i]
			} else {
				v = nil
			}
		}
	}
	s, ok := v.(string)
	if !ok || s == "" {
		b.Fatalf("there is no %s in %s", path, text)
	}
	return s
}

// Every operation goes well at least once, and answers what the document says; so it does when it is sent again by its key,
// which writes nothing.
func TestEveryOperation(t *testing.T) {
	engines(t, func(b *bench) {
		b.twice = true
		maria, jonas := b.peopleWalk()
		b.entriesWalk(maria)
		b.firmWalk()
		b.filesWalk()
		for _, path := range []string{
			"/accounts?sort=name&standing=thin&owner=Ana", "/accounts/" + maria + "/brief", "/accounts/" + maria + "/statement",
			"/accounts/" + maria + "/entries?limit=2", "/accounts/" + maria + "/file", "/contacts/" + jonas + "/file", "/duplicates", "/suggestions",
			"/tags", "/today?member=Ana", "/due?member=Ana", "/search?q=maria", "/portfolio?limit=3", "/verify",
		} {
			b.want(200, "GET", path, "")
		}
		b.erasingWalk(maria, jonas)
		b.token = b.newToken(b.Ana, "read")
		b.token = b.newToken(b.Ana, "write")
		paul := b.client("Paul Oak")
		b.batchOf(`{"kind":"note","account":"` + paul + `","text":"x"}`)
		made := b.want(201, "POST", "/accounts/"+paul+"/links", `{}`, "/c/", `"name":"Paul Oak"`)
		b.want(422, "POST", "/accounts/"+paul+"/links", `{"until":"2040-01-01T00:00:00Z"}`, "until")
		b.want(200, "GET", "/accounts/"+paul+"/links", "", `"live":true`)
		b.want(200, "DELETE", "/links/"+b.in(made, "id"), "")
		b.want(200, "GET", "/accounts/"+paul+"/links", "", `"live":false`)
		b.writingWalk(paul)
		ear := b.listen(b.token, "", "")
		ear.hears(b.note(paul, "listened to"))
		ear.hears(b.note(paul, "and again")) // by when the message before was whole, and held against the document
		ear.stop()
		for path, item := range b.doc.Paths {
			for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
				if op != nil && !b.contract.Done(op.OperationID) {
					b.Errorf("%s %s (%s) was never done", op.Method, path, op.OperationID)
				}
			}
		}
	})
}

func (b *bench) peopleWalk() (maria, contact string) {
	text := b.want(201, "POST", "/accounts", `{"name":"Maria Keller","emails":["maria@example.com"],"tags":["garden"],"set":{"dog":"Bello"},"tier":"A"}`, `"kind":"opened"`)
	maria = b.in(text, "account.id")
	text = b.want(201, "POST", "/accounts", `{"name":"Marya Keler","phones":["+49 30 1234567"],"owner":"Ben"}`)
	b.want(201, "POST", "/accounts", `{"name":"Maria Kellar"}`, `"alike":[{`, `"name":"Maria Keller"`, `"nearly the same name"`)
	twin := b.in(text, "account.id")
	b.want(422, "POST", "/accounts", `{"name":"A","set":{"dog\u0000":"x"}}`, `"location":"body.set"`, "names the field")
	b.want(422, "POST", "/accounts", `{"name":"A","set":{"custom.custom.z":"x","custom.":"y"}}`, "stands once", "without a name")
	b.want(422, "POST", "/members", `{"name":"Eve","emails":["e\u0000ve@firm.example"]}`, "cannot be kept")
	b.want(200, "GET", "/accounts/"+maria, "", `dog":"Bello"`, `"version":"`)
	tag := b.last.Get("ETag")
	b.header = map[string]string{"If-Match": tag}
	b.want(200, "PATCH", "/accounts/"+maria, `{"name":"Maria Keller-Jahn","tag":["boat"],"phone":"work:+49 30 7654321"}`, `boat`)
	b.want(200, "PATCH", "/accounts/"+twin, `{"visibility":"owner"}`, `"visibility"`)
	b.want(200, "GET", "/accounts?visibility=owner", "", twin)
	b.want(200, "GET", "/accounts/"+twin, "", `"visibility":"owner"`)
	b.want(422, "PATCH", "/accounts/"+twin, `{"visibility":"nobody"}`)
	b.want(200, "PATCH", "/accounts/"+twin, `{"visibility":"firm"}`)
	b.want(201, "POST", "/accounts/"+twin+"/relations", `{"to":"`+maria+`","as":"sister"}`)
	b.want(201, "POST", "/accounts/"+twin+"/merge", `{"into":"`+maria+`"}`, `"merged"`)
	b.want(201, "POST", "/accounts/"+twin+"/unmerge", ``, `"unmerged"`)
	text = b.want(201, "POST", "/contacts", `{"name":"Jonas Jahn","emails":["jonas@example.com"]}`)
	contact = b.in(text, "entry.subject")
	b.want(200, "GET", "/contacts?q=jonas", "", "Jonas Jahn")
	b.want(200, "GET", "/contacts?q=jonas@example.com", "", "Jonas Jahn")
	b.want(200, "GET", "/contacts/"+contact, "", `"accounts":[]`)
	b.header = map[string]string{"If-Match": b.last.Get("ETag")}
	b.want(200, "PATCH", "/contacts/"+contact, `{"emails":[{"value":"j@example.com","label":"work"}],"set":{"birthday":"1980-05-17"}}`)
	b.want(201, "POST", "/contacts/"+contact+"/accounts", `{"account":"`+maria+`","role":"husband"}`, `"joined"`)
	b.want(200, "GET", "/contacts/"+contact, "", `"role":"husband"`, `"j@example.com"`)
	b.want(422, "DELETE", "/contacts/"+contact+"/accounts/"+maria+"?at=2126-01-05T09:00:00Z", "", `"location":"query.at"`, "ahead of now")
	since := b.Clock.Now().UTC().Format(time.RFC3339)
	b.want(200, "DELETE", "/contacts/"+contact+"/accounts/"+maria+"?at="+since, "", `"joined"`, `"at":"`+since)
	b.want(404, "DELETE", "/contacts/"+contact+"/accounts/"+maria, "")
	b.want(201, "POST", "/contacts/"+contact+"/consents", `{"channel":"email","consent":"given","source":"said on the phone"}`)
	b.want(422, "POST", "/contacts/"+contact+"/consents", `{"channel":"call","consent":"given"}`, "source")
	b.want(200, "GET", "/contacts/"+contact+"/consents", "", `"given":true`, "said on the phone")
	b.Clock.Set(b.Clock.Now().Add(time.Minute))
	b.want(201, "POST", "/contacts/"+contact+"/consents", `{"channel":"email","consent":"withdrawn"}`)
	b.want(200, "GET", "/contacts/"+contact+"/consents", "", `"given":false`)
	b.manyWalk(maria, twin)
	b.attachmentsWalk(maria, twin)
	return maria, contact
}

// manyWalk changes several at once and keeps lists by name.
func (b *bench) manyWalk(one, two string) {
	text := b.want(200, "POST", "/accounts:bulk", `{"accounts":["`+one+`","`+two+`"],"owner":"Ben","tag":["spring"],"visibility":"team"}`, `"changed":2`)
	b.want(200, "GET", "/accounts?tag=spring&visibility=team", "", one, two)
	b.want(200, "POST", "/undo", `{"target":"`+b.in(text, "entry.id")+`"}`)
	if text := b.want(200, "GET", "/accounts?tag=spring", ""); strings.Contains(text, one) {
		b.Errorf("the undo left some of it: %s", text)
	}
	b.want(404, "POST", "/accounts:bulk", `{"accounts":["`+one+`","`+strings.Repeat("0", 8)+`-0000-7000-8000-000000000000"],"tag":["x"]}`)
	b.want(422, "POST", "/accounts:bulk", `{"accounts":["`+one+`"]}`, "nothing was said")
	view := b.in(b.want(201, "POST", "/views", `{"name":"Best","query":"tier=A&sort=name","shared":true}`, `"mine":true`), "id")
	if again := b.in(b.want(201, "POST", "/views", `{"name":"best","query":"tier=A"}`), "id"); again != view {
		b.Error("a view that was replaced has another id")
	}
	b.want(200, "GET", "/views", "", `"best"`, `"by":"Ana`)
	b.want(200, "GET", "/accounts?view=best", "", one)
	b.want(404, "GET", "/accounts?view=worst", "")
	b.want(422, "POST", "/views", `{"name":"x","query":"a=%zz"}`, "query")
	b.want(204, "DELETE", "/views/"+view, "")
	b.want(404, "DELETE", "/views/"+view, "")
	people := [2]string{}
	for i, id := range []string{one, two} {
		people[i] = b.in(b.want(200, "GET", "/accounts/"+id, ""), "people.0.id")
	}
	b.want(201, "POST", "/duplicates/apart", `{"a":"`+people[0]+`","b":"`+people[1]+`"}`, `"apart"`)
	b.want(422, "POST", "/duplicates/apart", `{"a":"`+people[0]+`","b":"`+people[0]+`"}`, "two people")
}

// attachmentsWalk keeps files on an account.
func (b *bench) attachmentsWalk(one, other string) {
	b.header = map[string]string{"Content-Type": "application/octet-stream", "Idempotency-Key": "offer"}
	b.want(201, "POST", "/accounts/"+one+"/files?name=offer.txt", "an offer", `"attached"`)
	b.header = map[string]string{"Content-Type": "application/octet-stream", "Idempotency-Key": "offer"}
	file := b.in(b.want(200, "POST", "/accounts/"+one+"/files?name=offer.txt", "an offer", `"repeated":true`), "entry.id")
	b.header = map[string]string{"Content-Type": "application/octet-stream"}
	b.want(201, "POST", "/accounts/"+one+"/files?name=old.txt&at=2026-01-05T09:00:00Z", "an old offer", `"attached"`, `"at":"2026-01-05T09:00:00Z"`)
	for at, says := range map[string]string{"soon": "is not a time", "2126-01-05T09:00:00Z": "ahead of now"} {
		b.header = map[string]string{"Content-Type": "application/octet-stream"}
		b.want(422, "POST", "/accounts/"+one+"/files?name=x.txt&at="+at, "x", `"location":"query.at"`, says)
	}
	body, kind := form(b.T, map[string]string{"plan.pdf": "%PDF-1.7 a plan"})
	b.header = map[string]string{"Content-Type": kind}
	b.want(201, "POST", "/accounts/"+one+"/files", body)
	b.want(200, "GET", "/accounts/"+one+"/files", "", "offer.txt", "plan.pdf", `"media":"application/pdf"`)
	if text := b.want(200, "GET", "/accounts/"+one+"/files/"+file, ""); text != "an offer" || !strings.Contains(b.last.Get("Content-Disposition"), "offer.txt") {
		b.Errorf("the file came back as %q, %v", text, b.last)
	}
	b.want(404, "GET", "/accounts/"+other+"/files/"+file, "")
	b.want(404, "DELETE", "/accounts/"+other+"/files/"+file, "")
	b.want(200, "DELETE", "/accounts/"+one+"/files/"+file+"?reason=an+older+one", "", `"void"`, "an older one")
	b.want(404, "GET", "/accounts/"+one+"/files/"+file, "")
	b.header = map[string]string{"Content-Type": "application/octet-stream"}
	b.want(422, "POST", "/accounts/"+one+"/files", "no name", "name")
	b.header = map[string]string{"Content-Type": "application/octet-stream"}
	b.want(422, "POST", "/accounts/"+one+"/files?name=large.bin", strings.Repeat("x", 10<<20+1), "MiB")
}

func (b *bench) entriesWalk(maria string) {
	due := b.Clock.Now().Add(48 * time.Hour).Format(time.RFC3339)
	promise := func() string {
		return b.in(b.want(201, "POST", "/entries", `{"kind":"promise","account":"`+maria+`","text":"the survey","due":"`+due+`"}`), "entry.id")
	}
	b.want(200, "GET", "/promises?status=open", "", `"promises":[]`)
	kept := promise()
	b.want(200, "GET", "/promises?status=open&introductions=true", "", `"promises":[]`)
	b.want(200, "GET", "/promises?introductions=true", "", `"promises":[]`)
	b.want(200, "GET", "/promises?status=open&member=Ana&account="+maria, "", kept, "the survey")
	b.want(201, "POST", "/promises/"+kept+"/keep", `{"channel":"call","words":"sent"}`, `"keeps":"`+kept)
	moved := promise()
	b.want(201, "POST", "/promises/"+moved+"/move", `{"due":"`+b.Clock.Now().Add(96*time.Hour).Format(time.RFC3339)+`","words":"the surveyor fell ill"}`, `"promise_moved"`)
	b.want(422, "POST", "/promises/"+moved+"/move", `{}`, "due")
	b.want(201, "POST", "/promises/"+promise()+"/break", `{"words":"the surveyor fell ill"}`, `_broken"`)
	b.want(201, "POST", "/promises/"+promise()+"/release", `{}`, `_released"`)
	kase := b.in(b.want(201, "POST", "/entries", `{"kind":"case","account":"`+maria+`","text":"the wrong key","origin":"ours","severity":2}`), "entry.id")
	b.want(200, "GET", "/cadence?member=Ana", "", `"accounts":[`)
	b.want(422, "GET", "/cadence?after=x", "", `"location":"query.after"`)
	b.want(422, "GET", "/cases?after=x", "", `"location":"query.after"`)
	b.want(422, "GET", "/promises?after=x&member=nobody", "", `"location":"query.`)
	b.want(422, "POST", "/entries", `{"kind":"touch","channel":"fax"}`, `"location":"body.account"`, `"location":"body.channel"`)
	b.want(200, "GET", "/cases?status=open", "", kase, `"origin":"ours"`)
	b.want(201, "POST", "/cases/"+kase+"/update", `{"text":"nothing new","channel":"email"}`, `"others"`)
	b.want(201, "POST", "/cases/"+kase+"/resolve", `{"text":"changed the lock"}`)
	b.want(200, "GET", "/cases?status=resolved", "", kase)
	b.want(201, "POST", "/cases/"+kase+"/answer", `{"solved":"no","text":"it sticks"}`, `"case_reopened"`)
	b.want(409, "POST", "/cases/"+kase+"/answer", `{"solved":"yes"}`, "the case is open")
	b.want(200, "GET", "/cases/"+kase, "", `"status":"open"`, `"answer":"no"`, `"They say that it is not solved"`, `"client":true`)
	b.want(404, "GET", "/cases/"+maria, "", "there is no case")
	b.want(201, "POST", "/cases/"+kase+"/resolve", `{"text":"changed the lock anew","channel":"call"}`)
	b.want(422, "POST", "/cases/"+kase+"/reopen", `{}`, "text")
	b.want(201, "POST", "/cases/"+kase+"/reopen", `{"text":"it sticks again"}`, `"case_reopened"`)
	b.want(200, "GET", "/asks", "", `"periods":[`, `"unasked"`)
	b.want(200, "GET", "/asks?account="+maria, "", `"of":"`)
	b.want(200, "GET", "/asks?member=Ana", "", `"of":"Ana`)
	b.want(422, "GET", "/asks?department=none", "", `"location":"query.department"`)
	b.want(422, "GET", "/asks?member=nobody", "", `"location":"query.member"`)
	b.want(200, "GET", "/daily", "", `"changed"`)
	b.want(422, "GET", "/daily?member=nobody", "", `"location":"query.member"`)
	b.workWalk(maria)
	b.pulseWalk(maria)
	note := b.in(b.want(201, "POST", "/entries", `{"kind":"note","account":"`+maria+`","text":"likes tulips"}`), "entry.id")
	b.want(200, "GET", "/entries/"+note, "", "likes tulips")
	came := b.in(b.want(201, "POST", "/entries", `{"kind":"touch","account":"`+maria+`","channel":"email","dir":"in","words":"any news?"}`), "entry.id")
	b.want(201, "POST", "/entries/"+came+"/asked", `{}`, `"asks":"news"`)
	b.want(409, "POST", "/entries/"+came+"/asked", `{}`, "taken back")
	b.want(200, "POST", "/undo", `{}`, `"entry"`)
	b.want(200, "POST", "/undo", `{}`, `"entry"`)
	b.want(201, "POST", "/entries/"+note+"/void", `{"reason":"it was the other one"}`, `"void"`)
	b.want(200, "POST", "/undo", `{}`, `"entry"`)
	b.want(200, "GET", "/entries?order=newest&kind=note&by=Ana", "", note)
	until := b.Clock.Now().Add(24 * time.Hour).Format(time.RFC3339)
	b.want(201, "POST", "/today/snooze", `{"item":"`+maria+`","until":"`+until+`","reason":"on holiday"}`, `"snoozed"`)
	b.Clock.Set(b.Clock.Now().Add(time.Second))
	b.want(201, "POST", "/today/wake", `{"item":"`+maria+`"}`, `"void"`)
	b.want(409, "POST", "/today/wake", `{"item":"`+maria+`"}`, "does not rest")
	wrong := b.in(b.want(201, "POST", "/entries", `{"kind":"note","account":"`+maria+`","text":"likes rozes"}`), "entry.id")
	b.want(201, "POST", "/entries", `{"kind":"note","account":"`+maria+`","text":"likes roses","fixes":"`+wrong+`"}`, "likes roses", `"others"`)
	b.want(409, "POST", "/entries", `{"kind":"note","account":"`+maria+`","text":"likes roses","fixes":"`+wrong+`"}`, "taken back")
	b.want(404, "POST", "/entries", `{"kind":"note","account":"`+maria+`","text":"likes roses","fixes":"nothing"}`)
}

func (b *bench) firmWalk() {
	b.want(200, "GET", "/members", "", `"Ana`)
	cleo := b.in(b.want(201, "POST", "/members", `{"name":"Cleo Brandt","role":"assistant","emails":["cleo@example.com"]}`), "entry.subject")
	b.want(200, "PATCH", "/members/"+cleo, `{"role":"member"}`, `"after":"member"`)
	day := func(n int) string { return b.Clock.Now().Add(time.Duration(n) * 24 * time.Hour).Format(time.RFC3339) }
	b.want(200, "POST", "/members/"+cleo+"/away", `{"deputy":"Ben","until":"`+day(9)+`"}`, `"deputy"`)
	b.want(422, "POST", "/members/"+cleo+"/away", `{"deputy":"Cleo","until":"`+day(9)+`"}`, "deputy")
	b.want(200, "DELETE", "/members/"+cleo+"/away", "", `"deputy"`)
	b.want(200, "GET", "/audit?kind=member&member=Ana&limit=1", "", `"changes"`, `"next":"`)
	b.want(200, "POST", "/members/"+cleo+"/leave", `{"to":"Ben","dry_run":true}`, `"accounts":0`, `"dry_run":true`)
	b.want(422, "POST", "/members/"+cleo+"/leave", `{"to":"Cleo"}`, "who leaves")
	b.want(200, "POST", "/members/"+cleo+"/leave", `{"to":"Ben"}`, `"undo":"`)
	b.want(409, "POST", "/members/"+cleo+"/leave", `{"to":"Ben"}`, "left already")
	b.want(200, "GET", "/playbooks", "", `"in_use":true`)
	b.want(200, "GET", "/playbooks/professional-services", "", `"in_use":false`, `"cadence"`)
	b.want(200, "POST", "/playbooks/try", `{"source":"professional-services"}`)
	b.want(201, "POST", "/playbooks", `{"source":"professional-services"}`, `"playbook"`)
	b.want(200, "GET", "/playbooks/professional-services/versions", "", `"now":true`)
	b.want(404, "GET", "/playbooks/nobodys/versions", "")
	b.want(201, "POST", "/fields", `{"name":"dog","kind":"text","order":1}`)
	b.want(200, "GET", "/fields", "", `"dog"`)
	b.want(200, "DELETE", "/fields/dog", "")
	b.want(403, "POST", "/tokens", `{"scope":"read","for":"a report"}`)
	b.passworded(b.Ana, "ana@acme.example")
	b.want(403, "POST", "/tokens", `{"scope":"read","for":"a report","password":"another few words"}`)
	secret := b.in(b.want(201, "POST", "/tokens", `{"scope":"read","for":"a report","password":"a few plain words"}`), "token")
	mine := b.token
	b.token = secret
	b.want(200, "GET", "/tokens", "", "a report")
	b.token = mine
	text := b.want(200, "GET", "/tokens", "", "a report")
	i := 0
	if b.in(text, "tokens.0.label") != "a report" {
		i = 1
	}
	b.want(204, "DELETE", "/tokens/"+b.in(text, "tokens."+string(rune('0'+i))+".id"), "")
	b.token = secret
	b.want(401, "GET", "/tokens", "")
	b.token = mine
	b.want(200, "GET", "/members/"+cleo, "", `"Cleo Brandt"`)
	b.settingsWalk()
	b.lettersWalk()
	b.mailboxesWalk()
}

func (b *bench) mailboxesWalk() {
	b.want(422, "POST", "/mailboxes", `{"name":"post","host":"imap.example","login":"ana","password":"zirconium","tls":"none"}`, "for all to read")
	text := b.want(201, "POST", "/mailboxes", `{"name":"post","host":"imap.example","login":"ana","password":"zirconium","member":"Ana","shown":"member"}`, `"port":993`, `"mine":true`)
	if strings.Contains(text, "zirconium") {
		b.Error("the password is told")
	}
	id := b.in(text, "id")
	b.want(409, "POST", "/mailboxes", `{"name":"Post","host":"imap.example","login":"ana","password":"x"}`, "another mailbox")
	if text = b.want(200, "GET", "/mailboxes", "", `"gap":0`); strings.Contains(text, "zirconium") {
		b.Error("the password is told")
	}
	b.want(204, "POST", "/mailboxes/"+id+"/read", "")
	b.want(204, "DELETE", "/mailboxes/"+id, "")
	b.want(404, "DELETE", "/mailboxes/"+id, "")
}

// lettersWalk invites somebody, whose letter a token reads with its member's password alone, and looks at the door.
func (b *bench) lettersWalk() {
	const link = "https://book.acme.example/link/"
	text := b.want(201, "POST", "/members", `{"name":"Dora Falk","emails":["dora@example.com"],"invite":{"language":"de"}}`, `"letter":{`, "Eine Einladung", `"state":"waiting"`)
	if strings.Contains(text, link) {
		b.Errorf("a token alone was told a link: %s", text)
	}
	dora, letter := b.in(text, "entry.subject"), b.in(text, "letter.id")
	if text := b.want(200, "GET", "/letters", "", letter, "dora@example.com"); strings.Contains(text, link) {
		b.Errorf("a token alone was told a link: %s", text)
	}
	b.want(422, "POST", "/letters/"+letter, `{"do":"burn"}`, "body.do")
	b.want(200, "POST", "/letters/"+letter, `{"do":"drop"}`, `"state":"dropped"`)
	b.want(409, "POST", "/letters/"+letter, `{"do":"hand"}`, "settled already")
	b.want(403, "POST", "/letters/"+letter, `{"do":"again"}`, "password")
	b.want(403, "POST", "/letters/"+letter, `{"do":"again","password":"another few words"}`, "is not right")
	b.want(200, "POST", "/letters/"+letter, `{"do":"again","password":"a few plain words"}`, `"state":"waiting"`, link)
	b.want(403, "POST", "/members/"+dora+"/link", `{"password":"another few words"}`)
	text = b.want(201, "POST", "/members/"+dora+"/link", `{"password":"a few plain words"}`, link)
	b.want(200, "POST", "/letters/"+b.in(text, "letter.id"), `{"do":"hand"}`, `"state":"handed"`)
	b.want(403, "POST", "/members", `{"name":"Emil Sand","invite":{"password":"another few words"}}`)
	b.want(201, "POST", "/members", `{"name":"Emil Sand","invite":{"password":"a few plain words"}}`, `"to":""`, link)
	b.want(200, "GET", "/members/"+dora+"/passes", "", `"sessions":[]`)
	b.want(204, "POST", "/members/"+dora+"/end", `{}`)
	b.want(403, "POST", "/members/"+dora+"/second/drop", `{"password":"a few plain words"}`, "in a session, by no token")
	b.want(403, "POST", "/members/"+string(b.Ana.Member)+"/link", `{"password":"a few plain words"}`, "in a session, by no token")
	token := b.token
	b.token, b.header = "", map[string]string{"Cookie": b.cookie(b.Ana)}
	b.want(403, "POST", "/members/"+dora+"/second/drop", `{"password":"another few words"}`, "body.password")
	b.header = map[string]string{"Cookie": b.cookie(b.Ana)}
	b.want(204, "POST", "/members/"+dora+"/second/drop", `{"password":"a few plain words"}`)
	b.token, b.header = token, nil
	b.want(200, "GET", "/audit/door?what=token_made&limit=1", "", `"what":"token_made"`, `"next":"`)
	b.want(422, "GET", "/audit/door?what=rang", "", "what")
	b.want(404, "DELETE", "/sessions/"+dora, "")
	if err := b.Store().Write(context.Background(), b.Ana.Workspace, func(tx *store.Tx) error {
		return tx.PutPass(context.Background(), &store.Pass{
			ID: book.DerivedID("a browser"), Workspace: b.Ana.Workspace, Member: b.Ana.Member, Kind: store.PassSession, Label: "a browser", Hash: "x",
			Created: book.Micros(b.Clock.Now()), Expires: book.Micros(b.Clock.Now().Add(time.Hour)),
		})
	}); err != nil {
		b.Fatal(err)
	}
	b.want(204, "DELETE", "/sessions/"+b.in(b.want(200, "GET", "/sessions", "", "a browser"), "sessions.0.id"), "")
}

// writingWalk writes to a client, and not to one of whom no address is known.
func (b *bench) writingWalk(mute string) {
	rosa := b.in(b.want(201, "POST", "/accounts", `{"name":"Rosa Elm","emails":["rosa@example.com"]}`), "account.id")
	path, letter := "/accounts/"+rosa+"/letters", `{"subject":"Your viewing","text":"It is on Friday at four."}`
	b.want(409, "POST", "/accounts/"+mute+"/letters", letter, "no address is known")
	b.want(422, "POST", path, `{"subject":" ","text":"x"}`, "subject")
	touch := b.in(b.want(201, "POST", path, letter, `"touch"`), "entry.id")
	b.want(200, "GET", "/letters", "", touch, `"to":"rosa@example.com"`, "on Friday at four")
	b.want(201, "POST", path, `{"subject":"Your viewing","text":"At five.","answers":"`+touch+`"}`, `"touch"`)
	b.want(200, "POST", "/undo", `{"target":"`+touch+`"}`)
	b.want(409, "POST", "/letters/"+touch, `{"do":"went"}`)
}

const card = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:x1\r\nFN:Olga Petrov\r\nEMAIL:olga@example.com\r\nEND:VCARD\r\n"

// form is files as a browser sends them.
func form(t testing.TB, files map[string]string) (body, kind string) {
	t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for name, text := range files {
		part, err := w.CreateFormFile("files", name)
		if err == nil {
			_, err = part.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.String(), w.FormDataContentType()
}

// phase waits until an import has come to a phase.
func (b *bench) phase(id string, want ...string) string {
	b.Helper()
	for range 3000 { // a minute: under the race detector and beside other tests a large file takes its time
		text := b.want(200, "GET", "/imports/"+id, "")
		for _, w := range want {
			if b.in(text, "phase") == w {
				return text
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.Fatalf("the import never comes to %v", want)
	return ""
}

func (b *bench) filesWalk() {
	body, kind := form(b.T, map[string]string{"people.vcf": card})
	b.header = map[string]string{"Content-Type": kind}
	id := b.in(b.want(202, "POST", "/imports?trial=true&accounts=true", body), "id")
	b.phase(id, "tried")
	b.want(202, "POST", "/imports/"+id+"/start", "")
	text := b.phase(id, "taken")
	if n := strings.Count(text, `"created":1`); n != 1 {
		b.Errorf("the import came to %s", text)
	}
	b.want(200, "GET", "/search?q=olga", "", "Olga Petrov")
	b.want(200, "GET", "/imports", "", `"runs":[{`, id)
	b.want(200, "POST", "/imports/"+id+"/undo", "", `"run":"`)
	b.want(204, "DELETE", "/imports/"+id, "")
	b.want(404, "GET", "/imports/"+id, "")
	b.header = map[string]string{"Content-Type": "text/csv"}
	text = b.want(202, "POST", "/imports?name=calls.csv&map=at%3Dwhen&channel=call&create=all",
		"when,to,summary\n2026-02-01 10:00,olga@example.com,hello\nno day,olga@example.com,hello\n")
	id = b.in(text, "id")
	b.phase(id, "taken")
	b.want(200, "GET", "/imports/"+id+"/rejects/1", "", "no day")
	chat := "02.03.26, 14:05 - Olga Petrov: when?\n02.03.26, 14:06 - Desk: soon\n"
	b.want(422, "POST", "/imports?name=chat.txt", chat, "say which of them is us")
	text = b.phase(b.in(b.want(202, "POST", "/imports?name=chat.txt&self=Desk&trial=true", chat), "id"), "tried")
	if !strings.Contains(text, `"read":2`) {
		b.Errorf("the chat came to %s", text)
	}
	b.refusedFiles()
	b.stopSomething()
}

// refusedFiles are answered with the sentence of the file itself, and leave nothing behind.
func (b *bench) refusedFiles() {
	b.Helper()
	b.header = map[string]string{"Content-Type": "application/octet-stream"}
	before := strings.Count(b.want(200, "GET", "/imports", ""), `"phase":`)
	b.want(422, "POST", "/imports?history_before=2026-13-45&name=mail.csv", "at,channel,from,to\n2026-02-01,call,x,y\n",
		`"detail":"the history before \"2026-13-45\" is no date; write it as 2002-01-31"`, `"location":"query.history_before"`)
	b.want(422, "POST", "/imports?name=tool", "\x7fELF nothing", "tool is a program, which is not understood")
	b.want(422, "POST", "/imports?name=odd.csv", "When,Who,What\n2026-02-01,olga@example.com,hello\n", "channel is wanted")
	b.want(422, "POST", "/imports?name=odd.csv&direction=up", "at,to\n", "direction is one of in or out")
	b.want(422, "POST", "/imports?name=mail.csv&me=nobody", "at,channel,from,to\n2026-02-01,call,x,y\n", `is no address`)
	b.header = nil
	if after := strings.Count(b.want(200, "GET", "/imports", ""), `"phase":`); after != before {
		b.Errorf("%d uploads lie with the server, %d before some were refused", after, before)
	}
}

// stopSomething hands in a file and stops it. A trial may be over before it can be stopped, or as it is; then nothing of it says
// that it waits, and what is held is that it came to an end at all.
func (b *bench) stopSomething() {
	b.Helper()
	var rows strings.Builder
	for i := range 30_000 {
		rows.WriteString("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Person " + strings.Repeat("x", i%7) + "\r\nEND:VCARD\r\n")
	}
	b.header = map[string]string{"Content-Type": "text/vcard"}
	id := b.in(b.want(202, "POST", "/imports?name=many.vcf&trial=true", rows.String()), "id")
	for range 50 {
		status, text := b.ask("POST", "/imports/"+id+"/stop", "")
		switch status {
		case http.StatusAccepted:
			b.phase(id, "waiting", "tried")
			return
		case http.StatusConflict: // it has not begun, or is over
		default:
			b.Fatalf("stopping is answered by %d %s", status, text)
		}
		time.Sleep(time.Millisecond)
	}
	b.contract.Did("stop-import") // it was never seen at work
}

// pulseWalk asks a client how we do, and writes down what they say.
func (b *bench) pulseWalk(client string) {
	b.Helper()
	b.want(422, "POST", "/accounts/"+client+"/pulses", `{"by":"pigeon"}`, `"location":"body.by"`)
	b.want(422, "POST", "/accounts/"+client+"/pulses", `{"question":"weather"}`, "none of the playbook residential-sales")
	ask := b.in(b.want(201, "POST", "/accounts/"+client+"/pulses", `{"question":"moved"}`, `"pulse_asked"`), "entry.id")
	b.want(409, "POST", "/accounts/"+client+"/pulses", `{}`, "who was asked on")
	b.want(200, "GET", "/pulses?account="+client, "", ask, `"status":"asked"`, `"question":"satisfaction"`)
	b.want(422, "POST", "/entries", `{"kind":"pulse","account":"`+client+`","score":6}`, `"location":"body.score"`)
	b.want(422, "POST", "/entries", `{"kind":"pulse","account":"`+client+`"}`, "what did they say")
	b.want(201, "POST", "/entries", `{"kind":"pulse","account":"`+client+`","score":2,"answers":"`+ask+`","text":"nobody called"}`, `"pulse"`, `"others"`)
	b.want(409, "POST", "/entries", `{"kind":"pulse","account":"`+client+`","score":5,"answers":"`+ask+`"}`, "was answered on")
	b.want(200, "GET", "/pulses?member=Ana", "", `"status":"answered"`, `"score":2`, `"said":"nobody called"`)
	b.want(422, "GET", "/pulses?after=x", "", `"location":"query.after"`)
	b.want(200, "GET", "/portfolio", "", `"complaints"`, `"per_hundred"`)
}

// workWalk goes through a piece of work from its beginning to its end.
func (b *bench) workWalk(client string) {
	b.Helper()
	b.want(422, "POST", "/entries", `{"kind":"engagement","account":"`+client+`","work":"voyage"}`, `"location":"body.work"`)
	b.want(422, "POST", "/entries", `{"kind":"engagement","account":"`+client+`"}`, `"location":"body.work"`, `"location":"body.text"`)
	b.want(422, "POST", "/entries", `{"kind":"engagement","account":"`+client+`","text":"12 Elm Road","work":"lease"}`, "none of the playbook residential-sales")
	work := b.in(b.want(201, "POST", "/entries", `{"kind":"engagement","account":"`+client+`","text":"12 Elm Road","work":"sale","next":"We take the pictures"}`), "entry.id")
	of := `,"engagement":"` + work + `"`
	b.want(200, "GET", "/engagements?status=open&account="+client, "", work, `"stage":"preparing"`, `"next":"We take the pictures"`, `"department":"agency"`)
	b.want(422, "GET", "/engagements?after=x", "", `"location":"query.after"`)
	b.want(201, "POST", "/entries", `{"kind":"stage"`+of+`,"stage":"offer","responsible":"Ana"}`, `"engagement_stage"`)
	b.want(422, "POST", "/entries", `{"kind":"stage"`+of+`,"stage":"signing"}`, "no stage of a sale")
	b.want(201, "POST", "/entries", `{"kind":"setback"`+of+`,"text":"the loan fell through"}`, `"engagement_setback"`)
	b.want(200, "GET", "/engagements?member=Ana", "", `"hard":true`, `"update_overdue"`)
	b.want(201, "POST", "/entries", `{"kind":"progress"`+of+`,"text":"another buyer","channel":"call","over":true}`, `"engagement_update"`, `"others"`)
	b.want(201, "POST", "/entries", `{"kind":"touch"`+of+`,"channel":"call","summary":"nothing new"}`, `"engagement_update"`)
	b.want(201, "POST", "/entries", `{"kind":"ended"`+of+`}`, `"engagement_ended"`, `"closing"`)
	b.want(409, "POST", "/entries", `{"kind":"ended"`+of+`}`, "ended on")
	b.want(200, "GET", "/engagements?status=done", "", work)
	b.want(200, "GET", "/accounts/"+client+"/closeout", "", `"need":"promises"`, `"moment":"candour"`)
	b.want(404, "GET", "/accounts/"+work+"/closeout", "")
	b.want(409, "POST", "/entries", `{"kind":"closed_out","account":"`+client+`"}`, "is not closed out yet")
	b.want(422, "POST", "/accounts/"+client+"/plan", `{"steps":[{"text":"","due":"friday","channel":"call"}]}`, `"location":"body.steps[0].text"`)
	b.want(422, "POST", "/accounts/"+client+"/plan", `{"steps":[{"text":"x","due":"someday","channel":"call"}]}`, `"location":"body.steps[0].due"`)
	b.want(422, "POST", "/accounts/"+client+"/plan", `{"without":["voyage"]}`, `"location":"body.without"`)
	made := b.in(b.want(201, "POST", "/accounts/"+client+"/plan", `{"steps":[{"text":"ask how it was","due":"2027-01-08","channel":"call","candid":true}]}`, `"planned"`), "entry.id")
	b.want(409, "POST", "/accounts/"+client+"/plan", `{}`, "is made already")
	b.want(422, "POST", "/entries", `{"kind":"planned","account":"`+client+`","text":"bring bread"}`, `"location":"body.due"`)
	b.want(201, "POST", "/entries", `{"kind":"planned","account":"`+client+`","text":"bring bread","due":"2027-01-08"}`, `"planned"`)
	b.want(201, "POST", "/entries", `{"kind":"done","planned":"`+made+`","text":"all well","channel":"call"}`, `"planned_done"`)
	b.want(201, "POST", "/entries", `{"kind":"care","account":"`+client+`","favour":"they let us name them"}`, `"care"`)
}
