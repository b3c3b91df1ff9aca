package ecommerce

import (
	"fmt"

	"github.com/leo-analytics/leo/datasets/synth"
)

// category says how one kind of product sells. All shares are weights.
type category struct {
	name string
	// products and demand are shares of the stock list and of the sales.
	products, demand int64
	// low is the lower end of its prices in cents; spread the deviation of
	// their logarithm.
	low, spread int64
	// returns is the permille of its orders that come back.
	returns int64
	// season is demand by month, in percent.
	season [12]int64
	nouns  []string
}

func categories() []category {
	flat := [12]int64{100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100}
	return []category{
		{
			"Clothing", 120, 215, 1400, synth.One * 6 / 10, 142,
			[12]int64{95, 90, 105, 110, 105, 100, 90, 95, 115, 110, 105, 100},
			[]string{"Rain Jacket", "Hoodie", "Linen Shirt", "Wool Socks", "Chinos", "Cardigan", "Denim Skirt", "Running Tee", "Scarf", "Parka"},
		},
		{
			"Home & Kitchen", 110, 180, 1100, synth.One * 9 / 10, 58, flat,
			[]string{"Desk Lamp", "Chopping Board", "Coffee Grinder", "Storage Basket", "Bath Towel", "Frying Pan", "Wall Clock", "Carafe", "Duvet Cover", "Knife Set"},
		},
		{
			"Electronics", 80, 150, 1900, synth.One * 14 / 10, 96,
			[12]int64{90, 85, 90, 90, 95, 95, 95, 100, 100, 105, 150, 160},
			[]string{"Headphones", "Power Bank", "Webcam", "Keyboard", "Smart Plug", "Bluetooth Speaker", "Monitor Arm", "Tablet Stand", "Router", "Charger"},
		},
		{
			"Beauty", 75, 115, 700, synth.One * 7 / 10, 27, flat,
			[]string{"Face Cream", "Shampoo Bar", "Lip Balm", "Body Oil", "Hand Soap", "Sun Lotion", "Clay Mask", "Hair Brush"},
		},
		{
			"Books", 75, 100, 800, synth.One * 4 / 10, 14,
			[12]int64{100, 95, 90, 90, 85, 90, 100, 95, 100, 105, 125, 150},
			[]string{"Cookbook", "Travel Guide", "Crime Novel", "Atlas", "Poetry Collection", "Sketchbook", "Field Guide", "Biography"},
		},
		{
			"Toys & Games", 60, 80, 900, synth.One * 8 / 10, 47,
			[12]int64{60, 65, 75, 80, 80, 85, 85, 80, 90, 110, 210, 260},
			[]string{"Puzzle", "Board Game", "Building Blocks", "Plush Fox", "Card Deck", "Marble Run", "Kite", "Train Set"},
		},
		{
			"Sports & Outdoors", 50, 65, 1500, synth.One * 9 / 10, 83,
			[12]int64{160, 120, 110, 110, 115, 115, 110, 100, 90, 80, 75, 85},
			[]string{"Yoga Mat", "Water Bottle", "Head Torch", "Camping Stool", "Resistance Bands", "Trail Backpack", "Sleeping Bag"},
		},
		{
			"Office Supplies", 35, 40, 350, synth.One * 9 / 10, 21,
			[12]int64{120, 100, 95, 90, 90, 85, 80, 130, 135, 95, 85, 75},
			[]string{"Notebook", "Gel Pens", "Desk Organiser", "Paper Ream", "Label Maker", "Whiteboard"},
		},
		{
			"Pet Supplies", 20, 30, 600, synth.One * 8 / 10, 33, flat,
			[]string{"Dog Leash", "Cat Tree", "Feeding Bowl", "Bird Feeder", "Pet Bed"},
		},
		{
			"Garden", 15, 25, 900, synth.One * 10 / 10, 39,
			[12]int64{30, 45, 140, 220, 240, 190, 130, 90, 70, 50, 30, 35},
			[]string{"Plant Pot", "Hose Reel", "Seed Box", "Pruning Shears", "Watering Can"},
		},
	}
}

// product is one row of the stock list, and what the orders need to know of it.
type product struct {
	id       string
	name     string
	category int
	price    int64 // cents, in 2024
	demand   int64 // weight within its category; 0 was never sold
	launch   int64 // day it was first sold, counted from the first day of the data
	stock    int64 // pieces; notCounted is NULL
}

const (
	notCounted  = -1
	neverSold   = 14
	lateLaunch  = 110 // permille of products
	uncounted   = 12
	outOfStock  = 65
	absurdStock = 6
)

// catalogue draws the products, in the order of their ids.
func catalogue(r *synth.Rand, cats []category) []product {
	names := newNamer(r)
	var products []product
	for c, cat := range cats {
		rank := r.Shuffled(int(cat.products))
		demand := synth.Zipf(int(cat.products), 4)
		for i := range rank {
			products = append(products, product{
				id:       fmt.Sprintf("P%04d", len(products)+1),
				name:     names.next(cat.nouns[i%len(cat.nouns)]),
				category: c,
				price:    retail(cat.low * (synth.One + r.LogNormal(cat.spread)) / synth.One),
				demand:   demand[rank[i]],
				launch:   launch(r),
				stock:    stock(r),
			})
		}
	}
	for _, i := range r.Shuffled(len(products))[:neverSold] {
		products[i].demand = 0
		products[i].stock = r.Between(20, 400)
	}
	return products
}

// retail turns an amount in cents into a price people print on a label.
func retail(cents int64) int64 {
	switch {
	case cents < 1000:
		return cents/10*10 + 9
	case cents < 10_000:
		return cents/100*100 + 99
	default:
		return cents/500*500 + 499
	}
}

func launch(r *synth.Rand) int64 {
	if r.Chance(lateLaunch) {
		return r.Between(60, 900)
	}
	return 0
}

func stock(r *synth.Rand) int64 {
	switch roll := r.Below(1000); {
	case roll < uncounted:
		return notCounted
	case roll < uncounted+outOfStock:
		return 0
	case roll < uncounted+outOfStock+absurdStock:
		return r.Between(8000, 30_000)
	default:
		return 70*r.LogNormal(synth.One*13/10)/synth.One + 1
	}
}

// namer makes product names that do not repeat.
type namer struct {
	r    *synth.Rand
	used map[string]bool
}

func newNamer(r *synth.Rand) *namer {
	return &namer{r: r, used: map[string]bool{}}
}

func (n *namer) next(noun string) string {
	lines := []string{
		"Alder", "Bryn", "Calla", "Dovetail", "Ember", "Fjell", "Gale", "Harrow", "Isla", "Juniper", "Kestrel", "Larch",
		"Merle", "Nordlys", "Osprey", "Pebble", "Quill", "Rowan", "Sable", "Tansy", "Umber", "Vesper", "Willow", "Yarrow",
	}
	traits := []string{"", "", "", "Classic ", "Compact ", "Light ", "Premium ", "Slim ", "Travel ", "Everyday "}
	for {
		line := lines[n.r.Below(int64(len(lines)))]
		trait := traits[n.r.Below(int64(len(traits)))]
		name := line + " " + trait + noun
		if !n.used[name] {
			n.used[name] = true
			return name
		}
	}
}

func writeInventory(d *synth.Dir, cats []category, products []product) error {
	t, err := d.Create("inventory.csv", "product_id", "name", "category", "stock")
	if err != nil {
		return err
	}
	for _, p := range products {
		t.Text(p.id)
		t.Text(p.name)
		t.Text(cats[p.category].name)
		if p.stock == notCounted {
			t.Null()
		} else {
			t.Int(p.stock)
		}
		if err := t.End(); err != nil {
			return err
		}
	}
	return nil
}
