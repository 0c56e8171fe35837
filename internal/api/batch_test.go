package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"passbook/internal/api"
	"passbook/internal/store"
)

type result struct {
	Line   int
	ID     string
	Status int
	Entry  string
	Points *float64
	Error  *struct {
		Detail string
		Errors []struct{ Location string }
	}
}

func (b *bench) batchOf(body string) []result {
	b.Helper()
	b.header = map[string]string{"Content-Type": "application/x-ndjson"}
	text := b.want(200, "POST", "/entries:batch", body)
	var out []result
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		var r result
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			b.Fatalf("%v: %s", err, line)
		}
		out = append(out, r)
	}
	return out
}

// askedAs holds a line that was taken against what the document says of the lines of a request.
func (b *bench) askedAs(method, path, line string) {
	b.Helper()
	req, err := http.NewRequest(method, b.server.URL+"/api/v1"+path, http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	if err := b.contract.Takes(req, "application/x-ndjson", []byte("["+line+"]")); err != nil {
		b.Errorf("%s was taken, and the document does not know it: %v", line, err)
	}
}

// Bad lines among good ones keep none from being written, each fault is told at its line, and the same again writes
// nothing.
func TestBatch(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.client("Maria Keller")
		b.Clock.Set(b.Clock.Now().Add(time.Minute))
		due := b.Clock.Now().Add(48 * time.Hour).Format(time.RFC3339)
		body := strings.Join([]string{
			`{"id":"a","kind":"touch","account":"` + id + `","channel":"call","summary":"one"}`,
			`{"kind":"touch","channel":"fax","minutes":-1,"account":"` + id + `"}`,
			`not JSON`,
			``,
			`{"id":"b","kind":"promise","account":"Maria Keller","text":"the survey","due":"` + due + `"}`,
			`{"id":"c","kind":"promise","account":"Maria Keller"}`,
			`{"id":"d","kind":"kept","promise":"Maria Keller","channel":"email"}`,
			`{"id":"a","kind":"touch","account":"` + id + `","channel":"call","summary":"one"}`,
			`{"id":"a","kind":"note","account":"` + id + `","text":"another"}`,
			`{"id":"e","kind":"note","account":"Nobody","text":"x"}`,
			`{"id":"f","kind":"update","case":"Maria Keller","text":"nothing new"}`,
			strings.Repeat("x", 70_000),
			`{"id":"g","kind":"deed","account":"` + id + `","points":3,"words":"fed the cat"}`,
		}, "\n")
		want := []int{201, 422, 400, 201, 422, 201, 200, 409, 404, 404, 413, 201}
		got := b.batchOf(body)
		if len(got) != len(want) {
			b.Fatalf("%d results, want %d: %+v", len(got), len(want), got)
		}
		for i, r := range got {
			if r.Status != want[i] {
				b.Errorf("line %d: %d %+v, want %d", r.Line, r.Status, r.Error, want[i])
			}
		}
		for i, line := range strings.Split(body, "\n") {
			if slices.ContainsFunc(got, func(r result) bool { return r.Line == i+1 && r.Status < 300 }) {
				b.askedAs("POST", "/entries:batch", line)
			}
		}
		if got[3].Line != 5 || got[len(got)-1].Line != 13 {
			b.Errorf("lines are counted as %d and %d", got[3].Line, got[len(got)-1].Line)
		}
		if len(got[1].Error.Errors) != 2 || len(got[4].Error.Errors) != 2 {
			b.Errorf("not every fault is told: %+v %+v", got[1].Error, got[4].Error)
		}
		if *got[0].Points != 6 || got[5].Points == nil || *got[5].Points == 0 || got[6].Entry != got[0].Entry {
			b.Errorf("points and entries: %v %v %s %s", *got[0].Points, *got[5].Points, got[6].Entry, got[0].Entry)
		}
		page := b.want(200, "GET", "/accounts/"+id+"/entries?limit=100", "")
		for i, r := range b.batchOf(body) {
			if w := map[int]int{201: 200}[want[i]]; w != 0 && r.Status != w {
				b.Errorf("again, line %d: %d", r.Line, r.Status)
			}
		}
		if again := b.want(200, "GET", "/accounts/"+id+"/entries?limit=100", ""); again != page {
			b.Error("the same batch again wrote something")
		}
		b.want(200, "GET", "/verify", "", `"ok":true`)
	})
}

// A caller may send a whole batch before it reads anything of the answer, however long both are.
func TestBatchSentFirst(t *testing.T) {
	b := newSQLiteBench(t, nil)
	token, address := b.newToken(b.Ben, "write"), b.server.Listener.Addr().String()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(50 * time.Second)) // a connection of TCP has deadlines
	_ = conn.(*net.TCPConn).SetReadBuffer(64 << 10)
	const n = 40_000
	body := strings.Repeat(`{"kind":"none"}`+"\n", n)
	_, err = fmt.Fprintf(conn, "POST /api/v1/entries:batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", token, len(body), body)
	if err != nil {
		t.Fatalf("the server stopped reading: %v", err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if got := strings.Count(string(text), "\n"); err != nil || got != n {
		t.Errorf("%d results of %d lines, %v", got, n, err)
	}
	b.streamed("POST", "/entries:batch", res.Header.Get("Content-Type"), string(text))
}

// A batch that takes long ends with its token: what comes after is not written.
func TestBatchOutlivesToken(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.client("Maria Keller")
		note := `{"kind":"note","account":"` + id + `","text":"x"}` + "\n"
		body, send := io.Pipe()
		req, err := http.NewRequest(http.MethodPost, b.server.URL+"/api/v1/entries:batch", body)
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+b.newToken(b.Ben, "write"))
		go func() { _, _ = send.Write([]byte(note)) }()
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		defer res.Body.Close()
		lines := bufio.NewScanner(res.Body)
		if !lines.Scan() || !strings.Contains(lines.Text(), `"status":201`) {
			b.Fatalf("the first line: %s", lines.Text())
		}
		b.streamed("POST", "/entries:batch", res.Header.Get("Content-Type"), lines.Text())
		if err := b.Store().Write(b.Context(), b.Ben.Workspace, func(tx *store.Tx) error { return tx.EndPasses(b.Context(), b.Ben.Member) }); err != nil {
			b.Fatal(err)
		}
		go func() { _, _ = send.Write([]byte(note)); _ = send.Close() }()
		if !lines.Scan() || !strings.Contains(lines.Text(), `"status":401`) {
			b.Errorf("after the token was ended: %s", lines.Text())
		}
		b.streamed("POST", "/entries:batch", res.Header.Get("Content-Type"), lines.Text())
	})
}

// A member may write what their role may, line by line.
func TestBatchRoles(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.client("Maria Keller")
		b.want(200, "PATCH", "/members/"+string(b.Ben.Member), `{"role":"assistant"}`)
		b.token = b.newToken(b.Ben, "write")
		got := b.batchOf(`{"kind":"note","account":"` + id + `","text":"x"}` + "\n" + `{"kind":"closing","account":"` + id + `"}`)
		if got[0].Status != 201 || got[1].Status != 403 {
			b.Errorf("%+v", got)
		}
		b.token = b.newToken(b.Ben, "read")
		b.want(403, "POST", "/entries:batch", "{}", "may only read")
	})
}

// Beyond 100,000 lines nothing is written, and whoever sends more is told.
func TestBatchLimit(t *testing.T) {
	b := newSQLiteBench(t, nil)
	id := b.client("Maria Keller")
	good := `{"kind":"note","account":"` + id + `","text":"x"}` + "\n"
	got := b.batchOf(good + strings.Repeat("{}\n", 99_998) + good + good)
	last := got[len(got)-1]
	if len(got) != 100_001 || got[0].Status != 201 || got[99_999].Status != 201 || last.Status != 413 || last.Line != 100_001 {
		t.Errorf("%d results, the last %+v", len(got), last)
	}
}

// Results come while lines are still being sent, and what was not whole when the sender left is not written.
func TestBatchStream(t *testing.T) {
	b := newSQLiteBench(t, nil)
	id := b.client("Maria Keller")
	in, out := io.Pipe()
	req, err := http.NewRequest(http.MethodPost, b.server.URL+"/api/v1/entries:batch", in)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+b.token)
	answers := make(chan *http.Response, 1)
	go func() {
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Error(err)
		}
		answers <- res
	}()
	line := func(n int) string {
		return fmt.Sprintf(`{"id":"k%d","kind":"note","account":%q,"text":"note %d"}`, n, id, n)
	}
	fmt.Fprintln(out, line(1))
	res := <-answers
	if res == nil {
		t.Fatal("no answer")
	}
	r := bufio.NewReader(res.Body)
	text, err := r.ReadString('\n')
	if err != nil || !strings.Contains(text, `"status":201`) {
		t.Fatalf("%s %v", text, err)
	}
	b.streamed("POST", "/entries:batch", res.Header.Get("Content-Type"), text)
	fmt.Fprint(out, line(2)[:30]) // half a line
	if err := out.CloseWithError(fmt.Errorf("gone")); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, r)
	res.Body.Close()
	page := b.want(200, "GET", "/accounts/"+id+"/entries", "", "note 1")
	if strings.Contains(page, "note 2") {
		t.Error("half a line was written")
	}
}

func newSQLiteBench(t *testing.T, tune func(*api.Server)) *bench {
	return tunedBench(t, sqliteBook(t), tune)
}
