package engine

import (
	"fmt"
	"slices"
	"testing"
)

func TestAppendedRowsComeBackInOrderWithTheirTypes(t *testing.T) {
	db := memory(t)
	kinds := []Kind{Text, Bool, Int, Float, Date, Time, Timestamp, Instant}
	ddl := "CREATE TABLE t("
	for i, k := range kinds {
		if i > 0 {
			ddl += ", "
		}
		ddl += fmt.Sprintf("c%d %s", i, k.Type())
	}
	if err := db.Exec(t.Context(), ddl+")"); err != nil {
		t.Fatal(err)
	}
	a, err := db.Append("t", kinds)
	if err != nil {
		t.Fatal(err)
	}
	const n = 5000
	for i := range n {
		a.Text(0, fmt.Appendf(nil, "a value longer than twelve bytes %d", i))
		a.Bool(1, i%2 == 0)
		a.Int(2, int64(i)-2500)
		a.Float(3, float64(i)/4)
		a.Date(4, int32(i))
		a.Int(5, int64(i)*1_000_000)
		a.Int(6, int64(i)*3_600_000_000)
		if i%3 == 0 {
			a.Null(7)
		} else {
			a.Int(7, int64(i)*3_600_000_000)
		}
		if err := a.EndRow(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.Exec(t.Context(), "SET TimeZone = 'UTC'"); err != nil {
		t.Fatal(err)
	}
	rows, err := all(t, db, "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM t")
	if err != nil || len(rows) != n {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	want := []string{"a value longer than twelve bytes 4001", "false", "1501", "1000.25", "1980-12-15", "01:06:41", "1970-06-16 17:00:00", "1970-06-16 17:00:00+00"}
	if !slices.Equal(rows[4001], want) {
		t.Errorf("got %q\nwant %q", rows[4001], want)
	}
	if rows[4002][7] != "NULL" {
		t.Errorf("row 4002 has %q where it has nothing", rows[4002][7])
	}
}

func TestAppendToAMissingTableIsAnError(t *testing.T) {
	if _, err := memory(t).Append("nowhere", []Kind{Text}); err == nil {
		t.Error("no error")
	}
}
