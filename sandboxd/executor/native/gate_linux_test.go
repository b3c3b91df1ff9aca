package native

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// calls enters a gate in the background and says when it is in.
func calls(t *testing.T, ctx context.Context, g *gate, spec executor.Spec) (in <-chan func(), failed <-chan error) { //nolint:revive // the context is what is tested
	t.Helper()
	entered, bad := make(chan func(), 1), make(chan error, 1)
	before := queued(g)
	went := make(chan struct{})
	go func() {
		leave, err := g.enter(ctx, spec)
		if err != nil {
			bad <- err
		} else {
			entered <- leave
		}
		close(went)
	}()
	// It is in, or it waits, before the next one calls.
	for queued(g) == before {
		select {
		case <-went:
			return entered, bad
		default:
		}
	}
	return entered, bad
}

func queued(g *gate) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting)
}

func isIn(in <-chan func()) bool { return len(in) > 0 }

func TestOneProcessorIsLeftWhileSandboxesArePrepared(t *testing.T) {
	of := func(org string, mode protocol.QueryType, urgent bool) executor.Spec {
		return executor.Spec{Org: org, Mode: mode, Urgent: urgent}
	}
	for cpus, limit := range map[int]int{1: 1, 2: 1, 4: 3} {
		if g := newGate(cpus); g.limit != limit {
			t.Errorf("%d processors: %d at once", cpus, g.limit)
		}
	}
	g := newGate(2)
	other, err := g.enter(t.Context(), of("quiet", protocol.SQL, false))
	if err != nil {
		t.Fatal(err)
	}
	other()
	first, err := g.enter(t.Context(), of("loud", protocol.SQL, false))
	if err != nil {
		t.Fatal(err)
	}
	ahead, _ := calls(t, t.Context(), g, of("loud", protocol.SQL, false))
	waits, _ := calls(t, t.Context(), g, of("loud", protocol.SQL, true))
	if isIn(ahead) || queued(g) != 2 {
		t.Fatalf("%d wait", queued(g))
	}
	// Neither another organisation nor another language waits for a flood.
	for _, spec := range []executor.Spec{of("quiet", protocol.SQL, false), of("loud", protocol.Python, false)} {
		leave, err := g.enter(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		leave()
	}
	first()
	first() // a second time is nothing
	second, ok := <-waits, queued(g) == 1
	if isIn(ahead) || !ok {
		t.Fatal("a run that waits did not go first")
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	_, failed := calls(t, ctx, g, of("loud", protocol.SQL, true))
	why := errors.New("the run was cancelled")
	cancel(why)
	if err := <-failed; !errors.Is(err, why) || queued(g) != 1 {
		t.Fatalf("%v, %d wait", err, queued(g))
	}
	second()
	last := <-ahead
	last()
	if g.inside != 0 || len(g.by) != 0 {
		t.Errorf("%d inside, %v", g.inside, g.by)
	}
}

func TestAnOrganisationThatIsAloneHasTheWholeMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(2)
		loud, quiet := executor.Spec{Org: "loud", Mode: protocol.SQL}, executor.Spec{Org: "quiet", Mode: protocol.SQL}
		enter := func(spec executor.Spec) (leave func()) {
			leave, err := g.enter(t.Context(), spec)
			if err != nil {
				t.Fatal(err)
			}
			return leave
		}
		leave := []func(){enter(loud), enter(loud), enter(loud)}
		enter(quiet)()
		in := make(chan func(), 1)
		go func() { in <- enter(loud) }()
		synctest.Wait()
		leave[0]()
		leave[1]()
		synctest.Wait()
		if isIn(in) {
			t.Error("beside another organisation it goes on as before")
		}
		<-time.After(recent + time.Second) // no time passes but in this test
		enter(loud)()                      // which is alone again, and leaves
		(<-in)()
		leave[2]()
		if g.inside != 0 {
			t.Errorf("%d inside", g.inside)
		}
	})
}

func TestWhoeverWaitsForAProcessorIsLetInAsTheyLeave(t *testing.T) {
	g := newGate(3)
	g.needed["quiet"] = time.Now()
	spec := executor.Spec{Org: "loud", Mode: protocol.SQL}
	var leaving []func()
	for range 2 {
		leave, err := g.enter(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		leaving = append(leaving, leave)
	}
	var all []<-chan func()
	for range 20 {
		in, _ := calls(t, t.Context(), g, spec)
		all = append(all, in)
	}
	for i, in := range all {
		if isIn(in) {
			t.Fatalf("%d are in, of %d", i+3, g.limit)
		}
		leaving[i]()
		leaving = append(leaving, <-in)
	}
	leaving[20]()
	leaving[21]()
	if g.inside != 0 || len(g.waiting) != 0 {
		t.Errorf("%d inside, %d wait", g.inside, len(g.waiting))
	}
}
