package rules_test

import (
	"encoding/json"
	"testing"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

func TestOutOfSomethingMeansThatNothingIsLeft(t *testing.T) {
	d := &catalog.Dataset{ID: "shop", Tables: []catalog.Table{{Name: "products", Rows: 900, Columns: []catalog.Column{
		col("product_id integer!", 900), col("name text!", 900), col("stock integer?", 900), col("total decimal", 900),
	}}}}
	for _, q := range []string{"products out of stock", "how many products are out of stock?", "which products are out of stock"} {
		got := run(t, d, q)
		if len(got.Filters) != 1 || got.Filters[0].Column != "stock" || got.Filters[0].Op != plan.Equal || len(got.GroupBy) > 0 {
			text, _ := json.Marshal(got)
			t.Errorf("%q: %s", q, text)
		}
	}
	if got := run(t, d, "number of products out of the total"); len(got.Filters) > 0 {
		t.Errorf("a condition was made of %+v", got.Filters)
	}
}
