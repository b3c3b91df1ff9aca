package llm

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// errTooLarge ends the reading of a response above the limit.
var errTooLarge = errors.New("the response is larger than the limit")

// exchange is what the adapter wants to know of one HTTP exchange and the client
// library does not say.
type exchange struct {
	status      int
	contentType string
	retryAfter  time.Duration
	tooLarge    bool
}

type exchangeKey struct{}

func withExchange(ctx context.Context) (context.Context, *exchange) {
	x := &exchange{}
	return context.WithValue(ctx, exchangeKey{}, x), x
}

// transport sends requests, limits responses and notes what came back.
type transport struct {
	client *http.Client
	limit  int64
	now    func() time.Time
}

func newTransport(cfg Config) *transport {
	return &transport{
		limit: cfg.MaxResponseBytes, now: cfg.now,
		client: &http.Client{
			Transport: &http.Transport{
				Proxy:               http.ProxyFromEnvironment,
				DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
				TLSHandshakeTimeout: 10 * time.Second,
				IdleConnTimeout:     90 * time.Second,
				MaxIdleConnsPerHost: 8,
				ForceAttemptHTTP2:   true,
			},
			// A redirect would carry prompts to an address nobody configured.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Do implements the client library's HTTPDoer.
func (t *transport) Do(r *http.Request) (*http.Response, error) {
	resp, err := t.client.Do(r) //nolint:gosec // the address is the operator's configuration
	if err != nil {
		return nil, err
	}
	x, _ := r.Context().Value(exchangeKey{}).(*exchange)
	if x == nil {
		x = &exchange{}
	}
	x.status = resp.StatusCode
	x.contentType, _, _ = strings.Cut(strings.ToLower(resp.Header.Get("Content-Type")), ";")
	x.contentType = strings.TrimSpace(x.contentType)
	x.retryAfter = t.retryAfter(resp.Header)
	resp.Body = &limited{body: resp.Body, left: t.limit, exchange: x}
	return resp, nil
}

// retryAfter reads both forms of the header.
func (t *transport) retryAfter(h http.Header) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms > 0 && ms < 1e9 {
		return time.Duration(ms * float64(time.Millisecond))
	}
	text := h.Get("Retry-After")
	if s, err := strconv.ParseFloat(text, 64); err == nil && s > 0 && s < 1e6 {
		return time.Duration(s * float64(time.Second))
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(t.now()))
	}
	return 0
}

// limited is a body that may not go on for ever.
type limited struct {
	body     io.ReadCloser
	left     int64
	exchange *exchange
}

// Read implements [io.Reader].
func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		l.exchange.tooLarge = true
		return 0, errTooLarge
	}
	if int64(len(p)) > l.left {
		p = p[:l.left]
	}
	n, err := l.body.Read(p)
	l.left -= int64(n)
	return n, err
}

// Close implements [io.Closer].
func (l *limited) Close() error { return l.body.Close() }
