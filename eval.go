package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/leo-analytics/leo/planner/answer"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/registry"
	"github.com/leo-analytics/leo/shared/run"
)

// evalRows is the number of rows a prediction holds at most.
const evalRows = 5000

// evalOptions are the flags of leo eval.
type evalOptions struct {
	suite, out, planner string
	limit, parallel     int
}

func (a *app) evalCommand() *cobra.Command {
	var o evalOptions
	c := &cobra.Command{
		Use: "eval --suite DIR --out FILE", Short: "Ask every question of a suite and write the predictions", Args: args(cobra.NoArgs),
		Long: "DIR/dbs/<db>/*.csv are the tables, one dataset a folder; DIR/questions.jsonl the questions.\n" +
			"The planner sees question, turns, instructions, constraints, answer_format and as_of, nothing else.",
		RunE: func(c *cobra.Command, _ []string) error { return a.eval(c, o) },
	}
	c.Flags().StringVar(&o.suite, "suite", "", "directory of the suite (required)")
	c.Flags().StringVar(&o.out, "out", "results.jsonl", "file for the predictions, one JSON object a line")
	c.Flags().StringVar(&o.planner, "planner", "rules", "rules; a model can be chosen once one is configured")
	c.Flags().IntVar(&o.limit, "limit", 0, "ask only the first N questions; 0 all")
	c.Flags().IntVar(&o.parallel, "parallel", 4, "questions asked at once")
	flags(c, "executor")
	return c
}

// evalItem is what a question of a suite may show to Leo. Everything else in
// the line, gold results above all, is not read.
type evalItem struct {
	ID           string   `json:"id"`
	DB           string   `json:"db"`
	Question     string   `json:"question"`
	Turns        []string `json:"turns"`
	Instructions string   `json:"instructions"`
	Constraints  string   `json:"constraints"`
	AnswerFormat string   `json:"answer_format"`
	AsOf         string   `json:"as_of"`
}

// prediction is one line of the output.
type prediction struct {
	ID         string           `json:"id"`
	Columns    []string         `json:"columns,omitempty"`
	Rows       [][]any          `json:"rows,omitempty"`
	Chart      string           `json:"chart,omitempty"`
	Enc        *answer.Encoding `json:"enc,omitempty"`
	Refused    bool             `json:"refused,omitempty"`
	Error      string           `json:"error,omitempty"`
	Status     run.Status       `json:"status"`
	Plan       json.RawMessage  `json:"plan,omitempty"`
	SQL        string           `json:"sql,omitempty"`
	Sentence   string           `json:"sentence,omitempty"`
	Confidence float64          `json:"confidence"`
	MS         float64          `json:"ms"`
}

func (a *app) eval(c *cobra.Command, o evalOptions) error {
	if o.suite == "" || o.parallel < 1 {
		return fault.New(fault.Validation, "Which suite should be asked?").WithHint("Give --suite DIR.")
	}
	if o.planner != "rules" {
		return fault.New(fault.FeatureDisabled, "There is no planner %q on this Leo.", o.planner).WithHint("Use --planner rules.")
	}
	items, err := readSuite(o)
	if err != nil {
		return err
	}
	cl, stop, err := a.evalServer(c)
	if err != nil {
		return err
	}
	defer stop()
	e := &evaluation{client: cl, options: o, say: a.progress(), datasets: map[string]string{}, started: time.Now()}
	if err := e.load(c.Context(), items); err != nil {
		return err
	}
	return e.ask(c.Context(), items)
}

// evalServer runs a Leo of its own over an empty data directory, which is
// removed afterwards.
func (a *app) evalServer(c *cobra.Command) (*client, func(), error) {
	cfg, _, err := a.config(c)
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "leo-eval-")
	if err != nil {
		return nil, nil, err
	}
	cfg.DataDir, cfg.Demo, cfg.Auth = dir, false, "local"
	cfg.RatePerSecond, cfg.RateBurst, cfg.MaxInFlight = 1_000_000, 1_000_000, 10_000
	base, stop, err := a.ownServer(c.Context(), cfg)
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &client{base: base, http: &http.Client{}}, func() { stop(); _ = os.RemoveAll(dir) }, nil
}

func readSuite(o evalOptions) ([]evalItem, error) {
	f, err := os.Open(filepath.Join(o.suite, "questions.jsonl"))
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "There is no suite in %s.", o.suite).
			WithHint("A suite has questions.jsonl and dbs/<db>/*.csv.")
	}
	defer func() { _ = f.Close() }()
	var items []evalItem
	scanner := bufio.NewScanner(f)
	scanner.Buffer(make([]byte, 1<<20), 64<<20)
	for scanner.Scan() {
		if o.limit > 0 && len(items) == o.limit {
			break
		}
		if len(bytes.TrimSpace(scanner.Bytes())) == 0 {
			continue
		}
		var it evalItem
		if err := json.Unmarshal(scanner.Bytes(), &it); err != nil {
			return nil, fault.Wrap(err, fault.Validation, "Line %d of questions.jsonl is not a question.", len(items)+1)
		}
		items = append(items, it)
	}
	return items, scanner.Err()
}

// evaluation is one pass over a suite.
type evaluation struct {
	client   *client
	options  evalOptions
	say      func(string, ...any)
	datasets map[string]string // db → dataset id
	started  time.Time
}

// load uploads the databases the questions are about and waits for them.
func (e *evaluation) load(ctx context.Context, items []evalItem) error {
	for _, it := range items {
		if e.datasets[it.DB] != "" {
			continue
		}
		files, err := filepath.Glob(filepath.Join(e.options.suite, "dbs", it.DB, "*.csv"))
		if err != nil || len(files) == 0 {
			return fault.New(fault.NotFound, "The suite has no tables for database %q.", it.DB).WithHint("Put them into dbs/%s/*.csv.", it.DB)
		}
		sort.Strings(files)
		id := fmt.Sprintf("%s_%d", registry.Slug(it.DB), len(e.datasets))
		var d datasetSummary
		if err := e.client.upload(ctx, id, it.DB, files, &d); err != nil {
			return fmt.Errorf("database %s: %w", it.DB, err)
		}
		e.datasets[it.DB] = d.ID
	}
	e.say("Uploaded %d databases", len(e.datasets))
	for db, id := range e.datasets {
		if err := e.await(ctx, db, id); err != nil {
			return err
		}
	}
	e.say("Prepared %d databases", len(e.datasets))
	return nil
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

// ask runs the questions, several at once, and writes the predictions in the
// order of the suite.
func (e *evaluation) ask(ctx context.Context, items []evalItem) error {
	predictions := make([]prediction, len(items))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(e.options.parallel)
	var mu sync.Mutex // guards done
	done := 0
	for i, it := range items {
		g.Go(func() error {
			p, err := e.one(gctx, it)
			if err != nil {
				if gctx.Err() != nil {
					return err
				}
				p = prediction{ID: it.ID, Status: run.Failed, Error: err.Error()}
			}
			predictions[i] = p
			mu.Lock()
			defer mu.Unlock()
			if done++; done%500 == 0 {
				e.say("%d of %d questions asked", done, len(items))
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if err := writePredictions(e.options.out, predictions); err != nil {
		return err
	}
	e.summary(predictions)
	return nil
}

func writePredictions(path string, predictions []prediction) error {
	f, err := os.Create(path) //nolint:gosec // a file the person named
	if err != nil {
		return fault.Wrap(err, fault.Validation, "The file %s cannot be written.", path).WithHint("Check the path.")
	}
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	for _, p := range predictions {
		if err := enc.Encode(p); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return errors.Join(w.Flush(), f.Close())
}

func (e *evaluation) summary(predictions []prediction) {
	counts := map[run.Status]int{}
	var times []float64
	for _, p := range predictions {
		counts[p.Status]++
		if p.Status == run.Succeeded {
			times = append(times, p.MS)
		}
	}
	sort.Float64s(times)
	line := fmt.Sprintf("%d questions: %d answered, %d asked back, %d refused, %d failed", len(predictions),
		counts[run.Succeeded], counts[run.NeedsInput], counts[run.Rejected], counts[run.Failed])
	if n := len(times); n > 0 {
		line += fmt.Sprintf("; answered in %.0f ms (median), %.0f ms (95 %%)", times[n/2], times[min(n-1, n*95/100)])
	}
	e.say("%s; %s", line, e.options.out)
}

// one asks one question and collects what it led to.
func (e *evaluation) one(ctx context.Context, it evalItem) (prediction, error) {
	body := map[string]any{
		"dataset_id": e.datasets[it.DB], "question": it.Question,
		"limits": map[string]any{"max_rows": evalRows, "timeout_ms": 30_000},
		"context": map[string]any{
			"turns": it.Turns, "instructions": it.Instructions, "constraints": it.Constraints, "answer_format": it.AnswerFormat,
		},
	}
	if it.AsOf != "" {
		body["as_of"] = asOfTime(it.AsOf)
	}
	var accepted struct {
		RunID string `json:"run_id"`
	}
	if err := e.client.call(ctx, http.MethodPost, "/api/v1/runs", body, &accepted); err != nil {
		return prediction{}, err
	}
	if err := e.client.watch(ctx, accepted.RunID, func(string, []byte) error { return nil }); err != nil {
		return prediction{}, err
	}
	var c run.Capsule
	if err := e.client.call(ctx, http.MethodGet, "/api/v1/runs/"+accepted.RunID, nil, &c); err != nil {
		return prediction{}, err
	}
	return e.predict(ctx, it.ID, &c)
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

func (e *evaluation) predict(ctx context.Context, id string, c *run.Capsule) (prediction, error) {
	p := prediction{ID: id, Status: c.Status, Plan: c.Plan, SQL: c.CompiledSQL, Sentence: c.Sentence, Confidence: confidence(c)}
	p.MS = float64(c.Times.FinishedAt.Sub(c.Times.AskedAt).Microseconds()) / 1000
	switch c.Status {
	case run.Succeeded:
	case run.Rejected, run.NeedsInput:
		p.Refused = true
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
	for _, col := range result.Columns {
		p.Columns = append(p.Columns, col.Name)
	}
	if c.Answer != nil && c.Answer.Chart != nil {
		p.Chart = c.Answer.Chart.Type
		p.Enc = encodingOf(c, p.Columns)
	}
	return p, nil
}

// confidence is the planner's own, from the newest planned event.
func confidence(c *run.Capsule) float64 {
	for i := len(c.Chain.Events) - 1; i >= 0; i-- {
		if e, err := event.Decode(c.Chain.Events[i].Data); err == nil {
			if p, ok := e.Body.(event.Planned); ok {
				return p.Confidence
			}
		}
	}
	return 0
}

// encodingOf traces the chart's columns back to the fields of the data.
func encodingOf(c *run.Capsule, columns []string) *answer.Encoding {
	q, err := plan.Decode(c.Plan)
	if err != nil {
		q = nil
	}
	enc := answer.Encode(q, columns, c.Answer.Chart)
	return &enc
}
