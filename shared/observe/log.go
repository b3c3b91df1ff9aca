package observe

import (
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/fault"
)

// Secrets are the attribute keys whose values are masked.
func Secrets() []string {
	return []string{"token", "password", "secret", "authorization", "api_key", "cookie"}
}

// NewLogger returns a logger that writes to w. level is debug, info, warn or
// error; format is text or json. Anything else is VALIDATION_ERROR.
func NewLogger(w io.Writer, level, format string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fault.New(fault.Validation, "There is no log level %q.", level).
			WithHint("Use debug, info, warn or error.")
	}
	opts := &slog.HandlerOptions{Level: l, ReplaceAttr: mask}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, opts)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, opts)), nil
	}
	return nil, fault.New(fault.Validation, "There is no log format %q.", format).WithHint("Use text or json.")
}

func mask(_ []string, a slog.Attr) slog.Attr {
	if slices.Contains(Secrets(), strings.ToLower(a.Key)) {
		return slog.String(a.Key, "***")
	}
	return a
}
