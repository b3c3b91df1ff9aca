package native

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/leo-analytics/leo/sandboxd/executor"
)

// cpuFactor raises the sandboxes, all together, above the default weight of a
// control group: without it they would share one process's worth of CPU on a
// busy machine, because everything outside a group counts one by one. It is low
// enough that Leo, which is outside and takes little, does not wait for them.
const cpuFactor = 2

// leafName is the version 2 group this process moves to when it must leave its
// own to make room for sandboxes.
const leafName = "leo-main"

// hierarchy is one mounted cgroup file system that controls something we need.
type hierarchy struct {
	controller string
	v2         bool
	// bases are the directories in which we may try to put ours, best first.
	bases []string
}

// place is where the groups of one controller go.
type place struct {
	controller string
	v2         bool
	// shared holds the instances of every process, dir is this executor's.
	shared, dir string
}

// cgroups are the control groups this process may use, possibly none.
type cgroups struct {
	places []place
	// missing says, by controller, why it cannot be used.
	missing map[string]error

	mu sync.Mutex // guards inside
	// inside counts the sandboxes of each organisation that has any.
	inside map[string]int
}

// openCgroups finds and prepares a place in every hierarchy. It never fails:
// what is missing is remembered.
func openCgroups(parent, instance string) *cgroups {
	c := &cgroups{missing: map[string]error{}}
	found := findHierarchies()
	for _, name := range []string{"memory", "pids", "cpu"} {
		i := slices.IndexFunc(found, func(h hierarchy) bool { return h.controller == name })
		if i < 0 {
			c.missing[name] = errors.New("not mounted")
			continue
		}
		p, err := settle(found[i], parent, instance)
		if err != nil {
			c.missing[name] = err
			continue
		}
		c.places = append(c.places, p)
	}
	return c
}

// findHierarchies reads where the kernel's hierarchies are mounted here.
func findHierarchies() []hierarchy {
	mounts, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return nil
	}
	defer func() { _ = mounts.Close() }()
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil
	}
	return parseHierarchies(mounts, string(own), func(dir string) string {
		list, _ := read(dir, "cgroup.controllers")
		return list
	})
}

// parseHierarchies reads /proc/self/mountinfo and /proc/self/cgroup. Version 1
// comes first where a machine has both, because a controller that is mounted
// there is not available in version 2.
func parseHierarchies(mounts io.Reader, own string, controllersOf func(dir string) string) []hierarchy {
	var v1, v2 []hierarchy
	for lines := bufio.NewScanner(mounts); lines.Scan(); {
		before, after, ok := strings.Cut(lines.Text(), " - ")
		fields, tail := strings.Fields(before), strings.Fields(after)
		if !ok || len(fields) < 5 || len(tail) < 3 {
			continue
		}
		point := fields[4]
		switch tail[0] {
		case "cgroup":
			for _, name := range strings.Split(tail[2], ",") {
				v1 = append(v1, hierarchy{controller: name, bases: bases(point, fields[3], ownPath(own, name))})
			}
		case "cgroup2":
			for _, name := range strings.Fields(controllersOf(point)) {
				v2 = append(v2, hierarchy{controller: name, v2: true, bases: bases(point, fields[3], ownPath(own, ""))})
			}
		}
	}
	return append(v1, v2...)
}

// bases are the mount point itself and, where that is not ours to write, the
// group this process was started in. root is the part of the hierarchy that is
// mounted.
func bases(point, root, own string) []string {
	dirs := []string{point}
	own = filepath.Clean("/" + strings.TrimSuffix(own, "/"+leafName))
	if rel, err := filepath.Rel(root, own); err == nil && rel != "." && !strings.HasPrefix(rel, "..") {
		dirs = append(dirs, filepath.Join(point, rel))
	}
	return dirs
}

// ownPath finds this process's group in a hierarchy: "4:memory:/a/b" or
// "0::/a/b" for version 2.
func ownPath(own, controller string) string {
	for line := range strings.Lines(own) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) == 3 && slices.Contains(strings.Split(parts[1], ","), controller) {
			return parts[2]
		}
	}
	return "/"
}

// settle makes this executor's directory in the first base that allows it.
func settle(h hierarchy, parent, instance string) (place, error) {
	var errs []error
	for _, base := range h.bases {
		p := place{
			controller: h.controller, v2: h.v2,
			shared: filepath.Join(base, parent), dir: filepath.Join(base, parent, instance),
		}
		err := p.prepare(base)
		if err == nil {
			return p, nil
		}
		errs = append(errs, err)
	}
	return place{}, errors.Join(errs...)
}

func (p place) prepare(base string) error {
	if p.v2 {
		if err := enable(base, p.controller); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(p.dir, 0o750); err != nil {
		return err
	}
	if p.v2 {
		for _, dir := range []string{p.shared, p.dir} {
			if err := enable(dir, p.controller); err != nil {
				return err
			}
		}
	}
	if p.controller == "cpu" {
		return p.apply(p.shared, p.weight())
	}
	return nil
}

// enable lets the children of a version 2 group be controlled. A group that
// holds processes may not do that, save the root; when the only one is this
// process, as in a container or a delegated service, it moves to a leaf.
func enable(dir, controller string) error {
	control := filepath.Join(dir, "cgroup.subtree_control")
	err := write(control, "+"+controller)
	if !errors.Is(err, unix.EBUSY) {
		return err
	}
	procs, readErr := read(dir, "cgroup.procs")
	self := strconv.Itoa(os.Getpid())
	if readErr != nil || strings.TrimSpace(procs) != self {
		return err
	}
	leaf := filepath.Join(dir, leafName)
	if err := os.MkdirAll(leaf, 0o750); err != nil {
		return err
	}
	if err := write(filepath.Join(leaf, "cgroup.procs"), self); err != nil {
		return err
	}
	return write(control, "+"+controller)
}

// bounds reports whether groups limit this controller.
func (c *cgroups) bounds(controller string) bool {
	return slices.ContainsFunc(c.places, func(p place) bool { return p.controller == controller })
}

// controllers lists what is bounded, and version says by which interface.
func (c *cgroups) controllers() (names []string, version int) {
	for _, p := range c.places {
		names = append(names, p.controller)
		version = 1
	}
	if slices.ContainsFunc(c.places, func(p place) bool { return p.v2 }) {
		version = 2
	}
	return names, version
}

// bursts reports whether the quota may be exceeded for a moment.
func (c *cgroups) bursts() bool {
	for _, p := range c.places {
		if p.controller != "cpu" {
			continue
		}
		for _, s := range p.settings(executor.Limits{CPU: 1}) {
			if _, err := os.Stat(filepath.Join(p.shared, s.file)); s.optional && err == nil {
				return true
			}
		}
	}
	return false
}

// create makes the groups of one sandbox, among those of its organisation if it has one.
// Without any controller the group is empty and everything on it is a no-op.
func (c *cgroups) create(id, org string, l executor.Limits) (*group, error) {
	g := &group{leave: func() {}}
	if org != "" {
		leave, err := c.enter(org)
		if err != nil {
			return g, fmt.Errorf("cgroup of an organisation: %w", err)
		}
		g.leave = sync.OnceFunc(leave)
	}
	for _, p := range c.places {
		dir := filepath.Join(p.dir, id)
		if org != "" && p.splits(c.places) {
			dir = filepath.Join(p.dir, orgGroup(org), id)
		}
		err := os.MkdirAll(dir, 0o750)
		g.members = append(g.members, member{place: p, dir: dir})
		if err == nil {
			err = p.apply(dir, p.settings(l))
		}
		if err != nil {
			return g, errors.Join(fmt.Errorf("cgroup %s: %w", p.controller, err), g.remove())
		}
	}
	return g, nil
}
