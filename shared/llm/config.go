package llm

import (
	"net/url"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/fault"
)

// DefaultBaseURL is the endpoint that is used when only a key is configured.
const DefaultBaseURL = "https://api.openai.com/v1"

// Config describes one endpoint. Model is required.
type Config struct {
	// BaseURL is the part before /chat/completions. Default [DefaultBaseURL].
	BaseURL string
	// Key is sent as a bearer token. Empty for servers that ask for none.
	Key   string
	Model string
	// Timeout is how long one request may take, from sending to the last byte.
	// Default 60 s.
	Timeout time.Duration
	// Retries is how often one call is tried again; -1 never. Default 3.
	Retries int
	// Pause is the first pause between tries; it doubles up to 8 s. Default 500 ms.
	Pause time.Duration
	// PriceIn and PriceOut are in USD for a million tokens. Default 0: unknown.
	PriceIn, PriceOut float64

	// MaxResponseBytes bounds one response. Default 1 MiB.
	MaxResponseBytes int64
	// MaxCalls bounds the tool calls of one answer. Default 8.
	MaxCalls int
	// MaxArgumentBytes bounds the arguments of one tool call. Default 32 KiB.
	MaxArgumentBytes int

	// BreakerAfter is how many failures in a row open the breaker. Default 5.
	BreakerAfter int
	// BreakerFor is how long it stays open before one request may try. Default 30 s.
	BreakerFor time.Duration

	// now is the breaker's clock.
	now func() time.Time
}

// WithDefaults returns a copy with every zero field set to its default.
func (c Config) WithDefaults() Config {
	if c.BaseURL == "" {
		c.BaseURL = DefaultBaseURL
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	if c.Timeout == 0 {
		c.Timeout = time.Minute
	}
	if c.Retries == 0 {
		c.Retries = 3
	}
	if c.MaxResponseBytes == 0 {
		c.MaxResponseBytes = 1 << 20
	}
	if c.MaxCalls == 0 {
		c.MaxCalls = 8
	}
	if c.MaxArgumentBytes == 0 {
		c.MaxArgumentBytes = 32 << 10
	}
	if c.BreakerAfter == 0 {
		c.BreakerAfter = 5
	}
	if c.BreakerFor == 0 {
		c.BreakerFor = 30 * time.Second
	}
	if c.Pause == 0 {
		c.Pause = 500 * time.Millisecond
	}
	if c.now == nil {
		c.now = time.Now
	}
	return c
}

// Validate reports the first field that makes no sense, as VALIDATION_ERROR.
func (c Config) Validate() error {
	u, err := url.Parse(c.BaseURL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return fault.New(fault.Validation, "The model's base URL is not an http or https address.").
			WithHint("Set openai_base_url, for example to http://127.0.0.1:11434/v1.")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return fault.New(fault.Validation, "The model's base URL has more in it than an address and a path.").
			WithHint("Put the key into openai_api_key and leave user, query and fragment out of openai_base_url.")
	case c.Model == "":
		return fault.New(fault.Validation, "No model is named.").WithHint("Set model to a name the endpoint knows.")
	case strings.ContainsAny(c.Key, "\r\n \t"):
		return fault.New(fault.Validation, "The model's key has a space or a line break in it.").WithHint("Set openai_api_key to the key alone.")
	case c.Timeout < 0 || c.Retries < -1 || c.MaxResponseBytes < 1 || c.MaxCalls < 1 || c.MaxArgumentBytes < 1 ||
		c.BreakerAfter < 1 || c.BreakerFor < 0 || c.Pause < 0 || c.PriceIn < 0 || c.PriceOut < 0:
		return fault.New(fault.Validation, "A number in the model's configuration is out of range.").
			WithHint("Leave it out to get the default.")
	}
	return nil
}
