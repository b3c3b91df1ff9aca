package profile

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

// of profiles a table made by a statement.
func of(t *testing.T, create string) *protocol.TableProfile {
	t.Helper()
	db, err := engine.Open(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if err := db.Exec(t.Context(), create); err != nil {
		t.Fatal(err)
	}
	tables, err := Tables(t.Context(), db)
	if err != nil || len(tables) != 1 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	return &tables[0]
}

func TestColumnsAreCounted(t *testing.T) {
	p := of(t, `CREATE TABLE "my table" AS SELECT range AS "the id", CASE WHEN range % 4 > 0 THEN ['b','a','c'][1 + range % 3] END AS "quoted ""name""",
		range % 2 = 0 AS even, CAST(NULL AS DATE) AS never, DATE '2026-01-01' + CAST(range % 5 AS INTEGER) AS day, range / 4 AS x FROM range(120)`)
	want := []protocol.ColumnProfile{
		{Name: "the id", Type: "BIGINT", Distinct: 120, Min: "0", Max: "119"},
		{
			Name: `quoted "name"`, Type: "VARCHAR", Nulls: 30, Distinct: 3, Min: "a", Max: "c", Complete: true,
			Top: []protocol.ValueCount{{Value: "a", Count: 30}, {Value: "b", Count: 30}, {Value: "c", Count: 30}},
		},
		{
			Name: "even", Type: "BOOLEAN", Distinct: 2, Min: "false", Max: "true", Complete: true,
			Top: []protocol.ValueCount{{Value: "false", Count: 60}, {Value: "true", Count: 60}},
		},
		{Name: "never", Type: "DATE", Nulls: 120},
	}
	for i, w := range want {
		g := p.Columns[i]
		if g.Name != w.Name || g.Type != w.Type || g.Nulls != w.Nulls || g.Distinct != w.Distinct || g.Min != w.Min || g.Max != w.Max ||
			!slices.Equal(g.Top, w.Top) {
			t.Errorf("got  %+v\nwant %+v", g, w)
		}
		if g.Complete != w.Complete {
			t.Errorf("%s: complete is %v", g.Name, g.Complete)
		}
	}
	if day := p.Columns[4]; day.Distinct != 5 || !day.Complete || day.Top[0].Value != "2026-01-01" {
		t.Errorf("day is %+v", day)
	}
	if p.Name != "my table" || p.Rows != 120 {
		t.Errorf("got %s with %d rows", p.Name, p.Rows)
	}
}

func TestLargeTablesAreListedLikeSmallOnes(t *testing.T) {
	const columns = "SELECT 'v' || (range % 300) AS many, range % 7 AS few, range AS all_different, 'x' || range AS names"
	small, large := of(t, "CREATE TABLE t AS "+columns+" FROM range(900)"), of(t, fmt.Sprintf("CREATE TABLE t AS %s FROM range(%d)", columns, 3*smallTable))
	for _, p := range []*protocol.TableProfile{small, large} {
		many, few, all, names := p.Columns[0], p.Columns[1], p.Columns[2], p.Columns[3]
		if many.Distinct != 300 || len(many.Top) != maxTop || many.Complete || many.Top[0].Value != "v0" {
			t.Errorf("%d rows: many is %d distinct, %d listed", p.Rows, many.Distinct, len(many.Top))
		}
		if few.Distinct != 7 || !few.Complete || len(few.Top) != 7 {
			t.Errorf("%d rows: few is %+v", p.Rows, few)
		}
		if len(all.Top) != 0 || all.Complete {
			t.Errorf("%d rows: the values of all_different are listed", p.Rows)
		}
		if d := names.Distinct; d < p.Rows*8/10 || d > p.Rows*12/10 || len(names.Top) != maxTop {
			t.Errorf("%d rows: names has %d distinct, %d listed", p.Rows, d, len(names.Top))
		}
	}
}

func TestLongValuesAreNotShown(t *testing.T) {
	p := of(t, "CREATE TABLE t AS SELECT * FROM (VALUES ('short'), (repeat('ü', 150)), ('z' || repeat('x', 199))) v(s)")
	c := p.Columns[0]
	if c.Distinct != 3 || c.Complete || len(c.Top) != 2 {
		t.Errorf("got %+v", c)
	}
	if c.Max != strings.Repeat("ü", maxValue/2) {
		t.Errorf("max is %d bytes long", len(c.Max))
	}
}

func TestEmptyAndWideTables(t *testing.T) {
	if p := of(t, "CREATE TABLE t(a INTEGER, b VARCHAR)"); p.Rows != 0 || len(p.Columns) != 2 || p.Columns[0].Min != "" {
		t.Errorf("got %+v", p)
	}
	var cols []string
	for i := range 3*together + 5 {
		cols = append(cols, fmt.Sprintf("range %% %d AS c%d", i+1, i))
	}
	p := of(t, "CREATE TABLE t AS SELECT "+strings.Join(cols, ", ")+" FROM range(200)")
	for i, c := range p.Columns {
		if c.Name != fmt.Sprintf("c%d", i) || c.Distinct != int64(i+1) {
			t.Errorf("column %d is %s with %d distinct", i, c.Name, c.Distinct)
		}
	}
}

func TestNestedValuesAreDescribedAsText(t *testing.T) {
	p := of(t, "CREATE TABLE t AS SELECT [range % 2, 7] AS l, {'a': range % 3} AS s FROM range(6)")
	if l := p.Columns[0]; l.Type != "BIGINT[]" || l.Distinct != 2 || l.Min != "[0, 7]" || len(l.Top) != 2 {
		t.Errorf("got %+v", l)
	}
}

func TestValuesAreCountedInBins(t *testing.T) {
	p := of(t, `CREATE TABLE t AS SELECT CAST(range % 5 AS INTEGER) AS few, range AS many, CAST(range AS DECIMAL(10,2)) / 10 AS price,
		DATE '2026-01-01' + CAST(range % 3 AS INTEGER) AS day, TIMESTAMP '2026-01-01 12:00:00' + INTERVAL (range) HOUR AS at,
		repeat('x', CAST(1 + range % 4 AS INTEGER)) AS words, range % 2 = 0 AS flag, 7 AS same, CAST(NULL AS INTEGER) AS none,
		CASE range WHEN 0 THEN 'inf'::DOUBLE WHEN 1 THEN 'nan'::DOUBLE WHEN 2 THEN NULL ELSE range END AS odd,
		CASE range WHEN 0 THEN 'infinity'::DATE ELSE DATE '2026-01-01' + CAST(range AS INTEGER) END AS ever,
		TIME '12:00:00' AS noon, [range] AS list, CAST(range AS HUGEINT) AS huge FROM range(1000)`)
	want := map[string]string{
		"few": "value 0 4 [200 200 200 200 200]", "many": "value 0 999 " + fmt.Sprint(slices.Repeat([]int64{50}, 20)),
		"price": "value 0 99.9 " + fmt.Sprint(slices.Repeat([]int64{50}, 20)), "day": "value 2026-01-01 2026-01-03 [334 333 333]",
		"at": "value 2026-01-01T12:00:00 2026-02-12T03:00:00 " + fmt.Sprint(slices.Repeat([]int64{50}, 20)), "words": "length 1 4 [250 250 250 250]",
		"same": "value 7 7 [1000]", "huge": "value 0 999 " + fmt.Sprint(slices.Repeat([]int64{50}, 20)),
	}
	for _, c := range p.Columns {
		switch h := c.Histogram; {
		case c.Name == "odd" || c.Name == "ever":
			n := int64(0)
			for _, k := range h.Counts {
				n += k
			}
			if missing := map[string]int64{"odd": 3, "ever": 1}[c.Name]; n != 1000-missing {
				t.Errorf("%s: %d values counted", c.Name, n)
			}
		case h == nil && want[c.Name] == "":
		case h == nil:
			t.Errorf("%s has no histogram", c.Name)
		case fmt.Sprintf("%s %s %s %v", h.Of, h.Low, h.High, h.Counts) != want[c.Name]:
			t.Errorf("%s: %+v", c.Name, h)
		}
	}
}

func TestTheFirstRowsAreShown(t *testing.T) {
	p := of(t, `CREATE TABLE t AS SELECT range AS n, CASE WHEN range % 2 = 0 THEN repeat('é', 90) END AS words FROM range(50)`)
	if len(p.Sample) != sampleRows || *p.Sample[3][0] != "3" || p.Sample[1][1] != nil || *p.Sample[0][1] != strings.Repeat("é", 40) {
		t.Errorf("%d rows", len(p.Sample))
	}
	var wide []string
	for i := range 400 {
		wide = append(wide, fmt.Sprintf("repeat('y', 60) AS c%d", i))
	}
	if p := of(t, "CREATE TABLE t AS SELECT "+strings.Join(wide, ", ")); len(p.Sample) != 0 || len(p.Columns) != 400 {
		t.Errorf("%d rows of a table too wide to show", len(p.Sample))
	}
}
