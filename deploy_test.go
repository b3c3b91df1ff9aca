package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/leo-analytics/leo/shared/config"
)

// composed is what the tests look at of a service in docker-compose.yml.
type composed struct {
	Image       string            `yaml:"image"`
	Command     []string          `yaml:"command"`
	Environment map[string]string `yaml:"environment"`
	ReadOnly    bool              `yaml:"read_only"`
	CapDrop     []string          `yaml:"cap_drop"`
	CapAdd      []string          `yaml:"cap_add"`
	Privileged  bool              `yaml:"privileged"`
	SecurityOpt []string          `yaml:"security_opt"`
	Ports       []string          `yaml:"ports"`
	Networks    []string          `yaml:"networks"`
	Volumes     []string          `yaml:"volumes"`
	Memory      string            `yaml:"mem_limit"`
	CPUs        float64           `yaml:"cpus"`
	PIDs        int               `yaml:"pids_limit"`
	StopGrace   string            `yaml:"stop_grace_period"`
	Healthcheck struct {
		Test []string `yaml:"test"`
	} `yaml:"healthcheck"`
}

func composeServices(t *testing.T) map[string]composed {
	t.Helper()
	data, err := os.ReadFile("docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]composed `yaml:"services"`
		Networks map[string]struct {
			Internal bool `yaml:"internal"`
		} `yaml:"networks"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if !file.Networks["inner"].Internal {
		t.Error("the servers' network has a way out")
	}
	return file.Services
}

func TestEveryContainerIsConfined(t *testing.T) {
	found := composeServices(t)
	for _, name := range []string{"nats", "redis", "qdrant", "gateway", "planner-1", "planner-2", "sandboxd-1", "sandboxd-2", "syncer"} {
		if _, ok := found[name]; !ok {
			t.Errorf("there is no %s", name)
		}
	}
	for name, s := range found {
		role, _, _ := strings.Cut(name, "-")
		switch {
		case !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || s.CapAdd != nil || s.Privileged || !slices.Contains(s.SecurityOpt, "no-new-privileges:true"):
			t.Errorf("%s has rights it does not need: %+v", name, s)
		case s.Memory == "" || s.CPUs == 0 || s.PIDs == 0:
			t.Errorf("%s is not bounded", name)
		case len(s.Healthcheck.Test) < 2:
			t.Errorf("%s has no health check", name)
		case s.Ports != nil && name != "gateway":
			t.Errorf("%s is open to the host's network: %v", name, s.Ports)
		case role != "gateway" && role != "planner" && role != "syncer" && !slices.Equal(s.Networks, []string{"inner"}):
			t.Errorf("%s has a way out: %v", name, s.Networks)
		}
		socket := slices.ContainsFunc(s.Volumes, func(v string) bool { return strings.Contains(v, "docker.sock") })
		if socket != (role == "sandboxd") {
			t.Errorf("%s has the Docker socket: %t", name, socket)
		}
		if !slices.Contains(roleNames(), role) {
			continue
		}
		if !slices.Equal(s.Command, []string{role}) || !slices.Equal(s.Healthcheck.Test, []string{"CMD", "/leo", "health", role}) {
			t.Errorf("%s runs %v and is checked by %v", name, s.Command, s.Healthcheck.Test)
		}
		if grace, err := time.ParseDuration(s.StopGrace); err != nil || grace < 40*time.Second {
			t.Errorf("%s is killed after %s, before its work is done", name, s.StopGrace)
		}
	}
}

func TestNoSecretHasADefault(t *testing.T) {
	secret := regexp.MustCompile(`PASSWORD|API_KEY|REDISCLI_AUTH`)
	required := regexp.MustCompile(`^"?\$\{[A-Z_]+:\?[^}]+\}"?$`)
	for name, s := range composeServices(t) {
		for key, value := range s.Environment {
			optional := key == "OPENAI_API_KEY" && value == "${OPENAI_API_KEY:-}"
			if secret.MatchString(key) && !optional && !required.MatchString(value) {
				t.Errorf("%s has %s=%q", name, key, value)
			}
		}
	}
	example, err := os.ReadFile("deploy/.env.example")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(example)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if ok && !strings.HasPrefix(line, "#") && secret.MatchString(key) && value != "" {
			t.Errorf("the example holds a secret: %s", line)
		}
	}
}

// TestDeployedSettingsExist: a setting that is misspelt is silently none.
func TestDeployedSettingsExist(t *testing.T) {
	known := map[string]bool{
		// of the compose file itself
		"LEO_SANDBOX_DIR": true, "LEO_PUBLISH": true, "LEO_IMAGE": true, "LEO_SANDBOXD_IMAGE": true,
	}
	for _, s := range config.All() {
		known[s.Env] = true
	}
	files, err := filepath.Glob("deploy/systemd/*")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, "docker-compose.yml", "deploy/.env.example", "deploy/docker/leo.Dockerfile", "deploy/docker/runner.Dockerfile")
	names := regexp.MustCompile(`\b(LEO|OPENAI)_[A-Z_]+\b`)
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names.FindAll(data, -1) {
			if !known[string(name)] {
				t.Errorf("%s sets %s, which is no setting", path, name)
			}
		}
	}
}

func TestImagesHoldBinariesAndNoRoot(t *testing.T) {
	for _, path := range []string{"deploy/docker/leo.Dockerfile", "deploy/docker/runner.Dockerfile"} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"FROM scratch\n", "USER ${UID}:${GID}\n", `ENTRYPOINT ["/leo"]`} {
			if !bytes.Contains(data, []byte(want)) {
				t.Errorf("%s has no %q", path, want)
			}
		}
		if bytes.Count(data, []byte("FROM ")) != 1 || bytes.Contains(data, []byte("\nRUN ")) {
			t.Errorf("%s needs more than built binaries", path)
		}
	}
}

func TestTheProxyHoldsNoStreamBack(t *testing.T) {
	data, err := os.ReadFile("deploy/nginx/leo.conf")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"proxy_buffering off;", "proxy_http_version 1.1;", "gzip off;", "proxy_read_timeout 1h;", "ssl_protocols TLSv1.2 TLSv1.3;", "X-Forwarded-Proto $scheme;"} {
		if !bytes.Contains(data, []byte(want)) {
			t.Errorf("there is no %q", want)
		}
	}
}
