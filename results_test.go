package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/leo-analytics/leo/shared/cache/cachetest"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/run"
)

// walks is a Leo with one small dataset.
func walks(t *testing.T, change func(*config.Config)) *testLeo {
	t.Helper()
	l := start(t, func(c *config.Config) {
		c.Demo = false
		if change != nil {
			change(c)
		}
	})
	l.addSteps(t, "day,steps\n2026-01-01,9000\n2026-01-02,11000\n")
	return l
}

func (l *testLeo) addSteps(t *testing.T, text string) {
	t.Helper()
	if code, _, errs := l.cli(t, "dataset", "add", csvFile(t, "steps.csv", []byte(text)), "--id", "steps"); code != 0 {
		t.Fatal(errs)
	}
}

// steps asks for a statement over it.
func (l *testLeo) steps(t *testing.T, sql string, more ...any) *run.Capsule {
	t.Helper()
	body := map[string]any{"dataset_id": "steps", "sql": sql}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i].(string)] = more[i+1] //nolint:forcetypeassert // the test's own words
	}
	return l.ask(t, body)
}

// had reports whether a run got a sandbox, by what is in its log.
func had(c *run.Capsule) bool { return !c.Times.StartedAt.IsZero() }

func TestAResultIsFoundAgainUntilSomethingAboutItChanges(t *testing.T) {
	for name, change := range map[string]func(*config.Config){
		"in the process": nil,
		"in Redis":       redisFor(t),
	} {
		t.Run(name, func(t *testing.T) {
			l := walks(t, change)
			const sum = "SELECT sum(steps) AS s FROM steps"
			first, second := l.steps(t, sum), l.steps(t, sum)
			if first.Stats.Cache != "miss" || second.Stats.Cache != "hit" || !had(first) || had(second) {
				t.Errorf("cache is %q and %q, sandboxes %v and %v", first.Stats.Cache, second.Stats.Cache, had(first), had(second))
			}
			if fmt.Sprint(second.Preview) != fmt.Sprint(first.Preview) || second.Stats.CachedAt.IsZero() || second.Stats.CachedAt.After(second.Times.FinishedAt) {
				t.Errorf("found %v of %v, was %v", second.Preview, second.Stats.CachedAt, first.Preview)
			}
			if second.RunnerMode != first.RunnerMode || second.Stats.Engine != first.Stats.Engine {
				t.Errorf("computed by %s and %s, it says by %s and %s", first.RunnerMode, first.Stats.Engine, second.RunnerMode, second.Stats.Engine)
			}
			for what, c := range map[string]*run.Capsule{
				"another statement": l.steps(t, "SELECT max(steps) AS s FROM steps"),
				"another limit":     l.steps(t, sum, "limits", map[string]any{"max_rows": 7}),
			} {
				if c.Stats.Cache != "miss" || !had(c) {
					t.Errorf("%s: cache is %q", what, c.Stats.Cache)
				}
			}
			if c := l.steps(t, sum, "fresh", true); c.Stats.Cache != "off" || !had(c) {
				t.Errorf("a fresh result: cache is %q", c.Stats.Cache)
			}
			var again struct {
				RunID string `json:"run_id"`
			}
			if err := l.call(t.Context(), http.MethodPost, "/api/v1/runs/"+second.RunID+"/reproduce", nil, &again); err != nil {
				t.Fatal(err)
			}
			if c := l.finish(t, again.RunID); !had(c) || fmt.Sprint(c.Preview) != fmt.Sprint(first.Preview) {
				t.Errorf("reproduced with a sandbox: %v, to %v", had(c), c.Preview)
			}
			l.addSteps(t, "day,steps\n2026-01-01,1\n")
			if c := l.steps(t, sum); c.Stats.Cache != "miss" || fmt.Sprint(c.Preview.Rows) != "[[1]]" {
				t.Errorf("over other data: cache is %q, rows %v", c.Stats.Cache, c.Preview.Rows)
			}
			if hits := l.figure(t, `leo_result_cache_lookups_total{outcome="hit"}`); hits != 1 {
				t.Errorf("%v hits are counted", hits)
			}
		})
	}
}

// redisFor configures a Redis of its own.
func redisFor(t *testing.T) func(*config.Config) {
	t.Helper()
	return func(c *config.Config) { c.RedisURL = cachetest.Redis(t).URL() }
}

func TestWhatMayComeOutDifferentlyIsNotKept(t *testing.T) {
	l := walks(t, func(c *config.Config) { c.Python = false })
	for what, sql := range map[string]string{
		"chance":  "SELECT random() AS r FROM steps",
		"clock":   "SELECT now() AS n FROM steps",
		"failure": "SELECT CAST(day || 'x' AS INTEGER) AS n FROM steps",
		"refusal": "SELECT * FROM read_csv('/etc/passwd')",
	} {
		for range 2 {
			if c := l.steps(t, sql); c.Stats.Cache == "hit" {
				t.Errorf("%s was kept: %s", what, c.Status)
			}
		}
	}
	if kept := l.figure(t, "leo_result_cache_kept_total"); kept != 0 {
		t.Errorf("%v results were kept", kept)
	}
}

func TestALargeResultIsFoundWhole(t *testing.T) {
	l := walks(t, nil)
	const many = "SELECT i, i * 7 AS j FROM range(3000) AS r(i) ORDER BY i"
	limits := map[string]any{"max_rows": 5000}
	first, second := l.steps(t, many, "limits", limits), l.steps(t, many, "limits", limits)
	a, b := l.rows(t, first), l.rows(t, second)
	if second.Stats.Cache != "hit" || len(b) != 3000 || fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("cache is %q, %d and %d rows", second.Stats.Cache, len(a), len(b))
	}
	if first.Result.Key == second.Result.Key {
		t.Error("both runs refer to one object, which ends with the first")
	}
}

func TestResultsNeedNotBeKept(t *testing.T) {
	l := walks(t, func(c *config.Config) { c.ResultCache = false })
	for range 2 {
		if c := l.steps(t, "SELECT 1 AS one FROM steps"); c.Stats.Cache != "off" {
			t.Errorf("cache is %q", c.Stats.Cache)
		}
	}
}

func TestAHundredIdenticalQuestionsRunOnce(t *testing.T) {
	l := walks(t, func(c *config.Config) { c.SandboxSlots = 8 })
	const slow = "SELECT count(*) AS n FROM range(30000000) AS r(i), steps WHERE i % 7 = 3"
	var wg sync.WaitGroup
	computed, all := make(chan string, 100), make(chan string, 100)
	for range 100 {
		wg.Go(func() {
			c := l.steps(t, slow)
			if c.Status != run.Succeeded {
				t.Errorf("ended as %s", c.Status)
			}
			all <- fmt.Sprint(c.Preview.Rows)
			if had(c) {
				computed <- c.RunID
			}
		})
	}
	wg.Wait()
	close(all)
	if len(computed) != 1 {
		t.Errorf("it ran %d times", len(computed))
	}
	for rows := range all {
		if rows != "[[8571428]]" {
			t.Errorf("got %s", rows)
		}
	}
}

// TestQuestionsAreAnsweredWithoutRedis takes it away while questions are asked.
func TestQuestionsAreAnsweredWithoutRedis(t *testing.T) {
	server := cachetest.Redis(t)
	l := walks(t, func(c *config.Config) { c.RedisURL = server.URL() })
	answered := func(when string) *run.Capsule {
		t.Helper()
		c := l.steps(t, "SELECT sum(steps) AS s FROM steps")
		if c.Status != run.Succeeded || fmt.Sprint(c.Preview.Rows) != "[[20000]]" {
			t.Errorf("%s: %s with %v", when, c.Status, c.Preview.Rows)
		}
		return c
	}
	answered("at first")
	server.Stop()
	for range 5 {
		if c := answered("without Redis"); !had(c) {
			t.Errorf("cache is %q", c.Stats.Cache)
		}
	}
	l.becomes(t, "leo_result_cache_up", 0)
	if data, err := l.raw(t.Context(), "/readyz"); err != nil || !strings.Contains(string(data), "everything is computed") {
		t.Errorf("it says it is %s (%v)", data, err)
	}
	server.Start(t)
	for l.figure(t, "leo_result_cache_up") == 0 {
		answered("while Redis comes back")
	}
	answered("once more")
	if c := answered("after that"); c.Stats.Cache != "hit" {
		t.Errorf("cache is %q", c.Stats.Cache)
	}
}
