package compile

import (
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
)

// invalid returns a fault about the part of the plan at path.
func invalid(path plan.Path, format string, args ...any) *fault.Fault {
	return fault.New(fault.Validation, format, args...).With("path", string(path))
}

// suggest adds the candidate that was probably meant, or the list when it is
// short enough to read.
func suggest(f *fault.Fault, name string, candidates []string) *fault.Fault {
	if near := catalog.Nearest(name, candidates); near != "" {
		return f.With("did_you_mean", near).WithHint("Did you mean %q?", near)
	}
	if len(candidates) > 0 && len(candidates) <= 12 {
		return f.WithHint("There are %s.", strings.Join(candidates, ", "))
	}
	return f
}

// clip shortens text from outside that is repeated in a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// holdings says what values of a type are, after "it holds".
func holdings(t catalog.Type) string {
	switch t {
	case catalog.Integer, catalog.Decimal:
		return "numbers"
	case catalog.Text:
		return "text"
	case catalog.Boolean:
		return "true and false"
	case catalog.Date:
		return "dates"
	case catalog.Timestamp:
		return "dates with a time"
	case catalog.Time:
		return "times of day"
	}
	return "values of a special type"
}

// subject names an expression in a message: by its column, if it is one.
func subject(e *expr) string {
	if c, ok := e.node.(column); ok {
		return c.col.Name
	}
	if e.name != "" {
		return e.name
	}
	return "This value"
}
