package reuse

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/verified"
)

// patience is how long the first questions after a start wait for the book to be
// read.
const patience = 2 * time.Second

// Book is the verified answers of every org. Safe for concurrent use; Run keeps
// it up to date.
type Book struct {
	store *verified.Store
	log   *slog.Logger
	ready chan struct{}
	once  sync.Once

	mu      sync.RWMutex // guards answers
	answers map[string]*verified.Answer
}

// NewBook returns an empty book of the answers kept on the bus.
func NewBook(b *bus.Bus, log *slog.Logger) *Book {
	return &Book{store: verified.NewStore(b), log: log, ready: make(chan struct{}), answers: map[string]*verified.Answer{}}
}

// Run follows the answers until ctx ends, then returns nil.
func (b *Book) Run(ctx context.Context) error {
	ready := func() { b.once.Do(func() { close(b.ready) }) }
	set := func(a *verified.Answer) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.answers[a.Org+"."+a.ID] = a
	}
	remove := func(org, id string) {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.answers, org+"."+id)
	}
	return b.store.Watch(ctx, ready, set, remove)
}

// Question is what is looked up.
type Question struct {
	Org     string
	Dataset *catalog.Dataset
	Text    string
	// Context is what came with the question, and AsOf its clock.
	Context event.Context
	AsOf    time.Time
}

// Find returns the answer that was verified for a near-identical question and its
// plan, a copy of the caller's own; nil when there is none that holds. Right
// after a start it waits for the book to be read, but not for long.
func (b *Book) Find(ctx context.Context, q Question) (*verified.Answer, *plan.Query) {
	if apart(q) {
		return nil, nil
	}
	b.await(ctx)
	b.mu.RLock()
	a := b.answers[q.Org+"."+verified.ID(q.Dataset.ID, q.Text)]
	b.mu.RUnlock()
	if a == nil || a.DatasetID != q.Dataset.ID {
		return nil, nil
	}
	if p := b.holds(ctx, q, a); p != nil {
		return a, p
	}
	return nil, nil
}

// apart reports that a question means something of its own in its conversation.
func apart(q Question) bool {
	c := q.Context
	if c.Instructions != "" || c.Constraints != "" || c.AnswerFormat != "" || verified.Mentions(q.Text, c.Named) {
		return true
	}
	talked := len(c.Turns) > 0 || c.Previous != nil
	return talked && verified.Leans(q.Text)
}

// holds returns the plan of an answer that fits the dataset, or nil.
func (b *Book) holds(ctx context.Context, q Question, a *verified.Answer) *plan.Query {
	if why := a.Stale(q.Dataset, q.AsOf); why != "" {
		b.log.InfoContext(ctx, "verified answer is stale", "org", q.Org, "id", a.ID, "why", why)
		return nil
	}
	p, err := plan.Decode(a.Plan)
	if err != nil {
		b.log.WarnContext(ctx, "verified answer has a plan that cannot be read", "org", q.Org, "id", a.ID, "error", err)
		return nil
	}
	return p
}

func (b *Book) await(ctx context.Context) {
	select {
	case <-b.ready:
		return
	default:
	}
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case <-b.ready:
	case <-wait.C:
		b.log.WarnContext(ctx, "verified answers are not known yet; a question is planned without them")
	case <-ctx.Done():
	}
}
