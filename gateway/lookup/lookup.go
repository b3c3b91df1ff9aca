package lookup

import (
	"context"
	"strings"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/vouch"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/vector"
)

// Datasets is what is read of the registry.
type Datasets interface {
	List(ctx context.Context, org string) ([]*catalog.Dataset, error)
}

// Answers is what is read of the verified answers.
type Answers interface {
	List(ctx context.Context, p auth.Principal, datasetID string) ([]vouch.Listed, error)
}

// Service searches. Safe for concurrent use.
type Service struct {
	index    *vector.Index
	datasets Datasets
	answers  Answers
}

// New returns a service over an index.
func New(index *vector.Index, datasets Datasets, answers Answers) *Service {
	return &Service{index: index, datasets: datasets, answers: answers}
}

// Query is what is looked for.
type Query struct {
	Text string
	// DatasetID restricts it to one dataset; empty for all of the org.
	DatasetID string
	// Limit bounds the places, and the questions, each. 0: 20; 200 at most.
	Limit int
}

// Place is a dataset, a table or a column.
type Place struct {
	DatasetID string `json:"dataset_id"`
	Dataset   string `json:"dataset"`
	// Table is empty for a dataset, Column for a table.
	Table       string `json:"table,omitempty"`
	Column      string `json:"column,omitempty"`
	Type        string `json:"type,omitempty"`
	Description string `json:"description,omitempty"`
}

// Question is one that somebody vouched for.
type Question struct {
	ID        string `json:"id"`
	DatasetID string `json:"dataset_id"`
	Question  string `json:"question"`
}

// Found is the outcome, best first.
type Found struct {
	Places    []Place    `json:"places"`
	Questions []Question `json:"questions"`
	// By says what was compared: words, or words and meaning.
	By string `json:"by"`
	// Degraded says that something configured did not answer.
	Degraded bool `json:"degraded,omitempty"`
}

const (
	defaultLimit = 20
	maxLimit     = 200
	maxQuery     = 1000
	// spare is how many more hits are asked for than are shown, as some may be gone.
	spare = 2
)

// Search finds places and questions. It fails with VALIDATION_ERROR for a query
// that makes no sense and NOT_FOUND for a dataset that is not there.
func (s *Service) Search(ctx context.Context, p auth.Principal, q Query) (Found, error) {
	if q.Limit == 0 {
		q.Limit = defaultLimit
	}
	switch {
	case strings.TrimSpace(q.Text) == "" || len(q.Text) > maxQuery:
		return Found{}, fault.New(fault.Validation, "There is nothing to look for, or too much.").
			WithHint("Put up to %d characters into q.", maxQuery)
	case q.Limit < 0 || q.Limit > maxLimit:
		return Found{}, fault.New(fault.Validation, "A search returns 1 to %d finds.", maxLimit).WithHint("Set limit, or leave it out.")
	}
	known, groups, err := s.known(ctx, p.Org, q.DatasetID)
	if err != nil {
		return Found{}, err
	}
	out := Found{Places: []Place{}, Questions: []Question{}, By: "words"}
	want := vector.Query{Kind: vector.Catalogue, Text: q.Text, Groups: groups, Limit: spare * q.Limit}
	places, err := s.index.Search(ctx, p.Org, want)
	if err != nil {
		return Found{}, err
	}
	for _, h := range places.Hits {
		if place, ok := placeOf(known[h.Group], h.Payload); ok && len(out.Places) < q.Limit {
			out.Places = append(out.Places, place)
		}
	}
	if places.Dense {
		out.By = "words and meaning"
	}
	out.Degraded = places.Degraded
	out.Questions, err = s.questions(ctx, p, q, want)
	return out, err
}

// known returns the datasets that are searched, by id, and brings the index's copy
// up to date with them.
func (s *Service) known(ctx context.Context, org, only string) (map[string]*catalog.Dataset, []string, error) {
	all, err := s.datasets.List(ctx, org)
	if err != nil {
		return nil, nil, err
	}
	known := map[string]*catalog.Dataset{}
	var groups []string
	for _, d := range all {
		if only != "" && d.ID != only || len(groups) == maxGroups {
			continue
		}
		v := d.Visible()
		known[d.ID] = v
		groups = append(groups, d.ID)
		if err := s.index.Ensure(org, vector.Catalogue, d.ID, vector.Schema(v)); err != nil {
			return nil, nil, err
		}
	}
	if only != "" && len(groups) == 0 {
		return nil, nil, fault.New(fault.NotFound, "There is no dataset %q.", only).WithHint("GET /api/v1/datasets lists those there are.")
	}
	return known, groups, nil
}

// maxGroups is how many datasets are searched at once.
const maxGroups = 1000

// placeOf reads a hit, if the dataset still has what it names.
func placeOf(d *catalog.Dataset, payload map[string]string) (Place, bool) {
	if d == nil {
		return Place{}, false
	}
	out := Place{DatasetID: d.ID, Dataset: d.Title, Table: payload[vector.TableField], Column: payload[vector.ColumnField]}
	if out.Table == "" {
		out.Description = d.Description
		return out, true
	}
	t := d.Table(out.Table)
	if t == nil {
		return Place{}, false
	}
	if out.Column == "" {
		out.Description = t.Description
		return out, true
	}
	c := t.Column(out.Column)
	if c == nil || c.Hidden {
		return Place{}, false
	}
	out.Type, out.Description = string(c.Type), c.Description
	return out, true
}

// questions finds those of the verified answers.
func (s *Service) questions(ctx context.Context, p auth.Principal, q Query, want vector.Query) ([]Question, error) {
	list, err := s.answers.List(ctx, p, q.DatasetID)
	if err != nil {
		return nil, err
	}
	byKey, points := map[string]Question{}, map[string][]vector.Point{}
	for _, a := range list {
		byKey[a.ID] = Question{ID: a.ID, DatasetID: a.DatasetID, Question: a.Question}
		points[a.DatasetID] = append(points[a.DatasetID], vector.Question(a.ID, a.DatasetID, a.Question))
	}
	for _, id := range want.Groups {
		if err := s.index.Ensure(p.Org, vector.Verified, id, points[id]); err != nil {
			return nil, err
		}
	}
	want.Kind = vector.Verified
	found, err := s.index.Search(ctx, p.Org, want)
	out := []Question{}
	for _, h := range found.Hits {
		if a, ok := byKey[h.Key]; ok && len(out) < q.Limit {
			out = append(out, a)
		}
	}
	return out, err
}
