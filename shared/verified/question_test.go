package verified_test

import (
	"encoding/json"
	"testing"

	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/verified"
)

func TestNearIdenticalQuestionsAreSpelledAlike(t *testing.T) {
	for _, same := range [][]string{
		{"What is the total revenue by month?", "total revenue by month", "Show me the total revenue per month!", "TOTAL REVENUE FOR EACH MONTH", "Please give me total revenues by months", "sum of our revenue per month"},
		{"How many orders are there in Berlin?", "number of orders in berlin", "What was the count of orders in Berlin", "how many orders do we have in Berlin"},
		{"Top five products by average price", "top 5 products by mean price", "the best 5 products, by avg. price"},
		{"orders of more than 1,000 EUR", "Orders greater than 1000 EUR", "orders > 1k EUR"},
		{"Which customers don't have orders?", "customers that do not have orders", "customers without orders"},
		{"Revenue in Jan 2026", "the revenue in January 2026"},
		{"Share of each category in percent", "share of each category in %"},
		{`orders of "The Gap"`, `What are the orders of “The Gap”?`},
	} {
		want := verified.Normal(same[0])
		for _, q := range same[1:] {
			if got := verified.Normal(q); got != want {
				t.Errorf("%q is %q, %q is %q", same[0], want, q, got)
			}
		}
		if want == "" {
			t.Errorf("%q has no words", same[0])
		}
	}
}

func TestAnotherNumberValueNegationOrDateIsAnotherQuestion(t *testing.T) {
	for _, pair := range [][2]string{
		{"top 5 products", "top 6 products"},
		{"top five products", "top fifteen products"},
		{"orders over 1000", "orders over 10000"},
		{"orders over 1.5", "orders over 15"},
		{"orders above -5", "orders above 5"},
		{"orders in Berlin", "orders in Bern"},
		{"orders in the US", "orders with us"},
		{"orders with returns", "orders without returns"},
		{"orders with returns", "orders with no returns"},
		{"customers who have orders", "customers who don't have orders"},
		{"revenue in 2025", "revenue in 2026"},
		{"revenue in January", "revenue in February"},
		{"revenue last month", "revenue this month"},
		{"revenue before 2025", "revenue after 2025"},
		{"revenue from A to B", "revenue from B to A"},
		{"orders with more than 5 items", "orders with at least 5 items"},
		{"orders with more than 5 items", "orders with less than 5 items"},
		{"highest price", "lowest price"},
		{"average price", "total price"},
		{"average price", "median price"},
		{"price by month", "price by quarter"},
		{"shipped cost", "shipping cost"},
		{`name is "The"`, "name is"},
		{"A and B", "A or B"},
		{"price in $", "price in €"},
	} {
		if a, b := verified.Normal(pair[0]), verified.Normal(pair[1]); a == b {
			t.Errorf("%q and %q are both %q", pair[0], pair[1], a)
		}
	}
}

func TestAQuestionThatLeansOnAnotherIsFound(t *testing.T) {
	for q, want := range map[string]bool{
		"And for returns?": true, "only 2024": true, "top 3 of those": true, "is it growing": true, "the same by month": true,
		"total revenue by month": false, "orders that were returned": false, "revenue this month": false, "": false,
	} {
		if got := verified.Leans(q); got != want {
			t.Errorf("%q: %v", q, got)
		}
	}
}

func TestAPlanWithFixedDatesForARelativeQuestionIsOfItsDay(t *testing.T) {
	fixed := `{"table":"t","select":[{"agg":"count"}],"filters":[{"column":"d","op":">=","value":"2026-03-01"}]}`
	moving := `{"table":"t","select":[{"agg":"count"}],"filters":[{"column":"d","op":"between","period":{"unit":"month","previous":1}}]}`
	none := `{"table":"t","select":[{"agg":"count"}]}`
	for _, c := range []struct {
		question, plan string
		want           bool
	}{
		{"orders last month", fixed, true},
		{"orders in March", fixed, true},
		{"orders 3 days ago", fixed, true},
		{"orders last month", moving, false},
		{"orders in March 2026", fixed, false},
		{"orders since 2026", fixed, false},
		{"orders last month", none, false},
		{"customers by last name since 2026-03-01", fixed, false},
	} {
		var q plan.Query
		if err := json.Unmarshal([]byte(c.plan), &q); err != nil {
			t.Fatal(err)
		}
		if got := verified.Dated(c.question, &q); got != c.want {
			t.Errorf("%q over %s: %v", c.question, c.plan, got)
		}
	}
}

func FuzzNormalIsStable(f *testing.F) {
	for _, q := range []string{"What is the total of 1,000.50 by month?", "US don't \"The Gap\"", "-5k", "É", "a\x00", "“x"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		once := verified.Normal(q)
		if again := verified.Normal(q); again != once {
			t.Errorf("%q is %q and then %q", q, once, again)
		}
	})
}
