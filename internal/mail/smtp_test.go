package mail_test

import (
	"context"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"reflect"
	"strings"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/mail"
	"passbook/internal/queue"
)

var letter = mail.Message{
	ID: "0190aaaa-0000-7000-8000-000000000001", To: "ben@acme.example", Subject: "Ein neues Passwort für Müller & Söhne, Häuser und Gärten, in Überlingen",
	Text: "Guten Tag Bénédicte,\n\n.ein Punkt am Anfang\n\nhttps://book.acme.example/link/" + strings.Repeat("aB_-9", 12) + "\n",
	At:   time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Machine: true,
}

func (s *standIn) config() mail.Config {
	return mail.Config{Host: "127.0.0.1", Port: s.port(), From: "Acme Homes <book@acme.example>", TLS: mail.NoTLS, Patience: 400 * time.Millisecond}
}

func send(t *testing.T, c mail.Config) error {
	t.Helper()
	server, err := mail.NewSMTP(c)
	if err != nil {
		t.Fatal(err)
	}
	return server.Send(context.Background(), &letter)
}

// final says whether an error is one that is not tried again.
func final(err error) bool {
	return err != nil && reflect.TypeOf(err) == reflect.TypeOf(queue.ForGood(io.EOF))
}

// A letter arrives as it was written, by each way to a server, under its own name.
func TestSend(t *testing.T) {
	for _, way := range []string{mail.NoTLS, mail.StartTLS, mail.TLS} {
		s, roots := newStandIn(t, func(s *standIn) { s.implicit = way == mail.TLS })
		c := s.config()
		c.TLS, c.Roots, c.User, c.Password = way, roots, "book", "a secret"
		for range 2 {
			if err := send(t, c); err != nil {
				t.Fatal(way, err)
			}
		}
		s.mu.Lock()
		if len(s.letters) != 2 || s.letters[0] != s.letters[1] || s.secured != map[bool]int{true: 0, false: 2}[way == mail.NoTLS] {
			t.Fatalf("%s: %d letters, %d over TLS", way, len(s.letters), s.secured)
		}
		if len(s.signed) == 0 || s.signed[0] != "book a secret" {
			t.Errorf("%s: signed in as %q", way, s.signed)
		}
		m, err := netmail.ReadMessage(strings.NewReader(s.letters[0]))
		s.mu.Unlock()
		if err != nil {
			t.Fatal(err)
		}
		for key, want := range map[string]string{
			"From": `"Acme Homes" <book@acme.example>`, "To": "<ben@acme.example>", "Message-Id": "<" + string(letter.ID) + "@acme.example>",
			"Date": "Mon, 02 Mar 2026 09:00:00 +0000", "Auto-Submitted": "auto-generated",
		} {
			if got := m.Header.Get(key); got != want {
				t.Errorf("%s: %q, want %q", key, got, want)
			}
		}
		words, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		if err != nil || words != letter.Subject || strings.ReplaceAll(string(body), "\r\n", "\n") != letter.Text {
			t.Errorf("%q\n%q\n%v", words, body, err)
		}
	}
}

// What the server refuses for good is not tried again; what may mend itself is, and nothing says the password.
func TestSendFails(t *testing.T) {
	for name, c := range map[string]struct {
		says   map[string]string
		greets string
		final  bool
		words  string
	}{
		"busy":                {says: map[string]string{"RCPT": "451 try later"}, words: "says 451 try later"},
		"no such box":         {says: map[string]string{"RCPT": "550 5.1.1 nobody here"}, final: true, words: "says 550 5.1.1 nobody here"},
		"refuses the sender":  {says: map[string]string{"MAIL": "553 not you"}, final: true, words: "says 553"},
		"wrong password":      {says: map[string]string{"AUTH": "535 wrong"}, final: true, words: "says 535 wrong"},
		"refuses the text":    {says: map[string]string{"END": "554 unwanted"}, final: true, words: "says 554"},
		"full":                {says: map[string]string{"END": "452 full"}, words: "says 452"},
		"hangs":               {says: map[string]string{"MAIL": "hang"}, words: "did not answer in time"},
		"hangs at the start":  {greets: "hang", words: "did not answer in time"},
		"hangs up":            {says: map[string]string{"DATA": "cut"}, words: "could not be talked to"},
		"hangs up at the end": {says: map[string]string{"END": "cut"}, words: "could not be talked to"},
		"garbage":             {greets: "\x00\xff<html>" + strings.Repeat("x", 5000), words: "could not be talked to"},
		"garbage later":       {says: map[string]string{"MAIL": "\x1b[31mno"}, words: "could not be talked to"},
		"busy at the start":   {greets: "421 too busy", words: "says 421"},
		"not for you":         {greets: "554 no service", final: true, words: "says 554"},
		"long words":          {says: map[string]string{"RCPT": "450 " + strings.Repeat("x", 900)}, words: "…"},
		"many lines":          {says: map[string]string{"RCPT": "450-one\r\n450 two"}, words: "says 450 one two"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := newStandIn(t, func(s *standIn) { s.greets = c.greets })
			if c.says != nil {
				s.set(c.says)
			}
			conf := s.config()
			conf.User, conf.Password = "book", "hunter2secret"
			err := send(t, conf)
			if err == nil || final(err) != c.final || !strings.Contains(book.Message(err), c.words) {
				t.Errorf("got %v (%q, final %v), want %q (final %v)", err, book.Message(err), final(err), c.words, c.final)
			}
			if said := fmt.Sprintf("%v %+v", err, err); strings.Contains(said, "hunter2") || strings.ContainsAny(book.Message(err), "\x1b\n") {
				t.Errorf("says too much: %q", said)
			}
		})
	}
}

// A server that has taken a letter has taken it, whatever it says after.
func TestSendTaken(t *testing.T) {
	s, _ := newStandIn(t, nil)
	s.set(map[string]string{"QUIT": "500 never"})
	if err := send(t, s.config()); err != nil {
		t.Error(err)
	}
	s.set(map[string]string{"QUIT": "cut"})
	if err := send(t, s.config()); err != nil {
		t.Error(err)
	}
}

// Nothing is said in the open that was to be encrypted, to a server that cannot or is another one.
func TestSendEncrypts(t *testing.T) {
	s, roots := newStandIn(t, func(s *standIn) { s.noTLS = true })
	c := s.config()
	c.TLS, c.Roots, c.User, c.Password = mail.StartTLS, roots, "book", "a secret"
	if err := send(t, c); err == nil || !strings.Contains(book.Message(err), "STARTTLS") {
		t.Error(err)
	}
	other, _ := newStandIn(t, nil)
	c = other.config()
	c.TLS, c.Roots, c.User, c.Password = mail.StartTLS, roots, "book", "a secret"
	if err := send(t, c); err == nil || !strings.Contains(book.Message(err), "does not trust") {
		t.Error(err)
	}
	for _, s := range []*standIn{s, other} {
		s.mu.Lock()
		if len(s.signed)+len(s.letters) > 0 {
			t.Errorf("it heard %q", s.signed)
		}
		s.mu.Unlock()
	}
}

// A program that stops does not wait for a server that does not answer.
func TestSendStops(t *testing.T) {
	s, _ := newStandIn(t, nil)
	s.set(map[string]string{"MAIL": "hang"})
	c := s.config()
	c.Patience = time.Minute
	server, err := mail.NewSMTP(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := server.Send(ctx, &letter); err == nil || final(err) {
		t.Error(err)
	}
}

// A configuration is checked whole before anything is sent.
func TestConfig(t *testing.T) {
	good := mail.Config{Host: "mail.example", From: "book@acme.example"}
	for name, c := range map[string]struct {
		change func(*mail.Config)
		words  string
	}{
		"as it is":           {func(*mail.Config) {}, ""},
		"no sender":          {func(c *mail.Config) { c.From = "" }, "not a mail address"},
		"two lines":          {func(c *mail.Config) { c.From = "a@b.example\r\nBcc: c@d.example" }, "not a mail address"},
		"unknown way":        {func(c *mail.Config) { c.TLS = "ssl" }, "not known"},
		"no port":            {func(c *mail.Config) { c.Port = 70000 }, "not a port"},
		"an open password":   {func(c *mail.Config) { c.TLS, c.User = mail.NoTLS, "book" }, "for all to read"},
		"open, but at home":  {func(c *mail.Config) { c.TLS, c.User, c.Host = mail.NoTLS, "book", "127.0.0.1" }, ""},
		"open, and nameless": {func(c *mail.Config) { c.TLS = mail.NoTLS }, ""},
	} {
		conf := good
		c.change(&conf)
		server, err := mail.NewSMTP(conf)
		if c.words == "" && (err != nil || server == nil) || c.words != "" && (err == nil || !strings.Contains(book.Message(err), c.words)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if server, err := mail.NewSMTP(mail.Config{}); server != nil || err != nil {
		t.Errorf("none: %v, %v", server, err)
	}
}
