package results

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/event"
)

// Format is a file format of a result.
type Format string

// The formats; each is also the file's extension.
const (
	JSON    Format = "json"
	CSV     Format = "csv"
	Parquet Format = "parquet"
)

// ContentType is the media type of the format.
func (f Format) ContentType() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8; header=present"
	case Parquet:
		return "application/vnd.apache.parquet"
	}
	return "application/json"
}

// Write writes all rows of r in format f.
func (r *Result) Write(w io.Writer, f Format) error {
	buf := bufio.NewWriterSize(w, 32<<10)
	var err error
	switch f {
	case JSON:
		err = r.writeJSON(buf)
	case CSV:
		err = r.writeCSV(buf)
	case Parquet:
		err = r.writeParquet(buf)
	default:
		err = fmt.Errorf("unknown result format %q", f)
	}
	return errors.Join(err, buf.Flush())
}

// each calls fn with every row.
func (r *Result) each(fn func(row []any) error) error {
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := fn(row); err != nil {
			return err
		}
	}
}

// writeJSON writes {"columns","rows","row_count","truncated","truncated_by"?}.
func (r *Result) writeJSON(w *bufio.Writer) error {
	columns := r.Columns
	if columns == nil {
		columns = []event.Column{}
	}
	head, err := json.Marshal(columns)
	if err != nil {
		return fmt.Errorf("encode columns: %w", err)
	}
	separator := `{"columns":` + string(head) + `,"rows":[`
	err = r.each(func(row []any) error {
		line, err := json.Marshal(row)
		if err != nil {
			return fmt.Errorf("encode row: %w", err)
		}
		_, err = w.WriteString(separator + string(line))
		separator = ",\n"
		return err
	})
	if err != nil {
		return err
	}
	if r.read == 0 {
		if _, err := w.WriteString(separator); err != nil {
			return err
		}
	}
	by := ""
	if r.TruncatedBy != "" {
		by = fmt.Sprintf(`,"truncated_by":%q`, r.TruncatedBy)
	}
	_, err = fmt.Fprintf(w, `],"row_count":%d,"truncated":%t%s}`+"\n", r.RowCount, r.Truncated, by)
	return err
}

// writeCSV writes RFC 4180 with a header line. Null is an empty cell.
func (r *Result) writeCSV(w *bufio.Writer) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	record := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		record[i] = Inert(c.Name)
	}
	if err := out.Write(record); err != nil {
		return err
	}
	err := r.each(func(row []any) error {
		for i, v := range row {
			record[i] = cell(v)
		}
		return out.Write(record)
	})
	out.Flush()
	return errors.Join(err, out.Error())
}

// cell is a value as CSV text.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	case string:
		return Inert(v)
	default:
		line, err := json.Marshal(v)
		if err != nil {
			return ""
		}
		return Inert(string(line))
	}
}

// Inert makes text safe to open in a spreadsheet: text that would start a
// formula gets a leading apostrophe, unless it is a number. (OWASP, "CSV
// Injection".)
func Inert(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return s
	}
	if decimal(s) || s == "-Infinity" {
		return s
	}
	return "'" + s
}

// decimal reports whether s is a plain number such as -1, +2.50 or -3e-7; not
// what else ParseFloat takes (infinities, hexadecimal, underscores).
func decimal(s string) bool {
	if strings.ContainsFunc(s, func(c rune) bool { return !strings.ContainsRune("0123456789+-.eE", c) }) {
		return false
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil || errors.Is(err, strconv.ErrRange)
}
