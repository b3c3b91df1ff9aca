package curate

import (
	"context"
	"time"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

// Service changes what is said about datasets, and which versions there are. Safe
// for concurrent use.
type Service struct {
	datasets *registry.Registry
	acts     *audit.Acts
}

// New returns a service over the datasets of a registry.
func New(datasets *registry.Registry, acts *audit.Acts) *Service {
	return &Service{datasets: datasets, acts: acts}
}

// View is what people said about a dataset, and what is to be decided about it.
type View struct {
	DatasetID string `json:"dataset_id"`
	// Version is the current one, which the rest is about.
	Version string `json:"version"`
	// Revision goes into the next change.
	Revision  uint64    `json:"revision"`
	UpdatedBy string    `json:"updated_by,omitempty"`
	UpdatedAt time.Time `json:"updated_at,omitzero"`
	// MayEdit and MayDelete say what the reader may do.
	MayEdit   bool       `json:"may_edit"`
	MayDelete bool       `json:"may_delete"`
	Relations []Relation `json:"relations"`
	// Gone is what people spoke of and the current version does not have. It is
	// kept in case that a later one has it again.
	Gone []catalog.Gone `json:"gone"`
}

// Get shows what people said about a dataset. Fault: NOT_FOUND.
func (s *Service) Get(ctx context.Context, p auth.Principal, id string) (View, error) {
	d, said, revision, err := s.load(ctx, p, id)
	if err != nil {
		return View{}, err
	}
	return view(p, d, said, revision), nil
}

// load reads the current version as it was prepared, and what is said about it.
func (s *Service) load(ctx context.Context, p auth.Principal, id string) (*catalog.Dataset, *catalog.Curation, uint64, error) {
	current, err := s.datasets.Get(ctx, p.Org, id)
	if err != nil {
		return nil, nil, 0, err
	}
	d, err := s.datasets.Record(ctx, p.Org, id, current.Version)
	if err != nil {
		return nil, nil, 0, err
	}
	said, revision, err := s.datasets.Curation(ctx, p.Org, id)
	return d, said, revision, err
}

func view(p auth.Principal, d *catalog.Dataset, said *catalog.Curation, revision uint64) View {
	v := View{
		DatasetID: d.ID, Version: d.Version, Revision: revision, UpdatedBy: said.UpdatedBy, UpdatedAt: said.UpdatedAt,
		MayEdit: mayEdit(p, d), MayDelete: mayDelete(p, d), Relations: relations(d, said), Gone: []catalog.Gone{},
	}
	if d.State == catalog.Ready { // before that nobody knows what it has
		v.Gone = append(v.Gone, said.Gone(d)...)
	}
	return v
}

// mayEdit reports whether p may say what d means.
func mayEdit(p auth.Principal, d *catalog.Dataset) bool {
	return p.Role.Includes(auth.Verifier) || p.Role.Includes(auth.Analyst) && d.Owner == p.User
}

// mayDelete reports whether p may delete d and versions of it.
func mayDelete(p auth.Principal, d *catalog.Dataset) bool {
	return p.Role.Includes(auth.Admin) && !d.Demo
}

func mustEdit(p auth.Principal, d *catalog.Dataset) error {
	if mayEdit(p, d) {
		return nil
	}
	return fault.New(fault.Forbidden, "The dataset %q is not yours, so its meaning is not yours to change.", d.ID).
		WithHint("Its owner, a verifier or an admin can. Tell one of them what is missing.").With("needs", string(auth.Verifier))
}

// Change says something about a dataset. What it leaves out stays as it is.
type Change struct {
	// Revision is that of the View the change was made on.
	Revision    uint64                 `json:"revision"`
	Title       *string                `json:"title,omitempty"`
	Description *string                `json:"description,omitempty"`
	Prompts     *[]string              `json:"prompts,omitempty"`
	Tables      []catalog.CuratedTable `json:"tables,omitempty"`
	Relations   []catalog.CuratedLink  `json:"relations,omitempty"`
	// ForgetGone drops what was said about tables and columns the current version
	// does not have.
	ForgetGone bool `json:"forget_gone,omitempty"`
}

// Change makes a change and shows what is said then. Faults: NOT_FOUND, FORBIDDEN,
// VALIDATION_ERROR with the path of what is wrong, CONFLICT when the revision is
// not the newest.
func (s *Service) Change(ctx context.Context, p auth.Principal, id string, c Change) (View, error) {
	d, said, revision, err := s.load(ctx, p, id)
	if err != nil {
		return View{}, err
	}
	if err := mustEdit(p, d); err != nil {
		return View{}, err
	}
	if revision != c.Revision {
		return View{}, fault.New(fault.Conflict, "%s changed what is said about this dataset in the meantime.", somebody(said.UpdatedBy)).
			WithHint("Load it again, look at the change, and repeat yours.").With("revision", revision)
	}
	if err := c.tidy(d); err != nil {
		return View{}, err
	}
	if err := s.acts.Record(ctx, p, audit.ActCurated, id, "", c); err != nil {
		return View{}, err
	}
	said.Merge(&catalog.Curation{Title: c.Title, Description: c.Description, Prompts: c.Prompts, Tables: c.Tables, Relations: c.Relations})
	if c.ForgetGone && d.State == catalog.Ready {
		said.ForgetGone(d)
	}
	said.UpdatedBy, said.UpdatedAt = p.User, time.Now().UTC().Truncate(time.Second)
	if revision, err = s.datasets.Curate(ctx, p.Org, id, said, revision); err != nil {
		return View{}, err
	}
	return view(p, d, said, revision), nil
}

func somebody(user string) string {
	if user == "" {
		return "Somebody else"
	}
	return user
}
