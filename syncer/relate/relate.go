package relate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
)

// maxMeasured is how many relations of a dataset are measured.
const maxMeasured = 100

// Unmeasured lists the guessed relations that nothing was counted for, at most as
// many as one survey measures.
func Unmeasured(d *catalog.Dataset) []catalog.Relation {
	var out []catalog.Relation
	for _, r := range d.Relations {
		if r.Origin == catalog.Discovered && r.Overlap == nil && len(out) < maxMeasured {
			out = append(out, r)
		}
	}
	return out
}

// Judge drops the guessed relations that the data refutes and says why, a sentence
// for each.
func Judge(d *catalog.Dataset) []string {
	var dropped []string
	d.Relations = slices.DeleteFunc(d.Relations, func(r catalog.Relation) bool {
		why := r.Overlap.Refutes()
		if r.Origin != catalog.Discovered || why == "" {
			return false
		}
		dropped = append(dropped, fmt.Sprintf("%s.%s does not point to %s.%s: %s.",
			r.FromTable, strings.Join(r.FromColumns, ", "), r.ToTable, strings.Join(r.ToColumns, ", "), why))
		return true
	})
	return dropped
}
