package eval

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
)

// Named is a suite's report under the suite's name.
type Named struct {
	// Name is the suite's short name and Title what it is, in a few words.
	Name, Title string
	Report      *Report
}

//go:embed document.md
var documentText string

// Document writes the reports of several suites as one Markdown document: method,
// figures, what limits them. It holds no question, no cell and no name of a table
// or database, and says nothing that two runs of the same planner would not both
// say: times are rounded up to steps.
func Document(w io.Writer, version string, suites []Named) error {
	text := strings.NewReplacer(
		"{{version}}", version,
		"{{suites}}", suitesTable(suites).String(),
		"{{answers}}", documentAnswers(suites).String(),
		"{{plans}}", documentBy(suites, "dsl").String(),
		"{{difficulty}}", documentBy(suites, "difficulty").String(),
		"{{refusals}}", documentRefusals(suites).String(),
		"{{charts}}", documentCharts(suites).String(),
		"{{losses}}", documentLosses(suites).String(),
		"{{calibration}}", documentCalibration(suites).String(),
		"{{latency}}", documentLatency(suites).String(),
	).Replace(documentText)
	_, err := io.WriteString(w, text)
	return err
}

func suitesTable(suites []Named) table {
	t := table{text: 2, head: []string{"suite", "what it is", "databases", "questions"}}
	for _, s := range suites {
		t.rows = append(t.rows, []string{s.Name, s.Title, fmt.Sprint(s.Report.All.Databases), fmt.Sprint(s.Report.All.N)})
	}
	return t
}

func documentAnswers(suites []Named) table {
	t := table{head: []string{"suite", "questions", "coverage", "precision", "95 %", "EX", "EX+cols", "95 %", "without weak", "asked back", "refused"}}
	for _, s := range suites {
		f, strong := s.Report.All.Figures, s.Report.Strong.Figures
		t.rows = append(t.rows, []string{
			s.Name, fmt.Sprint(f.N), percent(f.Ran, f.Answerable), percent(f.RanCols, f.RanScored), f.PrecisionInterval.String(),
			percent(f.EX, f.Scored), percent(f.Cols, f.Scored), f.ColsInterval.String(), percent(strong.Cols, strong.Scored),
			percent(f.AskedBack, f.Answerable), percent(f.Refused, f.Answerable),
		})
	}
	return t
}

func documentBy(suites []Named, by string) table {
	t := table{text: 2, head: []string{"suite", by, "questions", "coverage", "precision", "EX", "EX+cols", "asked back", "refused"}}
	for _, s := range suites {
		for _, slice := range s.Report.Slices {
			if slice.By != by || slice.Scored == 0 {
				continue
			}
			f := slice.Figures
			t.rows = append(t.rows, []string{
				s.Name, slice.Name, fmt.Sprint(f.N), percent(f.Ran, f.Answerable), percent(f.RanCols, f.RanScored),
				percent(f.EX, f.Scored), percent(f.Cols, f.Scored), percent(f.AskedBack, f.Answerable), percent(f.Refused, f.Answerable),
			})
		}
	}
	return t
}

func documentRefusals(suites []Named) table {
	t := table{head: []string{"suite", "unanswerable", "refused", "answerable", "refused", "dialogues", "all turns right"}}
	for _, s := range suites {
		if f := s.Report.All.Figures; f.Unanswerable > 0 || f.Dialogues > 0 {
			t.rows = append(t.rows, []string{
				s.Name, fmt.Sprint(f.Unanswerable), percent(f.UnanswerableRefused, f.Unanswerable),
				fmt.Sprint(f.Answerable), percent(f.Refused, f.Answerable), fmt.Sprint(f.Dialogues), percent(f.DialoguesRight, f.Dialogues),
			})
		}
	}
	return t
}

func documentCharts(suites []Named) table {
	t := table{head: []string{"suite", "questions", "type", "family", "exact", "partial"}}
	add := func(name string, f Figures) {
		if f.Charts > 0 {
			t.rows = append(t.rows, []string{
				name, fmt.Sprint(f.Charts), percent(f.ChartType, f.Charts), percent(f.ChartFamily, f.Charts),
				percent(f.EncExact, f.Encs), percent(f.EncPartial, f.Encs),
			})
		}
	}
	for _, s := range suites {
		add(s.Name, s.Report.All.Figures)
		for _, slice := range s.Report.Slices {
			if slice.By == bySequence && slice.Name == "no" {
				add(s.Name+", without those that refer to a question before", slice.Figures)
			}
		}
	}
	return t
}

// documentLosses says where scored, answerable questions that are not right were
// lost.
func documentLosses(suites []Named) table {
	t := table{head: []string{"suite", "right", "refused", "asked back, first reading wrong", "run, but wrong", "failed"}}
	for _, s := range suites {
		l := s.Report.Losses
		t.rows = append(t.rows, []string{
			s.Name, percent(l.Right, l.N), percent(l.Refused, l.N), percent(l.AskedBack, l.N), percent(l.Ran, l.N), percent(l.Failed, l.N),
		})
	}
	return t
}

func documentCalibration(suites []Named) table {
	pooled := make([]Bin, bins)
	for _, s := range suites {
		for _, b := range s.Report.Calibration {
			p := &pooled[min(bins-1, int(b.Low*bins+0.5))]
			n := float64(b.N)
			p.Low, p.N = b.Low, p.N+b.N
			p.Confidence += n * b.Confidence
			p.Right += n * b.Right
		}
	}
	t := table{head: []string{"confidence from", "questions", "mean confidence", "right"}}
	for _, b := range pooled {
		if n := float64(b.N); b.N > 0 {
			t.rows = append(t.rows, []string{fmt.Sprintf("%.1f", b.Low), fmt.Sprint(b.N), fmt.Sprintf("%.2f", b.Confidence/n), fmt.Sprintf("%.2f", b.Right/n)})
		}
	}
	return t
}

func documentLatency(suites []Named) table {
	t := table{head: []string{"suite", "planning p50", "p99", "whole run p50", "p99"}}
	for _, s := range suites {
		f := s.Report.All.Figures
		t.rows = append(t.rows, []string{s.Name, under(f.PlanMS.P50), under(f.PlanMS.P99), under(f.MS.P50), under(f.MS.P99)})
	}
	return t
}

// under rounds a time up to 1, 2 or 5 of its power of ten, so that the document
// does not change with the weather.
func under(ms float64) string {
	if ms <= 0 {
		return ""
	}
	for unit := 1; ; unit *= 10 {
		for _, step := range []int{1, 2, 5} {
			if ms <= float64(unit*step) {
				return fmt.Sprintf("< %d ms", unit*step)
			}
		}
	}
}
