package catalog

// ReadOptions say how a file is read, where a person knows better than what was
// found. The zero value of each field leaves it to the reader.
type ReadOptions struct {
	// Delimiter separates cells: one character of ASCII, or "\t" for a tab. "none"
	// makes each line one cell.
	Delimiter string `json:"delimiter,omitempty"`
	// Quote encloses cells: one character of ASCII, or "none".
	Quote string `json:"quote,omitempty"`
	// Encoding is utf-8, utf-16le, utf-16be, iso-8859-1, or a name that the Encoding
	// Standard of the WHATWG knows, such as windows-1251 or euc-kr.
	Encoding string `json:"encoding,omitempty"`
	// Skip leaves out that many lines at the beginning of the file.
	Skip int `json:"skip,omitempty"`
	// Header is the line of the header, counted from 1 behind the lines that are
	// skipped, 0 if there is none.
	Header *int `json:"header,omitempty"`
	// Decimal is what stands before the decimals of numbers: "," or ".".
	Decimal string `json:"decimal,omitempty"`
	// Nulls are words that stand for no value, such as "NA" or "-". Capitals count.
	Nulls []string `json:"nulls,omitempty"`
	// DateOrder is how dates of numbers only are read: "dmy", "mdy" or "ymd".
	DateOrder string `json:"date_order,omitempty"`
	// Columns change single columns.
	Columns []ColumnOptions `json:"columns,omitempty"`
}

// ColumnOptions change one column of a file.
type ColumnOptions struct {
	// Column is the name it was found under, [ReportColumn.Source].
	Column string `json:"column"`
	// Name is what it is called instead.
	Name string `json:"name,omitempty"`
	// Type is the type its values must have: text, integer, decimal, float, boolean,
	// date or timestamp. A row with another value is rejected, and counted.
	Type string `json:"type,omitempty"`
	// Drop leaves the column out.
	Drop bool `json:"drop,omitempty"`
}

// FileReport says how a file, or one sheet of it, was read into a table, and what
// was not. Every record of the file is counted: Read is Kept and Rejected, and what
// held no data is said in Notes.
type FileReport struct {
	// File is the name it was uploaded under. Sheet is set for a workbook.
	File  string `json:"file"`
	Sheet string `json:"sheet,omitempty"`
	Table string `json:"table"`
	// FileTable is [File.Table] of the file: the same, but for the sheets of a
	// workbook.
	FileTable string `json:"file_table"`
	// Format is csv, jsonl, parquet or xlsx. Compression is empty, gzip or zstd.
	Format      string `json:"format"`
	Compression string `json:"compression,omitempty"`
	// Encoding, Delimiter, Quote and Escape are those of a text file. A tab is
	// "\t"; an empty delimiter means that a line is one cell.
	Encoding  string `json:"encoding,omitempty"`
	Delimiter string `json:"delimiter,omitempty"`
	Quote     string `json:"quote,omitempty"`
	Escape    string `json:"escape,omitempty"`
	// HeaderLine is the first line of the header, 0 without one.
	HeaderLine int64 `json:"header_line"`
	// Read counts the records of data, Kept those that became rows of the table, and
	// Rejected those that did not.
	Read     int64 `json:"read"`
	Kept     int64 `json:"kept"`
	Rejected int64 `json:"rejected"`
	// FailedCells counts the values that do not have the type their column was given.
	FailedCells int64 `json:"failed_cells"`
	// Rejects are the first of the rejected records.
	Rejects []Reject `json:"rejects"`
	// Columns are those of the file, in its order, also those that were dropped.
	Columns []ReportColumn `json:"columns"`
	// Notes are sentences: what was repaired or left out, and why a column has the
	// type it has.
	Notes []string `json:"notes"`
	// Options are those that the file was read with.
	Options *ReadOptions `json:"options,omitempty"`
}

// ReportColumn is one column of a file.
type ReportColumn struct {
	// Source is its name as it was found, Name that in the table; empty if it was
	// dropped.
	Source string `json:"source"`
	Name   string `json:"name"`
	Type   Type   `json:"type"`
	// Given says that a person chose the type.
	Given bool  `json:"given,omitempty"`
	Nulls int64 `json:"nulls"`
	// Failed counts values that do not have the type.
	Failed int64 `json:"failed"`
}
