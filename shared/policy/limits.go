package policy

import (
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// Limits are the bounds of one deployment: what a run gets when it asks for
// nothing, and the most it can ask for.
type Limits struct {
	Default event.Limits `json:"default"`
	Max     event.Limits `json:"max"`
	// MaxQuestionBytes bounds the text of a question.
	MaxQuestionBytes int `json:"max_question_bytes"`
	// MaxStatementBytes bounds SQL and Python text and an encoded plan.
	MaxStatementBytes int `json:"max_statement_bytes"`
	// MaxSteps bounds the planned→executed rounds of one run.
	MaxSteps int `json:"max_steps"`
	// RunDeadlineMS is how long after it was asked the supervisor ends a run
	// that nothing else has ended, in milliseconds.
	RunDeadlineMS int `json:"run_deadline_ms"`
}

// DefaultLimits returns the limits of a deployment that configures none: 200
// rows and 10 s by default, 10 000 rows and 60 s at most, 512 MiB of memory.
func DefaultLimits() Limits {
	return Limits{
		Default: event.Limits{MaxRows: 200, TimeoutMS: 10_000, MaxOutputBytes: 8 << 20, MemoryMB: 512},
		Max:     event.Limits{MaxRows: 10_000, TimeoutMS: 60_000, MaxOutputBytes: 32 << 20, MemoryMB: 512},

		MaxQuestionBytes:  8 << 10,
		MaxStatementBytes: 64 << 10,
		MaxSteps:          6,
		RunDeadlineMS:     300_000,
	}
}

// Validate reports limits that cannot work as a VALIDATION_ERROR.
func (l Limits) Validate() error {
	for _, f := range []struct {
		name     string
		def, max int
	}{
		{"max_rows", l.Default.MaxRows, l.Max.MaxRows},
		{"timeout_ms", l.Default.TimeoutMS, l.Max.TimeoutMS},
		{"max_output_bytes", l.Default.MaxOutputBytes, l.Max.MaxOutputBytes},
		{"memory_mb", l.Default.MemoryMB, l.Max.MemoryMB},
	} {
		if f.def < 1 || f.max < f.def {
			return fault.New(fault.Validation, "The limit %s has the default %d and the maximum %d.", f.name, f.def, f.max).
				WithHint("The default must be at least 1 and not above the maximum.")
		}
	}
	if l.MaxQuestionBytes < 1 || l.MaxStatementBytes < 1 || l.MaxSteps < 1 || l.RunDeadlineMS < l.Max.TimeoutMS {
		return fault.New(fault.Validation, "The limits of a run are not usable.").
			WithHint("Sizes and steps must be at least 1 and run_deadline_ms at least the largest timeout_ms.")
	}
	return nil
}

// Clamp fills what a caller left at zero with the defaults. A value that is
// negative or above the maximum is refused with VALIDATION_ERROR rather than
// lowered silently, so nobody believes in a limit that is not in force.
func (l Limits) Clamp(asked event.Limits) (event.Limits, error) {
	got := asked
	for _, f := range []struct {
		name     string
		v        *int
		def, max int
	}{
		{"max_rows", &got.MaxRows, l.Default.MaxRows, l.Max.MaxRows},
		{"timeout_ms", &got.TimeoutMS, l.Default.TimeoutMS, l.Max.TimeoutMS},
		{"max_output_bytes", &got.MaxOutputBytes, l.Default.MaxOutputBytes, l.Max.MaxOutputBytes},
		{"memory_mb", &got.MemoryMB, l.Default.MemoryMB, l.Max.MemoryMB},
	} {
		switch {
		case *f.v == 0:
			*f.v = f.def
		case *f.v < 0 || *f.v > f.max:
			return event.Limits{}, fault.New(fault.Validation, "The limit %s is %d; it must be between 1 and %d.", f.name, *f.v, f.max).
				WithHint("Ask for less, or leave limits.%s out to get %d.", f.name, f.def).
				With("path", "/limits/"+f.name)
		}
	}
	return got, nil
}
