package native

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// fakeTree lays out a version 2 hierarchy as the kernel would, down to the group
// of one sandbox: the files exist before anybody writes to them.
func fakeTree(t *testing.T, org, id string) (base string) {
	t.Helper()
	base = t.TempDir()
	for dir, files := range map[string][]string{
		"":                               {"cgroup.subtree_control"},
		"leo":                            {"cgroup.subtree_control", "cpu.weight", "cpu.max.burst"},
		"leo/instance":                   {"cgroup.subtree_control"},
		"leo/instance/" + org:            {"cgroup.subtree_control"},
		"leo/instance/" + org + "/" + id: {"cgroup.procs", "memory.max", "memory.swap.max", "memory.oom.group", "memory.events", "memory.peak", "pids.max", "cpu.max", "cpu.max.burst"},
	} {
		if err := os.MkdirAll(filepath.Join(base, dir), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if err := os.WriteFile(filepath.Join(base, dir, file), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return base
}

func TestVersion2GroupsAreWrittenAsTheKernelReadsThem(t *testing.T) {
	t.Run("of nobody", func(t *testing.T) { version2Group(t, "", "") })
	t.Run("of an organisation", func(t *testing.T) { version2Group(t, "acme", orgGroup("acme")) })
}

// version2Group makes a sandbox of an organisation, whose group is above the sandbox's.
func version2Group(t *testing.T, org, above string) {
	t.Helper()
	const id = "native-1"
	base := fakeTree(t, above, id)
	c := &cgroups{}
	for _, controller := range []string{"memory", "pids", "cpu"} {
		p, err := settle(hierarchy{controller: controller, v2: true, bases: []string{"/nowhere", base}}, "leo", "instance")
		if err != nil {
			t.Fatalf("%s: %v", controller, err)
		}
		for _, dir := range []string{"", "leo", "leo/instance"} {
			if got, _ := read(filepath.Join(base, dir), "cgroup.subtree_control"); got[:len("+")+len(controller)] != "+"+controller {
				t.Errorf("%s is enabled in %q as %q", controller, dir, got)
			}
		}
		c.places = append(c.places, p)
	}
	limits := executor.DefaultLimits(protocol.SQL)
	limits.CPU = 0.5
	g, err := c.create(id, org, limits)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.add(4711); err != nil {
		t.Fatal(err)
	}
	sandbox := filepath.Join(base, "leo/instance", above, id)
	for file, want := range map[string]string{
		"memory.max": "536870912", "memory.swap.max": "0", "memory.oom.group": "1", "pids.max": "64",
		"cpu.max": "50000 100000", "cpu.max.burst": "50000", "cgroup.procs": "4711",
	} {
		if got, err := read(sandbox, file); got != want {
			t.Errorf("%s is %q, want %q: %v", file, got, want, err)
		}
	}
	if got, err := read(filepath.Join(base, "leo"), "cpu.weight"); got != "200" {
		t.Errorf("all sandboxes have a weight of %q: %v", got, err)
	}
	if got, err := read(filepath.Dir(sandbox), "cgroup.subtree_control"); len(got) < len("+memory") {
		t.Errorf("above the sandbox %q is enabled: %v", got, err)
	}
	if names, version := c.controllers(); version != 2 || len(names) != 3 || !c.bursts() {
		t.Errorf("controllers are %v of version %d, bursts %v", names, version, c.bursts())
	}
	for file, text := range map[string]string{"memory.events": "oom 1\noom_kill 1\n", "memory.peak": "123456\n"} {
		if err := os.WriteFile(filepath.Join(sandbox, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if !g.oomKilled() || g.peakMemory() != 123456 {
		t.Errorf("oom killed %v, peak %d", g.oomKilled(), g.peakMemory())
	}
}

func TestAFileTheKernelDoesNotHaveIsNotMade(t *testing.T) {
	base := t.TempDir()
	_, err := settle(hierarchy{controller: "memory", v2: true, bases: []string{base}}, "leo", "instance")
	if err == nil {
		t.Error("a directory that is no control group is taken for one")
	}
	if entries, _ := os.ReadDir(base); len(entries) > 0 {
		t.Errorf("it made %v", entries)
	}
}
