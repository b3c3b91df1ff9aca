package runner

import (
	"io"
	"sync"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// telling writes lines of progress until the response is due: work that was left
// behind must not write beside it.
type telling struct {
	mu    sync.Mutex // guards out and ended
	out   io.Writer
	ended bool
}

func (t *telling) tell(p protocol.Progress) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ended {
		_ = write(t.out, protocol.ProgressLine{Progress: &p}) // a parent that is gone shows at the response
	}
}

// end waits for the line that is being written and keeps back all that follow.
func (t *telling) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
}
