package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/cache/cachetest"
)

var (
	stormRuns  = flag.Int("chaos-runs", 0, "how many runs make chaos asks for; 0 for none")                   //nolint:gochecknoglobals // a test flag
	stormKills = flag.Int("chaos-kills", 300, "how many processes it kills at least")                         //nolint:gochecknoglobals // a test flag
	stormSeed  = flag.Uint64("chaos-seed", 0, "seed of the faults and the questions; 0 draws and prints one") //nolint:gochecknoglobals // a test flag
)

// storm is a deployment over three servers whose processes, servers and networks fail.
type storm struct {
	*split
	seed uint64
	// links lead to the servers of NATS, kept to Redis.
	links []*link
	kept  *link
	// archive is its directory, once its place is free.
	archive string

	mu sync.Mutex // guards what follows
	// down are the processes and servers that something is being done to.
	down  map[string]bool
	kills map[string]int
	done  map[string]int
}

// TestChaos asks for as many runs as it was told to while processes of each role and
// servers are killed and stopped, and networks slowed, cut and emptied; then it looks at
// the log and at every run.
func TestChaos(t *testing.T) {
	if *stormRuns == 0 {
		t.Skip("run by make chaos")
	}
	s := newStorm(t)
	fmt.Fprintf(os.Stdout, "seed %d, %d runs, at least %d kills\n", s.seed, *stormRuns, *stormKills)
	ctx, cancel := context.WithTimeout(t.Context(), 80*time.Minute)
	defer cancel()
	q := s.newQuestions(ctx, *stormRuns)
	begin := time.Now()
	over := make(chan struct{})
	var failing sync.WaitGroup
	failing.Go(func() { s.fail(ctx, over) })
	failing.Go(func() { s.archiveLater(ctx) })
	q.askAll(func(n int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		fmt.Fprintf(os.Stdout, "%6.0f s: %d accepted, kills %v\n", time.Since(begin).Seconds(), n, s.kills)
	})
	close(over)
	failing.Wait()
	s.calm(ctx)
	q.calmMinute()
	q.check()
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(os.Stdout, "%d runs, kills %v, faults %v, seed %d, %v\n", len(q.accepted), s.kills, s.done, s.seed, time.Since(begin).Round(time.Second))
	if total := s.killed(); total < *stormKills {
		t.Errorf("%d processes were killed, want %d", total, *stormKills)
	}
}

func newStorm(t *testing.T) *storm {
	t.Helper()
	ports := &portPool{left: bustest.FreePorts(t, 60)}
	s := &storm{seed: *stormSeed, down: map[string]bool{}, kills: map[string]int{}, done: map[string]int{}}
	if s.seed == 0 {
		s.seed = rand.Uint64()
	}
	redis := cachetest.Redis(t)
	s.split = deploy(t, ports, 3, func(d *split) []string {
		var urls []string
		for _, port := range d.nats.ports {
			l := newLink(t, address(ports.take(1)[0]), address(port))
			s.links = append(s.links, l)
			urls = append(urls, "nats://"+l.in)
		}
		s.kept = newLink(t, address(ports.take(1)[0]), redis.Addr())
		s.archive = filepath.Join(d.dir, "archive")
		// Its place is taken for a while: see archiveLater.
		if err := os.WriteFile(s.archive, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		return []string{
			"LEO_ARCHIVE_DIR=" + s.archive, "LEO_ARCHIVE_SEGMENT_BYTES=1048576",
			"LEO_NATS_URL=" + strings.Join(urls, ","), "LEO_REDIS_URL=redis://" + s.kept.in,
			// Nobody listens there: searches do without.
			"LEO_QDRANT_URL=http://" + address(ports.take(1)[0]),
		}
	})
	return s
}

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// fault is one of the things that go wrong, weight times as often as others.
type stormFault struct {
	name   string
	weight int
	once   func(ctx context.Context, rng *rand.Rand)
}

func (s *storm) faults() []stormFault {
	return []stormFault{
		{"kill role", 60, s.killRole},
		{"stop role", 8, s.stopRole},
		{"kill server", 14, s.killServer},
		{"stop server", 4, s.stopServer},
		{"kill all servers", 1, s.killServers},
		{"server's network", 6, s.failLink},
		{"redis", 7, s.failRedis},
	}
}

// fail does one thing after another, some at once, in an order that the seed decides,
// until over is closed and enough was killed.
func (s *storm) fail(ctx context.Context, over <-chan struct{}) {
	rng := rand.New(rand.NewPCG(s.seed, 1))
	faults := s.faults()
	total := 0
	for _, f := range faults {
		total += f.weight
	}
	var under sync.WaitGroup
	defer under.Wait()
	for ctx.Err() == nil {
		select {
		case <-over:
			s.mu.Lock()
			enough := s.killed() >= *stormKills
			s.mu.Unlock()
			if enough {
				return
			}
		default:
		}
		at := rng.IntN(total)
		i := slices.IndexFunc(faults, func(f stormFault) bool { at -= f.weight; return at < 0 })
		f, own := faults[i], rand.New(rand.NewPCG(s.seed, rng.Uint64()))
		under.Go(func() { f.once(ctx, own) })
		_ = pause(ctx, time.Duration(500+rng.IntN(2500))*time.Millisecond)
	}
}

// take reserves one of the names nothing is being done to, or "": of each role one is
// left alone, and of the servers two.
func (s *storm) take(rng *rand.Rand, names []string, leave int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	byRole := map[string]int{}
	var free []string
	for _, name := range names {
		role, _, _ := strings.Cut(name, "-")
		if s.down[name] {
			byRole[role]++
		} else {
			free = append(free, name)
		}
	}
	free = slices.DeleteFunc(free, func(name string) bool {
		role, _, _ := strings.Cut(name, "-")
		all := 0
		for _, n := range names {
			if strings.HasPrefix(n, role+"-") {
				all++
			}
		}
		return all > 1 && all-byRole[role]-1 < leave
	})
	if len(free) == 0 {
		return ""
	}
	name := free[rng.IntN(len(free))]
	s.down[name] = true
	return name
}

func (s *storm) give(name, fault string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.down, name)
	s.done[fault]++
}

func stormRoles() []string {
	return []string{"gateway-1", "gateway-2", "planner-1", "planner-2", "sandboxd-1", "sandboxd-2", "syncer-1"}
}

func stormServers() []string { return []string{"nats-0", "nats-1", "nats-2"} }

// killed is how many processes were; the caller holds mu.
func (s *storm) killed() (n int) {
	for _, k := range s.kills {
		n += k
	}
	return n
}

func (s *storm) countKill(name string) {
	kind, _, _ := strings.Cut(name, "-")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kills[kind]++
}

// killRole ends a process the hard way, if it did not end before.
func (s *storm) killRole(ctx context.Context, rng *rand.Rand) {
	name := s.take(rng, stormRoles(), 1)
	if name == "" {
		return
	}
	defer s.give(name, "kill role")
	p := s.role(name)
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended                //nolint:errcheck // it was killed
	s.countKill(name)
	_ = pause(ctx, time.Duration(rng.IntN(500))*time.Millisecond)
	s.start(name)
	s.recovered(ctx, name)
}

// recovered waits until a process is ready, which it may not be for as long as its
// servers are not. One that ended because it did not find them is started again, as
// whatever watches over processes does.
func (s *storm) recovered(ctx context.Context, name string) {
	for ctx.Err() == nil {
		if r := s.ready(name); r != nil && r.Status == "ready" {
			return
		}
		select {
		case <-s.role(name).ended: //nolint:errcheck // why is in its log
			s.mu.Lock()
			s.done["ended by itself"]++
			s.mu.Unlock()
			s.start(name)
		default:
		}
		_ = pause(ctx, 50*time.Millisecond)
	}
}

// stopRole stops a process for longer than others wait for it, or less.
func (s *storm) stopRole(ctx context.Context, rng *rand.Rand) {
	name := s.take(rng, stormRoles(), 1)
	if name == "" {
		return
	}
	defer s.give(name, "stop role")
	span := time.Duration(1+rng.IntN(8)) * time.Second
	if rng.IntN(4) == 0 {
		span = time.Duration(32+rng.IntN(10)) * time.Second
	}
	p := s.role(name).cmd.Process
	_ = p.Signal(syscall.SIGSTOP)
	_ = pause(ctx, span)
	_ = p.Signal(syscall.SIGCONT)
	s.recovered(ctx, name)
}

func serverOf(name string) int { return int(name[len(name)-1] - '0') }

func (s *storm) killServer(ctx context.Context, rng *rand.Rand) {
	name := s.take(rng, stormServers(), 2)
	if name == "" {
		return
	}
	defer s.give(name, "kill server")
	s.nats.kill(serverOf(name))
	s.countKill(name)
	_ = pause(ctx, time.Duration(rng.IntN(2000))*time.Millisecond)
	s.nats.start(serverOf(name))
	_ = pause(ctx, 2*time.Second) // it catches up before another goes
}

func (s *storm) stopServer(ctx context.Context, rng *rand.Rand) {
	name := s.take(rng, stormServers(), 2)
	if name == "" {
		return
	}
	defer s.give(name, "stop server")
	p := s.nats.cmds[serverOf(name)].Process
	_ = p.Signal(syscall.SIGSTOP)
	_ = pause(ctx, time.Duration(1+rng.IntN(8))*time.Second)
	_ = p.Signal(syscall.SIGCONT)
	_ = pause(ctx, 2*time.Second)
}

// killServers ends all of them at one moment.
func (s *storm) killServers(ctx context.Context, rng *rand.Rand) {
	s.mu.Lock()
	for _, name := range stormServers() {
		if s.down[name] {
			s.mu.Unlock()
			return
		}
	}
	for _, name := range stormServers() {
		s.down[name] = true
	}
	s.mu.Unlock()
	for i, name := range stormServers() {
		s.nats.kill(i)
		s.countKill(name)
	}
	_ = pause(ctx, time.Duration(rng.IntN(2000))*time.Millisecond)
	for i := range stormServers() {
		s.nats.start(i)
	}
	_ = pause(ctx, 5*time.Second)
	for _, name := range stormServers() {
		s.give(name, "kill all servers")
	}
}

// failLink slows, cuts or empties the network between every process and one server.
func (s *storm) failLink(ctx context.Context, rng *rand.Rand) {
	name := s.take(rng, stormServers(), 2)
	if name == "" {
		return
	}
	defer s.give(name, "server's network")
	s.disturb(ctx, rng, s.links[serverOf(name)])
}

func (s *storm) failRedis(ctx context.Context, rng *rand.Rand) {
	name := s.take(rng, []string{"redis-0"}, 0)
	if name == "" {
		return
	}
	defer s.give(name, "redis")
	s.disturb(ctx, rng, s.kept)
}

func (s *storm) disturb(ctx context.Context, rng *rand.Rand, l *link) {
	switch rng.IntN(3) {
	case 0:
		l.set(time.Duration(20+rng.IntN(300))*time.Millisecond, false, false)
	case 1:
		l.set(0, true, false)
	default:
		l.set(0, false, true)
	}
	_ = pause(ctx, time.Duration(1+rng.IntN(8))*time.Second)
	l.mend()
}

// archiveLater frees the archive's place after a minute of questions: until then there is
// none, and nobody who asks notices.
func (s *storm) archiveLater(ctx context.Context) {
	_ = pause(ctx, time.Minute)
	if err := os.Remove(s.archive); err != nil {
		s.t.Error(err)
	}
}

// calm waits until everything works again.
func (s *storm) calm(ctx context.Context) {
	for _, name := range stormRoles() {
		s.recovered(ctx, name)
	}
}
