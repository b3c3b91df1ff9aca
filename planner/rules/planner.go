package rules

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/leo-analytics/leo/planner/rules/confidence"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
)

// Question is what a person asked.
type Question struct {
	// Text is the question itself.
	Text string
	// Previous is the plan of the conversation's last answer. A question that
	// points back to it, or makes no sense alone, refines it; nil where there is
	// none.
	Previous *plan.Query
	// Turns are the earlier questions of the conversation, oldest first. They
	// stand in for Previous where that is not known: they are planned one after
	// the other.
	Turns []string
	// Named are results of the conversation that have a name. A question that
	// mentions one is about its rows; it becomes a sub-plan.
	Named []plan.Named
	// Instructions are definitions the person gave.
	Instructions string
	// AsOf is the clock that "last month" counts from. Plans keep relative
	// periods relative, so the zero time is fine.
	AsOf time.Time
}

// Reading is one way to understand a question.
type Reading struct {
	Plan *plan.Query
	// Score is the planner's confidence, from 0 to 1: about the share of such
	// readings that are right.
	Score float64
	// Explain says what was understood as what, and what is in doubt.
	Explain []string
	// Left are the words of the question that have no part in the reading, and
	// Repeats says that a join makes it count rows more than once.
	Left    []string
	Repeats bool
	// Chart is the chart type the question asks for ("bar", "line", "pie",
	// "scatter", "area", "histogram", "table"), or "".
	Chart string
	// Channels are the roles in the chart that the question gives to columns.
	Channels event.Channels
	// Evidence is what the confidence in the reading of a sheet was weighed from;
	// nil for other readings.
	Evidence []Evidence
	// Refines says that the plan is the earlier one, changed by the question.
	Refines bool
	// Tied says that a value may be meant of several columns and nothing in the
	// question tells which.
	Tied bool
	// Plain says that the reading left no word over, guessed nothing and had no
	// choice between columns.
	Plain bool
	// Features are the numbers the score was made from, in the order of
	// [FeatureNames]: what package confidence learns from.
	Features []float64
}

// Result is what the planner made of a question.
type Result struct {
	// Readings are plans that differ in meaning, best first; may be empty.
	Readings []Reading
	// Unknown lists the words of the question that the best reading does not
	// explain, in order.
	Unknown []string
	// Missing are those of Unknown that name something the data does not have.
	Missing []string
	// Why says in a few words what stood in the way when there are no readings,
	// or the first doubt about the best one; may be empty.
	Why string
}

// Planner plans questions about one dataset version. It is immutable and may
// be used by several goroutines at once.
type Planner struct {
	data   *catalog.Dataset
	lex    *lexicon
	model  *confidence.Model
	tables []*table
	edges  []edge
	steps  [][]step
	hops   [][]int
	index  *index
	sheet  *sheet // nil unless the dataset is one short table
	// spellings are words a misspelt one may have meant.
	spellings []string
	units     map[string]bool // stems of the columns' units
}

// New indexes the names, synonyms and values of d, which must not change
// afterwards.
func New(d *catalog.Dataset) *Planner {
	p := &Planner{data: d, lex: newLexicon(), model: newModel(), units: map[string]bool{}}
	p.loadSchema()
	p.measureHops()
	p.buildIndex()
	p.loadSpellings()
	p.loadMeanings()
	p.sheet = newSheet(p)
	return p
}

// maxReadings is the most readings a result holds.
const maxReadings = 6

// Plan reads the question. A question that cannot be read is not an error: its
// result has no readings, or only ones with a low score. The error is the
// context's.
func (p *Planner) Plan(ctx context.Context, q Question) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	prev, err := p.before(ctx, q)
	if err != nil {
		return nil, err
	}
	return p.next(ctx, q, prev)
}

// read makes the drafts of tokens, as a follow-up where prev is given.
func (p *Planner) read(ctx context.Context, tokens []token, prev *earlier, c cues) (drafts, broken []*draft, err error) {
	tokens, typos := p.mend(tokens)
	tokens = p.runOut(tokens)
	course, tokens := p.peelCourse(tokens)
	drawn, tokens := p.peel(tokens)
	taggings, behind := p.tag(tokens)
	for k, items := range taggings {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		for _, d := range p.draftsAfter(items, prev, c, drawn, course) {
			d.behind = behind[k]
			d.score *= 1 - 0.25*behind[k]
			for _, w := range typos {
				d.score *= p.lex.weights["typo"]
				d.explain = append(d.explain, "doubt: spelt otherwise in the data: "+w)
			}
			if d.broken == "" && d.query != nil {
				drafts = append(drafts, d)
			} else {
				broken = append(broken, d)
			}
		}
	}
	return drafts, broken, nil
}

func sortDrafts(drafts []*draft) {
	slices.SortStableFunc(drafts, func(a, b *draft) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
}

// draftsAfter builds the drafts of one tagging: one, and one more for each of the
// first two places where another column fits about as well. With prev, the
// tagging is that of a follow-up.
func (p *Planner) draftsAfter(tagged []*item, prev *earlier, c cues, drawn *drawing, made *course) []*draft {
	var out []*draft
	for choose := 0; choose <= 2; choose++ {
		items := make([]*item, len(tagged))
		for i, it := range tagged {
			c := *it
			items[i] = &c
		}
		items = p.channels(p.sharedNoun(p.qualify(items)))
		d := &draft{p: p, drawing: drawn, places: map[string]ref{}, items: items, mentioned: map[int]bool{}, denied: map[int]bool{}, used: map[int]int{}, choose: choose}
		d.in = p.parseAfter(items, prev, c)
		if made != nil {
			own := *made // a draft may settle what it means
			d.in.course = &own
		}
		if d.in.chart == "" {
			d.in.chart = drawn.chart
		}
		if prev != nil {
			d.merge()
		}
		d.resolve()
		d.judge()
		d.build()
		if d.broken == "" {
			d.rate()
		}
		if choose > 0 {
			d.score *= 0.99
		}
		out = append(out, d)
		if d.ambiguous <= choose {
			break
		}
	}
	return out
}

// result keeps the best draft of each meaning.
func (p *Planner) result(drafts, broken []*draft, s situation) *Result {
	r := &Result{}
	seen := map[string]bool{}
	var kept []*draft
	for _, d := range drafts {
		key, err := json.Marshal(d.query)
		if err != nil || seen[string(key)] || len(kept) == maxReadings || d.query.Validate() != nil {
			continue
		}
		seen[string(key)] = true
		kept = append(kept, d)
	}
	r.Readings = p.readings(kept, s)
	switch {
	case len(drafts) > 0:
		r.Unknown, r.Missing = drafts[0].unknownWords(), drafts[0].missing()
		if notes := drafts[0].in.notes; len(notes) > 0 {
			r.Why = notes[0]
		}
	case len(broken) > 0:
		r.Unknown, r.Missing, r.Why = broken[0].unknownWords(), broken[0].missing(), broken[0].broken
	}
	return r
}

// readings scores the drafts that were kept, best first.
func (p *Planner) readings(kept []*draft, s situation) []Reading {
	var out []Reading
	s.readings = len(kept)
	for i, d := range kept {
		s.rank, s.second = i, 0
		switch {
		case i > 0:
			s.second = max(0, kept[0].score)
		case len(kept) > 1:
			s.second = max(0, kept[1].score)
		}
		f := &features{values: make([]float64, 0, len(p.model.Names))}
		d.describe(f, s)
		r := Reading{Plan: d.query, Score: p.model.Predict(f.values), Explain: d.explain, Left: d.unknownWords(), Repeats: slices.Contains(d.in.notes, repeats), Chart: d.in.chart, Channels: d.channelNames(), Refines: d.in.prev != nil, Tied: d.tied, Plain: d.isPlain(), Features: f.values}
		if i > 0 {
			// The order of the readings is that of the raw scores.
			r.Score = min(r.Score, out[i-1].Score)
		}
		out = append(out, r)
	}
	return out
}
