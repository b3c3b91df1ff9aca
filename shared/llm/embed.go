package llm

import (
	"context"

	openai "github.com/sashabaranov/go-openai"

	"github.com/leo-analytics/leo/shared/fault"
)

// Embedder turns texts into vectors at one endpoint. It may be used by several
// goroutines at once. It tries once: whoever waits for a vector does without one,
// and whoever writes many tries again by itself.
type Embedder struct {
	client *Client
}

// NewEmbedder returns an embedder that has not sent anything yet. Of the
// configuration it uses the endpoint, the key, the model, Timeout and
// MaxResponseBytes, which is 32 MiB by default here.
func NewEmbedder(cfg Config) (*Embedder, error) {
	if cfg.MaxResponseBytes == 0 {
		cfg.MaxResponseBytes = 32 << 20
	}
	c, err := New(cfg)
	if err != nil {
		return nil, err
	}
	return &Embedder{client: c}, nil
}

// Model returns the model's name.
func (e *Embedder) Model() string { return e.client.Model() }

// Close lets go of idle connections.
func (e *Embedder) Close() { e.client.Close() }

// Embed returns one vector for each text, in their order. An empty text is sent as
// a space, which endpoints take. The error is the context's if the context was
// cancelled, and a fault of the codes in the package comment otherwise.
func (e *Embedder) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	sending, x := withExchange(ctx)
	sending, cancel := context.WithTimeout(sending, e.client.cfg.Timeout)
	defer cancel()
	input := make([]string, len(texts))
	for i, t := range texts {
		if input[i] = t; t == "" {
			input[i] = " "
		}
	}
	resp, err := e.client.api.CreateEmbeddings(sending, openai.EmbeddingRequestStrings{
		Input: input, Model: openai.EmbeddingModel(e.client.cfg.Model),
	})
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, e.client.classify(x, err).fault
	}
	out := make([][]float32, len(texts))
	for _, d := range resp.Data {
		if d.Index < 0 || d.Index >= len(out) || out[d.Index] != nil {
			return nil, misnumbered()
		}
		out[d.Index] = d.Embedding
	}
	for _, v := range out {
		if len(v) == 0 {
			return nil, misnumbered()
		}
	}
	return out, nil
}

func misnumbered() *fault.Fault {
	return fault.New(fault.Model, "The embeddings endpoint did not send one vector for each text.").
		WithHint("An administrator should check embedding_model and embedding_base_url.")
}
