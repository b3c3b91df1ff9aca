package planner

import (
	"context"
	"log/slog"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leo-analytics/leo/planner/agent"
	"github.com/leo-analytics/leo/planner/reuse"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/policy"
	"github.com/leo-analytics/leo/shared/registry"
	"github.com/leo-analytics/leo/shared/vector"
)

// Config is what a deployment can set.
type Config struct {
	// Slots is how many requests are planned at once, and how many answers are
	// written at once, in this process. Default: twice the number of CPUs.
	Slots int
	// Limits are the deployment's. Default policy.DefaultLimits().
	Limits policy.Limits
	// Grace is how long running handlers may finish after a stop. Default 10 s.
	Grace time.Duration
	// Catalogues is how many dataset versions are kept in memory. Default 64.
	Catalogues int
	// Python says that Python may be asked for.
	Python bool
	// Mode says who plans questions. Default [Auto].
	Mode Mode
	// Model plans where Mode lets it; nil where none is configured.
	Model agent.Model
	// Index finds verified answers to questions much like one that cannot be answered
	// unasked and, with embeddings, what a model is shown by its meaning; nil for
	// neither.
	Index *vector.Index
	// Budget bounds what the model may use of one run. Its Python is set from
	// Python and its MaxSteps from Limits.
	Budget agent.Config
}

// WithDefaults returns a copy with every zero field set to its default.
func (c Config) WithDefaults() Config {
	if c.Slots == 0 {
		c.Slots = 2 * runtime.NumCPU()
		if c.Model != nil {
			c.Slots = max(c.Slots, 32) // most of them wait for the model
		}
	}
	if c.Mode == "" {
		c.Mode = Auto
	}
	if c.Limits == (policy.Limits{}) {
		c.Limits = policy.DefaultLimits()
	}
	if c.Grace == 0 {
		c.Grace = 10 * time.Second
	}
	if c.Catalogues == 0 {
		c.Catalogues = 64
	}
	return c
}

// Validate reports the first field that makes no sense, as VALIDATION_ERROR.
func (c Config) Validate() error {
	if c.Slots < 1 || c.Slots > 1024 || c.Catalogues < 1 || c.Grace < 0 {
		return fault.New(fault.Validation, "A number in the planner's configuration is out of range.").
			WithHint("Use 1 to 1024 slots and at least one catalogue, or leave them out.")
	}
	switch c.Mode {
	case Auto, Rules:
	case Model:
		if c.Model == nil {
			return fault.New(fault.Validation, "The planner is set to model, and no model is configured.").
				WithHint("Set model, and openai_base_url or openai_api_key; or set planner to auto.")
		}
	default:
		return fault.New(fault.Validation, "There is no planner %q.", c.Mode).WithHint("Use auto, rules or model.")
	}
	return c.Limits.Validate()
}

// Service is the running role.
type Service struct {
	cfg        Config
	bus        *bus.Bus
	catalogues *catalogues
	book       *reuse.Book
	agent      *agent.Agent
	index      *vector.Index
	log        *slog.Logger
}

// New returns a service that is ready to Run.
func New(cfg Config, b *bus.Bus, log *slog.Logger) (*Service, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	s := &Service{
		cfg: cfg, bus: b, log: log, book: reuse.NewBook(b, log),
		catalogues: newCatalogues(registry.New(b, log), cfg.Catalogues), index: cfg.Index,
	}
	if cfg.Model == nil {
		return s, nil
	}
	budget := cfg.Budget
	budget.Python, budget.MaxSteps = cfg.Python, cfg.Limits.MaxSteps
	var err error
	s.agent, err = agent.New(budget, cfg.Model)
	return s, err
}

// Run works until ctx ends, then drains. It returns nil after a clean drain.
func (s *Service) Run(ctx context.Context) error {
	g, gctx := errgroup.WithContext(ctx)
	for _, w := range []bus.Worker{
		{Name: "planner-asked", Kind: event.KindAsked, Stage: event.StagePlanning, Handle: s.plan},
		{Name: "planner-executed", Kind: event.KindExecuted, Stage: event.StageAnswering, Handle: s.answer},
	} {
		w.Slots, w.Grace = s.cfg.Slots, s.cfg.Grace
		g.Go(func() error { return s.bus.Work(gctx, w) })
	}
	g.Go(func() error { return s.book.Run(gctx) })
	return g.Wait()
}
