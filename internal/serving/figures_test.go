package serving

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// The figures stand beside the pages for this machine alone, and for nobody where a proxy may stand between or they have a
// port of their own.
func TestFiguresAreForThisMachine(t *testing.T) {
	for name, c := range map[string]struct {
		config map[string]string
		from   string
		header string
		told   bool
	}{
		"this machine":         {map[string]string{}, "127.0.0.1:4711", "", true},
		"this machine, IPv6":   {map[string]string{}, "[::1]:4711", "", true},
		"another":              {map[string]string{}, "192.0.2.7:4711", "", false},
		"passed on by another": {map[string]string{}, "127.0.0.1:4711", "X-Forwarded-For", false},
		"behind a proxy":       {map[string]string{"proxy-trusted": "127.0.0.1", "public-url": "https://desk.example"}, "127.0.0.1:4711", "", false},
		"reached from outside": {map[string]string{"public-url": "http://desk.example"}, "127.0.0.1:4711", "", false},
		"with a port":          {map[string]string{"metrics-listen": "127.0.0.1:0"}, "127.0.0.1:4711", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			pages := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
			d := &Desk{Config: told(t, c.config), Pages: pages, Log: slog.New(slog.DiscardHandler), Metrics: NewMetrics(time.Unix(1, 0))}
			h, err := d.Handler()
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
			if r.RemoteAddr = c.from; c.header != "" {
				r.Header.Set(c.header, "198.51.100.4")
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if got := strings.Contains(w.Body.String(), "passbook_requests_total"); got != c.told || (w.Code == http.StatusTeapot) == c.told {
				t.Errorf("told %v, want %v: %d %s", got, c.told, w.Code, w.Body)
			}
		})
	}
}
