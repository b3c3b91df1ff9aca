package runs

import (
	"context"
	"sync"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/fault"
)

// crowd is how many runs of others must be under way for a run to go ahead of them:
// with fewer its turn comes soon enough, and an event that goes both ways costs
// twice.
const crowd = 8

// places are the runs under way, as they count against the limits.
type places struct {
	mu sync.Mutex
	// begun are the runs this process began and the projection may not know yet,
	// by org and run; guarded by mu.
	begun map[string]map[string]place
}

// place is a run that this process began.
type place struct {
	user string
	// seq is the sequence of its asked event, 0 while that is being written.
	seq uint64
}

// held is a place that was taken.
type held struct {
	// light says that the org has few runs under way, and ahead that, besides,
	// others have many.
	light, ahead bool
	// release must be called with the sequence of the asked event, or 0 when there
	// is none.
	release func(seq uint64)
}

// waiting returns how many events wait for a worker, in the longest of the queues
// that are watched.
func (s *Service) waiting(ctx context.Context) (uint64, error) {
	var most uint64
	for _, name := range s.cfg.Queues {
		n, err := s.bus.Pending(ctx, name)
		if fault.CodeOf(err) == fault.NotFound {
			continue // no such worker has started yet; its events wait for it
		}
		if err != nil {
			return 0, err
		}
		most = max(most, n)
	}
	return most, nil
}

// queueRoom refuses a run when too much waits. An org that asks little is still
// let in, up to twice as much: the queue is not its doing, and its run goes ahead.
func (s *Service) queueRoom(waiting uint64, h held) error {
	if waiting < s.cfg.MaxQueued || h.light && waiting < 2*s.cfg.MaxQueued {
		return nil
	}
	return fault.New(fault.RateLimited, "Leo has more questions waiting than it can work on.").
		WithHint("Ask again in a few seconds.").With("queued", waiting).With("retry_after_s", 5)
}

// reserve takes one of the user's and the org's places for a run.
func (s *Service) reserve(ctx context.Context, p auth.Principal, runID string) (held, error) {
	s.places.mu.Lock()
	defer s.places.mu.Unlock()
	open, err := s.history.CountOpen(ctx, p.Org, p.User)
	if err != nil {
		return held{}, err
	}
	s.places.count(p, &open)
	switch {
	case open.OfUser >= s.cfg.MaxInFlight:
		return held{}, fault.New(fault.RateLimited, "You have %d runs under way; %d are the most.", open.OfUser, s.cfg.MaxInFlight).
			WithHint("Wait for one to finish, or cancel one.").With("in_flight", open.OfUser).With("retry_after_s", 2)
	case open.OfOrg >= s.cfg.MaxInFlightOrg:
		return held{}, fault.New(fault.RateLimited, "Your organisation has %d runs under way; %d are the most.", open.OfOrg, s.cfg.MaxInFlightOrg).
			WithHint("Wait for some to finish.").With("in_flight", open.OfOrg).With("retry_after_s", 5)
	}
	s.places.put(p.Org, runID, place{user: p.User})
	light := open.OfOrg < s.cfg.Light
	return held{
		light: light, ahead: light && open.All-open.OfOrg >= crowd,
		release: func(seq uint64) { s.places.settle(p, runID, seq) },
	}, nil
}

// count adds the runs that the projection does not know yet, and forgets those it
// does. The caller holds mu.
func (p *places) count(who auth.Principal, open *history.OpenRuns) {
	for org, runs := range p.begun {
		for id, b := range runs {
			if b.seq != 0 && b.seq <= open.Position {
				p.drop(org, id)
				continue
			}
			open.All++
			if org != who.Org {
				continue
			}
			open.OfOrg++
			if b.user == who.User {
				open.OfUser++
			}
		}
	}
}

// settle is held.release. Tries of one request share a run, so its place may have
// been given up or confirmed by another of them.
func (p *places) settle(who auth.Principal, runID string, seq uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case seq != 0:
		p.put(who.Org, runID, place{user: who.User, seq: seq})
	case p.begun[who.Org][runID].seq == 0:
		p.drop(who.Org, runID)
	}
}

// put remembers a run. The caller holds mu.
func (p *places) put(org, runID string, b place) {
	if p.begun[org] == nil {
		p.begun[org] = map[string]place{}
	}
	p.begun[org][runID] = b
}

// drop forgets a run. The caller holds mu.
func (p *places) drop(org, runID string) {
	delete(p.begun[org], runID)
	if len(p.begun[org]) == 0 {
		delete(p.begun, org)
	}
}
