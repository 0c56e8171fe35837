package serving

import (
	"errors"
	"io"
	"net/http"
	"time"
)

const (
	// bodyPause is how long a body may stand still: an import may take minutes, a silent sender may not.
	bodyPause = 30 * time.Second
	// answerPause is how long a reader may leave what is written to them unread.
	answerPause = time.Minute
)

// limited bounds what a request may bring, and how long its sender and its reader may stand still.
func limited(most int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > most {
			w.Header().Set("Connection", "close")
			refuse(w, r, http.StatusRequestEntityTooLarge, "This is more than is taken in at once.")
			return
		}
		out := http.NewResponseController(w)
		if r.ContentLength != 0 && r.Body != nil {
			body := &steady{out: out, ReadCloser: http.MaxBytesReader(w, r.Body, most)}
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
	out *http.ResponseController
}

func (s *steady) wait() { _ = s.out.SetReadDeadline(time.Now().Add(bodyPause)) } // where there is none, nothing is lost

// Read reads on, and lifts the deadline at the end: the connection is then watched for the reader's leaving, and a
// deadline that passes would look like that.
func (s *steady) Read(p []byte) (int, error) {
	s.wait()
	n, err := s.ReadCloser.Read(p)
	if err != nil {
		_ = s.out.SetReadDeadline(time.Time{})
		var large *http.MaxBytesError
		if !errors.Is(err, io.EOF) && !errors.As(err, &large) {
			return n, err
		}
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
