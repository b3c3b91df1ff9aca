package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/datadir"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/health"
	"github.com/leo-analytics/leo/shared/lifecycle"
)

// How long what a probe said is believed: sandboxes and disks are dearer to ask
// than a server.
const (
	sandboxFresh = 10 * time.Second
	diskFresh    = 5 * time.Second
)

// roleNames are the roles of a split deployment.
func roleNames() []string { return []string{"gateway", "planner", "sandboxd", "syncer"} }

// processID tells the processes of one role apart, in the log and at the server.
func processID() string {
	b := make([]byte, 3)
	_, _ = rand.Read(b) // never fails, by its documentation
	return hex.EncodeToString(b)
}

// adminAddress is where a role answers for its health; empty for nowhere. The
// gateway does on its own listener.
func adminAddress(cfg config.Config, role string) string {
	switch {
	case role == "gateway":
		return cfg.Listen
	case cfg.Admin == "off":
		return ""
	case cfg.Admin == "auto":
		return fmt.Sprintf("127.0.0.1:%d", 8080+slices.Index(roleNames(), role))
	}
	return cfg.Admin
}

// listenAdmin opens the listener of a role's health checks, or returns nil where
// it has none of its own.
func (u *up) listenAdmin(ctx context.Context, role string) (net.Listener, error) {
	address := adminAddress(u.cfg, role)
	if role == "gateway" || address == "" {
		return nil, nil
	}
	return health.Listen(ctx, address)
}

// holdDir takes the directory in which a role keeps files that a second process
// of the role would tidy away.
func (u *up) holdDir(role string) (*datadir.Lock, error) {
	dir := filepath.Join(u.cfg.DataDir, role)
	if err := os.MkdirAll(dir, 0o711); err != nil { //nolint:gosec // sandboxes run as another user and must pass through
		return nil, fault.Wrap(err, fault.Validation, "The data directory %s cannot be made.", dir).
			WithHint("Set --data-dir to a directory Leo may write to.")
	}
	return datadir.Take(dir)
}

// withHealth puts a role's part between what answers for it, which ends last, and
// what takes it out of rotation, which ends first.
func (u *up) withHealth(admin net.Listener, b *bus.Bus, part lifecycle.Part) []lifecycle.Part {
	if admin == nil {
		return []lifecycle.Part{part}
	}
	board := health.NewBoard()
	board.Collect(b)
	board.Collect(u.collectors...)
	board.Add("nats", 0, func(ctx context.Context) (string, error) { return "", b.Healthy(ctx) })
	if u.exec != nil {
		board.Add("sandbox", sandboxFresh, u.probeSandbox)
		board.Add("disk", diskFresh, func(context.Context) (string, error) {
			return datadir.Writable(filepath.Join(u.cfg.DataDir, part.Name))
		})
	}
	for _, c := range u.checks(context.Background()) {
		if c.Name != "sandbox" { // asked anew above
			board.Add(c.Name, 0, u.stateOf(c.Name))
		}
	}
	part.Run = board.Loop(part.Name, part.Run)
	return []lifecycle.Part{
		{Name: "health", Run: func(ctx context.Context) error { return health.Serve(ctx, admin, board) }},
		part,
		{Name: "readiness", Run: func(ctx context.Context) error {
			<-ctx.Done()
			board.Drain()
			return nil
		}},
	}
}

// probeSandbox asks the executor whether it still isolates.
func (u *up) probeSandbox(ctx context.Context) (string, error) {
	facts, err := u.exec.Probe(ctx)
	return describe(facts), err
}

// describe is an executor in one line.
func describe(c executor.Capabilities) string {
	name := c.Executor
	if c.Version != "" {
		name += " " + c.Version
	}
	if c.Unsafe {
		name += ", unsafe"
	}
	return name
}

// stateOf asks for one of the checks that parts of this process describe.
func (u *up) stateOf(name string) health.Probe {
	return func(ctx context.Context) (string, error) {
		for _, c := range u.checks(ctx) {
			if c.Name == name && !c.OK {
				return "", fault.New(fault.Unavailable, "%s", c.Detail)
			}
			if c.Name == name {
				return c.Detail, nil
			}
		}
		return "", nil
	}
}

func (a *app) healthCommand() *cobra.Command {
	var alive bool
	c := &cobra.Command{
		Use: "health ROLE", Short: "Ask the Leo on this host whether it is ready: gateway (also for `leo up`), planner, sandboxd or syncer",
		Long: "Asks the process of that role on this host, with the same configuration, for /readyz and prints what it depends on.\n" +
			"It fails if the process does not answer or is not ready: the health check of a container that holds nothing but leo.",
		Args: args(cobra.ExactArgs(1)), ValidArgs: roleNames(),
		RunE: func(c *cobra.Command, given []string) error {
			cfg, _, err := a.config(c)
			if err != nil {
				return err
			}
			if !slices.Contains(roleNames(), given[0]) {
				return fault.New(fault.Validation, "There is no role %q.", given[0]).WithHint("The roles are gateway, planner, sandboxd and syncer.")
			}
			address := adminAddress(cfg, given[0])
			if address == "" {
				return fault.New(fault.Validation, "The %s answers no health checks: admin_listen is off.", given[0]).WithHint("Set admin_listen.")
			}
			path := "/readyz"
			if alive {
				path = "/healthz"
			}
			return a.askHealth(c.Context(), "http://"+reachable(address)+path, given[0])
		},
	}
	c.Flags().BoolVar(&alive, "alive", false, "ask for /healthz: whether the process lives, whatever it depends on")
	flags(c, "listen", "admin-listen")
	return c
}

// reachable is how a process on the same host gets to an address that is listened
// on.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}

// askHealth prints what a process says about itself and fails unless all is well.
func (a *app) askHealth(ctx context.Context, url, role string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	silent := func(err error) error {
		return fault.Wrap(err, fault.Unavailable, "The %s does not answer at %s.", role, url).
			WithHint("Check that it runs, and that listen or admin_listen are the same as its own.")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return silent(err)
	}
	client := &http.Client{}
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		return silent(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var r health.Report
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&r); err != nil {
		return silent(err)
	}
	for _, c := range r.Checks {
		state := "ok  "
		if !c.OK {
			state = "FAIL"
		}
		fmt.Fprintf(a.out, "%s  %s  %s\n", state, c.Name, c.Detail)
	}
	if resp.StatusCode != http.StatusOK {
		return fault.New(fault.Unavailable, "The %s is %s.", role, r.Status).WithHint("What failed is listed above.")
	}
	_, err = fmt.Fprintln(a.out, upperFirst(r.Status)+".")
	return err
}
