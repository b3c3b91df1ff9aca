package rules

import (
	"math"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// features are what the learned confidence knows of a draft, by name. They count
// and measure; none holds a word, a name or a value of the question or the data.
type features struct {
	names  []string
	values []float64
	named  bool // keep the names, too
}

func (f *features) add(name string, v float64) { f.addOf("", name, v) }

func (f *features) addOf(prefix, name string, v float64) {
	if f.named {
		f.names = append(f.names, prefix+strings.ReplaceAll(name, " ", "_"))
	}
	f.values = append(f.values, math.Round(v*1000)/1000)
}

func (f *features) is(name string, b bool) {
	v := 0.0
	if b {
		v = 1
	}
	f.add(name, v)
}

// FeatureNames lists what [Reading.Features] holds, in order.
func FeatureNames() []string {
	p := &Planner{lex: newLexicon()}
	d := &draft{p: p, in: &intent{penalty: 1}, query: &plan.Query{}, mentioned: map[int]bool{}, used: map[int]int{}}
	f := &features{named: true}
	d.describe(f, situation{})
	return f.names
}

// situation is what surrounds a draft: the other drafts and the conversation.
type situation struct {
	second   float64 // raw score of the best draft with another plan
	readings int     // plans that differ
	rank     int     // of this draft among them
	trust    float64 // in the plan before this one
	defined  bool    // the person gave definitions
	tokens   int
}

// describe measures a draft that has a plan.
func (d *draft) describe(f *features, s situation) {
	f.add("raw", d.score)
	f.add("penalty", d.in.penalty)
	f.add("doubts", float64(len(d.in.notes)))
	f.add("behind", d.behind)
	f.add("ambiguous", float64(d.ambiguous))
	f.add("second_choice", float64(d.choose))
	f.add("lead", max(0, d.score)-s.second)
	f.add("readings", float64(s.readings))
	f.add("rank", float64(s.rank))
	f.add("trust", s.trust)
	f.is("refines", d.in.prev != nil)
	f.is("cue", d.in.cues.any())
	f.is("refers", d.in.cues.refer)
	f.is("defined", s.defined)
	f.add("tokens", float64(s.tokens))
	d.leftoverFeatures(f, s.tokens)
	d.linkFeatures(f)
	d.intentFeatures(f)
	d.planFeatures(f)
	d.senseFeatures(f)
	d.wordFeatures(f)
}

// leftoverFeatures counts what no part of the plan came from, by class.
func (d *draft) leftoverFeatures(f *features, tokens int) {
	var unknown, argument, light, lexicon, name, number, words float64
	for _, it := range d.in.leftover {
		words += float64(it.to - it.from)
		switch it.kind {
		case kLexicon:
			lexicon++
		case kName:
			name++
		case kNumber, kPeriod, kQuote:
			number++
		default:
			if _, ok := d.p.lex.light[it.word]; ok {
				light++
				continue
			}
			unknown++
			if d.argument(it) {
				argument++
			}
		}
	}
	f.add("left_unknown", unknown)
	f.add("left_argument", argument)
	f.add("left_missing", float64(len(d.missing())))
	f.add("left_light", light)
	f.add("left_lexicon", lexicon)
	f.add("left_name", name)
	f.add("left_number", number)
	f.add("left_share", words/math.Max(1, float64(tokens)))
}

// argument reports that an unknown word stands where a question names what it is
// about: after a preposition, an aggregation or a word that groups.
func (d *draft) argument(it *item) bool {
	if strings.HasSuffix(it.word, "ly") {
		return false
	}
	at := slices.IndexFunc(d.items, func(x *item) bool { return x.from == it.from })
	for k := at - 1; k >= 0; k-- {
		switch x := d.items[k]; x.kind {
		case kStop:
			continue
		case kUnknown, kFunction:
			return true
		case kLexicon:
			switch x.class {
			case "agg", "count", "group", "by", "super", "share", "cmp", "distinct", "when", "topn", "which", "and", "or", "neg":
				return true
			}
			return false
		default:
			return false
		}
	}
	return false
}

// linkFeatures tells how sure the links are and where they come from.
func (d *draft) linkFeatures(f *features) {
	low, sum, weak := 1.0, 0.0, 0.0
	why := map[string]float64{}
	for _, l := range d.links {
		low = min(low, l.score)
		sum += l.score
		if l.score < 0.9 {
			weak++
		}
		why[l.why]++
	}
	mean := 1.0
	if n := float64(len(d.links)); n > 0 {
		mean = sum / n
	}
	f.add("link_low", low)
	f.add("link_mean", mean)
	f.add("links_weak", weak)
	f.add("links", float64(len(d.links)))
	for _, w := range []string{"name", "synonym", "description", "label", "key", "antonym", "value", "value by word form", "adjective", "date", "year"} {
		f.addOf("link_", w, why[w])
	}
	f.add("bridges", float64(d.bridges()))
	down := 0
	for _, s := range d.path {
		if s.down {
			down++
		}
	}
	f.add("steps", float64(len(d.path)))
	f.add("steps_down", float64(down))
	f.add("mentioned", float64(len(d.mentioned)))
	f.add("used", float64(len(d.used)))
}

// intentFeatures tells what kind of question was read.
func (d *draft) intentFeatures(f *features) {
	in := d.in
	guessed, plain, implicit, spans := 0, 0, 0, 0
	in.allTerms(func(t *term) {
		if t.guessed {
			guessed++
		}
		if t.implicit {
			implicit++
		}
		if t.role == asSpan {
			spans++
		}
	})
	for _, t := range in.outs {
		if !t.aggregated() {
			plain++
		}
	}
	f.add("outs", float64(len(in.outs)))
	f.add("outs_plain", float64(plain))
	f.add("groups", float64(len(in.groups)))
	f.add("conditions", float64(len(in.conds)))
	f.add("sorts", float64(len(in.sorts)))
	f.add("guessed", float64(guessed))
	f.add("implicit", float64(implicit))
	f.add("spans", float64(spans))
	f.is("subject", in.subject != nil)
	f.is("share", in.share != nil)
	f.is("trend", in.trend)
	f.is("distribution", in.distribution)
	f.is("common", in.common)
	f.is("counted", in.counted)
	f.is("chart", in.chart != "")
	f.is("who", in.who)
	f.is("per", len(in.per) > 0)
	f.is("list_all", in.listAll)
}

// planFeatures measures the plan itself, whatever made it.
func (d *draft) planFeatures(f *features) {
	q := d.query
	aggs, windows, arithmetic := 0, 0, 0
	for _, e := range q.Exprs() {
		if e.Agg != "" {
			aggs++
		}
		if e.Window != nil {
			windows++
		}
		if e.Op != "" {
			arithmetic++
		}
	}
	nested, ors := 0, 0
	for _, c := range q.Conditions() {
		if c.Exists != nil {
			nested++
		}
		if len(c.Or) > 0 {
			ors++
		}
	}
	f.add("plan_select", float64(len(q.Select)))
	f.add("plan_group", float64(len(q.GroupBy)))
	f.add("plan_filters", float64(len(q.Filters)))
	f.add("plan_having", float64(len(q.Having)))
	f.add("plan_order", float64(len(q.OrderBy)))
	f.add("plan_joins", float64(len(q.Joins)))
	f.add("plan_with", float64(len(q.With)))
	f.add("plan_aggs", float64(aggs))
	f.add("plan_windows", float64(windows))
	f.add("plan_arithmetic", float64(arithmetic))
	f.add("plan_nested", float64(nested))
	f.add("plan_or", float64(ors))
	f.is("plan_distinct", q.Distinct)
	f.is("plan_top", q.Top != nil)
	f.is("plan_one", q.Limit == 1)
	f.is("plan_limit", q.Limit > 1)
}

// wordClasses are the classes of the lexicon that tell what a question is like.
func wordClasses() []string {
	return []string{
		"agg", "count", "super", "topn", "adj", "most", "cmp", "between", "contains", "except", "neg", "or", "and", "both", "group", "by",
		"sort", "share", "bucket", "part", "which", "what", "who", "whose", "that", "cmd", "when", "vs", "difference", "ratio", "anaphor", "only",
		"howmuch", "distinct", "duration", "everything", "relation", "distribution", "chart", "trend", "isnull", "howlong", "fluff",
	}
}

func (d *draft) wordFeatures(f *features) {
	seen := map[class]float64{}
	var names, values, numbers, sentences, stops, small float64
	for _, it := range d.items {
		switch it.kind {
		case kLexicon:
			seen[it.class]++
		case kName:
			names++
			if len(it.vals) > 0 {
				values++
			}
		case kNumber, kPeriod:
			numbers++
		case kStop:
			stops++
		case kFunction:
			small++
		}
		if it.sentence {
			sentences++
		}
	}
	for _, c := range wordClasses() {
		f.addOf("word_", c, seen[class(c)])
	}
	f.add("word_name", names)
	f.add("word_value", values)
	f.add("word_number", numbers)
	f.add("word_stop", stops)
	f.add("word_small", small)
	f.add("sentences", sentences)
}
