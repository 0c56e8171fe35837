package serving

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	// bodyPause is how long a body may stand still: an import may take minutes, a silent sender may not.
	bodyPause = 30 * time.Second
	// bodyRate is how many bytes a second must come at least beside that: one byte now and then is no sending. A batch of
	// lines may be as slow as what it tells of.
	bodyRate = 512
	// answerPause is how long a reader may leave what is written to them unread.
	answerPause = time.Minute
)

// limited bounds what a request may bring, and how long its sender and its reader may stand still.
func (d *Desk) limited(most int64, next http.Handler) http.Handler {
	return d.limitedBy(most, bodyPause, bodyRate, next)
}

func (d *Desk) limitedBy(most int64, pause time.Duration, rate float64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > most {
			w.Header().Set("Connection", "close")
			d.refuse(w, r, http.StatusRequestEntityTooLarge, TooLarge)
			return
		}
		out := http.NewResponseController(w)
		if r.ContentLength != 0 && r.Body != nil {
			body := &steady{out: out, ReadCloser: http.MaxBytesReader(w, r.Body, most), pause: pause, rate: rate, began: time.Now()}
			if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-ndjson") {
				body.rate = 0
			}
			body.wait()
			r.Body = body
		}
		// The server keeps connections and would keep their last deadline, too.
		if r.ProtoMajor == 1 {
			_ = out.SetWriteDeadline(time.Time{}) // a writer without deadlines has none to lift
			w = &prompt{ResponseWriter: w, out: out}
		}
		next.ServeHTTP(w, r)
	})
}

// steady is a body whose sender must go on sending.
type steady struct {
	io.ReadCloser
	out   *http.ResponseController
	pause time.Duration
	rate  float64 // bytes a second; 0 for as slow as it likes
	began time.Time
	read  int64
}

func (s *steady) wait() {
	until := time.Now().Add(s.pause)
	if s.rate > 0 {
		if slow := s.began.Add(s.pause + time.Duration(float64(s.read)/s.rate*float64(time.Second))); slow.Before(until) {
			until = slow
		}
	}
	_ = s.out.SetReadDeadline(until) // where there is none, nothing is lost
}

// Read reads on, and lifts the deadline at the end: the connection is then watched for the reader's leaving, and a
// deadline that passes would look like that. After an error it stays: the server itself reads what is left before it
// answers, and would wait for it without end.
func (s *steady) Read(p []byte) (int, error) {
	s.wait()
	n, err := s.ReadCloser.Read(p)
	s.read += int64(n)
	if errors.Is(err, io.EOF) {
		_ = s.out.SetReadDeadline(time.Time{})
	}
	return n, err
}

// prompt is an answer whose reader must go on reading.
type prompt struct {
	http.ResponseWriter
	out *http.ResponseController
}

// Unwrap gives what is written to.
func (p *prompt) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// Write writes, and waits only so long.
func (p *prompt) Write(b []byte) (int, error) {
	_ = p.out.SetWriteDeadline(time.Now().Add(answerPause))
	return p.ResponseWriter.Write(b)
}
