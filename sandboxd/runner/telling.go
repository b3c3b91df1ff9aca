package runner

import (
	"io"
	"sync"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// telling writes lines of progress from when they are asked for until the response
// is due: work that was left behind must not write beside it.
type telling struct {
	mu  sync.Mutex // guards out and on
	out io.Writer
	on  bool
}

func (t *telling) tell(p protocol.Progress) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.on {
		_ = write(t.out, protocol.ProgressLine{Progress: &p}) // a parent that is gone shows at the response
	}
}

// want switches the lines on or off; it waits for one that is being written.
func (t *telling) want(on bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.on = on
}
