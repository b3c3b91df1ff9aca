package health

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/leo-analytics/leo/shared/fault"
)

// Listen opens the listener of [Serve]. It fails with CONFLICT when the address is
// in use.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fault.Wrap(err, fault.Conflict, "The address %s of the health checks cannot be listened on.", address).
			WithHint("Set admin_listen (LEO_ADMIN_LISTEN) to a free address for each process, or to off.")
	}
	return ln, nil
}

// Serve answers on ln until ctx ends, then finishes the requests under way, for
// two seconds at most. It closes ln.
func Serve(ctx context.Context, ln net.Listener, b *Board) error {
	server := &http.Server{
		Handler: b.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	select {
	case err := <-served:
		return fmt.Errorf("health: %w", err)
	case <-ctx.Done():
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	err := server.Shutdown(closing)
	if err != nil {
		err = errors.Join(err, server.Close())
	}
	if end := <-served; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	return err
}

// Handler serves the three routes.
func (b *Board) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, b.Alive(), "ok", "failed") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { answer(w, b.Ready(r.Context()), "ready", "not ready") })
	mux.Handle("GET /metrics", promhttp.HandlerFor(b.registry, promhttp.HandlerOpts{}))
	return mux
}

// Report is the body of /healthz and /readyz, here and at the gateway.
type Report struct {
	Status string  `json:"status"`
	Checks []Check `json:"checks,omitempty"`
}

func answer(w http.ResponseWriter, lines []Check, good, bad string) {
	status, report := http.StatusOK, Report{Status: good, Checks: lines}
	if slices.ContainsFunc(lines, func(c Check) bool { return !c.OK }) {
		status, report.Status = http.StatusServiceUnavailable, bad
		w.Header().Set("Retry-After", "2")
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(report) // whoever asked is gone then
}
