package serving

import (
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

const (
	// worth is the least that is compressed: below it the headers of gzip eat what is won.
	worth = 1024
	// level is the quickest; with the fourth a page is a sixteenth smaller.
	level = 1
	// zipped marks the entity tag of a compressed answer, which is another one than that of the plain.
	zipped = `-z"`
)

// presses keeps writers, which hold hundreds of kilobytes each.
var presses = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(io.Discard, level)
	if err != nil {
		panic(err) // the level is a constant
	}
	return z
}}

// compressed sends answers in gzip to those who take it. Events are not held up by it, and pictures and archives are
// small already.
//
// An answer that mixes a secret with words of a stranger's choosing could be guessed by its length (BREACH). No page
// holds a secret that lasts: there are no tokens in forms, the cookie is no part of a page, and what is shown once is
// shown after a post that other sites cannot make. What is left is what the pages say of clients; so what another site
// makes a browser ask for is not compressed at all.
func compressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		site := r.Header.Get("Sec-Fetch-Site")
		elsewhere := site == "cross-site" || site == "same-site"
		if r.Method == http.MethodHead || elsewhere || !takes(r.Header.Values("Accept-Encoding")) {
			w.Header().Add("Vary", "Accept-Encoding")
			next.ServeHTTP(w, r)
			return
		}
		p := &press{ResponseWriter: w}
		for _, name := range []string{"If-Match", "If-None-Match"} {
			if tags := r.Header.Get(name); strings.Contains(tags, zipped) {
				r.Header.Set(name, strings.ReplaceAll(tags, zipped, `"`))
				p.asked = true
			}
		}
		defer p.end()
		next.ServeHTTP(p, r)
	})
}

// takes says whether gzip is among the encodings that a reader takes.
func takes(accept []string) bool {
	for _, word := range strings.Split(strings.Join(accept, ","), ",") {
		name, rest, _ := strings.Cut(strings.TrimSpace(word), ";")
		if name = strings.ToLower(strings.TrimSpace(name)); name != "gzip" && name != "*" {
			continue
		}
		q := 1.0
		if _, v, found := strings.Cut(strings.ReplaceAll(rest, " ", ""), "q="); found {
			q, _ = strconv.ParseFloat(v, 64) // what is no number is no consent
		}
		return q > 0
	}
	return false
}

// press is an answer that may be compressed: what is written is held back until it is known to be worth it.
type press struct {
	http.ResponseWriter
	asked   bool // the reader named the tag of a compressed answer
	status  int  // as the handler set it; 0 before
	held    []byte
	decided bool
	z       *gzip.Writer // nil for an answer that goes as it is
}

// Unwrap gives what is written to.
func (p *press) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// WriteHeader keeps the status until it is decided how the answer goes.
func (p *press) WriteHeader(status int) {
	if status >= 100 && status < 200 {
		p.ResponseWriter.WriteHeader(status)
		return
	}
	if p.status == 0 {
		p.status = status
	}
}

// Write compresses, or holds back what is too little to tell.
func (p *press) Write(b []byte) (int, error) {
	if p.status == 0 {
		p.status = http.StatusOK
	}
	if !p.decided {
		if len(p.held)+len(b) < worth && p.fits() {
			p.held = append(p.held, b...)
			return len(b), nil
		}
		if err := p.decide(p.fits(), b); err != nil {
			return 0, err
		}
	}
	if p.z != nil {
		return p.z.Write(b)
	}
	return p.ResponseWriter.Write(b)
}

// fits says whether this answer is of a kind that gets smaller.
func (p *press) fits() bool {
	h := p.Header()
	if p.status < 200 || p.status == http.StatusNoContent || p.status == http.StatusPartialContent || p.status == http.StatusNotModified ||
		h.Get("Content-Encoding") != "" || h.Get("Content-Range") != "" {
		return false
	}
	if n, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64); err == nil && n < worth {
		return false
	}
	kind := h.Get("Content-Type")
	return kind == "" || shrinks(kind)
}

// shrinks says whether a media type is text.
func shrinks(kind string) bool {
	media, _, err := mime.ParseMediaType(kind)
	switch {
	case err != nil || media == "text/event-stream":
		return false
	case strings.HasPrefix(media, "text/"), strings.HasSuffix(media, "+json"), strings.HasSuffix(media, "+xml"):
		return true
	}
	switch media {
	case "application/json", "application/javascript", "application/xml", "application/x-ndjson", "application/yaml", "application/openapi+yaml":
		return true
	}
	return false
}

// decide sends the header and what was held back, compressed or not. next is what is about to be written.
func (p *press) decide(smaller bool, next []byte) error {
	p.decided = true
	h := p.Header()
	if h.Get("Content-Type") == "" && len(p.held)+len(next) > 0 && h.Get("Content-Encoding") == "" {
		h.Set("Content-Type", http.DetectContentType(append(p.held[:len(p.held):len(p.held)], next...)))
	}
	if kind := h.Get("Content-Type"); kind == "" || shrinks(kind) {
		h.Add("Vary", "Accept-Encoding")
	} else {
		smaller = false
	}
	if tag := h.Get("ETag"); strings.HasPrefix(tag, `"`) && (smaller || p.asked && p.status == http.StatusNotModified) {
		h.Set("ETag", strings.TrimSuffix(tag, `"`)+zipped)
	}
	if smaller {
		h.Set("Content-Encoding", "gzip")
		h.Del("Content-Length")
		h.Del("Accept-Ranges")
		p.z, _ = presses.Get().(*gzip.Writer)
		p.z.Reset(p.ResponseWriter)
	}
	if p.status != 0 {
		p.ResponseWriter.WriteHeader(p.status)
	}
	held := p.held
	p.held = nil
	if len(held) == 0 {
		return nil
	}
	if p.z != nil {
		_, err := p.z.Write(held)
		return err
	}
	_, err := p.ResponseWriter.Write(held)
	return err
}

// FlushError sends what there is, for a page or an event that must be seen at once.
func (p *press) FlushError() error {
	if !p.decided {
		if p.status == 0 {
			p.status = http.StatusOK
		}
		if err := p.decide(p.fits(), nil); err != nil {
			return err
		}
	}
	if p.z != nil {
		if err := p.z.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(p.ResponseWriter).Flush()
}

// end sends the rest. After a handler that panicked nothing is sent, so that the server cuts the connection.
func (p *press) end() {
	if r := recover(); r != nil {
		p.release()
		panic(r)
	}
	if !p.decided && (p.status != 0 || len(p.held) > 0) {
		_ = p.decide(false, nil) // the reader has left
	}
	if p.z != nil {
		_ = p.z.Close() // likewise
	}
	p.release()
}

func (p *press) release() {
	if p.z != nil {
		p.z.Reset(io.Discard)
		presses.Put(p.z)
		p.z = nil
	}
}
