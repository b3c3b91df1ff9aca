package api

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/limit"
	"github.com/leo-analytics/leo/gateway/metrics"
	"github.com/leo-analytics/leo/shared/fault"
)

// bare is a server whose only route is r.
func bare(r Route) *fiber.App {
	s := &Server{
		cfg:     Config{MaxBodyBytes: 1 << 10, RequestTimeout: 50 * time.Millisecond},
		deps:    Deps{Metrics: metrics.New(nil), Log: slog.New(slog.DiscardHandler)},
		callers: limit.NewBuckets(100, 100), failures: limit.NewBuckets(100, 100),
		base: context.Background(), stop: func() {},
	}
	app := fiber.New(fiber.Config{Immutable: true, StreamRequestBody: true})
	app.All("/", s.handle(r))
	return app
}

func send(t *testing.T, app *fiber.App, method, body string) (int, string) {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, "/", strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	resp, err := app.Test(req, 60_000)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

func TestEveryFaultIsAnsweredWithItsStatus(t *testing.T) {
	for _, code := range fault.Codes() {
		app := bare(Route{Access: Public, do: func(*call) error {
			return fault.New(code, "It went wrong.").WithHint("Do better.").With("retry_after_s", 7)
		}})
		status, body := send(t, app, "GET", "")
		var e struct{ Error sentError }
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			t.Fatal(err)
		}
		if status != code.HTTPStatus() || e.Error.Code != code || e.Error.Hint != "Do better." || e.Error.RequestID == "" {
			t.Errorf("%s: %d %s", code, status, body)
		}
	}
}

func TestErrorsThatAreNoFaultsShowNothingOfTheirCause(t *testing.T) {
	for name, do := range map[string]func(*call) error{
		"an error": func(*call) error { return io.ErrNoProgress },
		"a panic":  func(*call) error { panic("secret") },
		"a fault that cannot be encoded": func(*call) error {
			return fault.New(fault.Internal, "Broken.").With("value", func() {})
		},
	} {
		status, body := send(t, bare(Route{Access: Public, do: do}), "GET", "")
		if status != http.StatusInternalServerError || !strings.Contains(body, string(fault.Internal)) || strings.Contains(body, "secret") || strings.Contains(body, "Read") {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	slow := func(c *call) error { <-c.ctx.Done(); return c.ctx.Err() }
	if status, body := send(t, bare(Route{Access: Public, do: slow}), "GET", ""); status != http.StatusServiceUnavailable || !strings.Contains(body, string(fault.Unavailable)) {
		t.Errorf("a handler that takes too long: %d %s", status, body)
	}
}

func TestStrictBodies(t *testing.T) {
	type inner struct {
		Count int `json:"count"`
	}
	type body struct {
		Name  string          `json:"name"`
		Items []inner         `json:"items"`
		One   *inner          `json:"one"`
		Raw   json.RawMessage `json:"raw"`
		Flag  bool            `json:"flag"`
	}
	for in, path := range map[string]string{
		`{"name":"a","items":[{"count":1}],"one":{"count":2},"raw":{"anything":[1]},"flag":true}`: "ok",
		`{"one":null,"items":null,"raw":null}`:                                                    "ok",
		`{"nam":"a"}`:                                                                             "/nam",
		`{"items":[{"count":1},{"cuont":1}]}`:                                                     "/items/1/cuont",
		`{"one":{"x":1}}`:                                                                         "/one/x",
		`{"name":1}`:                                                                              "/name",
		`{"one":{"count":"1"}}`:                                                                   "/one/count",
		`{"flag":"yes"}`:                                                                          "/flag",
		`{"items":{}}`:                                                                            "/items",
		`{"one":{"count":1.5}}`:                                                                   "/one/count",
	} {
		var v body
		err := decodeStrict([]byte(in), &v)
		if path == "ok" {
			if err != nil {
				t.Errorf("%s: %v", in, err)
			}
			continue
		}
		f := fault.From(err)
		if f == nil || f.Code != fault.Validation || f.Details["path"] != path || f.Hint == "" {
			t.Errorf("%s: %+v", in, f)
		}
	}
	f := fault.From(decodeStrict([]byte("{\n  \"name\": oops\n}"), &body{}))
	if !reflect.DeepEqual(f.Details, map[string]any{"line": 2, "column": 11}) {
		t.Errorf("a syntax error is at %v", f.Details)
	}
	deep := strings.Repeat("[", 20_000)
	if err := decodeStrict([]byte(deep), &body{}); fault.CodeOf(err) != fault.Validation {
		t.Errorf("deep nesting: %v", err)
	}
}

func FuzzDecodeStrict(f *testing.F) {
	f.Add([]byte(`{"name":"a","role":"viewer"}`))
	f.Add([]byte(`{"name":1}`))
	f.Add([]byte(`{`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var v tokenRequest
		if err := decodeStrict(data, &v); err != nil && fault.CodeOf(err) != fault.Validation {
			t.Errorf("%q: %v", data, err)
		}
	})
}

func TestKindsOfValuesHaveTheirArticle(t *testing.T) {
	for kind, want := range map[string]string{"array": "an array", "object": "an object", "number": "a number", "string": "a string"} {
		if got := indefinite(kind); got != want {
			t.Errorf("%q", got)
		}
	}
}
