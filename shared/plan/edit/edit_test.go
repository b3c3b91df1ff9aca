package edit_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/compile/compiletest"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/plan/edit"
	"github.com/leo-analytics/leo/shared/plan/edit/edittest"
	"github.com/leo-analytics/leo/shared/policy"
)

func clock() time.Time { return time.Date(2026, 9, 30, 15, 4, 5, 0, time.UTC) }

func shop(t testing.TB) *catalog.Dataset {
	t.Helper()
	data, err := os.ReadFile("../../compile/testdata/shop.json")
	if err != nil {
		t.Fatal(err)
	}
	var d catalog.Dataset
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	return &d
}

// golden returns the compiler's plans that compile and are within policy.
func golden(t testing.TB, d *catalog.Dataset) map[string]*plan.Query {
	t.Helper()
	files, err := filepath.Glob("../../compile/testdata/cases/*.json")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*plan.Query{}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".json")
		if strings.Contains(name, ".") || strings.HasPrefix(name, "refuse-") {
			continue
		}
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		q, err := plan.Decode(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if policy.CheckPlan(q, d) == nil {
			out[name] = q
		}
	}
	if len(out) < 100 {
		t.Fatalf("only %d golden plans", len(out))
	}
	return out
}

func open(t testing.TB, q *plan.Query, d *catalog.Dataset) *edit.Editor {
	t.Helper()
	e, err := edit.New(q, d, edit.Options{AsOf: clock()})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// expectSound demands what every outcome guarantees.
func expectSound(t testing.TB, name string, q *plan.Query, d *catalog.Dataset, ed edit.Edit, out *edit.Outcome) {
	t.Helper()
	if err := out.Plan.Validate(); err != nil {
		t.Errorf("%s: %s: %v", name, show(ed), err)
	}
	if err := policy.CheckPlan(out.Plan, d); err != nil {
		t.Errorf("%s: %s: %v", name, show(ed), err)
	}
	if _, err := compile.Compile(out.Plan, d, compile.Options{AsOf: clock()}); err != nil {
		t.Errorf("%s: %s: %v", name, show(ed), err)
	}
	again, err := open(t, q, d).Apply(ed)
	if err != nil || show(again) != show(out) {
		t.Errorf("%s: %s is not the same twice", name, show(ed))
	}
}

func show(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// explained reports whether a refusal is one a person understands: a fault with a
// path and something to do.
func explained(err error) bool {
	var f *fault.Fault
	if !errors.As(err, &f) || f.Code != fault.Validation {
		return false
	}
	path, ok := f.Details["path"].(string)
	return ok && (path == "" || path[0] == '/')
}

// Every golden plan is edited in many ways, a few of them in all ways there are.
func TestOfferedEditsGivePlansThatCompile(t *testing.T) {
	d := shop(t)
	refused := 0
	for name, q := range golden(t, d) {
		before, _ := q.Canonical()
		e := open(t, q, d)
		stride := 61
		if strings.HasPrefix(name, "top-") || strings.HasPrefix(name, "join-r") {
			stride = 1
		}
		for i, ed := range edittest.Offers(e.Menu()) {
			if (i+len(name))%stride != 0 {
				continue
			}
			out, err := e.Apply(ed)
			if err == nil {
				expectSound(t, name, q, d, ed, out)
				continue
			}
			refused++
			if !explained(err) {
				t.Errorf("%s: %s: %v", name, show(ed), err)
			}
		}
		if after, _ := q.Canonical(); string(after) != string(before) {
			t.Errorf("%s: the plan that was opened changed", name)
		}
	}
	if refused > 100 {
		t.Errorf("%d offers were refused", refused)
	}
}

func TestEditsOfRandomPlans(t *testing.T) {
	d := shop(t)
	for seed := range uint64(50) {
		q := compiletest.Random(d, seed)
		if policy.CheckPlan(q, d) != nil {
			continue
		}
		e := open(t, q, d)
		for i, ed := range edittest.Offers(e.Menu()) {
			if i%29 != int(seed%29) {
				continue
			}
			out, err := e.Apply(ed)
			if err == nil {
				expectSound(t, fmt.Sprint(seed), q, d, ed, out)
			} else if !explained(err) {
				t.Errorf("%d: %s: %v", seed, show(ed), err)
			}
		}
	}
}

func decode(t testing.TB, text string) *plan.Query {
	t.Helper()
	q, err := plan.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestEditsRepairWhatDependsOnThem(t *testing.T) {
	const base = `{"table":"orders","select":[{"agg":"sum","column":"total","as":"revenue"}],"group_by":[{"column":"status"}]`
	cases := []struct {
		name, plan, edit, want string
		notes                  int
	}{
		{
			"sorting follows a measure to its new name",
			base + `,"order_by":[{"by":"revenue","direction":"desc"}],"limit":5}`,
			`{"action":"set","path":"/select/0","measure":{"agg":"avg","column":"orders.total"}}`,
			`{"version":1,"table":"orders","select":[{"column":"total","agg":"avg"}],"group_by":[{"column":"status"}],"order_by":[{"by":"avg_total","direction":"desc"}],"limit":5}`,
			0,
		},
		{
			"a measure other measures use keeps a name of its own",
			`{"table":"orders","select":[{"agg":"sum","column":"total","as":"revenue"},{"op":"/","left":{"column":"revenue"},"right":{"agg":"count"},"as":"each"}]}`,
			`{"action":"set","path":"/select/0","measure":{"agg":"max","column":"orders.total"}}`,
			`{"version":1,"table":"orders","select":[{"column":"total","agg":"max","as":"max_total"},{"op":"/","left":{"column":"max_total"},"right":{"agg":"count"},"as":"each"}]}`,
			0,
		},
		{
			"sorting goes with the measure, as do conditions on it",
			base[:len(base)-len(`,"group_by":[{"column":"status"}]`)-1] + `,{"agg":"count"}],"group_by":[{"column":"status"}],"having":[{"column":"revenue","op":">","value":10}],"order_by":[{"by":"revenue"},{"by":"count"}]}`,
			`{"action":"remove","path":"/select/0"}`,
			`{"version":1,"table":"orders","select":[{"agg":"count"}],"group_by":[{"column":"status"}],"order_by":[{"by":"count"}]}`,
			2,
		},
		{
			"a grouping of a related table joins it, and its name stays in the sorting",
			base + `,"order_by":[{"by":"status"}]}`,
			`{"action":"set","path":"/group_by/0","dimension":{"column":"customers.city"}}`,
			`{"version":1,"table":"orders","joins":[{"table":"customers","type":"left","on":[{"left":"orders.customer_id","right":"customers.customer_id"}]}],"select":[{"column":"total","agg":"sum","as":"revenue"}],"group_by":[{"column":"customers.city"}],"order_by":[{"by":"city"}]}`,
			1,
		},
		{
			"a table nothing names any more is left out",
			`{"table":"orders","joins":[{"table":"customers"}],"select":[{"agg":"count"}],"group_by":[{"column":"customers.city"}]}`,
			`{"action":"set","path":"/group_by/0","dimension":{"column":"orders.order_date","bucket":"month"}}`,
			`{"version":1,"table":"orders","select":[{"agg":"count"}],"group_by":[{"column":"order_date","bucket":"month"}]}`,
			1,
		},
		{
			"a join that adds rows stays, as counts would change",
			`{"table":"customers","joins":[{"table":"orders"}],"select":[{"agg":"count"}],"filters":[{"column":"orders.status","op":"=","value":"open"}]}`,
			`{"action":"remove","path":"/filters/0"}`,
			`{"version":1,"table":"customers","joins":[{"table":"orders"}],"select":[{"agg":"count"}]}`,
			0,
		},
		{
			"the best of each group become the best of all",
			`{"table":"orders","select":[{"agg":"sum","column":"total","as":"n"}],"group_by":[{"column":"status"},{"column":"customer_id"}],"top":{"n":3,"per":["status"],"by":"n"}}`,
			`{"action":"remove","path":"/group_by/0"}`,
			`{"version":1,"table":"orders","select":[{"column":"total","agg":"sum","as":"n"}],"group_by":[{"column":"customer_id"}],"order_by":[{"by":"n","direction":"desc"}],"limit":3}`,
			1,
		},
		{
			"one alternative that is left stands alone",
			`{"table":"orders","select":[{"agg":"count"}],"filters":[{"or":[{"column":"status","op":"=","value":"open"},{"not":{"column":"returned","op":"=","value":true}}]}]}`,
			`{"action":"remove","path":"/filters/0/or/0"}`,
			`{"version":1,"table":"orders","select":[{"agg":"count"}],"filters":[{"not":{"column":"returned","op":"=","value":true}}]}`,
			0,
		},
		{
			"a condition inside a measure takes the measure's name with it",
			`{"table":"orders","select":[{"agg":"count","where":[{"column":"status","op":"=","value":"open"}],"as":"open_orders"}],"group_by":[{"column":"customer_id"}],"order_by":[{"by":"open_orders"}]}`,
			`{"action":"set","path":"/select/0/where/0","condition":{"op":"=","value":"shipped"}}`,
			`{"version":1,"table":"orders","select":[{"agg":"count","where":[{"column":"status","op":"=","value":"shipped"}]}],"group_by":[{"column":"customer_id"}],"order_by":[{"by":"count_shipped"}]}`,
			0,
		},
		{
			"a range becomes a relative period",
			`{"table":"orders","select":[{"agg":"count"}],"filters":[{"column":"order_date","op":"between","value":["2026-07-01","2026-09-30"]}]}`,
			`{"action":"set","path":"/filters/0","condition":{"op":"between","period":{"unit":"month","last":12}}}`,
			`{"version":1,"table":"orders","select":[{"agg":"count"}],"filters":[{"column":"order_date","op":"between","period":{"unit":"month","last":12}}]}`,
			0,
		},
		{
			"two limits of a stretch of days become one range",
			`{"table":"orders","select":[{"agg":"count"}],"filters":[{"column":"order_date","op":">=","value":"2025-01-01"},{"column":"status","op":"=","value":"open"},{"column":"order_date","op":"<","value":"2026-01-01"}]}`,
			`{"action":"set","path":"/filters/0","condition":{"op":"between","value":["2025-04-01","2025-06-30"]}}`,
			`{"version":1,"table":"orders","select":[{"agg":"count"}],"filters":[{"column":"order_date","op":"between","value":["2025-04-01","2025-06-30"]},{"column":"status","op":"=","value":"open"}]}`,
			0,
		},
		{
			"two limits of a stretch of days go together",
			`{"table":"orders","select":[{"agg":"count"}],"filters":[{"column":"order_date","op":"<","value":"2026-01-01"},{"column":"status","op":"=","value":"open"},{"column":"order_date","op":">=","value":"2025-01-01"}]}`,
			`{"action":"remove","path":"/filters/0"}`,
			`{"version":1,"table":"orders","select":[{"agg":"count"}],"filters":[{"column":"status","op":"=","value":"open"}]}`,
			0,
		},
		{
			"two limits inside a measure are one range there",
			`{"table":"orders","select":[{"agg":"count","where":[{"column":"order_date","op":">=","value":"2025-01-01"},{"column":"order_date","op":"<","value":"2026-01-01"}],"as":"n"}]}`,
			`{"action":"set","path":"/select/0/where/0","condition":{"op":"between","period":{"unit":"year","this":true}}}`,
			`{"version":1,"table":"orders","select":[{"agg":"count","where":[{"column":"order_date","op":"between","period":{"unit":"year","this":true}}]}]}`,
			0,
		},
		{
			"what is already so changes nothing, names included",
			base + `}`,
			`{"action":"set","path":"/select/0","measure":{"agg":"sum","column":"orders.total"}}`,
			`{"version":1,"table":"orders","select":[{"column":"total","agg":"sum","as":"revenue"}],"group_by":[{"column":"status"}]}`,
			0,
		},
		{
			"a grouping listed in select keeps its place",
			`{"table":"orders","select":[{"agg":"count"},{"column":"status"}],"group_by":[{"column":"status"}]}`,
			`{"action":"set","path":"/group_by/0","dimension":{"column":"orders.returned"}}`,
			`{"version":1,"table":"orders","select":[{"agg":"count"},{"column":"returned"}],"group_by":[{"column":"returned"}]}`,
			0,
		},
		{
			"a condition on a measure filters groups",
			base + `}`,
			`{"action":"add","condition":{"output":"revenue","op":">","value":100}}`,
			`{"version":1,"table":"orders","select":[{"column":"total","agg":"sum","as":"revenue"}],"group_by":[{"column":"status"}],"having":[{"column":"revenue","op":">","value":100}]}`,
			0,
		},
	}
	d := shop(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var ed edit.Edit
			if err := json.Unmarshal([]byte(c.edit), &ed); err != nil {
				t.Fatal(err)
			}
			out, err := open(t, decode(t, c.plan), d).Apply(ed)
			if err != nil {
				t.Fatal(err)
			}
			got, err := out.Plan.Canonical()
			if err != nil || string(got) != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if len(out.Notes) != c.notes {
				t.Errorf("notes %q, want %d", out.Notes, c.notes)
			}
		})
	}
}

func TestEditsThatCannotBeAreRefusedWithTheirPath(t *testing.T) {
	d := shop(t)
	q := decode(t, `{"table":"orders","select":[{"agg":"count"}],"filters":[{"column":"status","op":"=","value":"open"}]}`)
	for _, c := range []struct{ edit, path, says string }{
		{`{"action":"set","path":"/filters/0","condition":{"column":"orders.total","op":">","value":"many"}}`, "/filters/0/value", "numbers"},
		{`{"action":"set","path":"/filters/0","condition":{"column":"orders.statis","op":"=","value":"x"}}`, "/filters/0", "statis"},
		{`{"action":"set","path":"/filters/0","condition":{"column":"orders.total","op":"contains","value":"x"}}`, "/filters/0/op", "text"},
		{`{"action":"set","path":"/filters/7","condition":{"op":"=","value":"x"}}`, "/filters/7", "no condition"},
		{`{"action":"set","path":"/select/0","condition":{"op":"=","value":"x"}}`, "/select/0", "no condition"},
		{`{"action":"remove","path":"/select/0"}`, "/select/0", "all the plan shows"},
		{`{"action":"remove","path":"/table"}`, "/table", "no part"},
		{`{"action":"add","limit":100000}`, "/limit", ""},
		{`{"action":"add","limit":-1}`, "/limit", ""},
		{`{"action":"set","path":"/limit","limit":3}`, "/limit", "no limit"},
		{`{"action":"add","order":{"by":"nothing"}}`, "", "nothing"},
		{`{"action":"add","path":"/limit","limit":3}`, "/limit", "no path"},
		{`{"action":"turn","path":"/limit"}`, "/limit", "no action"},
		{`{"action":"set","path":"/limit","limit":3,"order":{}}`, "/limit", "exactly one"},
	} {
		var ed edit.Edit
		if err := json.Unmarshal([]byte(c.edit), &ed); err != nil {
			t.Fatal(err)
		}
		_, err := open(t, q, d).Apply(ed)
		var f *fault.Fault
		if !errors.As(err, &f) || f.Code != fault.Validation || f.Details["path"] != c.path || !strings.Contains(f.Message, c.says) {
			t.Errorf("%s: %v %v", c.edit, err, f)
		}
	}
}

// Every part is either editable or says why it is not.
func TestChipsThatCannotBeEditedSayWhy(t *testing.T) {
	d := shop(t)
	for name, q := range golden(t, d) {
		var check func([]edit.Chip)
		check = func(chips []edit.Chip) {
			for _, c := range chips {
				editable := c.Measure != nil || c.Dimension != nil || c.Condition != nil || c.Order != nil || c.Limit > 0
				if editable == (c.Fixed != "") {
					t.Errorf("%s: %s %s: editable %v, fixed %q", name, c.Path, c.Label, editable, c.Fixed)
				}
				check(c.Parts)
			}
		}
		check(open(t, q, d).Menu().Chips)
	}
}

// Two limits of a column of dates are one chip, with both ends to edit.
func TestTwoLimitsOfADateAreOneChip(t *testing.T) {
	d := shop(t)
	q := decode(t, `{"table":"orders","select":[{"agg":"count"}],"filters":[{"column":"order_date","op":"<","value":"2026-01-01"},{"column":"status","op":"=","value":"open"},{"column":"order_date","op":">=","value":"2025-01-01"}]}`)
	var labels []string
	for _, c := range open(t, q, d).Menu().Chips {
		labels = append(labels, c.Kind+" "+c.Label)
		if c.Kind != "range" {
			continue
		}
		if c.Path != "/filters/0" || c.Upper != "/filters/2" || !c.Removable || c.Condition == nil || string(c.Condition.Value) != `["2025-01-01","2025-12-31"]` {
			t.Errorf("the range is %s", show(c))
		}
	}
	if got := strings.Join(labels, "; "); got != `measure number of rows; range order_date is in 2025; filter status is "open"` {
		t.Errorf("chips: %s", got)
	}
	out, err := open(t, q, d).Apply(edit.Edit{Action: edit.Set, Path: "/filters/0", Condition: &edit.Condition{Op: plan.Between, Value: json.RawMessage(`["2025-01-01","2025-12-31"]`)}})
	if err != nil || len(out.Changes) != 0 {
		t.Errorf("writing the range that is there changes %v, %v", show(out.Changes), err)
	}
}

func FuzzApply(f *testing.F) {
	d := shop(f)
	f.Add([]byte(`{"table":"orders","select":[{"agg":"count"}],"group_by":[{"column":"status"}]}`), []byte(`{"action":"remove","path":"/group_by/0"}`))
	f.Add([]byte(`{"table":"orders","select":[{"agg":"sum","column":"total"}]}`), []byte(`{"action":"add","condition":{"column":"orders.status","op":"in","value":["a"]}}`))
	f.Fuzz(func(t *testing.T, text, change []byte) {
		q, err := plan.Decode(text)
		var ed edit.Edit
		if err != nil || json.Unmarshal(change, &ed) != nil {
			return
		}
		e, err := edit.New(q, d, edit.Options{AsOf: clock()})
		if err != nil {
			return
		}
		e.Menu()
		if out, err := e.Apply(ed); err == nil {
			expectSound(t, "fuzz", q, d, ed, out)
		} else if !explained(err) {
			t.Fatal(err)
		}
	})
}

func BenchmarkMenu(b *testing.B) {
	d := shop(b)
	q := decode(b, `{"table":"orders","joins":[{"table":"customers"}],"select":[{"agg":"sum","column":"total","as":"revenue"}],"filters":[{"column":"status","op":"=","value":"open"}],"group_by":[{"column":"customers.city"}],"order_by":[{"by":"revenue"}],"limit":10}`)
	for b.Loop() {
		open(b, q, d).Menu()
	}
}

func BenchmarkApply(b *testing.B) {
	d := shop(b)
	q := decode(b, `{"table":"orders","select":[{"agg":"sum","column":"total","as":"revenue"}],"group_by":[{"column":"status"}],"order_by":[{"by":"revenue"}]}`)
	for b.Loop() {
		if _, err := open(b, q, d).Apply(edit.Edit{Action: edit.Set, Path: "/group_by/0", Dimension: &edit.Dimension{Column: "customers.city"}}); err != nil {
			b.Fatal(err)
		}
	}
}
