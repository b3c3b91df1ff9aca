package vectortest

import (
	"context"
	"net"
	"slices"
	"sync"
	"testing"

	"github.com/qdrant/go-client/qdrant"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Server is a Qdrant server as far as Leo uses one. It may be used by several
// goroutines at once.
type Server struct {
	mu          sync.Mutex // guards the rest
	collections map[string]*held
	aliases     map[string]string
	calls       int
	fail        error
	block       chan struct{} // while set, calls wait for it
}

type held struct {
	dims   uint64
	points map[string]*qdrant.PointStruct
	tenant bool
}

// Serve starts a server that ends with the test and returns its URL.
func Serve(t *testing.T) (*Server, string) {
	t.Helper()
	c := &Server{collections: map[string]*held{}, aliases: map[string]string{}}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := grpc.NewServer(grpc.UnaryInterceptor(c.intercept))
	qdrant.RegisterCollectionsServer(s, collections{server: c})
	qdrant.RegisterPointsServer(s, points{server: c})
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return c, "http://" + l.Addr().String()
}

// Set makes every call fail with an error, or wait while block is open; with nil
// both they work again.
func (c *Server) Set(err error, block chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail, c.block = err, block
}

func (c *Server) intercept(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	c.mu.Lock()
	fail, block := c.fail, c.block
	c.calls++
	c.mu.Unlock()
	if block != nil {
		select {
		case <-block:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if fail != nil {
		return nil, fail
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return next(ctx, req)
}

func (c *Server) find(name string) (*held, error) {
	if to, ok := c.aliases[name]; ok {
		name = to
	}
	h := c.collections[name]
	if h == nil {
		return nil, status.Errorf(codes.NotFound, "Collection `%s` doesn't exist!", name)
	}
	return h, nil
}

// Names returns the collections there are.
func (c *Server) Names() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for n := range c.collections {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// Calls returns how many calls came in so far.
func (c *Server) Calls() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls
}

// Keys returns the keys of an org's points in the collection that an alias names,
// sorted; nil when there is none of that name.
func (c *Server) Keys(alias, org string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, err := c.find(alias)
	if err != nil {
		return nil
	}
	out := []string{}
	for _, p := range h.points {
		if p.GetPayload()["org"].GetStringValue() == org {
			out = append(out, p.GetPayload()["key"].GetStringValue())
		}
	}
	slices.Sort(out)
	return out
}
