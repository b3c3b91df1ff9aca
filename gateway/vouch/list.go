package vouch

import (
	"context"
	"time"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/verified"
)

// List returns the verified answers of the principal's org, newest first; of one
// dataset, if one is named.
func (s *Service) List(ctx context.Context, p auth.Principal, datasetID string) ([]Listed, error) {
	answers, err := s.store.List(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	out, known := []Listed{}, map[string]*catalog.Dataset{}
	for _, a := range answers {
		if datasetID == "" || a.DatasetID == datasetID {
			out = append(out, s.listed(ctx, p.Org, a, known))
		}
	}
	return out, nil
}

// Get returns one of the org's answers, or NOT_FOUND.
func (s *Service) Get(ctx context.Context, p auth.Principal, id string) (Listed, error) {
	a, _, err := s.store.Get(ctx, p.Org, id)
	if err != nil {
		return Listed{}, err
	}
	return s.listed(ctx, p.Org, a, map[string]*catalog.Dataset{}), nil
}

// Delete takes the mark away. NOT_FOUND says that there is none.
func (s *Service) Delete(ctx context.Context, p auth.Principal, id string) error {
	a, _, err := s.store.Get(ctx, p.Org, id)
	if err != nil {
		return err
	}
	if err := s.acts.Record(ctx, p, audit.ActUnverified, id, a.RunID, a); err != nil {
		return err
	}
	return s.store.Delete(ctx, p.Org, id)
}

func (s *Service) listed(ctx context.Context, org string, a *verified.Answer, known map[string]*catalog.Dataset) Listed {
	l := Listed{Answer: a, State: Valid}
	if l.Reason = s.stale(ctx, org, a, known); l.Reason != "" {
		l.State = Stale
	}
	return l
}

// stale compares an answer with the newest version of its dataset. While that is
// being prepared nothing is known of it, and nobody can ask about it either.
func (s *Service) stale(ctx context.Context, org string, a *verified.Answer, known map[string]*catalog.Dataset) string {
	d, ok := known[a.DatasetID]
	if !ok {
		var err error
		d, err = s.datasets.Get(ctx, org, a.DatasetID)
		switch {
		case fault.CodeOf(err) == fault.NotFound:
			return "The dataset is gone."
		case err != nil:
			return ""
		}
		known[a.DatasetID] = d
	}
	if d.State != catalog.Ready {
		return ""
	}
	return a.Stale(d, time.Now())
}
