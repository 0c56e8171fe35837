package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/textproto"
	"strconv"
	"sync"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"passbook/internal/queue"
)

const (
	// linger is how long a line to the server stays open for the next letter.
	linger = 2 * time.Second
	// mostOnLine is how many letters go over one line; servers end those on which many came.
	mostOnLine = 100
)

// lines are the open lines to a server that nobody uses at the moment.
type lines struct {
	mu   sync.Mutex
	idle []*line
}

// line is a conversation with the server, as far as the next letter.
type line struct {
	conn  net.Conn
	c     *smtp.Client
	used  int
	timer *time.Timer
}

// unsure is an error after which it is not known whether the server has taken the letter.
type unsure struct{ error }

func (e unsure) Unwrap() error { return e.error }

// Unsure says of an error of Send that the server was given the letter whole and did not say what it did with it.
func Unsure(err error) bool { return errors.As(err, new(unsure)) }

// errStale is a line that has ended since the letter before.
var errStale = errors.New("the line has ended")

// Send hands a letter to the server. An error of queue.ForGood is one that another attempt would not mend: the server
// said no. One that is Unsure leaves open whether the server took it. Everything else, a server that is away or busy, may
// mend itself, and the letter was not taken.
func (s *SMTP) Send(ctx context.Context, m *Message) error {
	text, err := s.compose(m)
	if err != nil {
		return queue.ForGood(err)
	}
	for {
		l, err := s.take(ctx)
		if err != nil {
			return s.classed(ctx, err)
		}
		err = s.give(ctx, l, m, text)
		if !errors.Is(err, errStale) {
			return err
		}
	}
}

// take gives a line, one that is open already where there is one.
func (s *SMTP) take(ctx context.Context) (*line, error) {
	s.lines.mu.Lock()
	for n := len(s.lines.idle); n > 0; n = len(s.lines.idle) {
		l := s.lines.idle[n-1]
		s.lines.idle = s.lines.idle[:n-1]
		if l.timer.Stop() { // else it is being closed
			s.lines.mu.Unlock()
			return l, nil
		}
	}
	s.lines.mu.Unlock()
	return s.dial(ctx)
}

// keep leaves a line open for the next letter, or says goodbye on it.
func (s *SMTP) keep(l *line) {
	if l.used >= mostOnLine {
		l.bye()
		return
	}
	s.lines.mu.Lock()
	defer s.lines.mu.Unlock()
	l.timer = time.AfterFunc(linger, l.bye)
	s.lines.idle = append(s.lines.idle, l)
}

// bye ends a line. One that does not hear it, or answers badly, is ended all the same.
func (l *line) bye() {
	_ = l.c.UpdateDeadline(time.Second)
	_ = l.c.Quit()
	_ = l.conn.Close()
}

// dial opens a line.
func (s *SMTP) dial(ctx context.Context) (*line, error) {
	within, cancel := context.WithTimeout(ctx, s.c.Patience)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(within, "tcp", net.JoinHostPort(s.c.Host, strconv.Itoa(s.c.Port)))
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // wakes whoever waits for an answer
	defer stop()
	c, err := s.greet(conn)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return &line{conn: conn, c: c}, nil
}

// greet begins the conversation, as far as the first letter.
func (s *SMTP) greet(conn net.Conn) (*smtp.Client, error) {
	late := time.AfterFunc(s.c.Patience, func() { _ = conn.Close() }) // while there is no client to set a deadline by
	if s.c.TLS == TLS {
		conn = tls.Client(conn, s.trust())
	}
	c, err := smtp.NewClient(conn, s.c.Host)
	if !late.Stop() {
		return nil, context.DeadlineExceeded
	}
	if err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		func() error { return c.Hello(s.domain) }, // the name that letters come from tells nothing of this machine
		func() error { return s.encrypt(c) },
		func() error { return s.signIn(c) },
	} {
		if err := s.step(c, step); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// step is one step of a conversation, for which the server has its time.
func (s *SMTP) step(c *smtp.Client, do func() error) error {
	if err := c.UpdateDeadline(s.c.Patience); err != nil {
		return err
	}
	return do()
}

// give hands a letter over on a line, and keeps the line where it goes on. It ends with the server's word that it has
// taken the letter.
func (s *SMTP) give(ctx context.Context, l *line, m *Message, text []byte) error {
	stop := context.AfterFunc(ctx, func() { _ = l.conn.Close() })
	fresh := l.used == 0
	l.used++
	var begun bool // the letter's text goes out
	var own error  // of Begin
	err := s.step(l.c, func() error { return l.c.Mail("<" + s.from.Address + ">") })
	if err != nil && !fresh && ended(err) && ctx.Err() == nil {
		stop()
		_ = l.conn.Close()
		return errStale
	}
	if err == nil {
		err = s.step(l.c, func() error { return l.c.Rcpt("<" + m.To + ">") })
	}
	if err == nil && m.Begin != nil {
		own = m.Begin(ctx)
	}
	if err == nil && own == nil {
		begun, err = s.data(l, text)
	}
	running := stop()
	switch {
	case running && err == nil && own == nil:
		s.keep(l)
	case running && !ended(err): // it said no, or was not asked
		if s.step(l.c, l.c.Reset) == nil {
			s.keep(l)
		} else {
			_ = l.conn.Close()
		}
	default:
		_ = l.conn.Close()
	}
	switch {
	case own != nil:
		return own
	case begun && err != nil && !replied(err):
		return unsure{s.refusal(s.cause(ctx, err))}
	}
	return s.classed(ctx, err)
}

// data gives the text. whole says that the server has all of it, so that it may have taken it whatever follows.
func (s *SMTP) data(l *line, text []byte) (whole bool, err error) {
	err = s.step(l.c, func() error {
		w, err := l.c.Data()
		if err != nil {
			return err
		}
		if _, err := w.Write(text); err != nil {
			return err
		}
		if err := l.c.UpdateDeadline(s.c.Patience); err != nil {
			return err
		}
		whole = true
		return w.Close()
	})
	return whole, err
}

// replied says whether an error is the server's own answer.
func replied(err error) bool {
	var said *textproto.Error
	return errors.As(err, &said)
}

// ended says whether a line has ended with an error: by itself, or because the server says that it closes it.
func ended(err error) bool {
	var said *textproto.Error
	return err != nil && (!errors.As(err, &said) || said.Code == 421)
}
