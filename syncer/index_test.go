package syncer_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/vector"
	"github.com/leo-analytics/leo/shared/vector/vectortest"
	"github.com/leo-analytics/leo/shared/verified"
	"github.com/leo-analytics/leo/syncer"
)

// indexOver is an index over a Qdrant at url, or in this process where that is
// empty, that gives up at once.
func indexOver(t *testing.T, url string, e *vectortest.Embedder) *vector.Index {
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
	return vector.New(vector.Config{Retries: -1, Pause: time.Millisecond, Timeout: 20 * time.Second, EmbedTimeout: 20 * time.Second}, d)
}

// shopKeys are the keys of what shop is found by.
func shopKeys() []string {
	var out []string
	for _, p := range vector.Schema(shop()) {
		out = append(out, p.Key)
	}
	slices.Sort(out)
	return out
}

func vouched(id, question string) *verified.Answer {
	return &verified.Answer{ID: id, Org: "acme", DatasetID: "shop", Question: question, VerifiedAt: time.Now().Add(time.Second)}
}

func TestTheIndexFollowsTheCatalogueAndTheAnswers(t *testing.T) {
	server, url := vectortest.Serve(t)
	w := newWorld(t, shop())
	defer w.startWith(syncer.Config{Index: indexOver(t, url, nil)})()
	s := w.await("synced", ended)
	if step := s.Current.Steps[4]; step.Name != "embed" || step.State != catalog.StepDone || step.Changed != len(shopKeys()) {
		t.Errorf("step %+v", step)
	}
	if got := server.Keys("leo_catalogue", "acme"); !slices.Equal(got, shopKeys()) {
		t.Errorf("points %q", got)
	}
	store := verified.NewStore(w.bus)
	a := vouched("0123456789abcdef0123456789abcdef", "How many orders?")
	if err := store.Put(t.Context(), a, 0); err != nil {
		t.Fatal(err)
	}
	w.eventually("found by its question", func() bool { return slices.Equal(server.Keys("leo_verified", "acme"), []string{a.ID}) })
	if err := store.Delete(t.Context(), "acme", a.ID); err != nil {
		t.Fatal(err)
	}
	w.eventually("forgotten with its answer", func() bool { return len(server.Keys("leo_verified", "acme")) == 0 })
	if err := w.reg.Delete(t.Context(), "acme", "shop"); err != nil {
		t.Fatal(err)
	}
	w.eventually("forgotten with its dataset", func() bool { return len(server.Keys("leo_catalogue", "acme")) == 0 })
}

func TestADeletionWhileNoSyncerRunsIsMadeUpFor(t *testing.T) {
	server, url := vectortest.Serve(t)
	w := newWorld(t, shop())
	stop := w.startWith(syncer.Config{Index: indexOver(t, url, nil)})
	w.await("synced", ended)
	stop()
	if err := w.reg.Delete(t.Context(), "acme", "shop"); err != nil {
		t.Fatal(err)
	}
	defer w.startWith(syncer.Config{Index: indexOver(t, url, nil)})()
	w.eventually("forgotten", func() bool { return len(server.Keys("leo_catalogue", "acme")) == 0 })
}

func TestASyncGoesOnWithoutQdrantAndMakesUpForIt(t *testing.T) {
	server, url := vectortest.Serve(t)
	server.Set(status.Error(codes.Unavailable, "gone"), nil)
	w := newWorld(t, shop())
	defer w.startWith(syncer.Config{Index: indexOver(t, url, nil), RetryEvery: time.Second})()
	s := w.await("synced without", func(s *catalog.SyncState) bool { return ended(s) && s.Current.Failed() })
	if step := s.Current.Steps[4]; step.State != catalog.StepFailed || step.Fault == nil || step.Fault.Code != fault.Unavailable {
		t.Errorf("step %+v", step)
	}
	if s.Current.Snapshot == "" {
		t.Error("nothing was published")
	}
	server.Set(nil, nil)
	w.await("synced with it", func(s *catalog.SyncState) bool {
		return ended(s) && s.Current.Reason == catalog.SyncRetry && s.Current.Steps[4].State == catalog.StepDone
	})
	if got := server.Keys("leo_catalogue", "acme"); !slices.Equal(got, shopKeys()) {
		t.Errorf("points %q", got)
	}
}

func TestASyncThatWaitsForQdrantGoesOnInAnotherProcess(t *testing.T) {
	server, url := vectortest.Serve(t)
	block := make(chan struct{})
	server.Set(nil, block)
	w := newWorld(t, shop())
	stop := w.startWith(syncer.Config{Index: indexOver(t, url, nil)})
	before := w.await("at its last step", func(s *catalog.SyncState) bool {
		return s.Current != nil && s.Current.Steps[4].State == catalog.StepRunning
	})
	stop()
	close(block)
	server.Set(nil, nil)
	defer w.startWith(syncer.Config{Index: indexOver(t, url, nil)})()
	s := w.await("synced", ended)
	if s.Current.ID != before.Current.ID || s.Current.Failed() || len(s.Past) != 0 {
		t.Errorf("another sync began, or it failed: %+v", s)
	}
	if got := server.Keys("leo_catalogue", "acme"); !slices.Equal(got, shopKeys()) {
		t.Errorf("points %q", got)
	}
}

func TestAnIndexThatCameLaterIsFilled(t *testing.T) {
	w := newWorld(t, shop())
	stop := w.start()
	if s := w.await("synced", ended); s.Current.Steps[4].State != catalog.StepSkipped {
		t.Errorf("without an index: %+v", s.Current.Steps[4])
	}
	stop()
	server, url := vectortest.Serve(t)
	defer w.startWith(syncer.Config{Index: indexOver(t, url, nil)})()
	w.await("synced for it", func(s *catalog.SyncState) bool { return ended(s) && s.Current.Reason == catalog.SyncIndex })
	if got := server.Keys("leo_catalogue", "acme"); !slices.Equal(got, shopKeys()) {
		t.Errorf("points %q", got)
	}
}

func TestAnotherModelMakesTheIndexAnewWhileItIsSearched(t *testing.T) {
	server, url := vectortest.Serve(t)
	w := newWorld(t, shop())
	old := indexOver(t, url, vectortest.NewEmbedder("old", 64))
	stop := w.startWith(syncer.Config{Index: old})
	w.await("synced", ended)
	w.eventually("made", func() bool { return len(server.Keys("leo_verified", "acme")) == 0 && len(server.Names()) == 2 })
	stop()
	before := server.Names()
	find := func(x *vector.Index) vector.Found {
		t.Helper()
		f, err := x.Search(t.Context(), "acme", vector.Query{Kind: vector.Catalogue, Text: "buyers", AnyGroup: true})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	changed := indexOver(t, url, vectortest.NewEmbedder("new", 32))
	defer w.startWith(syncer.Config{Index: changed})()
	w.eventually("made anew", func() bool {
		if f := find(old); len(f.Hits) == 0 && slices.Equal(server.Names(), before) {
			t.Fatal("nothing was found over the old index")
		}
		names := server.Names()
		return len(names) == 2 && !slices.Contains(names, before[0]) && !slices.Contains(names, before[1])
	})
	if got := server.Keys("leo_catalogue", "acme"); !slices.Equal(got, shopKeys()) {
		t.Errorf("points %q", got)
	}
	w.eventually("searched by the new model", func() bool { f := find(changed); return f.Dense && len(f.Hits) > 0 })
}

func TestEmbeddingsInThisProcessAreMadeAtItsStart(t *testing.T) {
	w := newWorld(t, shop())
	for range 2 { // the second process finds a sync that is over
		x := indexOver(t, "", vectortest.NewEmbedder("m", 64))
		stop := w.startWith(syncer.Config{Index: x})
		w.await("synced", ended)
		w.eventually("found by meaning", func() bool {
			f, err := x.Search(t.Context(), "acme", vector.Query{Kind: vector.Catalogue, Text: "buyers", AnyGroup: true})
			return err == nil && f.Dense && len(f.Hits) > 0
		})
		stop()
	}
}
