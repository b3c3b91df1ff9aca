package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/leo-analytics/leo/gateway/api"
	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/cases"
	"github.com/leo-analytics/leo/gateway/curate"
	"github.com/leo-analytics/leo/gateway/edits"
	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/gateway/intake"
	"github.com/leo-analytics/leo/gateway/live"
	"github.com/leo-analytics/leo/gateway/lookup"
	"github.com/leo-analytics/leo/gateway/metrics"
	"github.com/leo-analytics/leo/gateway/results"
	"github.com/leo-analytics/leo/gateway/runs"
	"github.com/leo-analytics/leo/gateway/supervise"
	"github.com/leo-analytics/leo/gateway/threads"
	"github.com/leo-analytics/leo/gateway/vouch"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
	"github.com/leo-analytics/leo/shared/vector"
)

// readyLag is how many events the run list may be behind before the gateway says
// it is not ready.
const readyLag = 5000

// Deps are what the gateway works with. The bus's topology must be in place.
type Deps struct {
	Bus      *bus.Bus
	Datasets *registry.Registry
	// Index finds things of the catalogue. Nil: one of its own, in this process.
	Index *vector.Index
	// Assets are the web app's files; nil leaves the web app out.
	Assets api.Assets
	// Checks are further lines of /readyz, for parts that run in this process.
	Checks func(ctx context.Context) []api.Check
	// FreeDisk says how many bytes are free where uploads are kept and prepared;
	// false when that is not known. Nil: not known.
	FreeDisk func() (int64, bool)
	// Collectors are further figures of /metrics, likewise.
	Collectors []prometheus.Collector
	Log        *slog.Logger
}

// Gateway is one gateway. Run it once.
type Gateway struct {
	cfg  Config
	deps Deps

	ready    chan struct{}
	addr     string
	draining atomic.Bool
}

// New returns a gateway, or VALIDATION_ERROR for a configuration that makes no
// sense. It opens nothing.
func New(cfg Config, deps Deps) (*Gateway, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if deps.Bus == nil || deps.Datasets == nil || deps.Log == nil {
		return nil, errors.New("gateway: Bus, Datasets and Log are required")
	}
	if deps.Index == nil {
		deps.Index = vector.New(vector.Config{}, vector.Deps{Log: deps.Log})
	}
	return &Gateway{cfg: cfg, deps: deps, ready: make(chan struct{})}, nil
}

// Ready is closed once requests are answered. [Gateway.Addr] is known then.
func (g *Gateway) Ready() <-chan struct{} { return g.ready }

// Addr is the address listened on, with the port that port 0 became.
func (g *Gateway) Addr() string { return g.addr }

// parts are what Run starts and stops.
type parts struct {
	history    *history.DB
	projector  *history.Projector
	rebuilder  *history.Rebuilder
	hub        *live.Hub
	keyring    *auth.Keyring
	labeller   *history.Labeller
	supervisor *supervise.Supervisor
	server     *api.Server
}

// Run serves until ctx ends, then drains and returns nil when everything ended
// in time. It fails with VALIDATION_ERROR when tokens are asked for and there is
// none, CONFLICT when the address is in use, UNAVAILABLE when the log cannot be
// reached, and with whatever stops a part for good.
func (g *Gateway) Run(ctx context.Context) (err error) {
	tokens := auth.NewTokens(g.deps.Bus)
	if err := g.needToken(ctx, tokens); err != nil {
		return err
	}
	ln, err := Listen(ctx, g.cfg.Listen)
	if err != nil {
		return err
	}
	p, err := g.build(ctx, tokens)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	defer func() { err = errors.Join(err, p.history.Close()) }()

	// The parts outlive ctx: they are stopped after the last request.
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	work, working := errgroup.WithContext(working)
	for name, part := range map[string]func(context.Context) error{
		"tokens": p.keyring.Run, "live": p.hub.Run, "history": p.projector.Run, "labels": p.labeller.Run, "rebuild": p.rebuilder.Run, "supervisor": p.supervisor.Run,
	} {
		work.Go(func() error { return keep(working, name, part) })
	}
	select {
	case <-p.hub.Ready():
		err = g.serve(ctx, working, p, ln)
	case <-working.Done():
		err = ln.Close()
	case <-ctx.Done():
		err = ln.Close()
	}
	stop()
	return errors.Join(work.Wait(), err)
}

// keep runs a part and makes an early end an error.
func keep(ctx context.Context, name string, part func(context.Context) error) error {
	err := part(ctx)
	switch {
	case ctx.Err() != nil: // it was told to end, and what it says to that is no news
		return nil //nolint:nilerr // see above
	case err == nil:
		err = errors.New("ended by itself")
	}
	return fmt.Errorf("gateway %s: %w", name, err)
}

// serve answers requests until ctx ends or a part fails, then drains.
func (g *Gateway) serve(ctx, working context.Context, p *parts, ln net.Listener) error {
	g.addr = ln.Addr().String()
	served := make(chan error, 1)
	go func() { served <- p.server.Serve(ln) }()
	close(g.ready)
	g.deps.Log.InfoContext(ctx, "gateway listens", "address", g.addr, "local", g.cfg.local())
	select {
	case err := <-served:
		return fmt.Errorf("gateway: the server ended: %w", err)
	case <-ctx.Done():
	case <-working.Done():
	}
	g.draining.Store(true)
	p.hub.Drain()
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), g.cfg.DrainTimeout)
	defer cancel()
	err := p.server.Shutdown(closing)
	// A stop that came before the server began to serve has closed nothing.
	if closed := ln.Close(); !errors.Is(closed, net.ErrClosed) {
		err = errors.Join(err, closed)
	}
	return errors.Join(err, <-served)
}

// needToken refuses to open a door that nobody could use, or everybody.
func (g *Gateway) needToken(ctx context.Context, tokens *auth.Tokens) error {
	if g.cfg.local() {
		return nil
	}
	if g.cfg.FirstToken != "" {
		if err := tokens.First(ctx, g.cfg.FirstOrg, g.cfg.FirstToken); err != nil {
			return err
		}
	}
	ok, err := tokens.AnyUsable(ctx)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Validation, "Leo is to listen on %s and there is no API token that could be used there.", g.cfg.Listen).
			WithHint("Create one first: leo token create --name you --role admin. Or listen on 127.0.0.1, which needs none.")
	}
	return nil
}

// build makes the parts, in the order in which they need each other.
func (g *Gateway) build(ctx context.Context, tokens *auth.Tokens) (*parts, error) {
	temp := tempPath(g.cfg.DataDir)
	// What a killed process left there is nobody's.
	if err := errors.Join(os.RemoveAll(temp), os.MkdirAll(temp, 0o700)); err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The directory %s cannot be used.", temp).
			WithHint("Check that data_dir is on a writable disk with free space.")
	}
	log := g.deps.Log
	db, err := history.Open(ctx, HistoryPath(g.cfg.DataDir), g.deps.Bus, log)
	if err != nil {
		return nil, err
	}
	p := &parts{history: db, projector: history.NewProjector(db, g.deps.Bus, log), keyring: auth.NewKeyring(tokens, log)}
	p.labeller = history.NewLabeller(db, g.deps.Bus.KV(bus.BucketThreads), log)
	p.rebuilder = history.NewRebuilder(db, g.deps.Bus, g.cfg.ArchiveDir, log)
	figures := metrics.New(func() float64 { return float64(p.lag()) }, slices.Concat(g.deps.Collectors, []prometheus.Collector{p.rebuilder})...)
	p.hub = live.NewHub(g.deps.Bus, figures, log)
	p.supervisor = supervise.New(supervise.Config{Every: g.cfg.SweepEvery, Instance: g.cfg.Instance}, g.deps.Bus, db, log)
	service := runs.New(runs.Config{
		Limits: g.cfg.Limits, MaxInFlight: g.cfg.MaxInFlight, MaxInFlightOrg: g.cfg.MaxInFlightOrg, Light: g.cfg.Light, MaxQueued: g.cfg.MaxQueued, Queues: g.cfg.Queues, Instance: g.cfg.Instance,
	}, g.deps.Bus, g.deps.Datasets, db)
	acts, store := audit.NewActs(g.deps.Bus), results.NewStore(g.deps.Bus, temp)
	vouched := vouch.New(service, g.deps.Datasets, acts, g.deps.Bus)
	p.server = api.New(api.Config{
		Local: g.cfg.local(), MaxUploadBytes: g.cfg.MaxUploadBytes, MaxBodyBytes: g.cfg.MaxBodyBytes,
		RatePerSecond: g.cfg.RatePerSecond, RateBurst: g.cfg.RateBurst,
		ReadTimeout: g.cfg.ReadTimeout, WriteTimeout: g.cfg.WriteTimeout, RequestTimeout: g.cfg.RequestTimeout,
		Heartbeat: g.cfg.Heartbeat, Version: g.cfg.Version, Python: g.cfg.Python,
	}, api.Deps{
		Runs: service, Datasets: g.deps.Datasets, Intake: g.intake(), History: db, Rebuilder: p.rebuilder, Hub: p.hub, Results: store,
		Audit: audit.New(g.deps.Bus, g.cfg.ArchiveDir, db, acts, temp), Acts: acts,
		Curate:   curate.New(g.deps.Datasets, acts),
		Verified: vouched, Cases: cases.New(service, store, acts, g.deps.Bus),
		Threads: threads.New(db, acts, g.deps.Bus),
		Edits:   edits.New(g.deps.Datasets, g.cfg.Limits),
		Lookup:  lookup.New(g.deps.Index, g.deps.Datasets, vouched),
		Keyring: p.keyring, Tokens: tokens, Metrics: figures, Assets: g.deps.Assets, Log: log,
		Ready: func(ctx context.Context) []api.Check { return g.checks(ctx, p) },
	})
	return p, nil
}

// intake takes in large files.
func (g *Gateway) intake() *intake.Service {
	return intake.New(intake.Config{
		MaxFile: min(g.cfg.MaxFileBytes, g.cfg.MaxUploadBytes), MaxDataset: g.cfg.MaxUploadBytes,
		MaxOpen: g.cfg.MaxOpenUploads, Free: g.deps.FreeDisk,
	}, g.deps.Datasets)
}

// lag is how many events the run list is behind what the hub has seen.
func (p *parts) lag() uint64 {
	seen, have := p.hub.Last(), p.history.Position()
	return max(seen, have) - have
}

// listErr is why the run list is of no use just now.
func (p *parts) listErr() error {
	if p.history.Healthy() != nil {
		return errors.New("it cannot be written; the cause is in the log")
	}
	if n := p.lag(); n > readyLag {
		return fmt.Errorf("%d events behind the log", n)
	}
	return nil
}

// rebuilding says that the run list is being made anew, or could not be. It is served
// meanwhile.
func (p *parts) rebuilding() string {
	now := p.rebuilder.Progress()
	switch now.State {
	case history.RebuildRunning:
		return fmt.Sprintf("being rebuilt: at event %d of %d", now.Position, now.Target)
	case history.RebuildFailed:
		return "the old one, which could not be rebuilt: " + now.Error.Message
	}
	return ""
}

// checks are the lines of /readyz.
func (g *Gateway) checks(ctx context.Context, p *parts) []api.Check {
	line := func(name string, err error) api.Check {
		if err != nil {
			return api.Check{Name: name, Detail: err.Error()}
		}
		return api.Check{Name: name, OK: true}
	}
	probing, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	var stopping error
	if g.draining.Load() {
		stopping = errors.New("stopping")
	}
	list := line("run_list", p.listErr())
	if list.OK {
		list.Detail = p.rebuilding()
	}
	lines := []api.Check{line("nats", g.deps.Bus.Healthy(probing)), list, line("serving", stopping)}
	if g.deps.Checks != nil {
		lines = append(lines, g.deps.Checks(probing)...)
	}
	return lines
}
