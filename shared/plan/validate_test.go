package plan_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/shared/plan"
)

func TestValidateNamesWhatIsWrong(t *testing.T) {
	sel := func(e string) string { return `{"table":"t","select":[` + e + `]}` }
	flt := func(f string) string { return `{"table":"t","select":["a"],"filters":[` + f + `]}` }
	cases := []struct{ name, in, path, near string }{
		{"version", `{"version":2,"table":"t","select":["a"]}`, "/version", ""},
		{"no table", `{"select":["a"]}`, "/table", ""},
		{"nothing selected", `{"table":"t"}`, "/select", ""},
		{"limit below", `{"table":"t","select":["a"],"limit":-1}`, "/limit", ""},
		{"limit above", `{"table":"t","select":["a"],"limit":10001}`, "/limit", ""},
		{"table joined twice", `{"table":"t","joins":[{"table":"T"}],"select":["a"]}`, "/joins/0", ""},
		{"alias taken", `{"table":"t","joins":[{"table":"u","as":"t"}],"select":["a"]}`, "/joins/0", ""},
		{"join type", `{"table":"t","joins":[{"table":"u","type":"lef"}],"select":["a"]}`, "/joins/0/type", "left"},
		{"join pair", `{"table":"t","joins":[{"table":"u","on":[{"left":"a"}]}],"select":["a"]}`, "/joins/0/on/0/right", ""},
		{"two operands", sel(`{"column":"a","value":1}`), "/select/0/value", ""},
		{"no operand", sel(`{"agg":"sum"}`), "/select/0", ""},
		{"empty expression", sel(`{}`), "/select/0", ""},
		{"star", sel(`{"column":"*"}`), "/select/0/column", ""},
		{"star summed", sel(`{"column":"*","agg":"sum"}`), "/select/0/column", ""},
		{"star distinct", sel(`{"column":"*","agg":"count_distinct"}`), "/select/0/column", ""},
		{"left without op", sel(`{"column":"a","left":"b"}`), "/select/0/left", ""},
		{"right without op", sel(`{"column":"a","right":"b"}`), "/select/0/right", ""},
		{"unknown op", sel(`{"op":"%","left":"a","right":"b"}`), "/select/0/op", ""},
		{"one side", sel(`{"op":"+","left":"a"}`), "/select/0", ""},
		{"unit without date_diff", sel(`{"op":"+","left":"a","right":"b","unit":"day"}`), "/select/0/unit", ""},
		{"date_diff without unit", sel(`{"op":"date_diff","left":"a","right":"b"}`), "/select/0/unit", ""},
		{"date_diff in quarters", sel(`{"op":"date_diff","left":"a","right":"b","unit":"quarters"}`), "/select/0/unit", ""},
		{"bucket and part", sel(`{"column":"a","bucket":"day","part":"year"}`), "/select/0", ""},
		{"unknown bucket", sel(`{"column":"a","bucket":"mnth"}`), "/select/0/bucket", "month"},
		{"unknown part", sel(`{"column":"a","part":"weekday"}`), "/select/0/part", ""},
		{"bucket of a value", sel(`{"value":"2026-01-01","bucket":"day"}`), "/select/0", ""},
		{"bucket of nothing", sel(`{"agg":"count","bucket":"day"}`), "/select/0", ""},
		{"negative bin", sel(`{"column":"a","bin":-1}`), "/select/0/bin", ""},
		{"unknown agg", sel(`{"column":"a","agg":"summ"}`), "/select/0/agg", "sum"},
		{"where without agg", sel(`{"column":"a","where":[{"column":"b","op":"is_null"}]}`), "/select/0/where", ""},
		{"percentile without agg", sel(`{"column":"a","percentile":0.5}`), "/select/0/percentile", ""},
		{"percentile of another agg", sel(`{"column":"a","agg":"sum","percentile":0.5}`), "/select/0/percentile", ""},
		{"percentile missing", sel(`{"column":"a","agg":"percentile"}`), "/select/0/percentile", ""},
		{"percentile of 95", sel(`{"column":"a","agg":"percentile","percentile":95}`), "/select/0/percentile", ""},
		{"sum of a value", sel(`{"value":1,"agg":"sum"}`), "/select/0/value", ""},
		{"agg of agg", sel(`{"agg":"avg","of":{"agg":"sum","column":"a"}}`), "/select/0/of/agg", ""},
		{"agg of agg in arithmetic", sel(`{"agg":"avg","op":"+","left":{"agg":"sum","column":"a"},"right":{"value":1}}`), "/select/0/left/agg", ""},
		{"window in an aggregation", sel(`{"agg":"avg","of":{"column":"a","window":{"kind":"rank"}}}`), "/select/0/of/window", ""},
		{"window of a window", sel(`{"of":{"column":"a","window":{"kind":"rank"}},"window":{"kind":"share"}}`), "/select/0/of/window", ""},
		{"unknown window", sel(`{"column":"a","window":{"kind":"lag"}}`), "/select/0/window/kind", ""},
		{"ordered share", sel(`{"column":"a","window":{"kind":"share","order_by":["a"]}}`), "/select/0/window/order_by", ""},
		{"moving average of one", sel(`{"column":"a","window":{"kind":"moving_average"}}`), "/select/0/window/periods", ""},
		{"periods of a rank", sel(`{"column":"a","window":{"kind":"rank","periods":2}}`), "/select/0/window/periods", ""},
		{"negative periods", sel(`{"column":"a","window":{"kind":"change","periods":-2}}`), "/select/0/window/periods", ""},
		{"list as a value", sel(`{"value":[1,2]}`), "/select/0/value", ""},
		{"endless number", sel(`{"value":1e400}`), "/select/0/value", ""},
		{"NUL in a text", flt(`{"column":"a","op":"=","value":"\u0000"}`), "/filters/0/value", ""},
		{"NUL in a name", sel(`"a\u0000"`), "/select/0/column", ""},
		{"agg as a group", `{"table":"t","group_by":[{"agg":"sum","column":"a"}]}`, "/group_by/0/agg", ""},
		{"window as a group", `{"table":"t","group_by":[{"column":"a","window":{"kind":"rank"}}]}`, "/group_by/0/window", ""},
		{"value as a group", `{"table":"t","group_by":[{"value":1}]}`, "/group_by/0", ""},
		{"one name twice", sel(`{"column":"a","as":"X"},{"column":"b","as":"x"}`), "/select/1/as", ""},
		{"name with a line break", sel(`{"column":"a","as":"x\ny"}`), "/select/0/as", ""},
		{"name with a space at its end", sel(`{"column":"a","as":"x "}`), "/select/0/as", ""},
		{"empty filter", flt(`{}`), "/filters/0", ""},
		{"filter without op", flt(`{"column":"a","value":1}`), "/filters/0", ""},
		{"op and and", flt(`{"column":"a","op":"=","value":1,"and":[{"column":"a","op":"is_null"}]}`), "/filters/0/and", ""},
		{"and and or", flt(`{"and":[{"column":"a","op":"is_null"}],"or":[{"column":"a","op":"is_null"}]}`), "/filters/0/or", ""},
		{"empty and", flt(`{"and":[]}`), "/filters/0/and", ""},
		{"mistake inside not", flt(`{"not":{"column":"a","op":"=="}}`), "/filters/0/not", ""},
		{"unknown filter op", flt(`{"column":"a","op":"contain","value":"x"}`), "/filters/0/op", "contains"},
		{"filter without left side", flt(`{"op":"=","value":1}`), "/filters/0", ""},
		{"filter with two left sides", flt(`{"column":"a","expr":"b","op":"=","value":1}`), "/filters/0", ""},
		{"value on the left", flt(`{"expr":{"value":1},"op":"=","right":"a"}`), "/filters/0/expr", ""},
		{"nothing on the right", flt(`{"column":"a","op":"=","value":null}`), "/filters/0", ""},
		{"two right sides", flt(`{"column":"a","op":"=","value":1,"right":"b"}`), "/filters/0", ""},
		{"value of is_null", flt(`{"column":"a","op":"is_null","value":1}`), "/filters/0", ""},
		{"between one", flt(`{"column":"a","op":"between","value":[1]}`), "/filters/0/value", ""},
		{"between a value", flt(`{"column":"a","op":"between","value":1}`), "/filters/0/value", ""},
		{"in nothing", flt(`{"column":"a","op":"in","value":[]}`), "/filters/0/value", ""},
		{"in a value", flt(`{"column":"a","op":"in","value":"x"}`), "/filters/0/value", ""},
		{"in too many", flt(`{"column":"a","op":"in","value":[` + strings.Repeat("1,", 1000) + `1]}`), "/filters/0/value", ""},
		{"equal to a list", flt(`{"column":"a","op":"=","value":[1,2]}`), "/filters/0/value", ""},
		{"contains a number", flt(`{"column":"a","op":"contains","value":1}`), "/filters/0/value", ""},
		{"contains nothing", flt(`{"column":"a","op":"contains","value":""}`), "/filters/0/value", ""},
		{"in an expression", flt(`{"column":"a","op":"in","right":"b"}`), "/filters/0/right", ""},
		{"period with >", flt(`{"column":"a","op":">","period":{"unit":"day","last":1}}`), "/filters/0/op", ""},
		{"period of nothing", flt(`{"column":"a","op":"between","period":{"unit":"day"}}`), "/filters/0/period", ""},
		{"period of two kinds", flt(`{"column":"a","op":"between","period":{"unit":"day","last":1,"this":true}}`), "/filters/0/period", ""},
		{"period without unit", flt(`{"column":"a","op":"between","period":{"last":1}}`), "/filters/0/period/unit", ""},
		{"period of decades", flt(`{"column":"a","op":"between","period":{"unit":"decade","last":1}}`), "/filters/0/period/unit", ""},
		{"negative period", flt(`{"column":"a","op":"between","period":{"unit":"day","last":-1}}`), "/filters/0/period/last", ""},
		{"aggregation in a row filter", flt(`{"expr":{"agg":"sum","column":"a"},"op":">","value":1}`), "/filters/0/expr/agg", ""},
		{"window in having", `{"table":"t","select":[{"agg":"count"}],"having":[{"expr":{"agg":"count","window":{"kind":"rank"}},"op":"<","value":4}]}`, "/having/0/expr/window", ""},
		{"exists without table", flt(`{"exists":{}}`), "/filters/0/exists/table", ""},
		{"mistake inside exists", flt(`{"exists":{"table":"u","filters":[{"column":"a","op":"="}]}}`), "/filters/0/exists/filters/0", ""},
		{"top of nothing", `{"table":"t","select":["a"],"top":{"n":0,"per":["a"],"by":"a"}}`, "/top/n", ""},
		{"top without per", `{"table":"t","select":["a"],"top":{"n":1,"by":"a"}}`, "/top/per", ""},
		{"top without by", `{"table":"t","select":["a"],"top":{"n":1,"per":["a"]}}`, "/top/by", ""},
		{"direction", `{"table":"t","select":["a"],"order_by":[{"by":"a","direction":"dsc"}]}`, "/order_by/0/direction", "desc"},
		{"order by nothing", `{"table":"t","select":["a"],"order_by":[{}]}`, "/order_by/0", ""},
		{"order by two things", `{"table":"t","select":["a"],"order_by":[{"by":"a","expr":"b"}]}`, "/order_by/0", ""},
		{"sub-plan name", `{"with":[{"name":"a b","plan":{"table":"t","select":["a"]}}],"table":"t","select":["a"]}`, "/with/0/name", ""},
		{"sub-plan twice", `{"with":[{"name":"a","plan":{"table":"t","select":["a"]}},{"name":"A","plan":{"table":"t","select":["a"]}}],"table":"t","select":["a"]}`, "/with/1/name", ""},
		{"sub-plan without plan", `{"with":[{"name":"a"}],"table":"t","select":["a"]}`, "/with/0/plan", ""},
		{"nested sub-plans", `{"with":[{"name":"a","plan":{"with":[{"name":"b","plan":{"table":"t","select":["a"]}}],"table":"t","select":["a"]}}],"table":"t","select":["a"]}`, "/with/0/plan/with", ""},
		{"sub-plan of another dataset", `{"with":[{"name":"a","plan":{"dataset_id":"x","table":"t","select":["a"]}}],"table":"t","select":["a"]}`, "/with/0/plan/dataset_id", ""},
		{"mistake inside a sub-plan", `{"with":[{"name":"a","plan":{"table":"t","select":[{}]}}],"table":"t","select":["a"]}`, "/with/0/plan/select/0", ""},
		{"too many outputs", sel(strings.Repeat(`"a",`, 100) + `"a"`), "/select", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			q, err := plan.Decode([]byte(c.in))
			if err != nil {
				t.Fatalf("does not decode: %v", err)
			}
			err = q.Validate()
			if err == nil {
				t.Fatal("accepted")
			}
			expectFault(t, err, c.path, c.near)
		})
	}
}

func TestValidateAccepts(t *testing.T) {
	for name, in := range map[string]string{
		"count of a value":              `{"table":"t","select":[{"agg":"count","value":1}]}`,
		"one output in both lists":      `{"table":"t","select":[{"column":"a","as":"x"}],"group_by":[{"column":"a","as":"x"}]}`,
		"only groups":                   `{"table":"t","group_by":["a"]}`,
		"ratio of aggregations":         `{"table":"t","select":[{"op":"/","left":{"agg":"sum","column":"a"},"right":{"agg":"count"}}]}`,
		"scalar on the right":           `{"table":"t","select":["a"],"filters":[{"column":"a","op":"=","right":{"agg":"max","column":"a"}}]}`,
		"aggregation in having":         `{"table":"t","group_by":["a"],"having":[{"expr":{"agg":"count"},"op":">","right":{"agg":"count_distinct","column":"b"}}]}`,
		"period with equal":             `{"table":"t","select":["a"],"filters":[{"column":"a","op":"=","period":{"unit":"day","this":true}}]}`,
		"deepest percentile":            `{"table":"t","select":[{"agg":"percentile","percentile":1,"column":"a"}]}`,
		"self join by another name":     `{"table":"t","joins":[{"table":"t","as":"u"}],"select":["a"]}`,
		"window over arithmetic of agg": `{"table":"t","select":[{"op":"/","left":{"agg":"sum","column":"a"},"right":{"agg":"count"},"window":{"kind":"change"}}]}`,
	} {
		q, err := plan.Decode([]byte(in))
		if err == nil {
			err = q.Validate()
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestValidateChecksPlansBuiltByCode(t *testing.T) {
	deep := &plan.Expr{Column: "a"}
	for range plan.MaxDepth {
		deep = &plan.Expr{Of: deep}
	}
	not := plan.Filter{Column: "a", Op: plan.IsNull}
	for range plan.MaxDepth {
		inner := not
		not = plan.Filter{Not: &inner}
	}
	filter := func(v any) plan.Query {
		return plan.Query{Table: "t", Select: []plan.Expr{{Column: "a"}}, Filters: []plan.Filter{{Column: "a", Op: plan.Equal, Value: v}}}
	}
	bad := map[string]plan.Query{
		"too deep":          {Table: "t", Select: []plan.Expr{*deep}},
		"too deep a filter": {Table: "t", Select: []plan.Expr{{Column: "a"}}, Filters: []plan.Filter{not}},
		"not a number":      filter(math.NaN()),
		"infinity":          filter(math.Inf(1)),
		"number text":       filter(json.Number("1; drop table t")),
		"number and space":  filter(json.Number(" 1")),
		"not UTF-8":         filter("\xff"),
		"strange type":      filter(struct{}{}),
	}
	for name, q := range bad {
		if err := q.Validate(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for _, v := range []any{1, int64(1), 1.5, "x", true, json.Number("-1.5e3")} {
		q := filter(v)
		if err := q.Validate(); err != nil {
			t.Errorf("%T: %v", v, err)
		}
	}
}
