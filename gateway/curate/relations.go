package curate

import "github.com/leo-analytics/leo/shared/catalog"

// RelationState says where a relation comes from and what was decided about it.
type RelationState string

// The states. A found relation is a guess that nobody has looked at; a declared
// one came with the dataset; an added one is a person's.
const (
	RelationFound     RelationState = "found"
	RelationDeclared  RelationState = "declared"
	RelationAdded     RelationState = "added"
	RelationConfirmed RelationState = "confirmed"
	RelationRejected  RelationState = "rejected"
)

// Relation is a relation with what speaks for it.
type Relation struct {
	catalog.Link
	State RelationState `json:"state"`
	// Confidence is that of the guess, 0 to 1; 1 for what was declared or added.
	Confidence float64          `json:"confidence"`
	Evidence   catalog.Evidence `json:"evidence"`
	// Present says that the current version has all its columns.
	Present bool `json:"present"`
}

// relations lists those of the prepared dataset, in its order, then those people
// added.
func relations(d *catalog.Dataset, said *catalog.Curation) []Relation {
	out := []Relation{}
	known := map[int]bool{}
	for _, r := range d.Relations {
		shown := Relation{Link: r.Link(), State: RelationFound, Confidence: r.Confidence, Evidence: catalog.EvidenceFor(d, r.Link()), Present: true}
		if r.Origin == catalog.Declared {
			shown.State = RelationDeclared
		}
		for i, l := range said.Relations {
			if l.Same(r.Link()) {
				known[i], shown.State = true, stateOf(l.Verdict)
			}
		}
		out = append(out, shown)
	}
	for i, l := range said.Relations {
		if !known[i] {
			out = append(out, Relation{
				Link: l.Link, State: stateOf(l.Verdict), Confidence: 1, Evidence: catalog.EvidenceFor(d, l.Link), Present: l.In(d),
			})
		}
	}
	return out
}

func stateOf(v catalog.Verdict) RelationState {
	switch v {
	case catalog.Added:
		return RelationAdded
	case catalog.Dismissed:
		return RelationRejected
	}
	return RelationConfirmed
}
