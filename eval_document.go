package main

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/leo-analytics/leo/planner/eval"
	"github.com/leo-analytics/leo/shared/fault"
)

// documentOptions are the flags of leo eval document.
type documentOptions struct {
	evalOptions
	suites, keep, from string
}

func (a *app) evalDocument() *cobra.Command {
	var o documentOptions
	c := &cobra.Command{
		Use: "document --out FILE", Short: "Evaluate the demo suite and a directory of suites, and write the figures as a document", Args: args(cobra.NoArgs),
		Long: "Each folder of --suites that has a questions.jsonl is a suite. The document holds figures only, no question and no data.",
		RunE: func(c *cobra.Command, _ []string) error { return a.document(c, o) },
	}
	c.Flags().StringVar(&o.suites, "suites", "", "directory of suites; without it the demo suite alone is evaluated")
	c.Flags().StringVar(&o.out, "out", "evaluation.md", "file for the document")
	c.Flags().StringVar(&o.keep, "keep", "", "directory to keep the predictions in, as SUITE.jsonl")
	c.Flags().StringVar(&o.from, "from", "", "directory of predictions that were kept; nothing is asked again")
	c.Flags().IntVar(&o.limit, "limit", 0, "ask only the first N questions of each suite; 0 all")
	evalFlags(c, &o.evalOptions)
	return c
}

func (a *app) document(c *cobra.Command, o documentOptions) error {
	if err := o.validate(); err != nil {
		return err
	}
	suites, err := suitesIn(o.suites)
	if err != nil {
		return err
	}
	var named []eval.Named
	for _, dir := range append([]string{demoSuite}, suites...) {
		n, err := a.documented(c, o, dir)
		if err != nil {
			return err
		}
		named = append(named, n)
	}
	f, err := os.Create(o.out)
	if err != nil {
		return fault.Wrap(err, fault.Validation, "The file %s cannot be written.", o.out).WithHint("Check the path.")
	}
	return errors.Join(eval.Document(f, version, named), f.Close())
}

// suitesIn lists the suites of a directory.
func suitesIn(dir string) ([]string, error) {
	if dir == "" {
		return nil, nil
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "questions.jsonl"))
	if err != nil || len(files) == 0 {
		return nil, fault.New(fault.NotFound, "There are no suites in %s.", dir).
			WithHint("A suite is a folder with questions.jsonl and dbs/<db>/*.csv.")
	}
	slices.Sort(files)
	for i, f := range files {
		files[i] = filepath.Dir(f)
	}
	return files, nil
}

// documented evaluates one suite on a Leo of its own, or from what was kept of a
// run before.
func (a *app) documented(c *cobra.Command, o documentOptions, suite string) (eval.Named, error) {
	n := eval.Named{Name: filepath.Base(suite), Title: suiteTitle(suite)}
	items, err := readSuite(suite, o.limit)
	if err != nil {
		return n, err
	}
	if o.from != "" {
		kept, err := eval.ReadPredictions(filepath.Join(o.from, n.Name+".jsonl"))
		n.Report = eval.NewReport(items, kept)
		return n, err
	}
	predictions, err := a.predictions(c, o.evalOptions, suite, items)
	if err != nil {
		return n, err
	}
	if o.keep != "" {
		if err := os.MkdirAll(o.keep, 0o750); err != nil {
			return n, fault.Wrap(err, fault.Validation, "The directory %s cannot be made.", o.keep).WithHint("Check the path.")
		}
		if err := eval.WritePredictions(filepath.Join(o.keep, n.Name+".jsonl"), predictions); err != nil {
			return n, err
		}
	}
	n.Report = eval.NewReport(items, eval.ByID(predictions))
	return n, nil
}

func (a *app) predictions(c *cobra.Command, o evalOptions, suite string, items []eval.Item) ([]eval.Prediction, error) {
	e, stop, err := a.evaluate(c, o, suite == demoSuite)
	if err != nil {
		return nil, err
	}
	defer stop()
	predictions, err := e.run(c.Context(), suite, items)
	if err != nil {
		return nil, err
	}
	e.say("%s: %s", filepath.Base(suite), summary(predictions))
	return predictions, nil
}

// suiteTitle is the first line of a suite's README, without its name and without
// remarks.
func suiteTitle(suite string) string {
	if suite == demoSuite {
		return "this project's own: the prompts of its demo datasets, and other ways to ask them"
	}
	f, err := os.Open(filepath.Join(suite, "README.md")) //nolint:gosec // a directory the person named
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	scanner := bufio.NewScanner(f)
	scanner.Scan()
	title := strings.TrimSpace(strings.TrimLeft(scanner.Text(), "#"))
	if _, rest, ok := strings.Cut(title, ": "); ok {
		title = rest
	}
	title, _, _ = strings.Cut(title, " (")
	title, _, _ = strings.Cut(title, ", via ")
	return strings.ReplaceAll(title, "|", "/")
}
