package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/leo-analytics/leo/shared/datadir"
	"github.com/leo-analytics/leo/shared/fault"
)

// Config says where the server keeps its files and whether it listens.
type Config struct {
	// StoreDir is the directory of the log. It is created, and locked for this
	// process. Required.
	StoreDir string
	// Listen is host:port; empty means in-process connections only. Port 0 takes
	// a free one.
	Listen string
	// Username and Password are asked of connections when set.
	Username, Password string
	// SyncInterval is how often files are synced to disk. Default 200 ms.
	SyncInterval time.Duration
	// SyncAlways syncs before every acknowledgement instead.
	SyncAlways bool
	// MaxStore bounds the bytes on disk. Default: what is used already and three
	// quarters of what is free.
	MaxStore int64
	// Log takes the server's warnings and errors. Default: nowhere.
	Log *slog.Logger
}

// WithDefaults returns a copy with every zero field set to its default, except
// MaxStore, which depends on the disk.
func (c Config) WithDefaults() Config {
	if c.SyncInterval == 0 {
		c.SyncInterval = defaultSyncInterval
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// Validate reports the first field that makes no sense, as fault.Validation.
func (c Config) Validate() error {
	bad := func(message, hint string) error {
		return fault.New(fault.Validation, "%s", message).WithHint("%s", hint)
	}
	if c.StoreDir == "" {
		return bad("The event log has no directory.", "Set the data directory.")
	}
	if c.SyncInterval < 0 || c.MaxStore < 0 {
		return bad("The event log's limits cannot be negative.", "Leave them out to use the defaults.")
	}
	if (c.Username == "") != (c.Password == "") {
		return bad("The event log has a username without a password, or the reverse.", "Set both or neither.")
	}
	if c.Listen != "" {
		if _, _, err := splitListen(c.Listen); err != nil {
			return bad(fmt.Sprintf("%q is not an address to listen on.", c.Listen), "Use host:port, for example 127.0.0.1:4222.")
		}
	}
	return nil
}

func splitListen(listen string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(listen)
	if err != nil {
		return "", 0, fmt.Errorf("listen address: %w", err)
	}
	port, err = strconv.Atoi(text)
	if err != nil || port < 0 || port > 65535 {
		return "", 0, fmt.Errorf("listen address: port %q", text)
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	return host, port, nil
}

// Server is a running server.
type Server struct {
	nats *server.Server
	lock *datadir.Lock
}

// startTimeout bounds the start, recovery of a large log included.
const startTimeout = 2 * time.Minute

// Start starts a server and returns when it takes connections. It fails with
// fault.Validation for a bad configuration, with fault.Conflict when another
// process uses the directory or the port, and with fault.Unavailable when the
// directory cannot be used or the server does not come up within two minutes or
// before ctx ends.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.StoreDir, 0o700); err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The data directory %s cannot be created.", cfg.StoreDir).
			WithHint("Check the path and its permissions, or choose another data directory.")
	}
	lock, err := datadir.Take(cfg.StoreDir)
	if err != nil {
		return nil, err
	}
	s, err := run(ctx, cfg)
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	return &Server{nats: s, lock: lock}, nil
}

// run starts the server itself.
func run(ctx context.Context, cfg Config) (*server.Server, error) {
	if err := portFree(ctx, cfg.Listen); err != nil {
		return nil, err
	}
	opts, err := options(cfg)
	if err != nil {
		return nil, err
	}
	s, err := server.NewServer(opts)
	if err != nil {
		return nil, fmt.Errorf("configure the embedded server: %w", err)
	}
	log := &logger{log: cfg.Log.With("component", "nats")}
	s.SetLoggerV2(log, false, false, false)
	s.Start()
	if err := awaitReady(ctx, s, log); err != nil {
		s.Shutdown()
		s.WaitForShutdown()
		return nil, err
	}
	return s, nil
}

// portFree asks for the port before the server does, whose own failure is only a
// line in its log.
func portFree(ctx context.Context, listen string) error {
	if listen == "" {
		return nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return fault.Wrap(err, fault.Conflict, "The embedded event log cannot listen on %s.", listen).
			WithHint("Another program uses this address, or this machine does not have it. Choose another one.")
	}
	return wrap(l.Close(), "probe the port")
}

func options(cfg Config) (*server.Options, error) {
	maxStore := cfg.MaxStore
	if maxStore == 0 {
		used, err := usedBytes(cfg.StoreDir)
		if err != nil {
			return nil, err
		}
		// The server's own default looks only at what is free, and would shrink
		// as the log grows.
		if free, ok := datadir.FreeBytes(cfg.StoreDir); ok {
			maxStore = used + free/4*3
		}
	}
	opts := &server.Options{
		ServerName: "leo", NoSigs: true, NoLog: true, DontListen: cfg.Listen == "",
		JetStream: true, StoreDir: cfg.StoreDir,
		JetStreamMaxMemory: 256 << 20, JetStreamMaxStore: maxStore,
		SyncInterval: cfg.SyncInterval, SyncAlways: cfg.SyncAlways,
		Username: cfg.Username, Password: cfg.Password,
	}
	if cfg.Listen != "" {
		host, port, err := splitListen(cfg.Listen)
		if err != nil {
			return nil, err
		}
		opts.Host, opts.Port = host, port
	}
	return opts, nil
}

// awaitReady waits for the server to take connections with JetStream enabled.
func awaitReady(ctx context.Context, s *server.Server, log *logger) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		if cause := log.fatal(); cause != "" {
			return fault.Wrap(errors.New(cause), fault.Unavailable, "The embedded event log does not start.").
				WithHint("Leo's log has the reason. Check that the data directory is writable and its disk not full.")
		}
		if s.ReadyForConnections(20*time.Millisecond) && s.JetStreamEnabled() {
			return nil
		}
		if ctx.Err() != nil {
			return fault.Wrap(context.Cause(ctx), fault.Unavailable, "The embedded event log did not come up in time.").
				WithHint("A very large log takes longer to recover. Start again, and look into Leo's log.")
		}
	}
}

// InProcess is what bus.Config.InProcess wants.
func (s *Server) InProcess() nats.InProcessConnProvider { return s.nats }

// ClientURL is the URL clients connect to; empty when the server does not listen.
func (s *Server) ClientURL() string {
	if addr := s.nats.Addr(); addr != nil {
		return "nats://" + addr.String()
	}
	return ""
}

// Shutdown stops the server, flushes its files and releases the directory. It is
// called after every bus on it was closed. When ctx ends first it fails with
// ctx's cause; the server goes on stopping, and the directory stays locked.
func (s *Server) Shutdown(ctx context.Context) error {
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		s.nats.Shutdown()
		s.nats.WaitForShutdown()
	}()
	select {
	case <-stopped:
		return s.lock.Release()
	case <-ctx.Done():
		return fmt.Errorf("stop the embedded server: %w", context.Cause(ctx))
	}
}

// usedBytes is the size of all files below a directory.
func usedBytes(dir string) (int64, error) {
	var sum int64
	err := filepath.WalkDir(dir, func(_ string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err //nolint:wrapcheck // wrapped below
		}
		sum += info.Size()
		return nil
	})
	if err != nil {
		return 0, fault.Wrap(err, fault.Unavailable, "The data directory %s cannot be read.", dir).
			WithHint("Check its permissions: everything below it must belong to the user Leo runs as.")
	}
	return sum, nil
}

func wrap(err error, what string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
