package executor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// stop is why a process was killed by its own parent.
type stop struct {
	watchdog  bool
	destroyed bool
	// cause is that of the context that ended.
	cause error
}

// Ending is everything known about a conversation that did not end well.
type Ending struct {
	// Mode is the sandbox's.
	Mode protocol.QueryType
	// Preparing says that the runner was not ready yet.
	Preparing bool
	// Response is set when the runner's answer could be read.
	Response *protocol.Response
	// ReadErr is why it could not.
	ReadErr error
	// Exit is valid when Exited.
	Exit   Exit
	Exited bool
	Stderr string
	// Limits and Timeout are those of the run, for the message.
	Limits  Limits
	Timeout time.Duration

	stop *stop
}

// Classify maps the end of a sandbox to a fault. It never returns nil. The
// order is the decision:
//
//  1. The runner said what went wrong: its fault, if a runner may say that.
//  2. The deadline's watchdog killed it: Timeout (Unavailable while it was
//     still starting, when no query is to blame).
//  3. It answered with more than it may: ResourceExceeded.
//  4. The kernel refused it more memory, space or threads: ResourceExceeded.
//  5. The machine it ran on was lost, or taken away: Unavailable.
//  6. The caller gave up, or destroyed it: Cancelled (Timeout if the caller's
//     own deadline passed).
//  7. The interpreter of a Python run ended by itself, without an answer:
//     PythonExecution, because code can bring that about.
//  8. Everything else, including every exit code and every answer that is not
//     one: Internal.
//
// An exit code alone never decides: 137 is what a watchdog, the kernel and a
// stranger's kill all look like.
func Classify(e Ending) *fault.Fault {
	if f := e.reported(); f != nil {
		return f
	}
	cause := e.cause()
	switch {
	case e.stop != nil && e.stop.watchdog && e.Preparing:
		return fault.Wrap(cause, fault.Unavailable, "The sandbox did not start in time.").
			WithHint("This machine may be overloaded. Try again in a moment.")
	case e.stop != nil && e.stop.watchdog:
		return timeout(cause, e.Timeout)
	case errors.Is(e.ReadErr, protocol.ErrOutputCap) && !e.Preparing:
		return fault.Wrap(cause, fault.ResourceExceeded, "The result is larger than this run may return (%s).", bytesText(e.Limits.MaxOutput)).
			WithHint("Ask for fewer rows or columns, or aggregate.").With("limit", "max_output_bytes")
	case e.Exit.OOM:
		return fault.Wrap(cause, fault.ResourceExceeded, "This needs more memory than a run may use%s.", parens(e.Limits.Memory)).
			WithHint("Filter earlier, aggregate, or return fewer and shorter values.").With("limit", "memory_mb")
	case e.Exited && e.Exit.Lost:
		return fault.Wrap(cause, fault.Unavailable, "The machine that ran this was lost before it could answer.").
			WithHint("Ask again: it runs on another one.")
	case exhausted(e.Stderr) != "":
		return fault.Wrap(cause, fault.ResourceExceeded, "The run was stopped because %s.", exhausted(e.Stderr)).
			WithHint("Filter earlier, aggregate, or return fewer and shorter values.")
	case e.stop != nil && errors.Is(e.stop.cause, context.DeadlineExceeded):
		return timeout(cause, e.Timeout)
	case e.stop != nil:
		return fault.Wrap(cause, fault.Cancelled, "The run was cancelled.").WithHint("Ask again to run it from the start.")
	}
	if e.Mode == protocol.Python && !e.Preparing && e.Exited && e.Exit.Code >= 0 && e.Exit.Code != killed {
		return fault.Wrap(cause, fault.PythonExecution, "The code ended the Python interpreter before it could answer.").
			WithHint("Code that nests calls or objects very deeply, or uses a library in a way it was not made for, can do that. Simplify it.")
	}
	return fault.Wrap(cause, fault.Internal, "The sandbox ended without an answer.").
		WithHint("Try again. If it happens again, an administrator finds the cause in Leo's log.")
}

// killed is the exit code of a process that got SIGKILL, which no code gives
// itself in here.
const killed = 128 + 9

func timeout(cause error, budget time.Duration) *fault.Fault {
	within := ""
	if budget > 0 {
		within = fmt.Sprintf(" within %v", budget)
	}
	return fault.Wrap(cause, fault.Timeout, "The run did not finish%s and was stopped.", within).
		WithHint("Filter or aggregate more, or allow the run more time.")
}

func parens(bytes int64) string {
	if bytes == 0 {
		return ""
	}
	return " (" + bytesText(bytes) + ")"
}

// reported is the fault in the runner's own words, or nil. What a runner says is
// untrusted: a code that is none of its business, such as one that would make a
// client sign in again, is not passed on.
func (e Ending) reported() *fault.Fault {
	var f *fault.Fault
	switch {
	case e.Response != nil && e.Response.Status == protocol.Error:
		f = e.Response.Error
	case e.Preparing && errors.As(e.ReadErr, &f):
	default:
		return nil
	}
	if slices.Contains(runnerCodes(), f.Code) {
		return f
	}
	return fault.Wrap(f, fault.Internal, "The sandbox reported a failure that it cannot have.").
		WithHint("Try again. If it happens again, an administrator finds the cause in Leo's log.")
}

// runnerCodes are the faults that can happen inside a sandbox.
func runnerCodes() []fault.Code {
	return []fault.Code{
		fault.Validation, fault.SQLPolicy, fault.PythonPolicy, fault.PythonExecution,
		fault.Timeout, fault.ResourceExceeded, fault.Internal, fault.Query, fault.NotFound,
		fault.FeatureDisabled, fault.PayloadTooLarge,
	}
}

// exhausted recognises the last words of a process that ran into one of its own
// limits rather than into the kernel's killer, which is what happens where no
// cgroup bounds it. The words are untrusted, and all they can do is turn one
// failure into another.
func exhausted(stderr string) string {
	for _, sign := range []struct{ text, what string }{
		{"out of memory", "it needs more memory than it may use"},
		{"cannot allocate memory", "it needs more memory than it may use"},
		{"bad_alloc", "it needs more memory than it may use"},
		// Where Go's collector does not look whether it got the memory it asked
		// for, and crashes instead of saying so.
		{"runtime.(*spanQueue).tryDrain", "it needs more memory than it may use"},
		{"failed to create new OS thread", "it needs more threads than it may use"},
		{"pthread_create failed", "it needs more threads than it may use"},
	} {
		if strings.Contains(stderr, sign.text) {
			return sign.what
		}
	}
	return ""
}

// cause collects the technical facts for the log.
func (e Ending) cause() error {
	errs := []error{e.ReadErr}
	if e.stop != nil && e.stop.cause != nil {
		errs = append(errs, e.stop.cause)
	}
	if e.Exited {
		errs = append(errs, fmt.Errorf("exit code %d", e.Exit.Code), e.Exit.Err)
	}
	if text := strings.TrimSpace(e.Stderr); text != "" {
		errs = append(errs, fmt.Errorf("standard error: %q", excerpt(text)))
	}
	return errors.Join(errs...)
}

// excerpt keeps both ends of a long text: a crash says what happened at the
// beginning, a complaint at the end.
func excerpt(text string) string {
	const keep = 1000
	if len(text) <= 2*keep {
		return text
	}
	return text[:keep] + " … " + text[len(text)-keep:]
}
