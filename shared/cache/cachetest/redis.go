package cachetest

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/cache"
)

// Server is a Redis server that ends with its test.
type Server struct {
	addr string
	args []string
	cmd  *exec.Cmd
}

// Redis starts a server. The arguments are added to its command line.
func Redis(tb testing.TB, args ...string) *Server {
	tb.Helper()
	path := program(tb)
	port := strconv.Itoa(bustest.FreePorts(tb, 1)[0])
	s := &Server{addr: net.JoinHostPort("127.0.0.1", port)}
	s.args = append([]string{path, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", tb.TempDir()}, args...)
	s.Start(tb)
	tb.Cleanup(s.Stop)
	return s
}

// Secure starts a server that speaks TLS alone, with the certificate and the key
// in these files.
func Secure(tb testing.TB, certificate, key string) *Server {
	tb.Helper()
	path := program(tb)
	port := strconv.Itoa(bustest.FreePorts(tb, 1)[0])
	s := &Server{addr: net.JoinHostPort("127.0.0.1", port)}
	s.args = []string{
		path, "--port", "0", "--tls-port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", tb.TempDir(),
		"--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificate, "--tls-auth-clients", "no",
	}
	s.Start(tb)
	tb.Cleanup(s.Stop)
	return s
}

// Sentinel starts a sentinel that watches a server under a name.
func Sentinel(tb testing.TB, watched *Server, name string) *Server {
	tb.Helper()
	path := program(tb)
	port := strconv.Itoa(bustest.FreePorts(tb, 1)[0])
	_, watchedPort, err := net.SplitHostPort(watched.addr)
	if err != nil {
		tb.Fatal(err)
	}
	file := filepath.Join(tb.TempDir(), "sentinel.conf")
	text := fmt.Sprintf("port %s\nbind 127.0.0.1\ndir %s\nsentinel monitor %s 127.0.0.1 %s 1\n", port, tb.TempDir(), name, watchedPort)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	s := &Server{addr: net.JoinHostPort("127.0.0.1", port), args: []string{path, file, "--sentinel"}}
	s.Start(tb)
	tb.Cleanup(s.Stop)
	return s
}

// Do sends a command of plain words and returns the first line of the reply.
func (s *Server) Do(tb testing.TB, command string) string {
	tb.Helper()
	conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(tb.Context(), "tcp", s.addr)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := fmt.Fprintf(conn, "%s\r\n", command); err != nil {
		tb.Fatal(err)
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		tb.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// program finds the server. A test that needs it is skipped without it, or fails
// where LEO_REQUIRE names it.
func program(tb testing.TB) string {
	tb.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		if slices.Contains(strings.Split(os.Getenv("LEO_REQUIRE"), ","), "redis") { //nolint:forbidigo // the tests' own switch
			tb.Fatal("redis-server is required and not installed")
		}
		tb.Skip("redis-server is not installed")
	}
	return path
}

// Addr is the server's host:port.
func (s *Server) Addr() string { return s.addr }

// URL is the server's address as [cache.RedisConfig] wants it.
func (s *Server) URL() string { return "redis://" + s.addr + "/0" }

// Start starts the server, again after [Server.Stop], and waits until it answers.
func (s *Server) Start(tb testing.TB) {
	tb.Helper()
	s.cmd = exec.Command(s.args[0], s.args[1:]...) //nolint:gosec,noctx // the test's own arguments; Stop ends it
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	bustest.Eventually(tb, "redis-server answers", func() bool {
		conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(context.WithoutCancel(tb.Context()), "tcp", s.addr)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

// Stop kills the server. What it held is gone.
func (s *Server) Stop() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// Freeze stops the server from doing anything, and Thaw lets it go on.
func (s *Server) Freeze() error { return s.cmd.Process.Signal(syscall.SIGSTOP) } //nolint:wrapcheck // for a test

// Thaw ends Freeze.
func (s *Server) Thaw() error { return s.cmd.Process.Signal(syscall.SIGCONT) } //nolint:wrapcheck // for a test

// Store returns a store in the server, with connections of its own, that ends
// with the test.
func (s *Server) Store(tb testing.TB, change ...func(*cache.RedisConfig)) *cache.Redis {
	tb.Helper()
	cfg := cache.RedisConfig{URL: s.URL(), DialTimeout: 10 * time.Second}
	for _, c := range change {
		c(&cfg)
	}
	store, err := cache.NewRedis(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = store.Close() })
	bustest.Eventually(tb, "redis answers", func() bool { return store.Ping(context.WithoutCancel(tb.Context())) == nil })
	return store
}
