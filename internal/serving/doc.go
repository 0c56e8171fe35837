// Package serving stands between the network and the pages: ports, TLS and its certificates, proxies in front, limits,
// compression, the log of requests, figures for those who watch, and stopping without losing anything. It knows no page.
package serving
