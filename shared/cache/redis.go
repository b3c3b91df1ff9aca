package cache

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/leo-analytics/leo/shared/fault"
)

// The ways to run Redis.
const (
	Single   = "single"
	Cluster  = "cluster"
	Sentinel = "sentinel"
)

// RedisConfig says how Redis is reached.
type RedisConfig struct {
	// URL is redis://user@host:port/db, or rediss:// for TLS. Nodes are further
	// servers of a cluster, or further sentinels, as host:port.
	URL   string
	Nodes []string
	// Mode is [Single], [Cluster] or [Sentinel]; empty is [Single]. Master is the
	// name by which the sentinels know the server.
	Mode, Master string
	// Password replaces the one in URL.
	Password string
	// CAFile is a PEM file of the authority that signs the servers' certificates.
	// Default: those the system trusts.
	CAFile string
	// DialTimeout bounds the making of a connection. Default 50 ms.
	DialTimeout time.Duration
}

// Redis is a store that many processes share.
type Redis struct{ client redis.UniversalClient }

// NewRedis returns a store in Redis, to be closed by the caller. It does not wait
// for a server: one that is away costs misses. VALIDATION_ERROR says which setting
// makes no sense.
func NewRedis(cfg RedisConfig) (*Redis, error) {
	// The parser's own errors repeat the URL, and with it a password.
	o, err := redis.ParseURL(cfg.URL)
	if err != nil {
		return nil, fault.New(fault.Validation, "The address of Redis makes no sense.").
			WithHint("Write it as redis://user@host:6379/0, or rediss:// for TLS.")
	}
	if err := cfg.trust(o.TLSConfig); err != nil {
		return nil, err
	}
	if cfg.DialTimeout == 0 {
		cfg.DialTimeout = 50 * time.Millisecond
	}
	u := &redis.UniversalOptions{
		Addrs: append([]string{o.Addr}, cfg.Nodes...), ClientName: "leo", DB: o.DB,
		Username: o.Username, Password: o.Password, TLSConfig: o.TLSConfig,
		// Whoever needs an answer within milliseconds does not try twice.
		MaxRetries: -1, DialTimeout: cfg.DialTimeout, PoolTimeout: cfg.DialTimeout, ContextTimeoutEnabled: true,
		DialerRetries: 1,
	}
	if cfg.Password != "" {
		u.Password = cfg.Password
	}
	switch cfg.Mode {
	case "", Single:
		if len(cfg.Nodes) > 0 {
			return nil, fault.New(fault.Validation, "One Redis server has no further nodes.").WithHint("Set redis_mode to cluster or sentinel, or leave redis_nodes out.")
		}
	case Cluster:
		u.IsClusterMode = true
	case Sentinel:
		if cfg.Master == "" {
			return nil, fault.New(fault.Validation, "The sentinels of Redis need the name of the server they watch.").WithHint("Set redis_master.")
		}
		u.MasterName, u.SentinelUsername, u.SentinelPassword = cfg.Master, u.Username, u.Password
	default:
		return nil, fault.New(fault.Validation, "There is no Redis mode %q.", cfg.Mode).WithHint("Use single, cluster or sentinel.")
	}
	// The library logs what fails to standard error; here it is counted, and
	// logged once.
	redis.SetLogger(silent{})
	return &Redis{redis.NewUniversalClient(u)}, nil
}

// silent is a logger that says nothing.
type silent struct{}

// Printf implements the library's logger.
func (silent) Printf(context.Context, string, ...any) {}

// trust adds the authority of CAFile to c, which is nil without TLS.
func (cfg RedisConfig) trust(c *tls.Config) error {
	if cfg.CAFile == "" {
		return nil
	}
	if c == nil {
		return fault.New(fault.Validation, "redis_ca is set, but Redis is reached without TLS.").WithHint("Write the address as rediss://….")
	}
	pem, err := os.ReadFile(cfg.CAFile)
	if err != nil {
		return fault.Wrap(err, fault.Validation, "The authority of Redis cannot be read from %s.", cfg.CAFile).WithHint("Set redis_ca to a PEM file.")
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return fault.New(fault.Validation, "There is no certificate in %s.", cfg.CAFile).WithHint("Set redis_ca to a PEM file.")
	}
	return nil
}

// Close ends the connections.
func (r *Redis) Close() error { return r.client.Close() } //nolint:wrapcheck // it is closed either way

// Ping reports whether Redis answers.
func (r *Redis) Ping(ctx context.Context) error {
	if err := r.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("ping redis: %w", err)
	}
	return nil
}

// Get implements [Store].
func (r *Redis) Get(ctx context.Context, id string) ([]byte, error) {
	value, err := r.client.Get(ctx, id).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	return value, nil
}

// Put implements [Store].
func (r *Redis) Put(ctx context.Context, id string, value []byte, ttl time.Duration) error {
	if err := r.client.Set(ctx, id, value, ttl).Err(); err != nil {
		return fmt.Errorf("set: %w", err)
	}
	return nil
}

// Drop implements [Store].
func (r *Redis) Drop(ctx context.Context, id string) error {
	if err := r.client.Del(ctx, id).Err(); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	return nil
}

// refusedFor is how long others know that a value may not be kept.
const refusedFor = 2 * time.Second

// refusedToken stands in the place of a leader's token.
const refusedToken = "refused"

func leadID(id string) string { return id + ":lead" }

// Lead implements [Elector].
func (r *Redis) Lead(ctx context.Context, id, token string, lease time.Duration) (bool, State, error) {
	held, err := r.client.SetArgs(ctx, leadID(id), token, redis.SetArgs{Mode: "NX", TTL: lease, Get: true}).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return true, Led, nil // nobody had it
	case err != nil:
		return false, Free, fmt.Errorf("lead: %w", err)
	case held == refusedToken:
		return false, Refused, nil
	}
	return false, Led, nil
}

// Yield implements [Elector]. Between its two steps the lease may end and another
// may take the lead: then two compute the same, which costs no more than time.
func (r *Redis) Yield(ctx context.Context, id, token string, as State) error {
	held, err := r.client.Get(ctx, leadID(id)).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return nil
	case err != nil:
		return fmt.Errorf("yield: %w", err)
	case held != token:
		return nil
	case as == Refused:
		err = r.client.Set(ctx, leadID(id), refusedToken, refusedFor).Err()
	default:
		err = r.client.Del(ctx, leadID(id)).Err()
	}
	if err != nil {
		return fmt.Errorf("yield: %w", err)
	}
	return nil
}
