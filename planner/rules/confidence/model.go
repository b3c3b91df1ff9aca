package confidence

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Model is a sum of trees over features. A model that was read by [Parse] is
// immutable and may be used by several goroutines at once.
type Model struct {
	// Names are the features, in the order Predict takes them.
	Names []string
	bias  float64
	trees []tree
}

// tree is a list of nodes; the first is the root.
type tree []node

// node is a question about one feature, or, when feature is negative, a leaf.
type node struct {
	feature     int
	at          float64 // goes left up to and including this value
	left, right int
	value       float64
}

// Predict returns the probability that a reading with these features is right.
// Features that are missing at the end count as 0.
func (m *Model) Predict(features []float64) float64 { return sigmoid(m.raw(features)) }

func (m *Model) raw(features []float64) float64 {
	sum := m.bias
	for _, t := range m.trees {
		sum += t.value(features)
	}
	return sum
}

func (t tree) value(features []float64) float64 {
	i := 0
	for t[i].feature >= 0 {
		v := 0.0
		if t[i].feature < len(features) {
			v = features[t[i].feature]
		}
		if v <= t[i].at {
			i = t[i].left
		} else {
			i = t[i].right
		}
	}
	return t[i].value
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Aligned returns the model for features that come in the order of names. A
// feature of the model that is not among them reads as 0.
func (m *Model) Aligned(names []string) *Model {
	at := map[string]int{}
	for i, n := range names {
		at[n] = i
	}
	out := &Model{Names: names, bias: m.bias}
	for _, t := range m.trees {
		moved := make(tree, len(t))
		for i, n := range t {
			if n.feature >= 0 {
				k, ok := at[m.Names[n.feature]]
				if !ok {
					k = len(names)
				}
				n.feature = k
			}
			moved[i] = n
		}
		out.trees = append(out.trees, moved)
	}
	return out
}

// Format writes the model as text: a line "bias", and for each tree one
// line of nodes, a leaf as its value and a question as name<=value:left:right.
func (m *Model) Format() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "bias %s\n", number(m.bias))
	for _, t := range m.trees {
		b.WriteString("tree")
		for _, n := range t {
			if n.feature < 0 {
				b.WriteString(" " + number(n.value))
				continue
			}
			fmt.Fprintf(&b, " %s<=%s:%d:%d", m.Names[n.feature], number(n.at), n.left, n.right)
		}
		b.WriteString("\n")
	}
	return b.Bytes()
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', 5, 64) }

// Parse reads what Format wrote; lines that start with # are comments.
func Parse(data []byte) (*Model, error) {
	m := &Model{}
	index := map[string]int{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if err := m.line(fields, index); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return m, lines.Err()
}

func (m *Model) line(fields []string, index map[string]int) (err error) {
	switch {
	case fields[0] == "bias" && len(fields) == 2:
		m.bias, err = strconv.ParseFloat(fields[1], 64)
	case fields[0] == "tree" && len(fields) > 1:
		var t tree
		for _, f := range fields[1:] {
			n, err := m.node(f, index)
			if err != nil {
				return err
			}
			t = append(t, n)
		}
		for i, n := range t {
			if n.feature >= 0 && (n.left <= i || n.right <= i || n.left >= len(t) || n.right >= len(t)) {
				return fmt.Errorf("a tree that does not end")
			}
		}
		m.trees = append(m.trees, t)
	default:
		err = fmt.Errorf("unknown line %q", fields[0])
	}
	return err
}

func (m *Model) node(field string, index map[string]int) (node, error) {
	name, rest, question := strings.Cut(field, "<=")
	if !question {
		v, err := strconv.ParseFloat(field, 64)
		return node{feature: -1, value: v}, err
	}
	parts := strings.Split(rest, ":")
	if len(parts) != 3 {
		return node{}, fmt.Errorf("bad node %q", field)
	}
	i, known := index[name]
	if !known {
		i = len(m.Names)
		index[name] = i
		m.Names = append(m.Names, name)
	}
	n := node{feature: i}
	var err [3]error
	n.at, err[0] = strconv.ParseFloat(parts[0], 64)
	n.left, err[1] = strconv.Atoi(parts[1])
	n.right, err[2] = strconv.Atoi(parts[2])
	for _, e := range err {
		if e != nil {
			return node{}, e
		}
	}
	return n, nil
}
