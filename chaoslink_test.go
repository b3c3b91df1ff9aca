package main

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// link is a network between two processes that can be slowed, cut and emptied. What
// does not know of it finds a server at its address.
type link struct {
	in, out string // what it listens on, and what it leads to

	mu sync.Mutex // guards all that follows
	// delay is how long each piece takes; hole says that pieces vanish, cut that
	// nobody answers.
	delay time.Duration
	hole  bool
	cut   bool
	open  map[net.Conn]bool
}

// newLink listens on in, a host and port, until the test ends.
func newLink(t *testing.T, in, out string) *link {
	t.Helper()
	ln, err := net.Listen("tcp", in)
	if err != nil {
		t.Fatal(err)
	}
	l := &link{in: in, out: out, open: map[net.Conn]bool{}}
	var conns sync.WaitGroup
	conns.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			conns.Go(func() { l.carry(t.Context(), conn) })
		}
	})
	t.Cleanup(func() {
		_ = ln.Close()
		l.set(0, false, true)
		conns.Wait()
	})
	return l
}

// set changes what the network does; cutting it ends every connection.
func (l *link) set(delay time.Duration, hole, cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.delay, l.hole, l.cut = delay, hole, cut
	if cut {
		for conn := range l.open {
			_ = conn.Close()
		}
	}
}

// mend makes it a network like any other. What vanished stays so, and a connection
// that lost something is of no use any more.
func (l *link) mend() {
	l.mu.Lock()
	holed := l.hole
	l.mu.Unlock()
	if holed {
		l.set(0, false, true)
	}
	l.set(0, false, false)
}

func (l *link) state() (delay time.Duration, hole bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.delay, l.hole
}

// hold keeps a connection among those that can be cut; false while the link is.
func (l *link) hold(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		_ = conn.Close()
		return false
	}
	l.open[conn] = true
	return true
}

func (l *link) drop(conn net.Conn) {
	_ = conn.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, conn)
}

// carry serves one connection to its end.
func (l *link) carry(ctx context.Context, here net.Conn) {
	if !l.hold(here) {
		return
	}
	defer l.drop(here)
	there, err := net.DialTimeout("tcp", l.out, time.Second)
	if err != nil {
		return
	}
	if !l.hold(there) {
		return
	}
	defer l.drop(there)
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{here, there}, {there, here}} {
		both.Go(func() {
			l.copy(ctx, way[1], way[0])
			_, _ = way[0].Close(), way[1].Close()
		})
	}
	both.Wait()
}

func (l *link) copy(ctx context.Context, to io.Writer, from io.Reader) {
	piece := make([]byte, 16<<10)
	for {
		n, err := from.Read(piece)
		if err != nil {
			return
		}
		delay, hole := l.state()
		if hole {
			continue
		}
		if delay > 0 && pause(ctx, delay) != nil {
			return
		}
		if _, err := to.Write(piece[:n]); err != nil {
			return
		}
	}
}
