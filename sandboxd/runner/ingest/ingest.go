package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/sandboxd/runner/profile"
	"github.com/leo-analytics/leo/shared/fault"
)

// Options is where an ingest works and what it may use.
type Options struct {
	// DataDir holds the raw files. It is only read.
	DataDir string
	// OutDir receives the prepared dataset, [protocol.PreparedName]. A dataset
	// that is there already is left alone, and is an error.
	OutDir string
	// HomeDir, MemoryMB and Threads are those of [engine.Options].
	HomeDir           string
	MemoryMB, Threads int
}

// Run turns raw files into a prepared dataset and returns what is in it. The file
// is complete when Run returns without an error, and absent when it returns one:
// a fault ([fault.Validation], [fault.PayloadTooLarge], [fault.ResourceExceeded],
// [fault.Timeout]) or an internal error.
func Run(ctx context.Context, o Options, files []protocol.IngestFile) ([]protocol.TableProfile, error) {
	if err := checkFiles(files); err != nil {
		return nil, err
	}
	switch _, err := os.Stat(filepath.Join(o.OutDir, protocol.PreparedName)); {
	case err == nil:
		return nil, errors.New("the output directory holds a dataset already")
	case !errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("look at output directory: %w", err)
	}
	profiles, err := o.build(ctx, files)
	if err != nil {
		for _, name := range []string{protocol.PreparedName, protocol.PreparedName + ".wal"} {
			if rmErr := os.Remove(filepath.Join(o.OutDir, name)); rmErr != nil && !errors.Is(rmErr, os.ErrNotExist) {
				err = errors.Join(err, rmErr)
			}
		}
		return nil, translate(err)
	}
	return profiles, nil
}

// translate makes a fault of what the disk and the engine say.
func translate(err error) error {
	return engine.Wording{
		NoSpace: "There is not enough disk space to load this.", NoSpaceHint: "Free some space or use a smaller file.",
		Timeout: "The file was not loaded within its time limit.", TimeoutHint: "Load a smaller file, or raise the limit.",
		MemoryHint: "Load a smaller file, or give the sandbox more memory.",
	}.Fault(err)
}

// build writes the database and closes it.
func (o Options) build(ctx context.Context, files []protocol.IngestFile) (profiles []protocol.TableProfile, err error) {
	tables := make([]*table, len(files))
	for i, f := range files {
		if tables[i], err = newTable(ctx, o.DataDir, f); err != nil {
			return nil, err
		}
	}
	spill := filepath.Join(o.OutDir, "spill")
	defer func() { err = errors.Join(err, os.RemoveAll(spill)) }()
	db, err := engine.Open(engine.Options{
		Path: filepath.Join(o.OutDir, protocol.PreparedName), MemoryMB: o.MemoryMB, Threads: o.Threads, TempDir: spill, HomeDir: o.HomeDir,
	})
	if err != nil {
		return nil, fmt.Errorf("create dataset: %w", err)
	}
	defer db.Close()
	if err := db.Confine(ctx, o.OutDir); err != nil {
		return nil, fmt.Errorf("create dataset: %w", err)
	}
	for _, t := range tables {
		if err := t.load(ctx, db); err != nil {
			return nil, err
		}
	}
	if err := db.Exec(ctx, "CHECKPOINT"); err != nil {
		return nil, fmt.Errorf("write dataset: %w", err)
	}
	for _, t := range tables {
		p, err := profile.Table(ctx, db, t.file.Table)
		if err != nil {
			return nil, fmt.Errorf("profile %s: %w", t.file.Table, err)
		}
		if p.Rows != t.tally.loaded {
			return nil, fmt.Errorf("table %s has %d rows instead of %d", t.file.Table, p.Rows, t.tally.loaded)
		}
		t.describe(p)
		profiles = append(profiles, *p)
	}
	return profiles, nil
}

// maxFiles bounds the tables of one dataset.
const maxFiles = 200

// checkFiles refuses a request that cannot be served.
func checkFiles(files []protocol.IngestFile) error {
	if len(files) == 0 || len(files) > maxFiles {
		return fault.New(fault.Validation, "A dataset has between 1 and %d files; this one has %d.", maxFiles, len(files)).
			WithHint("Add or remove files.")
	}
	seen := map[string]bool{}
	for _, f := range files {
		name := strings.ToLower(f.Table)
		if !regexp.MustCompile(`^[\pL_][\pL\pN_ ]{0,62}$`).MatchString(f.Table) {
			return fault.New(fault.Validation, "%q cannot be the name of a table.", f.Table).
				WithHint("Use up to 63 letters, digits and underscores, beginning with a letter.")
		}
		if seen[name] {
			return fault.New(fault.Validation, "Two files would become the table %q.", f.Table).WithHint("Give one of them another name.")
		}
		seen[name] = true
	}
	return nil
}
