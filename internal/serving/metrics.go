package serving

import (
	"bytes"
	"fmt"
	"net/http"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// steps are the upper ends of the histogram of durations, in seconds.
var steps = []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// Figure is one number that is read when somebody looks.
type Figure struct {
	Name   string // as Prometheus wants it: passbook_…_total for what only grows
	Help   string
	Labels string // `pool="writer"`, or ""
	Value  float64
}

// Metrics counts requests, and asks others for their figures when somebody looks. It speaks Prometheus' text format,
// version 0.0.4, which is some lines of text; the client library for it would be a fortieth of the whole program.
type Metrics struct {
	began  time.Time
	inside atomic.Int64
	ask    []func() []Figure

	mu    sync.Mutex
	count map[answered]uint64
	times map[string]*histogram
}

// answered is what requests are counted by.
type answered struct {
	route, method string
	status        int
}

type histogram struct {
	in  []uint64 // by step, those beyond the last one left out
	n   uint64
	sum float64
}

// NewMetrics begins to count. Each of ask is called when somebody looks.
func NewMetrics(began time.Time, ask ...func() []Figure) *Metrics {
	return &Metrics{began: began, ask: ask, count: map[answered]uint64{}, times: map[string]*histogram{}}
}

func (m *Metrics) begin() { m.inside.Add(1) }

// methods are counted by name; whatever else somebody sends is "other", so that nobody makes labels up.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}

// end counts an answer. How long somebody listened to events says nothing about how fast answers are.
func (m *Metrics) end(route, method string, status int, took time.Duration, stream bool) {
	m.inside.Add(-1)
	if _, path, found := strings.Cut(route, " "); found {
		route = path
	}
	if route == "" {
		route = "other"
	}
	if !slices.Contains(methods, method) {
		method = "other"
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.count[answered{route, method, status}]++
	if stream {
		return
	}
	h := m.times[route]
	if h == nil {
		h = &histogram{in: make([]uint64, len(steps))}
		m.times[route] = h
	}
	seconds := took.Seconds()
	h.n++
	h.sum += seconds
	if i, _ := slices.BinarySearch(steps, seconds); i < len(steps) {
		h.in[i]++
	}
}

// ServeHTTP tells all figures.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	var b bytes.Buffer
	m.requests(&b)
	figures := append(m.process(), Figure{Name: "passbook_requests_in_flight", Help: "Requests under way, listeners among them.", Value: float64(m.inside.Load())})
	for _, ask := range m.ask {
		figures = append(figures, ask()...)
	}
	slices.SortStableFunc(figures, func(a, b Figure) int { return strings.Compare(a.Name, b.Name) })
	last := ""
	for _, f := range figures {
		kind := "gauge"
		if strings.HasSuffix(f.Name, "_total") {
			kind = "counter"
		}
		if f.Name != last {
			head(&b, f.Name, f.Help, kind)
			last = f.Name
		}
		labels := f.Labels
		if labels != "" {
			labels = "{" + labels + "}"
		}
		fmt.Fprintf(&b, "%s%s %s\n", f.Name, labels, number(f.Value))
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // whoever asked has left
}

// requests tells how many were answered, and how fast.
func (m *Metrics) requests(b *bytes.Buffer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	head(b, "passbook_requests_total", "Requests answered, by route, method and status.", "counter")
	keys := make([]answered, 0, len(m.count))
	for k := range m.count {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b answered) int {
		return strings.Compare(fmt.Sprint(a.route, " ", a.method, " ", a.status), fmt.Sprint(b.route, " ", b.method, " ", b.status))
	})
	for _, k := range keys {
		fmt.Fprintf(b, "passbook_requests_total{route=%s,method=%s,status=\"%d\"} %d\n", Label(k.route), Label(k.method), k.status, m.count[k])
	}
	head(b, "passbook_request_seconds", "How long answers took, by route; those who listen to events aside.", "histogram")
	routes := make([]string, 0, len(m.times))
	for r := range m.times {
		routes = append(routes, r)
	}
	slices.Sort(routes)
	for _, route := range routes {
		h, sum := m.times[route], uint64(0)
		for i, le := range steps {
			sum += h.in[i]
			fmt.Fprintf(b, "passbook_request_seconds_bucket{route=%s,le=\"%s\"} %d\n", Label(route), number(le), sum)
		}
		fmt.Fprintf(b, "passbook_request_seconds_bucket{route=%s,le=\"+Inf\"} %d\n", Label(route), h.n)
		fmt.Fprintf(b, "passbook_request_seconds_sum{route=%s} %s\n", Label(route), number(h.sum))
		fmt.Fprintf(b, "passbook_request_seconds_count{route=%s} %d\n", Label(route), h.n)
	}
}

// process is how the program itself is.
func (m *Metrics) process() []Figure {
	read := []metrics.Sample{{Name: "/sched/goroutines:goroutines"}, {Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/cycles/total:gc-cycles"}}
	metrics.Read(read)
	value := func(i int) float64 { return float64(read[i].Value.Uint64()) }
	return []Figure{
		{Name: "passbook_start_time_seconds", Help: "When the program began, in seconds since 1970.", Value: float64(m.began.Unix())},
		{Name: "passbook_goroutines", Help: "Goroutines.", Value: value(0)},
		{Name: "passbook_memory_bytes", Help: "Memory that the program has from the system.", Value: value(1)},
		{Name: "passbook_heap_bytes", Help: "Memory of what is in use.", Value: value(2)},
		{Name: "passbook_gc_cycles_total", Help: "Collections of what is no more in use.", Value: value(3)},
	}
}

func head(b *bytes.Buffer, name, help, kind string) {
	fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

// Label writes a label's value.
func Label(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
