package vector

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/qdrant/go-client/qdrant"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// layout is the version of what a point carries; another one, another collection.
const layout = 1

// fresh is how long searches go where the alias pointed when it was looked up.
const fresh = 5 * time.Second

// collection names where points of a space are.
func (s *Qdrant) collection(kind Kind, sp space) string {
	if sp.dims == 0 {
		return fmt.Sprintf("%s_v%d_words", s.aliasOf(kind), layout)
	}
	return fmt.Sprintf("%s_v%d_%016x_%d", s.aliasOf(kind), layout, hash(sp.model), sp.dims)
}

func (s *Qdrant) aliasOf(kind Kind) string { return s.prefix + "_" + string(kind) }

// live returns the collection that is searched, or "" when there is none yet.
func (s *Qdrant) live(ctx context.Context, kind Kind, now bool) (string, error) {
	s.mu.Lock()
	known, ok := s.alive[kind]
	s.mu.Unlock()
	if ok && !now && time.Since(known.at) < fresh {
		return known.collection, nil
	}
	list, err := s.client.ListAliases(ctx)
	if err != nil {
		return "", err
	}
	name := ""
	for _, a := range list {
		if a.GetAliasName() == s.aliasOf(kind) {
			name = a.GetCollectionName()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if name != "" { // none yet may be some in a moment
		s.alive[kind] = alias{name, time.Now()}
	}
	return name, nil
}

// forget makes the next use look again.
func (s *Qdrant) forget(kind Kind, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.alive, kind)
	delete(s.made, name)
}

// all returns the collections of a kind.
func (s *Qdrant) all(ctx context.Context, kind Kind) ([]string, error) {
	names, err := s.client.ListCollections(ctx)
	return slices.DeleteFunc(names, func(n string) bool { return !strings.HasPrefix(n, s.aliasOf(kind)+"_v") }), err
}

// ensure makes a collection if there is none, and searches it if nothing else is.
// What somebody else makes meanwhile is as good.
func (s *Qdrant) ensure(ctx context.Context, kind Kind, name string, sp space) error {
	s.mu.Lock()
	made := s.made[name]
	s.mu.Unlock()
	if made {
		return nil
	}
	ok, err := s.client.CollectionExists(ctx, name)
	if err != nil {
		return err
	}
	if !ok {
		if err := s.client.CreateCollection(ctx, described(name, sp)); err != nil && status.Code(err) != codes.AlreadyExists && !strings.Contains(err.Error(), "already exists") {
			return err
		}
	}
	for field, tenant := range map[string]bool{fieldOrg: true, fieldGroup: false} {
		if _, err := s.client.CreateFieldIndex(ctx, &qdrant.CreateFieldIndexCollection{
			CollectionName: name, FieldName: field, FieldType: qdrant.FieldType_FieldTypeKeyword.Enum(), Wait: qdrant.PtrOf(true),
			FieldIndexParams: qdrant.NewPayloadIndexParamsKeyword(&qdrant.KeywordIndexParams{IsTenant: qdrant.PtrOf(tenant)}),
		}); err != nil {
			return err
		}
	}
	live, err := s.live(ctx, kind, true)
	if err != nil {
		return err
	}
	if live == "" {
		if err := s.client.CreateAlias(ctx, s.aliasOf(kind), name); err != nil {
			if other, again := s.live(ctx, kind, true); again != nil || other == "" {
				return err
			} // somebody else was faster
		}
		s.forget(kind, name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made[name] = true
	return nil
}

// described is a collection whose points are searched within one org at a time, so
// that its graph of neighbours is made for each org and not over all.
func described(name string, sp space) *qdrant.CreateCollection {
	out := &qdrant.CreateCollection{
		CollectionName: name,
		SparseVectorsConfig: qdrant.NewSparseVectorsConfig(map[string]*qdrant.SparseVectorParams{
			words: {Modifier: qdrant.Modifier_Idf.Enum()},
		}),
	}
	if sp.dims > 0 {
		out.VectorsConfig = qdrant.NewVectorsConfigMap(map[string]*qdrant.VectorParams{
			meaning: {Size: uint64(sp.dims), Distance: qdrant.Distance_Cosine},
		})
		out.HnswConfig = &qdrant.HnswConfigDiff{M: qdrant.PtrOf(uint64(0)), PayloadM: qdrant.PtrOf(uint64(16))}
	}
	return out
}

// publish moves searches to the collection of a space, in one step, and removes all
// others of the kind: the one they came from, and what was never finished.
func (s *Qdrant) publish(ctx context.Context, kind Kind, sp space) error {
	name := s.collection(kind, sp)
	if err := s.ensure(ctx, kind, name, sp); err != nil {
		return err
	}
	was, err := s.live(ctx, kind, true)
	if err != nil {
		return err
	}
	if was != name {
		steps := []*qdrant.AliasOperations{qdrant.NewAliasCreate(s.aliasOf(kind), name)}
		if was != "" {
			steps = append([]*qdrant.AliasOperations{qdrant.NewAliasDelete(s.aliasOf(kind))}, steps...)
		}
		if err := s.client.UpdateAliases(ctx, steps); err != nil {
			return err
		}
		s.forget(kind, was)
	}
	names, err := s.all(ctx, kind)
	if err != nil {
		return err
	}
	for _, other := range names {
		if other == name {
			continue
		}
		if err := s.client.DeleteCollection(ctx, other); err != nil && !gone(err) {
			return err
		}
		s.forget(kind, other)
	}
	return nil
}

// gone reports that what a call was about is not there.
func gone(err error) bool { return status.Code(err) == codes.NotFound }
