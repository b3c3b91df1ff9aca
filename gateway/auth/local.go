package auth

import (
	"net"
	"net/url"
	"strings"

	"github.com/leo-analytics/leo/shared/fault"
)

// Loopback reports whether a listen address (host:port) can be reached from this
// machine only. An empty host listens everywhere and is not loopback.
func Loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && loopbackName(host)
}

func loopbackName(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}

// hostName cuts the port off a Host header.
func hostName(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return host
}

// CheckHost refuses, with FORBIDDEN, a Host header that is not a name of this
// machine: a foreign name that was made to resolve to 127.0.0.1 would otherwise
// let any web page read what local mode shows (DNS rebinding).
func CheckHost(host string) error {
	if loopbackName(hostName(host)) {
		return nil
	}
	return fault.New(fault.Forbidden, "This Leo answers to localhost only, not to %q.", host).
		WithHint("Open it as http://localhost or http://127.0.0.1 with its port. To serve other names, set --listen and create a token.")
}

// CheckOrigin refuses, with FORBIDDEN, a request that a browser made for a page
// of another origin. host is the request's Host header, origin its Origin
// header, site its Sec-Fetch-Site header; programs send neither of the last two.
func CheckOrigin(host, origin, site string) error {
	refused := fault.New(fault.Forbidden, "A page of another site may not use this Leo.").
		WithHint("Call the API from Leo's own page, or from a program with an API token.")
	switch site {
	case "same-origin":
		// The browser's own word, which no page can set. It holds behind a proxy
		// that changes Host, too.
		return nil
	case "", "none":
	default:
		return refused
	}
	if origin == "" {
		return nil
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || !strings.EqualFold(u.Host, host) {
		return refused
	}
	return nil
}
