package ingest

import (
	"io"
	"sync/atomic"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// tellEvery is how often progress is told at most.
const tellEvery = time.Second

// meter measures how far the reading of a file has come. The zero value tells
// nobody.
type meter struct {
	tell func(protocol.Progress)
	said time.Time
	// stored counts the bytes of the file, as it is stored, that were read since it
	// was opened last; a decompressor may read them from a goroutine of its own.
	stored atomic.Int64
}

// count counts what is read of a file, from its beginning.
func (m *meter) count(r io.Reader) io.Reader {
	if m == nil {
		return r
	}
	m.stored.Store(0)
	return counted{r, &m.stored}
}

// at says how far it has come, unless that was said a moment ago.
func (m *meter) at(p protocol.Progress) {
	if m == nil || m.tell == nil || time.Since(m.said) < tellEvery {
		return
	}
	m.said = time.Now()
	if p.Total > 0 {
		p.Done = min(m.stored.Load(), p.Total)
	}
	m.tell(p)
}

// counted counts what is read through it.
type counted struct {
	r io.Reader
	n *atomic.Int64
}

// Read implements [io.Reader].
func (c counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// tell passes progress on, if anybody wants to know.
func (o Options) tell(p protocol.Progress) {
	if o.Progress != nil {
		o.Progress(p)
	}
}
