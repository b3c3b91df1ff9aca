package ecommerce

import (
	"errors"
	"time"

	"github.com/leo-analytics/leo/datasets/synth"
)

// Generate writes inventory.csv, orders.csv and order_items.csv into d. The
// caller commits. It returns the first error of d.
func Generate(d *synth.Dir) error {
	cats := categories()
	products := catalogue(synth.NewRand("ecommerce/inventory"), cats)
	if err := writeInventory(d, cats, products); err != nil {
		return err
	}
	s, err := openShop(d, cats, products)
	if err != nil {
		return err
	}
	for day := range int64(days) {
		date := firstDay().AddDate(0, 0, int(day))
		for range ordersOn(s.orderRand, day, date) {
			if err := s.sell(day, date); err != nil {
				return err
			}
		}
	}
	return nil
}

// Numbers a real shop would have started from before the data begins.
const (
	firstOrderID    = 100_001
	firstItemID     = 400_001
	firstCustomerID = 2_001
)

// shop is the state of the sale: what can be bought, who bought before.
type shop struct {
	cats     []category
	products []product

	orders, items       *synth.Table
	orderRand, itemRand *synth.Rand
	nextOrder, nextItem int64
	nextCustomer        int64
	buyers              []int64
	byMonth             [12]synth.Picker // category, by month
	inCategory          []synth.Picker   // product within a category
	firstOf             []int            // index of a category's first product
	count, pieces       synth.Picker
	discounts, inSale   synth.Picker
	lines               []line
}

// line is one product of the order at hand.
type line struct {
	product  int
	quantity int64
	price    int64 // cents
	discount int64 // percent
}

func openShop(d *synth.Dir, cats []category, products []product) (*shop, error) {
	orders, err1 := d.Create("orders.csv", "order_id", "customer_id", "order_date", "total", "status", "returned")
	items, err2 := d.Create("order_items.csv", "item_id", "order_id", "product_id", "category", "quantity", "price", "discount")
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	s := &shop{
		cats: cats, products: products, orders: orders, items: items,
		orderRand: synth.NewRand("ecommerce/orders"), itemRand: synth.NewRand("ecommerce/order_items"),
		nextOrder: firstOrderID, nextItem: firstItemID, nextCustomer: firstCustomerID,
		count:     synth.NewPicker(36, 27, 18, 10, 5, 3, 1),
		pieces:    synth.NewPicker(740, 165, 55, 25, 10, 5),
		discounts: synth.NewPicker(760, 60, 90, 20, 50, 15, 5),
		inSale:    synth.NewPicker(280, 60, 150, 70, 260, 130, 50),
	}
	for month := range s.byMonth {
		weights := make([]int64, len(cats))
		for c, cat := range cats {
			weights[c] = cat.demand * cat.season[month]
		}
		s.byMonth[month] = synth.NewPicker(weights...)
	}
	weights := make([][]int64, len(cats))
	for i, p := range products {
		if weights[p.category] == nil {
			s.firstOf = append(s.firstOf, i)
		}
		weights[p.category] = append(weights[p.category], p.demand)
	}
	for _, w := range weights {
		s.inCategory = append(s.inCategory, synth.NewPicker(w...))
	}
	return s, nil
}

// sell writes one order and its lines.
func (s *shop) sell(day int64, date time.Time) error {
	s.fillBasket(day, date)
	var total int64 // hundredths of a cent
	for _, l := range s.lines {
		total += l.quantity * l.price * (100 - l.discount)
	}
	status := s.status(days - 1 - day)
	t := s.orders
	t.Int(s.nextOrder)
	s.customer()
	t.Date(date)
	t.Fixed(synth.DivRound(total, 100), 2)
	t.Text(status)
	t.Bool(s.returned(status, day, date))
	if err := t.End(); err != nil {
		return err
	}
	for _, l := range s.lines {
		if err := s.writeLine(l); err != nil {
			return err
		}
	}
	s.nextOrder++
	return nil
}

func (s *shop) writeLine(l line) error {
	t := s.items
	t.Int(s.nextItem)
	t.Int(s.nextOrder)
	t.Text(s.products[l.product].id)
	t.Text(s.cats[s.products[l.product].category].name)
	t.Int(l.quantity)
	t.Fixed(l.price, 2)
	t.Fixed(l.discount, 2)
	s.nextItem++
	return t.End()
}

// customer writes who bought: nobody known, somebody new, the buyer of an
// earlier order, or anybody. Drawing an order and not a customer makes the busy
// busier; drawing anybody keeps them human.
func (s *shop) customer() {
	r := s.orderRand
	known := int64(len(s.buyers))
	buyer := s.nextCustomer
	switch {
	case r.Chance(25):
		s.orders.Null()
		return
	case known == 0 || r.Chance(270):
		s.nextCustomer++
	case r.Chance(550):
		buyer = s.buyers[r.Below(known)]
	default:
		buyer = r.Between(firstCustomerID, s.nextCustomer-1)
	}
	s.buyers = append(s.buyers, buyer)
	s.orders.Int(buyer)
}

// status depends on how many days ago the order was placed.
func (s *shop) status(age int64) string {
	r := s.orderRand
	shipped := int64(3)
	switch {
	case r.Chance(38):
		return "cancelled"
	case age <= 1 && r.Chance(800), age <= 3 && r.Chance(250):
		return "pending"
	case age <= 4:
		shipped = 850
	case age <= 9:
		shipped = 300
	}
	if r.Chance(shipped) {
		return "shipped"
	}
	return "completed"
}

// returned is drawn for completed orders from the category of their first line.
func (s *shop) returned(status string, day int64, date time.Time) bool {
	if status != "completed" || days-1-day <= 5 {
		return false
	}
	permille := s.cats[s.products[s.lines[0].product].category].returns
	if date.Month() == time.December {
		permille = permille * 13 / 10
	}
	return s.orderRand.Chance(permille)
}

// fillBasket draws the lines of an order. A basket that draws the same product
// again, or one not yet on sale, is shorter by that line; the first line always
// succeeds.
func (s *shop) fillBasket(day int64, date time.Time) {
	s.lines = s.lines[:0]
	for want := s.count.Pick(s.itemRand) + 1; want > 0; want-- {
		if l, ok := s.drawLine(day, date); ok {
			s.lines = append(s.lines, l)
		}
	}
	for len(s.lines) == 0 {
		if l, ok := s.drawLine(day, date); ok {
			s.lines = append(s.lines, l)
		}
	}
}

func (s *shop) drawLine(day int64, date time.Time) (line, bool) {
	r := s.itemRand
	c := s.byMonth[date.Month()-1].Pick(r)
	i := s.firstOf[c] + s.inCategory[c].Pick(r)
	percent := [7]int64{0, 5, 10, 15, 20, 30, 50}
	discount := s.discounts
	if sale(date) {
		discount = s.inSale
	}
	l := line{
		product:  i,
		quantity: s.quantity(),
		price:    s.priceIn(i, date.Year()),
		discount: percent[discount.Pick(r)],
	}
	if s.products[i].launch > day {
		return line{}, false
	}
	for _, other := range s.lines {
		if other.product == i {
			return line{}, false
		}
	}
	return l, true
}

func (s *shop) quantity() int64 {
	if s.itemRand.Below(2500) == 0 {
		return s.itemRand.Between(40, 250) // a company, not a household
	}
	return int64(s.pieces.Pick(s.itemRand)) + 1
}

// priceIn is the list price in a year: about 3 % more every January.
func (s *shop) priceIn(i, year int) int64 {
	price := s.products[i].price
	if year == firstDay().Year() {
		return price
	}
	return retail(price * (1000 + 30*int64(year-firstDay().Year())) / 1000)
}
