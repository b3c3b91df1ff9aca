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
	"testing"
	"time"

	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/cache/cachetest"
	"github.com/leo-analytics/leo/shared/vector/vectortest"
)

var (
	stormRuns  = flag.Int("chaos-runs", 0, "how many runs make chaos asks for; 0 for none")                   //nolint:gochecknoglobals // a test flag
	stormKills = flag.Int("chaos-kills", 300, "how many processes it kills at least")                         //nolint:gochecknoglobals // a test flag
	stormSeed  = flag.Uint64("chaos-seed", 0, "seed of the faults and the questions; 0 draws and prints one") //nolint:gochecknoglobals // a test flag
)

// stormDisk is the server that has a disk of its own, a small one.
const stormDisk = 2

// storm is a deployment over three servers whose processes, servers and networks fail.
type storm struct {
	*split
	seed uint64
	// links lead to the servers of NATS, kept to Redis and found to Qdrant.
	links       []*link
	kept, found *link
	// verified is the run that was asked for before any other.
	verified string
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
	q.calmMinutes()
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
	_, qdrant := vectortest.Serve(t)
	s.split = deploy(t, ports, 3, func(d *split) []string {
		var urls []string
		for _, port := range d.nats.ports {
			l := newLink(t, address(ports.take(1)[0]), address(port))
			s.links = append(s.links, l)
			urls = append(urls, "nats://"+l.in)
		}
		s.kept = newLink(t, address(ports.take(1)[0]), redis.Addr())
		s.found = newLink(t, address(ports.take(1)[0]), strings.TrimPrefix(qdrant, "http://"))
		s.archive = filepath.Join(d.dir, "archive")
		// Its place is taken for a while: see archiveLater.
		if err := os.WriteFile(s.archive, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		return []string{
			"LEO_ARCHIVE_DIR=" + s.archive, "LEO_ARCHIVE_SEGMENT_BYTES=1048576",
			"LEO_NATS_URL=" + strings.Join(urls, ","), "LEO_REDIS_URL=redis://" + s.kept.in,
			"LEO_QDRANT_URL=http://" + s.found.in,
		}
	})
	s.verified = s.verify(t, datasetstest.Questions(t, "ecommerce")[0].Question)
	s.nats.ownDisk(stormDisk)
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
		{"redis", 7, func(ctx context.Context, rng *rand.Rand) { s.failBeside(ctx, rng, "redis-0", s.kept) }},
		{"qdrant", 5, func(ctx context.Context, rng *rand.Rand) { s.failBeside(ctx, rng, "qdrant-0", s.found) }},
		{"server's disk", 4, s.fillDisk},
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

// calm waits until everything works again.
func (s *storm) calm(ctx context.Context) {
	for _, name := range stormRoles() {
		s.recovered(ctx, name)
	}
}
