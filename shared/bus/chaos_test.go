package bus_test

import (
	"context"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// lifeline makes connections that can all be cut at once and for ever, which to
// the server looks like kill -9, or held up for a while, which looks like a
// process that pauses and then goes on as if nothing had happened.
type lifeline struct {
	provider nats.InProcessConnProvider
	gate     sync.RWMutex // held by who writes, and by who holds writers up

	mu    sync.Mutex // guards the rest
	conns []net.Conn
	dead  bool
}

// gatedConn is a connection of a lifeline.
type gatedConn struct {
	net.Conn
	gate *sync.RWMutex
}

func (g *gatedConn) Write(p []byte) (int, error) {
	g.gate.RLock()
	defer g.gate.RUnlock()
	return g.Conn.Write(p)
}

// hold keeps what the process sends from arriving, for d.
func (l *lifeline) hold(d time.Duration) {
	l.gate.Lock()
	defer l.gate.Unlock()
	timer := time.NewTimer(d)
	defer timer.Stop()
	<-timer.C
}

func (l *lifeline) InProcessConn() (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dead {
		return nil, nats.ErrNoServers
	}
	conn, err := l.provider.InProcessConn()
	if err != nil {
		return nil, err
	}
	l.conns = append(l.conns, conn)
	return &gatedConn{Conn: conn, gate: &l.gate}, nil
}

func (l *lifeline) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dead = true
	for _, conn := range l.conns {
		_ = conn.Close()
	}
}

// process is one worker process, as far as the server can tell.
type process struct {
	line   *lifeline
	cancel context.CancelFunc
	ended  chan struct{}
}

func spawn(t *testing.T, node *bustest.Node, w bus.Worker) *process {
	t.Helper()
	p := &process{line: &lifeline{provider: node}, ended: make(chan struct{})}
	b := node.Connect(t, func(c *bus.Config) { c.InProcess = p.line })
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	t.Cleanup(func() {
		p.kill()
		<-p.ended
	})
	go func() {
		defer close(p.ended)
		_ = b.Work(ctx, w) // whatever a killed worker says
	}()
	return p
}

// kill cuts the connection first, so that nothing the process still does counts.
// Nobody waits for it.
func (p *process) kill() {
	p.line.cut()
	p.cancel()
}

// dither waits for a random time up to limit, as work does.
func dither(ctx context.Context, limit time.Duration) {
	timer := time.NewTimer(rand.N(limit))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// chaosWorkers are three stages whose outcome is random, so that two workers on
// one event would disagree and a fork would be seen.
func chaosWorkers() []bus.Worker {
	no := fault.New(fault.Validation, "no")
	either := func(a, b event.Body) event.Body {
		if rand.IntN(4) == 0 {
			return b
		}
		return a
	}
	stages := []bus.Worker{
		planner(func(ctx context.Context, turn *bus.Turn) error {
			dither(ctx, 10*time.Millisecond)
			return turn.Append(ctx, either(planned(), event.Rejected{Stage: event.StagePlanning, Fault: no}))
		}),
		executor(func(ctx context.Context, turn *bus.Turn) error {
			if err := turn.Append(ctx, started()); err != nil {
				return err
			}
			dither(ctx, 20*time.Millisecond)
			return turn.Append(ctx, either(executed(), event.Failed{Stage: event.StageExecuting, Fault: no}))
		}),
		{Name: "planner-executed", Kind: event.KindExecuted, Handle: func(ctx context.Context, turn *bus.Turn) error {
			dither(ctx, 10*time.Millisecond)
			return turn.Append(ctx, either(answered(), event.NeedsInput{Question: "Which?"}))
		}},
	}
	for i := range stages {
		stages[i].Slots, stages[i].MaxDeliver = 4, 100
		stages[i].AckWait, stages[i].Grace = 300*time.Millisecond, time.Millisecond
	}
	return stages
}

func TestEveryRunEndsExactlyOnceWhileWorkersDieAndPause(t *testing.T) {
	const runs, kills, pauses = 500, 20, 10
	node := bustest.Server(t)
	b := node.Connect(t)
	workers := chaosWorkers()
	processes := make([]*process, 2*len(workers))
	for i := range processes {
		processes[i] = spawn(t, node, workers[i%len(workers)])
	}
	var trouble sync.WaitGroup
	trouble.Go(func() {
		for n := range kills + pauses {
			i := rand.IntN(len(processes))
			if n%3 == 0 {
				processes[i].line.hold(2 * workers[0].AckWait)
				continue
			}
			dither(t.Context(), 120*time.Millisecond)
			processes[i].kill()
			processes[i] = spawn(t, node, workers[i%len(workers)])
		}
	})
	for n := range runs {
		ask(t, b, bustest.RunID(n))
		dither(t.Context(), 20*time.Millisecond)
	}
	trouble.Wait()
	ends := map[string]int{}
	deadline := time.Now().Add(60 * time.Second)
	for len(ends) < runs && time.Now().Before(deadline) {
		dither(t.Context(), 100*time.Millisecond)
		ends = scan(t, b)
	}
	for _, p := range processes {
		p.kill()
	}
	ends = scan(t, b)
	once := 0
	for _, n := range ends {
		if n == 1 {
			once++
		}
	}
	t.Logf("%d of %d runs ended exactly once; %d workers were killed and %d paused", once, runs, kills, pauses)
	if once != runs {
		t.Errorf("%d runs did not", runs-once)
	}
}

// scan replays the log and counts how often each run ended. Every event must
// follow the one before it in its run, and nothing may follow an end.
func scan(t *testing.T, b *bus.Bus) map[string]int {
	t.Helper()
	ends, last := map[string]int{}, map[string]uint64{}
	err := b.Replay(t.Context(), bus.Filter{}, func(e event.Event) error {
		if e.Cause != last[e.RunID] {
			t.Errorf("run %s: event %d follows %d, but its cause is %d", e.RunID, e.Seq, last[e.RunID], e.Cause)
		}
		if ends[e.RunID] > 0 {
			t.Errorf("run %s: event %d after the end", e.RunID, e.Seq)
		}
		last[e.RunID] = e.Seq
		if e.Kind().Terminal() {
			ends[e.RunID]++
		}
		return nil
	})
	if err != nil {
		t.Fatalf("replay: %v", err)
	}
	return ends
}
