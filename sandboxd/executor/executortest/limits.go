package executortest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

const (
	// lateness is how long after its budget a run may still be answered.
	lateness = 250 * time.Millisecond
	// tries are made before a run counts as late: a busy machine is no failure.
	tries = 3
)

// abuse is one way to ask for more than a run may have, and what must come of it.
type abuse struct {
	name, statement string
	limits          executor.Limits
	// want is the fault; empty for an answer, which is then cut by truncated.
	want      fault.Code
	truncated string
	// outside says that the memory is none that the engine counts: the kernel has
	// to stop it where a control group bounds the sandbox.
	outside bool
}

// limits holds every limit to its classification and to its deadline: first what
// a statement can do to the real runner, then what a process can do that is not
// the runner any more.
func (s *suite) limits(t *testing.T) {
	t.Run("statements", func(t *testing.T) {
		if s.SkipStatements {
			t.Skip("they are tested elsewhere")
		}
		if s.Runner == "" {
			s.Runner = RunnerBinary(t)
		}
		s.open(t, s.Runner)
		dir := prepareBy(t, s.Runner, cities())
		for _, a := range statements() {
			s.run(t, a.name, func(t *testing.T) { s.abuse(t, a, dir, query) })
			s.run(t, "after "+a.name, func(t *testing.T) { s.servesQueries(t, dir) })
		}
	})
	t.Run("processes", func(t *testing.T) {
		s.open(t, s.Probe)
		for _, a := range misbehaviour() {
			s.run(t, a.name, func(t *testing.T) { s.abuse(t, a, "", ask) })
			s.run(t, "after "+a.name, s.serves)
		}
		s.run(t, "a fork bomb", s.forkBomb)
		s.run(t, "a full disk", s.diskFill)
		s.run(t, "after a full disk", s.serves)
	})
}

// budget is short: these statements would run for hours.
func budget() executor.Limits { return executor.Limits{Timeout: 400 * time.Millisecond} }

// small is a sandbox that is filled quickly.
func small() executor.Limits {
	return executor.Limits{Memory: 192 << 20, Timeout: 20 * time.Second}
}

// statements are abuses that the policy has no reason to refuse, and some that
// it refuses because nothing else would stop them in time.
func statements() []abuse {
	long := "replace(repeat('x', 1000), 'x', repeat('y', 1000))" // a million letters
	return []abuse{
		{name: "a cross join", limits: budget(), want: fault.Timeout, statement: "SELECT sum(a.i * b.i % 7) AS s FROM range(10000000) a(i), range(10000000) b(i)"},
		{name: "a recursion without an end", limits: budget(), want: fault.Timeout, statement: "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) AS m FROM r"},
		{name: "a range of a trillion", limits: budget(), want: fault.Timeout, statement: "SELECT sum(i % 3) AS s FROM range(1000000000000) t(i)"},
		{name: "distinct values of very many rows", limits: budget(), want: fault.Timeout, statement: "SELECT count(DISTINCT hash(i) % 100000) AS n FROM range(100000000000) t(i)"},
		{name: "the first of very many rows", limits: budget(), want: fault.Timeout, statement: "SELECT i FROM range(100000000000) t(i) ORDER BY hash(i) LIMIT 10"},
		{name: "an expression that cannot be interrupted", limits: budget(), want: fault.Timeout, statement: "SELECT levenshtein(s, reverse(s)) AS d FROM (SELECT string_agg(i::VARCHAR, '') AS s FROM range(200000) t(i))"},
		{name: "a constant that takes long to fold", limits: budget(), want: fault.Timeout, statement: "SELECT list_sum(list_transform(range(5000), lambda x: list_sum(list_transform(range(1000), lambda y: list_sum(list_transform(range(300), lambda z: x * y * z % 7)))))) AS s"},

		{name: "a list of all rows", limits: small(), want: fault.ResourceExceeded, statement: "SELECT list(i) AS l FROM range(1000000000) t(i)"},
		{name: "a text of all rows", limits: small(), want: fault.ResourceExceeded, statement: "SELECT string_agg(i::VARCHAR, ',') AS s FROM range(1000000000) t(i)"},
		{name: "very many distinct values", limits: small(), want: fault.ResourceExceeded, statement: "SELECT count(DISTINCT i) AS n FROM range(1000000000) t(i)"},
		{name: "a sort that would have to spill", limits: small(), want: fault.ResourceExceeded, statement: "SELECT sum(r) AS s FROM (SELECT row_number() OVER (ORDER BY hash(i)) AS r FROM range(1000000000) t(i))"},
		{name: "memory that the engine does not count", limits: small(), want: fault.ResourceExceeded, outside: true, statement: "SELECT len(range(i, i + 500000000)) AS n FROM range(3) t(i)"},
		{name: "a text of a billion letters", limits: small(), want: fault.ResourceExceeded, statement: "SELECT length(replace(" + long + ", 'y', repeat('z', 1000))) AS n FROM range(2)"},

		{name: "a flood of rows", truncated: "rows", statement: "SELECT i FROM range(100000000) t(i)"},
		{name: "a thousand rows of a megabyte", truncated: "bytes", statement: "SELECT " + long + " || i AS s FROM range(1001) t(i)"},
		{name: "a hundred thousand rows of a megabyte", truncated: "bytes", statement: "SELECT " + long + " || i AS s FROM range(100000) t(i)"},

		{name: "sleeping", want: fault.SQLPolicy, statement: "SELECT sleep_ms(100000) AS s"},
		{name: "sleeping as in Postgres", want: fault.SQLPolicy, statement: "SELECT pg_sleep(100) AS s"},
		{name: "a repetition without a bound", want: fault.SQLPolicy, statement: "SELECT repeat('x', 2000000000) AS s"},
		{name: "a padding without a bound", want: fault.SQLPolicy, statement: "SELECT lpad('x', 2000000000, 'y') AS s"},
		{name: "a pattern that takes minutes", want: fault.SQLPolicy, statement: "SELECT 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac' GLOB '*a*a*a*a*a*a*a*a*a*b' AS s"},
		{name: "a table to fill", want: fault.SQLPolicy, statement: "CREATE TEMP TABLE t AS SELECT i FROM range(300000000) r(i)"},
		{name: "a file to fill", want: fault.SQLPolicy, statement: "COPY (SELECT i FROM range(300000000) t(i)) TO '/tmp/x.csv'"},
	}
}

// misbehaviour is what a process does that has nothing to lose: orders to the
// probe.
func misbehaviour() []abuse {
	endless := executor.Limits{Timeout: 300 * time.Millisecond}
	list := []abuse{
		{name: "silence", limits: endless, want: fault.Timeout, statement: "hang"},
		{name: "a busy loop", limits: endless, want: fault.Timeout, statement: "spin"},
		{name: "an answer letter by letter", limits: endless, want: fault.Timeout, statement: "drip"},
		{name: "a flood on stderr", limits: endless, want: fault.Timeout, statement: "flood stderr"},
		{name: "a flood on stdout", want: fault.ResourceExceeded, statement: "flood stdout"},
		{name: "floods on both", want: fault.ResourceExceeded, statement: "flood both"},
		{name: "a memory bomb", limits: small(), want: fault.ResourceExceeded, outside: true, statement: "alloc"},
		{name: "a thread bomb", want: fault.ResourceExceeded, statement: "threads"},
		{name: "a crash", want: fault.Internal, statement: "crash"},
		{name: "a panic", want: fault.Internal, statement: "panic aloud"},
		{name: "leaving", want: fault.Internal, statement: "exit 0"},
		{name: "the exit code of a kill", want: fault.Internal, statement: "exit 137"},
		{name: "the exit code of a crash", want: fault.Internal, statement: "exit 139"},
		{name: "noise", want: fault.Internal, statement: "say \x00\x01\x7f\x1b[2J"},
	}
	for name, line := range map[string]string{
		"no line": "", "no JSON": "hello", "another JSON": `["{id}"]`, "half an answer": `{"id":"{id}","status":`,
		"another's answer":       `{"id":"x{id}","status":"ok"}`,
		"no status":              `{"id":"{id}"}`,
		"a status of its own":    `{"id":"{id}","status":"fine"}`,
		"rows that do not count": `{"id":"{id}","status":"ok","columns":[{"name":"a","type":"BIGINT"}],"rows":[[1]],"row_count":2}`,
		"rows that do not fit":   `{"id":"{id}","status":"ok","columns":[{"name":"a","type":"BIGINT"}],"rows":[[1,2]],"row_count":1}`,
		"an error without one":   `{"id":"{id}","status":"error"}`,
		"a fault of its own":     `{"id":"{id}","status":"error","error":{"code":"ROOT","message":"m"}}`,
		"a fault of another":     `{"id":"{id}","status":"error","error":{"code":"UNAUTHENTICATED","message":"m"}}`,
	} {
		list = append(list, abuse{name: "forged: " + name, want: fault.Internal, statement: "say " + line})
	}
	return list
}

// abuse makes one attempt, or as many as it takes to be in time.
func (s *suite) abuse(t *testing.T, a abuse, dir string, request func(string) protocol.Request) {
	best := time.Duration(-1)
	for try := 0; try < tries && (best < 0 || best > lateness); try++ {
		sandbox := s.prepare(t, executor.Spec{DataDir: dir, Limits: a.limits})
		began := time.Now()
		resp, stats, err := sandbox.Run(t.Context(), request(a.statement))
		late := time.Since(began) - a.limits.Timeout
		s.checkOutcome(t, a, resp, stats, err)
		destroy(t, sandbox)
		if a.want != fault.Timeout || t.Failed() {
			return
		}
		if best < 0 || late < best {
			best = late
		}
	}
	t.Logf("%v after its budget of %v", best, a.limits.Timeout)
	if best < 0 || best > lateness {
		t.Errorf("it was stopped %v after its budget, %d times", best, tries)
	}
}

func (s *suite) checkOutcome(t *testing.T, a abuse, resp *protocol.Response, stats executor.Stats, err error) {
	t.Helper()
	if a.want == "" {
		if s.caps.Memory != "cgroup" && fault.CodeOf(err) == fault.ResourceExceeded {
			t.Logf("without a control group, memory that is reserved counts as used: %v", err)
			return
		}
		if err != nil || !resp.Truncated || resp.TruncatedBy != a.truncated || len(resp.Rows) == 0 {
			t.Errorf("it is not cut by %s: %v (%v)", a.truncated, err, errors.Unwrap(err))
		}
		return
	}
	if a.statement == "threads" && s.caps.Pids == "none" && err == nil {
		return // it had them all, within its memory
	}
	wantCode(t, err, a.want)
	if a.outside && s.caps.Memory == "cgroup" && !stats.OOM {
		t.Errorf("it was not the kernel that stopped it: %v (%v)", err, errors.Unwrap(err))
	}
	if len(stats.Stderr) > 64<<10 {
		t.Errorf("%d bytes of stderr were kept", len(stats.Stderr))
	}
}

// servesQueries is what must hold after anything.
func (s *suite) servesQueries(t *testing.T, dir string) {
	resp, _, err := s.prepare(t, executor.Spec{DataDir: dir}).Run(t.Context(), query("SELECT count(*) AS n FROM orders"))
	if err != nil {
		t.Fatalf("%v (%v)", err, errors.Unwrap(err))
	}
	wantRows(t, resp, "[[3]]")
}

func (s *suite) serves(t *testing.T) {
	if got := s.look(t, executor.Spec{}, "echo well")["echo"]; got != "well" {
		t.Errorf("the next answer is %q", got)
	}
}

// diskFill tries one large file and many small ones.
func (s *suite) diskFill(t *testing.T) {
	limits := executor.Limits{Tmp: 8 << 20}
	for _, order := range []string{"fill %s/big 33554432", "files %s 33554432"} {
		order = fmt.Sprintf(order, protocol.TmpDir)
		for path, got := range s.look(t, executor.Spec{Limits: limits}, order) {
			if !strings.Contains(got, "no space") {
				t.Errorf("%s: 32 MiB into 8 MiB: %s", path, got)
			}
		}
	}
}
