package vectortest

import (
	"context"

	"github.com/qdrant/go-client/qdrant"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// collections is the service of collections over the same state.
type collections struct {
	qdrant.UnimplementedCollectionsServer
	server *Server
}

func (c collections) List(context.Context, *qdrant.ListCollectionsRequest) (*qdrant.ListCollectionsResponse, error) {
	out := &qdrant.ListCollectionsResponse{}
	for n := range c.server.collections {
		out.Collections = append(out.Collections, &qdrant.CollectionDescription{Name: n})
	}
	return out, nil
}

func (c collections) CollectionExists(_ context.Context, r *qdrant.CollectionExistsRequest) (*qdrant.CollectionExistsResponse, error) {
	return &qdrant.CollectionExistsResponse{Result: &qdrant.CollectionExists{Exists: c.server.collections[r.GetCollectionName()] != nil}}, nil
}

func (c collections) Create(_ context.Context, r *qdrant.CreateCollection) (*qdrant.CollectionOperationResponse, error) {
	if c.server.collections[r.GetCollectionName()] != nil {
		return nil, status.Error(codes.AlreadyExists, "already exists")
	}
	if r.GetSparseVectorsConfig().GetMap()["words"].GetModifier() != qdrant.Modifier_Idf {
		return nil, status.Error(codes.InvalidArgument, "no sparse vector with idf")
	}
	c.server.collections[r.GetCollectionName()] = &held{
		dims: r.GetVectorsConfig().GetParamsMap().GetMap()["meaning"].GetSize(), points: map[string]*qdrant.PointStruct{},
	}
	return &qdrant.CollectionOperationResponse{Result: true}, nil
}

func (c collections) Delete(_ context.Context, r *qdrant.DeleteCollection) (*qdrant.CollectionOperationResponse, error) {
	delete(c.server.collections, r.GetCollectionName())
	return &qdrant.CollectionOperationResponse{Result: true}, nil
}

func (c collections) UpdateAliases(_ context.Context, r *qdrant.ChangeAliases) (*qdrant.CollectionOperationResponse, error) {
	for _, a := range r.GetActions() {
		if d := a.GetDeleteAlias(); d != nil {
			delete(c.server.aliases, d.GetAliasName())
		}
		if n := a.GetCreateAlias(); n != nil {
			if c.server.collections[n.GetCollectionName()] == nil {
				return nil, status.Error(codes.NotFound, "no such collection")
			}
			if c.server.aliases[n.GetAliasName()] != "" {
				return nil, status.Error(codes.InvalidArgument, "there is an alias of that name")
			}
			c.server.aliases[n.GetAliasName()] = n.GetCollectionName()
		}
	}
	return &qdrant.CollectionOperationResponse{Result: true}, nil
}

func (c collections) ListAliases(context.Context, *qdrant.ListAliasesRequest) (*qdrant.ListAliasesResponse, error) {
	out := &qdrant.ListAliasesResponse{}
	for a, n := range c.server.aliases {
		out.Aliases = append(out.Aliases, &qdrant.AliasDescription{AliasName: a, CollectionName: n})
	}
	return out, nil
}
