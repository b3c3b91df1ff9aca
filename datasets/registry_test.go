package datasets_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/datasets"
	"github.com/leo-analytics/leo/datasets/datasetstest"
)

func TestRegistryHasNoUnknownField(t *testing.T) {
	data, err := os.ReadFile("registry.json")
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var r datasets.Registry
	if err := dec.Decode(&r); err != nil {
		t.Fatal(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		t.Error("something follows the registry")
	}
	var got []string
	for _, d := range r.Datasets {
		got = append(got, d.ID)
	}
	if !slices.Equal(got, ids()) {
		t.Errorf("datasets are %v, want %v", got, ids())
	}
}

func TestRegistryDescribesEveryFileAndColumn(t *testing.T) {
	least := map[string]int{"orders": 50_000, "order_items": 120_000, "inventory": 500, "tickets": 20_000, "sensors": 200_000}
	columns := map[string]string{
		"orders":      "order_id,customer_id,order_date,total,status,returned",
		"order_items": "item_id,order_id,product_id,category,quantity,price,discount",
		"inventory":   "product_id,name,category,stock",
		"tickets":     "ticket_id,created_at,resolved_at,category,priority,csat_score,sla_met",
		"sensors":     "sensor_id,timestamp,location,temp,humidity,anomaly_flag",
	}
	for _, d := range datasets.LoadRegistry().Datasets {
		dir := datasetstest.CSVs(t, d.ID)
		if len(d.Files) != len(d.Tables) || d.Title == "" || d.Description == "" || d.AsOf == "" {
			t.Errorf("%s is described incompletely", d.ID)
		}
		for i, file := range d.Files {
			tb := readTable(t, dir, file.Name)
			if file.Table != d.Tables[i].Name || file.Name != file.Table+".csv" {
				t.Errorf("file %s, table %s", file.Name, d.Tables[i].Name)
			}
			if got := strings.Join(tb.header, ","); got != columns[file.Table] {
				t.Errorf("%s has columns %s", file.Name, got)
			}
			if len(tb.rows) < least[file.Table] {
				t.Errorf("%s has %d rows, want %d", file.Name, len(tb.rows), least[file.Table])
			}
			checkTable(t, d.Tables[i], tb.header)
			checkSize(t, d.ID, filepath.Join(dir, file.Name), len(tb.rows))
		}
	}
}

func checkTable(t *testing.T, described datasets.Table, header []string) {
	t.Helper()
	var names []string
	for _, c := range described.Columns {
		names = append(names, c.Name)
		if c.Description == "" || c.EngineType == "" {
			t.Errorf("%s.%s is described incompletely", described.Name, c.Name)
		}
	}
	if !slices.Equal(names, header) {
		t.Errorf("%s describes columns %v, its file has %v", described.Name, names, header)
	}
	if described.Description == "" || described.Title == "" || len(described.Key) == 0 {
		t.Errorf("%s is described incompletely", described.Name)
	}
	for _, key := range described.Key {
		if !slices.Contains(names, key) {
			t.Errorf("%s has no key column %s", described.Name, key)
		}
	}
}

func TestRelationsNameColumnsThatExist(t *testing.T) {
	for _, d := range datasets.LoadRegistry().Datasets {
		for _, r := range d.Relations {
			for _, side := range []struct {
				table   string
				columns []string
			}{{r.FromTable, r.FromColumns}, {r.ToTable, r.ToColumns}} {
				types := d.Types(side.table)
				if types == nil || len(side.columns) == 0 {
					t.Errorf("%s: relation names table %q with columns %v", d.ID, side.table, side.columns)
				}
				for _, c := range side.columns {
					if types[c] == "" {
						t.Errorf("%s: no column %s.%s", d.ID, side.table, c)
					}
				}
			}
		}
	}
}

// Two columns of one table that answer to the same word would make every
// question with it ambiguous.
func TestSynonymsAreUniqueWithinATable(t *testing.T) {
	for _, d := range datasets.LoadRegistry().Datasets {
		for _, table := range d.Tables {
			owner := map[string]string{}
			for _, c := range table.Columns {
				for _, word := range append([]string{c.Name}, c.Synonyms...) {
					if other, ok := owner[word]; ok {
						t.Errorf("%s: %q means %s and %s", table.Name, word, other, c.Name)
					}
					owner[word] = c.Name
				}
			}
		}
	}
}

func TestPromptsAreTheQuestions(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range datasets.LoadRegistry().Datasets {
		var asked []string
		for _, q := range datasetstest.Questions(t, d.ID) {
			asked = append(asked, q.Question)
			if seen[q.ID] || q.ID == "" {
				t.Errorf("question id %q is empty or used twice", q.ID)
			}
			seen[q.ID] = true
			checkQuestion(t, q)
		}
		if len(d.Prompts) != 6 || !slices.Equal(asked, d.Prompts) {
			t.Errorf("%s: prompts %q, questions %q", d.ID, d.Prompts, asked)
		}
	}
}

func checkQuestion(t *testing.T, q datasetstest.Question) {
	t.Helper()
	if q.SQL == "" || string(q.Plan) == "null" || len(q.Rows) == 0 || len(q.Rows) > 200 {
		t.Errorf("%s is incomplete: %d rows", q.ID, len(q.Rows))
	}
	for i, row := range q.Rows {
		if len(row) != len(q.Columns) {
			t.Errorf("%s: row %d has %d values for %d columns", q.ID, i+1, len(row), len(q.Columns))
		}
	}
}

func TestUnknownDatasetHasNothing(t *testing.T) {
	if _, err := datasets.Questions("no_such_thing"); !errors.Is(err, datasets.ErrUnknown) {
		t.Errorf("questions: %v", err)
	}
	if _, err := datasets.LoadRegistry().Find(""); !errors.Is(err, datasets.ErrUnknown) {
		t.Errorf("find: %v", err)
	}
	d, err := datasets.LoadRegistry().Find("support")
	if err != nil {
		t.Fatal(err)
	}
	if types := d.Types("no_such_thing"); types != nil {
		t.Errorf("types: %v", types)
	}
}

// checkSize holds the table in doc.go to the file.
func checkSize(t *testing.T, id, path string, rows int) {
	t.Helper()
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	line := fmt.Sprintf("%-9s  %-15s  %6d  %10d", id, filepath.Base(path), rows, info.Size())
	if !bytes.Contains(doc, []byte(line)) {
		t.Errorf("doc.go should say: %s", line)
	}
}
