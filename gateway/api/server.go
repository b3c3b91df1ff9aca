package api

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/cases"
	"github.com/leo-analytics/leo/gateway/curate"
	"github.com/leo-analytics/leo/gateway/edits"
	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/gateway/intake"
	"github.com/leo-analytics/leo/gateway/limit"
	"github.com/leo-analytics/leo/gateway/live"
	"github.com/leo-analytics/leo/gateway/lookup"
	"github.com/leo-analytics/leo/gateway/metrics"
	"github.com/leo-analytics/leo/gateway/results"
	"github.com/leo-analytics/leo/gateway/runs"
	"github.com/leo-analytics/leo/gateway/threads"
	"github.com/leo-analytics/leo/gateway/vouch"
	"github.com/leo-analytics/leo/shared/health"
	"github.com/leo-analytics/leo/shared/registry"
)

// Config bounds requests and says who may make them without a token. Every field
// must be set.
type Config struct {
	// Local lets everybody in as the local admin; see package auth.
	Local bool
	// MaxUploadBytes bounds one upload, MaxBodyBytes every other body.
	MaxUploadBytes int64
	MaxBodyBytes   int
	// RatePerSecond and RateBurst bound the requests of one principal.
	RatePerSecond float64
	RateBurst     int
	// ReadTimeout bounds reading a request's header and body; an upload may take
	// it anew for each piece. WriteTimeout does the same for writing.
	ReadTimeout, WriteTimeout time.Duration
	// RequestTimeout bounds what a handler may take.
	RequestTimeout time.Duration
	// Heartbeat is the longest silence of an event stream.
	Heartbeat time.Duration
	// Version is Leo's own.
	Version string
	// Python says that statements in Python are accepted; clients learn it from
	// GET limits.
	Python bool
}

// Check is one line of /readyz.
type Check = health.Check

// Deps are what the handlers call.
type Deps struct {
	Runs     *runs.Service
	Datasets *registry.Registry
	Intake   *intake.Service
	History  *history.DB
	// Rebuilder makes History anew.
	Rebuilder *history.Rebuilder
	Hub       *live.Hub
	Results   *results.Store
	Audit     *audit.Export
	Curate    *curate.Service
	Acts      *audit.Acts
	Verified  *vouch.Service
	Cases     *cases.Service
	Threads   *threads.Service
	Edits     *edits.Service
	Lookup    *lookup.Service
	Keyring   *auth.Keyring
	Tokens    *auth.Tokens
	Metrics   *metrics.Metrics
	// Assets are the web app's files; nil means there is no web app.
	Assets Assets
	// Ready checks what the gateway needs to be useful.
	Ready func(context.Context) []Check
	Log   *slog.Logger
}

// Server is the HTTP server. Serve it once.
type Server struct {
	cfg  Config
	deps Deps
	app  *fiber.App
	// base ends when the server stops; every request's context descends from it.
	base context.Context //nolint:containedctx // requests have no caller to take one from
	stop context.CancelFunc
	ln   atomic.Pointer[listener]

	// newest is the latest event this server caused; lists wait for it, so that
	// people find in them what they just did.
	newest atomic.Uint64

	callers  *limit.Buckets
	failures *limit.Buckets
	// refusals bounds what one refused token adds to the record.
	refusals *limit.Buckets
	// checking is held while many runs are checked: one such check at a time.
	checking sync.Mutex
}

// failuresPerSecond bounds how often one address may show a bad token before it
// is told to wait; a good token is never kept waiting by it.
const failuresPerSecond = 5

// New returns a server with every route in place.
func New(cfg Config, deps Deps) *Server {
	s := &Server{
		cfg: cfg, deps: deps,
		callers:  limit.NewBuckets(cfg.RatePerSecond, cfg.RateBurst),
		failures: limit.NewBuckets(failuresPerSecond, 4*failuresPerSecond),
		refusals: limit.NewBuckets(1.0/60, 1),
	}
	s.base, s.stop = context.WithCancel(context.Background())
	s.app = fiber.New(fiber.Config{
		AppName:               "leo",
		DisableStartupMessage: true,
		Immutable:             true,
		CaseSensitive:         true,
		// Bodies arrive as streams, whatever their size; readBody and the upload
		// bound them. BodyLimit is only how much is buffered ahead.
		StreamRequestBody:            true,
		DisablePreParseMultipartForm: true,
		BodyLimit:                    64 << 10,
		// Both are held for as long as a connection is open: ten thousand people who
		// watch are ten thousand times both.
		ReadBufferSize:  8 << 10, // bounds the header
		WriteBufferSize: 2 << 10,
		ReadTimeout:     cfg.ReadTimeout,
		WriteTimeout:    cfg.WriteTimeout,
		IdleTimeout:     2 * time.Minute,
		ErrorHandler:    s.beforeRoutes,
	})
	for _, r := range Routes() {
		s.app.Add(r.Method, r.Path, s.handle(r))
	}
	s.app.Use(s.handle(Route{Path: "*", Access: Public, do: (*call).elsewhere}))
	return s
}

// Serve answers requests on ln until Shutdown.
func (s *Server) Serve(ln net.Listener) error {
	s.ln.Store(listenOn(ln))
	return s.app.Listener(s.ln.Load())
}

// Shutdown stops taking connections, waits for requests under way until ctx ends
// and then cuts them off, which it reports. Event streams must have been drained
// before.
func (s *Server) Shutdown(ctx context.Context) error {
	ln := s.ln.Load()
	if ln != nil {
		ln.closeSilent()
	}
	err := s.app.ShutdownWithContext(ctx)
	s.stop()
	if errors.Is(err, context.DeadlineExceeded) {
		ln.closeAll()
		return errors.New("some requests did not finish in time and were cut off")
	}
	return err
}
