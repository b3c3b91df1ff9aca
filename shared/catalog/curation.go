package catalog

import (
	"slices"
	"strings"
	"time"
)

// Curation is what people said about a dataset after it was there. It stands over
// what was found in the files, by the names of tables and columns, and so holds
// for every version of the dataset. A nil field says nothing; an empty one says
// that there is none.
type Curation struct {
	Title       *string        `json:"title,omitempty"`
	Description *string        `json:"description,omitempty"`
	Prompts     *[]string      `json:"prompts,omitempty"`
	Tables      []CuratedTable `json:"tables,omitempty"`
	Relations   []CuratedLink  `json:"relations,omitempty"`
	UpdatedBy   string         `json:"updated_by,omitempty"`
	UpdatedAt   time.Time      `json:"updated_at,omitzero"`
}

// CuratedTable is what people said about one table.
type CuratedTable struct {
	Name        string          `json:"name"`
	Title       *string         `json:"title,omitempty"`
	Description *string         `json:"description,omitempty"`
	Synonyms    *[]string       `json:"synonyms,omitempty"`
	Columns     []CuratedColumn `json:"columns,omitempty"`
}

// CuratedColumn is what people said about one column.
type CuratedColumn struct {
	Name        string    `json:"name"`
	Description *string   `json:"description,omitempty"`
	Synonyms    *[]string `json:"synonyms,omitempty"`
	Unit        *string   `json:"unit,omitempty"`
	Hidden      *bool     `json:"hidden,omitempty"`
}

// Verdict is what a person decided about a relation.
type Verdict string

// The verdicts. Undecided takes an earlier one back.
const (
	Added     Verdict = "added"     // a person says that the tables relate so
	Confirmed Verdict = "confirmed" // a found relation is right
	Dismissed Verdict = "rejected"  // a relation is wrong, and is not followed
	Undecided Verdict = "undecided"
)

// CuratedLink is a person's decision about one relation.
type CuratedLink struct {
	Link
	Verdict Verdict `json:"verdict"`
}

// Link names the columns of a relation.
type Link struct {
	FromTable   string   `json:"from_table"`
	FromColumns []string `json:"from_columns"`
	ToTable     string   `json:"to_table"`
	ToColumns   []string `json:"to_columns"`
}

// Link returns the columns of a relation.
func (r Relation) Link() Link {
	return Link{FromTable: r.FromTable, FromColumns: r.FromColumns, ToTable: r.ToTable, ToColumns: r.ToColumns}
}

// Same reports whether two links name the same columns, compared without case.
func (l Link) Same(other Link) bool {
	return strings.EqualFold(l.FromTable, other.FromTable) && strings.EqualFold(l.ToTable, other.ToTable) &&
		slices.EqualFunc(l.FromColumns, other.FromColumns, strings.EqualFold) &&
		slices.EqualFunc(l.ToColumns, other.ToColumns, strings.EqualFold)
}

// In reports whether the dataset has every table and column of the link.
func (l Link) In(d *Dataset) bool {
	from, to := d.Table(l.FromTable), d.Table(l.ToTable)
	if from == nil || to == nil || len(l.FromColumns) == 0 || len(l.FromColumns) != len(l.ToColumns) {
		return false
	}
	for i := range l.FromColumns {
		if from.Column(l.FromColumns[i]) == nil || to.Column(l.ToColumns[i]) == nil {
			return false
		}
	}
	return true
}

// Apply lays what people said over a dataset that nobody else holds. What was
// said about tables and columns it does not have is left out; see [Curation.Gone].
func (c *Curation) Apply(d *Dataset) {
	set(&d.Title, c.Title)
	set(&d.Description, c.Description)
	set(&d.Prompts, c.Prompts)
	for i := range c.Tables {
		said := &c.Tables[i]
		t := d.Table(said.Name)
		if t == nil {
			continue
		}
		set(&t.Title, said.Title)
		set(&t.Description, said.Description)
		if said.Description != nil {
			t.DescribedBy = ByPerson
		}
		set(&t.Synonyms, said.Synonyms)
		for _, s := range said.Columns {
			if col := t.Column(s.Name); col != nil {
				set(&col.Description, s.Description)
				if s.Description != nil {
					col.DescribedBy = ByPerson
				}
				set(&col.Synonyms, s.Synonyms)
				set(&col.Unit, s.Unit)
				set(&col.Hidden, s.Hidden)
			}
		}
	}
	if len(d.Tables) > 0 && d.State == Ready {
		d.Relations = c.relations(d)
	}
}

func set[T any](to, said *T) {
	if said != nil {
		*to = *said
	}
}

// relations are those of the dataset without the rejected ones, and with those a
// person vouches for as declared.
func (c *Curation) relations(d *Dataset) []Relation {
	out := []Relation{}
	for _, r := range d.Relations {
		switch c.Verdict(r.Link()) {
		case Dismissed:
			continue
		case Added, Confirmed:
			r.Origin, r.Confidence = Declared, 1
		}
		out = append(out, r)
	}
	for _, said := range c.Relations {
		known := slices.ContainsFunc(d.Relations, func(r Relation) bool { return r.Link().Same(said.Link) })
		if known || said.Verdict == Dismissed || !said.In(d) {
			continue
		}
		out = append(out, Relation{
			FromTable: said.FromTable, FromColumns: said.FromColumns, ToTable: said.ToTable, ToColumns: said.ToColumns,
			Origin: Declared, Confidence: 1,
		})
	}
	return out
}

// Verdict is what was decided about a link; Undecided if nothing was.
func (c *Curation) Verdict(l Link) Verdict {
	for _, said := range c.Relations {
		if said.Same(l) {
			return said.Verdict
		}
	}
	return Undecided
}

// Merge takes over everything that other says. A relation that is undecided there
// is forgotten here.
func (c *Curation) Merge(other *Curation) {
	take(&c.Title, other.Title)
	take(&c.Description, other.Description)
	take(&c.Prompts, other.Prompts)
	for _, said := range other.Tables {
		t := c.table(said.Name)
		take(&t.Title, said.Title)
		take(&t.Description, said.Description)
		take(&t.Synonyms, said.Synonyms)
		for _, s := range said.Columns {
			col := t.column(s.Name)
			take(&col.Description, s.Description)
			take(&col.Synonyms, s.Synonyms)
			take(&col.Unit, s.Unit)
			take(&col.Hidden, s.Hidden)
		}
	}
	for _, said := range other.Relations {
		c.Relations = slices.DeleteFunc(c.Relations, func(l CuratedLink) bool { return l.Same(said.Link) })
		if said.Verdict != Undecided {
			c.Relations = append(c.Relations, said)
		}
	}
}

func take[T any](to **T, said *T) {
	if said != nil {
		*to = said
	}
}

// table is what is said about a table, begun if need be.
func (c *Curation) table(name string) *CuratedTable {
	i := slices.IndexFunc(c.Tables, func(t CuratedTable) bool { return strings.EqualFold(t.Name, name) })
	if i < 0 {
		i, c.Tables = len(c.Tables), append(c.Tables, CuratedTable{Name: name})
	}
	return &c.Tables[i]
}

func (t *CuratedTable) column(name string) *CuratedColumn {
	i := slices.IndexFunc(t.Columns, func(c CuratedColumn) bool { return strings.EqualFold(c.Name, name) })
	if i < 0 {
		i, t.Columns = len(t.Columns), append(t.Columns, CuratedColumn{Name: name})
	}
	return &t.Columns[i]
}

// Gone is something people spoke of that a dataset does not have: a table, or a
// column of one.
type Gone struct {
	Table  string `json:"table"`
	Column string `json:"column,omitempty"`
}

// Gone lists what people spoke of and d does not have, in the order it was said.
func (c *Curation) Gone(d *Dataset) []Gone {
	var out []Gone
	miss := func(table, column string) {
		t := d.Table(table)
		g := Gone{Table: table}
		if t != nil {
			if column == "" || t.Column(column) != nil {
				return
			}
			g = Gone{Table: t.Name, Column: column}
		}
		if !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	for _, t := range c.Tables {
		miss(t.Name, "")
		for _, col := range t.Columns {
			miss(t.Name, col.Name)
		}
	}
	for _, l := range c.Relations {
		for _, name := range l.FromColumns {
			miss(l.FromTable, name)
		}
		for _, name := range l.ToColumns {
			miss(l.ToTable, name)
		}
	}
	return out
}

// ForgetGone drops what is said about what d does not have.
func (c *Curation) ForgetGone(d *Dataset) {
	c.Tables = slices.DeleteFunc(c.Tables, func(t CuratedTable) bool { return d.Table(t.Name) == nil })
	for i := range c.Tables {
		t := d.Table(c.Tables[i].Name)
		c.Tables[i].Columns = slices.DeleteFunc(c.Tables[i].Columns, func(s CuratedColumn) bool { return t.Column(s.Name) == nil })
	}
	c.Relations = slices.DeleteFunc(c.Relations, func(l CuratedLink) bool { return !l.In(d) })
}

// Visible returns the dataset as questions see it: without the columns that are
// hidden, unless a relation needs them, and without tables that have no other.
func (d *Dataset) Visible() *Dataset {
	hidden := func(t *Table, c Column) bool { return c.Hidden && !d.links(t.Name, c.Name) }
	any := false
	for i := range d.Tables {
		any = any || slices.ContainsFunc(d.Tables[i].Columns, func(c Column) bool { return hidden(&d.Tables[i], c) })
	}
	if !any {
		return d
	}
	out := *d
	out.Tables = nil
	for _, t := range d.Tables {
		all := t.Columns
		t.Columns = nil
		for _, c := range all {
			if !hidden(&t, c) {
				t.Columns = append(t.Columns, c)
			}
		}
		if len(t.Columns) > 0 || len(all) == 0 {
			out.Tables = append(out.Tables, t)
		}
	}
	return &out
}

// links reports whether a relation goes by the column.
func (d *Dataset) links(table, column string) bool {
	has := func(names []string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, column) })
	}
	return slices.ContainsFunc(d.Relations, func(r Relation) bool {
		return strings.EqualFold(r.FromTable, table) && has(r.FromColumns) || strings.EqualFold(r.ToTable, table) && has(r.ToColumns)
	})
}
