package mail_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// standIn is a mail server on loopback that behaves as it is told.
type standIn struct {
	t        testing.TB
	l        net.Listener
	tls      *tls.Config
	implicit bool
	noTLS    bool // offers no STARTTLS

	mu      sync.Mutex
	greets  string            // instead of 220
	says    map[string]string // an answer to a command, by its first word; "hang" answers nothing; "cut" hangs up
	once    bool              // says is forgotten after its first use
	letters []string          // taken
	dialled int               // how often somebody called
	open    map[net.Conn]bool
	hook    func(word string) // called with each command before it is answered; END is the end of a letter
	signed  []string          // user and password
	secured int               // letters taken over TLS
}

func newStandIn(t testing.TB, change func(*standIn)) (*standIn, *x509.CertPool) {
	cert, roots := certificate(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &standIn{t: t, l: l, tls: &tls.Config{Certificates: []tls.Certificate{cert}}, says: map[string]string{}, open: map[net.Conn]bool{}}
	if change != nil {
		change(s)
	}
	var under sync.WaitGroup
	under.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			under.Go(func() { s.serve(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		s.hangUp()
		under.Wait()
	})
	return s, roots
}

// hangUp ends all conversations.
func (s *standIn) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		c.Close()
	}
}

// on has something called with each command before it is answered.
func (s *standIn) on(hook func(word string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

// taken are the letters that it has.
func (s *standIn) taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.letters)
}

func (s *standIn) port() int { return s.l.Addr().(*net.TCPAddr).Port }

func (s *standIn) set(says map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.says = says
}

// answer is what a command is answered.
func (s *standIn) answer(word, usual string) string {
	s.mu.Lock()
	hook := s.hook
	s.mu.Unlock()
	if hook != nil {
		hook(word)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if own, ok := s.says[word]; ok {
		if s.once {
			delete(s.says, word)
		}
		return own
	}
	return usual
}

func (s *standIn) serve(c net.Conn) {
	defer func() { c.Close() }()
	s.mu.Lock()
	s.open[c], s.dialled = true, s.dialled+1
	s.mu.Unlock()
	defer func(c net.Conn) {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open, c)
	}(c)
	c.SetDeadline(time.Now().Add(5 * time.Second))
	secure := false
	if s.implicit {
		c, secure = tls.Server(c, s.tls), true
	}
	r := bufio.NewReader(c)
	say := func(text string) bool {
		switch text {
		case "hang":
			r.ReadByte() // until the other one hangs up
			return false
		case "cut":
			return false
		}
		fmt.Fprint(c, text+"\r\n")
		return true
	}
	s.mu.Lock()
	greets := s.greets
	s.mu.Unlock()
	if greets == "" {
		greets = "220 stand-in"
	}
	if !say(greets) {
		return
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		usual := "250 fine"
		switch word = strings.ToUpper(word); word {
		case "EHLO":
			usual = "250-stand-in\r\n"
			if !s.noTLS && !secure {
				usual += "250-STARTTLS\r\n"
			}
			usual += "250 AUTH LOGIN PLAIN"
		case "STARTTLS":
			usual = "220 go on"
		case "AUTH":
			usual = "235 hello"
			if _, token, ok := strings.Cut(rest, " "); ok {
				raw, _ := base64.StdEncoding.DecodeString(token)
				s.mu.Lock()
				s.signed = append(s.signed, strings.Trim(strings.ReplaceAll(string(raw), "\x00", " "), " "))
				s.mu.Unlock()
			}
			if strings.HasPrefix(rest, "LOGIN") {
				fmt.Fprint(c, "334 VXNlcm5hbWU6\r\n")
				user, _ := r.ReadString('\n')
				fmt.Fprint(c, "334 UGFzc3dvcmQ6\r\n")
				pass, _ := r.ReadString('\n')
				u, _ := base64.StdEncoding.DecodeString(strings.TrimSpace(user))
				p, _ := base64.StdEncoding.DecodeString(strings.TrimSpace(pass))
				s.mu.Lock()
				s.signed = append(s.signed, string(u)+" "+string(p))
				s.mu.Unlock()
			}
		case "MAIL", "RCPT": // as strict servers do
			if _, path, _ := strings.Cut(rest, ":"); !strings.HasPrefix(path, "<") || !strings.Contains(path, ">") {
				usual = "501 the address wants its brackets"
			}
		case "DATA":
			usual = "354 go on"
		case "QUIT":
			usual = "221 bye"
		}
		said := s.answer(word, usual)
		if !say(said) {
			return
		}
		switch {
		case word == "STARTTLS" && strings.HasPrefix(said, "2"):
			t := tls.Server(c, s.tls)
			c, secure, r = t, true, bufio.NewReader(t)
		case word == "DATA" && strings.HasPrefix(said, "3"):
			var b strings.Builder
			for {
				line, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				b.WriteString(strings.TrimPrefix(line, "."))
			}
			end := s.answer("END", "250 taken")
			if strings.HasPrefix(end, "2") || end == "cut" {
				s.mu.Lock()
				s.letters = append(s.letters, b.String())
				if secure {
					s.secured++
				}
				s.mu.Unlock()
			}
			if !say(end) {
				return
			}
		case word == "QUIT":
			return
		}
	}
}

func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "stand-in"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, roots
}
