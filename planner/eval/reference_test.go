package eval

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// reference scores predictions with the reference scorer of the corpora and
// prints [EX, EX+cols, chart exact, chart partial] a line.
const reference = `
import json, sys
sys.path.insert(0, sys.argv[1])
import score
items = {}
for l in open(sys.argv[2]):
    q = json.loads(l); items[q['id']] = q
for l in open(sys.argv[3]):
    o = json.loads(l); q = items[o['item']]
    try: r = score.score_item(q, o)
    except Exception as e: r = dict(strict=None, superset=repr(e))
    c = score.enc_match(q['gold_chart'], o.get('enc') or {}) if q.get('kind') == 'chart' else (False, False)
    print(json.dumps([r['strict'], r['superset'], c[0], c[1]]))
`

// corpora is where the reference scorer and its suites are, from
// LEO_EVAL_CORPORA. Without it a test is skipped, or fails when LEO_REQUIRE names
// "corpora".
func corpora(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("LEO_EVAL_CORPORA") //nolint:forbidigo // the tests' own switch
	_, err := os.Stat(filepath.Join(dir, "score.py"))
	if dir != "" && err == nil {
		_, err = exec.LookPath("python3")
	}
	if dir != "" && err == nil {
		return dir
	}
	why := "LEO_EVAL_CORPORA names no folder with score.py and suites, or there is no python3"
	if slices.Contains(strings.Split(os.Getenv("LEO_REQUIRE"), ","), "corpora") { //nolint:forbidigo // the tests' own switch
		t.Fatal(why)
	}
	t.Skip(why)
	return ""
}

// mutant is a prediction for an item; several may be for one item.
type mutant struct {
	Item string `json:"item"`
	Prediction
}

func TestAgreesWithTheReferenceScorer(t *testing.T) {
	dir := corpora(t)
	suites, err := filepath.Glob(filepath.Join(dir, "*", "questions.jsonl"))
	if err != nil || len(suites) == 0 {
		t.Fatalf("no suites in %s: %v", dir, err)
	}
	for _, path := range suites {
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			items, err := ReadSuite(filepath.Dir(path), 0)
			if err != nil {
				t.Fatal(err)
			}
			var all []mutant
			r := rand.New(rand.NewPCG(1, 2))
			for i := range items {
				all = append(all, mutants(r, &items[i])...)
			}
			all = append(all, real(t, filepath.Base(filepath.Dir(path)))...)
			compareWithReference(t, dir, path, items, all)
		})
	}
}

// real reads predictions of a run, LEO_EVAL_PREDICTIONS/<set>.jsonl, if there are.
func real(t *testing.T, set string) []mutant {
	t.Helper()
	dir := os.Getenv("LEO_EVAL_PREDICTIONS") //nolint:forbidigo // the tests' own switch
	if dir == "" {
		return nil
	}
	read, err := ReadPredictions(filepath.Join(dir, set+".jsonl"))
	if err != nil {
		t.Logf("no predictions: %v", err)
		return nil
	}
	var out []mutant
	for id, p := range read {
		out = append(out, mutant{id, *p})
	}
	return out
}

func compareWithReference(t *testing.T, dir, questions string, items []Item, all []mutant) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "mutants.jsonl")
	var data bytes.Buffer
	enc := json.NewEncoder(&data)
	byID := map[string]*Item{}
	for i := range items {
		byID[items[i].ID] = &items[i]
	}
	for _, m := range all {
		if err := enc.Encode(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(file, data.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "python3", "-c", reference, dir, questions, file)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	right, differ, read := 0, 0, 0
	at := 0
	// Both sides read the same bytes: numbers as they are written.
	err = lines(bytes.NewReader(data.Bytes()), func(_ int, line []byte) error {
		var m mutant
		if err := decode(line, &m); err != nil {
			return err
		}
		end := bytes.IndexByte(out[at:], '\n')
		want := string(out[at : at+end])
		at += end + 1
		read++
		it := byID[m.Item]
		g := GradeItem(it, &m.Prediction)
		got := fmt.Sprintf("[%t, %t, %t, %t]", g.EX, g.Cols, g.EncExact, g.EncPartial)
		if g.Cols {
			right++
		}
		if got != want {
			if differ++; differ <= 5 {
				t.Errorf("item %s: got %s, reference %s\n%s", m.Item, got, want, line[:min(len(line), 1500)])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d predictions, %d right, %d differ", read, right, differ)
	if read == 0 || differ > 0 {
		t.Errorf("%d of %d predictions are scored otherwise", differ, read)
	}
}

// mutants are the gold result of an item and results near it.
func mutants(r *rand.Rand, it *Item) []mutant {
	out := []mutant{{Item: it.ID, Prediction: Prediction{Refused: true}}, {Item: it.ID, Prediction: Prediction{Error: "broken", Rows: [][]any{}}}}
	var golds []Table
	if it.Gold != nil {
		golds = append(golds, *it.Gold)
	}
	if len(it.Raw) > 0 {
		raw := Table{Columns: []string{"answer"}}
		for _, v := range it.Raw {
			raw.Rows = append(raw.Rows, []any{v})
		}
		golds = append(golds, raw)
	}
	golds = append(golds, it.Alternatives...)
	if len(golds) == 0 {
		golds = append(golds, Table{Columns: []string{"a"}, Rows: [][]any{{"x"}}})
	}
	for _, g := range golds[:min(3, len(golds))] {
		if len(g.Rows) > 300 {
			g.Rows = g.Rows[:300]
		}
		for range 6 {
			out = append(out, mutant{it.ID, mutate(r, g)})
		}
		out = append(out, mutant{it.ID, Prediction{Columns: g.Columns, Rows: g.Rows}})
	}
	if it.Chart != nil {
		for range 6 {
			out = append(out, mutant{it.ID, Prediction{Refused: true, Enc: mutateEnc(r, it.Chart)}})
		}
	}
	return out
}

func mutate(r *rand.Rand, g Table) Prediction {
	p := Prediction{Columns: slices.Clone(g.Columns), Rows: [][]any{}}
	for _, row := range g.Rows {
		p.Rows = append(p.Rows, slices.Clone(row))
	}
	for range 1 + r.IntN(3) {
		switch r.IntN(7) {
		case 0:
			r.Shuffle(len(p.Rows), func(i, j int) { p.Rows[i], p.Rows[j] = p.Rows[j], p.Rows[i] })
		case 1:
			shuffleColumns(r, &p)
		case 2:
			dropOrAdd(r, &p)
		case 3:
			if n := len(p.Rows); n > 0 {
				k := r.IntN(n)
				if r.IntN(2) == 0 {
					p.Rows = slices.Delete(p.Rows, k, k+1)
				} else {
					p.Rows = append(p.Rows, slices.Clone(p.Rows[k]))
				}
			}
		case 4:
			rewriteColumn(r, &p)
		default:
			if n := len(p.Rows); n > 0 {
				if row := p.Rows[r.IntN(n)]; len(row) > 0 {
					k := r.IntN(len(row))
					row[k] = rewrite(r, row[k], r.IntN(rewrites))
				}
			}
		}
	}
	return p
}

func shuffleColumns(r *rand.Rand, p *Prediction) {
	perm := r.Perm(len(p.Columns))
	permute := func(row []any) []any {
		out := make([]any, len(perm))
		for i, j := range perm {
			out[i] = row[j]
		}
		return out
	}
	for i, row := range p.Rows {
		if len(row) < len(perm) {
			return
		}
		p.Rows[i] = permute(row)
	}
}

func dropOrAdd(r *rand.Rand, p *Prediction) {
	k := r.IntN(len(p.Columns) + 1)
	switch {
	case r.IntN(2) == 0:
		p.Columns = slices.Insert(p.Columns, k, "extra")
		for i := range p.Rows {
			var v any = i % 3
			if r.IntN(2) == 0 && len(p.Rows[i]) > 0 {
				v = p.Rows[i][0]
			}
			p.Rows[i] = slices.Insert(p.Rows[i], min(k, len(p.Rows[i])), v)
		}
	case len(p.Columns) > 1:
		k = min(k, len(p.Columns)-1)
		p.Columns = slices.Delete(p.Columns, k, k+1)
		for i := range p.Rows {
			p.Rows[i] = slices.Delete(p.Rows[i], k, k+1)
		}
	}
}

func rewriteColumn(r *rand.Rand, p *Prediction) {
	if len(p.Columns) == 0 {
		return
	}
	k, how := r.IntN(len(p.Columns)), r.IntN(rewrites)
	for _, row := range p.Rows {
		if k < len(row) {
			row[k] = rewrite(r, row[k], how)
		}
	}
}

// rewrites is how many ways rewrite knows.
const rewrites = 30

// rewrite changes a cell: most ways leave its meaning, some do not.
func rewrite(r *rand.Rand, v any, how int) any {
	text := python(v)
	n := normal(v)
	if math.IsInf(n.f, 0) {
		return v
	}
	switch how {
	case 0:
		return text
	case 1:
		return " " + strings.ReplaceAll(text, " ", " \u00a0\x1f ") + "\n"
	case 2:
		return strings.ToUpper(text)
	case 3:
		return nil
	case 4:
		return ""
	case 5:
		return n.f * (1 + 0.00009)
	case 6:
		return n.f * (1 + 0.00011)
	case 7:
		return n.f + 1e-7
	case 8:
		return json.Number(fmt.Sprintf("%.1f", n.f))
	case 9:
		return fmt.Sprintf("%e", n.f)
	case 10:
		return fmt.Sprintf("%.2f", n.f)
	case 11:
		return strings.Map(func(c rune) rune {
			if c >= '0' && c <= '9' {
				return c - '0' + '\u0660'
			}
			return c
		}, text)
	case 12:
		return text + "T00:00:00"
	case 13:
		return text + " 00:00:00.000+00:00"
	case 14:
		return strings.Replace(text, " ", "T", 1)
	case 15:
		return []any{true, false, "true", "F", "t", 1, 0}[r.IntN(7)]
	case 16:
		return []any{v, text, nil, "é\U0001F600", 1.5}
	case 17:
		return map[string]any{"b": v, "a": text}
	case 18:
		return text + "."
	case 19:
		return "\u201c" + text + "\u201d [1]* (note)"
	case 20:
		return strings.NewReplacer("e", "e\u0301", "-", "\u2013", "'", "\u2019", "i", "\uff49").Replace(text)
	case 21:
		return commas(text)
	case 22:
		return json.Number("12345678901234567890123")
	case 23:
		return json.Number("1" + strings.Repeat("0", 15+r.IntN(10)))
	case 24:
		return []any{"1e999", "-.5", "+7", "5.", "e5", ".", "1,23", "1,234,567.8", "00012", "-0", "12345678901234567", "1e400", "NaN", "inf"}[r.IntN(14)]
	case 25:
		return []any{"2020-01-01 00:00:00", "2020-01-01T00:00:00Z", "2020-01-01T10:00:00.5", "2020-01-01", "2020-1-1", "2020-01-01 00:00:00.", "2020-01-01 00:00:00+0000"}[r.IntN(7)]
	case 26:
		return "[a] " + text + "[b][2]\u2020"
	case 27:
		if n.whole != nil {
			return n.f + 1
		}
		return text + "x"
	case 28:
		return n.f + 0.4
	}
	return v
}

func commas(s string) string {
	if len(s) > 3 && len(s) < 7 && allDigits(s) {
		return s[:len(s)-3] + "," + s[len(s)-3:]
	}
	return s
}

func mutateEnc(r *rand.Rand, g *GoldChart) *Enc {
	or := func(v any) string {
		switch s := field(v); r.IntN(6) {
		case 0:
			return ""
		case 1:
			return strings.ToUpper(s) + " "
		case 2:
			return "other"
		default:
			return s
		}
	}
	e := &Enc{
		Mark: []string{g.Type, "bar", "line", "scatter", "point", "pie", "Histogram"}[r.IntN(7)],
		X:    or(g.X), Y: or(g.Y), Color: or(g.Color), Facet: or(g.Facet), Aggregate: or(g.Aggregate),
	}
	switch r.IntN(5) {
	case 0:
		e.X, e.Y = e.Y, e.X
	case 1:
		e.Color = e.X
	case 2:
		e.Aggregate = []string{"avg", "sum", "mean", "average", ""}[r.IntN(5)]
	}
	return e
}
