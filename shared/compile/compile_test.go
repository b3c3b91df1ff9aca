package compile_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/compile/compiletest"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
)

func options() compile.Options { return compile.Options{AsOf: clock()} }

func TestSamePlanSameBytes(t *testing.T) {
	d := shop(t)
	for _, name := range cases(t, false) {
		q := readPlan(t, name)
		before, err := q.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		first, err := compile.Compile(q, d, options())
		if err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				again, err := compile.Compile(q, d, options())
				if err != nil || !reflect.DeepEqual(first, again) {
					t.Errorf("%s: another statement: %v\n%s\n%s", name, err, again.SQL, first.SQL)
				}
			})
		}
		wait.Wait()
		after, err := q.Canonical()
		if err != nil || string(before) != string(after) {
			t.Errorf("%s: the plan was changed", name)
		}
	}
	if !reflect.DeepEqual(d, shop(t)) {
		t.Error("the catalogue was changed")
	}
}

func TestCanonicalPlanCompilesToTheSameStatement(t *testing.T) {
	d := shop(t)
	for _, name := range cases(t, false) {
		q := readPlan(t, name)
		data, err := q.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		again, err := plan.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		a, err := compile.Compile(q, d, options())
		if err != nil {
			t.Fatal(err)
		}
		b, err := compile.Compile(again, d, options())
		if err != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheOrderOfTheCatalogueDoesNotMatter(t *testing.T) {
	d, shuffled := shop(t), shop(t)
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(shuffled.Tables), func(i, j int) {
		shuffled.Tables[i], shuffled.Tables[j] = shuffled.Tables[j], shuffled.Tables[i]
	})
	for i := range shuffled.Tables {
		c := shuffled.Tables[i].Columns
		r.Shuffle(len(c), func(i, j int) { c[i], c[j] = c[j], c[i] })
	}
	slices.Reverse(shuffled.Relations)
	for _, name := range cases(t, false) {
		a, errA := compile.Compile(readPlan(t, name), d, options())
		b, errB := compile.Compile(readPlan(t, name), shuffled, options())
		if errA == nil && errB == nil {
			a.Sources, b.Sources = nil, nil // they point into the catalogue itself
		}
		if errA != nil || errB != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("%s: %v %v", name, errA, errB)
		}
	}
}

func TestOptions(t *testing.T) {
	d := shop(t)
	q := &plan.Query{Table: "orders", Select: []plan.Expr{{Column: "order_id"}}}
	if _, err := compile.Compile(q, d, compile.Options{}); err == nil || fault.CodeOf(err) != fault.Internal {
		t.Errorf("no clock: %v", err)
	}
	if _, err := compile.Compile(q, d, compile.Options{AsOf: clock(), Dialect: "cobol"}); err == nil {
		t.Error("a dialect that does not exist was accepted")
	}
	for _, c := range []struct {
		plan, option, want int
		defaulted          bool
	}{{0, 0, 200, true}, {0, 5000, 5000, true}, {7, 5000, 7, false}, {200, 0, 200, false}} {
		q.Limit = c.plan
		st, err := compile.Compile(q, d, compile.Options{AsOf: clock(), DefaultLimit: c.option})
		if err != nil {
			t.Fatal(err)
		}
		if st.Limit != c.want || st.LimitDefaulted != c.defaulted || !strings.HasSuffix(st.SQL, "\nLIMIT "+itoa(c.want)) {
			t.Errorf("limit %d by default %d: %d %v\n%s", c.plan, c.option, st.Limit, st.LimitDefaulted, st.SQL)
		}
	}
}

func itoa(n int) string { data, _ := json.Marshal(n); return string(data) }

func TestTheClockIsTheOnlyTime(t *testing.T) {
	d := shop(t)
	q := readPlan(t, "period-last-days-of-a-date")
	a, err := compile.Compile(q, d, options())
	if err != nil {
		t.Fatal(err)
	}
	zone := time.FixedZone("UTC-9", -9*3600)
	b, err := compile.Compile(q, d, compile.Options{AsOf: time.Date(2026, 9, 30, 15, 4, 5, 0, zone)})
	if err != nil {
		t.Fatal(err)
	}
	if a.SQL != b.SQL {
		t.Error("the zone of the clock counts, not what it shows")
	}
	later, err := compile.Compile(q, d, compile.Options{AsOf: clock().AddDate(0, 0, 1)})
	if err != nil || later.SQL == a.SQL {
		t.Errorf("the clock does not count: %v", err)
	}
}

// Random plans that fit the catalogue compile, to one statement, twice the same.
func TestRandomPlansCompile(t *testing.T) {
	d := shop(t)
	for seed := range uint64(3000) {
		q := compiletest.Random(d, seed)
		data, err := q.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		st, err := compile.Compile(q, d, options())
		if err != nil {
			t.Fatalf("seed %d: %v %v\n%s", seed, err, fault.From(err).Hint, data)
		}
		for _, sql := range []string{st.SQL, st.CountsSQL} {
			if _, err := lex(sql); err != nil {
				t.Fatalf("seed %d: %v\n%s\n%s", seed, err, sql, data)
			}
		}
		if again, err := compile.Compile(compiletest.Random(d, seed), d, options()); err != nil || again.SQL != st.SQL {
			t.Fatalf("seed %d: not the same twice", seed)
		}
		if len(st.Columns) == 0 || st.Limit == 0 || len(st.Tables) == 0 {
			t.Fatalf("seed %d: %+v", seed, st)
		}
	}
}

// What a plan says in names and values reaches the SQL only inside quotes: with
// any text in it, the statement has the same skeleton, and the text comes out of
// the quotes as it went in.
func FuzzCompileLiterals(f *testing.F) {
	for _, s := range []string{
		"x", "it's", `say "x"`, "'; DROP TABLE orders; --", `"; DROP TABLE orders; --`, "\\", "\\'", "''", `""`, "a\nb", "/* x */", "$$x$$",
		"日本", "\u202e", "e'\\x27'", "x' OR '1'='1", strings.Repeat("'", 99), "%", "{}", "?", "$1", ":x", "\x7f", "1", "-- x",
	} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, value, name string) {
		d := hostile(name)
		q := hostilePlan(value, name)
		st, err := compile.Compile(q, d, options())
		if err != nil {
			if fault.CodeOf(err) != fault.Validation {
				t.Fatal(err)
			}
			// The only reasons to refuse are bytes that are no text and names that
			// cannot be output names or are taken.
			return
		}
		plain, err := compile.Compile(hostilePlan("v", "n"), hostile("n"), options())
		if err != nil {
			t.Fatal(err)
		}
		for _, pair := range [][2]string{{st.SQL, plain.SQL}, {st.CountsSQL, plain.CountsSQL}} {
			got, err := skeleton(pair[0])
			if err != nil {
				t.Fatalf("%v\n%s", err, pair[0])
			}
			want, err := skeleton(pair[1])
			if err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Fatalf("another statement:\n%s\n%s", pair[0], pair[1])
			}
		}
		tokens, _ := lex(st.SQL)
		if !slices.Contains(tokens, token{"text", value}) || !slices.Contains(tokens, token{"name", name}) {
			t.Fatalf("%q or %q did not come through:\n%s", value, name, st.SQL)
		}
	})
}

func hostile(name string) *catalog.Dataset {
	return &catalog.Dataset{ID: "d", Tables: []catalog.Table{{
		Name: "t", Columns: []catalog.Column{{Name: name, Type: catalog.Text, EngineType: "VARCHAR"}, {Name: "amount of money", Type: catalog.Integer, EngineType: "BIGINT"}},
	}}}
}

func hostilePlan(value, name string) *plan.Query {
	return &plan.Query{
		Table: "t",
		Select: []plan.Expr{
			{Agg: plan.Count, Where: []plan.Filter{{Column: name, Op: plan.StartsWith, Value: value + "x"}}, As: "as " + name + " as"},
			{Agg: plan.Count, As: "n of rows", Window: &plan.Window{Kind: plan.Share}},
		},
		Filters: []plan.Filter{{Or: []plan.Filter{
			{Column: name, Op: plan.Equal, Value: value},
			{Column: name, Op: plan.In, Value: []any{value, "z"}},
			{Column: name, Op: plan.Contains, Value: "x" + value},
		}}},
		GroupBy: []plan.Expr{{Column: name}},
	}
}

func TestBytesThatAreNotTextAreRefused(t *testing.T) {
	for _, bad := range []string{"a\x00b", "\xff"} {
		if utf8.ValidString(bad) && !strings.ContainsRune(bad, 0) {
			t.Fatal("not a bad text")
		}
		for _, q := range []*plan.Query{hostilePlan(bad, "n"), hostilePlan("v", bad)} {
			if _, err := compile.Compile(q, hostile("n"), options()); fault.CodeOf(err) != fault.Validation {
				t.Errorf("%q: %v", bad, err)
			}
		}
	}
}

func TestOutputsThatDoubleAreRefused(t *testing.T) {
	q := &plan.Query{Table: "orders", Select: []plan.Expr{{Column: "total", As: "x0"}}}
	for i := range 40 {
		name := "x" + itoa(i)
		q.Select = append(q.Select, plan.Expr{Op: plan.Add, Left: &plan.Expr{Column: name}, Right: &plan.Expr{Column: name}, As: "x" + itoa(i+1)})
	}
	if _, err := compile.Compile(q, shop(t), options()); fault.CodeOf(err) != fault.Validation {
		t.Errorf("2^40 parts: %v", err)
	}
}

func TestStatementsTheRunnerWouldNotTakeAreRefused(t *testing.T) {
	days := make([]any, 1000)
	for i := range days {
		days[i] = clock().AddDate(0, 0, -i).Format(time.DateOnly)
	}
	q := &plan.Query{Table: "readings", Select: []plan.Expr{{Agg: plan.Count}}, Filters: []plan.Filter{{Column: "ts", Op: plan.In, Value: days}}}
	if _, err := compile.Compile(q, shop(t), options()); fault.CodeOf(err) != fault.Validation {
		t.Errorf("a thousand days of a timestamp: %v", err)
	}
	q.Table, q.Filters[0].Column = "orders", "order_date"
	if _, err := compile.Compile(q, shop(t), options()); err != nil {
		t.Errorf("a thousand dates: %v", err)
	}
}

// The largest values a plan can name, as often as a plan can, still compile or
// are refused quickly.
func TestCompilingIsBounded(t *testing.T) {
	q := &plan.Query{Table: "orders", Distinct: true, Select: []plan.Expr{{Column: "total", As: "x0"}}}
	for i := range 7 { // 2^7 parts and the operators between them
		name := "x" + itoa(i)
		q.Select = append(q.Select, plan.Expr{Op: plan.Add, Left: &plan.Expr{Column: name}, Right: &plan.Expr{Column: name}, As: "x" + itoa(i+1)})
	}
	for len(q.Select) < plan.MaxItems {
		name := "x" + itoa(len(q.Select))
		q.Select = append(q.Select, plan.Expr{Op: plan.Add, Left: &plan.Expr{Column: "x7"}, Right: &plan.Expr{Value: len(q.Select)}, As: name})
	}
	for i := range q.Select {
		q.OrderBy = append(q.OrderBy, plan.OrderBy{By: q.Select[i].As})
	}
	began := time.Now()
	_, err := compile.Compile(q, shop(t), options())
	took := time.Since(began)
	t.Logf("took %s: %v", took, err)
	if took > 30*time.Second {
		t.Error("too long")
	}
}

func BenchmarkCompile(b *testing.B) {
	d := shop(b)
	for _, name := range []string{"group-by-column", "window-changes", "repeats-where-of-the-many-side"} {
		q := readPlan(b, name)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := compile.Compile(q, d, options()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
