package main

import (
	"context"
	"errors"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/leo-analytics/leo/planner"
	"github.com/leo-analytics/leo/sandboxd"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/lifecycle"
	"github.com/leo-analytics/leo/shared/observe"
	"github.com/leo-analytics/leo/syncer"
)

// roleCommand runs one role against an external NATS. The topology code is the
// same as in one-process mode.
func (a *app) roleCommand(role string) *cobra.Command {
	c := &cobra.Command{
		Use: role, Short: "Run the " + role + " role against an external NATS", Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, _, err := a.config(c)
			if err != nil {
				return err
			}
			if cfg.NATSURL == "" {
				return fault.New(fault.Validation, "The %s role needs a NATS server.", role).
					WithHint("Set LEO_NATS_URL, or use `leo up`, which brings its own.")
			}
			log, err := observe.NewLogger(a.err, cfg.LogLevel, cfg.LogFormat)
			if err != nil {
				return err
			}
			return runRole(c.Context(), role, &up{cfg: cfg, log: log, say: a.progress()})
		},
	}
	switch role {
	case "gateway":
		flags(c, "listen")
	case "sandboxd":
		flags(c, "executor", unsafeFlag)
	}
	if role != "gateway" {
		flags(c, "admin-listen")
	}
	return c
}

func runRole(ctx context.Context, role string, u *up) (err error) {
	held, err := u.holdDir(role)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, held.Release()) }()
	admin, err := u.listenAdmin(ctx, role)
	if err != nil {
		return err
	}
	if admin != nil {
		defer func() { _ = admin.Close() }() // closed already when it was served
	}
	server := busConfig(u.cfg, role)
	// Servers and roles are started together, and a cluster may be choosing a
	// leader just now.
	server.ConnectTimeout = time.Minute
	u.say("Connecting to %s", bus.Redacted(u.cfg.NATSURL))
	b, err := bus.Connect(ctx, server, u.log)
	if err != nil {
		return err
	}
	defer u.closeBus(ctx, b)
	if err := b.EnsureTopology(ctx); err != nil {
		return err
	}
	defer u.close(ctx)
	part, err := rolePart(ctx, role, u, b)
	if err != nil {
		return err
	}
	u.say("Running %s against %s", role, bus.Redacted(u.cfg.NATSURL))
	return lifecycle.Run(ctx, u.log, u.withHealth(admin, b, part)...)
}

// rolePart builds the one part of a role.
func rolePart(ctx context.Context, role string, u *up, b *bus.Bus) (lifecycle.Part, error) {
	switch role {
	case "planner":
		pc, err := u.plannerConfig()
		if err != nil {
			return lifecycle.Part{}, err
		}
		s, err := planner.New(pc, b, u.log)
		if err != nil {
			return lifecycle.Part{}, err
		}
		return lifecycle.Part{Name: role, Run: s.Run, Grace: 15 * time.Second}, nil
	case "syncer":
		sc, err := u.syncerConfig()
		if err != nil {
			return lifecycle.Part{}, err
		}
		s, err := syncer.New(sc, b, u.log)
		if err != nil {
			return lifecycle.Part{}, err
		}
		return u.withArchive(lifecycle.Part{Name: role, Run: s.Run}, b), nil
	case "sandboxd":
		exec, err := u.executor(ctx)
		if err != nil {
			return lifecycle.Part{}, err
		}
		sc, err := u.sandboxConfig(ctx, b)
		if err != nil {
			return lifecycle.Part{}, err
		}
		s, err := sandboxd.New(ctx, sc, b, exec, u.log)
		if err != nil {
			return lifecycle.Part{}, err
		}
		return lifecycle.Part{Name: role, Run: s.Run, Grace: 30 * time.Second}, nil
	}
	u.collectors = append(u.collectors, b)
	collectSooner()
	g, err := gatewayOf(u, b)
	if err != nil {
		return lifecycle.Part{}, err
	}
	return lifecycle.Part{Name: role, Run: g.Run, Grace: 20 * time.Second}, nil
}

// collectSooner halves the garbage that may lie around, unless GOGC says otherwise: a
// gateway is mostly people who watch, whose memory stays, and as much again would
// lie beside it before it is looked at.
func collectSooner() {
	const usual = 100
	if said := debug.SetGCPercent(usual / 2); said != usual {
		debug.SetGCPercent(said)
	}
}

func busConfig(cfg config.Config, role string) bus.Config {
	return bus.Config{
		URL: cfg.NATSURL, Name: role + "/" + processID(), Username: cfg.NATSUser, Password: cfg.NATSPassword,
		CredsFile: cfg.NATSCreds, CAFile: cfg.NATSCA, Replicas: cfg.Replicas,
	}
}

func (u *up) sandboxConfig(ctx context.Context, b *bus.Bus) (sandboxd.Config, error) {
	cfg := u.cfg
	results, err := u.keptResults(ctx, b)
	if err != nil {
		return sandboxd.Config{}, err
	}
	build, err := buildOf(cfg)
	return sandboxd.Config{
		Dir: filepath.Join(cfg.DataDir, "sandboxd"), Slots: cfg.SandboxSlots, CacheBytes: cfg.CacheBytes,
		Limits: limitsOf(cfg), Python: cfg.Python, IngestMemory: cfg.PrepareMemory, IngestTimeout: cfg.PrepareTime,
		Results: results, CachePython: cfg.CachePython, Build: build,
	}, err
}
