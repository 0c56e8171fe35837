package api

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/auth"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

const eventPage = 200

// event is what is told of an entry: enough to know which page to read again, and nothing of what was said.
type event struct {
	Entry   book.ID   `json:"entry"`
	Account book.ID   `json:"account,omitempty" doc:"None of what is the firm's, as a new member."`
	Kind    book.Kind `json:"kind"`
	By      book.ID   `json:"by" doc:"The member who wrote it."`
	Name    string    `json:"name,omitempty" doc:"Of that member."`
}

// message is an event as it stands in the stream, by the names of its lines.
type message struct {
	ID    string `json:"id" doc:"Where the listener is: Last-Event-ID goes on after it."`
	Event string `json:"event,omitempty" enum:"entry"`
	Data  *event `json:"data,omitempty" doc:"JSON on one line. A message with an id alone only says where the listener is."`
}

// place is where in the log a listener is; it travels as the id of an event. Within one feed its number says exactly what
// was told before; to another process, or to a later one, the log's own order has to do.
type place struct {
	at   book.Instant
	id   book.ID
	mark string // of the feed that numbered it; empty where none has
	seq  int64
}

func (p place) String() string {
	s := fmt.Sprintf("%d.%s", p.at, p.id)
	if p.mark != "" {
		s += fmt.Sprintf(".%s.%d", p.mark, p.seq)
	}
	return s
}

func readPlace(s string) (p place, ok bool) {
	part := strings.Split(s, ".")
	if len(part) != 2 && len(part) != 4 {
		return p, false
	}
	at, err := strconv.ParseInt(part[0], 10, 64)
	if p.id, ok = book.ParseID(part[1]); err != nil || !ok {
		return place{}, false
	}
	p.at = book.Instant(at)
	if len(part) == 4 {
		if p.seq, err = strconv.ParseInt(part[3], 10, 64); err != nil {
			return place{}, false
		}
		p.mark = part[2]
	}
	return p, true
}

// stream adds the line of events.
func (d *desk) stream() {
	d.mux.HandleFunc("GET "+root+"/events", d.events)
	text := &huma.Schema{Type: "string"}
	d.api.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "events", Method: http.MethodGet, Path: root + "/events", Tags: []string{tagEntries},
		Summary: "What is written, as it is written (server-sent events)",
		Description: "An event of the type entry for each thing that a member writes: its id, account, kind and who wrote it, and nothing of what was said. " +
			"A comment comes every few seconds while nothing happens. After a break, Last-Event-ID goes on where it left off: exactly, while the same server runs; after it was started anew " +
			"some of the last half minute may be told once more. Whoever reads too slowly is let go, and goes on in the same way.",
		Parameters: []*huma.Param{
			{Name: "Last-Event-ID", In: "header", Schema: text, Description: "The id of the last event that was heard."},
			{Name: "since", In: "query", Schema: text, Description: "Without such an id, the microsecond since 1970 from which on to tell, of the last day at most; now when left out."},
		},
		Responses: d.responses(map[string]*huma.Response{"200": {
			Description: "Events, until one of the two leaves.", Content: map[string]*huma.MediaType{"text/event-stream": {
				Schema: lines(d.api.OpenAPI().Components.Schemas.Schema(typeOf[message](), true, "Message"),
					"The messages, in the lines of server-sent events; data is JSON on one line."),
			}},
		}}),
	})
}

// listener is somebody who listens.
type listener struct {
	*feed
	who   auth.Identity
	w     http.ResponseWriter
	out   *http.ResponseController
	seq   int64            // the last item that it has been told of, or was not to be told of
	told  map[book.ID]bool // what the log told it before the feed did
	since book.Instant     // what was told before is on the page that listens, read by the feed or not
}

// errOut ends the line of somebody who has left, whose session or token was ended, or who has another role now; a browser
// that is still in asks again and is answered as what it is.
var errOut = errors.New("is not in any more")

// errSlow ends the line of somebody who has not read for so long that what they missed is no more at hand.
var errSlow = errors.New("reads too slowly")

// events streams what is written from now on, or from where Last-Event-ID left off.
func (d *desk) events(w http.ResponseWriter, r *http.Request) {
	f, err := d.feed(who(r.Context()).Workspace)
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	l := &listener{feed: f, who: who(r.Context()), w: w, out: http.NewResponseController(w), told: map[book.ID]bool{}}
	defer f.join(&l.who)()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // of a proxy in front
	if err := d.serveEvents(r, l); err != nil && !errors.Is(err, errOut) && r.Context().Err() == nil {
		d.Log.Info("a listener has gone", "error", err)
	}
}

func (d *desk) serveEvents(r *http.Request, l *listener) error {
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	begun := false
	for {
		l.mu.Lock()
		now, items, news := l.now, l.items, l.news
		l.mu.Unlock()
		if now.asked[l.who.Pass] {
			if !begun {
				if err := d.begin(r, l, &now, items); err != nil {
					return err
				}
			}
			begun = true
			if err := l.tell(&now, items); err != nil {
				return err
			}
			if err := l.out.Flush(); err != nil {
				return err
			}
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-d.Stop:
			return nil
		case <-news:
		case <-tick.C:
			if _, err := fmt.Fprint(l.w, ": still here\n\n"); err != nil {
				return err
			}
		}
	}
}

// begin tells what a listener has missed, and says from where on the feed goes on: at what Last-Event-ID names, else at
// the instant of the page that listens (since, in microseconds), else now. What the feed does not have any more, or never
// had, is read from the log.
func (d *desk) begin(r *http.Request, l *listener, now *reading, items []item) error {
	l.seq = now.seq
	oldest := now.seq - int64(len(items)) // the one before the first that is at hand
	if at, resumed := readPlace(r.Header.Get("Last-Event-ID")); resumed {
		if at.mark == l.mark && at.seq >= oldest && at.seq <= now.seq {
			l.seq = at.seq
			return nil
		}
		l.told[at.id] = true
		return d.catchUp(r, l, max(0, at.at-near))
	}
	n, err := strconv.ParseInt(r.FormValue("since"), 10, 64)
	since := book.Instant(n)
	if err != nil || since <= 0 {
		return nil
	}
	if l.since = since; since >= now.at { // the feed has not read since: what it reads next may be on the page
		return nil
	}
	l.mu.Lock()
	whole := since >= l.began && since > l.dropped
	l.mu.Unlock()
	if !whole {
		return d.catchUp(r, l, max(since, now.at-book.Day)-lag)
	}
	l.seq = oldest
	return nil
}

// tell sends what is new to a listener. Whether they are still in was asked of the snapshot that the news are from, or of a
// later one, so that nobody is told what was written after they were out.
func (l *listener) tell(now *reading, items []item) error {
	if !l.in(now.in) {
		return errOut
	}
	if len(items) > 0 && items[0].place.seq > l.seq+1 || len(items) == 0 && now.seq > l.seq {
		return errSlow
	}
	eyes := book.EyesOf(l.who.Member, l.who.Role, now.members, now.at)
	for i := max(0, len(items)-int(now.seq-l.seq)); i < len(items); i++ {
		it := &items[i]
		if l.told[it.place.id] || it.told < l.since || !eyes.Passes(&it.guard) {
			continue
		}
		if err := l.send(it.place, it.data); err != nil {
			return err
		}
	}
	l.seq = now.seq
	return nil
}

func (l *listener) in(standing map[book.ID]store.Standing) bool {
	is, known := standing[l.who.Pass]
	return known && is.Member == l.who.Member && is.Role == l.who.Role
}

func (l *listener) send(at place, data []byte) error {
	_, err := fmt.Fprintf(l.w, "id: %s\nevent: entry\ndata: %s\n\n", at, data)
	return err
}

// catchUp tells from the log what was recorded from an instant on.
func (d *desk) catchUp(r *http.Request, l *listener, from book.Instant) error {
	at, told := place{at: from}, place{}
	if resumed, ok := readPlace(r.Header.Get("Last-Event-ID")); ok {
		told = resumed
	}
	for {
		var page []book.Entry
		var last book.Entry
		var names map[book.ID]string
		err := d.Teller.Read(r.Context(), l.who.Actor, 0, func(b *teller.Reading) error {
			standing, err := b.Tx.StillIn(r.Context(), b.Now, l.who.Member)
			if err != nil || !l.in(standing) {
				return cmp.Or(err, errOut)
			}
			page, last, err = b.Tx.EntriesSince(r.Context(), at.at, at.id, eventPage)
			if err != nil || len(page) == 0 {
				return err
			}
			var by []book.ID
			for i := range page {
				if !slices.Contains(by, page[i].By) {
					by = append(by, page[i].By)
				}
			}
			names, err = b.Tx.MemberNames(r.Context(), by...)
			return err
		})
		if err != nil {
			return err
		}
		for i := range page {
			e := &page[i]
			if l.told[e.ID] {
				continue
			}
			if e.Recorded >= d.Teller.Now()-far { // the feed tells nothing older
				l.told[e.ID] = true
			}
			data, err := json.Marshal(event{e.ID, e.Account, e.Kind, e.By, names[e.By]})
			if err != nil {
				return err
			}
			told = place{at: e.Recorded, id: e.ID}
			if err := l.send(told, data); err != nil {
				return err
			}
		}
		if last.ID == "" {
			return l.caughtUp(told)
		}
		at = place{at: last.Recorded, id: last.ID} // what is not told to this listener is passed over
	}
}

// caughtUp tells a listener their place anew, as the feed counts: after another break they hear nothing twice.
func (l *listener) caughtUp(at place) error {
	if at.id == "" {
		return nil
	}
	at.mark, at.seq = l.mark, l.seq
	_, err := fmt.Fprintf(l.w, "id: %s\n\n", at)
	return err
}
