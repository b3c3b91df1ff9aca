package native

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/leo-analytics/leo/sandboxd/executor"
)

// sweep removes the groups of executors whose process is gone.
func (c *cgroups) sweep(ctx context.Context) (int, error) {
	removed := map[string]bool{}
	var errs []error
	for _, p := range c.places {
		instances, err := os.ReadDir(p.shared)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, e := range instances {
			owner, ok := executor.ParseInstance(e.Name())
			if !e.IsDir() || !ok || !owner.Gone() {
				continue
			}
			errs = append(errs, clearOut(ctx, filepath.Join(p.shared, e.Name()), removed))
		}
	}
	return len(removed), errors.Join(errs...)
}

// clearOut ends what is left in an executor's directory, notes the names of its sandboxes
// and removes it.
func clearOut(ctx context.Context, dir string, removed map[string]bool) error {
	dirs, err := inner(dir)
	errs := []error{err}
	for _, in := range slices.Backward(dirs) { // those below first
		sandboxes, err := os.ReadDir(in)
		errs = append(errs, err)
		for _, s := range sandboxes {
			if s.IsDir() && !strings.HasPrefix(s.Name(), orgPrefix) {
				errs = append(errs, reap(ctx, filepath.Join(in, s.Name())))
				removed[s.Name()] = true
			}
		}
		errs = append(errs, rmdir(ctx, in))
	}
	return errors.Join(errs...)
}

// reap kills what is left in a group and removes it.
func reap(ctx context.Context, dir string) error {
	procs, err := read(dir, "cgroup.procs")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, field := range strings.Fields(procs) {
		if pid, err := strconv.Atoi(field); err == nil && pid > 1 {
			_ = unix.Kill(pid, unix.SIGKILL)
		}
	}
	return rmdir(ctx, dir)
}

// close removes this executor's directories, which are empty by now.
func (c *cgroups) close() error {
	var errs []error
	for _, p := range c.places {
		dirs, err := inner(p.dir)
		errs = append(errs, err)
		for _, dir := range slices.Backward(dirs) {
			errs = append(errs, rmdir(context.Background(), dir))
		}
	}
	return errors.Join(errs...)
}

// rmdir removes a group. The kernel keeps it busy for a moment after its last
// process was reaped.
func rmdir(ctx context.Context, dir string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	again := time.NewTicker(2 * time.Millisecond)
	defer again.Stop()
	for {
		err := unix.Rmdir(dir)
		if err == nil || errors.Is(err, unix.ENOENT) {
			return nil
		}
		if !errors.Is(err, unix.EBUSY) {
			return fmt.Errorf("remove cgroup %s: %w", dir, err)
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return fmt.Errorf("remove cgroup %s: %w", dir, err)
		}
	}
}
