package inbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"passbook/internal/book"
	"passbook/internal/store"
)

// patience is how long a server may take for the next piece of an answer.
const patience = time.Minute

// line is a connection that waits for each piece of what is read as long as patience says, whatever else sets deadlines: the
// client's library waits without end for an answer to begin.
type line struct {
	net.Conn
	patience atomic.Int64 // nanoseconds
	fault    atomic.Pointer[error]
}

// Read implements net.Conn.
func (l *line) Read(b []byte) (int, error) {
	if err := l.Conn.SetReadDeadline(time.Now().Add(time.Duration(l.patience.Load()))); err != nil {
		return 0, err
	}
	n, err := l.Conn.Read(b)
	if err != nil {
		l.fault.CompareAndSwap(nil, &err)
	}
	return n, err
}

// why is what first went wrong with the connection itself, which the library only puts into words; nil when nothing did.
func (l *line) why() error {
	if err := l.fault.Load(); err != nil {
		return *err
	}
	return nil
}

// wait sets how long each piece is waited for, the one that is waited for now among them.
func (l *line) wait(d time.Duration) {
	l.patience.Store(int64(d))
	_ = l.Conn.SetReadDeadline(time.Now().Add(d)) // where it is closed, whoever reads hears of it
}

// SetReadDeadline implements net.Conn; see line.
func (*line) SetReadDeadline(time.Time) error { return nil }

// SetDeadline implements net.Conn; see line.
func (l *line) SetDeadline(t time.Time) error { return l.SetWriteDeadline(t) }

// talk is a conversation with a mail server, signed in.
type talk struct {
	*imapclient.Client
	line *line
	stop func() bool
}

// close hangs up.
func (t *talk) close() {
	t.stop()
	_ = t.Client.Close() // whatever was still to be said does not matter any more
}

// dial begins a conversation and signs in. Errors are book errors whose message says what the server, or its keeper, has to mend.
func (r *Reader) dial(ctx context.Context, m *store.Mailbox, password string, news *imapclient.UnilateralDataHandler) (*talk, error) {
	reach, cancel := context.WithTimeout(ctx, r.patience())
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(reach, "tcp", net.JoinHostPort(m.Host, strconv.Itoa(m.Port)))
	if err != nil {
		return nil, classed(ctx, m, err)
	}
	l := &line{Conn: conn}
	l.patience.Store(int64(r.patience()))
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // wakes whoever waits for an answer
	t := &talk{line: l, stop: stop}
	if err := r.greet(reach, t, m, news); err != nil {
		stop()
		_ = conn.Close()
		return nil, classed(ctx, m, errors.Join(err, l.why()))
	}
	if err := t.Login(m.Login, password).Wait(); err != nil {
		t.close()
		var no *imap.Error
		if errors.As(err, &no) && no.Type != imap.StatusResponseTypeBye {
			return nil, &refused{book.Errorf(book.Forbidden, "%s does not let %s in: the name or the password is wrong, or it wants another way of signing in", m.Host, m.Login)}
		}
		return nil, classed(ctx, m, errors.Join(err, l.why()))
	}
	return t, nil
}

// greet brings a connection to where one can sign in: encrypted, with the server's first word heard.
func (r *Reader) greet(ctx context.Context, t *talk, m *store.Mailbox, news *imapclient.UnilateralDataHandler) error {
	trust := &tls.Config{ServerName: m.Host, RootCAs: r.Roots, MinVersion: tls.VersionTLS12, NextProtos: []string{"imap"}}
	opts := &imapclient.Options{TLSConfig: trust, UnilateralDataHandler: news}
	switch m.TLS {
	case StartTLS:
		trust.NextProtos = nil
		c, err := imapclient.NewStartTLS(t.line, opts)
		if err != nil {
			return err
		}
		t.Client = c
	case NoTLS:
		t.Client = imapclient.New(t.line, opts)
	default:
		secure := tls.Client(t.line, trust)
		if err := secure.HandshakeContext(ctx); err != nil {
			return err
		}
		t.Client = imapclient.New(secure, opts)
	}
	err := t.WaitGreeting()
	if err != nil && t.line.why() == nil {
		return book.Errorf(book.Conflict, "%s does not speak IMAP at port %d", m.Host, m.Port)
	}
	return err
}

// refused is an error that trying again at once would not mend, and often would make worse.
type refused struct{ error }

// Unwrap gives the error itself.
func (e *refused) Unwrap() error { return e.error }

// classed says in words what went wrong with a server. What it said itself stays in the cause.
func classed(ctx context.Context, m *store.Mailbox, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var said *book.Error
	if errors.As(err, &said) {
		return err
	}
	var (
		unknown   *net.DNSError
		untrusted *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		no        *imap.Error
		op        *net.OpError
	)
	out := book.Errorf(book.Conflict, "%s broke off in the middle of an answer", m.Host)
	switch {
	case errors.As(err, &unknown) && unknown.IsNotFound:
		out = book.Errorf(book.Conflict, "no server is called %s", m.Host)
	case errors.As(err, &untrusted):
		out = book.Errorf(book.Conflict, "the certificate of %s is not one to trust: %s", m.Host, book.Said(certified(untrusted)))
	case errors.As(err, &record):
		out = book.Errorf(book.Conflict, "%s does not speak TLS at port %d; starttls may be meant", m.Host, m.Port)
	case errors.As(err, &no) && no.Type == imap.StatusResponseTypeBye:
		out = book.Errorf(book.Conflict, "%s hung up", m.Host)
	case errors.As(err, &no):
		out = book.Errorf(book.Conflict, "%s refused what it was asked", m.Host)
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		out = book.Errorf(book.Conflict, "%s does not answer", m.Host)
	case errors.As(err, &op) && op.Op == "dial":
		out = book.Errorf(book.Conflict, "%s does not answer at port %d", m.Host, m.Port)
	}
	out.Cause = err
	return out
}

// certified is what is wrong with a certificate.
func certified(err *tls.CertificateVerificationError) string {
	var name x509.HostnameError
	var over x509.CertificateInvalidError
	switch {
	case errors.As(err, &name):
		return "it is for another name"
	case errors.As(err, &over) && over.Reason == x509.Expired:
		return "it has run out"
	}
	return "nobody known has signed it"
}
