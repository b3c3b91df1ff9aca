package cache_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/shared/cache"
	"github.com/leo-analytics/leo/shared/cache/cachetest"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func key(statement string) cache.Key {
	return cache.Key{Org: "acme", Dataset: "shop", Version: "ab12", Statement: statement, Tables: []string{"orders"}, Dialect: "d", Rows: 200, Bytes: 1 << 20}
}

func secret() []byte { return bytes.Repeat([]byte("s"), 32) }

// open returns a cache over a store.
func open(t *testing.T, store cache.Store, change ...func(*cache.Config)) *cache.Cache {
	t.Helper()
	cfg := cache.Config{Secret: secret(), Timeout: 2 * time.Second}
	for _, c := range change {
		c(&cfg)
	}
	c, err := cache.New(cfg, store, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// stores are what every test of a store runs over.
func stores(t *testing.T, test func(t *testing.T, store cache.Store)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { test(t, cache.NewMemory(1<<20)) })
	t.Run("redis", func(t *testing.T) { test(t, cachetest.Redis(t).Store(t)) })
}

// put computes and keeps a value.
func put(t *testing.T, c *cache.Cache, k cache.Key, value string) {
	t.Helper()
	had, turn, err := c.Find(t.Context(), k)
	if err != nil || had != nil {
		t.Fatalf("found %q (%v) before it was put", had, err)
	}
	turn.Keep(t.Context(), []byte(value))
	turn.End(t.Context())
}

// find returns what is there, and takes no turn.
func find(t *testing.T, c *cache.Cache, k cache.Key) string {
	t.Helper()
	value, turn, err := c.Find(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	if turn != nil {
		turn.Refuse()
		turn.End(t.Context())
	}
	return string(value)
}

func TestAValueIsFoundUnderItsKeyAlone(t *testing.T) {
	stores(t, func(t *testing.T, store cache.Store) { //nolint:thelper // it is a test
		c := open(t, store)
		put(t, c, key("SELECT 1"), "one")
		if got := find(t, c, key("SELECT 1")); got != "one" {
			t.Errorf("found %q", got)
		}
		for what, change := range map[string]func(*cache.Key){
			"org": func(k *cache.Key) { k.Org = "other" }, "dataset": func(k *cache.Key) { k.Dataset = "shop2" },
			"version": func(k *cache.Key) { k.Version = "ab13" }, "statement": func(k *cache.Key) { k.Statement = "SELECT 1 " },
			"counts": func(k *cache.Key) { k.Counts = "SELECT 1" }, "tables": func(k *cache.Key) { k.Tables = append(k.Tables, "more") },
			"dialect": func(k *cache.Key) { k.Dialect = "e" }, "rows": func(k *cache.Key) { k.Rows++ }, "bytes": func(k *cache.Key) { k.Bytes++ },
			"shifted": func(k *cache.Key) { k.Statement, k.Counts = "SELECT", " 1" },
		} {
			k := key("SELECT 1")
			change(&k)
			if got := find(t, c, k); got != "" {
				t.Errorf("another %s finds %q", what, got)
			}
		}
		if s := c.Stats(); s.Hits != 1 || s.Kept != 1 || s.Dropped != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestOneComputesWhileOthersWait(t *testing.T) {
	server := cachetest.Redis(t)
	memory := open(t, cache.NewMemory(1<<20))
	for name, workers := range map[string][]*cache.Cache{
		"one process":     {memory},
		"three processes": {open(t, server.Store(t)), open(t, server.Store(t)), open(t, server.Store(t))},
	} {
		t.Run(name, func(t *testing.T) {
			var computed atomic.Int32
			var wg sync.WaitGroup
			for i := range 100 {
				c := workers[i%len(workers)]
				wg.Go(func() {
					value, turn, err := c.Find(t.Context(), key("SELECT slow"))
					if err != nil {
						t.Error(err)
						return
					}
					if turn != nil {
						computed.Add(1)
						turn.Keep(t.Context(), []byte("slow"))
						turn.End(t.Context())
					} else if string(value) != "slow" {
						t.Errorf("got %q", value)
					}
				})
			}
			wg.Wait()
			if n := computed.Load(); n != 1 {
				t.Errorf("computed %d times", n)
			}
		})
	}
}

func TestATurnThatIsGivenUpIsTakenOver(t *testing.T) {
	stores(t, func(t *testing.T, store cache.Store) { //nolint:thelper // it is a test
		c := open(t, store)
		_, first, err := c.Find(t.Context(), key("q"))
		if err != nil || first == nil {
			t.Fatal(err)
		}
		turns := make(chan *cache.Turn, 3)
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				value, turn, err := c.Find(t.Context(), key("q"))
				if err != nil {
					t.Error(err)
				}
				if turn != nil {
					turns <- turn
					turn.Keep(t.Context(), []byte("second"))
					turn.End(t.Context())
				} else if string(value) != "second" {
					t.Errorf("got %q", value)
				}
			})
		}
		first.End(t.Context())
		first.End(t.Context()) // does nothing
		wg.Wait()
		if len(turns) != 1 {
			t.Errorf("%d took the turn", len(turns))
		}
	})
}

func TestWhatMayNotBeKeptKeepsNobodyWaiting(t *testing.T) {
	server := cachetest.Redis(t)
	here, there := open(t, server.Store(t)), open(t, server.Store(t))
	_, first, err := here.Find(t.Context(), key("q"))
	if err != nil || first == nil {
		t.Fatal(err)
	}
	results := make(chan *cache.Turn, 4)
	for _, c := range []*cache.Cache{here, here, there, there} {
		go func() {
			_, turn, err := c.Find(t.Context(), key("q"))
			if err != nil {
				t.Error(err)
			}
			results <- turn
		}()
	}
	first.Refuse()
	first.End(t.Context())
	var all []*cache.Turn
	for range 4 { // none of them ends its turn before all have one
		if turn := <-results; turn == nil {
			t.Error("found a value that was never kept")
		} else {
			all = append(all, turn)
		}
	}
	for _, turn := range all {
		turn.Refuse()
		turn.End(t.Context())
	}
}

func TestWhoWaitsMayLeave(t *testing.T) {
	server := cachetest.Redis(t)
	here, there := open(t, server.Store(t)), open(t, server.Store(t))
	_, turn, err := here.Find(t.Context(), key("q"))
	if err != nil || turn == nil {
		t.Fatal(err)
	}
	gone := fault.New(fault.Cancelled, "The run was cancelled.")
	for name, c := range map[string]*cache.Cache{"same process": here, "another": there} {
		ctx, cancel := context.WithCancelCause(t.Context())
		failed := make(chan error)
		go func() {
			_, _, err := c.Find(ctx, key("q"))
			failed <- err
		}()
		cancel(gone)
		if err := <-failed; !errors.Is(err, gone) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	turn.End(t.Context())
	put(t, there, key("q"), "x")
}

func TestCorruptAndForeignValuesAreDropped(t *testing.T) {
	stores(t, func(t *testing.T, store cache.Store) { //nolint:thelper // it is a test
		spy := &spy{Store: store, values: map[string][]byte{}}
		c := open(t, spy)
		a, b := key("SELECT a"), key("SELECT b")
		put(t, c, a, "value of a")
		put(t, c, b, "value of b")
		ids := spy.ids()
		if len(ids) != 2 {
			t.Fatalf("stored under %q", ids)
		}
		good, other := spy.values[ids[0]], spy.values[ids[1]]
		flipped := bytes.Clone(good)
		flipped[rand.N(len(flipped))] ^= 1 << rand.N(8)
		dropped := uint64(0)
		for what, value := range map[string][]byte{
			"another key's": other, "a flipped bit": flipped, "cut off": good[:len(good)-1], "longer": append(bytes.Clone(good), 0),
			"text": []byte("{\"rows\":[[1]]}"), "a byte": {1}, "another secret's": sealedElsewhere(t, a, ids[0]),
		} {
			if err := store.Put(t.Context(), ids[0], value, time.Minute); err != nil {
				t.Fatal(err)
			}
			if got := find(t, c, a); got != "" {
				t.Errorf("%s: answered %q", what, got)
			}
			dropped++
			if had, err := store.Get(t.Context(), ids[0]); err != nil || had != nil {
				t.Errorf("%s: still there (%v)", what, err)
			}
		}
		if s := c.Stats(); s.Dropped != dropped {
			t.Errorf("%+v, want %d dropped", s, dropped)
		}
		if got := find(t, c, b); got != "value of b" {
			t.Errorf("b is %q", got)
		}
	})
}

// sealedElsewhere is what a deployment with another secret would put there.
func sealedElsewhere(t *testing.T, k cache.Key, id string) []byte {
	t.Helper()
	spy := &spy{Store: cache.NewMemory(1 << 20), values: map[string][]byte{}}
	put(t, open(t, spy, func(c *cache.Config) { c.Secret = bytes.Repeat([]byte("x"), 32) }), k, "forged")
	return spy.values[id]
}

// spy remembers what is put into a store. It shares no lead.
type spy struct {
	cache.Store
	mu     sync.Mutex
	order  []string
	values map[string][]byte
}

func (s *spy) Put(ctx context.Context, id string, value []byte, ttl time.Duration) error {
	s.mu.Lock()
	s.order = append(s.order, id)
	s.values[id] = value
	s.mu.Unlock()
	return s.Store.Put(ctx, id, value, ttl)
}

func (s *spy) ids() []string { return s.order }

func TestMemoryIsBoundedAndForgetsWhatIsOld(t *testing.T) {
	store := cache.NewMemory(10_000)
	for i := range 100 {
		if err := store.Put(t.Context(), fmt.Sprint(i), make([]byte, 1000), time.Minute); err != nil {
			t.Fatal(err)
		}
		if had, _ := store.Get(t.Context(), "0"); had == nil { // it stays while it is used
			t.Fatalf("0 is gone after %d", i)
		}
	}
	var left []int
	for i := range 100 {
		if had, _ := store.Get(t.Context(), fmt.Sprint(i)); had != nil {
			left = append(left, i)
		}
	}
	if fmt.Sprint(left) != "[0 92 93 94 95 96 97 98 99]" {
		t.Errorf("left are %v", left)
	}
	_ = store.Put(t.Context(), "large", make([]byte, 20_000), time.Minute)
	if had, _ := store.Get(t.Context(), "large"); had != nil {
		t.Error("a value larger than the store was kept")
	}
	_ = store.Put(t.Context(), "short", []byte("x"), time.Nanosecond)
	if had, _ := store.Get(t.Context(), "short"); had != nil {
		t.Error("a value outlived its time")
	}
}

func TestLargeValuesAreNotKept(t *testing.T) {
	c := open(t, cache.NewMemory(1<<20), func(c *cache.Config) { c.MaxValue = 10 })
	put(t, c, key("q"), "more than ten bytes")
	if got := find(t, c, key("q")); got != "" {
		t.Errorf("found %q", got)
	}
	if s := c.Stats(); s.Unkept != 1 || s.Kept != 0 {
		t.Errorf("%+v", s)
	}
}

func TestAnInsaneConfigurationIsRefused(t *testing.T) {
	for _, cfg := range []cache.Config{{}, {Secret: []byte("short")}, {Secret: secret(), TTL: time.Millisecond}, {Secret: secret(), MaxValue: -1}} {
		if _, err := cache.New(cfg, cache.NewMemory(1), slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("accepted %+v", cfg)
		}
	}
	for what, cfg := range map[string]cache.RedisConfig{
		"no address": {}, "another protocol": {URL: "http://127.0.0.1"}, "mode": {URL: "redis://h:1", Mode: "odd"},
		"nodes of one": {URL: "redis://h:1", Nodes: []string{"g:1"}}, "no master": {URL: "redis://h:1", Mode: cache.Sentinel},
		"authority without TLS": {URL: "redis://h:1", CAFile: "x.pem"}, "no authority": {URL: "rediss://h:1", CAFile: "/does/not/exist"},
	} {
		_, err := cache.NewRedis(cfg)
		if f := fault.From(err); err == nil || f.Code != fault.Validation || f.Hint == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := cache.NewRedis(cache.RedisConfig{URL: "redis://user:hunter2@host:port/x"})
	if err == nil || bytes.Contains([]byte(fmt.Sprintf("%+v %v", err, errors.Unwrap(err))), []byte("hunter2")) {
		t.Errorf("the password is in %v", err)
	}
}
