package sandboxd

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/objects"
	"github.com/leo-analytics/leo/shared/registry"
)

// maxAttempts is how often a preparation that broke, and was not refused, is
// tried before the dataset is failed.
const maxAttempts = 3

// prepare handles one task. A dataset that cannot be prepared ends as failed
// with its fault; trouble that may pass is returned, and the task comes again.
func (s *Service) prepare(ctx context.Context, task bus.Task, attempt int) error {
	var p registry.PrepareTask
	if err := json.Unmarshal(task.Data, &p); err != nil {
		return fault.Wrap(err, fault.Validation, "The preparation task cannot be read.")
	}
	d, err := s.registry.Record(ctx, task.Org, p.ID, p.Version)
	if fault.CodeOf(err) == fault.NotFound {
		return nil // deleted while the task waited
	}
	if err != nil {
		return err
	}
	if d.State == catalog.Ready || d.State == catalog.Failed {
		return nil // done; a retry makes it registered again
	}
	log := s.log.With("org", task.Org, "dataset", p.ID, "version", p.Version[:min(12, len(p.Version))])
	if err := s.setState(ctx, d, catalog.Preparing, nil); err != nil {
		return err
	}
	began := time.Now()
	err = s.ingest(ctx, d)
	switch {
	case err == nil:
		log.InfoContext(ctx, "dataset prepared", "ms", time.Since(began).Milliseconds())
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case fault.CodeOf(err).Disposition() == fault.Retry && attempt < maxAttempts:
		return err
	}
	log.WarnContext(ctx, "dataset could not be prepared", "attempt", attempt, "error", err, "cause", errors.Unwrap(err))
	return s.setState(ctx, d, catalog.Failed, fault.From(err))
}

func (s *Service) setState(ctx context.Context, d *catalog.Dataset, state catalog.State, f *fault.Fault) error {
	err := s.registry.Update(ctx, d.Org, d.ID, d.Version, func(r *catalog.Dataset) error {
		r.State, r.Fault, r.Progress = state, f, nil
		return nil
	})
	if fault.CodeOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// ingest copies the files into a scratch directory, runs the sandbox over them
// and stores the result. Whatever happens, the scratch directory goes.
func (s *Service) ingest(ctx context.Context, d *catalog.Dataset) (err error) {
	work, err := os.MkdirTemp(s.scratch(), "ingest-")
	if err != nil {
		return objects.DiskFault(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	in, out := filepath.Join(work, "in"), filepath.Join(work, "out")
	for _, dir := range []string{in, out} {
		if err := os.Mkdir(dir, 0o755); err != nil { //nolint:gosec // sandboxes run as another user
			return objects.DiskFault(err)
		}
	}
	if err := os.Chmod(work, 0o711); err != nil { //nolint:gosec // sandboxes run as another user and must pass through
		return objects.DiskFault(err)
	}
	limits := s.ingestLimits(d.Files)
	req := protocol.Request{
		ID: d.ID, QueryType: protocol.Ingest,
		TimeoutMS: int(limits.Timeout.Milliseconds()), MaxOutputBytes: 32 << 20,
	}
	told := s.report(ctx, d)
	for i, f := range d.Files {
		// Not the person's own name: that may be too long for a file here.
		name := fmt.Sprintf("%02d-%s%s", i, f.Table, extension(f.Name))
		if err := s.fetch(ctx, f, filepath.Join(in, name), told); err != nil {
			return err
		}
		req.Files = append(req.Files, protocol.IngestFile{
			Name: name, Label: f.Name, Table: f.Table, Types: declaredTypes(d, f.Table), Options: f.Options,
		})
	}
	resp, engine, err := s.once(executor.WithProgress(ctx, told.sandbox), executor.Spec{
		Mode: protocol.Ingest, DataDir: in, OutDir: out, Org: d.Org, Limits: limits,
	}, req)
	if err != nil {
		return err
	}
	return s.publish(ctx, d, filepath.Join(out, protocol.PreparedName), resp, engine)
}

// extension is the known ending of a file name, compression included: the runner
// reads it.
func extension(name string) string {
	lower, packed := strings.ToLower(name), ""
	for _, ext := range []string{".gz", ".zst"} {
		if rest, ok := strings.CutSuffix(lower, ext); ok {
			lower, packed = rest, ext
		}
	}
	for _, ext := range []string{".csv", ".tsv", ".txt"} {
		if strings.HasSuffix(lower, ext) {
			return ext + packed
		}
	}
	return ".csv" + packed
}

// declaredTypes are the column types a person fixed before preparation.
func declaredTypes(d *catalog.Dataset, table string) map[string]string {
	t := d.Table(table)
	if t == nil {
		return nil
	}
	types := map[string]string{}
	for _, c := range t.Columns {
		if c.EngineType != "" {
			types[c.Name] = c.EngineType
		}
	}
	return types
}

// fetch copies one uploaded file to path and checks its hash.
func (s *Service) fetch(ctx context.Context, f catalog.File, path string, told *telling) (err error) {
	body, err := s.registry.Open(ctx, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644) //nolint:gosec // sandboxes run as another user
	if err != nil {
		return objects.DiskFault(err)
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(file, sum, told), body)
	if err = errors.Join(err, file.Close()); err != nil {
		return objects.DiskFault(err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != f.SHA256 {
		return fault.New(fault.Internal, "The uploaded file %q is damaged in the store.", f.Name).
			WithHint("Upload it again.")
	}
	return nil
}

// once runs one request in a sandbox of its own and returns the response and
// what answered.
func (s *Service) once(ctx context.Context, spec executor.Spec, req protocol.Request) (*protocol.Response, string, error) {
	box, err := s.exec.Prepare(ctx, spec)
	if err != nil {
		return nil, "", err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
		defer cancel()
		if err := box.Destroy(closing); err != nil {
			s.log.ErrorContext(ctx, "sandbox could not be destroyed", "sandbox", box.ID(), "error", err)
		}
	}()
	resp, stats, err := box.Run(ctx, req)
	if err != nil {
		return nil, "", err
	}
	return resp, stats.Engine, nil
}

// publish stores the database file, hands it to the node's cache and makes the
// dataset ready, in this order: a dataset that says ready can be run.
func (s *Service) publish(ctx context.Context, d *catalog.Dataset, path string, resp *protocol.Response, engine string) error {
	f, err := os.Open(path) //nolint:gosec // our own scratch directory
	if err != nil {
		return fault.Wrap(err, fault.Internal, "The preparation left no database.")
	}
	key := d.Org + "/" + d.ID + "/" + d.Version
	info, err := s.prepared.Put(ctx, key, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := s.cache.Adopt(path, info.SHA256, info.Bytes); err != nil {
		s.log.WarnContext(ctx, "prepared dataset not kept in the cache", "error", err)
	}
	return s.registry.Update(ctx, d.Org, d.ID, d.Version, func(r *catalog.Dataset) error {
		r.Tables, r.Reports = describe(r.Tables, resp.Tables), reports(resp.Tables)
		r.Relations = relate(r.Relations, r.Tables)
		r.Prepared = &catalog.Prepared{Object: key, Bytes: info.Bytes, SHA256: info.SHA256, Engine: engine}
		r.State, r.Fault, r.Progress, r.PreparedAt = catalog.Ready, nil, nil, time.Now().UTC()
		return nil
	})
}

// describe joins what was found in the files with what people said about them.
func describe(said []catalog.Table, found []protocol.TableProfile) []catalog.Table {
	known := catalog.Dataset{Tables: said}
	tables := make([]catalog.Table, len(found))
	for i, f := range found {
		t := catalog.Table{Name: f.Name}
		if k := known.Table(f.Name); k != nil {
			t = *k
		}
		t.Rows, t.Rejected, t.Format = f.Rows, f.Rejected, f.Format
		t.Rejects, t.Sample = f.Rejects, f.Sample
		columns := make([]catalog.Column, len(f.Columns))
		for j, c := range f.Columns {
			columns[j] = column(t.Column(c.Name), c)
		}
		t.Columns = columns
		tables[i] = t
	}
	return tables
}

// reports are what the runner says about the files.
func reports(found []protocol.TableProfile) []catalog.FileReport {
	var out []catalog.FileReport
	for _, f := range found {
		if f.Report != nil {
			out = append(out, *f.Report)
		}
	}
	return out
}

func column(said *catalog.Column, found protocol.ColumnProfile) catalog.Column {
	c := catalog.Column{Name: found.Name}
	if said != nil {
		c = *said
		c.Name = found.Name
	}
	c.EngineType, c.Type = found.Type, catalog.TypeOf(found.Type)
	p := &catalog.Profile{Nulls: found.Nulls, Distinct: found.Distinct, Min: found.Min, Max: found.Max, Complete: found.Complete}
	for _, v := range found.Top {
		p.Top = append(p.Top, catalog.ValueCount{Value: v.Value, Count: v.Count})
	}
	if h := found.Histogram; h != nil {
		p.Histogram = &catalog.Histogram{Of: h.Of, Low: h.Low, High: h.High, Counts: h.Counts}
	}
	c.Profile = p
	return c
}

// relate keeps the declared relations and adds discovered ones for pairs of
// tables that have none.
func relate(declared []catalog.Relation, tables []catalog.Table) []catalog.Relation {
	out := []catalog.Relation{}
	for _, r := range declared {
		if r.Origin == catalog.Declared {
			out = append(out, r)
		}
	}
	for _, r := range catalog.Relate(tables) {
		if !linked(out, r) {
			out = append(out, r)
		}
	}
	return out
}

func linked(relations []catalog.Relation, r catalog.Relation) bool {
	for _, have := range relations {
		if have.Origin != catalog.Declared {
			continue
		}
		if have.FromTable == r.FromTable && have.ToTable == r.ToTable || have.FromTable == r.ToTable && have.ToTable == r.FromTable {
			return true
		}
	}
	return false
}
