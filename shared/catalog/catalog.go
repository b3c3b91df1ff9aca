package catalog

import (
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/fault"
)

// State says how far a dataset version is.
type State string

// The states; see the package comment for the moves between them.
const (
	Registered State = "registered"
	Preparing  State = "preparing"
	Ready      State = "ready"
	Failed     State = "failed"
)

// Dataset is one version of one named set of files.
type Dataset struct {
	ID          string `json:"id"`
	Org         string `json:"org"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	// Version is the SHA-256, in hexadecimal, over the files' bytes in order. Where a
	// person said how files are read, it is that of [VersionOf].
	Version string `json:"version"`
	// Content is the SHA-256 over the files' bytes alone. Empty: it is the Version.
	Content string `json:"content,omitempty"`
	State   State  `json:"state"`
	// Progress is how far a dataset has come that is being prepared; it may be a few
	// seconds old.
	Progress *Progress `json:"progress,omitempty"`
	// Fault says why a failed dataset failed.
	Fault *fault.Fault `json:"fault,omitempty"`
	Files []File       `json:"files"`
	// Tables are known once the dataset is ready; before that they hold what
	// the person who registered it said about them.
	Tables    []Table    `json:"tables,omitempty"`
	Relations []Relation `json:"relations,omitempty"`
	// Prompts are questions to start from.
	Prompts  []string  `json:"prompts,omitempty"`
	Prepared *Prepared `json:"prepared,omitempty"`
	// Reports say how each file was read; they are known once it was.
	Reports []FileReport `json:"reports,omitempty"`
	// Survey says that its relations were measured; nil until they were.
	Survey *Survey `json:"survey,omitempty"`
	Owner  string  `json:"owner,omitempty"`
	// UploadedBy is who brought this version; the owner brought the first one.
	UploadedBy string    `json:"uploaded_by,omitempty"`
	CreatedAt  time.Time `json:"created_at"`
	PreparedAt time.Time `json:"prepared_at,omitzero"`
	// Demo marks the datasets that come with Leo.
	Demo bool `json:"demo,omitempty"`
}

// Stage is a step of preparing a dataset.
type Stage string

// The stages, in their order. The first is once for all files and the others are
// for each table: every value is looked at to find the types of the columns, then
// the rows are stored, then the columns are described.
const (
	StageCopying    Stage = "copying"
	StageExamining  Stage = "examining"
	StageLoading    Stage = "loading"
	StageDescribing Stage = "describing"
)

// Known reports whether s is a stage.
func (s Stage) Known() bool {
	switch s {
	case StageCopying, StageExamining, StageLoading, StageDescribing:
		return true
	}
	return false
}

// Progress says what is being done to prepare a dataset.
type Progress struct {
	Stage Stage `json:"stage"`
	// Table is the one it is done with; empty while files are copied.
	Table string `json:"table,omitempty"`
	// Done and Total are bytes read in this stage, of the table's file or, while
	// files are copied, of all files. Both are 0 where that is not known.
	Done  int64 `json:"done,omitempty"`
	Total int64 `json:"total,omitempty"`
	// Rows have been read in this stage.
	Rows int64 `json:"rows,omitempty"`
	// Began is when the preparation began, At when this was known.
	Began time.Time `json:"began"`
	At    time.Time `json:"at"`
}

// File is one uploaded file and the table it becomes.
type File struct {
	Name   string `json:"name"`
	Table  string `json:"table"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	// Object is the key of the bytes in the uploads bucket.
	Object string `json:"object"`
	// Options say how its tables are read, by the name of the table: a workbook has
	// several.
	Options map[string]ReadOptions `json:"options,omitempty"`
	// Parts are the names of the pieces below Object, in order, of a file that
	// came in pieces. Empty: Object itself is the file.
	Parts []string `json:"parts,omitempty"`
}

// Objects are the keys whose bytes, one after the other, are the file.
func (f File) Objects() []string {
	if len(f.Parts) == 0 {
		return []string{f.Object}
	}
	keys := make([]string, len(f.Parts))
	for i, p := range f.Parts {
		keys[i] = f.Object + "/" + p
	}
	return keys
}

// Prepared is the read-only database file runs open.
type Prepared struct {
	Object string `json:"object"` // key in the prepared bucket
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Engine string `json:"engine"`
	// Frames is the columnar copy that Python reads, made when it is first asked
	// for.
	Frames *Frames `json:"frames,omitempty"`
}

// Frames is the columnar copy of a prepared dataset.
type Frames struct {
	Object string `json:"object"` // key in the prepared bucket
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Type is the kind of a column's values, whichever engine holds them.
type Type string

// The types. Numbers are split so that a planner does not average identifiers
// it can tell apart and a chart knows a continuous axis.
const (
	Integer   Type = "integer"
	Decimal   Type = "decimal"
	Text      Type = "text"
	Boolean   Type = "boolean"
	Date      Type = "date"
	Timestamp Type = "timestamp"
	Time      Type = "time"
	Other     Type = "other"
)

// Numeric reports whether values can be summed.
func (t Type) Numeric() bool { return t == Integer || t == Decimal }

// Temporal reports whether values can be put into date buckets.
func (t Type) Temporal() bool { return t == Date || t == Timestamp }

// Table is one table of a dataset.
type Table struct {
	Name        string `json:"name"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	// DescribedBy says who wrote the description.
	DescribedBy Author   `json:"described_by,omitempty"`
	Synonyms    []string `json:"synonyms,omitempty"`
	Rows        int64    `json:"rows"`
	Columns     []Column `json:"columns"`
	// Key is the primary key, when one is declared or found.
	Key []string `json:"key,omitempty"`
	// Rejected counts input lines left out at preparation; Rejects shows the
	// first of them.
	Rejected int64    `json:"rejected,omitempty"`
	Rejects  []Reject `json:"rejects,omitempty"`
	// Format is what the reader detected of the file.
	Format map[string]string `json:"format,omitempty"`
	// Sample is the first rows, as text in the order of Columns, nil where a cell
	// is empty; long cells are cut.
	Sample [][]*string `json:"sample,omitempty"`
}

// Reject is one input line that was left out.
type Reject struct {
	Line    int64  `json:"line"`
	Column  string `json:"column,omitempty"`
	Message string `json:"message"`
	// Sample is the beginning of what stands there.
	Sample string `json:"sample,omitempty"`
}

// Column is one column of a table.
type Column struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
	// EngineType is the type as the engine spells it, such as DECIMAL(18,2).
	EngineType  string `json:"engine_type"`
	Description string `json:"description,omitempty"`
	// DescribedBy says who wrote the description.
	DescribedBy Author   `json:"described_by,omitempty"`
	Synonyms    []string `json:"synonyms,omitempty"`
	// Unit is what a value counts: "USD", "°C", "minutes". Empty: none known.
	Unit string `json:"unit,omitempty"`
	// Hidden columns are not looked at for questions; see [Dataset.Visible].
	Hidden  bool     `json:"hidden,omitempty"`
	Profile *Profile `json:"profile,omitempty"`
}

// Profile says what a column holds.
type Profile struct {
	Nulls    int64  `json:"nulls"`
	Distinct int64  `json:"distinct"` // approximate above 10 000
	Min      string `json:"min,omitempty"`
	Max      string `json:"max,omitempty"`
	// Top holds the most frequent values; Complete says there are no others.
	Top      []ValueCount `json:"top,omitempty"`
	Complete bool         `json:"complete,omitempty"`
	// Histogram counts values by size; nil for types that have none, and for
	// versions prepared before there were any.
	Histogram *Histogram `json:"histogram,omitempty"`
}

// Histogram counts the values of a column in bins of equal width.
type Histogram struct {
	// Of says what was measured: "value" for numbers and dates, "length" for
	// texts, in characters.
	Of string `json:"of"`
	// Low and High are the ends of the first and last bin, as text.
	Low    string  `json:"low"`
	High   string  `json:"high"`
	Counts []int64 `json:"counts"`
}

// ValueCount is one value, as text, and how often it occurs.
type ValueCount struct {
	Value string `json:"value"`
	Count int64  `json:"count"`
}

// RelationOrigin says who found a relation.
type RelationOrigin string

// The origins.
const (
	Declared   RelationOrigin = "declared"
	Discovered RelationOrigin = "discovered"
)

// Relation is a many-to-one link: each row of From has at most one row of To.
type Relation struct {
	FromTable   string         `json:"from_table"`
	FromColumns []string       `json:"from_columns"`
	ToTable     string         `json:"to_table"`
	ToColumns   []string       `json:"to_columns"`
	Origin      RelationOrigin `json:"origin"`
	// Confidence is 1 for declared relations.
	Confidence float64 `json:"confidence"`
	// Overlap is what was counted in the data; nil where nothing was.
	Overlap *Overlap `json:"overlap,omitempty"`
}

// Table returns the table of that name, compared without case, or nil.
func (d *Dataset) Table(name string) *Table {
	for i := range d.Tables {
		if strings.EqualFold(d.Tables[i].Name, name) {
			return &d.Tables[i]
		}
	}
	return nil
}

// TableNames returns the names of all tables, in order.
func (d *Dataset) TableNames() []string {
	names := make([]string, len(d.Tables))
	for i, t := range d.Tables {
		names[i] = t.Name
	}
	return names
}

// Column returns the column of that name, compared without case, or nil.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if strings.EqualFold(t.Columns[i].Name, name) {
			return &t.Columns[i]
		}
	}
	return nil
}

// ColumnNames returns the names of all columns, in order.
func (t *Table) ColumnNames() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}

// TypeOf maps an engine's type name to a [Type].
func TypeOf(engineType string) Type {
	full := strings.ToUpper(strings.TrimSpace(engineType))
	if strings.HasSuffix(full, "]") { // lists and arrays, of whatever
		return Other
	}
	base, _, _ := strings.Cut(full, "(")
	switch strings.TrimSpace(base) {
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "INT", "LONG":
		return Integer
	case "DECIMAL", "NUMERIC", "DOUBLE", "FLOAT", "REAL":
		return Decimal
	case "VARCHAR", "TEXT", "CHAR", "BPCHAR", "STRING", "UUID", "ENUM":
		return Text
	case "BOOLEAN", "BOOL":
		return Boolean
	case "DATE":
		return Date
	case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ", "DATETIME":
		return Timestamp
	case "TIME", "TIME WITH TIME ZONE", "TIMETZ":
		return Time
	}
	return Other
}
