package native

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
)

// cpuPeriod is the kernel's own default.
const cpuPeriod = 100 * time.Millisecond

// setting is one file of a control group. An optional one may be missing or
// refused: an older kernel, or no swap to bound.
type setting struct {
	file, value string
	optional    bool
}

// settings are the files that express a sandbox's limits.
func (p place) settings(l executor.Limits) []setting {
	quota := int64(l.CPU * float64(cpuPeriod.Microseconds()))
	period := cpuPeriod.Microseconds()
	switch {
	case p.controller == "pids":
		return []setting{{file: "pids.max", value: decimal(l.Pids)}}
	case p.controller == "memory" && p.v2:
		return []setting{
			{file: "memory.max", value: decimal(l.Memory)},
			{file: "memory.swap.max", value: "0", optional: true},
			{file: "memory.oom.group", value: "1", optional: true},
		}
	case p.controller == "memory":
		return []setting{
			{file: "memory.limit_in_bytes", value: decimal(l.Memory)},
			{file: "memory.memsw.limit_in_bytes", value: decimal(l.Memory), optional: true},
		}
	case p.controller == "cpu" && p.v2:
		return []setting{
			{file: "cpu.max", value: fmt.Sprintf("%d %d", quota, period)},
			{file: "cpu.max.burst", value: decimal(quota), optional: true},
		}
	case p.controller == "cpu":
		return []setting{
			{file: "cpu.cfs_period_us", value: decimal(period)},
			{file: "cpu.cfs_quota_us", value: decimal(quota)},
			{file: "cpu.cfs_burst_us", value: decimal(quota), optional: true},
		}
	}
	return nil
}

// weight is the share of all sandboxes together.
func (p place) weight() []setting {
	if p.v2 {
		return []setting{{file: "cpu.weight", value: decimal(100 * cpuFactor)}}
	}
	return []setting{{file: "cpu.shares", value: decimal(1024 * cpuFactor)}}
}

func (p place) apply(dir string, settings []setting) error {
	for _, s := range settings {
		if err := write(filepath.Join(dir, s.file), s.value); err != nil && !s.optional {
			return err
		}
	}
	return nil
}

// group is the control groups of one sandbox, one per controller; those of
// version 2 are one directory.
type group struct {
	members []member
	// leave lets go of the groups of the organisation.
	leave func()
}

type member struct {
	place
	dir string
}

// add moves a process, with its threads, into the group.
func (g *group) add(pid int) error {
	for _, m := range g.members {
		if err := write(filepath.Join(m.dir, "cgroup.procs"), strconv.Itoa(pid)); err != nil {
			return err
		}
	}
	return nil
}

// oomKilled reports whether the kernel killed a member for memory. It is asked
// before the group is removed.
func (g *group) oomKilled() bool {
	for _, m := range g.members {
		if m.controller != "memory" {
			continue
		}
		file := "memory.oom_control"
		if m.v2 {
			file = "memory.events"
		}
		events, err := read(m.dir, file)
		if err != nil {
			return false
		}
		for line := range strings.Lines(events) {
			if count, ok := strings.CutPrefix(line, "oom_kill "); ok && strings.TrimSpace(count) != "0" {
				return true
			}
		}
	}
	return false
}

// peakMemory is the most the group has used, in bytes, 0 if unknown.
func (g *group) peakMemory() int64 {
	for _, m := range g.members {
		if m.controller != "memory" {
			continue
		}
		file := "memory.max_usage_in_bytes"
		if m.v2 {
			file = "memory.peak"
		}
		text, err := read(m.dir, file)
		if err != nil {
			return 0
		}
		peak, _ := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		return peak
	}
	return 0
}

func (g *group) remove() error {
	var errs []error
	for _, m := range g.members {
		errs = append(errs, rmdir(context.Background(), m.dir))
	}
	if g.leave != nil {
		g.leave()
	}
	return errors.Join(errs...)
}

func read(dir, file string) (string, error) {
	data, err := os.ReadFile(filepath.Join(dir, file)) //nolint:gosec // a file of the kernel's
	return string(data), err
}

// write sets a file that the kernel made: it must not create one.
func write(path, value string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0) //nolint:gosec // a file of the kernel's
	if err != nil {
		return err
	}
	_, err = f.WriteString(value)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is not there: %w", path, err)
	}
	return err
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
