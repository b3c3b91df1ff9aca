package reuse

import (
	"context"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/vector"
	"github.com/leo-analytics/leo/shared/verified"
)

const (
	// maxNear is how many answers are proposed, looked how many hits are looked at.
	maxNear = 3
	looked  = 10
	// sameMeaning is the cosine of embeddings from which two questions are taken for
	// much the same. What it lets through a person still reads.
	sameMeaning = 0.8
)

// Proposal is an answer to another question, for a person to take or leave.
type Proposal struct {
	Answer *verified.Answer
	Plan   *plan.Query
}

// Near returns answers that were verified for questions much like this one, best
// first. They answer other questions, so they may be offered and never run unasked.
// The index proposes; which questions are alike is decided here.
func (b *Book) Near(ctx context.Context, x *vector.Index, q Question) []Proposal {
	if x == nil || apart(q) {
		return nil
	}
	known, points := b.of(q.Org, q.Dataset.ID)
	if len(known) == 0 || x.Ensure(q.Org, vector.Verified, q.Dataset.ID, points) != nil {
		return nil
	}
	want := vector.Query{Kind: vector.Verified, Text: q.Text, Groups: []string{q.Dataset.ID}, Limit: looked}
	hits, err := x.Search(ctx, q.Org, want)
	if err != nil {
		return nil
	}
	var ids []string
	for _, h := range hits.Hits {
		if a := known[h.Key]; a != nil && verified.Alike(q.Text, a.Question) {
			ids = append(ids, h.Key)
		}
	}
	if x.ByMeaning() {
		want.Least = sameMeaning
		if hits, err = x.Search(ctx, q.Org, want); err == nil {
			for _, h := range hits.Hits {
				ids = append(ids, h.Key)
			}
		}
	}
	return b.proposals(ctx, q, ids, known)
}

// proposals are those of the answers that hold, each once.
func (b *Book) proposals(ctx context.Context, q Question, ids []string, known map[string]*verified.Answer) []Proposal {
	var out []Proposal
	for _, id := range ids {
		a := known[id]
		if a == nil || len(out) == maxNear || slices.ContainsFunc(out, func(p Proposal) bool { return p.Answer.ID == id }) {
			continue
		}
		if p := b.holds(ctx, q, a); p != nil {
			out = append(out, Proposal{a, p})
		}
	}
	return out
}

// of returns the answers of a dataset by id, and what an index finds them by.
func (b *Book) of(org, dataset string) (map[string]*verified.Answer, []vector.Point) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	known := map[string]*verified.Answer{}
	var points []vector.Point
	for _, a := range b.answers {
		if a.Org == org && a.DatasetID == dataset {
			known[a.ID] = a
			points = append(points, vector.Question(a.ID, dataset, a.Question))
		}
	}
	slices.SortFunc(points, func(a, b vector.Point) int { return strings.Compare(a.Key, b.Key) })
	return known, points
}
