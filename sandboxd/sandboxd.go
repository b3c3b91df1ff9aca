package sandboxd

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/singleflight"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/cache"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/objects"
	"github.com/leo-analytics/leo/shared/policy"
	"github.com/leo-analytics/leo/shared/registry"
)

// Config is what a deployment can set.
type Config struct {
	// Slots is how many statements run at once on this node. Default: the
	// number of CPUs, at least 2.
	Slots int
	// Dir holds the dataset cache and scratch space; required.
	Dir string
	// CacheBytes bounds the dataset cache. Default 10 GiB.
	CacheBytes int64
	// Grace is how long running statements may finish after a stop. Default 20 s.
	Grace time.Duration
	// IngestMemory and IngestTimeout bound one preparation. Defaults 1 GiB and
	// 15 minutes. The time grows with the files, by [minutesPerGiB].
	IngestMemory  int64
	IngestTimeout time.Duration
	// Limits are the deployment's: every sandbox is made for the most a run may
	// ask for. Default policy.DefaultLimits().
	Limits policy.Limits
	// Python says that Python runs; without it they end with FEATURE_DISABLED.
	Python bool
	// Results keeps results for others; nil keeps none. CachePython says that those
	// of Python are kept, too, though nothing tells whether they would come out the
	// same.
	Results     *cache.Cache
	CachePython bool
	// Build names the program that computes: results of another are not taken.
	Build string
}

// WithDefaults returns a copy with every zero field set to its default.
func (c Config) WithDefaults() Config {
	if c.Slots == 0 {
		c.Slots = max(2, runtime.NumCPU())
	}
	if c.CacheBytes == 0 {
		c.CacheBytes = 10 << 30
	}
	if c.Grace == 0 {
		c.Grace = 20 * time.Second
	}
	if c.Limits == (policy.Limits{}) {
		c.Limits = policy.DefaultLimits()
	}
	if c.IngestMemory == 0 {
		c.IngestMemory = 1 << 30
	}
	if c.IngestTimeout == 0 {
		c.IngestTimeout = 15 * time.Minute
	}
	return c
}

// Validate reports the first field that makes no sense, as VALIDATION_ERROR.
func (c Config) Validate() error {
	switch {
	case c.Dir == "":
		return fault.New(fault.Validation, "sandboxd has no directory to work in.").WithHint("Set data_dir.")
	case c.Slots < 1 || c.Slots > 1024:
		return fault.New(fault.Validation, "sandboxd cannot run %d statements at once.", c.Slots).WithHint("Use 1 to 1024 slots.")
	case c.CacheBytes < 1 || c.IngestMemory < 64<<20 || c.IngestTimeout < time.Second || c.Grace < 0:
		return fault.New(fault.Validation, "A size or a time limit of sandboxd is too small to work.").
			WithHint("Leave it out to get the default.")
	}
	return c.Limits.Validate()
}

// Service is the running role.
type Service struct {
	cfg  Config
	bus  *bus.Bus
	exec executor.Executor
	// label is the executor's name, and that it is unsafe where it is.
	label    string
	registry *registry.Registry
	cache    *objects.Cache
	results  *bus.Objects
	prepared *bus.Objects
	log      *slog.Logger
	// shelves is the pool in front of the executor, if there is one.
	shelves shelves
	places  places
	framing singleflight.Group
}

// shelves keep sandboxes warm.
type shelves interface {
	// Warm asks for a sandbox of this spec to be kept.
	Warm(spec executor.Spec)
	// Drop forgets the sandboxes over a directory.
	Drop(dataDir string)
}

// New returns a service that is ready to Run. It creates its directories and
// removes what earlier processes left in them.
func New(ctx context.Context, cfg Config, b *bus.Bus, exec executor.Executor, log *slog.Logger) (*Service, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	s := &Service{
		cfg: cfg, bus: b, exec: exec, log: log,
		registry: registry.New(b, log), results: b.Objects("results"), prepared: b.Objects("prepared"),
	}
	s.shelves, _ = exec.(shelves)
	var err error
	if s.cache, err = objects.NewCache(b, filepath.Join(cfg.Dir, "datasets"), cfg.CacheBytes, log); err != nil {
		return nil, err
	}
	if err := os.RemoveAll(s.scratch()); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(s.scratch(), 0o711); err != nil { //nolint:gosec // sandboxes run as another user and must pass through
		return nil, err
	}
	caps, err := exec.Probe(ctx)
	if err != nil {
		return nil, err
	}
	if s.label = exec.Name(); caps.Unsafe {
		s.label += " (unsafe)"
	}
	swept, err := exec.Sweep(ctx)
	if err != nil {
		log.WarnContext(ctx, "sandboxes of earlier processes could not be swept", "error", err)
	}
	if swept > 0 {
		log.InfoContext(ctx, "sandboxes of earlier processes removed", "count", swept)
	}
	return s, nil
}

// scratch is where ingests work; it is emptied at start.
func (s *Service) scratch() string { return filepath.Join(s.cfg.Dir, "scratch") }

// Run works until ctx ends, then drains: it stops taking work, finishes what
// runs within Grace, and destroys every sandbox. It returns nil after a clean
// drain.
func (s *Service) Run(ctx context.Context) error {
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return s.bus.Work(gctx, bus.Worker{
			Name: "sandboxd-planned", Kind: event.KindPlanned, Stage: event.StageExecuting,
			Slots: s.cfg.Slots, Resumes: []event.Kind{event.KindStarted}, Grace: s.cfg.Grace,
			Handle: s.execute,
		})
	})
	g.Go(func() error { return s.bus.WorkTasks(gctx, registry.TaskPrepare, 1, s.prepare) })
	g.Go(func() error { return s.bus.WorkTasks(gctx, registry.TaskSurvey, 1, s.survey) })
	if s.shelves != nil {
		g.Go(func() error { return s.follow(gctx) })
	}
	err := g.Wait()
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, s.exec.Close(closing))
}
