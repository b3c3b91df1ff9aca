package rules_test

import (
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
)

// col makes a column from "name type" and its values; "name type!" has no
// repeated values, "name type?" has empty ones.
func col(spec string, rows int64, values ...string) catalog.Column {
	name, kind, _ := strings.Cut(spec, " ")
	unique, nullable := strings.HasSuffix(kind, "!"), strings.HasSuffix(kind, "?")
	kind = strings.TrimRight(kind, "!?")
	p := &catalog.Profile{Distinct: max(int64(len(values)), 2), Complete: len(values) > 0}
	if unique {
		p.Distinct = rows
	}
	if nullable {
		p.Nulls = rows / 10
	}
	for i, v := range values {
		p.Top = append(p.Top, catalog.ValueCount{Value: v, Count: int64(100 - i)})
	}
	switch catalog.Type(kind) {
	case catalog.Date, catalog.Timestamp:
		p.Min, p.Max, p.Distinct = "2023-01-01", "2025-06-30", 900
	case catalog.Integer, catalog.Decimal:
		p.Min, p.Max = "1", strconv.FormatInt(rows, 10)
		if len(values) == 0 && !unique {
			p.Distinct = rows / 3
		}
	}
	if strings.HasSuffix(name, "Year") {
		p.Min, p.Max = "1921", "2024"
	}
	return catalog.Column{Name: name, Type: catalog.Type(kind), Profile: p}
}

func relation(from, fromColumn, to, toColumn string) catalog.Relation {
	return catalog.Relation{
		FromTable: from, FromColumns: []string{fromColumn}, ToTable: to, ToColumns: []string{toColumn},
		Origin: catalog.Declared, Confidence: 1,
	}
}

func bakery() *catalog.Dataset {
	unit := col("unit_price decimal", 400)
	unit.Unit = "EUR"
	revenue := col("line_total decimal", 9000)
	revenue.Synonyms = []string{"revenue", "turnover"}
	return &catalog.Dataset{
		ID: "bakery",
		Tables: []catalog.Table{
			{Name: "sale_lines", Rows: 9000, Key: []string{"line_id"}, Columns: []catalog.Column{
				col("line_id integer!", 9000), col("sale_id integer", 9000), col("pastry_id integer", 9000), col("qty integer", 9000), revenue,
			}},
			{Name: "sales", Rows: 3000, Key: []string{"sale_id"}, Columns: []catalog.Column{
				col("sale_id integer!", 3000), col("sold_on date", 3000), col("branch text", 3000, "Harbour", "Old Town", "Airport"),
				col("payment text", 3000, "cash", "card", "voucher"), col("refunded boolean", 3000, "true", "false"),
			}},
			{Name: "pastries", Rows: 40, Key: []string{"pastry_id"}, Columns: []catalog.Column{
				col("pastry_id integer!", 40), col("pastry_name text!", 40, "Almond Croissant", "Rye Loaf", "Plum Cake"), col("kind text", 40, "bread", "cake", "viennoiserie"),
				unit, col("vegan boolean", 40, "true", "false"),
			}},
		},
		Relations: []catalog.Relation{relation("sale_lines", "sale_id", "sales", "sale_id"), relation("sale_lines", "pastry_id", "pastries", "pastry_id")},
	}
}

func clinic() *catalog.Dataset {
	return &catalog.Dataset{
		ID: "clinic",
		Tables: []catalog.Table{
			{Name: "visits", Rows: 5000, Key: []string{"visit_id"}, Columns: []catalog.Column{
				col("visit_id integer!", 5000), col("patient_id integer", 5000), col("doctor_id integer", 5000),
				col("admitted_at timestamp", 5000), col("discharged_at timestamp?", 5000),
				col("ward text", 5000, "Cardiology", "Oncology", "Surgery"), col("cost decimal", 5000), col("emergency boolean", 5000, "true", "false"),
			}},
			{Name: "patients", Rows: 1200, Key: []string{"patient_id"}, Columns: []catalog.Column{
				col("patient_id integer!", 1200), col("first_name text", 1200, "Ada", "Ben"), col("last_name text", 1200, "Moss", "Reed"),
				col("age integer", 1200), col("city text", 1200, "Bergen", "Oslo", "Tromsø"), col("insurance text?", 1200, "public", "private"),
			}},
			{Name: "doctors", Rows: 60, Key: []string{"doctor_id"}, Columns: []catalog.Column{
				col("doctor_id integer!", 60), col("name text!", 60, "Dr. Lind", "Dr. Aas"), col("specialty text", 60, "cardiology", "paediatrics"), col("salary decimal", 60),
			}},
		},
		Relations: []catalog.Relation{relation("visits", "patient_id", "patients", "patient_id"), relation("visits", "doctor_id", "doctors", "doctor_id")},
	}
}

func library() *catalog.Dataset {
	return &catalog.Dataset{
		ID: "library",
		Tables: []catalog.Table{
			{Name: "Book", Rows: 800, Key: []string{"BookID"}, Columns: []catalog.Column{
				col("BookID integer!", 800), col("Title text!", 800, "Salt Roads", "Night Ferry"), col("AuthorID integer", 800),
				col("Genre text", 800, "poetry", "crime", "history"), col("PubYear integer", 800), col("NumPages integer", 800), col("Lang text", 800, "English", "French"),
			}},
			{Name: "Author", Rows: 300, Key: []string{"AuthorID"}, Columns: []catalog.Column{
				col("AuthorID integer!", 300), col("Name text!", 300, "Ines Ro", "Tom Hale"), col("Country text", 300, "France", "Japan", "Peru"),
			}},
			{Name: "Loan", Rows: 7000, Key: []string{"LoanID"}, Columns: []catalog.Column{
				col("LoanID integer!", 7000), col("BookID integer", 7000), col("MemberName text", 7000), col("LoanDate date", 7000), col("ReturnDate date?", 7000),
			}},
		},
		Relations: []catalog.Relation{relation("Book", "AuthorID", "Author", "AuthorID"), relation("Loan", "BookID", "Book", "BookID")},
	}
}

func weather() *catalog.Dataset {
	wind := col("wind_kph decimal", 20000)
	wind.Synonyms = []string{"wind speed"}
	return &catalog.Dataset{
		ID: "weather",
		Tables: []catalog.Table{{Name: "observations", Rows: 20000, Synonyms: []string{"readings"}, Columns: []catalog.Column{
			col("station text", 20000, "Ridge", "Bay", "Mill"), col("observed_at timestamp", 20000), col("avg_temp decimal?", 20000), wind, col("is_storm boolean", 20000, "true", "false"),
		}}},
	}
}

// orchard is one table of measured things, for questions about charts.
func orchard() *catalog.Dataset {
	return &catalog.Dataset{
		ID: "orchard",
		Tables: []catalog.Table{{Name: "trees", Rows: 4000, Key: []string{"tree_id"}, Columns: []catalog.Column{
			col("tree_id integer!", 4000), col("height decimal", 4000), col("girth decimal", 4000), col("trunks integer", 4000, "1", "2", "3"),
			col("harvest_amount decimal", 4000), col("species text", 4000, "apple", "pear", "plum"), col("soil text", 4000, "clay", "loam", "sand"),
			col("planting_Year integer", 4000), col("surveyed_on date", 4000),
		}}},
	}
}
