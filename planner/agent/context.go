package agent

import (
	"encoding/json"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/llm"
)

// How much is shown of one table and one column.
const (
	shownFields = 40
	shownValues = 8
)

// shownTable is a table as a model sees it.
type shownTable struct {
	Table       string        `json:"table"`
	Rows        int64         `json:"rows"`
	Description string        `json:"description,omitempty"`
	Key         []string      `json:"key,omitempty"`
	Columns     []shownColumn `json:"columns"`
	// MoreColumns counts those that are not shown.
	MoreColumns int `json:"columns_not_shown,omitempty"`
}

// shownColumn is a column as a model sees it.
type shownColumn struct {
	Name        string   `json:"name"`
	Type        string   `json:"type"`
	Description string   `json:"description,omitempty"`
	Unit        string   `json:"unit,omitempty"`
	Values      []string `json:"values,omitempty"`
	// All says that there are no other values.
	All bool   `json:"all_values_shown,omitempty"`
	Min string `json:"min,omitempty"`
	Max string `json:"max,omitempty"`
}

// shownCatalogue is what a model sees of a dataset.
type shownCatalogue struct {
	Tables []shownTable `json:"tables"`
	// Others names tables that are not shown; there may be still more.
	Others    []string    `json:"other_tables,omitempty"`
	Relations [][2]string `json:"relations,omitempty"`
}

// Relevant returns what fits into a number of tokens of the tables that the words
// point at, and of those one relation away. The words of the question count double;
// near is what an index finds by meaning, best first.
func (x *Index) Relevant(words, question string, near []Place, tokens int) any {
	scores := x.scores(words)
	for i, s := range x.scores(question) {
		scores[i] += s
	}
	x.withNear(scores, near)
	tables := make([]float64, len(x.data.Tables))
	for i, e := range x.entries {
		tables[e.table] = max(tables[e.table], scores[i]) + 0.1*min(tables[e.table], scores[i])
	}
	beside := make([]float64, len(tables))
	for _, r := range x.data.Relations {
		a, b := x.table(r.FromTable), x.table(r.ToTable)
		if a >= 0 && b >= 0 {
			beside[a], beside[b] = max(beside[a], 0.3*tables[b]), max(beside[b], 0.3*tables[a])
		}
	}
	for i := range tables {
		tables[i] += beside[i]
	}
	return x.show(ranked(tables), scores, tokens)
}

// show describes tables in the order given until the tokens are used up. The first
// is always shown, with fewer columns if need be. With scores, the columns that
// score best come first where not all fit.
func (x *Index) show(order []int, scores []float64, tokens int) any {
	out := shownCatalogue{Tables: []shownTable{}}
	shown := map[string]bool{}
	for at, i := range order {
		t := x.describe(i, scores, shownFields)
		cost := tokensOf(t)
		if at == 0 && cost > tokens {
			t = x.describe(i, scores, max(4, shownFields*tokens/cost))
			cost = tokensOf(t)
		}
		if at > 0 && cost > tokens {
			n := name(x.data.Tables[i].Name)
			if tokens -= llm.EstimateTokens(n) + 2; tokens < 0 {
				break
			}
			out.Others = append(out.Others, n)
			continue
		}
		tokens -= cost
		shown[x.data.Tables[i].Name] = true
		out.Tables = append(out.Tables, t)
	}
	for _, r := range x.data.Relations {
		if shown[r.FromTable] && shown[r.ToTable] {
			for k := range min(len(r.FromColumns), len(r.ToColumns)) {
				out.Relations = append(out.Relations, [2]string{
					name(r.FromTable) + "." + name(r.FromColumns[k]), name(r.ToTable) + "." + name(r.ToColumns[k]),
				})
			}
		}
	}
	return out
}

func tokensOf(v any) int {
	line, err := json.Marshal(v)
	if err != nil {
		return 0
	}
	return llm.EstimateTokens(string(line))
}

func (x *Index) describe(table int, scores []float64, fields int) shownTable {
	t := &x.data.Tables[table]
	out := shownTable{Table: name(t.Name), Rows: t.Rows, Description: clean(t.Description, maxDescription)}
	for _, k := range t.Key {
		out.Key = append(out.Key, name(k))
	}
	keep := x.best(table, scores, fields)
	for i := range t.Columns {
		if !keep[i] {
			out.MoreColumns++
			continue
		}
		out.Columns = append(out.Columns, describeColumn(&t.Columns[i]))
	}
	return out
}

// best chooses the columns of a table to show.
func (x *Index) best(table int, scores []float64, fields int) map[int]bool {
	own := make([]float64, len(x.data.Tables[table].Columns))
	if scores != nil {
		for i, e := range x.entries {
			if e.table == table && e.column >= 0 {
				own[e.column] = scores[i]
			}
		}
	}
	keep := map[int]bool{}
	for _, i := range ranked(own)[:min(len(own), fields)] {
		keep[i] = true
	}
	return keep
}

func describeColumn(c *catalog.Column) shownColumn {
	out := shownColumn{Name: name(c.Name), Type: string(c.Type), Description: clean(c.Description, maxDescription), Unit: clean(c.Unit, 20)}
	p := c.Profile
	if p == nil {
		return out
	}
	if c.Type == catalog.Text {
		for _, v := range p.Top[:min(len(p.Top), shownValues)] {
			out.Values = append(out.Values, clean(v.Value, maxCell))
		}
		out.All = p.Complete && len(p.Top) <= shownValues
		return out
	}
	out.Min, out.Max = clean(p.Min, 40), clean(p.Max, 40)
	return out
}
