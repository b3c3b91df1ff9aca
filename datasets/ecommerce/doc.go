// Package ecommerce makes the demo dataset of an online shop: 33 months of
// orders, their lines and the stock list, from 2024-01-01 to 2026-09-30.
//
// # Shape
//
//	inventory  one row per product: 640 in 10 categories, the large ones first
//	orders     one row per order, by date; order_id rises
//	order_items one row per product in an order; a product occurs once in it
//
// Every order_items.order_id is in orders, every product_id in inventory, and
// a line repeats its product's category. orders.total is the sum of the order's
// quantity·price·(1-discount), rounded half up to the cent once per order, also
// for cancelled orders.
//
// # What a careful reader finds in it
//
// Growth of about 80 % from the first day to the last. A year that peaks in
// November and December and is low in January and February; a week that is
// high on Sunday and low on Friday; Black Friday and the Monday after it; a
// summer sale in June. Two days without any order (2025-03-11 and 12, the shop
// was down) and a rush after them. Garden sells in spring, toys before
// Christmas, sports in January.
//
// A few customers buy very often and most buy once; 2.5 % of orders have no
// customer_id (guests). A few products make most of the sales, 14 were never
// sold, some start to sell late, prices rise a little every January. Rare bulk
// orders of 40 to 250 pieces make totals far above the rest. Some stock is 0,
// some was not counted (NULL), a little is absurdly high.
//
// Orders of the last days are pending or shipped; 0.3 % of the old ones never
// left "shipped". Only completed orders older than five days can be returned;
// clothing comes back most often, books least, and more of it after Christmas.
package ecommerce
