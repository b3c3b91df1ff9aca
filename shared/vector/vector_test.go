package vector_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/vector"
	"github.com/leo-analytics/leo/shared/vector/vectortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is an index and what is behind it.
type world struct {
	*vector.Index
	server   *vectortest.Server
	embedder *vectortest.Embedder
}

func quick() vector.Config {
	return vector.Config{Retries: 1, Pause: time.Millisecond, Timeout: 20 * time.Second, EmbedTimeout: 20 * time.Second}
}

// over returns an index over a server; url "" for one in this process.
func over(t *testing.T, url string, e *vectortest.Embedder, cfg vector.Config) *vector.Index {
	t.Helper()
	d := vector.Deps{Log: slog.New(slog.DiscardHandler)}
	if e != nil {
		d.Embedder = e
	}
	if url != "" {
		q, err := vector.NewQdrant(vector.QdrantConfig{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = q.Close() })
		d.Qdrant = q
	}
	return vector.New(cfg, d)
}

// everywhere runs a test over all there is: in the process and in Qdrant, with and
// without embeddings. All must behave alike.
func everywhere(t *testing.T, test func(t *testing.T, w world)) {
	t.Helper()
	for _, c := range []struct {
		name          string
		remote, dense bool
	}{{"memory", false, false}, {"memory and embeddings", false, true}, {"qdrant", true, false}, {"qdrant and embeddings", true, true}} {
		t.Run(c.name, func(t *testing.T) {
			var w world
			url := ""
			if c.remote {
				w.server, url = vectortest.Serve(t)
			}
			if c.dense {
				w.embedder = vectortest.NewEmbedder("m", 1024)
			}
			w.Index = over(t, url, w.embedder, quick())
			test(t, w)
		})
	}
}

func column(group, name string, more ...string) vector.Point {
	p := vector.Point{
		Key: group + "/" + name, Group: group, Texts: []vector.Text{{Text: name, Weight: 3}},
		Payload: map[string]string{"column": name},
	}
	for _, m := range more {
		p.Texts = append(p.Texts, vector.Text{Text: m})
	}
	return p
}

func shop() []vector.Point {
	return []vector.Point{
		column("shop", "revenue", "what was paid, in euro"), column("shop", "customer_name"), column("shop", "ordered_at", "day of the order"),
		column("shop", "shippingAddress"), column("shop", "weight_kg"),
	}
}

func search(t *testing.T, x *vector.Index, org, text string, groups ...string) []string {
	t.Helper()
	f, err := x.Search(t.Context(), org, vector.Query{Kind: vector.Catalogue, Text: text, Groups: groups, AnyGroup: len(groups) == 0})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, h := range f.Hits {
		keys = append(keys, h.Key)
	}
	return keys
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsMeantIsFound(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		t.Helper()
		must(t, w.Replace(t.Context(), "acme", vector.Catalogue, "shop", shop()))
		for text, want := range map[string]string{
			"total revenues":             "shop/revenue",
			"Which customers are there?": "shop/customer_name",
			"shipments":                  "shop/shippingAddress", // another word, alike in trigrams alone
			"when was the order?":        "shop/ordered_at",
		} {
			if got := search(t, w.Index, "acme", text); len(got) == 0 || got[0] != want {
				t.Errorf("%q: %v, not %s", text, got, want)
			}
		}
		if got := search(t, w.Index, "acme", "what is the"); got != nil {
			t.Errorf("words that say nothing find %v", got)
		}
		if w.embedder != nil {
			if got := search(t, w.Index, "acme", "earnings of each buyer"); len(got) < 2 || !slices.Contains(got[:2], "shop/revenue") || !slices.Contains(got[:2], "shop/customer_name") {
				t.Errorf("by meaning: %v", got)
			}
		}
		f, err := w.Search(t.Context(), "acme", vector.Query{Kind: vector.Catalogue, Text: "revenue", AnyGroup: true, Limit: 1})
		if err != nil || len(f.Hits) != 1 || f.Hits[0].Group != "shop" || f.Hits[0].Payload["column"] != "revenue" || f.Dense != (w.embedder != nil) || f.Degraded {
			t.Errorf("%+v, %v", f, err)
		}
	})
}

func TestLittleInCommonIsNotMuchTheSame(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		t.Helper()
		must(t, w.Replace(t.Context(), "acme", vector.Catalogue, "shop", []vector.Point{column("shop", "revenue per customer"), column("shop", "revenue in march")}))
		f, err := w.Search(t.Context(), "acme", vector.Query{Kind: vector.Catalogue, Text: "turnover of each client", AnyGroup: true, Least: 0.9})
		if w.embedder == nil {
			if err != nil || len(f.Hits) != 0 {
				t.Errorf("without embeddings: %+v, %v", f, err)
			}
			return
		}
		if err != nil || len(f.Hits) != 1 || f.Hits[0].Key != "shop/revenue per customer" || !f.Dense {
			t.Errorf("%+v, %v", f, err)
		}
	})
}

func TestNoOrgReachesAnother(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		t.Helper()
		must(t, w.Replace(t.Context(), "acme", vector.Catalogue, "shop", shop()))
		secret := []vector.Point{column("shop", "revenue", "SECRET"), column("shop", "secret")}
		must(t, w.Replace(t.Context(), "rival", vector.Catalogue, "shop", secret))
		must(t, w.Upsert(t.Context(), "rival", vector.Catalogue, secret))
		for _, text := range []string{"secret", "SECRET revenue", "rival", "org:rival secret", "rival/catalogue/shop/secret"} {
			for _, key := range search(t, w.Index, "acme", text) {
				if strings.Contains(key, "secret") {
					t.Errorf("%q finds %s of another org", text, key)
				}
			}
		}
		for _, org := range []string{"", "rival/catalogue", "acme\x00rival", strings.Repeat("x", 600)} {
			q := vector.Query{Kind: vector.Catalogue, Text: "secret", AnyGroup: true}
			if _, err := w.Search(t.Context(), org, q); fault.CodeOf(err) != fault.Validation {
				t.Errorf("search as %q: %v", org, err)
			}
			for name, err := range map[string]error{
				"replace": w.Replace(t.Context(), org, vector.Catalogue, "shop", nil),
				"upsert":  w.Upsert(t.Context(), org, vector.Catalogue, secret),
				"delete":  w.Delete(t.Context(), org, vector.Catalogue, "shop/secret"),
				"group":   w.DeleteGroup(t.Context(), org, vector.Catalogue, "shop"),
				"ensure":  w.Ensure(org, vector.Catalogue, "shop", nil),
			} {
				if fault.CodeOf(err) != fault.Validation {
					t.Errorf("%s as %q: %v", name, org, err)
				}
			}
		}
		// Nor may one org write or remove what the other has under the same names.
		must(t, w.Delete(t.Context(), "acme", vector.Catalogue, "shop/revenue", "shop/secret"))
		must(t, w.DeleteGroup(t.Context(), "acme", vector.Catalogue, "shop"))
		must(t, w.Replace(t.Context(), "acme", vector.Catalogue, "shop", nil))
		if got := search(t, w.Index, "rival", "secret revenue"); len(got) != 2 {
			t.Errorf("the other org's points after acme removed its own: %v", got)
		}
		if got := search(t, w.Index, "acme", "secret revenue customer"); len(got) != 0 {
			t.Errorf("acme still has %v", got)
		}
	})
}

func TestAGroupIsReplacedAndDeleted(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		t.Helper()
		for range 2 { // twice changes nothing
			must(t, w.Replace(t.Context(), "acme", vector.Catalogue, "shop", shop()))
			must(t, w.Replace(t.Context(), "acme", vector.Catalogue, "fleet", []vector.Point{column("fleet", "weight")}))
		}
		if got := search(t, w.Index, "acme", "weight"); len(got) != 2 {
			t.Errorf("two datasets: %v", got)
		}
		if got := search(t, w.Index, "acme", "weight", "fleet"); !slices.Equal(got, []string{"fleet/weight"}) {
			t.Errorf("one dataset: %v", got)
		}
		if f, err := w.Search(t.Context(), "acme", vector.Query{Kind: vector.Catalogue, Text: "weight"}); err != nil || len(f.Hits) > 0 {
			t.Errorf("no dataset: %v, %v", f, err)
		}
		if f, err := w.Search(t.Context(), "acme", vector.Query{Kind: vector.Verified, Text: "weight", AnyGroup: true}); err != nil || len(f.Hits) > 0 {
			t.Errorf("another kind: %v, %v", f, err)
		}
		must(t, w.Replace(t.Context(), "acme", vector.Catalogue, "shop", shop()[:2]))
		if got := search(t, w.Index, "acme", "weight"); !slices.Equal(got, []string{"fleet/weight"}) {
			t.Errorf("after the column went: %v", got)
		}
		must(t, w.Delete(t.Context(), "acme", vector.Catalogue, "shop/revenue", "never was"))
		must(t, w.DeleteGroup(t.Context(), "acme", vector.Catalogue, "fleet"))
		if got := search(t, w.Index, "acme", "weight revenue customer"); !slices.Equal(got, []string{"shop/customer_name"}) {
			t.Errorf("what is left: %v", got)
		}
		if err := w.Replace(t.Context(), "acme", vector.Catalogue, "shop", []vector.Point{column("fleet", "x")}); fault.CodeOf(err) != fault.Validation {
			t.Errorf("a point of another group: %v", err)
		}
	})
}

func TestACopyAnswersWhileQdrantDoesNot(t *testing.T) {
	server, url := vectortest.Serve(t)
	x := over(t, url, nil, vector.Config{Retries: 1, Pause: time.Millisecond, Timeout: 50 * time.Millisecond})
	must(t, x.Ensure("acme", vector.Catalogue, "shop", shop()))
	if got := search(t, x, "acme", "revenue"); len(got) == 0 {
		t.Error("nothing is found before the first write to Qdrant")
	}
	block := make(chan struct{})
	for name, set := range map[string]func(){
		"down": func() { server.Set(status.Error(codes.Unavailable, "gone"), nil) },
		"hung": func() { server.Set(nil, block) },
	} {
		set()
		for range 4 {
			f, err := x.Search(t.Context(), "acme", vector.Query{Kind: vector.Catalogue, Text: "revenue", AnyGroup: true})
			if err != nil || len(f.Hits) == 0 || f.Hits[0].Key != "shop/revenue" || !f.Degraded {
				t.Errorf("%s: %+v, %v", name, f, err)
			}
		}
	}
	if ok, why := x.Answers(); ok || !strings.Contains(why, "Qdrant") {
		t.Errorf("the check says %v, %q", ok, why)
	}
	before := server.Calls()
	_ = search(t, x, "acme", "revenue")
	if server.Calls() != before {
		t.Error("a server that does not answer is asked each time")
	}
	server.Set(status.Error(codes.Unavailable, "gone"), nil)
	close(block)
	if err := x.Replace(t.Context(), "acme", vector.Catalogue, "shop", shop()); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("a write says %v", err)
	}
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(x)
	if figures, err := registry.Gather(); err != nil || len(figures) != 6 {
		t.Errorf("%d figures, %v", len(figures), err)
	}
}

func TestWordsAnswerWhileTheEndpointDoesNot(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		t.Helper()
		if w.embedder == nil {
			t.Skip("there is none")
		}
		must(t, w.Replace(t.Context(), "acme", vector.Catalogue, "shop", shop()))
		w.embedder.Fail(errors.New("out of order"))
		for range 4 {
			f, err := w.Search(t.Context(), "acme", vector.Query{Kind: vector.Catalogue, Text: "revenue", AnyGroup: true})
			if err != nil || len(f.Hits) == 0 || f.Hits[0].Key != "shop/revenue" || f.Dense || !f.Degraded {
				t.Errorf("%+v, %v", f, err)
			}
		}
		if ok, why := w.Answers(); ok || !strings.Contains(why, "embeddings") {
			t.Errorf("the check says %v, %q", ok, why)
		}
		if err := w.Upsert(t.Context(), "acme", vector.Catalogue, []vector.Point{column("shop", "discount")}); fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("a write without its embedding: %v", err)
		}
	})
}

func TestProcessesThatBeginTogetherMakeOneCollection(t *testing.T) {
	server, url := vectortest.Serve(t)
	begin := make(chan struct{})
	var g errgroup.Group
	for i := range 8 {
		x := over(t, url, nil, vector.Config{Retries: -1})
		g.Go(func() error {
			<-begin
			group := fmt.Sprint("shop", i)
			return x.Replace(t.Context(), "acme", vector.Catalogue, group, []vector.Point{column(group, "revenue")})
		})
	}
	close(begin)
	must(t, g.Wait())
	if got := server.Keys("leo_catalogue", "acme"); len(got) != 8 || len(server.Names()) != 1 {
		t.Errorf("points %v in %v", got, server.Names())
	}
}

func TestAnotherModelFillsANewCollectionWhileTheOldOneAnswers(t *testing.T) {
	server, url := vectortest.Serve(t)
	old := over(t, url, vectortest.NewEmbedder("old", 1024), quick())
	must(t, old.Replace(t.Context(), "acme", vector.Catalogue, "shop", shop()))
	first := server.Names()
	abandoned := over(t, url, vectortest.NewEmbedder("between", 256), quick())
	must(t, abandoned.Replace(t.Context(), "acme", vector.Catalogue, "shop", shop()))
	changed := over(t, url, vectortest.NewEmbedder("new", 512), quick())
	if stale, err := changed.Stale(t.Context(), vector.Catalogue); err != nil || !stale {
		t.Errorf("stale: %v, %v", stale, err)
	}
	failed := errors.New("killed in the middle")
	for _, end := range []error{failed, nil} {
		err := changed.Reindex(t.Context(), vector.Catalogue, func(ctx context.Context) error {
			must(t, changed.Replace(ctx, "acme", vector.Catalogue, "shop", shop()))
			for name, x := range map[string]*vector.Index{"old": old, "new": changed} {
				f, err := x.Search(ctx, "acme", vector.Query{Kind: vector.Catalogue, Text: "customers", AnyGroup: true})
				if err != nil || len(f.Hits) == 0 || f.Hits[0].Key != "shop/customer_name" || f.Degraded || f.Dense != (name == "old") {
					t.Errorf("the %s one meanwhile: %+v, %v", name, f, err)
				}
			}
			return end
		})
		if !errors.Is(err, end) {
			t.Fatal(err)
		}
	}
	if names := server.Names(); len(names) != 1 || names[0] == first[0] {
		t.Errorf("collections before %v, after %v", first, names)
	}
	f, err := changed.Search(t.Context(), "acme", vector.Query{Kind: vector.Catalogue, Text: "buyers", AnyGroup: true})
	if err != nil || !f.Dense || len(f.Hits) == 0 || f.Hits[0].Key != "shop/customer_name" {
		t.Errorf("by meaning, after: %+v, %v", f, err)
	}
	if stale, err := changed.Stale(t.Context(), vector.Catalogue); err != nil || stale {
		t.Errorf("stale after: %v, %v", stale, err)
	}
}

func TestMemoryIsBoundedAndTheCopyIsMadeAgain(t *testing.T) {
	x := over(t, "", nil, vector.Config{MemoryBytes: 10_000})
	ensure := func(group string) {
		must(t, x.Ensure("acme", vector.Catalogue, group, []vector.Point{column(group, "revenue"), column(group, "customer"), column(group, "order")}))
	}
	ensure("a")
	ensure("a")
	for _, g := range []string{"b", "c", "d", "e", "f", "g", "h"} {
		ensure(g)
	}
	if got := search(t, x, "acme", "revenue", "a"); len(got) != 0 {
		t.Errorf("what was used longest ago is still there: %v", got)
	}
	ensure("a")
	if got := search(t, x, "acme", "revenue", "a"); len(got) != 1 {
		t.Errorf("made again: %v", got)
	}
}

func TestEmbeddingsOutliveAChangeElsewhere(t *testing.T) {
	e := vectortest.NewEmbedder("m", 1024)
	x := over(t, "", e, quick())
	must(t, x.Replace(t.Context(), "acme", vector.Catalogue, "shop", shop()))
	was := e.Texts()
	must(t, x.Ensure("acme", vector.Catalogue, "shop", append(shop(), column("shop", "discount"))))
	if e.Texts() != was {
		t.Error("a copy was embedded while somebody waits")
	}
	if got := search(t, x, "acme", "buyers"); len(got) == 0 || got[0] != "shop/customer_name" {
		t.Errorf("by meaning: %v", got)
	}
	if got := search(t, x, "acme", "discounts"); len(got) == 0 || got[0] != "shop/discount" {
		t.Errorf("by words: %v", got)
	}
}

func TestASchemaIsPoints(t *testing.T) {
	d := &catalog.Dataset{ID: "shop", Title: "Web shop", Tables: []catalog.Table{{Name: "a/b", Synonyms: []string{"purchases"}, Columns: []catalog.Column{
		{Name: "city", Type: catalog.Text, Profile: &catalog.Profile{Top: []catalog.ValueCount{{Value: "Berlin"}}}}, {Name: strings.Repeat("x", 2000)},
	}}, {Name: "a", Columns: []catalog.Column{{Name: "b"}}}}}
	x := over(t, "", nil, quick())
	must(t, x.Ensure("acme", vector.Catalogue, "shop", vector.Schema(d)))
	for text, want := range map[string]string{
		"purchase": vector.SchemaKey("shop", "a/b", ""), "in berlin": vector.SchemaKey("shop", "a/b", "city"), "web": vector.SchemaKey("shop", "", ""),
	} {
		if got := search(t, x, "acme", text); len(got) == 0 || got[0] != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
	if points := vector.Schema(d); len(points) != 6 || points[1].Key == points[5].Key {
		t.Errorf("%d points", len(points))
	}
}

func TestAnAddressThatMakesNoSenseIsRefused(t *testing.T) {
	for _, url := range []string{"", "localhost:6334", "ftp://x:1", "http://user:key@x:6334", "http://x:port", "http://x/path"} {
		if _, err := vector.NewQdrant(vector.QdrantConfig{URL: url}); fault.CodeOf(err) != fault.Validation {
			t.Errorf("%q: %v", url, err)
		}
	}
	if _, err := vector.NewQdrant(vector.QdrantConfig{URL: "https://x:6334", CA: t.TempDir() + "/none"}); fault.CodeOf(err) != fault.Validation {
		t.Errorf("a CA that is not there: %v", err)
	}
}
