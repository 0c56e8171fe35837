package api_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// ear is somebody who listens.
type ear struct {
	b     *bench
	lines chan string // what comes, but for heartbeats; closed at the end
	stop  context.CancelFunc
	last  string // the id of the last event
}

// listen listens with a token, after an event ("" for none).
func (b *bench) listen(token, last, query string) *ear {
	b.Helper()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	b.Cleanup(stop)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.server.URL+"/api/v1/events"+query, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	e := &ear{b: b, lines: make(chan string, 10_000), stop: stop}
	go func() {
		defer close(e.lines)
		defer res.Body.Close()
		message := ""
		for r := bufio.NewScanner(res.Body); r.Scan(); {
			line := r.Text()
			if message += line + "\n"; line == "" { // each is what the document says
				b.streamed(http.MethodGet, "/events", res.Header.Get("Content-Type"), message)
				message = ""
			} else if line[0] != ':' {
				e.lines <- line
			}
		}
	}()
	return e
}

// hears waits until an event holds the words, and says how many came before it.
func (e *ear) hears(words string) (before int) {
	e.b.Helper()
	end := time.After(20 * time.Second)
	for {
		select {
		case line, on := <-e.lines:
			if !on {
				e.b.Fatalf("the line ended before %q came", words)
			}
			if id, ok := strings.CutPrefix(line, "id: "); ok {
				e.last = id
			}
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				if strings.Contains(data, words) {
					return before
				}
				before++
			}
		case <-end:
			e.b.Fatalf("%q was not told", words)
		}
	}
}

// note writes a note and gives its id.
func (b *bench) note(account, text string) string {
	b.Helper()
	r, err := b.Do(context.Background(), b.Ana, &awareness.Note{Account: awareness.Client(account), Text: text}, teller.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return string(r.First().ID)
}

// An event that the document does not know fails the tests that listen.
func TestEventsAreHeldAgainstTheDocument(t *testing.T) {
	b := newSQLiteBench(t, nil)
	id := string(book.DerivedID("x"))
	for text, right := range map[string]bool{
		"id: 1.x\nevent: entry\ndata: {\"entry\":\"" + id + "\",\"kind\":\"note\",\"by\":\"" + id + "\"}\n\n": true,
		": still here\n\n": true,
		"id: 1.x\n\n":      true,
		"event: entry\n\n": false,
		"id: 1.x\nevent: entry\ndata: {\"entry\":\"" + id + "\"}\n\n": false,
		"id: 1.x\nevent: other\ndata: {\"secret\":\"told\"}\n\n":      false,
	} {
		if err := b.conforms(http.MethodGet, "/events", "text/event-stream", text); (err == nil) != right {
			t.Errorf("%q: %v", text, err)
		}
	}
	if b.conforms(http.MethodPost, "/entries:batch", "application/x-ndjson", `{"line":1}`) == nil {
		t.Error("a line without a status passes")
	}
}

// elsewhere writes an entry as another process does: nothing rings here, and it was recorded as its clock said.
func (b *bench) elsewhere(name, account string, ago time.Duration) string {
	b.Helper()
	at := book.Micros(b.Clock.Now().Add(-ago))
	e := &book.Entry{ID: book.DerivedID("elsewhere", name), Account: book.ID(account), At: at, Kind: book.KindNote, By: b.Ben.Member, Recorded: at}
	err := b.Store().Write(context.Background(), "acme", func(tx *store.Tx) error {
		return tx.InsertEntries(context.Background(), []*book.Entry{e})
	})
	if err != nil {
		b.Fatal(err)
	}
	return string(e.ID)
}

// What is committed late, by another process, or by a clock that was set back is told all the same, and once.
func TestEventsOutOfOrder(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.client("Maria Keller")
		b.Clock.Set(b.Clock.Now().Add(time.Hour))
		e := b.listen(b.token, "", "")
		first := b.note(id, "one")
		if n := e.hears(first); n > 0 {
			b.Errorf("%d events of what was there before", n)
		}
		late := b.elsewhere("late", id, 20*time.Second)
		e.hears(late)
		b.Clock.Set(b.Clock.Now().Add(-30 * time.Minute))
		back := b.note(id, "set back")
		if n := e.hears(back); n > 0 {
			b.Errorf("%d events were told twice", n)
		}
		b.Clock.Set(b.Clock.Now().Add(30 * time.Minute))
		last := e.last
		e.stop()
		missed, late2 := b.note(id, "missed"), b.elsewhere("late 2", id, 25*time.Second)
		e = b.listen(b.token, last, "")
		n := e.hears(missed) + e.hears(late2)
		if n > 0 {
			b.Errorf("after a break %d events were told twice", n)
		}
		if n := b.listen(b.token, e.last, ""); n != nil {
			if more := n.hears(b.note(id, "more")); more > 0 {
				b.Errorf("after another break %d events were told twice", more)
			}
		}
	})
}

// Whoever goes on with another server, which has numbers of its own, misses nothing, hears again only of the last half
// minute, and that only once.
func TestEventsOfAnotherServer(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.client("Maria Keller")
		b.Clock.Set(b.Clock.Now().Add(time.Hour))
		e := b.listen(b.token, "", "")
		one := b.note(id, "one")
		e.hears(one)
		old := e.last
		e.stop()
		late := b.elsewhere("late", id, 20*time.Second)
		parts := strings.Split(old, ".")
		e = b.listen(b.token, parts[0]+"."+parts[1]+".ffffffffffff.7", "")
		e.hears(late)
		two := b.note(id, "two")
		e.hears(two)
		last := e.last
		e.stop()
		e = b.listen(b.token, last, "")
		if n := e.hears(b.note(id, "three")); n > 0 {
			b.Errorf("%d events were told again", n)
		}
	})
}

// A page hears what was written after it was made, and nothing of what it shows already.
func TestEventsSince(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.client("Maria Keller")
		b.Clock.Set(b.Clock.Now().Add(time.Hour))
		e := b.listen(b.token, "", "")
		e.hears(b.note(id, "begins the feed"))
		e.stop()
		b.Clock.Set(b.Clock.Now().Add(time.Minute))
		b.note(id, "on the page")
		b.Clock.Set(b.Clock.Now().Add(2 * time.Minute)) // by when it stands committed for certain, whoever reads of it
		page := book.Micros(b.Clock.Now())
		b.Clock.Set(b.Clock.Now().Add(time.Second))
		after := b.note(id, "after the page")
		if n := b.listen(b.token, "", fmt.Sprintf("?since=%d", page)).hears(after); n > 0 {
			b.Errorf("%d events of what the page shows", n)
		}
	})
}

// Who sees less is told less, and of private notes nobody but their author.
func TestEventsKeepToTheEyes(t *testing.T) {
	engines(t, func(b *bench) {
		open := b.client("Maria Keller")
		hers := b.client("Joan Oak")
		b.want(200, "PATCH", "/accounts/"+hers, `{"visibility":"owner"}`)
		b.Clock.Set(b.Clock.Now().Add(time.Hour))
		ana, ben := b.listen(b.token, "", ""), b.listen(b.newToken(b.Ben, auth.ScopeRead), "", "")
		secret := b.note(hers, "guarded")
		r, err := b.Do(context.Background(), b.Ana, &awareness.Note{Account: awareness.Client(open), Text: "mine", Private: true}, teller.Options{})
		if err != nil {
			b.Fatal(err)
		}
		end := b.note(open, "for all")
		if n := ben.hears(end); n > 0 {
			b.Errorf("Ben was told of %d entries that he does not see", n)
		}
		ana.hears(secret)
		ana.hears(string(r.First().ID))
		ana.hears(end)
	})
}

// However many listen, what is written is read once.
func TestEventsReadOnce(t *testing.T) {
	var reads atomic.Int64
	watch := sqldb.Watch(func(query string, _ []any) {
		if strings.Contains(query, "FROM entry") || strings.Contains(query, "JOIN pass p") || strings.Contains(query, "FROM member") {
			reads.Add(1)
		}
	})
	b := newBench(t, testkit.Open(t, filepath.Join(t.TempDir(), "x.db"), watch, sqldb.NoSync()))
	id := b.client("Maria Keller")
	ears := make([]*ear, 500)
	for i := range ears {
		ears[i] = b.listen(b.token, "", "")
	}
	time.Sleep(50 * time.Millisecond) // the last who came were asked about
	before := reads.Load()
	note := b.note(id, "one")
	for _, e := range ears {
		e.hears(note)
	}
	if n := reads.Load() - before; n > 60 {
		t.Errorf("for 500 listeners %d statements were read", n)
	}
}
