package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/spf13/cobra"

	"github.com/leo-analytics/leo/planner"
	"github.com/leo-analytics/leo/planner/eval"
	"github.com/leo-analytics/leo/shared/fault"
)

// evalOptions are the flags of leo eval.
type evalOptions struct {
	suite, out, planner string
	limit, parallel     int
	report              bool
}

func (a *app) evalCommand() *cobra.Command {
	var o evalOptions
	c := &cobra.Command{
		Use: "eval --suite DIR --out FILE", Short: "Ask every question of a suite, and score the answers", Args: args(cobra.NoArgs),
		Long: "DIR/dbs/<db>/*.csv are the tables, one dataset a folder; DIR/questions.jsonl the questions.\n" +
			"The suite called demo is built in: the prompts of the demo datasets and other ways to ask them.\n" +
			"The planner sees question, turns, instructions, constraints, answer_format and as_of, nothing else.\n" +
			"Where Leo asks back, the first reading is taken, as a person might; the prediction's status says so.",
		Example: `  leo eval --suite DIR --out new.jsonl --report
  leo eval report --suite DIR new.jsonl
  leo eval compare --suite DIR old.jsonl new.jsonl`,
		RunE: func(c *cobra.Command, _ []string) error { return a.eval(c, o) },
	}
	c.Flags().StringVar(&o.suite, "suite", "", "directory of the suite (required)")
	c.Flags().StringVar(&o.out, "out", "results.jsonl", "file for the predictions, one JSON object a line")
	c.Flags().BoolVar(&o.report, "report", false, "score the predictions and print the report")
	c.Flags().IntVar(&o.limit, "limit", 0, "ask only the first N questions; 0 all")
	evalFlags(c, &o)
	c.AddCommand(a.evalReport(), a.evalCompare(), a.evalDocument(), a.evalCases())
	return c
}

// evalFlags are those of every command that asks.
func evalFlags(c *cobra.Command, o *evalOptions) {
	c.Flags().StringVar(&o.planner, "planner", "rules", "rules, model, or auto: the rules where they are sure, else the configured model")
	c.Flags().IntVar(&o.parallel, "parallel", 4, "questions asked at once")
	flags(c, "executor")
}

func (o evalOptions) validate() error {
	if o.parallel < 1 {
		return noneAtOnce()
	}
	switch planner.Mode(o.planner) {
	case planner.Rules, planner.Model, planner.Auto:
	default:
		return fault.New(fault.Validation, "There is no planner %q.", o.planner).WithHint("Use --planner rules, model or auto.")
	}
	return nil
}

func noneAtOnce() error {
	return fault.New(fault.Validation, "At least one question has to be asked at a time.").WithHint("Use --parallel 1 or more.")
}

// suiteMissing is what every command says that was not told its suite.
func suiteMissing() error {
	return fault.New(fault.Validation, "Which suite is meant?").WithHint("Give --suite DIR.")
}

func (a *app) eval(c *cobra.Command, o evalOptions) error {
	if o.suite == "" {
		return suiteMissing()
	}
	if err := o.validate(); err != nil {
		return err
	}
	items, err := readSuite(o.suite, o.limit)
	if err != nil {
		return err
	}
	predictions, err := a.predictions(c, o, o.suite, items)
	if err != nil {
		return err
	}
	if err := eval.WritePredictions(o.out, predictions); err != nil {
		return err
	}
	if !o.report {
		return nil
	}
	return eval.NewReport(items, eval.ByID(predictions)).Markdown(a.out)
}

// evaluate starts a Leo of its own over an empty data directory, which is removed
// when it stops. demo says that it has the demo datasets.
func (a *app) evaluate(c *cobra.Command, o evalOptions, demo bool) (*evaluation, func(), error) {
	cfg, _, err := a.config(c)
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "leo-eval-")
	if err != nil {
		return nil, nil, err
	}
	cfg.DataDir, cfg.Demo, cfg.Auth, cfg.Planner = dir, demo, "local", o.planner
	cfg.RatePerSecond, cfg.RateBurst, cfg.MaxInFlight = 1_000_000, 1_000_000, 10_000
	base, stop, err := a.ownServer(c.Context(), cfg)
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	e := newEvaluation(&client{base: base, http: &http.Client{}}, o, a.progress())
	return e, func() { stop(); _ = os.RemoveAll(dir) }, nil
}

func (a *app) evalReport() *cobra.Command {
	var suite string
	c := &cobra.Command{
		Use: "report --suite DIR FILE", Short: "Score the predictions of a run", Args: args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error {
			items, predictions, err := readRuns(suite, given)
			if err != nil {
				return err
			}
			return eval.NewReport(items, predictions[0]).Markdown(a.out)
		},
	}
	c.Flags().StringVar(&suite, "suite", "", "directory of the suite (required)")
	return c
}

func (a *app) evalCompare() *cobra.Command {
	var suite string
	c := &cobra.Command{
		Use: "compare --suite DIR OLD NEW", Short: "Name what a run gains, loses and treats differently than another", Args: args(cobra.ExactArgs(2)),
		RunE: func(_ *cobra.Command, given []string) error {
			items, predictions, err := readRuns(suite, given)
			if err != nil {
				return err
			}
			return eval.Compare(items, predictions[0], predictions[1]).Text(a.out)
		},
	}
	c.Flags().StringVar(&suite, "suite", "", "directory of the suite (required)")
	return c
}

// readRuns reads a suite and the predictions of runs over it. A run that shares
// no question with the suite is of another one.
func readRuns(suite string, files []string) ([]eval.Item, []map[string]*eval.Prediction, error) {
	if suite == "" {
		return nil, nil, suiteMissing()
	}
	items, err := readSuite(suite, 0)
	if err != nil {
		return nil, nil, err
	}
	var all []map[string]*eval.Prediction
	for _, path := range files {
		read, err := eval.ReadPredictions(path)
		if err != nil {
			return nil, nil, err
		}
		known := 0
		for i := range items {
			if read[items[i].ID] != nil {
				known++
			}
		}
		if known == 0 {
			return nil, nil, fault.New(fault.Validation, "%s answers no question of %s.", path, suite).
				WithHint("Use the suite that the predictions were made with.")
		}
		all = append(all, read)
	}
	return items, all, nil
}

// summary is a line about a run: what became of its questions and how long the
// answers took.
func summary(predictions []eval.Prediction) string {
	s := eval.Count(predictions)
	line := fmt.Sprintf("%d questions: %d answered, %d asked back, %d refused, %d failed",
		len(predictions), s.Answered, s.AskedBack, s.Refused, s.Failed)
	if s.MS.N > 0 {
		line += fmt.Sprintf("; answered in %.0f ms (median), %.0f ms (99 %%)", s.MS.P50, s.MS.P99)
	}
	return line
}
