package executortest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

const outputCap = 64 << 10

// output is what is printed.
func (s *pythonSuite) output(t *testing.T) {
	resp, err := s.code(t, "import numpy as np\nprint('hello', 1)\nnp.array([1]) / 0")
	if err != nil {
		t.Fatal(err)
	}
	if resp.StdoutTrunc != "hello 1\n" || !strings.Contains(resp.StderrTrunc, "RuntimeWarning: divide by zero") {
		t.Errorf("stdout is %q, stderr %q", resp.StdoutTrunc, resp.StderrTrunc)
	}
	t.Run("alone it is an answer", func(t *testing.T) {
		resp, err := s.code(t, "print('only this')")
		if err != nil || len(resp.Columns) != 0 || resp.StdoutTrunc != "only this\n" {
			t.Errorf("%v: %+v", err, resp)
		}
	})
	t.Run("a flood is cut and says so", func(t *testing.T) {
		resp, err := s.code(t, "for i in range(300_000): print('x' * 100)\nresult = 1")
		if err != nil {
			t.Fatal(err)
		}
		if n := len(resp.StdoutTrunc); n > outputCap || n < outputCap/2 || !strings.Contains(resp.StdoutTrunc, "cut") {
			t.Errorf("%d bytes were kept, which end in %q", n, resp.StdoutTrunc[max(0, n-40):])
		}
	})
	t.Run("it is kept when the code fails", func(t *testing.T) {
		resp, err := s.code(t, "print('before')\n1 / 0")
		wantFault(t, err, fault.PythonExecution, "division")
		if resp == nil || resp.StdoutTrunc != "before\n" {
			t.Errorf("response is %+v", resp)
		}
	})
}

// atTheEnd runs for ever where so many more calls fit on the stack.
const atTheEnd = `
def loop():
    while True: pass
def f():
    try: left = f()
    except RecursionError: left = 0
    if left < %d: return left + 1
    while True:
        try: loop()
        except RecursionError: pass
f()`

// limits are what code can ask too much of.
func (s *pythonSuite) limits(t *testing.T) {
	short := executor.Limits{Timeout: 500 * time.Millisecond}
	for _, c := range []struct {
		name, source string
		limits       executor.Limits
		want         fault.Code
	}{
		{"a loop without an end", "while True: pass", short, fault.Timeout},
		{"one that catches everything", "while True:\n    try:\n        while True: pass\n    except BaseException: pass", short, fault.Timeout},
		{"one at the end of the stack", "def f():\n    try: return f()\n    except RecursionError: return f()\nf()", short, fault.Timeout},
		{"one below Python", "import re\nre.match('(a+)+$', 'a' * 60 + 'b')", short, fault.Timeout},
		{"a sort that takes too long", "while True: np.sort(np.random.rand(3_000_000))", short, fault.Timeout},
		{"a large array", "np.ones((60_000, 60_000))", executor.Limits{}, fault.ResourceExceeded},
		{"a list that grows", "x = [0]\nwhile True: x = x + x", executor.Limits{}, fault.ResourceExceeded},
		{"many small things", "x = []\nwhile True: x.append(bytearray(1 << 20))", executor.Limits{}, fault.ResourceExceeded},
		{"a large text", "x = 'a' * (1 << 34)", executor.Limits{}, fault.ResourceExceeded},
	} {
		t.Run(c.name, func(t *testing.T) {
			sandbox := s.prepare(t, c.limits)
			began := time.Now()
			_, _, err := sandbox.Run(t.Context(), program(c.source))
			took := time.Since(began)
			wantFault(t, err, c.want, "")
			if budget := c.limits.Timeout; budget > 0 && took > budget+lateness+s.Slow {
				t.Errorf("it took %v with a budget of %v", took, budget)
			}
		})
	}
	// Where the handler of the alarm fits on the stack, but not what it calls.
	for left := range 5 {
		t.Run(fmt.Sprintf("a loop %d calls before the end of the stack", left), func(t *testing.T) {
			_, _, err := s.prepare(t, short).Run(t.Context(), program(fmt.Sprintf(atTheEnd, left)))
			wantFault(t, err, fault.Timeout, "")
		})
	}
	t.Run("the next run is served", func(t *testing.T) {
		if got := s.answer(t, "result = len(orders)"); got != "result BIGINT [[4]]" {
			t.Errorf("got %s", got)
		}
	})
}

// preparation is what can be wrong with a dataset.
func (s *pythonSuite) preparation(t *testing.T) {
	for name, content := range map[string]map[string]string{
		"none": {"other": "x"}, "broken": {protocol.FramesName: strings.Repeat("broken", 5000)},
	} {
		_, err := s.exec.Prepare(t.Context(), executor.Spec{Mode: protocol.Python, DataDir: Dataset(t, content)})
		var f *fault.Fault
		if !errors.As(err, &f) || f.Hint == "" {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}
