package testkit

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// MailPassword opens every mailbox of a Dovecot; whoever signs in with it has one.
const MailPassword = "a-mailbox-of-its-own"

// Dovecot is a mail server on this machine, whose mailboxes are empty at first.
type Dovecot struct {
	Port, TLSPort int
	Roots         *x509.CertPool // whom its certificate is trusted by
	conf          string
	as            *syscall.Credential
	dir           string
}

// NewDovecot starts a mail server for the time of a test. Without Dovecot the test fails.
func NewDovecot(t testing.TB) *Dovecot {
	t.Helper()
	d, s, err := startDovecot()
	if err != nil {
		t.Fatalf("start Dovecot for the test: %v", err)
	}
	t.Cleanup(func() {
		if err := s.end(); err != nil {
			t.Errorf("stop Dovecot: %v", err)
		}
	})
	return d
}

func startDovecot() (*Dovecot, *server, error) {
	program := "/usr/sbin/dovecot"
	if path, err := exec.LookPath("dovecot"); err == nil {
		program = path
	}
	if !executable(program) || len(glob("/usr/lib/dovecot/imap")) == 0 {
		return nil, nil, errors.New("it is not installed: install the Debian package dovecot-imapd")
	}
	as, err := ordinaryUser()
	if err != nil {
		return nil, nil, err
	}
	dir, err := ownFolder(as)
	if err != nil {
		return nil, nil, err
	}
	d := &Dovecot{conf: filepath.Join(dir, "dovecot.conf"), as: as, dir: dir}
	if err := d.settle(); err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	s := &server{}
	if err := s.watch(as, dir, []string{program, "-F", "-c", d.conf}); err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := d.answers(); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "dovecot.log")) // best effort: the error is told anyway
		own, _ := os.ReadFile(filepath.Join(dir, "log"))
		return nil, nil, errors.Join(fmt.Errorf("%w\n%s%s", err, tail(log), tail(own)), s.end())
	}
	return d, s, nil
}

func glob(pattern string) []string {
	found, _ := filepath.Glob(pattern) // the pattern is well formed
	return found
}

// settle writes the configuration: everything as one ordinary user, on this machine alone.
func (d *Dovecot) settle() (err error) {
	if d.Port, err = freePort(); err != nil {
		return err
	}
	if d.TLSPort, err = freePort(); err != nil {
		return err
	}
	if err := d.certify(); err != nil {
		return err
	}
	uid, gid := os.Getuid(), os.Getgid()
	if d.as != nil {
		uid, gid = int(d.as.Uid), int(d.as.Gid)
	}
	name, group := strconv.Itoa(uid), strconv.Itoa(gid)
	if u, err := user.LookupId(name); err == nil {
		name = u.Username
	}
	if g, err := user.LookupGroupId(group); err == nil {
		group = g.Name
	}
	text := strings.NewReplacer("{dir}", d.dir, "{user}", name, "{group}", group, "{uid}", strconv.Itoa(uid), "{gid}", strconv.Itoa(gid),
		"{port}", strconv.Itoa(d.Port), "{tls}", strconv.Itoa(d.TLSPort), "{password}", MailPassword).Replace(dovecotConf)
	return d.own("dovecot.conf", []byte(text))
}

const dovecotConf = `protocols = imap
listen = 127.0.0.1
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
disable_plaintext_auth = no
auth_failure_delay = 0
ssl = yes
ssl_cert = <{dir}/cert.pem
ssl_key = <{dir}/key.pem
mail_location = maildir:{dir}/mail/%u
mail_max_userip_connections = 100
passdb {
  driver = static
  args = password={password}
}
userdb {
  driver = static
  args = uid={uid} gid={gid} home={dir}/home/%u
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    auto = create
    special_use = \Sent
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    address = 127.0.0.1
    port = {port}
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = {tls}
    ssl = yes
  }
}
service anvil {
  chroot =
}
`

// own writes a file that the server may read.
func (d *Dovecot) own(name string, text []byte) error {
	path := filepath.Join(d.dir, name)
	if err := os.WriteFile(path, text, 0o600); err != nil || d.as == nil {
		return err
	}
	return os.Chown(path, int(d.as.Uid), int(d.as.Gid))
}

// certify makes a certificate for this machine that nobody but Roots trusts.
func (d *Dovecot) certify() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	made := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, made, made, &key.PublicKey, key)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	d.Roots = x509.NewCertPool()
	d.Roots.AppendCertsFromPEM(cert)
	return errors.Join(d.own("cert.pem", cert), d.own("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
}

// answers waits until the server greets.
func (d *Dovecot) answers() error {
	deadline := time.Now().Add(startPatience)
	for {
		conn, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(d.Port)), time.Second)
		if err == nil {
			var word [4]byte
			_ = conn.SetReadDeadline(time.Now().Add(time.Second))
			_, err = conn.Read(word[:])
			if err = errors.Join(err, conn.Close()); err == nil {
				return nil
			}
		}
		if time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Doveadm runs a command of the server's keeper, as "mailbox update --uid-validity 99 INBOX", for whoever's mailbox it is.
func (d *Dovecot) Doveadm(t testing.TB, words ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "doveadm", append([]string{"-c", d.conf}, words...)...)
	cmd.Dir = d.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC", "HOME=" + d.dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: d.as}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("doveadm %s: %v\n%s", strings.Join(words, " "), err, out)
	}
}

// freePort is a port of this machine that nobody listens on.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}
