package main

import (
	"github.com/leo-analytics/leo/gateway/api"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/llm"
	"github.com/leo-analytics/leo/shared/vector"
	"github.com/leo-analytics/leo/syncer"
)

// searchIndex opens the index of the catalogue, once for all parts of this process:
// in Qdrant where one is configured, else in this process.
func (u *up) searchIndex() (*vector.Index, error) {
	if u.index != nil {
		return u.index, nil
	}
	deps := vector.Deps{Log: u.log}
	switch {
	case u.cfg.EmbeddingModel == "":
	case !u.single && u.cfg.QdrantURL == "":
		u.log.Warn("embeddings are not used: separate roles share them in Qdrant alone; set qdrant_url")
	default:
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

// syncerConfig says how catalogues are kept. An index that this process alone holds
// is no use to the others and is not written.
func (u *up) syncerConfig() (syncer.Config, error) {
	sc := syncer.Config{SyncEvery: u.cfg.SyncEvery, ModelTokens: u.cfg.SyncTokens}
	m, err := u.describer()
	if err != nil {
		return sc, err
	}
	if m != nil {
		sc.Model = m
	}
	if u.cfg.QdrantURL == "" {
		return sc, nil
	}
	index, err := u.searchIndex()
	sc.Index = index
	return sc, err
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
