package ecommerce

import (
	"time"

	"github.com/leo-analytics/leo/datasets/synth"
)

// days is the number of days from the first to the last, both included.
const days = 1004

// firstDay is 2024-01-01, a Monday; the last one is 2026-09-30.
func firstDay() time.Time {
	return time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)
}

// baseOrders is the size of an ordinary day in January 2024, in thousandths of
// an order.
const baseOrders = 43_500

// ordersOn returns how many orders the day has: growth × month × weekday ×
// event × noise.
func ordersOn(r *synth.Rand, day int64, date time.Time) int {
	month := [12]int64{880, 860, 940, 960, 980, 970, 920, 950, 1000, 1040, 1260, 1420}
	weekday := [7]int64{1120, 1040, 1000, 980, 970, 920, 1020}
	n := baseOrders * (1000 + 800*day/days) / 1000
	n = synth.Scale(n, month[date.Month()-1])
	n = synth.Scale(n, weekday[date.Weekday()])
	n = synth.Scale(n, event(date))
	n = n * (synth.One + r.Normal()*9/100) / synth.One
	return int((n + r.Below(1000)) / 1000)
}

// event is the effect of what happened on a date, in permille.
func event(date time.Time) int64 {
	year, month, day := date.Date()
	switch {
	case year == 2025 && month == time.March && (day == 11 || day == 12):
		return 0 // the shop was down
	case year == 2025 && month == time.March && (day == 13 || day == 14):
		return 1550
	case date.Equal(blackFriday(year)):
		return 2700
	case date.Equal(blackFriday(year).AddDate(0, 0, 3)):
		return 2200
	case sale(date):
		return 1450
	case month == time.December && day >= 24 && day <= 26:
		return 450
	case month == time.December && day > 26:
		return 750
	default:
		return 1000
	}
}

// sale says whether the shop gives discounts more freely on a date.
func sale(date time.Time) bool {
	year, month, day := date.Date()
	if month == time.June && day >= 10 && day <= 20 {
		return true
	}
	since := int(date.Sub(blackFriday(year)).Hours() / 24)
	return since >= -4 && since <= 3
}

// blackFriday is the day after the fourth Thursday of November.
func blackFriday(year int) time.Time {
	first := time.Date(year, time.November, 1, 0, 0, 0, 0, time.UTC)
	toThursday := (int(time.Thursday) - int(first.Weekday()) + 7) % 7
	return first.AddDate(0, 0, toThursday+21+1)
}
