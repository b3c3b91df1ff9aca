package archive

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/fault"
)

// Batches hold at most maxBatch events and wait gather for more after the first: an
// event is as cheap to sync as a thousand.
const (
	maxBatch   = 1000
	gather     = 200 * time.Millisecond
	retryEvery = time.Second
)

// Log is the part of the bus that a keeper reads.
type Log interface {
	FollowStored(ctx context.Context, from uint64, fn func(bus.Stored) error) error
	LastSeq(ctx context.Context) (uint64, error)
}

// Keeper copies a log into an archive. It is a prometheus.Collector.
type Keeper struct {
	cfg Config
	src Log
	log *slog.Logger

	last, events, gaps, failures *prometheus.Desc

	mu sync.Mutex // guards what follows
	// at is the sequence of the last line, valid once opened.
	at     uint64
	opened bool
	broken error
	counts struct{ events, gaps, failures float64 }
}

// NewKeeper returns a keeper. Nothing is done before Run.
func NewKeeper(cfg Config, src Log, log *slog.Logger) *Keeper {
	desc := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("leo_archive_"+name, help, nil, nil)
	}
	return &Keeper{
		cfg: cfg, src: src, log: log,
		last:     desc("last_seq", "Sequence of the last event that is archived."),
		events:   desc("events_total", "Events this process archived."),
		gaps:     desc("gaps_total", "Stretches of events that were gone before this process could archive them."),
		failures: desc("failures_total", "Times that the archive could not be written."),
	}
}

// Run keeps the archive until ctx ends and then returns nil. Whatever fails is tried
// again; State says what.
func (k *Keeper) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := k.session(ctx); err != nil && ctx.Err() == nil {
			k.failed(ctx, err)
			rest(ctx)
		}
	}
	return nil
}

func rest(ctx context.Context) {
	t := time.NewTimer(retryEvery)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// session keeps the archive for as long as it can be opened.
func (k *Keeper) session(ctx context.Context) (err error) {
	w, err := Open(ctx, k.cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := k.ofThisLog(ctx, w.Last()); err != nil {
		return err
	}
	k.kept(w.Last(), 0, 0)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	queue, following := make(chan Record, maxBatch), make(chan error, 1)
	go func() {
		defer close(queue)
		following <- k.src.FollowStored(ctx, w.Last()+1, func(s bus.Stored) error {
			select {
			case queue <- Record{Seq: s.Seq, Time: s.Time, Subject: s.Subject, Data: s.Data}:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	err = k.write(ctx, w, queue)
	stop()
	if ended := <-following; err == nil && ended != nil && !errors.Is(ended, context.Canceled) {
		err = fmt.Errorf("follow the log: %w", ended)
	}
	return err
}

// ofThisLog fails when the archive has more than the log ever had: nothing of a new log
// would be archived before it is as long as the old one.
func (k *Keeper) ofThisLog(ctx context.Context, kept uint64) error {
	last, err := k.src.LastSeq(ctx)
	if err != nil {
		return fmt.Errorf("end of the log: %w", err)
	}
	if last < kept {
		return fault.New(fault.Conflict, "The archive at %s is of another log: it ends at event %d, and the log at %d.", k.cfg.Dir, kept, last).
			WithHint("Set archive_dir to a new directory, and keep the old one.")
	}
	return nil
}

// write adds what comes to the archive, a batch at a time, until queue is closed. A
// batch that cannot be written is tried again until it can, by this writer while its
// files are there.
func (k *Keeper) write(ctx context.Context, w *Writer, queue <-chan Record) error {
	for first := range queue {
		batch := collect(first, queue)
		for {
			before := w.Last()
			err := w.Append(batch)
			if w.Last() > before {
				k.kept(w.Last(), len(batch), gapsIn(before, batch))
			}
			if err == nil {
				break
			}
			if errors.Is(err, errGone) {
				return err
			}
			k.failed(ctx, err)
			if rest(ctx); ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
	return nil
}

// collect takes what comes soon after first.
func collect(first Record, queue <-chan Record) []Record {
	batch := []Record{first}
	enough := time.NewTimer(gather)
	defer enough.Stop()
	for len(batch) < maxBatch {
		select {
		case r, more := <-queue:
			if !more {
				return batch
			}
			batch = append(batch, r)
		case <-enough.C:
			return batch
		}
	}
	return batch
}

func gapsIn(last uint64, batch []Record) (n int) {
	for _, r := range batch {
		if r.Seq > last+1 {
			n++
		}
		last = max(last, r.Seq)
	}
	return n
}

func (k *Keeper) kept(last uint64, events, gaps int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.at, k.opened, k.broken = last, true, nil
	k.counts.events += float64(events)
	k.counts.gaps += float64(gaps)
}

func (k *Keeper) failed(ctx context.Context, err error) {
	k.mu.Lock()
	known := k.broken != nil
	k.broken = err
	k.counts.failures++
	k.mu.Unlock()
	if !known {
		k.log.ErrorContext(ctx, "archive cannot be written, trying again", "dir", k.cfg.Dir, "error", err)
	}
}

// State says how far the archive is, or why it is not kept.
func (k *Keeper) State(ctx context.Context) (string, error) {
	k.mu.Lock()
	at, opened, broken := k.at, k.opened, k.broken
	k.mu.Unlock()
	if broken != nil {
		return "", broken
	}
	if !opened {
		return "starting", nil
	}
	last, err := k.src.LastSeq(ctx)
	if err != nil {
		return "", err //nolint:wrapcheck // the bus's own words
	}
	if last <= at {
		return fmt.Sprintf("all %d events", at), nil
	}
	return fmt.Sprintf("%d events behind", last-at), nil
}

// Describe implements [prometheus.Collector].
func (k *Keeper) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{k.last, k.events, k.gaps, k.failures} {
		out <- d
	}
}

// Collect implements [prometheus.Collector].
func (k *Keeper) Collect(out chan<- prometheus.Metric) {
	k.mu.Lock()
	defer k.mu.Unlock()
	out <- prometheus.MustNewConstMetric(k.last, prometheus.GaugeValue, float64(k.at))
	out <- prometheus.MustNewConstMetric(k.events, prometheus.CounterValue, k.counts.events)
	out <- prometheus.MustNewConstMetric(k.gaps, prometheus.CounterValue, k.counts.gaps)
	out <- prometheus.MustNewConstMetric(k.failures, prometheus.CounterValue, k.counts.failures)
}
