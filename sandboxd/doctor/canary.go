package doctor

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
)

// canary is what a sandbox must not reach: a secret and listeners.
type canary struct {
	dir       string
	secret    string   // a file everybody outside may read
	targets   []string // for the network probe
	listeners []io.Closer
	accepting sync.WaitGroup
	visits    atomic.Int64
}

// putUp makes the canaries. The caller takes them down.
func putUp(ctx context.Context) (_ *canary, err error) {
	c := &canary{}
	if c.dir, err = scratch("", "leo-canary-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.takeDown())
		}
	}()
	c.secret = filepath.Join(c.dir, "secret")
	if err := os.WriteFile(c.secret, []byte("canary"), 0o644); err != nil { //nolint:gosec // to be readable by everybody is the point
		return nil, err
	}
	socket := filepath.Join(c.dir, "socket")
	if err := errors.Join(c.listen(ctx, "tcp", "127.0.0.1:0"), c.listen(ctx, "unix", socket), c.receive(ctx)); err != nil {
		return nil, err
	}
	if err := os.Chmod(socket, 0o777); err != nil { //nolint:gosec // as above
		return nil, err
	}
	if runtime.GOOS == "linux" {
		if err := c.listen(ctx, "unix", "@"+filepath.Base(c.dir)); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// listen counts who connects.
func (c *canary) listen(ctx context.Context, network, address string) error {
	var config net.ListenConfig
	l, err := config.Listen(ctx, network, address)
	if err != nil {
		return err
	}
	c.listeners = append(c.listeners, l)
	target := network + ":" + l.Addr().String()
	if name, ok := strings.CutPrefix(address, "@"); ok {
		target = "abstract:" + name
	}
	c.targets = append(c.targets, target)
	c.accepting.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c.visits.Add(1)
			_ = conn.Close()
		}
	})
	return nil
}

// receive counts what comes without a connection.
func (c *canary) receive(ctx context.Context) error {
	var config net.ListenConfig
	p, err := config.ListenPacket(ctx, "udp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	c.listeners = append(c.listeners, p)
	c.targets = append(c.targets, "udp:"+p.LocalAddr().String())
	c.accepting.Go(func() {
		for {
			if _, _, err := p.ReadFrom(make([]byte, 16)); err != nil {
				return
			}
			c.visits.Add(1)
		}
	})
	return nil
}

func (c *canary) takeDown() error {
	var errs []error
	for _, l := range c.listeners {
		errs = append(errs, l.Close())
	}
	c.accepting.Wait()
	return errors.Join(append(errs, os.RemoveAll(c.dir))...)
}
