package choice_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/sandboxd/executor/choice"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noDocker is an address where nobody answers.
func noDocker(t *testing.T) string {
	t.Helper()
	return "unix://" + filepath.Join(t.TempDir(), "docker.sock")
}

func TestWithoutDockerRunsAreNative(t *testing.T) {
	for _, wanted := range []string{"", choice.Auto, "native"} {
		e, why, err := choice.Select(t.Context(), choice.Options{
			Executor: wanted, Runner: executortest.ProbeBinary(t), DockerHost: noDocker(t), Logger: executortest.Logger(),
		})
		if err != nil {
			executortest.Require(t, "native", err)
		}
		if e.Name() != "native" || !strings.Contains(why, "native sandboxes") || !strings.Contains(why, "Landlock") {
			t.Errorf("%q selects %s: %s", wanted, e.Name(), why)
		}
		if wanted != "native" && !strings.Contains(why, "Docker does not answer") {
			t.Errorf("%q does not say why it is not Docker: %s", wanted, why)
		}
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

func TestDockerThatAnswersIsPreferred(t *testing.T) {
	e, _, err := choice.Select(t.Context(), choice.Options{
		Executor: "docker", Runner: executortest.ProbeBinary(t), Logger: executortest.Logger(),
	})
	if err != nil {
		executortest.Require(t, "docker", err)
	}
	if err := e.Close(context.Background()); err != nil {
		t.Error(err)
	}
	e, why, err := choice.Select(t.Context(), choice.Options{Runner: executortest.ProbeBinary(t), Logger: executortest.Logger()})
	if err != nil {
		t.Fatal(err)
	}
	if e.Name() != "docker" || !strings.Contains(why, "because it answers") {
		t.Errorf("selected %s: %s", e.Name(), why)
	}
	if err := e.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestWhatCannotBeSelectedIsSaidSo(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("no program"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		opts choice.Options
		want fault.Code
		says string
	}{
		{"an executor nobody knows", choice.Options{Executor: "podman"}, fault.Validation, "podman"},
		{"docker that does not answer", choice.Options{Executor: "docker", Runner: text, DockerHost: noDocker(t)}, fault.Unavailable, "Docker does not answer"},
		{"an address that is none", choice.Options{Executor: "docker", Runner: text, DockerHost: "nonsense"}, fault.Unavailable, "address"},
		{"no runner", choice.Options{Runner: text + "-not-there", DockerHost: noDocker(t)}, fault.Unavailable, "leo-runner"},
		{"a runner that is none", choice.Options{Runner: text, DockerHost: noDocker(t)}, fault.Unavailable, "nothing to run sandboxes with"},
	} {
		c.opts.Logger = executortest.Logger()
		e, _, err := choice.Select(t.Context(), c.opts)
		if e != nil || fault.CodeOf(err) != c.want || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s with %q", c.name, err, c.want, c.says)
		}
	}
}
