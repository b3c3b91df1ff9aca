package main

import (
	"github.com/leo-analytics/leo/gateway/api"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/llm"
	"github.com/leo-analytics/leo/shared/vector"
)

// searchIndex opens the index of the catalogue, once for all parts of this process:
// in Qdrant where one is configured, else in this process.
func (u *up) searchIndex() (*vector.Index, error) {
	if u.index != nil {
		return u.index, nil
	}
	deps := vector.Deps{Log: u.log}
	if u.cfg.EmbeddingModel != "" {
		e, err := llm.NewEmbedder(embeddingConfig(u.cfg))
		if err != nil {
			return nil, err
		}
		u.closers = append(u.closers, func() error { e.Close(); return nil })
		deps.Embedder = e
	}
	if u.cfg.QdrantURL != "" {
		q, err := vector.NewQdrant(vector.QdrantConfig{URL: u.cfg.QdrantURL, Key: u.cfg.QdrantAPIKey, CA: u.cfg.QdrantCA, Prefix: u.cfg.QdrantPrefix})
		if err != nil {
			return nil, err
		}
		u.closers = append(u.closers, q.Close)
		deps.Qdrant = q
	}
	u.index = vector.New(vector.Config{MemoryBytes: u.cfg.SearchBytes}, deps)
	u.collectors = append(u.collectors, u.index)
	return u.index, nil
}

// embeddingConfig describes the endpoint of the embeddings. The model's key goes to
// the model's endpoint alone.
func embeddingConfig(cfg config.Config) llm.Config {
	out := llm.Config{BaseURL: cfg.EmbeddingBaseURL, Key: cfg.EmbeddingAPIKey, Model: cfg.EmbeddingModel}
	if out.BaseURL == "" {
		out.BaseURL = cfg.OpenAIBaseURL
		if out.Key == "" {
			out.Key = cfg.OpenAIAPIKey
		}
	}
	return out
}

// indexCheck is the index's line of /readyz. Leo is ready without Qdrant and
// without embeddings, too: searches compare words.
func (u *up) indexCheck() api.Check {
	_, detail := u.index.Answers()
	return api.Check{Name: "search", OK: true, Detail: detail}
}
