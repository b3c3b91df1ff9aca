package live

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/leo-analytics/leo/shared/event"
)

// Retry is how long a browser waits before it opens a lost stream again.
const Retry = 1500 * time.Millisecond

// Config describes one stream.
type Config struct {
	// Client is subscribed to the run; the stream closes it.
	Client *Client
	// Stored are the run's events so far, read after Client was subscribed.
	Stored []event.Event
	// After is the sequence the reader has; only later events are sent.
	After uint64
	// Conn is the reader's connection.
	Conn net.Conn
	// Heartbeat is the longest silence; WriteTimeout is how long one piece may
	// take to be sent. Both must be positive.
	Heartbeat, WriteTimeout time.Duration
	// Allowed is asked before every event and every heartbeat; false ends the
	// stream. Nil means always.
	Allowed func() bool
	// Closed is called once, when the stream is over. Nil is allowed.
	Closed func()
}

// Stream is the body of one event stream. Read is called by one goroutine;
// Close by the same or after it.
type Stream struct {
	cfg     Config
	pending bytes.Buffer // encoded and not yet read
	stored  []event.Event
	last    uint64
	ended   bool
	beat    *time.Timer
	gone    chan struct{}
	watched chan struct{} // closed when the socket watch has ended
	close   sync.Once
}

// NewStream starts watching the connection and returns the stream. Whoever
// reads it must close it.
func NewStream(cfg Config) *Stream {
	s := &Stream{
		cfg: cfg, stored: cfg.Stored, last: cfg.After,
		beat: time.NewTimer(cfg.Heartbeat), gone: make(chan struct{}), watched: make(chan struct{}),
	}
	for len(s.stored) > 0 && s.stored[0].Seq <= cfg.After {
		s.stored = s.stored[1:]
	}
	fmt.Fprintf(&s.pending, "retry: %d\n\n", Retry.Milliseconds())
	// The server's deadline for reading the request is over and done with.
	if err := cfg.Conn.SetReadDeadline(time.Time{}); err != nil {
		close(s.gone)
		close(s.watched)
		return s
	}
	go s.watch()
	return s
}

// watch reads the socket: a client that went away is noticed here, long before a
// write fails. What a client sends meanwhile is ignored, within reason.
func (s *Stream) watch() {
	defer close(s.watched)
	defer close(s.gone)
	buf := make([]byte, 64)
	for total := 0; total < 4096; {
		n, err := s.cfg.Conn.Read(buf)
		if err != nil {
			return
		}
		total += n
	}
}

// Read blocks until there is something to send and returns it. io.EOF means the
// stream is complete, or that the reader should come back.
func (s *Stream) Read(p []byte) (int, error) {
	for s.pending.Len() == 0 {
		if s.ended {
			s.deadline()
			return 0, io.EOF
		}
		s.next()
	}
	s.deadline()
	return s.pending.Read(p)
}

// deadline bounds the write that follows. A connection that cannot take one is
// closed, and the write reports that.
func (s *Stream) deadline() {
	_ = s.cfg.Conn.SetWriteDeadline(time.Now().Add(s.cfg.WriteTimeout))
}

// next puts the next piece into pending, or ends the stream.
func (s *Stream) next() {
	if !s.allowed() {
		s.ended = true
		return
	}
	if len(s.stored) > 0 {
		m := messageOf(s.stored[0])
		s.stored = s.stored[1:]
		s.send(m)
		return
	}
	s.wait()
}

func (s *Stream) allowed() bool { return s.cfg.Allowed == nil || s.cfg.Allowed() }

// wait blocks for the next message, heartbeat or end.
func (s *Stream) wait() {
	s.beat.Reset(s.cfg.Heartbeat)
	select {
	case <-s.gone:
		s.ended = true
	case <-s.cfg.Client.overflow:
		s.ended = true
	case <-s.cfg.Client.hub.draining:
		fmt.Fprintf(&s.pending, "retry: %d\n\n", 2*Retry.Milliseconds())
		s.ended = true
	case m := <-s.cfg.Client.messages:
		// Asked again: it may have been a long wait.
		if s.ended = !s.allowed(); !s.ended {
			s.send(m)
		}
	case <-s.beat.C:
		s.pending.WriteString(": hb\n\n")
	}
}

// send encodes m unless the reader has it already.
func (s *Stream) send(m Message) {
	if m.Seq != 0 {
		if m.Seq <= s.last {
			return
		}
		s.last = m.Seq
		fmt.Fprintf(&s.pending, "id: %d\n", m.Seq)
	}
	fmt.Fprintf(&s.pending, "event: %s\ndata: ", m.Name)
	// A stored line has no line breaks; one that had would end the field.
	s.pending.Write(bytes.ReplaceAll(m.Data, []byte{'\n'}, []byte{' '}))
	s.pending.WriteString("\n\n")
	s.ended = m.Terminal
}

// Close ends the stream and waits for what it started.
func (s *Stream) Close() error {
	s.close.Do(func() {
		s.cfg.Client.Close()
		s.beat.Stop()
		_ = s.cfg.Conn.SetReadDeadline(time.Now())
		<-s.watched
		if s.cfg.Closed != nil {
			s.cfg.Closed()
		}
	})
	return nil
}
