package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

func TestBadRequestsGetOneClearFault(t *testing.T) {
	l := shared(t)
	long := strings.Repeat("how many orders ", 6400) // 100 KB
	for name, c := range map[string]struct {
		body any
		code fault.Code
		says string
	}{
		"unknown dataset":      {map[string]any{"dataset_id": "ecomerce", "question": "x"}, fault.NotFound, "ecommerce"},
		"no dataset":           {map[string]any{"question": "x"}, fault.Validation, "dataset"},
		"empty question":       {map[string]any{"dataset_id": "ecommerce", "question": "  "}, fault.Validation, ""},
		"100 KB question":      {map[string]any{"dataset_id": "ecommerce", "question": long}, fault.Validation, "8192"},
		"nothing asked":        {map[string]any{"dataset_id": "ecommerce"}, fault.Validation, "question"},
		"two things asked":     {map[string]any{"dataset_id": "ecommerce", "question": "x", "sql": "SELECT 1"}, fault.Validation, ""},
		"unknown plan field":   {map[string]any{"dataset_id": "ecommerce", "plan": map[string]any{"table": "orders", "selct": []any{}}}, fault.Validation, "select"},
		"unknown field":        {map[string]any{"dataset_id": "ecommerce", "question": "x", "limit": 5}, fault.Validation, "limits"},
		"not JSON":             {json.RawMessage(`{"dataset_id": `), fault.Validation, ""},
		"a limit out of reach": {map[string]any{"dataset_id": "ecommerce", "question": "x", "limits": map[string]any{"max_rows": 1 << 30}}, fault.Validation, "max_rows"},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			if raw, ok := c.body.(json.RawMessage); ok {
				var resp *http.Response
				resp, err = l.send(t.Context(), http.MethodPost, "/api/v1/runs", bytes.NewReader(raw), "application/json")
				if err == nil {
					err = resp.Body.Close()
				}
			} else {
				err = l.call(t.Context(), http.MethodPost, "/api/v1/runs", c.body, nil)
			}
			f := fault.From(err)
			if f == nil || f.Code != c.code || f.Message == "" || f.Hint == "" || !strings.Contains(fmt.Sprint(f.Message, f.Hint, f.Details), c.says) {
				t.Errorf("got %v, hint %q, details %v; want %s and %q", f, f.Hint, f.Details, c.code, c.says)
			}
		})
	}
}

func TestBadStatementsEndAsRejectedOrFailedWithAHint(t *testing.T) {
	l := shared(t)
	for name, c := range map[string]struct {
		body   map[string]any
		status run.Status
		code   fault.Code
		says   string
	}{
		"SQL that writes":            {map[string]any{"sql": "DELETE FROM orders"}, run.Rejected, fault.SQLPolicy, ""},
		"SQL that reads a file":      {map[string]any{"sql": "SELECT * FROM read_csv('/etc/passwd')"}, run.Rejected, fault.SQLPolicy, "read_csv"},
		"SQL that names a file":      {map[string]any{"sql": "SELECT * FROM '/etc/passwd'"}, run.Rejected, fault.SQLPolicy, ""},
		"two statements":             {map[string]any{"sql": "SELECT 1; SELECT 2"}, run.Rejected, fault.SQLPolicy, "one statement"},
		"SQL that does not parse":    {map[string]any{"sql": "SELEC 1"}, run.Failed, fault.Query, ""},
		"a column that is not there": {map[string]any{"sql": "SELECT totl FROM orders"}, run.Failed, fault.Query, "total"},
		"a plan with a wrong column": {map[string]any{"plan": map[string]any{"table": "orders", "select": []any{map[string]any{"agg": "sum", "column": "totl"}}}}, run.Rejected, fault.Validation, "total"},
		"an unknown table":           {map[string]any{"plan": map[string]any{"table": "oders", "select": []any{"total"}}}, run.Rejected, fault.Validation, "orders"},
		"a wide dump": {map[string]any{"plan": map[string]any{"table": "order_items", "select": []any{
			"item_id", "order_id", "product_id", "category", "quantity", "price", "discount",
			map[string]any{"column": "price", "as": "p2"},
		}}}, run.Rejected, fault.Validation, "limit"},
		"Python, which is off":     {map[string]any{"python": "1"}, run.Rejected, fault.FeatureDisabled, ""},
		"words nobody understands": {map[string]any{"question": "frobnicate the quuxes"}, run.Rejected, fault.Validation, "frobnicate"},
		"too slow": {map[string]any{
			"sql":    "SELECT count(*) FROM orders a, orders b, orders c WHERE a.total + b.total > c.total",
			"limits": map[string]any{"timeout_ms": 500},
		}, run.Failed, fault.Timeout, ""},
		"too much memory": {map[string]any{"sql": "SELECT length(string_agg(a.status || b.status, '')) FROM orders a, orders b", "limits": map[string]any{"timeout_ms": 30000}}, run.Failed, fault.ResourceExceeded, ""},
	} {
		t.Run(name, func(t *testing.T) {
			body := map[string]any{"dataset_id": "ecommerce"}
			for k, v := range c.body {
				body[k] = v
			}
			got := l.ask(t, body)
			if got.Status != c.status || got.Error == nil || got.Error.Code != c.code || got.Error.Hint == "" ||
				!strings.Contains(fmt.Sprint(got.Error.Message, got.Error.Hint, got.Error.Details), c.says) {
				t.Errorf("status %s, error %v, hint %q, details %v; want %s %s %q", got.Status, got.Error, got.Error.Hint, got.Error.Details, c.status, c.code, c.says)
			}
		})
	}
	if left := l.leftovers(t); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestTheCommandLineSaysTheSameFaults(t *testing.T) {
	l := shared(t)
	for name, c := range map[string]struct {
		args []string
		exit int
		says string
	}{
		"unknown dataset":           {[]string{"ask", "-d", "ecomerce", "x"}, 2, `"ecommerce"`},
		"SQL that writes":           {[]string{"ask", "-d", "ecommerce", "--sql", "DROP TABLE orders"}, 3, "SQL_POLICY_VIOLATION"},
		"no dataset":                {[]string{"ask", "x"}, 2, "leo dataset list"},
		"two questions":             {[]string{"ask", "-d", "ecommerce", "x", "--sql", "SELECT 1"}, 2, "exactly one"},
		"unknown flag":              {[]string{"ask", "--nope"}, 2, "--help"},
		"unknown command":           {[]string{"aks"}, 2, "VALIDATION_ERROR"},
		"missing file":              {[]string{"dataset", "add", "/does/not/exist.csv"}, 2, "NOT_FOUND"},
		"a directory":               {[]string{"dataset", "add", "."}, 2, "directory"},
		"not a capsule":             {[]string{"capsule", "verify", "go.mod"}, 2, "VALIDATION_ERROR"},
		"no such run":               {[]string{"replay", "nope", "--since", "yesterday"}, 2, "not a time"},
		"a suite that is not there": {[]string{"eval", "--suite", "/does/not/exist"}, 2, "NOT_FOUND"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := l.cli(t, c.args...)
			if code != c.exit || !strings.Contains(errs, c.says) {
				t.Errorf("exit %d, want %d and %q\n%s%s", code, c.exit, c.says, out, errs)
			}
		})
	}
}

// csvFile writes a file for an upload.
func csvFile(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOwnFilesBecomeDatasetsOrAClearFault(t *testing.T) {
	l := shared(t)
	for name, c := range map[string]struct {
		data []byte
		exit int
		says string
	}{
		"a good file":       {[]byte("city,people\nOslo,700000\nLima,9700000\n"), 0, "2 rows"},
		"semicolons":        {[]byte("city;people\nOslo;1,5\nLima;2,5\n"), 0, "2 rows"},
		"ragged":            {[]byte("a,b\n1,2\n1,2,3\n4,5\n6,7\n8,9\n"), 0, "line"},
		"Windows-1252":      {[]byte("name,n\nM\xfcller,1\nJos\xe9,2\n"), 0, "2 rows"},
		"only a header":     {[]byte("a,b,c\n"), 0, "0 rows"},
		"not CSV":           {append([]byte("PK\x03\x04"), bytes.Repeat([]byte{0, 1, 2, 3}, 500)...), 2, "VALIDATION_ERROR"},
		"an image":          {append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{0}, 500)...), 2, "VALIDATION_ERROR"},
		"nothing but zeros": {bytes.Repeat([]byte{0}, 5000), 2, "VALIDATION_ERROR"},
	} {
		t.Run(name, func(t *testing.T) {
			id := strings.ReplaceAll(strings.ToLower(name), " ", "_")
			code, out, errs := l.cli(t, "dataset", "add", "--id", id, csvFile(t, id+".csv", c.data))
			if code != c.exit || !strings.Contains(out+errs, c.says) {
				t.Errorf("exit %d, want %d and %q\n%s%s", code, c.exit, c.says, out, errs)
			}
		})
	}
	if left := l.leftovers(t); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAnUploadThatIsTooLargeIsRefusedAndLeavesNothing(t *testing.T) {
	l := start(t, func(c *config.Config) { c.Demo, c.MaxUpload = false, 1<<20 })
	big := csvFile(t, "big.csv", bytes.Repeat([]byte("1,2,3,4,5,6,7\n"), 200_000))
	code, _, errs := l.cli(t, "dataset", "add", big)
	if code != fault.PayloadTooLarge.ExitCode() || !strings.Contains(errs, "PAYLOAD_TOO_LARGE") {
		t.Errorf("exit %d\n%s", code, errs)
	}
	if code, out, _ := l.cli(t, "dataset", "list"); code != 0 || strings.Contains(out, "big") {
		t.Errorf("half a dataset:\n%s", out)
	}
	if left := l.leftovers(t); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAPortInUseIsSaid(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	var out, errs bytes.Buffer
	code := program(t.Context(), []string{"up", "--listen", l.Addr().String(), "--data-dir", t.TempDir()}, stdio{in: strings.NewReader(""), out: &out, err: &errs})
	if code != fault.Conflict.ExitCode() || !strings.Contains(errs.String(), "--listen") {
		t.Errorf("exit %d\n%s", code, &errs)
	}
}

func TestADataDirectoryInUseIsSaid(t *testing.T) {
	l := shared(t)
	var out, errs bytes.Buffer
	code := program(t.Context(), []string{"up", "--listen", "127.0.0.1:0", "--data-dir", l.dir}, stdio{in: strings.NewReader(""), out: &out, err: &errs})
	if code != fault.Conflict.ExitCode() || !strings.Contains(errs.String(), "in use") {
		t.Errorf("exit %d\n%s", code, &errs)
	}
}

func TestOtherAddressesNeedAToken(t *testing.T) {
	t.Setenv("LEO_RUNNER", executortest.RunnerBinary(t))
	var out, errs bytes.Buffer
	code := program(t.Context(), []string{"up", "--listen", "0.0.0.0:0", "--data-dir", t.TempDir(), "--executor", "native"}, stdio{in: strings.NewReader(""), out: &out, err: &errs})
	if code != fault.Validation.ExitCode() || !strings.Contains(errs.String(), "leo token create") {
		t.Errorf("exit %d\n%s", code, &errs)
	}
}

func TestStoppingARunCancelsIt(t *testing.T) {
	l := shared(t)
	var accepted struct {
		RunID string `json:"run_id"`
	}
	body := map[string]any{
		"dataset_id": "ecommerce", "limits": map[string]any{"timeout_ms": 60000},
		"sql": "SELECT count(*) FROM orders a, orders b, orders c WHERE a.total + b.total > c.total",
	}
	if err := l.call(t.Context(), http.MethodPost, "/api/v1/runs", body, &accepted); err != nil {
		t.Fatal(err)
	}
	stopped := false
	err := l.watch(t.Context(), accepted.RunID, func(name string, _ []byte) error {
		if name == "started" && !stopped {
			stopped = true
			return l.call(t.Context(), http.MethodPost, "/api/v1/runs/"+accepted.RunID+"/cancel", nil, nil)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c := l.finish(t, accepted.RunID)
	if c.Status != run.Cancelled || c.Error == nil || c.Error.Code != fault.Cancelled {
		t.Errorf("status %s, %v", c.Status, c.Error)
	}
	err = l.call(t.Context(), http.MethodPost, "/api/v1/runs/"+accepted.RunID+"/cancel", nil, nil)
	if fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a second stop: %v", err)
	}
}
