package gateway_test

import (
	"testing"

	"github.com/leo-analytics/leo/shared/run"
)

func TestAQuestionIsAcceptedStreamedAndListed(t *testing.T) {
	w := setup(t)
	id := w.ask("How many orders are there?")
	w.add("local", id, succeed()...)

	r := w.want(w.do("GET", "/api/v1/runs/"+id, nil), 200, "")
	c, err := run.Verify(r.body)
	if err != nil {
		t.Fatal(err)
	}
	if c.Status != run.Succeeded || c.Question != "How many orders are there?" || len(c.Chain.Events) != 5 {
		t.Fatalf("capsule %+v", c)
	}
	var list struct {
		Runs []struct {
			RunID string `json:"run_id"`
		} `json:"runs"`
	}
	eventually(t, "the run is listed as succeeded", func() bool {
		w.want(w.do("GET", "/api/v1/runs?status=succeeded", nil), 200, "").into(t, &list)
		return len(list.Runs) == 1 && list.Runs[0].RunID == id
	})
}
