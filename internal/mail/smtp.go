package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"passbook/internal/actions"
	"passbook/internal/book"
	"passbook/internal/queue"
)

// The ways to a mail server.
const (
	StartTLS = "starttls" // plain at first, encrypted before anything is said; refused where the server cannot
	TLS      = "implicit" // encrypted from the first byte
	NoTLS    = "none"     // never; for a server on this machine
)

// Config is a mail server to hand letters to.
type Config struct {
	Host     string // "" for none
	Port     int    // 0 for the usual one: 587, with TLS 465, with NoTLS 25
	User     string // "" where the server asks for no password
	Password string
	From     string // "Acme Homes <book@acme.example>", or the address alone
	TLS      string // StartTLS, which "" stands for, TLS or NoTLS
	Roots    *x509.CertPool
	Patience time.Duration // for one step of the conversation; 0 for the usual one
}

// patience is how long a server may take to answer.
const patience = 30 * time.Second

// SMTP is a mail server that takes letters.
type SMTP struct {
	c      Config
	from   *mail.Address
	domain string
	lines  lines
}

// NewSMTP checks the whole of a configuration; nil is for none.
func NewSMTP(c Config) (*SMTP, error) {
	if c.Host == "" {
		return nil, nil //nolint:nilnil // no server is no error
	}
	from, err := mail.ParseAddress(c.From)
	if err != nil {
		return nil, book.Fieldf(book.Invalid, "from", "%q is not a mail address; letters need one that they come from", c.From)
	}
	usual := map[string]int{"": 587, StartTLS: 587, TLS: 465, NoTLS: 25}
	port, known := usual[c.TLS]
	switch {
	case !known:
		return nil, book.Fieldf(book.Invalid, "tls", "%q is not known; it is %s, %s or %s", c.TLS, StartTLS, TLS, NoTLS)
	case c.Port == 0:
		c.Port = port
	case c.Port < 0 || c.Port > 65535:
		return nil, book.Fieldf(book.Invalid, "port", "%d is not a port", c.Port)
	}
	if c.TLS == NoTLS && c.User != "" && !loopback(c.Host) {
		return nil, book.Fieldf(book.Invalid, "tls", "is %s, so the password would go to %s for all to read; use %s or %s", NoTLS, c.Host, StartTLS, TLS)
	}
	if c.Patience == 0 {
		c.Patience = patience
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	return &SMTP{c: c, from: from, domain: domain}, nil
}

// Office is how letters to clients go out by the server; the zero one where there is none.
func (s *SMTP) Office() actions.Office {
	if s == nil {
		return actions.Office{}
	}
	return actions.Office{Domain: s.domain}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (s *SMTP) trust() *tls.Config {
	return &tls.Config{ServerName: s.c.Host, MinVersion: tls.VersionTLS12, RootCAs: s.c.Roots}
}

// encrypt goes over to TLS where the conversation began without.
func (s *SMTP) encrypt(c *smtp.Client) error {
	if s.c.TLS == TLS || s.c.TLS == NoTLS {
		return nil
	}
	if can, _ := c.Extension("STARTTLS"); !can {
		return errors.New("it offers no STARTTLS")
	}
	return c.StartTLS(s.trust())
}

// signIn proves who sends. The password goes over TLS, or stays on this machine.
func (s *SMTP) signIn(c *smtp.Client) error {
	if s.c.User == "" {
		return nil
	}
	_, offered := c.Extension("AUTH")
	open := s.c.TLS == NoTLS
	for _, word := range strings.Fields(offered) {
		switch strings.ToUpper(word) {
		case "PLAIN":
			return c.Auth(smtp.PlainAuth("", s.c.User, s.c.Password, s.c.Host, open))
		case "LOGIN":
			return c.Auth(smtp.LoginAuth(s.c.User, s.c.Password, s.c.Host, open))
		}
	}
	return errors.New("it offers no way to sign in that Passbook knows (PLAIN, LOGIN)")
}

// classed tells an error that another attempt may mend from one that it would not.
func (s *SMTP) classed(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	err = s.cause(ctx, err)
	var said *textproto.Error
	if errors.As(err, &said) && said.Code >= 500 && said.Code < 600 {
		return queue.ForGood(s.refusal(err))
	}
	return s.refusal(err)
}

// cause is what an error comes from: what broke off because it was to end is not the server's fault.
func (*SMTP) cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// refusal says what went wrong in words that those may read who see to the letters: they know the server, and never
// learn its password from it.
func (s *SMTP) refusal(err error) error {
	var said *textproto.Error
	var certificate *tls.CertificateVerificationError
	var timeout net.Error
	why := "could not be talked to: " + tail(err)
	switch {
	case errors.As(err, &said):
		why = fmt.Sprintf("says %d %s", said.Code, shortened(said.Msg))
	case errors.As(err, &certificate):
		why = "shows a certificate that this machine does not trust"
	case errors.Is(err, context.Canceled):
		why = "was left because the program stopped"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		why = "did not answer in time"
	}
	return &book.Error{Fault: book.Conflict, Message: fmt.Sprintf("the mail server %s %s", s.c.Host, why), Cause: err}
}

// tail is the innermost words of an error, which are those of the system or the server.
func tail(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return shortened(err.Error())
		}
		err = next
	}
}

// shortened keeps a server's words to a line.
func shortened(text string) string {
	text = book.Clean(strings.Join(strings.Fields(text), " "))
	if runes := []rune(text); len(runes) > 160 {
		return string(runes[:160]) + "…"
	}
	return text
}
