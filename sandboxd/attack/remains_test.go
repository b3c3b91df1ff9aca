package attack

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/executor"
)

// remains is what could be left of a sandbox.
type remains struct {
	id  string
	pid int
	// groups are its control groups; container is the engine's name for it, if it
	// is one.
	groups    []string
	container string
}

// remember notes where a sandbox is while it is there.
func remember(s executor.Sandbox) remains {
	r := remains{id: s.ID()}
	if p, ok := s.(interface{ PID() int }); ok {
		r.pid = p.PID()
	}
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", r.pid))
	if r.pid == 0 || err != nil {
		return r
	}
	for line := range strings.Lines(string(data)) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(fields) != 3 || fields[2] == "/" {
			continue
		}
		own := strings.Contains(fields[2], r.id)
		if base := filepath.Base(fields[2]); len(base) == 64 {
			r.container, own = base, true
		}
		if own {
			r.groups = append(r.groups, filepath.Join("/sys/fs/cgroup", strings.TrimPrefix(fields[1], "name="), fields[2]))
		}
	}
	return r
}

// surroundings is what there is on the machine now.
type surroundings struct{ mounts, commands string }

func lookAround() surroundings {
	mounts, _ := os.ReadFile("/proc/self/mountinfo")
	var commands strings.Builder
	paths, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range paths {
		command, _ := os.ReadFile(path)
		commands.Write(command)
	}
	return surroundings{string(mounts), commands.String()}
}

// left lists what is still there of a sandbox.
func (r remains) left(now surroundings) []string {
	var found []string
	// A process id may be somebody else's by now; where there is a control group, it
	// tells.
	group, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", r.pid))
	if r.pid != 0 && err == nil && (len(r.groups) == 0 || strings.Contains(string(group), r.name())) {
		found = append(found, fmt.Sprintf("process %d of %s", r.pid, r.id))
	}
	for _, group := range r.groups {
		if _, err := os.Stat(group); err == nil {
			found = append(found, "control group "+group)
		}
	}
	if strings.Contains(now.mounts, r.name()) {
		found = append(found, "a mount of "+r.id)
	}
	if strings.Contains(now.commands, r.name()) {
		found = append(found, "a process about "+r.id)
	}
	return found
}

// name is how the machine calls a sandbox.
func (r remains) name() string {
	if r.container != "" {
		return r.container
	}
	return r.id
}

// machine lists what this process has: children, descriptors, mounts, files in its
// temporary directory.
func machine(t *testing.T) []string {
	t.Helper()
	var found []string
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Skip("there is no /proc to look at")
	}
	for _, thread := range threads {
		ids, _ := os.ReadFile("/proc/self/task/" + thread.Name() + "/children")
		for _, id := range strings.Fields(string(ids)) {
			found = append(found, "child "+id)
		}
	}
	links, _ := filepath.Glob("/proc/self/fd/*")
	for _, link := range links {
		target, err := os.Readlink(link)
		// The runtime's own, and the directory being read.
		if err == nil && !strings.HasPrefix(target, "anon_inode:") && !strings.HasPrefix(target, "/proc/") {
			found = append(found, "descriptor "+target)
		}
	}
	for _, pattern := range []string{filepath.Join(os.TempDir(), "leo-*"), filepath.Join(os.TempDir(), "*/leo-*")} {
		files, _ := filepath.Glob(pattern)
		found = append(found, files...)
	}
	mounts, _ := os.ReadFile("/proc/self/mountinfo")
	found = append(found, fmt.Sprintf("%d mounts of the runner", strings.Count(string(mounts), "leo-runner")+strings.Count(string(mounts), "leo-probe")))
	slices.Sort(found)
	return found
}
