package datasets_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/leo-analytics/leo/datasets"
)

// table is a CSV file in memory.
type table struct {
	header []string
	rows   [][]string
}

func readTable(t *testing.T, dir, file string) table {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll() // fails on a ragged line
	if err != nil {
		t.Fatal(err)
	}
	return table{header: rows[0], rows: rows[1:]}
}

// column returns the values of a column.
func (tb table) column(t *testing.T, name string) []string {
	t.Helper()
	i := slices.Index(tb.header, name)
	if i < 0 {
		t.Fatalf("no column %s in %v", name, tb.header)
	}
	values := make([]string, len(tb.rows))
	for r, row := range tb.rows {
		values[r] = row[i]
	}
	return values
}

// nullShare is the share of empty values in a column.
func (tb table) nullShare(t *testing.T, name string) float64 {
	t.Helper()
	n := 0
	for _, v := range tb.column(t, name) {
		if v == "" {
			n++
		}
	}
	return float64(n) / float64(len(tb.rows))
}

// mustBeUnique fails when a column holds a value twice or an empty one.
func (tb table) mustBeUnique(t *testing.T, name string) map[string]int {
	t.Helper()
	at := make(map[string]int, len(tb.rows))
	for i, v := range tb.column(t, name) {
		if _, ok := at[v]; ok || v == "" {
			t.Fatalf("%s %q occurs twice or is empty", name, v)
		}
		at[v] = i
	}
	return at
}

// paths are the files of a dataset in registry order.
func paths(t *testing.T, id, dir string) []string {
	t.Helper()
	d, err := datasets.LoadRegistry().Find(id)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, name := range d.FileNames() {
		all = append(all, filepath.Join(dir, name))
	}
	return all
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// fixed reads a decimal number as units of 1/scale, exactly.
func fixed(t *testing.T, s string, scale int64) int64 {
	t.Helper()
	v := number(t, s) * float64(scale)
	if v < 0 {
		return int64(v - 0.5)
	}
	return int64(v + 0.5)
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	layout := time.DateTime
	if len(s) == len(time.DateOnly) {
		layout = time.DateOnly
	}
	v, err := time.Parse(layout, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// within fails when a share is outside [low, high].
func within(t *testing.T, what string, got, low, high float64) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("%s is %.4f, want %.4f to %.4f", what, got, low, high)
	}
}

// mean collects an average.
type mean struct{ sum, n float64 }

func (m *mean) add(v float64) { m.sum += v; m.n++ }

func (m *mean) value() float64 { return m.sum / m.n }
