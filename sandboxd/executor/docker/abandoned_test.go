package docker_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/client"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/docker"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// A daemon makes the container of a caller who has left.
func TestAContainerThatNobodyWaitsForIsRemoved(t *testing.T) {
	setup(t)
	before := leftovers(t, nil)
	daemon := slowDaemon(t)
	e, err := docker.New(docker.Options{
		Runner: executortest.ProbeBinary(t), Host: "tcp://" + daemon.address, Logger: executortest.Logger(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	daemon.hold()
	ctx, leave := context.WithCancel(t.Context())
	prepared := make(chan error, 1)
	go func() {
		_, err := e.Prepare(ctx, executor.Spec{
			Mode: protocol.SQL, DataDir: executortest.Dataset(t, map[string]string{protocol.PreparedName: "prepared"}),
		})
		prepared <- err
	}()
	<-daemon.asked
	leave()
	if err := <-prepared; err == nil {
		t.Error("a preparation outlived its caller")
	}
	daemon.release()
	if err := e.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if made := <-daemon.made; made != http.StatusCreated {
		t.Errorf("the daemon answered %d", made)
	}
	if after := leftovers(t, nil); !slices.Equal(after, before) {
		t.Errorf("left behind: %v", after)
	}
}

// slow passes requests on to the daemon, and a creation only once it is released: whether
// its caller still waits or not.
type slow struct {
	address  string
	held     chan struct{}
	asked    chan struct{}
	made     chan int
	released chan struct{}
}

func slowDaemon(t *testing.T) *slow {
	t.Helper()
	s := &slow{held: make(chan struct{}), asked: make(chan struct{}), made: make(chan int, 1), released: make(chan struct{})}
	c, err := client.NewClientWithOpts(client.FromEnv)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	dial := c.Dialer()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }}
	t.Cleanup(transport.CloseIdleConnections)
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: "docker"})
	proxy.Transport = transport
	proxy.ModifyResponse = func(r *http.Response) error {
		if s.holds(r.Request) {
			s.made <- r.StatusCode
		}
		return nil
	}
	proxy.ErrorHandler = func(w http.ResponseWriter, r *http.Request, err error) {
		if s.holds(r) {
			s.made <- 0
		}
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.holds(r) {
			close(s.asked)
			<-s.released
		}
		proxy.ServeHTTP(w, r.WithContext(context.WithoutCancel(r.Context())))
	}))
	t.Cleanup(server.Close)
	s.address = server.Listener.Addr().String()
	return s
}

func (s *slow) hold()    { close(s.held) }
func (s *slow) release() { close(s.released) }

func (s *slow) holds(r *http.Request) bool {
	select {
	case <-s.held:
		return strings.HasSuffix(r.URL.Path, "/containers/create")
	default:
		return false
	}
}
