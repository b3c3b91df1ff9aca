package rules_test

import "github.com/leo-analytics/leo/shared/catalog"

// marina has people, things they own, a table that only joins, and two ways from
// voyages to harbours.
func marina() *catalog.Dataset {
	return &catalog.Dataset{
		ID: "marina",
		Tables: []catalog.Table{
			{Name: "boats", Rows: 420, Key: []string{"boat_id"}, Columns: []catalog.Column{
				col("boat_id integer!", 420), col("boat_name text!", 420, "Sea Otter", "Grey Heron", "Tern"), col("kind text", 420, "sloop", "ketch", "trawler"),
				col("length_m decimal", 420), col("builtYear integer", 420), col("remarks text", 420),
			}},
			{Name: "owners", Rows: 260, Key: []string{"owner_id"}, Columns: []catalog.Column{
				col("owner_id integer!", 260), col("first_name text", 260, "Ada", "Ben"), col("last_name text", 260, "Moss", "Reed"),
				col("age integer", 260), col("home_town text", 260, "Arendal", "Grimstad", "Risør"),
			}},
			{Name: "ownership", Rows: 500, Columns: []catalog.Column{
				col("boat_id integer", 500), col("owner_id integer", 500),
			}},
			{Name: "harbours", Rows: 80, Key: []string{"harbour_code"}, Columns: []catalog.Column{
				col("harbour_code text!", 80, "ARE", "GRI", "RIS"), col("harbour_name text!", 80, "Arendal Quay", "Grimstad Pier"),
				col("country text", 80, "Norway", "Denmark", "Sweden"), col("capacity integer", 80),
			}},
			{Name: "voyages", Rows: 6000, Key: []string{"voyage_id"}, Columns: []catalog.Column{
				col("voyage_id integer!", 6000), col("boat_id integer", 6000), col("origin_harbour text", 6000, "ARE", "GRI", "RIS"),
				col("destination_harbour text", 6000, "ARE", "GRI", "RIS"), col("departed_on date", 6000), col("crew integer", 6000),
			}},
		},
		Relations: []catalog.Relation{
			relation("ownership", "boat_id", "boats", "boat_id"), relation("ownership", "owner_id", "owners", "owner_id"),
			relation("voyages", "boat_id", "boats", "boat_id"), relation("voyages", "origin_harbour", "harbours", "harbour_code"),
			relation("voyages", "destination_harbour", "harbours", "harbour_code"),
		},
	}
}
