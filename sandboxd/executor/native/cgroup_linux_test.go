package native

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

func TestHierarchiesAreFoundWhereTheyAreMounted(t *testing.T) {
	for name, c := range map[string]struct {
		mounts, own string
		controllers string
		want        []hierarchy
	}{
		"version 1": {
			mounts: "31 30 0:27 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory\n" +
				"32 30 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n",
			own: "4:memory:/user/a\n1:cpu,cpuacct:/\n0::/ignored\n",
			want: []hierarchy{
				{controller: "rw", bases: []string{"/sys/fs/cgroup/memory"}},
				{controller: "memory", bases: []string{"/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/user/a"}},
				{controller: "rw", bases: []string{"/sys/fs/cgroup/cpu,cpuacct"}},
				{controller: "cpu", bases: []string{"/sys/fs/cgroup/cpu,cpuacct"}},
				{controller: "cpuacct", bases: []string{"/sys/fs/cgroup/cpu,cpuacct"}},
			},
		},
		"version 2": {
			mounts:      "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n",
			own:         "0::/system.slice/leo.service\n",
			controllers: "cpu memory pids\n",
			want: []hierarchy{
				{controller: "cpu", v2: true, bases: []string{"/sys/fs/cgroup", "/sys/fs/cgroup/system.slice/leo.service"}},
				{controller: "memory", v2: true, bases: []string{"/sys/fs/cgroup", "/sys/fs/cgroup/system.slice/leo.service"}},
				{controller: "pids", v2: true, bases: []string{"/sys/fs/cgroup", "/sys/fs/cgroup/system.slice/leo.service"}},
			},
		},
		"a process that has moved to its leaf": {
			mounts:      "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n",
			own:         "0::/system.slice/leo.service/leo-main\n",
			controllers: "pids",
			want: []hierarchy{
				{controller: "pids", v2: true, bases: []string{"/sys/fs/cgroup", "/sys/fs/cgroup/system.slice/leo.service"}},
			},
		},
		"both, with one controller left for version 2": {
			mounts: "31 30 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n" +
				"40 30 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
			own:         "4:memory:/\n0::/\n",
			controllers: "pids",
			want: []hierarchy{
				{controller: "rw", bases: []string{"/sys/fs/cgroup/memory"}},
				{controller: "memory", bases: []string{"/sys/fs/cgroup/memory"}},
				{controller: "pids", v2: true, bases: []string{"/sys/fs/cgroup/unified"}},
			},
		},
		"a container that sees its own part": {
			mounts: "31 30 0:27 /docker/abc /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n",
			own:    "8:pids:/docker/abc/leo\n",
			want: []hierarchy{
				{controller: "rw", bases: []string{"/sys/fs/cgroup/pids"}},
				{controller: "pids", bases: []string{"/sys/fs/cgroup/pids", "/sys/fs/cgroup/pids/leo"}},
			},
		},
		"none": {mounts: "22 1 8:1 / / rw - ext4 /dev/vda rw\nnonsense\n"},
	} {
		got := parseHierarchies(strings.NewReader(c.mounts), c.own, func(string) string { return c.controllers })
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, c.want)
		}
	}
}

func TestSettingsSpeakTheLanguageOfTheirVersion(t *testing.T) {
	limits := executor.DefaultLimits(protocol.SQL)
	limits.CPU = 0.5
	var got []string
	for _, v2 := range []bool{false, true} {
		for _, controller := range []string{"memory", "pids", "cpu"} {
			for _, s := range (place{controller: controller, v2: v2}).settings(limits) {
				got = append(got, fmt.Sprintf("%s=%s optional=%v", s.file, s.value, s.optional))
			}
		}
	}
	want := []string{
		"memory.limit_in_bytes=536870912 optional=false",
		"memory.memsw.limit_in_bytes=536870912 optional=true",
		"pids.max=64 optional=false",
		"cpu.cfs_period_us=100000 optional=false",
		"cpu.cfs_quota_us=50000 optional=false",
		"cpu.cfs_burst_us=50000 optional=true",
		"memory.max=536870912 optional=false",
		"memory.swap.max=0 optional=true",
		"memory.oom.group=1 optional=true",
		"pids.max=64 optional=false",
		"cpu.max=50000 100000 optional=false",
		"cpu.max.burst=50000 optional=true",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("settings are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAKillForMemoryIsReadInBothVersions(t *testing.T) {
	for _, c := range []struct {
		v2            bool
		file, content string
		want          bool
	}{
		{false, "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n", false},
		{false, "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n", true},
		{true, "memory.events", "low 0\nhigh 0\nmax 14\noom 1\noom_kill 0\noom_group_kill 0\n", false},
		{true, "memory.events", "low 0\nhigh 0\nmax 14\noom 1\noom_kill 1\noom_group_kill 1\n", true},
		{true, "elsewhere", "", false},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, c.file), []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		g := &group{members: []member{{place: place{controller: "memory", v2: c.v2}, dir: dir}}}
		if got := g.oomKilled(); got != c.want {
			t.Errorf("v2=%v %q reads as %v", c.v2, c.content, got)
		}
	}
}

func TestGroupsThatAreMissingBoundNothing(t *testing.T) {
	c := &cgroups{}
	g, err := c.create("native-1", "", executor.DefaultLimits(protocol.SQL))
	if err != nil {
		t.Fatal(err)
	}
	if c.bounds("memory") || g.oomKilled() || g.peakMemory() != 0 || g.add(os.Getpid()) != nil || g.remove() != nil {
		t.Error("an empty group does something")
	}
}
