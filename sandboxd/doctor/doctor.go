package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/shared/fault"
)

const (
	// checkTimeout bounds one check: a machine that needs longer has failed it.
	checkTimeout = 30 * time.Second
	// atOnce is how many checks run side by side.
	atOnce = 3
)

// Check is one question and its answer.
type Check struct {
	// Layer is the part of the protection that was asked, Name what must hold.
	Layer string
	Name  string
	// Passed says that it holds. A check that was Skipped did not pass; Detail
	// then says why it could not be made.
	Passed  bool
	Skipped bool
	// Detail is what was found; what went wrong where it failed.
	Detail string
	Took   time.Duration
}

// Failed reports whether the check was made and does not hold.
func (c Check) Failed() bool { return !c.Passed && !c.Skipped }

// MarshalJSON writes the time in milliseconds.
func (c Check) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{
		"layer": c.Layer, "name": c.Name, "passed": c.Passed, "skipped": c.Skipped, "detail": c.Detail,
		"took_ms": float64(c.Took.Microseconds()) / 1000,
	})
}

// Options adjust an examination.
type Options struct {
	// Dir is where the doctor's datasets lie meanwhile; default the system's
	// temporary directory. An executor must be able to mount from it.
	Dir string
	// Extra are checks of the caller's own, made after the others and before the
	// last look for leftovers.
	Extra []Extra
}

// Extra is a check that somebody adds.
type Extra struct {
	Layer, Name string
	// Run returns what was found, an error that says what does not hold, or one
	// made by [Skip]. What it prepares through the given executor is looked for
	// afterwards.
	Run func(ctx context.Context, exec executor.Executor) (detail string, err error)
}

// Skip is the error of a check that cannot be made here, and why.
func Skip(format string, args ...any) error { return skipped(fmt.Sprintf(format, args...)) }

type skipped string

func (s skipped) Error() string { return string(s) }

// Run examines an executor and returns all checks in a fixed order, whatever they
// found. It fails only when it could not begin, or when ctx ended. The executor
// stays open; everything else Run made is gone afterwards.
func Run(ctx context.Context, exec executor.Executor, opts Options) (checks []Check, err error) {
	e, err := admit(ctx, exec, opts)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.dismiss()) }()
	exams := e.exams()
	checks = make([]Check, len(exams))
	// What measures time, or looks at what is left, runs alone.
	var together errgroup.Group
	together.SetLimit(atOnce)
	for i, x := range exams {
		if !x.alone {
			together.Go(func() error {
				checks[i] = x.check(ctx)
				return nil
			})
		}
	}
	_ = together.Wait() // it has no errors of its own
	for i, x := range exams {
		if x.alone {
			checks[i] = x.check(ctx)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, fault.Wrap(err, fault.Cancelled, "The examination was stopped.")
	}
	return checks, nil
}

// exam is how one check is made.
type exam struct {
	layer, name string
	alone       bool
	run         func(ctx context.Context) (detail string, err error)
}

// check makes it.
func (x exam) check(ctx context.Context) (c Check) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	began := time.Now()
	c = Check{Layer: x.layer, Name: x.name}
	defer func() {
		if r := recover(); r != nil {
			c.Passed, c.Detail = false, fmt.Sprintf("the check itself failed: %v\n%s", r, debug.Stack())
		}
		c.Took = time.Since(began)
	}()
	detail, err := x.run(ctx)
	var why skipped
	switch {
	case errors.As(err, &why):
		c.Skipped, c.Detail = true, string(why)
	case err != nil:
		c.Detail = reason(err)
	default:
		c.Passed, c.Detail = true, detail
	}
	return c
}

// reason is an error with its cause: the doctor's reader is an administrator.
func reason(err error) string {
	var f *fault.Fault
	if errors.As(err, &f) && f.Unwrap() != nil {
		return fmt.Sprintf("%v (%v)", err, f.Unwrap())
	}
	return err.Error()
}

// exams lists every check in the order in which they are shown.
func (e *examination) exams() []exam {
	all := append(e.isolation(), e.statements()...)
	all = append(all, e.limits()...)
	for _, x := range e.opts.Extra {
		all = append(all, exam{x.Layer, x.Name, true, func(ctx context.Context) (string, error) { return x.Run(ctx, e.exec) }})
	}
	return append(all, e.aftermath()...)
}

// scratch makes a directory below parent that sandboxes may look into.
func scratch(parent, pattern string) (string, error) {
	dir, err := os.MkdirTemp(parent, pattern)
	if err != nil {
		return "", fault.Wrap(err, fault.Validation, "The doctor cannot make a directory in %s.", parent).
			WithHint("Choose a place Leo may write to with --data-dir.")
	}
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // sandboxes run as another user
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	return dir, nil
}
