package syncer_test

import (
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/llm"
	"github.com/leo-analytics/leo/shared/llm/llmtest"
	"github.com/leo-analytics/leo/syncer"
)

func modelOf(t *testing.T, s *llmtest.Server) syncer.Config {
	t.Helper()
	m, err := llm.New(llm.Config{BaseURL: s.URL, Model: "scripted", Retries: -1, BreakerAfter: 50})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return syncer.Config{Model: m, ModelTokens: 20_000, RetryEvery: time.Second}
}

const described = `{"descriptions":[{"table":"orders","column":"","text":"What was bought."},{"table":"customers","column":"customer_id","text":"Names a customer."}]}`

func TestAModelDescribesANewVersionAndIsNotAskedAgain(t *testing.T) {
	model := llmtest.Serve(t, llmtest.Call("describe", described))
	w := newWorld(t, shop())
	text := "Our customers."
	if _, err := w.reg.Curate(t.Context(), "acme", "shop", &catalog.Curation{Tables: []catalog.CuratedTable{{Name: "customers", Description: &text}}}, 0); err != nil {
		t.Fatal(err)
	}
	defer w.startWith(modelOf(t, model))()
	s := w.await("synced", ended)
	if step := s.Current.Steps[2]; step.State != catalog.StepDone || !strings.Contains(step.Detail, "2 were written by the model scripted") {
		t.Errorf("step %+v", step)
	}
	d, err := w.reg.Get(t.Context(), "acme", "shop")
	if err != nil {
		t.Fatal(err)
	}
	if o := d.Table("orders"); o.Description != "What was bought." || o.DescribedBy != catalog.ByModel || o.Column("order_id").DescribedBy != catalog.ByRules {
		t.Errorf("orders: %q by %q", o.Description, o.DescribedBy)
	}
	if c := d.Table("customers"); c.Description != text || c.DescribedBy != catalog.ByPerson || c.Column("customer_id").DescribedBy != catalog.ByModel {
		t.Errorf("customers: %q by %q", c.Description, c.DescribedBy)
	}
	if asked := model.Requests()[0].All(); strings.Contains(asked, text) || strings.Contains(asked, `{"table":"customers","rows"`) || !strings.Contains(asked, `{"table":"orders","rows"`) {
		t.Errorf("the model was asked about what a person described: %s", asked)
	}
	// A curation begins another sync, which costs nothing: the script has one reply.
	said := "Orders, then."
	_, revision, err := w.reg.Curation(t.Context(), "acme", "shop")
	if err != nil {
		t.Fatal(err)
	}
	revision, err = w.reg.Curate(t.Context(), "acme", "shop", &catalog.Curation{Tables: []catalog.CuratedTable{{Name: "orders", Description: &said}}}, revision)
	if err != nil {
		t.Fatal(err)
	}
	w.await("synced again", func(s *catalog.SyncState) bool { return ended(s) && s.Current.Curation == revision })
	if n := len(model.Requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestAModelThatIsAwayIsAskedLater(t *testing.T) {
	model := llmtest.ServeFunc(t, func(n int, _ llmtest.Request) llmtest.Reply {
		if n < 3 { // as often as a step is tried in a row
			return llmtest.Status(503, "away")
		}
		return llmtest.Call("describe", described)
	})
	w := newWorld(t, shop())
	defer w.startWith(modelOf(t, model))()
	s := w.await("synced without", func(s *catalog.SyncState) bool { return ended(s) && s.Current.Failed() })
	if step := s.Current.Steps[2]; step.State != catalog.StepFailed || step.Fault == nil || step.Fault.Code != fault.Unavailable || s.Current.Snapshot == "" {
		t.Errorf("step %+v", step)
	}
	d, err := w.reg.Get(t.Context(), "acme", "shop")
	if err != nil || d.Table("orders").DescribedBy != catalog.ByRules {
		t.Errorf("orders are described by %q, %v", d.Table("orders").DescribedBy, err)
	}
	w.await("synced with it", func(s *catalog.SyncState) bool {
		return ended(s) && s.Current.Reason == catalog.SyncRetry && !s.Current.Failed()
	})
	if d, err = w.reg.Get(t.Context(), "acme", "shop"); err != nil || d.Table("orders").DescribedBy != catalog.ByModel {
		t.Errorf("orders are described by %q, %v", d.Table("orders").DescribedBy, err)
	}
}

func TestAModelOfNonsenseLeavesItToRules(t *testing.T) {
	w := newWorld(t, shop())
	defer w.startWith(modelOf(t, llmtest.Serve(t, llmtest.Text("No."))))()
	s := w.await("synced", ended)
	if step := s.Current.Steps[2]; step.State != catalog.StepDone || !strings.Contains(step.Detail, "described nothing") {
		t.Errorf("step %+v", step)
	}
}
