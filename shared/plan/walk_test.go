package plan_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/shared/plan"
)

func load(t *testing.T, file string) (*plan.Query, []byte) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	q, err := plan.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return q, data
}

// lookup follows a JSON pointer into decoded JSON.
func lookup(v any, p plan.Path) (any, bool) {
	if p == "" {
		return v, true
	}
	for key := range strings.SplitSeq(string(p[1:]), "/") {
		switch x := v.(type) {
		case map[string]any:
			var ok bool
			if v, ok = x[key]; !ok {
				return nil, false
			}
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(x) {
				return nil, false
			}
			v = x[i]
		default:
			return nil, false
		}
	}
	return v, true
}

func TestWalksReachEverythingOnceByItsPath(t *testing.T) {
	q, data := load(t, "testdata/full.json")
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	seen := map[plan.Path]int{}
	visit := func(p plan.Path, field, want string) {
		seen[p]++
		v, ok := lookup(tree, p)
		m, _ := v.(map[string]any)
		if !ok {
			t.Errorf("%s is not in the plan", p)
		}
		if got, _ := m[field].(string); got != want {
			t.Errorf("%s: %s is %q, the walk says %q", p, field, got, want)
		}
	}
	counts := map[string]int{}
	for p, x := range q.Plans() {
		counts["plans"]++
		visit(p, "table", x.Table)
	}
	for p, x := range q.Exprs() {
		counts["exprs"]++
		visit(p, "column", x.Column)
	}
	for p, x := range q.Conditions() {
		counts["conditions"]++
		visit(p, "op", string(x.Op))
	}
	for p, x := range q.Orders() {
		counts["orders"]++
		visit(p, "by", x.By)
	}
	for p, n := range seen {
		if n > 1 {
			t.Errorf("%s was visited %d times", p, n)
		}
	}
	want := map[string]int{"plans": 2, "exprs": countExprs(tree), "conditions": 13, "orders": 3}
	if !reflect.DeepEqual(counts, want) {
		t.Errorf("visited %v, want %v", counts, want)
	}
}

// countExprs counts the objects of a plan that are expressions: those under the
// keys that hold one.
func countExprs(v any) int {
	n := 0
	switch x := v.(type) {
	case map[string]any:
		for k, c := range x {
			switch k {
			case "select", "group_by":
				n += len(c.([]any))
			case "left", "right", "of", "expr":
				if _, ok := c.(map[string]any); ok {
					n++
				}
			}
			n += countExprs(c)
		}
	case []any:
		for _, c := range x {
			n += countExprs(c)
		}
	}
	return n
}

func TestWalksStopWhenAsked(t *testing.T) {
	q, _ := load(t, "testdata/full.json")
	n := 0
	for range q.Exprs() {
		if n++; n == 3 {
			break
		}
	}
	for range q.Conditions() {
		break
	}
	for range q.Orders() {
		break
	}
	for range q.Plans() {
		break
	}
	if n != 3 {
		t.Errorf("walked %d", n)
	}
}

func TestCloneSharesNothing(t *testing.T) {
	q, _ := load(t, "testdata/full.json")
	before, err := q.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	c := q.Clone()
	scramble(reflect.ValueOf(c).Elem())
	after, err := q.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Errorf("changing a clone changed the plan:\n%s\n%s", before, after)
	}
	if (*plan.Query)(nil).Clone() != nil || (*plan.Expr)(nil).Clone() != nil || (*plan.Filter)(nil).Clone() != nil {
		t.Error("a clone of nothing is something")
	}
}

// scramble overwrites everything that can be reached from v.
func scramble(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			scramble(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			scramble(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			scramble(v.Index(i))
		}
	case reflect.String:
		v.SetString("scrambled")
	case reflect.Int:
		v.SetInt(77)
	case reflect.Float64:
		v.SetFloat(77)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Interface:
		if list, ok := v.Interface().([]any); ok {
			scramble(reflect.ValueOf(list))
			return
		}
		if v.CanSet() && !v.IsNil() {
			v.Set(reflect.ValueOf("scrambled"))
		}
	}
}

func TestPathsEscape(t *testing.T) {
	if got := plan.Path("").Key("a/b~c").Index(3); got != "/a~1b~0c/3" {
		t.Errorf("path is %s", got)
	}
	if plan.Path("").String() != "the plan" {
		t.Error("the empty path has no words")
	}
}
