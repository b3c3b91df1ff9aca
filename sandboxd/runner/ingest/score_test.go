package ingest

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

// trouble is one file of a collection of troublesome files, as its manifest.json
// lists them.
type trouble struct {
	Set    string `json:"set"`
	File   string `json:"file"`
	Expect string `json:"expect"`
	Header string `json:"header"`
}

// scored is what a reader made of a file.
type scored struct {
	rows     [][]string
	rejected int64
	reason   string
	// said reports that rows were left out, and that somebody was told.
	said bool
}

// TestTroublesomeFiles loads every file of the collection that LEO_INGEST names and
// prints what became of it, with the F1 of its cells where a clean version is known,
// beside what the engine's own reader makes of the same file. Leo must not be
// behind, and must not lose a row silently.
func TestTroublesomeFiles(t *testing.T) {
	dir := os.Getenv("LEO_INGEST") //nolint:forbidigo // the test's own switch
	if dir == "" {
		t.Skip("LEO_INGEST names no collection of troublesome files")
	}
	data, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []trouble
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	var ours, theirs, n float64
	silent := 0
	t.Logf("%-62s %-8s %6s %7s %8s %8s  %s", "file", "outcome", "F1", "engine", "rows", "rejected", "reason")
	for _, f := range list {
		leo, other := byLeo(t, dir, f.File), byEngine(t, dir, f.File)
		outcome, score, beside := "loaded", "", ""
		if leo.rows == nil {
			outcome = "refused"
		}
		if f.Expect != "" {
			want := clean(t, filepath.Join(dir, f.Expect))
			a, b := f1(leo.rows, want), f1(other.rows, want)
			ours, theirs, n = ours+a, theirs+b, n+1
			score, beside = fmt.Sprintf("%.4f", a), fmt.Sprintf("%.4f", b)
			if leo.rows != nil && len(leo.rows) < len(want) && !leo.said {
				silent++
				outcome = "SILENT"
			}
		}
		t.Logf("%-62.62s %-8s %6s %7s %8d %8d  %s", f.File, outcome, score, beside, max(0, len(leo.rows)-1), leo.rejected, leo.reason)
	}
	t.Logf("mean F1 over %.0f files with a clean version: Leo %.4f, the engine's reader %.4f; silent losses: %d", n, ours/n, theirs/n, silent)
	if ours < theirs || silent > 0 {
		t.Error("Leo is behind, or lost rows silently")
	}
}

// byLeo ingests a file.
func byLeo(t *testing.T, dir, file string) scored {
	t.Helper()
	out := t.TempDir()
	p, err := Run(t.Context(), Options{DataDir: dir, OutDir: out}, []protocol.IngestFile{{Name: file, Table: "t"}})
	if err != nil {
		return scored{reason: err.Error()}
	}
	db, err := engine.Open(engine.Options{Path: filepath.Join(out, protocol.PreparedName), ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := scored{rejected: p[0].Rejected, said: p[0].Rejected > 0}
	if len(p[0].Rejects) > 0 {
		s.reason = fmt.Sprintf("line %d: %s", p[0].Rejects[0].Line, p[0].Rejects[0].Message)
	}
	for _, n := range p[0].Notes {
		s.said = s.said || strings.Contains(n, "not loaded") || strings.Contains(n, "names were joined")
	}
	var names []string
	for _, c := range p[0].Columns {
		names = append(names, c.Name)
	}
	s.rows = append(s.rows, names)
	rows, err := cellsOf(t, db, "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM t", len(names))
	if err != nil {
		t.Fatal(err)
	}
	s.rows = append(s.rows, rows...)
	return s
}

// byEngine reads a file with the engine's own reader and its automatic detection.
func byEngine(t *testing.T, dir, file string) scored {
	t.Helper()
	db, err := engine.Open(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	from := " FROM read_csv(" + engine.QuoteText(filepath.Join(dir, file)) + ")"
	names, err := cellsOf(t, db, "SELECT column_name FROM (DESCRIBE SELECT *"+from+")", 1)
	if err != nil {
		return scored{reason: err.Error()}
	}
	var s scored
	header := []string{}
	for _, n := range names {
		header = append(header, n[0])
	}
	s.rows = append(s.rows, header)
	rows, err := cellsOf(t, db, "SELECT CAST(COLUMNS(*) AS VARCHAR)"+from, len(header))
	if err != nil {
		return scored{reason: err.Error()}
	}
	s.rows = append(s.rows, rows...)
	return s
}

func cellsOf(t *testing.T, db *engine.DB, sql string, width int) ([][]string, error) {
	t.Helper()
	rows, err := db.Query(t.Context(), sql)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out [][]string
	for rows.Next(t.Context()) {
		r := make([]string, width)
		for i := range r {
			r[i], _ = rows.Text(i)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// clean reads the clean version of a file: plain CSV, or a JSON list of objects.
func clean(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if filepath.Ext(path) == ".json" {
		return cleanJSON(t, f)
	}
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func cleanJSON(t *testing.T, f io.Reader) [][]string {
	t.Helper()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	if text = bytes.TrimSpace(text); text[0] == '{' { // one alone
		text = append(append([]byte{'['}, text...), ']')
	}
	k := &keys{index: map[string]int{}, learn: true}
	o := newObjects(bytes.NewReader(text), 0, k)
	var out [][]string
	for {
		var r record
		err := o.next(&r)
		if errors.Is(err, io.EOF) {
			return append([][]string{k.paths}, out...)
		}
		if err != nil || r.fault != "" {
			t.Fatal(err, r.fault)
		}
		row := make([]string, len(r.cells))
		for i, c := range r.cells {
			row[i] = string(c.text)
		}
		out = append(out, row)
	}
}

// f1 compares cells row by row. Where rows differ, the next rows that agree are
// looked for; what is between counts cell by cell.
func f1(got, want [][]string) float64 {
	var same, gotCells, wantCells float64
	for _, r := range got {
		gotCells += float64(len(r))
	}
	for _, r := range want {
		wantCells += float64(len(r))
	}
	if wantCells == 0 && gotCells == 0 {
		return 1 // there is nothing in it, and nothing was made of it
	}
	if gotCells == 0 || wantCells == 0 {
		return 0
	}
	for i, j := 0, 0; i < len(got) && j < len(want); {
		n := agree(got[i], want[j], i == 0)
		if n < len(want[j]) || n < len(got[i]) {
			if di, dj, ok := ahead(got[i:], want[j:]); ok && di != dj {
				for k := range min(di, dj) {
					same += float64(agree(got[i+k], want[j+k], i+k == 0))
				}
				i, j = i+di, j+dj
				continue
			}
		}
		same += float64(n)
		i, j = i+1, j+1
	}
	if same == 0 {
		return 0
	}
	precision, recall := same/gotCells, same/wantCells
	return 2 * precision * recall / (precision + recall)
}

// ahead finds the nearest rows that agree as a whole.
func ahead(got, want [][]string) (i, j int, ok bool) {
	for sum := 1; sum <= 40; sum++ {
		for i := range sum + 1 {
			if j := sum - i; i < len(got) && j < len(want) && len(got[i]) == len(want[j]) && agree(got[i], want[j], false) == len(want[j]) {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

// agree counts the cells that are the same.
func agree(got, want []string, header bool) int {
	n := 0
	for i := range min(len(got), len(want)) {
		if sameCell(got[i], want[i], header) {
			n++
		}
	}
	return n
}

// sameCell compares what two cells mean: numbers and dates may be written
// differently. A column without a name, or with one that is taken, gets another.
func sameCell(got, want string, header bool) bool {
	a, b := strings.Join(strings.Fields(got), " "), strings.Join(strings.Fields(want), " ")
	if a == b || strings.EqualFold(a, b) && slices.Contains([]string{"true", "false", "nan", "inf"}, strings.ToLower(b)) {
		return true
	}
	if header {
		generated := regexp.MustCompile(`^(col_|column)\d+$`)
		return (b == "" || generated.MatchString(b)) && generated.MatchString(a) || b != "" && regexp.MustCompile(`^`+regexp.QuoteMeta(b)+`_\d+$`).MatchString(a)
	}
	x, okX := parseFloat([]byte(a))
	y, okY := parseFloat([]byte(b))
	if !okY {
		y, _, okY = parseCommaFloat([]byte(b))
	}
	if okX && okY && (x == y || math.Abs(x-y) <= 1e-12*math.Abs(x)) {
		return true
	}
	return sameMoment(a, b)
}

func sameMoment(a, b string) bool {
	m, okA := readMoment([]byte(a))
	w, okB := readMoment([]byte(b))
	if !okA || !okB {
		return false
	}
	if w.orders == 0 || m.orders == 0 {
		return w.orders == m.orders && w.micros == m.micros
	}
	for _, o := range []order{orderYMD, orderDMY, orderMDY, orderNamed} {
		for _, p := range []order{orderYMD, orderNamed} {
			if w.orders&o != 0 && m.orders&p != 0 && w.unixMicros(o) == m.unixMicros(p) {
				return true
			}
		}
	}
	return false
}
