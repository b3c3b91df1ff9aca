package synth

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Dir collects the files of one dataset. It is not safe for concurrent use.
type Dir struct {
	ctx      context.Context //nolint:containedctx // a Dir lives inside one call of a generator
	path     string
	progress func(file string, rows int)
	tables   []*Table
	temps    []string
}

// NewDir makes the directory path, with its parents, where it is missing.
// progress may be nil; it is called every 10 000 rows of a file and once when
// the file is complete, from the goroutine that writes.
func NewDir(ctx context.Context, path string, progress func(file string, rows int)) (*Dir, error) {
	if err := os.MkdirAll(path, 0o755); err != nil { //nolint:gosec // demo data: a sandbox user must be able to read it
		return nil, fmt.Errorf("make dataset folder: %w", err)
	}
	return &Dir{ctx: ctx, path: path, progress: progress}, nil
}

// Create starts the file called name with its header. Nothing of that name
// appears, and nothing of that name is touched, before [Dir.Commit].
func (d *Dir) Create(name string, columns ...string) (*Table, error) {
	if err := context.Cause(d.ctx); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(d.path, "."+name+".*.tmp")
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	t := &Table{
		ctx: d.ctx, name: name, columns: len(columns), file: f,
		out: bufio.NewWriterSize(f, 256<<10), progress: d.progress,
	}
	d.tables = append(d.tables, t)
	d.temps = append(d.temps, f.Name())
	if _, err := t.out.WriteString(strings.Join(columns, ",") + "\n"); err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return t, nil
}

// Commit completes all files and gives them their names, replacing older ones.
// A failure while they are written leaves the older ones as they were; a
// failure between two renames leaves a mixture, which a version hash shows.
func (d *Dir) Commit() error {
	for _, t := range d.tables {
		if err := t.close(); err != nil {
			return fmt.Errorf("write %s: %w", t.name, err)
		}
		t.report()
	}
	if err := context.Cause(d.ctx); err != nil {
		return err
	}
	for i, t := range d.tables {
		if err := os.Chmod(d.temps[i], 0o644); err != nil { //nolint:gosec // demo data: a sandbox user must be able to read it
			return fmt.Errorf("open %s to readers: %w", t.name, err)
		}
		if err := os.Rename(d.temps[i], filepath.Join(d.path, t.name)); err != nil {
			return fmt.Errorf("name %s: %w", t.name, err)
		}
		d.temps[i] = ""
	}
	return nil
}

// Discard removes every temporary file that is left. After a successful
// [Dir.Commit] it does nothing, so it can always be deferred.
func (d *Dir) Discard() error {
	var errs []error
	for i, t := range d.tables {
		if d.temps[i] == "" {
			continue
		}
		// Flushing what is thrown away may fail on the very disk that is full.
		_ = t.close()
		errs = append(errs, os.Remove(d.temps[i]))
		d.temps[i] = ""
	}
	return errors.Join(errs...)
}
