package cache_test

import (
	"crypto/rand"
	"net"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/cache"
	"github.com/leo-analytics/leo/shared/cache/cachetest"
)

// must is a miss that is computed: whatever the store does, there is no error.
func must(t *testing.T, c *cache.Cache, k cache.Key) {
	t.Helper()
	value, turn, err := c.Find(t.Context(), k)
	if err != nil || value != nil || turn == nil {
		t.Fatalf("got %q, %v, %v", value, turn, err)
	}
	turn.Keep(t.Context(), []byte("computed"))
	turn.End(t.Context())
}

func TestARedisThatIsAwayCostsAMissAndComesBack(t *testing.T) {
	server := cachetest.Redis(t)
	for name, fail := range map[string]struct{ begin, end func() }{
		"killed": {server.Stop, func() { server.Start(t) }},
		"frozen": {
			func() {
				if err := server.Freeze(); err != nil {
					t.Fatal(err)
				}
			},
			func() {
				if err := server.Thaw(); err != nil {
					t.Fatal(err)
				}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			// Its connections fail as fast as a deployment's.
			store := server.Store(t, func(c *cache.RedisConfig) { c.DialTimeout = 50 * time.Millisecond })
			c := open(t, store, func(c *cache.Config) { c.Timeout = 50 * time.Millisecond })
			fail.begin()
			before := c.Stats()
			for range 20 { // the first few try, the others do not even do that
				must(t, c, key("SELECT "+name))
			}
			if s := c.Stats(); s.Misses-before.Misses != 20 || s.Unkept-before.Unkept != 20 || s.Hits != before.Hits {
				t.Errorf("%+v, before %+v", s, before)
			}
			fail.end()
			bustest.Eventually(t, "results are kept again", func() bool {
				if _, turn, _ := c.Find(t.Context(), key("SELECT again "+name)); turn != nil {
					turn.Keep(t.Context(), []byte("again"))
					turn.End(t.Context())
					return false
				}
				return true
			})
		})
	}
}

func TestWhatIsNotRedisCostsAMiss(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte(rand.Text() + "\r\n" + rand.Text()))
			_ = conn.Close()
		}
	}()
	store, err := cache.NewRedis(cache.RedisConfig{URL: "redis://" + l.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, store)
	for range 5 {
		must(t, c, key("q"))
	}
	_ = store.Close()
	_ = l.Close()
	<-ended
}

func TestALeaderThatDiedIsReplaced(t *testing.T) {
	server := cachetest.Redis(t)
	lease := func(c *cache.Config) { c.Lease = time.Second }
	dead, alive := open(t, server.Store(t), lease), open(t, server.Store(t), lease)
	if _, turn, err := dead.Find(t.Context(), key("q")); turn == nil || err != nil {
		t.Fatal(err)
	}
	must(t, alive, key("q")) // after the lease
	if got := find(t, alive, key("q")); got != "computed" {
		t.Errorf("found %q", got)
	}
}

func TestRedisMayAskForAPassword(t *testing.T) {
	server := cachetest.Redis(t, "--requirepass", "hunter2hunter2")
	with := func(password string) *cache.Redis {
		store, err := cache.NewRedis(cache.RedisConfig{URL: server.URL(), Password: password, DialTimeout: 10 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		return store
	}
	good := with("hunter2hunter2")
	put(t, open(t, good), key("q"), "x")
	if got := find(t, open(t, good), key("q")); got != "x" {
		t.Errorf("found %q", got)
	}
	must(t, open(t, with("wrong")), key("q"))
	must(t, open(t, with("")), key("q"))
}
