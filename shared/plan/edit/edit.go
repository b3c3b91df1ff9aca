package edit

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/policy"
)

// Action says what an edit does.
type Action string

// The actions.
const (
	Set    Action = "set"
	Add    Action = "add"
	Remove Action = "remove"
)

// Kind is the kind of a part, as chips have it.
type Kind string

// The kinds of parts that can be added. A range is a filter over dates.
const (
	KindMeasure   Kind = "measure"
	KindDimension Kind = "dimension"
	KindFilter    Kind = "filter"
	KindRange     Kind = "range"
	KindOrder     Kind = "order"
	KindLimit     Kind = "limit"
)

// Edit is one change to one part of a plan. Set and Remove need Path, Add does
// not have one; Set and Add carry exactly one of the payloads.
type Edit struct {
	Action Action `json:"action"`
	// Path is the part's, as its chip has it.
	Path      plan.Path  `json:"path,omitempty"`
	Measure   *Measure   `json:"measure,omitempty"`
	Dimension *Dimension `json:"dimension,omitempty"`
	Condition *Condition `json:"condition,omitempty"`
	Order     *Order     `json:"order,omitempty"`
	// Limit is a number of rows, or of rows per group.
	Limit *int `json:"limit,omitempty"`
}

// Measure is an aggregation of one column; count needs none. Column is an id of
// the menu.
type Measure struct {
	Agg    plan.Agg `json:"agg,omitempty"`
	Column string   `json:"column,omitempty"`
	// Percentile is greater than 0 and at most 1; 0 with agg percentile is 0.95.
	Percentile float64 `json:"percentile,omitempty"`
}

// Dimension is a column to group by, or to show where a plan lists rows, cut to
// a period if it is a date.
type Dimension struct {
	Column string      `json:"column"`
	Bucket plan.Bucket `json:"bucket,omitempty"`
	Part   plan.Part   `json:"part,omitempty"`
}

// Condition is a comparison with values or with a relative period. Without a
// column and an output the left side stays what it is.
type Condition struct {
	Column string `json:"column,omitempty"`
	// Output names a measure of the plan, whose groups are filtered.
	Output string        `json:"output,omitempty"`
	Op     plan.FilterOp `json:"op"`
	// Value is JSON: a text, number or boolean, or a list of them.
	Value  json.RawMessage `json:"value,omitempty"`
	Period *plan.Period    `json:"period,omitempty"`
}

// Order sorts by an output of the plan; without one, by what it was.
type Order struct {
	By        string `json:"by,omitempty"`
	Direction string `json:"direction,omitempty"`
}

// Outcome is what an edit made of a plan.
type Outcome struct {
	Plan *plan.Query
	// Changes compares the plan before with this one, repairs included.
	Changes []event.Change
	// Notes say what else had to change, and why.
	Notes []string
}

// Options are what editing depends on besides plan and catalogue.
type Options struct {
	// AsOf is the clock of relative periods. Required.
	AsOf time.Time
	// DefaultLimit is as in [compile.Options].
	DefaultLimit int
}

// Editor edits one plan. It is not for use by several goroutines at once.
type Editor struct {
	plan    *plan.Query
	data    *catalog.Dataset
	opts    Options
	st      *compile.Statement
	grouped bool
	sources []source
}

// New opens a plan for editing. A plan that is not valid for the dataset is a
// VALIDATION_ERROR with its path.
func New(q *plan.Query, d *catalog.Dataset, opts Options) (*Editor, error) {
	e := &Editor{plan: q.Clone(), data: d, opts: opts}
	var err error
	if e.st, err = e.compile(e.plan); err != nil {
		return nil, err
	}
	e.grouped = grouped(q)
	e.sources = e.reachable()
	return e, nil
}

// compile takes a plan through every check there is before the sandbox.
func (e *Editor) compile(q *plan.Query) (*compile.Statement, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if err := policy.CheckPlan(q, e.data); err != nil {
		return nil, err
	}
	return compile.Compile(q, e.data, compile.Options{AsOf: e.opts.AsOf, DefaultLimit: e.opts.DefaultLimit})
}

// grouped reports whether the plan's rows are groups.
func grouped(q *plan.Query) bool {
	if len(q.GroupBy) > 0 {
		return true
	}
	for i := range q.Select {
		if aggregates(&q.Select[i]) {
			return true
		}
	}
	return false
}

func aggregates(x *plan.Expr) bool {
	return x != nil && (x.Agg != "" || aggregates(x.Left) || aggregates(x.Right) || aggregates(x.Of))
}

// Apply makes a new plan of the opened one. A fault is a VALIDATION_ERROR whose
// details hold the path of what is wrong.
func (e *Editor) Apply(ed Edit) (*Outcome, error) {
	if err := ed.check(); err != nil {
		return nil, err
	}
	w := &work{e: e, q: e.plan.Clone(), at: ed.Path}
	if err := w.apply(ed); err != nil {
		return nil, err
	}
	if err := w.repair(); err != nil {
		return nil, err
	}
	w.dropJoins()
	data, err := w.q.Canonical()
	if err != nil {
		return nil, err
	}
	q, err := plan.Decode(data)
	if err != nil {
		return nil, err
	}
	if _, err := e.compile(q); err != nil {
		return nil, err
	}
	return &Outcome{Plan: q, Changes: Diff(e.plan, q, e.data, e.opts.AsOf), Notes: w.notes}, nil
}

// check refuses an edit that could not be one of any plan.
func (ed Edit) check() error {
	payloads := 0
	for _, given := range []bool{ed.Measure != nil, ed.Dimension != nil, ed.Condition != nil, ed.Order != nil, ed.Limit != nil} {
		if given {
			payloads++
		}
	}
	switch ed.Action {
	case Set, Add:
		if payloads != 1 {
			return invalid(ed.Path, "An edit sets exactly one thing, and this one %d.", payloads).
				WithHint("Send one of measure, dimension, condition, order and limit.")
		}
	case Remove:
		if payloads != 0 {
			return invalid(ed.Path, "An edit that removes something cannot set it too.").WithHint("Send the path alone.")
		}
	default:
		return invalid(ed.Path, "There is no action %q.", clip(string(ed.Action))).WithHint("It is one of set, add and remove.")
	}
	switch {
	case ed.Action == Add && ed.Path != "":
		return invalid(ed.Path, "What is added has no path yet.").WithHint("Leave the path out.")
	case ed.Action != Add && ed.Path == "":
		return invalid("", "The edit does not say which part it is about.").WithHint("Set path to that of a chip.")
	}
	return nil
}

// work is one edit under way.
type work struct {
	e *Editor
	q *plan.Query
	// at is the part that is edited: a fault about it is not repaired away.
	at    plan.Path
	notes []string
}

func (w *work) note(text string) { w.notes = append(w.notes, text) }

func (w *work) apply(ed Edit) error {
	if ed.Action == Remove {
		return w.remove(ed.Path)
	}
	switch {
	case ed.Measure != nil:
		return w.measure(ed.Path, *ed.Measure)
	case ed.Dimension != nil:
		return w.dimension(ed.Path, *ed.Dimension)
	case ed.Condition != nil:
		return w.condition(ed.Path, *ed.Condition)
	case ed.Order != nil:
		return w.order(ed.Path, *ed.Order)
	}
	return w.limit(ed.Path, *ed.Limit)
}

func invalid(path plan.Path, format string, args ...any) *fault.Fault {
	return fault.New(fault.Validation, format, args...).With("path", string(path))
}

// noPart is the fault for a path that leads to nothing of this kind.
func noPart(path plan.Path, what string) *fault.Fault {
	return invalid(path, "There is no %s at %s that can be edited.", what, clip(string(path))).
		WithHint("Take the path from a chip of this plan.")
}

// clip shortens text from outside that is repeated in a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

func same(a, b string) bool { return strings.EqualFold(a, b) }
