package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"github.com/leo-analytics/leo/gateway"
	"github.com/leo-analytics/leo/gateway/api"
	"github.com/leo-analytics/leo/planner"
	"github.com/leo-analytics/leo/sandboxd"
	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/choice"
	"github.com/leo-analytics/leo/sandboxd/executor/kubernetes"
	"github.com/leo-analytics/leo/sandboxd/executor/rootfs"
	"github.com/leo-analytics/leo/sandboxd/pool"
	"github.com/leo-analytics/leo/shared/archive"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/embedded"
	"github.com/leo-analytics/leo/shared/cache"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/datadir"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/lifecycle"
	"github.com/leo-analytics/leo/shared/llm"
	"github.com/leo-analytics/leo/shared/observe"
	"github.com/leo-analytics/leo/shared/policy"
	"github.com/leo-analytics/leo/shared/registry"
	"github.com/leo-analytics/leo/shared/vector"
	"github.com/leo-analytics/leo/syncer"
	"github.com/leo-analytics/leo/web"
)

// pythonRootName is the file beside the binary that Python sandboxes are made from.
const pythonRootName = "leo-python.tar"

// localOrg owns everything in one-process mode.
const localOrg = "local"

func (a *app) upCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "up", Short: "Run everything in one process", Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, _, err := a.config(c)
			if err != nil {
				return err
			}
			log, err := observe.NewLogger(a.err, cfg.LogLevel, cfg.LogFormat)
			if err != nil {
				return err
			}
			u := &up{cfg: cfg, log: log, say: a.progress()}
			return u.run(c.Context())
		},
	}
	flags(c, "listen", "executor", unsafeFlag)
	return c
}

// progress returns a function that prints a line for each slow step.
func (a *app) progress() func(format string, args ...any) {
	began := time.Now()
	return func(format string, args ...any) {
		fmt.Fprintf(a.err, "%6.1fs  %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, args...))
	}
}

// up is Leo in one process: an embedded event log and all four roles.
type up struct {
	cfg config.Config
	log *slog.Logger
	say func(format string, args ...any)
	// single says that this process runs all roles.
	single bool
	// sandbox says what runs are isolated by, once that is chosen.
	sandbox string
	// exec makes the sandboxes, where this process runs statements.
	exec executor.Executor
	// model is the language model this process plans with, if any.
	model *llm.Client
	// results keeps what statements returned, if anything does.
	results *cache.Cache
	// index finds things of the catalogue, once a part of this process searches.
	index *vector.Index
	// archive keeps the log's events, where this process does.
	archive *archive.Keeper
	// closers end what the parts used, after they have stopped.
	closers []func() error
	// collectors have figures of their own for the gateway to show.
	collectors []prometheus.Collector
	// freeDisk says how much room there is for uploads, where this process keeps
	// them.
	freeDisk func() (int64, bool)
	// ready, when set, is called with the base URL once questions are answered.
	ready func(url string)
}

// run starts the parts from the ground up and blocks until ctx ends.
func (u *up) run(ctx context.Context) error {
	u.single = true
	if err := os.MkdirAll(u.cfg.DataDir, 0o700); err != nil {
		return fault.Wrap(err, fault.Validation, "The data directory %s cannot be made.", u.cfg.DataDir).
			WithHint("Set --data-dir to a directory Leo may write to.")
	}
	if err := portFree(ctx, u.cfg.Listen); err != nil {
		return err
	}
	u.say("Starting the event log in %s", u.cfg.DataDir)
	server, err := embedded.Start(ctx, embedded.Config{
		StoreDir: filepath.Join(u.cfg.DataDir, "events"), SyncAlways: u.cfg.SyncAlways, Log: u.log,
	})
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		if err := server.Shutdown(closing); err != nil {
			u.log.ErrorContext(closing, "event log did not stop cleanly", "error", err)
		}
	}()
	u.freeDisk = func() (int64, bool) { return datadir.FreeBytes(u.cfg.DataDir) }
	b, err := bus.Connect(ctx, bus.Config{InProcess: server.InProcess(), Name: "leo"}, u.log)
	if err != nil {
		return err
	}
	defer u.closeBus(ctx, b)
	if err := b.EnsureTopology(ctx); err != nil {
		return err
	}
	defer u.close(ctx)
	parts, err := u.parts(ctx, b)
	if err != nil {
		return err
	}
	return lifecycle.Run(ctx, u.log, parts...)
}

// parts builds the four roles, and the demo data on top of them.
func (u *up) parts(ctx context.Context, b *bus.Bus) ([]lifecycle.Part, error) {
	exec, err := u.executor(ctx)
	if err != nil {
		return nil, err
	}
	sc, err := u.sandboxConfig(ctx, b)
	if err != nil {
		return nil, err
	}
	sand, err := sandboxd.New(ctx, sc, b, exec, u.log)
	if err != nil {
		return nil, err
	}
	pc, err := u.plannerConfig()
	if err != nil {
		return nil, err
	}
	plan, err := planner.New(pc, b, u.log)
	if err != nil {
		return nil, err
	}
	yc, err := u.syncerConfig()
	if err != nil {
		return nil, err
	}
	if yc.Index, err = u.searchIndex(); err != nil { // what this process searches, too
		return nil, err
	}
	syn, err := syncer.New(yc, b, u.log)
	if err != nil {
		return nil, err
	}
	syncing := u.withArchive(lifecycle.Part{Name: "syncer", Run: syn.Run}, b)
	u.collectors = append(u.collectors, b)
	gate, err := gatewayOf(u, b)
	if err != nil {
		return nil, err
	}
	parts := []lifecycle.Part{
		{Name: "sandboxd", Run: sand.Run, Grace: 30 * time.Second},
		{Name: "planner", Run: plan.Run, Grace: 15 * time.Second},
		syncing,
		{Name: "gateway", Run: gate.Run, Grace: 20 * time.Second},
		{Name: "welcome", Run: func(ctx context.Context) error { return u.welcome(ctx, b, gate) }},
	}
	return parts, nil
}

// executor picks the sandboxes, says which and why, and keeps some of them warm.
func (u *up) executor(ctx context.Context) (executor.Executor, error) {
	opts, err := sandboxOptions(u.cfg, u.log)
	if err != nil {
		return nil, err
	}
	exec, why, err := choice.Select(ctx, opts)
	if err != nil {
		return nil, err
	}
	u.say("%s", why)
	u.sandbox = why
	u.exec = exec
	if u.cfg.WarmSandboxes < 0 {
		return exec, nil
	}
	p, err := pool.New(exec, pool.Config{
		MaxIdle: u.cfg.WarmSandboxes, MaxIdleBytes: u.cfg.WarmBytes, IdleTTL: u.cfg.WarmFor,
	}, u.log)
	if err != nil {
		return nil, errors.Join(err, exec.Close(ctx))
	}
	u.collectors = append(u.collectors, p)
	return p, nil
}

// sandboxOptions says what sandboxes are made from.
func sandboxOptions(cfg config.Config, log *slog.Logger) (choice.Options, error) {
	if cfg.Executor == kubernetes.Name {
		// What sandboxes are made from is in the cluster's images.
		cluster, err := kubernetesOptions(cfg)
		return choice.Options{Executor: cfg.Executor, Kubernetes: cluster, Logger: log}, err
	}
	runner, err := runnerPath(cfg)
	if err != nil {
		return choice.Options{}, err
	}
	opts := choice.Options{
		Executor: cfg.Executor, Runner: runner, Unsafe: cfg.Unsafe, Logger: log,
		PythonDir:    filepath.Join(cfg.DataDir, "sandboxd", "python"),
		Microsandbox: cfg.MSB, MicrosandboxKernel: cfg.MSBKernel, MicrosandboxHome: filepath.Join(cfg.DataDir, "vm"),
	}
	if cfg.Python {
		root := cfg.PythonRoot
		if root == "" {
			root = filepath.Join(filepath.Dir(runner), pythonRootName)
		}
		if opts.Python, err = rootfs.Open(root); err != nil {
			return choice.Options{}, err
		}
	}
	return opts, nil
}

// portFree says that the port is taken, before anything slow happens.
func portFree(ctx context.Context, address string) error {
	l, err := gateway.Listen(ctx, address)
	if err != nil {
		return err
	}
	return l.Close()
}

// gatewayOf builds the gateway with the web app.
func gatewayOf(u *up, b *bus.Bus) (*gateway.Gateway, error) {
	assets, err := web.New()
	if err != nil {
		return nil, err
	}
	index, err := u.searchIndex()
	if err != nil {
		return nil, err
	}
	return gateway.New(gateway.Config{
		Listen: u.cfg.Listen, Auth: gateway.AuthMode(u.cfg.Auth), FirstToken: u.cfg.FirstToken, FirstOrg: localOrg, DataDir: u.cfg.DataDir, ArchiveDir: u.cfg.ArchiveDir, Limits: limitsOf(u.cfg),
		MaxUploadBytes: u.cfg.MaxUpload, MaxFileBytes: u.cfg.MaxFile, MaxOpenUploads: u.cfg.MaxUploads, RatePerSecond: float64(u.cfg.RatePerSecond), RateBurst: u.cfg.RateBurst,
		MaxInFlight: u.cfg.MaxInFlight, MaxInFlightOrg: u.cfg.MaxInFlightOrg, MaxQueued: uint64(max(u.cfg.MaxQueued, 0)), Version: version, Python: u.cfg.Python,
	}, gateway.Deps{Bus: b, Datasets: registry.New(b, u.log), Index: index, Assets: pageFiles{assets}, Collectors: u.collectors, Checks: u.checks, FreeDisk: u.freeDisk, Log: u.log})
}

// checks reports what this process runs beside the gateway.
func (u *up) checks(ctx context.Context) []api.Check {
	var checks []api.Check
	if u.sandbox != "" {
		checks = append(checks, api.Check{Name: "sandbox", OK: true, Detail: u.sandbox})
	}
	if u.results != nil {
		checks = append(checks, u.resultsCheck())
	}
	if u.index != nil {
		checks = append(checks, u.indexCheck())
	}
	if u.archive != nil {
		checks = append(checks, u.archiveCheck(ctx))
	}
	if u.model != nil {
		checks = append(checks, modelCheck(u.model))
	}
	return checks
}

// pageFiles hands the web app's files to the gateway.
type pageFiles struct{ site *web.Site }

// Find implements [api.Assets].
func (p pageFiles) Find(path string) (api.Asset, bool) {
	a, ok := p.site.Find(path)
	return api.Asset(a), ok
}

// limitsOf applies the configured defaults to the policy.
func limitsOf(cfg config.Config) policy.Limits {
	l := policy.DefaultLimits()
	l.Default.MaxRows = cfg.MaxRows
	l.Default.TimeoutMS = int(cfg.Timeout.Milliseconds())
	l.RunDeadlineMS = int(cfg.RunDeadline.Milliseconds())
	return l
}

// runnerPath finds leo-runner.
func runnerPath(cfg config.Config) (string, error) {
	path := cfg.Runner
	if path == "" {
		self, err := os.Executable()
		if err != nil {
			return "", err
		}
		path = filepath.Join(filepath.Dir(self), "leo-runner")
	}
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return "", fault.Wrap(err, fault.Validation, "There is no leo-runner at %s.", path).
			WithHint("Build both binaries with `make build`, or set LEO_RUNNER.")
	}
	return path, nil
}

// close ends what the parts used.
func (u *up) close(ctx context.Context) {
	for _, end := range u.closers {
		if err := end(); err != nil {
			u.log.ErrorContext(ctx, "a connection did not close cleanly", "error", err)
		}
	}
}

// closeBus flushes and closes the connection to the event log, last of all.
func (u *up) closeBus(ctx context.Context, b *bus.Bus) {
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := b.Close(closing); err != nil {
		u.log.ErrorContext(closing, "connection to the event log did not close cleanly", "error", err)
	}
}
