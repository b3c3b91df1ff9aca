package gateway_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/gateway"
	"github.com/leo-analytics/leo/gateway/api"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/policy"
	"github.com/leo-analytics/leo/shared/registry"
)

func TestDefaultsAreValidAndNonsenseIsNot(t *testing.T) {
	good := gateway.Config{DataDir: t.TempDir()}.WithDefaults()
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	if good.Listen != "127.0.0.1:8080" || good.MaxUploadBytes != 8<<30 || good.Limits != policy.DefaultLimits() || good.MaxInFlight != 1000 {
		t.Errorf("defaults %+v", good)
	}
	if open := (gateway.Config{Listen: "0.0.0.0:80"}).WithDefaults(); open.MaxInFlight != 50 || open.RatePerSecond != 50 {
		t.Errorf("defaults with tokens %+v", open)
	}
	for name, change := range map[string]func(*gateway.Config){
		"no port":              func(c *gateway.Config) { c.Listen = "localhost" },
		"no directory":         func(c *gateway.Config) { c.DataDir = "" },
		"unknown mode":         func(c *gateway.Config) { c.Auth = "open" },
		"local for everybody":  func(c *gateway.Config) { c.Listen, c.Auth = "0.0.0.0:8080", gateway.AuthLocal },
		"local without a host": func(c *gateway.Config) { c.Listen, c.Auth = ":8080", gateway.AuthLocal },
		"negative upload":      func(c *gateway.Config) { c.MaxUploadBytes = -1 },
		"negative rate":        func(c *gateway.Config) { c.RatePerSecond = -1 },
		"negative timeout":     func(c *gateway.Config) { c.WriteTimeout = -time.Second },
		"limits upside down":   func(c *gateway.Config) { c.Limits.Default.MaxRows = c.Limits.Max.MaxRows + 1 },
	} {
		c := good
		change(&c)
		if err := c.Validate(); fault.CodeOf(err) != fault.Validation || fault.From(err).Hint == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// run starts a gateway that is expected to fail.
func (w *world) fails(cfg gateway.Config) error {
	w.t.Helper()
	cfg.DataDir = w.t.TempDir()
	g, err := gateway.New(cfg, gateway.Deps{Bus: w.bus, Datasets: w.datasets, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	if err = g.Run(ctx); err == nil {
		w.t.Fatal("it ran")
	}
	return err
}

func TestADoorForOthersNeedsAToken(t *testing.T) {
	w := &world{t: t}
	w.onBus()
	err := w.fails(gateway.Config{Listen: "0.0.0.0:0"})
	if f := fault.From(err); f.Code != fault.Validation || !strings.Contains(f.Hint, "leo token create") {
		t.Errorf("%v %+v", err, f)
	}
	// A token that opens nothing is none.
	tokens := auth.NewTokens(w.bus)
	_, made, err := tokens.Create(t.Context(), auth.Request{Org: "acme", Name: "ada", Role: auth.Admin})
	if err != nil {
		t.Fatal(err)
	}
	if err := tokens.Revoke(t.Context(), "", made.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.fails(gateway.Config{Listen: "127.0.0.1:0", Auth: gateway.AuthToken}); fault.CodeOf(err) != fault.Validation {
		t.Error(err)
	}
	// Nor is one that was to be the first and is too easy to guess, or was revoked.
	first := auth.Prefix + strings.Repeat("A", 43)
	if err := w.fails(gateway.Config{Listen: "127.0.0.1:0", Auth: gateway.AuthToken, FirstToken: "leo_secret", FirstOrg: "acme"}); fault.CodeOf(err) != fault.Validation {
		t.Error(err)
	}
	if err := tokens.First(t.Context(), "acme", first); err != nil {
		t.Fatal(err)
	}
	all, err := tokens.List(t.Context(), "acme")
	if err != nil || len(all) != 2 || all[1].Name != "first" && all[0].Name != "first" || all[0].Role != auth.Admin {
		t.Fatalf("%+v, %v", all, err)
	}
	for _, made := range all {
		if err := tokens.Revoke(t.Context(), "", made.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.fails(gateway.Config{Listen: "127.0.0.1:0", Auth: gateway.AuthToken, FirstToken: first, FirstOrg: "acme"}); fault.CodeOf(err) != fault.Validation {
		t.Errorf("a revoked token came back: %v", err)
	}
	other := auth.Prefix + strings.Repeat("B", 42) + "A"
	w.start(func(c *gateway.Config) { c.Auth, c.FirstToken, c.FirstOrg = gateway.AuthToken, other, "acme" })
	if err := w.stop(); err != nil {
		t.Error(err)
	}
	w.token("acme", "ada", auth.Viewer)
	w.start(func(c *gateway.Config) { c.Listen = "0.0.0.0:0" })
	if err := w.stop(); err != nil {
		t.Error(err)
	}
}

func TestAnAddressInUseIsAConflict(t *testing.T) {
	w := &world{t: t}
	w.onBus()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	err = w.fails(gateway.Config{Listen: ln.Addr().String()})
	if f := fault.From(err); f.Code != fault.Conflict || f.Hint == "" {
		t.Errorf("%v", err)
	}
	if err := w.fails(gateway.Config{Listen: "127.0.0.1:99999"}); fault.CodeOf(err) != fault.Validation {
		t.Errorf("%v", err)
	}
}

func TestStoppingLetsARequestFinishAndDoesNotWaitForSilentConnections(t *testing.T) {
	w := setup(t)
	// Connections like those a browser opens in advance: they never say a word.
	for range 3 {
		conn, err := net.Dial("tcp", w.gw.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
	}
	// An upload under way.
	pr, pw := io.Pipe()
	body, contentType := form(t, part{"file", "a.csv", "id\n1\n"})
	answered := make(chan reply, 1)
	// Told to continue, the client knows that the server has the request.
	go func() {
		answered <- w.doStream("POST", "/api/v1/datasets", pr, contentType, with("Expect", "100-continue"))
	}()
	if _, err := pw.Write(body[:20]); err != nil {
		t.Fatal(err)
	}
	stopped := make(chan error, 1)
	began := time.Now()
	go func() { stopped <- w.stop() }()
	eventually(t, "new connections are refused", func() bool {
		conn, err := net.Dial("tcp", w.gw.Addr())
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	})
	if _, err := pw.Write(body[20:]); err != nil {
		t.Fatal(err)
	}
	_ = pw.Close()
	if r := <-answered; r.StatusCode != 202 {
		t.Errorf("the upload under way was answered %d %s", r.StatusCode, r.body)
	}
	if err := <-stopped; err != nil {
		t.Errorf("stop: %v", err)
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("stopping took %v", took)
	}
}

func TestTemporaryFilesOfAKilledProcessAreRemoved(t *testing.T) {
	dir := t.TempDir()
	left := dir + "/gateway/tmp/result-123"
	if err := errors.Join(os.MkdirAll(dir+"/gateway/tmp", 0o700), os.WriteFile(left, []byte("x"), 0o600)); err != nil {
		t.Fatal(err)
	}
	setup(t, func(c *gateway.Config) { c.DataDir = dir })
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

func TestAnOutageOfTheLogIsReportedAndSurvived(t *testing.T) {
	node := bustest.Server(t)
	w := &world{t: t, bus: node.Connect(t)}
	w.datasets = registry.New(w.bus, slog.New(slog.DiscardHandler))
	w.addDataset("local", "shop")
	w.start()
	id := w.ask("Before?")
	s := w.watch(id)
	s.must("asked")
	node.Restart(t)
	eventually(t, "ready again", func() bool { return w.do("GET", "/readyz", nil).StatusCode == 200 })
	eventually(t, "questions are taken again", func() bool {
		r := w.do("POST", "/api/v1/runs", question)
		if r.StatusCode != 202 && (r.StatusCode != 503 || r.Header.Get("Retry-After") == "") {
			t.Errorf("%d %s", r.StatusCode, r.body)
		}
		return r.StatusCode == 202
	})
	// The stream that was open goes on by itself.
	w.add("local", id, planned())
	s.must("planned")
	eventually(t, "the list has caught up", func() bool {
		var list struct{ Runs []any }
		w.do("GET", "/api/v1/runs?status=running", nil).into(t, &list)
		return len(list.Runs) == 1
	})
}

// files are the web app's files in a test.
type files map[string]api.Asset

// Find implements [api.Assets].
func (f files) Find(path string) (api.Asset, bool) {
	a, ok := f[path]
	return a, ok
}

func TestTheWebAppIsServed(t *testing.T) {
	app := files{
		"/index.html":      {Body: []byte("<html>app"), Type: "text/html; charset=utf-8", ETag: `"1"`},
		"/assets/app-1.js": {Body: []byte("js"), Gzip: []byte("packed"), Type: "text/javascript; charset=utf-8", ETag: `"2"`, Immutable: true},
	}
	w := &world{t: t, assets: app}
	w.onBus()
	w.start()
	for _, path := range []string{"/", "/runs/42", "/index.html"} {
		r := w.want(w.do("GET", path, nil), 200, "")
		if string(r.body) != "<html>app" || r.Header.Get("Cache-Control") != "no-cache" || !strings.Contains(r.Header.Get("Content-Security-Policy"), "script-src 'self';") {
			t.Errorf("%s: %s %v", path, r.body, r.Header)
		}
	}
	r := w.want(w.do("GET", "/assets/app-1.js", nil, with("Accept-Encoding", "identity")), 200, "")
	if string(r.body) != "js" || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%s %v", r.body, r.Header)
	}
	if r = w.do("GET", "/assets/app-1.js", nil, with("Accept-Encoding", "br, gzip")); string(r.body) != "packed" || r.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%s %v", r.body, r.Header)
	}
	w.want(w.do("GET", "/assets/app-1.js", nil, with("If-None-Match", `"2"`)), 304, "")
	if r = w.want(w.do("HEAD", "/", nil), 200, ""); len(r.body) != 0 || r.ContentLength != 9 {
		t.Errorf("HEAD: %d %q", r.ContentLength, r.body)
	}
	w.want(w.do("GET", "/assets/gone.js", nil), 404, fault.NotFound)
	w.want(w.do("GET", "/favicon.ico", nil), 404, fault.NotFound)
	w.want(w.do("POST", "/", nil), 404, fault.NotFound)
	w.want(w.do("GET", "/api", nil), 404, fault.NotFound)
	delete(app, "/index.html")
	if r = w.want(w.do("GET", "/", nil), 503, ""); !strings.Contains(string(r.body), "make web") {
		t.Errorf("%s", r.body)
	}
}

func TestAnAddressThatIsBeingGivenUpIsWaitedFor(t *testing.T) {
	held, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := held.Addr().String()
	if _, err := gateway.Listen(t.Context(), address); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("got %v", err)
	}
	time.AfterFunc(100*time.Millisecond, func() { _ = held.Close() })
	var again net.Listener
	eventually(t, "the address is given up", func() bool {
		again, err = gateway.Listen(t.Context(), address)
		return err == nil
	})
	_ = again.Close()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := gateway.Listen(gone, "256.0.0.1:1"); fault.CodeOf(err) != fault.Validation {
		t.Errorf("got %v", err)
	}
}

func TestTheFirstTokenOpens(t *testing.T) {
	first := auth.Prefix + strings.Repeat("B", 42) + "A"
	w := setup(t, func(c *gateway.Config) { c.Auth, c.FirstToken, c.FirstOrg = gateway.AuthToken, first, "acme" })
	w.want(w.do(http.MethodGet, "/api/v1/session", nil, bearer(first)), http.StatusOK, "")
	w.want(w.do(http.MethodGet, "/api/v1/session", nil, bearer(auth.Prefix+strings.Repeat("C", 42)+"A")), http.StatusUnauthorized, fault.Unauthenticated)
}
