package vector_test

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"net"
	"slices"
	"sync"
	"testing"

	"github.com/qdrant/go-client/qdrant"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// contract is a Qdrant server as far as Leo uses one, made of the protocol's own
// messages. It is stricter than Qdrant: what does not say for which org it is, is
// refused. It stands for the server where none can be had.
type contract struct {
	qdrant.UnimplementedPointsServer

	mu          sync.Mutex // guards the rest
	collections map[string]*held
	aliases     map[string]string
	calls       int
	fail        error
	block       chan struct{} // while set, calls wait for it
}

// collections is the service of collections over the same state.
type collections struct {
	qdrant.UnimplementedCollectionsServer
	contract *contract
}

type held struct {
	dims   uint64
	points map[string]*qdrant.PointStruct
	tenant bool
}

// serve starts a server that ends with the test and returns its URL.
func serve(t *testing.T) (*contract, string) {
	t.Helper()
	c := &contract{collections: map[string]*held{}, aliases: map[string]string{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := grpc.NewServer(grpc.UnaryInterceptor(c.intercept))
	qdrant.RegisterCollectionsServer(s, collections{contract: c})
	qdrant.RegisterPointsServer(s, c)
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return c, "http://" + l.Addr().String()
}

// set makes every call fail, or with nil work again.
func (c *contract) set(err error, block chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail, c.block = err, block
}

func (c *contract) intercept(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	c.mu.Lock()
	fail, block := c.fail, c.block
	c.calls++
	c.mu.Unlock()
	if block != nil {
		select {
		case <-block:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if fail != nil {
		return nil, fail
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return next(ctx, req)
}

func (c *contract) find(name string) (*held, error) {
	if to, ok := c.aliases[name]; ok {
		name = to
	}
	h := c.collections[name]
	if h == nil {
		return nil, status.Errorf(codes.NotFound, "Collection `%s` doesn't exist!", name)
	}
	return h, nil
}

func (c *contract) names() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for n := range c.collections {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

func (c collections) List(context.Context, *qdrant.ListCollectionsRequest) (*qdrant.ListCollectionsResponse, error) {
	out := &qdrant.ListCollectionsResponse{}
	for n := range c.contract.collections {
		out.Collections = append(out.Collections, &qdrant.CollectionDescription{Name: n})
	}
	return out, nil
}

func (c collections) CollectionExists(_ context.Context, r *qdrant.CollectionExistsRequest) (*qdrant.CollectionExistsResponse, error) {
	return &qdrant.CollectionExistsResponse{Result: &qdrant.CollectionExists{Exists: c.contract.collections[r.GetCollectionName()] != nil}}, nil
}

func (c collections) Create(_ context.Context, r *qdrant.CreateCollection) (*qdrant.CollectionOperationResponse, error) {
	if c.contract.collections[r.GetCollectionName()] != nil {
		return nil, status.Error(codes.AlreadyExists, "already exists")
	}
	if r.GetSparseVectorsConfig().GetMap()["words"].GetModifier() != qdrant.Modifier_Idf {
		return nil, status.Error(codes.InvalidArgument, "no sparse vector with idf")
	}
	c.contract.collections[r.GetCollectionName()] = &held{
		dims: r.GetVectorsConfig().GetParamsMap().GetMap()["meaning"].GetSize(), points: map[string]*qdrant.PointStruct{},
	}
	return &qdrant.CollectionOperationResponse{Result: true}, nil
}

func (c *contract) Delete(_ context.Context, r *qdrant.DeletePoints) (*qdrant.PointsOperationResponse, error) {
	h, err := c.find(r.GetCollectionName())
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

func (c *contract) CreateFieldIndex(_ context.Context, r *qdrant.CreateFieldIndexCollection) (*qdrant.PointsOperationResponse, error) {
	h, err := c.find(r.GetCollectionName())
	if err == nil && r.GetFieldName() == "org" {
		h.tenant = r.GetFieldIndexParams().GetKeywordIndexParams().GetIsTenant()
	}
	return done(), err
}

func (c *contract) Upsert(_ context.Context, r *qdrant.UpsertPoints) (*qdrant.PointsOperationResponse, error) {
	h, err := c.find(r.GetCollectionName())
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

func (c *contract) Query(_ context.Context, r *qdrant.QueryPoints) (*qdrant.QueryResponse, error) {
	h, err := c.find(r.GetCollectionName())
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

// Delete implements the server; the method of that name above is of points.
func (c collections) Delete(_ context.Context, r *qdrant.DeleteCollection) (*qdrant.CollectionOperationResponse, error) {
	delete(c.contract.collections, r.GetCollectionName())
	return &qdrant.CollectionOperationResponse{Result: true}, nil
}

func (c collections) UpdateAliases(_ context.Context, r *qdrant.ChangeAliases) (*qdrant.CollectionOperationResponse, error) {
	for _, a := range r.GetActions() {
		if d := a.GetDeleteAlias(); d != nil {
			delete(c.contract.aliases, d.GetAliasName())
		}
		if n := a.GetCreateAlias(); n != nil {
			if c.contract.collections[n.GetCollectionName()] == nil {
				return nil, status.Error(codes.NotFound, "no such collection")
			}
			c.contract.aliases[n.GetAliasName()] = n.GetCollectionName()
		}
	}
	return &qdrant.CollectionOperationResponse{Result: true}, nil
}

func (c collections) ListAliases(context.Context, *qdrant.ListAliasesRequest) (*qdrant.ListAliasesResponse, error) {
	out := &qdrant.ListAliasesResponse{}
	for a, n := range c.contract.aliases {
		out.Aliases = append(out.Aliases, &qdrant.AliasDescription{AliasName: a, CollectionName: n})
	}
	return out, nil
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

func (c *contract) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls
}
