package main

import (
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// sameRows compares two previews; sums of floating-point numbers depend on their
// order.
func sameRows(t *testing.T, got, want [][]any) {
	t.Helper()
	same := len(got) == len(want)
	for i := 0; same && i < len(got); i++ {
		for j := range got[i] {
			a, b := fmt.Sprint(got[i][j]), fmt.Sprint(want[i][j])
			x, errX := strconv.ParseFloat(a, 64)
			y, errY := strconv.ParseFloat(b, 64)
			same = same && (a == b || errX == nil && errY == nil && math.Abs(x-y) <= 1e-9*math.Abs(y))
		}
	}
	if !same {
		t.Errorf("rows are %v, want %v", got, want)
	}
}

// withPython switches Python on.
func withPython(tb testing.TB) func(*config.Config) {
	tb.Helper()
	root := executortest.PythonRoot(tb)
	return func(c *config.Config) { c.Python, c.PythonRoot = true, root }
}

func TestPythonIsOffUnlessSwitchedOn(t *testing.T) {
	c := shared(t).ask(t, map[string]any{"dataset_id": "ecommerce", "python": "result = 1"})
	if c.Error == nil || c.Error.Code != fault.FeatureDisabled || !strings.Contains(c.Error.Hint, "LEO_PYTHON") {
		t.Errorf("ended as %s: %v", c.Status, c.Error)
	}
}

func TestPythonGoesTheSameWayAsSQL(t *testing.T) {
	l := start(t, withPython(t))
	code := `by_status = orders.groupby("status", as_index=False)["total"].sum().sort_values("status")
print("statuses:", len(by_status))
result_df = by_status`
	c := l.ask(t, map[string]any{"dataset_id": "ecommerce", "python": code})
	if c.Status != run.Succeeded || c.QueryType != "python" || c.PythonCode != code || c.CompiledSQL != "" {
		t.Fatalf("ended as %s: %+v", c.Status, c.Error)
	}
	if !strings.HasPrefix(c.Stdout, "statuses: ") || c.Answer == nil || c.Trust == nil {
		t.Fatalf("printed %q, answer %+v", c.Stdout, c.Answer)
	}
	if check := c.Trust.Checks[0]; check.Name != "python_policy" || check.Outcome != "pass" {
		t.Errorf("the first check is %+v", check)
	}
	same := l.ask(t, map[string]any{"dataset_id": "ecommerce", "sql": "SELECT status, sum(total) AS total FROM orders GROUP BY status ORDER BY status"})
	sameRows(t, c.Preview.Rows, same.Preview.Rows)
	t.Run("a second run needs no new copy of the tables", func(t *testing.T) {
		again := l.ask(t, map[string]any{"dataset_id": "ecommerce", "python": "result = len(orders)"})
		if again.Status != run.Succeeded || again.Preview.Rows[0][0] == nil {
			t.Errorf("ended as %s: %+v", again.Status, again.Error)
		}
	})
	t.Run("a reproduction runs the same code", func(t *testing.T) {
		var accepted struct {
			RunID string `json:"run_id"`
		}
		if err := l.call(t.Context(), http.MethodPost, "/api/v1/runs/"+c.RunID+"/reproduce", nil, &accepted); err != nil {
			t.Fatal(err)
		}
		r := l.finish(t, accepted.RunID)
		if r.PythonCode != code {
			t.Errorf("reproduced as %s with %q", r.Status, r.PythonCode)
		}
		sameRows(t, r.Preview.Rows, c.Preview.Rows)
	})
	t.Run("failures say what and where", func(t *testing.T) { pythonFailures(t, l) })
	t.Run("a memory bomb ends its own run and no other", func(t *testing.T) {
		got := l.ask(t, map[string]any{"dataset_id": "ecommerce", "python": "import numpy as np\nresult = float(np.ones(400_000_000).sum())"})
		if got.Error == nil || got.Error.Code != fault.ResourceExceeded {
			t.Errorf("ended as %s: %v", got.Status, got.Error)
		}
		if after := l.ask(t, map[string]any{"dataset_id": "ecommerce", "python": "result = 7"}); after.Status != run.Succeeded {
			t.Errorf("the next run ended as %s: %v", after.Status, after.Error)
		}
	})
	t.Run("printing without a table is an answer", func(t *testing.T) {
		got := l.ask(t, map[string]any{"dataset_id": "ecommerce", "python": "print('hello')"})
		if got.Status != run.Succeeded || got.Stdout != "hello\n" || !strings.Contains(got.Answer.Text, "printed") {
			t.Errorf("ended as %s: %v, printed %q", got.Status, got.Error, got.Stdout)
		}
	})
	t.Run("the command line runs a file", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "report.py")
		if err := os.WriteFile(file, []byte("print('two\\x1b[31m\\nlines')\nresult = len(tickets)"), 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, errs := l.cli(t, "ask", "-d", "support", "--python", file)
		if code != 0 || !strings.Contains(out, "two [31m\nlines\n") || !strings.Contains(out, "25232") {
			t.Errorf("exit %d\n%s\n%s", code, out, errs)
		}
	})
}

func pythonFailures(t *testing.T, l *testLeo) {
	t.Helper()
	for _, bad := range []struct {
		code   string
		status run.Status
		fault  fault.Code
		says   string
	}{
		{"import os\nresult = os.listdir('/')", run.Rejected, fault.PythonPolicy, "os"},
		{"result = open('/etc/passwd').read()", run.Rejected, fault.PythonPolicy, "open"},
		{"result = orders['citty'].sum()", run.Failed, fault.PythonExecution, "citty"},
		{"result = 1 +", run.Failed, fault.PythonExecution, "line 1"},
		{"x = ()\nfor _ in range(200_000):\n    x = map(None, x)\nresult = list(x)", run.Failed, fault.PythonExecution, "interpreter"},
		{"while True:\n    pass", run.Failed, fault.Timeout, ""},
	} {
		body := map[string]any{"dataset_id": "ecommerce", "python": bad.code}
		if bad.fault == fault.Timeout {
			body["limits"] = map[string]any{"timeout_ms": 1500}
		}
		got := l.ask(t, body)
		if got.Status != bad.status || got.Error == nil || got.Error.Code != bad.fault || !strings.Contains(got.Error.Message, bad.says) {
			t.Errorf("%q ended as %s: %v, want %s %s with %q", bad.code, got.Status, got.Error, bad.status, bad.fault, bad.says)
		}
	}
}

// The first Python run over a dataset lays its tables out for all that wait.
func TestCancellingTheFirstPythonRunLeavesTheOthersAlone(t *testing.T) {
	l := start(t, withPython(t))
	ids := make([]string, 3)
	for i := range ids {
		var accepted struct {
			RunID string `json:"run_id"`
		}
		body := map[string]any{"dataset_id": "sensors", "python": "result = len(dfs)"}
		if err := l.call(t.Context(), http.MethodPost, "/api/v1/runs", body, &accepted); err != nil {
			t.Fatal(err)
		}
		ids[i] = accepted.RunID
	}
	if err := l.call(t.Context(), http.MethodPost, "/api/v1/runs/"+ids[0]+"/cancel", nil, nil); err != nil {
		t.Fatal(err)
	}
	for i, id := range ids {
		c := l.finish(t, id)
		if i > 0 && c.Status != run.Succeeded {
			t.Errorf("run %d ended as %s: %v", i+1, c.Status, c.Error)
		}
	}
	if left := l.leftovers(t); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
