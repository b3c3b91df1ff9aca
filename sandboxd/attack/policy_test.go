package attack

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/sandboxd/runner/sqlpolicy"
	"github.com/leo-analytics/leo/shared/fault"
)

// judge is the policy with an engine to parse for it.
type judge struct {
	t      *testing.T
	policy *sqlpolicy.Policy
	db     *engine.DB
	// broken counts how often a statement broke the engine that only parsed it.
	broken int
}

func newJudge(t *testing.T) *judge {
	t.Helper()
	policy, err := sqlpolicy.New()
	if err != nil {
		t.Fatal(err)
	}
	j := &judge{t: t, policy: policy}
	j.reopen()
	return j
}

// reopen takes a new, locked engine: after an error of its own an engine refuses
// everything, for the wrong reason.
func (j *judge) reopen() {
	j.t.Helper()
	var err error
	if j.db, err = engine.Open(engine.Options{}); err != nil {
		j.t.Fatal(err)
	}
	if err := j.db.Lock(j.t.Context()); err != nil {
		j.t.Fatal(err)
	}
}

// verdict is "accepted", or the code and the rule of the refusal.
func (j *judge) verdict(sql string, tables []string) string {
	j.t.Helper()
	err := j.policy.Check(j.t.Context(), j.db, sql, sqlpolicy.Rules{Tables: tables})
	var f *fault.Fault
	switch {
	case err == nil:
		return accepted
	case !errors.As(err, &f):
		j.t.Logf("the engine could not parse %.100q: %v", sql, err)
		j.broken++
		j.reopen()
		return "the engine cannot parse it"
	case f.Details["rule"] != nil:
		return fmt.Sprintf("%s (%v)", f.Code, f.Details["rule"])
	}
	return string(f.Code)
}

const accepted = "accepted"

func TestEveryStatementThatIsNoQueryIsRefused(t *testing.T) {
	j := newJudge(t)
	words := identifiers()
	counts := map[string]map[string]int{}
	for _, s := range statements(t) {
		verdict := j.verdict(s.SQL, anyTable(words, s.SQL))
		if verdict == accepted && s.Kind != query {
			t.Errorf("%s: a statement of kind %s is accepted: %.200q", s.File, s.Kind, s.SQL)
		}
		if counts[s.Kind] == nil {
			counts[s.Kind] = map[string]int{}
		}
		counts[s.Kind][verdict]++
	}
	for kind, verdicts := range counts {
		t.Logf("COUNT %s: %s", kind, tally(verdicts))
	}
	if _, own := corpora(); own && counts[query][accepted] < 20 {
		t.Errorf("only %d queries are accepted: the policy refuses what it must not", counts[query][accepted])
	}
	t.Logf("statements that broke the parsing engine: %d", j.broken)
}

func TestInjectedTextStaysAQuery(t *testing.T) {
	j := newJudge(t)
	verdicts := map[string]int{}
	for _, s := range injections(t) {
		if s.Kind != "injection" {
			continue
		}
		verdict := j.verdict(s.SQL, []string{"orders", "users"})
		verdicts[verdict]++
		// With two tables allowed, an accepted text reads these and nothing else,
		// which the policy says and the oracle confirms; here it must at least be
		// one query.
		if first, _, _ := strings.Cut(strings.TrimSpace(strings.TrimLeft(s.SQL, "( ")), " "); verdict == accepted && !queryWord(first) {
			t.Errorf("accepted: %q", s.SQL)
		}
	}
	t.Logf("COUNT injections: %s", tally(verdicts))
}

// queryWord reports whether a query can begin with a word.
func queryWord(word string) bool {
	for _, begin := range []string{"select", "with", "from", "values", "table", "pivot", "unpivot", "--", "/*"} {
		if strings.HasPrefix(strings.ToLower(word), begin) {
			return true
		}
	}
	return false
}

// tally writes counts, the largest first.
func tally(counts map[string]int) string {
	total := 0
	var keys []string
	for key, n := range counts {
		keys = append(keys, key)
		total += n
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	var text strings.Builder
	fmt.Fprintf(&text, "%d", total)
	for _, key := range keys {
		fmt.Fprintf(&text, "\n\t%6d  %s", counts[key], key)
	}
	return text.String()
}
