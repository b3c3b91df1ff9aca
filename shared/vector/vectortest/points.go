package vectortest

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/qdrant/go-client/qdrant"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// points is the service of points over the server's state.
type points struct {
	qdrant.UnimplementedPointsServer
	server *Server
}

func (c points) Delete(_ context.Context, r *qdrant.DeletePoints) (*qdrant.PointsOperationResponse, error) {
	h, err := c.server.find(r.GetCollectionName())
	if err != nil {
		return nil, err
	}
	f := r.GetPoints().GetFilter()
	if err := oneOrg(f); err != nil {
		return nil, err
	}
	for id, p := range h.points {
		if matches(f, p) {
			delete(h.points, id)
		}
	}
	return done(), nil
}

func (c points) CreateFieldIndex(_ context.Context, r *qdrant.CreateFieldIndexCollection) (*qdrant.PointsOperationResponse, error) {
	h, err := c.server.find(r.GetCollectionName())
	if err == nil && r.GetFieldName() == "org" {
		h.tenant = r.GetFieldIndexParams().GetKeywordIndexParams().GetIsTenant()
	}
	return done(), err
}

func (c points) Upsert(_ context.Context, r *qdrant.UpsertPoints) (*qdrant.PointsOperationResponse, error) {
	h, err := c.server.find(r.GetCollectionName())
	if err != nil {
		return nil, err
	}
	for _, p := range r.GetPoints() {
		dense := p.GetVectors().GetVectors().GetVectors()["meaning"].GetDense().GetData()
		switch {
		case p.GetPayload()["org"].GetStringValue() == "" || !h.tenant:
			return nil, status.Error(codes.InvalidArgument, "a point of no org, or no tenant index")
		case uint64(len(dense)) != h.dims:
			return nil, status.Errorf(codes.InvalidArgument, "Vector dimension error: expected dim: %d, got %d", h.dims, len(dense))
		}
		h.points[p.GetId().GetUuid()] = p
	}
	return done(), nil
}

func (c points) Query(_ context.Context, r *qdrant.QueryPoints) (*qdrant.QueryResponse, error) {
	h, err := c.server.find(r.GetCollectionName())
	if err != nil {
		return nil, err
	}
	if err := oneOrg(r.GetFilter()); err != nil {
		return nil, err
	}
	var found []*qdrant.ScoredPoint
	if r.GetQuery().GetFusion() == qdrant.Fusion_RRF && len(r.GetPrefetch()) > 0 {
		fused := map[string]*qdrant.ScoredPoint{}
		for _, p := range r.GetPrefetch() {
			if err := oneOrg(p.GetFilter()); err != nil {
				return nil, err
			}
			part, err := h.nearest(p.GetQuery(), p.GetUsing(), p.GetFilter(), p.GetLimit())
			if err != nil {
				return nil, err
			}
			for rank, s := range part {
				id := s.GetId().GetUuid()
				if fused[id] == nil {
					fused[id] = s
					s.Score = 0
				}
				fused[id].Score += 1 / float32(2+rank)
			}
		}
		for _, s := range fused {
			found = append(found, s)
		}
		sorted(found)
	} else if found, err = h.nearest(r.GetQuery(), r.GetUsing(), r.GetFilter(), r.GetLimit()); err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(s *qdrant.ScoredPoint) bool { return s.GetScore() < r.GetScoreThreshold() })
	return &qdrant.QueryResponse{Result: found[:min(uint64(len(found)), r.GetLimit())]}, nil
}

// nearest scores the points that pass by one vector.
func (h *held) nearest(q *qdrant.Query, using string, f *qdrant.Filter, limit uint64) ([]*qdrant.ScoredPoint, error) {
	sparse, dense := q.GetNearest().GetSparse(), q.GetNearest().GetDense().GetData()
	switch {
	case using == "meaning" && uint64(len(dense)) != h.dims, using == "words" && sparse == nil, using != "meaning" && using != "words":
		return nil, status.Errorf(codes.InvalidArgument, "Wrong input: not a vector for %q", using)
	}
	var out []*qdrant.ScoredPoint
	for _, p := range h.points {
		if !matches(f, p) {
			continue
		}
		score := 0.0
		if using == "words" {
			own := p.GetVectors().GetVectors().GetVectors()["words"].GetSparse()
			for i, term := range sparse.GetIndices() {
				if at := slices.Index(own.GetIndices(), term); at >= 0 {
					score += h.idf(term) * float64(sparse.GetValues()[i]) * float64(own.GetValues()[at])
				}
			}
		} else {
			own := p.GetVectors().GetVectors().GetVectors()["meaning"].GetDense().GetData()
			for i := range own {
				score += float64(own[i]) * float64(dense[i])
			}
		}
		if score > 0 {
			out = append(out, &qdrant.ScoredPoint{Id: p.GetId(), Payload: p.GetPayload(), Score: float32(score)})
		}
	}
	sorted(out)
	return out[:min(uint64(len(out)), limit)], nil
}

func (h *held) idf(term uint32) float64 {
	df := 0.0
	for _, p := range h.points {
		if slices.Contains(p.GetVectors().GetVectors().GetVectors()["words"].GetSparse().GetIndices(), term) {
			df++
		}
	}
	return math.Log(1 + (float64(len(h.points))-df+0.5)/(df+0.5))
}

func sorted(list []*qdrant.ScoredPoint) {
	slices.SortFunc(list, func(a, b *qdrant.ScoredPoint) int {
		return cmp.Or(cmp.Compare(b.GetScore(), a.GetScore()), cmp.Compare(a.GetId().GetUuid(), b.GetId().GetUuid()))
	})
}

func done() *qdrant.PointsOperationResponse {
	return &qdrant.PointsOperationResponse{Result: &qdrant.UpdateResult{Status: qdrant.UpdateStatus_Completed}}
}

// oneOrg refuses a filter that does not name exactly one org among what must hold.
func oneOrg(f *qdrant.Filter) error {
	n := 0
	for _, c := range f.GetMust() {
		if c.GetField().GetKey() == "org" && c.GetField().GetMatch().GetKeyword() != "" {
			n++
		}
	}
	if n != 1 || len(f.GetShould()) > 0 {
		return status.Error(codes.PermissionDenied, fmt.Sprintf("a filter with %d orgs", n))
	}
	return nil
}

func matches(f *qdrant.Filter, p *qdrant.PointStruct) bool {
	holds := func(c *qdrant.Condition) bool {
		if ids := c.GetHasId(); ids != nil {
			return slices.ContainsFunc(ids.GetHasId(), func(id *qdrant.PointId) bool { return id.GetUuid() == p.GetId().GetUuid() })
		}
		v := p.GetPayload()[c.GetField().GetKey()].GetStringValue()
		if many := c.GetField().GetMatch().GetKeywords(); many != nil {
			return slices.Contains(many.GetStrings(), v)
		}
		return v == c.GetField().GetMatch().GetKeyword()
	}
	for _, c := range f.GetMust() {
		if !holds(c) {
			return false
		}
	}
	return !slices.ContainsFunc(f.GetMustNot(), holds)
}
