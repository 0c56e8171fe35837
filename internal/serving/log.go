package serving

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"passbook/internal/config"
)

// NewLog makes the program's log. Lines of a request carry its id.
func NewLog(c *config.Log, w io.Writer) *slog.Logger {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	o := &slog.HandlerOptions{Level: levels[c.Level]}
	if c.Format == "json" {
		return slog.New(traced{slog.NewJSONHandler(w, o)})
	}
	return slog.New(traced{slog.NewTextHandler(w, o)})
}

// traced adds the request's id to what is logged on its behalf.
type traced struct{ slog.Handler }

// Handle implements slog.Handler.
func (t traced) Handle(ctx context.Context, r slog.Record) error { //nolint:gocritic // the interface wants the record by value
	if n := noteOf(ctx); n != nil {
		r.AddAttrs(slog.String("request", n.id))
	}
	return t.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (t traced) WithAttrs(a []slog.Attr) slog.Handler { return traced{t.Handler.WithAttrs(a)} }

// WithGroup implements slog.Handler.
func (t traced) WithGroup(name string) slog.Handler { return traced{t.Handler.WithGroup(name)} }

// note is what is known of a request on its way through.
type note struct {
	id    string
	route string // the pattern that it met, "" where none has said
}

type noteKey struct{}

func noteOf(ctx context.Context) *note {
	n, _ := ctx.Value(noteKey{}).(*note)
	return n
}

// Named makes a mux within another one tell its own pattern of a request, instead of the outer one's.
func Named(mux http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if n := noteOf(r.Context()); n != nil && r.Pattern != "" {
				n.route = r.Pattern
			}
		}()
		mux.ServeHTTP(w, r)
	})
}

// watched notes every request in the log and in the figures. A path may hold the secret of a link and a query what
// somebody searched for, so the log has the route's pattern and never what was filled into it.
func watched(log *slog.Logger, m *Metrics, next http.Handler) http.Handler {
	run, count := strconv.FormatInt(m.began.Unix(), 36), new(atomic.Int64)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		n := &note{id: run + "-" + strconv.FormatInt(count.Add(1), 36)} // this run's, and which
		w.Header().Set("X-Request-Id", n.id)
		r = r.WithContext(context.WithValue(r.Context(), noteKey{}, n))
		rec := &recorder{ResponseWriter: w}
		m.begin()
		defer func() {
			broken := recover()
			if n.route == "" {
				n.route = r.Pattern
			}
			took := time.Since(start)
			stream := w.Header().Get("Content-Type") == "text/event-stream"
			m.end(n.route, r.Method, rec.code(broken), took, stream)
			level := slog.LevelInfo
			if broken != nil && broken != http.ErrAbortHandler { // an answer that is cut off on purpose, or by its reader, is no fault
				level = slog.LevelError
			}
			host, _, err := net.SplitHostPort(r.RemoteAddr)
			if err != nil {
				host = r.RemoteAddr
			}
			log.Log(r.Context(), level, "request", "method", r.Method, "route", n.route, "status", rec.code(broken), "bytes", rec.bytes,
				"took", took.Round(time.Microsecond), "from", host)
			if broken != nil {
				panic(broken) // the server cuts the connection and tells the stack
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// recorder remembers how an answer went.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// Unwrap gives what is written to.
func (c *recorder) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// WriteHeader remembers the status.
func (c *recorder) WriteHeader(status int) {
	if c.status == 0 && status >= 200 {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

// Write counts.
func (c *recorder) Write(b []byte) (int, error) {
	n, err := c.ResponseWriter.Write(b)
	c.bytes += int64(n)
	return n, err
}

func (c *recorder) code(broken any) int {
	switch {
	case broken != nil && broken != http.ErrAbortHandler:
		return http.StatusInternalServerError
	case c.status == 0:
		return http.StatusOK
	}
	return c.status
}
