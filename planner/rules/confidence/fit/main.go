// Command fit trains the confidence of the rules planner from a file of examples,
// prints what cross-validation by database says of it, and writes the model. The
// same examples give the same model.
//
//	go run ./planner/rules/confidence/fit [-examples FILE] [-model FILE] [-precision 0.88]
package main

import (
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/planner/rules/confidence"
)

const folds = 5

func main() {
	examples := flag.String("examples", "planner/rules/confidence/testdata/examples.csv.gz", "what to learn from")
	model := flag.String("model", "planner/rules/lexicon/confidence.txt", "where to write the model")
	precision := flag.Float64("precision", 0.88, "the share of readings run that must be right in every set")
	flag.Parse()
	if err := fit(*examples, *model, *precision, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "fit:", err)
		os.Exit(1)
	}
}

func read(path string) ([]string, []confidence.Example, error) {
	f, err := os.Open(path) //nolint:gosec // the caller names the file
	if err != nil {
		return nil, nil, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, nil, err
	}
	return confidence.ReadExamples(z)
}

func fit(examplesPath, modelPath string, precision float64, out io.Writer) error {
	names, examples, err := read(examplesPath)
	if err != nil {
		return err
	}
	o := confidence.DefaultOptions()
	judged := confidence.CrossValidate(names, examples, o, folds)
	m := confidence.Train(names, examples, o)
	if err := report(out, names, examples, judged, precision); err != nil {
		return err
	}
	header := "# The confidence of the rules planner, written by planner/rules/confidence/fit.\n"
	return os.WriteFile(modelPath, append([]byte(header), m.Format()...), 0o644) //nolint:gosec // a source file
}

// report prints, for some thresholds, what cross-validation says of each set:
// how many of its best readings would be run and how many of those are right.
func report(out io.Writer, names []string, examples []confidence.Example, judged []float64, precision float64) error {
	rank := slices.Index(names, "rank")
	var best []confidence.Example
	var sure []float64
	for i, e := range examples {
		if rank < 0 || e.Features[rank] == 0 {
			best, sure = append(best, e), append(sure, judged[i])
		}
	}
	at := confidence.Threshold(best, sure, precision)
	var b strings.Builder
	for _, t := range []float64{0.60, 0.65, 0.70, 0.75, 0.80, at} {
		fmt.Fprintf(&b, "from %.2f:", t)
		for _, j := range confidence.Judge(best, sure, t) {
			fmt.Fprintf(&b, "  %d: %.1f %% of %d right", j.Set, 100*j.Precision(), j.Run)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "every set with fifty examples has a precision of %.2f from %.2f on\n", precision, at)
	_, err := io.WriteString(out, b.String())
	return err
}
