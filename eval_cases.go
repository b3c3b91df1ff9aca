package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/leo-analytics/leo/planner/eval"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// casesOptions are the flags of leo eval cases.
type casesOptions struct {
	dataset, export, out string
	parallel             int
}

func (a *app) evalCases() *cobra.Command {
	var o casesOptions
	c := &cobra.Command{
		Use: "cases", Short: "Ask the questions of saved test cases again and compare the answers", Args: args(cobra.NoArgs),
		Long: "A case is right when Leo answers it unasked with the rows that were saved. The exit status is 1 when one is not.\n" +
			"With --export the cases are written as a suite instead; its tables are the CSV files the datasets were made of.",
		Example: `  leo eval cases
  leo eval cases --dataset ecommerce
  leo eval cases --export DIR`,
		RunE: func(c *cobra.Command, _ []string) error { return a.cases(c, o) },
	}
	c.Flags().StringVarP(&o.dataset, "dataset", "d", "", "only the cases of this dataset")
	c.Flags().StringVar(&o.export, "export", "", "write the cases as a suite into this directory, and ask nothing")
	c.Flags().StringVar(&o.out, "out", "", "file for the predictions, one JSON object a line")
	c.Flags().IntVar(&o.parallel, "parallel", 2, "questions asked at once")
	return c
}

func (a *app) cases(c *cobra.Command, o casesOptions) error {
	if o.parallel < 1 {
		return noneAtOnce()
	}
	cl, stop, err := a.connect(c)
	if err != nil {
		return err
	}
	defer stop()
	lines, err := cl.raw(c.Context(), "/api/v1/test-cases?format=suite&dataset_id="+url.QueryEscape(o.dataset))
	if err != nil {
		return err
	}
	items, err := eval.ReadItems(bytes.NewReader(lines), 0)
	if err != nil {
		return err
	}
	if o.export != "" {
		return a.exportCases(o.export, lines, items)
	}
	e := newEvaluation(cl, evalOptions{parallel: o.parallel}, a.progress())
	for i := range items {
		e.datasets[items[i].DB] = items[i].DB
	}
	predictions, err := e.ask(c.Context(), items)
	if err != nil {
		return err
	}
	if o.out != "" {
		if err := eval.WritePredictions(o.out, predictions); err != nil {
			return err
		}
	}
	return a.judge(c.Context(), cl, items, predictions)
}

// exportCases writes the cases in the layout of a suite and says which tables it
// still needs.
func (a *app) exportCases(dir string, lines []byte, items []eval.Item) error {
	for i := range items {
		if err := os.MkdirAll(filepath.Join(dir, "dbs", items[i].DB), 0o750); err != nil {
			return fault.Wrap(err, fault.Validation, "The directory %s cannot be made.", dir).WithHint("Check the path.")
		}
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fault.Wrap(err, fault.Validation, "The directory %s cannot be made.", dir).WithHint("Check the path.")
	}
	if err := os.WriteFile(filepath.Join(dir, "questions.jsonl"), lines, 0o600); err != nil {
		return fault.Wrap(err, fault.Validation, "The suite cannot be written to %s.", dir).WithHint("Check the path.")
	}
	fmt.Fprintf(a.out, "%s in %s\n", counted(len(items), "case"), dir)
	said := map[string]bool{}
	for i := range items {
		if db := items[i].DB; !said[db] {
			said[db] = true
			fmt.Fprintf(a.out, "  put the CSV files of dataset %s into %s\n", db, filepath.Join(dir, "dbs", db))
		}
	}
	return nil
}

// judge prints a line for each case. It fails when one is not right.
func (a *app) judge(ctx context.Context, cl *client, items []eval.Item, predictions []eval.Prediction) error {
	wrong := 0
	for i := range items {
		it, p := &items[i], &predictions[i]
		g := eval.GradeItem(it, p)
		if g.EX && p.Status == run.Succeeded {
			fmt.Fprintf(a.out, "right  %s  %s\n", it.ID, plainText(it.Question))
			continue
		}
		wrong++
		fmt.Fprintf(a.out, "wrong  %s  %s\n       %s\n", it.ID, plainText(it.Question), plainText(difference(it, p)))
		if changed(ctx, cl, it) {
			fmt.Fprintf(a.out, "       the data of %s has changed since the case was saved\n", it.DB)
		}
	}
	fmt.Fprintf(a.out, "%s: %d right, %d wrong\n", counted(len(items), "case"), len(items)-wrong, wrong)
	if wrong > 0 {
		return exitError{code: 1}
	}
	return nil
}

// difference says what is not as it was saved.
func difference(it *eval.Item, p *eval.Prediction) string {
	switch {
	case p.Error != "":
		return "failed: " + p.Error
	case p.Refused:
		return "refused: " + p.Why
	case p.Status == run.NeedsInput:
		return "Leo asked back; its first reading is: " + p.Sentence
	case len(p.Rows) != len(it.Gold.Rows):
		return fmt.Sprintf("%s instead of %d: %s", counted(len(p.Rows), "row"), len(it.Gold.Rows), p.Sentence)
	case len(p.Columns) != len(it.Gold.Columns):
		return fmt.Sprintf("columns %s instead of %s: %s", strings.Join(p.Columns, ", "), strings.Join(it.Gold.Columns, ", "), p.Sentence)
	}
	return "other values: " + p.Sentence
}

// changed says whether a case's dataset has another version than the case. When
// that cannot be told, nothing is said.
func changed(ctx context.Context, cl *client, it *eval.Item) bool {
	var d catalog.Dataset
	err := cl.call(ctx, http.MethodGet, "/api/v1/datasets/"+url.PathEscape(it.DB), nil, &d)
	return err == nil && it.DatasetVersion != "" && d.Version != it.DatasetVersion
}

// counted is a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
