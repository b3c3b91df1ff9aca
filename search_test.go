package main

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/gateway/lookup"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/run"
)

// blackHole returns an address that takes connections and never says a word.
func blackHole(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return "http://" + l.Addr().String()
}

// TestSearchesDoWithoutWhatNeverAnswers has a Qdrant and an embeddings endpoint that
// take connections and no more.
func TestSearchesDoWithoutWhatNeverAnswers(t *testing.T) {
	l := start(t, func(c *config.Config) {
		c.Demo, c.QdrantURL, c.EmbeddingModel, c.EmbeddingBaseURL = false, blackHole(t), "silent", blackHole(t)
	})
	l.upload(t, "zoo", "animals.csv", "animal_id,kind,weight\n1,lion,190\n2,lion,180\n3,otter,12\n")
	l.await(t, "zoo")
	for range 4 { // three failures in a row end the use of either
		var f lookup.Found
		if err := l.call(t.Context(), http.MethodGet, "/api/v1/catalog/search?q=kinds+of+animals", nil, &f); err != nil {
			t.Fatal(err)
		}
		if len(f.Places) == 0 || !f.Degraded || f.By != "words" {
			t.Errorf("found %+v", f)
		}
	}
	ready, err := l.raw(t.Context(), "/readyz")
	if err != nil || !strings.Contains(string(ready), "Qdrant does not answer: searched in this process, by words") {
		t.Errorf("readiness: %s, %v", ready, err)
	}
	if up, n := l.figure(t, "leo_vector_up"), l.figure(t, "leo_vector_degraded_total"); up != 0 || n < 4 {
		t.Errorf("up %v, %v degraded", up, n)
	}
	if c := l.ask(t, map[string]any{"dataset_id": "zoo", "question": "How many animals are there by kind?"}); c.Status != run.Succeeded {
		t.Errorf("%s: %v", c.Status, c.Error)
	}
}
