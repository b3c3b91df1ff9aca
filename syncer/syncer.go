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
	"github.com/leo-analytics/leo/shared/vector"
	"github.com/leo-analytics/leo/shared/verified"
	"github.com/leo-analytics/leo/syncer/describe"
)

// Config is what a deployment can set.
type Config struct {
	// SweepEvery is how often left-over uploads and datasets that got stuck are
	// looked for. Default 1 min.
	SweepEvery time.Duration
	// UploadAge is how long nobody must have added to an unfinished upload for it
	// to be removed, and how old files that belong to nothing must be. Default 24 h.
	UploadAge time.Duration
	// SyncEvery is how often the catalogue of a dataset is looked over though nothing
	// changed. Default 24 h; up to a tenth later, each dataset at its own time.
	SyncEvery time.Duration
	// RetryEvery is how long after a sync with a failed step the next one begins.
	// Default 10 min.
	RetryEvery time.Duration
	// SurveyTimeout is how long a sync waits for a sandbox to look at the data.
	// Default 5 min.
	SurveyTimeout time.Duration
	// Slots is how many datasets this process syncs at once. Default 4.
	Slots int
	// Index is where searches look: Qdrant, or what this process searches itself. It
	// is kept as the catalogue is; nil where nothing is to be written.
	Index *vector.Index
	// Model describes what nobody but rules did; nil for rules alone. ModelTokens is
	// what one sync may use of it, in both directions; 0 for none.
	Model       describe.Model
	ModelTokens int
}

// WithDefaults returns a copy with every zero field set to its default.
func (c Config) WithDefaults() Config {
	if c.SweepEvery == 0 {
		c.SweepEvery = time.Minute
	}
	if c.UploadAge == 0 {
		c.UploadAge = 24 * time.Hour
	}
	if c.SyncEvery == 0 {
		c.SyncEvery = 24 * time.Hour
	}
	if c.RetryEvery == 0 {
		c.RetryEvery = 10 * time.Minute
	}
	if c.SurveyTimeout == 0 {
		c.SurveyTimeout = 5 * time.Minute
	}
	if c.Slots == 0 {
		c.Slots = 4
	}
	return c
}

// Validate reports the first field that makes no sense, as VALIDATION_ERROR.
func (c Config) Validate() error {
	if c.SweepEvery < time.Second || c.UploadAge < time.Minute {
		return fault.New(fault.Validation, "The syncer's schedule is too tight.").
			WithHint("Sweep at most once a second, uploads older than a minute.")
	}
	if c.SyncEvery < time.Minute || c.RetryEvery < time.Second || c.SurveyTimeout < time.Second || c.Slots < 1 {
		return fault.New(fault.Validation, "The schedule of syncs is too tight.").
			WithHint("Set sync_every to a minute or more.")
	}
	return nil
}

// Service is the running role.
type Service struct {
	cfg      Config
	bus      *bus.Bus
	registry *registry.Registry
	answers  *verified.Store
	index    *vector.Index // nil where every process makes its own
	changed  changed
	acts     *bus.KV
	log      *slog.Logger
}

// New returns a service that is ready to Run.
func New(cfg Config, b *bus.Bus, log *slog.Logger) (*Service, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	s := &Service{cfg: cfg, bus: b, registry: registry.New(b, log), answers: verified.NewStore(b), acts: b.KV(bus.BucketActs), log: log}
	if cfg.Index != nil && cfg.Index.Kept() {
		s.index = cfg.Index
	}
	return s, nil
}

// Run works until ctx ends and then returns nil.
func (s *Service) Run(ctx context.Context) error {
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return s.registry.Watch(gctx, nil, func(d *catalog.Dataset, deleted bool) {
			// What has progress is being prepared by somebody; if they died, the next
			// round of again finds it.
			if deleted && s.index != nil {
				s.indexLater(gctx, d.Org, d.ID)
			}
			if !deleted && d.Progress == nil {
				s.ensurePrepared(gctx, d)
				if d.State == catalog.Ready {
					s.ensureSynced(gctx, d.Org, d.ID)
				}
			}
		})
	})
	g.Go(func() error {
		return s.registry.WatchCurations(gctx, func(org, id string) { s.ensureSynced(gctx, org, id) })
	})
	g.Go(func() error {
		return s.registry.WatchSyncWishes(gctx, func(org, id string) { s.ensureSynced(gctx, org, id) })
	})
	g.Go(func() error {
		return s.bus.WorkTasks(gctx, registry.TaskSync, s.cfg.Slots, func(work context.Context, t bus.Task, attempt int) error {
			return s.sync(work, gctx, t, attempt)
		})
	})
	if s.index != nil {
		g.Go(func() error { return s.workIndex(gctx) })
		g.Go(func() error { return s.workReindex(gctx) })
		g.Go(func() error { return s.watchIndex(gctx) })
		g.Go(func() error { return s.followAnswers(gctx) })
	}
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
			s.ensureIfDue(ctx, d)
		}
	}
}

// ensureIfDue enqueues the sync of a dataset that needs one.
func (s *Service) ensureIfDue(ctx context.Context, d *catalog.Dataset) {
	if d.State != catalog.Ready {
		return
	}
	w, err := s.load(ctx, d.Org, d.ID)
	if err != nil || w == nil {
		return // the next round tries again
	}
	if w.resumes() || w.due(time.Now()) != "" {
		s.ensureSynced(ctx, d.Org, d.ID)
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
