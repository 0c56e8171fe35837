package config

import (
	"crypto/tls"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"passbook/internal/sqldb"
)

// check looks at what each value says, and at what they say together.
func (l *Loaded) check() {
	if l.DSN != "" {
		if _, _, err := sqldb.ParseDSN(l.DSN.Reveal()); err != nil {
			l.fault(l.where("dsn"), "%s", err)
		}
	}
	l.oneOf("log.format", l.Log.Format, "text", "json")
	l.oneOf("log.level", l.Log.Level, "debug", "info", "warn", "error")
	l.oneOf("proxy.header", l.Proxy.Header, "x-forwarded-for", "forwarded")
	l.oneOf("smtp.tls", l.SMTP.TLS, "starttls", "implicit", "none")
	if l.APIRate < 0 {
		l.fault(l.where("api_rate"), "%d is less than none; 0 sets no limit", l.APIRate)
	}
	if l.MaxUploadMB < 1 {
		l.fault(l.where("max_upload_mb"), "%d leaves no room for a form; 1 or more", l.MaxUploadMB)
	}
	if l.StopAfter < time.Second || l.StopAfter > time.Hour {
		l.fault(l.where("stop_after"), "%s is not between 1s and 1h", l.StopAfter)
	}
	l.checkAddresses()
	l.checkTLS()
	l.checkReach()
	l.checkOIDC()
	l.checkSMTP()
}

func (l *Loaded) oneOf(key, value string, words ...string) {
	if !slices.Contains(words, value) {
		last := len(words) - 1
		l.fault(l.where(key), "%q is not known; %s or %s", value, strings.Join(words[:last], ", "), words[last])
	}
}

// checkAddresses looks at what is listened on; two listeners cannot share a port.
func (l *Loaded) checkAddresses() {
	taken := map[string]string{}
	for _, a := range []struct{ key, value string }{
		{"listen", l.Listen}, {"tls.redirect", l.TLS.Redirect}, {"metrics.listen", l.Metrics.Listen},
	} {
		if a.value == "" && a.key != "listen" {
			continue
		}
		_, port, err := net.SplitHostPort(a.value)
		n, perr := strconv.ParseUint(port, 10, 16)
		switch {
		case err != nil || perr != nil:
			l.fault(l.where(a.key), "%q is no address with a port; write it as 127.0.0.1:8020 or :443", a.value)
		case n != 0 && taken[a.value] != "":
			l.fault(l.where(a.key), "%s is taken by %s already", a.value, taken[a.value])
		}
		taken[a.value] = a.key
	}
}

func (l *Loaded) checkTLS() {
	switch {
	case (l.TLS.Cert == "") != (l.TLS.Key == ""):
		has, lacks := "tls.cert", "tls.key"
		if l.TLS.Cert == "" {
			has, lacks = lacks, has
		}
		l.fault(l.where(has), "%s is missing beside it", lacks)
	case l.TLS.Cert != "" && len(l.ACME.Hosts) > 0:
		l.fault(l.where("acme.hosts"), "there is a certificate in tls.cert already; keep one of the two")
	case l.TLS.Cert != "":
		if _, err := tls.LoadX509KeyPair(l.TLS.Cert, l.TLS.Key); err != nil {
			l.fault(l.where("tls.cert"), "certificate and key do not load: %s", plainReason(err))
		}
	}
	if l.TLS.Redirect != "" && !l.Encrypted() {
		l.fault(l.where("tls.redirect"), "there is no HTTPS to send anybody to; give tls.cert and tls.key, or acme.hosts")
	}
	if len(l.ACME.Hosts) == 0 {
		return
	}
	for _, host := range l.ACME.Hosts {
		if _, err := netip.ParseAddr(host); err == nil || strings.ContainsAny(host, ":/*@ ") || host == "" {
			l.fault(l.where("acme.hosts"), "%q is no name that a certificate can be had for by itself; write it as desk.example", host)
		}
	}
	if !l.ACME.AcceptTerms {
		l.fault(l.where("acme.accept_terms"), "read the terms of %s and set this to true; no certificate is asked for before", l.ACME.Directory)
	}
	l.checkURL("acme.directory", l.ACME.Directory, true)
}

// checkURL wants a whole address of the web, over TLS unless it stays on this machine.
func (l *Loaded) checkURL(key, text string, path bool) *url.URL {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		l.fault(l.where(key), "%q is no address of the web; write it as https://desk.example", text)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		l.fault(l.where(key), "it must be an address alone, without a name, a question or a mark in it")
	case !path && strings.Trim(u.Path, "/") != "":
		l.fault(l.where(key), "%q has a path; the desk stands at the root of its name", text)
	case u.Scheme == "http" && key != "public_url" && !loopback(u.Hostname()):
		l.fault(l.where(key), "%q must be https", text)
	default:
		return u
	}
	return nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// checkReach keeps passwords from crossing a network in the open by mistake.
func (l *Loaded) checkReach() {
	for _, text := range l.Proxy.Trusted {
		if _, err := network(text); err != nil {
			l.fault(l.where("proxy.trusted"), "%q is neither an address nor a network; write it as 10.0.0.7 or 10.0.0.0/8", text)
		}
	}
	var public *url.URL
	if l.PublicURL != "" {
		public = l.checkURL("public_url", l.PublicURL, false)
	}
	if public != nil && public.Scheme == "http" && l.Encrypted() {
		l.fault(l.where("public_url"), "it says http, and the desk speaks TLS; write https")
	}
	if len(l.Proxy.Trusted) > 0 && l.PublicURL == "" {
		l.fault(l.where("proxy.trusted"), "behind a proxy public_url is needed too: links begin with it, and its https makes cookies secure")
	}
	host, _, err := net.SplitHostPort(l.Listen)
	if err == nil && !loopback(host) && !l.Encrypted() && len(l.Proxy.Trusted) == 0 && !l.PlainHTTP {
		l.fault(l.where("listen"), "%s is reached by others, and passwords would cross the network in the open; give tls.cert and tls.key, acme.hosts "+
			"or proxy.trusted, or say plain_http = true", l.Listen)
	}
}

func (l *Loaded) checkOIDC() {
	switch {
	case l.OIDC.Issuer == "" && l.OIDC.ClientID != "":
		l.fault(l.where("oidc.client_id"), "oidc.issuer is missing beside it")
	case l.OIDC.Issuer == "":
	case l.OIDC.ClientID == "":
		l.fault(l.where("oidc.issuer"), "oidc.client_id is missing beside it")
	default:
		l.checkURL("oidc.issuer", l.OIDC.Issuer, true)
	}
	if l.OIDC.Issuer != "" && l.PublicURL == "" && len(l.ACME.Hosts) == 0 {
		l.fault(l.where("oidc.issuer"), "public_url is needed too: the provider sends people back there")
	}
}

func (l *Loaded) checkSMTP() {
	if l.SMTP.Host == "" {
		for _, k := range []struct{ key, value string }{{"smtp.user", l.SMTP.User}, {"smtp.from", l.SMTP.From}, {"smtp.password", string(l.SMTP.Password)}} {
			if k.value != "" {
				l.fault(l.where(k.key), "smtp.host is missing beside it")
			}
		}
		return
	}
	if l.SMTP.Port < 1 || l.SMTP.Port > 65535 {
		l.fault(l.where("smtp.port"), "%d is no port", l.SMTP.Port)
	}
	if _, err := mail.ParseAddress(l.SMTP.From); err != nil {
		l.fault(l.where("smtp.from"), "%q is no mail address; letters need one that they come from", l.SMTP.From)
	}
	if l.SMTP.Password != "" && l.SMTP.User == "" {
		l.fault(l.where("smtp.password"), "smtp.user is missing beside it")
	}
	if l.SMTP.Password != "" && l.SMTP.TLS == "none" && !loopback(l.SMTP.Host) {
		l.fault(l.where("smtp.tls"), "the password would cross the network in the open; starttls or implicit")
	}
	if l.PublicURL == "" && len(l.ACME.Hosts) == 0 {
		l.fault(l.where("smtp.host"), "public_url is needed too: letters hold links")
	}
}
