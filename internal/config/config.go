package config

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Config is how Passbook serves. A field's key in the file is its toml tag below that of its section; the variable and
// the flag are made from the same words. Load fills in what is usual.
type Config struct {
	DSN         Secret        `toml:"dsn" doc:"the book: a SQLite file or a PostgreSQL address; else a file in your data folder"`
	Workspace   string        `toml:"workspace" doc:"the firm, where a book holds several"`
	Enquiries   string        `toml:"enquiries" doc:"who looks after people that write by the form at /hello: a member of the firm, else its owner; off has no form"`
	Listen      string        `toml:"listen" usual:"127.0.0.1:8020" doc:"the address and port to answer on"`
	PublicURL   string        `toml:"public_url" doc:"how browsers reach the desk from outside, as https://desk.example; links in letters begin with it"`
	PlainHTTP   bool          `toml:"plain_http" doc:"answer without TLS on an address that others reach, where only a network of your own does"`
	APIRate     int           `toml:"api_rate" usual:"200" doc:"how many requests a second a token of the API may make in the long run, ten times as many at once; 0 sets no limit"`
	MaxUploadMB int           `toml:"max_upload_mb" usual:"256" doc:"how many megabytes the files of one upload may have; no request may bring more"`
	Uploads     string        `toml:"uploads" doc:"the folder where files wait that are handed in, of this server alone; else beside the file of a SQLite book, or in your data folder"`
	StopAfter   time.Duration `toml:"stop_after" usual:"20s" doc:"how long requests under way may take when the program stops"`
	TLS         TLS           `toml:"tls"`
	ACME        ACME          `toml:"acme"`
	Proxy       Proxy         `toml:"proxy"`
	Log         Log           `toml:"log"`
	Metrics     Metrics       `toml:"metrics"`
	OIDC        OIDC          `toml:"oidc"`
	SMTP        SMTP          `toml:"smtp"`
}

// TLS is a certificate that the firm has, and what plain HTTP is answered.
type TLS struct {
	Cert     string `toml:"cert" doc:"a file with the certificate and those above it, in PEM; read again when it changes"`
	Key      string `toml:"key" doc:"the file with its key, in PEM"`
	Redirect string `toml:"redirect" doc:"another address and port, usually :80, where plain HTTP is sent on to HTTPS"`
}

// ACME gets certificates by itself (RFC 8555).
type ACME struct {
	Hosts       []string `toml:"hosts" doc:"the names to get a certificate for by ACME, instead of tls.cert"`
	Email       string   `toml:"email" doc:"where the authority writes when something is wrong with a certificate"`
	AcceptTerms bool     `toml:"accept_terms" doc:"that you agree to the authority's terms; nothing is asked of it before"`
	Directory   string   `toml:"directory" usual:"https://acme-v02.api.letsencrypt.org/directory" doc:"the authority's directory"`
	Cache       string   `toml:"cache" doc:"the folder that keeps certificates and keys; else acme in your data folder"`
}

// Proxy is what stands in front.
type Proxy struct {
	Trusted []string `toml:"trusted" doc:"addresses and networks (10.0.0.0/8) of the proxies in front; only they may say who asks"`
	Header  string   `toml:"header" usual:"x-forwarded-for" doc:"where they say it: x-forwarded-for, or forwarded (RFC 7239)"`
}

// Log is what the program tells those who run it.
type Log struct {
	Format string `toml:"format" usual:"text" doc:"text or json"`
	Level  string `toml:"level" usual:"info" doc:"debug, info (a line for each request), warn or error"`
}

// Metrics are figures for Prometheus.
type Metrics struct {
	Listen string `toml:"listen" doc:"an address and port of its own for /metrics; without one they stand beside the pages, for this machine alone"`
}

// OIDC lets members sign in at a provider of the firm.
type OIDC struct {
	Issuer   string `toml:"issuer" doc:"the provider's address, as https://id.example; members may sign in there"`
	Name     string `toml:"name" usual:"single sign-on" doc:"what the button calls it"`
	ClientID string `toml:"client_id" doc:"what the provider calls this program"`
	Secret   Secret `toml:"client_secret" doc:"the secret that the provider gave for it"`
}

// SMTP is the server that letters go out by. Without a host they wait in the outbox.
type SMTP struct {
	Host     string `toml:"host" doc:"the server that letters go out by; without one they wait in the outbox"`
	Port     int    `toml:"port" usual:"587" doc:"its port"`
	User     string `toml:"user" doc:"whom to sign in as there"`
	Password Secret `toml:"password" doc:"with which password"`
	From     string `toml:"from" doc:"the address that letters come from"`
	TLS      string `toml:"tls" usual:"starttls" doc:"starttls, implicit (usually port 465), or none"`
}

// Secret is a value that never prints.
type Secret string

const hidden = "(secret)"

// String hides it.
func (Secret) String() string { return hidden }

// GoString hides it.
func (Secret) GoString() string { return hidden }

// MarshalText hides it.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Reveal gives the secret itself, for the one place that uses it.
func (s Secret) Reveal() string { return string(s) }

// Encrypted says whether the program speaks TLS itself.
func (c *Config) Encrypted() bool { return c.TLS.Cert != "" || len(c.ACME.Hosts) > 0 }

// Secure says whether browsers reach the desk over TLS, by the program or by the proxy in front of it.
func (c *Config) Secure() bool { return c.Encrypted() || strings.HasPrefix(c.PublicURL, "https://") }

// Reached says whether anything tells how browsers reach the desk from outside. Where nothing does, Base is the address that
// it answers at, which may lead nowhere on another machine.
func (c *Config) Reached() bool { return c.PublicURL != "" || len(c.ACME.Hosts) > 0 }

// Base is what the addresses of pages begin with, without a slash at the end. addr is where the program answers; nil before
// it does, when it is where it is told to.
func (c *Config) Base(addr net.Addr) string {
	switch {
	case c.PublicURL != "":
		return strings.TrimSuffix(c.PublicURL, "/")
	case len(c.ACME.Hosts) > 0:
		return "https://" + c.ACME.Hosts[0]
	}
	u := url.URL{Scheme: "http", Host: c.Listen}
	if addr != nil {
		u.Host = addr.String()
	}
	if c.Encrypted() {
		u.Scheme = "https"
	}
	if host, port, err := net.SplitHostPort(u.Host); err == nil {
		if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
			u.Host = net.JoinHostPort("localhost", port)
		}
	}
	return u.String()
}

// Networks are the proxies in front.
func (p *Proxy) Networks() (out []netip.Prefix) {
	for _, text := range p.Trusted {
		if n, err := network(text); err == nil {
			out = append(out, n)
		}
	}
	return out
}

func network(text string) (netip.Prefix, error) {
	if !strings.Contains(text, "/") {
		a, err := netip.ParseAddr(text)
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), err
	}
	n, err := netip.ParsePrefix(text)
	return n.Masked(), err
}
