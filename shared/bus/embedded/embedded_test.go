package embedded_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/shared/bus/embedded"
	"github.com/leo-analytics/leo/shared/fault"
)

// holder makes the test binary a process that holds a directory: see
// TestDirectoryOfAnotherProcessIsRefused.
const holder = "-test.run=^TestHoldDirectory$"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start starts a server that ends with the test.
func start(t *testing.T, cfg embedded.Config) *embedded.Server {
	t.Helper()
	s, err := embedded.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, s) })
	return s
}

func stop(t *testing.T, s *embedded.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		t.Errorf("shutdown: %v", err)
	}
}

// refused fails unless Start failed with the code and a hint.
func refused(t *testing.T, err error, code fault.Code) {
	t.Helper()
	if err == nil || fault.CodeOf(err) != code || fault.From(err).Hint == "" {
		t.Errorf("got %v, want %s with a hint", err, code)
	}
}

func TestServerWithoutAddressTakesOnlyInProcessConnections(t *testing.T) {
	s := start(t, embedded.Config{StoreDir: filepath.Join(t.TempDir(), "deep", "below")})
	if url := s.ClientURL(); url != "" {
		t.Errorf("it listens on %s", url)
	}
	nc, err := nats.Connect("", nats.InProcessServer(s.InProcess()))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := nc.JetStream()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.AccountInfo(); err != nil {
		t.Errorf("jetstream: %v", err)
	}
}

func TestServerWithAddressAsksForThePassword(t *testing.T) {
	s := start(t, embedded.Config{StoreDir: t.TempDir(), Listen: "127.0.0.1:0", Username: "leo", Password: "secret"})
	if _, err := nats.Connect(s.ClientURL()); err == nil {
		t.Error("it lets anybody in")
	}
	nc, err := nats.Connect(s.ClientURL(), nats.UserInfo("leo", "secret"))
	if err != nil {
		t.Fatal(err)
	}
	nc.Close()
}

func TestDirectoryInUseIsRefusedUntilItIsReleased(t *testing.T) {
	dir := t.TempDir()
	first, err := embedded.Start(t.Context(), embedded.Config{StoreDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	_, err = embedded.Start(t.Context(), embedded.Config{StoreDir: dir})
	refused(t, err, fault.Conflict)
	if want := fmt.Sprintf("in use by another Leo (pid %d)", os.Getpid()); !strings.Contains(err.Error(), want) {
		t.Errorf("%v does not say %q", err, want)
	}
	stop(t, first)
	start(t, embedded.Config{StoreDir: dir})
}

func TestDirectoryOfAnotherProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	other := exec.CommandContext(t.Context(), os.Args[0], holder)
	other.Env = append(os.Environ(), "LEO_TEST_HOLD="+dir)
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make([]byte, 5)
	if _, err := out.Read(ready); err != nil || string(ready) != "ready" {
		t.Fatalf("the other process says %q (%v)", ready, err)
	}
	_, err = embedded.Start(t.Context(), embedded.Config{StoreDir: dir})
	refused(t, err, fault.Conflict)
	if want := fmt.Sprintf("pid %d", other.Process.Pid); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v does not say %q", err, want)
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // it was killed
	start(t, embedded.Config{StoreDir: dir})
}

// TestHoldDirectory is not a test: it is the other process.
func TestHoldDirectory(t *testing.T) {
	dir, ok := os.LookupEnv("LEO_TEST_HOLD") //nolint:forbidigo // how a test tells its child process what to do
	if !ok {
		t.Skip("only runs as a child process")
	}
	start(t, embedded.Config{StoreDir: dir})
	_, _ = os.Stdout.WriteString("ready")
	select {} // until it is killed
}

func TestPortInUseIsRefused(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // it ends with the test
	dir := t.TempDir()
	_, err = embedded.Start(t.Context(), embedded.Config{StoreDir: dir, Listen: l.Addr().String()})
	refused(t, err, fault.Conflict)
	start(t, embedded.Config{StoreDir: dir}) // the directory was released
}

func TestDirectoryThatCannotBeUsedIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := embedded.Start(t.Context(), embedded.Config{StoreDir: filepath.Join(file, "below")})
	refused(t, err, fault.Unavailable)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "jetstream"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = embedded.Start(t.Context(), embedded.Config{StoreDir: dir})
	refused(t, err, fault.Unavailable)
}

func TestConfigIsValidated(t *testing.T) {
	tests := map[string]embedded.Config{
		"no directory":          {},
		"negative interval":     {StoreDir: "x", SyncInterval: -1},
		"negative size":         {StoreDir: "x", MaxStore: -1},
		"user without password": {StoreDir: "x", Username: "leo"},
		"address without port":  {StoreDir: "x", Listen: "localhost"},
		"port that is none":     {StoreDir: "x", Listen: "localhost:nats"},
		"port too high":         {StoreDir: "x", Listen: "localhost:70000"},
	}
	for name, cfg := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := embedded.Start(t.Context(), cfg)
			refused(t, err, fault.Validation)
		})
	}
	if _, err := os.Stat("x"); err == nil {
		t.Error("a refused configuration made a directory")
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	s, err := embedded.Start(ctx, embedded.Config{StoreDir: dir})
	if err == nil {
		stop(t, s) // it was quicker
		return
	}
	refused(t, err, fault.Unavailable)
	start(t, embedded.Config{StoreDir: dir})
}
