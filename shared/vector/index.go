package vector

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash/fnv"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/leo-analytics/leo/shared/fault"
)

// Config bounds what an index uses.
type Config struct {
	// MemoryBytes bounds the points kept in this process. Default 256 MiB.
	MemoryBytes int64
	// Timeout is how long a search waits for Qdrant. Default 500 ms.
	Timeout time.Duration
	// EmbedTimeout is how long a search waits for its text's embedding. Default 2 s.
	EmbedTimeout time.Duration
	// WriteTimeout is how long one batch of points may take. Default 15 s.
	WriteTimeout time.Duration
	// Retries is how often a batch is tried again; -1 never. Default 3.
	Retries int
	// Pause is before the first of those; each next one is twice as long. Default
	// 200 ms.
	Pause time.Duration
}

// WithDefaults returns a copy with every zero field set to its default.
func (c Config) WithDefaults() Config {
	if c.MemoryBytes == 0 {
		c.MemoryBytes = 256 << 20
	}
	for _, f := range []struct {
		v   *time.Duration
		def time.Duration
	}{{&c.Timeout, 500 * time.Millisecond}, {&c.EmbedTimeout, 2 * time.Second}, {&c.WriteTimeout, 15 * time.Second}, {&c.Pause, 200 * time.Millisecond}} {
		if *f.v == 0 {
			*f.v = f.def
		}
	}
	if c.Retries == 0 {
		c.Retries = 3
	}
	return c
}

// Embedder makes dense vectors; *llm.Embedder is one.
type Embedder interface {
	// Embed returns one vector for each text, all of the same length.
	Embed(ctx context.Context, texts []string) ([][]float32, error)
	// Model returns the model's name: vectors of different models do not compare.
	Model() string
}

// Deps are what an index works with.
type Deps struct {
	// Embedder makes dense vectors; nil for lexical ones alone.
	Embedder Embedder
	// Qdrant holds the points for many processes; nil where each has its own.
	Qdrant *Qdrant
	Log    *slog.Logger
}

// Index is the points of all organisations, each seen by its own alone. It may be
// used by several goroutines at once.
type Index struct {
	cfg      Config
	embedder Embedder
	remote   *Qdrant
	local    *memory
	store    *guard
	endpoint *guard
	dims     atomic.Int64 // of the embeddings, once there was one
	filled   sync.Map     // the kinds that Reindex filled, where there is no Qdrant
	figures  counts
	log      *slog.Logger
}

// New returns an empty index, or one over what is in Qdrant. Nothing has been sent.
func New(cfg Config, d Deps) *Index {
	cfg = cfg.WithDefaults()
	return &Index{
		cfg: cfg, embedder: d.Embedder, remote: d.Qdrant, local: newMemory(cfg.MemoryBytes), log: d.Log,
		store:    &guard{log: d.Log.With("what", "vector store")},
		endpoint: &guard{log: d.Log.With("what", "embeddings endpoint")},
	}
}

// Ensure makes this process's copy of a group consist of exactly these points,
// which costs next to nothing when it does. It neither embeds nor waits: embeddings
// that [Index.Replace] made here are kept for texts that did not change.
func (x *Index) Ensure(org string, kind Kind, group string, points []Point) error {
	if err := checkOrg(org, kind); err != nil {
		return err
	}
	stamp := stampOf(points)
	if x.local.stamped(org, kind, group, stamp) {
		return nil
	}
	list, err := x.lexical(group, points)
	if err != nil {
		return err
	}
	x.local.refresh(org, kind, group, stamp, list)
	return nil
}

// Replace makes a group consist of exactly these points, here and in Qdrant, with
// embeddings where an endpoint is configured. Doing it again changes nothing. It
// fails with UNAVAILABLE when the endpoint or Qdrant does not take them, which may
// leave new and old points side by side until it is tried again.
func (x *Index) Replace(ctx context.Context, org string, kind Kind, group string, points []Point) error {
	if err := checkOrg(org, kind); err != nil {
		return err
	}
	list, err := x.lexical(group, points)
	if err != nil {
		return err
	}
	if err := x.embed(ctx, org, kind, list); err != nil {
		return err
	}
	x.local.replace(org, kind, group, stampOf(points), list)
	if x.remote == nil {
		return nil
	}
	if err := x.send(ctx, org, kind, list); err != nil {
		return err
	}
	return x.write(ctx, func(ctx context.Context) error {
		return x.remote.keep(ctx, org, kind, group, keysOf(list))
	})
}

// Upsert adds points or replaces those of the same keys, as [Index.Replace] does.
func (x *Index) Upsert(ctx context.Context, org string, kind Kind, points []Point) error {
	if err := checkOrg(org, kind); err != nil {
		return err
	}
	list, err := x.lexical("", points)
	if err != nil {
		return err
	}
	if err := x.embed(ctx, org, kind, list); err != nil {
		return err
	}
	x.local.put(org, kind, list)
	if x.remote == nil {
		return nil
	}
	return x.send(ctx, org, kind, list)
}

// Delete removes points; those that are not there are no fault.
func (x *Index) Delete(ctx context.Context, org string, kind Kind, keys ...string) error {
	if err := checkOrg(org, kind); err != nil || len(keys) == 0 {
		return err
	}
	x.local.drop(org, kind, keys)
	if x.remote == nil {
		return nil
	}
	return x.write(ctx, func(ctx context.Context) error { return x.remote.drop(ctx, org, kind, keys) })
}

// DeleteGroup removes all points of a group.
func (x *Index) DeleteGroup(ctx context.Context, org string, kind Kind, group string) error {
	if err := checkOrg(org, kind); err != nil {
		return err
	}
	x.local.dropGroup(org, kind, group)
	if x.remote == nil {
		return nil
	}
	return x.write(ctx, func(ctx context.Context) error { return x.remote.keep(ctx, org, kind, group, nil) })
}

// Search returns the best points of an org. It fails with VALIDATION_ERROR alone:
// what does not answer is done without, and [Found.Degraded] says so.
func (x *Index) Search(ctx context.Context, org string, q Query) (Found, error) {
	if err := checkOrg(org, q.Kind); err != nil {
		return Found{}, err
	}
	q, err := q.check()
	if err != nil {
		return Found{}, err
	}
	w, out := want{Query: q}, Found{}
	w.sparse = Lexical(Text{Text: q.Text})
	if len(w.sparse.Terms) == 0 || !q.AnyGroup && len(q.Groups) == 0 {
		return out, nil
	}
	if w.dense, out.Degraded = x.meaning(ctx, q.Text); q.Least > 0 && w.dense == nil {
		return out, nil
	}
	if x.remote != nil {
		var dense bool
		sp, _ := x.space()
		if x.store.do(ctx, x.cfg.Timeout, func(ctx context.Context) (err error) {
			out.Hits, dense, err = x.remote.find(ctx, org, w, sp)
			return err
		}) {
			if out.Dense = dense; len(out.Hits) > 0 {
				x.figures.count(out)
				return out, nil
			}
			// Nothing may mean that it was not written yet.
		} else {
			out.Degraded = true
		}
	}
	out.Hits, out.Dense = x.local.find(org, w)
	x.figures.count(out)
	return out, nil
}

// meaning is the embedding of what is asked, or nil, and whether one was to be had.
func (x *Index) meaning(ctx context.Context, text string) (dense []float32, degraded bool) {
	if x.embedder == nil {
		return nil, false
	}
	ok := x.endpoint.do(ctx, x.cfg.EmbedTimeout, func(ctx context.Context) error {
		list, err := x.vectors(ctx, []string{text})
		if err == nil {
			dense = list[0]
		}
		return err
	})
	return dense, !ok
}

// lexical checks points and gives them their lexical vectors. Where group is set,
// all must be of it.
func (x *Index) lexical(group string, points []Point) ([]stored, error) {
	out := make([]stored, 0, len(points))
	for _, p := range points {
		if err := checkPoint(p); err != nil {
			return nil, err
		}
		if group != "" && p.Group != group {
			return nil, fault.New(fault.Validation, "A point of %q is written with the group %q.", p.Group, group).
				WithHint("Write each group by itself.")
		}
		prose := p.prose()
		s := stored{Point: p.clone(), said: hash(prose), prose: prose}
		s.sparse = Lexical(p.Texts...)
		out = append(out, s)
	}
	return out, nil
}

// stampOf tells lists of points apart.
func stampOf(points []Point) string {
	h := sha256.New()
	for _, p := range points {
		_, _ = fmt.Fprintf(h, "%q %q %v %v\n", p.Key, p.Group, p.Texts, p.Payload) // cannot fail
	}
	return string(h.Sum(nil))
}

func hash(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // cannot fail
	return h.Sum64()
}

func keysOf(list []stored) []string {
	keys := make([]string, len(list))
	for i, s := range list {
		keys[i] = s.Key
	}
	return keys
}
