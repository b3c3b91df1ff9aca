package vector

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/leo-analytics/leo/shared/fault"
)

// How much is sent at once.
const (
	embedBatch = 64
	pointBatch = 128
)

// space says which vectors compare: those of one model, of one length.
type space struct {
	model string
	dims  int
}

// space returns what the index writes; false while the dimensions are not known.
func (x *Index) space() (space, bool) {
	if x.embedder == nil {
		return space{}, true
	}
	dims := int(x.dims.Load())
	return space{x.embedder.Model(), dims}, dims > 0
}

// embed gives points their dense vectors, if there is who makes them. Those of
// texts that did not change are taken from here.
func (x *Index) embed(ctx context.Context, org string, kind Kind, list []stored) error {
	if x.embedder == nil {
		return nil
	}
	x.local.recall(org, kind, list)
	var missing []*stored
	for i := range list {
		if list[i].dense == nil {
			missing = append(missing, &list[i])
		}
	}
	for batch := range slices.Chunk(missing, embedBatch) {
		texts := make([]string, len(batch))
		for i, s := range batch {
			texts[i] = s.prose
		}
		err := x.write(ctx, func(ctx context.Context) error {
			vectors, err := x.vectors(ctx, texts)
			for i := range vectors {
				batch[i].dense = vectors[i]
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// vectors embeds texts, brought to length 1, and refuses what does not compare
// with what came before.
func (x *Index) vectors(ctx context.Context, texts []string) ([][]float32, error) {
	list, err := x.embedder.Embed(ctx, texts)
	if err != nil {
		return nil, err
	}
	if len(list) != len(texts) {
		return nil, fault.New(fault.Model, "The embeddings endpoint returned %d vectors for %d texts.", len(list), len(texts))
	}
	for _, v := range list {
		if len(v) == 0 || !x.dims.CompareAndSwap(0, int64(len(v))) && x.dims.Load() != int64(len(v)) {
			return nil, fault.New(fault.Model, "The embeddings endpoint returned vectors of different lengths.").
				WithHint("Check embedding_model and embedding_base_url.")
		}
		if !normalise(v) {
			return nil, fault.New(fault.Model, "The embeddings endpoint returned a vector without a direction.").
				WithHint("Check embedding_model and embedding_base_url.")
		}
	}
	return list, nil
}

func normalise(v []float32) bool {
	sum := 0.0
	for _, f := range v {
		sum += float64(f) * float64(f)
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return false
	}
	for i := range v {
		v[i] = float32(float64(v[i]) / math.Sqrt(sum))
	}
	return true
}

// send writes points to Qdrant.
func (x *Index) send(ctx context.Context, org string, kind Kind, list []stored) error {
	if len(list) == 0 {
		return nil
	}
	s, ok := x.space()
	if !ok {
		return fault.New(fault.Unavailable, "The embeddings endpoint has not answered yet.")
	}
	for batch := range slices.Chunk(list, pointBatch) {
		if err := x.write(ctx, func(ctx context.Context) error { return x.remote.put(ctx, org, kind, s, batch) }); err != nil {
			return err
		}
	}
	return nil
}

// write tries a step until it works, the tries are used up or ctx ends.
func (x *Index) write(ctx context.Context, step func(context.Context) error) error {
	pause := x.cfg.Pause
	for try := 0; ; try++ {
		bounded, cancel := context.WithTimeout(ctx, x.cfg.WriteTimeout)
		err := step(bounded)
		cancel()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if try >= x.cfg.Retries {
			x.figures.failed.Add(1)
			return fault.Wrap(err, fault.Unavailable, "The search index could not be written.").WithHint("It is tried again later.")
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		case <-timer.C:
		}
		pause = min(2*pause, 5*time.Second)
	}
}

// Kept reports whether there is anything to write with [Index.Replace]: without
// Qdrant and embeddings, [Index.Ensure] makes everything that is searched.
func (x *Index) Kept() bool { return x.remote != nil || x.embedder != nil }

// ByMeaning reports whether meaning is compared, not only words.
func (x *Index) ByMeaning() bool { return x.embedder != nil }

// Stale reports whether [Index.Reindex] is due: because what is searched in Qdrant
// was made by another layout or embedding model than this index writes, or because
// there is nothing yet, there or in a process that has just begun.
func (x *Index) Stale(ctx context.Context, kind Kind) (bool, error) {
	if x.remote == nil {
		_, filled := x.filled.Load(kind)
		return x.embedder != nil && !filled, nil
	}
	s, err := x.learned(ctx)
	if err != nil {
		return false, err
	}
	var stale bool
	err = x.write(ctx, func(ctx context.Context) error {
		live, err := x.remote.live(ctx, kind, true)
		stale = live != x.remote.collection(kind, s)
		return err
	})
	return stale, err
}

// Reindex lets fill write every point anew with [Index.Replace], while searches go
// on over what is there; then it moves them to what was written and removes
// everything else of the kind, so one process at a time may do it. If fill fails nothing is moved, and what it wrote is written over next time.
func (x *Index) Reindex(ctx context.Context, kind Kind, fill func(ctx context.Context) error) error {
	s, err := x.learned(ctx)
	if err != nil {
		return err
	}
	if err := fill(ctx); err != nil {
		return err
	}
	if x.remote == nil {
		x.filled.Store(kind, true)
		return nil
	}
	return x.write(ctx, func(ctx context.Context) error { return x.remote.publish(ctx, kind, s) })
}

// learned returns the space, having asked the endpoint for it if need be.
func (x *Index) learned(ctx context.Context) (space, error) {
	if s, ok := x.space(); ok {
		return s, nil
	}
	err := x.write(ctx, func(ctx context.Context) error {
		_, err := x.vectors(ctx, []string{"dimensions"})
		return err
	})
	s, _ := x.space()
	return s, err
}
