package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/leo-analytics/leo/datasets"
	"github.com/leo-analytics/leo/gateway"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

// welcome registers the demo datasets, waits until everything there is can be
// asked about, and says where.
func (u *up) welcome(ctx context.Context, b *bus.Bus, gate *gateway.Gateway) error {
	r := registry.New(b, u.log)
	if u.cfg.Demo {
		for _, d := range datasets.LoadRegistry().Datasets {
			if err := u.registerDemo(ctx, r, localOrg, d); err != nil {
				return err
			}
		}
	}
	if err := u.awaitPrepared(ctx, r); err != nil {
		return err
	}
	select {
	case <-gate.Ready():
	case <-ctx.Done():
		return nil
	}
	url := "http://" + gate.Addr()
	u.say("Leo is ready: %s", url)
	if u.ready != nil {
		u.ready(url)
	}
	<-ctx.Done()
	return nil
}

// registerDemo generates and uploads one demo dataset unless it is there.
func (u *up) registerDemo(ctx context.Context, r *registry.Registry, org string, d datasets.Dataset) error {
	if old, err := r.Version(ctx, org, d.ID, d.Version); err == nil {
		return r.Put(ctx, old) // a killed process may have left it without its pointer
	} else if fault.CodeOf(err) != fault.NotFound {
		return err
	}
	dir := filepath.Join(u.cfg.DataDir, "demo", d.ID)
	u.say("Generating demo dataset %s", d.ID)
	if err := datasets.Generate(ctx, d.ID, dir, nil); err != nil {
		return err
	}
	up := r.Begin(org)
	for _, file := range d.FileNames() {
		f, err := os.Open(filepath.Join(dir, file)) //nolint:gosec // our own data directory
		if err != nil {
			up.Abort(ctx)
			return err
		}
		err = up.Add(ctx, file, f)
		_ = f.Close()
		if err != nil {
			up.Abort(ctx)
			return err
		}
	}
	_, _, err := up.Commit(ctx, demoRecord(d))
	return err
}

// demoRecord is what the registry of the demo datasets says about one of them,
// before anybody has looked into its files.
func demoRecord(d datasets.Dataset) catalog.Dataset {
	out := catalog.Dataset{ID: d.ID, Title: d.Title, Description: d.Description, Prompts: d.Prompts, Owner: "leo", Demo: true}
	for _, t := range d.Tables {
		table := catalog.Table{Name: t.Name, Title: t.Title, Description: t.Description, Synonyms: t.Synonyms, Key: t.Key}
		for _, c := range t.Columns {
			table.Columns = append(table.Columns, catalog.Column{
				Name: c.Name, EngineType: c.EngineType, Description: c.Description, Synonyms: c.Synonyms, Unit: c.Unit,
			})
		}
		out.Tables = append(out.Tables, table)
	}
	for _, r := range d.Relations {
		out.Relations = append(out.Relations, catalog.Relation{
			FromTable: r.FromTable, FromColumns: r.FromColumns, ToTable: r.ToTable, ToColumns: r.ToColumns,
			Origin: catalog.Declared, Confidence: 1,
		})
	}
	return out
}

// awaitPrepared waits until no dataset is on its way any more.
func (u *up) awaitPrepared(ctx context.Context, r *registry.Registry) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	open := map[string]catalog.State{}
	current := false
	settle := func() {
		if !current {
			return
		}
		for _, s := range open {
			if s == catalog.Registered || s == catalog.Preparing {
				return
			}
		}
		cancel()
	}
	err := r.Watch(ctx, func() { current = true; settle() }, func(d *catalog.Dataset, deleted bool) {
		key := d.Org + "." + d.ID + "." + d.Version
		was := open[key]
		switch {
		case deleted:
			delete(open, key)
		case d.State != was:
			open[key] = d.State
			u.sayState(d, was)
		}
		settle()
	})
	return err
}

func (u *up) sayState(d *catalog.Dataset, was catalog.State) {
	switch {
	case d.State == catalog.Preparing:
		u.say("Preparing dataset %s in a sandbox", d.ID)
	case d.State == catalog.Ready && was != "":
		var rows int64
		for _, t := range d.Tables {
			rows += t.Rows
		}
		u.say("Dataset %s is ready: %d tables, %d rows", d.ID, len(d.Tables), rows)
	case d.State == catalog.Failed && was != "":
		u.say("Dataset %s failed: %s", d.ID, d.Fault.Message)
	}
}
