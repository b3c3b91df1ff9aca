package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leo-analytics/leo/planner/eval"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
	"github.com/leo-analytics/leo/shared/run"
)

const (
	// evalRows is the number of rows a prediction holds at most.
	evalRows = 5000
	// evalTimeoutMS is how long a statement of an evaluation may take.
	evalTimeoutMS = 30_000
)

// evaluation asks the questions of suites.
type evaluation struct {
	client   *client
	options  evalOptions
	say      func(string, ...any)
	datasets map[string]string // db → dataset id
}

func newEvaluation(cl *client, o evalOptions, say func(string, ...any)) *evaluation {
	return &evaluation{client: cl, options: o, say: say, datasets: map[string]string{}}
}

// run uploads the tables the items are about and asks about them.
func (e *evaluation) run(ctx context.Context, suite string, items []eval.Item) ([]eval.Prediction, error) {
	if err := e.load(ctx, suite, items); err != nil {
		return nil, err
	}
	return e.ask(ctx, items)
}

// load uploads the databases the questions are about, several at once, and
// waits for them.
func (e *evaluation) load(ctx context.Context, suite string, items []eval.Item) error {
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(e.options.parallel)
	for i := range items {
		db := items[i].DB
		if e.datasets[db] != "" {
			continue
		}
		if suite == demoSuite {
			e.datasets[db] = db
			continue
		}
		id := fmt.Sprintf("%s_%d", registry.Slug(db), len(e.datasets))
		e.datasets[db] = id
		g.Go(func() error { return e.upload(gctx, suite, db, id) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	e.say("The tables are ready")
	return nil
}

func (e *evaluation) upload(ctx context.Context, suite, db, id string) error {
	files, err := filepath.Glob(filepath.Join(suite, "dbs", db, "*.csv"))
	if err != nil || len(files) == 0 {
		return fault.New(fault.NotFound, "The suite has no tables for database %q.", db).WithHint("Put them into dbs/%s/*.csv.", db)
	}
	sort.Strings(files)
	var d datasetSummary
	if err := e.client.upload(ctx, id, db, files, &d); err != nil {
		return fmt.Errorf("database %s: %w", db, err)
	}
	return e.await(ctx, db, id)
}

func (e *evaluation) await(ctx context.Context, db, id string) error {
	for {
		var d catalog.Dataset
		if err := e.client.call(ctx, http.MethodGet, "/api/v1/datasets/"+url.PathEscape(id), nil, &d); err != nil {
			return err
		}
		switch d.State {
		case catalog.Ready:
			return nil
		case catalog.Failed:
			// Its questions fail one by one, with this fault.
			e.say("Database %s cannot be prepared: %s", db, d.Fault.Message)
			return nil
		}
		if err := pause(ctx, pollEvery); err != nil {
			return err
		}
	}
}

// ask runs the questions, several at once; the predictions are in their order.
func (e *evaluation) ask(ctx context.Context, items []eval.Item) ([]eval.Prediction, error) {
	predictions := make([]eval.Prediction, len(items))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(e.options.parallel)
	var mu sync.Mutex // guards done
	done := 0
	for i := range items {
		g.Go(func() error {
			// Nothing but the asked part of an item goes any further.
			asked := items[i].Asked
			p, err := e.one(gctx, asked)
			if err != nil {
				if gctx.Err() != nil {
					return err
				}
				p = eval.Prediction{Status: run.Failed, Error: err.Error()}
			}
			p.ID = asked.ID
			predictions[i] = p
			mu.Lock()
			defer mu.Unlock()
			if done++; done%500 == 0 {
				e.say("%d of %d questions asked", done, len(items))
			}
			return nil
		})
	}
	return predictions, g.Wait()
}

// one asks one question. Where Leo asks back, the first reading is run, too: its
// rows are the prediction's, whose status stays needs_input.
func (e *evaluation) one(ctx context.Context, q eval.Asked) (eval.Prediction, error) {
	c, err := e.post(ctx, q, map[string]any{
		"question": q.Question,
		"context":  map[string]any{"turns": q.Turns, "instructions": q.Instructions, "constraints": q.Constraints, "answer_format": q.AnswerFormat},
	})
	if err != nil {
		return eval.Prediction{}, err
	}
	p, err := e.predict(ctx, c)
	if err != nil || c.Status != run.NeedsInput || len(c.Readings) == 0 {
		return p, err
	}
	taken, err := e.post(ctx, q, map[string]any{"plan": c.Readings[0].Plan, "parent_run_id": c.RunID})
	if err != nil {
		return p, err
	}
	first, err := e.predict(ctx, taken)
	first.Status, first.MS, first.PlanMS = p.Status, p.MS, p.PlanMS
	first.Confidence, first.Origin = c.Readings[0].Confidence, p.Origin
	return first, err
}

// post starts a run, waits for its end and returns its capsule.
func (e *evaluation) post(ctx context.Context, q eval.Asked, body map[string]any) (*run.Capsule, error) {
	body["dataset_id"] = e.datasets[q.DB]
	body["limits"] = map[string]any{"max_rows": evalRows, "timeout_ms": evalTimeoutMS}
	if q.AsOf != "" {
		body["as_of"] = asOfTime(q.AsOf)
	}
	var accepted struct {
		RunID string `json:"run_id"`
	}
	if err := e.start(ctx, body, &accepted); err != nil {
		return nil, err
	}
	if err := e.client.watch(ctx, accepted.RunID, func(string, []byte) error { return nil }); err != nil {
		return nil, err
	}
	var c run.Capsule
	return &c, e.client.call(ctx, http.MethodGet, "/api/v1/runs/"+accepted.RunID, nil, &c)
}

// evalPatience is how long a server that limits its callers is waited for, in
// seconds.
const evalPatience = 60

// start posts a run, and again later while the server says that there are too
// many.
func (e *evaluation) start(ctx context.Context, body map[string]any, accepted any) error {
	for tries := 0; ; tries++ {
		err := e.client.call(ctx, http.MethodPost, "/api/v1/runs", body, accepted)
		if fault.CodeOf(err) != fault.RateLimited || tries == evalPatience {
			return err
		}
		if err := pause(ctx, time.Second); err != nil {
			return err
		}
	}
}

// asOfTime accepts a date or a time.
func asOfTime(s string) string {
	if _, err := time.Parse(time.DateOnly, s); err == nil {
		return s + "T00:00:00Z"
	}
	s = strings.Replace(s, " ", "T", 1)
	if _, err := time.Parse("2006-01-02T15:04:05", s); err == nil {
		s += "Z"
	}
	return s
}

// predict reads what came of a run, its whole result included.
func (e *evaluation) predict(ctx context.Context, c *run.Capsule) (eval.Prediction, error) {
	p := eval.Prediction{Status: c.Status, Plan: c.Plan, SQL: c.CompiledSQL, Sentence: c.Sentence}
	p.MS = float64(c.Times.FinishedAt.Sub(c.Times.AskedAt).Microseconds()) / 1000
	if made := newestPlan(c); made != nil {
		p.Confidence, p.Origin, p.PlanMS = made.Confidence, string(made.Origin), made.PlanMS
	}
	switch c.Status {
	case run.Succeeded:
	case run.Rejected, run.NeedsInput:
		p.Refused = true
		if c.Error != nil {
			p.Why = c.Error.Message
		}
		return p, nil
	default:
		p.Error = "not answered"
		if c.Error != nil {
			p.Error = c.Error.Error()
		}
		return p, nil
	}
	result := c.Preview
	if c.Result != nil {
		result = &run.Preview{}
		if err := e.client.call(ctx, http.MethodGet, "/api/v1/runs/"+c.RunID+"/result.json", nil, result); err != nil {
			return p, err
		}
	}
	p.Columns, p.Rows = []string{}, result.Rows
	if p.Rows == nil {
		p.Rows = [][]any{}
	}
	for _, col := range result.Columns {
		p.Columns = append(p.Columns, col.Name)
	}
	if c.Answer != nil && c.Answer.Chart != nil {
		p.Enc = encodingOf(c, p.Columns)
		p.Chart = chartName(p.Enc)
	}
	return p, nil
}

// newestPlan is what the planner said about the statement that ran; nil without
// one.
func newestPlan(c *run.Capsule) *event.Planned {
	for i := len(c.Chain.Events) - 1; i >= 0; i-- {
		e, err := event.Decode(c.Chain.Events[i].Data)
		if err != nil {
			continue
		}
		if p, ok := e.Body.(event.Planned); ok {
			return &p
		}
	}
	return nil
}
