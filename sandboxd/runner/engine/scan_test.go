package engine

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
)

// scan opens a scan that ends with the test.
func scan(t *testing.T, db *DB, sql string) *Scan {
	t.Helper()
	s, err := db.Scan(t.Context(), sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestScannedValuesAreTheOnesThatAreStored(t *testing.T) {
	db := memory(t)
	const n = 10_000
	if err := db.Exec(t.Context(), `CREATE TABLE t AS SELECT range - 5000 AS i, range / 4.0::DOUBLE AS f, range % 3 = 0 AS b,
		TIMESTAMP '2026-01-01' + to_seconds(range) AS m, CASE WHEN range % 7 = 0 THEN NULL ELSE repeat('x', range::INTEGER % 30) END AS s FROM range(10000)`); err != nil {
		t.Fatal(err)
	}
	words := func(column string, want func(i int) uint64) {
		s, row := scan(t, db, "SELECT "+column+" FROM t"), 0
		defer s.Close()
		for s.Next(t.Context()) {
			for _, w := range s.Words() {
				if w != want(row) {
					t.Fatalf("%s of row %d is %x, want %x", column, row, w, want(row))
				}
				row++
			}
		}
		if row != n || s.Err() != nil {
			t.Errorf("%s: %d rows, %v", column, row, s.Err())
		}
	}
	words("i", func(i int) uint64 { return uint64(int64(i) - 5000) })
	words("f", func(i int) uint64 { return math.Float64bits(float64(i) / 4) })
	words("m", func(i int) uint64 { return uint64(1_767_225_600_000_000 + i*1_000_000) })

	s, row := scan(t, db, "SELECT s FROM t"), 0
	for s.Next(t.Context()) {
		for i := range s.Len() {
			text, null := s.Text(i), IsNull(s.Valid(), i)
			if null != (row%7 == 0) || null != (text == nil) || !null && string(text) != strings.Repeat("x", row%30) {
				t.Fatalf("text of row %d is %q", row, text)
			}
			row++
		}
	}
	s.Close()
	s, row = scan(t, db, "SELECT b FROM t"), 0
	for s.Next(t.Context()) {
		for _, b := range s.Flags() {
			if (b == 1) != (row%3 == 0) {
				t.Fatalf("flag of row %d is %d", row, b)
			}
			row++
		}
	}
	if row != n {
		t.Errorf("%d flags", row)
	}
}

func TestScanRefusesWhatItCannotRead(t *testing.T) {
	db := memory(t)
	for _, sql := range []string{"SELECT 1::BIGINT, 2::BIGINT", "SELECT 1::INTEGER", "SELECT [1]", "SELECT DATE '2026-01-01'", "SELECT 1::BIGINT; SELECT 2::BIGINT", "nonsense"} {
		if s, err := db.Scan(t.Context(), sql); err == nil {
			s.Close()
			t.Errorf("%s is scanned", sql)
		}
	}
	s := scan(t, db, "SELECT 'text'")
	if !s.Next(t.Context()) || s.Words() != nil || s.Flags() != nil || string(s.Text(0)) != "text" || s.Next(t.Context()) {
		t.Error("a text was read as something else")
	}
}

func TestScanEndsWithItsContext(t *testing.T) {
	db := memory(t)
	ctx, cancel := context.WithCancel(t.Context())
	s, err := db.Scan(ctx, "SELECT range FROM range(100000000)")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if !s.Next(ctx) {
		t.Fatal(s.Err())
	}
	cancel()
	for s.Next(ctx) {
	}
	if !errors.Is(s.Err(), context.Canceled) {
		t.Errorf("got %v", s.Err())
	}
}
