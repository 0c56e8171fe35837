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
	"passbook/internal/teller"
)

const (
	// heartbeat keeps proxies from ending a quiet line, and finds what another process wrote.
	heartbeat = 5 * time.Second
	eventPage = 200
)

// event is what is told of an entry: enough to know which page to read again, and nothing of what was said.
type event struct {
	Entry   book.ID   `json:"entry"`
	Account book.ID   `json:"account,omitempty"`
	Kind    book.Kind `json:"kind"`
	By      book.ID   `json:"by"`
	Name    string    `json:"name,omitempty"` // of the member who wrote it
}

// place is where in the log a listener is; it travels as the id of an event.
type place struct {
	at book.Instant
	id book.ID
}

func (p place) String() string { return fmt.Sprintf("%d.%s", p.at, p.id) }

func readPlace(s string) (place, bool) {
	at, id, ok := strings.Cut(s, ".")
	n, err := strconv.ParseInt(at, 10, 64)
	parsed, isID := book.ParseID(id)
	return place{book.Instant(n), parsed}, ok && err == nil && isID
}

// stream adds the line of events.
func (d *desk) stream() {
	d.mux.HandleFunc("GET "+root+"/events", d.events)
	text := &huma.Schema{Type: "string"}
	d.api.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "events", Method: http.MethodGet, Path: root + "/events", Tags: []string{tagEntries},
		Summary: "What is written, as it is written (server-sent events)",
		Description: "An event of the type entry for each thing that a member writes: its id, account, kind and who wrote it, and nothing of what was said. " +
			"A comment comes every few seconds while nothing happens. After a break, Last-Event-ID goes on where it left off.",
		Parameters: []*huma.Param{
			{Name: "Last-Event-ID", In: "header", Schema: text, Description: "The id of the last event that was heard."},
			{Name: "since", In: "query", Schema: text, Description: "Without such an id, the microsecond since 1970 from which on to tell, of the last day at most; now when left out."},
		},
		Responses: d.responses(map[string]*huma.Response{"200": {
			Description: "Events, until one of the two leaves.", Content: map[string]*huma.MediaType{"text/event-stream": {Schema: text}},
		}}),
	})
}

// from is where a listener begins: where Last-Event-ID left off, else at the instant of the page that listens (since, in
// microseconds), else now.
func (d *desk) from(r *http.Request) place {
	if at, resumed := readPlace(r.Header.Get("Last-Event-ID")); resumed {
		return at
	}
	now := d.Teller.Now()
	if n, err := strconv.ParseInt(r.FormValue("since"), 10, 64); err == nil && n > 0 && book.Instant(n) < now {
		return place{at: max(book.Instant(n), now-book.Day)}
	}
	return place{at: now}
}

// events streams what is written from now on, or from where Last-Event-ID left off.
func (d *desk) events(w http.ResponseWriter, r *http.Request) {
	who := who(r.Context())
	at := d.from(r)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // of a proxy in front
	out := http.NewResponseController(w)
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		written := d.Teller.Written()
		if err := d.tell(w, r, who, &at); errors.Is(err, errOut) {
			return
		} else if err != nil {
			d.Log.Info("a listener has gone", "error", err)
			return
		}
		if err := out.Flush(); err != nil {
			return // the reader has left
		}
		select {
		case <-r.Context().Done():
			return
		case <-d.Stop:
			return
		case <-written:
		case <-tick.C:
			var err error
			if who, err = d.asks(r); err != nil {
				return // their token was ended, or they have left
			}
			if _, err := fmt.Fprint(w, ": still here\n\n"); err != nil {
				return
			}
		}
	}
}

// errOut ends the line of somebody who has left, whose session or token was ended, or who has another role now; a browser
// that is still in asks again and is answered as what it is.
var errOut = errors.New("is not in any more")

// tell sends what is new since a place, and moves it. Whether the listener is still in is asked of the same snapshot, so
// that nobody is told what was written after they were out.
func (s *Server) tell(w http.ResponseWriter, r *http.Request, who auth.Identity, at *place) error {
	for {
		var page []book.Entry
		var last book.Entry
		var names map[book.ID]string
		err := s.Teller.Read(r.Context(), who.Actor, 0, func(b *teller.Reading) (err error) {
			if in, err := s.Auth.Still(r.Context(), b.Tx, &who); err != nil || !in {
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
			*at = place{e.Recorded, e.ID}
			data, err := json.Marshal(event{e.ID, e.Account, e.Kind, e.By, names[e.By]})
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w, "id: %s\nevent: entry\ndata: %s\n\n", at, data); err != nil {
				return err
			}
		}
		if last.ID == "" {
			return nil
		}
		*at = place{last.Recorded, last.ID} // what is not told to this listener is passed over
	}
}
