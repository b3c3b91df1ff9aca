package frames

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/shared/fault"
)

// Write makes [protocol.FramesName] in dir from tables of the open database: those
// named, compared without regard to case, or all of them if none is. It returns
// the name and the number of rows of each, in the order of the catalogue.
//
// Faults: NOT_FOUND for a table that does not exist, RUNNER_RESOURCE_EXCEEDED when
// the disk is full or a file may not grow that far, RUNNER_TIMEOUT and CANCELLED at
// the end of ctx. It does not replace a file that is there already.
func Write(ctx context.Context, db *engine.DB, dir string, tables []string) ([]protocol.TableProfile, error) {
	list, err := schema(ctx, db, tables)
	if err != nil {
		return nil, translate(err)
	}
	path := filepath.Join(dir, protocol.FramesName)
	switch _, err := os.Lstat(path); {
	case err == nil:
		return nil, errors.New("the output directory holds a columnar copy already")
	case !errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("look at output directory: %w", err)
	}
	if err := writeFile(ctx, db, path, list); err != nil {
		return nil, translate(err)
	}
	profiles := make([]protocol.TableProfile, len(list))
	for i, t := range list {
		profiles[i] = protocol.TableProfile{Name: t.Name, Rows: t.Rows, Columns: []protocol.ColumnProfile{}}
	}
	return profiles, nil
}

// writeFile writes under another name until the file is complete.
func writeFile(ctx context.Context, db *engine.DB, path string, tables []table) (err error) {
	part := path + ".part"
	// Not only its owner may read it: a sandbox runs as a user of its own.
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // see above
	if err != nil {
		return fmt.Errorf("create columnar copy: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(part))
		}
	}()
	out := bufio.NewWriterSize(file, 256<<10)
	e := &exporter{db: db, archive: newArchive(out)}
	err = errors.Join(e.export(ctx, tables), out.Flush())
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write columnar copy: %w", err)
	}
	if err := os.Rename(part, path); err != nil {
		return fmt.Errorf("complete columnar copy: %w", err)
	}
	return nil
}

// meta is meta.json.
type meta struct {
	Version int     `json:"version"`
	Tables  []table `json:"tables"`
}

// table is a table and what the file says about it.
type table struct {
	Name    string   `json:"name"`
	Rows    int64    `json:"rows"`
	Columns []column `json:"columns"`
}

// column is a column and the members its values are in.
type column struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Kind  kind   `json:"kind"`
	Data  string `json:"data"`
	Nulls string `json:"nulls,omitempty"`
	Ends  string `json:"ends,omitempty"`
	Codes string `json:"codes,omitempty"`
}

// schema describes the tables to be written.
func schema(ctx context.Context, db *engine.DB, wanted []string) ([]table, error) {
	names, err := tableNames(ctx, db)
	if err != nil {
		return nil, err
	}
	for _, name := range wanted {
		if !contains(names, name) {
			return nil, fault.New(fault.NotFound, "There is no table %q in this dataset.", name).With("table", name).
				WithHint("The tables of the dataset are listed on its page.")
		}
	}
	tables := make([]table, 0, len(names))
	for _, name := range names {
		if len(wanted) > 0 && !contains(wanted, name) {
			continue
		}
		t := table{Name: name, Columns: []column{}}
		if t.Rows, err = count(ctx, db, name); err != nil {
			return nil, err
		}
		columns, err := db.Describe(ctx, "SELECT * FROM "+engine.QuoteName(name))
		if err != nil {
			return nil, fmt.Errorf("describe %s: %w", name, err)
		}
		for _, c := range columns {
			t.Columns = append(t.Columns, column{Name: c.Name, Type: c.Type, Kind: storageOf(c.Type).kind})
		}
		tables = append(tables, t)
	}
	return tables, nil
}

func contains(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

func tableNames(ctx context.Context, db *engine.DB) ([]string, error) {
	rows, err := db.Query(ctx, "SELECT table_name FROM duckdb_tables() WHERE NOT internal AND NOT temporary AND schema_name = 'main' ORDER BY table_oid")
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	defer rows.Close()
	var names []string
	for rows.Next(ctx) {
		name, _ := rows.Text(0)
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	return names, nil
}

func count(ctx context.Context, db *engine.DB, name string) (int64, error) {
	text, err := db.Text(ctx, "SELECT CAST(count(*) AS VARCHAR) FROM "+engine.QuoteName(name))
	if err != nil {
		return 0, fmt.Errorf("count rows of %s: %w", name, err)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("count rows of %s: %w", name, err)
	}
	return n, nil
}

// translate makes a fault of what the disk and the engine say.
func translate(err error) error {
	return engine.Wording{
		NoSpace: "There is not enough disk space for the copy of the dataset that Python reads.", NoSpaceHint: "Free some space, or use a smaller dataset.",
		Timeout: "The dataset was not copied for Python within the time limit.", TimeoutHint: "Use a smaller dataset, or raise the limit.",
		MemoryHint: "Use a smaller dataset, or give the sandbox more memory.",
	}.Fault(err)
}
