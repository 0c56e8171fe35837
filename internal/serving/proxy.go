package serving

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"passbook/internal/config"
)

// proxy makes a request look as it did to the outermost proxy that is trusted: RemoteAddr is the client's address
// afterwards, for the limits and everybody else, and Encrypted answers for the client's side. Only one header is ever
// believed, since a proxy passes on those that it does not know, whoever wrote them.
func proxy(p *config.Proxy, next http.Handler) http.Handler {
	trusted := p.Networks()
	if len(trusted) == 0 {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(withScheme(r.Context(), r.TLS != nil, true)))
		})
	}
	inside := func(text string) bool {
		ip, ok := address(text)
		return ok && slices.ContainsFunc(trusted, func(n netip.Prefix) bool { return n.Contains(ip) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure, said := r.TLS != nil, r.TLS != nil
		if inside(r.RemoteAddr) {
			hops := forwarded(r.Header, p.Header)
			for i := len(hops) - 1; i >= 0; i-- { // the last was written by the proxy nearest to us
				if hops[i].proto != "" {
					secure, said = hops[i].proto == "https", true
				}
				ip, ok := address(hops[i].client)
				if !ok {
					break // "unknown", or nothing that can be believed
				}
				r.RemoteAddr = net.JoinHostPort(ip.String(), "0")
				if !inside(hops[i].client) {
					break
				}
			}
		}
		next.ServeHTTP(w, r.WithContext(withScheme(r.Context(), secure, said)))
	})
}

// hop is what a proxy says of whom it speaks for.
type hop struct{ client, proto string }

// forwarded reads what proxies say, in the order of the way: the client's first.
func forwarded(h http.Header, header string) (hops []hop) {
	if header == "forwarded" {
		for _, element := range split(strings.Join(h.Values("Forwarded"), ","), ',') {
			var one hop
			for _, pair := range split(element, ';') {
				name, value, _ := strings.Cut(pair, "=")
				switch value = strings.Trim(strings.TrimSpace(value), `"`); strings.ToLower(strings.TrimSpace(name)) {
				case "for":
					one.client = value
				case "proto":
					one.proto = strings.ToLower(value)
				}
			}
			hops = append(hops, one)
		}
		return hops
	}
	for _, client := range strings.Split(strings.Join(h.Values("X-Forwarded-For"), ","), ",") {
		hops = append(hops, hop{client: strings.TrimSpace(client)})
	}
	protos := strings.Split(strings.Join(h.Values("X-Forwarded-Proto"), ","), ",")
	// Most proxies write one word in place of what came; where they add, the words stand as the addresses do.
	hops[len(hops)-1].proto = strings.ToLower(strings.TrimSpace(protos[len(protos)-1]))
	return hops
}

// split cuts at a mark that stands outside of quotes.
func split(s string, mark byte) (out []string) {
	quoted, from := false, 0
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == mark && !quoted:
			out, from = append(out, s[from:i]), i+1
		}
	}
	return append(out, s[from:])
}

// address reads an address with or without a port: 192.0.2.7, 192.0.2.7:4711, 2001:db8::7, [2001:db8::7]:4711.
func address(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if ip, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return ip.Unmap().WithZone(""), true
	}
	ap, err := netip.ParseAddrPort(text)
	return ap.Addr().Unmap().WithZone(""), err == nil
}

type schemeKey struct{}

type scheme struct{ secure, known bool }

func withScheme(ctx context.Context, secure, known bool) context.Context {
	return context.WithValue(ctx, schemeKey{}, scheme{secure, known})
}

// schemeOf says whether the client's side of a request is encrypted, and whether anybody knows.
func schemeOf(r *http.Request) scheme {
	s, _ := r.Context().Value(schemeKey{}).(scheme)
	return s
}
