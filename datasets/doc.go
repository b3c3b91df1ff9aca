// Package datasets holds the demo datasets: what they are, the program that
// makes them, and the questions whose answers are known.
//
// The CSV files are not in the repository. [Generate] writes them, once, into
// the data directory of whoever wants them, and [Version] proves that they came
// out as the registry says. From there they are files like anybody's: they are
// parsed inside a sandbox and get no special treatment.
//
//	registry.json          titles, columns, synonyms, relations, prompts, versions
//	<id>/*.go              the generator of a dataset; its doc.go tells its story
//	<id>/questions.yaml    each prompt with its plan, a hand-written SQL and the rows
//	synth/                 repeatable chance, curves in integers, CSV files
//	datasetstest/          datasets and questions for the tests of every part
//
// # Sizes
//
//	dataset    file               rows       bytes  covers
//	ecommerce  orders.csv        62903     2849605  2024-01-01 to 2026-09-30
//	ecommerce  order_items.csv  139623     6177070
//	ecommerce  inventory.csv       640       27472
//	support    tickets.csv       25232     1642672  2024-01-01 to 2026-09-30
//	sensors    sensors.csv      266497    13490600  2024-10-01 to 2026-09-30
//
// All of it takes about half a second. "Today" is 2026-09-30, the registry's
// as_of: the files never read a clock, so a period counted from now moves away
// from them.
//
// # Shape
//
// Every series is a product of integers in permille: growth × month × weekday ×
// event × noise. The events (sales, incidents, outages, gaps), the shares of
// NULLs and the outliers are listed in the doc.go of each dataset, and the tests
// of this package look for every one of them in the files.
//
// # Same bytes everywhere
//
// Each table draws from its own source of chance, seeded by its name
// ("ecommerce/orders", "sensors/S07"), and nothing is computed in floating
// point. The registry carries the SHA-256 of the files in order, and a test
// compares. To change a generator on purpose:
//
//	go test ./datasets -run Bytes -update      # new versions into registry.json
//	go test ./datasets -run Answers -update    # new rows into questions.yaml
//
// Nothing here was taken from a real company: names are made from word lists.
package datasets
