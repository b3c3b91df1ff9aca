package confidence

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Example is one reading whose answer is known.
type Example struct {
	// Set numbers the collection of questions, Group the database: readings of
	// one database are alike, so they are never split between training and
	// judging.
	Set, Group int
	// Right says whether the reading's rows were right.
	Right bool
	// Weight is how much the example counts; 0 means 1.
	Weight   float64
	Features []float64
}

func (e Example) weight() float64 {
	if e.Weight == 0 {
		return 1
	}
	return e.Weight
}

// WriteExamples writes a header and one line for each example: set, group, right
// (0 or 1), and the features separated by commas, a 0 as nothing.
func WriteExamples(w io.Writer, names []string, examples []Example) error {
	b := bufio.NewWriter(w)
	if _, err := b.WriteString("set,group,right," + strings.Join(names, ",") + "\n"); err != nil {
		return err
	}
	for _, e := range examples {
		right := "0"
		if e.Right {
			right = "1"
		}
		line := []string{strconv.Itoa(e.Set), strconv.Itoa(e.Group), right}
		for _, v := range e.Features {
			s := ""
			if v != 0 {
				s = strconv.FormatFloat(v, 'g', 3, 64)
			}
			line = append(line, s)
		}
		if _, err := b.WriteString(strings.TrimRight(strings.Join(line, ","), ",") + "\n"); err != nil {
			return err
		}
	}
	return b.Flush()
}

// ReadExamples reads what WriteExamples wrote.
func ReadExamples(r io.Reader) (names []string, examples []Example, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		fields := strings.Split(lines.Text(), ",")
		if n == 1 {
			if len(fields) < 4 || strings.Join(fields[:3], ",") != "set,group,right" {
				return nil, nil, fmt.Errorf("line 1: not a header of examples")
			}
			names = fields[3:]
			continue
		}
		e, err := readExample(fields, len(names))
		if err != nil {
			return nil, nil, fmt.Errorf("line %d: %w", n, err)
		}
		examples = append(examples, e)
	}
	return names, examples, lines.Err()
}

func readExample(fields []string, features int) (Example, error) {
	if len(fields) < 3 || len(fields) > 3+features {
		return Example{}, fmt.Errorf("%d fields, want 3 to %d", len(fields), 3+features)
	}
	e := Example{Right: fields[2] == "1", Features: make([]float64, features)}
	var err error
	if e.Set, err = strconv.Atoi(fields[0]); err != nil {
		return e, err
	}
	if e.Group, err = strconv.Atoi(fields[1]); err != nil {
		return e, err
	}
	for i, s := range fields[3:] {
		if s == "" {
			continue
		}
		if e.Features[i], err = strconv.ParseFloat(s, 64); err != nil {
			return e, err
		}
	}
	return e, nil
}
