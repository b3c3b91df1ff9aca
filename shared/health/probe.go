package health

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/leo-analytics/leo/shared/fault"
)

// patience is how long a dependency may take to answer.
const patience = 2 * time.Second

// probe is one dependency and what it said last.
type probe struct {
	name  string
	fresh time.Duration
	ask   Probe

	mu sync.Mutex // guards what follows
	at time.Time
	// said is the answer of at; asking is closed when the one under way is there,
	// and nil when none is.
	said   Check
	asking chan struct{}
}

// check returns what is known, or asks. However many want to know, the dependency
// is asked once at a time, also when it ignores the end of its time.
func (p *probe) check(ctx context.Context) Check {
	p.mu.Lock()
	if !p.at.IsZero() && time.Since(p.at) < p.fresh {
		defer p.mu.Unlock()
		return p.said
	}
	answered := p.asking
	if answered == nil {
		answered = make(chan struct{})
		p.asking = answered
		go p.look(context.WithoutCancel(ctx), answered)
	}
	p.mu.Unlock()
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-answered:
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.said
	case <-late.C:
	case <-ctx.Done():
	}
	return Check{Name: p.name, Detail: "no answer in time"}
}

// look asks and remembers.
func (p *probe) look(ctx context.Context, answered chan struct{}) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	detail, err := p.ask(ctx)
	c := Check{Name: p.name, OK: err == nil, Detail: detail}
	if err != nil {
		c.Detail = sentence(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at, p.said, p.asking = time.Now(), c, nil
	close(answered)
}

// sentence is what of an error may be shown.
func sentence(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	var f *fault.Fault
	if errors.As(err, &f) {
		return f.Message
	}
	return "it does not work; the cause is in the log"
}
