package compile_test

import (
	"os"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/plan"
)

func ExampleCompile() {
	dataset := &catalog.Dataset{Tables: []catalog.Table{{Name: "orders", Columns: []catalog.Column{
		{Name: "status", Type: catalog.Text, EngineType: "VARCHAR"},
		{Name: "order_date", Type: catalog.Date, EngineType: "DATE"},
		{Name: "total", Type: catalog.Decimal, EngineType: "DECIMAL(18,2)"},
	}}}}
	q, err := plan.Decode([]byte(`{
		"table": "orders",
		"select": [{"agg": "sum", "column": "total", "as": "revenue"}],
		"group_by": ["status"],
		"filters": [{"column": "order_date", "op": "between", "period": {"unit": "month", "previous": 1}}],
		"order_by": [{"by": "revenue", "direction": "desc"}],
		"limit": 10}`))
	if err != nil {
		panic(err)
	}
	st, err := compile.Compile(q, dataset, compile.Options{AsOf: time.Date(2026, 9, 30, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		panic(err)
	}
	os.Stdout.WriteString(st.SQL)
	// Output:
	// SELECT
	//   "status",
	//   sum("total") AS "revenue"
	// FROM "orders"
	// WHERE "order_date" >= DATE '2026-08-01' AND "order_date" < DATE '2026-09-01'
	// GROUP BY "status"
	// ORDER BY
	//   "revenue" DESC NULLS LAST,
	//   "status" ASC NULLS LAST
	// LIMIT 10
}
