package eval

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Markdown renders the report as Markdown tables, which read well as plain text,
// too.
func (r *Report) Markdown(w io.Writer) error {
	all := append([]Slice{r.All, r.Strong}, r.Slices...)
	tables := []table{answersTable(all), refusalTable(all)}
	if r.All.Charts > 0 {
		tables = append(tables, chartTable(all))
	}
	if len(r.Calibration) > 0 {
		tables = append(tables, calibrationTable(r.Calibration))
	}
	tables = append(tables, latencyTable([]Slice{r.All}))
	for _, t := range tables {
		if len(t.rows) == 0 {
			continue
		}
		if _, err := fmt.Fprintf(w, "%s\n\n%s\n", t.title, t); err != nil {
			return err
		}
	}
	return nil
}

// table is a table with a sentence above it. Its first columns are text, as many
// as text says and at least one; the others are figures.
type table struct {
	title string
	text  int
	head  []string
	rows  [][]string
}

// String aligns the columns.
func (t table) String() string {
	width := make([]int, len(t.head))
	for i := range width {
		width[i] = 3 // a rule of Markdown needs dashes
	}
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, c := range row {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	line := func(row []string) {
		for i, c := range row {
			gap := strings.Repeat(" ", width[i]-utf8.RuneCountInString(c))
			if i < max(1, t.text) {
				b.WriteString("| " + c + gap + " ")
			} else {
				b.WriteString("| " + gap + c + " ")
			}
		}
		b.WriteString("|\n")
	}
	line(t.head)
	rule := make([]string, len(width))
	for i, n := range width {
		rule[i] = strings.Repeat("-", n)
		if i >= max(1, t.text) {
			rule[i] = rule[i][:n-1] + ":"
		}
	}
	line(rule)
	for _, row := range t.rows {
		line(row)
	}
	return b.String()
}

// Label names a slice in a table.
func (s Slice) Label() string {
	if s.By == "" {
		return s.Name
	}
	return s.By + " " + s.Name
}

func answersTable(all []Slice) table {
	t := table{
		title: "Answers. Coverage: run without asking back; precision: right among those. EX and EX+cols take the first suggestion where Leo asks back.",
		head:  []string{"", "n", "coverage", "precision", "95 %", "EX", "EX+cols", "95 %", "asked back", "refused", "failed"},
	}
	for _, s := range all {
		t.rows = append(t.rows, []string{
			s.Label(), fmt.Sprint(s.N), percent(s.Ran, s.Answerable), percent(s.RanCols, s.RanScored), s.PrecisionInterval.String(),
			percent(s.EX, s.Scored), percent(s.Cols, s.Scored), s.ColsInterval.String(),
			percent(s.AskedBack, s.Answerable), percent(s.Refused, s.Answerable), percent(s.Failed, s.Answerable),
		})
	}
	return t
}

func refusalTable(all []Slice) table {
	t := table{
		title: "Refusals and dialogues. A dialogue is right when all of its turns are (IEX).",
		head:  []string{"", "unanswerable", "refused", "answerable", "refused", "dialogues", "IEX"},
	}
	for _, s := range all {
		if s.Unanswerable > 0 || s.Dialogues > 0 {
			t.rows = append(t.rows, []string{
				s.Label(), fmt.Sprint(s.Unanswerable), percent(s.UnanswerableRefused, s.Unanswerable),
				fmt.Sprint(s.Answerable), percent(s.Refused, s.Answerable), fmt.Sprint(s.Dialogues), percent(s.DialoguesRight, s.Dialogues),
			})
		}
	}
	return t
}

func chartTable(all []Slice) table {
	t := table{
		title: "Charts. Type and family of the chart; exact and partial agreement of what it binds.",
		head:  []string{"", "charts", "type", "family", "bound", "exact", "partial"},
	}
	for _, s := range all {
		if s.Charts > 0 {
			t.rows = append(t.rows, []string{
				s.Label(), fmt.Sprint(s.Charts), percent(s.ChartType, s.Charts), percent(s.ChartFamily, s.Charts),
				fmt.Sprint(s.Encs), percent(s.EncExact, s.Encs), percent(s.EncPartial, s.Encs),
			})
		}
	}
	return t
}

func calibrationTable(all []Bin) table {
	t := table{
		title: "Calibration: the planner's confidence in what it ran or offered first, against the share that is right.",
		head:  []string{"confidence from", "n", "mean confidence", "right"},
	}
	for _, b := range all {
		t.rows = append(t.rows, []string{
			fmt.Sprintf("%.1f", b.Low), fmt.Sprint(b.N), fmt.Sprintf("%.2f", b.Confidence), fmt.Sprintf("%.2f", b.Right),
		})
	}
	return t
}

func latencyTable(all []Slice) table {
	t := table{
		title: "Latency in milliseconds: planning, and the whole run from question to answer with other questions in flight.",
		head:  []string{"", "planned", "p50", "p99", "run", "p50", "p99"},
	}
	for _, s := range all {
		t.rows = append(t.rows, []string{
			s.Label(), fmt.Sprint(s.PlanMS.N), milliseconds(s.PlanMS.P50), milliseconds(s.PlanMS.P99),
			fmt.Sprint(s.MS.N), milliseconds(s.MS.P50), milliseconds(s.MS.P99),
		})
	}
	return t
}

// String writes a share's interval in percent.
func (i Interval) String() string {
	if i == (Interval{}) {
		return ""
	}
	return fmt.Sprintf("%.0f-%.0f", 100*i.Low, 100*i.High)
}

// percent is a share in percent, or nothing of nothing.
func percent(part, of int) string {
	if of == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", 100*share(part, of))
}

func milliseconds(ms float64) string {
	switch {
	case ms == 0:
		return ""
	case ms < 10:
		return fmt.Sprintf("%.1f", ms)
	}
	return fmt.Sprintf("%.0f", ms)
}
