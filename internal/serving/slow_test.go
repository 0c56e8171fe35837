package serving

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// Whoever promises a body and brings nothing, or a byte now and then, is cut off, whether it is read or not; a batch of lines
// may be as slow as what it tells of.
func TestSlowBodies(t *testing.T) {
	read := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm() // as pages do, which answer all the same
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusForbidden)
	})
	ignore := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	for _, c := range []struct {
		name, kind string
		next       http.Handler
		drip       time.Duration // 0 brings nothing
		stays      bool
	}{
		{"silent", "application/x-www-form-urlencoded", read, 0, false},
		{"silent and unread", "application/x-www-form-urlencoded", ignore, 0, false},
		{"dripping", "application/x-www-form-urlencoded", read, 50 * time.Millisecond, false},
		{"dripping and unread", "application/json", ignore, 50 * time.Millisecond, false},
		{"lines", "application/x-ndjson", read, 50 * time.Millisecond, true},
		{"silent lines", "application/x-ndjson", read, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer((&Desk{}).limitedBy(1<<20, 300*time.Millisecond, 1000, c.next))
			defer srv.Close()
			conn, err := net.Dial("tcp", srv.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 100000\r\n\r\n", c.kind)
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				_, _ = io.Copy(io.Discard, conn) // until it is cut
			}()
			over := time.After(3 * time.Second)
			for {
				select {
				case <-ended:
					if c.stays {
						t.Error("it was cut off")
					}
					return
				case <-over:
					if !c.stays {
						t.Error("it is still open")
					}
					return
				case <-time.After(max(c.drip, 20*time.Millisecond)):
					if c.drip > 0 {
						_, _ = conn.Write([]byte("a")) // once it is cut nobody takes it
					}
				}
			}
		})
	}
}
