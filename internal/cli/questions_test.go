package cli_test

import (
	"archive/zip"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"passbook/internal/book"
)

// secret is in private notes alone, which nobody but their author reads.
const secret = "Quillwort"

// question is an address with words of its own.
type question struct {
	path string
	dull bool // who sees the client finds nothing of them by it either
}

// askedWith are the questions that a path alone does not ask: who does not see the client, or is not the author of a note,
// finds nothing of them by any of these. Each is one that is answered, and that names the client to who sees them.
var askedWith = []question{
	{path: "/search?q=Zephyrine"},
	{path: "/search?q=Quillwort"},
	{path: "/search?q=likes+tea"},
	{path: "/search?q=between"},
	{path: "/search?q=lighthouse"},
	{path: "/search?people=1&q=Zephyrine"},
	{path: "/search?people=1&q=lighthouse"},
	{path: "/search?people=1&id={account}"},
	{path: "/clients?text=Zeph"},
	{path: "/clients?text=Quillwort", dull: true},
	{path: "/clients?text=lighthouse"},
	{path: "/clients?visibility=team"},
	{path: "/clients?sort=name"},
	{path: "/clients?tag=x", dull: true},
	{path: "/clients?said={entry}"},
	{path: "/clients?said={private}"},
	{path: "/?all=1"},
	{path: "/?all=1&limit=1000"},
	{path: "/?for=Ben"},
	{path: "/?said={entry}"},
	{path: "/?said={private}"},
	{path: "/commitments?all=1"},
	{path: "/commitments?all=1&show=promises"},
	{path: "/commitments?all=1&show=introductions", dull: true},
	{path: "/commitments?all=1&show=cases"},
	{path: "/commitments?all=1&show=cadence"},
	{path: "/commitments?all=1&show=engagements"},
	{path: "/commitments?all=1&show=asks", dull: true},
	{path: "/commitments?all=1&show=pulses"},
	{path: "/portfolio"},
	{path: "/portfolio?owner={ben}"},
	{path: "/duplicates"},
	{path: "/duplicates?page=0"},
	{path: "/audit"},
	{path: "/audit?account={account}"},
	{path: "/audit?account={open}"},
	{path: "/audit?kind=note"},
	{path: "/audit?kind=related", dull: true},
	{path: "/audit?member=Ben"},
	{path: "/clients/new?name=Zephyrine+Holmgartens", dull: true},
	{path: "/clients/new/similar?name=Zephyrine+Holmgartens"},
	{path: "/clients/new/similar?email=lighthouse@holm.example"},
	{path: "/clients/known", dull: true},
	{path: "/clients/{open}"},
	{path: "/clients/{open}?in={account}"},
	{path: "/clients/{open}?said={private}"},
	{path: "/clients/{open}/timeline"},
	{path: "/clients/{open}/statement?why=1", dull: true},
	{path: "/clients/{open}/brief"},
	{path: "/clients/{account}/files/{file}"},
	{path: "/later?item={account}", dull: true},
	{path: "/import", dull: true},

	{path: "/api/v1/accounts?limit=1000"},
	{path: "/api/v1/accounts?visibility=team"},
	{path: "/api/v1/contacts?limit=1000"},
	{path: "/api/v1/contacts?q=Zephyrine"},
	{path: "/api/v1/contacts?q=lighthouse@holm.example"},
	{path: "/api/v1/search?q=Zephyrine"},
	{path: "/api/v1/search?q=Quillwort"},
	{path: "/api/v1/search?q=lighthouse"},
	{path: "/api/v1/entries?limit=1000"},
	{path: "/api/v1/entries?order=newest&limit=1000"},
	{path: "/api/v1/entries?order=id&limit=1000"},
	{path: "/api/v1/entries?kind=note"},
	{path: "/api/v1/entries?kind=related"},
	{path: "/api/v1/entries?by=Ben"},
	{path: "/api/v1/entries?account={account}"},
	{path: "/api/v1/entries?account={open}"},
	{path: "/api/v1/entries/{private}"},
	{path: "/api/v1/entries/{related}"},
	{path: "/api/v1/accounts/{open}"},
	{path: "/api/v1/accounts/{open}/entries?limit=1000"},
	{path: "/api/v1/accounts/{open}/file"},
	{path: "/api/v1/accounts/{open}/brief"},
	{path: "/api/v1/accounts/{open}/statement", dull: true},
	{path: "/api/v1/promises?limit=1000"},
	{path: "/api/v1/promises?account={account}"},
	{path: "/api/v1/cases"},
	{path: "/api/v1/asks", dull: true},
	{path: "/api/v1/engagements"},
	{path: "/api/v1/pulses"},
	{path: "/api/v1/pulses?account={account}"},
	{path: "/api/v1/engagements?account={account}"},
	{path: "/api/v1/cadence?limit=1000"},
	{path: "/api/v1/due?to=2027-03-02T09:00:00Z"},
	{path: "/api/v1/today?limit=500"},
	{path: "/api/v1/today?member={ben}"},
	{path: "/api/v1/duplicates?limit=1000"},
	{path: "/api/v1/portfolio?limit=100"},
	{path: "/api/v1/suggestions?limit=1000", dull: true},
	{path: "/api/v1/audit?limit=500"},
	{path: "/api/v1/audit?account={account}"},
	{path: "/api/v1/audit?kind=related"},
}

// handedOut are the pages whose lists are handed out as files; each is asked for in every format.
var handedOut = []question{
	{path: "/?all=1"},
	{path: "/search?q=Zephyrine"},
	{path: "/search?q=lighthouse"},
	{path: "/clients"},
	{path: "/clients?visibility=team&col=tags"},
	{path: "/portfolio"},
	{path: "/duplicates"},
	{path: "/commitments?all=1"},
	{path: "/commitments?all=1&show=promises"},
	{path: "/commitments?all=1&show=introductions", dull: true},
	{path: "/commitments?all=1&show=cases"},
	{path: "/commitments?all=1&show=cadence"},
	{path: "/commitments?all=1&show=engagements"},
	{path: "/commitments?all=1&show=asks", dull: true},
	{path: "/commitments?all=1&show=pulses"},
	{path: "/audit"},
	{path: "/audit?account={account}"},
	{path: "/audit/door", dull: true},
	{path: "/team", dull: true},
	{path: "/team/{member}?show=tokens", dull: true},
	{path: "/settings?show=sessions", dull: true},
	{path: "/settings?show=tokens", dull: true},
	{path: "/settings/playbooks", dull: true},
	{path: "/settings/tariff/residential-sales", dull: true},
	{path: "/clients/{account}/statement"},
	{path: "/clients/{open}/statement", dull: true},
}

// questions are all of them, those for files in each format.
func questions() []question {
	all := askedWith
	for _, q := range handedOut {
		sign := "?"
		if strings.Contains(q.path, "?") {
			sign = "&"
		}
		for _, format := range []string{"csv", "xlsx"} {
			all = append(all, question{q.path + sign + "format=" + format, q.dull})
		}
	}
	return all
}

// Nobody is shown by a question what they are not shown by a path.
func TestQuestionsShowNoMore(t *testing.T) {
	w := newWorld(t)
	all := w.people()
	all = slices.DeleteFunc(all, func(v *visitor) bool { return !v.outside && v.role != book.RoleOwner && v.role != book.RoleMember })
	for _, q := range questions() {
		answered, told := false, false
		for _, v := range all {
			code, body := w.ask(v, "GET "+q.path, &walked{})
			asked, err := url.QueryUnescape(w.filled(q.path, &walked{}))
			w.must(err)
			body = w.unasked(asked, unpacked(t, body))
			private := strings.Contains(body, secret)
			subject := strings.HasSuffix(q.path, "/file") // what is handed to the person themselves leaves nothing out
			switch found := w.hidden(asked, body); {
			case code >= 500:
				t.Errorf("%s breaks for %s: %d", q.path, v.name, code)
			case v.outside && found != "":
				t.Errorf("%s shows %s the client: %d %s", q.path, v.name, code, around(body, found))
			case private && v.name != "Ben" && !subject:
				t.Errorf("%s shows %s a private note: %d %s", q.path, v.name, code, around(body, secret))
			case code >= 400 && code != http.StatusForbidden && code != http.StatusNotFound && !v.outside: // who cannot name the client
				t.Errorf("%s is no question to %s: %d %.300s", q.path, v.name, code, body)
			default:
				answered, told = answered || code < 300, told || found != "" || private
			}
		}
		if !answered {
			t.Errorf("%s is answered to nobody", q.path)
		}
		if told == q.dull {
			t.Errorf("%s tells of the client who sees them: %v, want %v", q.path, told, !q.dull)
		}
	}
}

// unasked is an answer without the words of its question, which forms and headings repeat.
func (w *everyRoute) unasked(asked, answer string) string {
	_, query, _ := strings.Cut(asked, "?")
	for _, pair := range strings.Split(query, "&") {
		if _, word, _ := strings.Cut(pair, "="); strings.Contains(word, marker) || strings.Contains(word, secret) || word == reach {
			answer = strings.NewReplacer(`value="`+word+`"`, "", "“"+word+"”", "", "="+url.QueryEscape(word), "").Replace(answer)
		}
	}
	return answer
}

// unpacked is what stands in a workbook, which is packed; other answers are as they are.
func unpacked(t *testing.T, body string) string {
	t.Helper()
	if !strings.HasPrefix(body, "PK\x03\x04") {
		return body
	}
	pack, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range pack.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// around is where a word stands in a page.
func around(body, word string) string {
	i := strings.Index(body, word)
	return body[max(0, i-200):min(len(body), i+100)]
}
