package serving

import (
	"crypto/tls"
	"log/slog"
	"os"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"passbook/internal/config"
)

// look is how often a certificate's files are looked at for a change.
const look = 10 * time.Second

// files is a certificate in files, read again when they change: whoever renews it need not restart the program.
type files struct {
	cert, key string
	log       *slog.Logger
	now       func() time.Time

	mu      sync.Mutex
	at      *tls.Certificate
	stamp   [2]time.Time
	checked time.Time
}

func loadFiles(c *config.TLS, log *slog.Logger) (*files, error) {
	f := &files{cert: c.Cert, key: c.Key, log: log, now: time.Now}
	f.stamp, f.checked = f.stamps(), f.now()
	pair, err := tls.LoadX509KeyPair(f.cert, f.key)
	f.at = &pair
	return f, err
}

func (f *files) stamps() (out [2]time.Time) {
	for i, path := range []string{f.cert, f.key} {
		if info, err := os.Stat(path); err == nil {
			out[i] = info.ModTime()
		}
	}
	return out
}

// get gives the certificate for a handshake. While new files do not fit each other, as between two renames, the old
// certificate stays in use.
func (f *files) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := f.now(); now.Sub(f.checked) >= look {
		f.checked = now
		if stamp := f.stamps(); stamp != f.stamp {
			pair, err := tls.LoadX509KeyPair(f.cert, f.key)
			if err != nil {
				f.log.Error("the changed certificate does not load; the one before stays in use", "error", err)
				return f.at, nil
			}
			f.at, f.stamp = &pair, stamp
			f.log.Info("a changed certificate was taken into use")
		}
	}
	return f.at, nil
}

// authority gets certificates by ACME. They are asked for when the first browser comes, and renewed in good time.
func authority(c *config.ACME, cache string) *autocert.Manager {
	return &autocert.Manager{
		Prompt:     func(string) bool { return c.AcceptTerms },
		Cache:      autocert.DirCache(cache),
		HostPolicy: autocert.HostWhitelist(c.Hosts...),
		Email:      c.Email,
		Client:     &acme.Client{DirectoryURL: c.Directory, UserAgent: "passbook"},
	}
}
