package compile

import (
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// level says which rows an expression needs: those of the tables, groups of
// them, or the other rows of the result.
type level int

const (
	rowLevel level = iota
	groupLevel
	windowLevel
)

// expr is a bound expression: names are columns, types are known.
type expr struct {
	node  node
	typ   catalog.Type
	level level
	// unit is what a value counts, as in catalog.Column.
	unit string
	// percent marks a fraction people read as a percentage.
	percent bool
	// name is the output name made from the parts.
	name string
	path plan.Path
}

// node is one of the types below.
type node interface{ isNode() }

type (
	// column is a column of a source.
	column struct {
		src *source
		col *catalog.Column
	}
	// literal is a constant; typ says which field holds it. A number keeps the
	// digits it was written with.
	literal struct {
		typ  catalog.Type
		text string
		flag bool
		time time.Time
	}
	// arithmetic is + - * or / over numbers.
	arithmetic struct {
		op          plan.Op
		left, right *expr
	}
	// difference is left minus right, two moments, in unit.
	difference struct {
		unit        string
		left, right *expr
	}
	bucketed struct {
		unit plan.Bucket
		of   *expr
	}
	parted struct {
		part plan.Part
		of   *expr
	}
	binned struct {
		width float64
		of    *expr
	}
	// aggregate is computed per group. Without of it counts rows.
	aggregate struct {
		agg        plan.Agg
		percentile float64
		of         *expr
		where      []cond
		// once are the sources whose rows are to be counted once each, where a
		// join repeats them; see fanout.go.
		once []*source
	}
	// windowed is computed over the rows of the result. It is shared until its
	// partition and order, which may name any output, are bound.
	windowed struct {
		kind      plan.WindowKind
		of        *expr
		partition []*expr
		order     []sortKey
		periods   int
	}
	// reference is a column of the layer below; see layers.go.
	reference struct{ name string }
	// scalar is an aggregation over the whole of one source.
	scalar struct {
		of  *expr
		src *source
	}
	// condition is a condition used as a value.
	condition struct{ all []cond }
	// place numbers the rows of each partition, from 1.
	place struct {
		partition []*expr
		order     []sortKey
	}
	// reading takes a number, date or duration out of a text.
	reading struct {
		read plan.Read
		of   *expr
	}
	// position is the row's place in its table, from 1.
	position struct{ src *source }
	// identity tells the rows of a source without a key apart.
	identity struct{ src *source }
)

func (column) isNode()     {}
func (literal) isNode()    {}
func (arithmetic) isNode() {}
func (difference) isNode() {}
func (bucketed) isNode()   {}
func (parted) isNode()     {}
func (binned) isNode()     {}
func (aggregate) isNode()  {}
func (*windowed) isNode()  {}
func (reference) isNode()  {}
func (scalar) isNode()     {}
func (condition) isNode()  {}
func (place) isNode()      {}
func (identity) isNode()   {}
func (reading) isNode()    {}
func (position) isNode()   {}

// sortKey is one key of an order.
type sortKey struct {
	of   *expr
	desc bool
}

// cond is a bound condition, one of the types below.
type cond interface{ isCond() }

type (
	allOf  struct{ list []cond }
	anyOf  struct{ list []cond }
	notOf  struct{ of cond }
	exists struct {
		src   *source
		where []cond // what links it to the rows outside, and its filters
	}
	// compare is left op right, where op is one SQL shares with plans, or the
	// SQL spelling of one.
	compare struct {
		op          string
		left, right *expr
	}
	// within is a stretch: from and to may each be absent.
	within struct {
		of           *expr
		from, to     *expr
		fromOp, toOp string
	}
	member struct {
		of   *expr
		list []*expr
		not  bool
	}
	match struct {
		op   plan.FilterOp
		of   *expr
		text string
	}
	nullness struct {
		of  *expr
		not bool
	}
	// holds is a boolean expression.
	holds struct{ of *expr }
)

func (allOf) isCond()    {}
func (anyOf) isCond()    {}
func (notOf) isCond()    {}
func (exists) isCond()   {}
func (compare) isCond()  {}
func (within) isCond()   {}
func (member) isCond()   {}
func (match) isCond()    {}
func (nullness) isCond() {}
func (holds) isCond()    {}
