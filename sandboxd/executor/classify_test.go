package executor

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

func said(code fault.Code) *protocol.Response {
	return &protocol.Response{Status: protocol.Error, Error: fault.New(code, "said")}
}

func TestClassifyFollowsItsOrder(t *testing.T) {
	killed := Exit{Code: 137}
	oom := Exit{Code: 137, OOM: true}
	watchdog := &stop{watchdog: true}
	for name, c := range map[string]struct {
		end  Ending
		want fault.Code
	}{
		"the runner's word comes before the watchdog": {Ending{Response: said(fault.Query), stop: watchdog}, fault.Query},
		"the runner's word comes before the kernel":   {Ending{Response: said(fault.SQLPolicy), Exit: oom, Exited: true}, fault.SQLPolicy},
		"a runner cannot say who may sign in":         {Ending{Response: said(fault.Forbidden)}, fault.Internal},
		"a runner cannot say that a run was cancelled": {
			Ending{Response: said(fault.Cancelled)}, fault.Internal,
		},
		"the watchdog comes before the kernel": {Ending{ReadErr: io.EOF, stop: watchdog, Exit: oom, Exited: true}, fault.Timeout},
		"the watchdog while starting":          {Ending{Preparing: true, ReadErr: io.EOF, stop: watchdog}, fault.Unavailable},
		"the cap comes before the kernel":      {Ending{ReadErr: protocol.ErrOutputCap, Exit: oom, Exited: true}, fault.ResourceExceeded},
		"a flood while starting":               {Ending{Preparing: true, ReadErr: protocol.ErrOutputCap}, fault.Internal},
		"the kernel comes before the caller": {
			Ending{ReadErr: io.EOF, Exit: oom, Exited: true, stop: &stop{cause: context.Canceled}}, fault.ResourceExceeded,
		},
		"last words about memory": {
			Ending{ReadErr: io.EOF, Exit: Exit{Code: 2}, Exited: true, Stderr: "fatal error: runtime: out of memory"}, fault.ResourceExceeded,
		},
		"a collector that was refused memory": {
			Ending{ReadErr: io.EOF, Exit: Exit{Code: 2}, Exited: true, Stderr: "SIGSEGV: segmentation violation\n\ngoroutine 0 [idle]:\nruntime.(*spanQueue).tryDrain(0x0)"}, fault.ResourceExceeded,
		},
		"last words about threads": {
			Ending{ReadErr: io.EOF, Stderr: "runtime: failed to create new OS thread (have 60 already; errno=11)"}, fault.ResourceExceeded,
		},
		"the caller gave up":         {Ending{ReadErr: io.EOF, Exit: killed, Exited: true, stop: &stop{cause: context.Canceled}}, fault.Cancelled},
		"the caller's deadline":      {Ending{ReadErr: io.EOF, stop: &stop{cause: context.DeadlineExceeded}}, fault.Timeout},
		"the sandbox was destroyed":  {Ending{ReadErr: io.EOF, stop: &stop{destroyed: true}}, fault.Cancelled},
		"an exit code alone":         {Ending{ReadErr: io.EOF, Exit: killed, Exited: true}, fault.Internal},
		"a crash of the interpreter": {Ending{Mode: protocol.Python, ReadErr: io.EOF, Exit: Exit{Code: 139}, Exited: true}, fault.PythonExecution},
		"an interpreter that was killed": {
			Ending{Mode: protocol.Python, ReadErr: io.EOF, Exit: killed, Exited: true}, fault.Internal,
		},
		"a crash":                    {Ending{ReadErr: io.EOF, Exit: Exit{Code: 139}, Exited: true}, fault.Internal},
		"an answer that is not one":  {Ending{ReadErr: errors.New("decode response")}, fault.Internal},
		"a stage that did not build": {Ending{Preparing: true, ReadErr: io.EOF, Exit: Exit{Code: 125}, Exited: true}, fault.Internal},
		"a dataset that is not there": {
			Ending{Preparing: true, ReadErr: fault.New(fault.NotFound, "no dataset")}, fault.NotFound,
		},
	} {
		f := Classify(c.end)
		if f.Code != c.want {
			t.Errorf("%s: %v, want %s", name, f, c.want)
		}
		if f.Message == "" || (f.Hint == "" && f.Message != "said" && f.Message != "no dataset") {
			t.Errorf("%s: fault says %q and %q", name, f.Message, f.Hint)
		}
	}
}

func TestClassifyNamesTheLimitAndKeepsTheCause(t *testing.T) {
	f := Classify(Ending{ReadErr: io.EOF, Timeout: 1500 * time.Millisecond, stop: &stop{watchdog: true}, Stderr: "secret path"})
	if f.Message != "The run did not finish within 1.5s and was stopped." {
		t.Errorf("message is %q", f.Message)
	}
	if !errors.Is(f, io.EOF) {
		t.Error("the cause is lost")
	}
	f = Classify(Ending{ReadErr: io.EOF, Exit: Exit{OOM: true}, Exited: true, Limits: Limits{Memory: 512 << 20}})
	if f.Message != "This needs more memory than a run may use (512 MiB)." {
		t.Errorf("message is %q", f.Message)
	}
}

func TestExcerptKeepsBothEnds(t *testing.T) {
	long := "BEGIN" + string(make([]byte, 10_000)) + "END"
	got := excerpt(long)
	if len(got) > 2100 || got[:5] != "BEGIN" || got[len(got)-3:] != "END" {
		t.Errorf("excerpt of %d bytes is %d bytes: %.20q", len(long), len(got), got)
	}
}
