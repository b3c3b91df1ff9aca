package attack

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"sort"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/docker"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/executor/native"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

//nolint:gochecknoglobals // flags are defined before a test binary parses them
var hostileRuns = flag.Int("hostile-runs", 60, "how many hostile runs TestHostileRuns makes with each executor")

// honestEvery is after how many hostile runs an honest one must be served.
const honestEvery = 10

// hostile is one way in which a run ends badly.
type hostile struct {
	name string
	// spec is what it is prepared with; its dataset is filled in.
	spec executor.Spec
	// request is what is sent; none if the sandbox is never used.
	request protocol.Request
	// misbehaves says that it takes the program that misbehaves on order, in the
	// place of the runner.
	misbehaves bool
	// meanwhile is what happens to it from outside once it runs.
	meanwhile func(s executor.Sandbox, cancel context.CancelFunc)
	want      []fault.Code
}

// endless is a query that does not end by itself.
const endless = "SELECT sum(a.n * b.n % 7) FROM range(10000000) a(n), range(10000000) b(n)"

func hostiles() []hostile {
	sql := func(text string) protocol.Request {
		return protocol.Request{QueryType: protocol.SQL, Statement: text, Tables: []string{"orders"}, MaxRows: 100}
	}
	probe := func(order string) protocol.Request {
		return protocol.Request{QueryType: protocol.Probe, Statement: order}
	}
	limits := func(mode protocol.QueryType, l executor.Limits) executor.Spec {
		return executor.Spec{Mode: mode, Limits: l}
	}
	short := executor.Limits{Timeout: 50 * time.Millisecond}
	return []hostile{
		{name: "refused by the policy", spec: limits(protocol.SQL, executor.Limits{}), request: sql("COPY orders TO '/tmp/x.csv'"), want: codes(fault.SQLPolicy)},
		{name: "an endless query", spec: limits(protocol.SQL, short), request: sql(endless), want: codes(fault.Timeout)},
		{name: "a wedged process", spec: limits(protocol.Probe, short), request: probe("wedge"), want: codes(fault.Timeout)},
		{name: "a busy process", spec: limits(protocol.SQL, short), request: sql("spin"), misbehaves: true, want: codes(fault.Timeout)},
		{
			name: "a query that takes memory", spec: limits(protocol.SQL, executor.Limits{Memory: 128 << 20}),
			request: sql("SELECT count(*) FROM (SELECT DISTINCT a.i * 100000 + b.j FROM range(100000) a(i), range(1000) b(j))"), want: codes(fault.ResourceExceeded),
		},
		{name: "a memory bomb", spec: limits(protocol.Probe, executor.Limits{Memory: 64 << 20}), request: probe("memory"), want: codes(fault.ResourceExceeded)},
		{name: "a thread bomb", spec: limits(protocol.Probe, executor.Limits{}), request: probe("threads"), want: codes(fault.ResourceExceeded)},
		{name: "a process bomb", spec: limits(protocol.SQL, executor.Limits{Pids: 32}), request: sql("fork"), misbehaves: true, want: codes("", fault.ResourceExceeded)},
		{name: "an output flood", spec: limits(protocol.Probe, executor.Limits{MaxOutput: 1 << 20}), request: probe("flood 8388608"), want: codes(fault.ResourceExceeded)},
		{name: "endless output", spec: limits(protocol.SQL, executor.Limits{}), request: sql("flood stdout"), misbehaves: true, want: codes(fault.ResourceExceeded)},
		{name: "endless complaints", spec: limits(protocol.SQL, short), request: sql("flood stderr"), misbehaves: true, want: codes(fault.Timeout)},
		{name: "a crash", spec: limits(protocol.SQL, executor.Limits{}), request: sql("panic aloud"), misbehaves: true, want: codes(fault.Internal)},
		{name: "a false exit", spec: limits(protocol.SQL, executor.Limits{}), request: sql("exit 137"), misbehaves: true, want: codes(fault.Internal)},
		{name: "half an answer", spec: limits(protocol.SQL, executor.Limits{}), request: sql("garbage"), misbehaves: true, want: codes(fault.Internal)},
		{name: "a forged answer", spec: limits(protocol.SQL, executor.Limits{}), request: sql("forge"), misbehaves: true, want: codes(fault.Internal)},
		// Through a container engine a closed output is not seen to be closed.
		{name: "a silent leave", spec: limits(protocol.SQL, executor.Limits{Timeout: time.Second}), request: sql("leave"), misbehaves: true, want: codes(fault.Internal, fault.Timeout)},
		{name: "killed from outside", spec: limits(protocol.SQL, executor.Limits{}), request: sql(endless), meanwhile: killed, want: codes(fault.Internal)},
		{
			name: "cancelled", spec: limits(protocol.SQL, executor.Limits{}), request: sql(endless),
			meanwhile: func(_ executor.Sandbox, cancel context.CancelFunc) { cancel() }, want: codes(fault.Cancelled),
		},
		{
			name: "destroyed", spec: limits(protocol.SQL, executor.Limits{}), request: sql(endless),
			meanwhile: func(s executor.Sandbox, _ context.CancelFunc) { _ = s.Destroy(context.Background()) }, want: codes(fault.Cancelled),
		},
		{name: "never used", spec: limits(protocol.SQL, executor.Limits{})},
	}
}

func codes(list ...fault.Code) []fault.Code { return list }

func killed(s executor.Sandbox, _ context.CancelFunc) {
	if p, ok := s.(interface{ PID() int }); ok && p.PID() > 0 {
		_ = syscall.Kill(p.PID(), syscall.SIGKILL)
	}
}

func TestHostileRuns(t *testing.T) {
	t.Run("native", func(t *testing.T) {
		hostileWith(t, func(t *testing.T, runner string) executor.Executor {
			t.Helper()
			e, err := native.New(native.Options{Runner: runner, Logger: executortest.Logger()})
			if err != nil {
				t.Fatal(err)
			}
			return e
		})
	})
	t.Run("docker", func(t *testing.T) {
		hostileWith(t, func(t *testing.T, runner string) executor.Executor {
			t.Helper()
			e, err := docker.New(docker.Options{Runner: runner, Logger: executortest.Logger()})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			if err := e.Ping(ctx); err != nil {
				_ = e.Close(t.Context())
				executortest.Require(t, "docker", err)
			}
			return e
		})
	})
}

// siege is one series of hostile runs.
type siege struct {
	t                *testing.T
	honest, wicked   executor.Executor
	prepared, pretty string // datasets of the runner, and of the program in its place
	made             []remains
	counts           map[string]int
	late             []time.Duration // of answers, after their deadlines
}

func hostileWith(t *testing.T, open func(t *testing.T, runner string) executor.Executor) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	s := &siege{
		t: t, counts: map[string]int{},
		prepared: executortest.Prepared(t, map[string]string{"orders": "id,city\n1,Rome\n2,Oslo\n"}),
		pretty:   executortest.Dataset(t, map[string]string{protocol.PreparedName: "prepared"}),
	}
	before := machine(t)
	s.honest, s.wicked = open(t, executortest.RunnerBinary(t)), open(t, executortest.ProbeBinary(t))
	began := time.Now()
	all := hostiles()
	for n := range *hostileRuns {
		s.attack(n, all[n%len(all)])
		if n%honestEvery == honestEvery-1 {
			s.serve(n)
		}
	}
	took := time.Since(began)
	s.gone()
	for _, e := range []executor.Executor{s.honest, s.wicked} {
		if swept, err := e.Sweep(t.Context()); err != nil || swept > 0 {
			t.Logf("a sweep found %d sandboxes of other processes, which died; %v", swept, err)
		}
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}
	var after []string
	if !eventually(func() bool { after = machine(t); return slices.Equal(before, after) }) {
		t.Errorf("before:\n\t%s\nafter:\n\t%s", strings.Join(before, "\n\t"), strings.Join(after, "\n\t"))
	}
	t.Logf("COUNT %d hostile runs in %v (%v each): %s", *hostileRuns, took.Round(time.Second),
		(took / time.Duration(max(1, *hostileRuns))).Round(time.Millisecond), tally(s.counts))
	s.punctual()
}

// lateness is what an answer may take beyond its deadline.
const lateness = 250 * time.Millisecond

// punctual fails unless most answers came in time: how late the last one is says
// more about what else this machine does.
func (s *siege) punctual() {
	s.t.Helper()
	if len(s.late) == 0 {
		return
	}
	slices.Sort(s.late)
	half, last := s.late[len(s.late)/2], s.late[len(s.late)-1]
	over := len(s.late) - sort.Search(len(s.late), func(i int) bool { return s.late[i] > lateness })
	s.t.Logf("COUNT %d answers after a deadline: half of them within %v, the last after %v, %d beyond %v",
		len(s.late), half.Round(time.Millisecond), last.Round(time.Millisecond), over, lateness)
	if half > lateness {
		s.t.Errorf("half of the answers are more than %v late", lateness)
	}
}

// attack makes one hostile run.
func (s *siege) attack(n int, h hostile) {
	s.t.Helper()
	e, data := s.honest, s.prepared
	if h.misbehaves {
		e, data = s.wicked, s.pretty
	}
	h.spec.DataDir = data
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	box, err := e.Prepare(ctx, h.spec)
	if err != nil {
		s.t.Errorf("run %d, %s: prepare: %v (%v)", n, h.name, err, errors.Unwrap(err))
		return
	}
	s.made = append(s.made, remember(box))
	if n == 0 && len(s.made[0].left(lookAround())) == 0 && s.made[0].pid != 0 {
		s.t.Error("a sandbox that is there is not seen")
	}
	defer func() {
		if err := box.Destroy(context.Background()); err != nil {
			s.t.Errorf("run %d, %s: destroy: %v", n, h.name, err)
		}
	}()
	if h.request.Statement == "" {
		s.counts[h.name]++
		return
	}
	if h.meanwhile != nil {
		attack := time.AfterFunc(30*time.Millisecond, func() { h.meanwhile(box, cancel) })
		defer attack.Stop()
	}
	h.request.ID = fmt.Sprint(n)
	_, stats, err := box.Run(ctx, h.request)
	code := fault.CodeOf(err)
	if !slices.Contains(h.want, code) {
		s.t.Errorf("run %d, %s: %v (%v), want %v; %s", n, h.name, err, errors.Unwrap(err), h.want, stats.Stderr)
	}
	if code == fault.Timeout {
		s.late = append(s.late, stats.Run-h.spec.Limits.Timeout)
	}
	s.counts[strings.TrimSpace(h.name+": "+string(code))]++
}

// serve makes an honest run, which nothing before may have disturbed.
func (s *siege) serve(n int) {
	s.t.Helper()
	box, err := s.honest.Prepare(s.t.Context(), executor.Spec{Mode: protocol.SQL, DataDir: s.prepared})
	if err != nil {
		s.t.Errorf("honest run after %d: prepare: %v (%v)", n, err, errors.Unwrap(err))
		return
	}
	s.made = append(s.made, remember(box))
	defer func() { _ = box.Destroy(context.Background()) }()
	resp, _, err := box.Run(s.t.Context(), protocol.Request{
		ID: "honest", QueryType: protocol.SQL, Statement: "SELECT city FROM orders ORDER BY id", Tables: []string{"orders"}, MaxRows: 10,
	})
	if err != nil || fmt.Sprint(resp.Rows) != "[[Rome] [Oslo]]" {
		s.t.Errorf("honest run after %d: %+v, %v (%v)", n, resp, err, errors.Unwrap(err))
		return
	}
	s.counts["an honest run: served"]++
}

// gone fails unless nothing of any sandbox is left on the machine.
func (s *siege) gone() {
	s.t.Helper()
	left := map[string]bool{}
	if !eventually(func() bool {
		clear(left)
		still := lookAround()
		for _, r := range s.made {
			for _, what := range r.left(still) {
				left[what] = true
			}
		}
		return len(left) == 0
	}) {
		s.t.Errorf("left behind:\n\t%s", strings.Join(slices.Sorted(maps.Keys(left)), "\n\t"))
	}
	known := 0
	for _, r := range s.made {
		if r.pid != 0 && len(r.groups) > 0 {
			known++
		}
	}
	s.t.Logf("%d sandboxes were looked for, %d of them by process and control group", len(s.made), known)
	if known == 0 && os.Getuid() == 0 {
		s.t.Error("of no sandbox it is known where it was")
	}
}

// eventually waits, within reason, for what ends in the background.
func eventually(holds func() bool) bool {
	deadline := time.NewTimer(15 * time.Second)
	defer deadline.Stop()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for !holds() {
		select {
		case <-again.C:
		case <-deadline.C:
			return false
		}
	}
	return true
}
