package gateway

import (
	"net"
	"path/filepath"
	"time"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/policy"
)

// AuthMode says who is let in without a token.
type AuthMode string

// The modes.
const (
	// AuthAuto is AuthLocal on a loopback listener and AuthToken elsewhere.
	AuthAuto AuthMode = "auto"
	// AuthLocal lets in whoever can reach the loopback listener, as local admin.
	AuthLocal AuthMode = "local"
	// AuthToken asks everybody for a token, on loopback too: for a listener
	// behind a reverse proxy.
	AuthToken AuthMode = "token"
)

// Config is the gateway's configuration. The zero value of a field means its
// default.
type Config struct {
	// Listen is host:port. Default 127.0.0.1:8080. Port 0 takes a free one.
	Listen string
	// Auth is the mode. Default auto.
	Auth AuthMode
	// FirstToken, if set, is the token of FirstOrg's admin while nobody else has one.
	FirstToken, FirstOrg string
	// DataDir is where the run list and temporary files are kept. Required; two
	// gateways must not share one.
	DataDir string
	// ArchiveDir is where an archive of the log is, which is read and never written; empty for
	// none.
	ArchiveDir string

	// Limits are the policy for runs. Default [policy.DefaultLimits].
	Limits policy.Limits
	// Python says that the planner accepts Python, so that clients can offer it.
	Python bool
	// MaxUploadBytes bounds one upload, all files of a dataset together. Default
	// 8 GiB. MaxFileBytes bounds one file; default MaxUploadBytes.
	MaxUploadBytes, MaxFileBytes int64
	// MaxOpenUploads is how many unfinished uploads an org may have. Default 20.
	MaxOpenUploads int
	// MaxBodyBytes bounds every other request body. Default 256 KiB.
	MaxBodyBytes int
	// RatePerSecond and RateBurst bound one principal's requests. Default 50 and
	// 200; in local mode, where there is one principal, 1000 and 2000.
	RatePerSecond float64
	RateBurst     int
	// MaxInFlight is how many runs one user may have under way. Default 50; in
	// local mode 1000.
	MaxInFlight int
	// MaxInFlightOrg is how many runs all users of an org together may have under
	// way. Default half of MaxQueued.
	MaxInFlightOrg int
	// Light is how many runs an org may have under way for its next one to go ahead
	// of what others have waiting. Default 4.
	Light int
	// MaxQueued is how many events may wait for any one of the workers named in
	// Queues before new questions are refused. Default 2000.
	MaxQueued uint64
	// Queues names the workers to watch. Default planner-asked, sandboxd-planned.
	Queues []string

	// ReadTimeout bounds reading one request, or one piece of an upload; default
	// 30 s. WriteTimeout bounds writing one response, or one piece of a stream
	// or download; default 30 s. RequestTimeout bounds handling; default 30 s.
	ReadTimeout, WriteTimeout, RequestTimeout time.Duration
	// Heartbeat is the longest silence of an event stream. Default 10 s.
	Heartbeat time.Duration
	// SweepEvery is how often runs past their deadline are looked for. Default
	// 5 s.
	SweepEvery time.Duration
	// DrainTimeout bounds how long requests may finish at the end. Default 15 s.
	DrainTimeout time.Duration

	// Instance names this process in the events it writes, such as
	// "gateway/7c21". Default "gateway".
	Instance string
	// Version is Leo's own, for the API document. Default "dev".
	Version string
}

// WithDefaults returns a copy with every zero field set to its default.
func (c Config) WithDefaults() Config {
	or(&c.Listen, "127.0.0.1:8080")
	or(&c.Auth, AuthAuto)
	if c.Limits == (policy.Limits{}) {
		c.Limits = policy.DefaultLimits()
	}
	rate, burst, inFlight := 50.0, 200, 50
	if c.local() {
		rate, burst, inFlight = 1000, 2000, 1000
	}
	or(&c.RatePerSecond, rate)
	or(&c.RateBurst, burst)
	or(&c.MaxInFlight, inFlight)
	or(&c.MaxUploadBytes, 8<<30)
	or(&c.MaxFileBytes, c.MaxUploadBytes)
	or(&c.MaxOpenUploads, 20)
	or(&c.MaxBodyBytes, 256<<10)
	or(&c.MaxQueued, 2000)
	or(&c.MaxInFlightOrg, int(max(1, c.MaxQueued/2))) //nolint:gosec // a number of runs
	or(&c.Light, 4)
	if c.Queues == nil {
		c.Queues = []string{"planner-asked", "sandboxd-planned"}
	}
	or(&c.ReadTimeout, 30*time.Second)
	or(&c.WriteTimeout, 30*time.Second)
	or(&c.RequestTimeout, 30*time.Second)
	or(&c.Heartbeat, 10*time.Second)
	or(&c.SweepEvery, 5*time.Second)
	or(&c.DrainTimeout, 15*time.Second)
	or(&c.Instance, "gateway")
	or(&c.Version, "dev")
	return c
}

func or[T comparable](field *T, otherwise T) {
	var zero T
	if *field == zero {
		*field = otherwise
	}
}

// local reports whether requests need no token.
func (c Config) local() bool {
	return c.Auth == AuthLocal || (c.Auth == AuthAuto || c.Auth == "") && auth.Loopback(c.Listen)
}

// Validate reports the first field that makes no sense, as VALIDATION_ERROR. It
// expects the defaults to be in place.
func (c Config) Validate() error {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return invalid("listen", "%q is not an address to listen on.", c.Listen).WithHint("Write host:port, such as 127.0.0.1:8080 or 0.0.0.0:8080.")
	}
	switch c.Auth {
	case AuthAuto, AuthToken:
	case AuthLocal:
		if !auth.Loopback(c.Listen) {
			return invalid("auth", "Local mode needs a loopback address, and %q is not one.", c.Listen).
				WithHint("Listen on 127.0.0.1, or use tokens: set auth to token and run `leo token create`.")
		}
	default:
		return invalid("auth", "There is no auth mode %q.", c.Auth).WithHint("The modes are auto, local and token.")
	}
	if c.DataDir == "" {
		return invalid("data_dir", "The gateway has no directory for its files.").WithHint("Set data_dir.")
	}
	if err := c.Limits.Validate(); err != nil {
		return err
	}
	for name, n := range map[string]float64{
		"max_upload_bytes": float64(c.MaxUploadBytes), "max_file_bytes": float64(c.MaxFileBytes),
		"max_open_uploads": float64(c.MaxOpenUploads), "max_body_bytes": float64(c.MaxBodyBytes),
		"rate_per_second": c.RatePerSecond, "rate_burst": float64(c.RateBurst), "max_in_flight": float64(c.MaxInFlight),
		"read_timeout": c.ReadTimeout.Seconds(), "write_timeout": c.WriteTimeout.Seconds(), "request_timeout": c.RequestTimeout.Seconds(),
		"heartbeat": c.Heartbeat.Seconds(), "sweep_every": c.SweepEvery.Seconds(), "drain_timeout": c.DrainTimeout.Seconds(),
	} {
		if n <= 0 {
			return invalid(name, "%s must be greater than zero.", name).WithHint("Leave it out to get the default.")
		}
	}
	return nil
}

func invalid(field, format string, args ...any) *fault.Fault {
	return fault.New(fault.Validation, format, args...).With("field", "gateway."+field)
}

// HistoryPath is the first file of the run list of a gateway with this data directory; one that
// was rebuilt is beside it.
func HistoryPath(dataDir string) string { return filepath.Join(dataDir, "gateway", "history.db") }

func tempPath(dataDir string) string { return filepath.Join(dataDir, "gateway", "tmp") }
