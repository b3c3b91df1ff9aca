package registry

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// Reread makes a version of a dataset whose files have the same bytes and are read
// with other options, which are named by table and replace all that were there. It
// is the newest from then on, and is prepared like every other. A version that
// exists already becomes the newest again, and is prepared again if it failed;
// created says that there was none. Faults are VALIDATION_ERROR, with the path of
// the option, and NOT_FOUND.
func (r *Registry) Reread(ctx context.Context, old *catalog.Dataset, options map[string]catalog.ReadOptions) (_ *catalog.Dataset, created bool, err error) {
	// Not what people said since: that stands apart.
	if old, err = r.Record(ctx, old.Org, old.ID, old.Version); err != nil {
		return nil, false, err
	}
	next := forgetful(old)
	if next.Files, err = readWith(old, options); err != nil {
		return nil, false, err
	}
	next.Version = catalog.VersionOf(next.Content, next.Files)
	have, err := r.Version(ctx, old.Org, old.ID, next.Version)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return next, true, r.Put(ctx, next)
	case err != nil:
		return nil, false, err
	}
	if have.State == catalog.Failed {
		err := r.Update(ctx, have.Org, have.ID, have.Version, func(d *catalog.Dataset) error {
			d.State, d.Fault = catalog.Registered, nil
			have = d
			return nil
		})
		if err != nil {
			return nil, false, err
		}
	}
	return have, false, r.Put(ctx, have)
}

// forgetful copies a dataset without what its preparation found. What people said
// stays.
func forgetful(old *catalog.Dataset) *catalog.Dataset {
	d := *old
	if d.Content == "" {
		d.Content = old.Version
	}
	d.State, d.Fault, d.Progress, d.Prepared, d.Reports = catalog.Registered, nil, nil, nil, nil
	d.CreatedAt, d.PreparedAt, d.Survey = time.Now().UTC(), time.Time{}, nil
	d.Tables = nil
	for _, t := range old.Tables {
		t.Forget()
		said := catalog.Table{Name: t.Name, Title: t.Title, Description: t.Description, Synonyms: t.Synonyms, Columns: []catalog.Column{}}
		for _, c := range t.Columns {
			c.Forget()
			if c.Description != "" || len(c.Synonyms) > 0 || c.Unit != "" {
				said.Columns = append(said.Columns, catalog.Column{Name: c.Name, Description: c.Description, Synonyms: c.Synonyms, Unit: c.Unit})
			}
		}
		d.Tables = append(d.Tables, said)
	}
	d.Relations = slices.DeleteFunc(slices.Clone(old.Relations), func(l catalog.Relation) bool { return l.Origin != catalog.Declared })
	return &d
}

// readWith gives each file the options of its tables.
func readWith(d *catalog.Dataset, options map[string]catalog.ReadOptions) ([]catalog.File, error) {
	files := slices.Clone(d.Files)
	for i := range files {
		files[i].Options = nil
	}
	for _, table := range slices.Sorted(maps.Keys(options)) {
		o := options[table]
		i := fileOf(d, table)
		if i < 0 {
			return nil, fault.New(fault.Validation, "No file of %q becomes the table %.60q.", d.ID, table).
				WithHint("Name a table of the dataset's report.").With("path", "/options/"+table)
		}
		if err := o.Validate(); err != nil {
			f := fault.From(err)
			path, _ := f.Details["path"].(string)
			return nil, f.With("path", "/options/"+table+"/"+path)
		}
		if o.IsZero() {
			continue
		}
		if files[i].Options == nil {
			files[i].Options = map[string]catalog.ReadOptions{}
		}
		files[i].Options[table] = o
	}
	return files, nil
}

// fileOf finds the file that becomes a table. The tables of a workbook are known
// from its report; before there is one, they begin with the name of the file's.
func fileOf(d *catalog.Dataset, table string) int {
	named := table
	for _, r := range d.Reports {
		if r.Table == table {
			named = r.FileTable
		}
	}
	best := -1
	for i, f := range d.Files {
		if f.Table == named {
			return i
		}
		if strings.HasPrefix(named, f.Table+"_") && (best < 0 || len(f.Table) > len(d.Files[best].Table)) {
			best = i
		}
	}
	return best
}
