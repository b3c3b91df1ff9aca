package eval

import (
	"math"
	"slices"
	"strings"
)

// maxValueCells is the size from which a result no longer says which of its
// cells is meant.
const maxValueCells = 30

// compareValues asks whether every named value is in a small result: numbers to
// the decimals they are given with, text in any case.
func compareValues(gold []GoldValue, result Table) grade {
	var cells []cell
	for _, r := range result.Rows {
		for _, v := range r {
			cells = append(cells, normal(v))
		}
	}
	if len(cells) == 0 || len(cells) > maxValueCells {
		return grade{}
	}
	for _, g := range gold {
		if !holds(cells, g.Value) {
			return grade{}
		}
	}
	return grade{strict: true, superset: true}
}

func holds(cells []cell, value any) bool {
	text, want := python(value), normal(value)
	if want.rank != numeric {
		return slices.ContainsFunc(cells, func(c cell) bool {
			return c.rank == textual && strings.ToLower(c.text) == strings.ToLower(text) //nolint:staticcheck // EqualFold folds more
		})
	}
	decimals := 0
	if parts := strings.Split(text, "."); len(parts) > 1 {
		decimals = len([]rune(parts[1]))
	}
	half := 0.5*math.Pow(10, float64(-decimals)) + 1e-9
	return slices.ContainsFunc(cells, func(c cell) bool { return c.rank == numeric && math.Abs(c.f-want.f) <= half })
}
