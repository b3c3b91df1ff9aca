package syncer

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

// Config is what a deployment can set.
type Config struct {
	// SweepEvery is how often left-over uploads and datasets that got stuck are
	// looked for. Default 1 min.
	SweepEvery time.Duration
	// UploadAge is how long nobody must have added to an unfinished upload for it
	// to be removed, and how old files that belong to nothing must be. Default 24 h.
	UploadAge time.Duration
}

// WithDefaults returns a copy with every zero field set to its default.
func (c Config) WithDefaults() Config {
	if c.SweepEvery == 0 {
		c.SweepEvery = time.Minute
	}
	if c.UploadAge == 0 {
		c.UploadAge = 24 * time.Hour
	}
	return c
}

// Validate reports the first field that makes no sense, as VALIDATION_ERROR.
func (c Config) Validate() error {
	if c.SweepEvery < time.Second || c.UploadAge < time.Minute {
		return fault.New(fault.Validation, "The syncer's schedule is too tight.").
			WithHint("Sweep at most once a second, uploads older than a minute.")
	}
	return nil
}

// Service is the running role.
type Service struct {
	cfg      Config
	bus      *bus.Bus
	registry *registry.Registry
	log      *slog.Logger
}

// New returns a service that is ready to Run.
func New(cfg Config, b *bus.Bus, log *slog.Logger) (*Service, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	return &Service{cfg: cfg, bus: b, registry: registry.New(b, log), log: log}, nil
}

// Run works until ctx ends and then returns nil.
func (s *Service) Run(ctx context.Context) error {
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return s.registry.Watch(gctx, nil, func(d *catalog.Dataset, deleted bool) {
			// What has progress is being prepared by somebody; if they died, the next
			// round of again finds it.
			if !deleted && d.Progress == nil {
				s.ensurePrepared(gctx, d)
			}
		})
	})
	g.Go(func() error { return s.sweep(gctx) })
	return g.Wait()
}

// ensurePrepared enqueues the preparation of a version that needs it.
func (s *Service) ensurePrepared(ctx context.Context, d *catalog.Dataset) {
	if d.State != catalog.Registered && d.State != catalog.Preparing {
		return
	}
	data, err := json.Marshal(registry.PrepareTask{ID: d.ID, Version: d.Version})
	if err == nil {
		err = s.bus.Enqueue(ctx, bus.Task{
			Org: d.Org, Kind: registry.TaskPrepare, ID: d.ID + "-" + d.Version[:min(16, len(d.Version))], Data: data,
		})
	}
	if err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "dataset cannot be queued for preparation", "dataset", d.ID, "error", err)
	}
}

// again looks at every dataset once more: a task that could not be queued, or
// that was dropped after its workers died, must not leave one on its way for ever.
func (s *Service) again(ctx context.Context) {
	orgs, err := s.registry.Orgs(ctx)
	if err != nil {
		return // the next round tries again
	}
	for _, org := range orgs {
		list, err := s.registry.List(ctx, org)
		if err != nil {
			return
		}
		for _, d := range list {
			s.ensurePrepared(ctx, d)
		}
	}
}

func (s *Service) sweep(ctx context.Context) error {
	tick := time.NewTicker(s.cfg.SweepEvery)
	defer tick.Stop()
	for {
		s.again(ctx)
		n, err := s.registry.Sweep(ctx, s.cfg.UploadAge)
		switch {
		case err != nil && ctx.Err() == nil:
			s.log.WarnContext(ctx, "left-over uploads could not be swept", "error", err)
		case n > 0:
			s.log.InfoContext(ctx, "left-over uploads removed", "count", n)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
