package datasets_test

import (
	"testing"
	"time"

	"github.com/leo-analytics/leo/datasets/datasetstest"
)

// shop is the dataset in memory.
type shop struct{ orders, items, inventory table }

func TestOnlineShop(t *testing.T) {
	dir := datasetstest.CSVs(t, "ecommerce")
	s := shop{
		orders:    readTable(t, dir, "orders.csv"),
		items:     readTable(t, dir, "order_items.csv"),
		inventory: readTable(t, dir, "inventory.csv"),
	}
	t.Run("Order totals are the sums of their lines", s.totals)
	t.Run("Every reference has its row", s.references)
	t.Run("Orders follow the calendar", s.calendar)
	t.Run("Orders have the flaws of a real file", s.flaws)
	t.Run("Sales are skewed", s.skew)
}

func (s shop) totals(t *testing.T) {
	// Hundredths of a cent: pieces × cents × percent left.
	sums := map[string]int64{}
	quantity, price, discount := s.items.column(t, "quantity"), s.items.column(t, "price"), s.items.column(t, "discount")
	for i, order := range s.items.column(t, "order_id") {
		sums[order] += fixed(t, quantity[i], 1) * fixed(t, price[i], 100) * (100 - fixed(t, discount[i], 100))
	}
	totals := s.orders.column(t, "total")
	for i, order := range s.orders.column(t, "order_id") {
		if want := (sums[order] + 50) / 100; fixed(t, totals[i], 100) != want {
			t.Fatalf("order %s: total %s, lines %d cents", order, totals[i], want)
		}
	}
}

func (s shop) references(t *testing.T) {
	s.items.mustBeUnique(t, "item_id")
	orders := s.orders.mustBeUnique(t, "order_id")
	products := s.inventory.mustBeUnique(t, "product_id")
	s.inventory.mustBeUnique(t, "name")

	filled, sold := map[string]bool{}, map[string]bool{}
	pairs := map[[2]string]bool{}
	categories, known := s.items.column(t, "category"), s.inventory.column(t, "category")
	product := s.items.column(t, "product_id")
	for i, order := range s.items.column(t, "order_id") {
		if _, ok := orders[order]; !ok {
			t.Fatalf("no order %s", order)
		}
		at, ok := products[product[i]]
		if !ok || known[at] != categories[i] {
			t.Fatalf("line %d: product %s of category %s", i+1, product[i], categories[i])
		}
		if pair := [2]string{order, product[i]}; pairs[pair] {
			t.Fatalf("order %s holds %s twice", order, product[i])
		} else {
			pairs[pair] = true
		}
		filled[order], sold[product[i]] = true, true
	}
	if len(filled) != len(orders) {
		t.Errorf("%d of %d orders have lines", len(filled), len(orders))
	}
	if unsold := len(products) - len(sold); unsold != 14 {
		t.Errorf("%d products were never sold, want 14", unsold)
	}
}

func (s shop) calendar(t *testing.T) {
	days, months, weekdays := map[string]int{}, map[time.Month]float64{}, map[time.Weekday]int{}
	last := time.Time{}
	for _, v := range s.orders.column(t, "order_date") {
		date := instant(t, v)
		if date.Before(last) {
			t.Fatal("orders are not sorted by date")
		}
		last = date
		days[v]++
		if date.Year() == 2025 {
			months[date.Month()]++
			weekdays[date.Weekday()]++
		}
	}
	var year float64
	for _, n := range months {
		year += n
	}
	within(t, "December by average month", months[time.December]/(year/12), 1.3, 1.8)
	within(t, "February by average month", months[time.February]/(year/12), 0.6, 0.9)
	if weekdays[time.Sunday] <= weekdays[time.Friday] {
		t.Errorf("%d orders on Sundays, %d on Fridays", weekdays[time.Sunday], weekdays[time.Friday])
	}
	if 2*days["2025-11-28"] <= 3*days["2025-11-21"] {
		t.Errorf("%d orders on Black Friday, %d a week before", days["2025-11-28"], days["2025-11-21"])
	}
	if days["2025-03-11"]+days["2025-03-12"] != 0 || days["2024-01-01"] == 0 || days["2026-09-30"] == 0 {
		t.Error("the gap or the ends of the data are not where they should be")
	}
	if first, lastYear := days["2024-05-07"], days["2026-05-05"]; lastYear <= first {
		t.Errorf("no growth: %d orders, then %d", first, lastYear)
	}
}

func (s shop) flaws(t *testing.T) {
	within(t, "orders without customer", s.orders.nullShare(t, "customer_id"), 0.02, 0.03)
	within(t, "products not counted", s.inventory.nullShare(t, "stock"), 0.005, 0.03)
	for _, column := range []string{"order_id", "order_date", "total", "status", "returned"} {
		within(t, "NULLs in "+column, s.orders.nullShare(t, column), 0, 0)
	}
	returned, total := s.orders.column(t, "returned"), s.orders.column(t, "total")
	status := map[string]int{}
	var back, size mean
	var largest float64
	for i, v := range s.orders.column(t, "status") {
		status[v]++
		if v != "completed" && returned[i] != "false" {
			t.Fatalf("order %d is %s and was returned", i+1, v)
		}
		if v == "completed" {
			back.add(map[string]float64{"true": 1, "false": 0}[returned[i]])
		}
		size.add(number(t, total[i]))
		largest = max(largest, number(t, total[i]))
	}
	if len(status) != 4 || status["completed"] == 0 || status["shipped"] == 0 || status["pending"] == 0 {
		t.Errorf("status: %v", status)
	}
	within(t, "cancelled", float64(status["cancelled"])/float64(len(s.orders.rows)), 0.03, 0.05)
	within(t, "returned", back.value(), 0.05, 0.1)
	if largest < 50*size.value() {
		t.Errorf("largest order %.2f is no outlier beside a mean of %.2f", largest, size.value())
	}
}

func (s shop) skew(t *testing.T) {
	perProduct, perCategory := map[string]int{}, map[string]int{}
	product := s.items.column(t, "product_id")
	for i, category := range s.items.column(t, "category") {
		perProduct[product[i]]++
		perCategory[category]++
	}
	most := 0
	for _, n := range perProduct {
		most = max(most, n)
	}
	within(t, "share of the best product", float64(most)/float64(len(s.items.rows)), 0.008, 0.05)
	if len(perCategory) != 10 || perCategory["Clothing"] < 5*perCategory["Garden"] {
		t.Errorf("categories: %v", perCategory)
	}
}
