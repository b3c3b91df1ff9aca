package profile

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

// maxBins is the number of bins of a histogram.
const maxBins = 20

// measured says what of a column's values has a size: the value itself, its
// moment, its length, or nothing.
type measured int

const (
	nothing measured = iota
	aNumber
	aMoment
	aLength
)

func measuredOf(typ string) measured {
	base, _, _ := strings.Cut(typ, "(")
	switch {
	case strings.HasSuffix(typ, "]"):
		return nothing
	case base == "VARCHAR":
		return aLength
	case base == "DATE" || strings.HasPrefix(base, "TIMESTAMP"):
		return aMoment
	case slices.Contains([]string{
		"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
		"DECIMAL", "DOUBLE", "FLOAT",
	}, base):
		return aNumber
	}
	return nothing
}

// sizeOf is the expression for the size of a column's value: NULL for what has
// none, such as infinity. Moments are in seconds since 1970.
func sizeOf(c *protocol.ColumnProfile) string {
	name := engine.QuoteName(c.Name)
	switch measuredOf(c.Type) {
	case aLength:
		return "CAST(length(" + name + ") AS DOUBLE)"
	case aMoment:
		return "CASE WHEN isfinite(" + name + ") THEN CAST(epoch(" + name + ") AS DOUBLE) END"
	case aNumber:
		number := "CAST(" + name + " AS DOUBLE)"
		return "CASE WHEN isfinite(" + number + ") THEN " + number + " END"
	}
	return "CAST(NULL AS DOUBLE)"
}

// histograms counts the sizes of some columns in bins of equal width, in two
// passes over the table: one for the ends, one for the counts.
func histograms(ctx context.Context, db *engine.DB, table string, columns []*protocol.ColumnProfile) error {
	columns = slices.DeleteFunc(slices.Clone(columns), func(c *protocol.ColumnProfile) bool {
		return measuredOf(c.Type) == nothing || c.Distinct == 0
	})
	if len(columns) == 0 {
		return nil
	}
	exprs := make([]string, 0, 2*len(columns))
	for _, c := range columns {
		size := sizeOf(c)
		exprs = append(exprs, "CAST(min("+size+") AS VARCHAR)", "CAST(max("+size+") AS VARCHAR)")
	}
	ends, err := row(ctx, db, "SELECT "+strings.Join(exprs, ", ")+" FROM "+engine.QuoteName(table), len(exprs))
	if err != nil {
		return err
	}
	var bins []string
	counted := map[int]*protocol.Histogram{}
	for i, c := range columns {
		low, err1 := strconv.ParseFloat(ends[2*i], 64)
		high, err2 := strconv.ParseFloat(ends[2*i+1], 64)
		if err1 != nil || err2 != nil || math.IsInf(high-low, 0) {
			continue
		}
		h := newHistogram(c, low, high)
		counted[i], c.Histogram = h, h
		bins = append(bins, binOf(sizeOf(c), low, high, len(h.Counts))+" AS "+engine.QuoteName(strconv.Itoa(i)))
	}
	if len(bins) == 0 {
		return nil
	}
	return count(ctx, db, "SELECT CAST(c AS VARCHAR), CAST(b AS VARCHAR), CAST(count(*) AS VARCHAR) FROM (UNPIVOT (SELECT "+strings.Join(bins, ", ")+
		" FROM "+engine.QuoteName(table)+") ON COLUMNS(*) INTO NAME c VALUE b) GROUP BY c, b", counted)
}

// binOf is the expression for the number of the bin a size is in.
func binOf(size string, low, high float64, n int) string {
	bin := "0"
	number := func(f float64) string { return "CAST('" + strconv.FormatFloat(f, 'g', -1, 64) + "' AS DOUBLE)" }
	if high > low && n > 1 {
		bin = "CAST(greatest(0, least(" + strconv.Itoa(n-1) + ", floor((" + size + " - " + number(low) + ") / " + number(high-low) + " * " + strconv.Itoa(n) + "))) AS INTEGER)"
	}
	// Not left to greatest and least, which pass over NULL.
	return "CASE WHEN " + size + " IS NOT NULL THEN " + bin + " END"
}

// count fills histograms from rows of column, bin and number.
func count(ctx context.Context, db *engine.DB, sql string, of map[int]*protocol.Histogram) error {
	rows, err := db.Query(ctx, sql)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next(ctx) {
		var got [3]int64
		for i := range got {
			if got[i], err = integer(rows, i); err != nil {
				return err
			}
		}
		if h := of[int(got[0])]; h != nil && got[1] < int64(len(h.Counts)) {
			h.Counts[got[1]] = got[2]
		}
	}
	return rows.Err()
}

// newHistogram makes empty bins: as many as there are whole numbers, days or
// lengths between the ends, where those are few.
func newHistogram(c *protocol.ColumnProfile, low, high float64) *protocol.Histogram {
	h := &protocol.Histogram{Of: "value"}
	steps := math.Inf(1)
	switch measuredOf(c.Type) {
	case aLength:
		h.Of, steps = "length", high-low
	case aMoment:
		if c.Type == "DATE" {
			steps = (high - low) / 86400
		}
	default:
		if base, _, _ := strings.Cut(c.Type, "("); strings.HasSuffix(base, "INT") || base == "INTEGER" || base == "UINTEGER" {
			steps = high - low
		}
	}
	h.Counts = make([]int64, int(min(maxBins, steps+1)))
	if high == low {
		h.Counts = make([]int64, 1)
	}
	h.Low, h.High = sizeText(c, low), sizeText(c, high)
	return h
}

func sizeText(c *protocol.ColumnProfile, size float64) string {
	if measuredOf(c.Type) != aMoment {
		return strconv.FormatFloat(size, 'f', -1, 64)
	}
	at := time.UnixMicro(int64(size * 1e6)).UTC()
	if c.Type == "DATE" {
		return at.Format("2006-01-02")
	}
	return at.Format("2006-01-02T15:04:05")
}

// row reads the only row of a query; an empty text stands for NULL.
func row(ctx context.Context, db *engine.DB, sql string, columns int) ([]string, error) {
	rows, err := db.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !rows.Next(ctx) {
		return nil, fmt.Errorf("no row: %w", rows.Err())
	}
	out := make([]string, columns)
	for i := range out {
		out[i], _ = rows.Text(i)
	}
	return out, nil
}
