package rules

import (
	"github.com/leo-analytics/leo/shared/plan"
)

// role says how a mention of the schema was read.
type role int

const (
	asRows    role = iota // no name: the rows themselves
	asTable               // rows of a table
	asColumn              // a column
	asHint                // a column an adjective points to
	asSpan                // the time between two columns
	asCarried             // an expression of the plan that is refined
)

// term is a value a plan computes: a column or an aggregation of one.
type term struct {
	role role
	agg  plan.Agg
	// fraction is the one of agg percentile.
	fraction float64
	it       *item
	hints    []hint
	// per is set for "average number of X per Y": X counted, divided by Ys.
	per      *item
	bucket   plan.Bucket
	part     plan.Part
	bin      float64
	link     link  // the column or table chosen
	start    link  // for asSpan: where the time starts
	since    *item // for asSpan: the mention of it, where there is one
	guessed  bool  // the aggregation was not asked for
	numeric  bool  // needs numbers
	distinct bool
	implicit bool       // not mentioned: added by the planner
	listed   bool       // a group only because it is shown beside an aggregate
	expr     *plan.Expr // of asCarried
	counts   bool       // "number of" a column that holds numbers
}

func (t *term) aggregated() bool { return t.agg != "" || t.per != nil }

// condition restricts rows or groups.
type condition struct {
	left    *term
	op      plan.FilterOp
	values  []link // alternatives of one value each; all for one column
	numbers []float64
	text    string // raw text
	period  *period
	right   *term // compared with an aggregate
	truth   bool  // left is a yes/no column
	no      bool  // negated
	exists  *item // a related row
	or      bool  // joined to the condition before by or
	share   bool  // counted in a share's numerator only
	after   int   // token position
	early   bool  // said before the whole of a share: "percentage of returned orders"
	inside  bool  // written into the exists of another condition
	all     bool  // every one of the values shall occur
	// of are the conditions on the rows that right is computed over.
	of []*condition
	// apart is the way to rows of which one meets this condition alone, with the
	// conditions that row shall meet, too.
	apart []step
	with  []*condition
	// raw is a condition of the plan that is refined; left is set where it is on
	// groups.
	raw *plan.Filter
	// beside is a condition of that plan which holds as well as this one.
	beside *plan.Filter
}

// sorter orders the result.
type sorter struct {
	term *term
	desc bool
	// least is true for superlatives, which need a value to compare.
	superlative bool
}

// intent is what a question asks for, before tables are chosen.
type intent struct {
	outs     []*term
	groups   []*term
	conds    []*condition
	sorts    []*sorter
	limit    int
	per      []*term // the groups a superlative picks within: "in each region"
	distinct bool
	both     bool // the question says "both"
	share    *item
	// shareBase is true once the whole of a share has been named.
	shareBase bool
	percent   bool
	// shareSaid is true once the part of a share has been said before the word
	// for it: what follows is about the whole.
	shareSaid bool
	trend     bool
	course    *course // nil where nothing is made of the measures
	// distribution asks how often each value of a column occurs.
	distribution bool
	chart        string
	relation     bool // how two things are related is asked for
	counted      bool // a count or aggregate was asked for
	subject      *item
	tables       []*item // mentions of tables
	unit         string  // of durations
	listAll      bool
	common       bool // the group is what "most common" ranks
	who          bool // asks for a person or thing, not for a number
	// dateHint is a date column mentioned as a state, which buckets and periods
	// mean.
	dateHint *item

	// prev is the plan a follow-up refines, cues how it points there, and the
	// bare words are those whose noun was said before; see follow_merge.go.
	prev      *earlier
	cues      cues
	bareSuper *superlative
	bareAggs  []plan.Agg
	bareDir   string
	keepSorts bool
	top       *plan.Top
	// subjectTable is listed though not named, or -1.
	subjectTable int

	leftover []*item
	penalty  float64
	notes    []string
}

func (in *intent) punish(factor float64, note string) {
	in.penalty *= factor
	in.notes = append(in.notes, note)
}
