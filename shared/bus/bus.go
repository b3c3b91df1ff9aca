package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// Bus is one connection to NATS. It is safe for concurrent use.
type Bus struct {
	cfg Config
	log *slog.Logger
	nc  *nats.Conn
	js  jetstream.JetStream

	// wake fires on every reconnect, and when a worker seems stuck: pull requests
	// that were sent before are then worth nothing.
	wake *signal
	// closed is closed when the connection is.
	closed  chan struct{}
	figures *figures

	mu     sync.Mutex // guards the maps
	depths map[string]depth
	kvs    map[string]jetstream.KeyValue
	stores map[string]jetstream.ObjectStore
}

// Connect connects to NATS and keeps the connection alive for ever after. It
// fails with fault.Validation for a bad configuration and fault.Unavailable
// when no server answers within cfg.ConnectTimeout. It creates nothing: see
// [Bus.EnsureTopology]. A nil log discards.
func Connect(ctx context.Context, cfg Config, log *slog.Logger) (*Bus, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	b := &Bus{
		cfg: cfg, log: log, wake: newSignal(), closed: make(chan struct{}), figures: newFigures(),
		depths: map[string]depth{}, kvs: map[string]jetstream.KeyValue{}, stores: map[string]jetstream.ObjectStore{},
	}
	if err := b.dial(ctx); err != nil {
		return nil, err
	}
	js, err := jetstream.New(b.nc, jetstream.WithPublishAsyncTimeout(chunkTimeout))
	if err != nil {
		b.nc.Close()
		return nil, fmt.Errorf("open jetstream: %w", err)
	}
	b.js = js
	return b, nil
}

// dial tries to connect until it works, the credentials are refused, or time is
// up.
func (b *Bus) dial(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, b.cfg.ConnectTimeout)
	defer cancel()
	for try := 0; ; try++ {
		nc, err := nats.Connect(b.cfg.URL, b.options()...)
		if err == nil {
			b.nc = nc
			return nil
		}
		if errors.Is(err, nats.ErrAuthorization) || errors.Is(err, nats.ErrAuthExpired) {
			return fault.Wrap(err, fault.Unavailable, "NATS refused Leo's credentials.").
				WithHint("Check the username and password, or the credentials file, of the bus settings.")
		}
		if !pause(ctx, backoff(try, 50*time.Millisecond, time.Second)) {
			return fault.Wrap(err, fault.Unavailable, "NATS does not answer at %s.", b.where()).
				WithHint("Check that NATS is running and that the bus address is right.")
		}
	}
}

func (b *Bus) where() string {
	if b.cfg.InProcess != nil {
		return "the server inside this process"
	}
	return Redacted(b.cfg.URL)
}

// Redacted returns one or more URLs, separated by commas, without the users and
// passwords they may hold.
func Redacted(urls string) string {
	list := strings.Split(urls, ",")
	for i, u := range list {
		scheme, rest, ok := strings.Cut(u, "://")
		if !ok {
			scheme, rest = "", u
		}
		if at := strings.LastIndexByte(rest, '@'); at >= 0 {
			rest = rest[at+1:]
		}
		if ok {
			rest = scheme + "://" + rest
		}
		list[i] = rest
	}
	return strings.Join(list, ",")
}

func (b *Bus) options() []nats.Option {
	opts := []nats.Option{
		nats.Name(b.cfg.Name),
		nats.Timeout(2 * time.Second),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(100 * time.Millisecond),
		nats.ReconnectJitter(50*time.Millisecond, 200*time.Millisecond),
		nats.IgnoreAuthErrorAbort(),
		nats.PingInterval(10 * time.Second),
		// Nothing is kept back while the connection is down: an event that arrives
		// after its writer gave up would surprise everybody.
		nats.ReconnectBufSize(-1),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				b.log.Warn("nats connection lost", "error", err)
			}
		}),
		nats.ReconnectHandler(func(nc *nats.Conn) {
			b.log.Info("nats connection restored", "url", nc.ConnectedUrlRedacted())
			b.wake.fire()
		}),
		nats.ClosedHandler(func(*nats.Conn) { close(b.closed) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			b.log.Warn("nats reports an error", "error", err)
		}),
	}
	if b.cfg.InProcess != nil {
		opts = append(opts, nats.InProcessServer(b.cfg.InProcess))
	}
	if b.cfg.Username != "" {
		opts = append(opts, nats.UserInfo(b.cfg.Username, b.cfg.Password))
		// Each user's answers come to a place of its own, so that the server can keep others
		// from reading them.
		if event.ValidToken(b.cfg.Username) {
			opts = append(opts, nats.CustomInboxPrefix(nats.InboxPrefix+b.cfg.Username))
		}
	}
	if b.cfg.CredsFile != "" {
		opts = append(opts, nats.UserCredentials(b.cfg.CredsFile))
	}
	if b.cfg.CAFile != "" {
		opts = append(opts, nats.RootCAs(b.cfg.CAFile))
	}
	return opts
}

// Close drains the connection: what was published is flushed, subscriptions end.
// It returns when that is done, or with ctx's cause after cutting the connection
// when ctx ends first. Workers must have returned before. Closing twice is fine.
func (b *Bus) Close(ctx context.Context) error {
	b.js.CleanupPublisher()
	if err := b.nc.Drain(); err != nil {
		// Not connected, or closed already: there is nothing to drain.
		b.nc.Close()
	}
	select {
	case <-b.closed:
		return nil
	case <-ctx.Done():
		b.nc.Close()
		<-b.closed
		return fmt.Errorf("close bus: %w", context.Cause(ctx))
	}
}

// Healthy reports whether the event log can be reached, within two seconds:
// nil, or fault.Unavailable.
func (b *Bus) Healthy(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_, err := b.LastSeq(ctx)
	return err
}
