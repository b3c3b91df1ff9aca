package microsandbox

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/shared/fault"
)

const (
	// maxHomes is how many owners can share Options.Home.
	maxHomes = 100
	// ownerPrefix begins the name of the file that says whose a home is; the
	// rest is an [executor.Instance]. The name and not the content: renaming
	// such a file succeeds for one sweeper only.
	ownerPrefix = "owner."
	// claimAge is how old a home without an owner must be before it counts as a
	// claim that was never finished.
	claimAge = time.Hour
	// maxHomePath is what the addresses of sockets leave for Options.Home: 103
	// bytes on the strictest system, less what msb and the number add.
	maxHomePath = 103 - len("/run/agent/0123456789abcdef0123456789abcdef.control.sock") - len("/99")
)

// claimHome makes a directory for this owner: the first number that is free.
func (e *Executor) claimHome() (string, error) {
	if n := len(e.opts.Home); n > maxHomePath {
		return "", fault.New(fault.Unavailable, "The directory for microVMs, %s, has a path of %d bytes, and %d is the most.",
			e.opts.Home, n, maxHomePath).WithHint("Choose a directory nearer to the root.")
	}
	if err := os.MkdirAll(e.opts.Home, 0o700); err != nil {
		return "", homeFault(err)
	}
	for n := range maxHomes {
		dir := filepath.Join(e.opts.Home, strconv.Itoa(n))
		err := os.Mkdir(dir, 0o700)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(e.ownerFile(dir), nil, 0o600)
		}
		if err != nil {
			return "", homeFault(err)
		}
		return dir, nil
	}
	return "", fault.New(fault.Unavailable, "The directory for microVMs, %s, is in use by %d processes.", e.opts.Home, maxHomes).
		WithHint("Choose another directory, or remove those that nobody uses any more.")
}

func homeFault(err error) error {
	return fault.Wrap(err, fault.Unavailable, "The directory for microVMs cannot be made.").
		WithHint("Choose a directory that Leo may write to.")
}

func (e *Executor) ownerFile(dir string) string {
	return filepath.Join(dir, ownerPrefix+e.instance.String())
}

// removeHome removes a home this owner has, machines first, and returns how many
// there were. A home whose machines cannot be removed stays.
func (e *Executor) removeHome(ctx context.Context, dir string) (removed int, err error) {
	m := e.msb(dir)
	var names []string
	// Without a database there never was a machine, and msb may be why.
	if _, statErr := os.Stat(filepath.Join(dir, "db")); statErr == nil {
		if names, err = m.machines(ctx); err != nil {
			return 0, fmt.Errorf("list the machines in %s: %w", dir, err)
		}
	}
	var errs []error
	for _, name := range names {
		if err := m.remove(ctx, name); err != nil {
			errs = append(errs, fmt.Errorf("remove machine %s: %w", name, err))
			continue
		}
		removed++
	}
	if errs == nil {
		errs = append(errs, os.RemoveAll(dir), removeMetrics(dir))
	}
	return removed, errors.Join(errs...)
}

// metricsOf is a pattern for the shared memory in which msb keeps the metrics of
// a home's machines, half a MiB that it never removes. Its name, as of
// microsandbox 0.6, is the FNV-1a hash of the home's path and a version.
func metricsOf(home string) string {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(home)) // never fails, by its documentation
	return fmt.Sprintf("/dev/shm/msb-met-%016x-v*", hash.Sum64())
}

// removeMetrics does nothing where shared memory is not below /dev/shm.
func removeMetrics(home string) error {
	found, err := filepath.Glob(metricsOf(home))
	errs := []error{err}
	for _, path := range found {
		if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Sweep implements [executor.Executor].
func (e *Executor) Sweep(ctx context.Context) (int, error) {
	e.sweeping.Lock()
	defer e.sweeping.Unlock()
	entries, err := os.ReadDir(e.opts.Home)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, homeFault(err)
	}
	var removed int
	var errs []error
	for _, entry := range entries {
		if _, err := strconv.Atoi(entry.Name()); err != nil || !entry.IsDir() {
			continue // not ours
		}
		n, err := e.sweepHome(ctx, filepath.Join(e.opts.Home, entry.Name()))
		removed += n
		errs = append(errs, err)
	}
	return removed, errors.Join(errs...)
}

// sweepHome removes a home whose owner is gone, after making it this owner's.
func (e *Executor) sweepHome(ctx context.Context, dir string) (int, error) {
	file, owner, ok := ownerOf(dir)
	if !ok {
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > claimAge {
			_ = os.Remove(dir) // and only if it is empty
		}
		return 0, nil
	}
	// One that is ours and not in use is left from a removal that failed.
	if owner == e.instance && e.inUse(dir) || owner != e.instance && !owner.Gone() {
		return 0, nil
	}
	err := os.Rename(file, e.ownerFile(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil // somebody else was faster
	}
	if err != nil {
		return 0, homeFault(err)
	}
	return e.removeHome(ctx, dir)
}

// inUse reports whether dir is the home of this executor. A probe holds the lock
// while it has a home that it may give up again; a sweep waits for it.
func (e *Executor) inUse(dir string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.home == dir
}

// ownerOf finds the file that names the owner of a home.
func ownerOf(dir string) (file string, owner executor.Instance, ok bool) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", executor.Instance{}, false
	}
	for _, entry := range entries {
		if name, found := strings.CutPrefix(entry.Name(), ownerPrefix); found {
			if owner, ok = executor.ParseInstance(name); ok {
				return filepath.Join(dir, entry.Name()), owner, true
			}
		}
	}
	return "", executor.Instance{}, false
}
