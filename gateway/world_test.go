package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/gateway"
	"github.com/leo-analytics/leo/gateway/api"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

// patience bounds every wait of these tests.
const patience = 20 * time.Second

// world is a gateway on a real bus and a real socket.
type world struct {
	t        *testing.T
	bus      *bus.Bus
	datasets *registry.Registry
	gw       *gateway.Gateway
	url      string
	client   *http.Client
	stop     func() error
	log      *syncBuffer
	assets   api.Assets
	free     func() (int64, bool)
}

// setup starts a gateway with one dataset, "shop", of the local org.
func setup(t *testing.T, change ...func(*gateway.Config)) *world {
	t.Helper()
	w := &world{t: t}
	w.onBus()
	w.addDataset(auth.LocalOrg, "shop")
	w.start(change...)
	return w
}

// onBus gives the world a bus of its own.
func (w *world) onBus() {
	w.t.Helper()
	w.bus = bustest.New(w.t)
	w.datasets = registry.New(w.bus, slog.New(slog.DiscardHandler))
}

// start runs a gateway on the world's bus.
func (w *world) start(change ...func(*gateway.Config)) {
	w.t.Helper()
	cfg := gateway.Config{Listen: "127.0.0.1:0", DataDir: w.t.TempDir(), SweepEvery: 50 * time.Millisecond}
	for _, c := range change {
		c(&cfg)
	}
	w.log = &syncBuffer{}
	gw, err := gateway.New(cfg, gateway.Deps{Bus: w.bus, Datasets: w.datasets, Assets: w.assets, FreeDisk: w.free, Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.t.Context()))
	done := make(chan error, 1)
	go func() { done <- gw.Run(ctx) }()
	transport := &http.Transport{ExpectContinueTimeout: patience}
	w.gw, w.client = gw, &http.Client{Transport: transport, Timeout: 6 * patience}
	stopped := false
	w.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		defer transport.CloseIdleConnections()
		select {
		case err := <-done:
			return err
		case <-time.After(patience):
			return errors.New("the gateway did not stop")
		}
	}
	w.t.Cleanup(func() {
		if err := w.stop(); err != nil {
			w.t.Errorf("stop: %v", err)
		}
		if w.t.Failed() {
			w.t.Logf("gateway log:\n%s", w.log.tail(8000))
		}
	})
	select {
	case <-gw.Ready():
	case err := <-done:
		stopped = true
		w.t.Fatalf("the gateway ended: %v", err)
	case <-time.After(patience):
		w.t.Fatal("the gateway did not start")
	}
	w.url = "http://" + gw.Addr()
}

// addDataset registers a dataset that is ready to be asked about.
func (w *world) addDataset(org, id string) *catalog.Dataset {
	w.t.Helper()
	d := &catalog.Dataset{
		ID: id, Org: org, Title: strings.ToUpper(id), Version: strings.Repeat("ab", 32), State: catalog.Ready,
		Owner: "somebody", CreatedAt: time.Now().UTC(), PreparedAt: time.Now().UTC(),
		Files:    []catalog.File{{Name: "orders.csv", Table: "orders", Bytes: 10, SHA256: "00", Object: org + "/secret-key/orders"}},
		Prepared: &catalog.Prepared{Object: org + "/secret-prepared", Bytes: 5, SHA256: "00", Engine: "test"},
		Tables:   []catalog.Table{{Name: "orders", Rows: 3, Columns: []catalog.Column{{Name: "total", Type: catalog.Decimal, EngineType: "DECIMAL(18,2)"}}}},
	}
	if err := w.datasets.Put(w.t.Context(), d); err != nil {
		w.t.Fatal(err)
	}
	return d
}

// token creates a token and returns its secret.
func (w *world) token(org, name string, role auth.Role) string {
	w.t.Helper()
	secret, _, err := auth.NewTokens(w.bus).Create(w.t.Context(), auth.Request{Org: org, Name: name, Role: role})
	if err != nil {
		w.t.Fatal(err)
	}
	return secret
}

// reply is a response, read to its end.
type reply struct {
	*http.Response
	body []byte
}

// fault is the fault in a reply, nil when there is none.
func (r reply) fault() *fault.Fault {
	var e struct{ Error *fault.Fault }
	_ = json.Unmarshal(r.body, &e) // a body that is no fault has none
	return e.Error
}

// into decodes the reply's body.
func (r reply) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(r.body, v); err != nil {
		t.Fatalf("decode %s: %v", r.body, err)
	}
}

// header is a change of a request.
type option func(*http.Request)

func with(name, value string) option {
	return func(r *http.Request) {
		if name == "Host" {
			r.Host = value
			return
		}
		r.Header.Set(name, value)
	}
}

func bearer(secret string) option { return with("Authorization", "Bearer "+secret) }

// do makes one request; body is nil, a string, bytes, or a value sent as JSON.
func (w *world) do(method, path string, body any, opts ...option) reply {
	w.t.Helper()
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		in = strings.NewReader(b)
	case []byte:
		in = bytes.NewReader(b)
	default:
		line, err := json.Marshal(b)
		if err != nil {
			w.t.Fatal(err)
		}
		in = bytes.NewReader(line)
	}
	return w.doStream(method, path, in, opts...)
}

// doStream makes one request with a body that may arrive in pieces.
func (w *world) doStream(method, path string, in io.Reader, opts ...option) reply {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, in)
	if err != nil {
		w.t.Fatal(err)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, o := range opts {
		o(req)
	}
	resp, err := w.client.Do(req)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatalf("%s %s: read: %v", method, path, err)
	}
	return reply{resp, data}
}

// want fails unless the reply has the status and, when code is not empty, a
// fault of that code with a message.
func (w *world) want(r reply, status int, code fault.Code) reply {
	w.t.Helper()
	f := r.fault()
	switch {
	case r.StatusCode != status:
		w.t.Fatalf("%s %s: status %d, want %d: %s", r.Request.Method, r.Request.URL.Path, r.StatusCode, status, r.body)
	case code == "":
	case f == nil || f.Code != code || f.Message == "":
		w.t.Fatalf("%s %s: want a fault %s, got %s", r.Request.Method, r.Request.URL.Path, code, r.body)
	case f.Hint == "":
		w.t.Errorf("%s %s: fault %s has no hint: %s", r.Request.Method, r.Request.URL.Path, code, r.body)
	}
	return r
}

// ask begins a run about shop and returns its id.
func (w *world) ask(question string, opts ...option) string {
	w.t.Helper()
	r := w.want(w.do("POST", "/api/v1/runs", map[string]any{"dataset_id": "shop", "question": question}, opts...), 202, "")
	var b struct {
		RunID string `json:"run_id"`
	}
	r.into(w.t, &b)
	if b.RunID == "" {
		w.t.Fatalf("no run id in %s", r.body)
	}
	return b.RunID
}

// add appends the next events of a run, as the workers would.
func (w *world) add(org, runID string, bodies ...event.Body) {
	w.t.Helper()
	for _, body := range bodies {
		tail, err := w.bus.Tail(w.t.Context(), org, runID)
		if err != nil {
			w.t.Fatal(err)
		}
		step := tail.Step
		if body.Kind() == event.KindPlanned {
			step++
		}
		_, err = w.bus.Append(w.t.Context(), tail.Seq, event.Event{Org: org, RunID: runID, Step: step, Time: time.Now(), By: "test", Body: body})
		if err != nil {
			w.t.Fatalf("append %s: %v", body.Kind(), err)
		}
	}
}

// The bodies of a run that succeeds.
func planned() event.Planned {
	return event.Planned{
		QueryType: "sql", SQL: "SELECT 1 AS n", Plan: json.RawMessage(`{"table":"orders","select":[{"agg":"count","as":"n"}]}`),
		Sentence: "The number of orders.", Origin: event.OriginRules, Confidence: 1, Limits: limits(),
	}
}

func limits() event.Limits {
	return event.Limits{MaxRows: 200, TimeoutMS: 10_000, MaxOutputBytes: 8 << 20, MemoryMB: 512}
}

func started() event.Started { return event.Started{Executor: "test", SandboxID: "s1", Attempt: 1} }

func executed() event.Executed {
	return event.Executed{
		Columns: []event.Column{{Name: "n", Type: "BIGINT"}}, Preview: [][]any{{json.Number("3")}}, RowCount: 1,
		Executor: "test", Cache: "off", Timings: event.Timings{ExecMS: 1, TotalMS: 2},
	}
}

func answered() event.Answered {
	return event.Answered{Text: "There are 3 orders.", Trust: event.Trust{Sentence: "The number of orders.", Origin: event.OriginRules, Complete: true}}
}

func succeed() []event.Body { return []event.Body{planned(), started(), executed(), answered()} }

// eventually waits for a condition.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		case <-tick.C:
		}
	}
}
