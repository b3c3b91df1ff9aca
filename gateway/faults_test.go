package gateway_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/gateway"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestBadRequestsAreOneClearFaultEach(t *testing.T) {
	w := setup(t)
	id := w.ask("How many orders?")
	long := strings.Repeat("x", 9<<10)
	cases := []struct {
		name, method, path string
		body               any
		status             int
		code               fault.Code
		// message must contain this.
		says string
		opts []option
	}{
		{name: "unknown route", method: "GET", path: "/api/v1/nothing", status: 404, code: fault.NotFound, says: "/api/v1/nothing"},
		{name: "wrong method", method: "PUT", path: "/api/v1/runs", status: 404, code: fault.NotFound},
		{name: "no body", method: "POST", path: "/api/v1/runs", body: "", status: 400, code: fault.Validation, says: "no body"},
		{name: "not JSON", method: "POST", path: "/api/v1/runs", body: "{\n  \"dataset_id\": oops}", status: 400, code: fault.Validation, says: "not JSON"},
		{name: "two values", method: "POST", path: "/api/v1/runs", body: "{} {}", status: 400, code: fault.Validation, says: "not JSON"},
		{name: "a list", method: "POST", path: "/api/v1/runs", body: "[]", status: 400, code: fault.Validation},
		{name: "wrong type", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":7,"question":"?"}`, status: 400, code: fault.Validation, says: "/dataset_id"},
		{name: "wrong media type", method: "POST", path: "/api/v1/runs", body: `{}`, status: 400, code: fault.Validation, says: "text/plain", opts: []option{with("Content-Type", "text/plain")}},
		{name: "compressed", method: "POST", path: "/api/v1/runs", body: `{}`, status: 400, code: fault.Validation, says: "gzip", opts: []option{with("Content-Encoding", "gzip")}},
		{name: "unknown field", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"shop","qestion":"?"}`, status: 400, code: fault.Validation, says: `"qestion"`},
		{name: "unknown nested field", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"shop","question":"?","limits":{"maxrows":1}}`, status: 400, code: fault.Validation, says: `"maxrows"`},
		{name: "field in another case", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"shop","Question":"?"}`, status: 400, code: fault.Validation, says: `"Question"`},
		{name: "no dataset", method: "POST", path: "/api/v1/runs", body: `{"question":"?"}`, status: 400, code: fault.Validation},
		{name: "nothing asked", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"shop"}`, status: 400, code: fault.Validation, says: "asks nothing"},
		{name: "two things asked", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"shop","question":"?","sql":"SELECT 1"}`, status: 400, code: fault.Validation, says: "2 things"},
		{name: "empty question", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"shop","question":" \n "}`, status: 400, code: fault.Validation, says: "empty"},
		{name: "long question", method: "POST", path: "/api/v1/runs", body: map[string]string{"dataset_id": "shop", "question": long}, status: 400, code: fault.Validation, says: "8192"},
		{name: "question with a NUL", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"shop","question":"a\u0000b"}`, status: 400, code: fault.Validation},
		{name: "100 KB question", method: "POST", path: "/api/v1/runs", body: map[string]string{"dataset_id": "shop", "question": strings.Repeat("x", 100<<10)}, status: 400, code: fault.Validation},
		{name: "body too large", method: "POST", path: "/api/v1/runs", body: map[string]string{"dataset_id": "shop", "question": strings.Repeat("x", 300<<10)}, status: 413, code: fault.PayloadTooLarge},
		{name: "unknown dataset", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"shpo","question":"?"}`, status: 404, code: fault.NotFound, says: "shpo"},
		{name: "dataset id of another alphabet", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"local.>","question":"?"}`, status: 404, code: fault.NotFound},
		{name: "unknown plan field", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"shop","plan":{"table":"orders","filtrs":[]}}`, status: 400, code: fault.Validation, says: "filtrs"},
		{name: "plan of another dataset", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"shop","plan":{"dataset_id":"x","table":"orders","select":[{"agg":"count"}]}}`, status: 400, code: fault.Validation},
		{name: "plan that is a list", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"shop","plan":[]}`, status: 400, code: fault.Validation},
		{name: "limits too high", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"shop","question":"?","limits":{"max_rows":10001}}`, status: 400, code: fault.Validation, says: "max_rows"},
		{name: "bad clock", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"shop","question":"?","as_of":"yesterday"}`, status: 400, code: fault.Validation, says: "yesterday"},
		{name: "bad thread", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"shop","question":"?","thread_id":"a.b"}`, status: 400, code: fault.Validation},
		{name: "unknown parent", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"shop","question":"?","parent_run_id":"nope"}`, status: 404, code: fault.NotFound},
		{name: "long idempotency key", method: "POST", path: "/api/v1/runs", body: `{"dataset_id":"shop","question":"?"}`, status: 400, code: fault.Validation, opts: []option{with("Idempotency-Key", strings.Repeat("k", 201))}},
		{name: "unknown run", method: "GET", path: "/api/v1/runs/nope", status: 404, code: fault.NotFound},
		{name: "run id with a wildcard", method: "GET", path: "/api/v1/runs/*", status: 404, code: fault.NotFound},
		{name: "run id that selects all", method: "GET", path: "/api/v1/runs/%3E", status: 404, code: fault.NotFound},
		{name: "unknown status", method: "GET", path: "/api/v1/runs?status=done", status: 400, code: fault.Validation, says: "done"},
		{name: "bad limit", method: "GET", path: "/api/v1/runs?limit=-1", status: 400, code: fault.Validation},
		{name: "limit too high", method: "GET", path: "/api/v1/runs?limit=201", status: 400, code: fault.Validation},
		{name: "bad cursor", method: "GET", path: "/api/v1/runs?cursor=%21", status: 400, code: fault.Validation},
		{name: "result of a run under way", method: "GET", path: "/api/v1/runs/" + id + "/result.csv", status: 409, code: fault.Conflict},
		{name: "result in another format", method: "GET", path: "/api/v1/runs/" + id + "/result.xlsx", status: 404, code: fault.NotFound},
		{name: "reproduce before a plan", method: "POST", path: "/api/v1/runs/" + id + "/reproduce", status: 409, code: fault.Conflict},
		{name: "token with a bad role", method: "POST", path: "/api/v1/tokens", body: `{"name":"x","role":"root"}`, status: 400, code: fault.Validation, says: "root"},
		{name: "token without a name", method: "POST", path: "/api/v1/tokens", body: `{"role":"viewer"}`, status: 400, code: fault.Validation},
		{name: "token with a bad end", method: "POST", path: "/api/v1/tokens", body: `{"name":"x","role":"viewer","expires_in":"-1h"}`, status: 400, code: fault.Validation},
		{name: "unknown token", method: "DELETE", path: "/api/v1/tokens/nope", status: 404, code: fault.NotFound},
		{name: "unknown dataset's schema", method: "GET", path: "/api/v1/datasets/nope/schema", status: 404, code: fault.NotFound},
		{name: "upload that is no form", method: "POST", path: "/api/v1/datasets", body: `{}`, status: 400, code: fault.Validation},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := *w
			w.t = t
			r := w.want(w.do(c.method, c.path, c.body, c.opts...), c.status, c.code)
			if f := r.fault(); !strings.Contains(f.Message, c.says) {
				t.Errorf("message %q does not say %q", f.Message, c.says)
			}
			if id := r.Header.Get("X-Request-Id"); id == "" || !strings.Contains(string(r.body), id) {
				t.Errorf("request id %q is not in %s", id, r.body)
			}
		})
	}
	var list struct{ Runs []any }
	w.do("GET", "/api/v1/runs", nil).into(t, &list)
	if len(list.Runs) != 1 {
		t.Errorf("%d runs after bad requests, want the 1 good one", len(list.Runs))
	}
}

func TestFaultsNameWhatWasMeant(t *testing.T) {
	w := setup(t)
	for body, want := range map[string]string{
		`{"dataset_id":"shop","qestion":"?"}`:                                      "question",
		`{"dataset_id":"shop","question":"?","limits":{"maxrows":1}}`:              "max_rows",
		`{"dataset_id":"shpo","question":"?"}`:                                     "shop",
		`{"dataset_id":"shop","plan":{"table":"orders","filtrs":[]}}`:              "filters",
		`{"dataset_id":"shop","question":"?","context":{"turns":[],"turn":["a"]}}`: "turns",
	} {
		f := w.do("POST", "/api/v1/runs", body).fault()
		if f == nil || f.Details["did_you_mean"] != want || !strings.Contains(f.Hint, want) {
			t.Errorf("%s: fault %+v, want did_you_mean %q", body, f, want)
		}
	}
}

func TestADatasetThatIsNotReadyIsNotAsked(t *testing.T) {
	w := setup(t)
	set := func(id string, state catalog.State, f *fault.Fault) {
		w.addDataset("local", id)
		err := w.datasets.Update(t.Context(), "local", id, strings.Repeat("ab", 32), func(d *catalog.Dataset) error {
			d.State, d.Fault = state, f
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	set("young", catalog.Preparing, nil)
	set("broken", catalog.Failed, fault.New(fault.Query, "Line 7 is ragged.").WithHint("Fix line 7."))
	r := w.want(w.do("POST", "/api/v1/runs", `{"dataset_id":"young","question":"?"}`), 503, fault.Unavailable)
	if r.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	if f := w.want(w.do("POST", "/api/v1/runs", `{"dataset_id":"broken","question":"?"}`), 422, fault.Query).fault(); f.Message != "Line 7 is ragged." {
		t.Errorf("fault %+v", f)
	}
	// A failed dataset can be tried again.
	var d struct{ State catalog.State }
	w.want(w.do("POST", "/api/v1/datasets/broken/prepare", nil), 202, "").into(t, &d)
	if d.State != catalog.Registered {
		t.Errorf("state %q", d.State)
	}
	w.want(w.do("POST", "/api/v1/datasets/shop/prepare", nil), 202, "").into(t, &d)
	if d.State != catalog.Ready {
		t.Errorf("a ready dataset became %q", d.State)
	}
}

func TestRateAndInFlightLimitsSayWhenToComeBack(t *testing.T) {
	w := setup(t, func(c *gateway.Config) { c.RatePerSecond, c.RateBurst, c.MaxInFlight = 0.5, 6, 2 })
	a := w.ask("One?")
	w.ask("Two?")
	r := w.want(w.do("POST", "/api/v1/runs", `{"dataset_id":"shop","question":"Three?"}`), 429, fault.RateLimited)
	if r.Header.Get("Retry-After") == "" || r.fault().Details["in_flight"] == nil {
		t.Errorf("%v %s", r.Header, r.body)
	}
	w.add("local", a, succeed()...)
	eventually(t, "the finished run gives its place back", func() bool {
		r = w.do("POST", "/api/v1/runs", `{"dataset_id":"shop","question":"Three?"}`)
		return r.StatusCode == 202 || r.fault().Details["in_flight"] == nil
	})
	for range 10 {
		r = w.do("GET", "/api/v1/limits", nil)
	}
	w.want(r, 429, fault.RateLimited)
	if r.Header.Get("Retry-After") != "2" {
		t.Errorf("Retry-After %q, want 2", r.Header.Get("Retry-After"))
	}
}

func TestALongQueueRefusesNewQuestions(t *testing.T) {
	w := setup(t, func(c *gateway.Config) { c.MaxQueued, c.Queues = 3, []string{"test-queue"} })
	// A worker that started once and has gone: its events wait for it.
	ctx, stop := contextWithCancel(t)
	done := make(chan error, 1)
	started := make(chan struct{}, 100)
	go func() {
		done <- w.bus.Work(ctx, bus.Worker{Name: "test-queue", Kind: "asked", Slots: 1, Handle: func(ctx context.Context, turn *bus.Turn) error {
			started <- struct{}{}
			return turn.Append(ctx, planned())
		}})
	}()
	w.ask("First?")
	<-started
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	var r reply
	eventually(t, "the queue counts as full", func() bool {
		r = w.do("POST", "/api/v1/runs", `{"dataset_id":"shop","question":"Next?"}`)
		return r.StatusCode == 429
	})
	w.want(r, 429, fault.RateLimited)
}

func TestABodyThatIsNotReadEndsTheConnectionAfterTheAnswer(t *testing.T) {
	w := setup(t)
	conn, err := net.Dial("tcp", w.gw.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	// Refused at its header; what follows looks like a request and must not be
	// taken for one.
	body := strings.Repeat("x", 24<<20) + "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
	_, _ = fmt.Fprintf(conn, "POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", len(body))
	if _, err := conn.Write([]byte(body)); err != nil {
		t.Fatalf("the answer came by resetting the connection: %v", err)
	}
	in := bufio.NewReader(conn)
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != 413 || !resp.Close {
		t.Errorf("status %d, close %t", resp.StatusCode, resp.Close)
	}
	if again, err := http.ReadResponse(in, nil); err == nil {
		_ = again.Body.Close()
		t.Error("the rest of the body was answered as a request")
	}
}

// A browser opens connections in advance, and takes one for a request when it needs
// it: an answer that lies there already would become that request's.
func TestAConnectionThatWasNeverUsedIsClosedInSilence(t *testing.T) {
	w := setup(t, func(c *gateway.Config) { c.ReadTimeout = 200 * time.Millisecond })
	conn, err := net.Dial("tcp", w.gw.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	said, err := io.ReadAll(conn)
	if err != nil || len(said) > 0 {
		t.Errorf("it was told %q, %v", said, err)
	}
}

func TestAHugeHeaderIsRefused(t *testing.T) {
	w := setup(t)
	w.want(w.do("GET", "/api/v1/runs", nil, with("X-Much", strings.Repeat("x", 64<<10))), 413, fault.PayloadTooLarge)
}

func TestSystemRoutes(t *testing.T) {
	w := setup(t)
	w.want(w.do("GET", "/healthz", nil), 200, "")
	eventually(t, "ready", func() bool { return w.do("GET", "/readyz", nil).StatusCode == 200 })
	if m := string(w.want(w.do("GET", "/metrics", nil), 200, "").body); !strings.Contains(m, "leo_http_requests_total") || !strings.Contains(m, "leo_run_list_lag_events") {
		t.Errorf("metrics: %.300s", m)
	}
	docs := w.want(w.do("GET", "/api/docs", nil), 200, "")
	if csp := docs.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "'sha256-") || strings.Contains(csp, "script-src 'unsafe-inline'") {
		t.Errorf("CSP of the docs: %q", csp)
	}
	for _, foreign := range []string{"http://", "https://", "//cdn"} {
		if strings.Contains(string(docs.body), foreign) {
			t.Errorf("the docs page mentions %s", foreign)
		}
	}
	var l struct {
		Default struct {
			MaxRows int `json:"max_rows"`
		} `json:"default"`
		Python *bool `json:"python"`
	}
	w.want(w.do("GET", "/api/v1/limits", nil), 200, "").into(t, &l)
	if l.Default.MaxRows != 200 || l.Python == nil || *l.Python {
		t.Errorf("limits %+v", l)
	}
	r := w.do("GET", "/api/v1/datasets", nil, with("X-Request-Id", "mine-1"))
	for name, want := range map[string]string{
		"X-Request-Id": "mine-1", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := w.do("GET", "/healthz", nil, with("X-Request-Id", "a\tb\"c")).Header.Get("X-Request-Id"); strings.ContainsAny(got, "\t\"") {
		t.Errorf("a request id that could break a log line was kept: %q", got)
	}
}
