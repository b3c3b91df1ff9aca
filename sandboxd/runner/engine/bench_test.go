package engine

import "testing"

func BenchmarkOpenAndLock(b *testing.B) {
	path := b.TempDir() + "/data.duckdb"
	db, err := Open(Options{Path: path})
	if err != nil {
		b.Fatal(err)
	}
	if err := db.Exec(b.Context(), "CREATE TABLE t AS SELECT range AS a FROM range(1000)"); err != nil {
		b.Fatal(err)
	}
	db.Close()
	for b.Loop() {
		db, err := Open(Options{Path: path, ReadOnly: true})
		if err != nil {
			b.Fatal(err)
		}
		if err := db.Lock(b.Context()); err != nil {
			b.Fatal(err)
		}
		db.Close()
	}
}

func BenchmarkSerialize(b *testing.B) {
	db, err := Open(Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	for b.Loop() {
		if _, err := db.Serialize(b.Context(), "SELECT a, count(*) AS n FROM t WHERE a > 3 GROUP BY a ORDER BY n DESC LIMIT 10"); err != nil {
			b.Fatal(err)
		}
	}
}
