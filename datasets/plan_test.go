package datasets_test

import (
	"testing"

	"github.com/leo-analytics/leo/datasets"
	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/shared/plan"
)

func TestPlansAreValid(t *testing.T) {
	for _, d := range datasets.LoadRegistry().Datasets {
		for _, q := range datasetstest.Questions(t, d.ID) {
			p, err := plan.Decode(q.Plan)
			if err != nil {
				t.Errorf("%s: %v", q.ID, err)
				continue
			}
			if err := p.Validate(); err != nil {
				t.Errorf("%s: %v", q.ID, err)
			}
			if p.DatasetID != d.ID || d.Types(p.Table) == nil {
				t.Errorf("%s: plan reads %s.%s", q.ID, p.DatasetID, p.Table)
			}
		}
	}
}
