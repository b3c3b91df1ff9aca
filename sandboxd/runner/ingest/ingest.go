package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/sandboxd/runner/profile"
	"github.com/leo-analytics/leo/shared/catalog"
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
	// Progress is told what is being done, once a second at most and when a table
	// begins to be described. Nil: nobody is.
	Progress func(protocol.Progress)
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
	parts, err := o.parts(ctx, files)
	if err != nil {
		return nil, err
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
	if err := db.Confine(ctx, parquetFiles(parts), o.OutDir); err != nil {
		return nil, fmt.Errorf("create dataset: %w", err)
	}
	for _, t := range parts {
		if err := t.load(ctx, db); err != nil {
			return nil, err
		}
	}
	if err := db.Exec(ctx, "CHECKPOINT"); err != nil {
		return nil, fmt.Errorf("write dataset: %w", err)
	}
	for _, t := range parts {
		o.tell(protocol.Progress{Stage: catalog.StageDescribing, Table: t.table()})
		p, err := profile.Table(ctx, db, t.table())
		if err != nil {
			return nil, fmt.Errorf("profile %s: %w", t.table(), err)
		}
		if err := t.describe(p); err != nil {
			return nil, err
		}
		profiles = append(profiles, *p)
	}
	return profiles, nil
}

// part is a file, or a sheet of one, on its way into the database.
type part interface {
	// table is the name of its table.
	table() string
	// load creates the table and fills it.
	load(ctx context.Context, db *engine.DB) error
	// describe completes what the engine says about the table, and fails if that is
	// not what was loaded.
	describe(p *protocol.TableProfile) error
}

// parts opens the files and finds out how each is read.
func (o Options) parts(ctx context.Context, files []protocol.IngestFile) ([]part, error) {
	taken := map[string]bool{}
	for _, f := range files {
		taken[strings.ToLower(f.Table)] = true
	}
	var out []part
	for _, f := range files {
		more, err := o.open(ctx, f, taken)
		if err != nil {
			return nil, err
		}
		if out = append(out, more...); len(out) > maxFiles {
			return nil, fault.New(fault.Validation, "A dataset has at most %d tables; the sheets of %s are too many.", maxFiles, cmp.Or(f.Label, f.Name)).
				WithHint("Split it into several datasets.")
		}
	}
	return out, nil
}

// open finds out what a file is and how it is read.
func (o Options) open(ctx context.Context, f protocol.IngestFile, taken map[string]bool) ([]part, error) {
	for table, options := range f.Options {
		if err := options.Validate(); err != nil {
			return nil, fault.From(err).With("table", table)
		}
	}
	own := f.Options[f.Table]
	o.tell(protocol.Progress{Stage: catalog.StageExamining, Table: f.Table})
	s, err := openSource(ctx, o.DataDir, f, own)
	if err != nil {
		return nil, err
	}
	s.meter = &meter{tell: o.tell}
	if s.format == formatXLSX {
		return o.openSheets(ctx, f, s, taken)
	}
	for table := range f.Options {
		if table != f.Table {
			return nil, fault.New(fault.Validation, "%s does not become the table %.60q.", s.name, table).
				WithHint("Its table is %q.", f.Table).With("table", table)
		}
	}
	if s.format == formatParquet {
		p, err := newParquet(f, s, own)
		return []part{p}, err
	}
	t, err := newTable(ctx, &table{file: f, name: f.Table, source: s, options: own})
	return []part{t}, err
}

// openSheets makes a part of every sheet that holds something. One alone has the
// name of the file's table, several have their own names behind it.
func (o Options) openSheets(ctx context.Context, f protocol.IngestFile, s *source, taken map[string]bool) ([]part, error) {
	book, err := openWorkbook(s)
	if err != nil {
		return nil, err
	}
	sheets, err := book.filled(ctx)
	if err != nil {
		return nil, err
	}
	var out []part
	known := map[string]bool{}
	for i, one := range sheets {
		t := &table{file: f, name: f.Table, source: s, sheet: one}
		if len(sheets) > 1 {
			t.name = sheetTable(f.Table, one.name, taken)
		}
		if i == 0 {
			t.remarks = book.remarks
		}
		known[t.name] = true
		t.options = f.Options[t.name]
		if err := t.checkSheetOptions(); err != nil {
			return nil, err
		}
		if t, err = newTable(ctx, t); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	for table := range f.Options {
		if !known[table] {
			return nil, fault.New(fault.Validation, "%s does not become the table %.60q.", s.name, table).
				WithHint("Its tables are: %s.", strings.Join(slices.Sorted(maps.Keys(known)), ", ")).With("table", table)
		}
	}
	return out, nil
}

// parquetFiles are those that the engine itself reads.
func parquetFiles(parts []part) []string {
	var out []string
	for _, t := range parts {
		if p, ok := t.(*parquet); ok {
			out = append(out, p.source.path)
		}
	}
	return out
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
