package llm_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/llm"
)

// endpoint answers embeddings with what reply makes of the texts.
func endpoint(t *testing.T, reply func(texts []string) (status int, body any)) *llm.Embedder {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Input []string `json:"input"`
			Model string   `json:"model"`
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.URL.Path != "/v1/embeddings" || in.Model != "m" || r.Header.Get("Authorization") != "Bearer k" {
			t.Errorf("%s %+v, %v", r.URL.Path, in, err)
		}
		status, body := reply(in.Input)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		if err := json.NewEncoder(w).Encode(body); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	e, err := llm.NewEmbedder(llm.Config{BaseURL: s.URL + "/v1", Key: "k", Model: "m"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

type embedding struct {
	Index     int       `json:"index"`
	Embedding []float32 `json:"embedding"`
}

type embeddings struct {
	Data []embedding `json:"data"`
}

func TestVectorsComeInTheOrderOfTheirTexts(t *testing.T) {
	e := endpoint(t, func(texts []string) (int, any) {
		var out embeddings
		for i := range texts { // in reverse, as an endpoint may
			at := len(texts) - 1 - i
			out.Data = append(out.Data, embedding{at, []float32{float32(len(texts[at]))}})
		}
		return http.StatusOK, out
	})
	got, err := e.Embed(t.Context(), []string{"abc", "", "abcde"})
	if err != nil || len(got) != 3 || got[0][0] != 3 || got[1][0] != 1 || got[2][0] != 5 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestAnEndpointThatDoesNotEmbedIsAFault(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   any
		code   fault.Code
	}{
		"too few":    {200, embeddings{[]embedding{{0, []float32{1}}}}, fault.Model},
		"twice":      {200, embeddings{[]embedding{{0, []float32{1}}, {0, []float32{1}}}}, fault.Model},
		"no numbers": {200, embeddings{[]embedding{{0, []float32{1}}, {1, nil}}}, fault.Model},
		"beyond":     {200, embeddings{[]embedding{{0, []float32{1}}, {7, []float32{1}}}}, fault.Model},
		"broken":     {500, embeddings{}, fault.Unavailable},
		"no key":     {401, embeddings{}, fault.Model},
	} {
		e := endpoint(t, func([]string) (int, any) { return c.status, c.body })
		if _, err := e.Embed(t.Context(), []string{"a", "b"}); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}
