package serving

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"golang.org/x/crypto/acme/autocert"

	"passbook/internal/book"
	"passbook/internal/config"
)

const (
	headerPatience = 10 * time.Second // for the first lines of a request
	idlePatience   = 2 * time.Minute  // between two requests on one connection
	headerBytes    = 64 << 10
	room           = 1 // megabytes for the rest of a form with files

	usualGarbage = 100 // percent of what lives, where nobody says otherwise
	garbage      = 175
	mostMemory   = 256 << 20
)

// Desk is what is served, and how.
type Desk struct {
	Config  *config.Config
	Pages   http.Handler
	Log     *slog.Logger
	Metrics *Metrics
	Cache   string        // the folder for certificates of ACME
	Stop    chan struct{} // closed when the server stops, so that those who listen to events are let go
	// Refused shows a browser why it is refused before any page is reached; nil has a sentence alone.
	Refused func(http.ResponseWriter, *http.Request, int, Refusal)

	// Proven are patterns of posts that prove themselves by what they carry in their address, where no cookie does: those of
	// other sites are not refused.
	Proven []string

	ports []port
}

// port is a listener and what answers there.
type port struct {
	net.Listener
	srv *http.Server
}

// Handler is the pages with everything around them.
func (d *Desk) Handler() (http.Handler, error) {
	h, err := d.guard(d.figures())
	if err != nil {
		return nil, err
	}
	h = d.limited(int64(d.Config.MaxUploadMB+room)<<20, compressed(h))
	return proxy(&d.Config.Proxy, watched(d.Log, d.Metrics, h)), nil
}

// figures are the pages with /metrics beside them for who asks from this very machine, where the figures have no port of
// their own. Behind a proxy everybody seems to ask from there, so a desk that is reached from outside needs a port for them.
func (d *Desk) figures() http.Handler {
	if d.Config.Metrics.Listen != "" || d.Config.PublicURL != "" || len(d.Config.Proxy.Trusted) > 0 {
		return d.Pages
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ip, ok := address(r.RemoteAddr)
		passed := r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" || r.Header.Get("Via") != ""
		if r.URL.Path == "/metrics" && r.Method == http.MethodGet && ok && ip.IsLoopback() && !passed {
			d.Metrics.ServeHTTP(w, r)
			return
		}
		d.Pages.ServeHTTP(w, r)
	})
}

// Open opens every port, or none.
func (d *Desk) Open() (err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, d.closePorts())
		}
	}()
	h, err := d.Handler()
	if err != nil {
		return err
	}
	crypt, ca, err := d.encryption()
	if err != nil {
		return err
	}
	if err := d.open("listen", d.Config.Listen, d.server(h), crypt); err != nil {
		return err
	}
	if at := d.Config.TLS.Redirect; at != "" {
		_, port, err := net.SplitHostPort(d.Addr().String())
		if err != nil {
			return err
		}
		on := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { d.sendOn(port, w, r) }))
		if ca != nil {
			on = ca.HTTPHandler(on) // the authority may come there to look
		}
		if err := d.open("tls.redirect", at, d.server(on), nil); err != nil {
			return err
		}
	}
	if at := d.Config.Metrics.Listen; at != "" {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", d.Metrics)
		return d.open("metrics.listen", at, d.server(mux), nil)
	}
	return nil
}

func (d *Desk) server(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerPatience, IdleTimeout: idlePatience, MaxHeaderBytes: headerBytes,
		ErrorLog: slog.NewLogLogger(d.Log.Handler(), slog.LevelDebug), // scanners and broken handshakes
	}
}

// encryption says how TLS is spoken; nil where it is not.
func (d *Desk) encryption() (*tls.Config, *autocert.Manager, error) {
	switch {
	case len(d.Config.ACME.Hosts) > 0:
		ca := authority(&d.Config.ACME, d.Cache)
		c := ca.TLSConfig()
		c.MinVersion = tls.VersionTLS12
		return c, ca, nil
	case d.Config.TLS.Cert != "":
		f, err := loadFiles(&d.Config.TLS, d.Log)
		return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: f.get, NextProtos: []string{"h2", "http/1.1"}}, nil, err
	}
	return nil, nil, nil
}

func (d *Desk) open(key, at string, srv *http.Server, crypt *tls.Config) error {
	l, err := net.Listen("tcp", at)
	if err != nil {
		return &book.Error{Fault: book.Invalid, Message: fmt.Sprintf("%s: %s cannot be opened: %s", key, at, reason(err)), Cause: err}
	}
	if crypt != nil {
		srv.TLSConfig = crypt
		l = tls.NewListener(l, crypt)
	} else if len(d.Config.Proxy.Trusted) > 0 {
		// A proxy of ours may speak HTTP/2 without TLS; browsers never do.
		srv.Protocols = new(http.Protocols)
		srv.Protocols.SetHTTP1(true)
		srv.Protocols.SetUnencryptedHTTP2(true)
	}
	d.ports = append(d.ports, port{l, srv})
	return nil
}

func reason(err error) string {
	var at *net.OpError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

// Addr is where pages are answered; nil while no port is open.
func (d *Desk) Addr() net.Addr {
	if len(d.ports) == 0 {
		return nil
	}
	return d.ports[0].Addr()
}

func (d *Desk) closePorts() (err error) {
	for _, p := range d.ports {
		err = errors.Join(err, p.Close())
	}
	return err
}

// Roomy lets garbage grow to nearly twice what lives before it is collected, up to a bound, unless the environment says
// otherwise: a page's garbage is a few hundred kilobytes, and what lives is 15 MB. Less would be held if it were
// collected more often, and more of a page's time would go into that.
func Roomy() {
	if was := debug.SetGCPercent(garbage); was != usualGarbage {
		debug.SetGCPercent(was)
	}
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(mostMemory)
	}
}

// Run answers until the context ends. Then no new request is taken, those who listen are let go, and what is under way
// may finish; what has not by then is cut off.
func (d *Desk) Run(ctx context.Context) error {
	Roomy()
	done := make(chan error, len(d.ports))
	for _, p := range d.ports {
		go func() { done <- p.srv.Serve(p.Listener) }()
	}
	var failed error
	select {
	case err := <-done:
		failed = fmt.Errorf("serving ended: %w", err)
	case <-ctx.Done():
	}
	close(d.Stop)
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.Config.StopAfter)
	defer cancel()
	for _, p := range d.ports {
		if err := p.srv.Shutdown(end); err != nil {
			d.Log.Warn("requests were cut off, since they took too long to finish", "after", d.Config.StopAfter)
			failed = errors.Join(failed, p.srv.Close())
		}
	}
	return failed
}
