package plan_test

import (
	"errors"
	"os"

	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
)

func ExampleDecode() {
	_, err := plan.Decode([]byte(`{"table": "orders", "select": ["status"], "filters": [{"colum": "total", "op": ">", "value": 10}]}`))
	var f *fault.Fault
	if errors.As(err, &f) {
		os.Stdout.WriteString(f.Message + " " + f.Hint + "\n")
	}
	// Output: There is no field "colum" at /filters/0. Did you mean "column"?
}

func ExampleQuery_Canonical() {
	q, err := plan.Decode([]byte(`{"table": "orders", "group_by": ["status"], "select": [{"agg": "Average", "column": "total"}]}`))
	if err != nil {
		panic(err)
	}
	data, err := q.Canonical()
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(data)
	// Output: {"version":1,"table":"orders","select":[{"column":"total","agg":"avg"}],"group_by":[{"column":"status"}]}
}
