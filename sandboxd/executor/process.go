package executor

import (
	"context"
	"io"
	"sync"
)

// Process is what an implementation hands to [NewSession]: a started sandbox
// process and the ways to end it.
type Process interface {
	// Kill ends every process of the sandbox with SIGKILL and does not wait. It
	// may be called often, at any time, and by several goroutines.
	Kill()
	// Wait blocks until every process has ended and says how. It is called once.
	Wait() Exit
	// PeakMemory is the most memory used so far in bytes, 0 if unknown. It is
	// not called after Remove.
	PeakMemory() int64
	// PID is the host's id of the sandbox's first process, 0 if unknown.
	PID() int
	// Remove deletes what is left outside the processes: cgroups, containers,
	// directories. It is called once, after Wait returned or could not be waited
	// for any longer.
	Remove(ctx context.Context) error
}

// Streams are the process's standard streams. The session closes them.
type Streams struct {
	Stdin  io.WriteCloser
	Stdout io.ReadCloser
	Stderr io.ReadCloser
}

// Close closes all three.
func (s Streams) Close() {
	_ = s.Stdin.Close()
	_ = s.Stdout.Close()
	_ = s.Stderr.Close()
}

// Exit says how a process ended.
type Exit struct {
	// Code is the exit status, or 128 plus the signal.
	Code int
	// OOM says that the kernel killed for memory.
	OOM bool
	// Lost says that the sandbox ended, or could not be reached any more, for a reason
	// that has nothing to do with what it ran: the machine it was on, or who owns that.
	Lost bool
	// PeakMemory is in bytes, 0 if unknown.
	PeakMemory int64
	// Err is set when the end could not be observed.
	Err error
}

// capped keeps the first limit bytes written to it and swallows the rest.
type capped struct {
	mu    sync.Mutex // guards buf
	buf   []byte
	limit int
}

// Write never fails: a full buffer must not stop the drain that writes to it.
func (c *capped) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.buf = append(c.buf, p[:min(len(p), c.limit-len(c.buf))]...)
	return len(p), nil
}

func (c *capped) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.buf)
}
