package bus

import (
	"slices"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/leo-analytics/leo/shared/fault"
)

// Config says which NATS to talk to and how big what is kept there may grow.
type Config struct {
	// URL is one or more NATS URLs, separated by commas. Ignored when InProcess
	// is set.
	URL string
	// InProcess connects to a server in this process, without a socket.
	InProcess nats.InProcessConnProvider
	// Name is this process, such as "planner/7c21": it is the connection's name
	// and the default of an event's By. Default "leo".
	Name string
	// Username and Password, or CredsFile, authenticate to the server.
	Username, Password, CredsFile string
	// CAFile is a PEM file with the roots that sign the server's certificate;
	// empty means the system's.
	CAFile string
	// ConnectTimeout bounds Connect and EnsureTopology, which try again until
	// then. Default 10 s.
	ConnectTimeout time.Duration

	// Replicas is 1, 3 or 5. Default 1.
	Replicas int
	// MaxBytes bounds the event log. Default 4 GiB. When the server has less
	// room, the log is made as large as fits and a warning is logged.
	MaxBytes int64
	// MaxAge is how long the log keeps an event. It must exceed the longest run.
	// Default 90 days.
	MaxAge time.Duration
	// ResultsTTL is how long full results are kept. Default 30 days.
	ResultsTTL time.Duration
	// ObjectsMaxBytes bounds each object bucket. Zero means as much as the server
	// allows, and is the default.
	ObjectsMaxBytes int64
	// RetryDelays are the pauses before the second, third, … attempt of an event
	// or task that failed in a way worth retrying; the last one repeats.
	// Default 1 s, 5 s, 30 s, 2 min.
	RetryDelays []time.Duration
}

// minLogBytes is the smallest log worth starting with.
const minLogBytes = 64 << 20

// WithDefaults returns a copy with every zero field set to its default.
func (c Config) WithDefaults() Config {
	if c.Name == "" {
		c.Name = "leo"
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = 10 * time.Second
	}
	if c.Replicas == 0 {
		c.Replicas = 1
	}
	if c.MaxBytes == 0 {
		c.MaxBytes = 4 << 30
	}
	if c.MaxAge == 0 {
		c.MaxAge = 90 * 24 * time.Hour
	}
	if c.ResultsTTL == 0 {
		c.ResultsTTL = 30 * 24 * time.Hour
	}
	if len(c.RetryDelays) == 0 {
		c.RetryDelays = []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute}
	}
	return c
}

// Validate reports the first field that makes no sense, as fault.Validation. It
// expects defaults to be set.
func (c Config) Validate() error {
	bad := func(field, want string) error {
		return fault.New(fault.Validation, "The bus setting %s is not usable.", field).
			WithHint("%s", want).With("field", field)
	}
	switch {
	case c.URL == "" && c.InProcess == nil:
		return bad("url", "Set the address of NATS, for example nats://127.0.0.1:4222.")
	case !slices.Contains([]int{1, 3, 5}, c.Replicas):
		return bad("replicas", "Use 1, 3 or 5: the number of NATS servers that keep a copy.")
	case c.MaxBytes < 0:
		return bad("max_bytes", "Give the size of the event log in bytes.")
	case c.MaxAge < time.Hour:
		return bad("max_age", "Keep events for at least one hour: longer than any run.")
	case c.ResultsTTL < time.Minute:
		return bad("results_ttl", "Keep results for at least one minute.")
	case c.ObjectsMaxBytes < 0:
		return bad("objects_max_bytes", "Give a size in bytes, or 0 for no limit of its own.")
	case c.ConnectTimeout < 0:
		return bad("connect_timeout", "Give a positive duration.")
	case (c.Username == "") != (c.Password == ""):
		return bad("username", "Set username and password together.")
	case c.Username != "" && c.CredsFile != "":
		return bad("creds_file", "Use either a credentials file or a username and password.")
	case slices.Min(c.RetryDelays) <= 0:
		return bad("retry_delays", "Give positive durations.")
	}
	return nil
}

// retryDelay is the pause after the given attempt, which counts from 1.
func (c Config) retryDelay(attempt int) time.Duration {
	i := min(max(attempt, 1), len(c.RetryDelays)) - 1
	return c.RetryDelays[i]
}
