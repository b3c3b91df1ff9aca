package api

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// listener knows its connections, because the HTTP library does not tell an
// open connection that never said anything (browsers open some in advance) from
// one with a request under way, and would wait for both.
type listener struct {
	net.Listener

	mu sync.Mutex
	// conns are the open connections and whether each has said anything;
	// guarded by mu, as is draining.
	conns    map[*conn]bool
	draining bool
}

type conn struct {
	net.Conn
	from  *listener
	first sync.Once
	said  atomic.Bool
}

func listenOn(ln net.Listener) *listener {
	return &listener{Listener: ln, conns: map[*conn]bool{}}
}

// Accept implements [net.Listener].
func (l *listener) Accept() (net.Conn, error) {
	in, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: in, from: l}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.draining {
		_ = in.Close() // its first read fails, and that is all
	} else {
		l.conns[c] = false
	}
	return c, nil
}

// Read implements [net.Conn]. A connection that ends before it said anything has
// ended, however it came to that: nobody asked for the answer that the library
// gives to a request which does not arrive in time, and a client that takes the
// connection for its first request just then would read it as the answer to that.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.first.Do(c.speaks)
		return n, err
	}
	if err != nil && !c.said.Load() {
		err = io.EOF
	}
	return n, err
}

// speaks notes that the client said something.
func (c *conn) speaks() {
	c.said.Store(true)
	c.from.mu.Lock()
	defer c.from.mu.Unlock()
	if _, open := c.from.conns[c]; open {
		c.from.conns[c] = true
	}
}

// Close implements [net.Conn].
func (c *conn) Close() error {
	c.from.mu.Lock()
	delete(c.from.conns, c)
	c.from.mu.Unlock()
	return c.Conn.Close()
}

// closeSilent closes the connections that never said anything, and takes no
// more.
func (l *listener) closeSilent() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.draining = true
	for c, spoke := range l.conns {
		if !spoke {
			_ = c.Conn.Close() // the reader of it closes it properly
		}
	}
}

// closeAll cuts every connection off.
func (l *listener) closeAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		_ = c.Conn.Close() // see closeSilent
	}
}
