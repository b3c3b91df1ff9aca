package vectortest

import (
	"context"
	"hash/fnv"
	"sync"

	"github.com/leo-analytics/leo/shared/vector"
)

// Embedder knows that a few words mean the same, as a model would. It may be used
// by several goroutines at once.
type Embedder struct {
	model string
	dims  uint32

	mu    sync.Mutex // guards the rest
	fail  error
	texts int
}

// NewEmbedder returns one whose vectors have a number of dimensions, 2 at least.
func NewEmbedder(model string, dims uint32) *Embedder { return &Embedder{model: model, dims: dims} }

// Model implements [vector.Embedder].
func (e *Embedder) Model() string { return e.model }

// Fail makes every call fail, or with nil work again.
func (e *Embedder) Fail(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fail = err
}

// Texts returns how many texts were embedded so far.
func (e *Embedder) Texts() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.texts
}

// Embed implements [vector.Embedder].
func (e *Embedder) Embed(_ context.Context, texts []string) ([][]float32, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fail != nil {
		return nil, e.fail
	}
	e.texts += len(texts)
	same := map[string]string{"earning": "revenue", "turnover": "revenue", "client": "customer", "buyer": "customer"}
	out := make([][]float32, len(texts))
	for i, t := range texts {
		out[i] = make([]float32, e.dims)
		words := vector.Words(t)
		if len(words) == 0 {
			out[i][0] = 1
		}
		for _, w := range words {
			if s := same[w]; s != "" {
				w = s
			}
			h := fnv.New32a()
			_, _ = h.Write([]byte(w))
			out[i][1+int(h.Sum32()%(e.dims-1))]++
		}
	}
	return out, nil
}
