package main

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

//go:embed evidence.csv
var input string

// example is one reading.
type example struct {
	group int
	right float64
	value []float64
}

func main() {
	write := flag.String("write", "", "file for the weights")
	flag.Parse()
	if err := run(os.Stdout, *write); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(out io.Writer, write string) error {
	names, examples, err := read(input)
	if err != nil {
		return err
	}
	if err := judge(out, examples); err != nil {
		return err
	}
	if write == "" {
		return nil
	}
	var b strings.Builder
	b.WriteString("# Weights of the evidence for the reading of a sheet, in the order of sheet_evidence.go.\n# Written by go run ./planner/rules/fit -write; not edited by hand.\n")
	for i, w := range train(examples) {
		fmt.Fprintf(&b, "%s = %.3f\n", names[i], w)
	}
	return os.WriteFile(write, []byte(b.String()), 0o600)
}

// read parses the table: group, right, then the evidence.
func read(text string) (names []string, examples []example, err error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, nil, fmt.Errorf("evidence.csv: %w", err)
	}
	if len(rows) < 2 || len(rows[0]) < 3 {
		return nil, nil, errors.New("evidence.csv: no rows")
	}
	for n, row := range rows[1:] {
		var e example
		for i, cell := range row {
			v, err := strconv.ParseFloat(cell, 64)
			switch {
			case err != nil:
				return nil, nil, fmt.Errorf("evidence.csv, line %d: %w", n+2, err)
			case i == 0:
				e.group = int(v)
			case i == 1:
				e.right = v
			default:
				e.value = append(e.value, v)
			}
		}
		examples = append(examples, e)
	}
	return rows[0][2:], examples, nil
}

// judge prints, for thresholds of confidence, how many readings of tables left
// out of training reach them and how many of those are right.
func judge(out io.Writer, examples []example) error {
	type judged struct{ chance, right float64 }
	var all []judged
	const folds = 10
	for fold := range folds {
		var in, rest []example
		for _, e := range examples {
			if e.group%folds == fold {
				rest = append(rest, e)
			} else {
				in = append(in, e)
			}
		}
		w := train(in)
		for _, e := range rest {
			all = append(all, judged{chance(w, e.value), e.right})
		}
	}
	slices.SortFunc(all, func(a, b judged) int {
		if a.chance > b.chance {
			return -1
		}
		return 1
	})
	right := 0.0
	for i, j := range all {
		right += j.right
		if n := i + 1; n%(len(all)/20) == 0 {
			if _, err := fmt.Fprintf(out, "best %3.0f %%: chance from %.2f, right %.1f %%\n", 100*float64(n)/float64(len(all)), j.chance, 100*right/float64(n)); err != nil {
				return err
			}
		}
	}
	return nil
}
