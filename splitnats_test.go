package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/shared/bus/bustest"
)

// What the servers ask of whoever connects.
const (
	natsUser     = "leo"
	natsPassword = "correct-horse-battery"
)

// portPool hands out ports nobody listened on when the test began, each once: what
// is started together does not listen yet when the next one is chosen.
type portPool struct {
	mu   sync.Mutex // guards left
	left []int
}

func (p *portPool) take(n int) []int {
	p.mu.Lock()
	defer p.mu.Unlock()
	taken := p.left[:n:n]
	p.left = p.left[n:]
	return taken
}

// natsServers are real nats-server processes with a password: one, or a cluster.
type natsServers struct {
	t      *testing.T
	binary string
	dir    string
	ports  []int
	cmds   []*exec.Cmd
	// disk is where the server that ownDisk was asked for keeps what it has; empty if
	// there is none.
	disk string
}

// startNATS starts n servers that end with the test.
func startNATS(t *testing.T, ports *portPool, n int) *natsServers {
	t.Helper()
	s := &natsServers{
		t: t, dir: t.TempDir(), cmds: make([]*exec.Cmd, n),
		binary: executortest.Program(t, "nats", "github.com/nats-io/nats-server/v2"),
	}
	s.ports = ports.take(n)
	var routes []string
	between := ports.take(n)
	for _, port := range between {
		routes = append(routes, fmt.Sprintf("nats://%s:%s@127.0.0.1:%d", natsUser, natsPassword, port))
	}
	for i := range n {
		conf := fmt.Sprintf("host: 127.0.0.1\nport: %d\nserver_name: n%d\njetstream { store_dir: %q, max_file_store: 16GB }\n"+
			"authorization { user: %s, password: %q }\n", s.ports[i], i, s.store(i), natsUser, natsPassword)
		if n > 1 {
			// A client hears of no other address than those it was given.
			conf += fmt.Sprintf("cluster { name: leo, host: 127.0.0.1, port: %d, no_advertise: true, routes: [%s]\n  authorization { user: %s, password: %q } }\n",
				between[i], strings.Join(routes, ", "), natsUser, natsPassword)
		}
		if err := os.WriteFile(s.conf(i), []byte(conf), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for i := range s.cmds {
			s.kill(i)
		}
	})
	for i := range n {
		s.start(i)
	}
	for _, port := range s.ports {
		bustest.Eventually(t, "NATS listens", func() bool {
			c, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), time.Second)
			if err != nil {
				return false
			}
			return c.Close() == nil
		})
	}
	return s
}

// ownDisk moves what a server has to a file system of 1 GiB that is nobody else's, if
// this process may make one.
func (s *natsServers) ownDisk(i int) {
	s.t.Helper()
	s.kill(i)
	aside := s.store(i) + ".aside"
	if err := errors.Join(os.Rename(s.store(i), aside), os.Mkdir(s.store(i), 0o700)); err != nil {
		s.t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", s.store(i), "tmpfs", 0, "size=1g"); err != nil {
		s.t.Logf("no server's disk will be full: %v", err)
	} else {
		s.disk = s.store(i)
		s.t.Cleanup(func() {
			s.kill(i)
			if err := syscall.Unmount(s.disk, 0); err != nil {
				s.t.Error(err)
			}
		})
	}
	if err := os.CopyFS(s.store(i), os.DirFS(aside)); err != nil {
		s.t.Fatal(err)
	}
	s.start(i)
}

// store is where server i keeps what it has.
func (s *natsServers) store(i int) string { return filepath.Join(s.dir, fmt.Sprintf("js%d", i)) }

func (s *natsServers) conf(i int) string { return filepath.Join(s.dir, fmt.Sprintf("n%d.conf", i)) }

// start runs server i on what it had.
func (s *natsServers) start(i int) {
	s.t.Helper()
	cmd := exec.Command(s.binary, "-c", s.conf(i), "-l", s.conf(i)+".log")
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.cmds[i] = cmd
}

// kill ends server i the hard way; one that does not run stays so.
func (s *natsServers) kill(i int) {
	if s.cmds[i] == nil {
		return
	}
	_ = s.cmds[i].Process.Kill()
	_ = s.cmds[i].Wait() // it was killed
	s.cmds[i] = nil
}

// url names all servers.
func (s *natsServers) url() string {
	var urls []string
	for _, port := range s.ports {
		urls = append(urls, fmt.Sprintf("nats://127.0.0.1:%d", port))
	}
	return strings.Join(urls, ",")
}
