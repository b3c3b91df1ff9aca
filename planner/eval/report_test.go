package eval

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const runs = "testdata/runs"

func readRun(t *testing.T, name string) ([]Item, map[string]*Prediction) {
	t.Helper()
	items, err := ReadSuite(runs, 0)
	if err != nil {
		t.Fatal(err)
	}
	read, err := ReadPredictions(filepath.Join(runs, name))
	if err != nil {
		t.Fatal(err)
	}
	return items, read
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join(runs, name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs:\n%s", path, got)
	}
}

func TestTheReportOfARun(t *testing.T) {
	items, predictions := readRun(t, "old.jsonl")
	var b bytes.Buffer
	if err := NewReport(items, predictions).Markdown(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.md", b.String())
}

func TestBothViewsOfARun(t *testing.T) {
	items, predictions := readRun(t, "old.jsonl")
	all := NewReport(items, predictions).All.Figures
	// a1 a3 b2 c1 c3 right unasked; c2 and the unanswerable b4 wrong; the two
	// charts without rows to compare with count for neither.
	if all.RanScored != 7 || all.RanCols != 5 {
		t.Errorf("precision is %d of %d", all.RanCols, all.RanScored)
	}
	// With the first suggestion b1 is right as well, and b3 by refusing.
	if all.Scored != 10 || all.Cols != 7 || all.EX != 6 {
		t.Errorf("EX %d, EX+cols %d of %d", all.EX, all.Cols, all.Scored)
	}
	if all.Answerable != 10 || all.Ran != 8 || all.AskedBack != 1 || all.Refused != 1 || all.Failed != 0 {
		t.Errorf("%d answerable: %d run, %d asked back, %d refused, %d failed", all.Answerable, all.Ran, all.AskedBack, all.Refused, all.Failed)
	}
	if all.Unanswerable != 2 || all.UnanswerableRefused != 1 || all.Dialogues != 2 || all.DialoguesRight != 1 {
		t.Errorf("%d of %d refused, %d of %d dialogues", all.UnanswerableRefused, all.Unanswerable, all.DialoguesRight, all.Dialogues)
	}
	if all.Charts != 2 || all.ChartType != 2 || all.EncExact != 1 || all.EncPartial != 2 {
		t.Errorf("charts %+v", all)
	}
	strong := NewReport(items, predictions).Strong.Figures
	if strong.N != 11 || strong.Cols != 6 {
		t.Errorf("without weak: %d of %d", strong.Cols, strong.N)
	}
}

func TestQuestionsWithoutAPredictionHaveFailed(t *testing.T) {
	items, predictions := readRun(t, "new.jsonl")
	all := NewReport(items, predictions).All.Figures
	if all.Failed != 2 || all.N != 12 {
		t.Errorf("%d of %d failed, want the two that are missing", all.Failed, all.N)
	}
}

func TestTheChangesBetweenTwoRuns(t *testing.T) {
	items, before := readRun(t, "old.jsonl")
	_, after := readRun(t, "new.jsonl")
	c := Compare(items, before, after)
	names := func(list []Change) string {
		var ids []string
		for _, change := range list {
			ids = append(ids, change.Item.ID)
		}
		return strings.Join(ids, " ")
	}
	for what, got := range map[string][2]string{
		"gained": {names(c.Gained), "a2 c2"}, "lost": {names(c.Lost), "a1 b3"}, "moved": {names(c.Moved), "a3 b1"},
		"charts gained": {names(c.ChartsGained), "d1"}, "charts lost": {names(c.ChartsLost), "d2"},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %s, want %s", what, got[0], got[1])
		}
	}
	var b bytes.Buffer
	if err := c.Text(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "changes.txt", b.String())
}

func TestIntervalsAreOverDatabases(t *testing.T) {
	// Two databases, one all right and one all wrong: whatever the number of
	// questions, a resample may hold only one of them.
	var group []outcome
	for i := range 1000 {
		db := "right"
		if i%2 == 1 {
			db = "wrong"
		}
		group = append(group, outcome{item: &Item{Asked: Asked{DB: db}}, grade: Grade{Scored: true, Cols: i%2 == 0}})
	}
	f := figuresOf(group)
	if f.ColsInterval != (Interval{0, 1}) {
		t.Errorf("interval %+v, want everything", f.ColsInterval)
	}
	if again := figuresOf(group); again != f {
		t.Error("the same run has other figures the second time")
	}
	if one := figuresOf(group[:1]); one.ColsInterval != (Interval{}) {
		t.Errorf("a single database has no interval, got %+v", one.ColsInterval)
	}
}

func TestCalibrationComparesConfidenceWithWhatIsRight(t *testing.T) {
	items, predictions := readRun(t, "old.jsonl")
	got := NewReport(items, predictions).Calibration
	// Without rows to compare with (d1, d2) or without an answer (a2, b3) nothing
	// is known; b4 was answered and should not have been.
	want := []Bin{{0.6, 2, 0.625, 0.5}, {0.7, 1, 0.72, 1}, {0.8, 3, 0.8, 2.0 / 3}, {0.9, 2, 0.925, 1}}
	if len(got) != len(want) {
		t.Fatalf("bins %+v", got)
	}
	for i, b := range want {
		if d := got[i].Confidence - b.Confidence; got[i].N != b.N || got[i].Right != b.Right || d > 1e-9 || d < -1e-9 {
			t.Errorf("bin %+v, want %+v", got[i], b)
		}
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadSuite(dir, 0); err == nil {
		t.Error("a folder without questions is a suite")
	}
	path := filepath.Join(dir, "questions.jsonl")
	if err := os.WriteFile(path, []byte("\n{\"id\":\"a\"}\nnot json\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadSuite(dir, 0); err == nil || !strings.Contains(err.Error(), "Line 3") {
		t.Errorf("a broken line: %v", err)
	}
	if items, err := ReadSuite(dir, 1); err != nil || len(items) != 1 {
		t.Errorf("the first item alone: %d, %v", len(items), err)
	}
	if _, err := ReadPredictions(path); err == nil {
		t.Error("broken predictions were read")
	}
}

func TestADocumentHoldsFiguresAndNothingOfTheSuites(t *testing.T) {
	items, predictions := readRun(t, "old.jsonl")
	r := NewReport(items, predictions)
	var b bytes.Buffer
	if err := Document(&b, "1.2.3", []Named{{"trade", "an invented suite", r}, {"again", "the same", r}}); err != nil {
		t.Fatal(err)
	}
	golden(t, "document.md", b.String())
	text := b.String()
	if strings.Contains(text, "{{") || !strings.Contains(text, "fitted on these very halves") {
		t.Error("a part of the document is missing")
	}
	for i := range items {
		if strings.Contains(text, items[i].Question) || strings.Contains(text, "| "+items[i].DB+" ") {
			t.Errorf("the document holds %q or its database", items[i].Question)
		}
	}
}

func TestTimesAreRoundedUpToSteps(t *testing.T) {
	for ms, want := range map[float64]string{0: "", 0.2: "< 1 ms", 1: "< 1 ms", 1.1: "< 2 ms", 3: "< 5 ms", 7: "< 10 ms", 101: "< 200 ms", 4999: "< 5000 ms"} {
		if got := under(ms); got != want {
			t.Errorf("%v ms is %q, want %q", ms, got, want)
		}
	}
}

func TestLossesAddUp(t *testing.T) {
	for _, name := range []string{"old.jsonl", "new.jsonl"} {
		items, predictions := readRun(t, name)
		l := NewReport(items, predictions).Losses
		if l.N != 8 || l.Right+l.Refused+l.AskedBack+l.Ran+l.Failed != l.N {
			t.Errorf("%s: %+v", name, l)
		}
	}
}
