package eval

import (
	"encoding/json"
	"strings"
	"testing"
)

// verdicts in the tables below.
const (
	wrong = "wrong"
	cols  = "cols" // EX+cols only
	exact = "EX"
)

func verdictOf(g Grade) string {
	switch {
	case g.EX && g.Cols:
		return exact
	case g.Cols:
		return cols
	case g.EX:
		return "EX without EX+cols"
	}
	return wrong
}

// graded reads an item and a prediction as a run's files have them.
func graded(t *testing.T, item, prediction string) Grade {
	t.Helper()
	var it Item
	if err := decode([]byte(item), &it); err != nil {
		t.Fatalf("%s: %v", item, err)
	}
	if prediction == "" {
		return GradeItem(&it, nil)
	}
	p := &Prediction{}
	if err := decode([]byte(prediction), p); err != nil {
		t.Fatalf("%s: %v", prediction, err)
	}
	return GradeItem(&it, p)
}

func TestRowsAreComparedByContent(t *testing.T) {
	for _, c := range []struct{ name, gold, result, want string }{
		{"the same", `["a","n"] [["x",1],["y",2]]`, `["a","n"] [["x",1],["y",2]]`, exact},
		{"column names are ignored", `["a"] [["x"]]`, `["other"] [["x"]]`, exact},
		{"column order is free", `["a","n"] [["x",1],["y",2]]`, `["n","a"] [[1,"x"],[2,"y"]]`, exact},
		{"an extra column", `["n"] [[1],[2]]`, `["a","n"] [["x",1],["y",2]]`, cols},
		{"a missing column", `["a","n"] [["x",1]]`, `["a"] [["x"]]`, wrong},
		{"columns map one to one", `["n","m"] [[1,1],[2,2]]`, `["n"] [[1],[2]]`, wrong},
		{"one result column is not two", `["n","m"] [[1,1]]`, `["n","m"] [[1,7]]`, wrong},
		{"row order is free", `["n"] [[1],[2]]`, `["n"] [[2],[1]]`, exact},
		{"duplicates count", `["n"] [[1],[1],[2]]`, `["n"] [[1],[2],[2]]`, wrong},
		{"a row too many", `["n"] [[1]]`, `["n"] [[1],[1]]`, wrong},
		{"cells belong to their row", `["a","n"] [["x",1],["y",2]]`, `["a","n"] [["x",2],["y",1]]`, wrong},
		{"the right one of two equal columns", `["a","n"] [["x",1],["y",2]]`, `["m","n","a"] [[2,1,"x"],[1,2,"y"]]`, cols},
		{"no columns named", `["a","n"] [["x",1]]`, `null [["x",1]]`, exact},
		{"a short row", `["a","n"] [["x",1]]`, `["a","n"] [["x"]]`, wrong},
		{"an empty gold and an empty result", `["a"] []`, `["a"] []`, exact},
		{"an empty result of another width", `["a"] []`, `["a","b"] []`, cols},
		{"an empty gold and a row", `["a"] []`, `["a"] [[null]]`, wrong},
		{"a gold and an empty result", `["a"] [["x"]]`, `["a"] []`, wrong},
	} {
		if got := verdictOf(graded(t, itemOf(c.gold, ""), predictionOf(c.result))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func itemOf(table, more string) string {
	columns, rows, _ := strings.Cut(table, " ")
	return `{"id":"q","gold":{"columns":` + columns + `,"rows":` + rows + `}` + more + `}`
}

func predictionOf(table string) string {
	columns, rows, _ := strings.Cut(table, " ")
	return `{"id":"q","columns":` + columns + `,"rows":` + rows + `}`
}

func TestCellsAreEqualByMeaning(t *testing.T) {
	for _, c := range []struct {
		gold, result string
		equal        bool
	}{
		{`null`, `""`, true},
		{`null`, `"  "`, true},
		{`null`, `0`, false},
		{`true`, `1`, true},
		{`true`, `"T"`, true},
		{`false`, `"false"`, true},
		{`"f"`, `0`, true},
		{`true`, `"yes"`, false},
		{`"a  b"`, `" a\u00a0b\n"`, true},
		{`"a"`, `"A"`, false},
		{`"Ä"`, `"ä"`, false},
		{`"日本"`, `"日本"`, true},
		{`1234567`, `"1,234,567"`, true},
		{`1234`, `"12,34"`, false},
		{`12`, `"012"`, true},
		{`1500`, `"1.5e3"`, true},
		{`0.5`, `".5"`, true},
		{`5`, `"5."`, false},
		{`7`, `"+7"`, true},
		{`12`, `"١٢"`, true},
		{`3`, `"three"`, false},
		{`"e5"`, `"e5"`, true},
		{`1000000`, `1000001`, false},
		{`1000000`, `1000001.0`, false},
		{`1000000.5`, `1000001`, true},
		{`100.0`, `100`, true},
		{`2.0001`, `2.0002`, true},
		{`2.1`, `2.1003`, false},
		{`0.0000001`, `0`, true},
		{`0.5`, `0.51`, false},
		{`9007199254740993`, `9007199254740992`, false},
		{`12345678901234567890`, `"12345678901234567890"`, true},
		{`1e30`, `1000000000000000000000000000000`, true},
		{`"2024-05-01"`, `"2024-05-01T00:00:00"`, true},
		{`"2024-05-01"`, `"2024-05-01 00:00:00.000+00:00"`, true},
		{`"2024-05-01"`, `"2024-05-01T00:00:00Z"`, true},
		{`"2024-05-01 10:30:00"`, `"2024-05-01T10:30:00"`, true},
		{`"2024-05-01"`, `"2024-05-01 10:00:00"`, false},
		{`"2024-05-01"`, `"2024-05-02"`, false},
		{`"2024"`, `2024`, true},
		{`"P1"`, `1`, false},
		{`[1,"a"]`, `"[1, \"a\"]"`, true},
		{`{"b":1,"a":null}`, `"{\"a\": null, \"b\": 1}"`, true},
	} {
		got := verdictOf(graded(t, itemOf(`["a"] [[`+c.gold+`]]`, ""), `{"columns":["a"],"rows":[[`+c.result+`]]}`))
		if (got == exact) != c.equal {
			t.Errorf("%s against %s: %s", c.gold, c.result, got)
		}
	}
}

func TestOrderCountsWhereTheItemSaysSo(t *testing.T) {
	gold := `["a","n"] [["x",3],["y",2],["z",1]]`
	turned := predictionOf(`["a","n"] [["z",1],["y",2],["x",3]]`)
	if got := verdictOf(graded(t, itemOf(gold, `,"ordered":true`), turned)); got != wrong {
		t.Errorf("another order where order counts: %s", got)
	}
	if got := verdictOf(graded(t, itemOf(gold, ""), turned)); got != exact {
		t.Errorf("another order where it is free: %s", got)
	}
	if got := verdictOf(graded(t, itemOf(gold, `,"ordered":true`), predictionOf(gold))); got != exact {
		t.Errorf("the same order: %s", got)
	}
}

func TestAnyOfSeveralRightResultsCounts(t *testing.T) {
	item := itemOf(`["a","n"] [["x",1]]`, `,"gold_alt":[{"columns":["a"],"rows":[["x"]]}]`)
	if got := verdictOf(graded(t, item, predictionOf(`["a"] [["x"]]`))); got != exact {
		t.Errorf("the alternative: %s", got)
	}
	if got := verdictOf(graded(t, item, predictionOf(`["a"] [["y"]]`))); got != wrong {
		t.Errorf("neither: %s", got)
	}
}

func TestWhatDidNotAnswerIsWrong(t *testing.T) {
	item := itemOf(`["a"] [["x"]]`, "")
	empty := itemOf(`["a"] []`, "")
	for name, p := range map[string]string{
		"no prediction": "", "refused": `{"refused":true,"columns":["a"],"rows":[["x"]]}`,
		"failed": `{"error":"timeout","columns":["a"],"rows":[["x"]]}`, "no rows": `{"columns":["a"]}`,
	} {
		if got := verdictOf(graded(t, item, p)); got != wrong {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := verdictOf(graded(t, empty, `{"columns":["a"]}`)); got != wrong {
		t.Errorf("no result is not an empty one: %s", got)
	}
	if got := verdictOf(graded(t, `{"id":"q"}`, `{"columns":["a"],"rows":[]}`)); got != wrong {
		t.Errorf("nothing to compare with: %s", got)
	}
}

func TestUnanswerableIsRightOnlyWhenRefused(t *testing.T) {
	item := `{"id":"q","kind":"unanswerable"}`
	if g := graded(t, item, `{"refused":true}`); verdictOf(g) != exact || g.Answered || !g.Scored {
		t.Errorf("refused: %+v", g)
	}
	for _, p := range []string{"", `{"columns":["a"],"rows":[[1]]}`, `{"error":"timeout"}`} {
		if got := verdictOf(graded(t, item, p)); got != wrong {
			t.Errorf("%s: %s", p, got)
		}
	}
}

func TestDenotationsAreSetsOfWrittenAnswers(t *testing.T) {
	for _, c := range []struct{ name, raw, canonical, result, want string }{
		{"the answer", `["Blue Fox"]`, `[["Blue Fox"]]`, `["a"] [["Blue Fox"]]`, exact},
		{"another column beside it", `["Blue Fox"]`, `[["Blue Fox"]]`, `["n","a"] [[3,"Blue Fox"]]`, cols},
		{"case, quotes, dots and citations", `["Café \u201cNord\u201d"]`, `[["x"]]`, `["a"] [["cafe \"nord\".[1] (closed)†"]]`, exact},
		{"dashes", `["2019\u201320"]`, `[["x"]]`, `["a"] [["2019-20"]]`, exact},
		{"a bracket that is the whole answer", `["(none)"]`, `[["x"]]`, `["a"] [["none"]]`, wrong},
		{"a number", `["1,200"]`, `[[1200]]`, `["a"] [[1200.0]]`, exact},
		{"another number", `["1,200"]`, `[[1200]]`, `["a"] [[1200.1]]`, wrong},
		{"a date", `["May 1, 2020"]`, `[["2020-5-1"]]`, `["a"] [["2020-05-01T00:00:00"]]`, exact},
		{"a date with open parts", `["May 2020"]`, `[["2020-05-xx"]]`, `["a"] [["2020-05-17"]]`, exact},
		{"another month", `["May 2020"]`, `[["2020-05-xx"]]`, `["a"] [["2020-06-17"]]`, wrong},
		{"repeated values count once", `["a","b"]`, `[["a"],["b"]]`, `["a"] [["b"],["a"],["a"]]`, exact},
		{"as often as the answers repeat", `["a","a"]`, `[["a"],["a"]]`, `["a"] [["a"],["a"]]`, exact},
		{"a value too many", `["a"]`, `[["a"]]`, `["a"] [["a"],["b"]]`, wrong},
		{"a value missing", `["a","b"]`, `[["a"],["b"]]`, `["a"] [["a"]]`, wrong},
		{"nothing", `["a"]`, `[["a"]]`, `["a"] []`, wrong},
		{"null is no answer", `["None"]`, `[["None"]]`, `["a"] [[null]]`, wrong},
	} {
		item := `{"id":"q","kind":"denotation","gold_raw":` + c.raw + `,"gold":{"columns":["answer"],"rows":` + c.canonical + `}}`
		if got := verdictOf(graded(t, item, predictionOf(c.result))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestNamedValuesAreFoundInSmallResults(t *testing.T) {
	item := `{"id":"q","kind":"values","gold_values":[{"name":"mean","value":"2.35"},{"name":"best","value":"North"}]}`
	for _, c := range []struct{ result, want string }{
		{`["m","b"] [[2.3549,"NORTH"]]`, exact},
		{`["m","b"] [[2.356,"North"]]`, wrong},
		{`["m"] [[2.35]]`, wrong},
		{`["m"] []`, wrong},
		{`["m","b"] [[2.35,"North"]` + strings.Repeat(`,[0,0]`, 14) + `]`, exact},
		{`["m","b"] [[2.35,"North"]` + strings.Repeat(`,[0,0]`, 15) + `]`, wrong},
	} {
		if got := verdictOf(graded(t, item, predictionOf(c.result))); got != c.want {
			t.Errorf("%.60s: %s, want %s", c.result, got, c.want)
		}
	}
}

func TestChartsAreComparedByTypeFamilyAndFields(t *testing.T) {
	item := func(chart string) string { return `{"id":"q","kind":"chart","gold_chart":` + chart + `}` }
	bar := `{"type":"bar","x":"Region","y":"Sales","color":null,"facet":null,"aggregate":"mean"}`
	scatter := `{"type":"scatter","x":"A","y":"B","color":"C"}`
	for _, c := range []struct {
		name, gold, enc string
		exact, partial  bool
	}{
		{"the same", bar, `{"mark":"bar","x":"region","y":" sales ","aggregate":"avg"}`, true, true},
		{"a color that repeats x is none", bar, `{"mark":"column","x":"Region","y":"Sales","color":"Region","aggregate":"average"}`, true, true},
		{"axes swapped", bar, `{"mark":"bar","x":"Sales","y":"Region","aggregate":"mean"}`, false, true},
		{"sum for mean", bar, `{"mark":"bar","x":"Region","y":"Sales","aggregate":"sum"}`, false, true},
		{"no aggregate", bar, `{"mark":"bar","x":"Region","y":"Sales"}`, false, false},
		{"another field", bar, `{"mark":"bar","x":"Region","y":"Profit","aggregate":"mean"}`, false, false},
		{"another mark", bar, `{"mark":"line","x":"Region","y":"Sales","aggregate":"mean"}`, false, false},
		{"a pie has no mark", bar, `{"mark":"pie","x":"Region","y":"Sales","aggregate":"mean"}`, false, false},
		{"scatter axes may be swapped", scatter, `{"mark":"point","x":"B","y":"A","color":"C"}`, true, true},
		{"color as facet", scatter, `{"mark":"scatter","x":"A","y":"B","facet":"C"}`, false, true},
		{"no encoding", bar, `null`, false, false},
	} {
		g := graded(t, item(c.gold), `{"refused":true,"enc":`+c.enc+`}`)
		if !g.HasEnc || g.EncExact != c.exact || g.EncPartial != c.partial {
			t.Errorf("%s: %+v", c.name, g)
		}
	}
	stacked := `{"type":"stacked bar","x":"a","y":"b"}`
	if g := graded(t, item(stacked), `{"chart":"Histogram"}`); g.ChartType || !g.ChartFamily {
		t.Errorf("a histogram is of the bar family: %+v", g)
	}
	if g := graded(t, item(stacked), `{"chart":"Stacked Bar"}`); !g.ChartType || !g.ChartFamily {
		t.Errorf("the same type: %+v", g)
	}
	if g := graded(t, itemOf(`["a"] [["x"]]`, `,"gold_chart":{"type":"pie"}`), `{"chart":"donut"}`); g.HasEnc || !g.ChartFamily {
		t.Errorf("only items of kind chart have an encoding to compare: %+v", g)
	}
}

func TestAnEmptyResultIsWrittenAsOne(t *testing.T) {
	for rows, want := range map[string]bool{"empty": true, "none": false} {
		p := Prediction{ID: "q", Columns: []string{"a"}}
		if rows == "empty" {
			p.Rows = [][]any{}
		}
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(data), `"rows":[]`); got != want {
			t.Errorf("%s rows: %s", rows, data)
		}
	}
}
