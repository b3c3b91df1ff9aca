package eval

import "strings"

// Grade says how right one prediction is.
type Grade struct {
	// Scored says that the item has a result to compare with; EX and Cols are
	// false where it has none.
	Scored bool
	// EX and Cols are the two verdicts of the package comment.
	EX, Cols bool
	// Answered says that there is a result, or that one was expected and the run
	// did not fail or refuse.
	Answered bool
	// HasChart says that a chart is asked for; ChartType and ChartFamily that it
	// is of the right type or family.
	HasChart, ChartType, ChartFamily bool
	// HasEnc says that the chart's fields are known; EncExact and EncPartial how
	// far they agree.
	HasEnc, EncExact, EncPartial bool
}

// GradeItem scores a prediction; nil means that there is none.
func GradeItem(it *Item, p *Prediction) Grade {
	g := Grade{Scored: it.scored(), Answered: p.answered()}
	v := verdict(it, p)
	g.EX, g.Cols = v.strict, v.superset
	if it.Chart == nil {
		return g
	}
	chart, enc := "", (*Enc)(nil)
	if p != nil {
		chart, enc = strings.ToLower(p.Chart), p.Enc
	}
	g.HasChart, g.ChartType = true, chart == it.Chart.Type
	g.ChartFamily = Family(chart) == Family(it.Chart.Type)
	if it.kind() == KindChart {
		g.HasEnc = true
		g.EncExact, g.EncPartial = compareEnc(*it.Chart, enc)
	}
	return g
}

func verdict(it *Item, p *Prediction) grade {
	if it.kind() == KindUnanswerable {
		refused := p != nil && p.Refused
		return grade{strict: refused, superset: refused}
	}
	if !p.answered() || p.Rows == nil {
		return grade{}
	}
	result := Table{Columns: p.Columns, Rows: p.Rows}
	switch it.kind() {
	case KindDenotation:
		if it.Gold == nil {
			return grade{}
		}
		return compareDenotation(it.Raw, *it.Gold, result)
	case KindValues:
		return compareValues(it.Values, result)
	}
	if it.Gold == nil {
		return grade{}
	}
	best := compareTables(*it.Gold, result, it.Ordered)
	for _, gold := range it.Alternatives {
		v := compareTables(gold, result, it.Ordered)
		best = grade{strict: best.strict || v.strict, superset: best.superset || v.superset}
	}
	return best
}
