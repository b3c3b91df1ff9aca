package main

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

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
	said := time.Now()
	for ctx.Err() == nil {
		r := s.ready(name)
		if r != nil && r.Status == "ready" {
			return
		}
		if time.Since(said) > time.Minute {
			said = time.Now()
			s.t.Logf("%s is not ready for a minute: %+v", name, r)
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

// failBeside does it to the network to one of the servers Leo can do without.
func (s *storm) failBeside(ctx context.Context, rng *rand.Rand, name string, l *link) {
	if s.take(rng, []string{name}, 0) == "" {
		return
	}
	fault, _, _ := strings.Cut(name, "-")
	defer s.give(name, fault)
	s.disturb(ctx, rng, l)
}

// takeServer reserves one server while nothing is being done to another.
func (s *storm) takeServer(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range stormServers() {
		if s.down[other] {
			return false
		}
	}
	s.down[name] = true
	return true
}

// fillDisk takes the last byte of a server's disk, gives it back, and starts the server
// again, which has given up writing by then.
func (s *storm) fillDisk(ctx context.Context, rng *rand.Rand) {
	if s.nats.disk == "" {
		return // none of its own can be made here
	}
	name := stormServers()[stormDisk]
	if !s.takeServer(name) {
		return
	}
	defer s.give(name, "server's disk")
	fill := filepath.Join(s.nats.disk, "fill")
	f, err := os.Create(fill)
	if err != nil {
		s.t.Error(err)
		return
	}
	piece := make([]byte, 1<<20)
	for size := len(piece); size > 0; {
		if _, err = f.Write(piece[:size]); err != nil {
			size /= 2
		}
	}
	_ = f.Close()
	_ = pause(ctx, time.Duration(2+rng.IntN(6))*time.Second)
	if err := os.Remove(fill); err != nil {
		s.t.Error(err)
	}
	s.nats.kill(serverOf(name))
	s.countKill(name)
	s.nats.start(serverOf(name))
	_ = pause(ctx, 2*time.Second)
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
