package sandboxd

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

// What one survey may take: time for each of its statements, and links it measures.
const (
	surveyTimeout = 2 * time.Minute
	surveyOutput  = 32 << 20
	surveyLinks   = 100
)

// survey handles one task: it profiles the tables of a version that has columns
// without a profile, counts what its guessed relations rest on, and stores both in
// the version's record, with the fault if it could not.
func (s *Service) survey(ctx context.Context, task bus.Task, attempt int) error {
	var p registry.PrepareTask
	if err := json.Unmarshal(task.Data, &p); err != nil {
		return fault.Wrap(err, fault.Validation, "The survey task cannot be read.")
	}
	d, err := s.registry.Record(ctx, task.Org, p.ID, p.Version)
	if fault.CodeOf(err) == fault.NotFound {
		return nil // deleted while the task waited
	}
	if err != nil || d.State != catalog.Ready || d.Survey != nil {
		return err
	}
	found, err := s.look(ctx, d)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return ctx.Err()
	case fault.CodeOf(err).Disposition() == fault.Retry && attempt < maxAttempts:
		return err
	default:
		s.log.WarnContext(ctx, "dataset could not be surveyed", "org", d.Org, "dataset", d.ID, "error", err)
	}
	err = s.registry.Update(ctx, d.Org, d.ID, d.Version, func(r *catalog.Dataset) error {
		found.store(r, err)
		return nil
	})
	if fault.CodeOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// surveyed is what a survey found.
type surveyed struct {
	tables   []protocol.TableProfile
	links    []catalog.Link
	overlaps []catalog.Overlap
}

// store writes it into a record.
func (f surveyed) store(r *catalog.Dataset, err error) {
	r.Survey = &catalog.Survey{At: time.Now().UTC()}
	if err != nil {
		r.Survey.Fault = fault.From(err)
		return
	}
	for _, t := range f.tables {
		known := r.Table(t.Name)
		if known == nil {
			continue
		}
		for _, c := range t.Columns {
			if have := known.Column(c.Name); have != nil && have.Profile == nil {
				have.Profile = column(nil, c).Profile
			}
		}
	}
	for i := range r.Relations {
		for j, l := range f.links {
			if r.Relations[i].Link().Same(l) && j < len(f.overlaps) {
				overlap := f.overlaps[j]
				r.Relations[i].Overlap = &overlap
			}
		}
	}
}

// look asks sandboxes, one for each statement.
func (s *Service) look(ctx context.Context, d *catalog.Dataset) (found surveyed, err error) {
	dir, release, err := s.cache.Dataset(ctx, d)
	if err != nil {
		return found, err
	}
	defer release()
	spec := s.spec(d.Org, protocol.SQL, dir, s.cfg.Limits.Default.MemoryMB)
	spec.Limits.Timeout, spec.Limits.MaxOutput = surveyTimeout, surveyOutput
	req := protocol.Request{ID: d.ID, TimeoutMS: int(surveyTimeout.Milliseconds()), MaxOutputBytes: surveyOutput}
	if lacksProfile(d) {
		if found.tables, err = s.reprofile(ctx, spec, req); err != nil {
			return found, err
		}
	}
	for _, r := range d.Relations {
		if r.Origin == catalog.Discovered && r.Overlap == nil && len(r.FromColumns) == 1 && len(found.links) < surveyLinks {
			found.links = append(found.links, r.Link())
		}
	}
	if len(found.links) > 0 {
		found.overlaps, err = s.measure(ctx, spec, req, d, found.links)
	}
	return found, err
}

func lacksProfile(d *catalog.Dataset) bool {
	for _, t := range d.Tables {
		for _, c := range t.Columns {
			if c.Profile == nil {
				return true
			}
		}
	}
	return false
}

func (s *Service) reprofile(ctx context.Context, spec executor.Spec, req protocol.Request) ([]protocol.TableProfile, error) {
	req.QueryType = protocol.Profile
	resp, _, err := s.once(ctx, spec, req)
	if err != nil {
		return nil, err
	}
	return resp.Tables, nil
}

// measure counts what links rest on, all in one statement.
func (s *Service) measure(ctx context.Context, spec executor.Spec, req protocol.Request, d *catalog.Dataset, links []catalog.Link) ([]catalog.Overlap, error) {
	parts := make([]string, len(links))
	for i, l := range links {
		parts[i] = countsOf(i, l)
	}
	req.QueryType, req.Tables, req.MaxRows = protocol.SQL, d.TableNames(), len(links)
	req.Statement = strings.Join(parts, " UNION ALL ") + " ORDER BY link"
	resp, _, err := s.once(ctx, spec, req)
	if err != nil {
		return nil, err
	}
	return overlaps(resp.Rows, len(links))
}

// countsOf is a SELECT of one row: the link's number and the counts of its overlap.
func countsOf(i int, l catalog.Link) string {
	from, a, to, b := quoteName(l.FromTable), quoteName(l.FromColumns[0]), quoteName(l.ToTable), quoteName(l.ToColumns[0])
	known := "(SELECT " + b + " FROM " + to + " WHERE " + b + " IS NOT NULL)"
	return "SELECT " + strconv.Itoa(i) + " AS link, count(*) AS n, count(*) - count(" + a + ") AS empties," +
		" count(*) FILTER (WHERE " + a + " IS NOT NULL AND " + a + " NOT IN " + known + ") AS orphans," +
		" count(DISTINCT " + a + ") AS vals," +
		" count(DISTINCT " + a + ") FILTER (WHERE " + a + " IN " + known + ") AS matched," +
		" (SELECT count(*) FROM (SELECT " + b + " FROM " + to + " WHERE " + b + " IS NOT NULL GROUP BY " + b + " HAVING count(*) > 1) AS twice) AS repeated" +
		" FROM " + from
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// overlaps reads the rows that countsOf makes, in the order of the links.
func overlaps(rows [][]any, want int) ([]catalog.Overlap, error) {
	if len(rows) != want {
		return nil, fault.New(fault.Internal, "The survey counted %d relations of %d.", len(rows), want)
	}
	out := make([]catalog.Overlap, want)
	for i, row := range rows {
		n := make([]int64, len(row))
		for j, v := range row {
			var err error
			if n[j], err = strconv.ParseInt(fmt.Sprint(v), 10, 64); err != nil {
				return nil, fault.Wrap(err, fault.Internal, "The survey counted something that is no number.")
			}
		}
		if len(n) != 7 || n[0] != int64(i) {
			return nil, fault.New(fault.Internal, "The survey's counts are not those that were asked for.")
		}
		out[i] = catalog.Overlap{Rows: n[1], Empty: n[2], Orphans: n[3], Values: n[4], Matched: n[5], Repeated: n[6]}
	}
	return out, nil
}
