package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/run"
)

// talk is one conversation over the demo shop.
type talk struct {
	*testLeo
	t      *testing.T
	thread string
}

// says asks in the thread and returns the capsule, answered or not.
func (c *talk) says(text string) *run.Capsule {
	c.t.Helper()
	body := map[string]any{"dataset_id": "ecommerce", "question": text, "as_of": "2026-09-30T12:00:00Z"}
	if c.thread != "" {
		body["thread_id"] = c.thread
	}
	r := c.ask(c.t, body)
	c.thread = r.ThreadID
	return r
}

// plan asks and returns the plan that was run.
func (c *talk) plan(text string) (*plan.Query, *run.Capsule) {
	c.t.Helper()
	r := c.says(text)
	if r.Status != run.Succeeded || len(r.Plan) == 0 {
		c.t.Fatalf("%q is %s: %v", text, r.Status, r.Error)
	}
	q, err := plan.Decode(r.Plan)
	if err != nil {
		c.t.Fatal(err)
	}
	return q, r
}

func (c *talk) context() history.ThreadContext {
	c.t.Helper()
	var out history.ThreadContext
	if err := c.call(c.t.Context(), http.MethodGet, "/api/v1/threads/"+c.thread, nil, &out); err != nil {
		c.t.Fatal(err)
	}
	return out
}

func TestAConversationRefinesNamesUsesAndResets(t *testing.T) {
	c := &talk{testLeo: shared(t), t: t}
	first, _ := c.plan("How many orders are there by status?")
	if len(first.GroupBy) != 1 {
		t.Fatalf("first plan %+v", first)
	}
	year, r := c.plan("only 2025")
	if len(year.GroupBy) != 1 || len(year.Filters) == 0 || !strings.Contains(r.CompiledSQL, "2025") {
		t.Errorf("only 2025: %s", r.CompiledSQL)
	}
	month, r := c.plan("by month instead")
	if len(month.GroupBy) != 1 || month.GroupBy[0].Bucket != plan.Month || len(c.rows(t, r)) != 12 {
		t.Errorf("by month instead: %s", r.CompiledSQL)
	}
	top, r := c.plan("top 3 of those")
	if top.Limit != 3 || len(c.rows(t, r)) != 3 {
		t.Errorf("top 3 of those: %s", r.CompiledSQL)
	}

	named := c.says("call this best months")
	if named.Status != run.Succeeded || named.CompiledSQL != "" || !strings.HasPrefix(named.Answer.Text, "Saved as best_months") {
		t.Fatalf("naming is %s: %+v %v", named.Status, named.Answer, named.Error)
	}
	if x := c.context(); len(x.Named) != 1 || x.Named[0].Name != "best_months" || x.Previous == nil || x.Previous.RunID != r.RunID {
		t.Errorf("thread %+v", x)
	}
	used, r := c.plan("how many best_months are there?")
	if len(used.With) != 1 || used.Table != "best_months" || !strings.HasPrefix(r.CompiledSQL, "WITH") {
		t.Errorf("use of the name: %s", r.CompiledSQL)
	}
	if rows := c.rows(t, r); len(rows) != 1 || fmt.Sprint(rows[0][0]) != "3" {
		t.Errorf("rows %v", rows)
	}
	c.resets(t)
	c.forgets(t)
}

// resets says "start over" and finds nothing left to refine.
func (c *talk) resets(t *testing.T) {
	t.Helper()
	var begun struct {
		RunID string `json:"run_id"`
	}
	if err := c.call(t.Context(), http.MethodPost, "/api/v1/threads/"+c.thread+"/reset", nil, &begun); err != nil {
		t.Fatal(err)
	}
	if r := c.finish(t, begun.RunID); r.Status != run.Succeeded || r.ThreadID != c.thread || !strings.HasPrefix(r.Answer.Text, "Starting afresh") {
		t.Errorf("reset is %s: %+v", r.Status, r.Answer)
	}
	if x := c.context(); x.Previous != nil || len(x.Named) != 1 {
		t.Errorf("after the reset: %+v", x)
	}
	if r := c.says("only 2024"); r.Status == run.Succeeded {
		t.Errorf("a follow-up of nothing ran: %s", r.CompiledSQL)
	}
}

// forgets removes the name and finds it unknown.
func (c *talk) forgets(t *testing.T) {
	t.Helper()
	var begun struct {
		RunID string `json:"run_id"`
	}
	if err := c.call(t.Context(), http.MethodDelete, "/api/v1/threads/"+c.thread+"/names/best_months", nil, &begun); err != nil {
		t.Fatal(err)
	}
	if r := c.finish(t, begun.RunID); r.Status != run.Succeeded {
		t.Errorf("forgetting is %s", r.Status)
	}
	if x := c.context(); len(x.Named) != 0 {
		t.Errorf("after forgetting: %+v", x)
	}
	err := c.call(t.Context(), http.MethodDelete, "/api/v1/threads/"+c.thread+"/names/best_months", nil, nil)
	if fault.CodeOf(err) != fault.NotFound {
		t.Errorf("forgetting twice: %v", err)
	}
}

func TestNamesThatCannotBeGivenAreRefused(t *testing.T) {
	c := &talk{testLeo: shared(t), t: t}
	if r := c.says("call this big orders"); r.Status != run.Rejected || r.Error.Hint == "" {
		t.Errorf("naming nothing is %s", r.Status)
	}
	c.plan("How many orders are there?")
	for _, text := range []string{"call this orders", "save that as order items"} {
		if r := c.says(text); r.Status != run.Rejected || !strings.Contains(r.Error.Message, "table") {
			t.Errorf("%q is %s: %v", text, r.Status, r.Error)
		}
	}
	// Each of these would be mistaken for a table or a word, or could not be forgotten.
	for _, text := range []string{"call this order", "call this items", "call this everything", "call it that", "call this average", "call this by"} {
		if r := c.says(text); r.Status != run.Rejected || r.Error.Hint == "" {
			t.Errorf("%q is %s: %v", text, r.Status, r.Error)
		}
	}
	if _, r := c.plan("How many orders are there by status?"); len(c.rows(t, r)) < 2 {
		t.Errorf("a refused name stands in the way: %s", r.CompiledSQL)
	}
	if r := c.says("save that as total count"); r.Status != run.Succeeded {
		t.Errorf("a good name is %s: %v", r.Status, r.Error)
	}
	if r := c.says("/reset"); r.Status != run.Succeeded {
		t.Errorf("/reset is %s", r.Status)
	}
}
