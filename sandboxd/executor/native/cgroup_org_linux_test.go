package native

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// openTestGroups makes groups among which no other process's are.
func openTestGroups(t *testing.T, owner executor.Instance) *cgroups {
	t.Helper()
	parent := fmt.Sprintf("leo-test-%d", os.Getpid())
	c := openCgroups(parent, owner.String())
	t.Cleanup(func() {
		for _, p := range c.places {
			_ = unix.Rmdir(p.shared) // the last one finds it empty
		}
	})
	return c
}

// TestSandboxesShareTheirOrganisationsPart makes groups as the machine has them, and
// leaves none behind.
func TestSandboxesShareTheirOrganisationsPart(t *testing.T) {
	c := openTestGroups(t, executor.NewInstance())
	if !c.bounds("cpu") {
		t.Skip("no control group of processor time can be made here")
	}
	t.Cleanup(func() {
		if err := c.close(); err != nil {
			t.Error(err)
		}
		for _, p := range c.places {
			if _, err := os.Stat(p.dir); !os.IsNotExist(err) {
				t.Errorf("%s is left", p.dir)
			}
		}
	})
	limits := executor.DefaultLimits(protocol.SQL)
	var groups []*group
	for id, org := range map[string]string{"native-1": "acme", "native-2": "acme", "native-3": "../globex/ü", "native-4": ""} {
		g, err := c.create(id, org, limits)
		if err != nil {
			t.Fatal(err)
		}
		groups = append(groups, g)
	}
	for _, p := range c.places {
		if p.controller != "cpu" {
			continue
		}
		for path, there := range map[string]bool{
			orgGroup("acme") + "/native-1": true, orgGroup("acme") + "/native-2": true, orgGroup("../globex/ü") + "/native-3": true, "native-4": true,
			"native-1": false, orgGroup(""): false,
		} {
			if _, err := os.Stat(filepath.Join(p.dir, path)); (err == nil) != there {
				t.Errorf("%s is there: %v, want %v", path, err == nil, there)
			}
		}
	}
	for _, g := range groups {
		if err := g.remove(); err != nil {
			t.Error(err)
		}
		if err := g.remove(); err != nil { // what is gone stays gone
			t.Error(err)
		}
	}
	if len(c.inside) > 0 {
		t.Errorf("sandboxes that are gone are counted: %v", c.inside)
	}
	for _, p := range c.places {
		if dirs, err := inner(p.dir); len(dirs) != 1 || err != nil {
			t.Errorf("left are %v, %v", dirs, err)
		}
	}
}

// TestWhatADeadExecutorLeftInOrganisationsIsSwept makes the groups of a process that is
// gone.
func TestWhatADeadExecutorLeftInOrganisationsIsSwept(t *testing.T) {
	gone := executor.NewInstance()
	gone.PID = 1 << 22 // above any that the kernel gives
	dead := openTestGroups(t, gone)
	if !dead.bounds("cpu") {
		t.Skip("no control group of processor time can be made here")
	}
	for id, org := range map[string]string{"native-1": "acme", "native-2": ""} {
		if _, err := dead.create(id, org, executor.DefaultLimits(protocol.SQL)); err != nil {
			t.Fatal(err)
		}
	}
	live := openTestGroups(t, executor.NewInstance())
	t.Cleanup(func() {
		if err := live.close(); err != nil {
			t.Error(err)
		}
	})
	if n, err := live.sweep(context.Background()); n != 2 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	for _, p := range dead.places {
		if _, err := os.Stat(p.dir); !os.IsNotExist(err) {
			t.Errorf("%s is left", p.dir)
		}
	}
}
