package eval

import "github.com/leo-analytics/leo/shared/run"

// Losses says where the answerable, scored items of a run went: Right ones (EX+cols),
// and the wrong ones by what Leo did.
type Losses struct {
	N, Right, Refused, AskedBack, Ran, Failed int
}

func lossesOf(outcomes []outcome) Losses {
	var l Losses
	for _, o := range outcomes {
		if !o.grade.Scored || o.item.kind() == KindUnanswerable {
			continue
		}
		l.N++
		switch {
		case o.grade.Cols:
			l.Right++
		case o.status == run.Rejected:
			l.Refused++
		case o.status == run.NeedsInput:
			l.AskedBack++
		case o.status == run.Succeeded:
			l.Ran++
		default:
			l.Failed++
		}
	}
	return l
}
