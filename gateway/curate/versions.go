package curate

import (
	"context"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// Versions returns a dataset's versions, newest upload first, and the hash of the
// current one. Fault: NOT_FOUND.
func (s *Service) Versions(ctx context.Context, p auth.Principal, id string) ([]*catalog.Dataset, string, error) {
	return s.datasets.Versions(ctx, p.Org, id)
}

// Restore makes a version the current one, if current still is. Faults: NOT_FOUND,
// FORBIDDEN, CONFLICT.
func (s *Service) Restore(ctx context.Context, p auth.Principal, id, version, current string) error {
	d, err := s.datasets.Get(ctx, p.Org, id)
	if err != nil {
		return err
	}
	if err := mustEdit(p, d); err != nil {
		return err
	}
	if _, err := s.datasets.Record(ctx, p.Org, id, version); err != nil {
		return err
	}
	detail := struct {
		From string `json:"from"`
		To   string `json:"to"`
	}{current, version}
	if err := s.acts.Record(ctx, p, audit.ActRestored, id, "", detail); err != nil {
		return err
	}
	return s.datasets.Restore(ctx, p.Org, id, version, current)
}

// DeleteVersion deletes a version that is not the current one. Faults: NOT_FOUND,
// FORBIDDEN, CONFLICT.
func (s *Service) DeleteVersion(ctx context.Context, p auth.Principal, id, version string) error {
	d, err := s.datasets.Record(ctx, p.Org, id, version)
	if err != nil {
		return err
	}
	if err := mustDelete(d); err != nil {
		return err
	}
	if err := s.acts.Record(ctx, p, audit.ActVersionDeleted, id, "", deleted(d)); err != nil {
		return err
	}
	return s.datasets.DeleteVersion(ctx, p.Org, id, version)
}

// Delete deletes a dataset with everything that is said about it. Faults:
// NOT_FOUND, FORBIDDEN.
func (s *Service) Delete(ctx context.Context, p auth.Principal, id string) error {
	d, err := s.datasets.Get(ctx, p.Org, id)
	if err != nil {
		return err
	}
	if err := mustDelete(d); err != nil {
		return err
	}
	if err := s.acts.Record(ctx, p, audit.ActDatasetDeleted, id, "", deleted(d)); err != nil {
		return err
	}
	return s.datasets.Delete(ctx, p.Org, id)
}

// mustDelete refuses what comes with Leo. That it takes an admin is the route's
// affair.
func mustDelete(d *catalog.Dataset) error {
	if !d.Demo {
		return nil
	}
	return fault.New(fault.Forbidden, "%q comes with Leo and cannot be deleted.", d.ID).
		WithHint("Only datasets that were uploaded can be deleted.")
}

// gone is what the audit keeps of what was deleted.
type gone struct {
	Title   string   `json:"title"`
	Version string   `json:"version"`
	Files   []string `json:"files"`
}

func deleted(d *catalog.Dataset) gone {
	g := gone{Title: d.Title, Version: d.Version, Files: []string{}}
	for _, f := range d.Files {
		g.Files = append(g.Files, f.Name)
	}
	return g
}
