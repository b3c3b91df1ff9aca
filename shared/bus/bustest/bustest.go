package bustest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/embedded"
)

// patience bounds every start, stop and wait: a machine under load is slow, what
// never comes does not come later.
const patience = time.Minute

// Delays are the RetryDelays of every connection made here.
func Delays() []time.Duration {
	return []time.Duration{10 * time.Millisecond, 20 * time.Millisecond, 50 * time.Millisecond}
}

// New returns a bus on a server of its own, with the topology in place. Both end
// with the test.
func New(tb testing.TB) *bus.Bus {
	tb.Helper()
	return Server(tb).Connect(tb)
}

// Node is one embedded server in a temporary directory.
type Node struct {
	cfg embedded.Config

	mu     sync.Mutex // guards server
	server *embedded.Server
}

// Server starts a server that ends with the test. The options change its
// configuration before use.
func Server(tb testing.TB, opts ...func(*embedded.Config)) *Node {
	tb.Helper()
	n := &Node{cfg: embedded.Config{StoreDir: tb.TempDir(), MaxStore: 8 << 30}}
	for _, opt := range opts {
		opt(&n.cfg)
	}
	n.start(tb)
	tb.Cleanup(func() { n.stop(tb) })
	return n
}

// InProcessConn implements nats.InProcessConnProvider with the server that runs
// now, so that connections survive a restart.
func (n *Node) InProcessConn() (net.Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.server == nil {
		return nil, nats.ErrNoServers
	}
	return n.server.InProcess().InProcessConn()
}

// Connect returns a new connection with the topology in place. The options
// change the configuration before use.
func (n *Node) Connect(tb testing.TB, opts ...func(*bus.Config)) *bus.Bus {
	tb.Helper()
	return connect(tb, bus.Config{InProcess: n}, slog.New(slog.DiscardHandler), opts)
}

// ConnectLog is Connect with a logger.
func (n *Node) ConnectLog(tb testing.TB, log *slog.Logger, opts ...func(*bus.Config)) *bus.Bus {
	tb.Helper()
	return connect(tb, bus.Config{InProcess: n}, log, opts)
}

// Raw returns a plain connection to the server, for tests that look behind the
// bus or disturb it.
func (n *Node) Raw(tb testing.TB) *nats.Conn {
	tb.Helper()
	nc, err := nats.Connect("", nats.InProcessServer(n))
	if err != nil {
		tb.Fatalf("connect: %v", err)
	}
	tb.Cleanup(nc.Close)
	return nc
}

// Restart stops the server and starts it again on the same files.
func (n *Node) Restart(tb testing.TB) {
	tb.Helper()
	n.stop(tb)
	n.start(tb)
}

// Down ends the server until up is called, which starts it on what it had.
func (n *Node) Down(tb testing.TB) (up func()) {
	tb.Helper()
	n.stop(tb)
	return func() { n.start(tb) }
}

func (n *Node) start(tb testing.TB) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), patience)
	defer cancel()
	s, err := embedded.Start(ctx, n.cfg)
	if err != nil {
		tb.Fatalf("start the server: %v", err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.server = s
}

func (n *Node) stop(tb testing.TB) {
	tb.Helper()
	n.mu.Lock()
	s := n.server
	n.server = nil
	n.mu.Unlock()
	if s == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), patience)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		tb.Errorf("stop the server: %v", err)
	}
}

// connect opens a bus that closes with the test.
func connect(tb testing.TB, cfg bus.Config, log *slog.Logger, opts []func(*bus.Config)) *bus.Bus {
	tb.Helper()
	cfg.Name = "test"
	cfg.MaxBytes = 1 << 30
	cfg.RetryDelays = Delays()
	cfg.ConnectTimeout = patience
	for _, opt := range opts {
		opt(&cfg)
	}
	b, err := bus.Connect(tb.Context(), cfg, log)
	if err != nil {
		tb.Fatalf("connect: %v", err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := b.Close(ctx); err != nil {
			tb.Errorf("close the bus: %v", err)
		}
	})
	if err := b.EnsureTopology(tb.Context()); err != nil {
		tb.Fatalf("topology: %v (%v)", err, errors.Unwrap(err))
	}
	return b
}

// Eventually waits until ok reports true, and fails the test after ten seconds.
func Eventually(tb testing.TB, what string, ok func() bool) {
	tb.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			tb.Fatalf("waited in vain until %s", what)
		}
	}
}

// RunID returns an id for the nth run of a test.
func RunID(n int) string { return fmt.Sprintf("run-%06d", n) }
