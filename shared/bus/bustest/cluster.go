package bustest

import (
	"log/slog"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/leo-analytics/leo/shared/bus"
)

// Nodes is a cluster of three servers on loopback.
type Nodes struct {
	// Servers are the running servers, for tests that stop one.
	Servers []*server.Server
}

// Cluster starts three servers that end with the test; what is made through
// Connect has three replicas.
func Cluster(tb testing.TB) *Nodes {
	tb.Helper()
	ports := FreePorts(tb, 3)
	var routes []*url.URL
	for _, port := range ports {
		routes = append(routes, &url.URL{Scheme: "nats", Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port))})
	}
	n := &Nodes{}
	for i, port := range ports {
		s, err := server.NewServer(&server.Options{
			ServerName: "n" + strconv.Itoa(i), Host: "127.0.0.1", Port: server.RANDOM_PORT,
			NoSigs: true, NoLog: true,
			JetStream: true, StoreDir: tb.TempDir(), JetStreamMaxStore: 8 << 30, JetStreamMaxMemory: 256 << 20,
			Cluster: server.ClusterOpts{Name: "leo", Host: "127.0.0.1", Port: port},
			Routes:  routes,
		})
		if err != nil {
			tb.Fatalf("configure server %d: %v", i, err)
		}
		s.Start()
		tb.Cleanup(func() {
			s.Shutdown()
			s.WaitForShutdown()
		})
		n.Servers = append(n.Servers, s)
	}
	n.awaitLeader(tb)
	return n
}

// awaitLeader waits until the cluster can take requests.
func (n *Nodes) awaitLeader(tb testing.TB) {
	tb.Helper()
	deadline := time.Now().Add(patience)
	for _, s := range n.Servers {
		if !s.ReadyForConnections(time.Until(deadline)) {
			tb.Fatal("a server of the cluster does not start")
		}
	}
	Eventually(tb, "the cluster has a leader and knows its three members", func() bool {
		for _, s := range n.Servers {
			if s.JetStreamIsLeader() {
				return len(s.JetStreamClusterPeers()) == len(n.Servers)
			}
		}
		return false
	})
}

// StopLeader stops the server that leads a stream.
func (n *Nodes) StopLeader(tb testing.TB, stream string) {
	tb.Helper()
	for i, s := range n.Servers {
		if s.JetStreamIsStreamLeader(server.DEFAULT_GLOBAL_ACCOUNT, stream) {
			s.Shutdown()
			s.WaitForShutdown()
			n.Servers = append(n.Servers[:i:i], n.Servers[i+1:]...)
			return
		}
	}
	tb.Fatalf("no server leads %s", stream)
}

// URL names all servers.
func (n *Nodes) URL() string {
	urls := make([]string, len(n.Servers))
	for i, s := range n.Servers {
		urls[i] = s.ClientURL()
	}
	return strings.Join(urls, ",")
}

// Connect is [Node.Connect] with three replicas.
func (n *Nodes) Connect(tb testing.TB, opts ...func(*bus.Config)) *bus.Bus {
	tb.Helper()
	return connect(tb, bus.Config{URL: n.URL(), Replicas: 3}, slog.New(slog.DiscardHandler), opts)
}

// FreePorts returns ports nobody listened on a moment ago. The system gives them
// to nobody who asks for any port, so that a server may come back on its own.
func FreePorts(tb testing.TB, n int) []int {
	tb.Helper()
	// Below what Linux hands out, and a stretch of its own for each of a few dozen
	// processes: packages are tested at once.
	const count = 200
	first := 20000 + os.Getpid()%60*count
	var ports []int
	for range 1000 {
		if len(ports) == n {
			break
		}
		port := first + rand.IntN(count) //nolint:gosec // to be where nobody else is
		l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue
		}
		defer l.Close() //nolint:errcheck // only held to find distinct ports
		ports = append(ports, port)
	}
	if len(ports) < n {
		tb.Fatal("there are no free ports")
	}
	return ports
}
