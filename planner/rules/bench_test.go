package rules_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/planner/rules"
	"github.com/leo-analytics/leo/shared/catalog"
)

// warehouse is a schema of 30 tables: ten departments with the same three tables
// under names of their own, joined in a chain through their regions.
func warehouse() *catalog.Dataset {
	d := &catalog.Dataset{ID: "warehouse"}
	departments := []string{"garden", "kitchen", "office", "travel", "music", "sport", "lighting", "paint", "tool", "toy"}
	for i, dep := range departments {
		d.Tables = append(d.Tables,
			catalog.Table{Name: dep + "_orders", Rows: 40000, Key: []string{dep + "_order_id"}, Columns: []catalog.Column{
				col(dep+"_order_id integer!", 40000), col(dep+"_item_id integer", 40000), col(dep+"_client_id integer", 40000),
				col("ordered_on date", 40000), col("amount decimal", 40000), col("discount decimal", 40000),
				col("channel text", 40000, "web", "phone", "shop"), col("state text", 40000, "open", "shipped", "cancelled", "returned"),
			}},
			catalog.Table{Name: dep + "_items", Rows: 900, Key: []string{dep + "_item_id"}, Columns: []catalog.Column{
				col(dep+"_item_id integer!", 900), col("item_name text!", 900, names(dep, 90)...), col("category text", 900, names(dep+" class", 12)...),
				col("price decimal", 900), col("weight_kg decimal", 900), col("discontinued boolean", 900, "true", "false"),
			}},
			catalog.Table{Name: dep + "_clients", Rows: 5000, Key: []string{dep + "_client_id"}, Columns: []catalog.Column{
				col(dep+"_client_id integer!", 5000), col("full_name text!", 5000, names(dep+" client", 100)...), col("city text", 5000, "Austin", "Bergen", "Porto", "Leeds"),
				col("signed_up date", 5000), col("age integer", 5000),
			}},
		)
		order := d.Tables[3*i].Name
		d.Relations = append(d.Relations,
			relation(order, dep+"_item_id", dep+"_items", dep+"_item_id"), relation(order, dep+"_client_id", dep+"_clients", dep+"_client_id"))
	}
	return d
}

func names(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s %c%c %d", prefix, 'a'+i%26, 'a'+i/26%26, i)
	}
	return out
}

func warehouseQuestions() []string {
	return []string{
		"How many garden orders are there?",
		"total amount of kitchen orders by month in 2024",
		"Which 5 office items have the highest total amount?",
		"average discount per channel for travel orders",
		"What is the share of cancelled music orders by channel?",
		"names of sport clients from Bergen older than 40",
		"List the lighting items that were never ordered",
		"monthly running total of paint order amounts last year",
		"tool clients with more than 10 orders",
		"average price of toy items by category, sorted descending",
		"Compare the number of garden orders and their amount by state between January and March 2025",
		"top 3 kitchen items by amount per category",
		"office orders over 500 placed through web or phone but not shipped",
		"number of travel clients per city who signed up before 2023",
		"heaviest music item",
		"frobnicate the quuxes of the sport department",
		"median amount of lighting orders per weekday as a bar chart",
		"Which paint clients ordered class 3 items in the last 6 months and how much did they spend in total?",
		"percentage of tool orders that were returned",
		"difference between the average price of discontinued toy items and the others",
	}
}

// BenchmarkPlanOn30Tables plans questions over 30 tables, one after the other. It reports
// the median and the 99th percentile of single questions.
func BenchmarkPlanOn30Tables(b *testing.B) {
	p := rules.New(warehouse())
	questions := warehouseQuestions()
	asOf := time.Date(2025, 6, 30, 12, 0, 0, 0, time.UTC)
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		began := time.Now()
		if _, err := p.Plan(context.Background(), rules.Question{Text: questions[i%len(questions)], AsOf: asOf}); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	ms := func(p int) float64 { return took[len(took)*p/100].Seconds() * 1000 }
	b.ReportMetric(ms(50), "p50-ms")
	b.ReportMetric(ms(99), "p99-ms")
}

// BenchmarkLookupOn30Tables is the baseline: every word of the question is looked
// for in every name and value of the schema, and nothing is made of it.
func BenchmarkLookupOn30Tables(b *testing.B) {
	var known []string
	for _, t := range warehouse().Tables {
		known = append(known, t.Name)
		for _, c := range t.Columns {
			known = append(known, c.Name)
			for _, v := range c.Profile.Top {
				known = append(known, v.Value)
			}
		}
	}
	questions := warehouseQuestions()
	found := 0
	for i := 0; b.Loop(); i++ {
		for _, word := range strings.Fields(strings.ToLower(questions[i%len(questions)])) {
			for _, name := range known {
				if strings.Contains(strings.ToLower(name), word) {
					found++
				}
			}
		}
	}
	if found == 0 {
		b.Error("nothing was found")
	}
}

// BenchmarkIndexOn30Tables indexes the 30 tables: what the first question about a dataset
// waits for.
func BenchmarkIndexOn30Tables(b *testing.B) {
	d := warehouse()
	for b.Loop() {
		rules.New(d)
	}
}

// values is a dataset whose profiles list that many different values, in 20
// columns.
func values(n int) *catalog.Dataset {
	const columns = 20
	each := n / columns
	d := &catalog.Dataset{ID: "values"}
	t := catalog.Table{Name: "parts", Rows: int64(each)}
	for c := range columns {
		list := make([]string, each)
		for i := range list {
			list[i] = fmt.Sprintf("Part %c%05d Series %d", 'A'+c, i, i%977)
		}
		t.Columns = append(t.Columns, col(fmt.Sprintf("part_%c text!", 'a'+c), int64(each), list...))
	}
	d.Tables = append(d.Tables, t)
	return d
}

const aboutAValue = "How many parts are Part C04711 Series 803?"

// mapped is what a plain map from each value to its column takes.
func mapped(d *catalog.Dataset) uint64 {
	before := heap()
	m := map[string]*catalog.Column{}
	for i := range d.Tables[0].Columns {
		c := &d.Tables[0].Columns[i]
		for _, v := range c.Profile.Top {
			m[strings.ToLower(v.Value)] = c
		}
	}
	after := heap()
	runtime.KeepAlive(m)
	return after - min(before, after)
}

// indexed is what a planner over d takes of the heap, besides d itself.
func indexed(d *catalog.Dataset) (p *rules.Planner, bytes uint64) {
	before := heap()
	p = rules.New(d)
	after := heap()
	runtime.KeepAlive(d)
	return p, after - min(before, after)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkMillionValues reports the memory of an index of a million values, and
// how long a question about one of them takes.
func BenchmarkMillionValues(b *testing.B) {
	d := values(1_000_000)
	p, bytes := indexed(d)
	plain := mapped(d)
	for b.Loop() {
		if _, err := p.Plan(context.Background(), rules.Question{Text: aboutAValue}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(bytes)/(1<<20), "MB")
	b.ReportMetric(float64(plain)/(1<<20), "map-MB")
}

// A million values are to fit into 300 MB; a tenth of them is made faster.
func TestAValueTakesLessThan300Bytes(t *testing.T) {
	const n = 100_000
	p, bytes := indexed(values(n))
	if bytes > 300*n {
		t.Errorf("%d values take %d bytes each", n, bytes/n)
	}
	r, err := p.Plan(context.Background(), rules.Question{Text: aboutAValue})
	if err != nil || len(r.Readings) == 0 || len(r.Readings[0].Plan.Filters) == 0 {
		t.Errorf("a value among many is not found: %+v, %v", r, err)
	}
}
