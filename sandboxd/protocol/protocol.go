package protocol

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// QueryType says what a request asks the runner to do.
type QueryType string

// The query types. SQL reads a prepared dataset, Python its columnar copy. Check
// judges and binds a statement without running it. Ingest turns raw files into a
// prepared dataset and profiles it; Profile profiles one that is already
// prepared; Frames makes the columnar copy of one. Probe tries what a sandbox
// must prevent.
const (
	SQL     QueryType = "sql"
	Python  QueryType = "python"
	Check   QueryType = "check"
	Ingest  QueryType = "ingest"
	Profile QueryType = "profile"
	Frames  QueryType = "frames"
	Probe   QueryType = "probe"
)

// Paths inside every sandbox, whichever executor made it.
const (
	// DataDir holds the run's input, read-only: a prepared dataset
	// ([PreparedName]), its columnar copy for Python ([FramesName]) or, for
	// ingest, the raw files.
	DataDir = "/data"
	// OutDir is writable and exists only for ingest and frames: the runner
	// leaves the prepared dataset there under [PreparedName], or the columnar
	// copy under [FramesName].
	OutDir = "/out"
	// TmpDir is a small tmpfs.
	TmpDir = "/tmp"
	// PreparedName is the file name of a prepared dataset.
	PreparedName = "data.duckdb"
	// FramesName is the file name of a prepared dataset's columnar copy.
	FramesName = "frames.npz"
	// RunnerPath is where the runner binary is mounted.
	RunnerPath = "/leo-runner"
	// PythonPath is the interpreter of a Python sandbox, HarnessDir the program
	// it runs.
	PythonPath = "/usr/bin/python3.11"
	HarnessDir = "/leo/harness"
)

// Ready is the first line a runner writes.
type Ready struct {
	Ready  bool   `json:"ready"`
	Engine string `json:"engine"`
	// Fault is set, and Ready false, when the runner could not open its data.
	Fault *fault.Fault `json:"fault,omitempty"`
	// OpenMS is the time from process start to this line, in milliseconds.
	OpenMS float64 `json:"open_ms"`
}

// Request is the one request a runner serves.
type Request struct {
	ID        string    `json:"id"`
	QueryType QueryType `json:"query_type"`
	// Statement is the SQL text, byte for byte what will run, or the Python
	// source.
	Statement string `json:"statement,omitempty"`
	// CountsStatement is an optional second SELECT, made by the compiler and
	// never by a person, that yields one row of counters (rows_read,
	// rows_kept). It passes the same policy, runs after Statement, and its
	// failure is ignored.
	CountsStatement string `json:"counts_statement,omitempty"`
	// Tables are the names a statement may read.
	Tables []string `json:"tables,omitempty"`
	// TimeoutMS is the budget of the statement in milliseconds.
	TimeoutMS int `json:"timeout_ms"`
	// MaxRows is the number of rows returned at most; one more is read to know
	// whether the result was cut.
	MaxRows int `json:"max_rows"`
	// MaxOutputBytes bounds the encoded response, in bytes.
	MaxOutputBytes int `json:"max_output_bytes"`
	// Files are the inputs of an ingest, relative to [DataDir].
	Files []IngestFile `json:"files,omitempty"`
	// Progress asks an ingest to say how far it has come.
	Progress bool `json:"progress,omitempty"`
}

// IngestFile names one raw file and the table it becomes.
type IngestFile struct {
	Name string `json:"name"`
	// Label is what the person calls it. Default: Name.
	Label string `json:"label,omitempty"`
	Table string `json:"table"`
	// Types overrides the detected type of a column, by column name.
	Types map[string]string `json:"types,omitempty"`
	// Options say how its tables are read, by table.
	Options map[string]catalog.ReadOptions `json:"options,omitempty"`
}

// Status is the outcome of a request.
type Status string

// The outcomes.
const (
	OK    Status = "ok"
	Error Status = "error"
)

// Column is one column of a result: its name and the engine's type, as DuckDB
// spells it (BIGINT, DECIMAL(18,2), TIMESTAMP, …).
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Response is the one answer of a runner. Values in Rows are JSON null, bool,
// string or number; integers beyond 2^53 and decimals keep every digit as JSON
// numbers, dates and timestamps are ISO 8601 strings without a zone
// (2026-01-31, 2026-01-31T08:30:00), NaN and infinities are strings ("NaN",
// "Infinity", "-Infinity"), intervals, lists and structs are engine text.
type Response struct {
	ID        string   `json:"id"`
	Status    Status   `json:"status"`
	Columns   []Column `json:"columns,omitempty"`
	Rows      [][]any  `json:"rows,omitempty"`
	RowCount  int      `json:"row_count"`
	Truncated bool     `json:"truncated"`
	// TruncatedBy is "rows" or "bytes" when Truncated.
	TruncatedBy string           `json:"truncated_by,omitempty"`
	Counts      map[string]int64 `json:"counts,omitempty"`
	// Volatile says that the statement reads the clock or draws at random: the same
	// statement over the same data may give another result.
	Volatile    bool         `json:"volatile,omitempty"`
	ExecTimeMS  float64      `json:"exec_time_ms"`
	StdoutTrunc string       `json:"stdout_trunc,omitempty"`
	StderrTrunc string       `json:"stderr_trunc,omitempty"`
	Error       *fault.Fault `json:"error,omitempty"`
	// Tables is the schema and profile an ingest or profile request found.
	Tables []TableProfile `json:"tables,omitempty"`
}

// Progress says how far an ingest has come that was asked to. It comes between the
// request and the response, as often as once a second: {"progress":{…}}.
type Progress struct {
	// Stage is what is being done with Table.
	Stage catalog.Stage `json:"stage"`
	Table string        `json:"table"`
	// Done and Total are bytes of the table's file as it reads, this stage; both 0
	// where the stage does not read the file.
	Done  int64 `json:"done,omitempty"`
	Total int64 `json:"total,omitempty"`
	// Rows have been read in this stage.
	Rows int64 `json:"rows,omitempty"`
}

// ProgressLine is what a line of progress holds.
type ProgressLine struct {
	Progress *Progress `json:"progress"`
}

// TableProfile describes one table of a prepared dataset.
type TableProfile struct {
	Name    string          `json:"name"`
	Rows    int64           `json:"rows"`
	Columns []ColumnProfile `json:"columns"`
	// Rejected counts input lines that could not be read; Rejects shows the
	// first of them.
	Rejected int64            `json:"rejected,omitempty"`
	Rejects  []catalog.Reject `json:"rejects,omitempty"`
	// Format is what the reader detected: delimiter, quote, header, encoding.
	Format map[string]string `json:"format,omitempty"`
	// Notes are sentences for the person who uploaded the file: what was left
	// out or repaired, and why a column has the type it has.
	Notes []string `json:"notes,omitempty"`
	// Sample is the first rows, at most 10, as text in the order of Columns, nil
	// where a cell is empty. Cells are cut at 80 bytes; a table so wide that ten
	// rows are more than 16 KiB shows fewer.
	Sample [][]*string `json:"sample,omitempty"`
	// Report says all of it in one; only an ingest has it.
	Report *catalog.FileReport `json:"report,omitempty"`
}

// ColumnProfile describes one column's content.
type ColumnProfile struct {
	Name string `json:"name"`
	Type string `json:"type"`
	// Nulls and Distinct count rows; Distinct is approximate above 10 000.
	Nulls    int64 `json:"nulls"`
	Distinct int64 `json:"distinct"`
	// Min and Max are engine text; empty for an all-null column.
	Min string `json:"min,omitempty"`
	Max string `json:"max,omitempty"`
	// Top holds the most frequent values with their counts, at most 100, each
	// at most 200 bytes. Complete says that these are all values there are.
	Top      []ValueCount `json:"top,omitempty"`
	Complete bool         `json:"complete,omitempty"`
	// Histogram counts the values by size.
	Histogram *Histogram `json:"histogram,omitempty"`
}

// Histogram counts the values of a column in at most 20 bins of equal width.
type Histogram struct {
	// Of is "value" for numbers and dates, "length" for texts, in characters.
	Of string `json:"of"`
	// Low and High are engine text: the ends of the first and the last bin.
	Low    string  `json:"low"`
	High   string  `json:"high"`
	Counts []int64 `json:"counts"`
}

// ValueCount is one value, as text, and how often it occurs.
type ValueCount struct {
	Value string `json:"value"`
	Count int64  `json:"count"`
}

// ErrOutputCap is returned by the readers when a line exceeds its bound.
var ErrOutputCap = errors.New("runner output exceeds its limit")

// ReadLine reads one line of at most limit bytes, without its newline.
func ReadLine(r *bufio.Reader, limit int) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > limit {
			return nil, ErrOutputCap
		}
		line = append(line, part...)
		switch {
		case err == nil:
			return bytes.TrimRight(line, "\r\n"), nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, io.ErrUnexpectedEOF
		default:
			return nil, err
		}
	}
}

// ReadReady reads and checks the ready line. A runner that reports a fault
// yields that fault as the error.
func ReadReady(r *bufio.Reader) (Ready, error) {
	line, err := ReadLine(r, 64<<10)
	if err != nil {
		return Ready{}, fmt.Errorf("read ready line: %w", err)
	}
	var ready Ready
	if err := json.Unmarshal(line, &ready); err != nil {
		return Ready{}, fmt.Errorf("decode ready line: %w", err)
	}
	switch {
	case ready.Fault != nil && !ready.Fault.Code.Known():
		return ready, errors.New("runner reports a fault without a known code")
	case ready.Fault != nil:
		return ready, ready.Fault
	case !ready.Ready:
		return ready, errors.New("runner is not ready and does not say why")
	}
	return ready, nil
}

// progressStart is how every line of progress begins, and no response.
const progressStart = `{"progress":`

// ReadProgress reads the lines of progress that come before a response and calls
// told with each; the response is left to [ReadResponse].
func ReadProgress(r *bufio.Reader, told func(Progress)) error {
	for {
		// An error of Peek, such as the end of what can be read, is ReadResponse's
		// to report.
		if start, _ := r.Peek(len(progressStart)); string(start) != progressStart {
			return nil
		}
		line, err := ReadLine(r, 4<<10)
		if err != nil {
			return fmt.Errorf("read progress: %w", err)
		}
		var said ProgressLine
		if err := json.Unmarshal(line, &said); err != nil {
			return fmt.Errorf("decode progress: %w", err)
		}
		p := said.Progress
		if p == nil || !p.Stage.Known() || p.Done < 0 || p.Total < 0 || p.Rows < 0 {
			return errors.New("progress makes no sense")
		}
		told(*p)
	}
}

// ReadResponse reads the response to request id through a bound of limit bytes
// and checks its shape. Numbers stay json.Number, so nothing is rounded.
func ReadResponse(r *bufio.Reader, id string, limit int) (*Response, error) {
	line, err := ReadLine(r, limit)
	if err != nil {
		return nil, fmt.Errorf("read response: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	var resp Response
	if err := dec.Decode(&resp); err != nil {
		return nil, fmt.Errorf("decode response: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("response is followed by something")
	}
	return &resp, resp.check(id)
}

// check rejects a response that a correct runner would not have written.
func (r *Response) check(id string) error {
	switch {
	case r.ID != id:
		return fmt.Errorf("response is for %q, not for %q", r.ID, id)
	case r.Status == Error && (r.Error == nil || !r.Error.Code.Known()):
		return errors.New("response reports an error without a known code")
	case r.Status == OK && r.Error != nil:
		return errors.New("response reports an error and no failure")
	case r.Status != OK && r.Status != Error:
		return fmt.Errorf("response has status %q", r.Status)
	case r.ExecTimeMS < 0:
		return fmt.Errorf("response took %v ms", r.ExecTimeMS)
	case r.RowCount != len(r.Rows):
		return fmt.Errorf("response counts %d rows and holds %d", r.RowCount, len(r.Rows))
	}
	for i, row := range r.Rows {
		if len(row) != len(r.Columns) {
			return fmt.Errorf("row %d has %d values for %d columns", i, len(row), len(r.Columns))
		}
		for _, v := range row {
			switch v.(type) {
			case []any, map[string]any:
				return fmt.Errorf("row %d holds a list or an object", i)
			}
		}
	}
	return nil
}
