package bus

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/event"
)

const (
	// followBatch is how far a follower may be ahead of its owner.
	followBatch = 256
	// followIdle is when the server forgets the consumer of a follower that died.
	followIdle = time.Minute
	// boundedFailures is how often a read that is meant to end tries to reach the
	// server: about ten seconds.
	boundedFailures = 6
)

// Follow calls fn for every event of every run from sequence from on (0 and 1
// mean all), in order, without gap or repeat, live and across reconnects and
// restarts of the server. It returns nil when ctx ends and fn's error when fn
// fails; while the server is away it waits. An event that cannot be decoded,
// such as one of an unknown schema, is logged and skipped: a newer program is
// being rolled out.
func (b *Bus) Follow(ctx context.Context, from uint64, fn func(event.Event) error) error {
	s := source{stream: streamRuns, from: from}
	return b.follow(ctx, s, nil, func(r record) error {
		e, err := r.event()
		if err != nil {
			b.log.ErrorContext(ctx, "event skipped: it cannot be read", "seq", r.seq, "error", err)
			return nil
		}
		return fn(e)
	})
}

// Stored is an event as it stands in the log.
type Stored struct {
	Seq     uint64
	Time    time.Time // when it was stored
	Subject string
	Data    []byte
}

// FollowStored is [Bus.Follow] for what copies the log: it gives every event as it is
// stored, those that this program cannot read included. Sequences that are missing are gone.
func (b *Bus) FollowStored(ctx context.Context, from uint64, fn func(Stored) error) error {
	s := source{stream: streamRuns, from: from}
	return b.follow(ctx, s, nil, func(r record) error {
		return fn(Stored{Seq: r.seq, Time: r.time, Subject: r.subject, Data: r.data})
	})
}

// source is what to follow.
type source struct {
	stream, filter string
	// from is the first sequence wanted, since the first time; one of them is set
	// or neither.
	from  uint64
	since time.Time
	// lastOnly skips what has been replaced: only the last message of each subject.
	lastOnly bool
	// bounded reads give up when the server is away for long; others wait.
	bounded bool
}

// errEnough ends a follow from inside, without an error.
var errEnough = errors.New("enough")

// follow calls fn for every message of a source, in order and exactly once. As
// soon as everything stored at the beginning has been given to fn, caughtUp is
// called once. Both end the follow by failing.
func (b *Bus) follow(ctx context.Context, s source, caughtUp func() error, fn func(record) error) error {
	f := follower{b: b, source: s, caughtUp: caughtUp, fn: fn}
	for failures := 0; ; failures++ {
		began := f.last
		err := f.session(ctx, backoff(failures, setupTimeout, maxSetupTimeout))
		if errors.Is(err, errEnough) || ctx.Err() != nil && !f.userFailed {
			return nil
		}
		if f.userFailed {
			return err
		}
		if f.last > began {
			failures = 0
		}
		if s.bounded && failures >= boundedFailures {
			return translate(err, "event log")
		}
		if failures > 0 {
			b.log.WarnContext(ctx, "follower starts again", "stream", s.stream, "after", f.last, "error", err)
		}
		b.rest(ctx, backoff(failures, 50*time.Millisecond, 5*time.Second))
	}
}

// rest waits for d, a reconnect, or ctx.
func (b *Bus) rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-b.wake.wait():
	case <-ctx.Done():
	}
}

// follower is the state of one follow across its sessions.
type follower struct {
	b        *Bus
	source   source
	caughtUp func() error
	fn       func(record) error

	last       uint64 // sequence of the last message given to fn
	userFailed bool   // fn or caughtUp failed: the error is the caller's
}

// session follows with one consumer for as long as that consumer lives and
// nothing is missing.
func (f *follower) session(ctx context.Context, setup time.Duration) error {
	create, cancel := context.WithTimeout(ctx, setup)
	defer cancel()
	c, err := f.b.js.CreateConsumer(create, f.source.stream, f.config())
	if err != nil {
		return err //nolint:wrapcheck // translated by follow, which knows whether it matters
	}
	name := c.CachedInfo().Name
	defer f.b.dropConsumer(ctx, f.source.stream, name)
	if c.CachedInfo().NumPending == 0 {
		if err := f.announce(); err != nil {
			return err
		}
	}
	p := f.b.newPuller(f.source.stream, name, followBatch)
	defer p.forget()
	for expected := uint64(1); ; expected++ {
		m, err := p.next(ctx)
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return errDrained
		}
		meta, err := m.Metadata()
		if err != nil {
			return err //nolint:wrapcheck // as above
		}
		if meta.Sequence.Consumer != expected {
			return errors.New("a message was lost on the way")
		}
		if err := f.give(record{
			subject: m.Subject, seq: meta.Sequence.Stream, time: meta.Timestamp,
			header: m.Header, data: m.Data, pending: meta.NumPending,
		}); err != nil {
			return err
		}
	}
}

// give hands one message to its owner.
func (f *follower) give(r record) error {
	if r.seq > f.last && r.seq >= f.source.from {
		if err := f.fn(r); err != nil {
			f.userFailed = true
			return err
		}
		f.last = r.seq
	}
	if r.pending == 0 {
		return f.announce()
	}
	return nil
}

// announce tells the owner, once, that it has caught up.
func (f *follower) announce() error {
	if f.caughtUp == nil {
		return nil
	}
	tell := f.caughtUp
	f.caughtUp = nil
	if err := tell(); err != nil {
		f.userFailed = true
		return err
	}
	return nil
}

// config describes a consumer that starts after the last message given.
func (f *follower) config() jetstream.ConsumerConfig {
	s := f.source
	c := jetstream.ConsumerConfig{
		FilterSubject: s.filter, AckPolicy: jetstream.AckNonePolicy,
		MaxDeliver: 1, MemoryStorage: true, Replicas: 1, InactiveThreshold: followIdle,
	}
	switch {
	case f.last > 0:
		c.DeliverPolicy, c.OptStartSeq = jetstream.DeliverByStartSequencePolicy, f.last+1
	case s.lastOnly:
		c.DeliverPolicy = jetstream.DeliverLastPerSubjectPolicy
	case s.from > 1:
		c.DeliverPolicy, c.OptStartSeq = jetstream.DeliverByStartSequencePolicy, s.from
	case !s.since.IsZero():
		c.DeliverPolicy, c.OptStartTime = jetstream.DeliverByStartTimePolicy, &s.since
	}
	return c
}

// dropConsumer deletes a follower's consumer. If that fails, the server forgets
// it after followIdle.
func (b *Bus) dropConsumer(ctx context.Context, stream, name string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := b.js.DeleteConsumer(ctx, stream, name); err != nil {
		b.log.DebugContext(ctx, "consumer was not deleted", "stream", stream, "consumer", name, "error", err)
	}
}
