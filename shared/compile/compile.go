package compile

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
)

// Options are what a compilation depends on besides plan and catalogue.
type Options struct {
	// Dialect defaults to DuckDB, the only one there is.
	Dialect Dialect
	// AsOf is the clock relative periods are counted from, by what it shows on
	// the wall: its zone is set aside. Required.
	AsOf time.Time
	// DefaultLimit is used where the plan has no limit; 0 means plan.DefaultLimit.
	DefaultLimit int
}

// Statement is a compiled plan.
type Statement struct {
	SQL string
	// CountsSQL selects one row: rows_read, the rows of the plan's table, and
	// rows_kept, those of them that joins and filters let through. It is empty
	// for plans with sub-plans, where it would say little.
	CountsSQL string
	Columns   []OutputColumn
	// Keys names, for each expression of group_by in order, the column it is in.
	Keys []string
	// Sources are what names of the plan can mean, the plan's table first.
	Sources []Source
	// Tables are the dataset's tables the statement reads, sorted.
	Tables  []string
	Dialect Dialect
	// Limit is the highest number of rows SQL returns. LimitDefaulted says that
	// the plan did not ask for one: as many rows as Limit may then not be all.
	Limit          int
	LimitDefaulted bool
	// Ordered says that the plan asked for an order. Rows come in a fixed order
	// in any case.
	Ordered bool
	// Warnings are sentences about what may not be meant.
	Warnings []string
}

// OutputColumn describes one column of the result, in the order of the columns.
type OutputColumn struct {
	Name   string
	Type   catalog.Type
	Role   Role
	Format Format
	// Unit is what a value counts, from the catalogue: "USD", "minutes". Empty:
	// none known.
	Unit string
	// Bucket is the date bucket of a time column.
	Bucket plan.Bucket
	// Path is the JSON pointer of the expression in the plan.
	Path string
}

// Source is a table or sub-plan a plan reads its rows from.
type Source struct {
	// Name is what the plan calls it.
	Name string
	// Table describes its columns. A sub-plan's are those of its result.
	Table   *catalog.Table
	Subplan bool
	// Join is its place in the plan's joins; -1 for the plan's table.
	Join int
	// Lookup says that the join finds at most one row for each row there was.
	Lookup bool
	// Parent names the source it hangs on, and On pairs columns of that one with
	// its own. Both are empty for the plan's table.
	Parent string
	On     []plan.OnPair
}

// Role says what an output column is for.
type Role string

// The roles: numbers that are measured, what they are broken down by, and when.
const (
	Measure   Role = "measure"
	Dimension Role = "dimension"
	Time      Role = "time"
)

// Format hints how a value is shown.
type Format string

// The formats.
const (
	Plain   Format = ""
	Percent Format = "percent" // a fraction: 0.1 is 10 %
)

// MaxSQL is the size of a statement the runner takes, in bytes.
const MaxSQL = 64 << 10

// Compile turns q into SQL over d. The same plan, catalogue and options give the
// same bytes. It may be called from several goroutines; it changes neither q
// nor d.
//
// A plan that is not valid, or does not fit the dataset, is a VALIDATION_ERROR
// whose details hold the path and, where one is near, did_you_mean.
func Compile(q *plan.Query, d *catalog.Dataset, opts Options) (*Statement, error) {
	if opts.AsOf.IsZero() {
		return nil, errors.New("compile: options without a clock")
	}
	if opts.Dialect == "" {
		opts.Dialect = DuckDB
	}
	dialect, ok := dialects()[opts.Dialect]
	if !ok {
		return nil, fmt.Errorf("compile: there is no dialect %q", opts.Dialect)
	}
	if opts.DefaultLimit <= 0 {
		opts.DefaultLimit = plan.DefaultLimit
	}
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if q.DatasetID != "" && q.DatasetID != d.ID {
		return nil, invalid("/dataset_id", "The plan is for the dataset %q, not for %q.", clip(q.DatasetID), d.ID)
	}
	c := &compiler{
		plan: q, data: d, opts: opts, render: renderer{dialect},
		subplans: map[string]*catalog.Table{}, tables: map[string]bool{}, taken: map[string]bool{},
	}
	return c.statement()
}

// compiler is one compilation: what the plan and its sub-plans share.
type compiler struct {
	plan   *plan.Query
	data   *catalog.Dataset
	opts   Options
	render renderer
	// subplans describe the results of the sub-plans so far, by lower-case name.
	subplans map[string]*catalog.Table
	// tables are the names of the tables that are read.
	tables map[string]bool
	// taken are the lower-case names no further layer may have.
	taken    map[string]bool
	layers   []namedLayer
	warnings []string
}

// namedLayer is a common table expression of the statement.
type namedLayer struct{ name, sql string }

// query is the plan, or one of its sub-plans, on its way to SQL. The passes fill
// it from top to bottom.
type query struct {
	c    *compiler
	plan *plan.Query
	path plan.Path
	// name is the sub-plan's; empty for the plan itself.
	name string

	scope   scope
	keys    []*output
	outputs []*output
	// groups are the outputs of group_by's expressions, in its order.
	groups  []*output
	grouped bool
	where   []cond
	having  []cond
	top     *top
	order   []sortKey
	limit   int
	final   layer
	// pending are windows whose partition and order are still to be bound.
	pending []pendingWindow
	// marked says that an aggregation counts repeated rows once.
	marked  bool
	columns []OutputColumn
	ids     map[*expr]string
}

// output is one column of the result.
type output struct {
	name string
	// alias is the name group_by has for it, where select has another.
	alias string
	of    *expr
	// key says that the output is a group_by expression.
	key bool
}

// pass is one step of the compilation.
type pass struct {
	name string
	run  func(*query) error
}

// passes are the steps, in order: down to grouping they bind the plan to the
// catalogue, then they give it the shape of a SELECT.
func passes() []pass {
	return []pass{
		{"source", bindSource},
		{"joins", bindJoins},
		{"outputs", bindOutputs},
		{"filters", bindFilters},
		{"having", bindHaving},
		{"top", bindTop},
		{"order", bindOrder},
		{"windows", bindWindows},
		{"grouping", checkGrouping},
		{"columns", describe},
		{"qualifiers", setQualifiers},
		{"repeats", markRepeats},
		{"limit", setLimit},
		{"layers", buildLayers},
	}
}

func (c *compiler) run(q *query) error {
	for _, p := range passes() {
		if err := p.run(q); err != nil {
			var f *fault.Fault
			if errors.As(err, &f) {
				return err
			}
			return fmt.Errorf("compile: pass %s: %w", p.name, err)
		}
	}
	return nil
}

func (c *compiler) statement() (*Statement, error) {
	c.reserveNames()
	for i, w := range c.plan.With {
		if err := c.subplan(plan.Path("/with").Index(i), w); err != nil {
			return nil, err
		}
	}
	q := &query{c: c, plan: c.plan, ids: map[*expr]string{}}
	if err := c.run(q); err != nil {
		return nil, err
	}
	st := &Statement{
		SQL: c.render.statement(c.layers, q.final), CountsSQL: q.counts(), Columns: q.columns,
		Keys: q.keyNames(), Sources: q.sources(),
		Tables: slices.Sorted(maps.Keys(c.tables)), Dialect: c.opts.Dialect,
		Limit: q.limit, LimitDefaulted: c.plan.Limit == 0, Ordered: len(c.plan.OrderBy) > 0, Warnings: c.warnings,
	}
	if n := max(len(st.SQL), len(st.CountsSQL)); n > MaxSQL {
		return nil, invalid("", "The plan makes a statement of %d KiB; %d KiB are possible.", n>>10, MaxSQL>>10).
			WithHint("Shorten its lists of values.")
	}
	return st, nil
}

// reserveNames keeps the names of tables, sub-plans and joins for themselves.
func (c *compiler) reserveNames() {
	for _, t := range c.data.Tables {
		c.taken[strings.ToLower(t.Name)] = true
	}
	for _, q := range c.plan.Plans() {
		for _, j := range q.Joins {
			c.taken[strings.ToLower(j.As)] = true
		}
	}
	for _, w := range c.plan.With {
		c.taken[strings.ToLower(w.Name)] = true
	}
}

// subplan compiles w into a layer and describes its result as a table.
func (c *compiler) subplan(path plan.Path, w plan.Named) error {
	if t := c.data.Table(w.Name); t != nil {
		return invalid(path.Key("name"), "The sub-plan %q has the name of a table.", w.Name).
			WithHint("Give it another name.")
	}
	q := &query{c: c, plan: w.Plan, path: path.Key("plan"), name: w.Name, ids: map[*expr]string{}}
	if err := c.run(q); err != nil {
		return err
	}
	c.layers = append(c.layers, namedLayer{w.Name, c.render.layer(q.final)})
	t := &catalog.Table{Name: w.Name}
	for i, col := range q.columns {
		t.Columns = append(t.Columns, catalog.Column{Name: col.Name, Type: col.Type, Unit: col.Unit})
		if q.outputs[i].key {
			t.Key = append(t.Key, col.Name)
		}
	}
	c.subplans[strings.ToLower(w.Name)] = t
	return nil
}

// layerName finds a name for a layer of q that nothing else has.
func (q *query) layerName(base string) string {
	if q.name != "" {
		base = q.name + "_" + base
	}
	name := free(base, func(name string) bool { return q.c.taken[strings.ToLower(name)] })
	q.c.taken[strings.ToLower(name)] = true
	return name
}

func (c *compiler) warn(format string, args ...any) {
	c.warnings = appendNew(c.warnings, fmt.Sprintf(format, args...))
}

// setLimit gives the plan its limit. A sub-plan has only its own: a default one
// would cut what the plan around it counts.
func setLimit(q *query) error {
	q.limit = q.plan.Limit
	if q.limit == 0 && q.name == "" {
		q.limit = q.c.opts.DefaultLimit
	}
	return nil
}
