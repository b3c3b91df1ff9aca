package answer

import (
	"slices"
	"strings"
	"unicode"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/sentence"
)

// wording finds what a person calls the columns and rows of a result.
type wording struct{ in Input }

// column is how a column is spoken of: by the name the plan gave it, or by what
// it is made of.
func (n wording) column(c column) string { return n.asWritten(n.made(c)) }

// asWritten gives the words of a name that the question has in capitals theirs.
func (n wording) asWritten(name string) string {
	words := strings.Fields(name)
	for _, asked := range wordsOf(n.in.Asked.Request.Question) {
		if len(asked) < 2 || asked != strings.ToUpper(asked) || asked == strings.ToLower(asked) {
			continue
		}
		for i, w := range words {
			if strings.EqualFold(w, asked) {
				words[i] = asked
			}
		}
	}
	return strings.Join(words, " ")
}

func (n wording) made(c column) string {
	e := c.of
	switch {
	case e == nil:
		return spoken(wordsIn(called(c.name)))
	case len(e.Where) > 0:
		return spoken(wordsIn(c.name))
	case n.partOfRows(e) != nil:
		return "percentage of " + n.things() + " where " + n.conditions(n.partOfRows(e))
	case span(e) != nil:
		return n.lasting(e)
	case e.Op != "" || e.Of != nil || e.As != "" && !n.echoes(e):
		return spoken(wordsIn(c.name))
	}
	text := n.aggregated(e)
	if e.Window != nil {
		text = windowed(e.Window.Kind, text)
	}
	return text
}

// echoes reports whether a name says no more than the expression it is given to:
// total, sum_cost, highest_temp.
func (n wording) echoes(e *plan.Expr) bool {
	if e.Window != nil {
		return wordsIn(e.As) == strings.ReplaceAll(string(e.Window.Kind), "_", " ")
	}
	if e.Agg == "" {
		return false
	}
	left := slices.DeleteFunc(strings.Fields(wordsIn(e.As)), func(w string) bool {
		return slices.Contains([]string{"sum", "total", "avg", "average", "mean", "min", "lowest", "max", "highest", "count", "number", "of", "median", "distinct", "percentile"}, w)
	})
	said := strings.Join(left, " ")
	column := wordsIn(e.Column[strings.LastIndexByte(e.Column, '.')+1:])
	return said == "" || said == column || n.in.Plan != nil && said == wordsIn(n.in.Plan.Table)
}

// partOfRows is the count of the rows that meet a condition, where an expression is
// that as a percentage of all rows.
func (n wording) partOfRows(e *plan.Expr) *plan.Expr {
	if e.As != "percentage" || e.Op != plan.Divide || e.Left == nil || e.Right == nil || e.Right.Agg != plan.Count || len(e.Right.Where) > 0 || e.Right.Column != "" {
		return nil
	}
	for part := e.Left; part != nil; part = part.Right {
		if part.Agg == plan.Count && part.Column == "" && len(part.Where) > 0 {
			return part
		}
	}
	return nil
}

// conditions words what the rows of an aggregation have in common.
func (n wording) conditions(e *plan.Expr) string {
	words := make([]string, len(e.Where))
	for i := range e.Where {
		words[i] = sentence.Condition(n.in.Plan, n.in.Dataset, n.in.AsOf, &e.Where[i], false)
	}
	return strings.Join(words, " and ")
}

// span is the difference of two dates that an expression is, or aggregates.
func span(e *plan.Expr) *plan.Expr {
	if e.Of != nil && e.Op == "" {
		e = e.Of
	}
	if e.Op == plan.DateDiff && e.Left != nil && e.Right != nil && e.Left.Column != "" && e.Right.Column != "" {
		return e
	}
	return nil
}

// lasting words the time between two dates.
func (n wording) lasting(e *plan.Expr) string {
	of := span(e)
	end := func(x *plan.Expr) string { return strings.TrimSuffix(n.field(x.Column), " at") }
	word := map[plan.Agg]string{plan.Sum: "total ", plan.Avg: "average ", plan.Min: "shortest ", plan.Max: "longest ", plan.Median: "median "}[e.Agg]
	return word + "time from " + end(of.Right) + " to " + end(of.Left)
}

// aggregated words a column and its aggregation.
func (n wording) aggregated(e *plan.Expr) string {
	of := ""
	switch {
	case e.Position:
		of = "place"
	case e.Column != "" && e.Column != "*":
		of = n.field(e.Column)
	}
	switch e.Agg {
	case "":
		return n.dated(e, of)
	case plan.Count:
		if of == "" {
			return "number of " + n.things()
		}
		return "number of rows with " + of
	case plan.CountDistinct:
		return "number of different " + plural(strings.TrimSuffix(of, " id"))
	case plan.Percentile:
		return ordinal(e.Percentile*100) + " percentile of " + of
	case plan.StdDev:
		return "standard deviation of " + of
	}
	word := map[plan.Agg]string{
		plan.Sum: "total", plan.Avg: "average", plan.Min: "lowest", plan.Max: "highest", plan.Median: "median",
	}[e.Agg]
	if n.temporal(e) {
		word = map[plan.Agg]string{plan.Min: "earliest", plan.Max: "latest"}[e.Agg]
	}
	if first, _, _ := strings.Cut(of, " "); first == word {
		return of // "total", not "total total"
	}
	if rest, ok := strings.CutSuffix(of, " "+word); ok {
		return word + " of " + plural(rest)
	}
	return strings.TrimSpace(word + " " + of)
}

// dated words the period or part of a date a group is.
func (n wording) dated(e *plan.Expr, of string) string {
	switch {
	case e.Part != "":
		return strings.ReplaceAll(strings.ReplaceAll(string(e.Part), "_of_", " of the "), "_", " ")
	case e.Bucket != "":
		return string(e.Bucket)
	}
	return of
}

func (n wording) temporal(e *plan.Expr) bool {
	c := n.source(e.Column)
	return c != nil && c.Type.Temporal()
}

func windowed(kind plan.WindowKind, of string) string {
	switch kind {
	case plan.Share:
		return "share of " + strings.TrimPrefix(of, "number of ")
	case plan.RunningTotal:
		return "running total of " + strings.TrimPrefix(of, "total ")
	case plan.Change, plan.PercentChange:
		return "change in " + of
	case plan.Previous:
		return of + " before"
	case plan.MovingAverage:
		return "moving average of " + of
	case plan.Rank:
		return "rank"
	}
	return of
}

// source is the column of the dataset a name of the plan means.
func (n wording) source(name string) *catalog.Column {
	if n.in.Dataset == nil || n.in.Plan == nil {
		return nil
	}
	table, column, qualified := strings.Cut(name, ".")
	tables := []string{n.in.Plan.Table}
	for _, j := range n.in.Plan.Joins {
		tables = append(tables, j.Table)
		if qualified && j.As != "" && strings.EqualFold(j.As, table) {
			table = j.Table
		}
	}
	if qualified {
		tables, name = []string{table}, column
	}
	for _, t := range tables {
		if found := n.in.Dataset.Table(t); found != nil && found.Column(name) != nil {
			return found.Column(name)
		}
	}
	return nil
}

// field is how a column of the dataset is spoken of: by its name, or by a synonym
// where the name is an abbreviation.
func (n wording) field(name string) string {
	c := n.source(name)
	if c == nil {
		return wordsIn(name[strings.LastIndexByte(name, '.')+1:])
	}
	said := wordsIn(c.Name)
	if vague(said) {
		if thing := n.things(); thing != "rows" {
			return singular(thing) + " " + said
		}
		if table, _, qualified := strings.Cut(name, "."); qualified && n.in.Dataset.Table(table) != nil {
			return singular(wordsIn(table)) + " " + said
		}
	}
	if cryptic(said) {
		for _, s := range c.Synonyms {
			if !cryptic(s) {
				return wordsIn(s)
			}
		}
	}
	return said
}

// vague reports whether a name says something only together with its table's.
func vague(name string) bool {
	return slices.Contains([]string{"total", "amount", "value", "name", "id", "number"}, name)
}

// cryptic reports whether a name is too short to be a word.
func cryptic(name string) bool {
	return !strings.ContainsRune(name, ' ') && (len(name) <= 4 || !strings.ContainsAny(strings.ToLower(name), "aeiouy"))
}

// things is what the rows of the plan's table are called: "orders", or "rows"
// where its name does not sound like things.
func (n wording) things() string {
	if n.in.Plan == nil || n.in.Dataset == nil || len(n.in.Plan.Joins) > 0 || n.in.Dataset.Table(n.in.Plan.Table) == nil {
		return "rows"
	}
	return n.thingsOf(n.in.Dataset.Table(n.in.Plan.Table))
}

// thingsOf is what the rows of one table are called.
func (n wording) thingsOf(t *catalog.Table) string {
	if t == nil {
		return "rows"
	}
	question := wordsOf(strings.ToLower(n.in.Asked.Request.Question))
	for _, s := range t.Synonyms {
		if s = wordsIn(s); slices.Contains(question, s) || slices.Contains(question, plural(s)) {
			return plural(s) // the asker's own word
		}
	}
	name := wordsIn(t.Name)
	if listsMany(t, name) {
		name = otherName(t, name)
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && r != ' ' && r != '-' {
			return "rows"
		}
	}
	if last := name[strings.LastIndexByte(name, ' ')+1:]; len(last) < 3 || slices.Contains([]string{"data", "table", "log", "history", "list", "info", "details"}, last) {
		return "rows"
	}
	if last := name[strings.LastIndexByte(name, ' ')+1:]; slices.Contains([]string{"inventory", "stock", "staff", "equipment", "information", "weather", "news", "traffic", "revenue"}, last) {
		return name + " rows"
	}
	return plural(name)
}

// listsMany reports a table named after something that each of many rows is only
// about: a table "sensors" whose sensor_id says again and again which one a row is of.
func listsMany(t *catalog.Table, name string) bool {
	one := singular(name)
	return slices.ContainsFunc(t.Columns, func(c catalog.Column) bool {
		said := wordsIn(c.Name)
		return (said == one || said == one+" id") && c.Profile != nil && c.Profile.Distinct > 0 && 2*c.Profile.Distinct < t.Rows
	})
}

// otherName is what else the rows of such a table are called; "rows" where nobody
// said.
func otherName(t *catalog.Table, name string) string {
	for _, s := range t.Synonyms {
		if s = wordsIn(s); !strings.Contains(s, singular(name)) {
			return s
		}
	}
	return "rows"
}
